"""What a file is by its name, which repositories release, and what "elsewhere" means."""

from __future__ import annotations

import pytest

from rules.model import Releases, Unavailable
from rules.releases import (
    insights_repository,
    is_elsewhere,
    is_provenance,
    is_sbom,
    released,
    releasing,
    repositories,
    sbom_readers,
)
from tests.builders import (
    DOCS,
    KELP,
    clomonitor,
    evidence,
    github,
    insights,
    project,
    release,
    releases,
    scored,
    seen,
)

BOTH = ("CLOMonitor", "Scorecard")


@pytest.mark.parametrize(
    ("name", "sbom", "provenance", "readers"),
    [
        ("kelp-SBOM.spdx.json", True, False, BOTH),
        ("kelp_0.20.0_linux_amd64.tar.gz.sbom.json", True, False, BOTH[:1]),
        ("kelp.tar.gz.sbom", True, False, BOTH[:1]),
        ("bom.cdx.json", True, False, BOTH[1:]),
        ("kelp.cyclonedx.json", True, False, ()),
        ("bom.json", True, False, ()),
        ("BOM.xml", True, False, ()),
        ("my-bom.json", False, False, ()),
        ("kelp.spdx", True, False, BOTH[1:]),
        ("kelp.spdx.json.sig", False, False, BOTH[1:]),
        ("sbom.json.asc", False, False, BOTH[:1]),
        ("sbom.json.pem", False, False, BOTH[:1]),
        ("sbom.sigstore.json", False, False, BOTH[:1]),
        ("multiple.intoto.jsonl", False, True, ()),
        ("Kelp.INTOTO.jsonl", False, True, ()),
        ("provenance.json", False, True, ()),
        ("provenance.jsonl", False, True, ()),
        ("slsa-provenance.json", False, False, ()),
        ("kelp.intoto.jsonl.sig", False, False, ()),
        ("kelp.att", False, False, ()),
        ("checksums.txt", False, False, ()),
    ],
)
def test_what_a_file_is_by_its_name(name, sbom, provenance, readers):
    assert (is_sbom(name), is_provenance(name), sbom_readers(name)) == (sbom, provenance, readers)


def test_the_newest_ones_files_are_told_apart_by_kind():
    bundle = release("v2", "kelp.tgz", "kelp.spdx.json", "kelp.spdx.json.sig", "kelp.intoto.jsonl")
    assert releases(bundle, release("v1", "bom.json")).newest == {
        "sbom": "kelp.spdx.json",
        "provenance": "kelp.intoto.jsonl",
    }


def test_releases_that_carry_a_kind_are_told_by_their_tags():
    some = releases(release("v3", "bom.json"), release("v2"), release("v1", "kelp.tgz"))
    assert (some.tags, some.carrying) == ("v3\nv2\nv1", {"sbom": "v3\nv2", "provenance": "v2"})


def test_a_kind_that_none_carries_is_absent():
    bare = releases(release("v2", "kelp.tgz"), release("v1", "kelp.tgz"))
    assert (bare.newest, bare.carrying) == ({}, {})


def test_a_name_can_be_of_two_kinds():
    one = releases(release("v1", "sbom.intoto.jsonl"))
    assert one.newest == {"sbom": "sbom.intoto.jsonl", "provenance": "sbom.intoto.jsonl"}
    assert one.carrying == {"sbom": "v1", "provenance": "v1"}


def test_where_there_is_no_release_none_carries_anything():
    assert releases() == Releases("", {}, {})


def test_repositories_with_the_code_check_set_release():
    report = clomonitor(scored(DOCS, check_sets=("docs",)), scored())
    assert releasing(project(repositories=(DOCS, KELP)), seen(report)) == (KELP,)


@pytest.mark.parametrize(
    "answer",
    [seen(clomonitor(scored(check_sets=("docs",)))), seen(None), Unavailable("503")],
    ids=["none has code", "CLOMonitor does not know it", "CLOMonitor never answered"],
)
def test_else_those_declared_do(answer):
    assert releasing(project(repositories=(DOCS, KELP)), answer) == (DOCS, KELP)


def test_security_insights_is_that_of_the_first_repository_with_code():
    report = seen(clomonitor(scored(DOCS, check_sets=("docs",)), scored()))
    assert insights_repository(project(repositories=(DOCS, KELP)), report) == KELP
    assert insights_repository(project(repositories=(DOCS, KELP)), seen(None)) == DOCS
    assert insights_repository(project(repositories=()), seen(None)) is None


def test_the_projects_repositories_are_those_declared_listed_and_named():
    file = insights(repositories=("kelp-io/helm", "KELP-IO/kelp"))
    everything = evidence(
        clomonitor=seen(clomonitor(scored(), scored(DOCS))), github=github(security_insights=seen(file))
    )
    assert repositories(everything) == (KELP, DOCS, "kelp-io/helm")


@pytest.mark.parametrize(
    ("address", "elsewhere"),
    [
        (f"https://github.com/{KELP}/releases", False),
        (f"https://github.com/{KELP}/releases/", False),
        ("http://www.GitHub.com/Kelp-IO/Kelp/Releases/download/v1/sbom.json", False),
        (f"https://github.com/{KELP}/releases#assets", False),
        (f"https://github.com/{KELP}/blob/main/sbom.json", True),
        ("https://github.com/other/kelp/releases", True),
        ("https://ghcr.io/kelp-io/kelp", True),
        ("https://kelp.example.org/sbom", True),
    ],
)
def test_elsewhere_is_not_the_projects_own_releases(address, elsewhere):
    assert is_elsewhere(address, (KELP,)) is elsewhere


def test_a_repository_without_a_release_is_left_out_and_said_to_be():
    everything = evidence(
        clomonitor=seen(clomonitor(scored(), scored(DOCS))),
        github=github(releases={KELP: seen(releases(release())), DOCS: seen(releases())}),
    )
    assert [name for name, _ in released(everything).of] == [KELP]
    assert DOCS in released(everything).left_out


def test_the_newest_five_releases_are_looked_at():
    kelp = releases(*(release(f"v1.{minor}.0") for minor in range(9, 0, -1)))
    assert kelp.tags.split() == ["v1.9.0", "v1.8.0", "v1.7.0", "v1.6.0", "v1.5.0"]
    assert kelp.carrying["sbom"] == kelp.tags
