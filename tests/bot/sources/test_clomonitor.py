from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sources import clomonitor
from bot.sources.http import Response, SourceError
from rules.model import CLOMonitorProject, NotPassed, Repository, Seen, Unavailable, Unreported
from tests.bot.sources.world import World, body, status
from tests.builders import KELP, NOON


def told(**other: Any) -> dict[str, Any]:
    """Kelp as CLOMonitor tells of it: what is null is left out."""
    return {
        "id": "00000000-0001-0000-0000-000000000001",
        "name": "kelp",
        "display_name": "Kelp",
        "score": {"global": 99.4, "global_weight": 0, "documentation": 99.99999999999999, "security": 95.5},
        "updated_at": 1697800000,
        "maturity": "sandbox",
        "repositories": [repository()],
        "foundation": "cncf",
    } | other


def repository(**other: Any) -> dict[str, Any]:
    return {
        "repository_id": "1",
        "name": "kelp",
        "url": f"https://github.com/{KELP}",
        "check_sets": ["community", "code"],
        "score": {"global": 98.0, "global_weight": 96, "documentation": 95.0, "documentation_weight": 30},
        "report": {
            "report_id": "2",
            "data": {"documentation": {"readme": {"passed": True, "exempt": False, "failed": False}}},
            "updated_at": 1697796000,
        },
    } | other


def read(project: Any) -> CLOMonitorProject:
    found = clomonitor.read_project(Response(200, {}, json.dumps(project).encode()))
    assert found
    return found


async def test_a_project_is_asked_for_by_foundation_and_name(lookout, world):
    world.projects["cncf/kelp"] = told()
    answer = await clomonitor.project(lookout.asker, world.clomonitor_url, "cncf/kelp")
    assert isinstance(answer, Seen)
    assert answer.value
    assert (answer.value.display_name, answer.value.maturity, answer.as_of) == ("Kelp", "sandbox", NOON)
    assert answer.url == f"{world.clomonitor_url}/projects/cncf/kelp"
    assert world.paths() == ["/clomonitor/api/projects/cncf/kelp"]


async def test_one_that_it_does_not_know_or_has_not_processed_yet_is_none(lookout, world):
    answer = await clomonitor.project(lookout.asker, world.clomonitor_url, "cncf/kelp")
    assert answer == Seen(None, NOON, f"{world.clomonitor_url}/projects/cncf/kelp")


@pytest.mark.parametrize(
    "fault", [status(500), body(b"<!doctype html>", "text/html"), body(b"[]"), body(b"{}")]
)
async def test_trouble_is_not_the_same_as_not_knowing(lookout, world, fault):
    world.faults["/api/projects"] = fault
    answer = await clomonitor.project(lookout.asker, world.clomonitor_url, "cncf/kelp")
    assert isinstance(answer, Unavailable)
    assert answer.reason.startswith("CLOMonitor answered")


async def test_a_name_that_cannot_be_one_is_not_asked_for(lookout, world):
    for name in ("kelp", "cncf/", "/kelp", "a/b/c"):
        assert isinstance(await clomonitor.project(lookout.asker, world.clomonitor_url, name), Unavailable)
    assert not world.asked


def test_scores_are_those_of_the_sections_as_they_are():
    kelp = read(told(repositories=[repository(report=None)]))
    assert kelp.scores == {"documentation": 99.99999999999999, "security": 95.5}
    assert kelp.unreported["documentation"] == (Unreported(KELP, 95.0),)
    assert kelp.unreported["security"] == (Unreported(KELP),)


def test_a_repository_is_listed_with_its_check_sets():
    assert read(told()).repositories == (Repository(KELP, ("community", "code")),)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param({"passed": True}, {}, id="old reports have no more"),
        pytest.param(
            {"passed": False, "exempt": True, "exemption_reason": "we are many", "failed": False},
            {"exempt": "we are many"},
            id="exempt, with its reason",
        ),
        pytest.param(
            {"passed": False, "exempt": False, "failed": True, "fail_reason": "scorecard: 502"},
            {"not_run": "scorecard: 502"},
            id="could not run, with its reason",
        ),
        pytest.param({"passed": False, "url": "x", "value": ["GA4"]}, {"missing": ""}, id="missing"),
    ],
)
def test_a_check_passed_or_is_exempt_or_could_not_run(output, expected):
    report = {"data": {"legal": {"trademark_disclaimer": output}}, "updated_at": 1}
    kelp = read(told(repositories=[repository(report=report)]))
    assert kelp.reported == ("legal",)
    found = {"missing": kelp.missing, "not_run": kelp.not_run, "exempt": kelp.exempt}
    assert {how: those for how, those in found.items() if those} == {
        how: {"legal": (NotPassed("trademark_disclaimer", KELP, reason),)} for how, reason in expected.items()
    }


def test_a_section_that_came_later_is_kept_and_the_others_stay_readable():
    report = {"data": {"agent_readiness": {"page_size": {"passed": False}}, "legal": {}}, "updated_at": 1}
    kelp = read(told(repositories=[repository(report=report)]))
    assert kelp.reported == ("agent_readiness",)
    assert kelp.missing == {"agent_readiness": (NotPassed("page_size", KELP),)}
    assert kelp.unreported["legal"] == (Unreported(KELP),)


def test_a_repository_that_is_never_looked_at_has_no_report():
    bare = {"repository_id": "1", "name": "kelp", "url": f"https://github.com/{KELP}/"}
    kelp = read(told(repositories=[bare]))
    assert kelp.repositories == (Repository(KELP, ()),)
    assert (kelp.reported, kelp.unreported) == ((), {})


def test_when_a_look_failed_the_old_report_is_kept():
    report = repository()["report"] | {"errors": "error cloning repository"}
    assert read(told(repositories=[repository(report=report)])).reported == ("documentation",)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/kelp-io/kelp", "kelp-io/kelp"),
        ("https://github.com/kelp-io/kelp/", "kelp-io/kelp"),
        ("https://www.github.com/kelp-io/kelp.git", "kelp-io/kelp"),
        ("https://gitlab.com/kelp-io/kelp", "gitlab.com/kelp-io/kelp"),
        ("http://[", "kelp"),
        (None, "kelp"),
    ],
)
def test_a_repository_is_called_as_in_its_address(url, name):
    assert read(told(repositories=[repository(url=url)])).repositories[0].name == name


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"repositories": "none"},
        {"repositories": [{"url": "x"}]},
        {"repositories": [repository(report={"data": {"legal": {"x": {"passed": "yes"}}}})]},
    ],
)
def test_an_answer_of_another_shape_is_no_answer(wrong):
    with pytest.raises(SourceError):
        read(told(**wrong))


def test_nothing_told_of_a_project_without_repositories(world: World):
    assert read({"name": "kelp"}) == CLOMonitorProject("kelp", "kelp", None, (), {}, ())
