"""Local time: when a clock on somebody's wall shows a time, whichever way clocks are changed there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nobody is disturbed, on the reader's clock. From and to the same time: never."""

    start: time = time(21)
    end: time = time(8)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The time zone of that name; of a name that nobody knows, UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def moment(day: date, at: time, where: str, *, again: bool = False) -> datetime:
    """When clocks there show that time, in UTC.

    A time that clocks skip is the first moment after the gap; one that they show twice, the first of the two,
    or the second one: `again`.
    """
    there = zone(where)
    wall = datetime.combine(day, at, there)
    found = wall.astimezone(UTC)
    if found.astimezone(there).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return wall.replace(fold=1).astimezone(UTC) if again else found
    return _leap(wall.replace(fold=1).astimezone(UTC), found, there)


def midnight(now: datetime, where: str, days: int = 0) -> datetime:
    """When the day began there, or the one so many days later."""
    return moment(now.astimezone(zone(where)).date() + days * DAY, time(0), where)


def weekly(now: datetime, weekday: int, at: time, where: str) -> tuple[date, datetime]:
    """The last such moment of a week there, with its local date."""
    today = now.astimezone(zone(where)).date()
    day = today - (today.weekday() - weekday) % 7 * DAY
    found = moment(day, at, where)
    if found > now:
        day -= 7 * DAY
        found = moment(day, at, where)
    return day, found


@lru_cache(maxsize=1024)
def quiet_until(now: datetime, where: str, quiet: QuietHours) -> datetime | None:
    """When the quiet hours end that are on there. None: it is not quiet."""
    if quiet.start == quiet.end:
        return None
    today = now.astimezone(zone(where)).date()
    nights = 1 if quiet.end <= quiet.start else 0
    for day in (today - DAY, today):
        end = moment(day + nights * DAY, quiet.end, where)
        if moment(day, quiet.start, where) <= now < end:
            return end
    return None


def clock_change(begin: datetime, length: timedelta, where: str) -> datetime | None:
    """The first second after clocks there were changed, within this time. None: they were not."""
    there, end = zone(where), begin + length
    if begin.astimezone(there).utcoffset() == end.astimezone(there).utcoffset():
        return None
    return _leap(begin, end, there)


def _leap(before: datetime, after: datetime, there: ZoneInfo) -> datetime:
    """The first second, between the two, at which clocks there have been changed."""
    later = after.astimezone(there).utcoffset()
    while after - before > SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(there).utcoffset() == later:
            after = middle
        else:
            before = middle
    return after
