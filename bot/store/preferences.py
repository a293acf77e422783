"""What people want to hear: kinds that were muted, and who asked for direct messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database, storable
from bot.store.tables import direct, mutes


class Preferences:
    """The preferences of one edition. A holder is a project (for its channel), a person or a channel."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition

    def mute(self, holder: str, kind: str, by: str, at: datetime, until: datetime | None = None) -> None:
        """Say nothing of this kind until then; without a moment, until it is taken back."""
        row = {
            "edition": self._edition,
            "holder": storable(holder),
            "kind": storable(kind),
            "until": until,
            "muted_by": by,
            "muted_at": at,
        }
        with self._database.write() as write:
            write.execute(self._database.upsert(mutes), row)

    def unmute(self, holder: str, kind: str) -> None:
        this = (mutes.c.holder == storable(holder)) & (mutes.c.kind == storable(kind))
        with self._database.write() as write:
            write.execute(mutes.delete().where(mutes.c.edition == self._edition, this))

    def muted(self, at: datetime) -> Mapping[str, frozenset[str]]:
        """By holder: the kinds that are muted at that moment. Who mutes nothing is absent."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        with self._database.read() as read:
            for holder, kind in read.execute(self._at(at).with_only_columns(mutes.c.holder, mutes.c.kind)):
                found[holder].add(kind)
        return {holder: frozenset(kinds) for holder, kinds in found.items()}

    def of(self, holder: str, at: datetime) -> Mapping[str, datetime | None]:
        """By kind that this holder mutes at that moment: until when; None: until it is taken back."""
        theirs = self._at(at).where(mutes.c.holder == storable(holder))
        with self._database.read() as read:
            return {row.kind: row.until for row in read.execute(theirs)}

    def want_direct(self, person: str, at: datetime) -> None:
        row = {"edition": self._edition, "person": person, "wanted_at": at}
        with self._database.write() as write:
            write.execute(self._database.insert(direct).on_conflict_do_nothing(), row)

    def no_direct(self, person: str) -> None:
        this = (direct.c.edition == self._edition) & (direct.c.person == person)
        with self._database.write() as write:
            write.execute(direct.delete().where(this))

    def direct(self) -> frozenset[str]:
        """The people who asked for direct messages."""
        with self._database.read() as read:
            return frozenset(
                read.execute(sa.select(direct.c.person).where(direct.c.edition == self._edition)).scalars()
            )

    def _at(self, at: datetime) -> sa.Select[tuple[str, str, datetime | None]]:
        return sa.select(mutes.c.holder, mutes.c.kind, mutes.c.until).where(
            mutes.c.edition == self._edition, mutes.c.until.is_(None) | (mutes.c.until > at)
        )
