"""A Bolt bot that answers /slam with a constant, in the HTTP response to the command itself."""

from __future__ import annotations

import os

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

app = AsyncApp(
    client=AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    process_before_response=True,
)


@app.command("/slam")
async def hello(ack: AsyncAck) -> None:
    await ack("Hello from the Slam.")


if __name__ == "__main__":
    web.run_app(
        app.web_app("/slack/events"),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        access_log=None,
        print=None,
    )
