"""Fifty people ask, eight volunteers press everything at once, and the bot is killed in between."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from contextlib import asynccontextmanager, closing
from typing import Any

import aiohttp
import pytest

from bot.playground.blockkit import message_mistakes
from bot.store import open_store
from bot.store.outbox import State
from rules.help import QuestionState
from tests.bot.outbox.world import Slack, slack
from tests.bot.test_main import begun, logged
from tests.conftest import EDITION
from tests.fakes import SECRET, pressed, signed, typed

pytestmark = pytest.mark.slow

ASKERS = [f"U0ASKER{number}" for number in range(50)]
VOLUNTEERS = [f"U0VOL{number}" for number in range(8)]
HELP = "C0HELP"
CAPACITY = 5
CONFIG = f"""
edition: slam-2023
organizers: [U0ORG]
channels: {{help: {HELP}}}
pacing: {{per_channel_seconds: 0.01, per_workspace_per_minute: 6000}}
projects: []
volunteers:
""" + "".join(f"  - {{user: {name}, topics: [scorecard], capacity: {CAPACITY}}}\n" for name in VOLUNTEERS)
TAKES = re.compile(r"^<@(\w+)> takes this question\. <@(\w+)>")
FREES = re.compile(r"^<@(\w+)> had to let it go|^Resolved, says")


class Crowd:
    """People who talk to whichever bot runs now."""

    def __init__(self) -> None:
        self.port = 0  # of the bot that runs now
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))

    async def send(self, raw: bytes) -> dict[str, Any] | None:
        """None: nobody answered, and nobody knows whether they heard."""
        url = f"http://127.0.0.1:{self.port}/slack/events"
        try:
            async with self.session.post(url, data=raw, headers=signed(raw, time.time())) as answer:
                assert answer.status == 200, answer.status
                body = await answer.read()
                return json.loads(body) if body else {}
        except aiohttp.ClientError:
            return None


@asynccontextmanager
async def running(folder, world):
    process = await begun(
        folder, "run",
        SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=world.url,
        HOST="127.0.0.1", PORT="0", LOG_FORMAT="json",
    )  # fmt: skip
    silenced = None
    try:
        port = (await logged(process, "listening"))["port"]
        silenced = asyncio.create_task(process.stderr.read())  # it must not wait for somebody to read
        yield process, port
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        if silenced:
            await silenced


def by(person: str) -> dict[str, Any]:
    return {"user": {"id": person, "username": "ada", "team_id": "T1"}}


def click(person: str, action: str, value: object) -> bytes:
    nonce = {"trigger_id": f"{time.monotonic_ns()}.{random.random()}", "response_url": ""}
    home = {"channel": None, "view": {"id": "V1", "type": "home"}}
    return pressed(action, str(value), **by(person), **nonce, **home)


async def asking(crowd: Crowd, person: str, chosen: random.Random) -> None:
    """Ask, be still stuck; again where the bot was killed and nobody knows."""
    number = None
    while number is None:
        await asyncio.sleep(chosen.random() * 0.5)
        raw = typed(
            f"ask scorecard why is my score {person}?", user_id=person, trigger_id=str(chosen.random())
        )
        told = await crowd.send(raw)
        if told:
            found = re.search(r'"ask\.stuck", ?"value": ?"(\d+)"|"value": ?"(\d+)"', json.dumps(told))
            assert found, told
            number = found[1] or found[2]
    heard = None
    while heard is None:
        heard = await crowd.send(click(person, "ask.stuck", number))


async def pressing(crowd: Crowd, person: str, chosen: random.Random, until: asyncio.Event) -> None:
    """Claim, release, resolve, reopen whatever there may be."""
    actions = ["claim"] * 5 + ["release", "release", "resolve", "reopen"]
    while not until.is_set():
        action, number = chosen.choice(actions), chosen.randint(1, len(ASKERS) + 10)
        await crowd.send(click(person, f"question.{action}", number))
        await asyncio.sleep(0.03)


def events(store) -> dict[int, list[str]]:
    """By question: what was said about it, in its order; each was written with the change itself."""
    told = defaultdict(list)
    with store._database.read() as read:  # what no part of the bot asks for
        rows = read.exec_driver_sql("SELECT question, body FROM messages WHERE question > 0 ORDER BY id")
        for question, body in rows:
            parsed = json.loads(body)
            assert message_mistakes(parsed["blocks"]) == []
            told[question].append(parsed["text"])
    return told


def assert_one_owner_at_any_time(told: list[str]) -> None:
    owner = None
    for text in told:
        if taken := TAKES.match(text):
            assert owner is None, told
            owner = taken[1]
        elif FREES.match(text):
            owner = None
        elif again := re.match(r"^<@\w+> reopened it\. <@(\w+)>: it is yours", text):
            assert owner is None, told
            owner = again[1]


async def test_every_question_has_one_owner_and_none_is_lost_or_answered_elsewhere(tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)
    chosen = random.Random(4)
    done = asyncio.Event()
    async with slack() as world:
        world.latency = 0.005
        crowd = Crowd()
        async with crowd.session, asyncio.TaskGroup() as group:
            askers = [group.create_task(asking(crowd, each, random.Random(each))) for each in ASKERS]
            for each in VOLUNTEERS:
                group.create_task(pressing(crowd, each, random.Random(each), done))
            for _ in range(3):
                async with running(tmp_path, world) as (process, port):
                    crowd.port = port
                    await asyncio.sleep(chosen.uniform(0.5, 2.0))
                    process.kill()
            async with running(tmp_path, world) as (process, port):
                crowd.port = port
                await asyncio.wait(askers)
                await asyncio.sleep(1.0)
                done.set()
                await settled(tmp_path)
        check(tmp_path, world)


async def settled(folder) -> None:
    """Nothing is sent any more: what belongs to a card in doubt waits until somebody confirms it."""
    with closing(open_store(f"sqlite:///{folder}/slam.db", EDITION)) as store:
        before = None
        async with asyncio.timeout(300):
            while (counts := await asyncio.to_thread(store.outbox.counts)) != before or counts[State.SENDING]:
                before = counts
                await asyncio.sleep(2.0)


def check(folder, world: Slack) -> None:
    with closing(open_store(f"sqlite:///{folder}/slam.db", EDITION)) as store:
        questions = [store.questions.find(number) for number in range(1, len(ASKERS) * 3)]
        kept = [each for each in questions if each and each.state is not QuestionState.AIDED]
        assert {each.asker for each in kept} == set(ASKERS)  # none is lost
        for question, told in events(store).items():
            assert_one_owner_at_any_time(told)
            taken = [TAKES.match(text) for text in told]
            asker = store.questions.find(question).asker
            assert {match[2] for match in taken if match} <= {asker}
        owned = defaultdict(int)
        for each in kept:
            owned[each.owner] += each.state is QuestionState.CLAIMED
        assert all(count <= CAPACITY for owner, count in owned.items() if owner), owned
        of_thread = {}
        for posted in world.posted:
            number = int(posted.keys[0].split("/")[2])
            if posted.thread is None:
                assert of_thread.setdefault(posted.ts, number) == number
        cards = {store.questions.card(each.id).ts: each.id for each in kept if store.questions.card(each.id)}
        assert cards.items() <= of_thread.items()
        for posted in world.posted:
            if posted.thread is not None:
                assert of_thread[posted.thread] == int(posted.keys[0].split("/")[2])
