"""Where messages go and what they are about, in the words of organizers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.blocks import escape
from bot.store.outbox import CALL, QUESTION, TAKEN
from rules.owed import known_kinds


def place(reader: str) -> str:
    """A channel or a person, as Slack shows them."""
    mark = "@" if reader.startswith(("U", "W")) else "#"
    return f"<{mark}{escape(reader)}>"


def titles(kinds: Iterable[str]) -> str:
    """ "deadlines, digests": what these kinds of messages are called."""
    known = {kind: module.TITLE for kind, module in known_kinds().items()} | {CALL: QUESTION, TAKEN: QUESTION}
    return ", ".join(dict.fromkeys(known.get(kind) or escape(kind) for kind in kinds))
