"""Which projects were told what and when; which were never reached, and why.

For organizers. With `never` only the latter; with a project all that it was told: `/slam reach jaeger`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot import planning
from bot.blocks import (
    SECTION_LENGTH,
    Block,
    Message,
    actions,
    age,
    button,
    context,
    counted,
    cut,
    divider,
    escape,
    header,
    message,
    section,
    select,
    unescape,
)
from bot.reply import Call, Reply, Services
from bot.store.closed import Closed
from bot.store.outbox import Entry, Reached, State
from commands import refused, roles, which
from commands.readers import place, titles
from rules.model import Project
from rules.owed import due
from rules.slam import EVERYTHING, Participant, Reader

USAGE = "reach [never | project]"
ASKS_WHO = True
FOR_ORGANIZERS = True

PAGE = 15
TOLD = 10  # messages of one project
BESIDES = 5  # other channels
GLANCE = 120  # characters of each
NEVER = "never"
ALL = "all"


def run(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    if not call.args or [word.lower() for word in call.args] == [NEVER]:
        return Reply(_page(NEVER if call.args else ALL, "", call, services))
    return _of_one(call, services)


def show(call: Call, services: Services) -> Reply:
    """The button names the list, and the last project of the page before."""
    if refusal := roles.unless_organizer(call, services):
        return refusal
    which_ones, after = (*call.args, "", "")[:2]
    return Reply(_page(which_ones, after, call, services), replace=True)


def closer(call: Call, services: Services) -> Reply:
    return roles.unless_organizer(call, services) or _of_one(call, services)


BUTTONS = MappingProxyType({"show": show, "open": closer})


# --- All of them --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ledger:
    """Everything that answers whether some projects were reached."""

    participants: Sequence[Participant]
    last: Mapping[str | None, Reached]  # by project: the newest message
    besides: tuple[Reached, ...]  # what channels that are no project's were told last
    unsent: Mapping[tuple[str | None, str], tuple[State, str | None]]
    closed: Mapping[str, Closed]
    due: frozenset[str | None]  # projects that something is due for


def _ledger(projects: Sequence[Project], call: Call, services: Services) -> _Ledger:
    store, ids = services.store, [project.id for project in projects]
    alone = planning.alone(store, services.config, call.now, projects)
    slam = replace(alone, announcements=store.announcements.open())
    reached = sorted(store.outbox.reached(ids), key=lambda each: each.at)
    newest = {each.project: each for each in reached}
    besides = tuple(each for each in reached if each.project is None)
    waiting = frozenset(notice.project for notice in due(services.config.reminders, slam, call.now))
    unsent, closed = store.outbox.unsent(ids), store.closed.all()
    return _Ledger(slam.participants, newest, besides, unsent, closed, waiting)


def _page(which_ones: str, after: str, call: Call, services: Services) -> Message:
    projects = services.store.projects
    found = projects.page(after, PAGE + 1, unreached=which_ones == NEVER)
    shown = found[:PAGE]
    ledger = _ledger(shown, call, services)
    lines = [_line(each, ledger, call) for each in ledger.participants]
    everyone, never = projects.count(), projects.count(unreached=True)
    nobody = "Everybody was reached." if which_ones == NEVER else "No project is registered yet."
    steps = [_other(which_ones)]
    if len(found) > len(shown):
        steps.insert(0, button("More", "reach.show", f"{which_ones} {shown[-1].id}"))
    if shown:
        names = [(each.name, each.id) for each in shown]
        steps.append(select("reach.open", "Look closer at …", names))
    return message(
        header(f"Reached: {everyone - never:,} of {counted(everyone, 'project')}"),
        *(_sections(lines) if lines else [section(nobody if not after else "That was the last of them.")]),
        *_besides(ledger, call),
        section(f"*Next:* {_next(never)}"),
        actions(*steps),
    )


def _other(which_ones: str) -> dict[str, object]:
    if which_ones == NEVER:
        return button("All of them", "reach.show", ALL)
    return button("Only those never reached", "reach.show", NEVER)


def _next(never: int) -> str:
    if never:
        return (
            "name a channel, or invite the bot, where that is what is missing. `/slam outbox` shows failures."
        )
    return "look closer at one of them, or type `/slam reach jaeger` with its name."


def _line(participant: Participant, ledger: _Ledger, call: Call) -> str:
    project = participant.project
    channel = f" <#{project.channel}>" if project.channel else ""
    name = f"• *{escape(project.name)}*{channel}"
    last = ledger.last.get(project.id)
    if last is None:
        return f"{name}: _never_, {_why(participant, ledger)}"
    shut = f"; now {_refusal(project, ledger)}" if project.channel in ledger.closed else ""
    return f"{name}: {titles(last.kinds)} {age(last.at, call.now)}{shut}"


def _why(participant: Participant, ledger: _Ledger) -> str:
    """Why a project was never told anything, in mrkdwn."""
    project, readers = participant.project, participant.readers
    if project.channel in ledger.closed:
        return _refusal(project, ledger)
    if not readers:
        return "it has no channel, and no maintainer asked for direct messages"
    fates = [fate for reader in readers if (fate := ledger.unsent.get((project.id, reader.id)))]
    if fates:
        return _fate(*fates[0])
    if project.id in ledger.due:
        return "something is due and waits: for the morning there, or until `/slam pause off`"
    if all(EVERYTHING in reader.muted for reader in readers):
        return "it muted everything"
    muted = _muted(readers)
    return f"nothing was due yet, and it muted {muted}" if muted else "nothing was due yet"


def _refusal(project: Project, ledger: _Ledger) -> str:
    return refused.spoken(ledger.closed[project.channel or ""].reason)


def _fate(state: State, reason: str | None) -> str:
    match state:
        case State.FAILED:
            return f"Slack refused the message: {refused.spoken(reason or '')}"
        case State.UNCONFIRMED:
            return "nobody knows whether its message arrived: `/slam outbox unconfirmed`"
        case _:
            return "its first message is about to be sent"


def _besides(ledger: _Ledger, call: Call) -> Iterator[Block]:
    """What was told in channels that are no project's."""
    if ledger.besides:
        told = [
            f"{titles(each.kinds)} in {place(each.reader)} {age(each.at, call.now)}"
            for each in reversed(ledger.besides)
        ]
        yield context(f"Besides: {'; '.join(told[:BESIDES])}.")


