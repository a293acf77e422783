"""What is kept of a repository's workflows: of all that makes an SBOM or provenance in them, the first."""

from __future__ import annotations

import pytest

from bot.sources.readers.workflows import Maker, Reading
from bot.sources.workflows import together
from rules.model import Workflows


def reading(*makes: str, name: str = "release", **changes: object) -> Reading:
    """A workflow that runs on a release and makes these."""
    path = f"{name}.yml"
    makers = tuple(Maker(kind, f"{kind}-maker", path, 7 + index) for index, kind in enumerate(makes))
    return Reading(path, **{"on_release": True, "makers": makers, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("readings", "on_release", "anywhere"),
    [
        pytest.param([reading("sbom", "provenance")], "sp", "sp", id="one workflow makes both"),
        pytest.param([reading("sbom"), reading("provenance")], "sp", "sp", id="two workflows make them"),
        pytest.param([reading("sbom")], "s", "s", id="one of the two"),
        pytest.param([reading("sbom", "provenance", on_release=False)], "", "sp", id="on no tag or release"),
        pytest.param(
            [reading("sbom"), reading("provenance", on_release=False)], "s", "sp", id="one of them on no tag"
        ),
        pytest.param([reading()], "", "", id="none mentions either"),
        pytest.param([], "", "", id="no workflows at all"),
    ],
)
def test_what_is_made_on_a_release_is_told_apart(readings, on_release, anywhere):
    found = together(readings)
    assert {kind[0] for kind in found.on_release} == set(on_release)
    assert {kind[0] for kind in found.makers} == set(anywhere)
    assert found.called == {}


def test_the_first_maker_is_named_with_its_file_and_line():
    found = together(
        [reading("sbom", "sbom", name="a", on_release=False), reading("provenance", "sbom", name="b")]
    )
    assert found.makers == {"sbom": "sbom-maker (a.yml:7)", "provenance": "provenance-maker (b.yml:7)"}
    assert found.on_release == {"sbom": "sbom-maker (b.yml:8)", "provenance": "provenance-maker (b.yml:7)"}


def test_what_is_made_in_what_it_calls_is_told_apart():
    found = together([reading(called_makers=(Maker("sbom", "syft", "Makefile", 3),))])
    assert (found.on_release, found.makers, found.called) == ({}, {}, {"sbom": "syft (Makefile:3)"})


def test_of_each_workflow_is_kept_when_it_runs_and_what_it_uses():
    one = Reading("a.yml", ("push", "release"), uses=("x/y", "no\naction", "x/z"))
    assert together([one, Reading("b.yml", unreadable="it has no jobs")]) == Workflows(
        events={"a.yml": "push\nrelease", "b.yml": ""},
        uses={"a.yml": "x/y\nx/z"},
        unreadable={"b.yml": "it has no jobs"},
    )
