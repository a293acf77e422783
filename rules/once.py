"""What is asked again and again of the same evidence, or the same library, is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def once(work: Callable[[S], T]) -> Callable[[S], T]:
    """Keeps the answer in the value it is about, and as long as that lives; such a value never changes."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def worked_out(about: S) -> T:
        known: dict[str, T] = about.__dict__
        if name not in known:
            known[name] = work(about)
        return known[name]

    return worked_out
