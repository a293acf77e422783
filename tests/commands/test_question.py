from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.delivery import Settled
from bot.store.outbox import State
from bot.store.people import Person
from commands import ask, forget_me, help_desk, outbox, question, volunteer
from rules.help import QuestionState, Volunteer
from tests.builders import NOON
from tests.commands.asking import buttons, text
from tests.commands.helping import (
    ADA,
    BO,
    HELP,
    PACE,
    VERA,
    VIOLA,
    VITO,
    VOLUNTEERS,
    asked,
    by,
    deliver,
    desk,
    helping,
    newest,
    owed,
    shown,
    taken,
)
from tests.commands.organizing import ORLA, dialog, in_a_dialog


def on(number, user, **changes):
    return by(user, str(number), **changes)


def now(store, number):
    return store.questions.find(number)


# --- Claim --------------------------------------------------------------------------------------------------


def test_whoever_claims_first_has_it_and_the_others_hear_who(store):
    at_desk = desk(store)
    number = asked(store, at_desk).id
    assert f"Question {number} is yours" in text(question.claim(on(number, VERA), at_desk))
    assert f"<@{VERA}> has taken Question {number} already" in text(question.claim(on(number, VITO), at_desk))
    assert "yours already" in text(question.claim(on(number, VERA), at_desk))
    assert now(store, number).owner == VERA


def test_the_card_says_who_has_it_and_its_thread_that_they_talk_there(store):
    at_desk = desk(store)
    taken(store, at_desk)
    (_, _), (place, note), (update, card) = owed(store)
    assert (update, place) == ("update", "thread")
    assert f"🙋 <@{VERA}> has it" in card
    assert note.startswith(f"<@{VERA}> takes this question. <@{ADA}>: talk right here")


def test_whoever_is_not_in_the_help_channel_is_talked_with_in_a_conversation_of_three(store):
    at_desk = desk(store, is_apart=lambda person: person == ADA)
    taken(store, at_desk)
    place, said = newest(store)
    assert place == "people"
    assert "> Why is it zero?" in said


def test_whoever_reads_of_a_question_is_shown_the_way_to_its_card(store):
    at_desk = desk(store, workspace=lambda: "https://sea.slack.com/", is_apart=lambda person: True)
    number = asked(store, at_desk).id
    pages = [(ask.run, ADA), (question.claim, VERA), (volunteer.run, VERA), (help_desk.run, ORLA)]
    deliver(store)
    card = store.questions.card(number)
    way = f"<https://sea.slack.com/archives/{HELP}/p{card.ts.replace('.', '')}|Question {number}>"
    for page, person in pages:
        args = (str(number),) if page is question.claim else ()
        assert way in str(page(by(person, *args), at_desk).message.blocks)
    assert way in next(each for each in shown(store) if "takes it" in each)


@pytest.mark.parametrize("user", [BO, "U0MAYA"])
def test_only_volunteers_and_organizers_claim(store, user):
    at_desk = desk(store)
    number = asked(store, at_desk).id
    assert "become a volunteer" in text(question.claim(on(number, user), at_desk))
    assert now(store, number).state is QuestionState.OPEN


def test_an_organizer_claims_too(store):
    at_desk = desk(store)
    number = asked(store, at_desk).id
    question.claim(on(number, ORLA), at_desk)
    assert now(store, number).owner == ORLA


def test_whoever_waits_for_approval_is_no_volunteer_yet(store):
    at_desk = desk(store)
    store.volunteers.join(Volunteer(VIOLA, ("scorecard",)), NOON)
    number = asked(store, at_desk).id
    assert "become a volunteer" in text(question.claim(on(number, VIOLA), at_desk))
    store.volunteers.approve(VIOLA, ORLA, NOON)
    question.claim(on(number, VIOLA), at_desk)
    assert now(store, number).owner == VIOLA


def test_a_guest_claims_nothing(store):
    at_desk = desk(store)
    number = asked(store, at_desk).id
    guest = on(number, VERA)
    reply = question.claim(replace(guest, person=replace(guest.person, is_guest=True)), at_desk)
    assert f"Next: ask an organizer: <@{ORLA}>" in text(reply)
    assert now(store, number).owner is None


def test_nobody_answers_themselves(store):
    at_desk = desk(store)
    number = asked(store, at_desk, asker=VERA).id
    assert "This is your own question." in text(question.claim(on(number, VERA), at_desk))


