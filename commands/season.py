"""Whether the Slam is still to come, on, or over."""

from __future__ import annotations

from datetime import datetime

from bot.blocks import escape, when
from rules.model import Edition


def season(edition: Edition, now: datetime) -> str:
    """One line of mrkdwn that quotes the date it is about."""
    name = escape(edition.name)
    if now < edition.opens.at:
        return f"{name} has not begun: it {when(edition.opens.at, 'opens')}."
    if now < edition.ends.at:
        return f"{escape(edition.ends.title)}: {when(edition.ends.at)}."
    return f"{name} has been over {when(edition.ends.at, 'since')}."


def is_on(edition: Edition, now: datetime) -> bool:
    return edition.opens.at <= now < edition.ends.at
