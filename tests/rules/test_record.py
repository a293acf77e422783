from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rules.model import CheckResult, Criterion, Evidence, Finding, Outcome, State, Unavailable
from rules.record import record
from rules.slam import Change, Record
from tests.builders import (
    FIVE,
    NOON,
    clomonitor,
    complete,
    edition,
    evidence,
    finding,
    finished,
    output,
    participant,
    passing,
    scored,
    seen,
    silent,
)

MET, EXEMPT, UNMET = Outcome.MET, Outcome.EXEMPT, Outcome.UNMET
NEEDS_PERSON, UNKNOWN = Outcome.NEEDS_PERSON, Outcome.UNKNOWN
LATER = NOON + timedelta(hours=1)

ALL_PASSED = evidence()
NO_CHANGELOG = evidence(
    clomonitor=seen(clomonitor(scored(scores={"documentation": 95.4}, results=passing(output("changelog")))))
)


def judged(*findings: Finding):
    """An edition with one badge that says these."""

    def judge(settings: object, what_was_seen: Evidence) -> CheckResult:
        return findings

    cleaner = edition().badge("cleaner")
    return replace(edition(), badges=(replace(cleaner, criteria=(Criterion("any", None, judge),)),))


def looked(before: Outcome, now: Outcome) -> tuple[Record, tuple[Change, ...]]:
    """Two looks at one criterion, an hour apart."""
    first, _ = record(judged(finding(before)), evidence(), NOON, None)
    return record(judged(finding(now)), evidence(), LATER, first)


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        pytest.param(UNMET, MET, True, id="found"),
        pytest.param(UNMET, EXEMPT, True, id="an exemption holds too"),
        pytest.param(NEEDS_PERSON, MET, True, id="a person said so"),
        pytest.param(MET, UNMET, False, id="lost"),
        pytest.param(EXEMPT, UNMET, False, id="an exemption went"),
        pytest.param(MET, NEEDS_PERSON, False, id="a person has to look again"),
        pytest.param(NEEDS_PERSON, UNMET, False, id="what a program could see went"),
        pytest.param(MET, MET, None, id="as before"),
        pytest.param(UNMET, UNMET, None, id="still missing"),
        pytest.param(EXEMPT, MET, None, id="held before"),
        pytest.param(MET, EXEMPT, None, id="still holds"),
        pytest.param(MET, UNKNOWN, None, id="silence is no loss"),
        pytest.param(UNMET, UNKNOWN, None, id="silence is nothing"),
        pytest.param(UNKNOWN, MET, None, id="the first answer is no find"),
        pytest.param(UNKNOWN, UNMET, None, id="nor a loss"),
        pytest.param(UNMET, NEEDS_PERSON, None, id="not yet found"),
    ],
)
def test_what_was_found_and_what_was_lost(before, now, found):
    _, changes = looked(before, now)
    assert [change.found for change in changes] == ([] if found is None else [found])


@pytest.mark.parametrize(
    ("before", "now", "progressed_at"),
    [
        pytest.param(UNMET, MET, LATER, id="found"),
        pytest.param(UNMET, NEEDS_PERSON, LATER, id="what a program can see is there"),
        pytest.param(MET, UNMET, NOON, id="a loss is no progress"),
        pytest.param(UNMET, UNMET, NOON, id="nothing new"),
        pytest.param(UNKNOWN, MET, NOON, id="a source that speaks up is no progress"),
    ],
)
def test_when_a_project_moved_forward_last(before, now, progressed_at):
    kept, _ = looked(before, now)
    assert kept.progressed_at == progressed_at
    assert kept.measured_at == LATER


@pytest.mark.parametrize(("after", "expected"), [(MET, ()), (UNMET, (False,))])
def test_what_was_known_before_a_silence_counts_after_it(after, expected):
    between, _ = looked(MET, UNKNOWN)
    _, changes = record(judged(finding(after)), evidence(), LATER + timedelta(hours=1), between)
    assert tuple(change.found for change in changes) == expected


def test_the_first_look_changes_nothing():
    kept, changes = record(edition(), NO_CHANGELOG, NOON, None)
    assert changes == ()
    assert (kept.measured_at, kept.progressed_at) == (NOON, NOON)


