"""Asks other people's servers politely, and lets their last good answer stand while they are silent."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import sha256
from typing import Any, Generic, ParamSpec, TypeVar, get_type_hints
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec
import structlog
from yarl import URL

from bot.store import Store
from bot.store.answers import StoredAnswer
from rules.model import Answer, Seen, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

USER_AGENT = "slam-bot (evidence for the Security Slam)"
AT_ONCE = 4  # requests to one host
LARGEST = 10 * 1024 * 1024  # bytes of a body
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=8, sock_read=8)  # seconds
LONGEST_ADDRESS = 2000  # characters
REDIRECTS = 3
SILENCES = 8  # requests in a row without an answer, after which a host is left alone
LEFT_ALONE = timedelta(seconds=30)
UNTOLD_PAUSE = timedelta(minutes=1)  # GitHub: "wait for at least one minute" where no header tells more
LONGEST_PAUSE = timedelta(days=1)
NO_PATIENCE = timedelta(0)

log = structlog.get_logger(__name__)


class SourceError(Exception):
    """Why a source's answer is none. `status` is the HTTP status where that is the reason."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class NotAskedError(SourceError):
    """The source wants to be left alone for a while, so it was not asked at all."""


class TooLargeError(SourceError):
    """The answer is larger than anybody should have to read."""


class _SilenceError(SourceError):
    """Nobody answered, or not in time, or not to the end."""


@dataclass(frozen=True)
class Server:
    """A source, and what every question to it has in common."""

    name: str  # "GitHub", as people know it
    base: str  # without a trailing slash
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc.lower()

    @property
    def key(self) -> str:
        """Names the server and whose limits count there, never the token itself."""
        server = self.base.partition("://")[2].lower()
        return f"{server} {sha256(self.token.encode()).hexdigest()[:16]}" if self.token else server

    def inside(self, url: str) -> str:
        """An address of this server; "" when it is another's. The base's path may be left out of it."""
        if url.startswith(f"{self.base}/"):
            return url
        root = self.base.removesuffix(urlsplit(self.base).path)
        return self.base + url.removeprefix(root) if url.startswith(f"{root}/") else ""

    @property
    def all_headers(self) -> dict[str, str]:
        authorization = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"User-Agent": USER_AGENT, **self.headers, **authorization}


