"""A walk through the bot in the terminal: the command somebody types, and the answer as text."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.playground.server import Playground
from bot.playground.workspace import Message, Workspace

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
    Stop("Who takes part", "U0ORLA", "C0ORGS", "/slam projects"),
)


async def walk(playground: Playground, stops: tuple[Stop, ...] = STOPS) -> AsyncIterator[str]:
    """Make every stop; gives back for each what to print. What Slack would refuse is told there too."""
    for stop in stops:
        before = playground.workspace.seen_by(stop.user, stop.channel)
        failed = await playground.slack.say(stop.user, stop.channel, stop.typed)
        await playground.slack.settled()
        after = playground.workspace.seen_by(stop.user, stop.channel)
        answers = [message for message in after if message not in before]
        told = [_told(message, playground.workspace) for message in answers if message.user != stop.user]
        yield "\n".join([_heading(playground, stop), "", *told, *([f"! {failed}"] if failed else []), ""])


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
