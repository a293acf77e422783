"""cleaner and defender · documentation, license, best_practices, legal, security."""

from __future__ import annotations

import pytest

from rules.checks import clomonitor_sections
from rules.checks.clomonitor_sections import Settings
from rules.model import Evidence, Finding, Outcome, Seen, Unavailable
from rules.sections import CheckOutput
from tests.builders import clomonitor, evidence, output, passing, project, scored, seen, silent

MET, EXEMPT, UNMET, PERSON, UNKNOWN = (
    Outcome.MET, Outcome.EXEMPT, Outcome.UNMET, Outcome.NEEDS_PERSON, Outcome.UNKNOWN,
)  # fmt: skip


def reported(*but: CheckOutput, **changes: object) -> Evidence:
    return evidence(clomonitor=seen(clomonitor(scored(results=passing(*but), **changes))))


def without_report(score: float | None, **changes: object) -> Evidence:
    scores = {} if score is None else {"documentation": score}
    bare = scored(results=None, scores={}, **changes)
    return evidence(clomonitor=seen(clomonitor(bare, scores=scores)))


def documentation(seen_: Evidence) -> Finding:
    return clomonitor_sections.check(Settings(("documentation",)), seen_)[0]


def missing(check: str, section: str = "documentation") -> CheckOutput:
    return output(check, section)


def exempt(check: str, reason: str, section: str = "documentation") -> CheckOutput:
    return output(check, section, exempt=True, reason=reason)


def not_run(check: str, reason: str = "scorecard: error 500") -> CheckOutput:
    return output(check, failed=True, reason=reason)


def only_docs_set() -> Evidence:
    results = {"license": passing()["license"]}
    bare = scored(check_sets=("docs",), results=results, scores={"license": 100.0})
    return evidence(clomonitor=seen(clomonitor(bare, scores={"license": 100.0})))


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(reported(), MET, id="all passed"),
        pytest.param(reported(missing("changelog")), UNMET, id="one missing"),
        pytest.param(reported(missing("sbom", "security")), MET, id="security was not asked for"),
        pytest.param(
            reported(missing("page_size", "agent_readiness")), MET, id="nobody asked for agent readiness"
        ),
        pytest.param(reported(exempt("changelog", "none yet")), EXEMPT, id="exempt is said to be exempt"),
        pytest.param(
            reported(exempt("changelog", "none yet"), missing("readme")),
            UNMET,
            id="exempt and missing is missing",
        ),
        pytest.param(
            reported(exempt("changelog", "DCO check passed")), EXEMPT, id="only CLA and DCO exempt each other"
        ),
        pytest.param(reported(not_run("changelog")), UNKNOWN, id="could not run is not missing"),
        pytest.param(
            reported(not_run("changelog"), exempt("readme", "none")),
            UNKNOWN,
            id="could not run hides no exemption",
        ),
        pytest.param(
            reported(not_run("changelog"), missing("readme")), UNMET, id="could not run and missing"
        ),
        pytest.param(reported(missing("self_assessment")), MET, id="a check that is gone does not count"),
        pytest.param(reported(missing("a_new_check")), MET, id="a new check that moved no score"),
        pytest.param(
            reported(missing("a_new_check"), scores={"documentation": 95.0}),
            UNMET,
            id="a new check that moved the score",
        ),
        pytest.param(without_report(99.99999999999997), MET, id="floats that add up to a hair less"),
        pytest.param(without_report(100.00000000000001), MET, id="floats that add up to a hair more"),
        pytest.param(without_report(100.0), MET, id="a rounded score"),
        pytest.param(without_report(99.54), UNMET, id="99.54 is not 100 however it is shown"),
        pytest.param(without_report(None, check_sets=()), PERSON, id="not scored is not zero"),
        pytest.param(
            without_report(None), UNKNOWN, id="a repository that CLOMonitor has not reported on yet"
        ),
        pytest.param(evidence(clomonitor=seen(None)), UNKNOWN, id="CLOMonitor does not know it"),
        pytest.param(evidence(project=project(clomonitor=None)), UNKNOWN, id="declared without CLOMonitor"),
        pytest.param(evidence(clomonitor=Unavailable("503")), UNKNOWN, id="never told is unknown"),
        pytest.param(
            evidence(clomonitor=silent(reported().clomonitor)), MET, id="an old answer still stands"
        ),
    ],
)
def test_documentation(what_was_seen, outcome):
    assert documentation(what_was_seen).outcome is outcome


def test_a_section_in_no_repositorys_check_set_is_a_persons():
    (found,) = clomonitor_sections.check(Settings(("legal",)), only_docs_set())
    assert found.outcome is PERSON
    assert "only docs" in found.detail


