"""Once a week: what changed, what is next, and how long is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from rules.audience import EVERYONE, Audience, among
from rules.local import weekly
from rules.phrases import coming, counted, cut, joined, next_step, offers, standing
from rules.slam import Change, Line, Notice, Participant, Slam, Strong, Weekday, announced, key

TITLE = "weekly looks"
WEEK = timedelta(days=7)
USEFUL = timedelta(days=2)
NAMED = 3  # changes
GLANCE = 100  # characters of what was found or lost


@dataclass(frozen=True)
class Settings:
    id: str
    every: Weekday
    at: time
    audience: Audience = EVERYONE


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    if not slam.is_on(now):
        return ()
    zones = {reader.timezone for participant in slam.participants for reader in participant.readers}
    weeks = {zone: weekly(now, settings.every, settings.at, zone) for zone in zones}
    useful = {zone: (day, at) for zone, (day, at) in weeks.items() if slam.is_on(at) and now < at + USEFUL}
    if not useful:
        return ()
    ends, date = slam.edition.ends, announced(slam.edition.ends)
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, day.isoformat(), participant.project.id, reader),
            kind="digest",
            project=participant.project.id,
            reader=reader,
            due_at=at,
            pointless_at=min(at + USEFUL, ends.at),
            say=partial(_said, slam, participant, at, now),
            offers=offers(participant),
            milestone=ends.id,
            date=date,
        )
        for participant in among(slam.participants, settings.audience, now)
        for reader in participant.readers
        if reader.timezone in useful
        for day, at in (useful[reader.timezone],)
        if _has_news(participant, at)
    )


def _has_news(participant: Participant, at: datetime) -> bool:
    """Whoever is finished hears only of changes."""
    return not participant.is_finished or bool(_net(participant.changes, at))


def _said(slam: Slam, participant: Participant, at: datetime, now: datetime) -> tuple[Line, ...]:
    week: Line = (
        Strong(f"{participant.project.name} this week:"),
        f" {_summary(_net(participant.changes, at))}.",
    )
    return (
        *((week,) if participant.record else ()),
        standing(participant),
        coming(slam.edition.ends, now),
        next_step(slam, participant),
    )


def _summary(changes: tuple[Change, ...]) -> str:
    sides = (("found", _statements(changes, found=True)), ("lost", _statements(changes, found=False)))
    said = [
        f"{counted(len(named), 'criterion', 'criteria')} {word} ({_named(named)})"
        for word, named in sides
        if named
    ]
    return joined(said) if said else "nothing changed"


def _statements(changes: Iterable[Change], *, found: bool) -> list[str]:
    return list(dict.fromkeys(change.statement for change in changes if change.found is found))


def _named(statements: list[str]) -> str:
    named = [cut(statement, GLANCE) for statement in statements[:NAMED]]
    more = len(statements) - NAMED
    return "; ".join([*named, f"and {more} more"] if more > 0 else named)


def _net(changes: tuple[Change, ...], at: datetime) -> tuple[Change, ...]:
    """What differs from a week before: what was found and then lost does not."""
    week: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.at > at - WEEK:
            week.setdefault((change.badge, change.criterion), []).append(change)
    return tuple(each[-1] for each in week.values() if each[0].found is each[-1].found)
