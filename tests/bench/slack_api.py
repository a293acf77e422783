"""Enough of Slack and of the sources to start a bot: messages are taken, the sources say "not now"."""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

PER_MINUTE = 3000
PER_CHANNEL = 1.0  # seconds
IDENTITY = {
    "ok": True,
    "url": "http://127.0.0.1/",
    "team": "Slam",
    "team_id": "T0SLAM",
    "user": "slam",
    "user_id": "U0BOT",
    "bot_id": "B0BOT",
    "app_id": "A0SLAM",
}
SCOPES = {"X-OAuth-Scopes": "commands,chat:write,im:write,users:read"}


@dataclass
class Posts:
    """When messages came, and how often they came too fast."""

    limited: bool = False
    at: list[float] = field(default_factory=list)
    refused: int = 0
    _minute: deque[float] = field(default_factory=deque)
    _last: dict[str, float] = field(default_factory=dict)

    def take(self, channel: str) -> bool:
        now = time.time()
        while self._minute and self._minute[0] <= now - 60:
            self._minute.popleft()
        too_fast = len(self._minute) >= PER_MINUTE or now - self._last.get(channel, 0) < PER_CHANNEL
        if self.limited and too_fast:
            self.refused += 1
            return False
        self._minute.append(now)
        self._last[channel] = now
        self.at.append(now)
        return True


POSTS = web.AppKey("posts", list[Posts])  # the last one counts


async def api(request: web.Request) -> web.Response:
    posts = request.app[POSTS][-1]
    if request.match_info["method"] != "chat.postMessage":
        return web.json_response(IDENTITY, headers=SCOPES)
    given = await request.json()
    if not posts.take(given["channel"]):
        error = {"ok": False, "error": "ratelimited"}
        return web.json_response(error, status=429, headers={"Retry-After": "1"})
    return web.json_response({"ok": True, "channel": given["channel"], "ts": f"{posts.at[-1]:.6f}"})


async def figures(request: web.Request) -> web.Response:
    posts = request.app[POSTS][-1]
    first, last = (posts.at[0], posts.at[-1]) if posts.at else (0.0, 0.0)
    told = {"posted": len(posts.at), "first": first, "last": last, "refused": posts.refused}
    return web.json_response(told)


async def begin(request: web.Request) -> web.Response:
    """Forget what was, and keep the limits from now on."""
    request.app[POSTS].append(Posts(limited=True))
    return web.Response()


async def source(request: web.Request) -> web.Response:
    """A day's pause, so that no refresh disturbs what is measured."""
    return web.Response(status=503, headers={"Retry-After": "86400"})


if __name__ == "__main__":
    app = web.Application()
    app[POSTS] = [Posts()]
    app.router.add_post("/api/{method}", api)
    app.router.add_get("/figures", figures)
    app.router.add_post("/begin", begin)
    app.router.add_get("/sources/{rest:.*}", source)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)
