from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

from bot.store import Store, open_store
from bot.store.announcements import Manuscript
from rules.slam import Announcement
from tests.builders import NOON

HOUR = timedelta(hours=1)
LATER = NOON + HOUR


def written(store: Store, text: str = "The Slam *begins*.") -> int:
    return store.announcements.write(text, ("everyone",), "U0ORLA", NOON)


def asked(store: Store) -> int:
    number = written(store)
    assert store.announcements.ask(number, LATER)
    return number


def test_what_was_written_is_kept_as_a_draft(stores: Store):
    number = stores.announcements.write(
        "Hello", ("unfinished", "badge:cleaner"), "U0ORLA", NOON, wanted_at=LATER
    )
    draft = Manuscript(number, "Hello", ("unfinished", "badge:cleaner"), "U0ORLA", NOON, LATER)
    assert stores.announcements.find(number) == draft
    assert stores.announcements.open() == ()


def test_the_newest_stand_first_and_older_ones_on_the_next_page(stores: Store):
    numbers = [written(stores, f"Number {n}") for n in range(5)]
    first = stores.announcements.page(limit=3)
    assert [each.id for each in first] == numbers[:1:-1]
    assert [each.id for each in stores.announcements.page(first[-1].id, 3)] == numbers[1::-1]


def test_a_draft_can_be_changed_until_approval_is_asked_for(stores: Store):
    number = written(stores)
    assert stores.announcements.rewrite(
        number, "Better", ("stalled",), "U0OTTO", LATER, wanted_at=LATER + HOUR
    )
    assert stores.announcements.find(number) == Manuscript(
        number, "Better", ("stalled",), "U0OTTO", LATER, LATER + HOUR
    )
    assert stores.announcements.ask(number, LATER)
    assert not stores.announcements.rewrite(number, "Something else", ("everyone",), "U0ORLA", LATER)
    assert not stores.announcements.ask(number, LATER)


def test_the_clock_sees_it_once_approval_is_asked_for_and_when_it_is_to_be_sent(stores: Store):
    number = asked(stores)
    waiting = Announcement(number, "The Slam *begins*.", ("everyone",), "U0ORLA", None, LATER)
    assert stores.announcements.open() == (waiting,)
    assert stores.announcements.approve(number, "U0OTTO", LATER, LATER + HOUR)
    (sending,) = stores.announcements.open()
    assert sending.send_at == LATER + HOUR


def test_nobody_approves_their_own_words_unless_they_are_alone(stores: Store):
    number = asked(stores)
    assert not stores.announcements.approve(number, "U0ORLA", LATER, LATER)
    assert stores.announcements.approve(number, "U0ORLA", LATER, LATER, alone=True)


def test_what_nobody_asked_approval_for_is_not_approved(stores: Store):
    number = written(stores)
    assert not stores.announcements.approve(number, "U0OTTO", LATER, LATER)


def test_of_many_who_approve_at_once_one_does(stores: Store):
    number = asked(stores)
    with ThreadPoolExecutor(4) as threads:
        approved = [
            threads.submit(stores.announcements.approve, number, f"U0{n}", LATER, LATER) for n in range(4)
        ]
    assert sorted(done.result() for done in approved) == [False, False, False, True]


def test_a_cancelled_one_is_out_of_the_clocks_sight_for_good(stores: Store):
    number = asked(stores)
    assert stores.announcements.approve(number, "U0OTTO", LATER, LATER)
    assert stores.announcements.cancel(number, "U0ORLA", LATER)
    assert stores.announcements.open() == ()
    assert not stores.announcements.cancel(number, "U0OTTO", LATER)
    draft = written(stores)
    assert stores.announcements.cancel(draft, "U0ORLA", LATER)
    assert not stores.announcements.ask(draft, LATER)


def test_another_edition_has_announcements_of_its_own(stores: Store, database_url: str):
    number = asked(stores)
    with closing(open_store(database_url, "slam-2024")) as other:
        assert other.announcements.find(number) is None
        assert other.announcements.page() == ()
        assert not other.announcements.cancel(number, "U0ORLA", LATER)


def test_text_that_no_database_takes_is_kept_without_it(stores: Store):
    found = stores.announcements.find(written(stores, "Hello\0\ud800!"))
    assert found is not None
    assert found.text == "Hello\ufffd\ufffd!"
