from __future__ import annotations

from typing import Any

import pytest

from rules.model import Answer, Seen, Unavailable
from tests.bot.sources.conftest import Lookout
from tests.bot.sources.world import Repository, World, body, release, sending_to, status
from tests.builders import DOCS, KELP, NOON

FILES: dict[str, str | bytes] = {
    "README.md": "# Kelp",
    ".github/workflows/ci.yml": "on: push",
    "docs/security/self-assessment.md": "# Kelp",
    "cmd/kelp/main.go": "package main",
    "vendor/other/SECURITY-INSIGHTS.yml": "header:",
}


@pytest.fixture(autouse=True)
def kelp(world: World) -> Repository:
    world.repositories[KELP] = Repository(dict(FILES))
    return world.repositories[KELP]


def value(answer: Answer[Any]) -> Any:
    assert isinstance(answer, Seen), answer
    return answer.value


def reason(answer: Answer[Any]) -> str:
    assert isinstance(answer, Unavailable), answer
    return answer.reason


# --- Trees -------------------------------------------------------------------------------------------------


async def test_a_tree_holds_the_paths_worth_reading(lookout):
    paths = value(await lookout.github.tree(KELP)).paths
    assert paths == ("README.md", ".github/workflows/ci.yml", "docs/security/self-assessment.md")


async def test_a_symbolic_link_is_not_there(lookout, kelp):
    kelp.symbolic_links = ("SECURITY-INSIGHTS.yml",)
    assert "SECURITY-INSIGHTS.yml" not in value(await lookout.github.tree(KELP)).paths


async def test_a_server_that_does_not_know_head_is_asked_for_the_default_branch(lookout, kelp, world):
    kelp.knows_head, kelp.branch = False, "release/2.x"
    assert "README.md" in value(await lookout.github.tree(KELP)).paths
    assert world.paths()[-1] == f"/github/repos/{KELP}/git/trees/release%2F2.x?recursive=1"


async def test_a_server_without_trees_is_asked_for_its_folders(lookout, world):
    world.faults["/git/trees/"] = status(404)
    paths = value(await lookout.github.tree(KELP)).paths
    assert {"README.md", ".github/workflows/ci.yml", "docs/security/self-assessment.md"} == set(paths)


async def test_a_tree_that_is_cut_off_is_completed_folder_by_folder(lookout, kelp):
    kelp.truncated = True
    paths = value(await lookout.github.tree(KELP)).paths
    assert {"README.md", ".github/workflows/ci.yml", "docs/security/self-assessment.md"} == set(paths)


async def test_an_empty_repository_has_no_files(lookout, kelp):
    kelp.files = {}
    assert value(await lookout.github.tree(KELP)).paths == ()


async def test_a_repository_that_is_not_there_was_never_answered_for(lookout):
    assert reason(await lookout.github.tree("kelp-io/gone")) == "GitHub has no repository kelp-io/gone"


async def test_one_that_was_deleted_stands_as_it_was(lookout, world):
    await lookout.github.tree(KELP)
    del world.repositories[KELP]
    lookout.now.forward(hours=1)
    tree = await lookout.github.tree(KELP)
    assert "README.md" in value(tree).paths
    assert (tree.as_of, tree.failing_since) == (NOON, lookout.now())
    assert tree.failure == f"GitHub has no repository {KELP}"


async def test_a_renamed_repository_is_followed(lookout, kelp, world):
    kelp.renamed_from = "old/kelp"
    kelp.releases = [release("v1")]
    assert "README.md" in value(await lookout.github.tree("old/kelp")).paths
    assert len(value(await lookout.github.releases("old/kelp"))) == 1
    assert value(await lookout.github.text("old/kelp", "README.md")).text == "# Kelp"


async def test_a_name_that_is_none_on_github_is_not_asked_for(lookout, world):
    for name in ("gitlab.com/kelp-io/kelp", "kelp", "kelp-io/..", "../..", "a/b?c", ""):
        assert "is not a repository on GitHub" in reason(await lookout.github.tree(name))
        assert "is not a repository on GitHub" in reason(await lookout.github.releases(name))
        assert "is not a repository on GitHub" in reason(await lookout.github.text(name, "x"))
    assert not world.asked


