"""The composition root: the only place that knows everybody."""

from __future__ import annotations

import asyncio
import gc
import importlib
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import aiohttp
import structlog

from bot import web
from bot.config import Config, Secret
from bot.metrics import Figures
from bot.reply import Services
from bot.slack import RefusedError, Slack
from bot.sources.http import Asker
from bot.store import DatabaseError, NotReadyError, open_store

if TYPE_CHECKING:
    from aiohttp.web import AppRunner

    from bot.clock import Clock

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]

PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds between tries to reach what the bot needs; the last one stays
NOTING = 30.0  # seconds between two notes of what people ask for
PATIENCE = 5.0  # seconds that what was begun has to end when the bot stops
GARBAGE = (
    20_000  # new objects after which the collector looks for cycles; an answer makes a thousand, and none
)
TIMEOUT = aiohttp.ClientTimeout(total=10)
DISPENSABLE = {
    "im:write": "messages go to channels only",
    "users:read": "everybody counts as a member, in the configured time zone",
}

P = ParamSpec("P")
T = TypeVar("T")
Attempt = Callable[[], Awaitable[None]]


def new_session() -> aiohttp.ClientSession:
    """One for the life of the process: everybody shares its connections, and nobody keeps cookies."""
    return aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())


async def serve(config: Config, now: Now, *, listens: bool, works: bool) -> None:
    """Run until the process is told to stop."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    bot = Bot(config, now)
    try:
        await bot.start(listens=listens, works=works)
        await _first(told.wait(), bot.broke())
        log.info("stopping")
    finally:
        await bot.stop()


async def _imported(name: str) -> Any:  # noqa: ANN401  # a module
    """A module that takes a while to import: the loop goes on meanwhile."""
    return await asyncio.to_thread(importlib.import_module, name)


async def _first(*waits: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    for task in done:
        task.result()


class Bot:
    """One workspace's bot: its web half, its worker half, or both in one process."""

    def __init__(self, config: Config, now: Now, pauses: Sequence[float] = PAUSES) -> None:
        self._config = config
        self._now = now
        self._pauses = pauses
        self._store = open_store(config.environment.database_url.reveal(), config.edition.id)
        self._asked: Counter[str] = Counter()
        self._missing = {"database": "not reached yet", "slack": "not reached yet"}
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._runner: AppRunner | None = None
        self._clock: Clock | None = None
        self._session = new_session()
        self._asker = Asker(self._session, self._store, now)
        self._slack = self._new_slack()
        self._app_token: Secret | None = None
        self.port = config.environment.port

    async def start(self, *, listens: bool = True, works: bool = True) -> None:
        """Come up: the web half `listens`, the worker half `works`.

        A database server or a Slack that is not there is waited for in the background, and /readyz says so.
        Raises DatabaseError where the database is a file that cannot be used, and ScopesMissingError.
        """
        if not self._store.blocking:
            self._store.prepare(self._config.projects)
            self._missing.pop("database")
        if listens:
            await self._listen()
            self._app_token = self._config.environment.slack_app_token
        if self._store.blocking:
            await self._reach("database", self._reach_database)
        await asyncio.gather(self._reach("slack", self._reach_slack), self._wind(works))
        self._go(self._note())
        # what is here now stays: the collector need not look at it again, nor at the evidence of every answer
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE)

    async def stop(self) -> None:
        """Take no more, finish what was begun, close everything."""
        if self._runner is not None:
            await self._runner.cleanup()
        ends = [self._slack.close(PATIENCE), *([self._clock.stop()] if self._clock else [])]
        await asyncio.gather(*ends)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
        self._store.close()

    async def broke(self) -> None:
        """Waits until something breaks that the bot cannot do without, and raises it."""
        await self._broken

    # --- What it needs -----------------------------------------------------------------------------------

    async def _reach(self, what: str, attempt: Attempt) -> None:
        if not await self._tried(what, attempt):
            self._go(self._keep_trying(what, attempt))

    async def _keep_trying(self, what: str, attempt: Attempt) -> None:
        for pause in chain(self._pauses, repeat(self._pauses[-1])):
            await asyncio.sleep(pause)
            if await self._tried(what, attempt):
                return

    async def _tried(self, what: str, attempt: Attempt) -> bool:
        try:
            await attempt()
        except (NotReadyError, RefusedError) as error:
            self._missing[what] = str(error)
        except DatabaseError as error:
            self._missing[what] = f"does not answer: {type(error).__name__}"
        else:
            self._missing.pop(what, None)
            return True
        log.warning("waiting", what=what, why=self._missing[what])
        return False

    async def _reach_database(self) -> None:
        await self._inward(self._store.prepare, self._config.projects)

    async def _reach_slack(self) -> None:
        welcome = await self._slack.introduce()
        log.info("welcome", team=welcome.team, user=welcome.user, scopes=welcome.scopes)
        for scope, without in DISPENSABLE.items():
            if welcome.scopes is not None and scope not in welcome.scopes:
                log.warning("a scope was not granted", scope=scope, without_it=without)
        if self._app_token is not None:
            await self._slack.connect(self._app_token.reveal())

    # --- Its parts ---------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        environment = self._config.environment
        secret = environment.slack_signing_secret
        figures = Figures(gauges={"slam_failures": ("Failures on our side.", lambda: self._slack.failures)})
        door = None
        if secret is not None and not environment.is_socket_mode:
            door = web.FrontDoor(secret.reveal(), self._slack.hear, self._now, figures)
        troubles = {"database": self._database_trouble, "slack": self._slack_trouble}
        calendar = web.Calendar(lambda: self._config.edition, self._now)
        pages = web.pages(door, troubles, figures, calendar)
        self._runner, self.port = await web.serve(pages, environment.host, environment.port)
        log.info("listening", host=environment.host, port=self.port)

    async def _database_trouble(self) -> str | None:
        return self._missing.get("database") or await self._inward(self._store.trouble)

    async def _slack_trouble(self) -> str | None:
        return self._missing.get("slack")

    def _new_slack(self) -> Slack:
        environment, token = self._config.environment, self._config.environment.slack_bot_token
        if token is None:
            raise ValueError("config.read(..., needs={Need.SLACK}) makes sure that there is a token")
        return Slack(
            Services(
                self._store,
                self._config.edition,
                self._config.resources,
                self._config,
                refresh=self._refresh,
                next_look=self._next_look,
                asked=self._note_asked,
                organizers=self._organizers,
            ),
            self._session,
            self._now,
            token=token.reveal(),
            base_url=environment.slack_api_url,
        )

    async def _wind(self, works: bool) -> None:
        """Wind up the clock. It and the sources take a while to import, and the first answers do not wait."""
        clock, evidence = await _imported("bot.clock"), await _imported("bot.evidence")
        sources = evidence.Sources.of(self._config.environment)
        every = self._config.refresh.every
        self._clock = clock.Clock(self._store, self._asker, sources, self._now, every)
        if works:
            self._clock.start()

    async def _refresh(self, project_id: str) -> str:
        evidence = await _imported("bot.evidence")
        sources = evidence.Sources.of(self._config.environment)
        told: str = await evidence.refresh_on_demand(project_id, self._store, self._asker, sources, self._now)
        return told

    def _next_look(self, project_id: str) -> datetime | None:
        return self._clock.next_look(project_id) if self._clock else None

    def _organizers(self) -> frozenset[str]:
        return self._slack.organizers()

    def _note_asked(self, project_id: str) -> None:
        self._asked[project_id] += 1

    # --- What goes on while it runs ----------------------------------------------------------------------

    async def _note(self) -> None:
        """Now and then, write down what people ask for."""
        while True:
            await asyncio.sleep(NOTING)
            asked, self._asked = self._asked, Counter()
            try:
                await self._inward(self._store.evidence.asked, asked)
            except DatabaseError as error:  # only whose turn comes sooner depends on it
                log.warning("what people ask for was not noted", why=type(error).__name__)

    async def _inward(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._store.blocking:
            return await asyncio.to_thread(ask, *args, **kwargs)
        return ask(*args, **kwargs)

    def _go(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._went)

    def _went(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not self._broken.done():
            self._broken.set_exception(error)
