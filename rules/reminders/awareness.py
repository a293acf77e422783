"""In channels, before a date of the Slam: what it is about, how many have joined, and how to begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from rules.model import Milestone
from rules.phrases import coming, counted
from rules.slam import (
    ChannelId,
    Line,
    MilestoneId,
    Notice,
    Slam,
    Strong,
    Typed,
    Written,
    announced,
    key,
    reached,
    short,
)

TITLE = "invitations"
IS_FOR_PROJECTS = False


@dataclass(frozen=True)
class Settings:
    id: str
    milestone: MilestoneId
    before: tuple[timedelta, ...]
    channels: tuple[ChannelId, ...] = ()  # none: the one for announcements
    text: str = ""  # "": a sentence of ours
    audience: Literal["unregistered"] = "unregistered"


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    milestone = slam.edition.milestone(settings.milestone)
    before = reached(settings.before, milestone, now)
    if before is None:
        return ()
    date = announced(milestone)
    occasion = f"{milestone.id}@{date}/{short(before)}"
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, occasion, None, reader),
            kind="awareness",
            project=None,
            reader=reader,
            due_at=milestone.at - before,
            pointless_at=milestone.at,
            say=partial(_said, settings, slam, milestone, now),
            milestone=milestone.id,
            date=date,
        )
        for channel in settings.channels or (slam.announcements_channel,)
        if (reader := slam.channel(channel))
    )


def _said(settings: Settings, slam: Slam, milestone: Milestone, now: datetime) -> tuple[Line, ...]:
    about: Line = (Written(settings.text),) if settings.text else (_ours(slam),)
    return (
        coming(milestone, now),
        about,
        (_joined(len(slam.participants)),),
        (Strong("Next:"), " type ", Typed("/slam"), " to see how your project begins."),
    )


def _ours(slam: Slam) -> str:
    return (
        f"{slam.edition.name} helps your project to better security, one small step and one badge at a time."
    )


def _joined(count: int) -> str:
    if count == 0:
        return "Nobody has joined yet: be the first."
    return f"{counted(count, 'project has', 'projects have')} joined so far."
