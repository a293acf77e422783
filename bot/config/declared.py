"""What organizers declare in config.yaml, section by section."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from bot.config import kinds
from bot.config.entries import Entry
from rules.help import Volunteer
from rules.local import QuietHours
from rules.model import Project
from rules.topics import Topics


@dataclass(frozen=True)
class Channels:
    """Slack channel ids."""

    announcements: str | None = None
    help: str | None = None
    organizers: str | None = None


@dataclass(frozen=True)
class Pacing:
    per_channel_seconds: float = 1.0
    per_workspace_per_minute: int = 60


@dataclass(frozen=True)
class Refresh:
    every: timedelta = timedelta(minutes=30)  # the age aimed at; the sources' limits win


@dataclass(frozen=True)
class Slack:
    history: bool = False  # whether the app may look up doubtful sends
    scopes: tuple[str, ...] = ()  # that the manifest asks for besides the default ones


PROJECT = ("id", "name", "clomonitor", "repositories", "channel", "timezone", "maintainers")
VOLUNTEER = ("user", "topics", "timezone", "hours", "capacity")


def channels(top: Entry) -> Channels:
    entry = top.entry("channels", ("announcements", "help", "organizers"))
    return Channels(
        announcements=entry.get("announcements", kinds.channel, None),
        help=entry.get("help", kinds.channel, None),
        organizers=entry.get("organizers", kinds.channel, None),
    )


def projects(top: Entry) -> tuple[Project, ...]:
    seen: set[str] = set()
    entries = top.entries("projects", PROJECT)
    return tuple(project for entry in entries if (project := _project(entry, seen)))


def _project(entry: Entry, seen: set[str]) -> Project | None:
    name = entry.unique("id", kinds.project_id, seen)
    if name is None:
        return None
    return Project(
        id=name,
        name=entry.get("name", kinds.text, str(entry.values["id"])),
        clomonitor=entry.get("clomonitor", kinds.clomonitor_name, None),
        repositories=_once(entry.each("repositories", kinds.repository)),
        channel=entry.get("channel", kinds.channel, None),
        timezone=entry.get("timezone", kinds.timezone, None),
        maintainers=_once(entry.each("maintainers", kinds.person)),
    )


def volunteers(top: Entry, timezone: str, topics: Topics, badges: Collection[str]) -> tuple[Volunteer, ...]:
    seen: set[str] = set()
    topic = _topic(topics, badges)
    entries = top.entries("volunteers", VOLUNTEER)
    return tuple(volunteer for entry in entries if (volunteer := _volunteer(entry, timezone, topic, seen)))


def _volunteer(
    entry: Entry, timezone: str, topic: Callable[[object], str], seen: set[str]
) -> Volunteer | None:
    user = entry.unique("user", kinds.person, seen)
    if user is None:
        return None
    return Volunteer(
        user=user,
        topics=_once(entry.each("topics", topic)),
        timezone=entry.get("timezone", kinds.timezone, timezone),
        hours=entry.get("hours", kinds.hours, None),
        capacity=entry.get("capacity", kinds.count, 1),
    )


def _topic(topics: Topics, badges: Collection[str]) -> Callable[[object], str]:
    """Reads a topic by any of its names, or a badge. A word of the organizers' own stays as it is."""

    def read(value: object) -> str:
        word = kinds.word(value)
        found = None if word in badges else topics.find(word)
        if found is None and word not in badges and (near := topics.suggest(word)):
            raise kinds.Wrong(f"a topic such as {near}")
        return found.id if found else word

    return read


def quiet_hours(top: Entry) -> QuietHours:
    entry = top.entry("quiet_hours", ("from", "to"))
    standard = QuietHours()
    return QuietHours(
        entry.get("from", kinds.clock, standard.start), entry.get("to", kinds.clock, standard.end)
    )


def pacing(top: Entry) -> Pacing:
    entry = top.entry("pacing", ("per_channel_seconds", "per_workspace_per_minute"))
    standard = Pacing()
    return Pacing(
        per_channel_seconds=entry.get("per_channel_seconds", kinds.number, standard.per_channel_seconds),
        per_workspace_per_minute=entry.get(
            "per_workspace_per_minute", kinds.count, standard.per_workspace_per_minute
        ),
    )


def refresh(top: Entry) -> Refresh:
    return Refresh(top.entry("refresh", ("every",)).get("every", kinds.duration, Refresh().every))


def slack(top: Entry) -> Slack:
    entry = top.entry("slack", ("history", "scopes"))
    return Slack(entry.get("history", kinds.flag, Slack().history), entry.each("scopes", kinds.scope))


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
