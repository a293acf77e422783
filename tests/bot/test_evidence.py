from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import evidence
from bot.evidence import Sources, gather
from bot.sources.http import Asker, Question
from rules.model import NEVER_ASKED, Answer, Evidence, Project, Seen, Unavailable
from tests.bot.sources.conftest import Lookout
from tests.bot.sources.test_clomonitor import repository, told
from tests.bot.sources.test_scorecard import published
from tests.bot.sources.world import Repository, World, body, cut, release, silence, status
from tests.builders import DOCS, HEADINGS, KELP, NOON, project

INSIGHTS = """
header:
  schema-version: 1.0.0
  expiration-date: '2024-10-01T00:00:00Z'
  project-url: https://github.com/kelp-io/kelp
dependencies:
  env-dependencies-policy:
    policy-url: https://github.com/kelp-io/kelp/blob/main/docs/dependencies.md
security-artifacts:
  self-assessment:
    self-assessment-created: true
    evidence-url:
      - https://github.com/kelp-io/kelp/blob/main/docs/self-assessment.md
"""
V2 = """
header:
  schema-version: 2.0.0
project:
  repositories:
    - {name: kelp, url: https://github.com/kelp-io/kelp, comment: x}
    - {name: tools, url: https://github.com/kelp-io/tools, comment: x}
"""
ASSESSMENT = "\n".join(f"## {heading}\n" for heading in HEADINGS) + "\n| Assessment Stage | Complete |\n"
WORKFLOW = """
on: {push: {tags: ["v*"]}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: anchore/sbom-action@v0
      - uses: actions/attest-build-provenance@v1
"""
VERIFYING = "# Kelp\n\n```sh\ncosign verify-blob kelp.tar.gz\n```\n"
FILES: dict[str, str | bytes] = {
    "README.md": VERIFYING,
    "SECURITY-INSIGHTS.yml": INSIGHTS,
    ".github/workflows/release.yml": WORKFLOW,
    "docs/dependencies.md": "# Dependencies",
    "docs/self-assessment.md": ASSESSMENT,
}


@pytest.fixture(autouse=True)
def kelp(world: World) -> Repository:
    """A project with everything, in one repository."""
    world.projects["cncf/kelp"] = told()
    world.repositories[KELP] = Repository(dict(FILES), [release("v1.0.0", "kelp.tar.gz")])
    return world.repositories[KELP]


def sources(lookout: Lookout) -> Sources:
    world = lookout.world
    return Sources(world.clomonitor_url, world.github_url, lookout.token, world.scorecard_url)


async def look(lookout: Lookout, previous: Evidence | None = None, **changes: Any) -> Evidence:
    return await gather(project(**changes), previous, lookout.asker, sources(lookout), lookout.now)


def elsewhere(name: str) -> dict[str, Any]:
    """Another repository in CLOMonitor."""
    return repository(name=name.partition("/")[2], url=f"https://github.com/{name}")


def value(answer: Answer[Any]) -> Any:
    assert isinstance(answer, Seen), answer
    return answer.value


def reason(answer: Answer[Any]) -> str:
    assert isinstance(answer, Unavailable), answer
    return answer.reason


async def test_one_look_sees_everything(lookout):
    found = await look(lookout)
    github = found.github
    assert value(found.clomonitor).name == "kelp"
    assert value(github.owned["kelp-io"]) == (KELP,)
    assert value(github.releases[KELP]).tags == "v1.0.0"
    assert value(github.stored[KELP]) is False
    assert list(value(github.workflows[KELP]).events) == [".github/workflows/release.yml"]
    assert value(github.security_insights).path == "SECURITY-INSIGHTS.yml"
    assert {address: value(answer) for address, answer in github.links.items()} == {
        f"https://github.com/{KELP}/blob/main/docs/dependencies.md": True,
        f"https://github.com/{KELP}/blob/main/docs/self-assessment.md": True,
    }
    assert [page.command for page in value(github.guidance)] == ["cosign verify-blob kelp.tar.gz"]
    assert {found.stage for found in value(github.self_assessments)} == {"Complete"}
    assert "SECURITY-INSIGHTS.yml" in value(github.files).split("\n")
    assert value(github.readme_links) == ""


