"""What organizers are given to work with, beside what everybody is given."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from bot.blocks import Message, unescape
from bot.config import Config
from bot.playground.blockkit import message_mistakes, view_mistakes
from bot.reply import Reply, Services
from bot.store import Store
from tests.builders import edition
from tests.commands.asking import library, services

ORLA = "U0ORLA"
OTTO = "U0OTTO"


@dataclass
class Desk:
    """Remembers how often the clock was woken and the configuration read."""

    mistakes: tuple[str, ...] = ()
    woken: int = 0
    read: int = 0
    organizers: Collection[str] = field(default=(ORLA, OTTO))

    def wake(self) -> None:
        self.woken += 1

    def reload(self) -> tuple[str, ...]:
        self.read += 1
        return self.mistakes

    def services(self, store: Store, config: Config | None = None) -> Services:
        return replace(
            services(store),
            config=config or Config(edition(), library(), organizers=tuple(self.organizers)),
            organizers=lambda: frozenset(self.organizers),
            wake=self.wake,
            reload=self.reload,
        )


def dialog(reply: Reply) -> dict[str, Any]:
    """The dialog that an answer opens. Slack must accept it."""
    assert reply.modal is not None
    view = reply.modal.view()
    assert view_mistakes(view) == []
    return view


def shown(message: Message | None) -> str:
    """What a terminal shows of an answer, which Slack must accept in a channel and in a dialog."""
    assert message is not None
    assert message_mistakes(list(message.blocks)) == []
    return unescape(message.text)
