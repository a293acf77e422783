"""What several checks ask of the same evidence is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from rules.model import Evidence

T = TypeVar("T")


def once(work: Callable[[Evidence], T]) -> Callable[[Evidence], T]:
    """Keeps the answer beside the evidence and as long as that lives; evidence never changes."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def worked_out(evidence: Evidence) -> T:
        known = evidence.__dict__
        if name not in known:
            known[name] = work(evidence)
        found: T = known[name]
        return found

    return worked_out
