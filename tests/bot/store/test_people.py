from __future__ import annotations

from dataclasses import replace

from bot.store import Store
from bot.store.people import Person
from tests.builders import NOON

MAYA = Person("Europe/Berlin", is_guest=False, is_deleted=False, known_at=NOON)


def test_what_slack_told_of_somebody_is_remembered(stores: Store):
    assert stores.people.find("U0MAYA") is None
    stores.people.keep("U0MAYA", MAYA)
    assert stores.people.find("U0MAYA") == MAYA


def test_what_slack_told_last_counts(stores: Store):
    gone = replace(MAYA, timezone=None, is_deleted=True)
    stores.people.keep("U0MAYA", MAYA)
    stores.people.keep("U0MAYA", gone)
    assert stores.people.find("U0MAYA") == gone


def test_many_are_looked_up_at_once(stores: Store):
    guest = replace(MAYA, is_guest=True)
    stores.people.keep("U0MAYA", MAYA)
    stores.people.keep("U0GUEST", guest)
    crowd = [f"U0{number}" for number in range(1200)]
    assert stores.people.among(["U0MAYA", "U0GUEST", *crowd]) == {"U0MAYA": MAYA, "U0GUEST": guest}
    assert stores.people.among([]) == {}
