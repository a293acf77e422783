from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from time import process_time

import pytest
import sqlalchemy as sa

from bot.store import Store
from bot.store.database import Database
from rules.model import Evidence, Outcome, State
from rules.slam import BadgeStanding, Change, Record, Step
from tests.builders import NOON, evidence, project

HOUR = timedelta(hours=1)
KELP = project()
CORAL = project(id="coral")


def record(at: datetime = NOON, **changed: object) -> Record:
    whole = Record(
        badges=(BadgeStanding("cleaner", "The Cleaner", State.PARTIAL, 2, 3, 1),),
        outcomes={"cleaner/license": Outcome.MET, "cleaner/legal": Outcome.UNMET},
        steps=(Step("cleaner", "legal", "Add a trademark disclaimer", "clomonitor-legal"),),
        maturity="sandbox",
        measured_at=at,
        progressed_at=NOON - 3 * HOUR,
    )
    return replace(whole, **changed)  # type: ignore[arg-type]


def found(at: datetime = NOON, criterion: str = "license") -> Change:
    return Change(at, "cleaner", "The Cleaner", criterion, "A license is set", True, "LICENSE")


@pytest.fixture
def reef(stores: Store) -> Store:
    stores.projects.declare([KELP, CORAL])
    return stores


def look(store: Store, project_id: str, at: datetime) -> None:
    known: Evidence = evidence()
    store.evidence.keep(project_id, known, at)


def test_what_was_measured_is_remembered_as_it_was(reef: Store):
    reef.progress.keep({"kelp": (record(), ())})
    assert reef.progress.all() == {"kelp": record()}
    assert reef.progress.find("kelp") == record()
    assert reef.progress.find("coral") is None


def test_a_project_without_next_step_and_maturity_is_remembered_too(reef: Store):
    done = record(steps=(), maturity=None)
    reef.progress.keep({"kelp": (done, ())})
    assert reef.progress.find("kelp") == done


def test_a_project_is_behind_once_its_evidence_is_newer_than_its_measurement(reef: Store):
    assert reef.progress.behind(10) == ()
    look(reef, "kelp", NOON)
    assert reef.progress.behind(10) == ("kelp",)
    reef.progress.keep({"kelp": (record(NOON), ())})
    assert reef.progress.behind(10) == ()
    look(reef, "kelp", NOON + HOUR)
    assert reef.progress.behind(10) == ("kelp",)


def test_those_who_wait_longest_to_be_measured_come_first(reef: Store):
    look(reef, "kelp", NOON + HOUR)
    look(reef, "coral", NOON)
    assert reef.progress.behind(10) == ("coral", "kelp")
    assert reef.progress.behind(1) == ("coral",)


def test_a_withdrawn_project_is_not_measured(reef: Store):
    look(reef, "kelp", NOON)
    reef.projects.declare([CORAL])
    assert reef.progress.behind(10) == ()


def test_two_planners_that_measure_the_same_look_note_its_changes_once(reef: Store):
    assert reef.progress.keep({"kelp": (record(), (found(),))})
    assert not reef.progress.keep({"kelp": (record(), (found(),))})
    assert reef.progress.changes(NOON) == {"kelp": (found(),)}


def test_an_older_measurement_does_not_replace_a_newer_one(reef: Store):
    reef.progress.keep({"kelp": (record(NOON + HOUR), ())})
    assert not reef.progress.keep({"kelp": (record(NOON), (found(),))})
    assert reef.progress.find("kelp") == record(NOON + HOUR)
    assert reef.progress.changes(NOON - HOUR) == {}


def test_of_measurements_kept_together_an_older_one_changes_nothing(reef: Store):
    reef.progress.keep({"kelp": (record(NOON + HOUR), ())})
    reef.progress.keep({"kelp": (record(), (found(),)), "coral": (record(), (found(),))})
    assert reef.progress.all() == {"kelp": record(NOON + HOUR), "coral": record()}
    assert reef.progress.changes(NOON - HOUR) == {"coral": (found(),)}


def test_changes_are_told_oldest_first_and_only_those_since_then(reef: Store):
    first, second, third = found(NOON), found(NOON + HOUR, "legal"), found(NOON + 2 * HOUR)
    for change in (first, second, third):
        reef.progress.keep({"kelp": (record(change.at), (change,))})
    reef.progress.keep({"coral": (record(), (first,))})
    assert reef.progress.changes(NOON + HOUR) == {"kelp": (second, third)}
    assert reef.progress.changes(NOON) == {"kelp": (first, second, third), "coral": (first,)}


def test_a_record_of_another_version_counts_as_none_until_the_next_look(reef: Store, database_url: str):
    reef.progress.keep({"kelp": (record(), ())})
    with closing(Database(database_url)) as database, database.write() as write:
        write.execute(sa.text("UPDATE progress SET document = '{}'"))
    assert reef.progress.all() == {}
    assert reef.progress.keep({"kelp": (record(NOON + HOUR), ())})
    assert reef.progress.find("kelp") == record(NOON + HOUR)


def test_two_thousand_records_are_read_in_a_blink(stores: Store, database_url: str):
    names = [f"p{number:04}" for number in range(2000)]
    stores.projects.declare([project(id=name) for name in names])
    stores.progress.keep({names[0]: (full := _full(), ())})
    with closing(Database(database_url)) as database, database.write() as write:
        copy = "INSERT INTO progress SELECT edition, :to, document, measured_at, progressed_at FROM progress"
        rows = [{"to": name} for name in names[1:]]
        write.execute(sa.text(f"{copy} WHERE project = 'p0000'"), rows)
    began = process_time()
    everything = stores.progress.all()
    took = process_time() - began
    assert len(everything) == 2000
    assert everything["p1999"] == full
    assert took < 0.5  # measured: well under 0.1 s; a shared machine may be slower


def _full() -> Record:
    badges = tuple(BadgeStanding(f"badge{n}", f"Badge {n}", State.PARTIAL, 2, 5, 3) for n in range(5))
    outcomes = {f"badge{n}/criterion{m}": Outcome.UNMET for n in range(5) for m in range(5)}
    return record(badges=badges, outcomes=outcomes)
