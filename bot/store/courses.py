"""Who took which course."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database, storable
from bot.store.tables import courses


class Courses:
    """The courses that people took in one edition; by the ids of the resource library."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition

    def done(self, person: str, resource: str, at: datetime) -> bool:
        """False: it was marked before."""
        row = {"edition": self._edition, "person": person, "resource": storable(resource), "at": at}
        insert = self._database.insert(courses).on_conflict_do_nothing().returning(courses.c.at)
        with self._database.write() as write:
            return write.execute(insert, row).first() is not None

    def undone(self, person: str, resource: str) -> bool:
        """False: it was not marked."""
        this = (courses.c.person == person) & (courses.c.resource == storable(resource))
        with self._database.write() as write:
            gone = courses.delete().where(courses.c.edition == self._edition, this)
            return bool(write.execute(gone).rowcount)

    def of(self, person: str) -> frozenset[str]:
        theirs = (courses.c.edition == self._edition) & (courses.c.person == person)
        with self._database.read() as read:
            return frozenset(read.execute(sa.select(courses.c.resource).where(theirs)).scalars())

    def counts(self) -> Mapping[str, int]:
        """How many people took each course. One that nobody took is absent."""
        each = (
            sa.select(courses.c.resource, sa.func.count())
            .where(courses.c.edition == self._edition)
            .group_by(courses.c.resource)
        )
        with self._database.read() as read:
            return {row[0]: row[1] for row in read.execute(each)}
