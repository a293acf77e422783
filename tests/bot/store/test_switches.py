from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from bot.store import Store, open_store
from bot.store.switches import Switch
from tests.builders import NOON

LATER = NOON + timedelta(hours=1)


def test_it_is_paused_until_it_is_resumed(stores: Store):
    assert stores.switches.paused() is None
    stores.switches.pause("U0ORLA", NOON)
    assert stores.switches.paused() == Switch("U0ORLA", NOON)
    assert stores.switches.resume()
    assert stores.switches.paused() is None
    assert not stores.switches.resume()


def test_who_paused_first_is_who_paused(stores: Store):
    stores.switches.pause("U0ORLA", NOON)
    stores.switches.pause("U0OTTO", LATER)
    assert stores.switches.paused() == Switch("U0ORLA", NOON)


def test_every_process_sees_the_switches(stores: Store, database_url: str):
    stores.switches.pause("U0ORLA", NOON)
    stores.switches.reload("U0ORLA", NOON)
    with closing(open_store(database_url, "slam-2024")) as other:
        assert other.switches.paused() == Switch("U0ORLA", NOON)
        assert other.switches.told_to_reload() == NOON


def test_to_reload_can_be_told_again_and_again(stores: Store):
    assert stores.switches.told_to_reload() is None
    stores.switches.reload("U0ORLA", NOON)
    stores.switches.reload("U0OTTO", LATER)
    assert stores.switches.told_to_reload() == LATER
