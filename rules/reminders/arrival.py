"""For the organizers: projects that were registered in Slack, and who wants to be a volunteer."""

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
            key=key(slam.edition, settings.id, f"{_what(arrival)}@{instant(arrival.at)}", None, reader),
            kind="arrival",
            project=None,
            reader=reader,
            due_at=arrival.at,
            pointless_at=arrival.at + USEFUL,
            say=partial(_said, arrival),
            offers=(_offer(arrival),),
        )
        for arrival in slam.arrivals
    )


def _what(arrival: Arrival) -> str:
    return arrival.project or f"volunteer/{arrival.by}"


def _said(arrival: Arrival) -> tuple[Line, ...]:
    who, about = Mention(arrival.by), Strong(arrival.about)
    if arrival.project is None:
        wish = (who, " wants to be a volunteer: ", about, ".")
        return (wish, (Strong("Next:"), " look at it, then approve or decline it."))
    registered = (who, " registered ", about, ".")
    return (registered, (Strong("Next:"), " nothing, or look at it: you can undo it there."))


def _offer(arrival: Arrival) -> Offer:
    if arrival.project is None:
        return Offer("Look at it", "volunteer.open", arrival.by)
    return Offer("Look at it", "register.open", arrival.project)
