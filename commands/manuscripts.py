"""One announcement as organizers see it: how it looks, to whom it goes, how far it is, what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot import notices, planning
from bot.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    counted,
    divider,
    escape,
    header,
    message,
    section,
    when,
)
from bot.reply import Call, Services
from bot.store.announcements import Manuscript
from bot.store.outbox import State
from commands.readers import place
from rules.audience import among, described, is_channel
from rules.owed import is_wanted
from rules.reminders import announcement as kind
from rules.slam import Announcement, Notice, Participant, Reader, Reminder, Slam

KIND = "announcement"


@dataclass(frozen=True)
class Outlook:
    """Who is told, and who is not."""

    told: tuple[tuple[Participant, tuple[Reader, ...]], ...] = ()
    channels: tuple[Reader, ...] = ()  # that it goes to besides the projects' own
    muted: tuple[Participant, ...] = ()  # all of its readers mute announcements
    unreachable: tuple[Participant, ...] = ()  # it has no reader

    @property
    def readers(self) -> tuple[Reader, ...]:
        return (*self.channels, *(reader for _, readers in self.told for reader in readers))


def outlook(audience: tuple[str, ...], slam: Slam, now: datetime) -> Outlook:
    if is_channel(audience):
        readers = (reader for _, reader in kind.readers(slam, audience, now))
        return Outlook(channels=tuple(reader for reader in readers if is_wanted(KIND, reader)))
    meant = among(slam.participants, audience, now)
    wanted = [(each, tuple(r for r in each.readers if is_wanted(KIND, r))) for each in meant]
    return Outlook(
        told=tuple((each, readers) for each, readers in wanted if readers),
        muted=tuple(each for each, readers in wanted if each.readers and not readers),
        unreachable=tuple(each for each in meant if not each.readers),
    )


def page(manuscript: Manuscript, call: Call, services: Services, note: str = "") -> Message:
    """All about it. `note` is mrkdwn: what was just done."""
    slam = planning.load(services.store, services.config, call.now)
    found = outlook(manuscript.audience, slam, call.now)
    steps = _steps(manuscript, call, services)
    return message(
        header(f"Announcement {manuscript.id}: {standing(manuscript, call.now)}"),
        *([section(note)] if note else []),
        section("\n".join(_history(manuscript))),
        section(_whom(manuscript, found, services)),
        *_progress(manuscript, slam, call.now, services),
        context("This is how it looks:"),
        divider(),
        *sample(manuscript, services, call.now),
        divider(),
        section(f"*Next:* {_next(manuscript, call, services)}"),
        *([actions(*steps)] if steps else []),
    )


def standing(manuscript: Manuscript, now: datetime) -> str:
    """ "waits for approval"."""
    if manuscript.cancelled_at:
        return "cancelled"
    if manuscript.send_at:
        if now < manuscript.send_at:
            return "approved"
        return "on its way" if now < manuscript.send_at + kind.USEFUL else "sent"
    return "waits for approval" if manuscript.asked_at else "draft"


def is_alone(call: Call, services: Services) -> bool:
    """The configuration names this organizer and nobody else: there is no second one to approve."""
    return set(services.config.organizers) == {call.user}


def sample(manuscript: Manuscript, services: Services, now: datetime) -> Iterator[Block]:
    """The message as it will look. Its buttons do nothing but say so."""
    reader = Reader(id="sample", timezone="UTC", holder="sample")
    say = partial(kind.said, services.edition, manuscript.text)
    notice = Notice("sample", KIND, None, reader, due_at=now, pointless_at=now, say=say)
    for block in notices.drawn([notice]).blocks:
        if block["type"] == "actions":
            labels = [element["text"]["text"] for element in block["elements"]]
            yield actions(*(button(label, "announce.sample", str(manuscript.id)) for label in labels))
        else:
            yield block


def _history(manuscript: Manuscript) -> Iterator[str]:
    yield f"{when(manuscript.written_at, 'Written')} by <@{manuscript.author}>."
    if manuscript.wanted_at and not manuscript.send_at:
        yield f"To be {when(manuscript.wanted_at, 'sent')}, once it is approved."
    if manuscript.approved_by and manuscript.send_at:
        yield f"Approved by <@{manuscript.approved_by}>, to be sent {when(manuscript.send_at, 'from')} on."
    if manuscript.cancelled_by and manuscript.cancelled_at:
        yield f"{when(manuscript.cancelled_at, 'Cancelled')} by <@{manuscript.cancelled_by}>."


# --- To whom ------------------------------------------------------------------------------------------------


def _whom(manuscript: Manuscript, found: Outlook, services: Services) -> str:
    whom = escape(described(manuscript.audience, services.edition))
    lines = [f"To *{whom}*: {_counts(found)}."]
    if found.muted:
        lines.append(f"{counted(len(found.muted), 'project')} of them muted announcements.")
    if found.unreachable:
        silent = counted(len(found.unreachable), "project")
        lines.append(f"{silent} of them cannot be told: `/slam reach never` says why.")
    return "\n".join(lines)


def _counts(found: Outlook) -> str:
    if not found.readers:
        return "nobody, as it stands now"
    if found.channels:
        return _places(found.channels)
    people = sum(reader.id == reader.holder for reader in found.readers)
    direct = f" and {counted(people, 'person', 'people')} by direct message" if people else ""
    channels = counted(len(found.readers) - people, "channel")
    return f"{counted(len(found.told), 'project')}, in {channels}{direct}"


def listed(found: Outlook) -> Iterator[str]:
    """A line of mrkdwn for everyone whom it concerns, in the order of the projects."""
    yield from (f"• {place(reader.id)}" for reader in found.channels)
    lines = {each.project.id: f"• {_named(each)}  {_places(readers)}" for each, readers in found.told}
    lines |= {each.project.id: f"• {_named(each)}  _muted announcements_" for each in found.muted}
    lines |= {each.project.id: f"• {_named(each)}  _cannot be told_" for each in found.unreachable}
    yield from (lines[name] for name in sorted(lines))


def _named(participant: Participant) -> str:
    return f"*{escape(participant.project.name)}*"


def _places(readers: Sequence[Reader]) -> str:
    return ", ".join(place(reader.id) for reader in readers)


# --- How far ------------------------------------------------------------------------------------------------


def counts(manuscript: Manuscript, services: Services) -> Mapping[State, int]:
    """How many readers' messages are in each state."""
    prefix = f"{services.edition.id}/{_reminder(services).settings.id}/{manuscript.id}/"
    every = services.store.outbox.progress(prefix)
    asking = services.store.outbox.progress(f"{prefix}approval/")
    return {state: every[state] - asking[state] for state in State}


