"""A walk through the bot in the terminal: what somebody types, how time goes by, what is said, as text."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from bot.playground import world
from bot.playground.clock import MovableClock
from bot.playground.server import Operator, Playground
from bot.playground.workspace import Message, News, Workspace

SPEAKS_WITHIN = 20.0  # seconds, once it is time
SAID_ALL = 1.5  # seconds of silence after which nothing more is expected
REFERENCE = re.compile(r"<([@#])([A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Stop:
    """One person types one thing in one place."""

    why: str
    user: str
    channel: str
    typed: str


STOPS = (
    Stop("What there is", "U0EMI", "C0SLAM", "/slam help"),
    Stop("In a project's channel it needs no name", "U0MARA", "C0LANTERN", "/slam status"),
    Stop("The one smallest next step", "U0KOFI", "C0DRIFT", "/slam next"),
    Stop("A badge, criterion by criterion", "U0KOFI", "C0DRIFT", "/slam status driftwood mechanizer"),
    Stop("CLOMonitor went silent: what it said before stands", "U0MARA", "D0MARA", "/slam status tidewatch"),
    Stop("Everything still to do", "U0VIKRAM", "C0HELP", "/slam status saltmarsh"),
    Stop("Nobody has looked at it yet", "U0KOFI", "D0KOFI", "/slam status kelpforest"),
    Stop("A slip of the thumb", "U0EMI", "C0RANDOM", "/slam status lanternfsh"),
    Stop(
        "Stuck: what is known comes first, then there are people",
        "U0KOFI",
        "C0DRIFT",
        "/slam ask scorecard why is Branch-Protection -1?",
    ),
    Stop("What there is to learn from, by badge, check or words", "U0RUTH", "C0SALT", "/slam resources sbom"),
    Stop("Who takes part", "U0ORLA", "C0ORGS", "/slam projects"),
    Stop("The dates, where the asker lives", "U0VIKRAM", "C0HELP", "/slam deadlines"),
    Stop("What a project is reminded of, and turning it off", "U0KOFI", "C0DRIFT", "/slam remind"),
    Stop("Whom nobody can tell anything, and why", "U0ORLA", "C0ORGS", "/slam reach"),
)


@dataclass(frozen=True)
class Leap:
    """Time goes on to the next moment at which the bot says something by itself, or a date is moved."""

    why: str
    milestone: str | None = None
    by: timedelta = timedelta()


LEAPS = (
    Leap("Once a week, what changed"),
    Leap("On a Monday morning, wherever the reader lives"),
    Leap("A deadline comes near"),
    Leap("It was night there: in the morning"),
    Leap("The organizers move it, and who was told is told", "close", timedelta(days=7)),
)


async def walk(playground: Playground, stops: tuple[Stop, ...] = STOPS) -> AsyncIterator[str]:
    """Make every stop; gives back for each what to print. What Slack would refuse is told there too."""
    for stop in stops:
        before = playground.workspace.seen_by(stop.user, stop.channel)
        failed = await playground.slack.say(stop.user, stop.channel, stop.typed)
        await playground.slack.events.settled()
        after = playground.workspace.seen_by(stop.user, stop.channel)
        answers = [message for message in after if message not in before]
        told = [_told(message, playground.workspace) for message in answers if message.user != stop.user]
        yield "\n".join([_heading(playground, stop), "", *told, *([f"! {failed}"] if failed else []), ""])


async def go_on(playground: Playground, leaps: tuple[Leap, ...] = LEAPS) -> AsyncIterator[str]:
    """Let time go by; gives back for each leap what the bot said by itself, to print."""
    operator, workspace = playground.operator, playground.workspace
    if operator is None:
        return
    for leap in leaps:
        before = _shared(workspace)
        with workspace.listening(world.ORGANIZER) as news:
            await _make(leap, playground.clock, operator)
            await _heard(news, workspace, len(before))
        told = [_said(message, workspace) for message in _shared(workspace) if message not in before]
        when = f"{playground.clock():%a %d %b %Y, %H:%M} UTC"
        yield "\n".join([f"── {leap.why} ──", f"{when}, the bot by itself:", "", *told])


async def _make(leap: Leap, clock: MovableClock, operator: Operator) -> None:
    if leap.milestone:
        await operator.move_date(leap.milestone, leap.by)
    elif coming := await operator.next_said(clock()):
        clock.to(coming[0])
        operator.moved()


async def _heard(news: asyncio.Queue[News], workspace: Workspace, before: int) -> None:
    """Wait until something was said, and then until nothing more is."""
    patience = SPEAKS_WITHIN
    while True:
        try:
            await asyncio.wait_for(news.get(), patience)
        except TimeoutError:
            return
        if len(_shared(workspace)) > before:
            patience = SAID_ALL


def _shared(workspace: Workspace) -> list[Message]:
    """What the bot said where everybody sees it."""
    return [
        message
        for channel in workspace.channels
        for message in workspace.history(channel)
        if message.user == world.BOT
    ]


def _said(message: Message, workspace: Workspace) -> str:
    return f"  in #{workspace.channels[message.channel].name}\n{_told(message, workspace)}\n"


def _heading(playground: Playground, stop: Stop) -> str:
    person = playground.workspace.people[stop.user]
    channel = playground.workspace.channels[stop.channel]
    place = "in a direct message" if channel.kind == "dm" else f"in #{channel.name}"
    return f"── {stop.why} ──\n{person.name}, {person.role}, {place}:\n\n  {stop.typed}"


def _told(message: Message, workspace: Workspace) -> str:
    """An answer's plain-text twin, as a terminal shows it."""

    def named(reference: re.Match[str]) -> str:
        sign, name = reference.groups()
        if sign == "@":
            return f"@{workspace.name_of(name)}"
        return f"#{workspace.channels[name].name}" if name in workspace.channels else reference[0]

    text = html.unescape(REFERENCE.sub(named, message.text))
    return "\n".join(f"  │ {line}".rstrip() for line in text.splitlines())
