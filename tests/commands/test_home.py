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
    assert ("status.open", "kelp") in {(element["action_id"], element.get("value")) for element in elements_}


def test_every_badge_is_one_press_away(store):
    _, elements_ = shown(store)
    badges = [element["value"] for element in elements_ if action_of(element) == "badges.open"]
    assert badges == [badge.id for badge in edition().badges]


def test_whoever_has_no_project_is_shown_the_way(store):
    text, _ = shown(store, user="U0STRANGER")
    assert "No project names you as a maintainer" in text
    assert "`/slam projects`" in text


def test_what_i_am_reminded_of_is_one_press_away(store):
    store.projects.declare([project()])
    store.preferences.want_direct("U0M1", NOON)
    text, elements_ = shown(store)
    assert "Reminders about Kelp go to its channel and to you directly." in text
    assert "remind.open" in {element["action_id"] for element in elements_}


def test_the_dates_to_come_are_shown_and_all_of_them_one_press_away(store):
    text, elements_ = shown(store)
    assert "*Submissions close*: <!date^" in text
    assert "The Slam opens" not in text
    assert "deadlines.open" in {element["action_id"] for element in elements_}


def test_the_deadline_is_quoted(store):
    assert "Submissions close: <!date^" in shown(store)[0]
