"""What one holder of preferences is told, and what it has muted: a project, a person, or a channel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from inspect import getdoc

from bot import planning
from bot.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    counted,
    escape,
    header,
    message,
    quote,
    section,
    when,
)
from bot.reply import Call, Services
from commands import roles, which
from rules.local import quiet_until
from rules.model import Project
from rules.owed import due, known_kinds
from rules.slam import EVERYTHING, Notice, Reminder, Slam

SLACK_ID = re.compile(r"[CGUW][A-Z0-9]+")  # projects' ids are in small letters
STEP = timedelta(hours=1)
AHEAD = 24 * 40  # steps that are looked ahead


def is_person(holder: str) -> bool:
    return SLACK_ID.fullmatch(holder) is not None and holder.startswith(("U", "W"))


def is_channel(holder: str) -> bool:
    return SLACK_ID.fullmatch(holder) is not None and not is_person(holder)


def channels(services: Services) -> frozenset[str]:
    """The Slam's own channels in which something is said."""
    named = services.config.channels
    ids = {named.announcements, named.organizers}
    ids.update(*(getattr(reminder.settings, "channels", ()) for reminder in services.config.reminders))
    return frozenset(channel for channel in ids if channel)


def name(holder: str, services: Services) -> str:
    """Whose preferences they are, in mrkdwn."""
    if is_person(holder):
        return "your direct messages"
    if is_channel(holder):
        return f"<#{holder}>"
    project = services.store.projects.find(holder)
    return escape(project.name if project else holder)


def title(kind: str) -> str:
    """ "Deadlines"; everything is "Reminders"."""
    return str(known_kinds()[kind].TITLE).capitalize() if kind in known_kinds() else "Reminders"


def page(holder: str, call: Call, services: Services, *, may: bool) -> Message:
    """Everything that is said to a holder, with buttons for those who `may` change it."""
    if is_person(holder):
        theirs = services.store.projects.of_maintainer(holder)[: which.SEVERAL]
        return _directly(_Page(holder, theirs, call, services, may))
    if is_channel(holder):
        return _in_channel(_Page(holder, (), call, services, may))
    project = services.store.projects.find(holder)
    if project is None:
        return message(
            section(f"No project {quote(holder)} is registered. `/slam projects` lists those that are.")
        )
    return _of_project(_Page(holder, (project,), call, services, may), project)


@dataclass(frozen=True)
class _Page:
    holder: str
    projects: Sequence[Project]
    call: Call
    services: Services
    may: bool

    @cached_property
    def muted(self) -> Mapping[str, datetime | None]:
        return self.services.store.preferences.of(self.holder, self.call.now)

    @cached_property
    def slam(self) -> Slam:
        return planning.alone(self.services.store, self.services.config, self.call.now, self.projects)

    def kinds(self, *, for_projects: bool) -> list[Block]:
        """A section for each; those that are there unasked come last."""
        kinds = {reminder.kind: known_kinds()[reminder.kind] for reminder in self.services.config.reminders}
        return [
            _kind(kind, self)
            for kind in sorted(kinds, key=lambda kind: hasattr(kinds[kind], "UNASKED"))
            if not for_projects or getattr(kinds[kind], "IS_FOR_PROJECTS", True)
        ]


def _of_project(shown: _Page, project: Project) -> Message:
    mine = button("My direct messages", "remind.open", shown.call.user)
    return message(
        header(f"Reminders · {project.name}"),
        section(_channel(project, shown)),
        *_stopped(shown),
        *shown.kinds(for_projects=True),
        *_buttons(shown, *([mine] if roles.maintains(shown.call, project) else [])),
        *([] if shown.may else [context(f"{roles.who_could(project, shown.services)} can change this.")]),
    )


def _directly(shown: _Page) -> Message:
    top = header("Reminders · sent to you directly")
    if not shown.projects:
        nothing = "No project names you as a maintainer, so there is nothing to send to you."
        return message(top, section(f"{nothing} *Next:* `/slam projects` lists who takes part."))
    names = ", ".join(f"*{escape(project.name)}*" for project in shown.projects)
    if shown.holder not in shown.services.store.preferences.direct():
        offer = f"You get no direct messages. What is said about {names} can be sent to you too."
        return message(top, section(offer), *_row(shown, _turn("Send it to me too", "on")))
    said = f"What is said about {names} is sent to you too, {_bounds(shown.services)}"
    if shown.holder in shown.services.store.closed.all():
        said = f"Slack does not let me write to you. *Next:* send me a message. {said}"
    return message(
        top,
        section(said),
        *_stopped(shown),
        *shown.kinds(for_projects=True),
        *_buttons(shown, _turn("No direct messages", "off")),
    )


