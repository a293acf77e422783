"""cleaner and defender · repositories."""

from __future__ import annotations

import pytest

from rules.checks import clomonitor_repositories
from rules.checks.clomonitor_repositories import Settings
from rules.model import Evidence, Finding, Outcome, Unavailable
from tests.builders import DOCS, KELP, clomonitor, evidence, github, project, scored, seen


def judged(what_was_seen: Evidence) -> Finding:
    return clomonitor_repositories.check(Settings(), what_was_seen)[0]


def owned(*names: str) -> Evidence:
    return evidence(github=github(owned={"kelp-io": seen(names)}))


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(evidence(), Outcome.MET, id="all listed, and no others"),
        pytest.param(owned("Kelp-IO/Kelp"), Outcome.MET, id="names compare without case"),
        pytest.param(owned(KELP, DOCS), Outcome.NEEDS_PERSON, id="the owner has another"),
        pytest.param(
            evidence(
                github=github(owned={"kelp-io": seen((KELP, DOCS))}),
                clomonitor=seen(clomonitor(scored(), scored(DOCS))),
            ),
            Outcome.MET,
            id="what CLOMonitor lists is accounted for",
        ),
        pytest.param(
            evidence(github=github(owned={"kelp-io": Unavailable("503")})),
            Outcome.NEEDS_PERSON,
            id="the owner could not be read",
        ),
        pytest.param(evidence(github=github(owned={})), Outcome.NEEDS_PERSON, id="the owner was not asked"),
        pytest.param(
            evidence(project=project(repositories=(KELP, DOCS))), Outcome.UNMET, id="one is lacking"
        ),
        pytest.param(evidence(clomonitor=seen(None)), Outcome.UNMET, id="CLOMonitor does not know it"),
        pytest.param(
            evidence(project=project(clomonitor=None)), Outcome.UNMET, id="declared without CLOMonitor"
        ),
        pytest.param(
            evidence(clomonitor=Unavailable("503")), Outcome.UNKNOWN, id="CLOMonitor never answered"
        ),
    ],
)
def test_repositories(what_was_seen, outcome):
    assert judged(what_was_seen).outcome is outcome


def test_what_clomonitor_lacks_is_named():
    assert DOCS in judged(evidence(project=project(repositories=(KELP, DOCS)))).detail


def test_the_first_ten_others_are_named_and_the_rest_counted():
    detail = judged(owned(*(f"kelp-io/repository-{number:02}" for number in range(13)))).detail
    assert "kelp-io/repository-09 and 3 more" in detail
    assert "repository-10" not in detail
