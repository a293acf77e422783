"""A process that delivers until it is told to stop, or killed: what the tests of kills start."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime

import aiohttp

from bot.config.declared import Pacing
from bot.outbox import Outbox, Timing
from bot.store import open_store

HASTY = Timing(beat=0.05, poll=0.1, call=1.0, lease=3.0, patience=3.0, pauses=(0.1, 0.2, 0.5), refused=0.5)


async def deliver(database_url: str, slack_url: str, history: bool, per_minute: int) -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    store = open_store(database_url, "slam-2023")
    async with aiohttp.ClientSession() as session:
        outbox = Outbox(
            store,
            session,
            lambda: datetime.now(UTC),
            token="xoxb-of-no-real-app",
            base_url=slack_url,
            pacing=Pacing(0.02, per_minute),
            history=history,
            timing=HASTY,
        )
        outbox.start()
        print("ready", flush=True)
        await told.wait()
        await outbox.stop(5.0)
    store.close()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], sys.argv[2], sys.argv[3] == "history", int(sys.argv[4])))
