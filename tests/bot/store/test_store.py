from __future__ import annotations

from contextlib import closing

import pytest

from bot.store import NotReadyError, open_store
from bot.store.database import Database
from tests.builders import project

KELP = project()


def test_a_file_is_made_and_migrated_on_the_way(tmp_path):
    with closing(open_store(f"sqlite:///{tmp_path / 'slam.db'}", "slam-2023")) as store:
        store.prepare([KELP], [])
        assert store.trouble() is None
        assert store.projects.page() == (KELP,)


def test_a_server_is_migrated_by_hand(empty_postgresql_url: str):
    with closing(open_store(empty_postgresql_url, "slam-2023")) as store:
        with pytest.raises(NotReadyError, match="python -m bot migrate"):
            store.prepare([KELP], [])
        store.migrate()
        store.prepare([KELP], [])
        assert store.projects.page() == (KELP,)


def test_what_a_newer_version_migrated_is_left_alone(database_url: str):
    with closing(open_store(database_url, "slam-2023")) as store, closing(Database(database_url)) as database:
        with database.write() as write:
            write.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(NotReadyError, match="another version of the bot"):
            store.migrate()


def test_a_database_that_is_not_there_is_said_to_be_so_without_its_password():
    with closing(open_store("postgresql://slam:hunter2@127.0.0.1:1/slam", "slam-2023")) as store:
        trouble = store.trouble()
    assert trouble is not None
    assert "does not answer" in trouble
    assert "hunter2" not in trouble
