"""mechanizer · automated, and the Fall's workflows, files, README links and persons."""

from __future__ import annotations

import pytest

from rules.checks import file_present, person, readme_link, release_workflows, workflow_uses
from rules.model import Evidence, Finding, Maker, Outcome, Unavailable, Workflow
from tests.builders import DOCS, KELP, clomonitor, evidence, github, release, scored, seen, workflow

MET, UNMET, PERSON, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.NEEDS_PERSON, Outcome.UNKNOWN
CALLED = (Maker("sbom", "syft", "Makefile", 3), Maker("provenance", "cosign attest", "Makefile", 4))


def automated(what_was_seen: Evidence) -> Finding:
    return release_workflows.check(release_workflows.Settings(), what_was_seen)[0]


def running(*workflows: Workflow) -> Evidence:
    return evidence(github=github(workflows={KELP: seen(workflows)}))


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(running(workflow("sbom", "provenance")), MET, id="one workflow makes both"),
        pytest.param(running(workflow("sbom"), workflow("provenance")), MET, id="two workflows make them"),
        pytest.param(running(workflow("sbom")), PERSON, id="one of the two"),
        pytest.param(
            running(workflow("sbom", "provenance", on_release=False)), PERSON, id="on no tag or release"
        ),
        pytest.param(
            running(workflow("sbom"), workflow("provenance", on_release=False)),
            PERSON,
            id="one of them on no tag",
        ),
        pytest.param(running(workflow(called_makers=CALLED)), PERSON, id="only in what a workflow calls"),
        pytest.param(running(workflow()), UNMET, id="none mentions either"),
        pytest.param(running(), PERSON, id="no workflows at all"),
        pytest.param(
            evidence(github=github(workflows={KELP: Unavailable("503")})), UNKNOWN, id="never answered"
        ),
    ],
)
def test_releases_are_automated(what_was_seen, outcome):
    assert automated(what_was_seen).outcome is outcome


def test_file_and_line_are_told():
    assert "some/sbom-maker (.github/workflows/release.yml:7)" in automated(evidence()).detail


def two(docs: object) -> Evidence:
    return evidence(
        clomonitor=seen(clomonitor(scored(), scored(DOCS))),
        github=github(
            releases={KELP: seen((release(),)), DOCS: docs},
            workflows={KELP: seen((workflow("sbom", "provenance"),)), DOCS: seen((workflow(),))},
        ),
    )


def test_each_releasing_repository_counts():
    assert automated(two(seen((release(),)))).outcome is UNMET


def test_a_repository_without_a_release_does_not():
    assert automated(two(seen(()))).outcome is MET


SCAN = workflow_uses.Settings(
    "scan", "A scan", ("revanite-io/osps-baseline-action",), ("push", "schedule"), "scan"
)


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        pytest.param(workflow(uses=("Revanite-IO/osps-baseline-action",)), MET, id="it is used"),
        pytest.param(
            workflow(uses=("revanite-io/osps-baseline-action/.github/workflows/scan.yml",)),
            MET,
            id="a part of it is",
        ),
        pytest.param(
            workflow(uses=("revanite-io/osps-baseline-action",), events=("workflow_dispatch",)),
            UNMET,
            id="only when somebody starts it",
        ),
        pytest.param(
            workflow(uses=("revanite-io/osps-baseline-actions",)), UNMET, id="something else is used"
        ),
    ],
)
def test_a_workflow_uses_the_scanner(found, outcome):
    assert workflow_uses.check(SCAN, running(found))[0].outcome is outcome


@pytest.mark.parametrize(
    ("files", "outcome"),
    [
        (seen(("README.md", "cra-readiness.md")), MET),
        (seen((".github/CRA-READINESS.md",)), MET),
        (seen(("docs/old/CRA-READINESS.md",)), UNMET),
        (Unavailable("503"), UNKNOWN),
    ],
)
def test_a_file_is_present(files, outcome):
    settings = file_present.Settings("cra", "It is there", ("CRA-READINESS.md",), "cra-readiness")
    assert file_present.check(settings, evidence(github=github(files=files)))[0].outcome is outcome


@pytest.mark.parametrize(
    ("links", "outcome"),
    [
        (seen(("https://grc.store/targets/kelp-io/kelp",)), MET),
        (seen(("https://grc.store/targets/",)), UNMET),
        (seen(("https://grc.store.example/targets/kelp",)), UNMET),
        (Unavailable("503"), UNKNOWN),
    ],
)
def test_the_readme_links_to_the_result(links, outcome):
    settings = readme_link.Settings("readme", "It links", "https://grc.store/targets/", "grc-store")
    assert readme_link.check(settings, evidence(github=github(readme_links=links)))[0].outcome is outcome


def test_what_no_program_sees_is_a_persons_with_a_link():
    settings = person.Settings("guidelines", "They are implemented", "https://example.org/cra")
    (found,) = person.check(settings, evidence())
    assert found.outcome is PERSON
    assert "https://example.org/cra" in found.detail
