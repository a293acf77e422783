"""The configuration: config.yaml, its edition and the environment; every mistake is named at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from bot import documents
from bot.config import declared, environment, kinds
from bot.config.declared import Channels, Pacing, Refresh, Slack
from bot.config.entries import SECRET, Entry, absent
from bot.config.environment import Environment, Need, Secret
from bot.config.reminders import reminders
from rules import edition as editions
from rules import first_aid
from rules import resources as library
from rules import topics as subjects
from rules.first_aid import Aids
from rules.help import Volunteer
from rules.local import QuietHours
from rules.model import Edition, Milestone, Project
from rules.resources import Resources
from rules.slam import Reminder
from rules.topics import Topics

__all__ = ["Config", "ConfigError", "Environment", "Need", "Secret", "read"]

T = TypeVar("T")

RULES = Path(library.__file__).parent
EDITIONS = RULES / "editions"
KNOWN = (
    "edition", "timezone", "organizers", "channels", "milestones", "projects", "volunteers", "reminders",
    "quiet_hours", "max_messages_per_day", "pacing", "refresh", "slack",
)  # fmt: skip
MILESTONE = ("id", "title", "at", "timezone")
NOTHING = Edition(id="", name="", url="", channel="", milestones=(), badges=())
STEP = re.compile(r"\[\d+\]|[^.\[]+")
HIDDEN = "a secret stands here; secrets come from the environment only, take it out of the file"


class ConfigError(Exception):
    """Every mistake, each with its place: "config.yaml:12: reminders[2].milestone: no milestone 'x'"."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(frozen=True)
class Config:
    """What the file names, the file decides."""

    edition: Edition  # with the file's milestones in it
    resources: Resources
    environment: Environment = field(default_factory=Environment)
    timezone: str = "UTC"
    organizers: tuple[str, ...] = ()  # Slack ids of users or user groups
    channels: Channels = field(default_factory=Channels)
    projects: tuple[Project, ...] = field(default=(), repr=False)
    volunteers: tuple[Volunteer, ...] = ()
    reminders: tuple[Reminder, ...] = ()  # with those that are on without an entry
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    max_messages_per_day: int = 2  # to one project
    pacing: Pacing = field(default_factory=Pacing)
    refresh: Refresh = field(default_factory=Refresh)
    slack: Slack = field(default_factory=Slack)
    topics: Topics = field(default_factory=Topics)
    aids: Aids = field(default_factory=Aids, repr=False)


def read(path: Path | None, environ: Mapping[str, str], needs: Collection[Need] = ()) -> Config:
    """Read the file (None: `$SLAM_CONFIG`, else config.yaml), its edition and the environment.

    Raises ConfigError naming every mistake in all of them. `needs` says what the environment must hold.
    """
    path = path or Path(environ.get("SLAM_CONFIG") or "config.yaml")
    variables: list[str] = []
    surroundings = environment.read(environ, needs, variables)
    files = [_File(path, str(path), documents.OWN)]
    config = _config(files, path.parent, surroundings)
    mistakes = [mistake for file in files for mistake in file.said()]
    mistakes += [f"environment: {mistake}" for mistake in variables]
    if mistakes or config is None:
        raise ConfigError(mistakes)
    return config


def library_alone() -> Resources:
    """The resource library, where nothing is configured. Raises ConfigError naming every mistake in it."""
    files: list[_File] = []
    resources = _resources(files)
    if mistakes := [mistake for file in files for mistake in file.said()]:
        raise ConfigError(mistakes)
    return resources


def _config(files: list[_File], folder: Path, surroundings: Environment) -> Config | None:
    """None: a mistake stands in one of `files`, to which those that the first one leads to are added."""
    if files[0].document is None:
        return None
    top = Entry(files[0].document.value, "", KNOWN, files[0].mistakes)
    timezone = top.get("timezone", kinds.timezone, "UTC")
    resources = _resources(files)
    topics = _topics(files)
    edition = _edition(top, folder, files, resources)
    milestones = _milestones(top, timezone, edition)
    if edition:
        edition = replace(edition, milestones=milestones)
        if edition.opens.at >= edition.ends.at:
            top.note("milestones", f"{edition.ends_with!r} is not after {edition.opens_with!r}")
    channels = declared.channels(top)
    config = Config(
        edition=edition or NOTHING,
        resources=resources,
        topics=topics,
        aids=_aids(files, resources),
        environment=surroundings,
        timezone=timezone,
        organizers=top.each("organizers", kinds.person_or_group),
        channels=channels,
        projects=declared.projects(top),
        volunteers=declared.volunteers(
            top, timezone, topics, [badge.id for badge in (edition or NOTHING).badges]
        ),
        reminders=reminders(top, edition, channels.announcements),
        quiet_hours=declared.quiet_hours(top),
        max_messages_per_day=top.get("max_messages_per_day", kinds.count, 2),
        pacing=declared.pacing(top),
        refresh=declared.refresh(top),
        slack=declared.slack(top),
    )
    return config if edition else None


