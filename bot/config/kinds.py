"""What a value in the configuration may be: each function reads one kind, or says what it wants instead."""

from __future__ import annotations

import re
from datetime import time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SCOPES = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write.public", "groups:history",
    "im:history", "mpim:write", "usergroups:read",
)  # fmt: skip
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)([smhdw])")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")
PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")
PERSON_OR_GROUP = re.compile(r"[UWS][A-Z0-9]{2,20}")


class Wrong(ValueError):  # noqa: N818 - reads as what it is where it is caught
    """What was wanted: "a duration such as 30m, 12h or 14d"."""


def text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise Wrong("text")


def word(value: object) -> str:
    return _matching(WORD, value, "a word of letters, digits, dots and dashes")


def project_id(value: object) -> str:
    """Ids are small: people type them."""
    return word(value).lower()


def clomonitor_name(value: object) -> str:
    return _matching(REPOSITORY, value, "foundation/project as in CLOMonitor, such as cncf/jaeger")


def repository(value: object) -> str:
    return _matching(REPOSITORY, value, "owner/repository, such as jaegertracing/jaeger")


def channel(value: object) -> str:
    return _matching(CHANNEL, value, "a Slack channel id, such as C0SLAM (not its name)")


def person(value: object) -> str:
    return _matching(PERSON, value, "a Slack user id, such as U0ABC123 (not a name)")


def person_or_group(value: object) -> str:
    return _matching(PERSON_OR_GROUP, value, "a Slack user id (U…) or user group id (S…)")


def timezone(value: object) -> str:
    if isinstance(value, str) and _is_timezone(value):
        return value
    raise Wrong("a time zone such as Europe/Berlin")


def duration(value: object) -> timedelta:
    found = DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None or float(found[1]) == 0:
        raise Wrong("a duration such as 30m, 12h or 14d")
    return timedelta(**{UNITS[found[2]]: float(found[1])})


def clock(value: object) -> time:
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Wrong('a time of day such as "09:00"')
    return time(int(found[1]), int(found[2]))


def hours(value: object) -> tuple[time, time]:
    start, _, end = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        return clock(start), clock(end)
    except Wrong as error:
        raise Wrong('hours such as "09:00-17:00"') from error


def weekday(value: object) -> int:
    """0 is Monday, as Python counts."""
    if isinstance(value, str) and value.lower()[:3] in DAYS:
        return DAYS.index(value.lower()[:3])
    raise Wrong(f"a day of the week: {', '.join(DAYS)}")


def count(value: object) -> int:
    if type(value) is int and value > 0:
        return value
    raise Wrong("a whole number above 0")


def number(value: object) -> float:
    if type(value) in (int, float) and 0 < value < float("inf"):  # type: ignore[operator]
        return float(value)  # type: ignore[arg-type]
    raise Wrong("a number above 0")


def scope(value: object) -> str:
    """A permission beyond the default ones."""
    if value in SCOPES:
        return str(value)
    raise Wrong(f"one of {', '.join(SCOPES)}")


def flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise Wrong("true or false")


def _matching(pattern: re.Pattern[str], value: object, wanted: str) -> str:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise Wrong(wanted)


@cache
def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
