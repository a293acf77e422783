from __future__ import annotations

from datetime import timedelta

import pytest

from rules.audience import AudienceError, among, described, is_channel, parse, words
from rules.model import State
from tests.builders import FIVE, NOON, complete, edition, finished, participant, record, slam, standing

NOT_STARTED = record(*(standing(each, state=State.NOT_STARTED, found=0, missing=4) for each in FIVE))
SILENT = record(*(standing(each, state=State.UNKNOWN, found=0, missing=0, unknown=4) for each in FIVE))
STALLED = record(progressed_at=NOON - timedelta(days=5))


@pytest.mark.parametrize(
    ("word", "kelp", "is_meant"),
    [
        pytest.param("everyone", participant(record=None), True, id="everyone is everyone"),
        pytest.param("not_started", participant(record=NOT_STARTED), True, id="not started"),
        pytest.param("not_started", participant(), False, id="started"),
        pytest.param("not_started", participant(record=None), False, id="nobody knows whether it started"),
        pytest.param("not_started", participant(record=SILENT), False, id="no source tells"),
        pytest.param("unfinished", participant(), True, id="unfinished"),
        pytest.param("unfinished", participant(record=None), True, id="not looked at is not finished"),
        pytest.param("unfinished", participant(record=finished()), False, id="finished is not unfinished"),
        pytest.param("unfinished", participant(awarded=frozenset(FIVE)), False, id="all awarded"),
        pytest.param("finished", participant(record=finished()), True, id="finished"),
        pytest.param("finished", participant(record=None), False, id="not looked at"),
        pytest.param("stalled", participant(record=STALLED), True, id="five days without progress"),
        pytest.param("stalled", participant(), False, id="progress two days ago"),
        pytest.param("stalled", participant(record=None), False, id="never looked at"),
        pytest.param("stalled", participant(record=STALLED, awarded=frozenset(FIVE)), False, id="done"),
        pytest.param("one_step_away", participant(), True, id="one criterion of the Cleaner"),
        pytest.param("one_step_away", participant(record=NOT_STARTED), False, id="four criteria each"),
        pytest.param(
            "one_step_away", participant(record=record(standing(unknown=1))), False, id="one more is unknown"
        ),
        pytest.param(
            "one_step_away", participant(awarded=frozenset({"cleaner"})), False, id="it has that one"
        ),
        pytest.param("badge:cleaner", participant(), True, id="without the Cleaner"),
        pytest.param("badge:defender", participant(), False, id="with the Defender"),
        pytest.param(
            "badge:cleaner", participant(awarded=frozenset({"cleaner"})), False, id="it was awarded"
        ),
        pytest.param("badge:cleaner", participant(record=None), True, id="not found is not found"),
        pytest.param("maturity:sandbox", participant(), True, id="a sandbox project"),
        pytest.param("maturity:graduated", participant(), False, id="not graduated"),
        pytest.param("maturity:sandbox", participant(record=None), False, id="maturity unknown"),
        pytest.param("unregistered", participant(), False, id="who registered is registered"),
    ],
)
def test_who_is_meant_by_a_word(word, kelp, is_meant):
    assert bool(among([kelp], parse(word, edition()), NOON)) is is_meant


def test_all_words_of_an_audience_must_hold():
    both = parse(["unfinished", "maturity:sandbox"], edition())
    grown = participant(record=record(maturity="graduated"))
    assert among([participant(), grown, participant(record=finished())], both, NOON) == (participant(),)


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        pytest.param("unfinishd", "no audience 'unfinishd'; did you mean 'unfinished'?", id="mistyped"),
        pytest.param("xyz", "no audience 'xyz'; there are everyone, ", id="like no other"),
        pytest.param("badge:cleanr", "no badge 'cleanr'; did you mean 'cleaner'?", id="no such badge"),
        pytest.param("badge", "no audience 'badge'", id="which badge"),
        pytest.param("maturity:", "no audience 'maturity:'", id="which maturity"),
        pytest.param([], "expected a word such as unfinished", id="nobody"),
        pytest.param(7, "expected a word such as unfinished", id="a number"),
        pytest.param([7], "no audience '7'", id="a number in a list"),
        pytest.param({"a": 1}, "expected a word such as unfinished", id="a mapping"),
        pytest.param(["unregistered", "stalled"], "'unregistered' stands alone", id="who could that be"),
    ],
)
def test_a_mistake_is_named(value, mistake):
    with pytest.raises(AudienceError) as caught:
        parse(value, edition())
    assert mistake in str(caught.value)


def test_every_mistake_is_named_at_once():
    with pytest.raises(AudienceError) as caught:
        parse(["finnished", "badge:x"], edition())
    assert len(caught.value.mistakes) == 2


def test_words_are_read_in_any_case_and_once():
    assert parse([" Unfinished", "unfinished"], edition()) == ("unfinished",)


@pytest.mark.parametrize("word", words(edition()))
def test_every_word_can_be_chosen_and_is_said_in_words(word):
    assert parse(word, edition()) == (word,)
    assert described((word,), edition()) == words(edition())[word]
    among(slam().participants, (word,), NOON)


def test_several_words_are_said_together():
    assert described(("unfinished", "maturity:emeritus"), edition()) == (
        "projects that are not finished, which are also emeritus projects"
    )


def test_who_is_not_registered_is_told_in_the_announcements_channel():
    assert is_channel(("unregistered",))
    assert is_channel(("announcements",))
    assert not is_channel(("everyone",))


def test_a_badge_that_is_not_there_any_more_is_nobodys_obstacle():
    gone = participant(record=record(*map(complete, FIVE[:2])))
    assert among([gone], ("badge:mechanizer",), NOON) == (gone,)
