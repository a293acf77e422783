"""What the organizers write to everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from rules.audience import among, described, is_channel
from rules.model import Edition
from rules.phrases import cut
from rules.slam import Announcement, Line, Notice, Offer, Reader, Slam, Strong, Written, key

TITLE = "announcements"
USEFUL = timedelta(days=7)
GLANCE = 500  # characters of one that waits for approval


@dataclass(frozen=True)
class Settings:
    id: str


UNASKED = Settings(id="announcement")


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    return tuple(
        notice
        for announcement in slam.announcements
        for notice in (*_told(settings, slam, announcement, now), *_asked(settings, slam, announcement))
    )


def said(edition: Edition, text: str) -> tuple[Line, ...]:
    """An announcement as it is told."""
    return ((Strong(f"From the organizers of {edition.name}"),), (Written(text),))


def readers(slam: Slam, audience: tuple[str, ...], now: datetime) -> Iterable[tuple[str | None, Reader]]:
    """Each with the project that it is told about; None: about none."""
    if is_channel(audience):
        channel = slam.channel(slam.announcements_channel)
        return ((None, channel),) if channel else ()
    return (
        (participant.project.id, reader)
        for participant in among(slam.participants, audience, now)
        for reader in participant.readers
    )


def _told(settings: Settings, slam: Slam, announcement: Announcement, now: datetime) -> tuple[Notice, ...]:
    if announcement.send_at is None or now < announcement.send_at:
        return ()
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, str(announcement.id), project, reader),
            kind="announcement",
            project=project,
            reader=reader,
            due_at=announcement.send_at,
            pointless_at=announcement.send_at + USEFUL,
            say=partial(said, slam.edition, announcement.text),
        )
        for project, reader in readers(slam, announcement.audience, now)
    )


def _asked(settings: Settings, slam: Slam, announcement: Announcement) -> tuple[Notice, ...]:
    """A second organizer is asked for approval."""
    reader = slam.channel(slam.organizers_channel)
    if announcement.send_at or announcement.asked_at is None or reader is None:
        return ()
    return (
        Notice(
            key=key(slam.edition, settings.id, f"{announcement.id}/approval", None, reader),
            kind="announcement",
            project=None,
            reader=reader,
            due_at=announcement.asked_at,
            pointless_at=announcement.asked_at + USEFUL,
            say=partial(_asking, slam.edition, announcement),
            offers=(Offer("Look at it", "announce.open", str(announcement.id)),),
        ),
    )


def _asking(edition: Edition, announcement: Announcement) -> tuple[Line, ...]:
    whom = described(announcement.audience, edition)
    return (
        (Strong(f"An announcement to {whom} waits for a second organizer:"),),
        (Written(cut(announcement.text, GLANCE)),),
        (Strong("Next:"), " look at it, then approve or cancel it."),
    )
