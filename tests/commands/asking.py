"""Asking a command and reading its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.blocks import unescape
from bot.config import Config
from bot.playground.blockkit import message_mistakes
from bot.reply import Call, Reply, Services
from bot.store import Store
from rules.model import Edition
from tests.builders import NOON, edition
from tests.builders import resources as library

STRANGER = "U0STRANGER"


@dataclass
class Clock:
    """Remembers which projects were asked for, whose evidence was refreshed, and how often it was woken."""

    asked: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    due: datetime | None = None
    went: str = "CLOMonitor and GitHub answered."
    woken: int = 0

    async def refresh(self, project: str) -> str:
        self.refreshed.append(project)
        return self.went

    def wake(self) -> None:
        self.woken += 1


def services(
    store: Store, clock: Clock | None = None, slam: Edition | None = None, config: Config | None = None
) -> Services:
    """The organizers are the people whom the configuration names."""
    clock = clock or Clock()
    config = config or Config(slam or edition(), library())
    return Services(
        store=store,
        edition=config.edition,
        resources=config.resources,
        config=config,
        refresh=clock.refresh,
        next_look=lambda project: clock.due,
        asked=clock.asked.append,
        organizers=lambda: frozenset(config.organizers),
        wake=clock.wake,
    )


def call(*args: str, user: str = STRANGER, channel: str = "C0OTHER", now: datetime = NOON) -> Call:
    return Call(user, channel, args, now)


def lines(reply: Reply) -> list[str]:
    """What a terminal shows. Slack must accept the answer."""
    assert reply.message is not None
    assert message_mistakes(list(reply.message.blocks)) == []
    return unescape(reply.message.text).splitlines()


def text(reply: Reply) -> str:
    return "\n".join(lines(reply))


def buttons(reply: Reply) -> dict[str, tuple[str, str]]:
    """By label: the action and its value."""
    assert reply.message is not None
    return {
        element["text"]["text"]: (action_of(element), element.get("value", ""))
        for element in elements(reply.message.blocks)
        if element["type"] == "button"
    }


def action_of(element: dict[str, Any]) -> str:
    """Without what tells the buttons of a row apart."""
    return element["action_id"].partition(":")[0]


def elements(blocks: Any) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from block.get("elements", []) if block["type"] == "actions" else []
        if "accessory" in block:
            yield block["accessory"]