@dataclass(frozen=True)
class Response:
    """A whole answer, its body decompressed and bounded."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self, shape: type[T]) -> T:
        """Read the body as JSON of this shape. Raises SourceError when it is something else."""
        if "html" in self.headers.get("Content-Type", "").lower():
            raise SourceError("answered with a web page instead of JSON")
        try:
            # decoded first: msgspec does not look at the encoding of what it skips
            return msgspec.json.decode(self.body.decode("utf-8"), type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise SourceError(f"answered with something unreadable ({_short(error)})") from error


@dataclass(frozen=True)
class Question(Generic[T]):
    """What is asked of a server, and how its answer is read.

    `parse` is a function of a module; its annotation says as what the answer is stored. It is given answers
    of `statuses` only. `page` is where a person would look. What is younger than `patience` is not asked for.
    """

    server: Server
    path: str
    parse: Callable[[Response], T]
    page: str
    statuses: frozenset[int] = frozenset({200})
    patience: timedelta = NO_PATIENCE
    missing: str = ""  # what a 404 means, where it is no answer: "has no repository jaegertracing/jaeger"

    @property
    def url(self) -> str:
        return self.server.base + self.path

    @property
    def key(self) -> str:
        # an ETag of GitHub's is good for one token only, and one address may be read in two ways
        owner = self.server.key.partition(" ")[2]
        return f"{self.parse.__name__.strip('_')} {self.url} {owner}".strip()


@dataclass(frozen=True)
class _Stored(Generic[T]):
    row: StoredAnswer
    seen: Seen[T]


@dataclass
class _Patience:
    """How often in a row a server did not answer, and until when it is left alone for that."""

    silences: int = 0
    left_alone_until: datetime | None = None


class Asker:
    """Asks questions, for everybody in this process."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        store: Store,
        now: Callable[[], datetime],
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        self._session = session
        self._store = store
        self.now = now
        self._timeout = timeout
        self._seats: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._patience: dict[str, _Patience] = defaultdict(_Patience)

    async def ask(self, question: Question[T]) -> Answer[T]:
        """The answer or, while the source is silent, its last good one."""
        try:
            return await self.hear(question)
        except SourceError as error:
            return await self.standing(question, error)

    async def hear(self, question: Question[T]) -> Seen[T]:
        """The answer of now, or one that is still fresh. Raises SourceError, and then nothing changes."""
        stored = await self._stored(question)
        if stored and self._is_fresh(stored.row, question.patience):
            return stored.seen
        with _naming(question):
            response = await self._exchange(question, stored.row if stored else None)
            if response.status == 304 and stored:
                return await self._confirmed(stored, question, response)
            value = question.parse(response)
        return await self._kept(value, question, response)

    async def glance(self, question: Question[T]) -> tuple[T, datetime | None]:
        """The answer of now, kept nowhere, and until when it is fresh. Raises SourceError."""
        with _naming(question):
            response = await self._exchange(question, None)
            return question.parse(response), _fresh_until(response, self.now())

    async def standing(self, question: Question[T], error: SourceError) -> Answer[T]:
        """The last good answer with since when there has been none, or why there never was one."""
        stored = await self._stored(question)
        if stored is None:
            return Unavailable(error.reason)
        if isinstance(error, NotAskedError):
            return stored.seen
        now = self.now()
        await inward(self._store, self._store.answers.failed, question.key, now, error.reason)
        return replace(stored.seen, failing_since=stored.row.failing_since or now, failure=error.reason)

    async def last(self, question: Question[T]) -> Seen[T] | None:
        """The last good answer, without asking."""
        stored = await self._stored(question)
        return stored.seen if stored else None

    async def paused_until(self, server: Server) -> datetime | None:
        """Until when a server wants to be left alone; None when it may be asked."""
        until = await inward(self._store, self._store.hosts.paused_until, server.key)
        return until if until and until > self.now() else None

    # --- One exchange ------------------------------------------------------------------------------------

    async def _exchange(self, question: Question[Any], stored: StoredAnswer | None) -> Response:
        if len(question.url) > LONGEST_ADDRESS:
            raise NotAskedError("was not asked: the address is too long")
        patience = self._patience[question.server.key]
        conditions = _conditions(stored)
        async with self._seats[question.server.host]:
            await self._mind_pauses(question.server, patience)
            try:
                response = await self._follow(question, conditions)
            except _SilenceError:
                patience.silences += 1
                if patience.silences >= SILENCES:
                    patience.left_alone_until = self.now() + LEFT_ALONE
                raise
            patience.silences = 0
            # while the seat is taken: whoever waits for it must see the pause
            await self._mind_limits(question.server, response)
        wanted = question.statuses | {304} if conditions else question.statuses
        if response.status not in wanted:
            raise SourceError(f"answered {response.status}", response.status)
        return response

    async def _mind_pauses(self, server: Server, patience: _Patience) -> None:
        if until := await self.paused_until(server):
            raise NotAskedError(f"the limit is used up until {clock_time(until)}")
        if patience.left_alone_until and patience.left_alone_until > self.now():
            raise _SilenceError("does not answer")

    async def _follow(self, question: Question[Any], conditions: Mapping[str, str]) -> Response:
        """One request, or a few where a renamed repository sends elsewhere within the same server."""
        url = question.url
        for _ in range(REDIRECTS + 1):
            response = await self._once(url, {**question.server.all_headers, **conditions})
            if response.status not in (301, 302, 303, 307, 308):
                return response
            url = question.server.inside(urljoin(url, response.headers.get("Location", "")))
            if not url:
                raise SourceError("sends us to another server", response.status)
        raise SourceError("sends us in circles", response.status)

    async def _once(self, url: str, headers: Mapping[str, str]) -> Response:
        try:
            async with self._session.get(
                URL(url, encoded=True), headers=headers, allow_redirects=False, timeout=self._timeout
            ) as response:
                return Response(response.status, response.headers, await _body(response))
        except TimeoutError as error:
            raise _SilenceError("did not answer in time") from error
        except aiohttp.ClientPayloadError as error:
            raise _SilenceError("stopped in the middle of its answer") from error
        except aiohttp.ClientResponseError as error:
            raise _SilenceError("answered with something that is not HTTP") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _SilenceError("could not be reached") from error

    # --- What it asks of us -------------------------------------------------------------------------------

    async def _mind_limits(self, server: Server, response: Response) -> None:
        """Remember, for every process, until when a server wants to be left alone."""
        now = self.now()
        until = _reset(response, now) if response.headers.get("X-RateLimit-Remaining") == "0" else None
        if _is_refusal(response):
            until = _retry_after(response, now) or until or now + UNTOLD_PAUSE
        if until is None or until <= now:
            return
        until = min(until, now + LONGEST_PAUSE)
        await inward(self._store, self._store.hosts.pause, server.key, until, f"answered {response.status}")
        log.info("a source wants to be left alone", source=server.name, until=until.isoformat())
        if _is_refusal(response):
            raise SourceError(f"the limit is used up until {clock_time(until)}", response.status)

    def _is_fresh(self, stored: StoredAnswer, patience: timedelta) -> bool:
        if stored.fresh_until and stored.fresh_until > self.now():
            return True
        return stored.failing_since is None and stored.as_of + patience > self.now()

    # --- What is kept -------------------------------------------------------------------------------------

    async def _kept(self, value: T, question: Question[T], response: Response) -> Seen[T]:
        now = self.now()
        answer = StoredAnswer(
            address=question.key,
            value_json=msgspec.json.encode(value),
            as_of=now,
            etag=response.headers.get("ETag"),
            last_modified=response.headers.get("Last-Modified"),
            fresh_until=_fresh_until(response, now),
            failing_since=None,
            failure=None,
        )
        await inward(self._store, self._store.answers.keep, answer)
        return Seen(value, now, question.page)

    async def _confirmed(self, stored: _Stored[T], question: Question[T], response: Response) -> Seen[T]:
        now = self.now()
        fresh_until = _fresh_until(response, now)
        row = replace(stored.row, as_of=now, fresh_until=fresh_until, failing_since=None, failure=None)
        await inward(self._store, self._store.answers.keep, row)
        return Seen(stored.seen.value, now, question.page)

    async def _stored(self, question: Question[T]) -> _Stored[T] | None:
        row = await inward(self._store, self._store.answers.find, question.key)
        if row is None:
            return None
        try:
            value: T = _decoder(question.parse).decode(row.value_json)
        except msgspec.MsgspecError:
            return None  # an older version of this bot wrote it
        return _Stored(row, Seen(value, row.as_of, question.page, row.failing_since, row.failure))