def test_whoever_has_their_hands_full_hears_what_to_do(store):
    at_desk = desk(store)
    for _ in range(2):
        taken(store, at_desk)
    number = asked(store, at_desk).id
    said = text(question.claim(on(number, VERA), at_desk))
    assert "You answer 2 questions now" in said
    assert f"ask for more: an organizer: <@{ORLA}>" in said
    assert now(store, number).state is QuestionState.OPEN


# --- Release and hand over ----------------------------------------------------------------------------------


def test_a_question_that_is_released_is_open_again(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    assert "is open again" in text(question.release(on(number, VERA), at_desk))
    assert (now(store, number).state, now(store, number).owner) == (QuestionState.OPEN, None)
    assert f"<@{VERA}> had to let it go" in newest(store)[1]


@pytest.mark.parametrize("press", [question.release, question.give, question.note])
def test_what_is_for_whoever_has_it_is_for_nobody_else(store, press):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    for user in (VITO, ADA, BO):
        assert f"That is for <@{VERA}> and <@{ADA}>" in text(press(on(number, user), at_desk))
    assert now(store, number).owner == VERA


def hand(number, user, to):
    return by(user, private=str(number), form={"person": to})


def test_a_question_is_handed_over_to_another_volunteer(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    assert dialog(question.give(on(number, VERA), at_desk))["person"]["type"] == "users_select"
    in_a_dialog(question.hand_over(hand(number, VERA, VITO), at_desk))
    assert now(store, number).owner == VITO
    said = newest(store)[1]
    assert said.startswith(f"<@{VERA}> hands this to <@{VITO}>. <@{VITO}>: it is yours; press Release")


def test_whoever_hands_it_to_somebody_off_duty_hears_until_when(store):
    at_desk = desk(store, helping(volunteers=(replace(VOLUNTEERS[0], hours=None), VOLUNTEERS[1])))
    number = taken(store, at_desk).id
    store.volunteers.away(VITO, NOON + timedelta(hours=3))
    reply = question.hand_over(hand(number, VERA, VITO), at_desk)
    assert "They are off duty until 20 Oct 2023, 15:00 UTC." in text(reply)
    assert "Thank you!" in text(question.hand_over(hand(number, VITO, VERA), at_desk))


def test_an_organizer_who_takes_it_over_takes_it(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.hand_over(hand(number, ORLA, ORLA), at_desk)
    assert newest(store)[1].startswith(f"<@{ORLA}> takes this question.")


def test_nothing_is_handed_to_a_guest(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    store.people.keep(VITO, Person(None, is_guest=True, is_deleted=False, known_at=NOON))
    assert "guest" in question.hand_over(hand(number, VERA, VITO), at_desk).errors["person"]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (ADA, "They asked it themselves."),
        (VERA, "They have it already."),
        (BO, "They are no volunteer. /slam volunteer lists those who are."),
        (VITO, "Their hands are full at the moment. Choose somebody else."),
    ],
)
def test_to_whom_nothing_can_be_handed_over(store, to, why):
    at_desk = desk(store)
    for _ in range(2):
        taken(store, at_desk, VITO)
    number = taken(store, at_desk).id
    assert question.hand_over(hand(number, VERA, to), at_desk).errors == {"person": why}
    assert now(store, number).owner == VERA


# --- Resolve, reopen, withdraw, thank -----------------------------------------------------------------------


@pytest.mark.parametrize("user", [ADA, VERA, ORLA])
def test_whoever_answered_can_note_what_helped_whoever_resolves_it(store, user):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.resolve(on(number, user), at_desk)
    assert "question.note" in shown(store)[-1]


def test_where_whoever_asked_resolves_it_its_owner_is_asked_what_helped(store):
    at_desk = desk(store)
    question.resolve(on(taken(store, at_desk).id, ADA), at_desk)
    assert f"<@{VERA}>: note what helped" in newest(store)[1]
    question.resolve(on(asked(store, at_desk).id, ADA), at_desk)
    assert "note" not in newest(store)[1]
    assert "question.note" not in shown(store)[-1]


@pytest.mark.parametrize("user", [ADA, VERA, ORLA])
def test_either_side_resolves_and_so_does_an_organizer(store, user):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    assert f"Question {number} is resolved." in text(question.resolve(on(number, user), at_desk))
    assert (now(store, number).state, now(store, number).resolved_by) == (QuestionState.RESOLVED, user)
    assert f"Resolved, says <@{user}>." in newest(store)[1]


def test_others_do_not(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    assert "That is for" in text(question.resolve(on(number, VITO), at_desk))
    assert now(store, number).state is QuestionState.CLAIMED


def test_a_guest_resolves_what_they_asked_and_nothing_else(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    for user, state in ((VERA, QuestionState.CLAIMED), (ADA, QuestionState.RESOLVED)):
        guest = on(number, user)
        question.resolve(replace(guest, person=replace(guest.person, is_guest=True)), at_desk)
        assert now(store, number).state is state


def test_whoever_comes_too_late_hears_how_it_stands(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.resolve(on(number, ADA), at_desk)
    assert "is resolved by now" in text(question.resolve(on(number, VERA), at_desk))
    assert "is resolved by now" in text(question.claim(on(number, VITO), at_desk))
    assert "is resolved by now" in text(question.release(on(number, VERA), at_desk))


def test_thanks_are_counted_once(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    assert buttons(question.resolve(on(number, ADA), at_desk))["Say thanks"] == (
        "question.thank",
        str(number),
    )
    question.thank(on(number, BO), at_desk)
    assert store.volunteers.find(VERA).thanks == 0
    question.thank(on(number, ADA), at_desk)
    assert "You said thanks already." in text(question.thank(on(number, ADA), at_desk))
    assert "Say thanks" not in buttons(ask.run(by(ADA), at_desk))
    assert store.volunteers.find(VERA).thanks == 1


def test_what_helped_is_noted_without_secrets(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    assert "Note what helped" in buttons(question.resolve(on(number, VERA), at_desk))
    dialog(question.note(on(number, VERA), at_desk))
    secret = "gh" + "p_" + "0123456789abcdefghij" * 2
    noted = by(VERA, private=str(number), form={"answer": f"use {secret}"})
    assert "answer" in question.noted(noted, at_desk).errors
    in_a_dialog(question.noted(replace(noted, form={"answer": "id-token: write"}), at_desk))
    assert store.questions.like("Why is it zero?", "scorecard")[0].answer == "id-token: write"


@pytest.mark.parametrize(
    "answer", ["", "  ", "There is an unpatched RCE: remote code execution, here is my exploit"]
)
def test_a_note_that_many_must_not_read_or_that_says_nothing_is_an_error_at_its_field(store, answer):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.resolve(on(number, VERA), at_desk)
    refused = question.noted(by(VERA, private=str(number), form={"answer": answer}), at_desk)
    assert "answer" in refused.errors
    assert store.questions.like("Why is it zero?", "scorecard")[0].answer == ""


def test_what_is_reopened_goes_to_somebody_else_where_their_hands_are_full(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.resolve(on(number, VERA), at_desk)
    for _ in range(2):
        taken(store, at_desk)
    question.reopen(on(number, ADA), at_desk)
    assert (now(store, number).state, now(store, number).owner) == (QuestionState.OPEN, None)


def test_what_is_reopened_goes_back_to_whoever_had_it(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.resolve(on(number, VERA), at_desk)
    assert "is open again" in text(question.reopen(on(number, ADA), at_desk))
    assert (now(store, number).state, now(store, number).owner) == (QuestionState.CLAIMED, VERA)
    assert f"<@{VERA}>: it is yours again" in newest(store)[1]


def test_what_is_reopened_at_night_goes_its_way_anew(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.resolve(on(number, VERA), at_desk)
    question.reopen(on(number, ADA, now=NOON + timedelta(hours=10)), at_desk)
    assert (now(store, number).state, now(store, number).owner) == (QuestionState.OPEN, None)


def test_a_stranger_reopens_nothing(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.resolve(on(number, VERA), at_desk)
    question.reopen(on(number, BO), at_desk)
    assert now(store, number).state is QuestionState.RESOLVED


def test_whoever_asked_takes_it_back(store):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    assert "Only <@U0ADA>" in text(question.withdraw(on(number, VERA), at_desk))
    assert "is taken back" in text(question.withdraw(on(number, ADA), at_desk))
    assert "↩️ Taken back by <@U0ADA>." in owed(store)[-1][1]
    assert "question.reopen" not in shown(store)[0]


def test_the_card_of_what_is_solved_offers_to_reopen_it(store):
    at_desk = desk(store)
    question.resolve(on(taken(store, at_desk).id, ADA), at_desk)
    assert "question.reopen" in shown(store)[0]


@pytest.mark.parametrize("value", ["", "x", "0", "999", "9" * 40, "²", "-1"])
def test_a_question_that_is_not_kept_is_answered_politely(store, value):
    at_desk = desk(store)
    for press in [*question.BUTTONS.values(), *question.VIEWS.values()]:
        assert "not kept any more" in text(press(by(VERA, *value.split()), at_desk))


# --- The card in doubt --------------------------------------------------------------------------------------


def test_whoever_presses_on_a_card_that_nobody_could_confirm_confirms_it(store):
    at_desk = desk(store)
    kept = asked(store, at_desk, is_sent=False)
    store.outbox.owe((), (), NOON)
    store.delivery.turn("w1", PACE, NOON, room=1)
    store.delivery.turn("w2", PACE, NOON + timedelta(minutes=5), room=0)
    assert store.questions.card(kept.id) is None
    question.claim(by(VERA, str(kept.id), "card", channel=HELP, message="9.9"), at_desk)
    assert store.questions.card(kept.id).ts == "9.9"
    deliver(store)
    assert {place for place, _ in owed(store)} == {HELP, "update", "thread"}


def test_a_press_elsewhere_does_not_say_where_a_card_in_doubt_is(store):
    at_desk = desk(store)
    kept = asked(store, at_desk, is_sent=False)
    store.outbox.owe((), (), NOON)
    store.delivery.turn("w1", PACE, NOON, room=1)
    store.delivery.turn("w2", PACE, NOON + timedelta(minutes=5), room=0)
    question.claim(by(VERA, str(kept.id), "card", channel="C0ELSE", message="9.9"), at_desk)
    assert store.questions.card(kept.id) is None


# --- Where they talk ----------------------------------------------------------------------------------------


def apart(store):
    at_desk = desk(store, is_apart=lambda person: person == ADA)
    return asked(store, at_desk).id, at_desk


def told(store, channel, ts, became=State.SENT):
    """The one message that goes out now came to this."""
    (each,) = store.delivery.turn("w1", PACE, NOON, room=1).claimed
    news = Settled(each.id, each.attempt, became, NOON, each.reader, channel, ts)
    store.delivery.turn("w1", PACE, NOON, settled=[news])


def test_before_it_is_known_where_they_talk_both_places_are_named(store):
    number, at_desk = apart(store)
    said = "in your conversation with them or, where none can be opened, the thread of its card"
    assert said in text(question.claim(on(number, VERA), at_desk))
    assert said in text(ask.run(by(ADA), at_desk))


@pytest.mark.parametrize(
    ("channel", "said"),
    [("G0THREE", "You talk in your conversation with them."), (HELP, "You talk in the thread of its card")],
)
def test_where_they_really_talk_is_said(store, channel, said):
    number, at_desk = apart(store)
    question.claim(on(number, VERA), at_desk)
    told(store, HELP, "1.0")  # the card, as it looks now
    told(store, channel, "2.0")
    assert said in text(ask.run(by(ADA), at_desk))


def test_whoever_presses_on_what_began_their_talk_confirms_it(store):
    number, at_desk = apart(store)
    reply = question.claim(on(number, VERA), at_desk)
    assert reply.message
    opener = next(row for row in shown(store) if "asked this" in row)
    assert f'"{number} {VERA}"' in opener
    told(store, HELP, "1.0")
    told(store, None, None, State.UNCONFIRMED)
    assert "none can be opened" in text(ask.run(by(ADA), at_desk))
    question.give(by(VERA, str(number), VERA, channel="G0THREE", message="7.7"), at_desk)
    assert "You talk in your conversation with them." in text(ask.run(by(ADA), at_desk))
    assert (store.questions.talk(number).channel, store.questions.talk(number).ts) == ("G0THREE", "7.7")


def test_organizers_see_in_which_conversation_it_is_in_doubt(store):
    number, at_desk = apart(store)
    question.claim(on(number, VERA), at_desk)
    told(store, HELP, "1.0")
    told(store, None, None, State.UNCONFIRMED)
    assert f"A conversation of <@{ADA}> and <@{VERA}>: question" in text(
        outbox.run(by(ORLA, "unconfirmed"), at_desk)
    )


# --- A card that stands twice -------------------------------------------------------------------------------


def doubted(store, at_desk):
    """Nobody can say whether its card stands there."""
    kept = asked(store, at_desk, is_sent=False)
    store.outbox.owe((), (), NOON)
    told(store, None, None, State.UNCONFIRMED)
    return kept


def test_a_card_that_had_arrived_when_it_was_sent_again_points_to_the_other(store):
    at_desk = desk(store)
    kept = doubted(store, at_desk)
    store.outbox.send_again(kept.card, ORLA, NOON)
    deliver(store)
    for _ in range(2):
        question.resolve(by(VERA, str(kept.id), "card", channel=HELP, message="9.9"), at_desk)
    (update,) = store.delivery.turn("w1", PACE, NOON, room=100).claimed
    assert (update.updates.channel, update.updates.ts) == (HELP, "9.9")
    assert "is answered elsewhere." in update.body
    assert "Why is it zero?" not in update.body
    assert store.questions.card(kept.id).ts == f"{kept.card}.0"


CARDS_LINK = "https://slam.slack.test/archives/C0HELP/p1697803200000100"


def placed(at_desk, number, link):
    return outbox.placed(by(ORLA, private=str(number), form={"link": link}), at_desk)


def test_what_waits_for_a_card_that_arrived_is_sent_once_somebody_shows_where_it_stands(store):
    at_desk = desk(store)
    kept = doubted(store, at_desk)
    question.claim(on(kept.id, VERA), at_desk)
    answer = outbox.arrived(by(ORLA, str(kept.card)), at_desk)
    assert "What belongs to it waits until I know where it stands." in text(answer)
    assert buttons(answer)["Show me where"] == ("outbox.where", str(kept.card))
    assert outbox.where(by(ORLA, str(kept.card)), at_desk).modal.private == str(kept.card)
    assert store.delivery.turn("w1", PACE, NOON, room=100).claimed == ()
    assert "is sent now" in text(placed(at_desk, kept.card, CARDS_LINK))
    waited = store.delivery.turn("w1", PACE, NOON, room=100).claimed
    assert [each.updates.ts for each in waited] == ["1697803200.000100"]
    assert store.questions.card(kept.id).ts == "1697803200.000100"


@pytest.mark.parametrize(
    "link", ["", "https://slam.slack.test/archives/C0OTHER/p1697803200000100", "/archives/C0HELP/p12"]
)
def test_what_is_no_link_to_where_a_card_was_to_go_shows_nothing(store, link):
    at_desk = desk(store)
    kept = doubted(store, at_desk)
    outbox.arrived(by(ORLA, str(kept.card)), at_desk)
    assert placed(at_desk, kept.card, link).errors
    assert store.questions.card(kept.id) is None


def test_a_card_does_not_stand_where_another_one_does(store):
    at_desk = desk(store)
    other = asked(store, at_desk, is_sent=False)
    store.outbox.owe((), (), NOON)
    told(store, HELP, "1697803200.000100")
    kept = doubted(store, at_desk)
    outbox.arrived(by(ORLA, str(kept.card)), at_desk)
    assert placed(at_desk, kept.card, CARDS_LINK).errors
    assert store.questions.of_thread(HELP, "1697803200.000100").id == other.id


def test_who_presses_on_a_card_before_it_is_sent_again_saves_that(store):
    at_desk = desk(store)
    kept = doubted(store, at_desk)
    store.outbox.send_again(kept.card, ORLA, NOON)
    question.claim(by(VERA, str(kept.id), "card", channel=HELP, message="9.9"), at_desk)
    assert store.questions.card(kept.id).ts == "9.9"
    assert store.outbox.find(kept.card).state is State.SENT


def test_what_somebody_forgotten_asked_is_deleted_by_hand_where_nobody_knows_its_place(store):
    at_desk = desk(store)
    kept = doubted(store, at_desk)
    forget_me.sure(by(ADA), at_desk)
    by_hand = f"where its words stand in <#{HELP}>, delete it by hand."
    assert by_hand in text(outbox.run(by(ORLA, "unconfirmed"), at_desk))
    assert by_hand in text(outbox.arrived(by(ORLA, str(kept.card)), at_desk))


@pytest.mark.parametrize("press", [*question.BUTTONS.values(), *question.VIEWS.values()])
def test_of_what_somebody_forgotten_asked_nothing_is_left_to_do(store, press):
    at_desk = desk(store)
    number = taken(store, at_desk).id
    question.resolve(on(number, VERA), at_desk)
    forget_me.sure(by(ADA), at_desk)
    assert "Whoever asked this had it deleted." in text(press(by(VERA, str(number)), at_desk))
