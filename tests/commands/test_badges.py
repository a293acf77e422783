from __future__ import annotations

import pytest

from commands import badges
from tests.builders import declared
from tests.commands.asking import buttons, call, lines, services, text


@pytest.mark.parametrize("name", ["slam-2023", "slam26-fall"])
def test_every_badge_of_an_edition_is_there_with_its_goal(store, name):
    slam = declared(name)
    told = lines(badges.run(call(), services(store, slam=slam)))
    for badge in slam.badges:
        assert told[told.index(badge.title) + 1] == f"{badge.goal}."


def test_the_prizes_and_the_deadline_stand_below(store):
    told = text(badges.run(call(), services(store)))
    assert "Submissions close: 7 Nov 2023, 11:59 UTC." in told
    assert "first 200 badges" in told


@pytest.mark.parametrize("name", ["slam-2023", "slam26-fall"])
def test_a_badge_tells_what_is_looked_at_where_to_learn_how_and_what_next(store, name):
    slam = declared(name)
    for badge in slam.badges:
        told = lines(badges.run(call(badge.id), services(store, slam=slam)))
        assert told[0] == badge.title
        assert any(line.startswith("• ") for line in told)
        assert "Where to learn how" in told
        assert told[-1] == f"Next: see how far your project is with `/slam status {badge.id}`."


def test_a_badge_leads_to_all_that_the_library_has_for_it(store):
    reply = badges.run(call("cleaner"), services(store))
    assert buttons(reply)["All resources"] == ("resources.open", "cleaner")


def test_a_badge_is_found_by_its_whole_name(store):
    assert lines(badges.run(call("The", "Cleaner"), services(store)))[0] == "The Cleaner"


def test_a_mistyped_badge_gets_a_suggestion(store):
    assert lines(badges.run(call("claner"), services(store))) == [
        "There is no badge `claner`. Did you mean `/slam badges cleaner`?"
    ]


def test_a_badge_like_no_other_gets_the_list(store):
    assert "There are cleaner, defender" in text(badges.run(call("<!here>"), services(store)))


def test_the_button_opens_the_badge(store):
    action, value = buttons(badges.run(call(), services(store)))["The Mechanizer"]
    assert action == "badges.open"
    assert lines(badges.BUTTONS["open"](call(value), services(store)))[0] == "The Mechanizer"
