from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from bot.store import Store, open_store
from bot.store.delivery import Claimed, Pace, Settled, Turn
from bot.store.outbox import State
from tests.bot.outbox.world import draft, owe
from tests.builders import NOON

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FREELY = Pace(timedelta(0), 60_000)
SLOWLY = Pace(SECOND, 60)


def turn(store: Store, at: datetime = NOON, worker: str = "w1", pace: Pace = FREELY, **words: object) -> Turn:
    return store.delivery.turn(worker, pace, at, **({"room": 100} | words))  # type: ignore[arg-type]


def became(claimed: Claimed, state: State, at: datetime = NOON, **changes: object) -> Settled:
    return Settled(claimed.id, claimed.attempt, state, at, claimed.reader, **changes)  # type: ignore[arg-type]


def ticked(store: Store, at: datetime) -> datetime:
    """A planner has looked at everything just now."""
    store.outbox.owe((), (), at)
    return at


def states(store: Store) -> dict[State, int]:
    return {state: number for state, number in store.outbox.counts().items() if number}


# --- Claims -------------------------------------------------------------------------------------------------


def test_a_message_is_claimed_by_one_process(stores: Store):
    keys = owe(stores, range(3), NOON)
    assert {key for each in turn(stores).claimed for key in each.keys} == keys
    assert turn(stores, worker="w2").claimed == ()
    assert states(stores) == {State.SENDING: 3}


def test_processes_that_claim_at_once_never_claim_the_same(database_url: str, stores: Store):
    keys = owe(stores, range(60), NOON)
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(4) as threads:
        turns = [
            threads.submit(turn, (stores, other)[number % 2], worker=f"w{number}", room=5)
            for number in range(16)
        ]
        claimed = [key for each in turns for message in each.result().claimed for key in message.keys]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) == keys


def test_the_longest_waiting_goes_first_and_one_to_a_reader(stores: Store):
    stores.outbox.owe([draft(n, NOON, reader="C0ONE", keys=[f"one{n}"]) for n in range(3)], (), NOON)
    stores.outbox.owe([draft(9, NOON, reader="C0TWO", keys=["two"])], (), NOON)
    assert [each.keys for each in turn(stores).claimed] == [("one0",), ("two",)]


def test_what_is_past_its_point_is_not_sent(stores: Store):
    stores.outbox.owe([draft(1, NOON, pointless_at=NOON + MINUTE)], (), NOON)
    assert turn(stores, NOON + MINUTE).claimed == ()
    assert len(turn(stores, NOON + SECOND).claimed) == 1


def test_nothing_is_sent_while_it_is_paused(stores: Store):
    owe(stores, [1], NOON)
    stores.switches.pause("U0ORLA", NOON)
    assert turn(stores).claimed == ()
    stores.switches.resume()
    assert len(turn(stores).claimed) == 1


def test_after_a_long_sleep_nothing_is_sent_before_it_was_planned_anew(stores: Store):
    owe(stores, [1], NOON)
    awake = NOON + timedelta(days=3)
    assert turn(stores, awake).claimed == ()
    assert len(turn(stores, ticked(stores, awake)).claimed) == 1


def test_a_plan_of_the_future_does_not_count(stores: Store):
    owe(stores, [1], NOON)
    assert turn(stores, NOON - HOUR).claimed == ()


def test_a_closed_reader_is_left_alone_for_a_day(stores: Store):
    owe(stores, [1], NOON)
    stores.closed.close("C00001", "is_archived", NOON)
    assert turn(stores).claimed == ()
    (claimed,) = turn(stores, ticked(stores, NOON + 24 * HOUR)).claimed
    assert claimed.was_closed
    turn(stores, settled=[became(claimed, State.SENT, opens=True)])
    assert stores.closed.all() == {}


def test_who_refuses_us_is_closed(stores: Store):
    stores.outbox.owe([draft(n, NOON, reader="C0ONE", keys=[f"one{n}"]) for n in range(2)], (), NOON)
    (claimed,) = turn(stores).claimed
    failed = became(claimed, State.FAILED, reason="is_archived", closes=True)
    assert turn(stores, settled=[failed]).claimed == ()
    assert stores.closed.all()["C0ONE"].reason == "is_archived"
    assert states(stores) == {State.FAILED: 1, State.PENDING: 1}


# --- The pace -----------------------------------------------------------------------------------------------


