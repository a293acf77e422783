from __future__ import annotations

from datetime import timedelta

import pytest

from commands import ask, help_desk, question
from commands.help_desk import PAGE
from rules.help import ORGANIZERS, Volunteer
from rules.model import Scorecard, ScorecardCheck
from tests.builders import KELP as REEF
from tests.builders import NOON, evidence, seen
from tests.commands.asking import buttons, lines, text
from tests.commands.helping import ADA, BO, VERA, VIOLA, VITO, asked, by, desk, owed
from tests.commands.organizing import KELP, MAYA, ORLA

HOUR = timedelta(hours=1)


@pytest.fixture
def at_hand(store):
    return desk(store)


def page(at_hand, **changes):
    return help_desk.run(by(ORLA, **changes), at_hand)


def questions(reply) -> list[str]:
    return [line.split(" of ")[0] for line in lines(reply) if line.startswith(("⏳", "🙋"))]


def crowd(store, count: int) -> None:
    for number in range(count):
        store.questions.ask(ADA, "UTC", "sbom", f"Question {number}?", NOON + number * HOUR)


@pytest.mark.parametrize("press", [help_desk.run, help_desk.refresh, help_desk.more])
def test_it_is_for_organizers(at_hand, press):
    assert f"for the organizers of the Slam. Next: ask an organizer: <@{ORLA}>" in text(
        press(by(ADA), at_hand)
    )


def test_a_help_desk_without_questions(at_hand):
    told = text(page(at_hand))
    assert "Nobody waits. 2 volunteers, 2 on duty now." in told
    assert "Nothing was asked in this edition yet." in told
    assert "Next: nothing; nobody waits." in told


def test_who_wants_to_help_is_counted(store, at_hand):
    store.volunteers.join(Volunteer(VIOLA, ("sbom",)), NOON)
    assert "2 on duty now, 1 waiting for approval." in text(page(at_hand))
    assert buttons(page(at_hand))["Volunteers"] == ("volunteer.team", "")


def test_what_nobody_has_comes_first_the_longest_waiting_before_the_others(store, at_hand):
    first, second, third = (
        store.questions.ask(ADA, "UTC", "sbom", f"{hour}?", NOON + hour * HOUR).id for hour in (2, 0, 1)
    )
    store.questions.claim(second, VERA, NOON + 3 * HOUR)
    shown = page(at_hand, now=NOON + 4 * HOUR)
    expected = [f"⏳ Question {third}", f"⏳ Question {first}", f"🙋 Question {second}"]
    assert questions(shown) == expected
    assert f"<@{VERA}> has it." in text(shown)
    assert buttons(shown)["Claim"][0] == "question.claim"
    assert buttons(shown)["Hand over"] == ("question.give", str(second))


def test_how_far_a_question_was_carried_is_said(store, at_hand):
    found = asked(store, at_hand)
    assert "Nobody could be asked yet." in text(page(at_hand))
    found = store.questions.carry_on(found, 0, NOON, VITO)
    assert f"<@{VITO}> was asked." in text(page(at_hand))
    store.questions.carry_on(found, ORGANIZERS, NOON + HOUR)
    told = text(page(at_hand))
    assert "You were told: nobody could take it." in told
    assert "Next: find somebody for those that nobody could take" in told


def test_more_questions_than_fit_are_one_press_away(store, at_hand):
    crowd(store, PAGE + 2)
    shown = page(at_hand)
    assert len(questions(shown)) == PAGE
    action, value = buttons(shown)["2 more"]
    assert action == "help_desk.more"
    rest = help_desk.more(by(ORLA, value), at_hand)
    assert rest.replace
    assert len(questions(rest)) == 2
    assert buttons(rest)["Back"] == ("help_desk.refresh", "")


@pytest.mark.parametrize("value", ["", "x", "9999999999", "-1", "500"])
def test_a_page_that_there_is_not(at_hand, value):
    assert "That was the last of them." in text(help_desk.more(by(ORLA, value), at_hand))


def test_how_soon_people_were_answered_is_told_by_topic(store, at_hand):
    number = str(asked(store, at_hand).id)
    question.claim(by(VERA, number, now=NOON + HOUR / 2), at_hand)
    question.resolve(by(ADA, number, now=NOON + 5 * HOUR), at_hand)
    ask.run(by(BO, "scorecard", "Why", "now?"), at_hand)
    ask.solved(by(BO, str(store.questions.of_asker(BO)[0].id)), at_hand)
    said = (
        "2 asked, 1 solved by first aid, 1 by people; first answer after 30 minutes, solution after 5 hours"
    )
    assert f"• OpenSSF Scorecard: {said}" in lines(page(at_hand))


def test_what_people_get_stuck_on_is_told_in_their_words(store, at_hand):
    aid = next(iter(at_hand.config.aids.entries.values()))
    shown = {"shown": (aid.id, "no-longer-known")}
    for _ in range(2):
        store.questions.ask(ADA, "UTC", "clomonitor", "?", NOON, badge="cleaner", criterion="best_practices")
    store.questions.ask(ADA, "UTC", "sbom", "?", NOON, badge="cleaner", **shown)
    told = lines(page(at_hand))
    assert told.index("• The Cleaner, best practices: 2 times") < told.index(f"• {aid.title}: 1 time")
    assert "• The Cleaner: 1 time" in told
    assert "• no-longer-known: 1 time" in told


def test_what_was_only_shown_is_not_what_people_are_stuck_on(store, at_hand):
    failing = (
        ScorecardCheck("Branch-Protection", 0, "none"),
        ScorecardCheck("Token-Permissions", 0, "write"),
    )
    published = seen(Scorecard(REEF, 4.2, checks=failing))
    store.evidence.keep("kelp", evidence(project=KELP, scorecard={REEF: published}), NOON)
    ask.run(by(MAYA, "scorecard", "We", "are", "lost"), at_hand)
    assert "Workflows that may only read" not in text(page(at_hand))
    (kept,) = store.questions.of_asker(MAYA)
    ask.stuck(by(MAYA, str(kept.id)), at_hand)
    ((_, card),) = owed(store)
    assert "Workflows that may only read" in card.partition("First aid that did not help: ")[2]


def test_a_refresh_takes_the_place_of_the_page(at_hand):
    assert help_desk.refresh(by(ORLA), at_hand).replace


def test_what_people_typed_mentions_nobody(store, at_hand):
    store.questions.ask(ADA, "UTC", "<!here>", "<!channel> *why*", NOON)
    assert "<!" not in str(page(at_hand).message.blocks)
