from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from bot.store import Store, open_store
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_a_host_that_did_not_complain_is_not_paused(stores: Store):
    assert stores.hosts.paused_until("api.github.com") is None


def test_every_process_sees_a_pause(database_url: str):
    with (
        closing(open_store(database_url, "slam-2023")) as one,
        closing(open_store(database_url, "2026")) as other,
    ):
        one.hosts.pause("api.github.com", NOON, "its limit is used up")
        assert other.hosts.paused_until("api.github.com") == NOON
        assert other.hosts.paused_until("clomonitor.io") is None


def test_the_longest_pause_asked_for_is_kept(stores: Store):
    for until in (NOON, NOON + HOUR, NOON):
        stores.hosts.pause("api.github.com", until, "its limit is used up")
    assert stores.hosts.paused_until("api.github.com") == NOON + HOUR
