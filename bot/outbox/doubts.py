"""Looks for messages that nobody can say were posted, where the app may read what was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.outbox.calls import Calls, Place
from bot.outbox.verdicts import NOT_A_SOUL, Verdict
from bot.store.delivery import Destination, Doubt, Settled
from bot.store.outbox import State

EVENT = "slam_notice"  # what the metadata of our messages is called
BEFORE = timedelta(days=1)  # a send was begun at most so long before our clock said so
PAGES = 25  # of a channel's history
PAGE = 200  # messages
NOT_NOW = 3600.0  # seconds until a channel whose history cannot be read is tried again

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Found:
    """What looking came to. `wait`: Slack wants to be left alone for so long."""

    settled: tuple[Settled, ...] = ()
    wait: timedelta | None = None


class Doubts:
    """Settles what can be looked up, and not before it can no longer arrive.

    `patience` (seconds) is how long a request may still arrive after it was begun. Clocks jump, while a
    process is down too: so it counts by `elapsed`, which only passes, from when a doubt was seen here first.
    """

    def __init__(
        self,
        calls: Calls,
        now: Callable[[], datetime],
        elapsed: Callable[[], float],
        patience: float,
    ) -> None:
        self._calls = calls
        self._now = now
        self._elapsed = elapsed
        self._patience = patience
        self._seen: dict[tuple[int, int], float] = {}  # since when each doubt is known here
        self._not_before: dict[Destination, float] = {}  # of which the history could not be read

    async def look(self, doubts: Iterable[Doubt], flying: Collection[int]) -> Found:
        """Look for those that can no longer be under way. `flying` are those this process still sends."""
        known = list(doubts)
        now = self._elapsed()
        self._seen = {(d.id, d.attempt): self._seen.get((d.id, d.attempt), now) for d in known}
        by_place: dict[Destination, list[Doubt]] = {}
        for doubt in known:
            if not doubt.is_open and doubt.id not in flying and self._is_over(doubt):
                by_place.setdefault(doubt.to, []).append(doubt)
        settled: list[Settled] = []
        for to, theirs in by_place.items():
            if self._not_before.get(to, now) > now:
                continue
            place = await self._calls.place(to)
            if isinstance(place, Verdict):
                found = self._cannot(theirs, place)
            else:
                found = await self._look_in(place, theirs)
            settled.extend(found.settled)
            if found.wait:
                return Found(tuple(settled), found.wait)
        return Found(tuple(settled))

    def _is_over(self, doubt: Doubt) -> bool:
        """Its request can no longer arrive."""
        return self._elapsed() - self._seen[doubt.id, doubt.attempt] >= self._patience

    async def _look_in(self, place: Place, doubts: list[Doubt]) -> Found:
        posted: dict[str, str] = {}
        # a clock that is ahead of Slack's would look behind the message, find nothing and have it said twice
        slacks = await self._calls.slacks_time()
        oldest = min([self._now(), *([slacks] if slacks else []), *(d.sending_at for d in doubts)]) - BEFORE
        asked: dict[str, object] = {
            "channel": place.channel,
            "oldest": f"{oldest.timestamp():.6f}",
            "limit": PAGE,
            "include_all_metadata": "true",
        }
        method = "conversations.history"  # which does not show what is in threads
        if place.thread:
            method, asked["ts"] = "conversations.replies", place.thread
        for _ in range(PAGES):
            verdict = await self._calls.make(method, asked)
            if not verdict.is_ok:
                return self._cannot(doubts, verdict)
            posted |= _posted(verdict.told)
            cursor = _cursor(verdict.told)
            if not cursor:
                is_whole = not verdict.told.get("has_more")
                return Found(tuple(self._settled(doubt, place.channel, posted, is_whole) for doubt in doubts))
            asked["cursor"] = cursor
        return Found(tuple(self._settled(doubt, place.channel, posted, is_whole=False) for doubt in doubts))

    def _cannot(self, doubts: list[Doubt], verdict: Verdict) -> Found:
        if verdict.wait:
            return Found(wait=verdict.wait)
        to = doubts[0].to
        if verdict.is_outage or (verdict.refuses_us and verdict.reason not in NOT_A_SOUL):
            self._not_before[to] = self._elapsed() + self._patience
            return Found()
        self._not_before[to] = self._elapsed() + NOT_NOW
        reason = f"its channel's history cannot be read: {verdict.reason}"
        log.warning("a doubtful send was not looked up", reader=to.reader, why=verdict.reason)
        return Found(tuple(self._settle(doubt, State.UNCONFIRMED, reason=reason) for doubt in doubts))

    def _settled(self, doubt: Doubt, channel: str, posted: Mapping[str, str], is_whole: bool) -> Settled:
        if doubt.key in posted:
            return self._settle(doubt, State.SENT, channel=channel, ts=posted[doubt.key])
        if is_whole:
            return self._settle(doubt, State.PENDING, reason="looked for and not found")
        self._not_before[doubt.to] = self._elapsed() + NOT_NOW
        return self._settle(doubt, State.UNCONFIRMED, reason="too much was said since then to look for it")

    def _settle(
        self,
        doubt: Doubt,
        state: State,
        *,
        reason: str | None = None,
        channel: str | None = None,
        ts: str | None = None,
    ) -> Settled:
        return Settled(doubt.id, doubt.attempt, state, self._now(), None, channel, ts, reason)


def _posted(told: Mapping[str, object]) -> dict[str, str]:
    """By key: the messages of ours that stand in a page of history."""
    listed = told.get("messages")
    found: dict[str, str] = {}
    for each in listed if isinstance(listed, list) else ():
        metadata = each.get("metadata") if isinstance(each, dict) else None
        if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT:
            continue
        payload = metadata.get("event_payload")
        key = payload.get("key") if isinstance(payload, dict) else None
        if isinstance(key, str):
            found[key] = str(each.get("ts", ""))
    return found


def _cursor(told: Mapping[str, object]) -> str:
    metadata = told.get("response_metadata")
    cursor = metadata.get("next_cursor") if isinstance(metadata, dict) else None
    return cursor if isinstance(cursor, str) else ""
