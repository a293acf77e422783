from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sources.listing import MOST, Listing
from rules.model import ListedProject, Unavailable
from tests.bot.sources.world import World, body, cut, silence, status


def known(world: World, *names: str, **other: Any) -> None:
    """CLOMonitor knows projects of these names; for people they begin with a capital."""
    for name in names:
        told = {"foundation": "cncf", "name": name, "display_name": name.title(), "repositories": []}
        world.projects[f"cncf/{name}"] = told | other


@pytest.fixture
def listing(lookout):
    return Listing(lookout.asker, lookout.world.clomonitor_url)


async def found(listing: Listing, typed: str) -> list[str]:
    listed = await listing.find(typed)
    assert isinstance(listed, tuple), listed
    return [project.name for project in listed]


def sought(world: World) -> list[str]:
    """What CLOMonitor was asked for."""
    return [parse_qs(urlsplit(path).query)["text"][0] for path in world.paths("/search")]


async def test_a_project_is_found_by_a_part_of_either_name(listing, world):
    repositories = [{"url": "https://github.com/kelp-io/kelp"}, {"url": "https://gitlab.com/a/b"}, {}]
    known(world, "kelp", display_name="Great Kelp", repositories=repositories)
    known(world, "coral")
    assert await listing.find("eat  k") == (ListedProject("cncf/kelp", "Great Kelp", ("kelp-io/kelp",)),)
    assert await found(listing, "KEL") == ["cncf/kelp"]


async def test_whoever_types_on_costs_clomonitor_one_question(listing, world):
    known(world, "kelp", "keel", "coral")
    for typed, names in (("ke", ["cncf/kelp", "cncf/keel"]), ("kel", ["cncf/kelp"]), ("kelx", [])):
        assert await found(listing, typed) == names
    assert sought(world) == ["ke"]


async def test_whoever_types_faster_than_clomonitor_answers_costs_one_question_too(listing, world):
    known(world, "kelp")
    answers = await asyncio.gather(*(found(listing, "kelp"[:letters]) for letters in (2, 3, 4)))
    assert answers == [["cncf/kelp"]] * 3
    assert sought(world) == ["ke"]


async def test_where_more_are_found_than_one_answer_has_the_longer_word_is_asked_for(listing, world):
    known(world, *(f"kelp-{number}" for number in range(MOST)))
    known(world, "kelpie")
    assert len(await found(listing, "kelp")) == MOST
    assert await found(listing, "kelpi") == ["cncf/kelpie"]
    assert sought(world) == ["kelp", "kelpi"]


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        pytest.param("max-age=300", 300, id="as long as CLOMonitor says"),
        pytest.param("max-age=86400", 300, id="never longer than five minutes"),
        pytest.param("no-store", 10, id="while somebody types, whatever it says"),
        pytest.param(None, 10, id="while somebody types, where it says nothing"),
    ],
)
async def test_an_answer_is_not_kept_longer_than_is_sensible(listing, lookout, world, told, stands):
    world.headers = {"Cache-Control": told} if told else {}
    known(world, "kelp")
    await listing.find("kelp")
    lookout.now.forward(seconds=stands - 1)
    await listing.find("kelp")
    assert sought(world) == ["kelp"]
    lookout.now.forward(seconds=1)
    await listing.find("kelp")
    assert sought(world) == ["kelp", "kelp"]


async def test_nothing_of_a_search_is_stored(listing, lookout, world):
    known(world, "kelp")
    await listing.find("kelp")
    (path,) = world.paths("/search")
    assert lookout.store.answers.find(f"read_list {world.url}{path}") is None


@pytest.mark.parametrize("typed", ["c++", "(", "[a-", "a|b", "kelp.*", "\\", "***:x", "a\x00b", "a&limit=1"])
async def test_what_is_typed_is_no_expression(listing, world, typed):
    known(world, "kelp")
    assert await found(listing, typed) == []


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        pytest.param(status(500), "answered 500", id="an error"),
        pytest.param(status(400), "answered 400", id="a question that it does not take"),
        pytest.param(body(b"<!doctype html>", "text/html"), "a web page", id="its page"),
        pytest.param(body(b'{"kelp": 1}'), "unreadable", id="another shape"),
        pytest.param(body(b'[{"name": 7}]'), "unreadable", id="a name that is a number"),
        pytest.param(body(b"[" * 100_000), "unreadable", id="very deep"),
        pytest.param(cut, "stopped in the middle", id="half an answer"),
    ],
)
async def test_trouble_is_said_and_not_repeated_for_whoever_types_on(listing, lookout, world, fault, why):
    world.faults["/search"] = fault
    known(world, "kelp")
    for typed in ("ke", "kel", "kelp"):
        silent = await listing.find(typed)
        assert isinstance(silent, Unavailable)
        assert why in silent.reason
    assert len(world.asked) == 1
    world.faults.clear()
    lookout.now.forward(seconds=10)
    assert await found(listing, "kelp") == ["cncf/kelp"]


async def test_a_clomonitor_that_hangs_keeps_nobody_waiting(listing, world):
    world.faults["/search"] = silence
    known(world, "coral")
    async with asyncio.timeout(2.4):  # Slack gives up after three seconds
        hung = await asyncio.gather(listing.find("ke"), listing.find("kelp"))
    assert hung == [Unavailable("CLOMonitor did not answer in time")] * 2
    assert len(world.asked) == 1
    world.faults.clear()
    assert await found(listing, "cor") == ["cncf/coral"]


async def test_a_clomonitor_that_wants_to_be_left_alone_is(listing, world):
    world.faults["/search"] = status(429, Retry_After="60")
    for typed in ("kelp", "coral"):
        assert isinstance(await listing.find(typed), Unavailable)
    assert sought(world) == ["kelp"]


async def test_at_most_four_search_at_once(listing, world):
    await asyncio.gather(*(listing.find(f"{letter}{letter}") for letter in "abcdefgh"))
    assert (len(world.asked), world.busiest) == (8, 4)


async def test_what_cannot_be_a_projects_name_is_left_out_and_the_rest_is_shown(listing, world):
    known(world, "kelp", display_name="Ke\u202elp\n" + "x" * 5_000)
    known(world, "kelp kelp", "kelp/../kelp", "<!here>kelp", "")
    (listed,) = await listing.find("ke")
    assert (listed.name, len(listed.display_name)) == ("cncf/kelp", 60)
    assert listed.display_name.isprintable()
