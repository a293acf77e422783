from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot.store import Store, open_store
from bot.store.delivery import Pace, Settled
from bot.store.outbox import State
from bot.store.posts import Post, Where
from bot.store.questions import Claimed, Full, Gone, Limits, Owned, TooMany
from rules.help import ANYONE, ORGANIZERS, TOPIC, Question, QuestionState, Volunteer
from tests.bot.outbox.world import draft
from tests.builders import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADA, VIKRAM, NOOR = "U0ADA", "U0VIKRAM", "U0NOOR"
CARD = Post(Where.CARD, "the card", (), to="C0HELP")
PACE = Pace(timedelta(0), 60_000)


def ask(store: Store, **changes: Any) -> Question:
    values = {"asker": ADA, "zone": "Europe/Berlin", "topic": "scorecard", "text": "Why?", "at": NOON}
    return store.questions.ask(**{**values, "say": lambda _: (CARD,), **changes})


def claimed(store: Store, person: str = VIKRAM, **changes: Any) -> Question:
    found = store.questions.claim(ask(store, **changes).id, person, changes.get("at", NOON))
    assert isinstance(found, Claimed)
    return found.question


def saying(text: str) -> Any:
    return lambda _: (Post(Where.THREAD, text, ()),)


def said(store: Store) -> list[str]:
    """What is owed, the oldest first."""
    return [entry.text for entry in reversed(store.outbox.page(State.PENDING, limit=1000))]


def deliver(store: Store) -> None:
    """Whatever is pending is sent."""
    store.outbox.owe((), (), NOON)
    while turn := store.delivery.turn("w1", PACE, NOON, room=100).claimed:
        settled = [
            Settled(each.id, each.attempt, State.SENT, NOON, each.reader, each.reader, f"{each.id}.0")
            for each in turn
        ]
        store.delivery.turn("w1", PACE, NOON, settled=settled)


# --- Asking -------------------------------------------------------------------------------------------------


def test_a_question_is_kept_with_its_card(stores: Store):
    question = ask(stores, project="kelp", badge="defender", criterion="security", shown=("branch", "pin"))
    assert stores.questions.find(question.id) == question
    assert question == Question(
        id=question.id, asker=ADA, zone="Europe/Berlin", topic="scorecard", text="Why?", asked_at=NOON,
        step_at=NOON, project="kelp", badge="defender", card=question.card, shown=("branch", "pin"),
    )  # fmt: skip
    assert question.card is not None
    assert said(stores) == ["the card"]
    assert stores.questions.card(question.id) is None
    deliver(stores)
    assert stores.questions.card(question.id).channel == "C0HELP"


def test_a_question_whose_card_cannot_be_written_is_not_kept(stores: Store):
    def broken(_: Question) -> Iterator[Post]:
        yield CARD
        raise ValueError("no such badge")

    with pytest.raises(ValueError, match="no such badge"):
        ask(stores, say=broken)
    assert stores.questions.of_asker(ADA) == ()
    assert said(stores) == []


def test_first_aid_comes_first_and_nothing_is_posted(stores: Store):
    question = ask(stores, is_aided=True, say=lambda _: ())
    assert question.state is QuestionState.AIDED
    assert stores.questions.open() == ()
    assert stores.questions.of_asker(ADA) == (question,)
    assert isinstance(stores.questions.claim(question.id, VIKRAM, NOON), Gone)


def test_still_stuck_posts_the_card_once(stores: Store):
    question = ask(stores, is_aided=True, say=lambda _: ())
    stuck = stores.questions.still_stuck(question.id, NOON + MINUTE, lambda _: (CARD,))
    assert stuck.state is QuestionState.OPEN
    assert stores.questions.still_stuck(question.id, NOON + MINUTE, lambda _: (CARD,)) is None
    assert said(stores) == ["the card"]


def test_that_solved_it_ends_it_and_is_counted(stores: Store):
    question = ask(stores, is_aided=True, say=lambda _: ())
    assert stores.questions.solved_by_aid(question.id, NOON).state is QuestionState.RESOLVED
    assert stores.questions.still_stuck(question.id, NOON) is None
    assert stores.help_desk.stats().topics["scorecard"].by_aid == 1