def at_the_pace(store: Store, pace: Pace, seconds: int) -> Iterator[int]:
    """How many go in each tenth of a second."""
    for tenth in range(seconds * 10):
        at = NOON + tenth * timedelta(milliseconds=100)
        claimed = turn(store, at, pace=pace).claimed
        turn(store, at, pace=pace, room=0, settled=[became(each, State.SENT, at) for each in claimed])
        yield len(claimed)


@pytest.mark.parametrize("per_minute", [60, 600, 3000])
def test_no_minute_has_more_than_the_workspace_takes_and_nearly_none_less(store: Store, per_minute: int):
    owe(store, range(1200), NOON)
    counts = list(at_the_pace(store, Pace(SECOND, per_minute), 20))
    assert 0.98 * per_minute / 3 <= sum(counts) <= 1.02 * per_minute / 3 + 30


def test_a_channel_hears_one_message_a_second_and_nobody_waits_for_it(stores: Store):
    stores.outbox.owe([draft(n, NOON, reader="C0ONE", keys=[f"one{n}"]) for n in range(5)], (), NOON)
    stores.outbox.owe([draft(9, NOON)], (), NOON)
    counts = list(at_the_pace(stores, Pace(SECOND, 6000), 4))
    assert [counts[tenth] for tenth in range(0, 40, 10)] == [2, 1, 1, 1]
    assert sum(counts) == 5


def test_the_pace_is_shared_by_all_processes(stores: Store):
    owe(stores, range(5), NOON)
    assert len(turn(stores, pace=SLOWLY).claimed) == 1
    waiting = turn(stores, worker="w2", pace=SLOWLY)
    assert waiting.claimed == ()
    assert waiting.next_at is not None
    assert len(turn(stores, waiting.next_at, worker="w2", pace=SLOWLY).claimed) == 1


def test_it_is_told_when_a_channel_may_hear_something_again(stores: Store):
    stores.outbox.owe([draft(n, NOON, reader="C0ONE", keys=[f"one{n}"]) for n in range(2)], (), NOON)
    (claimed,) = turn(stores).claimed
    pace = Pace(3 * SECOND, 60_000)
    after = turn(stores, pace=pace, settled=[became(claimed, State.SENT)])
    assert after.next_at == NOON + 3 * SECOND


def test_when_slack_wants_to_be_left_alone_everybody_waits(stores: Store):
    owe(stores, range(200), NOON)
    until = NOON + 30 * SECOND
    waiting = turn(stores, peace=30 * SECOND, pace=Pace(SECOND, 3000))
    assert (waiting.claimed, waiting.next_at) == ((), until)
    assert turn(stores, NOON + 29 * SECOND, worker="w2").claimed == ()
    after = turn(stores, until, worker="w2", pace=Pace(SECOND, 3000))
    assert len(after.claimed) == 1, "and then no burst"


def test_a_clock_that_is_set_back_keeps_nobody_waiting(stores: Store):
    stores.outbox.owe([draft(n, NOON, reader="C0ONE", keys=[f"one{n}"]) for n in range(2)], (), NOON)
    (claimed,) = turn(stores, pace=SLOWLY).claimed
    turn(stores, pace=SLOWLY, room=0, settled=[became(claimed, State.SENT)])
    before = ticked(stores, NOON - HOUR)
    assert len(turn(stores, before, pace=SLOWLY).claimed) == 1


def test_a_clock_that_is_set_back_leaves_slack_in_peace_for_as_long_as_it_asked_and_no_longer(stores: Store):
    owe(stores, range(3), NOON)
    turn(stores, peace=30 * SECOND)
    before = ticked(stores, NOON - HOUR / 2)
    waiting = turn(stores, before, worker="w2")
    assert (waiting.claimed, waiting.next_at) == ((), before + 30 * SECOND)
    assert turn(stores, before + 29 * SECOND).claimed == ()
    after = turn(stores, before + 30 * SECOND, pace=Pace(SECOND, 3000))
    assert len(after.claimed) == 1, "and then no burst"


def test_what_slack_asks_once_the_clock_was_set_back_counts_from_then(stores: Store):
    owe(stores, [1], NOON)
    turn(stores, peace=MINUTE)
    before = ticked(stores, NOON - HOUR / 2)
    assert turn(stores, before, peace=SECOND).next_at == before + MINUTE
    assert turn(stores, before + SECOND, peace=2 * MINUTE).next_at == before + SECOND + 2 * MINUTE


