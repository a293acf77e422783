from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from bot.store import migrations, open_store
from bot.store.database import Database
from bot.store.tables import evidence
from rules.model import Evidence, GitHub, Release, Seen, Unavailable
from tests.builders import NOON, project


def test_an_empty_database_is_not_migrated_until_it_is(empty_url: str):
    with closing(open_store(empty_url, "slam-2023")) as store:
        assert not store.is_migrated()
        store.migrate()
        assert store.is_migrated()
        store.migrate()
        assert store.is_migrated()


def test_the_tables_are_those_that_the_migrations_make(database_url: str):
    with closing(Database(database_url)) as database, database.write() as write:
        command.check(migrations.settings(write))


def test_every_migration_can_be_taken_back(database_url: str):
    with closing(Database(database_url)) as database:
        with database.write() as write:
            command.downgrade(migrations.settings(write), "base")
        with database.read() as read:
            assert sa.inspect(read).get_table_names() == ["alembic_version"]
        with database.write() as write:
            command.upgrade(migrations.settings(write), "head")
            command.check(migrations.settings(write))


def test_what_was_seen_before_a_migration_is_seen_after_it(database_url: str):
    silent = {
        "value": None,
        "as_of": "2023-10-20T12:00:00Z",
        "url": "",
        "failing_since": "2023-10-20T12:00:00Z",
    }
    releases = {"value": [{"tag": "v1"}], "as_of": "2023-10-20T12:00:00Z", "url": "https://a.test"}
    old = {
        "clomonitor": {"seen": {**silent, "failure": "503"}},
        "github": {
            "owned": {"seen": {"unavailable": {"reason": "404"}}},  # an owner of that name
            "releases": {"kelp-io/kelp": {"seen": releases}},
        },
    }
    with closing(open_store(database_url, "slam-2023")) as store, closing(Database(database_url)) as database:
        store.projects.declare([project()])
        with database.write() as write:
            command.downgrade(migrations.settings(write), "0005")
            row = {"edition": "slam-2023", "project": "kelp", "document": json.dumps(old)}
            write.execute(evidence.insert(), row)
            command.upgrade(migrations.settings(write), "head")
        standing = store.evidence.standing("kelp")
    assert standing
    assert standing.evidence == Evidence(
        project(),
        Seen(None, NOON, "", NOON, "503"),
        GitHub(
            owned={"seen": Unavailable("404")},
            releases={"kelp-io/kelp": Seen((Release("v1"),), NOON, "https://a.test")},
        ),
    )


def test_an_older_database_is_not_taken_for_a_migrated_one(database_url: str):
    with closing(open_store(database_url, "slam-2023")) as store, closing(Database(database_url)) as database:
        with database.write() as write:
            write.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        assert not store.is_migrated()


def test_the_newest_migration_is_the_one_that_alembic_finds(sqlite_url: str):
    with closing(Database(sqlite_url)) as database, database.read() as read:
        scripts = ScriptDirectory.from_config(migrations.settings(read))
    assert scripts.get_heads() == [migrations.NEWEST]


def test_two_processes_that_start_at_once_migrate_once(empty_url: str):
    with (
        closing(open_store(empty_url, "slam-2023")) as one,
        closing(open_store(empty_url, "slam-2023")) as two,
    ):
        with ThreadPoolExecutor(2) as threads:
            for done in [threads.submit(store.migrate) for store in (one, two)]:
                done.result()
        assert one.is_migrated()


def test_looking_whether_it_is_migrated_does_not_load_alembic(sqlite_url: str):
    look = f"""
import sys
from bot.store import open_store
store = open_store({sqlite_url!r}, "slam-2023")
assert store.is_migrated()
store.close()
print("alembic" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
