from __future__ import annotations

import pytest

from bot.playground.blockkit import view_mistakes
from bot.slack import walk
from bot.store.people import Person
from commands import home
from tests.builders import NOON, clomonitor, edition, evidence, output, passing, project, scored, seen
from tests.commands.asking import action_of, call, elements, services
from tests.commands.helping import VERA, desk, taken
from tests.commands.organizing import ORLA


def shown(store, user: str = "U0M1", at_hand=None) -> tuple[str, list]:
    view = home.view(call(user=user, channel=""), at_hand or services(store))
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


@pytest.mark.parametrize(
    ("channels", "is_direct", "said"),
    [
        pytest.param(
            {"kelp": "C0KELP", "coral": None},
            False,
            "Reminders about Kelp go to its channel. Coral has no channel: you are not reminded of it.",
            id="one of them",
        ),
        pytest.param(
            {"coral": None, "kelp": None},
            True,
            "🔔 Coral, Kelp have no channel: reminders about them go to you directly.",
            id="none",
        ),
        pytest.param(
            {"coral": "C1", "kelp": "C2"},
            False,
            "Reminders about Coral, Kelp go to their channels.",
            id="all",
        ),
    ],
)
def test_nobody_is_said_to_be_reminded_in_a_channel_that_there_is_not(store, channels, is_direct, said):
    every = [project(id=name, name=name.title(), channel=place) for name, place in channels.items()]
    store.projects.declare(every)
    if is_direct:
        store.preferences.want_direct("U0M1", NOON)
    assert said in shown(store)[0]


def test_the_dates_to_come_are_shown_and_all_of_them_one_press_away(store):
    text, elements_ = shown(store)
    assert "*Submissions close*: <!date^" in text
    assert "The Slam opens" not in text
    assert "deadlines.open" in {element["action_id"] for element in elements_}


def test_the_deadline_is_quoted(store):
    assert "Submissions close: <!date^" in shown(store)[0]


def test_my_badges_and_the_next_step_are_shown(store):
    store.projects.declare([project()])
    missing = clomonitor(scored(results=passing(output("changelog"))))
    store.evidence.keep("kelp", evidence(clomonitor=seen(missing)), NOON)
    text, _ = shown(store)
    assert "🟡 The Cleaner 4 of 6 · " in text
    assert "✅ The Mechanizer" in text
    assert "*Next:* " in text


def test_many_projects_are_shown_in_a_line_each(store):
    many = [project(id=f"kelp-{number}", channel=None) for number in range(9)]
    store.projects.declare(many)
    for each in many:
        store.evidence.keep(each.id, evidence(), NOON)
    text, elements_ = shown(store)
    assert text.count("evidence found for 5 of 5") == 9
    assert text.count("✅ The Mechanizer") == 3
    assert len([each for each in elements_ if action_of(each) == "status.open"]) == 9


def test_my_open_questions_are_shown_and_more_can_be_asked(store):
    assert "Stuck on something?" in shown(store)[0]
    for text in ("Which tool?", "And where?"):
        store.questions.ask("U0M1", "UTC", "sbom", text, NOON)
    text, elements_ = shown(store)
    assert "Which tool?" in text
    actions = [action_of(element) for element in elements_]
    assert (actions.count("ask.mine"), actions.count("ask.open")) == (1, 1)


def test_a_volunteer_sees_whether_they_are_on_duty_and_what_they_have(store):
    at_desk = desk(store)
    assert "You are a volunteer" not in shown(store)[0]
    taken(store, at_desk)
    text, _ = shown(store, VERA, at_desk)
    assert "*You are a volunteer.* 🟢 *On duty.*" in text
    assert "of <@U0ADA>: Why is it zero?" in text


def test_the_help_desk_is_one_press_away_for_organizers(store):
    at_desk = desk(store)
    for user, is_there in ((ORLA, True), (VERA, False)):
        _, elements_ = shown(store, user, at_desk)
        assert ("help_desk.open" in {action_of(element) for element in elements_}) is is_there


def test_my_settings_are_one_press_away(store):
    _, elements_ = shown(store)
    actions = {action_of(element) for element in elements_}
    assert {"remind.open", "register.mine", "volunteer.mine", "forget_me.open"} <= actions


def test_guests_are_offered_nothing_that_they_cannot_do(store):
    store.people.keep("U0GUEST", Person(None, is_guest=True, is_deleted=False, known_at=NOON))
    _, elements_ = shown(store, user="U0GUEST")
    actions = {action_of(element) for element in elements_}
    assert "forget_me.open" in actions
    assert not actions & {"register.write", "register.mine", "volunteer.mine"}


def test_whoever_has_no_project_can_register_one(store):
    _, elements_ = shown(store, user="U0STRANGER")
    assert "register.write" in {action_of(element) for element in elements_}


def test_every_button_of_the_home_is_answered(store):
    _, elements_ = shown(store)
    assert {action_of(element) for element in elements_} <= set(walk().buttons)
