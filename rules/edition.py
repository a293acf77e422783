"""An edition is data: badges name checks and their settings, and every mistake in it is named."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules import checks
from rules.entries import MistakesError, nearest
from rules.model import Badge, Criterion, Edition, Milestone, Prizes


class EditionError(MistakesError):
    """Every mistake in an edition, each as "badges[1].criteria[0].section: what is wrong"."""


@cache
def known_checks() -> Mapping[str, ModuleType]:
    """The checks there are: a file in rules/checks/ is its registration."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    return {name: importlib.import_module(f"{checks.__name__}.{name}") for name in names}


def parse(content: object) -> Edition:
    """Read an edition from the mapping its file holds. Raises EditionError naming every mistake."""
    mistakes: list[str] = []
    edition = _edition(content if isinstance(content, Mapping) else {}, mistakes)
    if mistakes:
        raise EditionError(mistakes)
    return edition


def milestone(entry: object, where: str, default_zone: str, mistakes: list[str]) -> Milestone | None:
    """Read one milestone; a time without an offset is in the zone beside it. None: `mistakes` has grown."""
    known = ("id", "title", "at", "timezone")
    if not isinstance(entry, Mapping):
        mistakes.append(f"{where}: expected a mapping with {', '.join(known)}, found {entry!r}")
        return None
    before = len(mistakes)
    _only(entry, known, where, mistakes)
    name = _text(entry, "id", where, mistakes)
    title = str(entry.get("title") or name)
    written = _text(entry, "at", where, mistakes)
    zone = entry.get("timezone") or default_zone
    at = _moment(written, str(zone), where, mistakes) if written else None
    if at is None or len(mistakes) > before:
        return None
    return Milestone(name, title, at, str(zone))


def _edition(content: Mapping[str, Any], mistakes: list[str]) -> Edition:
    known = (
        "id", "name", "url", "channel", "timezone", "opens", "ends", "milestones", "prizes", "badges",
    )  # fmt: skip
    _only(content, known, "", mistakes)
    zone = str(content.get("timezone") or "UTC")
    read = [
        milestone(entry, f"milestones[{index}]", zone, mistakes)
        for index, entry in enumerate(_list(content, "milestones", "", mistakes))
    ]
    milestones = sorted((m for m in read if m), key=lambda m: m.at)
    _unique([m.id for m in milestones], "milestones", mistakes)
    badges = tuple(
        _badge(entry, f"badges[{index}]", mistakes)
        for index, entry in enumerate(_list(content, "badges", "", mistakes))
    )
    _unique([badge.id for badge in badges], "badges", mistakes)
    ends = {key: str(content.get(key) or default) for key, default in (("opens", "open"), ("ends", "close"))}
    for key, name in ends.items():
        if None not in read and name not in {m.id for m in milestones}:
            mistakes.append(f"{key}: no milestone {name!r}{nearest(name, [m.id for m in milestones])}")
    return Edition(
        id=_text(content, "id", "", mistakes),
        name=_text(content, "name", "", mistakes),
        url=str(content.get("url") or ""),
        channel=str(content.get("channel") or ""),
        milestones=tuple(milestones),
        badges=badges,
        opens_with=ends["opens"],
        ends_with=ends["ends"],
        prizes=_prizes(content.get("prizes"), mistakes),
    )


def _badge(entry: object, where: str, mistakes: list[str]) -> Badge:
    if not isinstance(entry, Mapping):
        mistakes.append(f"{where}: expected a mapping with id, title, goal and criteria, found {entry!r}")
        return Badge("", "", "", ())
    _only(entry, ("id", "title", "goal", "url", "resources", "criteria"), where, mistakes)
    criteria = [
        _criterion(each, f"{where}.criteria[{index}]", mistakes)
        for index, each in enumerate(_list(entry, "criteria", where, mistakes))
    ]
    name = _text(entry, "id", where, mistakes)
    return Badge(
        id=name,
        title=str(entry.get("title") or name),
        goal=_text(entry, "goal", where, mistakes),
        criteria=tuple(criterion for criterion in criteria if criterion),
        url=str(entry.get("url") or ""),
        resources=tuple(map(str, entry.get("resources") or ())),
    )


