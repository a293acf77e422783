"""The Slam at one moment, as reminders see it, and what they make of it: notices."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NewType, TypeAlias
from zoneinfo import ZoneInfo

from rules.model import Edition, Milestone, Outcome, Project, State
from rules.resources import Resources

# What a reminder's Settings may ask the configuration for, besides text, timedelta, time and their tuples.
MilestoneId = NewType("MilestoneId", str)
ChannelId = NewType("ChannelId", str)
Weekday = NewType("Weekday", int)  # 0 is Monday

EVERYTHING = "*"  # as a kind: all of them


# --- How far a project is, remembered -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BadgeStanding:
    """How far a project was on one badge."""

    badge: str
    title: str
    state: State
    found: int  # criteria that hold
    total: int
    missing: int  # criteria that are unmet
    unknown: int = 0  # criteria that no source tells


@dataclass(frozen=True, slots=True)
class Step:
    """A smallest next step, as it was when the evidence was measured."""

    badge: str
    criterion: str
    text: str  # an instruction, without a full stop
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """How far a project was when its evidence was measured last."""

    badges: tuple[BadgeStanding, ...]
    outcomes: Mapping[str, Outcome]  # by "badge/criterion"; one that became unknown leaves the last one
    steps: tuple[Step, ...]  # the smallest of each badge that lacks something, the smallest of all first
    maturity: str | None  # in CLOMonitor: "sandbox"
    measured_at: datetime  # when the evidence was gathered
    progressed_at: datetime  # when something was found last; before that, when it was measured first


@dataclass(frozen=True, slots=True)
class Change:
    """A criterion that was found, or lost, between two looks. A source's silence is neither."""

    at: datetime  # when the evidence was gathered that shows it
    badge: str
    title: str  # the badge's
    criterion: str
    statement: str
    found: bool
    detail: str
    step: str = ""  # what to do about one that was lost, as an instruction
    resource: str | None = None


# --- Who is there -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """Where messages go: a channel, or a person who asked for direct messages."""

    id: str  # Slack id of a channel or a user
    timezone: str
    holder: str  # whose preferences count: a project's id for its channel, a user's or a channel's own id
    muted: frozenset[str] = frozenset()  # kinds, or EVERYTHING


@dataclass(frozen=True)  # without slots: what is worked out of it once stays beside it
class Participant:
    """A registered project."""

    project: Project
    record: Record | None = None  # None: not looked at yet
    changes: tuple[Change, ...] = ()  # of the last eight days, oldest first
    awarded: frozenset[str] = frozenset()  # badges
    readers: tuple[Reader, ...] = ()  # empty: nobody can be told

    @cached_property
    def is_finished(self) -> bool:
        """Every badge is awarded, or its evidence found. What was not looked at is not finished."""
        found = State.EVIDENCE_FOUND
        return self.record is not None and all(
            badge.state is found or badge.badge in self.awarded for badge in self.record.badges
        )

    @cached_property
    def step(self) -> Step | None:
        """The smallest next step towards a badge that is not awarded; None: nothing that is known."""
        steps = self.record.steps if self.record else ()
        return next((step for step in steps if step.badge not in self.awarded), None)


@dataclass(frozen=True, slots=True)
class Told:
    """The date of a milestone that somebody was told last."""

    project: str | None
    reader: str
    milestone: str
    date: str  # as `announced` says it
    at: datetime  # when


