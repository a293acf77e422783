"""Types do not see a module that is found at run time: this walks every one of them."""

from __future__ import annotations

from dataclasses import is_dataclass
from inspect import signature

import pytest
import yaml

from rules import resources
from rules.edition import known_checks
from rules.model import Evidence, Finding, Outcome, Unavailable
from rules.progress import measure
from tests.builders import EDITIONS, clomonitor, declared, edition, evidence, github, project, scored, seen

LIBRARY = resources.parse(yaml.safe_load((EDITIONS.parent / "resources.yaml").read_text()))
ALL_EDITIONS = sorted(path.stem for path in EDITIONS.glob("*.yaml"))
NOTHING = github(
    releases={}, workflows={}, links={}, owned={}, security_insights=seen(None), guidance=seen(()),
    self_assessments=seen(()), files=seen(()), readme_links=seen(()),
)  # fmt: skip
SITUATIONS = {
    "everything is there": evidence(),
    "nothing is there": evidence(github=NOTHING, clomonitor=seen(None)),
    "nobody looked": Evidence(project()),
    "the project declares nothing": evidence(
        project=project(repositories=(), clomonitor=None), github=NOTHING
    ),
    "every source is silent": Evidence(
        project(),
        Unavailable("503"),
        github(security_insights=Unavailable("503"), guidance=Unavailable("503"), releases={}),
    ),
    "CLOMonitor has no report": evidence(clomonitor=seen(clomonitor(scored(results=None, scores={})))),
}


def findings(name: str, what_was_seen: Evidence) -> list[Finding]:
    return [found for badge in measure(declared(name), what_was_seen).badges for found in badge.findings]


@pytest.mark.parametrize("name", known_checks())
def test_a_check_keeps_its_shape(name):
    module = known_checks()[name]
    assert (module.__doc__ or "").strip().endswith(".")
    assert is_dataclass(module.Settings)
    assert list(signature(module.check).parameters) == ["settings", "evidence"]


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_an_edition_is_called_as_its_file_is(name):
    assert declared(name).id == name


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_every_badge_leads_to_a_resource(name):
    for badge in declared(name).badges:
        assert badge.resources
        assert all(LIBRARY.find(each) for each in badge.resources), badge.id


@pytest.mark.parametrize("name", ALL_EDITIONS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_finding_leads_to_a_resource_and_tells_what_was_seen(name, situation):
    for found in findings(name, SITUATIONS[situation]):
        assert LIBRARY.find(found.resource), found.criterion
        assert found.detail, found.criterion


@pytest.mark.parametrize("name", ALL_EDITIONS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_unmet_has_a_step_and_a_rough_effort(name, situation):
    for found in findings(name, SITUATIONS[situation]):
        if found.outcome is Outcome.UNMET:
            assert found.step, found.criterion
            assert found.effort, found.criterion


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_criteria_are_unique_within_a_badge(name):
    for badge in measure(declared(name), evidence()).badges:
        names = [found.criterion for found in badge.findings]
        assert len(names) == len(set(names)), badge.badge


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_nothing_is_met_where_every_source_is_silent(name):
    outcomes = {found.outcome for found in findings(name, Evidence(project()))}
    assert outcomes <= {Outcome.UNKNOWN, Outcome.NEEDS_PERSON}


def test_the_criteria_of_2023_are_those_that_operators_rely_on():
    progress = measure(edition(), evidence())
    sections = ["documentation", "license", "best_practices", "legal"]
    assert {badge.badge: [found.criterion for found in badge.findings] for badge in progress.badges} == {
        "chronicler": ["sbom", "dependency_policy", "provenance_guidance", "locations"],
        "inspector": ["self_assessment", "documented"],
        "cleaner": ["repositories", "check_sets", *sections],
        "defender": ["repositories", "check_sets", "security"],
        "mechanizer": ["sbom", "provenance", "automated", "locations"],
    }
