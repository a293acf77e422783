"""Whoever runs the bot in the demo: writes config.yaml, has it read again, and looks what will be said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.config import Config, ConfigError, Need, read
from bot.playground import world
from bot.playground.slack import Slack
from bot.playground.upcoming import next_notices
from bot.store import Store
from rules.model import Milestone
from rules.slam import Notice


class Operator:
    def __init__(self, path: Path, environ: Mapping[str, str], slack: Slack) -> None:
        """Writes the file at once. `begin` tells what the bot can, when it is there."""
        self._path = path
        self._environ = environ
        self._slack = slack
        self._store: Store | None = None
        self._catch_up: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._is_behind = False
        self._searching = asyncio.Lock()
        self._moved_dates: dict[str, Milestone] = {}
        self._write()

    def begin(self, store: Store, catch_up: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """The bot is there: what it has stored, and how it looks and plans at once."""
        self._store = store
        self._catch_up = catch_up

    async def end(self) -> None:
        """The bot goes: nothing is asked of it any more."""
        async with self._searching:
            self._store = None
        if self._catching_up is not None:
            self._catching_up.cancel()
            await asyncio.gather(self._catching_up, return_exceptions=True)

    def config(self) -> Config:
        """As the file says now."""
        return read(self._path, self._environ, {Need.SLACK})

    def moved(self) -> None:
        """Time was moved: the bot need not wait for its next beat."""
        self._is_behind = True
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self._keep_up())

    async def _keep_up(self) -> None:
        while self._is_behind and self._catch_up is not None:
            self._is_behind = False
            await self._catch_up()

    async def next_said(self, now: datetime) -> tuple[datetime, str] | None:
        """When the bot will say something by itself, and what; None: nothing more for a long while."""
        config = self.config()
        async with self._searching:
            found = await next_notices(self._store, config, now) if self._store else None
        if found is None:
            return None
        at, notices = found
        return at, ", ".join(dict.fromkeys(_in_short(notice, config) for notice in notices))

    def dates(self) -> tuple[Milestone, ...]:
        return self.config().edition.milestones

    async def move_date(self, milestone: str, by: timedelta) -> str:
        """Write another date, and type what an organizer types; gives back the bot's answer.

        A day is one by the clock on the wall, where the date was announced.
        """
        old = self.config().edition.milestone(milestone)
        zone = ZoneInfo(old.timezone)
        wall = old.at.astimezone(zone).replace(tzinfo=None) + by
        moved = Milestone(old.id, old.title, wall.replace(tzinfo=zone), old.timezone)
        before, self._moved_dates = self._moved_dates, {**self._moved_dates, milestone: moved}
        self._write()
        answer = await self._typed("/slam reload")
        try:
            self.config()
        except ConfigError:  # the bot has said what is wrong and keeps what it had: so does the file
            self._moved_dates = before
            self._write()
        return answer

    async def _typed(self, words: str) -> str:
        workspace, channel = self._slack.workspace, world.ORGANIZERS_CHANNEL
        before = workspace.seen_by(world.ORGANIZER, channel)
        failed = await self._slack.say(world.ORGANIZER, channel, words)
        after = workspace.seen_by(world.ORGANIZER, channel)
        return failed or "\n".join(message.text for message in after[len(before) :])

    def _write(self) -> None:
        """Write the file anew, and let it take the place of the old one at once."""
        lines = [
            "milestones:",
            *(f"  - {json.dumps(_as_entry(moved))}" for moved in self._moved_dates.values()),
        ]
        text = world.CONFIG + ("\n".join(lines) + "\n" if self._moved_dates else "")
        beside = self._path.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self._path)


def _as_entry(milestone: Milestone) -> dict[str, str]:
    wall = milestone.at.astimezone(ZoneInfo(milestone.timezone)).replace(tzinfo=None)
    return {
        "id": milestone.id,
        "title": milestone.title,
        "at": wall.isoformat(),
        "timezone": milestone.timezone,
    }


def _in_short(notice: Notice, config: Config) -> str:
    """The kind of a notice, and whom it is for."""
    names = {project.id: project.name for project in config.projects}
    names |= {channel.id: f"#{channel.name}" for channel in world.CHANNELS}
    whom = notice.project or notice.reader.id
    return f"{notice.kind} for {names.get(whom, whom)}"
