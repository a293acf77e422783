"""What a command or a press is good for, for a while: opening a dialog, and answering where it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.playground.refusals import RefusalError

TRIGGER_LASTS = timedelta(seconds=3)
RESPONSE_URL_LASTS = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(frozen=True)
class Trigger:
    user: str
    until: datetime
    used: bool = False


@dataclass(frozen=True)
class ResponseUrl:
    """Where answers to one command or one press may be posted."""

    channel: str
    user: str
    until: datetime
    original: str | None = None  # ts of the message that was pressed
    uses_left: int = RESPONSE_URL_USES


class Tickets:
    """`new_id` makes an id of its beginning."""

    def __init__(self, now: Callable[[], datetime], new_id: Callable[[str], str]) -> None:
        self._now = now
        self._new_id = new_id
        self._triggers: dict[str, Trigger] = {}
        self._response_urls: dict[str, ResponseUrl] = {}

    def new_trigger(self, user: str) -> str:
        now = self._now()
        self._triggers = {
            key: trigger
            for key, trigger in self._triggers.items()
            if now - trigger.until < RESPONSE_URL_LASTS
        }
        key = f"{self._new_id('')}.{self._new_id('')}"
        self._triggers[key] = Trigger(user, now + TRIGGER_LASTS)
        return key

    def use_trigger(self, trigger_id: object) -> str:
        """Who pressed or typed what the bot now answers with a dialog. Raises RefusalError."""
        trigger = self._triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise RefusalError("invalid_trigger_id", "no such trigger")
        if trigger.used:
            raise RefusalError("exchanged_trigger_id", "a trigger_id opens one dialog, once")
        if self._now() > trigger.until:
            raise RefusalError("expired_trigger_id", "a trigger_id is good for 3 seconds")
        self._triggers[str(trigger_id)] = replace(trigger, used=True)
        return trigger.user

    def new_response_url(self, channel: str, user: str, original: str | None) -> str:
        """Gives back the key of it."""
        now = self._now()
        self._response_urls = {key: place for key, place in self._response_urls.items() if now <= place.until}
        key = self._new_id("R")
        self._response_urls[key] = ResponseUrl(channel, user, now + RESPONSE_URL_LASTS, original)
        return key

    def response_url(self, key: str) -> ResponseUrl:
        """Raises RefusalError where it is good for nothing any more."""
        place = self._response_urls.get(key)
        if place is None or self._now() > place.until:
            raise RefusalError("expired_url", "a response_url is good for 30 minutes")
        if not place.uses_left:
            raise RefusalError("used_url", "a response_url is good for 5 answers")
        return place

    def use_response_url(self, key: str) -> None:
        place = self._response_urls[key]
        self._response_urls[key] = replace(place, uses_left=place.uses_left - 1)
