from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import (
    FIRST_OF_A_PROJECT,
    FIRST_OF_A_REPOSITORY,
    OF_A_PROJECT,
    OF_A_REPOSITORY,
    Clock,
    time_for,
)
from bot.evidence import Sources, gather
from bot.store import DatabaseError
from rules.model import Project, Seen
from tests.bot.sources.conftest import Lookout
from tests.bot.sources.test_clomonitor import repository, told
from tests.bot.sources.world import Repository, World, release, silence, status
from tests.builders import NOON, project

EVERY = timedelta(minutes=30)
INSIGHTS = {
    "SECURITY-INSIGHTS.yml": """
header: {schema-version: 1.0.0}
dependencies: {env-dependencies-policy: {policy-url: https://github.com/kelp-io/kelp/blob/main/RELEASES.md}}
security-artifacts: {self-assessment: {evidence-url: [https://github.com/kelp-io/kelp/blob/main/SECURITY.md]}}
"""
}


def named(*names: str) -> list[Project]:
    return [
        replace(
            project(), id=name, clomonitor=f"cncf/{name}", repositories=(f"{name}-io/{name}",), maintainers=()
        )
        for name in names
    ]


@pytest.fixture(autouse=True)
def three(lookout: Lookout, world: World) -> None:
    """Projects that nobody has looked at yet."""
    for name in ("algae", "kelp", "moss"):
        world.projects[f"cncf/{name}"] = told(name=name, repositories=[])
        world.repositories[f"{name}-io/{name}"] = Repository({"README.md": name}, [release("v1", "x")])
    lookout.store.projects.declare(named("algae", "kelp", "moss"))


@pytest.fixture
async def clock(lookout: Lookout) -> AsyncIterator[Clock]:
    beat = timedelta(seconds=0.05)
    opened = Clock(
        lookout.store, lookout.asker, sources(lookout), lookout.now, EVERY, beat=beat, stopping=0.2
    )
    yield opened
    await opened.stop()


def sources(lookout: Lookout, token: str = "a-token") -> Sources:
    return Sources(lookout.world.clomonitor_url, lookout.world.github_url, token)


def looked_at(world: World) -> list[str]:
    return sorted(path.rpartition("/")[2] for path in world.paths("/clomonitor"))


async def test_a_tick_looks_at_everyone_whose_turn_it_is(clock, world, lookout):
    await clock.tick()
    assert looked_at(world) == ["algae", "kelp", "moss"]
    world.forget()
    lookout.now.forward(minutes=29)
    await clock.tick()
    assert not world.asked
    lookout.now.forward(minutes=2)
    await clock.tick()
    assert looked_at(world) == ["algae", "kelp", "moss"]


async def test_while_github_wants_to_be_left_alone_only_clomonitor_is_asked(clock, world, lookout):
    world.faults["/github"] = status(429, Retry_After="6000")
    await clock.tick()
    world.faults.clear()
    world.forget()
    lookout.now.forward(minutes=9)
    await clock.tick()
    assert not world.asked
    lookout.now.forward(minutes=40)
    await clock.tick()
    assert looked_at(world) == ["algae", "kelp", "moss"]
    assert not world.paths("/github")


async def test_while_every_source_wants_to_be_left_alone_nobody_is_looked_at(clock, world, lookout):
    world.faults["/"] = status(429, Retry_After="6000")
    await clock.tick()
    lookout.now.forward(minutes=40)
    await clock.tick()
    standing = lookout.store.evidence.standing("moss")
    assert standing
    assert standing.gathered_at == NOON


async def test_who_was_cut_short_by_a_limit_comes_first_when_it_ends(clock, world, lookout):
    world.faults["/github"] = status(429, Retry_After="600")
    await clock.tick()
    world.faults.clear()
    lookout.now.forward(minutes=11)
    await clock.tick()
    standing = lookout.store.evidence.standing("algae")
    assert standing
    assert standing.evidence
    assert isinstance(standing.evidence.github.releases["algae-io/algae"], Seen)


