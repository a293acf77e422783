"""The stand-ins for Scorecard, CLOMonitor and GitHub behave as the real ones do."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse

from bot.playground import sample, world
from bot.playground.clock import MovableClock
from bot.playground.clomonitor import as_of, project_as_json
from bot.playground.sample import Checked, InCLOMonitor, Published, Scored
from bot.playground.scorecard import result_as_json
from bot.sources.http import Asker
from bot.sources.scorecard import scorecard
from bot.store import Store
from rules.model import Seen
from tests.bot.playground.conftest import Visitor

CLOMONITOR = "sources/clomonitor"
GITHUB = "sources/github"
SCORECARD = "sources/scorecard/projects/github.com"
JSON = "application/json"


async def ask(visitor: Visitor, path: str, **headers: str) -> tuple[ClientResponse, Any]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"{visitor.playground.url}/{path}"
    async with visitor.session.get(url, headers=given, allow_redirects=False) as answer:
        is_json = answer.content_type == JSON and answer.status != 304
        return answer, await answer.json() if is_json else await answer.text()


# --- Scorecard ----------------------------------------------------------------------------------------------


async def test_scorecard_shows_what_is_published_about_a_repository(visitor: Visitor) -> None:
    answer, told = await ask(visitor, f"{SCORECARD}/driftwood-demo/driftwood")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=600")
    assert told["repo"]["name"] == "github.com/driftwood-demo/driftwood"
    scores = {check["name"]: check["score"] for check in told["checks"]}
    assert len(scores) == 18
    assert (scores["Branch-Protection"], scores["Token-Permissions"], scores["License"]) == (-1, 0, 10)


@pytest.mark.parametrize("path", ["saltmarsh-demo/saltmarsh", "Driftwood-demo/driftwood", "", "a/b/c"])
async def test_what_is_not_published_is_not_found(path: str, visitor: Visitor) -> None:
    answer, told = await ask(visitor, f"{SCORECARD}/{path}")
    assert (answer.status, told) == (404, "")


async def test_the_bot_reads_it_as_it_reads_the_real_one(visitor: Visitor, store: Store) -> None:
    asker = Asker(visitor.session, store, visitor.playground.clock)
    base = visitor.playground.environment(0)["SCORECARD_URL"]
    told = await scorecard(asker, base, "deepwater-demo/lanternfish")
    assert isinstance(told, Seen)
    assert told.value is not None
    assert {check.name: check.score for check in told.value.checks}["Fuzzing"] == 0
    nothing = await scorecard(asker, base, "tidewatch-demo/tidewatch")
    assert isinstance(nothing, Seen)
    assert nothing.value is None


def test_a_score_is_the_mean_by_weight_of_what_has_a_result() -> None:
    perfect: Any = result_as_json("o/r", Published(world.OPENS_AT, {}))
    untold: Any = result_as_json("o/r", Published(world.OPENS_AT, {"Packaging": Checked(-1, "not detected")}))
    bad: Any = result_as_json("o/r", Published(world.OPENS_AT, {"Dangerous-Workflow": Checked(0, "found")}))
    assert (perfect["score"], untold["score"], bad["score"]) == (10.0, 10.0, 9.0)


# --- CLOMonitor ---------------------------------------------------------------------------------------------


async def test_clomonitor_shows_a_project(visitor: Visitor) -> None:
    answer, project = await ask(visitor, f"{CLOMONITOR}/api/projects/cncf/lanternfish")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=300")
    assert project["display_name"] == "Lanternfish"
    assert {repository["name"] for repository in project["repositories"]} >= {"lanternfish"}


async def test_clomonitor_does_not_know_everybody(visitor: Visitor) -> None:
    answer, text = await ask(visitor, f"{CLOMONITOR}/api/projects/cncf/saltmarsh")
    assert (answer.status, text) == (404, "")


async def test_clomonitor_answers_unknown_addresses_with_its_page(visitor: Visitor) -> None:
    answer, _ = await ask(visitor, f"{CLOMONITOR}/api/project/cncf/lanternfish")
    assert (answer.status, answer.content_type) == (200, "text/html")


@pytest.mark.parametrize(
    ("query", "found", "of"),
    [
        pytest.param("text=DRIFT", ["driftwood"], 1, id="a part of a name, in either case"),
        pytest.param("text=fish|wood", ["driftwood", "lanternfish"], 2, id="an expression"),
        pytest.param("text=o&limit=1&offset=1", ["kelpforest"], 3, id="a page"),
        pytest.param("text=nobody", [], 0, id="nothing"),
    ],
)
async def test_clomonitor_is_searched(visitor: Visitor, query: str, found: list[str], of: int) -> None:
    answer, projects = await ask(visitor, f"{CLOMONITOR}/api/projects/search?{query}")
    assert [project["name"] for project in projects] == found
    told = answer.headers["Cache-Control"], answer.headers["pagination-total-count"]
    assert told == ("max-age=300", str(of))
    shown = {name for each in projects for repository in each["repositories"] for name in repository}
    assert shown <= {"name", "url", "check_sets"}


@pytest.mark.parametrize("query", ["text=(", "limit=all"])
async def test_clomonitor_does_not_take_every_search(visitor: Visitor, query: str) -> None:
    answer, _ = await ask(visitor, f"{CLOMONITOR}/api/projects/search?{query}")
    assert answer.status == 400


async def test_clomonitor_goes_silent_for_one_project(visitor: Visitor, clock: MovableClock) -> None:
    answer, _ = await ask(visitor, f"{CLOMONITOR}/api/projects/cncf/tidewatch")
    assert answer.status == 503
    assert clock() > (sample.everything().clomonitor["cncf/tidewatch"].silent_from or clock())


def test_a_check_is_mended_and_another_breaks_as_time_goes_by() -> None:
    soon, later = world.OPENS_AT + timedelta(days=1), world.OPENS_AT + timedelta(days=2)
    scored = Scored(
        "o/r", ("community",), ("changelog",), mended={"changelog": soon}, broken={"roadmap": later}
    )
    project = InCLOMonitor("Project", "sandbox", (scored,), world.OPENS_AT)
    seen = {at: as_of(at, project) for at in (world.OPENS_AT, soon, later)}
    missing = {at: each.repositories[0].missing for at, each in seen.items()}
    assert missing == {world.OPENS_AT: ("changelog",), soon: (), later: ("roadmap",)}
    assert {at: each.updated_at for at, each in seen.items()} == {at: at for at in seen}


def test_scores_are_added_up_as_clomonitor_does_without_rounding() -> None:
    project: Any = project_as_json("cncf/a", of(sample.Scored("a/a", ("community", "code"))))
    score = project["repositories"][0]["score"]
    assert score["global_weight"] == 96
    assert score["documentation_weight"] == 30
    assert score["security_weight"] == 22
    assert all(abs(score[section] - 100) < 1e-6 for section in ("documentation", "security", "legal"))
    assert project["score"]["global_weight"] == 0


def test_a_missing_check_lowers_its_section_by_its_weight() -> None:
    scored = sample.Scored("a/a", ("community", "code"), missing=("sbom",))
    project: Any = project_as_json("cncf/a", of(scored))
    assert abs(project["score"]["security"] - 21 / 22 * 100) < 1e-9


def test_what_is_exempt_counts_and_what_could_not_run_does_not() -> None:
    scored = sample.Scored(
        "a/a", ("code",), exempt={"sbom": "no releases"}, could_not_run={"maintained": "x"}
    )
    project: Any = project_as_json("cncf/a", of(scored))
    security = project["repositories"][0]["report"]["data"]["security"]
    assert security["sbom"] == {
        "passed": False,
        "exempt": True,
        "exemption_reason": "no releases",
        "failed": False,
    }
    assert security["maintained"]["failed"]
    assert abs(project["score"]["security"] - 19 / 22 * 100) < 1e-9


def test_sections_without_a_check_set_are_absent() -> None:
    project: Any = project_as_json("cncf/a", of(sample.Scored("a/a", ("docs",)), sample.Scored("a/b")))
    assert set(project["score"]) == {"global", "global_weight", "documentation", "license"}
    assert "score" not in project["repositories"][1]


def of(*repositories: sample.Scored) -> sample.InCLOMonitor:
    known = sample.everything().clomonitor["cncf/lanternfish"]
    return sample.InCLOMonitor("A", "sandbox", repositories, known.updated_at)


# --- GitHub -------------------------------------------------------------------------------------------------


async def test_github_lists_a_tree_and_gives_its_files(visitor: Visitor) -> None:
    _, tree = await ask(visitor, f"{GITHUB}/repos/deepwater-demo/lanternfish/git/trees/HEAD?recursive=1")
    entries = {entry["path"]: entry for entry in tree["tree"]}
    assert entries[".github/workflows"]["type"] == "tree"
    assert entries["SECURITY.md"]["mode"] == "100644"
    _, file = await ask(visitor, f"{GITHUB}/repos/Deepwater-Demo/Lanternfish/contents/SECURITY.md")
    assert b64decode(file["content"]).startswith(b"# Security policy")
    assert (file["size"], file["sha"]) == (entries["SECURITY.md"]["size"], entries["SECURITY.md"]["sha"])
    _, folder = await ask(visitor, f"{GITHUB}/repos/deepwater-demo/lanternfish/contents/.github")
    assert [(entry["type"], entry["path"]) for entry in folder] == [("dir", ".github/workflows")]


@pytest.mark.parametrize(
    "path",
    [
        "repos/nobody/nothing",
        "repos/deepwater-demo/lanternfish/contents/NOTHING.md",
        "repos/deepwater-demo/lanternfish/contents/SECURITY.md?ref=other",
        "repos/deepwater-demo/lanternfish/releases/tags/v9",
        "orgs/nobody/repos",
        "users/nobody",
        "gists",
    ],
)
async def test_github_knows_nothing_of_what_is_not_there(path: str, visitor: Visitor) -> None:
    answer, told = await ask(visitor, f"{GITHUB}/{path}")
    assert (answer.status, told["message"]) == (404, "Not Found")


async def test_github_shows_releases_and_pages_them(visitor: Visitor) -> None:
    path = f"{GITHUB}/repos/deepwater-demo/lanternfish/releases"
    answer, releases = await ask(visitor, f"{path}?per_page=2")
    assert [release["tag_name"] for release in releases] == ["v1.8.0", "v1.7.2"]
    assert 'rel="next"' in answer.headers["Link"]
    answer, rest = await ask(visitor, f"{path}?per_page=2&page=3")
    assert [release["tag_name"] for release in rest] == ["v1.7.0"]
    assert "Link" not in answer.headers
    assert {asset["state"] for release in releases for asset in release["assets"]} == {"uploaded"}


async def test_github_remembers_what_a_repository_was_called(visitor: Visitor) -> None:
    answer, _ = await ask(visitor, f"{GITHUB}/repos/deepwater-demo/lanternfish-ui/releases?per_page=5")
    assert answer.status == 301
    location = answer.headers["Location"]
    assert location.startswith(f"{visitor.playground.url}/{GITHUB}/repositories/")
    answer, releases = await ask(visitor, location.removeprefix(f"{visitor.playground.url}/"))
    assert (answer.status, releases) == (200, [])


async def test_an_unchanged_answer_is_confirmed_and_costs_nothing_with_a_token(visitor: Visitor) -> None:
    path, token = f"{GITHUB}/repos/deepwater-demo/lanternfish", "Bearer demo"
    first, _ = await ask(visitor, path, Authorization=token)
    again, _ = await ask(visitor, path, Authorization=token, If_None_Match=first.headers["ETag"])
    assert again.status == 304
    assert again.headers["X-RateLimit-Remaining"] == first.headers["X-RateLimit-Remaining"]
    other, _ = await ask(visitor, path, Authorization="Bearer another", If_None_Match=first.headers["ETag"])
    assert other.status == 200


async def test_github_stops_answering_when_the_hour_is_used_up(visitor: Visitor, clock: MovableClock) -> None:
    path = f"{GITHUB}/repos/deepwater-demo/lanternfish"
    statuses = [(await ask(visitor, path))[0].status for _ in range(61)]
    assert statuses == [200] * 60 + [403]
    answer, told = await ask(visitor, path)
    assert (answer.headers["X-RateLimit-Remaining"], told["message"]) == ("0", "API rate limit exceeded")
    assert int(answer.headers["X-RateLimit-Reset"]) == int((clock() + timedelta(hours=1)).timestamp())
    clock.forward(timedelta(hours=1))
    assert (await ask(visitor, path))[0].status == 200


async def test_github_fails_for_one_project(visitor: Visitor) -> None:
    answer, _ = await ask(visitor, f"{GITHUB}/repos/tidewatch-demo/tidewatch/releases")
    assert (answer.status, answer.content_type) == (503, "text/html")
