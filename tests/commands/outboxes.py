"""An outbox with messages in it, in whichever state."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import Store
from bot.store.delivery import Claimed, Pace, Settled
from bot.store.outbox import Draft, Entry, NoticeRow, State
from tests.builders import NOON

PACE = Pace(per_channel=timedelta(0), per_minute=600_000)
LATE = NOON + timedelta(days=365)


def owe(
    store: Store,
    *keys: str,
    reader: str = "C0KELP",
    project: str | None = "kelp",
    kind: str = "deadline",
    at: datetime = NOON,
) -> int:
    """Owe a message with a notice for each of these keys; gives back its number."""
    rows = tuple(NoticeRow(key, kind) for key in keys)
    store.outbox.owe([Draft(project, reader, rows, "Seven days left", (), LATE)], (), at)
    return told_in(store, keys[0]).id


def told_in(store: Store, key: str) -> Entry:
    """The message in which this is told."""
    every = (each for state in State for each in store.outbox.page(state, limit=10_000))
    return next(each for each in every if key in each.keys)


def claim(store: Store, at: datetime = NOON) -> tuple[Claimed, ...]:
    """What a process sends at that moment; each reader's oldest message."""
    store.outbox.owe((), (), at)
    return store.delivery.turn("somebody", PACE, at, room=1_000, flying=()).claimed


def settle(
    store: Store, state: State, reason: str | None = None, *, at: datetime = NOON, closes: bool = False
) -> None:
    """Send everything that is pending; that is what becomes of it."""
    while claimed := claim(store, at):
        done = [
            Settled(each.id, each.attempt, state, at, each.reader, reason=reason, closes=closes)
            for each in claimed
        ]
        store.delivery.turn("somebody", PACE, at, settled=done, flying=())
