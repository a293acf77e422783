from __future__ import annotations

from datetime import timedelta

from bot.replay import Lately
from tests.builders import NOON

MINUTE = timedelta(minutes=1)


def test_what_was_seen_is_seen_again_and_nothing_else_is():
    lately = Lately()
    assert not lately.saw(b"one", NOON)
    assert not lately.saw(b"two", NOON)
    assert lately.saw(b"one", NOON + MINUTE)


def test_what_was_seen_stays_seen_for_the_whole_window():
    lately = Lately(window=10 * MINUTE)
    lately.saw(b"first", NOON)
    lately.saw(b"one", NOON + 9 * MINUTE)
    lately.saw(b"two", NOON + 11 * MINUTE)
    assert lately.saw(b"one", NOON + 19 * MINUTE)


def test_what_was_seen_long_ago_is_forgotten():
    lately = Lately(window=10 * MINUTE)
    lately.saw(b"one", NOON)
    lately.saw(b"two", NOON + 11 * MINUTE)
    assert not lately.saw(b"one", NOON + 22 * MINUTE)


def test_a_flood_costs_bounded_memory_and_the_newest_are_remembered():
    lately = Lately(most=100)
    for number in range(1_000):
        lately.saw(b"%d" % number, NOON)
    assert len(lately) <= 200
    assert lately.saw(b"999", NOON)
    assert lately.saw(b"950", NOON)
