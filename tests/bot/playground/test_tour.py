"""The tour tells what was typed and what was answered."""

from __future__ import annotations

from bot.playground.server import Playground
from bot.playground.tour import STOPS, Stop, walk
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
