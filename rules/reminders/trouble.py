"""For the organizers: what keeps people from being told, such as a channel that refuses the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from rules.slam import Line, Notice, Slam, Trouble, instant, key

TITLE = "troubles"
IS_FOR_PROJECTS = False
USEFUL = timedelta(days=7)


@dataclass(frozen=True)
class Settings:
    id: str


UNASKED = Settings(id="trouble")


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    reader = slam.channel(slam.organizers_channel)
    if reader is None:
        return ()
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, f"{trouble.about}@{instant(trouble.since)}", None, reader),
            kind="trouble",
            project=None,
            reader=reader,
            due_at=trouble.since,
            pointless_at=trouble.since + USEFUL,
            say=partial(_said, trouble),
        )
        for trouble in slam.troubles
    )


def _said(trouble: Trouble) -> tuple[Line, ...]:
    return ((trouble.text,),)