@pytest.mark.parametrize("fault", [status(500), body(b"<html>", "text/html"), body(b"{}"), body(b"[]")])
async def test_a_tree_in_trouble_is_no_tree(lookout, world, fault):
    world.faults["/git/trees/"] = fault
    assert isinstance(await lookout.github.tree(KELP), Unavailable)


async def test_in_one_look_a_tree_is_asked_for_once(lookout, world):
    github = lookout.github
    await github.tree(KELP)
    await github.tree("Kelp-IO/Kelp")
    assert len(world.asked) == 1


# --- Files -------------------------------------------------------------------------------------------------


async def test_a_file_is_read_as_it_is(lookout, kelp):
    kelp.files["docs/Größe & mehr.md"] = "# Kelp äöü\n"
    assert value(await lookout.github.text(KELP, "docs/Größe & mehr.md")).text == "# Kelp äöü\n"
    assert value(await lookout.github.text(KELP, "docs/none.md")) is None
    assert "folder" in value(await lookout.github.text(KELP, "docs")).trouble


async def test_a_branch_or_tag_can_be_named(lookout, world):
    assert value(await lookout.github.text(KELP, "README.md", "main")).text == "# Kelp"
    assert value(await lookout.github.text(KELP, "README.md", "v1/x")) is None
    assert world.paths("v1")[0].endswith("contents/README.md?ref=v1%2Fx")


async def test_a_file_in_another_encoding_is_said_to_be(lookout, kelp):
    kelp.files["README.md"] = "# Größe".encode("latin-1")
    assert "not UTF-8" in value(await lookout.github.text(KELP, "README.md")).trouble


async def test_a_huge_file_is_not_read(lookout, kelp):
    kelp.files["README.md"] = "x" * 1_100_000
    assert "more than 1 MiB" in value(await lookout.github.text(KELP, "README.md")).trouble


@pytest.mark.parametrize(
    "content",
    [
        b'{"type": "file", "encoding": "base64", "content": "IyBL", "size": 6}',
        b'{"type": "file", "encoding": "base64", "content": "IyB!", "size": 3}',
        b'{"type": "file", "encoding": "rot13", "content": "x", "size": 1}',
        b'{"type": "file", "content": 3}',
    ],
)
async def test_a_file_that_arrives_cut_or_garbled_is_no_file(lookout, world, content):
    world.faults["/contents/"] = body(content)
    assert isinstance(await lookout.github.text(KELP, "README.md"), Unavailable)


async def test_a_file_that_did_not_change_since_is_not_asked_for_again(lookout, kelp, world):
    async def read() -> Answer[Any]:
        github = lookout.github
        return await github.listed_text(KELP, "README.md", await github.tree(KELP))

    await read()
    lookout.now.forward(hours=1)
    world.forget()
    again = await read()
    assert (again.as_of, len(world.asked)) == (lookout.now(), 1)
    kelp.files["README.md"] = "# Kelp 2"
    assert value(await read()).text == "# Kelp 2"


async def test_a_hash_that_is_not_that_of_the_file_saves_nothing(lookout, kelp, world):
    world.etags = False
    world.faults["/git/trees/"] = body(
        b'{"tree": [{"path": "README.md", "type": "blob", "mode": "100644", "sha": "0000"}]}'
    )
    for text in ("# One", "# Two"):
        kelp.files["README.md"] = text
        github = lookout.github
        tree = await github.tree(KELP)
        assert value(await github.listed_text(KELP, "README.md", tree)).text == text


async def test_a_file_that_is_listed_and_not_given_is_no_answer(lookout, world):
    github = lookout.github
    tree = await github.tree(KELP)
    world.faults["/contents/"] = status(404)
    assert "does not give it" in reason(await github.listed_text(KELP, "README.md", tree))


