"""How the help desk did: how much was asked, how soon it was answered, what people got stuck on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import questions
from rules.first_aid import SEEN
from rules.help import QuestionState


@dataclass(frozen=True, slots=True)
class Figures:
    """How questions of a topic went. Durations are medians; None: there was none to measure."""

    asked: int
    by_aid: int  # solved by first aid alone
    open: int  # waiting for somebody, or for an answer
    resolved: int
    first_answer: timedelta | None  # since it was asked
    solution: timedelta | None


@dataclass(frozen=True, slots=True)
class Stats:
    """`stuck`: how many questions were about each criterion, badge or first aid, the most first."""

    topics: Mapping[str, Figures]
    stuck: Mapping[str, int]


EVERY: sa.Select[Any] = sa.select(
    questions.c.asker,
    questions.c.topic,
    questions.c.badge,
    questions.c.criterion,
    questions.c.shown,
    questions.c.state,
    questions.c.solved_by_aid,
    questions.c.asked_at,
    questions.c.claimed_at,
    questions.c.answered_at,
    questions.c.resolved_at,
    questions.c.resolved_by,
).order_by(questions.c.topic, questions.c.id)


class HelpDesk:
    """The questions of one edition, counted."""

    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition

    def stats(self) -> Stats:
        by_topic: defaultdict[str, list[sa.Row[Any]]] = defaultdict(list)
        stuck: Counter[str] = Counter()
        with self._database.read() as read:
            for row in read.execute(EVERY.where(questions.c.edition == self._edition)):
                by_topic[row.topic].append(row)
                about = f"{row.badge}/{row.criterion}" if row.badge and row.criterion else row.badge
                recognised = {name for name in row.shown if not name.startswith(SEEN)}
                stuck.update({*recognised, *([about] if about else [])})
        return Stats({topic: _figures(rows) for topic, rows in by_topic.items()}, dict(stuck.most_common()))


def _figures(rows: Sequence[sa.Row[Any]]) -> Figures:
    for_people = [row for row in rows if not row.solved_by_aid]
    is_open = (QuestionState.OPEN.value, QuestionState.CLAIMED.value)
    solved = [row for row in for_people if row.state == QuestionState.RESOLVED.value]
    answered = [(row, at) for row in for_people if (at := _answered(row))]
    return Figures(
        asked=len(rows),
        by_aid=len(rows) - len(for_people),
        open=sum(row.state in is_open for row in rows),
        resolved=len(solved),
        first_answer=_median(at - row.asked_at for row, at in answered),
        solution=_median(row.resolved_at - row.asked_at for row in solved),
    )


def _answered(row: sa.Row[Any]) -> datetime | None:
    """When a volunteer wrote; where nobody could see that, when one took it, or solved it at once."""
    by_volunteer = row.resolved_at if row.resolved_by not in (None, row.asker) else None
    at: datetime | None = row.answered_at or row.claimed_at or by_volunteer
    return at


def _median(durations: Iterable[timedelta]) -> timedelta | None:
    seconds = [duration.total_seconds() for duration in durations]
    return timedelta(seconds=median(seconds)) if seconds else None
