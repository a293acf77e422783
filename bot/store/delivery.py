"""Who sends what, and when: claims, settlements, and the pace that all processes share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.closed import LEFT_ALONE, closing
from bot.store.database import Database, Lookup
from bot.store.outbox import BELONGS_TO, IN_VAIN, PLANNED, Posted, State
from bot.store.switches import PAUSED
from bot.store.tables import Moment, closed, messages, notices, places, switches

WORKSPACE = "workspace"  # the place that says when the next message may go anywhere
LEFT_IN_PEACE = "left in peace"  # the place that says until when Slack wants to hear nothing at all
SINCE = "left in peace since"  # and the one that says when that began

PLAN_HOLDS = timedelta(minutes=2)  # what no planner looked at for so long is not sent unlooked at
MARGIN = 1.01  # a little less than what is allowed, so that a whole minute's burst stays within it
BURST = timedelta(seconds=0.6)  # what was not used of the pace may be used later: one in a hundred
TOO_LATE = "it could not be sent for too long"
LONGEST_PEACE = timedelta(hours=1)
DISAGREEMENT = timedelta(seconds=5)  # between clocks; what lies further ahead is of a clock that was set back
WINDOW = 4  # times as many rows are looked at as may be claimed, since several may be for one reader
NEAR = 200  # rows that are looked at for when there may be more
EVER = datetime(1970, 1, 1, tzinfo=UTC)

MINE = messages.c.edition == sa.bindparam("edition")
IS_PENDING = messages.c.state == State.PENDING.value
IN_DOUBT = (messages.c.state == State.SENDING.value) | (messages.c.state == State.UNCONFIRMED.value)
LONGEST_WAITING = (messages.c.not_before, messages.c.id)

owner, root, newer, other = (messages.alias(name) for name in ("owner", "root", "newer", "other"))
BELONGS = BELONGS_TO.is_not(None)
IS_APART = messages.c.people.is_not(None)  # it opens a conversation, which needs nothing that was sent before
IS_IN_VAIN = BELONGS & ~IS_APART & sa.func.coalesce(owner.c.state == State.FAILED.value, sa.true())
IS_SUPERSEDED = messages.c.update_of.is_not(None) & sa.exists().where(
    newer.c.update_of == messages.c.update_of, newer.c.id > messages.c.id
)
IS_BEING_UPDATED = sa.exists().where(
    other.c.update_of == messages.c.update_of, other.c.state == State.SENDING.value
)
IS_READY = (
    ~BELONGS
    | IS_APART
    | (
        (owner.c.state == State.SENT.value)
        & (
            (messages.c.update_of.is_(None) & (owner.c.ts.is_not(None) | owner.c.people.is_not(None)))
            | (messages.c.update_of.is_not(None) & owner.c.ts.is_not(None) & ~IS_BEING_UPDATED)
        )
    )
)
"""What it belongs to is sent, and is not being changed at this moment.

