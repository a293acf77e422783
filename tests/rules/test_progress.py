"""A badge's state, the one smallest next step, and an organizer's attestation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.model import Attestation, BadgeProgress, Evidence, Finding, Outcome, Progress, State
from rules.progress import badge_progress, fingerprint, measure, next_step
from tests.builders import NOON, clomonitor, edition, evidence, finding, project, scored, seen

MET, EXEMPT, UNMET, PERSON, UNKNOWN = (
    Outcome.MET, Outcome.EXEMPT, Outcome.UNMET, Outcome.NEEDS_PERSON, Outcome.UNKNOWN,
)  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((MET, MET), State.EVIDENCE_FOUND),
        ((MET, EXEMPT, PERSON), State.EVIDENCE_FOUND),
        ((EXEMPT, PERSON), State.EVIDENCE_FOUND),
        ((PERSON, PERSON), State.PARTIAL),
        ((MET, UNMET), State.PARTIAL),
        ((MET, UNKNOWN), State.PARTIAL),
        ((PERSON, UNKNOWN), State.PARTIAL),
        ((UNMET, UNKNOWN), State.UNKNOWN),
        ((UNKNOWN, UNKNOWN), State.UNKNOWN),
        ((UNMET, UNMET), State.NOT_STARTED),
    ],
)
def test_a_badges_state_follows_from_its_criteria(outcomes, expected):
    assert badge("cleaner", *(finding(outcome) for outcome in outcomes)).state is expected


def badge(name: str, *findings: Finding) -> BadgeProgress:
    return badge_progress(name, name, findings)


def cost(minutes: int | None, **changes: object) -> Finding:
    effort = None if minutes is None else timedelta(minutes=minutes)
    return finding(effort=effort, **changes)


def test_the_next_step_is_the_unmet_criterion_that_costs_least_across_all_badges():
    step = next_step(
        (badge("cleaner", cost(60), cost(30)), badge("defender", cost(15, criterion="security")))
    )
    assert step is not None
    assert (step.badge, step.finding.criterion) == ("defender", "security")


def test_of_equals_the_first_in_the_editions_order():
    step = next_step((badge("cleaner", cost(30)), badge("defender", cost(30))))
    assert step is not None
    assert step.badge == "cleaner"


def test_a_step_that_nobody_estimated_comes_last():
    step = next_step((badge("cleaner", cost(None)), badge("defender", cost(600))))
    assert step is not None
    assert step.badge == "defender"


def test_there_is_no_next_step_where_nothing_is_unmet():
    assert next_step((badge("cleaner", finding(MET), finding(PERSON), finding(UNKNOWN)),)) is None


def measured(**changes: object) -> Progress:
    return measure(edition(), evidence(**changes))


def test_kelp_has_everything_that_a_program_can_see():
    assert {each.badge: each.state for each in measured().badges} == dict.fromkeys(
        ("cleaner", "defender", "chronicler", "inspector", "mechanizer"), State.EVIDENCE_FOUND
    )


def attested(criterion: str, found: Finding) -> Attestation:
    return Attestation("cleaner", criterion, "U0ORG1", NOON, "looked at each", fingerprint(found))


def criterion(progress: Progress, badge: str, name: str) -> Finding:
    findings = next(each.findings for each in progress.badges if each.badge == badge)
    return next(each for each in findings if each.criterion == name)


def test_an_organizers_attestation_makes_a_finding_met_and_says_who_when_and_why():
    before = criterion(measured(), "cleaner", "check_sets")
    after = measured(attestations=(attested("check_sets", before),))
    found = criterion(after, "cleaner", "check_sets")
    assert found.outcome is MET
    for word in ("<@U0ORG1>", "2023-10-20", "looked at each"):
        assert word in found.detail
    assert criterion(after, "defender", "check_sets").outcome is PERSON


def test_an_attestation_ends_when_the_evidence_under_it_changes():
    before = criterion(measured(), "cleaner", "check_sets")
    grown = clomonitor(scored(), scored("kelp-io/new", check_sets=("docs",)))
    after = measured(attestations=(attested("check_sets", before),), clomonitor=seen(grown))
    assert criterion(after, "cleaner", "check_sets").outcome is PERSON


def test_an_attestation_outlives_a_new_look_that_sees_the_same():
    before = criterion(measured(), "cleaner", "check_sets")
    later = replace(seen(clomonitor()), as_of=NOON + timedelta(days=1))
    after = measured(attestations=(attested("check_sets", before),), clomonitor=later)
    assert criterion(after, "cleaner", "check_sets").outcome is MET


def test_no_detail_tells_a_time_for_an_attestation_holds_on_to_it():
    then, later = seen(clomonitor()), replace(seen(clomonitor()), as_of=NOON + timedelta(days=1))
    details = [[f.detail for b in measured(clomonitor=c).badges for f in b.findings] for c in (then, later)]
    assert details[0] == details[1]


def test_a_project_that_nobody_looked_at_is_unknown_on_every_badge():
    nothing = measure(edition(), Evidence(project()))
    assert {each.state for each in nothing.badges} == {State.UNKNOWN}
    assert nothing.next_step is None
