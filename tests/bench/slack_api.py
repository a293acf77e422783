"""Enough of Slack and of the sources to start a bot: auth.test says yes, the sources say "not now"."""

from __future__ import annotations

import os

from aiohttp import web

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


async def api(request: web.Request) -> web.Response:
    return web.json_response(IDENTITY, headers={"X-OAuth-Scopes": "commands,chat:write,im:write,users:read"})


async def source(request: web.Request) -> web.Response:
    """A day's pause, so that no refresh disturbs what is measured."""
    return web.Response(status=503, headers={"Retry-After": "86400"})


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/api/{method}", api)
    app.router.add_get("/sources/{rest:.*}", source)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)
