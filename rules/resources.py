"""The resource library: courses, guides and fixes, as entries of resources.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Resource:
    """One thing to read or take. `checked` is the day somebody last looked at it (YYYY-MM-DD)."""

    id: str
    title: str
    url: str
    kind: str  # "course", "guide", "specification", "template" or "tool"
    badges: tuple[str, ...] = ()
    summary: str = ""
    checked: str = ""


class ResourcesError(Exception):
    """Every mistake in resources.yaml."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Resources:
    entries: Mapping[str, Resource]

    def find(self, name: str | None) -> Resource | None:
        return self.entries.get(name) if name else None


def parse(content: object) -> Resources:
    """Read resources.yaml's mapping of id to entry. Raises ResourcesError naming every mistake."""
    entries: dict[str, Resource] = {}
    mistakes: list[str] = []
    for name, fields in content.items() if isinstance(content, Mapping) else ():
        try:
            badges = tuple(fields.pop("badges", ())) if isinstance(fields, dict) else ()
            entries[name] = Resource(id=name, badges=badges, **fields)
        except TypeError as error:
            mistakes.append(f"{name}: {str(error).removeprefix('Resource.__init__() ')}")
    if not entries and not mistakes:
        mistakes.append("no resources: expected a mapping of id to entry")
    if mistakes:
        raise ResourcesError(tuple(mistakes))
    return Resources(entries)
