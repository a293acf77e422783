"""The clock of the demo: it runs as any other, and can be moved forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class MovableClock:
    """Call it for the time. `elapsed` gives seconds from any fixed point and never goes back."""

    def __init__(self, start: datetime, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._start = start
        self._elapsed = elapsed
        self._zero = elapsed()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed() - self._zero)

    def forward(self, by: timedelta) -> datetime:
        """Move on and give back the new time. Time never goes back: a negative step is no step."""
        self._start += max(by, timedelta())
        return self()
