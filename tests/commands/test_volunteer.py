from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.store.people import Person
from bot.store.volunteers import Enrolled
from commands import question, volunteer
from rules.help import Volunteer
from tests.builders import NOON
from tests.commands.asking import buttons, text
from tests.commands.helping import (
    ADA,
    HELP,
    VERA,
    VIOLA,
    VITO,
    VOLUNTEERS,
    by,
    deliver,
    desk,
    taken,
    told_directly,
)
from tests.commands.organizing import MAYA, ORLA, dialog, in_a_dialog

FILLED = {
    "topics": ("sbom", "scorecard"), "timezone": "Asia/Kolkata", "hours": "09:00-17:00", "capacity": "3",
}  # fmt: skip
JOINED = Volunteer(VIOLA, ("sbom", "scorecard"), "Asia/Kolkata", (time(9), time(17)), 3)
MONDAY = datetime.fromisoformat("2023-10-23T09:00:00Z")


@pytest.fixture
def at_hand(store):
    """Vera and Vito stand in the file."""
    return desk(store)


def sent(at_hand, user: str = VIOLA, **differences):
    return volunteer.written(by(user, form=FILLED | differences), at_hand)


@pytest.fixture
def viola(store, at_hand) -> Enrolled:
    """She joined in Slack, and was approved."""
    sent(at_hand)
    volunteer.approve(by(ORLA, VIOLA), at_hand)
    return store.volunteers.find(VIOLA)


# --- Joining ------------------------------------------------------------------------------------------------


def test_everybody_sees_who_helps_and_can_join(at_hand):
    reply = volunteer.run(by(ADA), at_hand)
    assert f"🟢 <@{VERA}>" in text(reply)
    assert "OpenSSF Scorecard, SBOMs" in text(reply)
    assert buttons(reply) == {"Volunteer": ("volunteer.write", "")}


def test_a_form_asks_for_what_when_and_how_many(at_hand):
    fields = dialog(volunteer.write(by(VIOLA), at_hand))
    assert set(fields) == set(FILLED)
    assert fields["timezone"]["initial_value"] == "Europe/Berlin"


def test_whoever_joins_waits_for_an_organizer(store, at_hand):
    reply = sent(at_hand)
    in_a_dialog(reply)
    assert f"an organizer approves it: <@{ORLA}>" in text(reply)
    assert VIOLA not in [each.user for each in store.volunteers.all()]
    assert VIOLA not in text(volunteer.run(by(ADA), at_hand))


def test_an_organizer_approves(store, at_hand):
    sent(at_hand)
    assert "waits for approval" in text(volunteer.run(by(ORLA), at_hand))
    reply = volunteer.show(by(ORLA, VIOLA), at_hand)
    assert set(buttons(reply)) == {"Approve", "Decline"}
    assert "is a volunteer now" in text(volunteer.approve(by(ORLA, VIOLA), at_hand))
    assert JOINED in store.volunteers.all()
    assert "On duty" in text(volunteer.run(by(VIOLA), at_hand))


def test_an_organizer_declines(store, at_hand):
    sent(at_hand)
    assert "they can ask again" in text(volunteer.decline(by(ORLA, VIOLA), at_hand))
    assert store.volunteers.find(VIOLA) is None


@pytest.mark.parametrize("press", [volunteer.approve, volunteer.decline])
def test_whoever_comes_too_late_to_approve_or_decline_changes_nothing(store, at_hand, viola, press):
    reply = press(by("U0OTTO", VIOLA), at_hand)
    assert f"<@{ORLA}> approved <@{VIOLA}> already. Next: nothing" in text(reply)
    assert set(buttons(reply)) == {"Dismiss"}
    assert store.volunteers.find(VIOLA) == viola
    assert len(told_directly(store)) == 1


@pytest.mark.parametrize("press", [volunteer.approve, volunteer.decline, volunteer.dismiss])
def test_whoever_was_declined_meanwhile_is_neither_approved_nor_declined_again(store, at_hand, press):
    sent(at_hand)
    volunteer.decline(by(ORLA, VIOLA), at_hand)
    assert "no volunteer, and ask for it no more" in text(press(by("U0OTTO", VIOLA), at_hand))
    assert store.volunteers.find(VIOLA) is None
    assert len(told_directly(store)) == 1


def test_whoever_asks_anew_is_not_dismissed_by_an_old_button(store, at_hand):
    sent(at_hand)
    assert set(buttons(volunteer.dismiss(by(ORLA, VIOLA), at_hand))) == {"Approve", "Decline"}
    assert store.volunteers.find(VIOLA) is not None


def test_whoever_is_approved_is_told_so_once_and_what_comes_next(store, at_hand):
    sent(at_hand)
    for organizer in (ORLA, "U0OTTO"):
        volunteer.approve(by(organizer, VIOLA), at_hand)
    ((person, said),) = told_directly(store)
    assert person == VIOLA
    assert f"<@{ORLA}> approved it: you are a volunteer of Security Slam 2023." in said
    assert f"you are asked in <#{HELP}>" in said
    assert said.splitlines()[-1].startswith("Next: ")
    deliver(store)
    assert told_directly(store) == [(person, said)]


