"""Calls to Slack's Web API, each made once.

Not slack-sdk's: what decides here is whether a connection was ever made, a Retry-After that need not be a
whole number, and answers that are not JSON; it hides the first and stumbles over the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import msgspec
import structlog

from bot.outbox import verdicts
from bot.outbox.verdicts import Answer, Verdict
from bot.store.delivery import Destination
from bot.store.outbox import State

LARGEST = 4 * 1024 * 1024  # bytes of an answer
CONNECT = 0.5  # of the time a call has, at most, until there is a connection
PEOPLE = ("U", "W")  # begin the ids of people
READS = frozenset({"conversations.history", "conversations.replies"})  # which take no JSON

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, or a thread in it."""

    channel: str
    thread: str | None = None


class Calls:
    """The Web API for one token. No call is ever made twice, whatever happens to it."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        *,
        token: str,
        base_url: str,
        seconds: float,
    ) -> None:
        self._session = session
        self._now = now
        self._base_url = base_url
        self._authorization = {"Authorization": f"Bearer {token}"}
        self._json = self._authorization | {"Content-Type": "application/json; charset=utf-8"}
        self._date = ""  # what Slack's clock said last
        self._conversations: dict[str, str] = {}  # channels, by the people with whom they are held
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=seconds * CONNECT)

    async def make(self, method: str, arguments: Mapping[str, object]) -> Verdict:
        """Never raises but when it is cancelled: what happened is in the verdict."""
        try:
            return verdicts.of_answer(await self._ask(method, arguments), self._now())
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            return verdicts.of_error(error)
        except Exception as error:  # one send: it may have happened, and the others go on
            log.exception("a call to Slack failed on our side", method=method)
            return verdicts.of_error(error)

    async def slacks_time(self) -> datetime | None:
        """Not later than it is by Slack's clock; None where Slack does not tell."""
        if not self._date:
            await self.make("auth.test", {})
        return verdicts.http_date(self._date)

    async def place(self, to: Destination) -> Place | Verdict:
        """Where something is told, or a verdict on what was therefore not posted.

        Where no conversation of several people can be opened, in the thread that is there for that.
        """
        if to.people:
            channel = await self.channel(",".join(to.people))
            if isinstance(channel, str):
                return Place(channel)
            if to.thread is None or channel.state is not State.FAILED:
                return channel
        if to.thread:
            return Place(to.thread.channel, to.thread.ts)
        channel = await self.channel(to.reader)
        return Place(channel) if isinstance(channel, str) else channel

    async def channel(self, reader: str) -> str | Verdict:
        """The channel of a reader: several people have one together."""
        if not reader.startswith(PEOPLE):
            return reader
        if reader not in self._conversations:
            verdict = await self.make("conversations.open", {"users": reader})
            channel = verdict.told.get("channel")
            if not verdict.is_ok or not isinstance(channel, dict) or not isinstance(channel.get("id"), str):
                return verdicts.before_posting(verdict)
            self._conversations[reader] = channel["id"]
        return self._conversations[reader]

    async def _ask(self, method: str, arguments: Mapping[str, object]) -> Answer:
        """As slack-sdk asks: what is read with GET, what is done as JSON."""
        url = self._base_url + method
        if method in READS:
            request = self._session.get(
                url,
                params={name: str(value) for name, value in arguments.items()},
                headers=self._authorization,
                timeout=self._timeout,
                allow_redirects=False,
            )
        else:
            request = self._session.post(
                url,
                data=msgspec.json.encode(arguments),
                headers=self._json,
                timeout=self._timeout,
                allow_redirects=False,
            )
        async with request as response:
            self._date = response.headers.get("Date", "")
            retry_after = response.headers.get("Retry-After")
            if response.status == 429:
                return Answer(429, retry_after=retry_after)
            body = await response.content.read(LARGEST)
            while not response.content.at_eof() and len(body) < LARGEST:
                body += await response.content.read(LARGEST)
            return Answer(response.status, body if response.content.at_eof() else b"", retry_after)
