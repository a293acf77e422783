"""Where messages go and what they are about, in the words of organizers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.blocks import escape
from rules.owed import known_kinds


def place(reader: str) -> str:
    """A channel or a person, as Slack shows them."""
    mark = "@" if reader.startswith(("U", "W")) else "#"
    return f"<{mark}{escape(reader)}>"


def titles(kinds: Iterable[str]) -> str:
    """ "deadlines, digests": what these kinds of reminders are called."""
    known = known_kinds()
    return ", ".join(known[kind].TITLE if kind in known else escape(kind) for kind in dict.fromkeys(kinds))