# --- Releases ----------------------------------------------------------------------------------------------


def tags(answer: Answer[Any]) -> list[str]:
    return [found.tag for found in value(answer)]


async def test_releases_are_the_published_ones_newest_first(lookout, kelp):
    kelp.releases = [
        release("v3-rc1", day=9, prerelease=True),
        release("v4", day=8, draft=True, published_at=None),
        release("v1", day=1),
        release("v2", day=2),
    ]
    assert tags(await lookout.github.releases(KELP)) == ["v2", "v1"]


async def test_pages_are_turned_until_there_are_ten(lookout, kelp, world):
    nightly = [release(f"nightly-{number}", prerelease=True) for number in range(150)]
    kelp.releases = [*nightly, *(release(f"v{number}") for number in range(20))]
    assert len(tags(await lookout.github.releases(KELP))) == 10
    assert [path.rpartition("=")[2] for path in world.paths("/releases")] == ["1", "2"]


async def test_a_link_to_the_next_page_counts_more_than_a_short_one(lookout, kelp, world):
    kelp.releases = [release("v1")]
    world.headers["Link"] = '<https://x/?page=2>; rel="next", <https://x/?page=9>; rel="last"'
    answer = await lookout.github.releases(KELP)
    assert len(world.paths("/releases")) == 10
    assert "more of them than the newest 1000" in reason(answer)


async def test_a_release_behind_a_year_of_nightly_ones_is_found(lookout, kelp):
    nightly = [release(f"nightly-{number}", prerelease=True) for number in range(365)]
    kelp.releases = [*nightly, release("v1")]
    assert tags(await lookout.github.releases(KELP)) == ["v1"]


async def test_a_page_too_large_is_asked_for_in_smaller_ones(lookout, kelp, world):
    world.faults["per_page=100"] = body(b"[" + b" " * 11_000_000 + b"]")
    kelp.releases = [release(f"v{number}") for number in range(30)]
    assert len(tags(await lookout.github.releases(KELP))) == 10


async def test_a_second_page_in_trouble_is_no_answer(lookout, kelp, world):
    kelp.releases = [release(f"nightly-{number}", prerelease=True) for number in range(150)]
    world.faults["&page=2"] = status(500)
    assert reason(await lookout.github.releases(KELP)) == "GitHub answered 500"


async def test_a_file_that_is_not_uploaded_is_not_there_nor_is_its_digest(lookout, kelp):
    kelp.releases = [release("v1", "kelp.tar.gz", "sbom.json")]
    kelp.releases[0]["assets"][0] |= {"state": "new", "digest": None}
    (found,) = value(await lookout.github.releases(KELP))
    assert found.files == ("sbom.json",)
    assert found.digest == kelp.releases[0]["assets"][1]["digest"]


async def test_a_repository_without_releases_has_none(lookout):
    assert value(await lookout.github.releases(KELP)) == ()


@pytest.mark.parametrize("content", [b"{}", b'[{"tag_name": 1}]', b'[{"tag_name": "v1"}]', b"[null]"])
async def test_releases_of_another_shape_are_no_answer(lookout, world, content):
    world.faults["/releases"] = body(content)
    assert isinstance(await lookout.github.releases(KELP), Unavailable)


# --- Owners ------------------------------------------------------------------------------------------------


async def test_an_owner_has_public_living_repositories_of_its_own(lookout, world):
    world.repositories |= {
        DOCS: Repository(),
        "kelp-io/old": Repository(archived=True),
        "kelp-io/copy": Repository(fork=True),
        "other/kelp": Repository(),
    }
    assert value(await lookout.github.owned("kelp-io")) == (KELP, DOCS)


async def test_a_person_owns_repositories_too(lookout, world):
    world.people.add("kelp-io")
    assert value(await lookout.github.owned("kelp-io")) == (KELP,)


async def test_pages_of_an_owner_are_turned_to_the_last(lookout, world):
    world.repositories |= {f"kelp-io/r{number}": Repository() for number in range(120)}
    assert len(value(await lookout.github.owned("kelp-io"))) == 121


