"""The badges that organizers awarded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import awards

AWARDED = sa.select(awards.c.badge, awards.c.awarded_at).where(
    awards.c.edition == sa.bindparam("edition"), awards.c.project == sa.bindparam("id")
)


class Awards:
    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition

    def awarded(self, project_id: str) -> Mapping[str, datetime]:
        """By badge: when it was awarded."""
        with self._database.read() as read:
            rows = read.execute(AWARDED, {"edition": self._edition, "id": project_id})
            return {row.badge: row.awarded_at for row in rows}

    def every(self) -> Mapping[str, frozenset[str]]:
        """By project: the badges that were awarded to it. Who has none is absent."""
        theirs = sa.select(awards.c.project, awards.c.badge).where(awards.c.edition == self._edition)
        found: defaultdict[str, set[str]] = defaultdict(set)
        with self._database.read() as read:
            for project, badge in read.execute(theirs):
                found[project].add(badge)
        return {project: frozenset(badges) for project, badges in found.items()}

    def award(self, project_id: str, badge: str, by: str, at: datetime) -> None:
        """Award a badge. One that was awarded before keeps its moment."""
        row = {
            "edition": self._edition,
            "project": project_id,
            "badge": badge,
            "awarded_by": by,
            "awarded_at": at,
        }
        with self._database.write() as write:
            write.execute(self._database.insert(awards).on_conflict_do_nothing(), row)

    def revoke(self, project_id: str, badge: str) -> None:
        this = (
            (awards.c.edition == self._edition) & (awards.c.project == project_id) & (awards.c.badge == badge)
        )
        with self._database.write() as write:
            write.execute(awards.delete().where(this))