def _criterion(entry: object, where: str, mistakes: list[str]) -> Criterion | None:
    if not isinstance(entry, Mapping) or "check" not in entry:
        mistakes.append(f"{where}: expected `check: <a file in rules/checks>`, found {entry!r}")
        return None
    name = str(entry["check"])
    module = known_checks().get(name)
    if module is None:
        mistakes.append(f"{where}.check: no check {name!r}{nearest(name, known_checks())}")
        return None
    given = {str(key): value for key, value in entry.items() if key != "check"}
    settings = _settings(module.Settings, given, where, mistakes)
    return _shared(name, settings) if settings is not None else None


@cache
def _shared(check: str, settings: object) -> Criterion:
    """One criterion for all that ask for the same: it is judged once."""
    return Criterion(check, settings, known_checks()[check].check)


def _settings(kind: type[Any], given: Mapping[str, Any], where: str, mistakes: list[str]) -> object | None:
    """Build a check's Settings, a dataclass of strings, whole numbers and tuples of strings."""
    before = len(mistakes)
    hints = get_type_hints(kind)
    _only(given, tuple(hints), where, mistakes)
    values: dict[str, object] = {}
    for field in fields(kind):
        if field.name not in given:
            if field.default is MISSING and field.default_factory is MISSING:
                mistakes.append(f"{where}.{field.name}: missing")
            continue
        value, wanted = given[field.name], hints[field.name]
        if wanted == tuple[str, ...] and isinstance(value, list) and all(isinstance(v, str) for v in value):
            values[field.name] = tuple(value)
        elif wanted in (str, int, bool) and type(value) is wanted:
            values[field.name] = value
        else:
            expected = "a list of texts" if wanted == tuple[str, ...] else getattr(wanted, "__name__", wanted)
            mistakes.append(f"{where}.{field.name}: expected {expected}, found {value!r}")
    return kind(**values) if len(mistakes) == before else None


def _prizes(entry: object, mistakes: list[str]) -> Prizes | None:
    if entry is None:
        return None
    if not isinstance(entry, Mapping) or not isinstance(entry.get("text"), str):
        mistakes.append(f"prizes: expected a mapping with a text, found {entry!r}")
        return None
    _only(entry, ("text", "badges", "per_project"), "prizes", mistakes)
    for key in ("badges", "per_project"):
        if entry.get(key) is not None and type(entry[key]) is not int:
            mistakes.append(f"prizes.{key}: expected a whole number, found {entry[key]!r}")
    return Prizes(entry["text"], entry.get("badges"), entry.get("per_project"))


def _moment(written: str, zone: str, where: str, mistakes: list[str]) -> datetime | None:
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        mistakes.append(f"{where}.at: expected a time such as 2023-11-06T23:59:00, found {written!r}")
        return None
    if len(written) <= len("2023-11-06"):
        mistakes.append(f"{where}.at: {written!r} has no hour; a deadline needs one, and a time zone")
        return None
    try:
        return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError):
        mistakes.append(f"{where}.timezone: no time zone {zone!r}; use a name such as Europe/Berlin")
        return None


def _text(entry: Mapping[str, Any], key: str, where: str, mistakes: list[str]) -> str:
    value = entry.get(key)
    if isinstance(value, str) and value.strip():
        return value
    mistakes.append(f"{_at(where, key)}: expected text, found {value!r}")
    return ""


def _list(entry: Mapping[str, Any], key: str, where: str, mistakes: list[str]) -> list[Any]:
    value = entry.get(key)
    if isinstance(value, list) and value:
        return value
    mistakes.append(f"{_at(where, key)}: expected a list with at least one entry, found {value!r}")
    return []


def _only(entry: Mapping[str, Any], known: Iterable[str], where: str, mistakes: list[str]) -> None:
    known = list(known)
    for key in entry:
        if key not in known:
            mistakes.append(f"{_at(where, str(key))}: unknown key{nearest(str(key), known)}")


def _unique(names: list[str], where: str, mistakes: list[str]) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        mistakes.append(f"{where}: {name!r} stands there twice")


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
