"""A playground with a bot beside it that answers what the test tells it to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.playground import world
from bot.playground.clock import MovableClock
from bot.playground.installation import Installation, Shortcut
from bot.playground.server import Playground
from tests.builders import NOON

ALL_EVENTS = frozenset({"app_home_opened", "app_mention", "message.im", "member_joined_channel"})
ALL_SCOPES = frozenset(
    {"commands", "chat:write", "im:write", "users:read", "app_mentions:read", "im:history", "channels:read"}
)
MENU = (Shortcut("Ask a volunteer", "ask.about"),)
MARA, KOFI, ORLA = "U0MARA", "U0KOFI", "U0ORLA"
SLAM, RANDOM, ORGANIZERS = "C0SLAM", "C0RANDOM", "C0ORGS"


@dataclass
class FakeBot:
    """Remembers every request with what it carried, and answers with `answer` after `delay` seconds."""

    secret: str
    answer: Any = None
    status: int = 200
    delay: float = 0.0
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        raw = await request.read()
        at = request.headers["X-Slack-Request-Timestamp"]
        digest = hmac.new(self.secret.encode(), f"v0:{at}:".encode() + raw, hashlib.sha256).hexdigest()
        assert request.headers["X-Slack-Signature"] == f"v0={digest}"
        self.headers.append(dict(request.headers))
        if request.content_type == "application/json":
            self.heard.append(json.loads(raw))
        else:
            fields = dict(parse_qsl(raw.decode(), keep_blank_values=True))
            self.heard.append(json.loads(fields["payload"]) if "payload" in fields else fields)
        await asyncio.sleep(self.delay)
        if self.status != 200 or self.answer is None:
            return web.Response(status=self.status)
        return web.json_response(self.answer)

    @property
    def last(self) -> dict[str, Any]:
        return self.heard[-1]


@dataclass
class Visitor:
    """Somebody at the page, and the bot at the Web API."""

    playground: Playground
    session: ClientSession

    async def get(self, path: str, **query: str) -> Any:
        async with self.session.get(f"{self.playground.url}/playground/{path}", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.playground.url}/playground/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def say(self, text: str, user: str = MARA, channel: str = SLAM) -> Any:
        return await self.post("say", text=text, channel=channel, **{"as": user})

    async def seen(self, user: str = MARA, channel: str = SLAM) -> list[dict[str, Any]]:
        told = await self.get("messages", channel=channel, **{"as": user})
        return list(told["messages"])

    async def call(self, method: str, token: str | None = None, **arguments: Any) -> dict[str, Any]:
        """Call the Web API as the bot does."""
        bearer = token or self.playground.installation.bot_token
        async with self.session.post(
            f"{self.playground.url}/api/{method}",
            json=arguments,
            headers={"Authorization": f"Bearer {bearer}"},
        ) as answer:
            told = await answer.json()
            return {"status": answer.status, "retry_after": answer.headers.get("Retry-After"), **told}

    async def respond(self, url: str, **body: Any) -> tuple[int, Any]:
        async with self.session.post(url, json=body) as answer:
            return answer.status, await answer.json()


@pytest.fixture
def clock() -> MovableClock:
    """It stands still unless it is moved."""
    return MovableClock(lambda: NOON, world.OPENS_AT)


@asynccontextmanager
async def playing(clock: MovableClock, installation: Installation) -> AsyncIterator[tuple[Visitor, FakeBot]]:
    """A playground with a bot installed like this, and somebody at the page."""
    playground = Playground(clock, installation)
    await playground.start()
    try:
        async with listening(playground) as bot, ClientSession() as session:
            yield Visitor(playground, session), bot
    finally:
        await playground.stop()


@asynccontextmanager
async def listening(playground: Playground) -> AsyncIterator[FakeBot]:
    fake = FakeBot(playground.installation.signing_secret)
    app = web.Application()
    app.router.add_post("/slack/events", fake.hear)
    async with TestServer(app) as server:
        playground.connect(str(server.make_url("")).rstrip("/"))
        yield fake


@pytest.fixture
async def playground(clock: MovableClock) -> AsyncIterator[Playground]:
    playground = Playground(clock, Installation(ALL_SCOPES, ALL_EVENTS, MENU))
    await playground.start()
    yield playground
    await playground.stop()


@pytest.fixture
async def bot(playground: Playground) -> AsyncIterator[FakeBot]:
    """A bot that answers nothing until the test gives it an answer."""
    async with listening(playground) as fake:
        yield fake


@pytest.fixture
async def visitor(playground: Playground) -> AsyncIterator[Visitor]:
    async with ClientSession() as session:
        yield Visitor(playground, session)


def a_second_later(clock: MovableClock) -> None:
    clock.forward(timedelta(seconds=1))


def text(words: str = "hello") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def button(action: str = "status.next", value: str = "lanternfish") -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Next"}
    return {"type": "button", "action_id": action, "text": label, "value": value}


def row(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}
