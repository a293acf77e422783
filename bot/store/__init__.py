"""What the bot remembers: one edition's projects, evidence and awards, and what the sources answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.store import migrations
from bot.store.announcements import Announcements
from bot.store.answers import Answers, StoredAnswer
from bot.store.attestations import Attestations
from bot.store.awards import Awards
from bot.store.closed import ClosedReaders
from bot.store.courses import Courses
from bot.store.database import Database
from bot.store.evidence import EvidenceStore, Standing
from bot.store.help_desk import HelpDesk
from bot.store.hosts import Hosts
from bot.store.outbox import Outbox
from bot.store.people import People
from bot.store.preferences import Preferences
from bot.store.progress import Progress
from bot.store.projects import Projects
from bot.store.questions import Questions
from bot.store.switches import Switches
from bot.store.volunteers import Volunteers
from rules.help import Volunteer
from rules.model import Project

if TYPE_CHECKING:
    from bot.store.delivery import Delivery

__all__ = ["DatabaseError", "NotReadyError", "Standing", "Store", "StoredAnswer", "as_it_is", "open_store"]

DatabaseError = sa.exc.SQLAlchemyError
"""The database does not answer, or not as it should."""


class NotReadyError(DatabaseError):
    """The database answers and cannot be used yet; the reason is for operators."""


LOCK = 0x51A4B07  # any number that no other program locks in the same PostgreSQL database


class Store:
    """Everything stored, as one edition sees it: a group of questions each."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self.edition = edition
        self.outbox = Outbox(database, edition)
        self.projects = Projects(database, edition, self.outbox)
        self.evidence = EvidenceStore(database, edition)
        self.progress = Progress(database, edition)
        self.awards = Awards(database, edition)
        self.attestations = Attestations(database, edition)
        self.preferences = Preferences(database, edition)
        self.announcements = Announcements(database, edition)
        self.closed = ClosedReaders(database, edition)
        self.volunteers = Volunteers(database, edition, self.outbox)
        self.questions = Questions(database, edition, self.outbox)
        self.help_desk = HelpDesk(database, edition)
        self.courses = Courses(database, edition)
        self.people = People(database, self.questions)
        self.switches = Switches(database)
        self.answers = Answers(database)
        self.hosts = Hosts(database)

    @cached_property
    def delivery(self) -> Delivery:
        """Imported when somebody delivers: an answer, and the first one above all, waits for none of it."""
        from bot.store.delivery import Delivery  # noqa: PLC0415

        return Delivery(self._database, self.edition)

    @property
    def blocking(self) -> bool:
        """Whether asking may take long enough (a network) that an event loop should ask from a thread."""
        return not self._database.is_sqlite

    def is_migrated(self) -> bool:
        """Whether the tables are those of this version.

        Raises DatabaseError when the database does not answer.
        """
        with self._database.read() as read:
            if not sa.inspect(read).has_table("alembic_version"):
                return False
            return (
                read.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == migrations.NEWEST
            )

    def prepare(self, projects: Iterable[Project], volunteers: Iterable[Volunteer]) -> None:
        """Make ready for use: a file is created and upgraded on the way, the tables of a server are not.

        Raises NotReadyError and DatabaseError.
        """
        if not self.blocking and not self.is_migrated():
            self.migrate()
        if trouble := self.trouble():
            raise NotReadyError(trouble)
        self.projects.declare(projects)
        self.volunteers.declare(volunteers)

    def trouble(self) -> str | None:
        """What keeps the bot from using the database, for operators; None when nothing does."""
        try:
            return None if self.is_migrated() else "not migrated: run `python -m bot migrate`"
        except DatabaseError as error:
            return f"does not answer: {type(error).__name__}"

    def migrate(self) -> None:
        """Create or upgrade the tables, all or nothing; whoever comes second waits and finds it done.

        Raises NotReadyError where a newer version of the bot made them.
        """
        from alembic import command  # noqa: PLC0415 - takes long, and most starts need none of it
        from alembic.util import CommandError  # noqa: PLC0415

        with self._database.write() as write:
            if self.blocking:
                write.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
                write.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            try:
                command.upgrade(migrations.settings(write), "head")
            except CommandError as error:
                raise NotReadyError(f"migrated by another version of the bot: {error}") from error

    def empty_log(self) -> None:
        """What was deleted is nowhere in the database's files any more, unless somebody reads just now."""
        self._database.empty_log()

    def close(self) -> None:
        self._database.close()


def open_store(database_url: str, edition_id: str) -> Store:
    """Connects when it is first asked. `postgres://` is understood as `postgresql://`."""
    return Store(Database(database_url), edition_id)


@contextmanager
def as_it_is(database_url: str, edition_id: str) -> Iterator[Store]:
    """For somebody who stores nothing. A file that is not there yet stays so: an empty store stands for it.

    Raises NotReadyError and DatabaseError.
    """
    file = sa.make_url(database_url).database or ""
    if database_url.startswith("sqlite:") and not Path(file).exists():
        with (
            TemporaryDirectory(prefix="slam-") as folder,
            closing(open_store(f"sqlite:///{folder}/empty.db", edition_id)) as store,
        ):
            store.migrate()
            yield store
        return
    with closing(open_store(database_url, edition_id)) as store:
        if trouble := store.trouble():
            raise NotReadyError(trouble)
        yield store
