from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.config.declared import Pacing
from bot.outbox import Outbox, Timing
from bot.store import Store
from bot.store.outbox import Entry, State
from tests.bot.outbox.world import Slack, draft, slack

HASTY = Timing(beat=0.02, poll=0.03, call=3.0, lease=9.0, patience=0.6, pauses=(0.02, 0.05), refused=0.1)

IMPATIENT = replace(HASTY, call=0.5, patience=1.5)


@dataclass
class Clock:
    """The time, and a day that can be moved."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Delivering:
    """A process that delivers, seen from outside."""

    store: Store
    slack: Slack
    clock: Clock
    outbox: Outbox

    def owe(self, *numbers: int, **changes: Any) -> None:
        drafts = [draft(number, self.clock(), **changes) for number in numbers]
        self.store.outbox.owe(drafts, (), self.clock())
        self.outbox.wake()

    def entries(self, state: State) -> tuple[Entry, ...]:
        return self.store.outbox.page(state, limit=1000)

    async def until(self, state: State, number: int = 1, seconds: float = 10.0) -> tuple[Entry, ...]:
        """Until so many messages are in that state."""
        await self.eventually(lambda: self.store.outbox.counts()[state] >= number, seconds)
        return self.entries(state)

    async def eventually(self, holds: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while True:
                if holds():
                    return
                await asyncio.sleep(0.01)


Begin = Callable[..., Any]


@pytest.fixture
async def world() -> AsyncIterator[Slack]:
    async with slack() as opened:
        yield opened


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def deliver(store: Store, world: Slack, session: aiohttp.ClientSession) -> Begin:
    """Begin to deliver what is owed, with the settings that differ."""

    @asynccontextmanager
    async def begin(
        *,
        per_minute: int = 60_000,
        per_channel: float = 0.0,
        history: bool = False,
        timing: Timing = HASTY,
        base_url: str = "",
    ) -> AsyncIterator[Delivering]:
        clock = Clock()
        outbox = Outbox(
            store,
            session,
            clock,
            token="xoxb-of-no-real-app",
            base_url=base_url or world.url,
            pacing=Pacing(per_channel, per_minute),
            history=history,
            timing=timing,
        )
        outbox.start()
        yield Delivering(store, world, clock, outbox)
        await outbox.stop(2.0)

    return begin
