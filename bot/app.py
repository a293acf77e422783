"""The composition root: the only place that knows everybody."""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import aiohttp
import structlog

from bot import routing, web
from bot.config import Config, ConfigError, Secret
from bot.metrics import Figures
from bot.planning import Planner, fingerprint
from bot.reply import Services
from bot.slack import RefusedError, Slack
from bot.sources.http import Asker
from bot.sources.listing import Listing
from bot.store import DatabaseError, NotReadyError, open_store

if TYPE_CHECKING:
    from aiohttp.web import AppRunner

    from bot.clock import Clock
    from bot.outbox import Outbox
    from bot.outbox.calls import Calls

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]

PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds between tries to reach what the bot needs; the last one stays
NOTING = 30.0  # seconds between two notes of what people ask for
WATCHING = 15.0  # seconds between two looks at what other processes did
ASKING = 4  # such looks between two questions whether Slack still takes the token
ASKED = 10.0  # seconds that Slack has to answer that
PATIENCE = 5.0  # seconds that what was begun has to end when the bot stops
STOPPING = 7.5  # seconds after which whatever has not ended is left behind
INSISTING = 8.5  # seconds after which the process ends, whatever hangs
GARBAGE = 20_000  # new objects after which cycles are looked for; an answer makes a thousand, and no cycle
SWITCHING = 0.001  # seconds after which a thread that imports, plans or delivers lets the loop go on
TIMEOUT = aiohttp.ClientTimeout(total=10)
DISPENSABLE = {
    "im:write": "messages go to channels only",
    "users:read": "everybody counts as a member, in the configured time zone",
}

P = ParamSpec("P")
T = TypeVar("T")
Attempt = Callable[[], Awaitable[None]]
Reread = Callable[[], Config]
"""Reads the configuration again. Raises ConfigError."""


def new_session() -> aiohttp.ClientSession:
    """One for the life of the process: everybody shares its connections, and nobody keeps cookies."""
    return aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())


