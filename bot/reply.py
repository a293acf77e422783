"""What a command is given and what it gives back. No Slack, no database, no waiting in here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.blocks import Message, Modal
    from bot.config import Config
    from bot.store import Store
    from rules.model import Edition
    from rules.resources import Resources


@dataclass(frozen=True)
class Call:
    """What somebody typed or pressed; `args` are the words after the subcommand, or of a button's value."""

    user: str  # Slack user id
    channel: str  # Slack channel id; "" where there is none (the app's home)
    args: tuple[str, ...]
    now: datetime
    team: str = ""


@dataclass(frozen=True)
class Services:
    """What a command may use. The store answers from this machine or the database, never the internet."""

    store: Store
    edition: Edition
    resources: Resources
    config: Config
    refresh: Callable[[str], Awaitable[str]]
    """Ask the sources about a project now; gives back one sentence on how that went, for people to read.

    Asks at most once a minute a project.
    """
    next_look: Callable[[str], datetime | None] = lambda project: None
    """About when the clock will look at a project; None where nobody can say. May read the store."""
    asked: Callable[[str], None] = lambda project: None
    """Notes that people ask for a project, so that the clock looks at it sooner. Waits for nothing."""


Later = Callable[[], Awaitable["Reply"]]


@dataclass(frozen=True)
class Reply:
    """An answer, seen by the asker alone unless `shared`; a button's may `replace` the message it stands in.

    `later` is run after Slack has its acknowledgement and answers for a second time.
    """

    message: Message | None = None
    modal: Modal | None = None
    shared: bool = False
    replace: bool = False
    later: Later | None = None


Answerer = Callable[[Call, Services], Reply]
