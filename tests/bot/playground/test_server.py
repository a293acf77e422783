"""The page's addresses, and who may ask them."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.playground import world
from bot.playground.clock import MovableClock
from bot.playground.server import Playground
from tests.bot.playground.conftest import KOFI, MARA, ORLA, SLAM, FakeBot, Visitor


async def test_the_state_tells_who_and_where_one_is(visitor: Visitor) -> None:
    visitor.playground.commands = ({"name": "status", "note": "how far", "project": True},)
    state = await visitor.get("state", **{"as": ORLA})
    assert state["me"] == ORLA
    assert state["now"] == world.OPENS_AT.timestamp()
    assert [command["name"] for command in state["commands"]] == ["status"]
    assert {person["role"] for person in state["people"]} >= {"organizer", "volunteer", "end user"}
    names = {channel["id"]: (channel["name"], channel["kind"]) for channel in state["channels"]}
    assert names["C0ORGS"] == ("slam-organizers", "channel")
    assert names["D0ORLA"] == ("Slam Bot", "dm")
    assert ("Slam Bot", "home") in names.values()
    assert "invented" in state["notice"]


async def test_one_sees_only_the_channels_one_is_in(visitor: Visitor) -> None:
    state = await visitor.get("state", **{"as": KOFI})
    names = {channel["id"] for channel in state["channels"]}
    assert "C0ORGS" not in names
    assert "D0MARA" not in names


async def test_nobody_of_that_name(visitor: Visitor) -> None:
    async with visitor.session.get(f"{visitor.playground.url}/playground/state?as=U0NOBODY") as answer:
        assert answer.status == 404


async def test_the_page_itself_is_served_and_nothing_beside_it(visitor: Visitor) -> None:
    async with visitor.session.get(f"{visitor.playground.url}/") as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    for path in ("/page.py", "/../server.py", "/%2e%2e/world.js", "/nothing.js"):
        async with visitor.session.get(visitor.playground.url + path) as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Host": "localhost:3000"}, 200, id="this machine"),
        pytest.param({"Host": "evil.test"}, 403, id="another name for it"),
        pytest.param({"Host": "evil.test:3000"}, 403, id="another name for it, with a port"),
    ],
)
async def test_other_sites_do_not_reach_the_playground(
    headers: dict[str, str], status: int, visitor: Visitor
) -> None:
    url = f"{visitor.playground.url}/playground/state"
    async with visitor.session.get(url, headers=headers) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        pytest.param("text=a", "application/x-www-form-urlencoded", 415, id="a form of another site"),
        pytest.param('{"text": "a"}', "text/plain", 415, id="plain text"),
        pytest.param("{", "application/json", 400, id="half of it"),
        pytest.param("[]", "application/json", 400, id="a list"),
        pytest.param('{"forward": "long"}', "application/json", 200, id="a message of nothing"),
    ],
)
async def test_only_json_is_taken(body: str, content_type: str, status: int, visitor: Visitor) -> None:
    url = f"{visitor.playground.url}/playground/say"
    async with visitor.session.post(url, data=body, headers={"Content-Type": content_type}) as answer:
        assert answer.status == status


@pytest.mark.parametrize("step", [-1, 10**9, "1", None, True])
async def test_the_clock_moves_forward_by_at_most_a_year(step: Any, visitor: Visitor) -> None:
    url = f"{visitor.playground.url}/playground/clock"
    async with visitor.session.post(url, json={"forward": step}) as answer:
        assert answer.status == 400


async def test_the_clock_moves_to_a_moment_and_never_back(visitor: Visitor, clock: MovableClock) -> None:
    monday = world.OPENS_AT + timedelta(days=3)
    assert (await visitor.post("clock", to=monday.timestamp()))["now"] == monday.timestamp()
    await visitor.post("clock", to=world.OPENS_AT.timestamp())
    assert clock() == monday


async def test_moving_the_clock_moves_it_for_everybody(visitor: Visitor, clock: MovableClock) -> None:
    told = await visitor.post("clock", forward=3600)
    assert told == {"now": world.OPENS_AT.timestamp() + 3600}
    assert clock().timestamp() == told["now"]


async def test_a_page_hears_what_concerns_its_person(visitor: Visitor, bot: FakeBot) -> None:
    url = f"{visitor.playground.url}/playground/events?as={MARA}"
    async with visitor.session.get(url) as stream:
        await visitor.say("hello all", user=KOFI)
        bot.answer = {"text": "for Kofi alone"}
        await visitor.say("/slam", user=KOFI)
        await visitor.post("clock", forward=60)
        news = [await _next(stream.content), await _next(stream.content)]
    assert news[0] == {"type": "messages", "channel": SLAM}
    assert news[1]["type"] == "clock"


async def test_pages_that_stay_open_do_not_keep_the_demo_from_stopping(clock: MovableClock) -> None:
    playground = Playground(clock)
    await playground.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", playground.port)
    writer.write(b"GET /playground/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    async with asyncio.timeout(5):
        await playground.stop()
    writer.close()
    await writer.wait_closed()


async def test_a_taken_port_is_said_to_be_taken(clock: MovableClock, playground: Playground) -> None:
    with pytest.raises(OSError, match="in use"):
        await Playground(clock).start(playground.port)


async def _next(content: Any) -> dict[str, Any]:
    async with asyncio.timeout(5):
        line = (await content.readuntil(b"\n\n")).decode()
    return dict(json.loads(line.removeprefix("data: ")))
