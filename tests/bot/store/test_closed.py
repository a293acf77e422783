from __future__ import annotations

from datetime import timedelta

from bot.store import Store
from bot.store.outbox import State
from tests.bot.outbox.world import owe
from tests.bot.store.test_outbox import settle
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_since_when_a_channel_is_closed_stays(stores: Store):
    stores.closed.close("C0KELP", "is_archived", NOON)
    stores.closed.close("C0KELP", "channel_not_found", NOON + HOUR)
    (closed,) = stores.closed.all().values()
    assert (closed.reason, closed.since) == ("channel_not_found", NOON)


def test_it_is_left_alone_for_a_day(stores: Store):
    stores.closed.close("C0KELP", "is_archived", NOON)
    closed = stores.closed.all()["C0KELP"]
    assert closed.refuses(NOON + 23 * HOUR)
    assert not closed.refuses(NOON + 24 * HOUR)


def test_what_failed_there_is_tried_again_when_somebody_says_so(stores: Store):
    owe(stores, [1, 2], NOON)
    settle(stores, State.FAILED, reason="is_archived", closes=True)
    assert stores.closed.open("C00001")
    assert set(stores.closed.all()) == {"C00002"}
    assert [each.reader for each in stores.outbox.pending()] == ["C00001"]
    assert not stores.closed.open("C00001")


def test_what_failed_for_another_reason_is_left(stores: Store):
    owe(stores, [1], NOON)
    settle(stores, State.FAILED, reason="invalid_blocks")
    stores.closed.close("C00001", "is_archived", NOON)
    stores.closed.open("C00001")
    assert stores.outbox.pending() == ()
