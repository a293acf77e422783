"""How a mistake in somebody's document is said: where, what stands there, and what is wanted."""

from __future__ import annotations

from collections.abc import Iterable

SHORT = 60  # characters of what somebody wrote


def mistake(path: Iterable[str | int], said: str) -> str:
    return f"{_where(path)}: {said}"


def seen(value: object) -> str:
    """A value as its author would recognise it, shortened."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str() if not value:
            return "an empty text"
        case list():
            return "a list"
        case dict():
            return "a group of keys"
        case _:
            return _short(repr(value))


def listed(words: Iterable[object], most: int = 4) -> str:
    """Such as "'a', 'b' and 3 more"."""
    all_words = [_short(repr(word)) for word in words]
    more = len(all_words) - most
    return ", ".join(all_words) if more <= 0 else f"{', '.join(all_words[:most])} and {more} more"


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _where(path: Iterable[str | int]) -> str:
    where = ""
    for step in path:
        where += f"[{step}]" if isinstance(step, int) else f".{_short(step)}" if where else _short(step)
    return where or "the document"
