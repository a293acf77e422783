from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store import Standing, Store, open_store
from bot.store.attestations import ATTESTED
from bot.store.awards import AWARDED
from bot.store.database import Database
from bot.store.evidence import NEWEST
from bot.store.projects import BY_CHANNEL, BY_ID, BY_MAINTAINER, PROJECT
from bot.store.tables import evidence as evidence_table
from bot.store.tables import projects
from rules.model import Attestation
from tests.builders import NOON, evidence, github, project, seen

KELP = project()
HOUR = timedelta(hours=1)
NARROW = re.compile(
    r"\b(id|project|channel|person)[=>]\?"
)  # an index is asked for one of these, not an edition alone
ATTESTED_BY_ORLA = Attestation("cleaner", "check_sets", "U0ORLA", NOON, "I looked", "f1")


@pytest.fixture
def kelp(stores: Store) -> Store:
    stores.projects.declare([KELP])
    return stores


def test_a_project_that_nobody_declared_stands_nowhere(stores: Store):
    assert stores.evidence.standing("kelp") is None


def test_a_project_that_was_not_looked_at_yet(kelp: Store):
    assert kelp.evidence.standing("kelp") == Standing(KELP)


def test_what_was_found_is_what_stands(kelp: Store):
    kelp.evidence.keep("kelp", evidence(), NOON)
    assert kelp.evidence.standing("Kelp") == Standing(KELP, evidence(), NOON)


def test_what_is_found_later_replaces_it(kelp: Store):
    later = evidence(github=github(readme_links=seen("https://example.org/new")))
    kelp.evidence.keep("kelp", evidence(), NOON)
    kelp.evidence.keep("kelp", later, NOON + HOUR)
    assert kelp.evidence.standing("kelp") == Standing(KELP, later, NOON + HOUR)


def test_what_was_found_earlier_and_arrives_late_does_not(kelp: Store):
    kelp.evidence.keep("kelp", evidence(), NOON + HOUR)
    kelp.evidence.keep("kelp", evidence(github=github(files=seen(""))), NOON)
    assert kelp.evidence.standing("kelp") == Standing(KELP, evidence(), NOON + HOUR)


def test_the_very_next_answer_shows_what_another_process_committed(database_url: str):
    with (
        closing(open_store(database_url, "slam-2023")) as web,
        closing(open_store(database_url, "slam-2023")) as worker,
    ):
        worker.projects.declare([KELP])
        assert web.evidence.standing("kelp") == Standing(KELP)
        worker.evidence.keep("kelp", evidence(), NOON)
        assert web.evidence.standing("kelp") == Standing(KELP, evidence(), NOON)
        worker.awards.award("kelp", "cleaner", "U0ORLA", NOON)
        assert web.evidence.standing("kelp") == Standing(KELP, evidence(), NOON, {"cleaner": NOON})


def test_evidence_belongs_to_the_project_as_it_is_declared_now(kelp: Store):
    kelp.evidence.keep("kelp", evidence(), NOON)
    moved = project(repositories=("kelp-io/kelp", "kelp-io/fronds"))
    kelp.projects.declare([moved])
    standing = kelp.evidence.standing("kelp")
    assert standing is not None
    assert standing.project == moved
    assert standing.evidence == evidence(project=moved)


def test_evidence_outlives_a_project_that_leaves_the_file_for_a_while(kelp: Store):
    kelp.evidence.keep("kelp", evidence(), NOON)
    kelp.projects.declare([])
    assert kelp.evidence.standing("kelp") is None
    kelp.projects.declare([KELP])
    assert kelp.evidence.standing("kelp") == Standing(KELP, evidence(), NOON)


def test_attestations_are_part_of_the_evidence_at_once(kelp: Store):
    kelp.evidence.keep("kelp", evidence(), NOON)
    kelp.attestations.attest("kelp", ATTESTED_BY_ORLA)
    standing = kelp.evidence.standing("kelp")
    assert standing is not None
    assert standing.evidence == evidence(attestations=(ATTESTED_BY_ORLA,))


def test_another_edition_stands_for_itself(database_url: str):
    with (
        closing(open_store(database_url, "slam-2023")) as last,
        closing(open_store(database_url, "2026")) as this,
    ):
        for each in (last, this):
            each.projects.declare([KELP])
        last.evidence.keep("kelp", evidence(), NOON)
        last.awards.award("kelp", "cleaner", "U0ORLA", NOON)
        assert this.evidence.standing("kelp") == Standing(KELP)


