"""A Slack on this machine that remembers what was posted, keeps limits, and fails as it is told to."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.store import Store
from bot.store.outbox import Draft, NoticeRow

BEFORE, AFTER, LIMITED = "drop before", "drop after", "ratelimited"
PAGE = 3  # messages in a page of history

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Posted:
    channel: str
    ts: str
    arguments: Arguments

    @property
    def keys(self) -> list[str]:
        found: list[str] = self.arguments["metadata"]["event_payload"]["keys"]
        return found

    @property
    def thread(self) -> str | None:
        return self.arguments.get("thread_ts")


@dataclass
class Slack:
    """`trouble` is asked about each chat.postMessage and chat.update: BEFORE or AFTER it is stored the
    connection drops, LIMITED is a 429, a response is given as it is, None: all is well."""

    trouble: Callable[[Arguments], object] = lambda arguments: None
    hears: Callable[[str], None] = lambda method: None
    answers: dict[str, list[web.Response]] = field(default_factory=lambda: defaultdict(list))
    per_minute: int | None = None
    per_channel: float | None = None  # seconds
    waits: str = "0.2"  # Retry-After
    latency: float = 0.0
    hears_nothing: bool = False
    posted: list[Posted] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)  # by ts: the text as it stands there now
    calls: Counter[str] = field(default_factory=Counter)
    limited: int = 0
    at: list[float] = field(default_factory=list)
    url: str = ""
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _minute: deque[float] = field(default_factory=deque)
    _last: dict[str, float] = field(default_factory=dict)

    @property
    def delivered(self) -> Counter[str]:
        """How often each key was posted."""
        return Counter(key for message in self.posted for key in message.keys)

    async def until(self, enough: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(enough)

    async def api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            given = await request.json()
        else:
            given = {**request.query, **await request.post()}
        async with self._news:
            self.calls[method] += 1
            self._news.notify_all()
        self.hears(method)
        if self.latency:
            await asyncio.sleep(self.latency)
        if self.hears_nothing:
            return dropped(request)
        if self.answers[method]:
            return self.answers[method].pop(0)
        if method == "chat.postMessage":
            return await self._post(request, given)
        if method == "chat.update":
            return await self._update(request, given)
        if method in ("conversations.history", "conversations.replies"):
            return web.json_response(self._history(given))
        if method == "conversations.open":
            people = given["users"].split(",")
            together = f"G{'+'.join(people)}" if len(people) > 1 else f"D{people[0][1:]}"
            return web.json_response({"ok": True, "channel": {"id": together}})
        return web.json_response({"ok": True, "user_id": "U0SLAM", "bot_id": "B0SLAM"})

    async def _post(self, request: web.Request, given: Arguments) -> web.StreamResponse:
        what = self.trouble(given)
        if isinstance(what, web.StreamResponse):
            return what
        if what == BEFORE:
            return dropped(request)
        if what == LIMITED or not self._may(given["channel"]):
            self.limited += 1
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": self.waits}
            )
        async with self._news:
            ts = f"{time.time():.6f}"
            self.posted.append(Posted(given["channel"], ts, given))
            self.shown[ts] = given["text"]
            self.at.append(time.monotonic())
            self._news.notify_all()
        if what == AFTER:
            return dropped(request)
        return web.json_response({"ok": True, "channel": given["channel"], "ts": ts})

    async def _update(self, request: web.Request, given: Arguments) -> web.StreamResponse:
        what = self.trouble(given)
        if isinstance(what, web.StreamResponse):
            return what
        if what == BEFORE:
            return dropped(request)
        if given["ts"] not in self.shown:
            return refusal("message_not_found")
        async with self._news:
            self.shown[given["ts"]] = given["text"]
            self._news.notify_all()
        if what == AFTER:
            return dropped(request)
        return web.json_response({"ok": True, "channel": given["channel"], "ts": given["ts"]})

    def _may(self, channel: str) -> bool:
        now = time.monotonic()
        while self._minute and self._minute[0] <= now - 60:
            self._minute.popleft()
        if self.per_minute is not None and len(self._minute) >= self.per_minute:
            return False
        if self.per_channel is not None and now - self._last.get(channel, -9.9e9) < self.per_channel:
            return False
        self._minute.append(now)
        self._last[channel] = now
        return True

    def _history(self, given: Arguments) -> dict[str, Any]:
        """The newest first, so many a page; what is in threads only where a thread is asked for."""
        oldest, start = float(given["oldest"]), int(given.get("cursor") or 0)
        there = [
            m
            for m in reversed(self.posted)
            if m.channel == given["channel"] and m.thread == given.get("ts") and float(m.ts) > oldest
        ]
        shown = [{"ts": m.ts, "metadata": m.arguments["metadata"]} for m in there[start : start + PAGE]]
        more = len(there) > start + PAGE
        cursor = str(start + PAGE) if more else ""
        return {
            "ok": True,
            "messages": shown,
            "has_more": more,
            "response_metadata": {"next_cursor": cursor},
        }


def dropped(request: web.Request) -> web.Response:
    """The connection ends without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def refusal(error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error})


@asynccontextmanager
async def slack() -> AsyncIterator[Slack]:
    opened = Slack()
    app = web.Application(client_max_size=2**22)
    app.router.add_route("*", "/api/{method}", opened.api)
    async with TestServer(app) as server:
        opened.url = str(server.make_url("/api/"))
        yield opened


def key(number: int, reader: str) -> str:
    return f"slam-2023/closing/close@2023-11-06T23:59-12:00/7d/project-{number}/{reader}"


def draft(number: int, at: datetime, *, reader: str = "", keys: Sequence[str] = (), **changes: Any) -> Draft:
    """A reminder to one of many channels."""
    reader = reader or f"C{number:05}"
    rows = [NoticeRow(each, "deadline") for each in keys or [key(number, reader)]]
    values: dict[str, Any] = {
        "project": f"project-{number}",
        "reader": reader,
        "notices": tuple(rows),
        "text": f"Reminder {number}",
        "blocks": ({"type": "section", "text": {"type": "mrkdwn", "text": f"Reminder {number}"}},),
        "pointless_at": at + timedelta(days=7),
    }
    return Draft(**(values | changes))


def owe(store: Store, numbers: Iterable[int], at: datetime) -> set[str]:
    """So many reminders, each to a channel of its own; gives back their keys."""
    drafts = [draft(number, at) for number in numbers]
    store.outbox.owe(drafts, (), at)
    return {row.key for each in drafts for row in each.notices}
