from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.sources.github import Api, server
from bot.sources.http import Asker
from bot.store import Store
from tests.bot.sources.world import World
from tests.builders import NOON

PATIENT = aiohttp.ClientTimeout(total=20)
IMPATIENT = aiohttp.ClientTimeout(total=0.3)


@dataclass
class Watch:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Lookout:
    """Everything it takes to look at a project of this world."""

    world: World
    store: Store
    session: aiohttp.ClientSession
    now: Watch = field(default_factory=Watch)
    token: str = ""

    def __post_init__(self) -> None:
        self.asker = Asker(self.session, self.store, self.now, PATIENT)

    def hurry(self) -> None:
        """From now on wait for no answer that takes long."""
        self.asker = Asker(self.session, self.store, self.now, IMPATIENT)

    @property
    def github(self) -> Api:
        return Api(self.asker, server(self.world.github_url, self.token))


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as opened:
        yield opened


@pytest.fixture
async def lookout(world: World, store: Store) -> AsyncIterator[Lookout]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Lookout(world, store, session)