async def test_one_projects_trouble_never_stops_the_others(clock, world, lookout):
    keep = lookout.store.evidence.keep

    def stumbling(project_id, *rest):
        if project_id == "algae":
            raise ZeroDivisionError
        keep(project_id, *rest)

    lookout.store.evidence.keep = stumbling
    await clock.tick()
    assert lookout.store.evidence.standing("moss").gathered_at == NOON
    world.forget()
    await clock.tick()
    assert not world.asked, "one that fails on our side waits for its next turn as well"
    lookout.now.forward(minutes=31)
    await clock.tick()
    assert "algae" in looked_at(world)


async def test_two_workers_share_the_work(clock, world, lookout):
    other = Clock(lookout.store, lookout.asker, sources(lookout), lookout.now, EVERY)
    await asyncio.gather(clock.tick(), other.tick())
    assert looked_at(world) == ["algae", "kelp", "moss"]


async def test_when_the_store_is_away_the_clock_goes_on(clock, world, lookout):
    stalest = lookout.store.evidence.stalest
    lookout.store.evidence.stalest = lambda *_: 1 / 0
    await clock.tick()
    lookout.store.evidence.stalest = stalest
    await clock.tick()
    assert looked_at(world) == ["algae", "kelp", "moss"]


async def test_it_beats_by_itself(clock, world, lookout):
    clock.start()
    await everyone_is_looked_at(lookout)
    lookout.now.forward(minutes=31)
    await everyone_is_looked_at(lookout)
    assert len(looked_at(world)) == 6


async def everyone_is_looked_at(lookout: Lookout) -> None:
    async with asyncio.timeout(10):
        while lookout.store.evidence.stalest(lookout.now() - EVERY, 3):  # noqa: ASYNC110 - the store does not call
            await asyncio.sleep(0.02)


async def test_it_stops_in_the_middle_of_a_look(clock, world):
    world.faults["/"] = silence
    clock.start()
    await asyncio.sleep(0.1)
    async with asyncio.timeout(2):
        await clock.stop()
    asked = len(world.asked)
    await asyncio.sleep(0.2)
    assert len(world.asked) == asked


async def test_it_tells_about_when_it_will_look(clock, lookout):
    first = clock.next_look("kelp")
    assert NOON <= first < NOON + timedelta(minutes=1)
    await clock.tick()
    assert clock.next_look("kelp") == NOON + EVERY
    assert clock.next_look("nobody") is None


async def test_without_a_token_a_young_answer_is_young_enough(lookout, world):
    """Else the first sixty answers would come again every hour, and no large project would be finished."""
    without = Clock(lookout.store, lookout.asker, sources(lookout, token=""), lookout.now, EVERY)
    await without.tick()
    world.forget()
    lookout.now.forward(minutes=31)
    await without.tick()
    assert not world.asked
    lookout.now.forward(hours=6)
    await without.tick()
    assert world.paths("/github")


# --- How long everybody takes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("with_token", "first", "at_least", "at_most"),
    [
        pytest.param(True, True, timedelta(hours=1), timedelta(hours=3), id="a first look with a token"),
        pytest.param(True, False, timedelta(minutes=1), timedelta(minutes=10), id="later ones with a token"),
        pytest.param(False, True, timedelta(days=4), timedelta(days=9), id="a first look without one"),
        pytest.param(False, False, timedelta(days=1), timedelta(days=3), id="later ones without one"),
    ],
)
def test_all_of_the_cncf(with_token, first, at_least, at_most):
    assert at_least < time_for(245, 685, with_token=with_token, first=first) < at_most