# --- One of them --------------------------------------------------------------------------------------------


def _of_one(call: Call, services: Services) -> Reply:
    found = which.meant(call.args, call, services, "reach")
    if isinstance(found, Reply):
        return found
    return Reply(_project(found[0].project, call, services))


def _project(project: Project, call: Call, services: Services) -> Message:
    ledger = _ledger([project], call, services)
    (participant,) = ledger.participants
    told = services.store.outbox.of_project(project.id, TOLD)
    return message(
        header(f"{project.name}: what it was told"),
        section(_where(participant, ledger)),
        divider(),
        *_sections(_entry(each, call) for each in told),
        *([] if told else [section(f"Nothing yet: {_why(participant, ledger)}.")]),
        section(f"*Next:* `/slam remind {project.id}` shows what it hears next, and what it muted."),
        actions(button("All projects", "reach.show", ALL)),
    )


def _where(participant: Participant, ledger: _Ledger) -> str:
    places = ", ".join(place(reader.id) for reader in participant.readers)
    lines = [f"It is told in {places}." if places else "It can be told nowhere."]
    if participant.project.channel in ledger.closed:
        lines.append(f"Its channel refuses us: {_refusal(participant.project, ledger)}.")
    if muted := _muted(participant.readers):
        lines.append(f"Muted: {muted}.")
    return "\n".join(lines)


def _entry(entry: Entry, call: Call) -> str:
    at = entry.settled_at or entry.sending_at or entry.owed_at
    why = f": {refused.spoken(entry.reason)}" if entry.reason and entry.state is State.FAILED else ""
    what = f"*{titles(entry.kinds)}*, {entry.state.value} {age(at, call.now)} in {place(entry.reader)}{why}"
    return f"• {what}\n  {escape(cut(unescape(entry.text), GLANCE))}"


# --- Words --------------------------------------------------------------------------------------------------


def _muted(readers: Iterable[Reader]) -> str:
    kinds = sorted({kind for reader in readers for kind in reader.muted})
    return "everything" if EVERYTHING in kinds else titles(kinds)


def _sections(lines: Iterable[str]) -> Iterator[Block]:
    """As few sections as hold them."""
    held = ""
    for line in lines:
        if held and len(held) + len(line) >= SECTION_LENGTH:
            yield section(held)
            held = ""
        held = f"{held}\n{line}" if held else line
    if held:
        yield section(held)
