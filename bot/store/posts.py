"""What is said about a question, and the messages that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from bot.store.database import storable
from bot.store.outbox import CALL, QUESTION, SHELF_LIFE, TAKEN, Draft, Outbox
from bot.store.tables import messages, notices, questions
from rules.help import Question, QuestionState


class Where(Enum):
    """Where something about a question is said."""

    CARD = "card"  # the question's card, in the channel `to`
    CARD_NOW = "card now"  # the card as it looks from now on
    CALLS_NOW = "calls now"  # in the place of each `call` of which that was not said yet
    THREAD = "thread"  # in the card's thread
    TALK = "talk"  # a new conversation of `people`; where there can be none, in the card's thread
    TALKING = (
        "talking"  # where asker and owner talk: in the newest such conversation, else in the card's thread
    )
    TO = "to"  # to the channel or the person `to`, beside all of that


@dataclass(frozen=True, slots=True)
class Post:
    """Something that is said about a question; left out where it would belong to a card and there is none."""

    where: Where
    text: str
    blocks: tuple[Mapping[str, Any], ...]
    to: str = ""
    people: tuple[str, ...] = ()
    kind: str = QUESTION  # or CALL, or TAKEN


TAKEN_BACK = "This was taken back."
Say = Callable[[Question], Iterable[Post]]
"""What is said about a question that just changed; asked within the transaction, so it must not wait."""


def nothing(_: Question) -> Iterable[Post]:
    return ()


answer = messages.alias("answer")
IS_CALL, IS_TAKEN = (
    sa.exists().where(notices.c.message == messages.c.id, notices.c.kind == kind) for kind in (CALL, TAKEN)
)
IS_ANSWERED = sa.exists().where(answer.c.update_of == messages.c.id)


class Posts:
    """Each is owed in the transaction in which the question changes.

    So is what is not true any more, and nobody has seen yet, taken back or rewritten there.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def owe(
        self, write: sa.Connection, question: Question, posts: Iterable[Post], talk: int | None, at: datetime
    ) -> tuple[int | None, int | None]:
        """`talk`: what began the talk of asker and owner. Gives back the card and the talk of now."""
        card = question.card
        if question.state is QuestionState.WITHDRAWN and self._outbox.unsay(write, messages.c.id == card):
            self._outbox.unsay(write, messages.c.question == question.id)
            card = None
        posts = tuple(posts)
        if question.state is QuestionState.OPEN or any(post.kind == TAKEN for post in posts):
            talk = self._forget_taken(write, question.id, talk)
        for post in posts:
            if post.where is Where.CALLS_NOW:
                self._answer_calls(write, question.id, post, at)
                continue
            begins = (talk or card) if post.where is Where.TALKING else card
            if post.where not in (Where.CARD, Where.TO) and begins is None:
                continue
            draft = _draft(post, post.to or _reader(write, begins), card, talk, at)
            if draft.update_of and self._outbox.rewrite(write, draft.update_of, draft):
                continue
            message = self._outbox.write(write, draft, question.id, at, post.kind)
            if post.where is Where.CARD:
                card, talk = message, None
            elif post.where is Where.TALK:
                talk = message
        # while it is open there is no talk: whoever has it next talks elsewhere
        return card, None if question.state is QuestionState.OPEN else talk

    def take_back(self, write: sa.Connection, asker: str, edition: str, at: datetime) -> None:
        """Where somebody's words stand, they do no more: in conversations, and on cards of other editions.

        Those of this edition are drawn anew.
        """
        is_old = (messages.c.id == questions.c.card) & (questions.c.edition != edition)
        in_talk = messages.c.people.is_not(None) | (messages.c.channel != messages.c.reader)
        quoting = (
            sa.select(messages.c.id, messages.c.reader, messages.c.question)
            .join_from(messages, questions, questions.c.id == messages.c.question)
            .where(questions.c.asker == asker, messages.c.update_of.is_(None), is_old | in_talk)
            .order_by(messages.c.id)
        )
        for message, reader, question in write.execute(quoting).all():
            said = Post(Where.CARD_NOW, TAKEN_BACK, ())
            self._outbox.write(write, _draft(said, reader, message, None, at), question, at)

    def point_away(self, write: sa.Connection, number: int, post: Post, ts: str, at: datetime) -> None:
        """Say this in the place of a card that stands twice, where that is not the one we know."""
        self._outbox.point_away(write, _draft(post, post.to, None, None, at), number, ts, at)

    def _forget_taken(self, write: sa.Connection, number: int, talk: int | None) -> int | None:
        """Whoever had it before is not said to have it, nor what belongs to that; gives back their talk."""
        gone = self._outbox.unsay(write, messages.c.question == number, IS_TAKEN)
        self._outbox.unsay(write, messages.c.question == number, messages.c.thread_of.in_(gone))
        return None if talk in gone else talk

    def _answer_calls(self, write: sa.Connection, number: int, post: Post, at: datetime) -> None:
        """Those that were not sent yet never are."""
        unanswered = (messages.c.question == number) & IS_CALL & ~IS_ANSWERED
        self._outbox.unsay(write, unanswered)
        calls = sa.select(messages.c.id, messages.c.reader).where(unanswered).order_by(messages.c.id)
        for call, reader in write.execute(calls).all():
            draft = replace(_draft(post, reader, None, None, at), update_of=call)
            self._outbox.write(write, draft, number, at)


def _reader(read: sa.Connection, message: int | None) -> str:
    """Whose pace holds for what belongs to this."""
    reader: str = read.execute(sa.select(messages.c.reader).where(messages.c.id == message)).scalar_one()
    return reader


def _draft(post: Post, reader: str, card: int | None, talk: int | None, at: datetime) -> Draft:
    belongs: dict[Where, dict[str, Any]] = {
        Where.CARD: {},
        Where.CARD_NOW: {"update_of": card},
        Where.CALLS_NOW: {},
        Where.THREAD: {"thread_of": card},
        Where.TALK: {"thread_of": card, "people": post.people},
        Where.TALKING: {"thread_of": talk or card},
        Where.TO: {},
    }
    return Draft(
        project=None,
        reader=reader,
        notices=(),
        text=storable(post.text),
        blocks=post.blocks,
        pointless_at=at + SHELF_LIFE,
        **belongs[post.where],
    )
