"""Whatever part of the sources is silent, nobody is told that something is missing, or there, that is not."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from rules.model import Evidence, Outcome
from rules.progress import measure
from tests.bot.sources.test_clomonitor import repository, told
from tests.bot.sources.world import Repository, World, body, cut, release, status
from tests.bot.test_evidence import ASSESSMENT, FILES, INSIGHTS, look
from tests.builders import DOCS, KELP, edition

TOOLS = "kelp-io/tools"
TROUBLES = (
    status(500),
    status(502),
    status(403),
    cut,
    body(b"<html>", "text/html"),
    body(b"{"),
    body(b"{}"),
    body(b"[null]"),
    body(b'{"message": "\xff"}'),
)
SLAM = edition()


def everything(world: World) -> None:
    world.projects["cncf/kelp"] = told(
        repositories=[repository(), repository(url=f"https://github.com/{TOOLS}", check_sets=["code"])]
    )
    world.repositories[KELP] = Repository(dict(FILES), [release("v1", "kelp.spdx.json", "kelp.intoto.jsonl")])
    world.repositories[TOOLS] = Repository(
        {".github/workflows/ci.yml": FILES[".github/workflows/release.yml"]},
        [release("v1", "bom.json", "provenance.json")],
    )
    world.repositories[DOCS] = Repository({"README.md": "# Docs"})


def nothing(world: World) -> None:
    everything(world)
    world.repositories[KELP] = Repository(
        {"README.md": "# Kelp", ".github/workflows/x.yml": "on: push\njobs: {}\n"}
    )
    world.repositories[KELP].releases = [release("v1", "kelp.tar.gz")]
    world.repositories[TOOLS] = Repository({"README.md": "# Tools"}, [release("v1", "tools.tar.gz")])


def by_its_links(world: World) -> None:
    everything(world)
    files = world.repositories[KELP].files
    files["SECURITY-INSIGHTS.yml"] = INSIGHTS.replace("docs/self-assessment.md", "audits/kelp.md")
    del files["docs/self-assessment.md"]
    files["audits/kelp.md"] = ASSESSMENT


def elsewhere(world: World) -> None:
    nothing(world)
    world.repositories["cncf/toc"].files["projects/kelp/self-assessment.md"] = ASSESSMENT
    world.repositories[KELP].attested = (world.repositories[KELP].releases[0]["assets"][0]["digest"],)
    world.repositories[KELP].files[".github/workflows/x.yml"] = (
        "on: release\njobs: {x: {runs-on: x, steps: [{run: ./hack/sbom.sh}]}}\n"
    )
    world.repositories[KELP].files["hack/sbom.sh"] = "syft . -o spdx-json > sbom.json\ncosign attest x\n"


KINDS = [everything, nothing, by_its_links, elsewhere]


def judged(found: Evidence) -> dict[tuple[str, str], Outcome]:
    return {
        (badge.badge, finding.criterion): finding.outcome
        for badge in measure(SLAM, found).badges
        for finding in badge.findings
    }


def now_and_then(
    dice: random.Random, often: float
) -> Callable[[web.Request], Awaitable[web.StreamResponse] | None]:
    return lambda request: dice.choice(TROUBLES)(request) if dice.random() < often else None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(12))
async def test_a_first_look_with_troubles_says_what_is_so_or_that_it_does_not_know(
    lookout, world, kind, seed
):
    kind(world)
    world.trouble = now_and_then(random.Random(seed), often=0.25)
    troubled = judged(await look(lookout))
    world.trouble = None
    truth = judged(await look(lookout))
    wrong = {
        name: (outcome, truth[name])
        for name, outcome in troubled.items()
        if outcome not in (truth[name], Outcome.UNKNOWN)
        # what needs a person may be less than what would be found
        and not (outcome is Outcome.NEEDS_PERSON and name[1] in ("repositories", "self_assessment"))
    }
    assert not wrong


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(12))
async def test_after_a_good_look_troubles_change_nothing(lookout, world, kind, seed):
    kind(world)
    before = await look(lookout)
    truth = judged(before)
    world.trouble = now_and_then(random.Random(seed), often=0.4)
    lookout.now.forward(hours=1)
    once = await look(lookout, before)
    lookout.now.forward(hours=1)
    assert judged(once) == truth
    assert judged(await look(lookout, once)) == truth