def test_how_many_somebody_asks_within_an_hour_is_limited(stores: Store):
    ask(stores, at=NOON - HOUR - MINUTE)
    ask(stores)
    ask(stores, asker=NOOR)
    limits = Limits(waiting=10, an_hour=2)
    assert isinstance(ask(stores, limits=limits), Question)
    assert ask(stores, limits=limits) == TooMany(waiting=3)
    assert isinstance(ask(stores, at=NOON + HOUR + MINUTE, limits=limits), Question)


def test_who_asks_and_is_stuck_many_times_at_once_stays_within_the_limits(database_url: str, stores: Store):
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(14) as threads:

        def press(place: int) -> object:
            store = (stores, other)[place % 2]
            kept = ask(store, is_aided=True, say=lambda _: (), limits=Limits(waiting=5, an_hour=10))
            return isinstance(kept, Question) and store.questions.still_stuck(
                kept.id, NOON, lambda _: (CARD,), Limits(waiting=5)
            )

        pressed = list(threads.map(press, range(14)))
    assert len(stores.questions.of_asker(ADA)) <= 10
    assert sum(isinstance(each, Question) for each in pressed) == 5
    assert said(stores) == ["the card"] * 5


# --- One owner ----------------------------------------------------------------------------------------------


def test_a_question_has_one_owner(stores: Store):
    question = ask(stores)
    taken = stores.questions.claim(question.id, VIKRAM, NOON, say=saying("Vikram has it"))
    assert isinstance(taken, Claimed)
    assert (taken.question.owner, taken.question.claimed_at) == (VIKRAM, NOON)
    late = stores.questions.claim(question.id, NOOR, NOON, say=saying("Noor has it"))
    assert isinstance(late, Owned)
    assert late.by == VIKRAM
    assert said(stores) == ["the card", "Vikram has it"]


def test_nobody_claims_what_is_not_there_what_is_over_or_what_they_asked(stores: Store):
    assert stores.questions.claim(99, VIKRAM, NOON) == Gone(None)
    question = ask(stores)
    assert isinstance(stores.questions.claim(question.id, ADA, NOON), Gone)
    stores.questions.resolve(question.id, ADA, NOON)
    assert isinstance(stores.questions.claim(question.id, VIKRAM, NOON), Gone)


def test_whose_hands_are_full_takes_no_more(stores: Store):
    claimed(stores)
    more = ask(stores)
    assert stores.questions.claim(more.id, VIKRAM, NOON, capacity=1) == Full(1)
    assert isinstance(stores.questions.claim(more.id, VIKRAM, NOON, capacity=2), Claimed)


def test_of_many_who_press_at_once_in_two_processes_one_wins(database_url: str, stores: Store):
    questions = [ask(stores).id for _ in range(6)]
    people = [f"U0VOL{number}" for number in range(8)]
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(8) as threads:

        def press(place: int, number: int, person: str) -> Any:
            return (stores, other)[place % 2].questions.claim(number, person, NOON, say=saying(person))

        presses = [
            (person, threads.submit(press, place, number, person))
            for place, (number, person) in enumerate(product(questions, people))
        ]
        won = [person for person, press in presses if isinstance(press.result(), Claimed)]
    assert len(won) == len(questions)
    assert sorted(each.owner for each in stores.questions.open()) == sorted(won)
    assert sorted(text for text in said(stores) if text != "the card") == sorted(won)


def test_who_claims_many_at_once_gets_no_more_than_they_can_take(database_url: str, stores: Store):
    questions = [ask(stores).id for _ in range(12)]
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(6) as threads:
        presses = [
            threads.submit((stores, other)[place % 2].questions.claim, number, VIKRAM, NOON, 3)
            for place, number in enumerate(questions)
        ]
        outcomes = [press.result() for press in presses]
    assert sum(isinstance(each, Claimed) for each in outcomes) == 3
    assert sum(isinstance(each, Full) for each in outcomes) == 9
    assert len(stores.questions.of_owner(VIKRAM)) == 3


