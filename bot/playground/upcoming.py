"""The next moment at which the bot would say something by itself, found by asking about moments to come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

STRIDE = timedelta(hours=1)  # what is due stays due for longer than that
FARTHEST = timedelta(days=45)
CLOSE_ENOUGH = timedelta(seconds=1)


async def next_moment(says: Callable[[datetime], bool], now: datetime) -> datetime | None:
    """The first moment from now on at which `says` holds, to the second; None: not within 45 days."""
    before, at = now, now
    while not says(at):
        if at - now > FARTHEST:
            return None
        before, at = at, at + STRIDE
        await asyncio.sleep(0)  # it is asked often, and others wait for the loop
    while at - before > CLOSE_ENOUGH:
        middle = before + (at - before) / 2
        before, at = (before, middle) if says(middle) else (middle, at)
    return at