@dataclass(frozen=True, slots=True)
class Lately:
    """A message that somebody was told lately, or is about to be."""

    project: str | None
    reader: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an organizer wrote."""

    id: int
    text: str
    audience: tuple[str, ...]  # words of rules.audience
    author: str
    send_at: datetime | None = None  # None: not approved yet
    asked_at: datetime | None = None  # when approval was asked for


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that organizers have to know: a channel that cannot be reached, sends nobody can confirm."""

    about: str  # unique while the trouble lasts: "C0X", "unconfirmed"
    since: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody registered a project in Slack, or wants to be a volunteer."""

    by: str  # Slack user id
    at: datetime
    about: str  # the project's name, or the topics
    project: str | None = None  # its id; None: they want to volunteer


@dataclass(frozen=True, slots=True)
class Slam:
    """Everything the clock looks at."""

    edition: Edition
    resources: Resources
    participants: Sequence[Participant] = ()  # may be read when somebody first looks at them
    channels: Mapping[str, Reader] = field(default_factory=dict)  # by id, those that the configuration names
    announcements_channel: str | None = None
    organizers_channel: str | None = None
    told: tuple[Told, ...] = ()
    announcements: tuple[Announcement, ...] = ()  # neither sent whole nor cancelled
    troubles: tuple[Trouble, ...] = ()
    arrivals: tuple[Arrival, ...] = ()  # that are neither undone nor, of volunteers, approved

    def is_on(self, now: datetime) -> bool:
        return self.edition.opens.at <= now < self.edition.ends.at

    def channel(self, name: str | None) -> Reader | None:
        """None: there is no such channel, or it cannot be reached."""
        return self.channels.get(name) if name else None


# --- What is to be said -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strong:
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody could type: "/slam next kelp"."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Written:
    """What an organizer wrote: it keeps its *bold* and its addresses, and mentions nobody."""

    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    user: str  # Slack user id


Part: TypeAlias = "str | datetime | Strong | Typed | Link | Written | Mention"
"""A datetime is shown in each reader's own time zone; a str is plain, and escaped where it is drawn."""
Line: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: pressing it is answered by `action`, "<subcommand>.<button>", with the words of `value`."""

    label: str
    action: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that one reader is to be told once.

    It is owed from `due_at` on and pointless from `pointless_at` on. `say` is asked only if it is told.
    """

    key: str  # unique for all time; ends with the reader's id
    kind: str
    project: str | None
    reader: Reader
    due_at: datetime
    pointless_at: datetime
    say: Callable[[], tuple[Line, ...]]
    offers: tuple[Offer, ...] = ()
    milestone: str | None = None  # whose date it tells
    date: str | None = None  # that date, as `announced` says it


@dataclass(frozen=True, slots=True)
class Reminder:
    """An entry of the configuration: its kind's file name, Settings, and `due` function."""

    id: str
    kind: str
    settings: Any
    due: Callable[[Any, Slam, datetime], tuple[Notice, ...]]


def reached(before: Iterable[timedelta], milestone: Milestone, now: datetime) -> timedelta | None:
    """The nearest of these distances to a milestone that has been reached. None: none yet, or it is over."""
    if now >= milestone.at:
        return None
    return min((each for each in before if milestone.at - each <= now), default=None)


def announced(milestone: Milestone) -> str:
    """A milestone's date as it was announced, for keys: "2023-11-06T23:59-12:00"."""
    there = ZoneInfo(milestone.timezone)
    return milestone.told_as or milestone.at.astimezone(there).isoformat(timespec="minutes")


def as_told(edition: Edition, dates: Collection[tuple[str, str]]) -> Edition:
    """The edition in the words of these (milestone, date) pairs that were told, for the same moments.

    A date has moved when its moment is another, not when it is announced in another zone.
    """
    return replace(edition, milestones=tuple(_as_told(each, dates) for each in edition.milestones))


def _as_told(milestone: Milestone, dates: Iterable[tuple[str, str]]) -> Milestone:
    date = announced(milestone)
    at = datetime.fromisoformat(date)
    same = [told for name, told in dates if name == milestone.id and datetime.fromisoformat(told) == at]
    return replace(milestone, told_as=min(same)) if same and date not in same else milestone


def key(edition: Edition, reminder: str, occasion: str, project: str | None, reader: Reader) -> str:
    """ "slam-2023/closing/close@2023-11-06T23:59-12:00/7d/jaeger/C0JAEGER"."""
    about = f"/{project}" if project else ""
    return f"{edition.id}/{reminder}/{occasion}{about}/{reader.id}"


def instant(at: datetime) -> str:
    """A moment as keys name it: "2023-10-20T12:00:00Z"."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def short(length: timedelta) -> str:
    """A duration as the configuration writes it: "7d", "3h", "90m"."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
