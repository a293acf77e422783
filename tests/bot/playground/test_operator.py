"""Whoever runs the bot in the demo writes its configuration as an organizer would."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.playground import world
from bot.playground.operator import Operator
from bot.playground.server import Playground
from bot.store import Store, open_store
from tests.bot.playground.conftest import FakeBot

WEEK = timedelta(days=7)


@pytest.fixture
def operator(playground: Playground, tmp_path: Path) -> Operator:
    return Operator(tmp_path / "config.yaml", playground.environment(0), playground.slack)


@pytest.fixture
def store(operator: Operator, tmp_path: Path) -> Iterator[Store]:
    config = operator.config()
    with closing(open_store(f"sqlite:///{tmp_path / 'slam.db'}", config.edition.id)) as store:
        store.prepare(config.projects, config.volunteers)
        yield store


async def test_a_date_is_moved_by_the_clock_on_the_wall_and_the_bot_told_to_read(
    operator: Operator, bot: FakeBot
) -> None:
    before = {milestone.id: milestone.at for milestone in operator.dates()}
    bot.answer = {"text": "It was read."}
    assert await operator.move_date("ceremony", WEEK) == "It was read."
    assert (bot.last["user_id"], bot.last["text"]) == (world.ORGANIZER, "reload")
    await operator.move_date("close", -timedelta(days=1))
    after = {milestone.id: milestone.at for milestone in operator.dates()}
    assert {name: after[name] - before[name] for name in after} == {
        "open": timedelta(),
        "close": -timedelta(days=1),
        "ceremony": WEEK,
    }


async def test_a_date_that_the_bot_refuses_goes_back_to_what_it_was(operator: Operator, bot: FakeBot) -> None:
    before = operator.dates()
    bot.answer = {"text": "'close' is not after 'open'"}
    assert await operator.move_date("close", -5 * WEEK) == "'close' is not after 'open'"
    assert operator.dates() == before


async def test_whoever_asks_what_is_next_is_told_and_nobody_once_the_bot_has_gone(
    operator: Operator, store: Store
) -> None:
    async def nothing() -> None:
        pass

    operator.begin(store, nothing)
    assert await operator.next_said(world.OPENS_AT) is not None
    await operator.end()
    assert await operator.next_said(world.OPENS_AT) is None


async def test_nothing_is_next_while_the_bot_is_paused(operator: Operator, store: Store) -> None:
    async def nothing() -> None:
        pass

    operator.begin(store, nothing)
    store.switches.pause(world.ORGANIZER, world.OPENS_AT)
    assert await operator.next_said(world.OPENS_AT) is None


async def test_time_that_is_moved_twice_at_once_is_caught_up_with(operator: Operator, store: Store) -> None:
    times = 0
    began, may_end, again = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def catch_up() -> None:
        nonlocal times
        times += 1
        (again if began.is_set() else began).set()
        await may_end.wait()

    operator.begin(store, catch_up)
    operator.moved()
    await began.wait()
    operator.moved()
    operator.moved()
    may_end.set()
    async with asyncio.timeout(5):
        await again.wait()
    await operator.end()
    assert times == 2
