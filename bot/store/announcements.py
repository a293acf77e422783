"""What organizers wrote to be told to many, who approved it, and what was cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database, storable
from bot.store.tables import announcements as table
from rules.slam import Announcement


@dataclass(frozen=True)
class Manuscript:
    """An announcement with its history. It can be changed until approval is asked for."""

    id: int
    text: str
    audience: tuple[str, ...]  # words of rules.audience
    author: str
    written_at: datetime
    wanted_at: datetime | None = None  # when its author wants it sent; None: once it is approved
    asked_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    send_at: datetime | None = None
    cancelled_by: str | None = None
    cancelled_at: datetime | None = None


COLUMNS = [column for column in table.c if column.name != "edition"]
MANUSCRIPT = sa.select(*COLUMNS).where(table.c.edition == sa.bindparam("edition"))
"""The columns of a `Manuscript`, in its order."""

STANDS = table.c.cancelled_at.is_(None)


class Announcements:
    """The announcements of one edition. What changes one says whether it did: only one person can."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition

    def find(self, number: int) -> Manuscript | None:
        found = self._select(MANUSCRIPT.where(table.c.id == number))
        return found[0] if found else None

    def page(self, before: int | None = None, limit: int = 20) -> tuple[Manuscript, ...]:
        """The newest, or the newest of those older than the one of that number."""
        newest = MANUSCRIPT.order_by(table.c.id.desc()).limit(limit)
        return self._select(newest if before is None else newest.where(table.c.id < before))

    def open(self) -> tuple[Announcement, ...]:
        """Those that approval was asked for and nobody cancelled, as the clock sees them."""
        asked = MANUSCRIPT.where(STANDS, table.c.asked_at.is_not(None)).order_by(table.c.id)
        return tuple(
            Announcement(each.id, each.text, each.audience, each.author, each.send_at, each.asked_at)
            for each in self._select(asked)
        )

    def write(
        self,
        text: str,
        audience: Sequence[str],
        author: str,
        at: datetime,
        *,
        wanted_at: datetime | None = None,
    ) -> int:
        """Keep a draft; gives back its number."""
        row = {
            "edition": self._edition,
            "text": storable(text),
            "audience": tuple(audience),
            "author": author,
            "written_at": at,
            "wanted_at": wanted_at,
        }
        with self._database.write() as write:
            return int(write.execute(table.insert().values(row).returning(table.c.id)).scalar_one())

    def rewrite(
        self,
        number: int,
        text: str,
        audience: Sequence[str],
        author: str,
        at: datetime,
        *,
        wanted_at: datetime | None = None,
    ) -> bool:
        """Change a draft; whoever did is its author from now on."""
        return self._change(
            number,
            table.c.asked_at.is_(None),
            text=storable(text),
            audience=tuple(audience),
            author=author,
            written_at=at,
            wanted_at=wanted_at,
        )

    def ask(self, number: int, at: datetime) -> bool:
        """Ask for another organizer's approval. The text is fixed from then on."""
        return self._change(number, table.c.asked_at.is_(None), asked_at=at)

    def approve(self, number: int, by: str, at: datetime, send_at: datetime, *, alone: bool = False) -> bool:
        """Let it be sent. Its author can only where there is no other organizer, `alone`."""
        may = table.c.asked_at.is_not(None) & table.c.approved_at.is_(None)
        if not alone:
            may &= table.c.author != by
        return self._change(number, may, approved_by=by, approved_at=at, send_at=send_at)

    def cancel(self, number: int, by: str, at: datetime) -> bool:
        """Take it back. What was sent of it by then stays sent."""
        return self._change(number, sa.true(), cancelled_by=by, cancelled_at=at)

    def _change(self, number: int, may: sa.ColumnElement[bool], **values: object) -> bool:
        this = (table.c.edition == self._edition) & (table.c.id == number) & STANDS & may
        with self._database.write() as write:
            return bool(write.execute(table.update().where(this).values(values)).rowcount)

    def _select(self, statement: sa.Select[Any]) -> tuple[Manuscript, ...]:
        with self._database.read() as read:
            return tuple(Manuscript(*row) for row in read.execute(statement, {"edition": self._edition}))
