from __future__ import annotations

import asyncio
import gzip
import io
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.envelope import UnreadableError
from bot.metrics import Figures
from bot.slack import Heard
from bot.web import LARGEST, Calendar, FrontDoor, pages, serve
from tests.builders import NOON, edition
from tests.fakes import SECRET, signed, typed


class Room:
    """What is behind the front door: remembers who came in."""

    def __init__(self):
        self.heard = []
        self.now = NOON

    async def hear(self, raw, content_type):
        self.heard.append(raw)
        if raw == b"gibberish":
            raise UnreadableError("gibberish")
        return Heard(b'{"text": "hello"}')


@pytest.fixture
def room():
    return Room()


@pytest.fixture
async def door(room):
    async with listening(FrontDoor(SECRET, room.hear, lambda: room.now, Figures())) as session:
        yield session


@asynccontextmanager
async def listening(door, troubles=None, figures=None, calendar=None):
    app = pages(door, troubles or {}, figures or Figures(), calendar)
    runner, port = await serve(app, "127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            yield session
    finally:
        await runner.cleanup()


async def post(door, raw, headers):
    async with door.post("/slack/events", data=io.BytesIO(raw), headers=headers) as response:
        return response.status, await response.read()


COMMAND = typed("status kelp")
SIGNED = signed(COMMAND, NOON.timestamp())


async def test_what_slack_signed_is_answered(door, room):
    assert await post(door, COMMAND, SIGNED) == (200, b'{"text": "hello"}')
    assert room.heard == [COMMAND]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no signature"),
        pytest.param({"X-Slack-Signature": ""}, id="an empty one"),
        pytest.param(SIGNED | {"X-Slack-Signature": "v0=" + 64 * "0"}, id="a wrong one"),
        pytest.param(SIGNED | {"X-Slack-Signature": "v0=\u00e9\u00e9"}, id="one that is not ASCII"),
        pytest.param(SIGNED | {"X-Slack-Signature": SIGNED["X-Slack-Signature"].upper()}, id="in capitals"),
        pytest.param(signed(COMMAND, NOON.timestamp(), secret="another"), id="another app's secret"),
        pytest.param(signed(COMMAND + b"!", NOON.timestamp()), id="another body's"),
        pytest.param(signed(COMMAND, NOON.timestamp() - 301), id="from more than five minutes ago"),
        pytest.param(signed(COMMAND, NOON.timestamp() + 301), id="from more than five minutes ahead"),
        pytest.param(SIGNED | {"X-Slack-Request-Timestamp": "now"}, id="a time that is no number"),
        pytest.param(SIGNED | {"X-Slack-Request-Timestamp": "1697803200.0"}, id="a time with a fraction"),
        pytest.param(SIGNED | {"X-Slack-Request-Timestamp": "-1697803200"}, id="a negative time"),
        pytest.param(SIGNED | {"X-Slack-Request-Timestamp": "9" * 400}, id="a time of four hundred digits"),
        pytest.param(SIGNED | {"X-Slack-Request-Timestamp": "\u0661\u0662"}, id="a time in other digits"),
    ],
)
async def test_what_slack_did_not_sign_lately_does_not_come_in(door, room, headers):
    status, _ = await post(door, COMMAND, headers)
    assert status == 401
    assert room.heard == []


@pytest.mark.parametrize("away", [timedelta(minutes=-5), timedelta(minutes=5)])
async def test_five_minutes_are_in_time(door, away):
    status, _ = await post(door, COMMAND, signed(COMMAND, (NOON + away).timestamp()))
    assert status == 200


async def test_unsigned_gibberish_is_refused_before_it_is_read(door, room):
    for raw in (b"payload=%7Bbad", b"\xff\xfe", b"[]", b"{", b""):
        status, _ = await post(door, raw, {"Content-Type": "application/json"})
        assert status == 401
    assert room.heard == []


async def test_a_request_seen_before_gets_nothing_and_does_nothing(door, room):
    await post(door, COMMAND, SIGNED)
    room.now += timedelta(minutes=4)
    assert await post(door, COMMAND, SIGNED) == (200, b"")
    assert room.heard == [COMMAND]


async def test_a_request_that_was_refused_was_not_seen(door, room):
    room.now += timedelta(hours=1)
    assert (await post(door, COMMAND, SIGNED))[0] == 401
    room.now = NOON
    assert (await post(door, COMMAND, SIGNED))[0] == 200


async def test_signed_gibberish_is_a_bad_request(door):
    status, _ = await post(door, b"gibberish", signed(b"gibberish", NOON.timestamp()))
    assert status == 400


