"""What hangs on SECURITY-INSIGHTS: dependency_policy, documented, locations, and the Fall's validity."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.checks import insights_link, insights_locations, insights_valid
from rules.model import Evidence, Finding, Outcome, SecurityInsights, Unavailable
from tests.builders import NOON, evidence, github, insights, seen

MET, UNMET, PERSON, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.NEEDS_PERSON, Outcome.UNKNOWN

POLICY = "https://github.com/kelp-io/kelp/blob/main/docs/dependencies.md"
BROKEN = {"schema_errors": ("header: 'url' is missing",), "reader_errors": ("header.url is missing",)}


def filed(file: SecurityInsights | None, **changes: object) -> Evidence:
    return evidence(github=github(security_insights=seen(file), **changes))


def policy(what_was_seen: Evidence) -> Finding:
    settings = insights_link.Settings("dependency_policy", "A policy", "policy", "dependency-policy")
    return insights_link.check(settings, what_was_seen)[0]


def located(what_was_seen: Evidence, *documents: str) -> Finding:
    return insights_locations.check(insights_locations.Settings(documents), what_was_seen)[0]


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(filed(insights(), links={POLICY: seen(True)}), MET, id="it is there"),
        pytest.param(filed(insights(), links={POLICY: seen(False)}), UNMET, id="it is dead"),
        pytest.param(
            filed(insights(), links={POLICY: Unavailable("503")}), UNKNOWN, id="GitHub never answered"
        ),
        pytest.param(
            filed(insights(policy=("https://kelp.example/policy",)), links={}), MET, id="another host"
        ),
        pytest.param(
            filed(insights(policy=("https://a", POLICY)), links={POLICY: seen(False)}),
            MET,
            id="one of two is there",
        ),
        pytest.param(filed(insights(policy=())), UNMET, id="no address"),
        pytest.param(filed(insights(**BROKEN)), UNMET, id="invalid for both readers"),
        pytest.param(
            filed(insights(schema_errors=BROKEN["schema_errors"])), MET, id="valid for CLOMonitor's reader"
        ),
        pytest.param(filed(insights(reader_errors=BROKEN["reader_errors"])), MET, id="valid for the schema"),
        pytest.param(filed(None), UNMET, id="no file"),
        pytest.param(
            evidence(github=github(security_insights=Unavailable("503"))), UNKNOWN, id="never answered"
        ),
    ],
)
def test_the_dependency_policy_is_written_down(what_was_seen, outcome):
    assert policy(what_was_seen).outcome is outcome


V1 = insights(version="1.0.0", path="SECURITY-INSIGHTS.yml", guidance=(), provenance=())
ALL_THREE, BOTH = ("sbom", "policy", "guidance"), ("sbom", "provenance")


@pytest.mark.parametrize(
    ("what_was_seen", "documents", "outcome"),
    [
        pytest.param(filed(insights()), ALL_THREE, MET, id="v2 with all three"),
        pytest.param(filed(insights(guidance=())), ALL_THREE, UNMET, id="v2 without the guidance"),
        pytest.param(filed(V1), ALL_THREE, PERSON, id="v1 has no field for guidance"),
        pytest.param(filed(V1), BOTH, PERSON, id="v1 has no field for provenance"),
        pytest.param(
            filed(insights(version="1.0.0", guidance=(), sbom=())), ALL_THREE, UNMET, id="v1 lacks the SBOM"
        ),
        pytest.param(filed(insights(provenance=())), BOTH, UNMET, id="v2 without provenance"),
        pytest.param(filed(insights(**BROKEN)), ALL_THREE, UNMET, id="invalid for both readers"),
        pytest.param(filed(None), BOTH, UNMET, id="no file"),
        pytest.param(
            evidence(github=github(security_insights=Unavailable("503"))),
            BOTH,
            UNKNOWN,
            id="GitHub never answered",
        ),
    ],
)
def test_the_locations_are_documented(what_was_seen, documents, outcome):
    assert located(what_was_seen, *documents).outcome is outcome


def test_which_one_is_lacking_is_told():
    assert (
        "it lacks the guide to verifying provenance"
        in located(filed(insights(guidance=())), *ALL_THREE).detail
    )


def test_which_reader_accepts_the_file_is_told():
    detail = policy(filed(insights(schema_errors=("header: 'url' is missing",)))).detail
    assert "accepted by CLOMonitor's reader, not by the published schema: header: 'url' is missing" in detail


def test_an_expired_file_is_said_to_be_expired():
    assert "it expired on 2023-09-20" in policy(filed(insights(expires=NOON - timedelta(days=30)))).detail
    assert "expired" not in policy(filed(insights(expires=NOON + timedelta(days=30)))).detail


def test_a_path_that_clomonitor_does_not_see_is_told():
    detail = policy(filed(insights(path="security-insights.yaml", seen_by_clomonitor=False))).detail
    assert "CLOMonitor does not look at this path" in detail


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        pytest.param(insights(), MET, id="valid"),
        pytest.param(insights(version="1.0.0"), UNMET, id="an old version"),
        pytest.param(insights(version=""), UNMET, id="no version"),
        pytest.param(
            insights(schema_errors=("x",)), UNMET, id="CLOMonitor's reader is not asked in the Fall"
        ),
        pytest.param(None, UNMET, id="no file"),
    ],
)
def test_the_falls_file_is_valid_against_the_schema(file, outcome):
    (found,) = insights_valid.check(insights_valid.Settings(), filed(file))
    assert found.outcome is outcome


def test_the_step_names_the_field_of_the_files_own_version():
    assert "repository.documentation.dependency-management-policy" in policy(filed(insights(policy=()))).step
    first = policy(filed(insights(policy=(), version="1.0.0")))
    assert "dependencies.env-dependencies-policy.policy-url" in first.step
    assert "repository.documentation" not in first.step


def test_a_dead_address_is_to_be_corrected():
    assert policy(filed(insights(), links={POLICY: seen(False)})).step.startswith(
        "Correct in security-insights.yml"
    )