async def test_an_owner_that_is_not_there(lookout):
    assert reason(await lookout.github.owned("nobody")) == "GitHub has no owner nobody"


# --- Attestations and addresses ----------------------------------------------------------------------------


async def test_an_attestation_is_in_the_store_or_not(lookout, kelp, world):
    kelp.attested = (f"sha256:{'a' * 64}",)
    assert value(await lookout.github.stored(KELP, f"sha256:{'a' * 64}")) is True
    assert value(await lookout.github.stored(KELP, f"sha256:{'b' * 64}")) is False
    world.faults["/attestations/"] = status(404)
    assert value(await lookout.github.stored(KELP, f"sha256:{'c' * 64}")) is False
    world.faults["/attestations/"] = status(500)
    assert isinstance(await lookout.github.stored(KELP, f"sha256:{'d' * 64}"), Unavailable)


@pytest.mark.parametrize(
    ("address", "there"),
    [
        (f"https://github.com/{KELP}", True),
        (f"https://github.com/{KELP}/blob/main/README.md", True),
        (f"https://github.com/{KELP}/blob/main/README.md?plain=1#kelp", True),
        (f"https://raw.githubusercontent.com/{KELP}/main/README.md", True),
        (f"https://raw.githubusercontent.com/{KELP}/refs/heads/main/README.md", True),
        (f"https://github.com/{KELP}/tree/main/docs", True),
        (f"https://github.com/{KELP}/tree/main", True),
        (f"https://github.com/{KELP}/blob/main/NONE.md", False),
        (f"https://github.com/{KELP}/blob/other/README.md", False),
        (f"https://github.com/{KELP}/releases/tag/v1", True),
        (f"https://github.com/{KELP}/releases/tag/v2", False),
        (f"https://github.com/{KELP}/releases", True),
        (f"https://github.com/{KELP}/issues/12", True),
        (f"https://github.com/{KELP}/pull/12/files", True),
        (f"https://github.com/{KELP}/issues/999", False),
        (f"https://github.com/{KELP}/no-such-page", False),
        (f"https://github.com/{KELP}/security/policy", True),
        (f"https://github.com/{DOCS}/security/policy", False),
        ("https://github.com/kelp-io", True),
        ("https://github.com/kelp-io/gone/blob/main/README.md", False),
        ("https://github.com/nobody", False),
    ],
)
async def test_an_address_on_github_leads_somewhere_or_not(lookout, kelp, world, address, there):
    kelp.files["SECURITY.md"] = "# Security"
    kelp.releases = [release("v1")]
    world.repositories[DOCS] = Repository({"README.md": "# Docs"})
    assert value(await lookout.github.exists(address)) is there


async def test_a_branch_with_a_slash_is_found(lookout, kelp):
    kelp.branch = "release/2.x"
    assert value(await lookout.github.exists(f"https://github.com/{KELP}/blob/release/2.x/README.md")) is True


async def test_another_host_is_never_asked(lookout, world):
    assert "is not on GitHub" in reason(await lookout.github.exists("https://kelp.example/policy"))
    assert not world.asked


async def test_silence_about_an_address_is_not_a_dead_link(lookout, world):
    world.faults["/contents/"] = status(500)
    answer = await lookout.github.exists(f"https://github.com/{KELP}/blob/main/README.md")
    assert isinstance(answer, Unavailable)


async def test_a_redirect_to_another_server_is_not_followed(lookout, world):
    world.faults[KELP] = sending_to("https://elsewhere.example/")
    assert "another server" in reason(await lookout.github.releases(KELP))


async def test_the_token_goes_to_github_and_nowhere_else(world, lookout):
    with_token = Lookout(world, lookout.store, lookout.session, token="ghp_notarealtoken")
    await with_token.github.tree(KELP)
    assert world.asked[0].headers["Authorization"] == "Bearer ghp_notarealtoken"