async def test_a_second_look_asks_only_what_may_have_changed(lookout, world):
    before = await look(lookout)
    world.forget()
    await look(lookout, before)
    assert not [path for path in world.paths("/contents/") if "?ref=" not in path]


async def test_nothing_is_asked_of_a_project_of_which_nothing_was_declared(lookout, world):
    found = await look(lookout, clomonitor=None, repositories=())
    assert found.clomonitor == NEVER_ASKED
    assert reason(found.github.security_insights) == "the project has no repository"
    assert all("/repos/cncf/" in path for path in world.paths())


# --- Which repositories ------------------------------------------------------------------------------------


async def test_releases_are_those_of_the_repositories_with_code(lookout, world):
    world.projects["cncf/kelp"] = told(
        repositories=[
            repository(url=f"https://github.com/{DOCS}", check_sets=["docs"]),
            repository(url="https://github.com/kelp-io/operator", check_sets=["code"]),
        ]
    )
    world.repositories["kelp-io/operator"] = Repository({"security-insights.yml": V2})
    found = await look(lookout)
    assert set(found.github.releases) == set(found.github.workflows) == {"kelp-io/operator"}
    assert value(found.github.security_insights).repository == "kelp-io/operator"


async def test_where_clomonitor_knows_nothing_those_declared_count(lookout, world):
    world.projects.clear()
    found = await look(lookout)
    assert value(found.clomonitor) is None
    assert set(found.github.releases) == {KELP}


async def test_a_silent_clomonitor_does_not_change_which_repositories_count(lookout, world):
    world.projects["cncf/kelp"] = told(
        repositories=[repository(url="https://github.com/kelp-io/operator", check_sets=["code"])]
    )
    world.repositories["kelp-io/operator"] = Repository({"README.md": "# Operator"})
    before = await look(lookout)
    world.faults["/clomonitor"] = status(500)
    assert set((await look(lookout, before)).github.releases) == {"kelp-io/operator"}


async def test_a_repository_on_another_forge_is_not_asked_of_github(lookout, world):
    world.projects["cncf/kelp"] = told(
        repositories=[repository(url="https://gitlab.com/kelp-io/kelp", check_sets=["code"])]
    )
    found = await look(lookout)
    assert "is not a repository on GitHub" in reason(found.github.releases["gitlab.com/kelp-io/kelp"])


async def test_a_renamed_repository_goes_on_under_its_old_name(lookout, world, kelp):
    before = await look(lookout)
    kelp.renamed_from = KELP
    world.repositories["kelp-project/kelp"] = world.repositories.pop(KELP)
    after = await look(lookout, before)
    assert value(after.github.releases[KELP]) == value(before.github.releases[KELP])
    assert value(after.github.security_insights) == value(before.github.security_insights)


# --- Every fault of every source ---------------------------------------------------------------------------

FAULTS = [
    pytest.param(status(500), id="5xx"),
    pytest.param(status(403), id="4xx"),
    pytest.param(status(429, Retry_After="60"), id="rate limit"),
    pytest.param(silence, id="time-out"),
    pytest.param(cut, id="cut"),
    pytest.param(body(b"<html>", "text/html"), id="html"),
    pytest.param(body(b"{"), id="cut JSON"),
    pytest.param(body(b" " * 11_000_000), id="huge"),
    pytest.param(body(b'{"name": "\xff"}'), id="wrong encoding"),
    pytest.param(body(b"{}"), id="something else"),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "where",
    ["/clomonitor", "/github", "/git/trees/", "/contents/", "/releases", "/orgs/", "/attestations/", "toc"],
)
async def test_in_trouble_everything_stands_as_it_was(lookout, world, fault, where):
    before = await look(lookout)
    world.faults[where] = fault
    if fault is silence:
        lookout.hurry()
    lookout.now.forward(hours=1)
    after = await look(lookout, before)
    assert _values(after) == _values(before)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_first_look_in_trouble_knows_nothing_and_says_so(lookout, world, fault):
    world.faults["/"] = fault
    if fault is silence:
        lookout.hurry()
    found = await look(lookout)
    assert not [answer for answer in evidence.answers(found) if isinstance(answer, Seen)]


