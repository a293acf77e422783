"""The resource library: courses, guides and fixes, as entries of resources.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from rules.entries import MistakesError, nearest, texts

KINDS = ("fix", "course", "guide", "template", "tool", "specification")
"""In the order in which they help most, of those that fit equally well."""

LEVELS = ("beginner", "intermediate", "advanced")
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
BADGE = re.compile(r"(?:[a-z0-9-]+/)?[a-z0-9-]+")
CHECK = re.compile(r"clomonitor/[a-z0-9_]+|scorecard/[A-Za-z-]+")


@dataclass(frozen=True)
class Resource:
    """One thing to read, to take or to do.

    A fix says about `checks` what they want, why they usually fail, and what to do then.
    """

    id: str
    title: str
    url: str
    kind: str
    source: str = ""  # where what is said here comes from
    checked: str = ""  # the day on which somebody last looked at the source, YYYY-MM-DD
    summary: str = ""
    badges: tuple[str, ...] = ()  # "inspector" in every edition, "slam-2023/cleaner" in one
    checks: tuple[str, ...] = ()  # "clomonitor/changelog", "scorecard/Token-Permissions"
    words: tuple[str, ...] = ()  # by which people look for it, besides those that stand here
    length: str = ""  # of a course: "60 to 90 minutes"
    level: str = ""  # of a course, of LEVELS
    wants: str = ""
    cause: str = ""
    todo: str = ""

    @property
    def is_course(self) -> bool:
        return self.kind == "course"

    @property
    def is_fix(self) -> bool:
        return self.kind == "fix"


NEEDED = ("title", "url", "kind", "source", "checked")
NEEDED_OF = {"fix": ("checks", "wants", "cause", "todo"), "course": ("summary", "length", "level")}
LISTS = ("badges", "checks", "words")
KNOWN = tuple(each.name for each in fields(Resource) if each.name != "id")


class ResourcesError(MistakesError):
    """Every mistake in resources.yaml, each as "sbom.url: what is wrong"."""


@dataclass(frozen=True)
class Resources:
    entries: Mapping[str, Resource] = field(default_factory=dict)

    def find(self, name: str | None) -> Resource | None:
        return self.entries.get(name) if name else None


def parse(content: object) -> Resources:
    """Read resources.yaml's mapping of id to entry. Raises ResourcesError naming every mistake."""
    mistakes: list[str] = []
    entries = content.items() if isinstance(content, Mapping) else ()
    read = {str(name): _resource(str(name), entry, mistakes) for name, entry in entries}
    if not read:
        mistakes.append("no resources: expected a mapping of id to entry")
    fixed: dict[str, str] = {}
    for resource in read.values():
        for check in resource.checks if resource.is_fix else ():
            if check in fixed:
                mistakes.append(f"{resource.id}.checks: {check!r} has a fix already, {fixed[check]!r}")
            fixed[check] = resource.id
    if mistakes:
        raise ResourcesError(mistakes)
    return Resources(read)


def _resource(name: str, entry: object, mistakes: list[str]) -> Resource:
    if not isinstance(entry, Mapping):
        mistakes.append(f"{name}: expected a mapping with {', '.join(NEEDED)}, found {entry!r:.80}")
        return Resource(name, "", "", "")
    if not ID.fullmatch(name):
        mistakes.append(f"{name}: an id is small letters and digits with single dashes between them")
    for key in entry:
        if key not in KNOWN:
            mistakes.append(f"{name}.{key}: unknown key{nearest(str(key), KNOWN)}")
    given: dict[str, Any] = {
        **{key: _text(entry, key, name, mistakes) for key in KNOWN if key not in LISTS},
        **{key: texts(entry.get(key, ()), f"{name}.{key}", mistakes) for key in LISTS},
    }
    resource = Resource(id=name, **given)
    mistakes += [
        f"{name}.{key}: needed{f' for a {resource.kind}' if key not in NEEDED else ''}"
        for key in (*NEEDED, *NEEDED_OF.get(resource.kind, ()))
        if key not in entry
    ]
    mistakes += [f"{name}.{mistake}" for mistake in _odd(resource)]
    return resource


def _odd(resource: Resource) -> list[str]:
    """What is given and is not as it should be; what is not given is no matter here."""
    odd = []
    if resource.kind and resource.kind not in KINDS:
        meant = nearest(resource.kind, KINDS)
        odd.append(f"kind: expected one of {', '.join(KINDS)}, found {resource.kind!r:.80}{meant}")
    if resource.url and not _is_of_the_web(resource.url):
        odd.append(f"url: expected a whole address with https://, found {resource.url!r:.200}")
    if resource.level and resource.level not in LEVELS:
        odd.append(f"level: expected one of {', '.join(LEVELS)}, found {resource.level!r:.80}")
    if resource.checked and not _is_day(resource.checked):
        odd.append(f"checked: expected a day such as 2026-10-31, found {resource.checked!r:.80}")
    for badge in resource.badges:
        if not BADGE.fullmatch(badge):
            odd.append(f"badges: expected <badge> or <edition>/<badge>, found {badge!r:.80}")
    for check in resource.checks:
        if not CHECK.fullmatch(check):
            odd.append(f"checks: expected clomonitor/<check> or scorecard/<Check>, found {check!r:.80}")
    return odd


def _text(entry: Mapping[object, object], key: str, name: str, mistakes: list[str]) -> str:
    value = entry.get(key, "")
    if isinstance(value, str) and (value.strip() or key not in entry):
        return " ".join(value.split())
    mistakes.append(f"{name}.{key}: expected text, found {value!r:.80}")
    return ""


def _is_of_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and not re.search(r"\s", address)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
