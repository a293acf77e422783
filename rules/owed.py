"""What is owed: all that is to be said at a moment, and how it is put together into messages."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import ModuleType

from rules import reminders as kinds
from rules.local import QuietHours, midnight, quiet_until
from rules.slam import EVERYTHING, Lately, Notice, Reader, Reminder, Slam

MERGED = 12  # notices that fit well into one message
MARGIN = timedelta(minutes=10)  # what will have no more use left than this is as good as pointless


@dataclass(frozen=True, slots=True)
class Bundle:
    """Notices for one reader about one project (None: about none), to be told in one message."""

    project: str | None
    reader: Reader
    notices: tuple[Notice, ...]

    @property
    def pointless_at(self) -> datetime:
        """When the first of them is."""
        return min(notice.pointless_at for notice in self.notices)


@cache
def known_kinds() -> Mapping[str, ModuleType]:
    """The kinds there are: a file in rules/reminders/ is its registration."""
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    return {name: importlib.import_module(f"{kinds.__name__}.{name}") for name in names}


def due(reminders: Iterable[Reminder], slam: Slam, now: datetime) -> tuple[Notice, ...]:
    """Everything that is to be said by now, wanted and not yet pointless, whether it was told or not."""
    return tuple(
        [
            notice
            for reminder in reminders
            for notice in reminder.due(reminder.settings, slam, now)
            if notice.due_at <= now < notice.pointless_at and is_wanted(notice.kind, notice.reader)
        ]
    )


def is_wanted(kind: str, reader: Reader) -> bool:
    return not reader.muted or (kind not in reader.muted and EVERYTHING not in reader.muted)


def may_go(notice: Notice, now: datetime, quiet: QuietHours) -> bool:
    """It is not quiet where it is read, or it would be pointless by the morning."""
    morning = quiet_until(now, notice.reader.timezone, quiet)
    return morning is None or notice.pointless_at <= morning + MARGIN


def bundles(
    notices: Iterable[Notice], now: datetime, lately: Iterable[Lately], most: int, quiet: QuietHours
) -> tuple[Bundle, ...]:
    """Notices that nobody was told and that may go, as messages: one for each project and reader.

    A reader who was told `most` messages about a project today is told the rest tomorrow, in one message,
    unless something among it would be pointless by then. What is about no project has no limit.
    """
    together: dict[tuple[str | None, str], list[Notice]] = {}
    for notice in notices:
        together.setdefault((notice.project, notice.reader.id), []).append(notice)
    if not together:
        return ()
    today = _today(together, now, lately)
    return tuple(
        Bundle(project, group[0].reader, part)
        for (project, reader), group in together.items()
        if project is None or today[project, reader] < most or _is_urgent(group, now, quiet)
        for part in _parts(group)
    )


def _parts(group: list[Notice]) -> Iterable[tuple[Notice, ...]]:
    return (tuple(group[start : start + MERGED]) for start in range(0, len(group), MERGED))


def _today(
    together: Mapping[tuple[str | None, str], list[Notice]], now: datetime, lately: Iterable[Lately]
) -> Counter[tuple[str | None, str]]:
    """How many messages each of them was told since midnight, where the reader is."""
    since = {
        name: midnight(now, group[0].reader.timezone)
        for name, group in together.items()
        if name[0] is not None
    }
    names = ((each.project, each.reader) for each in lately if _is_since(since, each))
    return Counter(names)


def _is_since(since: Mapping[tuple[str | None, str], datetime], message: Lately) -> bool:
    began = since.get((message.project, message.reader))
    return began is not None and message.at >= began


def _is_urgent(group: Iterable[Notice], now: datetime, quiet: QuietHours) -> bool:
    """Something among it would be pointless when the next day may begin with it."""
    return any(notice.pointless_at <= tomorrow(notice.reader, now, quiet) + MARGIN for notice in group)


def tomorrow(reader: Reader, now: datetime, quiet: QuietHours) -> datetime:
    """When the next day's first message may go to a reader."""
    begins = midnight(now, reader.timezone, days=1)
    return quiet_until(begins, reader.timezone, quiet) or begins