def _edition(top: Entry, folder: Path, files: list[_File], resources: Resources) -> Edition | None:
    """The edition that the file names: one of those in rules/editions/, or a path, as seen from the file."""
    name = top.need("edition", kinds.text)
    if name is None:
        return None
    is_path = "/" in name or name.endswith((".yaml", ".yml"))
    path = folder / name if is_path else EDITIONS / f"{name}.yaml"
    if not path.is_file():
        known = sorted(edition.stem for edition in EDITIONS.glob("*.yaml"))
        top.note("edition", f"no file {name!r} in {folder}" if is_path else absent("edition", name, known))
        return None
    file = _File(path, str(path) if is_path else f"rules/editions/{path.name}", documents.FOREIGN)
    files.append(file)
    edition = file.parse(editions.parse)
    for number, badge in enumerate(edition.badges if edition else ()):
        for resource in badge.resources:
            if resource not in resources.entries:
                missing = absent("resource", resource, resources.entries)
                file.mistakes.append(f"badges[{number}].resources: {missing}")
    return edition


def _resources(files: list[_File]) -> Resources:
    file = _File(RULES / "resources.yaml", "rules/resources.yaml", documents.FOREIGN)
    files.append(file)
    return file.parse(library.parse) or Resources({})


def _topics(files: list[_File]) -> Topics:
    file = _File(RULES / "topics.yaml", "rules/topics.yaml", documents.FOREIGN)
    files.append(file)
    return file.parse(subjects.parse) or Topics()


def _aids(files: list[_File], resources: Resources) -> Aids:
    file = _File(RULES / "first_aid.yaml", "rules/first_aid.yaml", documents.FOREIGN)
    files.append(file)
    return file.parse(lambda content: first_aid.parse(content, resources)) or Aids()


def _milestones(top: Entry, timezone: str, edition: Edition | None) -> tuple[Milestone, ...]:
    """The edition's milestones, with those of the file in the place of the ones with the same id."""
    milestones = {milestone.id: milestone for milestone in (edition.milestones if edition else ())}
    for entry in top.entries("milestones", MILESTONE):
        read = editions.milestone(entry.values, entry.where, timezone, top.mistakes)
        if read and "title" not in entry.values and read.id in milestones:
            read = replace(read, title=milestones[read.id].title)
        if read:
            milestones[read.id] = read
    return tuple(sorted(milestones.values(), key=lambda milestone: milestone.at))


class _File:
    """A YAML file and the mistakes in it: "reminders[2].kind: what is wrong", each without its line."""

    def __init__(self, path: Path, name: str, bounds: documents.Bounds) -> None:
        self.mistakes: list[str] = []
        self.document: documents.Marked | None = None
        self._name = name
        self._reason = ""
        try:
            self.document = documents.load_marked(path.read_text(encoding="utf-8"), bounds)
        except documents.Unreadable as error:
            self._reason = f"{name}:{error.line or 1}: {error.reason}"
        except FileNotFoundError:
            self._reason = f"{name}: no such file; config.example.yaml shows what belongs into it"
        except (OSError, UnicodeDecodeError) as error:
            self._reason = f"{name}: cannot be read: {error}"

    def parse(self, parse: Callable[[object], T]) -> T | None:
        """None: it cannot be read or has mistakes, which are noted."""
        if self.document is None:
            return None
        try:
            return parse(self.document.value)
        except (
            editions.EditionError,
            library.ResourcesError,
            subjects.TopicsError,
            first_aid.FirstAidError,
        ) as error:
            self.mistakes.extend(error.mistakes)
            return None

    def said(self) -> list[str]:
        """Every mistake with its place, in order. Lines are looked for only where there is a mistake."""
        if self.document is None:
            return [self._reason]
        found = [(self.document.line(_steps(mistake)), mistake) for mistake in self.mistakes]
        lines = {line for line, _ in found}
        found += [(line, HIDDEN) for line in _secrets(self.document.text) if line not in lines]
        return [f"{self._name}:{line}: {SECRET.sub('(hidden)', mistake)}" for line, mistake in sorted(found)]


def _steps(mistake: str) -> list[str | int]:
    """The way to what a mistake is about: "reminders[2].kind: ..." -> ["reminders", 2, "kind"]."""
    where = mistake.partition(": ")[0]
    return [int(step[1:-1]) if step.startswith("[") else step for step in STEP.findall(where)]


def _secrets(text: str) -> list[int]:
    """The lines on which something stands that is shaped like a secret."""
    return [text.count("\n", 0, found.start()) + 1 for found in SECRET.finditer(text)]
