from __future__ import annotations

from bot.store import Store


def test_a_fixture_works(stores: Store, store: Store):
    assert stores.is_migrated()
    assert store.is_migrated()
