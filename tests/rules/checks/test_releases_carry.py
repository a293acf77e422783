"""chronicler · sbom, and mechanizer · sbom and provenance."""

from __future__ import annotations

import pytest

from rules.checks import every_release, newest_release
from rules.model import Evidence, Finding, Outcome, Unavailable
from tests.builders import (
    DOCS,
    KELP,
    Published,
    clomonitor,
    evidence,
    github,
    insights,
    release,
    releases,
    scored,
    seen,
)

MET, UNMET, PERSON, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.NEEDS_PERSON, Outcome.UNKNOWN

SBOM, PROVENANCE, BARE = "kelp.spdx.json", "kelp.intoto.jsonl", "kelp.tar.gz"
AT_GHCR = insights(sbom=("https://ghcr.io/kelp",), provenance=("https://ghcr.io/kelp",))


def newest(what_was_seen: Evidence) -> Finding:
    settings = newest_release.Settings("sbom", "sbom", "The newest release carries an SBOM", "sbom")
    return newest_release.check(settings, what_was_seen)[0]


def every(what_was_seen: Evidence, carries: str = "sbom") -> Finding:
    return every_release.check(
        every_release.Settings(carries, carries, "Every release", carries), what_was_seen
    )[0]


def released(*published: Published, **changes: object) -> Evidence:
    return evidence(github=github(releases={KELP: seen(releases(*published))}, **changes))


def two(kelp: object, docs: object, **changes: object) -> Evidence:
    """A project with two releasing repositories."""
    return evidence(
        clomonitor=seen(clomonitor(scored(), scored(DOCS))),
        github=github(releases={KELP: kelp, DOCS: docs}, **changes),
    )


WITH, WITHOUT = seen(releases(release("v2", SBOM, PROVENANCE))), seen(releases(release("v2", BARE)))


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(released(release("v2", BARE, SBOM)), MET, id="it carries one"),
        pytest.param(
            released(release("v2", SBOM), release("v1", BARE)), MET, id="older releases do not matter"
        ),
        pytest.param(released(release("v2", BARE), release("v1", SBOM)), UNMET, id="only an older one does"),
        pytest.param(released(release("v2", f"{SBOM}.sig")), UNMET, id="a signature is no SBOM"),
        pytest.param(
            released(release("v2", BARE), security_insights=seen(AT_GHCR)),
            PERSON,
            id="it is said to be elsewhere",
        ),
        pytest.param(
            released(release("v2", BARE), security_insights=seen(insights())),
            UNMET,
            id="elsewhere is not the releases",
        ),
        pytest.param(
            released(release("v2", BARE), security_insights=seen(None)),
            UNMET,
            id="nobody names another place",
        ),
        pytest.param(
            released(release("v2", BARE), security_insights=Unavailable("503")),
            UNKNOWN,
            id="no one could tell whether it is elsewhere",
        ),
        pytest.param(released(), PERSON, id="no release yet"),
        pytest.param(
            evidence(github=github(releases={KELP: Unavailable("503")})), UNKNOWN, id="GitHub never answered"
        ),
        pytest.param(two(WITH, WITHOUT), UNMET, id="one of two repositories lacks it"),
        pytest.param(two(WITH, seen(releases())), MET, id="a repository without a release is left out"),
        pytest.param(
            two(WITH, WITHOUT, security_insights=seen(AT_GHCR)), PERSON, id="one of two has it elsewhere"
        ),
        pytest.param(two(WITH, Unavailable("503")), UNKNOWN, id="one of two never told"),
        pytest.param(two(WITHOUT, Unavailable("503")), UNMET, id="one lacks it, whatever the other says"),
    ],
)
def test_the_newest_release_carries_an_sbom(what_was_seen, outcome):
    assert newest(what_was_seen).outcome is outcome


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(released(release("v2", SBOM), release("v1", SBOM)), MET, id="each does"),
        pytest.param(released(release("v2", SBOM), release("v1", BARE)), UNMET, id="one does not"),
        pytest.param(
            released(release("v2", SBOM), release("v1", BARE), security_insights=seen(AT_GHCR)),
            UNMET,
            id="one does not, and elsewhere does not help",
        ),
        pytest.param(
            released(release("v2", BARE), security_insights=seen(AT_GHCR)), PERSON, id="all are elsewhere"
        ),
        pytest.param(
            released(release("v2", BARE), security_insights=Unavailable("503")), UNKNOWN, id="elsewhere?"
        ),
        pytest.param(
            released(release("v2", SBOM), release("v1", BARE), security_insights=Unavailable("503")),
            UNMET,
            id="one does not, whatever SECURITY-INSIGHTS says",
        ),
        pytest.param(released(), PERSON, id="no release yet"),
        pytest.param(
            two(WITH, WITHOUT, security_insights=seen(AT_GHCR)), UNMET, id="one of two repositories"
        ),
        pytest.param(two(WITH, Unavailable("503")), UNKNOWN, id="one of two never told"),
        pytest.param(two(WITHOUT, Unavailable("503")), UNMET, id="one lacks it, whatever the other says"),
        pytest.param(
            two(WITHOUT, Unavailable("503"), security_insights=seen(AT_GHCR)),
            UNKNOWN,
            id="perhaps all are elsewhere",
        ),
    ],
)
def test_every_release_carries_an_sbom(what_was_seen, outcome):
    assert every(what_was_seen).outcome is outcome


@pytest.mark.parametrize(
    ("what_was_seen", "outcome"),
    [
        pytest.param(released(release("v2", PROVENANCE)), MET, id="it does"),
        pytest.param(released(release("v2", SBOM)), UNMET, id="it does not"),
        pytest.param(
            released(release("v2", SBOM), stored={KELP: seen(True)}), PERSON, id="only in GitHub's own store"
        ),
        pytest.param(
            released(release("v2", SBOM), stored={KELP: seen(False)}), UNMET, id="nor in GitHub's store"
        ),
        pytest.param(
            released(release("v2", SBOM), stored={KELP: Unavailable("503")}),
            UNKNOWN,
            id="GitHub's store never told",
        ),
        pytest.param(
            released(release("v2", PROVENANCE), release("v1", BARE), stored={KELP: seen(True)}),
            UNMET,
            id="some do, so the store does not help",
        ),
    ],
)
def test_every_release_carries_provenance(what_was_seen, outcome):
    assert every(what_was_seen, "provenance").outcome is outcome


def test_githubs_store_says_nothing_of_an_sbom():
    assert every(released(release("v2", BARE), stored={KELP: seen(True)})).outcome is UNMET


def test_which_releases_lack_it_is_told():
    detail = every(released(release("v2", SBOM), release("v1", BARE))).detail
    assert detail == "no SBOM in 1 of 2 releases: kelp-io/kelp v1"


def test_which_tools_accept_the_name_is_told():
    assert "kelp.spdx.json (accepted by Scorecard)" in newest(released(release("v2", SBOM))).detail
    assert "neither CLOMonitor nor Scorecard" in newest(released(release("v2", "bom.json"))).detail