async def test_one_sources_trouble_does_not_stop_the_other(lookout, world):
    world.faults["/github"] = status(500)
    assert value((await look(lookout)).clomonitor).name == "kelp"
    world.faults = {"/clomonitor": status(500)}
    assert value((await look(lookout)).github.releases[KELP])


async def test_since_when_a_source_is_silent_stays_known(lookout, world):
    before = await look(lookout)
    world.faults["/clomonitor"] = status(500)
    lookout.now.forward(hours=1)
    first = await look(lookout, before)
    lookout.now.forward(hours=1)
    second = await look(lookout, first)
    assert isinstance(second.clomonitor, Seen)
    assert second.clomonitor.as_of == NOON
    assert second.clomonitor.failing_since == NOON + timedelta(hours=1)
    assert second.clomonitor.failure == "CLOMonitor answered 500"


async def test_evidence_outlives_what_was_stored_of_single_answers(lookout, world, stores):
    before = await look(lookout)
    elsewhere = Lookout(world, stores, lookout.session)
    world.faults["/"] = status(500)
    assert _values(await look(elsewhere, before)) == _values(before)


def _values(found: Evidence) -> list[Any]:
    return [value(answer) for answer in evidence.answers(found)]


# --- Deleted and unreadable --------------------------------------------------------------------------------


async def test_a_deleted_repository_stands_as_it_was(lookout, world):
    before = await look(lookout)
    del world.repositories[KELP]
    after = await look(lookout, before)
    assert value(after.github.releases[KELP])
    assert value(after.github.security_insights)
    assert isinstance(after.github.security_insights, Seen)
    assert after.github.security_insights.failing_since


async def test_one_that_was_never_there_was_never_answered_for(lookout, world):
    del world.repositories[KELP]
    found = await look(lookout)
    assert reason(found.github.releases[KELP]) == f"GitHub has no repository {KELP}"
    assert reason(found.github.security_insights) == f"GitHub has no repository {KELP}"


