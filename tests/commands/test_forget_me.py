from __future__ import annotations

from dataclasses import replace

import pytest

from bot.slack import walk
from bot.store.people import Person
from commands import ask, forget_me, question
from rules.help import QuestionState, Volunteer
from tests.builders import NOON, project
from tests.commands.asking import buttons, lines, text
from tests.commands.helping import ADA, BO, VERA, asked, by, deliver, desk, newest, owed, shown, taken

GRASS = project(id="grass", name="Sea Grass", clomonitor=None, channel=None, maintainers=(ADA,))


@pytest.fixture
def at_hand(store):
    return desk(store)


def live(store, at_hand) -> None:
    store.people.keep(ADA, Person("Europe/Berlin", is_guest=False, is_deleted=False, known_at=NOON))
    store.preferences.want_direct(ADA, NOON)
    store.courses.done(ADA, "lfel1005", NOON)
    store.volunteers.join(Volunteer(ADA, ("sbom",)), NOON)
    store.projects.register(GRASS, ADA, NOON)
    asked(store, at_hand)


def test_whoever_left_no_trace_is_told_so(at_hand):
    reply = forget_me.run(by(BO), at_hand)
    assert "I hold nothing about you." in text(reply)
    assert buttons(reply) == {}


def test_everything_that_is_held_is_said_before_anything_is_deleted(store, at_hand):
    live(store, at_hand)
    before = store.people.held(ADA)
    reply = forget_me.run(by(ADA), at_hand)
    assert [line for line in lines(reply) if line.startswith("•")] == [
        "• your time zone, and whether you are a guest, as Slack told me",
        "• 1 choice on what you are reminded of",
        "• 1 course that you marked as done",
        "• 1 question that you asked",
        "• that you are a volunteer: topics, hours, and how often you were thanked",
        "• that you speak for 1 project",
        "• that you registered 1 project",
    ]
    assert buttons(reply)["Forget me"] == ("forget_me.sure", "")
    assert store.people.held(ADA) == before


def test_whoever_only_helped_is_told_so_and_can_be_forgotten(store, at_hand):
    taken(store, at_hand, "U0ORLA")
    reply = forget_me.run(by("U0ORLA"), at_hand)
    assert "• 1 question that you helped with, or were asked to" in lines(reply)
    assert "Forget me" in buttons(reply)


def test_whoever_says_so_is_forgotten(store, at_hand):
    live(store, at_hand)
    reply = forget_me.sure(by(ADA), at_hand)
    assert reply.replace
    assert "All of it is deleted." in text(reply)
    assert "I hold nothing about you." in text(forget_me.run(by(ADA), at_hand))


def test_nobody_else_is(store, at_hand):
    live(store, at_hand)
    before = store.people.held(ADA)
    forget_me.sure(by(BO, ADA), at_hand)
    assert store.people.held(ADA) == before


def test_nothing_is_asked_about_them_anew():
    assert "forget_me" not in walk().asking_who


def test_the_card_of_what_they_asked_says_that_it_was_deleted_without_their_words(store, at_hand):
    taken(store, at_hand, text="My very own words")
    deliver(store)
    forget_me.sure(by(ADA), at_hand)
    (_, said), (_, card) = owed(store)[-2:]
    assert card.endswith("Whoever asked had this deleted. Nothing is left to do.")
    assert "question." not in shown(store)[0]
    assert said == f"Whoever asked this had it deleted. <@{VERA}>: nothing is left to do here."
    assert not [told for _, told in owed(store) if ADA in told or "very own" in told]


@pytest.mark.parametrize("press", [question.resolve, question.withdraw])
def test_the_card_of_what_is_over_shows_their_words_no_more(store, at_hand, press):
    number = asked(store, at_hand, "My very own words").id
    press(by(ADA, str(number)), at_hand)
    deliver(store)
    before = len(owed(store))
    forget_me.sure(by(ADA), at_hand)
    ((how, card),) = owed(store)[before:]
    assert how == "update"
    assert "question." not in shown(store)[0]
    assert "very own" not in card
    assert ADA not in card


def test_what_they_answer_goes_to_somebody_else(store, at_hand):
    number = taken(store, at_hand).id
    deliver(store)
    forget_me.sure(by(VERA), at_hand)
    assert store.questions.find(number).state is QuestionState.OPEN
    assert "had to let it go" in newest(store)[1]
    assert not [told for _, told in owed(store) if VERA in told]


def test_whoever_was_helped_by_them_is_shown_nobody_to_thank(store, at_hand):
    number = str(taken(store, at_hand).id)
    question.resolve(by(VERA, number), at_hand)
    forget_me.sure(by(VERA), at_hand)
    mine = ask.run(by(ADA), at_hand)
    assert f"Question {number}: Why is it zero?\nResolved." in text(mine)
    assert set(buttons(mine)) == {"Reopen", "Ask something"}
    assert "<@someone>" not in text(question.thank(by(ADA, number), at_hand))


def test_a_project_that_would_have_nobody_is_handed_over_first(store, at_hand):
    store.projects.register(GRASS, ADA, NOON)
    reply = forget_me.run(by(ADA), at_hand)
    assert "Nobody else speaks for Sea Grass" in text(reply)
    assert buttons(reply)["Hand over"] == ("register.give", "grass")
    store.projects.change(replace(GRASS, maintainers=(ADA, BO)))
    assert "Nobody else" not in text(forget_me.run(by(ADA), at_hand))
    store.people.keep(BO, Person(None, is_guest=True, is_deleted=False, known_at=NOON))
    assert "Nobody else" in text(forget_me.run(by(ADA), at_hand))
