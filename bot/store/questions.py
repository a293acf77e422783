"""What people asked, who answers it, and what is said about it: each change with its messages, or neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa

from bot.store.database import BATCH, Database, storable
from bot.store.outbox import Outbox, Posted, State
from bot.store.posts import TAKEN_BACK, Post, Posts, Say, nothing
from bot.store.tables import asked, messages, questions, volunteers
from bot.store.volunteers import FILE
from rules.help import TOPIC, Question, QuestionState
from rules.routing import WAIT

HOUR = timedelta(hours=1)
KEPT = timedelta(days=90)  # after an edition
LIKELY = 55.0  # of 100: how alike an earlier question must be
COMPARED = 300  # earlier questions, the newest
LONGEST = 1000  # characters of a question that are compared
SOMEONE = "someone"  # who was forgotten
NO_WORDS = f'{{"text": "{TAKEN_BACK}", "blocks": []}}'


@dataclass(frozen=True, slots=True)
class Claimed:
    """The question is theirs now."""

    question: Question


@dataclass(frozen=True, slots=True)
class Owned:
    """Somebody has it already; they themselves, perhaps."""

    by: str
    question: Question


@dataclass(frozen=True, slots=True)
class Full:
    """They own as many as they can take."""

    load: int


@dataclass(frozen=True, slots=True)
class Gone:
    """There is nothing to claim: solved, taken back, deleted, or nobody posted it. None: it is not known."""

    question: Question | None


Claim = Claimed | Owned | Full | Gone


@dataclass(frozen=True, slots=True)
class Limits:
    """How many questions of one person may wait for people, and be asked within an hour."""

    waiting: int
    an_hour: int | None = None


@dataclass(frozen=True, slots=True)
class TooMany:
    """They asked as much as they may, and so many of theirs wait for people."""

    waiting: int


@dataclass(frozen=True, slots=True)
class Solved:
    """An earlier question, what helped, and where it was talked about."""

    question: Question
    answer: str  # "" where nobody wrote it down
    card: Posted | None


COLUMNS: tuple[sa.Column[Any], ...] = (
    questions.c.id,
    questions.c.asker,
    questions.c.zone,
    questions.c.topic,
    questions.c.text,
    questions.c.asked_at,
    questions.c.step_at,
    questions.c.project,
    questions.c.badge,
    questions.c.state,
    questions.c.owner,
    questions.c.claimed_at,
    questions.c.answered_at,
    questions.c.resolved_at,
    questions.c.resolved_by,
    questions.c.thanked_at,
    questions.c.step,
    questions.c.card,
    questions.c.shown,
    questions.c.made_of,
)
IS_AIDED = questions.c.state == QuestionState.AIDED.value
IS_OPEN = questions.c.state == QuestionState.OPEN.value
IS_CLAIMED = questions.c.state == QuestionState.CLAIMED.value
IS_RESOLVED = questions.c.state == QuestionState.RESOLVED.value
IS_POSTED = IS_OPEN | IS_CLAIMED
IS_UNSOLVED = IS_AIDED | IS_POSTED


class Meeting(Enum):
    """Where its asker and its owner talk."""

    THREAD = "thread"  # of its card
    CONVERSATION = "conversation"  # of three
    UNKNOWN = "unknown"  # there, or where none can be opened in the thread


class Questions:
    """The questions of one edition.

    What changes one gives it back as it is then, or None where somebody was faster: of two who press at once,
    in whichever process, one does something. `say` is asked for what is said about it, and that is owed in
    the same transaction.
    """

    def __init__(self, database: Database, edition: str, outbox: Outbox) -> None:
        self._database = database
        self._edition = edition
        self._outbox = outbox
        self._posts = Posts(outbox)

    # --- Asking ---------------------------------------------------------------------------------------------

    def ask(
        self,
        asker: str,
        zone: str,
        topic: str,
        text: str,
        at: datetime,
        *,
        project: str | None = None,
        badge: str | None = None,
        criterion: str | None = None,
        shown: Sequence[str] = (),
        made_of: str | None = None,
        is_aided: bool = False,
        say: Say = nothing,
        limits: Limits | None = None,
    ) -> Question | TooMany:
        """Keep a question. `is_aided`: first aid was shown, and nothing is posted before they say so."""
        row = {
            "edition": self._edition,
            "asker": asker,
            "zone": zone,
            "project": project,
            "badge": badge,
            "criterion": criterion,
            "topic": topic,
            "text": storable(text),
            "shown": tuple(shown),
            "made_of": made_of,
            "state": (QuestionState.AIDED if is_aided else QuestionState.OPEN).value,
            "asked_at": at,
            "step_at": at,
        }
        with self._database.write() as write:
            if too_many := self._too_many(write, asker, at, limits):
                return too_many
            number = write.execute(questions.insert().values(row).returning(questions.c.id)).scalar_one()
            return self._told(write, number, say, at)

    def still_stuck(
        self, number: int, at: datetime, say: Say = nothing, limits: Limits | None = None
    ) -> Question | TooMany | None:
        """First aid did not help: it is for people now."""
        values = {"state": QuestionState.OPEN.value, "step_at": at}
        with self._database.write() as write:
            kept = self._find(write, number)
            if kept is None or kept.state is not QuestionState.AIDED:
                return None
            if too_many := self._too_many(write, kept.asker, at, limits):
                return too_many
            if not self._update(write, number, IS_AIDED, values):
                return None
            return self._told(write, number, say, at)

    def _too_many(
        self, write: sa.Connection, asker: str, at: datetime, limits: Limits | None
    ) -> TooMany | None:
        if limits is None:
            return None
        self._lock(write, asker)
        theirs = (questions.c.edition == self._edition) & (questions.c.asker == asker)
        waiting = _count(write, theirs & IS_POSTED)
        lately = _count(write, theirs & (questions.c.asked_at >= at - HOUR))
        is_within = limits.an_hour is None or lately < limits.an_hour
        return None if is_within and waiting < limits.waiting else TooMany(waiting)

    def solved_by_aid(self, number: int, at: datetime, say: Say = nothing) -> Question | None:
        return self._change(number, IS_AIDED, _resolved(at) | {"solved_by_aid": True}, at, say)

    def withdraw(self, number: int, at: datetime, say: Say = nothing) -> Question | None:
        """Its asker needs no answer any more."""
        values = {"state": QuestionState.WITHDRAWN.value, "resolved_at": at}
        return self._change(number, IS_UNSOLVED, values, at, say)

    # --- Answering ------------------------------------------------------------------------------------------

    def claim(
        self, number: int, person: str, at: datetime, capacity: int | None = None, say: Say = nothing
    ) -> Claim:
        """Take it. `capacity`: how many one may own at a time; None: as many as they like."""
        values = {
            "state": QuestionState.CLAIMED.value,
            "owner": person,
            "claimed_at": at,
            "thanked_at": None,  # whoever had it before it was reopened was thanked for that
        }
        with self._database.write() as write:
            self._lock(write, person)
            load = self._load(write, person)
            if capacity is None or load < capacity:
                taken = self._update(write, number, IS_OPEN & (questions.c.asker != person), values)
                if taken:
                    return Claimed(self._told(write, number, say, at))
            question = self._find(write, number)
        if question and question.state is QuestionState.CLAIMED and question.owner:
            return Owned(question.owner, question)
        if question and question.state is QuestionState.OPEN and question.asker != person:
            return Full(load)
        return Gone(question)

    def release(self, number: int, owner: str, at: datetime, say: Say = nothing) -> Question | None:
        """Its owner cannot go on: somebody else is asked, and they are not asked again."""
        return self._change(number, _is_owned(owner), _released(at), at, say, asks=owner)

    def hand_over(
        self,
        number: int,
        owner: str,
        to: str,
        at: datetime,
        say: Say = nothing,
        *,
        capacity: int | None = None,
    ) -> Question | Full | None:
        """`capacity` is that of whom it is for. None: its owner is another one by now, or it is solved.

        To its asker nothing can be handed over.
        """
        may = _is_owned(owner) & (questions.c.asker != to)
        values = {"owner": to, "claimed_at": at, "talk": None, "thanked_at": None}
        with self._database.write() as write:
            self._lock(write, to)
            load = self._load(write, to)
            if capacity is not None and load >= capacity:
                return Full(load)
            if not self._update(write, number, may, values):
                return None
            self._ask(write, number, to, at)
            return self._told(write, number, say, at)

    def answered(self, number: int, at: datetime) -> bool:
        """A volunteer wrote for the first time. False: it was not the first."""
        may = questions.c.answered_at.is_(None) & IS_POSTED
        with self._database.write() as write:
            return self._update(write, number, may, {"answered_at": at})

    def resolve(
        self, number: int, by: str, at: datetime, say: Say = nothing, *, answer: str | None = None
    ) -> Question | None:
        """`answer`: what helped, to be shown to whoever asks something like it."""
        values = _resolved(at) | {"resolved_by": by}
        if answer is not None:
            values["answer"] = storable(answer)
        return self._change(number, IS_POSTED, values, at, say)

    def explain(self, number: int, answer: str) -> bool:
        """Write down later what helped."""
        with self._database.write() as write:
            return self._update(write, number, IS_RESOLVED, {"answer": storable(answer)})

    def reopen(
        self,
        number: int,
        by: str,
        at: datetime,
        say: Say = nothing,
        *,
        to_owner: bool = True,
        capacity: int | None = None,
    ) -> Question | None:
        """It is not solved after all; what was taken back, only its asker reopens.

        `to_owner`: whoever owned it does again, unless that is more than their `capacity`; else it goes its
        way anew.
        """
        is_withdrawn = questions.c.state == QuestionState.WITHDRAWN.value
        was_posted = questions.c.card.is_not(None) & (questions.c.asker != SOMEONE)
        was_posted &= IS_RESOLVED | (is_withdrawn & (questions.c.asker == by))
        with self._database.write() as write:
            before = self._find(write, number)
            was_theirs = questions.c.owner.is_not_distinct_from(before.owner if before else None)
            owner = before.owner if before and to_owner else None
            if owner:
                self._lock(write, owner)
                if capacity is not None and self._load(write, owner) >= capacity:
                    owner = None
            values = {
                "state": (QuestionState.CLAIMED if owner else QuestionState.OPEN).value,
                "owner": owner,
                "claimed_at": at if owner else None,
                "step": TOPIC,
                "step_at": at,
                "resolved_at": None,
                "resolved_by": None,
                "answer": None,
            }
            if not self._update(write, number, was_posted & was_theirs, values):
                return None
            write.execute(asked.delete().where(asked.c.question == number))
            return self._told(write, number, say, at)

    def thank(self, number: int, asker: str, at: datetime) -> str | None:
        """Its asker thanks whoever owns it, once; gives back whom. None: it is not theirs, or was done."""
        may = (questions.c.asker == asker) & IS_RESOLVED & questions.c.thanked_at.is_(None)
        with self._database.write() as write:
            if not self._update(write, number, may & questions.c.owner.is_not(None), {"thanked_at": at}):
                return None
            question = self._known(write, number)
            theirs = _is_volunteer(self._edition, question.owner)
            write.execute(volunteers.update().where(theirs).values(thanks=volunteers.c.thanks + 1))
            return question.owner

    # --- Routing --------------------------------------------------------------------------------------------

    def carry_on(
        self, question: Question, step: int, at: datetime, volunteer: str | None = None, say: Say = nothing
    ) -> Question | None:
        """Take a step: a volunteer is asked, or the organizers are told. None: it moved on meanwhile."""
        seen = (questions.c.step == question.step) & (questions.c.step_at == question.step_at)
        values = {"step": step, **({"step_at": at} if volunteer else {})}
        return self._change(question.id, IS_OPEN & seen, values, at, say, asks=volunteer)

    # --- Looking --------------------------------------------------------------------------------------------

    def find(self, number: int) -> Question | None:
        with self._database.read() as read:
            return self._find(read, number)

    def open(self) -> tuple[Question, ...]:
        """Those that were posted and are not solved, the longest waiting first."""
        return self._select(IS_POSTED)

    def of_asker(
        self, person: str, limit: int = 20, *, since: datetime | None = None
    ) -> tuple[Question, ...]:
        """Theirs that are not solved: those that wait for people first, then the newest.

        Those first aid was shown for too and, with `since`, those that people solved since then.
        """
        these = IS_UNSOLVED
        if since is not None:
            these |= IS_RESOLVED & ~questions.c.solved_by_aid & (questions.c.resolved_at >= since)
        waits_first = (sa.case((IS_POSTED, 0), else_=1),)
        return self._select((questions.c.asker == person) & these, limit=limit, first=waits_first)

    def with_card(self, asker: str) -> tuple[Question, ...]:
        """Theirs that were posted, whatever became of them."""
        return self._select((questions.c.asker == asker) & questions.c.card.is_not(None))

    def of_owner(self, person: str) -> tuple[Question, ...]:
        return self._select((questions.c.owner == person) & IS_CLAIMED)

    def of_thread(self, channel: str, ts: str) -> Question | None:
        """The question that is talked about in this thread; its card or its conversation began it."""
        roots = (
            sa.select(messages.c.question)
            .join_from(messages, questions, questions.c.id == messages.c.question)
            .where(
                messages.c.question.is_not(None),
                (messages.c.id == questions.c.card) | messages.c.thread_of.is_not(None),
                messages.c.channel == storable(channel),
                messages.c.ts == storable(ts),
            )
        )
        found = self._select(questions.c.id.in_(roots))
        return found[0] if found else None

    def card(self, number: int) -> Posted | None:
        """Where its card stands. None: it is not sent."""
        return self._place(number, questions.c.card)

    def talk(self, number: int) -> Posted | None:
        """Where its asker and its owner talk: the first message of that, or the card itself."""
        return self._place(number, questions.c.talk) or self.card(number)

    def meeting(self, number: int) -> Meeting:
        this = (
            sa.select(messages.c.channel, messages.c.reader, messages.c.people)
            .join_from(questions, messages, messages.c.id == questions.c.talk)
            .where(questions.c.edition == self._edition, questions.c.id == number)
        )
        with self._database.read() as read:
            row = read.execute(this).first()
        if row is None or row.channel == row.reader or not (row.channel or row.people):
            return Meeting.THREAD
        return Meeting.CONVERSATION if row.channel else Meeting.UNKNOWN

    def unread(self, *states: State) -> frozenset[int]:
        """Those of which nobody can say that the card stands there; the card in one of these states."""
        lost = sa.select(questions.c.id).outerjoin_from(
            questions, messages, messages.c.id == questions.c.card
        )
        these = messages.c.state.in_([state.value for state in states]) if states else sa.true()
        mine = (questions.c.edition == self._edition) & IS_POSTED & messages.c.ts.is_(None)
        with self._database.read() as read:
            return frozenset(read.execute(lost.where(mine, these)).scalars())

    def talk_seen(self, number: int, owner: str, channel: str, ts: str, at: datetime) -> bool:
        """Somebody pressed a button on what began its talk with this owner."""
        began = sa.select(messages.c.id, messages.c.people).where(
            messages.c.edition == self._edition, messages.c.question == number, messages.c.people.is_not(None)
        )
        with self._database.read() as read:
            found = [row.id for row in read.execute(began.order_by(messages.c.id)) if owner in row.people]
        return bool(found and self._outbox.seen(found[-1], channel, ts, at, apart=True))

    def card_seen(self, number: int, channel: str, ts: str, at: datetime) -> bool:
        """Somebody pressed a button on its card, which nobody could say was posted."""
        question = self.find(number)
        return bool(question and question.card and self._outbox.seen(question.card, channel, ts, at))

    def point_away(self, number: int, ts: str, at: datetime, post: Post) -> bool:
        """Say this in a card's place, if the card that we know stands elsewhere in that channel."""
        card = self.card(number)
        if card is None or card.channel != post.to or card.ts == ts:
            return False
        with self._database.write() as write:
            self._posts.point_away(write, number, post, ts, at)
        return True

    def like(self, text: str, topic: str | None = None, limit: int = 3) -> tuple[Solved, ...]:
        """Earlier questions that were solved and read like this one, likeliest first."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only those who ask pay for it
        from rapidfuzz.utils import default_process  # noqa: PLC0415

        these = IS_RESOLVED & ~questions.c.solved_by_aid & (questions.c.text != "")
        if topic is not None:
            these &= questions.c.topic == topic
        solved: sa.Select[Any] = (
            sa.select(*COLUMNS, questions.c.answer, messages.c.channel.label("there"), messages.c.ts)
            .outerjoin_from(questions, messages, messages.c.id == questions.c.card)
            .where(questions.c.edition == self._edition, these)
            .order_by(questions.c.resolved_at.desc())
            .limit(COMPARED)
        )
        with self._database.read() as read:
            rows = read.execute(solved).all()
        texts = [row.text[:LONGEST] for row in rows]
        found = process.extract(
            text[:LONGEST], texts, scorer=fuzz.token_set_ratio, processor=default_process, limit=limit,
            score_cutoff=LIKELY,
        )  # fmt: skip
        return tuple(_solved(rows[place]) for _, _, place in found)

    # --- Forgetting -----------------------------------------------------------------------------------------

    def forget(self, write: sa.Connection, person: str, at: datetime, say: Say) -> None:
        """Take back what somebody asked, without its words, and let go of what they own.

        In a transaction that forgets them everywhere. What was said about their questions is said no more;
        `say` is asked what is said of each that has a card.
        """
        self._forget_words(write, person)
        self._posts.take_back(write, person, self._edition, at)
        over = questions.c.state.in_([QuestionState.RESOLVED.value, QuestionState.WITHDRAWN.value])
        with_card = (questions.c.asker == person) & questions.c.card.is_not(None) & over
        ended = sa.select(questions.c.id).where(questions.c.edition == self._edition, with_card)
        for number in write.execute(ended).scalars().all():
            self._told(write, number, say, at)
        withdrawn = {"state": QuestionState.WITHDRAWN.value, "resolved_at": at}
        theirs = (questions.c.asker == person) & IS_UNSOLVED
        let_go: Sequence[int] = ()
        for these, values in ((theirs, withdrawn), (_is_owned(person), _released(at))):
            mine = questions.update().where(questions.c.edition == self._edition, these).values(values)
            let_go = write.execute(mine.returning(questions.c.id)).scalars().all()
            for number in let_go:
                self._told(write, number, say, at)
        nobody = {questions.c.asker: SOMEONE, questions.c.owner: None, questions.c.resolved_by: None}
        for column, instead in nobody.items():
            write.execute(questions.update().where(column == person).values({column.name: instead}))
        write.execute(asked.delete().where(asked.c.person == person))
        # whom the file names stays a volunteer, and would be asked at once for what they just let go
        stays = sa.exists().where(_is_volunteer(self._edition, person), volunteers.c.origin == FILE)
        if let_go and write.scalar(sa.select(stays)):
            write.execute(asked.insert(), [{"question": each, "person": person, "at": at} for each in let_go])

    def _forget_words(self, write: sa.Connection, person: str) -> None:
        """In every edition. What is not sent yet never is; of what was, only the place is kept."""
        theirs = questions.c.asker == person
        about_them = messages.c.question.in_(sa.select(questions.c.id).where(theirs))
        self._outbox.unsay(write, about_them)
        write.execute(messages.update().where(about_them).values(body=NO_WORDS))
        for column in (questions.c.card, questions.c.talk):
            is_there = sa.exists().where(messages.c.id == column)
            write.execute(questions.update().where(theirs, ~is_there).values({column.name: None}))
        empty = {"text": "", "answer": None, "zone": "UTC", "made_of": None}
        write.execute(questions.update().where(theirs).values(empty))
        written = (questions.c.resolved_by == person) & questions.c.answer.is_not(None)
        write.execute(questions.update().where(written).values(answer=None))

    def purge(self, ends: datetime, at: datetime) -> int:
        """Delete what is kept no longer, with all that was said about it; gives back how much that was.

        That is whatever was asked so long ago; of this edition nothing before a while after it `ends`.
        """
        is_old = questions.c.asked_at < at - KEPT
        these = is_old if at >= ends + KEPT else is_old & (questions.c.edition != self._edition)
        with self._database.read() as read:
            ids = read.execute(sa.select(questions.c.id).where(these)).scalars().all()
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            with self._database.write() as write:
                write.execute(questions.delete().where(questions.c.id.in_(some)))
                write.execute(messages.delete().where(messages.c.question.in_(some)))
        return len(ids)

    # --- How ------------------------------------------------------------------------------------------------

    def _change(
        self,
        number: int,
        may: sa.ColumnElement[bool],
        values: Mapping[str, object],
        at: datetime,
        say: Say,
        *,
        asks: str | None = None,
    ) -> Question | None:
        """`asks`: a volunteer who is asked by that, and then not again."""
        with self._database.write() as write:
            if not self._update(write, number, may, values):
                return None
            if asks:
                self._ask(write, number, asks, at)
            return self._told(write, number, say, at)

    def _update(
        self, write: sa.Connection, number: int, may: sa.ColumnElement[bool], values: Mapping[str, object]
    ) -> bool:
        this = (questions.c.edition == self._edition) & (questions.c.id == number)
        return bool(write.execute(questions.update().where(this, may).values(values)).rowcount)

    def _ask(self, write: sa.Connection, number: int, person: str, at: datetime) -> None:
        row = {"question": number, "person": person, "at": at}
        write.execute(self._database.upsert(asked), row)
        theirs = _is_volunteer(self._edition, person)
        write.execute(volunteers.update().where(theirs).values(asked_at=at))

    def _lock(self, write: sa.Connection, person: str) -> None:
        """One claim or question of a person's at a time, so that two of them cannot exceed what they may."""
        self._database.take_turns(write, f"{self._edition} {person}")

    def _load(self, write: sa.Connection, person: str) -> int:
        return _count(write, (questions.c.edition == self._edition) & _is_owned(person))

    def _told(self, write: sa.Connection, number: int, say: Say, at: datetime) -> Question:
        """Owe what is said about it, and give it back as it is then."""
        question = self._known(write, number)
        talk = write.execute(sa.select(questions.c.talk).where(questions.c.id == number)).scalar_one()
        card, talk = self._posts.owe(write, question, say(question), talk, at)
        write.execute(questions.update().where(questions.c.id == number).values(card=card, talk=talk))
        return self._known(write, number)

    def _known(self, read: sa.Connection, number: int) -> Question:
        question = self._find(read, number)
        if question is None:
            raise LookupError(f"there is no question {number}")
        return question

    def _find(self, read: sa.Connection, number: int) -> Question | None:
        found = self._listed(read, sa.select(*COLUMNS).where(questions.c.id == number))
        return found[0] if found else None

    def _select(
        self,
        these: sa.ColumnElement[bool],
        limit: int | None = None,
        first: Sequence[sa.ColumnElement[int]] = (),
    ) -> tuple[Question, ...]:
        """The longest waiting first; with a limit the newest, and those first, of each that comes `first`."""
        order = (questions.c.asked_at, questions.c.id)
        every = sa.select(*COLUMNS).where(these)
        if limit is None:
            every = every.order_by(*order)
        else:
            every = every.order_by(*first, *(column.desc() for column in order)).limit(limit)
        with self._database.read() as read:
            return self._listed(read, every)

    def _listed(self, read: sa.Connection, these: sa.Select[Any]) -> tuple[Question, ...]:
        rows = read.execute(these.where(questions.c.edition == self._edition)).all()
        ids = [row.id for row in rows]
        people: defaultdict[int, list[str]] = defaultdict(list)
        for start in range(0, len(ids), BATCH):
            of_them = asked.c.question.in_(ids[start : start + BATCH])
            for row in read.execute(sa.select(asked).where(of_them).order_by(asked.c.at, asked.c.person)):
                people[row.question].append(row.person)
        return tuple(_question(row, people[row.id]) for row in rows)

    def _place(self, number: int, of: sa.Column[Any]) -> Posted | None:
        this = (
            sa.select(messages.c.channel, messages.c.ts)
            .join_from(questions, messages, messages.c.id == of)
            .where(questions.c.edition == self._edition, questions.c.id == number)
        )
        with self._database.read() as read:
            row = read.execute(this).first()
        return Posted(row.channel, row.ts) if row and row.channel and row.ts else None