UNREADABLE = [
    pytest.param("a: &a [x, x]\nb: &b [*a, *a]\nc: *nothing", id="broken YAML"),
    pytest.param(
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "\n".join(
            f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        id="a bomb",
    ),
    pytest.param(INSIGHTS + "header: {}\n", id="a key twice"),
    pytest.param("größe: 1".encode("latin-1"), id="a wrong encoding"),
    pytest.param("# " + "x" * 1_100_000, id="huge"),
    pytest.param(INSIGHTS[:-40] + ": [", id="cut"),
]


@pytest.mark.parametrize("content", UNREADABLE)
async def test_a_security_insights_file_that_cannot_be_read_any_more_leaves_the_last_reading(
    lookout, kelp, content
):
    before = await look(lookout)
    kelp.files["SECURITY-INSIGHTS.yml"] = content
    after = await look(lookout, before)
    found = after.github.security_insights
    assert value(found) == value(before.github.security_insights)
    assert isinstance(found, Seen)
    assert found.failing_since
    assert found.failure
    assert "cannot be read" in found.failure


@pytest.mark.parametrize("content", UNREADABLE)
async def test_one_that_never_could_be_read_is_there_and_invalid(lookout, kelp, content):
    kelp.files["SECURITY-INSIGHTS.yml"] = content
    found = value((await look(lookout)).github.security_insights)
    assert found.path == "SECURITY-INSIGHTS.yml"
    assert not found.is_valid


async def test_one_that_was_removed_is_gone(lookout, kelp):
    before = await look(lookout)
    del kelp.files["SECURITY-INSIGHTS.yml"]
    assert value((await look(lookout, before)).github.security_insights) is None


class Stumbling(Asker):
    """One of us does not expect what CLOMonitor says."""

    async def ask(self, question: Question[Any]) -> Answer[Any]:
        if question.server.name == "CLOMonitor":
            raise ZeroDivisionError
        return await super().ask(question)


async def test_an_answer_we_stumble_over_leaves_the_others(lookout):
    lookout.asker = Stumbling(lookout.session, lookout.store, lookout.now)
    found = await look(lookout)
    assert "on our side" in reason(found.clomonitor)
    assert value(found.github.releases[KELP])


async def test_a_workflow_that_cannot_be_read_any_more_leaves_the_last_reading(lookout, kelp):
    before = await look(lookout)
    kelp.files[".github/workflows/release.yml"] = "on: push\non: push\n"
    after = (await look(lookout, before)).github.workflows[KELP]
    assert value(after) == value(before.github.workflows[KELP])
    assert isinstance(after, Seen)
    assert after.failing_since


async def test_one_that_never_could_be_read_is_said_to_be_unreadable(lookout, kelp):
    kelp.files[".github/workflows/release.yml"] = "on: push\non: push\n"
    workflows = value((await look(lookout)).github.workflows[KELP])
    assert workflows.unreadable.keys() == workflows.events.keys() == {".github/workflows/release.yml"}


async def test_a_page_in_another_encoding_leaves_the_last_reading(lookout, kelp):
    before = await look(lookout)
    kelp.files["README.md"] = "Größe".encode("latin-1")
    assert value((await look(lookout, before)).github.guidance) == value(before.github.guidance)


# --- Security Insights -------------------------------------------------------------------------------------


async def test_a_child_file_documents_what_its_parent_does(lookout, kelp, world):
    kelp.files["security-insights.yml"] = (
        "header:\n  schema-version: 2.0.0\n  project-si-source: "
        "https://raw.githubusercontent.com/kelp-io/.github/main/security-insights.yml\n"
    )
    world.repositories["kelp-io/.github"] = Repository(
        {
            "security-insights.yml": V2
            + "  documentation: {signature-verification: 'https://kelp.dev/verify'}\n"
        }
    )
    found = value((await look(lookout)).github.security_insights)
    assert found.guidance == ("https://kelp.dev/verify",)
    assert "kelp-io/tools" in found.repositories


async def test_a_silent_parent_is_no_answer(lookout, kelp, world):
    kelp.files["security-insights.yml"] = (
        "header:\n  schema-version: 2.0.0\n  project-si-source: "
        "https://raw.githubusercontent.com/kelp-io/.github/main/security-insights.yml\n"
    )
    world.faults["kelp-io/.github"] = status(500)
    assert reason((await look(lookout)).github.security_insights) == "GitHub answered 500"


async def test_links_to_other_hosts_are_not_looked_at(lookout, kelp):
    kelp.files["SECURITY-INSIGHTS.yml"] = INSIGHTS.replace("github.com", "kelp.dev")
    assert (await look(lookout)).github.links == {}


async def test_a_dead_link_is_dead_and_a_silent_one_is_not(lookout, kelp, world):
    del kelp.files["docs/dependencies.md"]
    world.faults["self-assessment.md?ref=main"] = status(500)
    links = (await look(lookout)).github.links
    assert value(links[f"https://github.com/{KELP}/blob/main/docs/dependencies.md"]) is False
    assert isinstance(links[f"https://github.com/{KELP}/blob/main/docs/self-assessment.md"], Unavailable)


# --- Releases ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        pytest.param((), False, id="no file, no digest"),
        pytest.param(("kelp.tar.gz",), True, id="no provenance by name"),
        pytest.param(("kelp.tar.gz", "kelp.intoto.jsonl"), False, id="provenance by name"),
    ],
)
async def test_the_store_is_asked_only_where_no_release_carries_provenance(
    lookout, kelp, world, names, asked
):
    kelp.releases = [release("v1", *names)]
    found = await look(lookout)
    assert bool(world.paths("/attestations/")) is asked
    assert (KELP in found.github.stored) is asked


async def test_an_attestation_in_the_store_is_seen(lookout, kelp):
    kelp.attested = (kelp.releases[0]["assets"][0]["digest"],)
    assert value((await look(lookout)).github.stored[KELP]) is True


# --- Self-assessments --------------------------------------------------------------------------------------


@pytest.fixture
def unassessed(kelp: Repository) -> Repository:
    kelp.files["SECURITY-INSIGHTS.yml"] = INSIGHTS.partition("security-artifacts")[0]
    del kelp.files["docs/self-assessment.md"]
    return kelp


async def assessed(lookout: Lookout, previous: Evidence | None = None, **changes: Any) -> list[str]:
    found = value((await look(lookout, previous, **changes)).github.self_assessments)
    return [f"{one.place}: {one.unread or one.headings}" for one in found]


