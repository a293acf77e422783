"""Addresses of GitHub's pages, as maintainers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.readers.addresses import GitHubAddress, Kind, Place, parse, repository_of

README_ON_MAIN = GitHubAddress("Owner", "repo", Kind.FILE, (Place("main", "README.md"),))


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/Owner/repo/blob/main/README.md",
        "http://www.github.com/Owner/repo/blob/main/README.md",
        "HTTPS://GitHub.com/Owner/repo/blob/main/README.md?plain=1#L10",
        "https://github.com/Owner/repo/raw/refs/heads/main/README.md",
        "https://github.com/Owner/repo.git/edit/main/README.md",
        "https://github.com//Owner/repo/blob/main/README.md/",
        "https://raw.githubusercontent.com/Owner/repo/main/README.md",
        "https://raw.githubusercontent.com/Owner/repo/refs/heads/main/README.md?token=x",
        "  https://github.com/Owner/repo/blob/main/%52EADME.md\n",
    ],
)
def test_a_file_is_found_behind_every_way_to_write_its_address(address):
    assert parse(address) == README_ON_MAIN


def test_a_branch_may_have_slashes_in_its_name():
    parsed = parse("https://github.com/o/r/blob/release/1.x/docs/a/b.md")
    assert parsed is not None
    assert parsed.places == (
        Place("release", "1.x/docs/a/b.md"),
        Place("release/1.x", "docs/a/b.md"),
        Place("release/1.x/docs", "a/b.md"),
    )


def test_a_folder_may_be_the_root_of_a_branch():
    parsed = parse("https://github.com/o/r/tree/release/1.x/")
    assert parsed is not None
    assert parsed.kind is Kind.FOLDER
    assert parsed.places == (Place("release", "1.x"), Place("release/1.x", ""))


def test_a_space_in_a_path_is_a_space():
    parsed = parse("https://github.com/cncf/toc/blob/main/projects/cloudevents/security%20assessment/x.md")
    assert parsed is not None
    assert parsed.places[0].path == "projects/cloudevents/security assessment/x.md"


@pytest.mark.parametrize(
    ("address", "repository", "kind", "tag"),
    [
        ("https://github.com/o/r", "o/r", Kind.REPOSITORY, ""),
        ("https://github.com/o/r/", "o/r", Kind.REPOSITORY, ""),
        ("https://github.com/o/r.git", "o/r", Kind.REPOSITORY, ""),
        ("git+https://github.com/o/r#readme", "o/r", Kind.REPOSITORY, ""),
        ("ssh://git@github.com/o/r.git", "o/r", Kind.REPOSITORY, ""),
        ("https://github.com/o/.github", "o/.github", Kind.REPOSITORY, ""),
        ("https://github.com/o", "", Kind.OWNER, ""),
        ("https://github.com/orgs/o/discussions", "", Kind.OWNER, ""),
        ("https://github.com/o/r/releases", "o/r", Kind.RELEASES, ""),
        ("https://github.com/o/r/releases/latest", "o/r", Kind.RELEASES, ""),
        ("https://github.com/o/r/releases/latest/download/sbom.json", "o/r", Kind.RELEASES, ""),
        ("https://github.com/o/r/releases/tag/v1.0", "o/r", Kind.RELEASE, "v1.0"),
        ("https://github.com/o/r/releases/tag/kustomize%2Fv1.0", "o/r", Kind.RELEASE, "kustomize/v1.0"),
        ("https://github.com/o/r/releases/download/v1.0/x.sbom.json", "o/r", Kind.RELEASE, "v1.0"),
        ("https://github.com/o/r/security/policy", "o/r", Kind.SECURITY_POLICY, ""),
        ("https://github.com/o/r/security/advisories/new", "o/r", Kind.OTHER, ""),
        ("https://github.com/o/r/wiki/Home", "o/r", Kind.OTHER, ""),
        ("https://github.com/o/r/blob/main", "o/r", Kind.OTHER, ""),
        ("https://github.com/o/r/DEPENDENCY.md", "o/r", Kind.NOWHERE, ""),
        ("https://github.com/o/r/releases/tag/kustomize/v1.0", "o/r", Kind.RELEASE, "kustomize/v1.0"),
        ("https://github.com/o/r/issues?q=is%3Aopen", "o/r", Kind.OTHER, ""),
    ],
)
def test_a_page_says_what_it_shows(address, repository, kind, tag):
    parsed = parse(address)
    assert parsed is not None
    assert (parsed.repository, parsed.kind, parsed.tag) == (repository, kind, tag)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "TODO",
        "docs/README.md",
        "github.com/o/r",
        "https://gitlab.com/o/r",
        "https://o.github.io/r/",
        "https://gist.github.com/o/1",
        "https://github.com",
        "https://github.com/features/actions",
        "https://github.com@evil.example/o/r",
        "https://github.com.evil.example/o/r",
        "https://github.com/o/r/blob/main/../../../x",
        "https://github.com/o/r/blob/main/%2e%2e/x",
        "https://github.com/o/r/blob/main/a%2F..%2Fb",
        "https://github.com/o/r%00/x",
        "https://github.com/-/r",
        "https://raw.githubusercontent.com/o/r",
        "https://[broken/o/r",
        "javascript:alert(1)//github.com/o/r",
        "https://github.com/o/r/blob/main/" + "x" * 3000,
    ],
)
def test_what_is_not_a_page_of_a_repository_is_nothing(address):
    assert parse(address) is None


def test_a_page_belongs_to_a_repository():
    assert repository_of("https://github.com/o/r/wiki") == "o/r"
    assert repository_of("https://github.com/o") is None


@given(
    st.text(max_size=80)
    | st.text("githubcom/:.%2e?#@", max_size=60).map(lambda rest: f"https://github.com/{rest}")
)
def test_any_text_is_an_address_or_is_not(text):
    parsed = parse(text)
    assert parsed is None or ".." not in (parsed.owner, parsed.name)
