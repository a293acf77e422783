"""Finds projects in CLOMonitor by a part of their names, while somebody types.

Source: GET /api/projects/search, in cncf/clomonitor clomonitor-apiserver/src/handlers.rs and db.rs: `text` is
a regular expression that is sought in a project's name and in its display name, in either case.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from weakref import WeakValueDictionary

import msgspec

from bot.config import kinds
from bot.sources.clomonitor import located, server
from bot.sources.http import Asker, Question, Response, SourceError
from rules.model import ListedProject, Unavailable

MOST = 50  # projects in one answer; CLOMonitor itself sets no limit
LONGEST = 60  # characters of what is sought, and of a name that is shown
PATIENCE = 1.5  # seconds; Slack waits for three
FIRST = 2  # letters by which whoever types on is known
SHORTEST = timedelta(seconds=10)  # that an answer stands, or a silence: somebody is still typing
LONGEST_STAND = timedelta(minutes=5)
REMEMBERED = 200  # answers


@dataclass(frozen=True)
class _Found:
    """`is_all`: whatever has more letters in common is among it."""

    projects: tuple[ListedProject, ...]
    is_all: bool


class Listing:
    """Asks once for whoever types on: a longer word is sought among what a part of it found."""

    def __init__(self, asker: Asker, base_url: str) -> None:
        self._asker = asker
        self._server = server(base_url)
        self._known: dict[str, tuple[_Found | Unavailable, datetime]] = {}  # by what was sought; until when
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def find(self, typed: str) -> tuple[ListedProject, ...] | Unavailable:
        """The projects in whose name this stands, at most MOST."""
        sought = _plain(typed.lower())
        turn = self._turns.setdefault(sought[:FIRST], asyncio.Lock())
        try:
            async with asyncio.timeout(PATIENCE), turn:
                found = self._remembered(sought) or await self._ask(sought)
        except (SourceError, TimeoutError) as error:
            reason = error.reason if isinstance(error, SourceError) else "CLOMonitor did not answer in time"
            found = self._remember(sought, Unavailable(reason), None)
        if isinstance(found, Unavailable):
            return found
        return tuple(each for each in found.projects if _is_called(each, sought))

    def _remembered(self, sought: str) -> _Found | Unavailable | None:
        now = self._asker.now()
        for known, (found, until) in self._known.items():
            is_among = known in sought and (isinstance(found, Unavailable) or found.is_all)
            if until > now and (known == sought or is_among):
                return found
        return None

    def _remember(
        self, sought: str, found: _Found | Unavailable, fresh_until: datetime | None
    ) -> _Found | Unavailable:
        now = self._asker.now()
        until = min(max(fresh_until or now, now + SHORTEST), now + LONGEST_STAND)
        known = [(each, kept) for each, kept in self._known.items() if kept[1] > now and each != sought]
        self._known = dict([*known, (sought, (found, until))][-REMEMBERED:])
        return found

    async def _ask(self, sought: str) -> _Found | Unavailable:
        query = urlencode({"text": re.escape(sought), "limit": MOST})
        path = f"/api/projects/search?{query}"
        return self._remember(sought, *await self._asker.glance(Question(self._server, path, read_list, "")))


class _Repository(msgspec.Struct):
    url: str | None = None


class _Project(msgspec.Struct):
    name: str
    foundation: str
    display_name: str | None = None
    repositories: tuple[_Repository, ...] | None = None


def read_list(response: Response) -> _Found:
    """What cannot be a project's name is left out."""
    told = response.json(tuple[_Project, ...])
    listed = [_listed(each) for each in told[:MOST] if kinds.REPOSITORY.fullmatch(_name(each))]
    return _Found(tuple(listed), is_all=len(told) < MOST)


def _listed(told: _Project) -> ListedProject:
    names = [located(each.url) for each in told.repositories or ()]
    return ListedProject(
        name=_name(told),
        display_name=_plain(told.display_name or "") or told.name,
        repositories=tuple(name for name in names if name and kinds.REPOSITORY.fullmatch(name)),
    )


def _name(told: _Project) -> str:
    return f"{told.foundation}/{told.name}"


def _is_called(project: ListedProject, sought: str) -> bool:
    names = (project.name.partition("/")[2], project.display_name)
    return any(sought in name.lower() for name in names)


def _plain(text: str) -> str:
    """Its printable letters, at most so many, with single spaces between the words."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: 2 * LONGEST])
    return " ".join(shown.split())[:LONGEST].strip()