def test_a_lost_changelog_is_told_with_what_to_do():
    before, _ = record(edition(), ALL_PASSED, NOON, None)
    _, (lost,) = record(edition(), NO_CHANGELOG, LATER, before)
    assert (lost.badge, lost.title, lost.criterion) == ("cleaner", "The Cleaner", "documentation")
    assert (lost.at, lost.found) == (LATER, False)
    assert "changelog" in lost.detail
    assert lost.step
    assert lost.resource == "clomonitor-changelog"


def test_evidence_older_than_the_last_look_changes_nothing():
    before, _ = record(edition(), ALL_PASSED, LATER, None)
    assert record(edition(), NO_CHANGELOG, NOON, before) == (before, ())


def test_a_criterion_that_is_new_was_neither_found_nor_lost():
    before, _ = record(judged(finding(MET)), evidence(), NOON, None)
    more = judged(finding(MET), finding(MET, criterion="new"), finding(UNMET, criterion="newer"))
    kept, changes = record(more, evidence(), LATER, before)
    assert changes == ()
    assert set(kept.outcomes) == {"cleaner/documentation", "cleaner/new", "cleaner/newer"}


def test_a_criterion_that_is_gone_is_forgotten():
    before, _ = record(judged(finding(MET), finding(MET, criterion="old")), evidence(), NOON, None)
    kept, changes = record(judged(finding(MET)), evidence(), LATER, before)
    assert changes == ()
    assert set(kept.outcomes) == {"cleaner/documentation"}


def test_how_far_each_badge_is():
    looks = (finding(MET), finding(UNMET, criterion="b"), finding(UNKNOWN, criterion="c"))
    kept, _ = record(judged(*looks), evidence(), NOON, None)
    (badge,) = kept.badges
    assert (badge.found, badge.total, badge.missing, badge.unknown) == (1, 3, 1, 1)
    assert badge.state is State.PARTIAL


def test_the_next_step_is_towards_a_badge_that_is_not_awarded():
    kept, _ = record(edition(), evidence(clomonitor=seen(None), github=evidence().github), NOON, None)
    kelp = participant(record=kept)
    first = kept.steps[0].badge
    assert kelp.step == kept.steps[0]
    assert replace(kelp, awarded=frozenset({first})).step == kept.steps[1]
    assert participant(record=finished()).step is None


def test_each_badge_that_lacks_something_has_its_smallest_step():
    slow = finding(UNMET, criterion="slow", effort=timedelta(days=1), step="Write it down.")
    quick = finding(UNMET, criterion="quick", effort=timedelta(minutes=5), step="Add a link.")
    kept, _ = record(judged(slow, quick), evidence(), NOON, None)
    assert [(step.criterion, step.text) for step in kept.steps] == [("quick", "Add a link")]


@pytest.mark.parametrize(
    ("now", "maturity"),
    [
        pytest.param(evidence(), "sandbox", id="as CLOMonitor says"),
        pytest.param(evidence(clomonitor=silent(evidence().clomonitor)), "sandbox", id="as it said last"),
        pytest.param(evidence(clomonitor=Unavailable("503")), "graduated", id="as it was remembered"),
        pytest.param(evidence(clomonitor=seen(None)), None, id="it is not there any more"),
    ],
)
def test_how_mature_a_project_is(now: Evidence, maturity: str | None):
    before, _ = record(
        edition(), evidence(clomonitor=seen(clomonitor(maturity="graduated"))), NOON - timedelta(days=1), None
    )
    kept, _ = record(edition(), now, NOON, before)
    assert kept.maturity == maturity


@given(some.lists(some.sampled_from(list(Outcome)), min_size=1, max_size=12))
def test_whoever_heard_every_change_knows_what_holds(outcomes: list[Outcome]):
    kept: Record | None = None
    heard: bool | None = None
    for hour, outcome in enumerate(outcomes):
        kept, changes = record(judged(finding(outcome)), evidence(), NOON + hour * timedelta(hours=1), kept)
        if heard is None and outcome is not UNKNOWN:
            heard = outcome.holds
        for change in changes:
            heard = change.found
        if outcome is not UNKNOWN:
            assert heard is outcome.holds


def test_complete_badges_make_a_project_finished():
    assert participant(record=finished()).is_finished
    assert not participant(record=None).is_finished
    awarded = participant(awarded=frozenset({"cleaner"}))
    assert awarded.is_finished
    assert {complete(each).badge for each in FIVE} == set(FIVE)