def test_whoever_is_declined_or_dismissed_is_told_so_once(store, at_hand, viola):
    deliver(store)
    for _ in range(2):
        volunteer.dismiss(by(ORLA, VIOLA), at_hand)
    sent(at_hand)
    volunteer.decline(by(ORLA, VIOLA), at_hand)
    (_, (_, dismissed), (person, declined)) = told_directly(store)
    assert person == VIOLA
    assert f"<@{ORLA}> ended it: you are a volunteer of Security Slam 2023 no more." in dismissed
    assert f"<@{ORLA}> declined it: you are no volunteer of Security Slam 2023." in declined
    assert "/slam volunteer" in declined


def test_whoever_leaves_by_themselves_or_organizes_is_told_nothing_more(store, at_hand):
    for person in (VIOLA, ORLA):
        sent(at_hand, person)
        volunteer.leave(by(person), at_hand)
    assert told_directly(store) == []


def test_an_organizer_needs_nobodys_approval(store, at_hand):
    sent(at_hand, ORLA)
    assert replace(JOINED, user=ORLA) in store.volunteers.all()


@pytest.mark.parametrize("press", [volunteer.show, volunteer.approve, volunteer.decline])
def test_nobody_else_approves(store, at_hand, press):
    sent(at_hand)
    assert "for the organizers" in text(press(by(VIOLA, VIOLA), at_hand))
    assert not store.volunteers.find(VIOLA).is_approved


def test_guests_do_not_join(store, at_hand):
    guest = Person(None, is_guest=True, is_deleted=False, known_at=NOON)
    for press in (volunteer.write, volunteer.written):
        reply = press(replace(by(VIOLA, form=FILLED), person=guest), at_hand)
        assert "Guests" in text(reply)
    assert store.volunteers.find(VIOLA) is None


