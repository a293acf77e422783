"""What came in lately, so that the same request is not acted upon twice."""

from __future__ import annotations

from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)  # longer than a signature is good for, and than Slack's three retries take
MOST = 100_000  # kept in each half: bounded memory, whatever comes in


class Lately:
    """Tells what it has seen within the last WINDOW, or among the last MOST where more came than that.

    It is this process's own memory. Two copies of the bot behind one address would need a table for what must
    happen once; reading a status twice harms nobody.
    """

    def __init__(self, window: timedelta = WINDOW, most: int = MOST) -> None:
        self._window = window
        self._most = most
        self._newer: set[bytes] = set()
        self._older: set[bytes] = set()
        self._turned: datetime | None = None

    def saw(self, key: bytes, now: datetime) -> bool:
        """Was this key seen lately? From now on it was."""
        if self._turned is None or now - self._turned > self._window or len(self._newer) >= self._most:
            self._older, self._newer, self._turned = self._newer, set(), now
        if key in self._newer or key in self._older:
            return True
        self._newer.add(key)
        return False

    def __len__(self) -> int:
        return len(self._newer) + len(self._older)
