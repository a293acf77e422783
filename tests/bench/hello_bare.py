"""The least that can answer /slam: aiohttp checks the signature and answers with a constant."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from urllib.parse import parse_qs

from aiohttp import web

SECRET = os.environ["SLACK_SIGNING_SECRET"].encode()


async def hello(request: web.Request) -> web.Response:
    body = await request.read()
    sent_at = request.headers["X-Slack-Request-Timestamp"]
    expected = "v0=" + hmac.new(SECRET, b"v0:" + sent_at.encode() + b":" + body, hashlib.sha256).hexdigest()
    if abs(time.time() - int(sent_at)) > 300 or not hmac.compare_digest(
        expected, request.headers["X-Slack-Signature"]
    ):
        return web.Response(status=401)
    assert parse_qs(body.decode())["command"] == ["/slam"]
    return web.json_response({"text": "Hello from the Slam."})


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/slack/events", hello)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)
