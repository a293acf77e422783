from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from bot.blocks import offered
from bot.playground.blockkit import options_mistakes
from bot.reply import NO_CHOICE, Options
from bot.store.people import Person
from commands import search
from commands.search import Found, chosen
from rules.model import ListedProject, Unavailable
from tests.builders import NOON, project
from tests.commands.asking import call, services

JAEGER = ListedProject("cncf/jaeger", "Jaeger", ("jaegertracing/jaeger", "jaegertracing/jaeger-ui"))
SIDE = ListedProject("cncf/jaeger-side", "A Jaeger beside", ("side/jaeger",))
KELP = ListedProject("cncf/kelp", "Kelp", ("kelp-io/kelp",))
SILENCE = Unavailable("CLOMonitor did not answer in time")


@dataclass
class CLOMonitor:
    """Tells of what it holds, whatever is sought, and remembers that."""

    holds: tuple[ListedProject, ...] | Unavailable = (SIDE, JAEGER)
    asked: list[str] = field(default_factory=list)

    async def listed(self, sought: str) -> tuple[ListedProject, ...] | Unavailable:
        self.asked.append(sought)
        return self.holds


@pytest.fixture
def clomonitor():
    return CLOMonitor()


@pytest.fixture
def at_hand(store, clomonitor):
    return replace(services(store), listed=clomonitor.listed)


def looked(at_hand, typed: str, **who: bool) -> Options:
    """What is offered; Slack must take it."""
    person = Person("UTC", who.get("guest", False), who.get("gone", False), NOON)
    options = asyncio.run(search.projects(replace(call(), form={"query": typed}, person=person), at_hand)())
    assert options_mistakes(offered(options)) == []
    assert len(offered(options)["options"]) == len(options)
    return options


def labels(at_hand, typed: str) -> list[str]:
    return [label for label, _ in looked(at_hand, typed)]


def test_clomonitors_projects_are_offered_the_likeliest_first(at_hand, clomonitor):
    assert labels(at_hand, "jaeger") == ["Jaeger (cncf/jaeger)", "A Jaeger beside (cncf/jaeger-side)"]
    assert clomonitor.asked == ["jaeger"]


@pytest.mark.parametrize(
    ("typed", "offers"),
    [
        pytest.param(
            "jaegertracing/jaeger", ["Jaeger (cncf/jaeger)", "Repository jaegertracing/jaeger"], id="its name"
        ),
        pytest.param(
            "https://github.com/jaegertracing/jaeger.git",
            ["Jaeger (cncf/jaeger)", "Repository jaegertracing/jaeger"],
            id="its address",
        ),
        pytest.param(
            "https://github.com/Elsewhere/Jaeger/",
            ["Repository Elsewhere/Jaeger"],
            id="one that is in no project",
        ),
        pytest.param(
            "CNCF/jaeger-s",
            ["A Jaeger beside (cncf/jaeger-side)", "Repository CNCF/jaeger-s"],
            id="the beginning of a name in CLOMonitor",
        ),
        pytest.param(
            "https://clomonitor.io/projects/cncf/jaeger",
            ["Jaeger (cncf/jaeger)", "A Jaeger beside (cncf/jaeger-side)", "Repository cncf/jaeger"],
            id="its page in CLOMonitor",
        ),
        pytest.param("https://gitlab.com/jaegertracing/jaeger", [], id="elsewhere"),
        pytest.param("jaegertracing/../jaeger", [], id="no repository"),
    ],
)
def test_a_repository_is_offered_as_it_is_typed_and_the_project_that_has_it(at_hand, typed, offers):
    assert labels(at_hand, typed) == offers


@pytest.mark.parametrize("typed", ["", "j", "/", "jaegertracing/", "https://github.com/"])
def test_fewer_than_two_letters_are_not_sought(at_hand, clomonitor, typed):
    clomonitor.holds = ()
    assert looked(at_hand, typed) == ()
    assert all(len(sought) >= 2 for sought in clomonitor.asked)


def test_what_takes_part_already_comes_last_and_says_so(store, at_hand):
    store.projects.declare([project(id="tracer", clomonitor="CNCF/jaeger", repositories=("side/jaeger",))])
    assert labels(at_hand, "jaeger") == [
        "A Jaeger beside (cncf/jaeger-side)",
        "Takes part as tracer: Jaeger (cncf/jaeger)",
    ]
    assert labels(at_hand, "Side/jaeger")[-1] == "Takes part as tracer: Repository Side/jaeger"


@pytest.mark.parametrize(
    ("typed", "offers"),
    [
        pytest.param("jaeger", [(search.SILENT, NO_CHOICE)], id="a name: what else to type"),
        pytest.param(
            "cncf/jaeger",
            [
                ("Repository cncf/jaeger", "github.com/cncf/jaeger"),
                ("cncf/jaeger in CLOMonitor, which does not answer just now", "cncf/jaeger"),
            ],
            id="owner and repository: that, and what it may be in CLOMonitor",
        ),
    ],
)
def test_while_clomonitor_is_silent_there_is_something_to_choose_still(at_hand, clomonitor, typed, offers):
    clomonitor.holds = SILENCE
    assert list(looked(at_hand, typed)) == offers


@pytest.mark.parametrize("who", ["guest", "gone"])
def test_for_those_who_may_not_register_nobody_is_asked(at_hand, clomonitor, who):
    assert looked(at_hand, "jaeger", **{who: True}) == ()
    assert clomonitor.asked == []


def test_names_of_any_length_fit_and_keep_what_matters(store, at_hand, clomonitor):
    store.projects.declare([project(id="k" * 40, clomonitor="cncf/kelp")])
    clomonitor.holds = (replace(KELP, display_name="Kelp and so on " * 4),)
    ((label, value),) = looked(at_hand, "kelp")
    assert label.startswith(f"Takes part as {'k' * 40}: Kelp and")
    assert chosen(value).clomonitor == "cncf/kelp"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param("cncf/jaeger Jaeger", Found("cncf/jaeger", "Jaeger"), id="in CLOMonitor"),
        pytest.param("cncf/kelp Great Kelp", Found("cncf/kelp", "Great Kelp"), id="of two words"),
        pytest.param("cncf/jaeger", Found("cncf/jaeger"), id="while CLOMonitor is silent"),
        pytest.param("github.com/a/b", Found("", "b", "a/b"), id="a repository"),
        pytest.param("", Found(), id="nothing"),
    ],
)
def test_a_choice_stands_for(value, found):
    assert chosen(value) == found
