"""Channels and people that Slack lets us tell nothing: archived, left, deactivated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.database import BATCH, Database
from bot.store.outbox import State, waiting_again
from bot.store.tables import closed, messages

LEFT_ALONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closed:
    """`reason` is Slack's word for it: "is_archived", "not_in_channel"."""

    reason: str
    since: datetime

    def refuses(self, at: datetime) -> bool:
        """It is left alone for a day; then whatever is owed there is tried."""
        return at < self.since + LEFT_ALONE


class ClosedReaders:
    """The readers of one edition who refuse us."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition

    def all(self) -> Mapping[str, Closed]:
        """By reader, until something arrives there or an organizer opens it again."""
        every = sa.select(closed.c.reader, closed.c.reason, closed.c.since).where(
            closed.c.edition == self._edition
        )
        with self._database.read() as read:
            return {reader: Closed(reason, since) for reader, reason, since in read.execute(every)}

    def close(self, reader: str, reason: str, at: datetime) -> None:
        """Since when it is closed stays as it was."""
        row = {"edition": self._edition, "reader": reader, "reason": reason, "since": at}
        with self._database.write() as write:
            write.execute(closing(self._database), row)

    def open(self, reader: str) -> bool:
        """Try again: what failed there is pending again, while it is still due. False: it was not closed."""
        theirs = (messages.c.edition == self._edition) & (messages.c.reader == reader)
        of_that = sa.select(closed.c.reason).where(
            closed.c.edition == self._edition, closed.c.reader == reader
        )
        failed = (messages.c.state == State.FAILED.value) & messages.c.reason.in_(of_that)
        with self._database.write() as write:
            again = messages.update().where(theirs, failed).values(state=State.PENDING.value)
            ids = write.execute(again.returning(messages.c.id)).scalars().all()
            for start in range(0, len(ids), BATCH):
                write.execute(waiting_again(self._edition, ids[start : start + BATCH]))
            this = closed.delete().where(closed.c.edition == self._edition, closed.c.reader == reader)
            return bool(write.execute(this).rowcount)


def closing(database: Database) -> sa.Insert:
    """An INSERT that leaves `since` as it was."""
    insert = database.insert(closed)
    return insert.on_conflict_do_update(
        index_elements=["edition", "reader"], set_={"reason": insert.excluded.reason}
    )
