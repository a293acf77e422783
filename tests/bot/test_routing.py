from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from bot.routing import carry_on, steps
from bot.store import open_store
from bot.store.outbox import State
from bot.store.people import Person
from commands import ask, question
from rules.help import ANYONE, ORGANIZERS, QuestionState, Volunteer
from tests.builders import NOON
from tests.commands import helping as base
from tests.commands.asking import text
from tests.commands.helping import ADA, VERA, VIOLA, VITO, asked, deliver, desk, helping, owed, shown
from tests.conftest import EDITION

HOUR = timedelta(hours=1, seconds=1)


def test_one_volunteer_is_asked_in_the_thread_at_once(stores):
    kept = asked(stores, desk(stores))
    assert steps(stores, helping(), NOON) == 1
    place, said = owed(stores)[-1]
    assert place == "thread"
    assert said.startswith(f"<@{VERA}>, can you help <@{ADA}> with this?")
    assert stores.questions.find(kept.id).asked == (VERA,)


def test_after_a_release_somebody_else_is_asked_at_once_and_the_asker_hears_that(store):
    at_desk = desk(store)
    kept = asked(store, at_desk)
    steps(store, helping(), NOON)
    question.claim(base.by(VERA, str(kept.id)), at_desk)
    question.release(base.by(VERA, str(kept.id)), at_desk)
    assert "Somebody who can help is asked now." in text(ask.run(base.by(ADA), at_desk))
    steps(store, helping(), NOON)
    assert owed(store)[-1][1].startswith(f"<@{VITO}>, can you help")
    assert f"<@{VITO}> was asked" in text(ask.run(base.by(ADA), at_desk))


def test_nobody_is_nagged(store):
    asked(store, desk(store))
    for minutes in range(0, 60, 5):
        steps(store, helping(), NOON + timedelta(minutes=minutes))
    assert len(owed(store)) == 2


def test_one_step_at_a_time_each_volunteer_then_anyone_then_the_organizers_and_then_nobody(store):
    viola = Volunteer(VIOLA, ("license",))
    config = helping(volunteers=(*helping().volunteers, viola))
    kept = asked(store, desk(store, config))
    for hours in range(8):
        steps(store, config, NOON + hours * HOUR)
    told = [(place, said.split(",")[0].split(":")[0]) for place, said in owed(store)[1:]]
    assert told == [
        ("thread", f"<@{VERA}>"),
        ("thread", f"<@{VITO}>"),
        ("thread", f"<@{VIOLA}>"),
        ("C0ORGS", f"Question {kept.id} of <@{ADA}> about OpenSSF Scorecard was asked 3 hours ago"),
    ]
    assert step_of(store, kept) == ORGANIZERS


def step_of(store, kept):
    return store.questions.find(kept.id).step


def test_whoever_is_asked_beyond_the_topic_hears_why(store):
    config = helping(volunteers=(helping().volunteers[0], Volunteer(VIOLA, ("license",))))
    kept = asked(store, desk(store, config))
    steps(store, config, NOON)
    steps(store, config, NOON + HOUR)
    assert "Nobody who knows the topic was free yet." in owed(store)[-1][1]
    assert step_of(store, kept) == ANYONE


def test_without_a_channel_of_their_own_organizers_are_told_in_the_thread(store):
    channels = replace(helping().channels, organizers=None)
    config = helping(volunteers=(), channels=channels)
    asked(store, desk(store, config))
    steps(store, config, NOON)
    place, said = owed(store)[-1]
    assert place == "thread"
    assert said.startswith("<@U0ORLA> <@U0OTTO>: nobody has claimed this.")


def test_what_is_claimed_is_left_alone(store):
    base.taken(store, desk(store))
    assert steps(store, helping(), NOON + 5 * HOUR) == 0


@pytest.fixture
def called(stores):
    """Vera was asked, Vito was asked, the organizers were told, and nobody came so far."""
    at_desk = desk(stores)
    kept = asked(stores, at_desk)
    for hours in range(3):
        steps(stores, helping(), NOON + hours * HOUR)
        deliver(stores)
    assert sum("question.claim" in body for body in shown(stores)) == 4
    return kept.id, at_desk


