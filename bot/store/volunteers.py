"""Who answers questions: named by the configuration, or joined in Slack and approved by an organizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database, storable
from bot.store.outbox import Direct, Outbox
from bot.store.tables import people, questions, volunteers
from rules.help import QuestionState, Volunteer

FILE, SLACK, LEFT = "file", "slack", "left"
CLOCK = "%H:%M:%S"
GONE: dict[str, object] = {"origin": LEFT, "approved_by": None, "approved_at": None}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A volunteer, or somebody who wants to be one, with what only people see."""

    volunteer: Volunteer
    is_declared: bool  # the configuration file names them, and decides what it names
    is_approved: bool
    approved_by: str | None = None
    joined_at: datetime | None = None
    thanks: int = 0


LOAD = (
    sa.select(sa.func.count())
    .where(
        questions.c.edition == volunteers.c.edition,
        questions.c.owner == volunteers.c.person,
        questions.c.state == QuestionState.CLAIMED.value,
    )
    .correlate(volunteers)
    .scalar_subquery()
)
IS_BARRED = sa.exists().where(people.c.person == volunteers.c.person, people.c.is_guest | people.c.is_deleted)
IS_APPROVED = (volunteers.c.origin == FILE) | volunteers.c.approved_by.is_not(None)
DECLARED = ("topics", "timezone", "starts", "ends", "capacity")
JOINED = volunteers.c.origin == SLACK
WAITS = JOINED & volunteers.c.approved_by.is_(None)


class Volunteers:
    """The volunteers of one edition. What somebody says of their duty, and was thanked for, stays theirs."""

    def __init__(self, database: Database, edition: str, outbox: Outbox) -> None:
        self._database = database
        self._edition = edition
        self._outbox = outbox

    def all(self) -> tuple[Volunteer, ...]:
        """Those who may be asked, on duty or not, with the questions that they own; by user id.

        Without those of whom Slack told that they are guests or gone.
        """
        return tuple(each.volunteer for each in self._select(IS_APPROVED & ~IS_BARRED))

    def enrolled(self) -> tuple[Enrolled, ...]:
        """The same, and those who wait for approval."""
        return self._select(sa.true())

    def find(self, person: str) -> Enrolled | None:
        found = self._select(volunteers.c.person == storable(person))
        return found[0] if found else None

    def declare(self, declared: Iterable[Volunteer]) -> None:
        """Make those of the configuration file volunteers; what the file names, the file decides.

        Those gone from the file are volunteers no longer; those who joined in Slack stay.
        """
        wanted = {each.user: each for each in declared}
        insert = self._database.insert(volunteers)
        new = {name: insert.excluded[name] for name in (*DECLARED, "origin")}
        upsert = insert.on_conflict_do_update(index_elements=["edition", "person"], set_=new)
        gone = volunteers.update().where(
            volunteers.c.edition == self._edition,
            volunteers.c.origin == FILE,
            volunteers.c.person.not_in(list(wanted)),
        )
        with self._database.write() as write:
            write.execute(gone.values(GONE))
            if wanted:
                write.execute(upsert, [self._row(each, FILE) for each in wanted.values()])

    def join(self, volunteer: Volunteer, at: datetime) -> bool:
        """Ask to be one, or change what was said; whoever was approved stays so.

        False: the configuration file names them.
        """
        row = self._row(volunteer, SLACK) | {"joined_at": at}
        insert = self._database.insert(volunteers)
        new = {name: insert.excluded[name] for name in (*DECLARED, "origin")}
        since = sa.case(
            (volunteers.c.origin == SLACK, volunteers.c.joined_at), else_=insert.excluded.joined_at
        )
        upsert = insert.on_conflict_do_update(
            index_elements=["edition", "person"],
            set_={**new, "joined_at": since},
            where=volunteers.c.origin != FILE,
        )
        with self._database.write() as write:
            return write.execute(upsert.returning(volunteers.c.person), row).first() is not None

    def approve(self, person: str, by: str, at: datetime, *tell: Direct) -> bool:
        """False: they do not wait for it, and nobody is told."""
        return self._decide(person, WAITS, at, tell, {"approved_by": by, "approved_at": at})

    def decline(self, person: str, at: datetime, *tell: Direct) -> bool:
        """False: they do not wait for approval, and nobody is told."""
        return self._decide(person, WAITS, at, tell, GONE)

    def dismiss(self, person: str, at: datetime, *tell: Direct) -> bool:
        """False: nobody approved them, and nobody is told."""
        return self._decide(person, JOINED & ~WAITS, at, tell, GONE)

    def leave(self, person: str, at: datetime) -> bool:
        """They are one no longer, or never will be. False: they were none, or the file names them."""
        return self._decide(person, JOINED, at, (), GONE)

    def set_duty(self, person: str, *, on: bool) -> bool:
        """Going on duty ends an absence."""
        back = {"away_until": None} if on else {}
        return self._change(person, volunteers.c.origin != LEFT, on_duty=on, **back)

    def away(self, person: str, until: datetime | None) -> bool:
        return self._change(person, volunteers.c.origin != LEFT, away_until=until)

    def _decide(
        self,
        person: str,
        may: sa.ColumnElement[bool],
        at: datetime,
        tell: Sequence[Direct],
        values: Mapping[str, object],
    ) -> bool:
        with self._database.write() as write:
            done = self._update(write, person, may, values)
            if done:
                self._outbox.tell(write, tell, at)
            return done

    def _change(self, person: str, may: sa.ColumnElement[bool], **values: object) -> bool:
        with self._database.write() as write:
            return self._update(write, person, may, values)

    def _update(
        self, write: sa.Connection, person: str, may: sa.ColumnElement[bool], values: Mapping[str, object]
    ) -> bool:
        this = (volunteers.c.edition == self._edition) & (volunteers.c.person == storable(person))
        return bool(write.execute(volunteers.update().where(this, may).values(values)).rowcount)

    def _select(self, these: sa.ColumnElement[bool]) -> tuple[Enrolled, ...]:
        every = sa.select(volunteers, LOAD.label("load"), IS_APPROVED.label("is_approved")).where(
            volunteers.c.edition == self._edition, volunteers.c.origin != LEFT, these
        )
        with self._database.read() as read:
            return tuple(_enrolled(row) for row in read.execute(every.order_by(volunteers.c.person)))

    def _row(self, each: Volunteer, origin: str) -> dict[str, object]:
        starts, ends = each.hours or (None, None)
        return {
            "edition": self._edition,
            "person": each.user,
            "topics": each.topics,
            "timezone": each.timezone,
            "starts": starts and starts.strftime(CLOCK),
            "ends": ends and ends.strftime(CLOCK),
            "capacity": each.capacity,
            "origin": origin,
        }


def _enrolled(row: sa.Row[Any]) -> Enrolled:
    is_always = row.starts is None or row.ends is None
    return Enrolled(
        Volunteer(
            user=row.person,
            topics=row.topics,
            timezone=row.timezone,
            hours=None if is_always else (time.fromisoformat(row.starts), time.fromisoformat(row.ends)),
            capacity=row.capacity,
            on_duty=row.on_duty,
            away_until=row.away_until,
            load=row.load,
            asked_at=row.asked_at,
        ),
        is_declared=row.origin == FILE,
        is_approved=bool(row.is_approved),
        approved_by=row.approved_by,
        joined_at=row.joined_at,
        thanks=row.thanks,
    )