def _in_channel(shown: _Page) -> Message:
    return message(
        header("Reminders · a channel of the Slam"),
        section(f"Said in <#{shown.holder}>."),
        *_stopped(shown),
        *shown.kinds(for_projects=False),
        *_buttons(shown),
        actions(button("My projects", "remind.mine")),
        *([] if shown.may else [context(f"{roles.who_could(None, shown.services)} can change this.")]),
    )


# --- Where -------------------------------------------------------------------------------------------------


def _channel(project: Project, shown: _Page) -> str:
    if project.channel is None:
        return (
            f"{escape(project.name)} has no channel: only maintainers who ask for direct messages are "
            "reminded. *Next:* ask an organizer to name a channel."
        )
    if closed := shown.services.store.closed.all().get(project.channel):
        return (
            f"Nothing arrives in <#{project.channel}>: Slack says {quote(closed.reason)} "
            f"{when(closed.since, 'since')}. *Next:* invite me there again."
        )
    finished = any(participant.is_finished for participant in shown.slam.participants)
    little = " All of its evidence is found, so little is left to remind of." if finished else ""
    return f"Said in <#{project.channel}>, {_bounds(shown.services)}{little}"


def _bounds(services: Services) -> str:
    most, quiet = services.config.max_messages_per_day, services.config.quiet_hours
    hours = f"; none between {quiet.start:%H:%M} and {quiet.end:%H:%M} if it can wait"
    paused = " The organizers have paused everything for now." if services.store.switches.paused() else ""
    return f"at most {counted(most, 'message')} a day{'' if quiet.start == quiet.end else hours}.{paused}"


# --- What --------------------------------------------------------------------------------------------------


def _stopped(shown: _Page) -> list[Block]:
    if EVERYTHING not in shown.muted:
        return []
    return [section(f"🔕 *Everything is off* {_until(shown.muted[EVERYTHING])}.")]


def _kind(kind: str, shown: _Page) -> Block:
    about = (getdoc(known_kinds()[kind]) or "").partition("\n")[0]
    value = f"{shown.holder} {kind}"
    if kind in shown.muted:
        turn = button("Unmute", "remind.on", value, spoken=f"Unmute {title(kind)}")
        said = f"🔕 *{title(kind)}*, muted {_until(shown.muted[kind])}\n{about}"
    else:
        turn = button("Mute", "remind.off", value, spoken=f"Mute {title(kind)}")
        coming = _coming(kind, shown)
        next_ = f"\nNext, as things stand: {when(coming)}" if coming else ""
        said = f"🔔 *{title(kind)}*\n{about}{next_}"
    return section(said, turn if shown.may else None)


def _until(moment: datetime | None) -> str:
    return when(moment, "until") if moment else "until somebody turns it on again"


def _coming(kind: str, shown: _Page) -> datetime | None:
    """When something of this kind will be said next, if nothing changes. None: nobody can say."""
    reminders = [reminder for reminder in shown.services.config.reminders if reminder.kind == kind]
    return min((at for reminder in reminders if (at := _next(reminder, shown))), default=None)


def _next(reminder: Reminder, shown: _Page) -> datetime | None:
    now, told = shown.call.now, frozenset[str]()
    last = max((milestone.at for milestone in shown.slam.edition.milestones), default=now)
    for step in range(min(AHEAD, max(last - now, STEP) // STEP)):
        notices = [
            n for n in due((reminder,), shown.slam, now + step * STEP) if n.reader.holder == shown.holder
        ]
        if new := {notice.key for notice in notices} - told:
            told |= shown.services.store.outbox.known(new)
            if untold := [notice for notice in notices if notice.key not in told]:
                return min(_said_at(notice, shown) for notice in untold)
    return None


def _said_at(notice: Notice, shown: _Page) -> datetime:
    """In the morning, where it is owed at night and can wait."""
    at = max(notice.due_at, shown.call.now)
    morning = quiet_until(at, notice.reader.timezone, shown.services.config.quiet_hours)
    return morning if morning and morning < notice.pointless_at else at


# --- Buttons -----------------------------------------------------------------------------------------------


def _buttons(shown: _Page, *more: Element) -> list[Block]:
    everything = f"{shown.holder} {EVERYTHING}"
    if EVERYTHING in shown.muted:
        return _row(shown, button("Turn on again", "remind.on", everything, style="primary"), *more)
    return _row(
        shown,
        button("Off for a day", "remind.off", f"{everything} 1"),
        button("Off for a week", "remind.off", f"{everything} 7"),
        button("Turn all off", "remind.off", everything),
        *more,
    )


def _row(shown: _Page, *buttons: Element) -> list[Block]:
    return [actions(*buttons)] if shown.may else []


def _turn(label: str, value: str) -> Element:
    return button(label, "remind.direct", value)
