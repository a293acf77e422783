from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.config.declared import Pacing
from bot.store.outbox import State
from tests.bot.outbox.conftest import HASTY, IMPATIENT
from tests.bot.outbox.world import AFTER, BEFORE, LIMITED, key, owe, refusal


async def test_what_is_owed_is_said_with_its_keys(deliver, world):
    async with deliver() as it:
        it.owe(1, keys=["a/C1", "b/C1"])
        (entry,) = await it.until(State.SENT)
    (posted,) = world.posted
    assert posted.arguments["metadata"] == {
        "event_type": "slam_notice",
        "event_payload": {"key": "a/C1", "keys": ["a/C1", "b/C1"]},
    }
    assert posted.arguments["text"] == "Reminder 1"
    assert posted.arguments["blocks"][0]["text"]["text"] == "Reminder 1"
    assert (entry.channel, entry.ts) == (posted.channel, posted.ts)


async def test_rows_of_another_process_are_found_without_being_woken(deliver, store, world):
    async with deliver() as it:
        it.owe()
        await asyncio.sleep(0.1)
        owe(store, [1], it.clock())
        await it.until(State.SENT)


async def test_a_person_is_told_in_a_conversation_that_is_opened_once(deliver, world):
    async with deliver() as it:
        it.owe(1, reader="U0ADA", keys=["a/U0ADA"])
        await it.until(State.SENT)
        it.owe(2, reader="U0ADA", keys=["b/U0ADA"])
        await it.until(State.SENT, 2)
    assert [each.channel for each in world.posted] == ["D0ADA", "D0ADA"]
    assert world.calls["conversations.open"] == 1


async def test_nobody_can_be_told_directly_without_the_scope_and_channels_can(deliver, world):
    world.answers["conversations.open"] = [refusal("missing_scope")]
    async with deliver() as it:
        it.owe(1, reader="U0ADA", keys=["a/U0ADA"])
        it.owe(2)
        await it.until(State.SENT)
        (entry,) = await it.until(State.FAILED)
        assert it.outbox.trouble() is None
    assert entry.reason == "missing_scope"
    assert set(it.store.closed.all()) == {"U0ADA"}


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel"])
async def test_a_channel_that_refuses_us_is_closed_and_the_others_go_on(deliver, world, error):
    world.trouble = lambda given: refusal(error) if given["channel"] == "C00001" else None
    async with deliver() as it:
        it.owe(1, 2)
        await it.until(State.SENT)
        (entry,) = await it.until(State.FAILED)
        it.owe(3, reader="C00001")
        it.owe(4)
        await it.until(State.SENT, 2)
        assert [each.reader for each in it.store.outbox.pending()] == ["C00001"]
    assert entry.reason == error
    assert it.store.closed.all()["C00001"].reason == error
    assert it.outbox.trouble() is None


async def test_a_channel_that_is_opened_again_hears_what_it_missed(deliver, world):
    archived = [refusal("is_archived")]
    world.trouble = lambda given: archived.pop() if archived else None
    async with deliver() as it:
        it.owe(1)
        await it.until(State.FAILED)
        it.store.closed.open("C00001")
        it.outbox.wake()
        await it.until(State.SENT)


async def test_what_slack_puts_off_is_sent_when_it_said_and_nobody_else_is_bothered(deliver, world):
    put_off = [LIMITED]
    world.trouble, world.waits = lambda given: put_off.pop() if put_off else None, "0.4"
    async with deliver(per_minute=6000) as it:
        it.owe(1)
        await it.eventually(lambda: world.limited == 1)
        began = time.monotonic()
        it.owe(*range(2, 20))
        await it.until(State.SENT, 19)
    assert world.at[0] - began > 0.3
    assert set(world.delivered.values()) == {1}


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_a_token_that_is_refused_stops_everything_until_it_is_taken_again(deliver, world, error):
    refused = [refusal(error)]
    world.trouble = lambda given: refused.pop() if refused else None
    world.answers["auth.test"] = [refusal(error), refusal(error)]
    async with deliver() as it:
        it.owe(1)
        await it.eventually(lambda: it.outbox.trouble() is not None)
        assert error in (it.outbox.trouble() or "")
        it.owe(2, 3)
        await asyncio.sleep(0.1)
        assert world.posted == []
        await it.until(State.SENT, 3)
        assert it.outbox.trouble() is None
    assert set(world.delivered.values()) == {1}


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(lambda: AFTER, id="the connection drops after it was stored"),
        pytest.param(lambda: BEFORE, id="the connection drops before it was stored"),
        pytest.param(lambda: web.Response(status=502, text="<html>"), id="5xx"),
        pytest.param(lambda: web.Response(text="<html>"), id="not JSON"),
        pytest.param(lambda: refusal("internal_error"), id="Slack broke"),
    ],
)
async def test_without_history_what_nobody_can_confirm_is_left_to_the_organizers(deliver, world, trouble):
    troubles = [trouble()]
    world.trouble = lambda given: troubles.pop() if troubles else None
    async with deliver() as it:
        it.owe(1)
        (entry,) = await it.until(State.UNCONFIRMED)
        it.owe(2)
        await it.until(State.SENT)
        await asyncio.sleep(2 * HASTY.patience)
    assert entry.reason
    assert world.calls["conversations.history"] == 0
    assert world.delivered[entry.keys[0]] <= 1


async def test_an_answer_that_does_not_come_is_not_waited_for(deliver, world):
    world.latency = 5.0
    async with deliver(timing=IMPATIENT) as it:
        it.owe(1)
        (entry,) = await it.until(State.UNCONFIRMED)
        world.latency = 0
    assert entry.reason == "Slack did not answer in time"