def _count(read: sa.Connection, these: sa.ColumnElement[bool]) -> int:
    return read.execute(sa.select(sa.func.count()).where(these)).scalar_one()


def _question(row: sa.Row[Any], people: Sequence[str]) -> Question:
    values = {column.name: getattr(row, column.name) for column in COLUMNS}
    return Question(**values | {"state": QuestionState(row.state), "asked": tuple(people)})


def _released(at: datetime) -> dict[str, object]:
    """It goes on as if it had waited: whoever let it go was asked, and the next one is at once."""
    return {
        "state": QuestionState.OPEN.value,
        "owner": None,
        "claimed_at": None,
        "step": TOPIC,
        "step_at": at - WAIT,
    }


def _solved(row: sa.Row[Any]) -> Solved:
    card = Posted(row.there, row.ts) if row.there and row.ts else None
    return Solved(_question(row, ()), row.answer or "", card)


def _resolved(at: datetime) -> dict[str, object]:
    return {"state": QuestionState.RESOLVED.value, "resolved_at": at}


def _is_owned(owner: str) -> sa.ColumnElement[bool]:
    return sa.and_(IS_CLAIMED, questions.c.owner == owner)


def _is_volunteer(edition: str, person: str | None) -> sa.ColumnElement[bool]:
    return (volunteers.c.edition == edition) & (volunteers.c.person == person)
