"""The tour tells what was typed and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground import world
from bot.playground.server import Playground
from bot.playground.tour import STOPS, Leap, Stop, go_on, walk
from rules.model import Milestone
from tests.bot.playground.conftest import FakeBot, text

STOP = Stop("A try", "U0MARA", "C0SLAM", "/slam status")


async def test_a_stop_shows_who_typed_what_and_the_answers_twin(playground: Playground, bot: FakeBot) -> None:
    bot.answer = {"text": "Lanternfish by <@U0MARA> in <#C0SLAM>\n3 &lt; 4", "blocks": [text("*3*")]}
    (told,) = [told async for told in walk(playground, (STOP,))]
    assert "Mara Lindqvist" in told
    assert "#security-slam" in told
    assert "  /slam status" in told.splitlines()
    assert "  │ Lanternfish by @Mara Lindqvist in #security-slam" in told.splitlines()
    assert "  │ 3 < 4" in told.splitlines()


async def test_what_slack_would_refuse_is_told(playground: Playground, bot: FakeBot) -> None:
    bot.answer = {"text": "a", "blocks": [{"type": "nonsense"}]}
    (told,) = [told async for told in walk(playground, (STOP,))]
    assert "! Slack would refuse" in told


async def test_everybody_stands_where_they_may_be(playground: Playground) -> None:
    for stop in STOPS:
        assert stop.user in playground.workspace.channels[stop.channel].members


@dataclass
class Operator:
    """One for whom the bot says something an hour from now, and again when a date is moved."""

    playground: Playground

    def moved(self) -> None:
        self.playground.workspace.post("C0DRIFT", world.BOT, "An hour has gone by")

    async def next_said(self, now: datetime) -> tuple[datetime, str] | None:
        return now + timedelta(hours=1), "a note for Driftwood"

    def dates(self) -> tuple[Milestone, ...]:
        return ()

    async def move_date(self, milestone: str, by: timedelta) -> str:
        self.playground.workspace.post("C0SLAM", world.BOT, f"{milestone} moved by {by.days} days")
        return "taken"


async def test_time_goes_by_and_what_is_said_then_is_told(playground: Playground) -> None:
    playground.operator = Operator(playground)
    leaps = (Leap("Later"), Leap("A date moves", "close", timedelta(days=7)))
    later, moved = [told async for told in go_on(playground, leaps)]
    assert "Fri 20 Oct 2023, 10:00 UTC" in later
    assert "  in #driftwood\n  │ An hour has gone by" in later
    assert "  in #security-slam\n  │ close moved by 7 days" in moved
    assert "An hour" not in moved
