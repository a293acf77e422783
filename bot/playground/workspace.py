"""What stands in the sample Slack workspace: who is in which channel, what was said, and who sees it."""

from __future__ import annotations

import asyncio
import copy
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.playground import world
from bot.playground.world import Channel, Person

log = structlog.get_logger(__name__)

Block = dict[str, Any]
News = Mapping[str, object]
FRESH = timedelta(seconds=10)
BACKLOG = 1000  # news a slow listener may be behind


@dataclass(frozen=True)
class Message:
    """One message. `seen_by` names the one person who sees it; None: everyone in the channel."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: tuple[Block, ...] = ()
    seen_by: str | None = None
    thread_ts: str | None = None
    edited: bool = False
    deleted: bool = False
    metadata: Mapping[str, Any] | None = None
    joined: bool = False  # "has joined the channel"


@dataclass(frozen=True)
class View:
    """A dialog that is open, or an app's home."""

    id: str
    hash: str
    user: str
    shown: Mapping[str, Any]  # as the bot gave it, with ids where it gave none
    state: Mapping[str, Any] = field(default_factory=dict)


class Workspace:
    def __init__(
        self,
        now: Callable[[], datetime],
        people: Sequence[Person] = world.PEOPLE,
        channels: Sequence[Channel] = world.CHANNELS,
    ) -> None:
        self.now = now
        self.people = {person.id: person for person in people}
        self.channels = {channel.id: channel for channel in channels}
        self.homes: dict[str, View] = {}
        self.troubles: deque[str] = deque(maxlen=100)
        self._messages: dict[str, dict[str, Message]] = defaultdict(dict)
        self._views: dict[str, tuple[View, ...]] = defaultdict(tuple)
        self._listeners: dict[asyncio.Queue[News], str] = {}
        self._fresh_homes: dict[str, datetime] = {}
        self._last_ts = 0
        self._last_id = 0

    # --- Names ----------------------------------------------------------------------------------------------

    def new_ts(self) -> str:
        """A message's timestamp: the time, to the microsecond, and never twice the same."""
        self._last_ts = max(self._last_ts + 1, int(self.now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        self._last_id += 1
        return f"{prefix}0{self._last_id:08X}"

    def name_of(self, user: str) -> str:
        if user == world.BOT:
            return world.BOT_NAME
        return self.people[user].name if user in self.people else "Slackbot"

    def direct_message(self, user: str) -> Channel | None:
        """The conversation between a person and the bot."""
        between = frozenset({user, world.BOT})
        return next((c for c in self.channels.values() if c.kind == "dm" and c.members == between), None)

    def conversation(self, people: frozenset[str]) -> Channel:
        """Where several people and the bot talk among themselves: the one there is, or a new one."""
        members = people | {world.BOT}
        found = next((c for c in self.channels.values() if c.kind == "mpim" and c.members == members), None)
        if found is not None:
            return found
        handles = "--".join(sorted([world.BOT_HANDLE, *(self.people[person].handle for person in people)]))
        channel = Channel(self.new_id("G"), f"mpdm-{handles}-1", "mpim", "Only those who are in it", members)
        self.change(channel)
        return channel

    def name_for(self, user: str, channel: Channel) -> str:
        """What a channel is called for somebody in it: a conversation has the names of the others."""
        if not channel.is_direct:
            return channel.name
        others = sorted(self.name_of(each) for each in channel.members - {user, world.BOT})
        return " and ".join([*others, world.BOT_NAME])

    def channels_of(self, user: str) -> tuple[Channel, ...]:
        return tuple(channel for channel in self.channels.values() if user in channel.members)

    def known_to(self, user: str) -> Mapping[str, str]:
        """The names of public channels that somebody is not in, by their ids."""
        known = (
            each for each in self.channels.values() if each.kind == "public" and user not in each.members
        )
        return {channel.id: channel.name for channel in known}

    def join(self, channel: Channel, user: str) -> Channel:
        joined = replace(channel, members=channel.members | {user})
        self.change(joined)
        self.post(channel.id, user, f"<@{user}> has joined the channel", joined=True)
        return joined

    def change(self, channel: Channel) -> None:
        """Let a changed channel take the place of what it was, and pages ask anew what there is."""
        self.channels[channel.id] = channel
        self.tell(None, {"type": "channels"})

    # --- Messages -------------------------------------------------------------------------------------------

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: Sequence[Block] = (),
        *,
        seen_by: str | None = None,
        thread_ts: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        joined: bool = False,
    ) -> Message:
        message = Message(
            ts=self.new_ts(),
            channel=channel,
            user=user,
            text=text,
            blocks=self.with_ids(blocks),
            seen_by=seen_by,
            thread_ts=thread_ts,
            metadata=metadata,
            joined=joined,
        )
        self._messages[channel][message.ts] = message
        self._tell_of(message)
        return message

    def put(self, message: Message) -> None:
        """Let a changed message take the place of what it was."""
        self._messages[message.channel][message.ts] = message
        self._tell_of(message)

    def message(self, channel: str, ts: str) -> Message | None:
        return self._messages[channel].get(ts) if channel in self._messages else None

    def history(self, channel: str) -> tuple[Message, ...]:
        """What everyone in the channel sees, oldest first."""
        return tuple(m for m in self._messages[channel].values() if m.seen_by is None and not m.deleted)

    def seen_by(self, user: str, channel: str) -> tuple[Message, ...]:
        if channel not in self.channels or user not in self.channels[channel].members:
            return ()
        return tuple(m for m in self._messages[channel].values() if m.seen_by in (None, user))

    def with_ids(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """The blocks with the block_id and action_id that Slack makes up where there is none."""
        named = copy.deepcopy(list(blocks))
        for block in named:
            block.setdefault("block_id", self.new_id("b"))
            for element in elements_of(block):
                element.setdefault("action_id", self.new_id("a"))
        return tuple(named)

    # --- Dialogs and homes ----------------------------------------------------------------------------------

    def make_view(self, user: str, shown: Mapping[str, Any], view_id: str | None = None) -> View:
        blocks = list(self.with_ids(shown.get("blocks", ())))
        return View(view_id or self.new_id("V"), self.new_ts(), user, {**shown, "blocks": blocks})

    def views_of(self, user: str) -> tuple[View, ...]:
        """The dialogs a person has open, one upon the other; the last is the one in front."""
        return self._views[user]

    def show_views(self, user: str, views: Sequence[View]) -> None:
        self._views[user] = tuple(views)
        if views:
            self.tell(user, {"type": "view", "view": view_for_page(views[-1])})
        else:
            self.tell(user, {"type": "view_closed"})

    def view(self, view_id: str) -> View | None:
        everywhere = [view for views in self._views.values() for view in views]
        return next((v for v in [*everywhere, *self.homes.values()] if v.id == view_id), None)

    def publish_home(self, view: View) -> None:
        self.homes[view.user] = view
        self._fresh_homes[view.user] = self.now()
        self.tell(view.user, {"type": "home"})

    def take_fresh_home(self, user: str) -> bool:
        """Was the home published just now and not looked at yet? Then looking is not opening it anew."""
        published = self._fresh_homes.pop(user, None)
        return published is not None and self.now() - published < FRESH

    # --- News -----------------------------------------------------------------------------------------------

    @contextmanager
    def listening(self, user: str) -> Iterator[asyncio.Queue[News]]:
        """What happens from now on that this person can see, after the dialogs they have open already."""
        queue: asyncio.Queue[News] = asyncio.Queue(BACKLOG)
        for view in self.views_of(user):
            queue.put_nowait({"type": "view", "view": view_for_page(view)})
        self._listeners[queue] = user
        try:
            yield queue
        finally:
            del self._listeners[queue]

    def tell(self, user: str | None, news: News) -> None:
        """Tell one person's pages, with None everyone's. A page too far behind misses it and asks again."""
        for queue, listener in self._listeners.items():
            if user in (None, listener) and not queue.full():
                queue.put_nowait(news)

    def trouble(self, what: str, user: str | None = None) -> None:
        """Say aloud what Slack would have refused, to the log and to whoever sits at the page."""
        self.troubles.append(what)
        log.warning("slack would refuse this", what=what)
        self.tell(user, {"type": "trouble", "text": what})

    def _tell_of(self, message: Message) -> None:
        news = {"type": "messages", "channel": message.channel}
        members = self.channels[message.channel].members
        for user in members if message.seen_by is None else {message.seen_by}:
            self.tell(user, news)


def elements_of(block: Block) -> tuple[dict[str, Any], ...]:
    """Everything in a block that a person can press, choose or write in."""
    if block.get("type") == "actions":
        return tuple(block.get("elements", ()))
    alone = block.get("accessory") or block.get("element")
    return (alone,) if isinstance(alone, dict) and alone.get("type") != "image" else ()


def view_for_page(view: View) -> dict[str, Any]:
    return {**view.shown, "id": view.id, "hash": view.hash}