def test_guests_are_not_offered_to_join(at_hand):
    guest = replace(by(ADA), person=Person(None, is_guest=True, is_deleted=False, known_at=NOON))
    for reply in (volunteer.run(guest, at_hand), volunteer.away(guest, at_hand)):
        assert "Volunteer" not in (buttons(reply) if reply.message else {})


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        pytest.param("", None, id="always"),
        pytest.param("9-17", (time(9), time(17)), id="in short"),
        pytest.param("9:30 – 17.15", (time(9, 30), time(17, 15)), id="with minutes"),
        pytest.param("22:00 to 6:00", (time(22), time(6)), id="past midnight"),
    ],
)
def test_hours_are_read_however_they_are_written(store, at_hand, typed, hours):
    sent(at_hand, hours=typed)
    assert store.volunteers.find(VIOLA).volunteer.hours == hours


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"topics": ()}, "topics", id="nothing"),
        pytest.param({"topics": ("cooking",)}, "topics", id="nothing that we know"),
        pytest.param({"timezone": "Delhi"}, "timezone", id="no time zone"),
        pytest.param({"hours": "mornings"}, "hours", id="no hours"),
        pytest.param({"hours": "9-25"}, "hours", id="hours that no day has"),
        pytest.param({"capacity": "0"}, "capacity", id="no question at all"),
        pytest.param({"capacity": ""}, "capacity", id="no number"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(store, at_hand, given, field):
    assert list(sent(at_hand, **given).errors) == [field]
    assert store.volunteers.find(VIOLA) is None


# --- Duty ---------------------------------------------------------------------------------------------------


def standing(call, at_hand) -> str:
    return text(volunteer.run(call, at_hand)).splitlines()[1]


def test_off_duty_and_on_again(store, at_hand):
    reply = volunteer.duty(by(VERA, "off"), at_hand)
    assert reply.replace
    assert "⚪ Off duty until you say so." in text(reply)
    assert buttons(reply)["Go on duty"] == ("volunteer.duty", "on")
    assert not store.volunteers.find(VERA).volunteer.on_duty
    assert "🟢 On duty." in text(volunteer.duty(by(VERA, "on"), at_hand))


@pytest.mark.parametrize("press", [volunteer.duty, volunteer.away, volunteer.gone])
def test_a_volunteer_who_became_a_guest_changes_nothing(store, at_hand, press):
    guest = Person(None, is_guest=True, is_deleted=False, known_at=NOON)
    form = {"until": str(int(MONDAY.timestamp()))}
    reply = press(replace(by(VERA, "off", form=form), person=guest), at_hand)
    assert "Guests" in text(reply)
    assert store.volunteers.find(VERA).volunteer == VOLUNTEERS[0]


def test_a_volunteer_who_became_a_guest_can_leave(store, at_hand, viola):
    guest = Person(None, is_guest=True, is_deleted=False, known_at=NOON)
    volunteer.leave(replace(by(VIOLA), person=guest), at_hand)
    assert store.volunteers.find(VIOLA) is None


def test_away_for_a_while_and_back_early(at_hand):
    assert list(dialog(volunteer.away(by(VERA), at_hand))) == ["until"]
    form = {"until": str(int(MONDAY.timestamp()))}
    reply = volunteer.gone(by(VERA, form=form), at_hand)
    in_a_dialog(reply)
    assert "🌴 Away until 23 Oct 2023, 09:00 UTC. On duty again from 23 Oct 2023, 09:00 UTC." in text(reply)
    assert standing(by(VERA, now=MONDAY), at_hand) == "🟢 On duty."
    assert "🟢 On duty." in text(volunteer.duty(by(VERA, "on"), at_hand))


@pytest.mark.parametrize(
    "until",
    [
        pytest.param(None, id="nothing"),
        pytest.param(NOON, id="now"),
        pytest.param(NOON + timedelta(days=400), id="for more than a year"),
    ],
)
def test_nobody_is_away_until(store, at_hand, until):
    form = {"until": str(int(until.timestamp()))} if until else {}
    assert list(volunteer.gone(by(VERA, form=form), at_hand).errors) == ["until"]
    assert store.volunteers.find(VERA).volunteer.away_until is None


def test_at_night_they_see_when_they_are_on_duty_again(at_hand):
    night = NOON.replace(hour=22)
    again = "🌙 Not your hours. On duty again from 21 Oct 2023, 07:00 UTC."
    assert standing(by(VERA, now=night), at_hand) == again


@pytest.mark.parametrize("press", [volunteer.duty, volunteer.away, volunteer.gone, volunteer.leave])
def test_whoever_is_no_volunteer_can_become_one(at_hand, press):
    form = {"until": str(int(MONDAY.timestamp()))}
    reply = press(by(ADA, "on", form=form), at_hand)
    assert buttons(reply) == {"Volunteer": ("volunteer.write", "")}


# --- Being one ----------------------------------------------------------------------------------------------


def test_what_somebody_answers_and_was_thanked_for_is_shown(store, at_hand):
    number = taken(store, at_hand).id
    told = text(volunteer.run(by(VERA), at_hand))
    assert f"Question {number} of <@{ADA}>: Why is it zero?" in told
    assert f"on its card in <#{HELP}>" in told
    assert "At a time: 2 questions, 1 now" in told
    question.resolve(by(ADA, str(number)), at_hand)
    question.thank(by(ADA, str(number)), at_hand)
    assert "One thank-you so far." in text(volunteer.run(by(VERA), at_hand))


def test_whoever_has_their_hands_full_is_told_so(store, at_hand):
    for _ in range(2):
        taken(store, at_hand)
    assert standing(by(VERA), at_hand) == "🟢 On duty. Your hands are full, so nobody asks you."


def test_what_was_said_can_be_changed_and_stays_approved(store, at_hand, viola):
    fields = dialog(volunteer.write(by(VIOLA), at_hand))
    assert fields["hours"]["initial_value"] == "09:00-17:00"
    assert fields["capacity"]["initial_option"]["value"] == "3"
    sent(at_hand, capacity="5")
    assert replace(JOINED, capacity=5) in store.volunteers.all()


def test_whoever_leaves_is_thanked(store, at_hand, viola):
    assert "Thank you for your help!" in text(volunteer.leave(by(VIOLA), at_hand))
    assert store.volunteers.find(VIOLA) is None


def test_whoever_leaves_is_reminded_of_what_they_have(store, at_hand, viola):
    first, second = (taken(store, at_hand, VIOLA).id for _ in range(2))
    said = text(volunteer.leave(by(VIOLA), at_hand))
    assert f"Next: resolve, release or hand over question {first} and question {second}." in said


def test_what_the_file_names_the_file_decides(store, at_hand):
    shown = volunteer.run(by(VERA), at_hand)
    assert set(buttons(shown)) == {"Go off duty", "Away until …", "All volunteers"}
    for reply in (
        volunteer.write(by(VERA), at_hand),
        sent(at_hand, VERA),
        volunteer.leave(by(VERA), at_hand),
    ):
        assert "An organizer set your topics, your hours" in text(reply)
        assert ORLA in text(reply)
    assert "The configuration file names" in text(volunteer.dismiss(by(ORLA, VERA), at_hand))
    assert store.volunteers.find(VERA).volunteer.capacity == 2


def test_a_topic_may_be_a_badge(store, at_hand):
    store.volunteers.declare([Volunteer(MAYA, ("cleaner",))])
    assert "Topics: The Cleaner" in text(volunteer.run(by(MAYA), at_hand))


def test_a_crowd_is_counted(store, at_hand):
    store.volunteers.declare([Volunteer(f"U{number:05}", ("sbom",)) for number in range(60)])
    for person in (ADA, ORLA):
        assert "And 30 more." in text(volunteer.team(by(person), at_hand))


def test_a_volunteer_sees_the_others(at_hand):
    reply = volunteer.team(by(VERA), at_hand)
    assert VITO in text(reply)
    assert buttons(reply) == {"My page": ("volunteer.mine", "")}