def test_release_makes_it_open_again_and_its_owner_is_not_asked_for_it(stores: Store):
    question = claimed(stores)
    assert stores.questions.release(question.id, NOOR, NOON) is None
    free = stores.questions.release(question.id, VIKRAM, NOON + MINUTE, saying("Vikram cannot"))
    assert (free.state, free.owner, free.asked) == (QuestionState.OPEN, None, (VIKRAM,))
    assert free.step_at == NOON + MINUTE - HOUR
    assert said(stores)[-1] == "Vikram cannot"


def test_handing_over_needs_to_own_it(stores: Store):
    question = claimed(stores)
    assert stores.questions.hand_over(question.id, NOOR, VIKRAM, NOON) is None
    assert stores.questions.hand_over(question.id, VIKRAM, ADA, NOON) is None
    assert stores.questions.hand_over(question.id, VIKRAM, NOOR, NOON + MINUTE).owner == NOOR
    assert stores.questions.release(question.id, VIKRAM, NOON) is None


def test_nothing_is_handed_to_whose_hands_are_full(database_url: str, stores: Store):
    questions = [claimed(stores).id for _ in range(6)]
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(6) as threads:

        def hand(place: int, number: int) -> object:
            return (stores, other)[place % 2].questions.hand_over(number, VIKRAM, NOOR, NOON, capacity=2)

        outcomes = list(threads.map(hand, range(6), questions))
    assert sum(isinstance(each, Question) for each in outcomes) == 2
    assert sum(each == Full(2) for each in outcomes) == 4
    assert len(stores.questions.of_owner(NOOR)) == 2


def test_it_is_resolved_once_and_the_answer_may_come_later(stores: Store):
    question = claimed(stores)
    assert stores.questions.resolve(question.id, VIKRAM, NOON, saying("solved")).resolved_by == VIKRAM
    assert stores.questions.resolve(question.id, ADA, NOON, saying("solved")) is None
    assert stores.questions.explain(question.id, "Set a fine-grained token.")
    assert said(stores).count("solved") == 1
    (solved,) = stores.questions.like("why??", "scorecard")
    assert solved.answer == "Set a fine-grained token."


def test_what_was_solved_goes_back_to_its_owner_or_its_way_anew(stores: Store):
    question = claimed(stores)
    assert stores.questions.reopen(question.id, ADA, NOON) is None
    stores.questions.resolve(question.id, ADA, NOON)
    again = stores.questions.reopen(question.id, ADA, NOON + HOUR, saying("again"))
    assert (again.state, again.owner, again.resolved_at) == (QuestionState.CLAIMED, VIKRAM, None)
    assert again.claimed_at == NOON + HOUR
    stores.questions.resolve(question.id, ADA, NOON)
    anew = stores.questions.reopen(question.id, ADA, NOON + DAY, to_owner=False)
    assert (anew.state, anew.owner, anew.step_at) == (QuestionState.OPEN, None, NOON + DAY)
    assert (anew.claimed_at, anew.asked, anew.step) == (None, (), TOPIC)


def test_what_changes_hands_while_it_is_reopened_is_not_given_to_whoever_had_it(postgresql_url: str):
    with closing(open_store(postgresql_url, "slam-2023")) as store, ThreadPoolExecutor(1) as threads:
        number = claimed(store).id
        store.questions.resolve(number, ADA, NOON)
        with store._database.write() as write:  # somebody else reopens, takes and solves it
            theirs = "UPDATE questions SET owner = %(person)s WHERE id = %(number)s"
            write.exec_driver_sql(theirs, {"person": NOOR, "number": number})
            reopening = threads.submit(store.questions.reopen, number, ADA, NOON)
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while not reopening.done() and not write.exec_driver_sql(waiting).scalar():
                pass
        assert reopening.result() is None
        assert store.questions.find(number).owner == NOOR


def test_what_nobody_owned_is_open_when_it_is_reopened(stores: Store):
    question = ask(stores)
    stores.questions.resolve(question.id, ADA, NOON)
    assert stores.questions.reopen(question.id, ADA, NOON).state is QuestionState.OPEN