@pytest.mark.parametrize(
    ("press", "user", "said"),
    [
        pytest.param(question.claim, VITO, f"🙋 <@{VITO}> took it.", id="claimed"),
        pytest.param(question.resolve, ADA, f"✅ Resolved 20 Oct 2023, 12:00 UTC by <@{ADA}>", id="resolved"),
        pytest.param(question.withdraw, ADA, f"↩️ Taken back by <@{ADA}>.", id="taken back"),
    ],
)
def test_where_somebody_was_called_for_it_says_who_came_and_calls_no_more(stores, called, press, user, said):
    number, at_desk = called
    before = len(owed(stores))
    press(base.by(user, str(number)), at_desk)
    news = [told for place, told in owed(stores)[before:] if place == "update" and "asks from" not in told]
    assert len(news) == 3
    assert all(told.startswith(f"Question {number} · OpenSSF Scorecard\n{said}") for told in news)
    assert not [body for body in shown(stores) if "question.claim" in body]
    deliver(stores)
    assert stores.outbox.counts()[State.FAILED] == 0


def test_what_was_said_there_is_said_once_and_who_is_called_for_anew_can_claim(stores, called):
    number, at_desk = called
    question.claim(base.by(VITO, str(number)), at_desk)
    question.release(base.by(VITO, str(number)), at_desk)
    steps(stores, helping(), NOON + 4 * HOUR)
    deliver(stores)
    before = len(owed(stores))
    assert sum("question.claim" in body for body in shown(stores)) == 2
    question.claim(base.by(VERA, str(number)), at_desk)
    assert sum(f"<@{VERA}> took it" in told for _, told in owed(stores)[before:]) == 1
    assert sum(f"<@{VITO}> took it" in body for body in shown(stores)) == 3


def test_who_was_not_called_yet_is_called_no_more(stores):
    at_desk = desk(stores)
    kept = asked(stores, at_desk)
    steps(stores, helping(), NOON)
    question.claim(base.by(VITO, str(kept.id)), at_desk)
    assert not [told for _, told in owed(stores) if "can you help" in told or "took it" in told]


def test_at_night_nobody_is_asked(store):
    config = helping(volunteers=helping().volunteers[:1])
    asked(store, desk(store, config))
    night = NOON + 10 * HOUR
    assert steps(store, config, night) == 0
    assert steps(store, config, night + 9 * HOUR + timedelta(minutes=30)) == 1


@pytest.mark.parametrize("is_guest", [True, False])
def test_guests_and_people_who_are_gone_are_not_asked(store, is_guest):
    store.people.keep(VERA, Person(None, is_guest=is_guest, is_deleted=not is_guest, known_at=NOON))
    kept = asked(store, desk(store))
    steps(store, helping(), NOON)
    assert store.questions.find(kept.id).asked == (VITO,)


def test_while_paused_nobody_is_asked(store):
    asked(store, desk(store))
    store.switches.pause("U0ORLA", NOON)
    assert steps(store, helping(), NOON) == 0
    store.switches.resume()
    assert steps(store, helping(), NOON) == 1


def test_many_at_once_are_shared_fairly_and_nobody_is_asked_about_more_than_they_take(store):
    at_desk = desk(store)
    for number in range(10):
        asked(store, at_desk, f"Question number {number}?", asker=f"U0ASKER{number}")
    assert steps(store, helping(), NOON) == 4
    to_whom = [store.questions.find(number).asked for number in range(1, 11)]
    assert to_whom == [(VERA,), (VITO,)] * 2 + [()] * 6
    assert steps(store, helping(), NOON + timedelta(minutes=59)) == 0


def test_who_takes_what_they_were_asked_about_is_never_refused_and_asked_no_more_until_it_is_solved(store):
    viola = Volunteer(VIOLA, ("scorecard",), capacity=1)
    config = helping(volunteers=(viola,))
    at_desk = desk(store, config)
    first, second = (
        asked(store, at_desk, f"Number {number}?", asker=f"U0ASKER{number}") for number in range(2)
    )
    steps(store, config, NOON)
    assert store.questions.find(second.id).asked == ()
    said = text(question.claim(base.by(VIOLA, str(first.id)), at_desk))
    assert f"Question {first.id} is yours." in said
    assert steps(store, config, NOON + timedelta(minutes=59)) == 0
    question.resolve(base.by(VIOLA, str(first.id)), at_desk)
    assert steps(store, config, NOON + timedelta(minutes=59)) == 1
    assert store.questions.find(second.id).asked == (VIOLA,)


