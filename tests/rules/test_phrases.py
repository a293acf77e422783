from __future__ import annotations

from datetime import timedelta

import pytest

from rules.model import State
from rules.phrases import LONGEST, coming, joined, lasting, next_step, offers, standing, together
from rules.slam import Step
from tests.builders import FIVE, complete, edition, finished, participant, record, slam
from tests.builders import standing as badge
from tests.rules.reminders.reading import lines


@pytest.mark.parametrize(
    ("length", "said"),
    [
        pytest.param(timedelta(days=14), "14 days", id="two weeks"),
        pytest.param(timedelta(days=7, seconds=-15), "7 days", id="a tick less than a week"),
        pytest.param(timedelta(days=1), "24 hours", id="a day"),
        pytest.param(timedelta(hours=3, seconds=-15), "3 hours", id="a tick less than three hours"),
        pytest.param(timedelta(minutes=61), "61 minutes", id="an hour"),
        pytest.param(timedelta(minutes=1), "1 minute", id="a minute"),
        pytest.param(timedelta(seconds=1), "1 minute", id="a second"),
    ],
)
def test_how_long_is_left(length, said):
    assert lasting(length) == said


@pytest.mark.parametrize(("words", "said"), [((), ""), (("a",), "a"), (("a", "b", "c"), "a, b and c")])
def test_words_are_joined(words, said):
    assert joined(words) == said


def test_a_date_is_told_with_how_long_is_left():
    said = coming(edition().ends, edition().ends.at - timedelta(days=3))
    assert edition().ends.at in said
    assert lines([said]).startswith("Submissions close in 3 days: ")


def test_badges_are_told_by_how_far_they_are():
    looked = record(
        badge("cleaner"),
        complete("defender"),
        complete("inspector"),
        badge("mechanizer", state=State.UNKNOWN),
    )
    said = lines([standing(participant(record=looked, awarded=frozenset({"inspector"})))])
    assert said == (
        "Kelp so far: The Cleaner 3 of 4. Evidence found: The Defender. Awarded: The Inspector. "
        "Not known yet: The Mechanizer."
    )


@pytest.mark.parametrize(
    ("kelp", "said"),
    [
        pytest.param(participant(), "Next: Add a changelog, for The Cleaner. How: CLOMonitor", id="a step"),
        pytest.param(
            participant(record=None), "Next: have a look at it with /slam status kelp", id="no look"
        ),
        pytest.param(
            participant(record=finished()), "Next: tell the organizers in #security-slam", id="found"
        ),
        pytest.param(
            participant(awarded=frozenset(FIVE)), "Next: nothing. Every badge is awarded", id="awarded"
        ),
        pytest.param(
            participant(record=record(badge(state=State.UNKNOWN, missing=0, unknown=1))),
            "Next: look again later: a source still has to answer for 1 criterion.",
            id="a source is silent",
        ),
        pytest.param(
            participant(record=record(badge(missing=0))),
            "Next: tell the organizers",
            id="for a person to judge",
        ),
    ],
)
def test_what_to_do_next(kelp, said):
    assert lines([next_step(slam(), kelp)]).startswith(said)


def test_a_step_without_a_resource_says_no_how():
    step = Step("cleaner", "x", "Ask", "no-such-resource")
    said = lines([next_step(slam(), participant(record=record(steps=(step,))))])
    assert said == "Next: Ask, for The Cleaner."


def test_what_a_source_told_at_length_is_cut():
    step = Step("cleaner", "x", "word " * 1_000)
    assert len(lines([next_step(slam(), participant(record=record(steps=(step,))))])) < LONGEST + 50


def test_buttons_lead_to_what_there_is_to_do():
    assert [offer.label for offer in offers(participant())] == ["Next step", "All badges"]
    assert [offer.label for offer in offers(participant(record=finished()))] == ["All badges"]


def test_a_step_towards_a_badge_that_is_gone_names_none():
    gone = Step("old", "x", "Do it")
    assert "Next: Do it." in lines([next_step(slam(), participant(record=record(steps=(gone,))))])


@pytest.mark.parametrize(
    ("said", "read"),
    [
        pytest.param(["ab"], ["ab"], id="one"),
        pytest.param(["abz", "cdz"], ["ab", "cdz"], id="the next step comes last"),
        pytest.param(["abz", "acy"], ["abz", "cy"], id="what was said before is not said again"),
        pytest.param(["abz", "abz"], ["ab", "z"], id="the same twice"),
        pytest.param(["az", "bz", "cz"], ["a", "b", "cz"], id="three"),
        pytest.param(["", "az"], ["", "az"], id="nothing"),
    ],
)
def test_notices_that_are_read_together_say_nothing_twice(said, read):
    assert together([tuple((letter,) for letter in each) for each in said]) == tuple(
        tuple((letter,) for letter in each) for each in read
    )
