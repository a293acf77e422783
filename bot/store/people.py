"""What Slack told of people: their time zone, and whether they may act."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import BATCH, Database, storable
from bot.store.outbox import State
from bot.store.posts import Say, nothing
from bot.store.questions import SOMEONE, Questions
from bot.store.tables import (
    asked,
    closed,
    courses,
    direct,
    maintainers,
    messages,
    mutes,
    notices,
    people,
    places,
    projects,
    questions,
    volunteers,
    wishes,
)


@dataclass(frozen=True)
class Person:
    timezone: str | None
    is_guest: bool
    is_deleted: bool
    known_at: datetime  # when Slack was asked


EVERYTHING = sa.select(people.c.timezone, people.c.is_guest, people.c.is_deleted, people.c.known_at)
"""The columns of a `Person`, in its order."""


@dataclass(frozen=True, slots=True)
class Held:
    """How much we hold on a person, in all editions."""

    told_by_slack: bool  # their time zone, and whether they are a guest
    preferences: int  # for themselves, and those that they set for others
    courses: int
    questions: int  # that they asked
    helped: int  # questions of others that they were asked to answer, took or resolved
    is_volunteer: bool
    projects: int  # that they speak for, as was said in Slack
    wishes: int  # to speak for one
    registered: int  # projects
    messages: int  # to them


class People:
    """Shared by all editions: somebody is the same person in each."""

    def __init__(self, database: Database, questions: Questions) -> None:
        self._database = database
        self._questions = questions

    def find(self, person: str) -> Person | None:
        return self.among([person]).get(person)

    def among(self, persons: Collection[str]) -> Mapping[str, Person]:
        """By Slack user id: those of them whom we know."""
        found: dict[str, Person] = {}
        wanted = sorted(persons)
        with self._database.read() as read:
            for start in range(0, len(wanted), BATCH):
                some = people.c.person.in_(wanted[start : start + BATCH])
                for row in read.execute(EVERYTHING.add_columns(people.c.person).where(some)):
                    *told, person = row
                    found[person] = Person(*told)
        return found

    def barred(self, persons: Collection[str]) -> frozenset[str]:
        """Those of them who may not act, as far as Slack told: guests, and who is gone."""
        told = self.among(persons).items()
        return frozenset(person for person, known in told if known.is_guest or known.is_deleted)

    def keep(self, person: str, told: Person) -> None:
        row = {
            "person": person,
            "timezone": told.timezone,
            "is_guest": told.is_guest,
            "is_deleted": told.is_deleted,
            "known_at": told.known_at,
        }
        with self._database.write() as write:
            write.execute(self._database.upsert(people), row)

    def held(self, person: str) -> Held:
        person = storable(person)
        counts = {
            "people": people.c.person == person,
            "mutes": (mutes.c.holder == person) | (mutes.c.muted_by == person),
            "direct": direct.c.person == person,
            "courses": courses.c.person == person,
            "questions": questions.c.asker == person,
            "helped": (questions.c.asker != person) & _had(person),
            "volunteers": (volunteers.c.person == person) & (~DECLARED | LIVED),
            "projects": _speaks(person),
            "wishes": wishes.c.person == person,
            "registered": projects.c.registered_by == person,
            "messages": messages.c.reader == person,
        }
        each = [
            sa.select(sa.func.count()).where(theirs).scalar_subquery().label(name)
            for name, theirs in counts.items()
        ]
        with self._database.read() as read:
            row = read.execute(sa.select(*each)).one()
        return Held(
            told_by_slack=row.people > 0,
            preferences=row.mutes + row.direct,
            courses=row.courses,
            questions=row.questions,
            helped=row.helped,
            is_volunteer=row.volunteers > 0,
            projects=row.projects,
            wishes=row.wishes,
            registered=row.registered,
            messages=row.messages,
        )

    def forget(self, person: str, at: datetime, say: Say = nothing) -> None:
        """Delete what is held on somebody, in all editions, at once and for good.

        Their questions stay without words, as someone's. What organizers awarded, attested and announced
        stays with their names, and so does what the configuration file names: it is not ours to change.
        `say` is asked what is said about each posted question that is theirs, or that they own.
        """
        with self._database.write() as write:
            self._questions.forget(write, person, at, say)
            _forget_messages(write, person)  # before their place, which comes back with what is settled
            for column in THEIRS:
                write.execute(sa.delete(column.table).where(column == person))
            theirs = volunteers.c.person == person
            write.execute(volunteers.delete().where(theirs, ~DECLARED))
            write.execute(volunteers.update().where(theirs).values(UNLIVED))
            write.execute(maintainers.delete().where(_speaks(person)))
            write.execute(mutes.update().where(mutes.c.muted_by == person).values(muted_by=SOMEONE))
            registered = projects.c.registered_by == person
            write.execute(projects.update().where(registered).values(registered_by=SOMEONE))
        self._database.empty_log()


THEIRS: tuple[sa.Column[str], ...] = (
    people.c.person,
    direct.c.person,
    courses.c.person,
    wishes.c.person,
    mutes.c.holder,
    closed.c.reader,
    places.c.place,
)
"""Columns that name whose row it is."""

DECLARED = volunteers.c.origin == "file"
LIVED = (
    ~volunteers.c.on_duty
    | volunteers.c.away_until.is_not(None)
    | volunteers.c.asked_at.is_not(None)
    | (volunteers.c.thanks > 0)
)
"""Something is held on a volunteer besides what the configuration file says of them."""
UNLIVED = {"on_duty": True, "away_until": None, "asked_at": None, "thanks": 0}


def _forget_messages(write: sa.Connection, person: str) -> None:
    """What was said to them, and their name where others were told of them."""
    write.execute(messages.delete().where(messages.c.reader == person))
    # no \b: in JSON a line begins with the letter of its "\n"
    name = re.compile(rf"<@{re.escape(person)}>|(?<![A-Z0-9]){re.escape(person)}(?![A-Z0-9])")
    naming = messages.c.body.contains(person, autoescape=True)
    bodies = sa.select(messages.c.id, messages.c.body).where(naming).with_for_update()
    for message, body in write.execute(bodies).all():
        this = messages.update().where(messages.c.id == message)
        write.execute(this.values(body=name.sub(SOMEONE, body)))
    keys = sa.select(notices.c.key, notices.c.message, notices.c.position).where(
        notices.c.key.contains(person, autoescape=True), notices.c.reader != person
    )
    for key, message, position in write.execute(keys).all():
        nobodys = name.sub(f"{SOMEONE}-{message}-{position}", key)  # no other key is like it
        write.execute(notices.update().where(notices.c.key == key).values(key=nobodys))
    people_of = sa.literal(" ") + sa.type_coerce(messages.c.people, sa.Text) + " "
    together = people_of.contains(f" {person} ", autoescape=True)
    is_sending = messages.c.state == State.SENDING.value
    write.execute(messages.update().where(together, ~is_sending).values(people=None))


def _had(person: str) -> sa.ColumnElement[bool]:
    """Of the questions: that person was asked to answer it, took it or resolved it."""
    was_asked = sa.exists().where(asked.c.question == questions.c.id, asked.c.person == person)
    return was_asked | (questions.c.owner == person) | (questions.c.resolved_by == person)


def _speaks(person: str) -> sa.ColumnElement[bool]:
    """Of the maintainers: that person, where people said so and not the configuration file."""
    declared = sa.exists().where(
        projects.c.edition == maintainers.c.edition,
        projects.c.id == maintainers.c.project,
        projects.c.origin == "file",
    )
    return sa.and_(maintainers.c.person == person, ~declared)