@pytest.mark.parametrize(("check", "reason"), [("cla", "DCO check passed"), ("dco", "CLA check passed")])
def test_cla_and_dco_stand_in_for_each_other(check, reason):
    seen_ = reported(exempt(check, reason, "best_practices"))
    assert clomonitor_sections.check(Settings(("best_practices",)), seen_)[0].outcome is MET


@pytest.mark.parametrize("check", ["analytics", "github_discussions", "slack_presence"])
def test_a_check_of_weight_0_never_moves_a_score(check):
    seen_ = reported(missing(check, "best_practices"))
    assert clomonitor_sections.check(Settings(("best_practices",)), seen_)[0].outcome is MET


def test_every_repository_counts():
    other = scored("kelp-io/docs", results=passing(missing("changelog")))
    found = documentation(evidence(clomonitor=seen(clomonitor(scored(), other))))
    assert found.outcome is UNMET
    assert "changelog is missing in kelp-io/docs" in found.detail


def test_what_is_missing_is_named_with_what_it_wants():
    report = clomonitor(
        scored(results=passing(missing("changelog"))), scores={"documentation": 95.45454545454547}
    )
    found = documentation(evidence(clomonitor=seen(report)))
    assert found.detail.startswith("95.4%: changelog is missing in kelp-io/kelp (it wants a CHANGELOG")
    assert found.step == "Add to kelp-io/kelp a CHANGELOG file, or one named in the README or a release"


def test_a_score_is_never_rounded_up_to_100():
    report = clomonitor(scored(results=passing(missing("changelog"))), scores={"documentation": 99.99})
    assert documentation(evidence(clomonitor=seen(report))).detail.startswith("99.9%")


def test_why_a_check_could_not_run_is_told():
    found = documentation(reported(not_run("changelog", "rate limit")))
    assert "changelog in kelp-io/kelp: rate limit" in found.detail


def test_an_exemption_is_told_with_its_place_and_reason():
    found = documentation(reported(exempt("changelog", "we use the releases page")))
    assert found.detail == "changelog in kelp-io/kelp is exempt: we use the releases page"


def test_old_evidence_says_since_when_its_source_is_silent():
    answer = silent(reported().clomonitor)
    assert isinstance(answer, Seen)
    source = documentation(evidence(clomonitor=answer)).source
    assert source is not None
    assert source.failing_since == answer.failing_since


def test_fewer_missing_checks_cost_less():
    one, two = (
        documentation(reported(missing("changelog"))),
        documentation(reported(missing("changelog"), missing("readme"))),
    )
    assert one.effort is not None
    assert two.effort is not None
    assert one.effort < two.effort


def only_some_sections(**changes: object) -> Evidence:
    """A repository whose report was made before it was given the `code` check set."""
    results = {section: outputs for section, outputs in passing().items() if section != "security"}
    scores = dict.fromkeys(("documentation", "license", "best_practices", "legal"), 100.0)
    repository = scored(results=results, **{"scores": scores, **changes})
    return evidence(clomonitor=seen(clomonitor(repository, scores=scores)))


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(only_some_sections(), UNKNOWN, id="no report on that section yet"),
        pytest.param(only_some_sections(scores={"security": 80.0}), UNMET, id="its score tells"),
        pytest.param(only_some_sections(scores={"security": 100.0}), MET, id="its score is full"),
        pytest.param(
            only_some_sections(check_sets=("docs",)), PERSON, id="its set does not contain the section"
        ),
        pytest.param(
            evidence(clomonitor=seen(clomonitor(scored(), scored("kelp-io/new", results=None, scores={})))),
            MET,
            id="the project's score speaks for a repository that has none",
        ),
    ],
)
def test_a_report_that_lacks_the_section(what_was_seen, outcome):
    assert clomonitor_sections.check(Settings(("security",)), what_was_seen)[0].outcome is outcome


def test_what_is_missing_leads_to_the_fix_of_the_check_that_costs_least():
    found = documentation(reported(missing("governance"), missing("changelog"), missing("readme")))
    assert found.step.startswith("Add to kelp-io/kelp a CHANGELOG file")
    assert (found.resource, found.fix) == ("clomonitor-documentation", "clomonitor-changelog")


def test_what_scorecard_finds_leads_to_the_fix_of_its_check():
    found = clomonitor_sections.check(
        Settings(("security",)), reported(missing("token_permissions", "security"))
    )
    assert found[0].fix == "scorecard-token-permissions"


def test_where_no_check_is_named_the_section_says_what_it_wants():
    assert documentation(without_report(80.0)).resource == "clomonitor-documentation"
    assert documentation(reported(missing("a_new_check"), scores={"documentation": 95.0})).resource == (
        "clomonitor-documentation"
    )