# --- What became of it --------------------------------------------------------------------------------------


def test_what_was_put_off_goes_again_with_another_attempt(stores: Store):
    owe(stores, [1], NOON)
    (first,) = turn(stores).claimed
    (second,) = turn(stores, settled=[became(first, State.PENDING, reason="ratelimited")]).claimed
    assert (first.attempt, second.attempt) == (1, 2)


def test_what_was_sent_is_known_by_what_slack_calls_it(stores: Store):
    owe(stores, [1], NOON)
    (claimed,) = turn(stores).claimed
    turn(stores, settled=[became(claimed, State.SENT, channel="C00001", ts="1.2")])
    (entry,) = stores.outbox.page(State.SENT)
    assert (entry.channel, entry.ts, entry.settled_at) == ("C00001", "1.2", NOON)


def test_a_claim_nobody_speaks_of_is_in_doubt_when_its_lease_is_over(stores: Store):
    owe(stores, [1], NOON)
    turn(stores)
    turn(stores, NOON + 30 * SECOND, worker="w2")
    assert states(stores) == {State.SENDING: 1}
    turn(stores, NOON + 31 * SECOND, worker="w2")
    assert states(stores) == {State.UNCONFIRMED: 1}
    (doubt,) = stores.delivery.doubts()
    assert (doubt.to.reader, doubt.sending_at, doubt.is_open) == ("C00001", NOON, False)


def test_its_own_claims_are_no_doubt_to_a_process(stores: Store):
    owe(stores, [1], NOON)
    turn(stores)
    turn(stores, NOON + HOUR)
    assert states(stores) == {State.SENDING: 1}


def test_a_claim_of_the_far_future_is_in_doubt_too(stores: Store):
    owe(stores, [1], NOON)
    turn(stores)
    turn(stores, NOON - HOUR, worker="w2")
    assert states(stores) == {State.UNCONFIRMED: 1}


@pytest.mark.parametrize("state", [State.SENT, State.PENDING, State.FAILED])
def test_a_late_word_counts(stores: Store, state: State):
    owe(stores, [1], NOON)
    (claimed,) = turn(stores).claimed
    turn(stores, NOON + MINUTE, worker="w2", room=0)
    turn(stores, settled=[became(claimed, state)], room=0)
    assert states(stores) == {state: 1}


def test_a_late_word_that_it_was_sent_counts_until_it_is_sent_again(stores: Store):
    owe(stores, [1], NOON)
    (claimed,) = turn(stores).claimed
    looked_up = Settled(claimed.id, claimed.attempt, State.PENDING, NOON)
    turn(stores, settled=[looked_up], room=0)
    turn(stores, settled=[became(claimed, State.SENT)], room=0)
    assert states(stores) == {State.SENT: 1}


def test_a_word_about_an_earlier_attempt_does_not(stores: Store):
    owe(stores, [1], NOON)
    (first,) = turn(stores).claimed
    turn(stores, settled=[became(first, State.PENDING)])
    turn(stores, settled=[became(first, State.FAILED)], room=0)
    assert states(stores) == {State.SENDING: 1}


def test_what_an_organizer_decided_stands(stores: Store):
    owe(stores, [1], NOON)
    (claimed,) = turn(stores).claimed
    turn(stores, settled=[became(claimed, State.UNCONFIRMED)], room=0)
    assert stores.outbox.arrived(claimed.id, "U0ORLA", NOON)
    turn(stores, settled=[became(claimed, State.PENDING)], room=0)
    assert states(stores) == {State.SENT: 1}


def test_what_was_claimed_without_telling_is_given_back(stores: Store):
    owe(stores, range(2), NOON)
    flying, lost = turn(stores).claimed
    turn(stores, flying=[flying.id], room=0)
    assert states(stores) == {State.SENDING: 1, State.PENDING: 1}
    assert stores.outbox.page(State.PENDING)[0].id == lost.id


def test_an_idle_outbox_says_so(stores: Store):
    assert stores.delivery.is_idle()
    owe(stores, [1], NOON)
    assert not stores.delivery.is_idle()
    (claimed,) = turn(stores).claimed
    assert not stores.delivery.is_idle()
    turn(stores, settled=[became(claimed, State.SENT)])
    assert stores.delivery.is_idle()
