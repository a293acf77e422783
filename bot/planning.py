"""What is owed now: what is stored becomes a Slam, the rules say what is due, and that is written down.

Nothing is sent here. A plan is made anew each time, of what is stored and of the moment alone: whoever plans,
and however often, a key is owed once.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar

import structlog

from bot import notices
from bot.config import Config
from bot.store import DatabaseError, Store
from bot.store.closed import Closed
from bot.store.outbox import Draft, NoticeRow, Pending, State
from rules import owed as rules
from rules.model import Project
from rules.owed import Bundle
from rules.record import record
from rules.slam import (
    Arrival,
    Change,
    Lately,
    Notice,
    Participant,
    Reader,
    Record,
    Slam,
    Trouble,
    announced,
    as_told,
)

T = TypeVar("T")

WRITTEN = 50  # messages, or measurements, in one transaction
EVERYBODY = 1_000_000  # projects
REMEMBERED = timedelta(days=8)  # how long reminders tell of a change
ABANDONED = timedelta(minutes=1)  # since somebody planned with a configuration
LOOKED_UP = timedelta(minutes=5)  # after that long, a message in doubt is not found in history either
GLANCE = 100  # messages
NEWEST = 200  # projects registered in Slack; more come in no night
LATELY = timedelta(days=2)  # further back than midnight is, wherever somebody reads

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Plan:
    """What is owed from now on, and what that was owed and not sent yet no longer is."""

    bundles: tuple[Bundle, ...] = ()
    withdrawn: tuple[Pending, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(notice for bundle in self.bundles for notice in bundle.notices)


class Measurement(NamedTuple):
    """How far a project was at its newest look, and what changed with it."""

    record: Record
    changes: tuple[Change, ...] = ()


def load(
    store: Store, config: Config, now: datetime, measured: Mapping[str, Measurement] | None = None
) -> Slam:
    """Everything that reminders look at. `measured` says what is not stored yet, by project."""
    closed = store.closed.all()
    dates = store.outbox.dates()
    readers = _Readers(store, config, now, closed)
    participants = _Participants(partial(_read, store, config, now, readers, measured or {}))
    slam = _slam(config, dates, participants, readers)
    current = {(milestone.id, announced(milestone)) for milestone in slam.edition.milestones}
    return replace(
        slam,
        told=store.outbox.told(current) if dates - current else (),
        announcements=store.announcements.open(),
        troubles=(
            *_refusals(participants, closed),
            *_doubts(store, config, now),
            *_failures(store, closed),
        ),
        arrivals=tuple(_arrivals(store, config)),
    )


def _read(
    store: Store, config: Config, now: datetime, readers: _Readers, measured: Mapping[str, Measurement]
) -> tuple[Participant, ...]:
    projects = store.projects.as_declared(config.projects)
    records = {**store.progress.all(), **{name: each.record for name, each in measured.items()}}
    changes = store.progress.changes(now - REMEMBERED)
    awarded = store.awards.every()
    return tuple(
        Participant(
            project=project,
            record=records.get(project.id),
            changes=changes.get(project.id, ()) + _new_changes(measured, project.id),
            awarded=awarded.get(project.id, frozenset()),
            readers=readers.of(project),
        )
        for project in projects
    )


class _Participants(Sequence[Participant]):
    """Read when a reminder looks at them: a thousand are a lot, and on most days no reminder does."""

    def __init__(self, read: Callable[[], tuple[Participant, ...]]) -> None:
        self._all = cache(read)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401  # a number or a slice
        return self._all()[index]

    def __iter__(self) -> Iterator[Participant]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def owed(store: Store, config: Config, now: datetime) -> Plan:
    """What the next tick, at this moment, will owe. Stores nothing."""
    behind = store.progress.behind(EVERYBODY)
    return _planned(store, config, now, _measured(store, config, behind))


def drafts(bundles: Iterable[Bundle]) -> tuple[Draft, ...]:
    """The messages as they will be sent."""
    return tuple(draft for bundle in bundles if (draft := _draft(bundle)))


def fingerprint(config: Config) -> str:
    """The same for configurations that plan the same."""
    edition = config.edition
    badges = [
        (badge.id, [(each.check, each.settings) for each in badge.criteria]) for badge in edition.badges
    ]
    reminders = [(each.id, each.kind, each.settings) for each in config.reminders]
    limits = (config.timezone, config.quiet_hours, config.max_messages_per_day)
    plans = (edition.id, edition.milestones, badges, reminders, limits, config.channels, config.projects)
    return hashlib.sha256(repr(plans).encode()).hexdigest()


def alone(store: Store, config: Config, now: datetime, projects: Sequence[Project]) -> Slam:
    """The Slam with these projects alone, as stored: enough to tell what they will be told next."""
    ids = [project.id for project in projects]
    changes = store.progress.changes(now - REMEMBERED, ids)
    readers = _Readers(store, config, now, store.closed.all())
    participants = tuple(
        Participant(
            project=project,
            record=store.progress.find(project.id),
            changes=changes.get(project.id, ()),
            awarded=frozenset(store.awards.awarded(project.id)),
            readers=readers.of(project),
        )
        for project in projects
    )
    return _slam(config, store.outbox.dates(ids), participants, readers)


def _slam(
    config: Config,
    dates: Collection[tuple[str, str]],
    participants: Sequence[Participant],
    readers: _Readers,
) -> Slam:
    return Slam(
        edition=as_told(config.edition, dates),
        resources=config.resources,
        participants=participants,
        channels=readers.channels(),
        announcements_channel=config.channels.announcements,
        organizers_channel=config.channels.organizers,
    )


class Planner:
    """Writes down what is owed, tick by tick. `config` may be replaced between two of them."""

    def __init__(
        self, store: Store, config: Config, now: Callable[[], datetime], wake: Callable[[], None]
    ) -> None:
        """`wake` is called when something new is owed."""
        self.config = config
        self._store = store
        self._now = now
        self._wake = wake
        # always the same one: a thread keeps the memory that its work took once, and a plan takes much
        self._thread = ThreadPoolExecutor(1, "planner")
        self._fingerprinted: tuple[Config, str] | None = None
        self._stopped = False

    def leads(self) -> bool:
        """Whether to plan with this configuration: nobody plans with one that was read later.

        Two processes of which one knows a date that has moved would correct each other again and again.
        """
        now, mine, newest = self._now(), self._mine(), self._store.switches.planned_with()
        if newest and newest.by != mine and abs(now - newest.at) < ABANDONED:
            return False
        self._store.switches.plan_with(mine, now)
        return True

    def stop(self) -> None:
        """A tick under way need not come to its end: the next one, of whatever process, goes on."""
        self._stopped = True

    async def tick(self) -> None:
        """Measure what was looked at, withdraw what is no longer due, owe what is."""
        # from a thread on SQLite too: it takes a while, and people wait for answers
        loop = asyncio.get_running_loop()
        count = await loop.run_in_executor(self._thread, self._tick, self._now(), self.config)
        if count:
            log.info("owed", messages=count)
            self._wake()

    def _mine(self) -> str:
        if self._fingerprinted is None or self._fingerprinted[0] is not self.config:
            self._fingerprinted = self.config, fingerprint(self.config)
        return self._fingerprinted[1]

    def _tick(self, now: datetime, config: Config) -> int:
        """How many messages are owed that were not before."""
        self._measure(config)
        plan = _planned(self._store, config, now, {})
        count = 0
        withdrawn = tuple(message.message for message in plan.withdrawn)
        for start in range(0, max(len(plan.bundles), 1), WRITTEN):
            if self._stopped:
                break
            some = drafts(plan.bundles[start : start + WRITTEN])
            count += self._store.outbox.owe(some, withdrawn, now)
            withdrawn = ()
        return count

    def _measure(self, config: Config) -> None:
        behind = self._store.progress.behind(EVERYBODY)
        for start in range(0, len(behind), WRITTEN):
            if self._stopped:
                return
            some = behind[start : start + WRITTEN]
            self._store.progress.keep(_measured(self._store, config, some))


# --- What is owed ------------------------------------------------------------------------------------------


def _planned(store: Store, config: Config, now: datetime, measured: Mapping[str, Measurement]) -> Plan:
    slam = load(store, config, now, measured)
    may_go: dict[str, Notice] = {}
    for reminder in config.reminders:
        due = spared(partial(rules.due, [reminder], slam, now), reminder=reminder.id)
        may_go.update({each.key: each for each in due or () if rules.may_go(each, now, config.quiet_hours)})
    # what waits to be sent is due, wanted and not quiet: nobody hears at noon what was superseded at eleven
    withdrawn = [message for message in store.outbox.pending() if not _is_true(message, may_go)]
    if store.switches.paused():
        return Plan(withdrawn=tuple(withdrawn))
    known = store.outbox.known(may_go) - {key for message in withdrawn for key in message.keys}
    untold = [notice for key, notice in may_go.items() if key not in known]
    lately = _without(store.outbox.lately(now - LATELY), withdrawn)
    bundles = rules.bundles(untold, now, lately, config.max_messages_per_day, config.quiet_hours)
    return Plan(bundles, tuple(withdrawn))


def _is_true(message: Pending, may_go: Mapping[str, Notice]) -> bool:
    """All that it says may be said now, and the dates that it tells have not moved."""
    return all(key in may_go and may_go[key].date == date for key, date in message.dates.items())


def _without(lately: Sequence[Lately], withdrawn: Sequence[Pending]) -> list[Lately]:
    """Messages that were told or will be: those that are withdrawn count no more."""
    back = Counter(Lately(message.project, message.reader, message.owed_at) for message in withdrawn)
    return list((Counter(lately) - back).elements())


def _draft(bundle: Bundle) -> Draft | None:
    """None where one of its notices cannot be put into words."""
    told = spared(partial(notices.drawn, bundle.notices), key=bundle.notices[0].key)
    if told is None:
        return None
    rows = tuple(NoticeRow(each.key, each.kind, each.milestone, each.date) for each in bundle.notices)
    return Draft(bundle.project, bundle.reader.id, rows, told.text, told.blocks, bundle.pointless_at)


# --- Who is there ------------------------------------------------------------------------------------------


def _measured(store: Store, config: Config, projects: Sequence[str]) -> Mapping[str, Measurement]:
    """By project. One whose evidence cannot be read, or not be judged, is absent."""
    found = {project: _measurement(store, config, project) for project in projects}
    return {project: each for project, each in found.items() if each}


def _measurement(store: Store, config: Config, project: str) -> Measurement | None:
    standing = store.evidence.standing(project)
    if standing is None or standing.evidence is None or standing.gathered_at is None:
        return None
    evidence, at = standing.evidence, standing.gathered_at
    previous = store.progress.find(project)
    found = spared(partial(record, config.edition, evidence, at, previous), project=project)
    return Measurement(*found) if found else None


def _new_changes(measured: Mapping[str, Measurement], project: str) -> tuple[Change, ...]:
    return measured[project].changes if project in measured else ()


class _Readers:
    """Who can be told something, where they are, and what they do not want to hear."""

    def __init__(self, store: Store, config: Config, now: datetime, closed: Mapping[str, Closed]) -> None:
        self._config = config
        self._muted = store.preferences.muted(now)
        self._direct = store.preferences.direct()
        self._people = store.people.among(self._direct)
        self._refusing = {reader for reader, each in closed.items() if each.refuses(now)}

    def of(self, project: Project) -> tuple[Reader, ...]:
        """Its channel, and those of its maintainers who asked for direct messages."""
        found = [self._person(person) for person in project.maintainers if person in self._direct]
        if project.channel:
            zone = project.timezone or self._config.timezone
            found.insert(0, self._reader(project.channel, zone, holder=project.id))
        return tuple(reader for reader in found if reader and reader.id not in self._refusing)

    def channels(self) -> Mapping[str, Reader]:
        """Those that the configuration names, for itself or for a reminder; by id."""
        named = self._config.channels
        ids = {named.announcements, named.help, named.organizers}
        ids.update(*(getattr(each.settings, "channels", ()) for each in self._config.reminders))
        return {
            name: self._reader(name, self._config.timezone, holder=name)
            for name in ids
            if name and name not in self._refusing
        }

    def _person(self, person: str) -> Reader | None:
        known = self._people.get(person)
        if known and known.is_deleted:
            return None
        zone = (known and known.timezone) or self._config.timezone
        return self._reader(person, zone, holder=person)

    def _reader(self, name: str, zone: str, holder: str) -> Reader:
        return Reader(name, zone, holder, self._muted.get(holder, frozenset()))


# --- What organizers have to know --------------------------------------------------------------------------


def _refusals(participants: Sequence[Participant], closed: Mapping[str, Closed]) -> Iterator[Trouble]:
    projects = [each.project for each in participants] if closed else []
    of_channel = {project.channel: f"{project.name}'s channel" for project in projects}
    for reader, each in sorted(closed.items()):
        whose = of_channel.get(reader, "")
        yield Trouble(
            reader,
            each.since,
            f"{whose} {reader} cannot be told anything: Slack says {each.reason}. Next: mend that, as by "
            "inviting the bot; /slam outbox closed tries it again.".lstrip(),
        )


def _doubts(store: Store, config: Config, now: datetime) -> Iterator[Trouble]:
    """Sends that nobody can confirm; not those that history may clear up yet."""
    patience = LOOKED_UP if config.slack.history else timedelta()
    doubted = store.outbox.page(State.UNCONFIRMED, limit=GLANCE)
    tried = [each.sending_at for each in doubted if each.sending_at and each.sending_at + patience <= now]
    if tried:
        yield Trouble(
            "unconfirmed",
            _day(max(tried)),
            "Of some messages nobody knows whether they arrived. Next: /slam outbox unconfirmed shows them, "
            "and you say for each: it arrived, or send again.",
        )


def _failures(store: Store, closed: Mapping[str, Closed]) -> Iterator[Trouble]:
    """What Slack refused, though not because of where it was to go."""
    failed = store.outbox.page(State.FAILED, limit=GLANCE)
    settled = [each.settled_at for each in failed if each.settled_at and each.reader not in closed]
    if settled:
        yield Trouble(
            "failed",
            _day(max(settled)),
            "Slack refused some messages. Next: /slam outbox failed says why, and sends them again.",
        )


def _arrivals(store: Store, config: Config) -> Iterator[Arrival]:
    for each in store.projects.registrations(NEWEST):
        if not each.is_removed:
            yield Arrival(each.by, each.at, each.project.name, each.project.id)
    topics = config.topics.entries
    for one in store.volunteers.enrolled():
        if one.joined_at and not one.is_approved:
            titles = [topics[name].title if name in topics else name for name in one.volunteer.topics]
            yield Arrival(one.volunteer.user, one.joined_at, ", ".join(titles))


def _day(moment: datetime) -> datetime:
    """Troubles that come in numbers are told once a day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


# --- Mishaps ----------------------------------------------------------------------------------------------


def spared(work: Callable[[], T], **about: str) -> T | None:
    """None: a mistake of ours in one reminder, project or message. It is logged, and the others go on."""
    try:
        return work()
    except DatabaseError:
        raise
    except Exception:
        log.exception("left out of the plan", **about)
        return None
