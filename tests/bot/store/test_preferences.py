from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from bot.store import Store, open_store
from tests.builders import NOON

DAY = timedelta(days=1)


def test_a_muted_kind_stays_muted_until_it_is_taken_back(stores: Store):
    stores.preferences.mute("kelp", "digest", "U0MAYA", NOON)
    assert stores.preferences.muted(NOON + 365 * DAY) == {"kelp": {"digest"}}
    stores.preferences.unmute("kelp", "digest")
    assert stores.preferences.muted(NOON) == {}


def test_a_snooze_ends_by_itself(stores: Store):
    stores.preferences.mute("kelp", "*", "U0MAYA", NOON, until=NOON + DAY)
    assert stores.preferences.of("kelp", NOON) == {"*": NOON + DAY}
    assert stores.preferences.of("kelp", NOON + DAY) == {}
    assert stores.preferences.muted(NOON + DAY) == {}


def test_the_last_word_about_a_kind_counts(stores: Store):
    stores.preferences.mute("kelp", "stalled", "U0MAYA", NOON)
    stores.preferences.mute("kelp", "stalled", "U0MIRA", NOON, until=NOON + DAY)
    assert stores.preferences.of("kelp", NOON) == {"stalled": NOON + DAY}


def test_everybody_mutes_for_themselves(stores: Store):
    stores.preferences.mute("kelp", "digest", "U0MAYA", NOON)
    stores.preferences.mute("kelp", "stalled", "U0MAYA", NOON)
    stores.preferences.mute("U0MAYA", "digest", "U0MAYA", NOON)
    stores.preferences.unmute("U0MAYA", "stalled")
    assert stores.preferences.muted(NOON) == {"kelp": {"digest", "stalled"}, "U0MAYA": {"digest"}}
    assert stores.preferences.of("coral", NOON) == {}


def test_direct_messages_go_to_those_who_asked_for_them(stores: Store):
    for person in ("U0MAYA", "U0MIRA", "U0MAYA"):
        stores.preferences.want_direct(person, NOON)
    stores.preferences.no_direct("U0MIRA")
    stores.preferences.no_direct("U0NOBODY")
    assert stores.preferences.direct() == {"U0MAYA"}


def test_another_edition_has_preferences_of_its_own(stores: Store, database_url: str):
    stores.preferences.mute("kelp", "digest", "U0MAYA", NOON)
    stores.preferences.want_direct("U0MAYA", NOON)
    with closing(open_store(database_url, "slam-2024")) as other:
        assert other.preferences.muted(NOON) == {}
        assert other.preferences.direct() == frozenset()


def test_a_holder_that_no_database_takes_mutes_nobody_else(stores: Store):
    stores.preferences.mute("kelp\0\ud800", "digest", "U0MAYA", NOON)
    assert stores.preferences.of("kelp", NOON) == {}
