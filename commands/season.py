"""Whether the Slam is still to come, on, or over."""

from __future__ import annotations

from datetime import datetime

from bot.blocks import escape, when
from rules.model import Edition


def season(edition: Edition, now: datetime) -> str:
    """One line of mrkdwn that quotes the date it is about."""
    name, opens, ends = escape(edition.name), edition.opens.at, edition.ends
    if now < opens:
        return f"{name} has not begun: it {when(opens, 'opens')}."
    if now < ends.at:
        return f"{escape(ends.title)}: {when(ends.at)}."
    return f"{name} has been over {when(ends.at, 'since')}."


def is_on(edition: Edition, now: datetime) -> bool:
    return edition.opens.at <= now < edition.ends.at