def test_what_is_reopened_is_not_answered_yet_and_its_next_owner_can_be_thanked(stores: Store):
    stores.volunteers.declare([Volunteer(VIKRAM), Volunteer(NOOR)])
    question = claimed(stores)
    stores.questions.resolve(question.id, VIKRAM, NOON, answer="Turn it off.")
    assert stores.questions.thank(question.id, ADA, NOON) == VIKRAM
    stores.questions.reopen(question.id, ADA, NOON, to_owner=False)
    stores.questions.claim(question.id, NOOR, NOON)
    stores.questions.resolve(question.id, NOOR, NOON)
    assert stores.questions.like("why??", "scorecard")[0].answer == ""
    assert stores.questions.thank(question.id, ADA, NOON) == NOOR


def test_what_was_taken_back_is_reopened_by_its_asker_only_and_a_forgotten_ones_by_nobody(stores: Store):
    back, solved = ask(stores), ask(stores)
    deliver(stores)
    stores.questions.withdraw(back.id, NOON)
    assert stores.questions.reopen(back.id, NOOR, NOON) is None
    assert stores.questions.reopen(back.id, ADA, NOON).state is QuestionState.OPEN
    stores.questions.resolve(solved.id, ADA, NOON)
    deliver(stores)
    stores.people.forget(ADA, NOON)
    assert [stores.questions.reopen(each.id, NOOR, NOON) for each in (back, solved)] == [None, None]


def test_nothing_is_reopened_into_full_hands(stores: Store):
    first = claimed(stores)
    stores.questions.resolve(first.id, ADA, NOON)
    claimed(stores)
    again = stores.questions.reopen(first.id, ADA, NOON, capacity=1)
    assert (again.state, again.owner) == (QuestionState.OPEN, None)


def test_its_asker_needs_no_answer_any_more(stores: Store):
    question = claimed(stores)
    assert stores.questions.withdraw(question.id, NOON).state is QuestionState.WITHDRAWN
    assert stores.questions.open() == ()
    assert stores.questions.of_owner(VIKRAM) == ()


def test_thanks_are_counted_once_and_shown_to_whom_they_are_for(stores: Store):
    stores.volunteers.declare([Volunteer(VIKRAM)])
    question = claimed(stores)
    assert stores.questions.thank(question.id, ADA, NOON) is None
    stores.questions.resolve(question.id, VIKRAM, NOON)
    assert stores.questions.thank(question.id, NOOR, NOON) is None
    assert stores.questions.thank(question.id, ADA, NOON) == VIKRAM
    assert stores.questions.thank(question.id, ADA, NOON) is None
    assert stores.volunteers.find(VIKRAM).thanks == 1


def test_a_volunteers_load_is_what_they_own(stores: Store):
    stores.volunteers.declare([Volunteer(VIKRAM, capacity=3), Volunteer(NOOR)])
    first = claimed(stores)
    claimed(stores)
    stores.questions.resolve(first.id, VIKRAM, NOON)
    assert {each.user: each.load for each in stores.volunteers.all()} == {VIKRAM: 1, NOOR: 0}


# --- Routing ------------------------------------------------------------------------------------------------


def test_two_who_carry_a_question_on_at_once_ask_one_volunteer(database_url: str, stores: Store):
    stores.volunteers.declare([Volunteer(VIKRAM), Volunteer(NOOR)])
    question = ask(stores)
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(2) as threads:
        steps = [
            threads.submit(each.questions.carry_on, question, TOPIC, NOON + HOUR, person, saying("can you?"))
            for each, person in ((stores, VIKRAM), (other, NOOR))
        ]
        taken = [found for step in steps if (found := step.result())]
    (one,) = taken
    assert len(one.asked) == 1
    assert len(said(stores)) == 2
    assert {each.user: each.asked_at for each in stores.volunteers.all()}[one.asked[0]] == NOON + HOUR


def test_a_question_is_carried_on_step_by_step_until_somebody_claims_it(stores: Store):
    question = ask(stores)
    asked = stores.questions.carry_on(question, TOPIC, NOON, VIKRAM)
    anyone = stores.questions.carry_on(asked, ANYONE, NOON + HOUR, NOOR)
    assert (anyone.step, anyone.asked, anyone.step_at) == (ANYONE, (VIKRAM, NOOR), NOON + HOUR)
    stores.questions.claim(question.id, NOOR, NOON)
    assert stores.questions.carry_on(anyone, ORGANIZERS, NOON + 2 * HOUR) is None


# --- What is said -------------------------------------------------------------------------------------------


