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
from rules.model import (
    CLOMonitorProject,
    Evidence,
    GitHub,
    NotPassed,
    Releases,
    Repository,
    Seen,
    SelfAssessment,
    Unavailable,
    Unreported,
    Workflows,
)
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


def migrated(document: object, revision: str, database_url: str) -> Evidence | None:
    """What is known of Kelp after the newest migration, where this was stored at an older one."""
    with closing(open_store(database_url, "slam-2023")) as store, closing(Database(database_url)) as database:
        store.projects.declare([project()])
        with database.write() as write:
            command.downgrade(migrations.settings(write), revision)
            row = {"edition": "slam-2023", "project": "kelp", "document": json.dumps(document)}
            write.execute(evidence.insert(), row)
            command.upgrade(migrations.settings(write), "head")
        standing = store.evidence.standing("kelp")
    assert standing
    return standing.evidence


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
    assert migrated(old, "0005", database_url) == Evidence(
        project(),
        Seen(None, NOON, "", NOON, "503"),
        GitHub(
            owned={"seen": Unavailable("404")},
            releases={"kelp-io/kelp": Seen(Releases("v1"), NOON, "https://a.test")},
        ),
    )


def test_clomonitors_reports_seen_before_a_migration_are_judged_as_before(database_url: str):
    """Stored by repository, with what passed; since 0007 by section, with what counts and did not pass."""
    outputs = {
        "documentation": (
            {
                "section": "documentation",
                "check": "changelog",
                "exempt": False,
                "failed": False,
                "reason": "",
            },
            {
                "section": "documentation",
                "check": "readme",
                "exempt": True,
                "failed": False,
                "reason": "wiki",
            },
            {"section": "documentation", "check": "annual_review"},  # CLOMonitor has it no more
        ),
        "best_practices": (
            {"section": "best_practices", "check": "cla", "exempt": True, "reason": "DCO check passed"},
            {"section": "best_practices", "check": "analytics"},  # weight 0
            {"section": "best_practices", "check": "not_known_then"},
        ),
        "security": (
            {"section": "security", "check": "maintained", "failed": True, "reason": "scorecard: 502"},
        ),
        "legal": (),
    }
    reported = {
        "name": "kelp-io/kelp",
        "check_sets": ["code", "community"],
        "scores": {"documentation": 90.0, "best_practices": 100.0, "license": 80.0},
        "results": {name: {"passed": ["dco"], "others": others} for name, others in outputs.items()},
        "errors": "",
        "reported_at": "2023-10-20T12:00:00Z",
    }
    weightless = {"analytics": {"passed": ["slack_presence"], "others": []}}
    others = [
        {"name": "kelp-io/docs", "check_sets": ["docs"], "results": None},
        {"name": "kelp-io/old", "results": weightless},
    ]
    told = {
        "name": "kelp",
        "display_name": "Kelp",
        "maturity": "sandbox",
        "scores": {"documentation": 90.0},
        "repositories": [reported, *others],
        "updated_at": None,
    }
    seen_then = {"value": told, "as_of": "2023-10-20T12:00:00Z", "url": "https://a.test"}
    kelp, docs, old = "kelp-io/kelp", "kelp-io/docs", "kelp-io/old"
    expected = CLOMonitorProject(
        name="kelp",
        display_name="Kelp",
        maturity="sandbox",
        repositories=(Repository(kelp, ("code", "community")), Repository(docs, ("docs",)), Repository(old)),
        scores={"documentation": 90.0},
        reported=("documentation", "best_practices", "security", "legal"),
        missing={"documentation": (NotPassed("changelog", kelp),)},
        not_run={"security": (NotPassed("maintained", kelp, "scorecard: 502"),)},
        exempt={"documentation": (NotPassed("readme", kelp, "wiki"),)},
        unreported={
            "license": (Unreported(kelp, 80.0), Unreported(docs)),
            "documentation": (Unreported(docs),),
        },
    )
    found = migrated({"clomonitor": seen_then}, "0006", database_url)
    assert found == Evidence(project(), Seen(expected, NOON, "https://a.test"))


def test_evidence_that_nobody_could_read_any_more_keeps_no_migration_from_going_on(database_url: str):
    by_check = [{"section": "legal", "check": "trademark_disclaimer", "passed": True}]
    told = {"name": "kelp", "repositories": [{"name": "kelp-io/kelp", "results": by_check}]}
    seen_then = {"value": told, "as_of": "2023-10-20T12:00:00Z", "url": "https://a.test"}
    assert migrated({"clomonitor": seen_then}, "0006", database_url) is None


def told(value: object) -> dict[str, object]:
    return {"value": value, "as_of": "2023-10-20T12:00:00Z", "url": ""}


