"""Fifty people ask and eight volunteers press everything at once, while every process is killed."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime

import pytest

from bot.store import Store, open_store
from bot.store.outbox import State
from tests.bot.outbox import pressing
from tests.bot.outbox.test_kills import ROOT, Dice, eventually, is_settled, worker
from tests.bot.outbox.world import Slack, slack
from tests.conftest import EDITION

pytestmark = pytest.mark.slow

ASKERS = [f"U0ASKS{number}" for number in range(50)]


@asynccontextmanager
async def presses(database_url: str, seed: int) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.outbox.pressing", database_url, str(seed), cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    await process.stdout.readline()
    yield process
    process.kill()
    await process.wait()


def histories(store: Store) -> dict[int, list[str]]:
    """By question: what happened to it, in the order in which it was written down."""
    entries = [each for state in State for each in store.outbox.page(state, limit=100_000)]
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: each.id):
        number, what = entry.text.split(" ", 1)
        if int(number) not in lines and (question := store.questions.find(int(number))):
            what = f"asked {question.asker}"  # whatever its card says by now
        if not lines[int(number)] or lines[int(number)][-1] != what:  # the card and the thread say the same
            lines[int(number)].append(what)
    return lines


def owner_after(history: list[str]) -> str | None:
    """Who owns it in the end, where each thing that happened could happen: one owner at a time."""
    owner, is_solved = None, False
    for line in history[1:]:
        what, *people = line.split()
        assert is_solved is (what == "reopened"), history
        match what:
            case "claimed":
                assert owner is None, history
                owner = people[0]
            case "released":
                assert owner == people[0], history
                owner = None
            case "handed":
                assert owner == people[0], history
                owner = people[1]
            case "resolved":
                is_solved = True
            case "reopened":
                owner, is_solved = None, False
    return owner


def is_told(store: Store, world: Slack) -> bool:
    """Everything is in Slack, and each card shows what happened last."""
    if not is_settled(store, doubts=True):
        return False
    return all(
        (card := store.questions.card(number)) and world.shown[card.ts] == f"{number} {history[-1]}"
        for number, history in histories(store).items()
    )


async def test_each_has_one_owner_none_is_lost_and_none_is_answered_into_the_wrong_thread(database_url):
    dice = random.Random(7)
    with closing(open_store(database_url, EDITION)) as store:
        async with slack() as world:
            world.trouble, world.latency = Dice(7), 0.01
            store.outbox.owe((), (), datetime.now(UTC))
            asked = await asyncio.gather(*(asyncio.to_thread(pressing.ask, store, each) for each in ASKERS))
            for round_ in range(2):
                async with (
                    worker(database_url, world, history=True) as process,
                    presses(database_url, round_),
                    presses(database_url, 100 + round_),
                ):
                    await asyncio.sleep(dice.uniform(0.3, 1.0))
                    process.kill()
                    await process.wait()
            store.outbox.owe((), (), datetime.now(UTC))
            async with worker(database_url, world, history=True):
                await eventually(lambda: is_told(store, world), 300)
        lines = histories(store)
        assert sorted(lines) == sorted(asked)
        assert sum(len(each) for each in lines.values()) > 2 * len(asked)
        for number in asked:
            question = store.questions.find(number)
            assert question is not None
            assert question.owner == owner_after(lines[number])
        assert all(times == 1 for times in world.delivered.values())
        cards = {store.questions.card(number): number for number in asked}
        of_thread = {card.ts: number for card, number in cards.items() if card}
        for posted in world.posted:
            number = int(posted.arguments["text"].split()[0])
            assert posted.thread is None or of_thread[posted.thread] == number