def test_who_is_slow_is_not_asked_about_all_that_comes_meanwhile(store):
    at_desk = desk(store)
    for number in range(4):
        asked(store, at_desk, f"Question number {number}?", asker=f"U0ASKER{number}")
        steps(store, helping(), NOON + number * timedelta(minutes=10))
        waiting = [each for each in store.questions.open() if VITO in each.asked]
        for each in waiting:
            question.claim(base.by(VITO, str(each.id)), at_desk)
    assert [store.questions.find(number).asked for number in range(1, 5)] == [(VERA,), (VITO,)] * 2


def test_organizers_are_told_with_a_link_to_the_card(store):
    config = helping(volunteers=())
    kept = asked(store, desk(store, config))
    deliver(store)
    steps(store, config, NOON + 2 * HOUR, "https://sea.slack.com/")
    ts = store.questions.card(kept.id).ts.replace(".", "")
    assert f"<https://sea.slack.com/archives/{base.HELP}/p{ts}|Question {kept.id}>" in shown(store)[-1]


def test_after_the_organizers_were_told_who_knows_the_topic_and_comes_on_duty_is_asked(store):
    config = helping(volunteers=helping().volunteers[:1])
    store.volunteers.declare(config.volunteers)
    at_desk = desk(store, config)
    store.volunteers.set_duty(VERA, on=False)
    kept = asked(store, at_desk)
    steps(store, config, NOON + HOUR)
    assert step_of(store, kept) == ORGANIZERS
    store.volunteers.set_duty(VERA, on=True)
    for minutes in range(3):
        steps(store, config, NOON + HOUR + timedelta(minutes=minutes))
    assert [place for place, _ in owed(store)] == [base.HELP, "C0ORGS", "thread"]
    assert store.questions.find(kept.id).asked == (VERA,)


def test_two_processes_that_plan_at_once_ask_one_volunteer_each(database_url):
    together, counts = Barrier(2), []
    config = helping(volunteers=[replace(each, capacity=5) for each in helping().volunteers])

    def plan(mine):
        together.wait()
        counts.append(steps(mine, config, NOON))

    with (
        closing(open_store(database_url, EDITION)) as store,
        closing(open_store(database_url, EDITION)) as other,
    ):
        at_desk = desk(store, config)
        numbers = [asked(store, at_desk, f"No. {n}?", asker=f"U0ASKER{n}").id for n in range(10)]
        threads = [Thread(target=plan, args=(each,)) for each in (store, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(counts) == 10
        assert all(len(store.questions.find(number).asked) == 1 for number in numbers)
        assert len([place for place, _ in owed(store) if place == "thread"]) == 10


async def test_delivery_is_woken_when_somebody_is_asked(store):
    woken = []
    await carry_on(store, helping(), NOON, lambda: woken.append(1))
    assert woken == []
    kept = asked(store, desk(store))
    await carry_on(store, helping(), NOON, lambda: woken.append(1))
    assert woken == [1]
    assert store.questions.find(kept.id).state is QuestionState.OPEN


# --- While its card is not there ----------------------------------------------------------------------------


def in_doubt(store, at_desk):
    """Nobody can say whether its card stands there."""
    kept = asked(store, at_desk, is_sent=False)
    store.outbox.owe((), (), NOON)
    store.delivery.turn("w1", base.PACE, NOON, room=1)
    store.delivery.turn("w2", base.PACE, NOON + timedelta(minutes=5), room=0)
    return kept


def test_nobody_is_asked_or_said_to_be_asked_before_its_card_is_there(store):
    at_desk = desk(store)
    kept = in_doubt(store, at_desk)
    assert steps(store, helping(), NOON + timedelta(minutes=5)) == 0
    said = text(ask.run(base.by(ADA), at_desk))
    assert "no volunteer was asked yet. The organizers are told if that stays so." in said
    store.questions.card_seen(kept.id, base.HELP, "9.9", NOON)
    assert steps(store, helping(), NOON + timedelta(minutes=6)) == 1
    assert f"<@{VERA}> was asked" in text(ask.run(base.by(ADA, now=NOON + timedelta(minutes=7)), at_desk))


def test_where_its_card_stays_in_doubt_the_organizers_are_told_once(store):
    at_desk = desk(store)
    in_doubt(store, at_desk)
    assert [steps(store, helping(), NOON + hours * HOUR) for hours in range(1, 4)] == [1, 0, 0]
    assert owed(store)[-1][0] == "C0ORGS"
    said = text(ask.run(base.by(ADA), at_desk))
    assert "no volunteer was asked yet. The organizers were told and look for somebody." in said
