from __future__ import annotations

from bot.store import Store
from tests.builders import NOON


def test_a_course_is_done_once(stores: Store):
    assert stores.courses.done("U0ADA", "lfel1005", NOON)
    assert not stores.courses.done("U0ADA", "lfel1005", NOON)
    assert stores.courses.of("U0ADA") == {"lfel1005"}
    assert stores.courses.of("U0MAT") == frozenset()


def test_how_many_took_which(stores: Store):
    stores.courses.done("U0ADA", "lfel1005", NOON)
    stores.courses.done("U0MAT", "lfel1005", NOON)
    stores.courses.done("U0MAT", "lfel1006", NOON)
    assert stores.courses.counts() == {"lfel1005": 2, "lfel1006": 1}


def test_who_pressed_by_mistake_takes_it_back(stores: Store):
    stores.courses.done("U0ADA", "lfel1005", NOON)
    assert stores.courses.undone("U0ADA", "lfel1005")
    assert not stores.courses.undone("U0ADA", "lfel1005")
    assert stores.courses.counts() == {}
