"""What the sources answered last, by address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import answers

KEPT = timedelta(days=400)  # past the next edition, where there is one a year
GLANCE = 200  # addresses


@dataclass(frozen=True)
class StoredAnswer:
    """A source's last good answer and what it takes to ask for news of it.

    `address` may carry more than the address where the answer depends on more, as on whose token asked.
    """

    address: str
    value_json: bytes
    as_of: datetime
    etag: str | None = None
    last_modified: str | None = None
    fresh_until: datetime | None = None
    failing_since: datetime | None = None
    failure: str | None = None


class Answers:
    """Shared by all editions: an answer is the same whoever asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, address: str) -> StoredAnswer | None:
        with self._database.read() as read:
            row = read.execute(answers.select().where(answers.c.address == address)).one_or_none()
        return None if row is None else StoredAnswer(*row)

    def keep(self, answer: StoredAnswer) -> None:
        row = {
            "address": answer.address,
            "value": answer.value_json,
            "as_of": answer.as_of,
            "etag": answer.etag,
            "last_modified": answer.last_modified,
            "fresh_until": answer.fresh_until,
            "failing_since": answer.failing_since,
            "failure": answer.failure,
        }
        with self._database.write() as write:
            write.execute(self._database.upsert(answers), row)

    def purge(self, at: datetime, after: str = "") -> str:
        """Delete what nobody asked for in over a year, among the next few addresses.

        What a silent source said last stays. Gives back behind which address it goes on; "": from the first.
        """
        is_old = (answers.c.as_of < at - KEPT) & answers.c.failing_since.is_(None)
        few = sa.select(answers.c.address, is_old).where(answers.c.address > after)
        with self._database.read() as read:
            rows = read.execute(few.order_by(answers.c.address).limit(GLANCE)).all()
        if old := [address for address, was_old in rows if was_old]:
            with self._database.write() as write:
                write.execute(answers.delete().where(answers.c.address.in_(old), is_old))
        return rows[-1].address if len(rows) == GLANCE else ""

    def failed(self, address: str, at: datetime, reason: str) -> None:
        """Note that newer attempts fail, since when and how; the answer stands. There may be none."""
        with self._database.write() as write:
            write.execute(
                answers.update()
                .where(answers.c.address == address)
                .values(failing_since=sa.func.coalesce(answers.c.failing_since, at), failure=reason)
            )
