"""What organizers are given to work with, beside what everybody is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.config import Config
from bot.config.declared import Channels
from bot.playground.blockkit import message_mistakes, view_mistakes
from bot.reply import Reply, Services
from bot.store import Store
from rules.model import Project
from rules.owed import known_kinds
from rules.slam import Reminder
from tests.builders import edition, project
from tests.commands.asking import Clock, library, services

ORLA = "U0ORLA"
OTTO = "U0OTTO"
MAYA = "U0MAYA"  # maintains Kelp

KELP = project(id="kelp", name="Kelp", channel="C0KELP", maintainers=(MAYA,))
CORAL = project(id="coral", name="Coral", channel="C0CORAL", maintainers=())
LONELY = project(id="lonely", name="Lonely", channel=None, maintainers=())
REEF = (CORAL, KELP, LONELY)

UNASKED = tuple(
    Reminder(kind.UNASKED.id, name, kind.UNASKED, kind.due)
    for name, kind in known_kinds().items()
    if hasattr(kind, "UNASKED")
)


def config(*projects: Project, **changes: Any) -> Config:
    """Two organizers, and the channels of the Slam."""
    standard = Config(
        edition(),
        library(),
        organizers=(ORLA, OTTO),
        channels=Channels(announcements="C0SLAM", organizers="C0ORGS"),
        projects=projects or REEF,
        reminders=UNASKED,
    )
    return replace(standard, **changes)


@dataclass
class Desk(Clock):
    """Remembers how often the configuration was read again, too."""

    mistakes: tuple[str, ...] = ()
    read: int = 0

    def reload(self) -> tuple[str, ...]:
        self.read += 1
        return self.mistakes

    def services(self, store: Store, configured: Config | None = None) -> Services:
        return replace(services(store, self, config=configured or config()), reload=self.reload)


def dialog(reply: Reply) -> dict[str, Any]:
    """The dialog that an answer opens, by field. Slack must accept it."""
    assert reply.modal is not None
    view = reply.modal.view()
    assert view_mistakes(view) == []
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def in_a_dialog(reply: Reply) -> None:
    """Slack must accept an answer to a dialog, too."""
    assert reply.message is not None
    assert message_mistakes(list(reply.message.blocks)) == []
    title = {"type": "plain_text", "text": "Security Slam"}
    assert view_mistakes({"type": "modal", "title": title, "blocks": list(reply.message.blocks)}) == []
