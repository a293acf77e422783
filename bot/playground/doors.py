"""Slack's own commands for a channel: who comes in, who is shown out, and shutting it altogether."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.playground import world
from bot.playground.workspace import Workspace
from bot.playground.world import Channel

Deliver = Callable[[Mapping[str, Any], frozenset[str]], None]
"""Sends an event to the bot, if it was granted these scopes."""


class Doors:
    """Each command gives back what is wrong, if anything is."""

    def __init__(self, workspace: Workspace, deliver: Deliver) -> None:
        self._workspace = workspace
        self._deliver = deliver
        self.commands: Mapping[str, Callable[[str, Channel, str], str | None]] = {
            "/invite": self._invite,
            "/remove": self._remove,
            "/archive": self._archive,
            "/unarchive": self._unarchive,
        }

    def _invite(self, user: str, channel: Channel, text: str) -> str | None:
        if not _is_the_bot(text):
            return f"Only the bot can be invited here: /invite @{world.BOT_HANDLE}"
        if world.BOT in channel.members:
            return f"{world.BOT_NAME} is already here."
        self._workspace.join(channel, world.BOT)
        self._tell("member_joined_channel", channel, {"user": world.BOT, "inviter": user})
        return None

    def _remove(self, user: str, channel: Channel, text: str) -> str | None:
        if not _is_the_bot(text):
            return f"Only the bot can be removed here: /remove @{world.BOT_HANDLE}"
        if world.BOT not in channel.members or channel.is_direct:
            return f"{world.BOT_NAME} is not a member here."
        self._workspace.change(replace(channel, members=channel.members - {world.BOT}))
        self._workspace.post(channel.id, user, f"removed <@{world.BOT}> from the channel")
        self._tell("channel_left", channel, {"actor_id": user})
        return None

    def _archive(self, user: str, channel: Channel, _: str) -> str | None:
        if channel.is_direct:
            return "A direct message cannot be archived."
        self._workspace.post(channel.id, user, "archived the channel")
        self._workspace.change(replace(channel, is_archived=True))
        self._tell("channel_archive", channel, {"user": user})
        return None

    def _unarchive(self, user: str, channel: Channel, _: str) -> str | None:
        if not channel.is_archived:
            return "This channel is not archived."
        self._workspace.change(replace(channel, is_archived=False))
        self._workspace.post(channel.id, user, "un-archived the channel")
        self._tell("channel_unarchive", channel, {"user": user})
        return None

    def _tell(self, kind: str, channel: Channel, more: Mapping[str, Any]) -> None:
        is_private = channel.kind == "private"
        event = {
            "type": kind,
            "channel": channel.id,
            "channel_type": "G" if is_private else "C",
            "team": world.TEAM,
            "event_ts": self._workspace.new_ts(),
            **more,
        }
        self._deliver(event, frozenset({"groups:read" if is_private else "channels:read"}))


def _is_the_bot(text: str) -> bool:
    return text.strip().lstrip("@").lower() in (world.BOT_HANDLE, world.BOT_NAME.lower())
