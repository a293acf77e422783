"""What is to be said and what was: messages, and the notices in them, each with its key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from bot.store.database import Database, Lookup
from bot.store.tables import messages, notices, places
from rules.slam import Lately, Told

T = TypeVar("T")

BATCH = 100  # drafts a transaction
PLANNER = 0x51A4B08  # whom planners wait for on PostgreSQL; any number that nobody else locks
PLANNED = "planned"  # the place that says when a planner last made sure that what is pending is still wanted


class State(Enum):
    PENDING = "pending"  # not posted, which is certain
    SENDING = "sending"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"  # nobody knows whether it was posted
    FAILED = "failed"  # Slack refused it for good


QUESTION = "question"  # the kind of what is said about a question
CALL = "call"  # the kind of that which calls for somebody to claim it
TAKEN = "taken"  # the kind of that which tells who did
DIRECT = "direct"  # the kind of what somebody is told because somebody else did something
NO_QUESTION = 0  # what that is about
SHELF_LIFE = timedelta(days=14)  # after that, what could not be sent is pointless
IN_VAIN = "what it belongs to was not sent"
AGAIN = "again, says"  # of what may have arrived all the same
FIRST = datetime(1970, 1, 2, tzinfo=UTC)  # when people wait for it, it goes ahead of what the clock says
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # what changes goes ahead of that: nobody acts on what is over

MAYBE_SAID = (State.SENDING.value, State.SENT.value, State.UNCONFIRMED.value)
OWED_OR_SAID = (State.PENDING.value, *MAYBE_SAID)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands, as Slack calls it."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What is kept of a notice. `milestone` and `date`: which date it tells, as it was announced."""

    key: str
    kind: str
    milestone: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is to be sent right away, and is not sent any more from `pointless_at` on."""

    project: str | None
    reader: str
    notices: tuple[NoticeRow, ...]
    text: str
    blocks: tuple[Mapping[str, Any], ...]
    pointless_at: datetime
    thread_of: int | None = None  # a message: this one is posted in its thread, once it is sent
    update_of: int | None = None  # a message: this one takes its place, once it is sent
    people: tuple[str, ...] = ()  # in a conversation with these; where there can be none, as without them


@dataclass(frozen=True, slots=True)
class Direct:
    """What somebody is told at once, because somebody else did something that concerns them."""

    to: str  # a person, or a channel
    text: str
    blocks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A message that was not posted yet; which is certain."""

    message: int
    dates: Mapping[str, str | None]  # by key: the date that it tells
    project: str | None
    reader: str
    owed_at: datetime

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self.dates)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as organizers see it. `reason` says why it failed, or what is known about one in doubt."""

    id: int
    project: str | None
    reader: str
    state: State
    keys: tuple[str, ...]
    kinds: tuple[str, ...]  # in the order of `keys`
    text: str  # the plain twin, escaped as Slack wants it
    owed_at: datetime
    attempt: int = 0  # how often it was tried
    sending_at: datetime | None = None  # when it was tried last
    settled_at: datetime | None = None
    reason: str | None = None
    channel: str | None = None  # where Slack put it
    ts: str | None = None  # as what
    people: tuple[str, ...] = ()  # in a conversation with these


@dataclass(frozen=True, slots=True)
class Reached:
    """The newest message that somebody was sent."""

    project: str | None
    reader: str
    kinds: tuple[str, ...]
    at: datetime


def _texts(asked: str, dialect: str) -> sa.Select[Any]:
    """The texts of a JSON list, as rows: SQLite takes no more than so many parameters."""
    each = sa.func.json_each if dialect == "sqlite" else sa.func.json_array_elements_text
    listed = sa.bindparam(asked, type_=sa.Text)
    rows = each(listed if dialect == "sqlite" else sa.cast(listed, sa.JSON)).table_valued("value")
    return sa.select(sa.cast(rows.c.value, sa.Text))


MINE = messages.c.edition == sa.bindparam("edition")
BELONGS_TO = sa.func.coalesce(messages.c.thread_of, messages.c.update_of)
IS_UNSAID = (messages.c.state == State.FAILED.value) | (
    (messages.c.state == State.PENDING.value)
    & ~sa.func.coalesce(messages.c.reason, "").startswith(AGAIN, autoescape=True)
)
"""Nobody can have seen it."""
SAID_BY_THE_CLOCK = messages.c.question.is_(None)
IN_A_STATE = MINE & (messages.c.state == sa.bindparam("state")) & SAID_BY_THE_CLOCK
MESSAGES = sa.select(messages.c.id, messages.c.project, messages.c.reader, messages.c.owed_at).where(
    IN_A_STATE
)
KEYS = (
    sa.select(notices.c.message, notices.c.key, notices.c.date)
    .join_from(messages, notices, notices.c.message == messages.c.id)
    .where(IN_A_STATE)
)
ENTRY = sa.select(
    messages.c.id,
    messages.c.project,
    messages.c.reader,
    messages.c.state,
    messages.c.body,
    messages.c.owed_at,
    messages.c.attempt,
    messages.c.sending_at,
    messages.c.settled_at,
    messages.c.reason,
    messages.c.channel,
    messages.c.ts,
    messages.c.people,
)
"""The columns of an `Entry`, in its order; what it says is made of its body and its notices."""


class Outbox:
    """The messages of one edition. What a row says was decided when it was owed; delivery only sends it."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition
        known = sa.select(notices.c.key).where(
            notices.c.key.in_(_texts("keys", database.engine.dialect.name))
        )
        self._known = Lookup(database, known, ("keys",))
        self._messages = Lookup(database, MESSAGES, ("edition", "state"))
        self._keys = Lookup(database, KEYS, ("edition", "state"))

    # --- For planning ---------------------------------------------------------------------------------------

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """Those of these keys that are owed or were told, whatever became of it."""
        asked = {"keys": msgspec.json.encode(list(keys)).decode()}
        return frozenset(key for (key,) in self._known.all(asked))

    def pending(self) -> tuple[Pending, ...]:
        """What the clock said, and was not posted yet; which is certain."""
        these = {"edition": self._edition, "state": State.PENDING.value}
        dates: dict[int, dict[str, str | None]] = {}
        for message, key, date in self._keys.all(these):
            dates.setdefault(message, {})[key] = date
        return tuple(
            Pending(message, dates.get(message, {}), *rest) for message, *rest in self._messages.all(these)
        )

    def lately(self, since: datetime) -> tuple[Lately, ...]:
        """Every message of the clock's that was owed since then, and is not known to have failed."""
        recent = sa.select(messages.c.project, messages.c.reader, messages.c.owed_at).where(
            messages.c.edition == self._edition,
            SAID_BY_THE_CLOCK,
            messages.c.owed_at >= since,
            messages.c.state.in_(OWED_OR_SAID),
        )
        with self._database.read() as read:
            return tuple(Lately(*row) for row in read.execute(recent))

    def dates(self, projects: Collection[str] | None = None) -> frozenset[tuple[str, str]]:
        """Each milestone with each date that somebody was told or is to be, about these projects or none."""
        every = sa.select(notices.c.milestone, notices.c.date).where(
            notices.c.edition == self._edition, notices.c.milestone.is_not(None)
        )
        their: sa.Executable = every.distinct()
        if projects is not None:
            about = notices.c.project
            their = every.where(about.is_(None)).union(every.where(about.in_(projects)))
        with self._database.read() as read:
            return frozenset((milestone, date) for milestone, date in read.execute(their))

    def told(self, current: Collection[tuple[str, str]] = ()) -> tuple[Told, ...]:
        """The date of each milestone that each reader was told last, as far as anyone knows.

        `current` are (milestone, date) pairs that nobody asks about: who was told one of them last is left
        out. `at` is when it was owed, and never changes.
        """
        order = sa.func.row_number().over(
            partition_by=(notices.c.project, notices.c.reader, notices.c.milestone),
            order_by=(messages.c.owed_at.desc(), messages.c.id.desc()),
        )
        these = notices.c.milestone.is_not(None) & messages.c.state.in_(MAYBE_SAID)
        every = (
            sa.select(notices, messages.c.owed_at, order.label("place"))
            .join_from(notices, messages, messages.c.id == notices.c.message)
            .where(notices.c.edition == self._edition, these)
            .subquery()
        )
        columns = (every.c.project, every.c.reader, every.c.milestone, every.c.date, every.c.owed_at)
        others = [(every.c.milestone != milestone) | (every.c.date != date) for milestone, date in current]
        with self._database.read() as read:
            rows = read.execute(sa.select(*columns).where(every.c.place == 1, *others))
            return tuple(Told(*row) for row in rows)

    def owe(self, drafts: Sequence[Draft], withdrawn: Collection[int], at: datetime) -> int:
        """Write down what is to be said, take back what is not any more; gives back how many came new.

        `withdrawn` are ids of `Pending`; what was claimed meanwhile stays. A draft of which any key is known
        by now is left out. Each BATCH of drafts is a transaction; whoever must not be kept hands in as many.
        To be called by every tick, with nothing to say too: nothing is sent unless somebody made sure lately
        that it is still due.
        """
        came = 0
        for start in range(0, max(1, len(drafts)), BATCH):
            with self._planning() as write:
                if start == 0:
                    self._withdraw(write, withdrawn)
                    write.execute(self._database.upsert(places), {"place": PLANNED, "free_at": at})
                came += self._insert(write, drafts[start : start + BATCH], at)
        return came

    def tell(self, write: sa.Connection, told: Iterable[Direct], at: datetime) -> None:
        """Owe these, in the transaction in which somebody does what they tell of."""
        for each in told:
            draft = Draft(None, each.to, (), each.text, each.blocks, at + SHELF_LIFE)
            self.write(write, draft, NO_QUESTION, at, DIRECT)

    def write(
        self, write: sa.Connection, draft: Draft, question: int, at: datetime, kind: str = QUESTION
    ) -> int:
        """Owe something about a question, in the transaction in which that changes; gives back its id.

        It has no notices: its key is made of its id. An update goes ahead of what is new, and is not sent
        any more once there is a newer one of the same message.
        """
        first = FIRST if draft.update_of is None else AT_ONCE
        row = self._message(draft, at) | {"question": question, "not_before": first}
        message = int(write.execute(messages.insert().values(row).returning(messages.c.id)).scalar_one())
        key = f"{self._edition}/{kind}/{question}/{message}/{draft.reader}"
        named = replace(draft, notices=(NoticeRow(key, kind),))
        write.execute(notices.insert(), self._rows(message, named))
        return message

    def point_away(self, write: sa.Connection, draft: Draft, question: int, ts: str, at: datetime) -> None:
        """Say this in the place of a message that was sent again and had arrived: no row tells of that."""
        here = (messages.c.question == question) & (messages.c.channel == draft.reader)
        if write.execute(sa.select(messages.c.id).where(here, messages.c.ts == ts)).first():
            return
        stray = self.write(write, draft, question, at)
        there = {"state": State.SENT.value, "channel": draft.reader, "ts": ts, "settled_at": at}
        write.execute(messages.update().where(messages.c.id == stray).values(there))
        self.write(write, replace(draft, update_of=stray), question, at)

    def rewrite(self, write: sa.Connection, message: int, draft: Draft) -> bool:
        """Say this instead, where that waits. False: somebody may have seen that already."""
        waits = messages.c.state.in_([State.PENDING.value, State.FAILED.value])
        this = messages.update().where(messages.c.id == message, waits).values(body=_body(draft))
        return bool(write.execute(this.returning(IS_UNSAID)).scalar())

    def unsay(self, write: sa.Connection, *these: sa.ColumnElement[bool]) -> frozenset[int]:
        """Of these nothing is said that nobody has seen yet; gives back which those were."""
        gone = messages.delete().where(*these, IS_UNSAID).returning(messages.c.id)
        return frozenset(write.execute(gone).scalars())

    # --- For organizers -------------------------------------------------------------------------------------

    def counts(self) -> Mapping[State, int]:
        """How many messages there are in each state; those with none too."""
        each = (
            sa.select(messages.c.state, sa.func.count())
            .where(messages.c.edition == self._edition)
            .group_by(messages.c.state)
        )
        with self._database.read() as read:
            return _in_each_state(read.execute(each))

    def page(self, state: State, before: int | None = None, limit: int = 10) -> tuple[Entry, ...]:
        """The newest messages in a state; `before` is the last id of the page before."""
        these = ENTRY.where(messages.c.edition == self._edition, messages.c.state == state.value)
        if before is not None:
            these = these.where(messages.c.id < before)
        return self._entries(these.order_by(messages.c.id.desc()).limit(limit))

    def find(self, message: int) -> Entry | None:
        found = self._entries(ENTRY.where(messages.c.edition == self._edition, messages.c.id == message))
        return found[0] if found else None

    def arrived(self, message: int, by: str, at: datetime) -> bool:
        """Somebody saw a message that was in doubt. False: it is in doubt no longer."""
        return self._decide(
            message,
            {State.UNCONFIRMED},
            state=State.SENT.value,
            reason=f"seen by {by}",
            settled_at=at,
        )

    def is_waited_for(self, message: int) -> bool:
        """Something belongs to it, and is not sent before it is known where that stands."""
        these = sa.select(messages.c.id).where(
            messages.c.edition == self._edition,
            messages.c.state == State.PENDING.value,
            BELONGS_TO.in_([message]),
            messages.c.people.is_(None),
        )
        with self._database.read() as read:
            return read.execute(these.limit(1)).first() is not None

    def send_again(self, message: int, by: str, at: datetime) -> bool:
        """Send what did not arrive, or failed, once more, while it is due. False: it is neither."""
        return self._decide(
            message,
            {State.UNCONFIRMED, State.FAILED},
            state=State.PENDING.value,
            reason=f"{AGAIN} {by}",
            settled_at=at,
        )

    def seen(self, message: int, channel: str, ts: str, at: datetime, *, apart: bool = False) -> bool:
        """Somebody pressed a button in a message that was in doubt: there it is. False: nobody doubted it.

        Only where it was to go: what comes with a press from elsewhere is not to be trusted. `apart`: that
        may be a conversation, of which nobody knows what Slack calls it.
        """
        this = (messages.c.edition == self._edition) & (messages.c.id == message)
        this &= (messages.c.reader == channel) | (sa.literal(apart) & messages.c.people.is_not(None))
        in_doubt = (
            (messages.c.state == State.UNCONFIRMED.value)
            | ((messages.c.state == State.SENT.value) & messages.c.ts.is_(None))
            | ((messages.c.state == State.PENDING.value) & messages.c.reason.startswith(AGAIN))
        )
        there = {"state": State.SENT.value, "channel": channel, "ts": ts, "settled_at": at, "reason": None}
        with self._database.write() as write:
            return bool(write.execute(messages.update().where(this, in_doubt).values(there)).rowcount)

    def reached(self, projects: Collection[str]) -> tuple[Reached, ...]:
        """The newest message that each reader was sent about each of these, and about no project."""
        newest = self._newest(projects, messages.c.state == State.SENT.value)
        each = (
            sa.select(newest.c.project, newest.c.reader, newest.c.settled_at, notices.c.kind)
            .join_from(newest, notices, notices.c.message == newest.c.id)
            .order_by(newest.c.id, notices.c.position)
        )
        kinds: dict[tuple[str | None, str, datetime], dict[str, None]] = {}
        with self._database.read() as read:
            for project, reader, at, kind in read.execute(each):
                kinds.setdefault((project, reader, at), {})[kind] = None
        return tuple(
            Reached(project, reader, tuple(told), at) for (project, reader, at), told in kinds.items()
        )

    def unsent(self, projects: Collection[str]) -> Mapping[tuple[str | None, str], tuple[State, str | None]]:
        """By project, of these or none, and reader: what became of the newest message that is not sent."""
        newest = self._newest(projects, messages.c.state != State.SENT.value)
        with self._database.read() as read:
            rows = read.execute(sa.select(newest))
            return {(row.project, row.reader): (State(row.state), row.reason) for row in rows}

    def of_project(self, project: str, limit: int = 10) -> tuple[Entry, ...]:
        """The newest messages about a project, in whichever state."""
        these = ENTRY.where(messages.c.edition == self._edition, messages.c.project == project)
        return self._entries(these.order_by(messages.c.id.desc()).limit(limit))

    def progress(self, prefix: str) -> Mapping[State, int]:
        """How many of the notices whose keys begin so are in each state."""
        each = (
            sa.select(messages.c.state, sa.func.count())
            .join_from(notices, messages, messages.c.id == notices.c.message)
            .where(notices.c.edition == self._edition, notices.c.key.startswith(prefix, autoescape=True))
            .group_by(messages.c.state)
        )
        with self._database.read() as read:
            return _in_each_state(read.execute(each))

    # --- How --------------------------------------------------------------------------------------------

    def _newest(self, projects: Collection[str], these: sa.ColumnElement[bool]) -> sa.Subquery:
        """Of what the clock said to each reader about each of these projects, and about none, the newest."""
        order = sa.func.row_number().over(
            partition_by=(messages.c.project, messages.c.reader),
            order_by=(messages.c.owed_at.desc(), messages.c.id.desc()),
        )
        about = messages.c.project.is_(None) | messages.c.project.in_(projects)
        columns = [messages.c[name] for name in ("id", "project", "reader", "state", "reason", "settled_at")]
        every = (
            sa.select(*columns, order.label("place"))
            .where(messages.c.edition == self._edition, SAID_BY_THE_CLOCK, about, these)
            .subquery()
        )
        return sa.select(every).where(every.c.place == 1).subquery()

    @contextmanager
    def _planning(self) -> Iterator[sa.Connection]:
        """One planner writes at a time."""
        with self._database.write() as write:
            if not self._database.is_sqlite:
                write.execute(sa.select(sa.func.pg_advisory_xact_lock(PLANNER)))
            yield write

    def _withdraw(self, write: sa.Connection, withdrawn: Collection[int]) -> None:
        ids = sorted(withdrawn)
        this = (messages.c.edition == self._edition) & (messages.c.id == sa.bindparam("which"))
        gone = messages.delete().where(this, messages.c.state == State.PENDING.value)
        if ids:
            write.execute(gone, [{"which": message} for message in ids])

    def _insert(self, write: sa.Connection, drafts: Sequence[Draft], at: datetime) -> int:
        asked = {row.key for draft in drafts for row in draft.notices}
        taken = set(write.execute(sa.select(notices.c.key).where(notices.c.key.in_(asked))).scalars())
        fresh = []
        for draft in drafts:
            keys = [row.key for row in draft.notices]
            if taken.isdisjoint(keys):
                fresh.append(draft)
                taken.update(keys)
        if not fresh:
            return 0
        returning = messages.insert().returning(messages.c.id, sort_by_parameter_order=True)
        ids = write.execute(returning, [self._message(draft, at) for draft in fresh]).scalars().all()
        rows = [row for message, draft in zip(ids, fresh, strict=True) for row in self._rows(message, draft)]
        write.execute(notices.insert(), rows)
        return len(fresh)

    def _message(self, draft: Draft, at: datetime) -> dict[str, object]:
        return {
            "edition": self._edition,
            "project": draft.project,
            "reader": draft.reader,
            "state": State.PENDING.value,
            "body": _body(draft),
            "owed_at": at,
            "pointless_at": draft.pointless_at,
            "not_before": at,
            "thread_of": draft.thread_of,
            "update_of": draft.update_of,
            "people": draft.people or None,
        }

    def _rows(self, message: int, draft: Draft) -> list[dict[str, object]]:
        return [
            {
                "key": row.key,
                "edition": self._edition,
                "message": message,
                "position": position,
                "kind": row.kind,
                "project": draft.project,
                "reader": draft.reader,
                "milestone": row.milestone,
                "date": row.date,
            }
            for position, row in enumerate(draft.notices)
        ]

    def _decide(self, message: int, within: Collection[State], **values: object) -> bool:
        this = (messages.c.edition == self._edition) & (messages.c.id == message)
        is_open = messages.c.state.in_([state.value for state in within])
        decided = messages.update().where(this, is_open).values(**values)
        with self._database.write() as write:
            done = bool(write.execute(decided).rowcount)
            if done and values["state"] == State.PENDING.value:
                write.execute(waiting_again(self._edition, [message]))
            return done

    def _entries(self, these: sa.Select[Any]) -> tuple[Entry, ...]:
        with self._database.read() as read:
            rows = read.execute(these).all()
            told = (
                sa.select(notices.c.message, notices.c.key, notices.c.kind)
                .where(notices.c.message.in_([row.id for row in rows]))
                .order_by(notices.c.message, notices.c.position)
            )
            said: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
            for message, key, kind in read.execute(told):
                said[message].append((key, kind))
        return tuple(_entry(row, said[row.id]) for row in rows)


def _body(draft: Draft) -> str:
    return msgspec.json.encode({"text": draft.text, "blocks": draft.blocks}).decode()


def waiting_again(edition: str, those: Collection[int]) -> sa.Update:
    """What failed because one of those messages was not sent has a chance again."""
    failed = (messages.c.edition == edition) & (messages.c.state == State.FAILED.value)
    in_vain = (messages.c.reason == IN_VAIN) & BELONGS_TO.in_(those)
    return messages.update().where(failed, in_vain).values(state=State.PENDING.value, reason=None)


def _in_each_state(rows: Iterable[sa.Row[str, int]]) -> Mapping[State, int]:
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state.value, 0) for state in State}


def _entry(row: Sequence[Any], said: Sequence[tuple[str, str]]) -> Entry:
    keys, kinds = tuple(key for key, _ in said), tuple(kind for _, kind in said)
    message, project, reader, state, body, *rest = row
    text = msgspec.json.decode(body)["text"]
    return Entry(message, project, reader, State(state), keys, kinds, text, *rest)