def _progress(manuscript: Manuscript, slam: Slam, now: datetime, services: Services) -> Iterator[Block]:
    if manuscript.send_at is None:
        return
    found = counts(manuscript, services)
    waiting = 0 if manuscript.cancelled_at else _not_owed(manuscript, slam, now, services)
    spoken = {
        "sent": found[State.SENT],
        "on their way": found[State.SENDING] + found[State.PENDING],
        "waiting for their turn": waiting,
        "failed": found[State.FAILED],
        "unconfirmed": found[State.UNCONFIRMED],
    }
    shown = " · ".join(f"{count:,} {word}" for word, count in spoken.items() if count or word == "sent")
    paused = services.store.switches.paused()
    why = f"\nEverything is paused {when(paused.at, 'since')}: `/slam pause off` resumes." if paused else ""
    yield section(f"*{shown}*{why}")


def _not_owed(manuscript: Manuscript, slam: Slam, now: datetime, services: Services) -> int:
    """How many readers will be told and are not yet: it is night there, or they were told much today."""
    at = max(now, manuscript.send_at or now)
    alone = replace(slam, announcements=(_plain(manuscript),))
    reminder = _reminder(services)
    due = reminder.due(reminder.settings, alone, at)
    wanted = {each.key for each in due if at < each.pointless_at and is_wanted(KIND, each.reader)}
    return len(wanted - services.store.outbox.known(wanted))


def _plain(manuscript: Manuscript) -> Announcement:
    return Announcement(
        manuscript.id,
        manuscript.text,
        manuscript.audience,
        manuscript.author,
        manuscript.send_at,
        manuscript.asked_at,
    )


def _reminder(services: Services) -> Reminder:
    configured = (each for each in services.config.reminders if each.kind == KIND)
    return next(configured, Reminder(kind.UNASKED.id, KIND, kind.UNASKED, kind.due))


# --- What can be done ---------------------------------------------------------------------------------------


def _next(manuscript: Manuscript, call: Call, services: Services) -> str:
    match standing(manuscript, call.now):
        case "draft":
            if is_alone(call, services):
                return "read it once more, then send it: you are the only organizer."
            return "read it once more, then ask another organizer for approval. Nothing is sent before."
        case "waits for approval" if call.user == manuscript.author and not is_alone(call, services):
            where = (
                f"are asked in {place(asked)}, or " if (asked := services.config.channels.organizers) else ""
            )
            return f"another organizer approves it: they {where}type `/slam announce {manuscript.id}`."
        case "waits for approval":
            return "approve it, or cancel it and tell its author why."
        case "approved":
            return "wait, or cancel it while nothing is sent."
        case "on its way":
            return (
                "watch it go out: in the morning where it is night, tomorrow where much was said today. "
                "What failed or is in doubt stands in `/slam outbox`."
            )
        case "sent":
            return "`/slam reach` shows who was told what."
        case _:
            return "`/slam announce` lists the others."


def _steps(manuscript: Manuscript, call: Call, services: Services) -> list[Element]:
    number = str(manuscript.id)
    alone = is_alone(call, services)
    whom = button("To whom", "announce.whom", number)
    cancel = button("Cancel it", "announce.cancel", number, style="danger")
    again = button("Write one like it", "announce.like", number)
    approve = button("Approve", "announce.approve", number, style="primary")
    match standing(manuscript, call.now):
        case "draft":
            ask = button("Send it" if alone else "Ask for approval", "announce.ask", number, style="primary")
            return [ask, button("Change it", "announce.change", number), whom, cancel]
        case "waits for approval":
            return [whom, cancel] if call.user == manuscript.author and not alone else [approve, whom, cancel]
        case "approved":
            return [whom, cancel]
        case "on its way":
            rest = button("Cancel the rest", "announce.cancel", number, style="danger")
            return [button("Refresh", "announce.refresh", number), whom, rest]
        case "sent":
            return [whom, again]
        case _:
            return [again]
