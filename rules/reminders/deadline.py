"""Before a date of the Slam: how long is left, how far your project is, and its one next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from rules.audience import UNFINISHED, Audience, among
from rules.model import Milestone
from rules.phrases import coming, next_step, offers, standing
from rules.slam import Line, MilestoneId, Notice, Participant, Slam, announced, key, reached, short

TITLE = "deadlines"


@dataclass(frozen=True)
class Settings:
    id: str
    milestone: MilestoneId
    before: tuple[timedelta, ...]
    audience: Audience = UNFINISHED


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    milestone = slam.edition.milestone(settings.milestone)
    before = reached(settings.before, milestone, now)
    if before is None:
        return ()
    date = announced(milestone)
    occasion = f"{milestone.id}@{date}/{short(before)}"
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, occasion, participant.project.id, reader),
            kind="deadline",
            project=participant.project.id,
            reader=reader,
            due_at=milestone.at - before,
            pointless_at=milestone.at,
            say=partial(_said, slam, participant, milestone, now),
            offers=offers(participant),
            milestone=milestone.id,
            date=date,
        )
        for participant in among(slam.participants, settings.audience, now)
        if not participant.is_finished
        for reader in participant.readers
    )


def _said(slam: Slam, participant: Participant, milestone: Milestone, now: datetime) -> tuple[Line, ...]:
    return (coming(milestone, now), standing(participant), next_step(slam, participant))
