"""`python -m bot demo`: the bot as it is, beside a playground that stands in for Slack and the sources."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientSession

from bot import evidence, logs
from bot.app import Bot
from bot.config import Config
from bot.evidence import Sources
from bot.manifest import SHORTCUTS
from bot.playground import world
from bot.playground.clock import MovableClock
from bot.playground.installation import DEFAULT_EVENTS, DEFAULT_SCOPES, Installation, Shortcut
from bot.playground.operator import Operator
from bot.playground.server import Playground
from bot.playground.tour import go_on, walk
from bot.sources.http import Asker
from bot.store import Store, open_store
from commands.help import known

DONE, FAILED = 0, 1
FIRST_LOOK = timedelta(hours=1)  # before the demo opens: one source has fallen silent since
LAST_LOOK = timedelta(minutes=12)
UNSEEN_FOR = timedelta(minutes=4)  # and a minute more: until then, or until time is moved, one is unseen

# More than the manifest asks for: a mention, a message and an invitation can be tried as well; where an
# answer was lost, history is looked up; a reply reopens a question; three people can talk among themselves.
HISTORY = {"channels:history", "groups:history", "im:history"}
SCOPES = DEFAULT_SCOPES | HISTORY | {"app_mentions:read", "channels:read", "mpim:write", "usergroups:read"}
SAID = {"message.im", "message.channels", "message.groups"}
EVENTS = DEFAULT_EVENTS | SAID | {"app_mention", "member_joined_channel"}
MENU = tuple(Shortcut(each["name"], each["callback_id"]) for each in SHORTCUTS)


def main(port: int, only_tour: bool, now: Callable[[], datetime]) -> int:
    """Print the tour, then serve the page until told to stop; gives back the exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # there are terminals without a single box or meter
    try:
        return asyncio.run(_until_told(port, only_tour, now))
    except BrokenPipeError:  # whoever read the tour has seen enough; there is nothing left to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


async def _until_told(port: int, only_tour: bool, now: Callable[[], datetime]) -> int:
    demo = asyncio.create_task(_demo(port, only_tour, now))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, demo.cancel)
    try:
        return await demo
    except asyncio.CancelledError:
        return DONE


async def _demo(port: int, only_tour: bool, now: Callable[[], datetime]) -> int:
    clock = MovableClock(now, world.OPENS_AT - FIRST_LOOK)
    playground = Playground(clock, Installation(SCOPES, EVENTS, MENU))
    try:
        await playground.start(0 if only_tour else port)
    except OSError as error:
        print(f"Port {port} cannot be used: {error.strerror}. Try --port {port + 1}.", file=sys.stderr)
        return FAILED
    try:
        with TemporaryDirectory(prefix="slam-demo-") as folder:
            operator = _employed(playground, Path(folder))
            with closing(_opened(operator.config())) as store:
                await _look(operator.config(), store, clock)
                return await _show(playground, operator, store, only_tour)
    finally:
        await playground.stop()


def _employed(playground: Playground, folder: Path) -> Operator:
    """Somebody who runs the bot: its configuration in a folder, and secrets in its environment."""
    environ = {
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "DATABASE_URL": f"sqlite:///{folder / 'slam.db'}",
        **playground.environment(bot_port=0),
    }
    operator = Operator(folder / "config.yaml", environ, playground.slack)
    config = operator.config()
    logs.set_up(config.environment.log_level, config.environment.log_format)
    playground.commands = tuple(
        {"name": name, "note": each.text.splitlines()[0], "project": "[project]" in each.usage}
        for name, each in known().items()
    )
    playground.projects = tuple(project.id for project in config.projects)
    return operator


def _opened(config: Config) -> Store:
    store = open_store(config.environment.database_url.reveal(), config.edition.id)
    store.migrate()
    store.projects.declare(config.projects)
    store.volunteers.declare(config.volunteers)
    return store


async def _look(config: Config, store: Store, clock: MovableClock) -> None:
    """Gather the sample projects' evidence as the bot would have, before somebody comes to see it."""
    sources = Sources.of(config.environment)
    async with ClientSession() as session:
        asker = Asker(session, store, clock)
        for project in world.LOOKED_AT:
            await evidence.refresh(project, store, asker, sources, clock)
        clock.forward(FIRST_LOOK - LAST_LOOK)
        for project in world.LOOKED_AT:
            await evidence.refresh(project, store, asker, sources, clock)
    for badge in world.AWARDED_TO_LANTERNFISH:
        store.awards.award("lanternfish", badge, by=world.ORGANIZER, at=clock())
    clock.forward(LAST_LOOK)
    await evidence.claim(world.NOT_LOOKED_AT, store, clock() + UNSEEN_FOR)


async def _show(playground: Playground, operator: Operator, store: Store, only_tour: bool) -> int:
    config = operator.config()
    bot = Bot(config, playground.clock, reread=operator.config)
    try:
        await bot.start()
        playground.connect(f"http://{config.environment.host}:{bot.port}")
        playground.operator = operator
        operator.begin(store, bot.catch_up)
        print(f"{world.NOTICE}\n", flush=True)
        async for stop in walk(playground):
            print(stop, flush=True)
        if only_tour:
            async for leap in go_on(playground):
                print(leap, flush=True)
            return FAILED if playground.workspace.troubles else DONE
        print(f"Click and type in it at {playground.url} (Ctrl-C ends it)", flush=True)
        await bot.broke()
    finally:
        playground.operator = None
        await operator.end()
        await bot.stop()
    return DONE