def test_what_would_belong_to_a_card_is_left_out_where_there_is_none(stores: Store):
    question = ask(stores, say=lambda _: ())
    posts = (Post(Where.THREAD, "a", ()), Post(Where.TO, "b", (), to=ADA))
    stores.questions.resolve(question.id, ADA, NOON, lambda _: posts)
    assert said(stores) == ["b"]


def test_nothing_is_said_about_what_is_not_there(stores: Store):
    posts = (Post(Where.TO, "b", (), to=ADA),)
    assert stores.questions.resolve(99, ADA, NOON, lambda _: posts) is None
    assert said(stores) == []


def test_what_the_clock_says_is_planned_beside_it(stores: Store):
    ask(stores)
    stores.outbox.owe([draft(1, NOON)], (), NOON)
    (pending,) = stores.outbox.pending()
    assert pending.reader == "C00001"
    stores.outbox.owe((), [pending.message], NOON)
    assert said(stores) == ["the card"]


# --- Looking back -------------------------------------------------------------------------------------------


def test_earlier_questions_like_it_are_found_with_what_helped(stores: Store):
    pinned = claimed(
        stores, text="Scorecard says my GitHub Actions are not pinned by hash, how do I pin them?"
    )
    stores.questions.resolve(pinned.id, VIKRAM, NOON, answer="Run pinact.")
    other = claimed(stores, text="Branch protection needs an admin token")
    stores.questions.resolve(other.id, VIKRAM, NOON)
    ask(stores, text="How do I pin github actions by hash?")
    deliver(stores)
    (found,) = stores.questions.like("how to pin my github action by hash", "scorecard")
    assert (found.question.id, found.answer) == (pinned.id, "Run pinact.")
    assert found.card == stores.questions.card(pinned.id)
    assert stores.questions.like("how to pin my github action by hash", "sbom") == ()
    assert stores.questions.like("Where is the cafeteria?") == ()


def test_the_first_answer_is_the_first(stores: Store):
    question = claimed(stores)
    assert stores.questions.answered(question.id, NOON + MINUTE)
    assert not stores.questions.answered(question.id, NOON + HOUR)
    assert stores.questions.find(question.id).answered_at == NOON + MINUTE
    assert stores.help_desk.stats().topics["scorecard"].first_answer == MINUTE


def test_questions_are_kept_for_ninety_days_after_the_edition(stores: Store):
    question = claimed(stores)
    stores.questions.release(question.id, VIKRAM, NOON)
    stores.outbox.owe([draft(1, NOON)], (), NOON)
    assert stores.questions.purge(NOON + DAY, NOON + 90 * DAY) == 0
    assert stores.questions.purge(NOON + DAY, NOON + 91 * DAY) == 1
    assert stores.questions.find(question.id) is None
    assert said(stores) == ["Reminder 1"]


def test_what_is_asked_long_after_the_edition_is_not_deleted_at_once(stores: Store):
    question = ask(stores, at=NOON + 300 * DAY)
    assert stores.questions.purge(NOON, NOON + 301 * DAY) == 0
    assert stores.questions.find(question.id) is not None
    assert stores.questions.purge(NOON, NOON + 391 * DAY) == 1


def test_those_of_another_edition_are_kept_no_longer(database_url: str, stores: Store):
    with closing(open_store(database_url, "slam-2022")) as last_year:
        old = claimed(last_year, at=NOON - 91 * DAY)
        lately = ask(last_year, at=NOON - 89 * DAY)
        new = ask(stores, at=NOON - 91 * DAY)
        assert stores.questions.purge(NOON + DAY, NOON) == 1
        assert last_year.questions.find(old.id) is None
        assert last_year.questions.open() == (lately,)
    assert stores.questions.open() == (new,)


def test_questions_of_another_edition_are_not_ours(database_url: str, stores: Store):
    question = ask(stores)
    with closing(open_store(database_url, "slam-2024")) as next_year:
        assert next_year.questions.find(question.id) is None
        assert next_year.questions.claim(question.id, VIKRAM, NOON) == Gone(None)
        assert next_year.questions.resolve(question.id, VIKRAM, NOON, lambda _: (CARD,)) is None
        assert next_year.help_desk.stats().topics == {}