async def serve(config: Config, now: Now, reread: Reread, *, listens: bool, works: bool) -> None:
    """Run until the process is told to stop. Told to hang up (SIGHUP), it reads its configuration again."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    bot = Bot(config, now, reread=reread)
    loop.add_signal_handler(signal.SIGHUP, bot.reload_aside)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGHUP])
    try:
        await _first(told.wait(), bot.run(listens=listens, works=works))
        log.info("stopping")
        _insist()
    finally:
        await bot.stop()


def _insist() -> None:
    """A thread that waits for a server which does not answer would keep the process for ever."""

    def leave() -> None:
        log.warning("left behind a thread that does not end")
        os._exit(0)

    timer = threading.Timer(INSISTING, leave)
    timer.daemon = True
    timer.start()


async def _imported(name: str) -> Any:  # noqa: ANN401  # a module
    """A module that takes a while to import: the loop goes on meanwhile."""
    return await asyncio.to_thread(importlib.import_module, name)


async def _first(*waits: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in done:
        task.result()


class Bot:
    """One workspace's bot: its web half, its worker half, or both in one process."""

    def __init__(
        self,
        config: Config,
        now: Now,
        pauses: Sequence[float] = PAUSES,
        reread: Reread | None = None,
        watching: float = WATCHING,
    ) -> None:
        """Without `reread` the configuration stays as it is."""
        self._config = config
        self._now = now
        self._pauses = pauses
        self._reread = reread or (lambda: config)
        self._watching = watching
        self._told_to_reload: datetime | None = None
        self._loop = asyncio.get_running_loop()
        self._store = open_store(config.environment.database_url.reveal(), config.edition.id)
        self._asked: Counter[str] = Counter()
        self._missing = {"database": "not reached yet", "slack": "not reached yet"}
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] = self._loop.create_future()
        self._runner: AppRunner | None = None
        self._clock: Clock | None = None
        self._planner: Planner | None = None
        self._outbox: Outbox | None = None
        self._refused: str | None = None  # what Slack says of the token, to a process that sends nothing
        self._messages: Mapping[str, float] = {}  # how many there are, by state
        self._swept = ""  # behind which address answers are looked at that nobody asks for any more
        self._session = new_session()
        self._asker = Asker(self._session, self._store, now)
        self._listing = Listing(self._asker, config.environment.clomonitor_url)
        self._slack = self._new_slack()
        self._app_token: Secret | None = None
        self.port = config.environment.port

    async def run(self, *, listens: bool, works: bool) -> None:
        """Start, and go on until something breaks that the bot cannot do without."""
        await self.start(listens=listens, works=works)
        await self.broke()

    async def start(self, *, listens: bool = True, works: bool = True) -> None:
        """Come up: the web half `listens`, the worker half `works`.

        A database server or a Slack that is not there is waited for in the background, and /readyz says so.
        Raises DatabaseError where the database is a file that cannot be used, and ScopesMissingError.
        """
        sys.setswitchinterval(SWITCHING)
        if not self._store.blocking:
            await self._reach_database()
            self._missing.pop("database")
        if listens:
            await self._listen()
            self._app_token = self._config.environment.slack_app_token
        if self._store.blocking:
            await self._reach("database", self._reach_database)
        await asyncio.gather(self._reach("slack", self._reach_slack), self._wind(works))
        self._go(self._note())
        self._go(self._watch())
        # what is here now stays: the collector need not look at it again, nor at the evidence of every answer
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE)

    async def stop(self) -> None:
        """Take no more, finish what was begun, close everything. What hangs is left behind."""
        ends = [asyncio.create_task(end) for end in self._ends()]
        _, hanging = await asyncio.wait(ends, timeout=STOPPING)
        if hanging:
            log.warning("left behind what did not end in time", parts=len(hanging))
        for task in (*hanging, *self._tasks):
            task.cancel()
        await asyncio.gather(*ends, *self._tasks, return_exceptions=True)
        await self._session.close()
        await asyncio.to_thread(self._store.empty_log)
        self._store.close()

    def _ends(self) -> Sequence[Coroutine[Any, Any, None]]:
        """How each part ends; all at the same time."""
        parts = [self._leave()]
        if self._planner is not None:
            self._planner.stop()
        if self._clock is not None:
            parts.append(self._clock.stop())
        if self._outbox is not None:
            parts.append(self._outbox.stop(PATIENCE))
        return parts

    async def _leave(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        await self._slack.close(PATIENCE)

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
        await self._inward(self._store.prepare, self._config.projects, self._config.volunteers)
        self._told_to_reload = await self._inward(self._store.switches.told_to_reload)
        await self._inward(self._store.switches.plan_with, fingerprint(self._config), self._now())

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
        figures = Figures(
            gauges={
                "slam_failures": ("Failures on our side.", lambda: self._slack.failures),
                "slam_messages": ("Messages that the bot sends by itself.", lambda: self._messages),
            },
            look=self._count_messages,
        )
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
        missing = self._missing.get("slack") or self._refused
        return missing if missing or self._outbox is None else self._outbox.trouble()

    def _new_slack(self) -> Slack:
        base_url = self._config.environment.slack_api_url
        return Slack(self._services(), self._session, self._now, token=self._token(), base_url=base_url)

    def _token(self) -> str:
        token = self._config.environment.slack_bot_token
        if token is None:
            raise ValueError("config.read(..., needs={Need.SLACK}) makes sure that there is a token")
        return token.reveal()

    def _services(self) -> Services:
        return Services(
            self._store,
            self._config.edition,
            self._config.resources,
            self._config,
            refresh=self._refresh,
            next_look=self._next_look,
            asked=self._note_asked,
            organizers=self._organizers,
            is_apart=self._is_apart,
            workspace=self._workspace,
            wake=self._wake_from_anywhere,
            reload=self.reload,
            listed=self._listing.find,
        )

    async def _wind(self, works: bool) -> None:
        """Wind up the clock and delivery. What they need takes a while to import, and answers do not wait."""
        config, environment = self._config, self._config.environment
        if works:  # delivery first: what was owed before a restart is still wanted
            outbox = await _imported("bot.outbox")
            self._outbox = outbox.Outbox(
                self._store,
                self._session,
                self._now,
                token=self._token(),
                base_url=environment.slack_api_url,
                pacing=config.pacing,
                history=config.slack.history,
            )
            self._outbox.start()
        clock, evidence = await _imported("bot.clock"), await _imported("bot.evidence")
        sources = evidence.Sources.of(environment)
        every = config.refresh.every
        self._planner = Planner(self._store, config, self._now, self._deliver)
        self._clock = clock.Clock(self._store, self._asker, sources, self._now, every, plan=self._plan)
        if works:
            self._clock.start()
        else:
            calls = await _imported("bot.outbox.calls")
            url = environment.slack_api_url
            asked = calls.Calls(self._session, self._now, token=self._token(), base_url=url, seconds=ASKED)
            self._go(self._keep_asking(asked))

    async def _plan(self) -> None:
        await self._follow()
        if self._planner is None:
            return
        if not await self._inward(self._planner.leads):
            await self._reload_and_log()
            if not await self._inward(self._planner.leads):
                log.warning("another process plans with a configuration that was read later")
                return
        await self._planner.tick()
        await routing.carry_on(self._store, self._config, self._now(), self._deliver, self._workspace())
        await self._inward(self._store.questions.purge, self._config.edition.ends.at, self._now())
        self._swept = await self._inward(self._store.answers.purge, self._now(), self._swept)
        await asyncio.to_thread(self._store.empty_log)  # it waits for the disk

    async def _refresh(self, project_id: str) -> str:
        evidence = await _imported("bot.evidence")
        sources = evidence.Sources.of(self._config.environment)
        told: str = await evidence.refresh_on_demand(project_id, self._store, self._asker, sources, self._now)
        return told

    def _next_look(self, project_id: str) -> datetime | None:
        return self._clock.next_look(project_id) if self._clock else None

    def _organizers(self) -> frozenset[str]:
        return self._slack.organizers()

    def _is_apart(self, person: str) -> bool:
        return self._slack.is_apart(person)

    def _workspace(self) -> str:
        return self._slack.workspace()

    def _note_asked(self, project_id: str) -> None:
        self._asked[project_id] += 1

    def _wake_from_anywhere(self) -> None:
        self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if self._clock is not None:
            self._clock.wake()
        self._deliver()

    async def catch_up(self) -> None:
        """Look at everyone whose turn it is, then plan: time has leapt, and no beat came meanwhile."""
        if self._clock is not None:
            await self._clock.tick()
        self._wake()

    def _deliver(self) -> None:
        if self._outbox is not None:
            self._outbox.wake()

    # --- Its configuration -------------------------------------------------------------------------------

    def reload(self) -> tuple[str, ...]:
        """Read the configuration again: it counts as a whole, or with a mistake not at all. In any thread.

        Gives back the mistakes.
        """
        try:
            config = self._reread()
        except ConfigError as error:
            return error.mistakes
        if config.edition.id != self._config.edition.id:
            return (f"edition: {config.edition.id!r} is another one than before; start the bot again for it",)
        try:
            self._store.projects.declare(config.projects)
            self._store.volunteers.declare(config.volunteers)
            if fingerprint(config) != fingerprint(self._config):
                self._store.switches.plan_with(fingerprint(config), self._now())
        except DatabaseError as error:
            return (f"the database does not take it: {type(error).__name__}",)
        self._loop.call_soon_threadsafe(self._take, config)
        return ()

    def reload_aside(self) -> None:
        """The same for every process, beside everything else; how it went is logged."""
        self._go(self._reload_everywhere())

    async def _reload_everywhere(self) -> None:
        if await self._reload_and_log():
            try:
                await self._tell_others()
            except DatabaseError as error:
                log.warning("other processes were not told to read it again", why=type(error).__name__)

    async def _tell_others(self) -> None:
        self._told_to_reload = self._now()
        await self._inward(self._store.switches.reload, "", self._told_to_reload)

    async def _follow(self) -> None:
        """Read the configuration again where processes were told to since this one did."""
        told = await self._inward(self._store.switches.told_to_reload)
        if told != self._told_to_reload:
            self._told_to_reload = told
            await self._reload_and_log()

    async def _reload_and_log(self) -> bool:
        mistakes = await asyncio.to_thread(self.reload)
        if mistakes:
            log.error("the configuration has mistakes, the old one stays", mistakes=mistakes)
        return not mistakes

    def _take(self, config: Config) -> None:
        # addresses and secrets are those that the process was started with
        self._config = replace(config, environment=self._config.environment)
        self._slack.reconfigure(self._services())
        if self._planner is not None:
            self._planner.config = self._config
        if self._clock is not None:
            self._clock.aim_at(config.refresh.every)
        if self._outbox is not None:
            self._outbox.reconfigure(config.pacing, history=config.slack.history)
        log.info("the configuration was read again")
        self._wake()

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

    async def _watch(self) -> None:
        """Look now and then what other processes did."""
        while True:
            try:
                await self._follow()
            except DatabaseError as error:
                log.warning("other processes cannot be watched", why=type(error).__name__)
            await asyncio.sleep(self._watching)

    async def _count_messages(self) -> None:
        """While the database does not answer, the last counts stand."""
        with suppress(DatabaseError):
            counts = await self._inward(self._store.outbox.counts)
            self._messages = {state.value: count for state, count in counts.items()}

    async def _keep_asking(self, calls: Calls) -> None:
        """Whoever sends hears when Slack refuses the token; whoever only listens has to ask."""
        while True:
            await asyncio.sleep(ASKING * self._watching)
            verdict = await calls.make("auth.test", {})
            if verdict.refuses_us or verdict.is_ok:
                self._refused = f"Slack refuses the token: {verdict.reason}" if verdict.refuses_us else None

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