def test_a_document_of_another_version_counts_as_not_looked_at(database_url: str):
    with closing(open_store(database_url, "slam-2023")) as store, closing(Database(database_url)) as database:
        store.projects.declare([KELP])
        store.evidence.keep("kelp", evidence(), NOON)
        with database.write() as write:
            write.execute(evidence_table.update().values(document='{"clomonitor": 7}'))
        assert store.evidence.standing("kelp") == Standing(KELP)


# --- Whose turn it is ---------------------------------------------------------------------------------------


@pytest.fixture
def five(stores: Store) -> Store:
    stores.projects.declare([project(id=name) for name in ("a", "b", "c", "d", "e")])
    return stores


def looked_at(store: Store, **hours_ago: int) -> None:
    for name, hours in hours_ago.items():
        store.evidence.keep(name, evidence(), NOON - hours * HOUR)


def test_those_never_looked_at_come_first_then_the_stalest(five: Store):
    looked_at(five, a=3, c=5)
    assert five.evidence.stalest(NOON, limit=10) == ("b", "d", "e", "c", "a")


def test_fresh_evidence_waits(five: Store):
    looked_at(five, a=3, b=2, c=1, d=0, e=0)
    assert five.evidence.stalest(NOON - HOUR, limit=10) == ("a", "b")


def test_who_is_asked_for_takes_turns_with_who_has_waited_longest(five: Store):
    looked_at(five, a=5, b=4, c=3, d=2, e=1)
    five.evidence.asked({"e": 1, "d": 7})
    five.evidence.asked({"e": 2})
    assert five.evidence.stalest(NOON, limit=10) == ("d", "a", "e", "b", "c")


def test_who_is_asked_for_and_was_never_looked_at_comes_before_everybody(five: Store):
    looked_at(five, a=5)
    five.evidence.asked({"e": 1, "a": 9})
    assert five.evidence.stalest(NOON, limit=2) == ("e", "b")


def test_a_look_answers_those_who_asked(five: Store):
    five.evidence.asked({"e": 9})
    looked_at(five, a=5, b=4, c=3, d=2, e=1)
    assert five.evidence.stalest(NOON, limit=10) == ("a", "b", "c", "d", "e")


def test_withdrawn_projects_have_no_turn(five: Store):
    looked_at(five, a=5)
    five.projects.declare([project(id="b")])
    assert five.evidence.stalest(NOON, limit=10) == ("b",)


def test_nobody_is_asked_about_when_nobody_asked(five: Store):
    five.evidence.asked({})
    five.evidence.asked({"nobody": 3})
    assert five.evidence.stalest(NOON, limit=1) == ("a",)


# --- A million projects -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(NEWEST, id="standing"),
        pytest.param(AWARDED, id="awarded"),
        pytest.param(ATTESTED, id="attested"),
        pytest.param(BY_ID, id="find"),
        pytest.param(BY_CHANNEL, id="of channel"),
        pytest.param(BY_MAINTAINER, id="of maintainer"),
        pytest.param(PROJECT.where(projects.c.id > "x").order_by(projects.c.id).limit(20), id="page"),
    ],
)
def test_no_answer_reads_more_rows_than_it_shows(sqlite_url: str, question: sa.Select[tuple[object]]):
    with closing(Database(sqlite_url)) as database, database.read() as read:
        filled = question.params(dict.fromkeys(("edition", "id", "channel", "person"), "x"))
        sql = str(filled.compile(database.engine, compile_kwargs={"literal_binds": True}))
        steps = [row.detail for row in read.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    looks = [step for step in steps if step.startswith(("SEARCH", "SCAN")) and "anon" not in step]
    assert not [look for look in looks if not NARROW.search(look)]


def test_a_silent_source_keeps_its_last_answer_in_the_document(kelp: Store):
    before = seen("README.md")
    failing = replace(before, failing_since=NOON, failure="503 at 12:00 UTC")
    kelp.evidence.keep("kelp", evidence(github=github(files=failing)), NOON)
    standing = kelp.evidence.standing("kelp")
    assert standing is not None
    assert standing.evidence is not None
    assert standing.evidence.github.files == failing
