"""What waits to be said about a question is true when it is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from bot.store import Store, outbox
from bot.store.delivery import Pace, Settled
from bot.store.outbox import State
from bot.store.posts import Post, Where
from rules.help import Question
from tests.builders import NOON

HELP, ORGANIZERS = "C0HELP", "C0ORGS"
ADA, VERA, ORLA = "U0ADA", "U0VERA", "U0ORLA"
PACE = Pace(timedelta(0), 60_000)


def said(where: Where, text: str, **changes: Any) -> Post:
    return Post(where, text, (), **changes)


CARD = said(Where.CARD, "open", to=HELP)
CALL = said(Where.THREAD, "can you help?", kind=outbox.CALL)
TOLD = said(Where.TO, "nobody took it", to=ORGANIZERS, kind=outbox.CALL)
CAME = said(Where.CALLS_NOW, "somebody came")
TOOK = said(Where.THREAD, "Vera takes it", kind=outbox.TAKEN)
MEET = said(Where.TALK, "Vera takes it", people=(ADA, VERA), kind=outbox.TAKEN)


def now(text: str) -> tuple[Post, ...]:
    return said(Where.THREAD, f"{text}, in the thread"), said(Where.CARD_NOW, text), CAME


@dataclass
class Slack:
    """Takes what is pending, as it is told to; `shown` is what then stands there, the oldest first."""

    store: Store
    pace: Pace = PACE
    shown: dict[str, str] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)

    def take(
        self, becomes: State = State.SENT, most: int = 100, reason: str | None = None, at: datetime = NOON
    ) -> None:
        self.store.outbox.owe((), (), at)
        for _ in range(most):
            turn = self.store.delivery.turn("w1", self.pace, at, room=1).claimed
            if not turn:
                return
            (each,) = turn
            ts = each.updates.ts if each.updates else f"{each.id}.0"
            text = msgspec.json.decode(each.body)["text"]
            self.begun.append(text)
            channel = each.to.thread.channel if each.to.thread else each.reader
            if becomes is State.SENT:
                self.shown[ts] = text
            news = Settled(each.id, each.attempt, becomes, at, each.reader, channel, ts, reason)
            self.store.delivery.turn("w1", self.pace, at, settled=[news])


@pytest.fixture
def slack(stores: Store) -> Slack:
    return Slack(stores)


def ask(store: Store, *posts: Post) -> Question:
    return store.questions.ask(ADA, "UTC", "scorecard", "Why?", NOON, say=lambda _: (CARD, *posts))


@pytest.mark.parametrize("put_off", [0, 1], ids=["never tried", "Slack put it off"])
def test_a_card_that_was_not_sent_is_sent_as_it_is_now(stores, slack, put_off):
    kept = ask(stores, CALL)
    slack.take(State.PENDING, most=put_off, reason="ratelimited")
    stores.questions.claim(kept.id, VERA, NOON, say=lambda _: now("claimed"))
    stores.questions.resolve(kept.id, VERA, NOON, lambda _: now("resolved"))
    slack.begun.clear()
    slack.take()
    assert slack.begun == ["resolved", "claimed, in the thread", "resolved, in the thread"]


@pytest.mark.parametrize("post", [TOOK, MEET], ids=["in the thread", "in a conversation"])
def test_that_somebody_took_it_is_not_said_any_more_once_they_let_it_go(stores, slack, post):
    kept = ask(stores)
    slack.take()
    stores.questions.claim(kept.id, VERA, NOON, say=lambda _: (post, said(Where.TALKING, "more")))
    stores.questions.release(kept.id, VERA, NOON, lambda _: (said(Where.TALKING, "it is open again"),))
    slack.take()
    assert "Vera takes it" not in slack.begun
    assert slack.begun[-1] == "it is open again"
    assert stores.outbox.counts()[State.FAILED] == 0


def test_once_it_is_handed_over_only_who_has_it_now_is_said_to_take_it(stores, slack):
    kept = ask(stores)
    slack.take()
    stores.questions.claim(kept.id, VERA, NOON, say=lambda _: (MEET,))
    given = said(Where.TALK, "Vera hands it to Orla", people=(ADA, ORLA), kind=outbox.TAKEN)
    stores.questions.hand_over(kept.id, VERA, ORLA, NOON, lambda _: (given,))
    slack.take()
    assert slack.begun == ["open", "Vera hands it to Orla"]


def test_that_somebody_took_it_may_have_been_seen_and_stays_with_what_follows(stores, slack):
    kept = ask(stores)
    slack.take()
    stores.questions.claim(kept.id, VERA, NOON, say=lambda _: (TOOK,))
    slack.take()
    stores.questions.release(kept.id, VERA, NOON, lambda _: (said(Where.TALKING, "it is open again"),))
    slack.take()
    assert slack.begun == ["open", "Vera takes it", "it is open again"]


def test_of_what_is_taken_back_before_anybody_saw_it_nothing_is_said(stores, slack):
    kept = ask(stores, CALL, TOLD)
    stores.questions.withdraw(kept.id, NOON, lambda _: now("taken back"))
    slack.take()
    assert slack.shown == {}
    assert stores.questions.find(kept.id).card is None
    assert not any(stores.outbox.counts().values())


def test_where_organizers_were_told_of_it_already_they_read_what_became_of_it(stores, slack):
    kept = ask(stores, TOLD)
    slack.pace = Pace(timedelta(hours=1), 60_000)
    slack.take(State.PENDING, most=1, reason="ratelimited")
    slack.take()
    assert list(slack.shown.values()) == ["nobody took it"]
    stores.questions.withdraw(kept.id, NOON, lambda _: now("taken back"))
    slack.pace = PACE
    slack.take(at=NOON + timedelta(hours=2))
    assert list(slack.shown.values()) == ["somebody came"]


def test_a_card_that_was_seen_says_that_it_was_taken_back(stores, slack):
    kept = ask(stores)
    slack.take()
    stores.questions.withdraw(kept.id, NOON, lambda _: now("taken back"))
    slack.take()
    assert list(slack.shown.values()) == ["taken back", "taken back, in the thread"]


def test_what_is_on_its_way_is_changed_afterwards(stores, slack):
    kept = ask(stores)
    stores.outbox.owe((), (), NOON)
    (card,) = stores.delivery.turn("w1", PACE, NOON, room=1).claimed
    stores.questions.withdraw(kept.id, NOON, lambda _: now("taken back"))
    news = Settled(card.id, card.attempt, State.SENT, NOON, HELP, HELP, "1.0")
    stores.delivery.turn("w1", PACE, NOON, settled=[news])
    slack.take()
    assert slack.shown["1.0"] == "taken back"


def test_a_card_that_slack_refused_is_sent_again_as_it_is_now_and_calls_for_nobody(stores, slack):
    kept = ask(stores, CALL)
    slack.take(State.FAILED, most=1, reason="msg_too_long")
    slack.take()
    stores.questions.claim(kept.id, VERA, NOON, say=lambda _: now("claimed"))
    assert stores.outbox.send_again(kept.card, ORLA, NOON)
    slack.take()
    assert list(slack.shown.values()) == ["claimed", "claimed, in the thread"]


def test_a_card_that_may_stand_there_is_not_taken_for_one_that_nobody_saw(stores, slack):
    kept = ask(stores)
    slack.take(State.UNCONFIRMED)
    assert stores.outbox.send_again(kept.card, ORLA, NOON)
    stores.questions.withdraw(kept.id, NOON, lambda _: now("taken back"))
    slack.take()
    assert list(slack.shown.values()) == ["taken back", "taken back, in the thread"]
    assert slack.begun[1] == "taken back"


def test_what_stands_there_changes_before_anything_new_is_said(stores, slack):
    kept = ask(stores)
    slack.take()
    for _ in range(5):
        ask(stores)
    stores.questions.claim(kept.id, VERA, NOON, say=lambda _: now("claimed"))
    slack.begun.clear()
    slack.take()
    assert slack.begun == ["claimed", *["open"] * 5, "claimed, in the thread"]


def test_whoever_talks_already_reads_that_a_card_that_nobody_saw_was_taken_back(stores, slack):
    kept = ask(stores)
    slack.take(State.FAILED, most=1, reason="msg_too_long")
    talk = said(Where.TALK, "talk here", people=(ADA, VERA))
    stores.questions.claim(kept.id, VERA, NOON, say=lambda _: (talk,))
    slack.take()
    stores.questions.withdraw(kept.id, NOON, lambda _: (said(Where.TALKING, "taken back"),))
    slack.take()
    assert list(slack.shown.values()) == ["talk here", "taken back"]


def test_of_what_may_stand_there_no_word_is_sent_again_once_its_asker_is_forgotten(stores, slack):
    kept = ask(stores)
    slack.take(State.UNCONFIRMED)
    stores.outbox.send_again(kept.card, ORLA, NOON)
    stores.people.forget(ADA, NOON, lambda _: now("deleted"))
    slack.take()
    assert list(slack.shown.values()) == ["deleted", "deleted, in the thread"]
