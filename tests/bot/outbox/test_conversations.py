"""What is said about a question: in its card's thread, among a few people, in the card's place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.store.delivery import TOO_LATE, Pace
from bot.store.outbox import CALL, IN_VAIN, SHELF_LIFE, State
from bot.store.posts import Post, Where
from tests.bot.outbox.world import AFTER, BEFORE, refusal
from tests.builders import NOON

HELP = "C0HELP"
TWO = ("U0ADA", "U0VIKRAM")
CARD = Post(Where.CARD, "the card", (), to=HELP)


def said(where: Where, text: str, **changes: Any) -> Post:
    return Post(where, text, (), **changes)


def ask(it: Any, *posts: Post) -> int:
    question = it.store.questions.ask(
        "U0ADA", "UTC", "scorecard", "Why?", it.clock(), say=lambda _: (CARD, *posts)
    )
    it.store.outbox.owe((), (), it.clock())
    it.outbox.wake()
    return int(question.id)


async def posted(it: Any, *posts: Post) -> int:
    """Its card stands there when these are said."""
    number = ask(it)
    await it.until(State.SENT)
    told(it, number, *posts)
    it.outbox.wake()
    return number


def told(it: Any, number: int, *posts: Post) -> None:
    """Said of an open question as it is carried on."""
    question = it.store.questions.find(number)
    assert it.store.questions.carry_on(question, question.step, it.clock(), say=lambda _: posts)


async def test_an_answer_goes_into_the_thread_of_its_card_and_waits_for_that(deliver, world):
    async with deliver() as it:
        number = ask(it, said(Where.THREAD, "an answer"))
        await it.until(State.SENT, 2)
        card, answer = world.posted
        assert (card.channel, card.thread) == (HELP, None)
        assert (answer.channel, answer.thread) == (HELP, card.ts)
        posted = it.store.questions.card(number)
        assert (posted.channel, posted.ts) == (HELP, card.ts)
        assert it.store.questions.of_thread(HELP, card.ts).id == number
        assert it.store.questions.of_thread(HELP, answer.ts).id == number
        assert it.store.questions.of_thread(HELP, "1.0") is None


async def test_every_answer_goes_into_the_thread_of_its_own_card(deliver, world):
    async with deliver() as it:
        numbers = [ask(it) for _ in range(5)]
        for number in reversed(numbers):
            told(it, number, said(Where.THREAD, f"to {number}"))
        it.outbox.wake()
        await it.until(State.SENT, 10)
        cards = {number: it.store.questions.card(number).ts for number in numbers}
    answers = {each.arguments["text"]: each.thread for each in world.posted if each.thread}
    assert answers == {f"to {number}": ts for number, ts in cards.items()}


async def test_an_answer_to_a_card_that_is_refused_says_so_and_goes_with_it_later(deliver, world):
    archived = [refusal("is_archived")]
    world.trouble = lambda given: archived.pop() if archived else None
    async with deliver() as it:
        ask(it, said(Where.THREAD, "an answer"))
        entries = await it.until(State.FAILED, 2)
        assert {entry.reason for entry in entries} == {"is_archived", IN_VAIN}
        it.store.closed.open(HELP)
        it.outbox.wake()
        await it.until(State.SENT, 2)
    assert [bool(each.thread) for each in world.posted] == [False, True]


async def test_a_card_that_an_organizer_sends_again_brings_its_answers(deliver, world):
    troubles = [refusal("msg_too_long")]
    world.trouble = lambda given: troubles.pop() if troubles else None
    async with deliver() as it:
        ask(it, said(Where.THREAD, "an answer"))
        await it.until(State.FAILED, 2)
        (card,) = [each for each in it.entries(State.FAILED) if each.reason != IN_VAIN]
        assert it.store.outbox.send_again(card.id, "U0ORLA", it.clock())
        it.outbox.wake()
        await it.until(State.SENT, 2)


async def test_an_update_takes_the_place_of_the_card(deliver, world):
    async with deliver() as it:
        number = await posted(it, said(Where.CARD_NOW, "claimed"))
        await it.until(State.SENT, 2)
        (card,) = world.posted
        assert world.shown == {card.ts: "claimed"}
        told(it, number, said(Where.CARD_NOW, "solved"))
        it.outbox.wake()
        await it.until(State.SENT, 3)
        assert world.shown == {card.ts: "solved"}
    assert world.calls["chat.postMessage"] == 1


async def test_what_called_for_somebody_changes_where_it_stands_in_a_thread_or_elsewhere(deliver, world):
    calls = [
        said(Where.THREAD, "can you?", kind=CALL),
        said(Where.TO, "nobody?", to="C0ORGS", kind=CALL),
    ]
    async with deliver() as it:
        number = ask(it, *calls, said(Where.THREAD, "an answer"))
        await it.until(State.SENT, 4)
        told(it, number, said(Where.CALLS_NOW, "Vikram came"))
        it.outbox.wake()
        await it.until(State.SENT, 6)
    assert sorted(world.shown.values()) == ["Vikram came", "Vikram came", "an answer", "the card"]


async def test_of_many_updates_the_newest_is_sent(deliver, world):
    async with deliver() as it:
        await posted(it, *(said(Where.CARD_NOW, f"update {number}") for number in range(20)))
        await it.eventually(it.store.delivery.is_idle)
        assert list(world.shown.values()) == ["update 19"]
        assert world.calls["chat.update"] == 1
        assert it.store.outbox.counts()[State.SENT] == 2


@pytest.mark.parametrize("trouble", [BEFORE, AFTER])
async def test_an_update_that_nobody_confirms_is_simply_tried_again(deliver, world, trouble):
    troubles = [trouble, trouble]
    world.trouble = lambda given: troubles.pop() if "ts" in given and troubles else None
    async with deliver() as it:
        await posted(it, said(Where.CARD_NOW, "claimed"))
        await it.until(State.SENT, 2)
        assert list(world.shown.values()) == ["claimed"]
        assert it.store.outbox.counts()[State.UNCONFIRMED] == 0
    assert world.calls["chat.update"] == 3


async def test_two_talk_with_the_bot_in_a_conversation_of_three(deliver, world):
    async with deliver() as it:
        number = ask(it)
        posts = said(Where.TALK, "Ada, Vikram: talk", people=TWO), said(Where.TALKING, "more")
        it.store.questions.claim(number, "U0VIKRAM", it.clock(), say=lambda _: posts)
        it.outbox.wake()
        await it.until(State.SENT, 3)
        _, talk, more = world.posted
        assert (talk.channel, talk.thread) == ("GU0ADA+U0VIKRAM", None)
        assert (more.channel, more.thread) == (talk.channel, talk.ts)
        there = it.store.questions.talk(number)
        assert (there.channel, there.ts) == (talk.channel, talk.ts)
        assert it.store.questions.of_thread(talk.channel, talk.ts).id == number


async def test_whoever_has_it_next_does_not_talk_in_the_conversation_of_the_one_before(deliver, world):
    def met(now: Any) -> tuple[Post, ...]:
        return (said(Where.TALK, "meet", people=(now.asker, now.owner)),)

    def ends(_: Any) -> tuple[Post, ...]:
        return (said(Where.TALKING, "I cannot go on"),)

    async with deliver() as it:
        number = ask(it)
        questions, at = it.store.questions, it.clock()
        questions.claim(number, "U0VIKRAM", at, say=met)
        questions.release(number, "U0VIKRAM", at, ends)
        questions.claim(number, "U0NOOR", at, say=lambda _: (said(Where.TALKING, "in the thread"),))
        questions.hand_over(number, "U0NOOR", "U0VIKRAM", at, met)
        questions.hand_over(number, "U0VIKRAM", "U0NOOR", at, lambda _: (said(Where.TALKING, "here again"),))
        it.outbox.wake()
        await it.until(State.SENT, 6)
    where = [(each.arguments["text"], each.channel) for each in world.posted[1:]]
    theirs = "GU0ADA+U0VIKRAM"
    assert where == [
        ("meet", theirs), ("I cannot go on", theirs), ("in the thread", HELP),
        ("meet", theirs), ("here again", HELP),
    ]  # fmt: skip


@pytest.mark.parametrize("why", ["missing_scope", "user_disabled"])
async def test_where_no_conversation_can_be_opened_they_talk_in_the_thread(deliver, world, why):
    world.answers["conversations.open"] = [refusal(why)]
    async with deliver() as it:
        ask(it, said(Where.TALK, "Ada, Vikram: talk", people=TWO), said(Where.TALKING, "more"))
        await it.until(State.SENT, 3)
        card, talk, more = world.posted
        assert (talk.channel, talk.thread) == (HELP, card.ts)
        assert (more.channel, more.thread) == (HELP, card.ts)
        assert it.store.closed.all() == {}
        assert it.outbox.trouble() is None


async def test_a_conversation_that_refuses_us_does_not_close_the_help_channel(deliver, world):
    world.trouble = lambda given: refusal("is_archived") if given["channel"].startswith("G") else None
    async with deliver() as it:
        ask(it, said(Where.TALK, "Ada, Vikram: talk", people=TWO), said(Where.THREAD, "in the thread"))
        await it.until(State.SENT, 2)
        await it.until(State.FAILED)
        assert it.store.closed.all() == {}


@pytest.mark.parametrize("trouble", [BEFORE, AFTER])
async def test_what_may_stand_in_a_thread_is_looked_up_there(deliver, world, trouble):
    troubles = [trouble]
    world.trouble = lambda given: troubles.pop() if "thread_ts" in given and troubles else None
    async with deliver(history=True) as it:
        ask(it, said(Where.THREAD, "an answer"))
        await it.until(State.UNCONFIRMED)
        await it.until(State.SENT, 2)
        assert world.calls["conversations.replies"] >= 1
    assert sorted(world.delivered.values()) == [1, 1]


@pytest.mark.parametrize("trouble", [BEFORE, AFTER])
async def test_what_may_stand_in_a_conversation_is_looked_up_there(deliver, world, trouble):
    troubles = [trouble]
    world.trouble = lambda given: troubles.pop() if given["channel"].startswith("G") and troubles else None
    async with deliver(history=True) as it:
        ask(it, said(Where.TALK, "talk", people=TWO), said(Where.TALKING, "more"))
        await it.until(State.UNCONFIRMED)
        await it.until(State.SENT, 3)
    assert sorted(world.delivered.values()) == [1, 1, 1]


async def test_an_answer_waits_while_nobody_knows_whether_its_card_is_there(deliver, world):
    world.trouble = lambda given: AFTER if "thread_ts" not in given else None
    async with deliver() as it:
        number = ask(it, said(Where.THREAD, "an answer"))
        await it.until(State.UNCONFIRMED)
        (card,) = world.posted
        assert it.store.outbox.counts()[State.PENDING] == 1
        world.trouble = lambda given: None
        assert it.store.questions.card_seen(number, HELP, card.ts, it.clock())
        assert not it.store.questions.card_seen(number, HELP, card.ts, it.clock())
        it.outbox.wake()
        await it.until(State.SENT, 2)
    assert world.posted[1].thread == card.ts


async def test_people_who_ask_do_not_wait_for_what_the_clock_has_to_say(deliver, world):
    async with deliver(per_minute=600) as it:
        it.owe(*range(30))
        await it.until(State.SENT, 2)
        ask(it)
        await world.until(lambda: any(each.channel == HELP for each in world.posted))
        assert it.store.outbox.counts()[State.PENDING] > 10


def test_planning_leaves_alone_what_people_said(stores):
    stores.questions.ask("U0ADA", "UTC", "scorecard", "Why?", NOON, say=lambda _: (CARD,))
    assert stores.outbox.pending() == ()
    assert stores.outbox.lately(NOON) == ()
    assert stores.outbox.reached([]) == ()
    assert stores.outbox.unsent([]) == {}
    assert stores.outbox.counts()[State.PENDING] == 1
    (entry,) = stores.outbox.page(State.PENDING)
    assert (entry.kinds, entry.keys) == (("question",), (f"slam-2023/question/1/{entry.id}/{HELP}",))


def test_what_cannot_be_sent_for_too_long_says_so(stores):
    answer = said(Where.THREAD, "an answer")
    stores.questions.ask("U0ADA", "UTC", "scorecard", "Why?", NOON, say=lambda _: (CARD, answer))
    later = NOON + SHELF_LIFE
    stores.outbox.owe((), (), later)
    pace = Pace(timedelta(0), 60_000)
    assert stores.delivery.turn("w1", pace, later, room=10).claimed == ()
    entries = stores.outbox.page(State.FAILED)
    assert [entry.reason for entry in entries] == [TOO_LATE, TOO_LATE]
    assert stores.delivery.is_idle()


TALK = said(Where.TALK, "Ada, Vikram: talk", people=TWO)
THEIRS = "GU0ADA+U0VIKRAM"


async def doubted(it: Any, world: Any, *posts: Post) -> int:
    """Nobody knows whether its card stands there."""
    troubles = [AFTER]
    world.trouble = lambda given: troubles.pop() if troubles else None
    number = ask(it, *posts)
    await it.until(State.UNCONFIRMED)
    return number


async def test_a_conversation_of_three_needs_no_card(deliver, world):
    async with deliver() as it:
        await doubted(it, world, said(Where.THREAD, "waits"), TALK, said(Where.TALKING, "more"))
        await it.until(State.SENT, 2)
    _, talk, more = world.posted
    assert (talk.channel, more.channel, more.thread) == (THEIRS, THEIRS, talk.ts)


@pytest.mark.parametrize("why", ["missing_scope", "user_disabled", "not_enough_users"])
async def test_where_no_conversation_can_be_opened_they_wait_for_the_card(deliver, world, why):
    world.answers["conversations.open"] = [refusal(why)]
    async with deliver() as it:
        number = await doubted(it, world, TALK, said(Where.TALKING, "more"))
        await world.until(lambda: world.calls["conversations.open"] == 1)
        (card,) = world.posted
        await it.eventually(lambda: it.store.outbox.counts()[State.PENDING] == 2)
        assert it.store.questions.card_seen(number, HELP, card.ts, it.clock())
        it.outbox.wake()
        await it.until(State.SENT, 3)
        assert it.store.closed.all() == {}
    assert [(each.channel, each.thread) for each in world.posted[1:]] == [(HELP, card.ts)] * 2
    assert world.calls["conversations.open"] == 1


async def test_what_waits_for_a_conversation_that_somebody_saw_is_said_in_it(deliver, world):
    troubles = [AFTER]
    world.trouble = lambda given: troubles.pop() if given["channel"].startswith("G") and troubles else None
    async with deliver() as it:
        ask(it, TALK, said(Where.TALKING, "more"))
        (talk,) = await it.until(State.UNCONFIRMED)
        assert it.store.outbox.arrived(talk.id, "U0ORLA", it.clock())
        it.outbox.wake()
        await it.until(State.SENT, 3)
    assert (world.posted[-1].channel, world.posted[-1].thread) == (THEIRS, None)
    assert world.posted[-1].arguments["text"] == "more"
