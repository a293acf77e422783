"""Which projects take part, and who speaks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.store.database import BATCH, Database, Lookup, storable
from bot.store.outbox import SAID_BY_THE_CLOCK, Direct, Outbox, State
from bot.store.tables import Words, maintainers, messages, names, people, projects, wishes
from rules.model import Project
from rules.naming import beginning, beginnings, called

T = TypeVar("T")

NEIGHBOURS = 2000  # ids on either side of a mistyped one, in the alphabet, that are compared with it
LONGEST = 100  # characters of what was typed that are compared
LIKELY = 0.8  # of 1: how alike an id must be to be suggested
DAY = timedelta(days=1)  # so long it is the same registration; in which one person has so many
HEARD = timedelta(days=7)  # so long nobody who asked to join asks again


def _people() -> sa.ScalarSelect[str]:
    """A project's maintainers in their order, as words."""
    theirs = (
        sa.select(maintainers.c.person)
        .where(maintainers.c.edition == projects.c.edition, maintainers.c.project == projects.c.id)
        .order_by(maintainers.c.position)
        .correlate(projects)
        .subquery()
    )
    return sa.select(sa.func.aggregate_strings(theirs.c.person, " ")).scalar_subquery()


COLUMNS = (
    projects.c.id,
    projects.c.name,
    projects.c.clomonitor,
    projects.c.repositories,
    projects.c.channel,
    projects.c.timezone,
    sa.type_coerce(_people(), Words).label("maintainers"),
)
PROJECT = sa.select(*COLUMNS).where(projects.c.edition == sa.bindparam("edition"), ~projects.c.withdrawn)
"""The columns of a `Project`, in its order."""
TOLD = ("name", "clomonitor", "repositories", "channel", "timezone", "origin", "withdrawn")

EVERY = PROJECT.order_by(projects.c.id)
IS_UNREACHED = ~sa.exists().where(
    messages.c.edition == projects.c.edition,
    messages.c.project == projects.c.id,
    messages.c.state == State.SENT.value,
    SAID_BY_THE_CLOCK,
)
BY_ID = PROJECT.where(projects.c.id == sa.bindparam("id"))
BY_CHANNEL = PROJECT.where(projects.c.channel == sa.bindparam("channel"))
BY_MAINTAINER = PROJECT.where(
    projects.c.id.in_(
        sa.select(maintainers.c.project).where(
            maintainers.c.edition == sa.bindparam("edition"), maintainers.c.person == sa.bindparam("person")
        )
    )
).order_by(projects.c.id)


FILE, SLACK = "file", "slack"


@dataclass(frozen=True, slots=True)
class Registration:
    """A project that somebody registered in Slack. What was removed can be restored."""

    project: Project
    by: str
    at: datetime
    is_removed: bool


class Left(Enum):
    """What became of somebody who wanted to speak for a project no more."""

    LEFT = "left"
    LAST = "last"  # there would be nobody: hand it over, or remove it
    DECLARED = "declared"  # the configuration file names them
    NOBODY = "nobody"  # they did not speak for it


