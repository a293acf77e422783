"""Delivery: claim, pace, send, settle, reconcile. One long-lived task, woken by new rows."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

import aiohttp
import msgspec
import structlog

from bot.config.declared import Pacing
from bot.outbox.calls import Calls
from bot.outbox.doubts import EVENT, Doubts
from bot.outbox.verdicts import Verdict
from bot.store import DatabaseError, Store
from bot.store.delivery import Claimed, Pace, Settled, Turn
from bot.store.outbox import Posted, State

AT_ONCE = 50  # messages that are on their way
NO_PREVIEWS = MappingProxyType({"unfurl_links": False, "unfurl_media": False})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Timing:
    """Seconds. A request that was given up may still arrive for a while: `patience` after it was begun."""

    beat: float = 0.2  # between two turns, where there is much to send
    poll: float = 1.0  # between two looks for rows of other processes, and for what can be looked up
    call: float = 10.0  # for one call to Slack
    lease: float = 30.0  # for a message, once it is claimed
    patience: float = 70.0
    pauses: tuple[float, ...] = (1.0, 2.0, 5.0, 15.0, 60.0)  # between questions whether Slack is back
    refused: float = 60.0  # between questions whether Slack takes the token again


class Outbox:
    """Sends what is pending. Any number of processes may: a message is claimed by one of them."""

    def __init__(
        self,
        store: Store,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        *,
        token: str,
        base_url: str,
        pacing: Pacing,
        history: bool,
        timing: Timing | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._now = now
        self._timing = timing or Timing()
        self._calls = Calls(session, now, token=token, base_url=base_url, seconds=self._timing.call)
        self._doubts = Doubts(self._calls, now, elapsed, self._timing.patience)
        self._worker = secrets.token_hex(8)
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._settled: list[Settled] = []  # what the database does not know yet
        self._peace: timedelta | None = None  # Slack wants it for so long, which it does not know either
        self._lost = False  # the last turn failed: it may have claimed something without telling
        self._is_full = False  # more could go if there were room
        self._outages = 0  # since something was sent last
        self._asking: asyncio.Task[None] | None = None  # whether Slack is back
        self._refused: str | None = None
        self._woken = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._stopping = False
        self._delivering: asyncio.Task[None] | None = None
        self._resolving: asyncio.Task[None] | None = None
        self.reconfigure(pacing, history)

    def start(self) -> None:
        """Deliver from now on, in the running event loop."""
        self._delivering = asyncio.create_task(self._deliver())
        self._resolving = asyncio.create_task(self._resolve())

    async def stop(self, patience: float) -> None:
        """Claim nothing more; what is on its way has so many seconds to arrive and to be noted."""
        self._stopping = True
        self.wake()
        if self._delivering:
            await asyncio.wait([self._delivering], timeout=patience)
        tasks = (self._delivering, self._resolving, self._asking, *self._flying.values())
        left = [task for task in tasks if task is not None]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if self._timer:
            self._timer.cancel()

    def wake(self) -> None:
        """There may be something to send."""
        self._woken.set()

    def trouble(self) -> str | None:
        """Why nothing can be sent until somebody does something about it; None: nothing is wrong."""
        return f"Slack refuses the token: {self._refused}" if self._refused else None

    def reconfigure(self, pacing: Pacing, history: bool) -> None:
        self._pace = Pace(
            timedelta(seconds=pacing.per_channel_seconds),
            pacing.per_workspace_per_minute,
            held=timedelta(seconds=2 * self._timing.call),
            lease=timedelta(seconds=self._timing.lease),
        )
        self._history = history

    # --- Turns ---------------------------------------------------------------------------------------------

    async def _deliver(self) -> None:
        while not self._stopping or self._flying or self._has_news:
            self._woken.clear()
            try:
                wait = await self._take_turn()
            except DatabaseError as error:
                log.warning("the outbox cannot use the database", why=type(error).__name__)
                self._lost, wait = True, self._timing.poll
            except Exception:  # a tick of delivery: the next one tries again
                log.exception("a turn of the outbox failed")
                self._lost, wait = True, self._timing.poll
            await self._pause(wait)

    async def _take_turn(self) -> float:
        """Settle and claim, begin to send; gives back for how many seconds there is nothing to do."""
        news, peace, room = tuple(self._settled), self._peace, self._room()
        if not self._has_news and not self._lost and await self._inward(self._store.delivery.is_idle):
            return self._timing.poll
        turn = await self._inward(
            partial(
                self._store.delivery.turn,
                self._worker,
                self._pace,
                self._now(),
                settled=news,
                peace=peace,
                room=room,
                flying=tuple(self._flying) if self._lost else None,
            )
        )
        self._lost = False
        self._settled = self._settled[len(news) :]
        if self._peace is peace:  # or more was asked for meanwhile
            self._peace = None
        for message in turn.claimed:
            self._launch(message)
        self._is_full = len(turn.claimed) == room
        return self._wait_after(turn)

    @property
    def _has_news(self) -> bool:
        return bool(self._settled) or self._peace is not None

    def _room(self) -> int:
        """How many more messages may be sent at once. After an outage one goes ahead of the others."""
        if self._stopping or self._refused or self._asking or self._peace:
            return 0
        return (1 if self._outages else AT_ONCE) - len(self._flying)

    def _wait_after(self, turn: Turn) -> float:
        if turn.next_at is None:
            return self._timing.poll
        wait = (turn.next_at - self._now()).total_seconds()
        return min(max(wait, self._timing.beat if self._is_fast else 0.001), self._timing.poll)

    @property
    def _is_fast(self) -> bool:
        """There is more than one message in a beat: they are claimed and settled together."""
        return self._pace.interval.total_seconds() < self._timing.beat

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    # --- Sending -------------------------------------------------------------------------------------------

    def _launch(self, message: Claimed) -> None:
        task = asyncio.create_task(self._send(message))
        self._flying[message.id] = task

    async def _send(self, message: Claimed) -> None:
        try:
            verdict = await self._say(message)
        except Exception:  # one message: a call never raises, so it was not posted, and the others go on
            log.exception("a message could not be put together", message=message.id)
            verdict = Verdict(State.FAILED, "it could not be put together")
        is_repeated = message.updates is not None and verdict.state is State.UNCONFIRMED  # which does no harm
        self._settled.append(
            Settled(
                message.id,
                message.attempt,
                State.PENDING if is_repeated else verdict.state,
                self._now(),
                message.reader,
                channel=_text(verdict.told.get("channel")) or None,
                ts=_text(verdict.told.get("ts")) or None,
                reason=verdict.reason,
                closes=verdict.refuses_there and _is_its_readers(message),
                opens=message.was_closed and verdict.is_ok,
                together=not verdict.refuses_together,
            )
        )
        del self._flying[message.id]
        self._learn(verdict)
        self._land()

    async def _say(self, message: Claimed) -> Verdict:
        place = message.updates or await self._calls.place(message.to)
        if isinstance(place, Verdict):
            waits = message.opens and message.to.thread is None and place.state is State.FAILED
            return replace(place, state=State.PENDING, refuses_together=True) if waits else place
        # whoever slept through the lease must not send: others may have settled it meanwhile
        if self._now() > message.lease_until - timedelta(seconds=self._timing.call):
            return Verdict(State.PENDING, "it was not sent in time")
        said = _said(message) | {"channel": place.channel}
        if isinstance(place, Posted):
            return await self._calls.make("chat.update", said | {"ts": place.ts})
        thread = {"thread_ts": place.thread} if place.thread else {}
        return await self._calls.make("chat.postMessage", said | thread | NO_PREVIEWS)

    def _learn(self, verdict: Verdict) -> None:
        """What one answer says about the next messages."""
        if verdict.wait:
            self._leave_in_peace(verdict.wait)
        if verdict.refuses_us and not self._refused:
            log.error("Slack refuses the token: nothing is sent", why=verdict.reason)
            self._refused = verdict.reason
        if verdict.is_outage or verdict.refuses_us:
            self._ask_until_back()
        else:
            self._outages = 0

    def _land(self) -> None:
        """Settle at once, or with the others of this beat."""
        is_last = not self._flying and (self._is_full or self._stopping)
        if not self._is_fast or is_last or self._peace or self._asking:
            self.wake()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._timing.beat, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self.wake()

    def _leave_in_peace(self, wait: timedelta) -> None:
        self._peace = max(wait, self._peace or wait)
        log.info("Slack wants to be left alone", seconds=wait.total_seconds())
        self.wake()

    def _ask_until_back(self) -> None:
        if self._asking is None and not self._stopping:
            self._outages += 1
            self._asking = asyncio.create_task(self._is_back())

    async def _is_back(self) -> None:
        """Wait until Slack answers and takes the token."""
        pauses = self._timing.pauses
        number = min(self._outages, len(pauses)) - 1
        while True:
            await asyncio.sleep(self._timing.refused if self._refused else pauses[number])
            verdict = await self._calls.make("auth.test", {})
            if verdict.refuses_us:
                self._refused = verdict.reason
            elif verdict.is_ok or not (verdict.is_outage or verdict.wait):
                break
            number = min(number + 1, len(pauses) - 1)
        log.info("Slack answers again")
        self._refused = self._asking = None
        self.wake()

    # --- Doubts --------------------------------------------------------------------------------------------

    async def _resolve(self) -> None:
        """Look up what nobody can say was posted."""
        while not self._stopping:
            await asyncio.sleep(self._timing.poll)
            if not self._history or self._refused or self._asking:
                continue
            try:
                await self._look()
            except DatabaseError as error:
                log.warning("doubtful sends cannot be read", why=type(error).__name__)
            except Exception:  # a tick of reconciliation: the next one tries again
                log.exception("doubtful sends could not be looked up")

    async def _look(self) -> None:
        doubts = await self._inward(self._store.delivery.doubts)
        found = await self._doubts.look(doubts, self._flying.keys() | {each.id for each in self._settled})
        self._settled.extend(found.settled)
        if found.wait:
            self._leave_in_peace(found.wait)
        if found.settled:
            self.wake()

    async def _inward(self, ask: Callable[[], Any]) -> Any:  # noqa: ANN401  # what is asked
        # from a thread on SQLite too: a commit waits for the disk, and people for their answers
        return await asyncio.to_thread(ask)


def _is_its_readers(message: Claimed) -> bool:
    """It goes where everything for its reader goes, and not into a conversation of its own."""
    there = message.updates or message.to.thread
    return not message.to.people and (there is None or there.channel == message.reader)


def _said(message: Claimed) -> dict[str, object]:
    body = msgspec.json.decode(message.body)
    payload = {"key": message.keys[0], "keys": list(message.keys)}
    return {
        "text": body["text"],
        "blocks": body["blocks"],
        "metadata": {"event_type": EVENT, "event_payload": payload},
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
