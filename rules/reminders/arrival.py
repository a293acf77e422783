"""For the organizers: projects that were registered in Slack, which they can undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from rules.slam import Arrival, Line, Mention, Notice, Offer, Slam, Strong, instant, key

TITLE = "arrivals"
IS_FOR_PROJECTS = False
USEFUL = timedelta(days=7)


@dataclass(frozen=True)
class Settings:
    id: str


UNASKED = Settings(id="arrival")


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    reader = slam.channel(slam.organizers_channel)
    if reader is None:
        return ()
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, f"{arrival.project}@{instant(arrival.at)}", None, reader),
            kind="arrival",
            project=None,
            reader=reader,
            due_at=arrival.at,
            pointless_at=arrival.at + USEFUL,
            say=partial(_said, arrival),
            offers=(Offer("Look at it", "register.open", arrival.project),),
        )
        for arrival in slam.arrivals
    )


def _said(arrival: Arrival) -> tuple[Line, ...]:
    return (
        (Mention(arrival.by), " registered ", Strong(arrival.name), "."),
        (Strong("Next:"), " nothing, or look at it: you can undo it there."),
    )