async def inward(store: Store, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the store: on this thread where that takes microseconds, on another where it may take longer."""
    if store.blocking:
        return await asyncio.to_thread(call, *args, **kwargs)
    return call(*args, **kwargs)


def clock_time(at: datetime) -> str:
    """A moment to wait for, rounded up to the minute: "12:40 UTC"."""
    return f"{(at + timedelta(seconds=59, microseconds=999_999)).astimezone(UTC):%H:%M} UTC"


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST:
            raise TooLargeError(f"answered with more than {LARGEST // 1024 // 1024} MiB")
    return bytes(body)


def _conditions(stored: StoredAnswer | None) -> dict[str, str]:
    if stored is None:
        return {}
    validators = {"If-None-Match": stored.etag, "If-Modified-Since": stored.last_modified}
    return {name: value for name, value in validators.items() if value}


def _is_refusal(response: Response) -> bool:
    """Has a limit been reached? GitHub also says 403 to what is simply forbidden."""
    if response.status == 429:
        return True
    if response.status not in (403, 503):
        return False
    if response.headers.get("Retry-After"):
        return True
    words = response.body[:4096].lower()
    spent = response.headers.get("X-RateLimit-Remaining") == "0"
    return response.status == 403 and (spent or b"rate limit" in words or b"abuse detection" in words)


def _retry_after(response: Response, now: datetime) -> datetime | None:
    """Retry-After is a number of seconds or a date."""
    told = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", told):
        return now + timedelta(seconds=int(told))
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _reset(response: Response, now: datetime) -> datetime | None:
    told = response.headers.get("X-RateLimit-Reset", "").strip()
    if not re.fullmatch(r"\d{1,11}", told):
        return None
    at = datetime.fromtimestamp(int(told), UTC)
    return at if at > now else None


def _fresh_until(response: Response, now: datetime) -> datetime | None:
    """Until when the answer need not be asked for again, by its Cache-Control."""
    told = response.headers.get("Cache-Control", "").lower()
    age = re.search(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,9})", told)
    if age is None or re.search(r"no-(?:cache|store)", told):
        return None
    passed = response.headers.get("Age", "").strip()
    spent = int(passed) if re.fullmatch(r"\d{1,9}", passed) else 0
    return now + min(timedelta(seconds=int(age[1]) - spent), LONGEST_PAUSE)


@cache
def _decoder(parse: Callable[[Response], T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(get_type_hints(parse)["return"])


@contextmanager
def _naming(question: Question[Any]) -> Iterator[None]:
    """What fails meanwhile says whose failure it is."""
    try:
        yield
    except SourceError as error:
        missing = question.missing if error.status == 404 else ""
        error.reason = _named(question.server, missing or error.reason)
        raise


def _named(server: Server, reason: str) -> str:
    if reason.startswith("the limit"):
        return f"{server.name}'s {reason.removeprefix('the ')}"
    return f"{server.name} {reason}"


def _short(error: Exception) -> str:
    return str(error).partition("\n")[0][:120]
