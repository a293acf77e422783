"""What the sample Slack tells the bot by itself: what is said, who opens the home, who comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from bot.playground import world
from bot.playground.installation import Installation
from bot.playground.line import Acknowledged, Line, NotAnswered
from bot.playground.workspace import Message, Workspace
from bot.playground.world import Channel

# By kind of channel: what Slack calls it in a message's event, and the scope that hearing it takes.
HEARD_IN: Mapping[str, tuple[str, str]] = {
    "public": ("channel", "channels:history"),
    "private": ("group", "groups:history"),
    "dm": ("im", "im:history"),
    "mpim": ("mpim", "mpim:history"),
}
EVENT_IN: Mapping[str, str] = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}

Failed = Callable[[Acknowledged | NotAnswered, str, str], object]
"""Shows whose event did not arrive, where it did not."""


class Events:
    """They go over the line one beside the other; nobody waits for them but `settled`."""

    def __init__(self, workspace: Workspace, line: Line, installation: Installation, failed: Failed) -> None:
        self._workspace = workspace
        self._line = line
        self._installation = installation
        self._failed = failed
        self._deliveries: set[asyncio.Task[None]] = set()

    async def settled(self) -> None:
        """Wait until every event that is on its way has been delivered."""
        while self._deliveries:
            await asyncio.gather(*self._deliveries, return_exceptions=True)

    async def stop(self) -> None:
        for delivery in self._deliveries:
            delivery.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)

    def home_opened(self, user: str, shown: Mapping[str, Any] | None) -> None:
        """`shown` is the view that stands there already."""
        direct = self._workspace.direct_message(user)
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": direct.id if direct else "",
            "tab": "home",
            "event_ts": self._workspace.new_ts(),
        }
        if shown is not None:
            event["view"] = shown
        self.deliver(event, frozenset())

    def said(self, message: Message, channel: Channel) -> None:
        """Somebody wrote: where the bot is, it hears that; where it is mentioned, it hears that too."""
        said = {
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            "channel": channel.id,
            "team": world.TEAM,
            "event_ts": message.ts,
        }
        if message.thread_ts:
            said["thread_ts"] = message.thread_ts
        if world.BOT in channel.members:
            kind, scope = HEARD_IN[channel.kind]
            self.deliver({"type": "message", "channel_type": kind, **said}, frozenset({scope}))
        if channel.kind != "dm" and f"<@{world.BOT}>" in message.text:
            self.deliver({"type": "app_mention", **said}, frozenset({"app_mentions:read"}))

    def deliver(self, event: Mapping[str, Any], needs: frozenset[str]) -> None:
        """Send an event on its way, if the app asked for its kind and was granted what it takes."""
        name = EVENT_IN[event["channel_type"]] if event["type"] == "message" else event["type"]
        if name not in self._installation.events or not needs <= self._installation.scopes:
            return
        envelope = {
            "token": self._installation.verification_token,
            "team_id": world.TEAM,
            "api_app_id": world.APP,
            "event": event,
            "type": "event_callback",
            "event_id": self._workspace.new_id("Ev"),
            "event_time": int(self._workspace.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": world.TEAM,
                    "user_id": world.BOT,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        self._start(self._deliver_twice(envelope, str(event.get("user"))))

    async def _deliver_twice(self, envelope: Mapping[str, Any], user: str) -> None:
        """As Slack does, try again at once; its later tries, after 1 and 5 minutes, are not made here."""
        answer = await self._line.event(envelope)
        if isinstance(answer, NotAnswered):
            answer = await self._line.event(envelope, retry=1)
        self._failed(answer, f"the event {envelope['event']['type']}", user)

    def _start(self, delivery: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(delivery)
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)
