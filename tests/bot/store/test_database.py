from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime

import pytest
import sqlalchemy as sa

from bot.store import DatabaseError, Store, open_store
from bot.store.database import Database
from bot.store.tables import Moment, hosts
from tests.builders import NOON, project

SUMMER = datetime.fromisoformat("2023-07-20T14:00:00.000001+02:00")


def test_a_moment_comes_back_in_utc_on_both(stores: Store):
    stores.hosts.pause("example.org", SUMMER, "")
    found = stores.hosts.paused_until("example.org")
    assert found is not None
    assert found.isoformat() == "2023-07-20T12:00:00.000001+00:00"


def test_a_moment_without_a_time_zone_is_refused(stores: Store):
    with pytest.raises(sa.exc.StatementError, match="has no time zone"):
        stores.hosts.pause("example.org", NOON.replace(tzinfo=None), "")


def test_moments_are_compared_as_moments(database_url: str):
    with closing(Database(database_url)) as database, database.write() as write:
        write.execute(hosts.insert(), {"host": "h", "paused_until": SUMMER, "why": ""})
        before = sa.literal(datetime.fromisoformat("2023-07-20T13:59:00+02:00"), Moment)
        assert write.execute(sa.select(hosts.c.paused_until > before)).scalar() is True


def test_all_of_a_transaction_or_nothing(database_url: str):
    with closing(Database(database_url)) as database:
        pause = {"host": "h", "paused_until": NOON, "why": ""}
        with suppress(sa.exc.IntegrityError), database.write() as write:
            write.execute(hosts.insert(), pause)
            write.execute(hosts.insert(), pause)
        with database.read() as read:
            assert read.execute(hosts.select()).all() == []


def test_writers_wait_for_each_other(database_url: str):
    badges = [f"badge-{number}" for number in range(40)]
    with (
        closing(open_store(database_url, "slam-2023")) as one,
        closing(open_store(database_url, "slam-2023")) as two,
    ):
        one.projects.declare([project()])
        with ThreadPoolExecutor(4) as threads:
            for number, badge in enumerate(badges):
                threads.submit((one, two)[number % 2].awards.award, "kelp", badge, "U0ORLA", NOON)
        assert set(one.awards.awarded("kelp")) == set(badges)


def test_a_reader_is_not_kept_waiting_by_a_writer(sqlite_url: str, store: Store):
    store.projects.declare([project()])
    with closing(Database(sqlite_url)) as database, database.write() as write:
        write.execute(hosts.insert(), {"host": "h", "paused_until": NOON, "why": ""})
        assert store.projects.find("kelp") == project()


def test_a_commit_to_sqlite_survives_a_power_cut(sqlite_url: str):
    with closing(Database(sqlite_url)) as database, database.read() as read:
        settings = {
            name: read.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_understood_however_a_host_writes_it(scheme: str):
    with closing(Database(f"{scheme}://user:postgres://@db.example/slam")) as database:
        assert database.engine.url.drivername == "postgresql+psycopg"
        assert not database.is_sqlite


def test_every_question_to_a_broken_database_fails_alike(empty_url: str):
    with closing(open_store(empty_url, "slam-2023")) as store:
        for ask in (store.projects.count, lambda: store.evidence.standing("what-somebody-typed")):
            with pytest.raises(DatabaseError) as caught:
                ask()
            assert "what-somebody-typed" not in str(caught.value)


@pytest.mark.parametrize("address", ["postgresql://127.0.0.1:1/slam", "sqlite:////no/such/folder/slam.db"])
def test_a_database_that_is_not_there_is_said_to_be_so(address: str):
    with closing(open_store(address, "slam-2023")) as store, pytest.raises(DatabaseError):
        store.is_migrated()


def test_only_postgresql_may_keep_an_event_loop_waiting(database_url: str, stores: Store):
    assert stores.blocking == database_url.startswith("postgresql")
