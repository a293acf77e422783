from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.store import Store, StoredAnswer
from bot.store.answers import GLANCE, KEPT
from tests.builders import NOON

HOUR = timedelta(hours=1)
ANSWER = StoredAnswer(
    "https://api.example/projects/kelp", b'{"a":"\\u0000\xc3\xa4"}', NOON, 'W/"1"', None, NOON + HOUR
)


def test_an_address_that_never_answered_has_no_answer(stores: Store):
    assert stores.answers.find(ANSWER.address) is None


def test_the_last_answer_is_found_by_its_address(stores: Store):
    newer = replace(ANSWER, value_json=b"2", as_of=NOON + HOUR, etag='W/"2"', last_modified="yesterday")
    stores.answers.keep(ANSWER)
    assert stores.answers.find(ANSWER.address) == ANSWER
    stores.answers.keep(newer)
    assert stores.answers.find(ANSWER.address) == newer


def test_an_answer_stands_while_newer_attempts_fail_and_says_since_when(stores: Store):
    stores.answers.keep(ANSWER)
    stores.answers.failed(ANSWER.address, NOON + HOUR, "503")
    stores.answers.failed(ANSWER.address, NOON + 2 * HOUR, "timed out")
    assert stores.answers.find(ANSWER.address) == replace(
        ANSWER, failing_since=NOON + HOUR, failure="timed out"
    )


def test_the_next_good_answer_ends_it(stores: Store):
    stores.answers.keep(ANSWER)
    stores.answers.failed(ANSWER.address, NOON + HOUR, "503")
    stores.answers.keep(ANSWER)
    assert stores.answers.find(ANSWER.address) == ANSWER


def test_a_failure_without_an_answer_leaves_nothing_behind(stores: Store):
    stores.answers.failed(ANSWER.address, NOON, "503")
    assert stores.answers.find(ANSWER.address) is None


def test_what_nobody_asked_for_in_over_a_year_is_deleted_a_few_at_a_time(stores: Store):
    last = f"https://api.example/{GLANCE:03}"
    for number in range(GLANCE + 1):
        stores.answers.keep(replace(ANSWER, address=f"https://api.example/{number:03}"))
    stores.answers.keep(replace(ANSWER, as_of=NOON + HOUR))
    assert stores.answers.purge(NOON + KEPT) == f"https://api.example/{GLANCE - 1:03}"
    assert stores.answers.find(last)
    after = stores.answers.purge(NOON + KEPT + HOUR / 2)
    assert stores.answers.find(f"https://api.example/{GLANCE - 1:03}") is None
    assert stores.answers.find(last)
    assert stores.answers.purge(NOON + KEPT + HOUR / 2, after) == ""
    assert stores.answers.find(last) is None
    assert stores.answers.find(ANSWER.address)


def test_the_last_answer_of_a_source_that_is_silent_stands_however_old_it_is(stores: Store):
    stores.answers.keep(ANSWER)
    stores.answers.failed(ANSWER.address, NOON + HOUR, "503")
    assert stores.answers.purge(NOON + 2 * KEPT) == ""
    assert stores.answers.find(ANSWER.address)
