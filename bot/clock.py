"""The heartbeat: again and again it has planned what is owed, and looks at the projects whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

from bot import evidence
from bot.evidence import Sources
from bot.sources.http import Asker, inward
from bot.store import DatabaseError, Store

BEAT = timedelta(seconds=15)
BATCH = 20  # projects that are looked at before it is asked again whose turn it is
AT_ONCE = 2  # projects
STOPPING = 5.0  # seconds that a look or a plan under way has to end
AHEAD = 1000  # projects waiting for their turn that are counted

# Requests to GitHub, measured on invented projects of the usual size. A first look also reads the files; a
# later one reads those that changed.
OF_A_PROJECT, OF_A_REPOSITORY = 3, 2.5
FIRST_OF_A_PROJECT, FIRST_OF_A_REPOSITORY = 8, 10.5
HOURLY = {True: 5000, False: 60}  # with and without a token
SECONDS = 0.05  # a request, four at once
YOUNG_ENOUGH = timedelta(
    hours=6
)  # an answer, for a bot without a token: else the first 60 come again and again

log = structlog.get_logger(__name__)


class Clock:
    """Plans each beat, and keeps every project's evidence about as young as `every`.

    The stalest and the most asked-for are looked at first. Planning waits for no look.
    """

    def __init__(
        self,
        store: Store,
        asker: Asker,
        sources: Sources,
        now: Callable[[], datetime],
        every: timedelta,
        *,
        plan: Callable[[], Awaitable[None]] | None = None,
        beat: timedelta = BEAT,
        stopping: float = STOPPING,
    ) -> None:
        self._store = store
        self._asker = asker
        self._sources = sources
        self._now = now
        self._plan = plan
        self._beat = beat
        self._stopping = stopping
        self.aim_at(every)
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._beats = 0
        self._minding: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._planning: asyncio.Task[None] | None = None
        self._plan_again = False
        self._passed_over: dict[str, datetime] = {}  # projects that are not looked at before then
        self._unfinished: dict[str, None] = {}  # projects whose look a limit cut short, in their order
        self._stopped = False

    def start(self) -> None:
        """Beat from now on, in the running event loop."""
        self._begin()
        seconds = self._beat.total_seconds()
        heart = self._scheduler.add_job(
            self._on_beat,
            "interval",
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()
        # the scheduler goes by the wall's clock: set back by a day, it would be silent for a day
        restart = partial(heart.reschedule, "interval", seconds=seconds)
        self._minding = asyncio.create_task(self._mind(restart))

    def aim_at(self, every: timedelta) -> None:
        """Keep evidence about as young as this from now on."""
        self._every = every
        self._patience = every / 2 if self._sources.github_token else YOUNG_ENOUGH

    def wake(self) -> None:
        """Plan now: something changed that somebody waits for. Nothing where it was not started."""
        if self._stopped or self._minding is None:
            return
        if self._planning is None or self._planning.done():
            self._planning = asyncio.create_task(self._plan_until_done())
        else:
            self._plan_again = True

    async def stop(self) -> None:
        """Begin nothing more; what is under way has a few seconds to end."""
        self._stopped = True
        if self._minding is not None:
            self._minding.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        under_way = [task for task in (self._looking, self._planning) if task is not None]
        if not under_way:
            return
        await asyncio.wait(under_way, timeout=self._stopping)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def next_look(self, project_id: str) -> datetime | None:
        """About when a project will be looked at; None for one that is not registered. Reads the store."""
        standing = self._store.evidence.standing(project_id)
        if standing is None:
            return None
        now = self._now()
        waiting = self._store.evidence.stalest(now - self._every, AHEAD)
        if standing.project.id not in waiting:
            return (standing.gathered_at or now) + self._every
        ahead = waiting.index(standing.project.id)
        return now + time_for(ahead, ahead, with_token=True) + self._beat

    async def tick(self) -> None:
        """Look at everyone whose turn it is, each once."""
        done: set[str] = set()
        try:
            while turns := [project for project in await self._turns() if project not in done]:
                done.update(turns)
                seats = asyncio.Semaphore(AT_ONCE)
                await asyncio.gather(*(self._look(project, seats) for project in turns))
        except Exception:  # a tick: the next one tries again
            log.exception("the clock could not tell whose turn it is")

    async def _on_beat(self) -> None:
        self._beats += 1
        self._begin()

    async def _mind(self, restart: Callable[[], object]) -> None:
        """Start the heart again where it missed its beat, by the loop's own clock."""
        while True:
            before = self._beats
            await asyncio.sleep(2 * self._beat.total_seconds())
            if self._beats == before:
                log.warning("the heart missed its beat: was the clock set back?")
                restart()

    def _begin(self) -> None:
        """Start whatever is not under way, in tasks of our own: the scheduler cancels those in its jobs."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self.tick())
        if self._planning is None or self._planning.done():
            self._planning = asyncio.create_task(self._plan_until_done())

    async def _plan_until_done(self) -> None:
        """Plan, and again where somebody asked for it meanwhile."""
        self._plan_again = True
        while self._plan_again and self._plan is not None and not self._stopped:
            self._plan_again = False
            try:
                await self._plan()
            except DatabaseError as error:
                log.warning("what is owed could not be planned", why=type(error).__name__)
            except Exception:  # a tick: the next one tries again
                log.exception("what is owed could not be planned")

    async def _turns(self) -> tuple[str, ...]:
        """Whose turn it is; nobody's while all sources want to be left alone, or the bot stops.

        While GitHub does, a look asks the others only.
        """
        paused = {each.name: await self._asker.paused_until(each) for each in self._sources.servers}
        if self._stopped or all(paused.values()):
            return ()
        now = self._now()
        self._passed_over = {project: until for project, until in self._passed_over.items() if until > now}
        stalest = self._store.evidence.stalest
        stale = await inward(self._store, stalest, now - self._every, BATCH + len(self._passed_over))
        waiting = dict.fromkeys(stale if paused[self._sources.github.name] else (*self._unfinished, *stale))
        return tuple(project for project in waiting if project not in self._passed_over)[:BATCH]

    async def _look(self, project_id: str, seats: asyncio.Semaphore) -> None:
        async with seats:
            try:
                await self._look_if_nobody_does(project_id)
            except Exception:  # one project's trouble never stops the others
                log.exception("a look at a project failed", project=project_id)
                self._passed_over[project_id] = self._now() + self._every

    async def _look_if_nobody_does(self, project_id: str) -> None:
        if self._stopped:
            return
        if not await evidence.claim(project_id, self._store, self._now()):
            self._passed_over[project_id] = self._now() + evidence.BETWEEN_LOOKS
            return
        went = await evidence.look(
            project_id, self._store, self._asker, self._sources, self._now, patience=self._patience
        )
        log.info("looked", project=project_id, went=went.said)
        self._unfinished.pop(project_id, None)
        if went.paused_until:
            self._unfinished[project_id] = None


def time_for(projects: int, repositories: int, *, with_token: bool, first: bool = False) -> timedelta:
    """How long it takes to look at so many projects with so many repositories, by GitHub's limits.

    The answer "not modified" is free for those with a token, so a later look costs them the waiting alone.
    """
    of_a_project = FIRST_OF_A_PROJECT if first else OF_A_PROJECT
    of_a_repository = FIRST_OF_A_REPOSITORY if first else OF_A_REPOSITORY
    requests = projects * of_a_project + repositories * of_a_repository
    waiting = timedelta(seconds=requests * SECONDS)
    if with_token and not first:
        return waiting
    return max(waiting, timedelta(hours=requests / HOURLY[with_token]))
