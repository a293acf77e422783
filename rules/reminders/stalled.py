"""When nothing new was found of your project for a while: the one step that gets it moving again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from rules.audience import UNFINISHED, Audience, among
from rules.phrases import coming, lasting, next_step, offers
from rules.slam import Line, Notice, Participant, Slam, Strong, announced, instant, key

TITLE = "nudges"


@dataclass(frozen=True)
class Settings:
    id: str
    after: timedelta
    audience: Audience = UNFINISHED


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    """Once a stall, which is named after the moment of the last progress."""
    if not slam.is_on(now):
        return ()
    opens, ends = slam.edition.opens.at, slam.edition.ends
    date = announced(ends)
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, instant(progressed_at), participant.project.id, reader),
            kind="stalled",
            project=participant.project.id,
            reader=reader,
            due_at=since + settings.after,
            pointless_at=ends.at,
            say=partial(_said, slam, participant, since, now),
            offers=offers(participant),
            milestone=ends.id,
            date=date,
        )
        for participant in among(slam.participants, settings.audience, now)
        if participant.record and not participant.is_finished
        for progressed_at in (participant.record.progressed_at,)
        for since in (max(progressed_at, opens),)
        if now - since >= settings.after
        for reader in participant.readers
    )


def _said(slam: Slam, participant: Participant, since: datetime, now: datetime) -> tuple[Line, ...]:
    quiet = f"{participant.project.name}: nothing new for {lasting(now - since)}."
    return (
        (Strong(quiet), " One small step gets it moving again."),
        coming(slam.edition.ends, now),
        next_step(slam, participant),
    )
