from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from rules.reminders.digest import Settings, due
from tests.builders import KELPS, change, edition, finished, participant, slam
from tests.rules.reminders.reading import channels, read

WEEKLY = Settings("weekly", 0, time(9))
MONDAY = datetime(2023, 10, 23, 7, tzinfo=UTC)  # nine o'clock in Berlin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPENS, ENDS = edition().opens.at, edition().ends.at


@pytest.mark.parametrize(
    ("now", "days"),
    [
        pytest.param(MONDAY - timedelta(seconds=1), [], id="not yet"),
        pytest.param(MONDAY, ["2023-10-23"], id="on Monday at nine"),
        pytest.param(MONDAY + 2 * DAY - timedelta(seconds=1), ["2023-10-23"], id="late by two days"),
        pytest.param(MONDAY + 2 * DAY, [], id="too late"),
        pytest.param(MONDAY + 7 * DAY + HOUR, ["2023-10-30"], id="the next, in winter"),
        pytest.param(MONDAY + 7 * DAY, [], id="at eight in winter"),
        pytest.param(OPENS + HOUR, [], id="Monday was before it opened"),
        pytest.param(ENDS - HOUR, ["2023-11-06"], id="the last day"),
        pytest.param(ENDS, [], id="when it is over"),
    ],
)
def test_once_a_week_on_the_readers_clock(now, days):
    notices = due(WEEKLY, slam(), now)
    assert [notice.key for notice in notices] == [f"slam-2023/weekly/{day}/kelp/C0KELP" for day in days]


def test_each_reader_on_their_own_clock():
    kelp = participant(readers=(KELPS, replace(KELPS, id="U0M1", timezone="America/New_York")))
    assert channels(due(WEEKLY, slam(kelp), MONDAY)) == ["C0KELP"]
    assert channels(due(WEEKLY, slam(kelp), MONDAY + 6 * HOUR)) == ["C0KELP", "U0M1"]


@pytest.mark.parametrize(
    ("at", "where", "now"),
    [
        pytest.param(time(2, 30), "Europe/Berlin", datetime(2023, 10, 29, 0, 30, tzinfo=UTC), id="twice"),
        pytest.param(
            time(1, 45), "Australia/Lord_Howe", datetime(2024, 4, 6, 14, 45, tzinfo=UTC), id="half an hour"
        ),
    ],
)
def test_an_hour_that_comes_twice_is_one_occasion(at, where, now):
    kelp = participant(readers=(replace(KELPS, timezone=where),))
    sunday = replace(WEEKLY, every=6, at=at)
    edition_of_then = replace(
        edition(),
        milestones=tuple(
            replace(each, at=now + (-DAY if each.id == "open" else 9 * DAY)) for each in edition().milestones
        ),
    )
    keys = {
        notice.key
        for minutes in range(0, 120, 15)
        for notice in due(sunday, slam(kelp, edition=edition_of_then), now + timedelta(minutes=minutes))
    }
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        pytest.param((), False, id="nothing changed"),
        pytest.param((change(at=MONDAY - DAY),), True, id="something was found"),
        pytest.param((change(False, at=MONDAY - DAY),), True, id="something was lost"),
        pytest.param((change(at=MONDAY - 8 * DAY),), False, id="more than a week ago"),
        pytest.param(
            (change(at=MONDAY - DAY), change(False, at=MONDAY - HOUR)), False, id="found and lost again"
        ),
    ],
)
def test_whoever_has_found_everything_hears_of_changes_only(changes, is_told):
    kelp = participant(record=finished(), changes=changes)
    assert channels(due(WEEKLY, slam(kelp), MONDAY)) == (["C0KELP"] if is_told else [])


def test_it_says_what_changed_what_is_next_and_how_long_is_left():
    lost = change(False, at=MONDAY - DAY, criterion="legal", statement="The legal score is 100%")
    kelp = participant(changes=(change(at=MONDAY - DAY), lost))
    said = read(due(WEEKLY, slam(kelp), MONDAY)[0])
    assert "1 criterion found (CLOMonitor documentation score is 100%)" in said
    assert "1 criterion lost (The legal score is 100%)" in said
    assert "Submissions close in 15 days" in said
    assert said.splitlines()[-1].startswith("Next: Add a changelog")


def test_what_two_badges_share_is_counted_once():
    shared = (change(at=MONDAY - DAY), change(at=MONDAY - DAY, badge="defender", title="The Defender"))
    assert "1 criterion found" in read(due(WEEKLY, slam(participant(changes=shared)), MONDAY)[0])


def test_a_week_with_many_changes_stays_short():
    many = tuple(change(at=MONDAY - DAY, criterion=str(n), statement=f"Criterion {n}") for n in range(9))
    said = read(due(WEEKLY, slam(participant(changes=many)), MONDAY)[0])
    assert "9 criteria found (Criterion 0; Criterion 1; Criterion 2; and 6 more)" in said


def test_a_project_nobody_looked_at_is_told_how_to_see():
    said = read(due(WEEKLY, slam(participant(record=None)), MONDAY)[0])
    assert "this week" not in said
    assert "/slam status kelp" in said
