from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta

import pytest

from bot.store import Store, open_store
from bot.store.delivery import Pace, Settled
from bot.store.outbox import Draft, NoticeRow, State
from rules.slam import Lately, Told
from tests.bot.outbox.world import draft, key, owe
from tests.builders import NOON

HOUR = timedelta(hours=1)
PACE = Pace(timedelta(0), 60_000)


def told(number: int, milestone: str, date: str, **changes: object) -> Draft:
    rows = (NoticeRow(f"{milestone}@{date}/{number}", "deadline", milestone, date),)
    return draft(number, NOON, notices=rows, **changes)


def settle(store: Store, state: State, at: datetime = NOON, **values: object) -> None:
    """Whatever is pending is claimed, and becomes that."""
    store.outbox.owe((), (), at)
    claimed = store.delivery.turn("w1", PACE, at, room=1000).claimed
    settled = [Settled(each.id, each.attempt, state, at, each.reader, **values) for each in claimed]  # type: ignore[arg-type]
    store.delivery.turn("w1", PACE, at, settled=settled)


def test_a_key_is_owed_once_however_often_it_is_planned(stores: Store):
    for tick in range(3):
        assert stores.outbox.owe([draft(1, NOON)], (), NOON + tick * HOUR) == (1 if tick == 0 else 0)
    (pending,) = stores.outbox.pending()
    assert (pending.keys, pending.reader, pending.owed_at) == ({key(1, "C00001")}, "C00001", NOON)


def test_a_message_of_which_one_key_is_known_is_left_to_be_planned_anew(stores: Store):
    stores.outbox.owe([draft(1, NOON, keys=["a"])], (), NOON)
    assert stores.outbox.owe([draft(1, NOON, keys=["a", "b"]), draft(1, NOON, keys=["c"])], (), NOON) == 1
    assert stores.outbox.known({"a", "b", "c"}) == {"a", "c"}


def test_two_drafts_with_the_same_key_are_one_message(stores: Store):
    assert stores.outbox.owe([draft(1, NOON, keys=["a"]), draft(2, NOON, keys=["a"])], (), NOON) == 1


def test_what_is_withdrawn_is_owed_no_more_and_may_be_owed_again(stores: Store):
    stores.outbox.owe([draft(1, NOON)], (), NOON)
    (pending,) = stores.outbox.pending()
    assert stores.outbox.owe((), [pending.message], NOON) == 0
    assert stores.outbox.pending() == ()
    assert stores.outbox.known(pending.keys) == frozenset()
    assert stores.outbox.owe([draft(1, NOON)], (), NOON) == 1


def test_what_was_claimed_meanwhile_is_not_withdrawn(stores: Store):
    stores.outbox.owe([draft(1, NOON)], (), NOON)
    (pending,) = stores.outbox.pending()
    stores.delivery.turn("w1", PACE, NOON, room=1)
    stores.outbox.owe((), [pending.message], NOON)
    assert stores.outbox.known(pending.keys) == pending.keys


def test_thousands_are_owed_and_known(stores: Store):
    keys = owe(stores, range(1200), NOON)
    assert stores.outbox.known(keys | {"another"}) == keys
    assert {key for each in stores.outbox.pending() for key in each.keys} == keys


def test_what_was_owed_lately_counts_unless_it_failed(stores: Store):
    owe(stores, [1], NOON - 30 * HOUR)
    owe(stores, [2], NOON - HOUR)
    assert stores.outbox.lately(NOON - 24 * HOUR) == (Lately("project-2", "C00002", NOON - HOUR),)
    settle(stores, State.FAILED)
    assert stores.outbox.lately(NOON - 24 * HOUR) == ()


@pytest.mark.parametrize("state", [State.SENT, State.UNCONFIRMED])
def test_the_date_that_somebody_was_told_last_is_known(stores: Store, state: State):
    stores.outbox.owe([told(1, "close", "6 Nov")], (), NOON)
    assert stores.outbox.told() == ()
    settle(stores, state, NOON + HOUR)
    assert stores.outbox.told() == (Told("project-1", "C00001", "close", "6 Nov", NOON),)
    stores.outbox.owe([told(1, "close", "9 Nov")], (), NOON + HOUR)
    settle(stores, state, NOON + HOUR)
    assert [each.date for each in stores.outbox.told()] == ["9 Nov"]


