"""What Slack told of people: their time zone, and whether they may act."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import BATCH, Database
from bot.store.tables import people


@dataclass(frozen=True)
class Person:
    timezone: str | None
    is_guest: bool
    is_deleted: bool
    known_at: datetime  # when Slack was asked


EVERYTHING = sa.select(people.c.timezone, people.c.is_guest, people.c.is_deleted, people.c.known_at)
"""The columns of a `Person`, in its order."""


class People:
    """Shared by all editions: somebody is the same person in each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, person: str) -> Person | None:
        return self.among([person]).get(person)

    def among(self, persons: Collection[str]) -> Mapping[str, Person]:
        """By Slack user id: those of them whom we know."""
        found: dict[str, Person] = {}
        wanted = sorted(persons)
        with self._database.read() as read:
            for start in range(0, len(wanted), BATCH):
                some = people.c.person.in_(wanted[start : start + BATCH])
                for row in read.execute(EVERYTHING.add_columns(people.c.person).where(some)):
                    *told, person = row
                    found[person] = Person(*told)
        return found

    def keep(self, person: str, told: Person) -> None:
        row = {
            "person": person,
            "timezone": told.timezone,
            "is_guest": told.is_guest,
            "is_deleted": told.is_deleted,
            "known_at": told.known_at,
        }
        with self._database.write() as write:
            write.execute(self._database.upsert(people), row)