class Projects:
    """The projects of one edition. Those that were withdrawn are not there."""

    def __init__(self, database: Database, edition: str, outbox: Outbox) -> None:
        self._database = database
        self._edition = edition
        self._outbox = outbox
        self._by_id = Lookup(database, BY_ID, ("edition", "id"))
        self._by_channel = Lookup(database, BY_CHANNEL, ("edition", "channel"))
        self._by_maintainer = Lookup(database, BY_MAINTAINER, ("edition", "person"))
        self._every = Lookup(database, EVERY, ("edition",))

    def find(self, project_id: str) -> Project | None:
        """The project of that id, in whichever case it was typed."""
        found = self._look_up(self._by_id, "id", project_id.lower())
        return found[0] if found else None

    def of_channel(self, channel: str) -> Project | None:
        """The project whose channel it is; none where several share it."""
        found = self._look_up(self._by_channel, "channel", channel)
        return found[0] if len(found) == 1 else None

    def of_maintainer(self, person: str) -> tuple[Project, ...]:
        return self._look_up(self._by_maintainer, "person", person)

    def perhaps_named(self, text: str) -> tuple[Project, ...]:
        """Those of which a name begins with words that stand in this text, which is in small letters."""
        begins = (names.c.edition == self._edition) & names.c.beginning.in_(beginnings(text))
        return self._select(EVERY.where(projects.c.id.in_(sa.select(names.c.project).where(begins))))

    def every(self) -> tuple[Project, ...]:
        return tuple(Project(*row) for row in self._every.all({"edition": self._edition}))

    def as_declared(self, declared: Iterable[Project]) -> tuple[Project, ...]:
        """What `every` gives after `declare`: these, and those registered in Slack not among them."""
        registered = self._select(PROJECT.where(projects.c.origin == SLACK))
        found = {project.id: project for project in (*registered, *declared)}
        return tuple(found[name] for name in sorted(found))

    def page(self, after: str = "", limit: int = 20, *, unreached: bool = False) -> tuple[Project, ...]:
        """The next projects in the alphabet of their ids, or of those that the clock never told anything."""
        these = PROJECT.where(IS_UNREACHED) if unreached else PROJECT
        return self._select(these.where(projects.c.id > storable(after)).order_by(projects.c.id).limit(limit))

    def count(self, *, unreached: bool = False) -> int:
        every = sa.select(sa.func.count()).where(projects.c.edition == self._edition, ~projects.c.withdrawn)
        with self._database.read() as read:
            return read.execute(every.where(IS_UNREACHED) if unreached else every).scalar_one()

    def near(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """Ids that somebody who typed this may have meant, likeliest first."""
        from rapidfuzz import process  # noqa: PLC0415 - only those who mistype pay for it
        from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - forgives swapped letters and short forms

        word = storable(word.lower()[:LONGEST])
        present = sa.select(projects.c.id).where(projects.c.edition == self._edition, ~projects.c.withdrawn)
        behind = present.where(projects.c.id >= word).order_by(projects.c.id)
        before = present.where(projects.c.id < word).order_by(projects.c.id.desc())
        with self._database.read() as read:
            ids = [i for side in (behind, before) for i in read.execute(side.limit(NEIGHBOURS)).scalars()]
        found = process.extract(word, ids, scorer=JaroWinkler.similarity, limit=limit, score_cutoff=LIKELY)
        return tuple(name for name, _, _ in found)

    def declare(self, declared: Iterable[Project]) -> None:
        """Make the projects of the configuration file those of the store.

        Those gone from the file are withdrawn, with all that is known of them kept. Those registered in Slack
        stay, but for the ones that the file now names: what the file names, the file decides.
        """
        wanted = {project.id: project for project in declared}
        present = PROJECT.where(projects.c.origin == FILE).execution_options(yield_per=BATCH)
        gone: list[str] = []
        with self._database.write() as write:
            for row in write.execute(present, {"edition": self._edition}):
                project = Project(*row)
                if project.id not in wanted:
                    gone.append(project.id)
                elif wanted[project.id] == project:
                    del wanted[project.id]
            self._withdraw(write, gone)
            self._put(write, list(wanted.values()))

    # --- Registered in Slack --------------------------------------------------------------------------------

    def register(
        self,
        project: Project,
        by: str,
        at: datetime,
        *,
        is_organizer: bool = False,
        most: int | None = None,
    ) -> bool:
        """False: a project of that id takes part already, or did before and `is_others`; its channel or its
        name in CLOMonitor is another one's; or they registered within a day, or speak for, the `most`.

        One that took part before comes back, with what is known of it.
        """
        row = self._row(project, SLACK) | {"registered_by": by, "registered_at": at}
        insert = self._database.insert(projects)
        # who takes it out and registers it again and again is told of once
        is_again = (projects.c.registered_by == by) & (projects.c.registered_at > at - DAY)
        since = sa.case((is_again, projects.c.registered_at), else_=insert.excluded.registered_at)
        back = insert.on_conflict_do_update(
            index_elements=["edition", "id"],
            set_={name: insert.excluded[name] for name in (*TOLD, "registered_by")}
            | {"registered_at": since},
            where=projects.c.withdrawn & (sa.true() if is_organizer else self._was_of(by, project.id)),
        )
        may = ~self._is_anothers(project)
        if most is not None:
            may &= (self._registered(by, at - DAY) < most) & (self._spoken_for(by) < most)
        with self._writing() as write:
            if not write.scalar(sa.select(may)):
                return False
            if write.execute(back.returning(projects.c.id), row).first() is None:
                return False
            self._put_people(write, [project])
            self._put_names(write, [project])
            return True

    def change(self, project: Project) -> bool:
        """Tell it anew.

        False: it is not there, the configuration file names it, or its channel or its name is another one's.
        """
        may = ~projects.c.withdrawn & ~self._is_anothers(project)
        with self._writing() as write:
            if not self._update(write, project.id, may, self._row(project, SLACK)):
                return False
            self._put_people(write, [project])
            self._put_names(write, [project])
            return True

    def ask_to_join(
        self, project_id: str, person: str, at: datetime, *tell: Direct, most: int | None = None
    ) -> bool:
        """Whoever can let them is told.

        False: they asked lately, or the `most` projects within a day, or nobody could let them.
        """
        insert = self._database.insert(wishes)
        again = insert.on_conflict_do_update(
            index_elements=["edition", "project", "person"], set_={"at": at}, where=wishes.c.at <= at - HEARD
        )
        row = {"edition": self._edition, "project": project_id, "person": person, "at": at}
        with self._database.write() as write:
            self._database.take_turns(write, f"{self._edition} {person}")
            within = sa.true() if most is None else self._asked(person, at - DAY) < most
            if not write.scalar(sa.select(within)) or not self._lock(write, project_id):
                return False
            asks = write.execute(again.returning(wishes.c.person), row).first() is not None
            if asks:
                self._outbox.tell(write, tell, at)
            return asks

    def asked_by(self, person: str, since: datetime) -> int:
        """How many projects somebody asked to join since then."""
        with self._database.read() as read:
            return read.execute(sa.select(self._asked(person, since))).scalar_one()

    def _asked(self, person: str, since: datetime) -> sa.ScalarSelect[int]:
        theirs = (wishes.c.edition == self._edition) & (wishes.c.person == person)
        return sa.select(sa.func.count()).where(theirs, wishes.c.at >= since).scalar_subquery()

    def join(self, project_id: str, person: str, at: datetime, *tell: Direct) -> bool:
        """Speak for it too. False: they do already, or it is not there, or the file names it."""
        with self._database.write() as write:
            if not self._lock(write, project_id):
                return False
            speakers = self._speakers(write, project_id)
            if person in speakers:
                return False
            self._speak(write, project_id, [*speakers, person])
            self._outbox.tell(write, tell, at)
            return True

    def leave(self, project_id: str, person: str) -> Left:
        """Speak for it no more, where somebody else does who may: guests may not."""
        with self._database.write() as write:
            if self._lock(write, project_id):
                return self._left(write, project_id, person)
        found = self.find(project_id)
        return Left.DECLARED if found and person in found.maintainers else Left.NOBODY

    def _left(self, write: sa.Connection, project_id: str, person: str) -> Left:
        speakers = self._speakers(write, project_id)
        if person not in speakers:
            return Left.NOBODY
        others = [each for each in speakers if each != person]
        barred = people.c.person.in_(others) & (people.c.is_guest | people.c.is_deleted)
        if write.execute(sa.select(sa.func.count()).where(barred)).scalar_one() == len(others):
            return Left.LAST
        self._speak(write, project_id, others)
        return Left.LEFT

    def hand_over(self, project_id: str, person: str, to: str, at: datetime, *tell: Direct) -> bool:
        """Another one speaks for it in their place. False: they do not, or the file names it."""
        with self._database.write() as write:
            if not self._lock(write, project_id):
                return False
            speakers = self._speakers(write, project_id)
            if person == to or person not in speakers:
                return False
            others = [each for each in speakers if each != to]
            self._speak(write, project_id, [to if each == person else each for each in others])
            self._outbox.tell(write, tell, at)
            return True

    def remove(self, project_id: str) -> bool:
        """It takes part no more, and all that is known of it is kept. False: only the file can."""
        with self._database.write() as write:
            return self._update(write, project_id, ~projects.c.withdrawn, {"withdrawn": True})

    def restore(self, project_id: str) -> bool:
        """False: it was not removed, the file decides, or others took its channel or its name meanwhile."""
        may = projects.c.withdrawn & ~self._is_anothers()
        with self._writing() as write:
            return self._update(write, project_id, may, {"withdrawn": False})

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Of two that take part or change at once, one sees the other."""
        with self._database.write() as write:
            self._database.take_turns(write, f"{self._edition} projects")
            yield write

    def _is_anothers(self, project: Project | None = None) -> sa.ColumnElement[bool]:
        """Its channel or its name in CLOMonitor is that of another one that takes part; of each row's own."""
        row, other = projects.c, projects.alias("other")
        its: tuple[sa.ColumnElement[str | None], ...] = (row.id, row.channel, row.clomonitor)
        if project:
            told = (project.id, project.channel, project.clomonitor)
            its = tuple(sa.literal(each, sa.Text) for each in told)
        name, channel, clomonitor = its
        is_same = (other.c.channel == channel) | (
            sa.func.lower(other.c.clomonitor) == sa.func.lower(clomonitor)
        )
        present = (other.c.edition == self._edition) & ~other.c.withdrawn & (other.c.id != name)
        return sa.exists().where(present, is_same)

    def is_declared(self, project_id: str) -> bool:
        """The configuration file names it, and decides what it names."""
        this = (projects.c.id == storable(project_id.lower())) & (projects.c.origin == FILE)
        found = sa.select(projects.c.id).where(
            projects.c.edition == self._edition, this, ~projects.c.withdrawn
        )
        with self._database.read() as read:
            return read.execute(found).first() is not None

    def is_others(self, project_id: str, person: str) -> bool:
        """A project of that id took part before, neither registered nor spoken for by this person."""
        this = (projects.c.edition == self._edition) & (projects.c.id == storable(project_id.lower()))
        found = sa.select(projects.c.id).where(
            this, projects.c.withdrawn, ~self._was_of(person, storable(project_id.lower()))
        )
        with self._database.read() as read:
            return read.execute(found).first() is not None

    def _was_of(self, person: str, project_id: str) -> sa.ColumnElement[bool]:
        spoke = sa.exists().where(
            maintainers.c.edition == self._edition,
            maintainers.c.project == project_id,
            maintainers.c.person == person,
        )
        return (sa.func.coalesce(projects.c.registered_by, "") == person) | spoke

    def registration(self, project_id: str) -> Registration | None:
        """How it was registered in Slack, if it was; one that was removed too."""
        found = self._registrations(projects.c.id == storable(project_id.lower()), limit=1)
        return found[0] if found else None

    def registrations(self, limit: int = 50) -> tuple[Registration, ...]:
        """The newest first, those that were removed too."""
        return self._registrations(sa.true(), limit)

    def count_by(self, person: str, since: datetime) -> int:
        """How many this person registered since then, those that were removed too."""
        with self._database.read() as read:
            return read.execute(sa.select(self._registered(person, since))).scalar_one()

    def _registered(self, person: str, since: datetime) -> sa.ScalarSelect[int]:
        theirs = (projects.c.edition == self._edition) & (projects.c.registered_by == person)
        every = sa.select(sa.func.count()).where(theirs, projects.c.registered_at >= since)
        return every.scalar_subquery()

    def _spoken_for(self, person: str) -> sa.ScalarSelect[int]:
        """How many take part for which this person speaks."""
        theirs = (maintainers.c.edition == self._edition) & (maintainers.c.person == person)
        of_them = sa.select(sa.func.count()).select_from(maintainers.join(projects))
        return of_them.where(theirs, ~projects.c.withdrawn).scalar_subquery()

    def _registrations(self, these: sa.ColumnElement[bool], limit: int) -> tuple[Registration, ...]:
        columns = (projects.c.registered_by, projects.c.registered_at, projects.c.withdrawn)
        theirs = (projects.c.edition == self._edition) & (projects.c.origin == SLACK)
        every: sa.Select[Any] = (
            sa.select(*COLUMNS, *columns)
            .where(theirs, these, projects.c.registered_by.is_not(None))
            .order_by(projects.c.registered_at.desc(), projects.c.id)
            .limit(limit)
        )
        with self._database.read() as read:
            rows = read.execute(every).all()
        return tuple(Registration(Project(*row[:-3]), *row[-3:]) for row in rows)

    def _update(
        self,
        write: sa.Connection,
        project_id: str,
        may: sa.ColumnElement[bool],
        values: Mapping[str, object],
    ) -> bool:
        """Of those that were registered in Slack."""
        this = (projects.c.edition == self._edition) & (projects.c.id == storable(project_id))
        mine = projects.update().where(this, projects.c.origin == SLACK, may)
        return bool(write.execute(mine.values(values)).rowcount)

    def _lock(self, write: sa.Connection, project_id: str) -> bool:
        """Others who change it wait. False: it is not there, or the configuration file names it."""
        return self._update(write, project_id, ~projects.c.withdrawn, {"origin": SLACK})

    def _speakers(self, read: sa.Connection, project_id: str) -> Sequence[str]:
        of_it = (maintainers.c.edition == self._edition) & (maintainers.c.project == project_id)
        theirs = sa.select(maintainers.c.person).where(of_it).order_by(maintainers.c.position)
        return read.execute(theirs).scalars().all()

    def _speak(self, write: sa.Connection, project_id: str, speakers: Sequence[str]) -> None:
        self._put_people(write, [Project(project_id, "", maintainers=tuple(speakers))])

    # --- How --------------------------------------------------------------------------------------------

    def _look_up(self, lookup: Lookup, name: str, typed: str) -> tuple[Project, ...]:
        rows = lookup.all({"edition": self._edition, name: storable(typed)})
        return tuple(Project(*row) for row in rows)

    def _select(self, statement: sa.Select[Any]) -> tuple[Project, ...]:
        with self._database.read() as read:
            return tuple(Project(*row) for row in read.execute(statement, {"edition": self._edition}))

    def _withdraw(self, write: sa.Connection, ids: Sequence[str]) -> None:
        for some in _batches(ids):
            gone = projects.update().where(projects.c.edition == self._edition, projects.c.id.in_(some))
            write.execute(gone.values(withdrawn=True))

    def _put(self, write: sa.Connection, changed: Sequence[Project]) -> None:
        insert = self._database.insert(projects)
        upsert = insert.on_conflict_do_update(
            index_elements=["edition", "id"], set_={name: insert.excluded[name] for name in TOLD}
        )
        for some in _batches(changed):
            write.execute(upsert, [self._row(project, FILE) for project in some])
            self._put_people(write, some)
            self._put_names(write, some)

    def _put_people(self, write: sa.Connection, some: Sequence[Project]) -> None:
        ids = [project.id for project in some]
        theirs = (maintainers.c.edition == self._edition) & maintainers.c.project.in_(ids)
        write.execute(maintainers.delete().where(theirs))
        if speakers := [row for project in some for row in self._people(project)]:
            write.execute(maintainers.insert(), speakers)

    def _put_names(self, write: sa.Connection, some: Sequence[Project]) -> None:
        ids = [project.id for project in some]
        write.execute(names.delete().where(names.c.edition == self._edition, names.c.project.in_(ids)))
        write.execute(names.insert(), [row for project in some for row in self._names(project)])

    def _row(self, project: Project, origin: str) -> dict[str, object]:
        return {
            "edition": self._edition,
            "id": project.id,
            "name": project.name,
            "clomonitor": project.clomonitor,
            "repositories": project.repositories,
            "channel": project.channel,
            "timezone": project.timezone,
            "origin": origin,
            "withdrawn": False,
        }

    def _people(self, project: Project) -> list[dict[str, object]]:
        return [
            {"edition": self._edition, "project": project.id, "person": person, "position": position}
            for position, person in enumerate(project.maintainers)
        ]

    def _names(self, project: Project) -> list[dict[str, object]]:
        return [
            {"edition": self._edition, "project": project.id, "beginning": each}
            for each in {beginning(name) for name in called(project)}
        ]


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