SYFT = {"makes": "sbom", "name": "syft", "path": "a.yml", "line": 3}
COSIGN = {"makes": "provenance", "name": "cosign", "path": "b.yml", "line": 4}
BEFORE_0008 = {
    "releases": {
        "kelp": told(
            [
                {"tag": "v2", "files": {"sbom": ["bom.json", "kelp.spdx"], "signature": ["kelp.sig"]}},
                {"tag": "v1", "files": {"sbom": ["bom.json"], "provenance": ["kelp.intoto.jsonl"]}},
            ]
        ),
        "bare": told([{"tag": f"v{number}"} for number in range(10)]),
        "none": told([]),
        "untold": ["404"],
    },
    "workflows": {
        "kelp": told(
            [
                {"path": "a.yml", "url": "", "events": ["push", "release"], "makers": [SYFT, COSIGN]},
                {"path": "b.yml", "url": "", "on_release": True, "makers": [{**SYFT, "line": 9}]},
                {"path": "c.yml", "url": "", "uses": ["x/y", "z"], "called_makers": [COSIGN]},
                {"path": "d.yml", "url": "", "unreadable": "it has no jobs"},
            ]
        ),
        "none": told([]),
        "untold": ["404"],
    },
    "files": told(["README.md", "two\nlines", "docs/a b.md"]),
    "readme_links": ["503"],
    "self_assessments": told([{"url": "u", "place": "p", "headings": ["Goals", "Actors"], "stage": "Draft"}]),
}
SINCE_0008 = GitHub(
    releases={
        "kelp": Seen(
            Releases("v2\nv1", {"sbom": "bom.json\nkelp.spdx"}, {"sbom": "v2\nv1", "provenance": "v1"}),
            NOON,
            "",
        ),
        "bare": Seen(Releases("v0\nv1\nv2\nv3\nv4"), NOON, ""),
        "none": Seen(Releases(), NOON, ""),
        "untold": Unavailable("404"),
    },
    workflows={
        "kelp": Seen(
            Workflows(
                events={"a.yml": "push\nrelease", "b.yml": "", "c.yml": "", "d.yml": ""},
                uses={"c.yml": "x/y\nz"},
                unreadable={"d.yml": "it has no jobs"},
                on_release={"sbom": "syft (a.yml:9)"},
                makers={"sbom": "syft (a.yml:3)", "provenance": "cosign (b.yml:4)"},
                called={"provenance": "cosign (b.yml:4)"},
            ),
            NOON,
            "",
        ),
        "none": Seen(Workflows(), NOON, ""),
        "untold": Unavailable("404"),
    },
    files=Seen("README.md\ndocs/a b.md", NOON, ""),
    readme_links=Unavailable("503"),
    self_assessments=Seen((SelfAssessment("u", "p", 2, (), "Draft"),), NOON, ""),
)


def test_what_github_told_is_kept_in_the_shape_in_which_the_rules_ask(database_url: str):
    documents = {"kelp": {"github": BEFORE_0008}, "otter": {}}
    with closing(open_store(database_url, "slam-2023")) as store, closing(Database(database_url)) as database:
        store.projects.declare([project(id=name) for name in documents])
        with database.write() as write:
            command.downgrade(migrations.settings(write), "0006")
            for name, document in documents.items():
                row = {"edition": "slam-2023", "project": name, "document": json.dumps(document)}
                write.execute(evidence.insert(), row)
            command.upgrade(migrations.settings(write), "head")
        standings = {name: store.evidence.standing(name) for name in documents}
    assert {name: standing and standing.evidence for name, standing in standings.items()} == {
        "kelp": Evidence(project(), github=SINCE_0008),
        "otter": Evidence(project(id="otter")),
    }


def test_projects_that_took_part_before_a_migration_are_looked_up_by_their_names_after_it(database_url: str):
    ship = project(id="ship", name="The Good Ship", repositories=("Ship-Yard/Ship",))
    with closing(open_store(database_url, "slam-2023")) as store, closing(Database(database_url)) as database:
        store.projects.declare([ship])
        with database.write() as write:
            command.downgrade(migrations.settings(write), "0008")
            command.upgrade(migrations.settings(write), "head")
        for text in ("ship", "the good ship", "ship-yard/ship"):
            assert store.projects.perhaps_named(text) == (ship,)


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


def test_looking_whether_it_is_migrated_loads_neither_alembic_nor_what_postgresql_needs(sqlite_url: str):
    look = f"""
import sys
from bot.store import open_store
store = open_store({sqlite_url!r}, "slam-2023")
assert store.is_migrated()
store.close()
print("alembic" in sys.modules, "sqlalchemy.dialects.postgresql" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
