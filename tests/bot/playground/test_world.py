"""The five invented projects show everything that there is to show, through the sources as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot import evidence
from bot.config import Config, read
from bot.evidence import Sources
from bot.playground import world
from bot.playground.clock import MovableClock
from bot.playground.sample import SAMPLES
from bot.playground.server import Playground
from bot.sources.http import Asker
from bot.store import Store
from rules.model import Evidence, Outcome, Seen, State
from rules.progress import measure
from tests.builders import edition


@pytest.fixture
def config(playground: Playground) -> Config:
    return read(SAMPLES / "config.yaml", playground.environment(0))


async def look(
    config: Config, store: Store, clock: MovableClock, before: Mapping[str, Evidence] | None = None
) -> dict[str, Evidence]:
    """What is found on each project now."""
    sources = Sources.of(config.environment)
    async with ClientSession() as session:
        asker = Asker(session, store, clock)
        return {
            project.id: await evidence.gather(project, (before or {}).get(project.id), asker, sources, clock)
            for project in config.projects
        }


async def test_every_outcome_and_every_state_is_there(
    config: Config, store: Store, clock: MovableClock
) -> None:
    found = await look(config, store, clock)
    badges = [badge for name in world.LOOKED_AT for badge in measure(config.edition, found[name]).badges]
    assert {finding.outcome for badge in badges for finding in badge.findings} == set(Outcome)
    assert {badge.state for badge in badges} == set(State)


async def test_one_is_done_one_is_on_its_way_one_has_not_begun(
    config: Config, store: Store, clock: MovableClock
) -> None:
    found = await look(config, store, clock)
    progress = {name: measure(edition(), found[name]) for name in world.LOOKED_AT}
    seen = [
        (f.criterion, f.outcome.value, f.detail) for b in progress["lanternfish"].badges for f in b.findings
    ]
    assert {badge.state for badge in progress["lanternfish"].badges} == {State.EVIDENCE_FOUND}, seen
    assert progress["lanternfish"].next_step is None
    partial = {badge.badge for badge in progress["driftwood"].badges if badge.state is State.PARTIAL}
    assert partial == {"cleaner", "defender", "chronicler", "mechanizer"}
    assert progress["driftwood"].next_step
    states = {badge.badge: badge.state for badge in progress["saltmarsh"].badges}
    assert states["chronicler"] is states["mechanizer"] is State.NOT_STARTED


async def test_scorecard_published_something_on_two_of_them(
    config: Config, store: Store, clock: MovableClock
) -> None:
    found = await look(config, store, clock)
    published = {
        name: [
            each.value.repository for each in told.scorecard.values() if isinstance(each, Seen) and each.value
        ]
        for name, told in found.items()
    }
    assert {name: repositories for name, repositories in published.items() if repositories} == {
        "lanternfish": ["deepwater-demo/lanternfish"],
        "driftwood": ["driftwood-demo/driftwood"],
    }


async def test_what_clomonitor_said_of_tidewatch_stands_while_it_is_silent(
    config: Config, store: Store, clock: MovableClock, playground: Playground
) -> None:
    assert isinstance((await look(config, store, clock))["tidewatch"].clomonitor, Seen) is False
    earlier = MovableClock(clock, world.OPENS_AT - timedelta(hours=2))
    playground.clomonitor.now = earlier
    before = await look(config, store, earlier)
    earlier.forward(timedelta(hours=2))
    report = (await look(config, store, earlier, before))["tidewatch"].clomonitor
    assert isinstance(report, Seen)
    assert report.failing_since == world.OPENS_AT
    assert report.as_of == world.OPENS_AT - timedelta(hours=2)