Where nobody knows as what that was sent, it is known at least in which conversation.
"""

GATES = sa.union_all(
    sa.select(places.c.place, places.c.free_at).where(places.c.place.in_([PLANNED, LEFT_IN_PEACE, SINCE])),
    sa.select(switches.c.name, switches.c.set_at).where(switches.c.name == PAUSED),
)
# what the clock says is withdrawn by planning
IS_TOO_LATE = messages.c.question.is_not(None) & (messages.c.pointless_at <= sa.bindparam("at", type_=Moment))
MAY_GO = sa.and_(
    messages.c.pointless_at > sa.bindparam("at", type_=Moment),
    places.c.free_at.is_(None)
    | (places.c.free_at <= sa.bindparam("at", type_=Moment))
    | (places.c.free_at > sa.bindparam("never", type_=Moment)),
    closed.c.since.is_(None) | (closed.c.since <= sa.bindparam("day_ago", type_=Moment)),
    IS_READY,
)
CANDIDATES = (
    sa.select(
        messages.c.id,
        messages.c.reader,
        messages.c.not_before,
        closed.c.since,
        sa.case((IS_IN_VAIN, IN_VAIN), (IS_TOO_LATE, TOO_LATE)).label("fails"),
        IS_SUPERSEDED.label("superseded"),
    )
    .outerjoin_from(messages, places, places.c.place == messages.c.reader)
    .outerjoin(closed, (closed.c.edition == messages.c.edition) & (closed.c.reader == messages.c.reader))
    .outerjoin(owner, owner.c.id == BELONGS_TO)
    .where(MINE, IS_PENDING, MAY_GO | IS_IN_VAIN | IS_SUPERSEDED | IS_TOO_LATE)
    .order_by(*LONGEST_WAITING)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
CANDIDATES_SHARED = CANDIDATES.with_for_update(of=messages, skip_locked=True)
MARK = (
    messages.update()
    .where(messages.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(
        state=State.SENDING.value,
        attempt=messages.c.attempt + 1,
        worker=sa.bindparam("by"),
        lease_until=sa.bindparam("lease"),
        sending_at=sa.bindparam("now"),
        settled_at=None,
        reason=None,
    )
    .returning(
        messages.c.id, messages.c.attempt, messages.c.body, messages.c.people, BELONGS_TO.label("belongs_to")
    )
)
KEYS = (
    sa.select(messages.c.id, notices.c.key)
    .join_from(messages, notices, notices.c.message == sa.func.coalesce(messages.c.update_of, messages.c.id))
    .where(messages.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(messages.c.id, notices.c.position)
)
"""An update goes by the keys of what it updates: they stand in its metadata from then on."""
IS_UPDATE = messages.c.update_of.is_not(None)
NOBODY_KNOWS = owner.c.ts.is_(None)
THREAD = (
    sa.case((NOBODY_KNOWS, root.c.channel), else_=owner.c.channel).label("channel"),
    # Slack knows no threads in threads: what answers an answer stands beside it, but changes in its own place
    sa.case(
        (NOBODY_KNOWS | (~IS_UPDATE & (root.c.channel == owner.c.channel)), root.c.ts), else_=owner.c.ts
    ).label("ts"),
    sa.case((NOBODY_KNOWS & ~IS_APART, owner.c.people), else_=messages.c.people).label("people"),
)
OWNERS = (
    sa.select(messages.c.id, messages.c.update_of, *THREAD)
    .join_from(messages, owner, owner.c.id == BELONGS_TO)
    .outerjoin(root, root.c.id == owner.c.thread_of)
    .where(messages.c.id.in_(sa.bindparam("ids", expanding=True)))
)
NEXT = sa.select(messages.c.reader).where(MINE, IS_PENDING).order_by(*LONGEST_WAITING).limit(NEAR).subquery()
NEXT_FREE = sa.select(sa.func.min(places.c.free_at)).where(
    places.c.place.in_(sa.select(NEXT.c.reader)), places.c.free_at > sa.bindparam("at", type_=Moment)
)
DOUBT = (
    messages.update()
    .where(
        messages.c.edition == sa.bindparam("mine"),
        messages.c.state == State.SENDING.value,
        messages.c.worker != sa.bindparam("by"),
        (messages.c.lease_until < sa.bindparam("now", type_=Moment))
        | (messages.c.lease_until > sa.bindparam("never", type_=Moment)),
    )
    .values(
        # an update that comes twice does no harm
        state=sa.case((messages.c.update_of.is_(None), State.UNCONFIRMED.value), else_=State.PENDING.value),
        settled_at=sa.bindparam("now", type_=Moment),
        reason="no word in time",
    )
)
SETTLE = (
    messages.update()
    .where(
        messages.c.id == sa.bindparam("which"),
        messages.c.attempt == sa.bindparam("try"),
        IN_DOUBT | (IS_PENDING & (sa.bindparam("became", type_=sa.Text) == State.SENT.value)),
    )
    .values(
        state=sa.bindparam("became"),
        settled_at=sa.bindparam("then"),
        channel=sa.bindparam("where"),
        ts=sa.bindparam("as_ts"),
        reason=sa.bindparam("why"),
        people=sa.case((sa.bindparam("together", type_=sa.Boolean), messages.c.people)),
    )
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast messages may go. `held`: how long a send keeps its reader's place at most."""

    per_channel: timedelta
    per_minute: int
    held: timedelta = timedelta(seconds=20)
    lease: timedelta = timedelta(seconds=30)

    @property
    def interval(self) -> timedelta:
        return timedelta(seconds=60 / self.per_minute * MARGIN)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message is posted: in a conversation with these people, in a thread, or to its reader.

    With people and a thread both: in the thread, where no such conversation can be opened.
    """

    reader: str
    people: tuple[str, ...] = ()
    thread: Posted | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process, and no other, is to send before its lease runs out."""

    id: int
    attempt: int
    to: Destination
    keys: tuple[str, ...]
    body: str  # JSON: {"text": ..., "blocks": [...]}
    sending_at: datetime
    lease_until: datetime
    was_closed: bool  # its reader refused us before
    opens: bool = False  # a conversation, beside the thread to which it belongs
    updates: Posted | None = None  # whose place it takes; it may be sent twice

    @property
    def reader(self) -> str:
        return self.to.reader


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an attempt. `closes`: its reader wants nothing any more; `opens`: does again."""

    id: int
    attempt: int
    state: State
    at: datetime
    reader: str | None = None  # whose place it held; None: it was looked up later
    channel: str | None = None
    ts: str | None = None
    reason: str | None = None
    closes: bool = False
    opens: bool = False
    together: bool = True  # False: no conversation can be opened for it, so it waits for its thread


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that may have been posted; `is_open`: whoever sent it may still tell."""

    id: int
    attempt: int
    to: Destination
    key: str
    sending_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """What may be sent now. `next_at`: when there may be more; None: nobody can say."""

    claimed: tuple[Claimed, ...] = ()
    next_at: datetime | None = None


