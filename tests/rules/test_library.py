"""The real library is searched: what people type must lead where it helps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.library import for_badge, for_check, search
from rules.resources import Resource, Resources
from tests.builders import declared
from tests.commands.asking import library

LIBRARY = library()


def ids(found: tuple[Resource, ...]) -> list[str]:
    return [resource.id for resource in found]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("changelog", "clomonitor-changelog"),
        ("change log", "clomonitor-changelog"),
        ("chngelog", "clomonitor-changelog"),
        ("CHANGELOG missing?", "clomonitor-changelog"),
        ("token permissions", "scorecard-token-permissions"),
        ("tokenpermisions", "scorecard-token-permissions"),
        ("our workflow permissions are write-all", "scorecard-token-permissions"),
        ("signed relases", "scorecard-signed-releases"),
        ("branch protection is -1", "scorecard-branch-protection"),
        ("licence not recognised", "clomonitor-license-spdx-id"),
        ("renovate", "scorecard-dependency-update-tool"),
        ("code reveiw for a solo maintainer", "scorecard-code-review"),
        ("pinned dependancies", "scorecard-pinned-dependencies"),
        ("how do we write a threat model", "lfel1005"),
        ("imposter commit", "scorecard-action"),
        ("trademark footer", "clomonitor-trademark-disclaimer"),
        ("exempt a check", "clomonitor-exemptions"),
        ("gemara", "gemara"),
        ("cyber resilience act", "lfel1001"),
    ],
)
def test_the_best_comes_first_though_it_is_misspelt(typed, best):
    assert ids(search(LIBRARY, typed))[0] == best


@pytest.mark.parametrize(
    "typed", ["", "?", "pizza tomorrow", "the weather is nice today", "lunch", "x" * 5000]
)
def test_what_the_library_has_nothing_about_finds_nothing(typed):
    assert search(LIBRARY, typed) == ()


def test_so_many_are_found_and_no_more():
    assert len(search(LIBRARY, "scorecard", most=3)) == 3


@pytest.mark.parametrize(
    ("typed", "fixes"),
    [
        ("changelog", ["clomonitor-changelog"]),
        ("clomonitor/changelog", ["clomonitor-changelog"]),
        ("Token-Permissions", ["scorecard-token-permissions"]),
        ("token_permissions", ["scorecard-token-permissions"]),
        ("scorecard/License", ["scorecard-license"]),
        ("SBOM", ["clomonitor-sbom", "scorecard-sbom"]),
        ("clomonitor/sbom", ["clomonitor-sbom"]),
        ("changelogs", []),
        ("", []),
        ("/", []),
    ],
)
def test_a_check_is_known_by_every_name_it_has(typed, fixes):
    assert ids(for_check(LIBRARY, typed)) == fixes


def test_what_a_badge_means_changes_with_the_edition():
    before, today = (
        ids(for_badge(LIBRARY, declared(name), "cleaner")) for name in ("slam-2023", "slam26-fall")
    )
    assert "clomonitor-changelog" in before
    assert today == ["security-insights"]


def test_what_an_edition_names_for_a_badge_is_for_it_too():
    cleaner = replace(declared("slam-2023").badges[0], id="welcomer", resources=("gemara",))
    ours = replace(declared("slam-2023"), badges=(cleaner,))
    assert ids(for_badge(LIBRARY, ours, "welcomer")) == ["gemara"]


def test_of_a_badge_the_course_comes_first_and_the_fixes_last():
    kinds = [resource.kind for resource in for_badge(LIBRARY, declared("slam-2023"), "defender")]
    assert kinds[0] == "course"
    assert kinds.index("fix") == len(kinds) - kinds.count("fix")


def test_a_library_of_one_can_be_searched():
    only = Resource("changelog", "How to keep a changelog", "https://example.org", "guide")
    assert search(Resources({only.id: only}), "keep a changelog") == (only,)
    assert search(Resources({}), "changelog") == ()


@given(st.text(max_size=600))
def test_whatever_is_typed_there_is_an_answer(typed):
    assert len(search(LIBRARY, typed)) <= 5
    for_check(LIBRARY, typed)
