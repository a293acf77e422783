"""When a date changed that you were told: the new one, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from rules.model import Milestone
from rules.phrases import lasting
from rules.slam import Line, Notice, Reader, Slam, Strong, Told, Typed, announced, instant, key

TITLE = "moved dates"


@dataclass(frozen=True)
class Settings:
    id: str


UNASKED = Settings(id="moved")


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    milestones = {milestone.id: milestone for milestone in slam.edition.milestones}
    dates = {name: announced(milestone) for name, milestone in milestones.items()}
    outdated = [told for told in slam.told if dates.get(told.milestone, told.date) != told.date]
    if not outdated:
        return ()
    readers = _readers(slam)
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, _occasion(told, milestone), told.project, reader),
            kind="moved",
            project=told.project,
            reader=reader,
            due_at=min(told.at, now),
            pointless_at=max(_old(told), milestone.at),
            say=partial(_said, milestone, _old(told), now),
            milestone=milestone.id,
            date=announced(milestone),
        )
        for told in outdated
        if (reader := readers.get((told.project, told.reader)))
        for milestone in (milestones[told.milestone],)
        if _old(told) != milestone.at.replace(second=0, microsecond=0)
    )


def _readers(slam: Slam) -> dict[tuple[str | None, str], Reader]:
    """Who is still there."""
    found: dict[tuple[str | None, str], Reader] = {
        (participant.project.id, reader.id): reader
        for participant in slam.participants
        for reader in participant.readers
    }
    return found | {(None, name): reader for name, reader in slam.channels.items()}


def _occasion(told: Told, milestone: Milestone) -> str:
    return f"{milestone.id}@{announced(milestone)}/after@{instant(told.at)}"


def _old(told: Told) -> datetime:
    return datetime.fromisoformat(told.date).astimezone(UTC)


def _said(milestone: Milestone, old: datetime, now: datetime) -> tuple[Line, ...]:
    left = f", in {lasting(milestone.at - now)}" if milestone.at > now else ", which is over"
    return (
        (
            Strong(f"A date has moved. {milestone.title}:"),
            " ",
            milestone.at,
            f"{left}. It was ",
            old,
            " before.",
        ),
        (Strong("Next:"), " note the new date; ", Typed("/slam deadlines"), " shows all of them."),
    )
