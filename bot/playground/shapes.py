"""How Slack tells of a message, a view, a channel and a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground import world
from bot.playground.workspace import Message, View
from bot.playground.world import Channel, Person

Shape = dict[str, Any]


def message(message: Message) -> Shape:
    shown: Shape = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "team": world.TEAM,
        "text": message.text,
    }
    if message.user == world.BOT:
        shown |= {"bot_id": world.BOT_ID, "app_id": world.APP}
    if message.blocks:
        shown["blocks"] = list(message.blocks)
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.metadata:
        shown["metadata"] = message.metadata
    return shown


def view(view: View) -> Shape:
    return {
        "private_metadata": "",
        "callback_id": "",
        **view.shown,
        "id": view.id,
        "team_id": world.TEAM,
        "hash": view.hash,
        "state": {"values": view.state.get("values", {})},
        "root_view_id": view.id,
        "previous_view_id": None,
        "app_id": world.APP,
        "bot_id": world.BOT_ID,
    }


def channel(channel: Channel) -> Shape:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind == "public",
        "is_im": channel.kind == "dm",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_archived": channel.is_archived,
        "is_ext_shared": False,
        "is_member": world.BOT in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def channel_name(channel: Channel) -> str:
    """With a command or a press that comes from there."""
    return {"dm": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def person(person: Person, now: datetime) -> Shape:
    offset = now.astimezone(ZoneInfo(person.zone)).utcoffset()
    return {
        "id": person.id,
        "team_id": world.TEAM,
        "name": person.handle,
        "real_name": person.name,
        "deleted": False,
        "tz": person.zone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {"real_name": person.name, "display_name": person.handle},
        "is_admin": False,
        "is_bot": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_stranger": False,
    }