async def test_there_is_none(lookout, unassessed):
    assert await assessed(lookout) == []


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("cncf/toc", "projects/kelp/security-assessment/self-assessment.md"),
        ("cncf/toc", "projects/kelp/security assessment/self-assessment.md"),
        ("cncf/toc", "projects/Kelp/self-assessment.md"),
        ("cncf/tag-security", "community/assessments/projects/kelp/self-assessment.md"),
        (KELP, "SELF_ASSESSMENT.md"),
        (KELP, "docs/security/self-assessment.md"),
    ],
)
async def test_it_is_found_wherever_it_may_be(lookout, unassessed, world, where, path):
    world.repositories[where].files[path] = ASSESSMENT
    assert await assessed(lookout) == [f"{where}: {path}: 14"]


async def test_that_of_another_project_is_not_ours(lookout, unassessed, world):
    world.repositories["cncf/toc"].files["projects/kelpie/security-assessment/self-assessment.md"] = (
        ASSESSMENT
    )
    assert await assessed(lookout) == []


async def test_a_pointer_counts_as_its_target(lookout, unassessed, world):
    page = "https://github.com/kelp-io/community/blob/main/sa.md"
    unassessed.files["docs/self-assessment.md"] = f"See [the self-assessment]({page})."
    world.repositories["kelp-io/community"] = Repository({"sa.md": ASSESSMENT})
    assert await assessed(lookout) == [f"{KELP}: docs/self-assessment.md: 14"]


async def test_a_pointer_within_the_repository_counts_as_its_target(lookout, unassessed):
    unassessed.files["docs/self-assessment.md"] = "See [the self-assessment](security/sa.md)."
    unassessed.files["docs/security/sa.md"] = ASSESSMENT
    assert await assessed(lookout) == [f"{KELP}: docs/self-assessment.md: 14"]


async def test_pointers_in_a_circle_end(lookout, unassessed):
    unassessed.files["docs/self-assessment.md"] = "See [here](self-assessment.md)."
    assert await assessed(lookout) == [f"{KELP}: docs/self-assessment.md: 0"]


async def test_a_pointer_to_another_host_is_said_and_not_followed(lookout, unassessed):
    unassessed.files["docs/self-assessment.md"] = "See https://kelp.dev/self-assessment"
    assert await assessed(lookout) == [f"{KELP}: docs/self-assessment.md: it is on a host that is not read"]


@pytest.mark.parametrize(
    ("link", "found"),
    [
        pytest.param("https://kelp.dev/sa", "it is on a host that is not read", id="another host"),
        pytest.param(f"https://github.com/{KELP}/issues/1", "not a document", id="a page"),
        pytest.param(f"https://github.com/{KELP}/blob/main/sa.pdf", "not UTF-8", id="not a text"),
        pytest.param(
            f"https://github.com/{KELP}/tree/main/audits", "sa/self-assessment.md: 14", id="a folder"
        ),
        pytest.param(f"https://github.com/{KELP}/blob/main/gone.md", "", id="nothing there"),
    ],
)
async def test_a_link_of_security_insights_leads_to_it(lookout, unassessed, link, found):
    unassessed.files |= {
        "SECURITY-INSIGHTS.yml": INSIGHTS.replace(
            f"https://github.com/{KELP}/blob/main/docs/self-assessment.md", link
        ),
        "sa.pdf": b"%PDF \xff",
        "audits/sa/self-assessment.md": ASSESSMENT,
    }
    first, *_ = await assessed(lookout)
    assert found in first if found else not first.startswith("SECURITY-INSIGHTS")


async def test_silence_about_one_place_is_not_nowhere(lookout, unassessed, world):
    world.faults["cncf/toc"] = status(500)
    assert reason((await look(lookout)).github.self_assessments) == "GitHub answered 500"


async def test_but_what_was_found_elsewhere_stands(lookout, world):
    world.faults["cncf/toc"] = status(500)
    assert value((await look(lookout)).github.self_assessments)


async def test_a_place_that_was_given_up_holds_nothing(lookout, unassessed, world):
    del world.repositories["cncf/tag-security"]
    assert await assessed(lookout) == []


# --- Looking again -----------------------------------------------------------------------------------------


@pytest.fixture
def registered(lookout: Lookout) -> Project:
    kelp = replace(project(), maintainers=())
    lookout.store.projects.declare([kelp])
    return kelp


