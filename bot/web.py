"""The front door: how much may come in, who may, how often, and only then what it is; health and metrics."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.envelope import UnreadableError
from bot.metrics import Figures, render
from bot.replay import Lately
from bot.slack import Heard
from rules.model import Edition

log = structlog.get_logger(__name__)

LARGEST = 1024 * 1024  # bytes of a request
WINDOW = timedelta(minutes=5)  # how far a request's time may be from ours
SLOWEST = 10.0  # seconds in which a request's body has to arrive
LEAVING = 3.0  # seconds that a request under way has to end when the bot stops
KEPT = 600  # seconds that whoever asked for the calendar may keep it
CHECKS = 2.0  # seconds in which everything that /readyz asks has to answer

Hear = Callable[[bytes, str], Awaitable[Heard]]
Trouble = Callable[[], Awaitable[str | None]]
"""What is wrong with one thing that the bot needs; None when nothing is."""


class FrontDoor:
    """POST /slack/events: lets in what Slack signed within five minutes, once."""

    def __init__(
        self,
        secret: str,
        hear: Hear,
        now: Callable[[], datetime],
        figures: Figures,
        slowest: float = SLOWEST,
    ) -> None:
        self._secret = secret.encode()
        self._slowest = slowest
        self._hear = hear
        self._now = now
        self._figures = figures
        self._requests = Lately()

    async def enter(self, request: web.Request) -> web.Response:
        began = time.perf_counter()
        outcome, response = await self._decide(request)
        self._figures.count(outcome, time.perf_counter() - began)
        return response

    async def _decide(self, request: web.Request) -> tuple[str, web.Response]:
        """The cases in the order in which they decide."""
        if (request.content_length or 0) > LARGEST:
            return "too_large", _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            # nearly always all of it is here already, and need not be waited for
            whole = request.content.is_eof()
            raw = await (request.read() if whole else asyncio.wait_for(request.read(), self._slowest))
        except web.HTTPRequestEntityTooLarge:
            return "too_large", _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except TimeoutError:
            return "too_slow", _refuse(HTTPStatus.REQUEST_TIMEOUT)
        except web.RequestPayloadError:
            return "unreadable", _refuse(HTTPStatus.BAD_REQUEST)
        now = self._now()
        stamp, signature = request.headers.get(STAMP, ""), request.headers.get(SIGNATURE, "")
        if not self._is_signed(raw, stamp, signature, now):
            return "unsigned", _refuse(HTTPStatus.UNAUTHORIZED)
        if self._requests.saw(signature.encode(), now):
            return "replayed", web.Response()
        try:
            heard = await self._hear(raw, request.content_type)
        except UnreadableError as error:
            log.warning("signed and unreadable", why=str(error))
            return "unreadable", _refuse(HTTPStatus.BAD_REQUEST)
        return "answered", web.Response(body=heard.body, content_type=heard.content_type)

    def _is_signed(self, raw: bytes, stamp: str, signature: str, now: datetime) -> bool:
        """Slack's scheme v0: HMAC-SHA256 over "v0:TIME:BODY", as received."""
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
            return False
        if abs(now.timestamp() - int(stamp)) > WINDOW.total_seconds():
            return False
        digest = hmac.digest(self._secret, b"v0:%b:%b" % (stamp.encode(), raw), "sha256")
        # headers come decoded with surrogateescape; compare_digest takes bytes of any kind
        return hmac.compare_digest(b"v0=" + digest.hex().encode(), signature.encode(errors="surrogateescape"))


STAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"


def _refuse(status: HTTPStatus) -> web.Response:
    return web.Response(status=status, text=status.phrase)


def pages(
    door: FrontDoor | None,
    troubles: Mapping[str, Trouble],
    figures: Figures,
    calendar: Calendar | None = None,
) -> web.Application:
    """Every path of INTERFACE's table; without a door (Socket Mode) /slack/events is a 404."""
    app = web.Application(client_max_size=LARGEST)
    if door is not None:
        app.router.add_post("/slack/events", door.enter)
    app.router.add_get("/livez", _alive)
    app.router.add_get("/readyz", _Readiness(troubles).tell)
    app.router.add_get("/metrics", _Metrics(figures).tell)
    if calendar is not None:
        app.router.add_get("/calendar.ics", calendar.tell)
    return app


async def serve(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Listen; gives back the port, which is a free one where 0 was asked for."""
    # nothing is unpacked on the way in: the signature is over the bytes as they came, and a bomb stays packed
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=LEAVING)
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=1024).start()
    return runner, runner.addresses[0][1]


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


class Calendar:
    """GET /calendar.ics: the milestones as they are now, for everybody's calendar."""

    def __init__(self, edition: Callable[[], Edition], now: Callable[[], datetime]) -> None:
        self._edition = edition
        self._now = now

    async def tell(self, _: web.Request) -> web.Response:
        drawn = await asyncio.to_thread(self._drawn)
        headers = {"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": f"max-age={KEPT}"}
        return web.Response(body=drawn, headers=headers)

    def _drawn(self) -> bytes:
        from bot.calendar import feed  # noqa: PLC0415  # slow to import, and only calendars ask for it

        return feed(self._edition(), self._now())


class _Metrics:
    """GET /metrics, in Prometheus' text format."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    async def tell(self, _: web.Request) -> web.Response:
        if self._figures.look is not None:
            await self._figures.look()
        text, content_type = render(self._figures)
        return web.Response(body=text, headers={"Content-Type": content_type})


class _Readiness:
    """GET /readyz: asks everything the bot needs, at the same time."""

    def __init__(self, troubles: Mapping[str, Trouble]) -> None:
        self._troubles = troubles

    async def tell(self, _: web.Request) -> web.Response:
        found = await asyncio.gather(*(self._ask(trouble) for trouble in self._troubles.values()))
        wrong = [f"{name}: {why}" for name, why in zip(self._troubles, found, strict=True) if why]
        if wrong:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text="\n".join(wrong) + "\n")
        return web.Response(text="ready\n")

    async def _ask(self, trouble: Trouble) -> str | None:
        try:
            async with asyncio.timeout(CHECKS):
                return await trouble()
        except TimeoutError:
            return f"no answer within {CHECKS:g} seconds"
