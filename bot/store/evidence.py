"""What is known of each project, and whose turn it is to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from itertools import zip_longest

import msgspec
import sqlalchemy as sa
import structlog

from bot.store import codec
from bot.store.attestations import ATTESTED
from bot.store.awards import AWARDED
from bot.store.database import Database, Lookup, storable
from bot.store.projects import BY_ID
from bot.store.tables import attestations, awards, evidence, projects
from rules.model import Attestation, Evidence, Project, value

log = structlog.get_logger(__name__)


@value
class Standing:
    """All that an answer about a project is made of.

    `evidence` and `gathered_at` are None for a project that was not looked at yet. `awarded` says, by badge,
    when an organizer awarded it.
    """

    project: Project
    evidence: Evidence | None = None
    gathered_at: datetime | None = None
    awarded: Mapping[str, datetime] = field(default_factory=dict)


KEY = ("edition", "id")


def _of_the_project(table: sa.Table) -> sa.ColumnElement[bool]:
    return (table.c.edition == projects.c.edition) & (table.c.project == projects.c.id)


NEWEST = BY_ID.add_columns(
    evidence.c.document,
    projects.c.gathered_at,
    sa.exists().where(_of_the_project(awards)).label("is_awarded"),
    sa.exists().where(_of_the_project(attestations)).label("is_attested"),
).outerjoin_from(projects, evidence, _of_the_project(evidence))


class EvidenceStore:
    """The evidence of one edition's projects."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition
        self._newest = Lookup(database, NEWEST, KEY)
        self._awarded = Lookup(database, AWARDED, KEY)
        self._attested = Lookup(database, ATTESTED, KEY)

    def standing(self, project_id: str) -> Standing | None:
        """Where a project stands, as committed until now by anyone. Kept fast: most answers need it."""
        key = {"edition": self._edition, "id": storable(project_id.lower())}
        row = self._newest.one(key)
        if row is None:
            return None
        *columns, document, gathered_at, is_awarded, is_attested = row
        awarded: dict[str, datetime] = dict(self._awarded.all(key)) if is_awarded else {}
        attested = self._attested.all(key) if is_attested else ()
        project = Project(*columns)
        if document is None:
            return Standing(project, awarded=awarded)
        try:
            known = codec.decode(document, project, tuple(Attestation(*found) for found in attested))
        except msgspec.MsgspecError as error:
            # written by another version of the bot: the next look replaces it
            log.warning("evidence.unreadable", project=project.id, reason=str(error))
            return Standing(project, awarded=awarded)
        return Standing(project, known, gathered_at, awarded)

    def keep(self, project_id: str, found: Evidence, at: datetime) -> None:
        """Replace what was known of a project by what was found at this moment; what is newer stays."""
        document = {"edition": self._edition, "project": project_id, "document": codec.encode(found)}
        is_newest = projects.c.gathered_at.is_(None) | (projects.c.gathered_at <= at)
        with self._database.write() as write:
            looked = projects.update().where(self._is(project_id), is_newest).values(gathered_at=at, asked=0)
            if write.execute(looked).rowcount:
                write.execute(self._database.upsert(evidence), document)

    def stalest(self, older_than: datetime, limit: int) -> tuple[str, ...]:
        """Whose turn it is: first those never looked at, then those whose evidence is older than this moment.

        In each, by turns the one asked for most and the one that has waited longest, so that nobody starves.
        """
        mine = sa.select(projects.c.id).where(projects.c.edition == self._edition, ~projects.c.withdrawn)
        waiting = (
            mine.where(projects.c.gathered_at.is_(None)),
            mine.where(projects.c.gathered_at < older_than),
        )
        with self._database.read() as read:
            turns = [one for group in waiting for one in _turns(read, group.limit(limit))]
        return tuple(turns[:limit])

    def asked(self, counts: Mapping[str, int]) -> None:
        """Remember how often projects were asked for since the last time this was told."""
        more = projects.update().where(self._is(sa.bindparam("which")))
        rows = [{"which": which, "more": count} for which, count in sorted(counts.items())]
        if rows:
            with self._database.write() as write:
                write.execute(more.values(asked=projects.c.asked + sa.bindparam("more")), rows)

    def _is(self, project: str | sa.BindParameter[str]) -> sa.ColumnElement[bool]:
        return (projects.c.edition == self._edition) & (projects.c.id == project)


def _turns(read: sa.Connection, group: sa.Select[str]) -> Iterator[str]:
    longest = read.execute(group.order_by(projects.c.gathered_at, projects.c.id)).scalars().all()
    wanted = read.execute(group.where(projects.c.asked > 0).order_by(projects.c.asked.desc())).scalars().all()
    return iter(
        dict.fromkeys(one for pair in zip_longest(wanted, longest) for one in pair if one is not None)
    )
