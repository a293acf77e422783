"""Sends so many messages to so many channels, as slack-sdk does or through the outbox, and says what it cost.

    python -m tests.bench.sends bare|outbox NUMBER API_URL FOLDER

prints the processor seconds of one message: for the outbox from owing it to having settled it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config.declared import Pacing
from bot.outbox import AT_ONCE, Outbox
from bot.store import open_store
from bot.store.outbox import Draft, NoticeRow, State

TEXT = "Submissions close in a week. The Cleaner: 3 of 4 found. Next: add a changelog. " * 3
BLOCKS: tuple[dict[str, Any], ...] = (
    {"type": "section", "text": {"type": "mrkdwn", "text": TEXT}},
    {"type": "actions", "elements": [
        {"type": "button", "action_id": "remind.mute", "text": {"type": "plain_text", "text": "Mute them"}}
    ]},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "What you get: `/slam remind`."}]},
)  # fmt: skip
TOKEN = "xoxb-of-no-real-app"


def key(number: int) -> str:
    return f"slam-2023/closing/close@2023-11-06T23:59-12:00/7d/project-{number:05}/C{number:05}"


async def bare(number: int, api_url: str, session: aiohttp.ClientSession) -> None:
    """As many at once as the outbox sends."""
    client = AsyncWebClient(TOKEN, api_url, session=session, retry_handlers=[])
    seats = asyncio.Semaphore(AT_ONCE)

    async def send(each: int) -> None:
        async with seats:
            payload = {"key": key(each), "keys": [key(each)]}
            await client.chat_postMessage(
                channel=f"C{each:05}",
                text=TEXT,
                blocks=list(BLOCKS),
                metadata={"event_type": "slam_notice", "event_payload": payload},
                unfurl_links=False,
                unfurl_media=False,
            )

    await asyncio.gather(*(send(each) for each in range(number)))


async def through_the_outbox(number: int, api_url: str, session: aiohttp.ClientSession, folder: Path) -> None:
    store = open_store(f"sqlite:///{folder / f'{time.time_ns()}.db'}", "slam-2023")
    store.migrate()
    outbox = Outbox(
        store,
        session,
        lambda: datetime.now(UTC),
        token=TOKEN,
        base_url=api_url,
        pacing=Pacing(0.0, 6_000_000),
        history=False,
    )
    began = time.process_time()
    store.outbox.owe([draft(each) for each in range(number)], (), datetime.now(UTC))
    outbox.start()
    async with asyncio.timeout(600):
        while True:
            if store.outbox.counts()[State.SENT] == number:
                break
            await asyncio.sleep(0.5)
    spent.append(time.process_time() - began)
    await outbox.stop(1.0)
    store.close()


def draft(number: int) -> Draft:
    row = NoticeRow(key(number), "deadline", "close", "2023-11-06T23:59-12:00")
    until = datetime.now(UTC) + timedelta(days=7)
    return Draft(f"project-{number:05}", f"C{number:05}", (row,), TEXT, BLOCKS, until)


spent: list[float] = []


async def main(how: str, number: int, api_url: str, folder: Path) -> None:
    async with aiohttp.ClientSession() as session:
        if how == "outbox":
            await through_the_outbox(number, api_url, session, folder)
        else:
            began = time.process_time()
            await bare(number, api_url, session)
            spent.append(time.process_time() - began)
    print(spent[0] / number)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])))
