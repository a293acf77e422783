"""Makes one answer of several: as old as the oldest of them, and silent since the first fell silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from rules.model import Answer, Lines, Seen, Unavailable

T = TypeVar("T")
S = TypeVar("S")


def told(answer: Answer[T], read: Callable[[T], S]) -> Answer[S]:
    """What an answer says when its value is read like this."""
    if isinstance(answer, Unavailable):
        return answer
    return Seen(read(answer.value), answer.as_of, answer.url, answer.failing_since, answer.failure)


def all_of(answers: Iterable[Answer[T]]) -> Answer[tuple[T, ...]]:
    """Every value, at the address of the first; the first that was never told stands for all of them."""
    seen: list[Seen[T]] = []
    for answer in answers:
        if isinstance(answer, Unavailable):
            return answer
        seen.append(answer)
    return since(Seen(tuple(one.value for one in seen), seen[0].as_of, seen[0].url), *seen)


def since(answer: Seen[T], *others: Seen[Any]) -> Seen[T]:
    """An answer that rests on others too."""
    parts = [answer, *others]
    silent = min((part for part in parts if part.failing_since), key=_silent_since, default=None)
    return replace(
        answer,
        as_of=min(part.as_of for part in parts),
        failing_since=silent.failing_since if silent else None,
        failure=silent.failure if silent else None,
    )


def standing(before: Answer[T] | None, answer: Answer[T], now: datetime) -> Answer[T]:
    """An earlier good answer stands where there is none now, with since when."""
    if isinstance(answer, Seen) or not isinstance(before, Seen):
        return answer
    return replace(before, failing_since=before.failing_since or now, failure=answer.reason)


def lines(texts: Iterable[str]) -> Lines:
    """Many texts as one. What has a line break in it is no path, link or name that anybody asks for."""
    return "\n".join(text for text in texts if "\n" not in text)


def _silent_since(answer: Seen[Any]) -> datetime:
    return answer.failing_since or answer.as_of