class Delivery:
    """The messages of one edition, for those who send them."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition
        under_way = messages.c.state.in_([sa.bindparam("pending"), sa.bindparam("sending")])
        anything = sa.select(sa.exists().where(MINE, under_way))
        self._anything = Lookup(database, anything, ("edition", "pending", "sending"))
        self._put = database.upsert(places)

    def is_idle(self) -> bool:
        """Nothing is pending, and nothing under way anywhere."""
        states = {"pending": State.PENDING.value, "sending": State.SENDING.value}
        ((anything,),) = self._anything.all({"edition": self._edition, **states})
        return not anything

    def turn(
        self,
        worker: str,
        pace: Pace,
        at: datetime,
        *,
        settled: Sequence[Settled] = (),
        peace: timedelta | None = None,
        room: int = 0,
        flying: Collection[int] | None = None,
    ) -> Turn:
        """In one transaction: note what became of earlier claims, and claim as many as may go now.

        Claimed rows are `sending`, durably, when this returns. `peace`: Slack wants to hear nothing for
        so long. `room`: how many more this process can send at once. `flying` is told after a turn that
        failed, and may have claimed something without telling: nothing else of this worker is under way.
        """
        with self._database.write() as write:
            taken_until = self._wait_for_turn(write)
            self._settle(write, settled, pace)
            if flying is not None:
                self._give_back(write, worker, flying)
            self._doubt(write, worker, pace, at)
            gates = self._gates(write, peace, taken_until, at)
            return self._claim(write, worker, pace, at, gates, room=room, taken_until=taken_until)

    def doubts(self, limit: int = 500) -> tuple[Doubt, ...]:
        """What may have been posted, and nobody knows; and what is being sent by somebody."""
        first = (notices.c.message == messages.c.id) & (notices.c.position == 0)
        these = (
            sa.select(
                messages.c.id,
                messages.c.attempt,
                messages.c.reader,
                *THREAD,
                notices.c.key,
                messages.c.sending_at,
                (messages.c.state == State.SENDING.value).label("is_open"),
            )
            .join_from(messages, notices, first)
            .outerjoin(owner, owner.c.id == messages.c.thread_of)
            .outerjoin(root, root.c.id == owner.c.thread_of)
            .where(messages.c.edition == self._edition, IN_DOUBT, messages.c.update_of.is_(None))
            .order_by(messages.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as read:
            return tuple(_doubt(row) for row in read.execute(these))

    # --- Settling ------------------------------------------------------------------------------------------

    def _wait_for_turn(self, write: sa.Connection) -> datetime | None:
        """One process has its turn at a time. Gives back until when the pace is used up."""
        taken = sa.select(places.c.free_at).where(places.c.place == WORKSPACE)
        if self._database.is_sqlite:  # where the transaction itself is the lock
            found: datetime | None = write.scalar(taken)
            return found
        locked = taken.with_for_update()
        found = write.scalar(locked)
        if found is None:
            first = {"place": WORKSPACE, "free_at": EVER}
            write.execute(self._database.insert(places).on_conflict_do_nothing(), first)
            found = write.scalar(locked)
        return found

    def _settle(self, write: sa.Connection, settled: Sequence[Settled], pace: Pace) -> None:
        """A late word about an attempt counts, as long as there was no other one and nobody decided."""
        if not settled:
            return
        write.execute(SETTLE, [_as_settled(each) for each in settled])
        kept = sa.select(messages.c.id).where(messages.c.id.in_([each.id for each in settled]))
        there = set(write.execute(kept).scalars())
        settled = [each for each in settled if each.id in there]  # whoever was forgotten meanwhile, is
        if free := {each.reader: each.at + pace.per_channel for each in settled if each.reader}:
            self._take(write, free)
        if shut := [self._closing(each) for each in settled if each.closes]:
            write.execute(closing(self._database), shut)
        if back := [each.reader for each in settled if each.opens]:
            write.execute(closed.delete().where(closed.c.edition == self._edition, closed.c.reader.in_(back)))

    def _closing(self, each: Settled) -> dict[str, object]:
        return {"edition": self._edition, "reader": each.reader, "reason": each.reason, "since": each.at}

    def _give_back(self, write: sa.Connection, worker: str, flying: Collection[int]) -> None:
        """What was claimed without telling was never sent."""
        its = (messages.c.state == State.SENDING.value) & (messages.c.worker == worker)
        mine = (messages.c.edition == self._edition) & messages.c.id.not_in(flying)
        lost = messages.update().where(mine, its)
        write.execute(lost.values(state=State.PENDING.value))

    def _doubt(self, write: sa.Connection, worker: str, pace: Pace, at: datetime) -> None:
        """Whoever claimed it gave no word in time: it stopped, or cannot reach the database."""
        told = {"mine": self._edition, "by": worker, "now": at, "never": at + 2 * pace.lease}
        write.execute(DOUBT, told)

    # --- Claiming ------------------------------------------------------------------------------------------

    def _gates(
        self, write: sa.Connection, peace: timedelta | None, taken_until: datetime | None, at: datetime
    ) -> Mapping[str, datetime]:
        """What holds everybody back. Where Slack wants peace, there is no burst after it."""
        gates = {row.place: row.free_at for row in write.execute(GATES)}
        since, until = gates.get(SINCE, EVER), gates.get(LEFT_IN_PEACE, EVER)
        is_set_back = since > at + DISAGREEMENT  # the clock: all of the peace again
        if peace is None and not is_set_back:
            return gates
        left = until - (since if is_set_back else at)
        until = at + max(left, min(peace or left, LONGEST_PEACE))
        free_at = until + BURST
        if taken_until and not is_set_back:
            free_at = max(free_at, taken_until)
        changed = {SINCE: at, LEFT_IN_PEACE: until}
        self._take(write, changed | {WORKSPACE: free_at})
        return gates | changed

    def _claim(
        self,
        write: sa.Connection,
        worker: str,
        pace: Pace,
        at: datetime,
        gates: Mapping[str, datetime],
        *,
        room: int,
        taken_until: datetime | None,
    ) -> Turn:
        if PAUSED in gates or not at - PLAN_HOLDS <= gates.get(PLANNED, EVER) <= at + DISAGREEMENT:
            return Turn()
        peace = gates.get(LEFT_IN_PEACE, EVER)
        if at < peace:
            return Turn(next_at=peace)
        begin = max(at, taken_until or at)
        if begin > at + BURST + pace.interval + DISAGREEMENT:
            begin = at
        may = (at + BURST - begin) // pace.interval + 1 if begin <= at + BURST else 0
        if min(may, room) <= 0:
            return Turn(next_at=begin - BURST if may <= 0 else None)
        rows = self._candidates(write, pace, at, min(may, room))
        if not rows:
            return Turn(next_at=self._next_free(write, at))
        claimed = self._take_rows(write, rows, worker, pace, at)
        taken_until = begin + len(claimed) * pace.interval
        held = at + max(pace.held, pace.per_channel)
        self._take(write, {WORKSPACE: taken_until, **{each.reader: held for each in claimed}})
        return Turn(claimed, max(at, taken_until - BURST))

    def _candidates(self, write: sa.Connection, pace: Pace, at: datetime, most: int) -> Sequence[sa.Row[Any]]:
        """The longest waiting messages whose readers may hear something now, one for each reader.

        What came to nothing by now is put aside.
        """
        waiting = CANDIDATES if self._database.is_sqlite else CANDIDATES_SHARED
        told = {
            "edition": self._edition,
            "at": at,
            "never": at + max(pace.held, pace.per_channel) + DISAGREEMENT,
            "day_ago": at - LEFT_ALONE,
            "most": most * WINDOW,
        }
        found = write.execute(waiting, told).all()
        while over := [row for row in found if row.fails or row.superseded]:
            self._put_aside(write, over, at)
            found = write.execute(waiting, told).all()
        first = {row.reader: row for row in reversed(found)}
        return sorted(first.values(), key=lambda row: (row.not_before, row.id))[:most]

    def _put_aside(self, write: sa.Connection, over: Sequence[sa.Row[Any]], at: datetime) -> None:
        """A newer update says all that an older one would; what belongs to nothing says that it does."""
        superseded = [row.id for row in over if row.superseded]
        write.execute(messages.delete().where(messages.c.id.in_(superseded), IS_PENDING))
        for reason in (IN_VAIN, TOO_LATE):
            failed = messages.c.id.in_([row.id for row in over if row.fails == reason])
            values = {"state": State.FAILED.value, "reason": reason, "settled_at": at}
            write.execute(messages.update().where(failed, IS_PENDING).values(values))

    def _take_rows(
        self, write: sa.Connection, rows: Sequence[sa.Row[Any]], worker: str, pace: Pace, at: datetime
    ) -> tuple[Claimed, ...]:
        # marked before it is sent: a maintainer reminded twice is worse than one reminded late
        lease = at + pace.lease
        told = {"ids": [row.id for row in rows], "by": worker, "lease": lease, "now": at}
        marked = {row.id: row for row in write.execute(MARK, told)}
        keys: dict[int, list[str]] = {message: [] for message in marked}
        for message, key in write.execute(KEYS, {"ids": list(marked)}):
            keys[message].append(key)
        belonging = [row.id for row in marked.values() if row.belongs_to is not None]
        owners: dict[int, sa.Row[Any]] = {}
        if belonging:
            owners |= {row.id: row for row in write.execute(OWNERS, {"ids": belonging}).all()}
        return tuple(
            Claimed(
                row.id,
                marked[row.id].attempt,
                Destination(row.reader, people, thread),
                tuple(keys[row.id]),
                marked[row.id].body,
                at,
                lease,
                row.since is not None,
                bool(marked[row.id].people),
                updates,
            )
            for row in rows
            for people, thread, updates in [_belonging(owners.get(row.id))]
        )

    def _next_free(self, write: sa.Connection, at: datetime) -> datetime | None:
        """When a reader who has to wait may hear something again."""
        found: datetime | None = write.scalar(NEXT_FREE, {"edition": self._edition, "at": at})
        return found

    def _take(self, write: sa.Connection, until: Mapping[str, datetime]) -> None:
        rows = [{"place": place, "free_at": free_at} for place, free_at in sorted(until.items())]
        write.execute(self._put, rows)


def _belonging(row: sa.Row[Any] | None) -> tuple[tuple[str, ...], Posted | None, Posted | None]:
    """With whom a message is said, in which thread, and the message whose place it takes."""
    if row is None:
        return (), None, None
    there = Posted(row.channel, row.ts) if row.ts else None
    return (row.people, there, None) if row.update_of is None else ((), None, there)


def _doubt(row: sa.Row[Any]) -> Doubt:
    thread = Posted(row.channel, row.ts) if row.ts else None
    to = Destination(row.reader, row.people, thread)
    return Doubt(row.id, row.attempt, to, row.key, row.sending_at, row.is_open)


def _as_settled(each: Settled) -> dict[str, object]:
    return {
        "which": each.id,
        "try": each.attempt,
        "became": each.state.value,
        "then": each.at,
        "where": each.channel,
        "as_ts": each.ts,
        "why": each.reason,
        "together": each.together,
    }