def test_who_was_told_the_current_date_last_is_left_out(stores: Store):
    stores.outbox.owe([told(1, "close", "6 Nov"), told(2, "close", "6 Nov")], (), NOON)
    settle(stores, State.SENT)
    stores.outbox.owe([told(2, "close", "9 Nov")], (), NOON + HOUR)
    settle(stores, State.SENT, NOON + HOUR)
    assert [each.project for each in stores.outbox.told({("close", "9 Nov")})] == ["project-1"]
    assert [each.project for each in stores.outbox.told({("close", "6 Nov")})] == ["project-2"]


def test_what_is_about_no_project_is_told_too(stores: Store):
    stores.outbox.owe([told(1, "open", "20 Oct", project=None, reader="C0SLAM")], (), NOON)
    settle(stores, State.SENT)
    assert stores.outbox.told() == (Told(None, "C0SLAM", "open", "20 Oct", NOON),)
    assert [each.project for each in stores.outbox.reached([])] == [None]


def test_organizers_leaf_through_what_is_in_a_state_the_newest_first(stores: Store):
    owe(stores, range(5), NOON)
    first = stores.outbox.page(State.PENDING, limit=3)
    then = stores.outbox.page(State.PENDING, before=first[-1].id, limit=3)
    assert [entry.reader for entry in (*first, *then)] == [f"C{n:05}" for n in (4, 3, 2, 1, 0)]
    assert stores.outbox.counts()[State.PENDING] == 5
    assert stores.outbox.find(first[0].id) == first[0]
    assert first[0].text == "Reminder 4"


def test_what_arrived_says_an_organizer_is_sent_and_what_did_not_is_pending(stores: Store):
    owe(stores, [1, 2], NOON)
    settle(stores, State.UNCONFIRMED)
    second, first = stores.outbox.page(State.UNCONFIRMED)
    assert stores.outbox.arrived(first.id, "U0ORLA", NOON)
    assert stores.outbox.send_again(second.id, "U0ORLA", NOON)
    assert [entry.keys for entry in stores.outbox.page(State.SENT)] == [first.keys]
    assert [each.keys for each in stores.outbox.pending()] == [set(second.keys)]


def test_what_was_decided_is_decided_once(stores: Store):
    owe(stores, [1], NOON)
    settle(stores, State.UNCONFIRMED)
    (entry,) = stores.outbox.page(State.UNCONFIRMED)
    assert stores.outbox.arrived(entry.id, "U0ORLA", NOON)
    assert not stores.outbox.send_again(entry.id, "U0OLLE", NOON)
    assert not stores.outbox.arrived(entry.id, "U0OLLE", NOON)


def test_who_was_reached_with_what_last(stores: Store):
    for hours in range(2):
        stores.outbox.owe([draft(1, NOON, keys=[f"a{hours}", f"b{hours}"])], (), NOON + hours * HOUR)
        settle(stores, State.SENT, NOON + hours * HOUR)
    (reached,) = stores.outbox.reached(["project-1"])
    assert (reached.project, reached.kinds, reached.at) == ("project-1", ("deadline",), NOON + HOUR)


def test_an_announcement_is_watched_by_how_its_keys_begin(stores: Store):
    stores.outbox.owe([draft(n, NOON, keys=[f"slam/announcement/1_/p{n}"]) for n in range(3)], (), NOON)
    stores.outbox.owe([draft(9, NOON, keys=["slam/announcement/11/p9"])], (), NOON)
    assert stores.outbox.progress("slam/announcement/1_/")[State.PENDING] == 3


def test_another_edition_has_an_outbox_of_its_own(database_url: str, stores: Store):
    owe(stores, [1], NOON)
    with closing(open_store(database_url, "2026")) as other:
        assert other.outbox.pending() == ()
        assert other.outbox.counts()[State.PENDING] == 0
        other.outbox.owe((), (), NOON)
        assert other.delivery.turn("w", PACE, NOON, room=1).claimed == ()
