"""What reminders say, as a person reads it, whatever it looks like in Slack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rules.slam import Line, Link, Mention, Notice, Part


def read(notice: Notice) -> str:
    """Its lines as plain text."""
    return lines(notice.say())


def lines(said: Iterable[Line]) -> str:
    return "\n".join("".join(map(_part, line)) for line in said)


def _part(part: Part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, datetime):
        return f"{part:%Y-%m-%d %H:%MZ}"
    if isinstance(part, Mention):
        return part.user
    return part.label if isinstance(part, Link) else part.text


def channels(notices: Iterable[Notice]) -> list[str]:
    """Who is told."""
    return [notice.reader.id for notice in notices]
