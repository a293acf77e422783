"""The next moment at which the bot will say something by itself, found by asking about moments to come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot import planning
from bot.config import Config
from bot.store import Store
from rules import owed as rules
from rules.slam import Notice, Slam

STRIDE = timedelta(hours=1)  # what is due stays due for longer than that
FARTHEST = timedelta(days=45)
CLOSE_ENOUGH = timedelta(seconds=1)
REMEMBERED = timedelta(hours=6)  # a snooze may be over by then


async def next_notices(
    store: Store, config: Config, now: datetime
) -> tuple[datetime, tuple[Notice, ...]] | None:
    """When the bot says something next, and what; None: nothing within 45 days."""
    foresight = Foresight(store, config)
    after = now
    while (at := await next_moment(foresight.says, after)) and at - now < FARTHEST:
        if notices := planning.owed(store, config, at).notices:
            return at, notices
        after = at + STRIDE  # enough was said on that day
    return None


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


class Foresight:
    """Whether anything untold would be due, as far as can be told from what is stored now. It asks little."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store = store
        self._config = config
        self._slam: tuple[datetime, Slam] | None = None
        self._told: dict[str, bool] = {}

    def says(self, at: datetime) -> bool:
        due = rules.due(self._config.reminders, self._seen(at), at)
        keys = [each.key for each in due if rules.may_go(each, at, self._config.quiet_hours)]
        if strange := [key for key in keys if key not in self._told]:
            known = self._store.outbox.known(strange)
            self._told |= {key: key in known for key in strange}
        return any(not self._told[key] for key in keys)

    def _seen(self, at: datetime) -> Slam:
        if self._slam is None or abs(at - self._slam[0]) > REMEMBERED:
            self._slam = at, planning.load(self._store, self._config, at)
        return self._slam[1]
