"""The clock of the demo: it runs as any other, and can be moved forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class MovableClock:
    """Call it for the time. It shows `start` at first, and from then on runs beside `real`."""

    def __init__(self, real: Callable[[], datetime], start: datetime) -> None:
        self._real = real
        self._ahead = start - real()

    def __call__(self) -> datetime:
        return self._real() + self._ahead

    def forward(self, by: timedelta) -> datetime:
        """Move on and give back the new time. Time never goes back: a negative step is no step."""
        self._ahead += max(by, timedelta())
        return self()

    def to(self, moment: datetime) -> datetime:
        """Move on to this moment; one that is over is no step."""
        return self.forward(moment - self())
