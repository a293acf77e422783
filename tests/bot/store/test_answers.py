from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.store import Store, StoredAnswer
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