async def test_what_a_look_at_a_project_of_the_usual_size_asks_of_github(lookout, world):
    """Three repositories, two with code: what `time_for` counts on."""
    names = ("kelp-io/kelp", "kelp-io/operator", "kelp-io/docs")
    flow = "on: push\njobs: {build: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n"
    code = {f".github/workflows/{number}.yml": flow for number in range(8)} | {
        "README.md": "# Kelp",
        "Makefile": "all:",
    }
    insights = INSIGHTS | {
        "SECURITY.md": "# Security",
        "RELEASES.md": "# Releases",
        "docs/release.md": "# Release",
    }
    for name, files in zip(names, (code | insights, code, {"README.md": "# Docs"}), strict=True):
        world.repositories[name] = Repository(files, [release("v1", "kelp.tar.gz")])
    world.projects["cncf/kelp"] = told(
        repositories=[
            repository(url=f"https://github.com/{name}", check_sets=[sets])
            for name, sets in zip(names, ("code", "code", "docs"), strict=True)
        ]
    )
    kelp = replace(named("kelp")[0], repositories=names)
    before = await gather(kelp, None, lookout.asker, sources(lookout), lookout.now)
    first = [path for path in world.paths("/github") if "/cncf/" not in path]
    world.forget()
    await gather(kelp, before, lookout.asker, sources(lookout), lookout.now)
    later = [path for path in world.paths("/github") if "/cncf/" not in path]
    print(len(first), len(later))
    assert len(later) <= OF_A_PROJECT + 3 * OF_A_REPOSITORY
    assert len(first) <= FIRST_OF_A_PROJECT + 3 * FIRST_OF_A_REPOSITORY


class Plans:
    """Counts how often it was planned; `mishaps` happen first."""

    def __init__(self, *mishaps: Exception) -> None:
        self.count = 0
        self.mishaps = list(mishaps)
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> None:
        self.count += 1
        await self.gate.wait()
        if self.mishaps:
            raise self.mishaps.pop(0)

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(5):
            while self.count < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@asynccontextmanager
async def planning(lookout: Lookout, plans: Plans, beat: float) -> AsyncIterator[Clock]:
    opened = Clock(
        lookout.store, lookout.asker, sources(lookout), lookout.now, EVERY,
        plan=plans, beat=timedelta(seconds=beat), stopping=0.2,
    )  # fmt: skip
    opened.start()
    yield opened
    await opened.stop()


async def test_it_is_planned_at_the_start_and_at_every_beat_whatever_happened_before(lookout):
    plans = Plans(ValueError("a mistake of ours"), DatabaseError("away"))
    async with planning(lookout, plans, beat=0.05):
        await plans.reach(4)


async def test_who_cannot_wait_for_the_beat_has_it_planned_now(lookout):
    plans = Plans()
    async with planning(lookout, plans, beat=3600) as clock:
        await plans.reach(1)
        clock.wake()
        await plans.reach(2)


async def test_what_changes_while_it_is_planned_is_planned_for_again(lookout):
    plans = Plans()
    plans.gate.clear()
    async with planning(lookout, plans, beat=3600) as clock:
        await plans.reach(1)
        clock.wake()
        clock.wake()
        plans.gate.set()
        await plans.reach(2)
    assert plans.count == 2


async def test_planning_waits_for_no_look(lookout, world):
    world.faults["/clomonitor"] = silence
    plans = Plans()
    async with planning(lookout, plans, beat=0.05):
        await plans.reach(3)


async def test_once_stopped_nothing_is_planned(lookout):
    plans = Plans()
    async with planning(lookout, plans, beat=3600) as clock:
        await plans.reach(1)
    clock.wake()
    await asyncio.sleep(0)
    assert plans.count == 1


async def test_a_wall_clock_that_is_set_back_silences_nobody(lookout):
    plans = Plans()
    async with planning(lookout, plans, beat=0.05) as clock:
        await plans.reach(2)
        tomorrow = datetime.now(UTC) + timedelta(days=1)  # as the scheduler sees it after such a leap
        clock._scheduler.get_jobs()[0].modify(next_run_time=tomorrow)
        before = plans.count
        await plans.reach(before + 3)