async def test_a_mebibyte_comes_in_and_a_byte_more_does_not(door, room):
    fits, does_not = b"a" * LARGEST, b"a" * (LARGEST + 1)
    assert (await post(door, fits, signed(fits, NOON.timestamp())))[0] == 200
    assert (await post(door, does_not, signed(does_not, NOON.timestamp())))[0] == 413
    assert room.heard == [fits]


async def test_more_than_a_mebibyte_without_saying_so_does_not_come_in(door, room):
    async def drip():
        for _ in range(40):
            yield b"a" * 32_768

    async with door.post("/slack/events", data=drip(), headers=SIGNED) as response:
        assert response.status == 413
    assert room.heard == []


async def test_a_body_that_does_not_arrive_is_not_waited_for(room):
    async def drip():
        yield b"a"
        await asyncio.Event().wait()

    door = FrontDoor(SECRET, room.hear, lambda: room.now, Figures(), slowest=0.05)
    async with (
        listening(door) as session,
        session.post("/slack/events", data=drip(), headers=SIGNED) as response,
    ):
        assert response.status == 408
    assert room.heard == []


async def test_what_is_packed_stays_packed(door, room):
    packed = gzip.compress(b"a" * 100_000_000)
    headers = signed(packed, NOON.timestamp()) | {"Content-Encoding": "gzip"}
    assert (await post(door, packed, headers))[0] == 200
    assert room.heard == [packed]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", id="broken chunks"),
        pytest.param(b"Content-Length: -5\r\n\r\n", id="a negative length"),
        pytest.param(b"Content-Length: five\r\n\r\n", id="a length that is no number"),
        pytest.param(b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", id="two lengths"),
        pytest.param(b"X: " + b"a" * 100_000 + b"\r\n\r\n", id="an endless header"),
        pytest.param(b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", id="gzip that is none"),
        pytest.param(b"Content-Type: a/b; c=\xff\r\nContent-Length: 1\r\n\r\nh", id="an odd type"),
    ],
)
async def test_broken_http_is_never_our_mistake(door, room, raw):
    reader, writer = await asyncio.open_connection("127.0.0.1", door._base_url.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: slam\r\n" + raw)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer == b"" or 400 <= int(answer.split()[1]) < 500
    assert room.heard == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_posts_come_in(door, method):
    async with door.request(method, "/slack/events") as response:
        assert response.status == 405


async def test_in_socket_mode_there_is_no_front_door():
    async with listening(None) as session:
        assert (await post(session, COMMAND, SIGNED))[0] == 404


async def test_it_is_alive():
    async with listening(None) as session, session.get("/livez") as response:
        assert response.status == 200


async def test_it_is_ready_when_nothing_is_wrong():
    async def nothing():
        return None

    async with listening(None, {"database": nothing}) as session, session.get("/readyz") as response:
        assert response.status == 200


async def test_it_says_what_it_is_not_ready_for():
    async def nothing():
        return None

    async def refused():
        return "refused the token"

    troubles = {"database": nothing, "slack": refused}
    async with listening(None, troubles) as session, session.get("/readyz") as response:
        assert response.status == 503
        assert await response.text() == "slack: refused the token\n"


async def test_the_dates_are_a_calendar_as_they_are_now():
    slam = [edition()]
    calendar = Calendar(lambda: slam[0], lambda: NOON)
    async with listening(None, calendar=calendar) as session:
        slam[0] = replace(slam[0], name="The Slam of next year")
        async with session.get("/calendar.ics") as response:
            assert response.status == 200
            assert response.content_type == "text/calendar"
            assert "The Slam of next year: Submissions close" in await response.text()


async def test_its_figures_can_be_read(room):
    messages = {"sent": 3, "failed": 1}
    figures = Figures(
        gauges={
            "slam_projects": ("Projects.", lambda: 7),
            "slam_messages": ("Messages.", lambda: messages),
        }
    )
    door = FrontDoor(SECRET, room.hear, lambda: NOON, figures)
    async with listening(door, figures=figures) as session:
        await post(session, COMMAND, SIGNED)
        await post(session, COMMAND, SIGNED)
        await post(session, COMMAND, {})
        async with session.get("/metrics") as response:
            lines = (await response.text()).splitlines()
            assert response.content_type == "text/plain"
    assert 'slam_requests_total{outcome="answered"} 1.0' in lines
    assert 'slam_requests_total{outcome="replayed"} 1.0' in lines
    assert 'slam_requests_total{outcome="unsigned"} 1.0' in lines
    assert 'slam_request_seconds_bucket{le="+Inf"} 3.0' in lines
    assert "slam_projects 7.0" in lines
    assert 'slam_messages{state="sent"} 3.0' in lines
