"""How far each project was when it was measured last, and what was found and lost between two looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
import structlog

from bot.store.database import Database, Lookup
from bot.store.tables import changes, progress, projects
from rules.slam import Change, Record

log = structlog.get_logger(__name__)

EVERY = sa.select(progress.c.project, progress.c.document).where(
    progress.c.edition == sa.bindparam("edition")
)
ONE = EVERY.where(progress.c.project == sa.bindparam("project"))
RECORD = msgspec.json.Decoder(Record)
CHANGE = msgspec.json.Decoder(Change)


class Progress:
    """The progress of one edition's projects."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition
        self._one = Lookup(database, ONE, ("edition", "project"))
        insert = database.insert(progress)
        new = insert.excluded
        self._newer = insert.on_conflict_do_update(
            index_elements=["edition", "project"],
            set_={name: new[name] for name in ("document", "measured_at", "progressed_at")},
            where=progress.c.measured_at < new.measured_at,
        ).returning(progress.c.project)

    def all(self) -> Mapping[str, Record]:
        """By project. One that was not measured yet is absent."""
        with self._database.read() as read:
            rows = read.execute(EVERY, {"edition": self._edition})  # one by one: all documents are a lot
            return {project: record for project, document in rows if (record := _record(project, document))}

    def find(self, project: str) -> Record | None:
        row = self._one.one({"edition": self._edition, "project": project})
        return None if row is None else _record(*row)

    def behind(self, limit: int) -> tuple[str, ...]:
        """Projects whose evidence is newer than what was measured, those waiting longest first."""
        measured = (progress.c.edition == projects.c.edition) & (progress.c.project == projects.c.id)
        is_older = progress.c.measured_at.is_(None) | (progress.c.measured_at < projects.c.gathered_at)
        waiting = (
            sa.select(projects.c.id)
            .outerjoin_from(projects, progress, measured)
            .where(projects.c.edition == self._edition, ~projects.c.withdrawn)
            .where(projects.c.gathered_at.is_not(None), is_older)
            .order_by(projects.c.gathered_at, projects.c.id)
            .limit(limit)
        )
        with self._database.read() as read:
            return tuple(read.execute(waiting).scalars())

    def keep(self, measured: Mapping[str, tuple[Record, Sequence[Change]]]) -> frozenset[str]:
        """Keep measurements and what changed with them, by project, in one transaction.

        Gives back whose were kept: not those of whom one as new is kept already, by anyone.
        """
        with self._database.write() as write:
            # in one order: two who keep the same wait one for the other
            return frozenset(each for each in sorted(measured) if self._keep(write, each, *measured[each]))

    def _keep(
        self, write: sa.Connection, project: str, record: Record, found_and_lost: Sequence[Change]
    ) -> bool:
        row = {
            "edition": self._edition,
            "project": project,
            "document": msgspec.json.encode(record).decode(),
            "measured_at": record.measured_at,
            "progressed_at": record.progressed_at,
        }
        if write.execute(self._newer, row).first() is None:
            return False
        if found_and_lost:
            write.execute(changes.insert(), [self._change(project, change) for change in found_and_lost])
        return True

    def changes(
        self, since: datetime, projects: Collection[str] | None = None
    ) -> Mapping[str, tuple[Change, ...]]:
        """By project, or by each of these: what was found or lost since then, oldest first."""
        these = sa.true() if projects is None else changes.c.project.in_(projects)
        recent = (
            sa.select(changes.c.project, changes.c.document)
            .where(changes.c.edition == self._edition, changes.c.at >= since, these)
            .order_by(changes.c.at, changes.c.id)
        )
        found: defaultdict[str, list[Change]] = defaultdict(list)
        with self._database.read() as read:
            for project, document in read.execute(recent):
                found[project].append(CHANGE.decode(document))
        return {project: tuple(theirs) for project, theirs in found.items()}

    def _change(self, project: str, change: Change) -> dict[str, object]:
        return {
            "edition": self._edition,
            "project": project,
            "at": change.at,
            "document": msgspec.json.encode(change).decode(),
        }


def _record(project: str, document: str) -> Record | None:
    try:
        return RECORD.decode(document)
    except msgspec.MsgspecError as error:
        # written by another version of the bot: the next look replaces it
        log.warning("progress.unreadable", project=project, reason=str(error))
        return None
