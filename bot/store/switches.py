"""What organizers told every process: to be silent, and to read the configuration again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import switches

PAUSED = "paused"
RELOAD = "reload"
PLANNED_WITH = "planned with"


@dataclass(frozen=True)
class Switch:
    by: str  # Slack user id
    at: datetime


class Switches:
    """Shared by all editions and all processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def paused(self) -> Switch | None:
        """Who paused everything that is sent by itself, and when; None: it is not paused."""
        return self._find(PAUSED)

    def pause(self, by: str, at: datetime) -> None:
        """Pause. Where it is paused already, the first one's word stands."""
        row = {"name": PAUSED, "set_by": by, "set_at": at}
        with self._database.write() as write:
            write.execute(self._database.insert(switches).on_conflict_do_nothing(), row)

    def resume(self) -> bool:
        """Whether it was paused until now."""
        with self._database.write() as write:
            return bool(write.execute(switches.delete().where(switches.c.name == PAUSED)).rowcount)

    def told_to_reload(self) -> datetime | None:
        """When every process was last told to read the configuration again."""
        told = self._find(RELOAD)
        return told.at if told else None

    def reload(self, by: str, at: datetime) -> None:
        with self._database.write() as write:
            write.execute(self._database.upsert(switches), {"name": RELOAD, "set_by": by, "set_at": at})

    def planned_with(self) -> Switch | None:
        """Which configuration counts for plans (`by` is its fingerprint), and when that was said last."""
        return self._find(PLANNED_WITH)

    def plan_with(self, fingerprint: str, at: datetime) -> None:
        row = {"name": PLANNED_WITH, "set_by": fingerprint, "set_at": at}
        with self._database.write() as write:
            write.execute(self._database.upsert(switches), row)

    def _find(self, name: str) -> Switch | None:
        this = sa.select(switches.c.set_by, switches.c.set_at).where(switches.c.name == name)
        with self._database.read() as read:
            row = read.execute(this).one_or_none()
        return None if row is None else Switch(*row)
