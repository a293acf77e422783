"""Which hosts asked to be left alone, and until when. Every process sees it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import hosts


class Hosts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def paused_until(self, host: str) -> datetime | None:
        """The moment from which the host may be asked again; it may have passed."""
        with self._database.read() as read:
            return read.execute(
                sa.select(hosts.c.paused_until).where(hosts.c.host == host)
            ).scalar_one_or_none()

    def pause(self, host: str, until: datetime, why: str) -> None:
        """Leave the host alone until then. A longer pause that somebody else asked for stays."""
        insert = self._database.insert(hosts).values(host=host, paused_until=until, why=why)
        new = insert.excluded
        longer = insert.on_conflict_do_update(
            index_elements=["host"],
            set_={"paused_until": new.paused_until, "why": new.why},
            where=hosts.c.paused_until < new.paused_until,
        )
        with self._database.write() as write:
            write.execute(longer)
