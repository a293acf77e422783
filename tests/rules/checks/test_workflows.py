"""mechanizer · automated, and the Fall's workflows, files, README links and persons."""

from __future__ import annotations

import pytest

from rules.checks import file_present, person, readme_link, release_workflows, workflow_uses
from rules.model import Evidence, Finding, Outcome, Unavailable, Workflows
from tests.builders import (
    DOCS,
    KELP,
    clomonitor,
    evidence,
    github,
    release,
    releases,
    scored,
    seen,
    workflows,
)

MET, UNMET, PERSON, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.NEEDS_PERSON, Outcome.UNKNOWN
CALLED = {"sbom": "syft (Makefile:3)", "provenance": "cosign attest (Makefile:4)"}


def automated(what_was_seen: Evidence) -> Finding:
    return release_workflows.check(release_workflows.Settings(), what_was_seen)[0]


def running(found: Workflows) -> Evidence:
    return evidence(github=github(workflows={KELP: seen(found)}))


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(running(workflows("sbom", "provenance")), MET, id="both on a release"),
        pytest.param(running(workflows("sbom")), PERSON, id="one of the two"),
        pytest.param(
            running(workflows("sbom", "provenance", on_release={})), PERSON, id="on no tag or release"
        ),
        pytest.param(
            running(workflows("sbom", "provenance", on_release={"sbom": "some/sbom-maker (a.yml:7)"})),
            PERSON,
            id="one of them on no tag",
        ),
        pytest.param(running(workflows(called=CALLED)), PERSON, id="only in what a workflow calls"),
        pytest.param(running(workflows()), UNMET, id="none mentions either"),
        pytest.param(running(Workflows()), PERSON, id="no workflows at all"),
        pytest.param(
            evidence(github=github(workflows={KELP: Unavailable("503")})), UNKNOWN, id="never answered"
        ),
    ],
)
def test_releases_are_automated(what_was_seen, outcome):
    assert automated(what_was_seen).outcome is outcome


@pytest.mark.parametrize(
    ("found", "detail"),
    [
        pytest.param(
            workflows("provenance", "sbom"),
            "SBOM by some/sbom-maker (.github/workflows/release.yml:8), "
            "provenance by some/provenance-maker (.github/workflows/release.yml:7)",
            id="file and line",
        ),
        pytest.param(
            workflows("sbom", called=CALLED),
            "only in what a workflow calls: SBOM by some/sbom-maker (.github/workflows/release.yml:7), "
            "provenance by cosign attest (Makefile:4)",
            id="what it calls where nothing of its own does",
        ),
        pytest.param(
            workflows(events={"ci.yml": "push", "old.yml": ""}, unreadable={"old.yml": "it has no jobs"}),
            "none of its workflows (2) mentions an SBOM or provenance maker"
            "; could not be read: old.yml (it has no jobs)",
            id="what could not be read",
        ),
    ],
)
def test_what_makes_them_is_told(found, detail):
    assert automated(running(found)).detail == f"{KELP}: {detail}"


def two(docs: object) -> Evidence:
    return evidence(
        clomonitor=seen(clomonitor(scored(), scored(DOCS))),
        github=github(
            releases={KELP: seen(releases(release())), DOCS: docs},
            workflows={KELP: seen(workflows("sbom", "provenance")), DOCS: seen(workflows())},
        ),
    )


def test_each_releasing_repository_counts():
    assert automated(two(seen(releases(release())))).outcome is UNMET


def test_a_repository_without_a_release_does_not():
    assert automated(two(seen(releases()))).outcome is MET


SCAN = workflow_uses.Settings(
    "scan", "A scan", ("revanite-io/osps-baseline-action",), ("push", "schedule"), "scan"
)


@pytest.mark.parametrize(
    ("uses", "events", "outcome"),
    [
        pytest.param("actions/checkout\nRevanite-IO/osps-baseline-action", "push", MET, id="it is used"),
        pytest.param(
            "revanite-io/osps-baseline-action/.github/workflows/scan.yml", "push", MET, id="a part of it is"
        ),
        pytest.param(
            "revanite-io/osps-baseline-action", "release\nschedule", MET, id="on one of several events"
        ),
        pytest.param(
            "revanite-io/osps-baseline-action", "workflow_dispatch", UNMET, id="only when somebody starts it"
        ),
        pytest.param("revanite-io/osps-baseline-action", "", UNMET, id="on no event"),
        pytest.param("revanite-io/osps-baseline-actions", "push", UNMET, id="something else is used"),
        pytest.param("", "push", UNMET, id="nothing is used"),
    ],
)
def test_a_workflow_uses_the_scanner(uses, events, outcome):
    found = workflows(events={"scan.yml": events}, uses={"scan.yml": uses})
    assert workflow_uses.check(SCAN, running(found))[0].outcome is outcome


@pytest.mark.parametrize(
    ("events", "detail"),
    [
        ("push\nrelease", "scan.yml runs on push, release"),
        (
            "release\ncreate",
            "scan.yml uses revanite-io/osps-baseline-action, but runs only on release, create",
        ),
        ("", "scan.yml uses revanite-io/osps-baseline-action, but runs only on nothing"),
    ],
)
def test_which_workflow_it_is_and_when_it_runs_is_told(events, detail):
    found = workflows(events={"ci.yml": "push", "scan.yml": events}, uses={"scan.yml": SCAN.uses[0]})
    assert workflow_uses.check(SCAN, running(found))[0].detail == detail


@pytest.mark.parametrize(
    ("files", "outcome"),
    [
        (seen("README.md\ncra-readiness.md"), MET),
        (seen(".github/CRA-READINESS.md"), MET),
        (seen("docs/old/CRA-READINESS.md"), UNMET),
        (seen(""), UNMET),
        (Unavailable("503"), UNKNOWN),
    ],
)
def test_a_file_is_present(files, outcome):
    settings = file_present.Settings("cra", "It is there", ("CRA-READINESS.md",), "cra-readiness")
    assert file_present.check(settings, evidence(github=github(files=files)))[0].outcome is outcome


@pytest.mark.parametrize(
    ("links", "outcome"),
    [
        (seen("https://kelp.io\nhttps://grc.store/targets/kelp-io/kelp"), MET),
        (seen("https://grc.store/targets/"), UNMET),
        (seen("https://grc.store.example/targets/kelp"), UNMET),
        (seen(""), UNMET),
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
