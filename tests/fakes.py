"""Small stand-ins that remember what was said to them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer

SECRET = "a-signing-secret"
BOT_USER = "U0SLAM"


@dataclass
class Workspace:
    """Slack's Web API and its answer addresses, on this machine; `refusals` come first, by method."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    refusals: dict[str, list[web.Response]] = field(default_factory=dict)
    tells: dict[str, dict[str, Any]] = field(default_factory=dict)  # by method, besides that all is well
    slow: dict[str, float] = field(default_factory=dict)  # seconds until an answer, by method
    scopes: str | None = "commands,chat:write,im:write,users:read"
    url: str = ""
    _silent: set[str] = field(default_factory=set)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def response_url(self) -> str:
        return f"{self.url}answer/1"

    def said(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    @asynccontextmanager
    async def silent(self, method: str) -> AsyncIterator[None]:
        """Meanwhile this method is heard and never answered."""
        self._silent.add(method)
        yield
        self._silent.remove(method)

    async def until(self, enough: Any, seconds: float = 5.0) -> None:
        """Wait until what was said is enough."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(enough)

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            arguments = await request.json()
        else:
            arguments = {**request.query, **await request.post()}
        if refused := self.refusals.get(method):
            return refused.pop(0)
        async with self._news:
            self.calls.append((method, arguments))
            self._news.notify_all()
        while method in self._silent:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await asyncio.sleep(self.slow.get(method, 0))
        headers = {} if self.scopes is None else {"X-OAuth-Scopes": self.scopes}
        told = {
            "ok": True,
            "team": "Kelp",
            "team_id": "T1",
            "user": "slam",
            "user_id": BOT_USER,
            "bot_id": "B1",
        }
        if method.startswith("views."):
            told["view"] = {"id": "V1"}  # type: ignore[assignment]
        return web.json_response(told | self.tells.get(method, {}), headers=headers)

    async def answer(self, request: web.Request) -> web.Response:
        async with self._news:
            self.answers.append(await request.json())
            self._news.notify_all()
        return web.Response(text="ok")


@asynccontextmanager
async def workspace() -> AsyncIterator[Workspace]:
    opened = Workspace()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", opened.api)
    app.router.add_post("/api/answer/{number}", opened.answer)
    async with TestServer(app) as server:
        opened.url = str(server.make_url("/api/"))
        yield opened


def signed(raw: bytes, at: float, secret: str = SECRET, content_type: str = "") -> dict[str, str]:
    """The headers that Slack would send with this body at this moment."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": content_type or "application/x-www-form-urlencoded",
    }


def typed(text: str, **differences: str) -> bytes:
    """The body of a slash command."""
    form = {
        "token": "old",
        "team_id": "T1",
        "team_domain": "kelp",
        "channel_id": "C1",
        "channel_name": "general",
        "user_id": "U1",
        "user_name": "ada",
        "command": "/slam",
        "text": text,
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": "",
        "trigger_id": "1.2.abc",
    }
    return urlencode(form | differences).encode()


def pressed(action: str, value: str = "", **differences: Any) -> bytes:
    """The body of a press on a button."""
    payload = {
        "type": "block_actions",
        "team": {"id": "T1", "domain": "kelp"},
        "user": {"id": "U1", "username": "ada", "team_id": "T1"},
        "channel": {"id": "C1", "name": "general"},
        "container": {"type": "message", "message_ts": "1.1", "is_ephemeral": True},
        "trigger_id": "1.2.abc",
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return urlencode({"payload": json.dumps(payload | differences)}).encode()


def chosen(callback: str, text: str, **differences: Any) -> bytes:
    """The body of an entry that was chosen from a message's menu."""
    payload = {
        "type": "message_action",
        "callback_id": callback,
        "team": {"id": "T1", "domain": "kelp"},
        "user": {"id": "U1", "name": "ada"},
        "channel": {"id": "C1", "name": "general"},
        "trigger_id": "1.2.abc",
        "message_ts": "7.7",
        "message": {"type": "message", "user": "U2", "ts": "7.7", "text": text},
        "response_url": "",
    }
    return urlencode({"payload": json.dumps(payload | differences)}).encode()


def looked_for(field: str, typed: str | None, **differences: Any) -> bytes:
    """The body of what somebody types into a field that is searched."""
    payload = {
        "type": "block_suggestion",
        "team": {"id": "T1", "domain": "kelp"},
        "user": {"id": "U1", "username": "ada", "team_id": "T1"},
        "container": {"type": "view", "view_id": "V7"},
        "api_app_id": "A1",
        "token": "old",
        "action_id": field,
        "block_id": "clomonitor",
        "value": typed,
        "view": {"id": "V7", "type": "modal", "callback_id": "register.written"},
    }
    return urlencode({"payload": json.dumps(payload | differences)}).encode()


def sent(callback: str, values: dict[str, Any] | None = None, **differences: Any) -> bytes:
    """The body of a dialog that was sent off, with what is in its fields by their names."""
    view = {
        "id": "V7",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": "",
        "state": {"values": {name: {name: value} for name, value in (values or {}).items()}},
    }
    payload = {
        "type": "view_submission",
        "team": {"id": "T1", "domain": "kelp"},
        "user": {"id": "U1", "username": "ada", "team_id": "T1"},
        "trigger_id": "1.2.abc",
        "response_urls": [],
        "view": view | differences,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def happened(event: dict[str, Any], event_id: str = "Ev1") -> bytes:
    """The body of an event."""
    return json.dumps(
        {
            "type": "event_callback",
            "token": "old",
            "team_id": "T1",
            "api_app_id": "A1",
            "event": event,
            "event_id": event_id,
            "event_time": 1,
            "authorizations": [{"enterprise_id": None, "team_id": "T1", "user_id": BOT_USER, "is_bot": True}],
        }
    ).encode()