async def test_an_outage_costs_a_few_doubts_and_not_one_for_each_message(deliver, world):
    world.hears_nothing = True
    async with deliver(per_minute=6000) as it:
        it.owe(*range(300))
        await asyncio.sleep(0.5)
        world.hears_nothing = False
        await it.eventually(lambda: not it.store.outbox.pending())
        await it.eventually(it.store.delivery.is_idle)
        assert it.store.outbox.counts()[State.UNCONFIRMED] < 80
    assert set(world.delivered.values()) == {1}


async def test_while_slack_cannot_be_reached_nothing_is_in_doubt(deliver, world):
    async with deliver(base_url="http://127.0.0.1:1/api/") as it:
        it.owe(1, 2, 3)
        await asyncio.sleep(0.3)
        assert it.store.outbox.counts()[State.UNCONFIRMED] == 0
    async with deliver() as it:
        await it.until(State.SENT, 3)
    assert set(world.delivered.values()) == {1}


async def test_with_history_what_arrived_is_found_and_what_did_not_is_sent(deliver, world):
    drops = {"C00001": AFTER, "C00002": BEFORE}
    world.trouble = lambda given: drops.pop(given["channel"], None)
    async with deliver(history=True) as it:
        it.owe(1)
        await it.eventually(lambda: len(world.posted) == 1)
        it.owe(2)
        it.owe(3, 4, 5)
        await it.until(State.SENT, 5)
    assert world.delivered == {key(n, f"C{n:05}"): 1 for n in range(1, 6)}


async def test_what_is_many_pages_back_is_found(deliver, world):
    lost = [AFTER]
    world.trouble = lambda given: lost.pop() if lost else None
    async with deliver(history=True, timing=replace(HASTY, patience=1.0)) as it:
        it.owe(1, reader="C0ONE", keys=["lost/C0ONE"])
        await it.until(State.UNCONFIRMED)
        for number in range(8):
            it.owe(number, reader="C0ONE", keys=[f"k{number}/C0ONE"])
        await it.until(State.SENT, 9)
    assert set(world.delivered.values()) == {1}
    assert world.calls["conversations.history"] >= 3


async def test_nothing_is_looked_up_before_it_can_no_longer_arrive(deliver, world):
    world.latency = 0.8  # longer than a call may take: it arrives after it was given up
    async with deliver(history=True, timing=IMPATIENT) as it:
        it.owe(1)
        await it.until(State.UNCONFIRMED)
        world.latency = 0
        await it.until(State.SENT)
    assert set(world.delivered.values()) == {1}


async def test_a_clock_that_jumps_makes_no_doubt_older(deliver, world):
    world.latency = 0.8
    async with deliver(history=True, timing=IMPATIENT) as it:
        it.owe(1)
        await it.until(State.UNCONFIRMED)
        it.clock.ahead = timedelta(days=3)
        it.owe()
        world.latency = 0
        await it.until(State.SENT)
    assert set(world.delivered.values()) == {1}


async def test_where_history_may_not_be_read_organizers_see_why(deliver, world):
    drops = [AFTER]
    world.trouble = lambda given: drops.pop() if drops else None
    world.answers["conversations.history"] = [refusal("missing_scope")]
    async with deliver(history=True) as it:
        it.owe(1)
        await it.until(State.UNCONFIRMED)
        await it.eventually(lambda: "missing_scope" in (it.entries(State.UNCONFIRMED)[0].reason or ""))
        await asyncio.sleep(0.2)
    assert world.calls["conversations.history"] == 1


async def test_who_slept_through_the_lease_sends_only_what_it_claimed_anew(deliver, world):
    async with deliver() as it:

        def sleep(method: str) -> None:
            if method == "conversations.open":
                it.clock.ahead = timedelta(days=3)

        world.hears = sleep
        it.owe(1, reader="U0ADA", keys=["a/U0ADA"])
        await it.eventually(lambda: world.calls["conversations.open"] == 1)
        await asyncio.sleep(0.2)
        assert world.posted == []
        it.owe()
        (entry,) = await it.until(State.SENT)
    assert entry.attempt == 2


async def test_a_stop_finishes_what_was_begun_and_begins_nothing(deliver, world):
    world.latency = 0.2
    async with deliver(per_minute=600) as it:
        it.owe(*range(50))
        await it.eventually(lambda: world.calls["chat.postMessage"] > 0)
        await it.outbox.stop(2.0)
        said = world.calls["chat.postMessage"]
        counts = it.store.outbox.counts()
        await asyncio.sleep(0.3)
    assert world.calls["chat.postMessage"] == said == counts[State.SENT]
    assert counts[State.SENDING] == 0
    assert counts[State.PENDING] > 0


async def test_a_stop_does_not_wait_for_a_slack_that_hangs(deliver, world):
    world.latency = 60.0
    async with deliver(timing=replace(HASTY, call=30.0, lease=90.0)) as it:
        it.owe(1)
        await it.eventually(lambda: world.calls["chat.postMessage"] == 1)
        began = time.monotonic()
        await it.outbox.stop(0.3)
        assert time.monotonic() - began < 1.0
    assert it.store.outbox.counts()[State.SENDING] == 1


async def test_a_new_pace_holds_from_the_next_turn_on(deliver, world):
    async with deliver(per_minute=1) as it:
        it.owe(1, 2, 3)
        await it.until(State.SENT)
        it.outbox.reconfigure(Pacing(0.0, 60_000), history=False)
        it.outbox.wake()
        await it.until(State.SENT, 3)
