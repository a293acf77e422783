"""The line from the sample Slack to the bot: signed requests over real HTTP, three seconds for an answer."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

ANSWER_WITHIN = 3.0  # seconds


@dataclass(frozen=True)
class Acknowledged:
    body: bytes
    content_type: str


@dataclass(frozen=True)
class NotAnswered:
    """`error` is what Slack calls it, `why` is what happened."""

    error: str
    why: str


class Line:
    """`connect` tells where the bot listens; before that nobody answers."""

    def __init__(
        self,
        session: ClientSession,
        signing_secret: str,
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._secret = signing_secret.encode()
        self._now = now
        self.answer_within = ANSWER_WITHIN
        self._url: str | None = None

    def connect(self, url: str) -> None:
        self._url = url

    async def form(self, fields: Mapping[str, str]) -> Acknowledged | NotAnswered:
        return await self._send(urlencode(fields).encode(), "application/x-www-form-urlencoded", {})

    async def payload(self, payload: Mapping[str, object]) -> Acknowledged | NotAnswered:
        return await self.form({"payload": json.dumps(payload)})

    async def event(self, event: Mapping[str, object], retry: int = 0) -> Acknowledged | NotAnswered:
        """Deliver an event; `retry` counts the times it was tried before."""
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"} if retry else {}
        return await self._send(json.dumps(event).encode(), "application/json", again)

    async def _send(
        self, body: bytes, content_type: str, more: Mapping[str, str]
    ) -> Acknowledged | NotAnswered:
        if self._url is None:
            return NotAnswered("dispatch_failed", "the bot has not been started")
        headers = {**self._signed(body), "Content-Type": content_type, **more}
        try:
            async with self._session.post(
                self._url,
                data=body,
                headers=headers,
                timeout=ClientTimeout(total=self.answer_within),
                allow_redirects=False,
            ) as answer:
                answered = await answer.read()
        except TimeoutError:
            return NotAnswered("operation_timeout", f"no answer within {self.answer_within:g} seconds")
        except ClientError as error:
            return NotAnswered("dispatch_failed", f"the bot could not be reached: {type(error).__name__}")
        if answer.status != 200:
            return NotAnswered("dispatch_failed", f"the bot answered with HTTP status {answer.status}")
        return Acknowledged(answered, answer.content_type)

    def _signed(self, body: bytes) -> dict[str, str]:
        at = str(int(self._now().timestamp()))
        digest = hmac.new(self._secret, f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        return {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest}",
        }
