"""chronicler · provenance_guidance and inspector · self_assessment."""

from __future__ import annotations

import pytest

from rules.checks import provenance_guidance, self_assessment
from rules.model import Evidence, Finding, Outcome, Page, SelfAssessment, Unavailable
from tests.builders import HEADINGS, evidence, github, insights, seen
from tests.builders import self_assessment as assessment

MET, UNMET, PERSON, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.NEEDS_PERSON, Outcome.UNKNOWN
PAGE = Page("SECURITY.md", "https://example.org/SECURITY.md", "cosign verify-blob")


def guided(pages: object, file: object) -> Evidence:
    return evidence(github=github(guidance=pages, security_insights=file))


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(guided(seen((PAGE,)), seen(None)), PERSON, id="a page with a command"),
        pytest.param(guided(seen(()), seen(insights())), PERSON, id="the address in SECURITY-INSIGHTS"),
        pytest.param(guided(seen(()), seen(insights(guidance=()))), UNMET, id="nothing found"),
        pytest.param(guided(seen(()), seen(None)), UNMET, id="no file either"),
        pytest.param(guided(Unavailable("503"), seen(None)), UNKNOWN, id="GitHub never answered"),
        pytest.param(guided(seen(()), Unavailable("503")), UNKNOWN, id="nor did it show the file"),
    ],
)
def test_users_are_told_how_to_verify(what_was_seen, outcome):
    (found,) = provenance_guidance.check(provenance_guidance.Settings(), what_was_seen)
    assert found.outcome is outcome


def assessed(*found: SelfAssessment) -> Finding:
    what_was_seen = evidence(github=github(self_assessments=seen(found)))
    return self_assessment.check(self_assessment.Settings(), what_was_seen)[0]


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        pytest.param([assessment()], MET, id="all headings, Complete"),
        pytest.param([assessment(stage="complete")], MET, id="case does not matter"),
        pytest.param([assessment(stage="Incomplete")], PERSON, id="another stage"),
        pytest.param([assessment(stage="")], PERSON, id="no stage"),
        pytest.param([assessment(missing=HEADINGS[:1])], PERSON, id="a heading is missing"),
        pytest.param([assessment(missing=HEADINGS[:7])], PERSON, id="seven headings"),
        pytest.param([assessment(missing=HEADINGS[:8])], UNMET, id="fewer than seven headings"),
        pytest.param([assessment(unread="not on GitHub")], PERSON, id="on a host we do not read"),
        pytest.param([], UNMET, id="found nowhere"),
        pytest.param([assessment(missing=HEADINGS[:8]), assessment()], MET, id="of several, the best counts"),
    ],
)
def test_the_self_assessment(found, outcome):
    assert assessed(*found).outcome is outcome


def test_missing_headings_and_the_stage_are_told():
    detail = assessed(assessment(missing=("Actors", "Actions"), stage="Draft")).detail
    assert "12 of 14 headings, missing Actors, Actions; its stage is 'Draft'" in detail


def test_where_nobody_told_it_is_unknown():
    what_was_seen = evidence(github=github(self_assessments=Unavailable("503")))
    (found,) = self_assessment.check(self_assessment.Settings(), what_was_seen)
    assert (found.outcome, found.detail) == (UNKNOWN, "503")