async def refresh(lookout: Lookout) -> str:
    return await evidence.refresh("kelp", lookout.store, lookout.asker, sources(lookout), lookout.now)


async def on_demand(lookout: Lookout) -> str:
    return await evidence.refresh_on_demand(
        "kelp", lookout.store, lookout.asker, sources(lookout), lookout.now
    )


async def test_what_was_found_is_remembered(lookout, registered):
    assert await refresh(lookout) == "Every source answered just now."
    standing = lookout.store.evidence.standing("kelp")
    assert standing
    assert standing.gathered_at == NOON
    assert standing.evidence == await look(lookout, standing.evidence, maintainers=())


async def test_trouble_is_said_and_what_was_seen_stands(lookout, world, registered):
    await refresh(lookout)
    world.faults["/clomonitor"] = status(500)
    assert await refresh(lookout) == "CLOMonitor answered 500; what was seen before stands."


async def test_until_when_a_limit_lasts_is_said(lookout, world, registered):
    world.faults["/github"] = status(429, Retry_After="2400")
    said = await refresh(lookout)
    assert said == "GitHub's limit is used up until 12:40 UTC; what was seen before stands."


async def test_before_anything_was_seen_nothing_stands(lookout, world, registered):
    world.faults["/"] = status(500)
    assert "nothing is known of it yet" in await refresh(lookout)


async def test_a_button_looks_at_most_once_a_minute(lookout, world, registered):
    await on_demand(lookout)
    world.forget()
    lookout.now.forward(seconds=59)
    assert "less than a minute ago" in await on_demand(lookout)
    assert not world.asked
    lookout.now.forward(seconds=1)
    assert "Every source" in await on_demand(lookout)


async def test_a_project_that_is_not_registered_is_not_looked_at(lookout, world):
    assert "No project" in await refresh(lookout)
    assert not world.asked


async def test_a_repository_that_is_gone_takes_no_link_with_it(lookout, world):
    before = await look(lookout)
    del world.repositories[KELP]
    found = await look(lookout, before)
    links = found.github.links.values()
    assert links
    assert all(isinstance(link, Seen) and link.value and link.failing_since for link in links)


# --- Scorecard ----------------------------------------------------------------------------------------------


async def test_scorecard_is_asked_about_each_repository(lookout, world):
    world.scorecards[KELP] = published()
    world.projects["cncf/kelp"] = told(repositories=[repository(), elsewhere(DOCS)])
    found = await look(lookout)
    assert value(found.scorecard[KELP]).score == 8.1
    assert value(found.scorecard[DOCS]) is None


async def test_a_scorecard_stands_while_scorecard_is_silent(lookout, world):
    world.scorecards[KELP] = published()
    before = await look(lookout)
    world.faults["/scorecard/"] = status(503)
    lookout.now.forward(hours=1)
    found = await look(lookout, before)
    assert value(found.scorecard[KELP]).score == 8.1
    assert found.scorecard[KELP].failing_since == lookout.now()


async def test_scorecards_silence_holds_nothing_else_up(lookout, world):
    world.faults["/scorecard/"] = status(503)
    found = await look(lookout)
    assert found.scorecard[KELP] == Unavailable("Scorecard answered 503")
    assert value(found.github.releases[KELP])


async def test_what_scorecard_said_is_remembered(lookout, world):
    world.scorecards[KELP] = published()
    found = await look(lookout)
    lookout.store.projects.declare([project()])
    lookout.store.evidence.keep("kelp", found, NOON)
    assert lookout.store.evidence.standing("kelp").evidence.scorecard == found.scorecard


async def test_scorecard_is_not_asked_for_by_the_hundred(lookout, world):
    world.projects["cncf/kelp"] = told(repositories=[elsewhere(f"kelp-io/kelp-{n}") for n in range(99)])
    await look(lookout)
    assert len(world.paths("/scorecard/")) == evidence.MOST_SCORECARDS


@pytest.mark.parametrize("steps", range(8))
async def test_a_look_that_is_broken_off_leaves_no_question_behind(lookout, steps):
    looking = asyncio.create_task(look(lookout))
    for _ in range(steps):
        await asyncio.sleep(0)
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    assert looking.done()
    gc.collect()  # of what was never awaited Python warns, and pytest takes that for a failure
