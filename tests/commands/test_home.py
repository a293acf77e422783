from __future__ import annotations

from bot.playground.blockkit import view_mistakes
from commands import home
from tests.builders import NOON, edition, evidence, project
from tests.commands.asking import action_of, call, elements, services


def shown(store, user: str = "U0M1") -> tuple[str, list]:
    view = home.view(call(user=user, channel=""), services(store))
    assert view_mistakes(view) == []
    return str(view), list(elements(view["blocks"]))


def test_the_home_shows_my_projects_with_a_button_to_look_closer(stores):
    stores.projects.declare([project()])
    stores.evidence.keep("kelp", evidence(), NOON)
    text, elements_ = shown(stores)
    assert "*Kelp*: evidence found for 5 of 5 badges" in text
    assert ("status.open", "kelp") in {(element["action_id"], element["value"]) for element in elements_}


def test_every_badge_is_one_press_away(store):
    _, elements_ = shown(store)
    badges = [element["value"] for element in elements_ if action_of(element) == "badges.open"]
    assert badges == [badge.id for badge in edition().badges]


def test_whoever_has_no_project_is_shown_the_way(store):
    text, _ = shown(store, user="U0STRANGER")
    assert "No project names you as a maintainer" in text
    assert "`/slam projects`" in text


def test_the_deadline_is_quoted(store):
    assert "Submissions close: <!date^" in shown(store)[0]
