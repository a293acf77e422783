from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.reminders.moved import Settings, due
from rules.slam import Told
from tests.builders import NOON, edition, moved, participant, slam
from tests.rules.reminders.reading import channels, read

DATES = Settings("moved")
DAY = timedelta(days=1)
CLOSE = edition().ends.at
OLD = "2023-11-06T23:59-12:00"
TOLD = Told("kelp", "C0KELP", "close", OLD, NOON - DAY)


@pytest.mark.parametrize(
    ("told", "at", "is_told"),
    [
        pytest.param(TOLD, CLOSE + 2 * DAY, True, id="later"),
        pytest.param(TOLD, CLOSE - 2 * DAY, True, id="earlier"),
        pytest.param(TOLD, NOON - DAY, True, id="it is over already: worth knowing"),
        pytest.param(TOLD, CLOSE, False, id="as it was told"),
        pytest.param(TOLD, CLOSE + timedelta(seconds=20), False, id="by less than a minute"),
        pytest.param(replace(TOLD, date="2023-11-07T11:59+00:00"), CLOSE, False, id="in another zone"),
        pytest.param(replace(TOLD, reader="C0OLD"), CLOSE + DAY, False, id="that channel is gone"),
        pytest.param(replace(TOLD, project="reef"), CLOSE + DAY, False, id="that project is gone"),
        pytest.param(replace(TOLD, milestone="review"), CLOSE + DAY, False, id="that milestone is gone"),
        pytest.param(
            replace(TOLD, project=None, reader="C0SLAM"), CLOSE + DAY, True, id="in a channel of the Slam's"
        ),
        pytest.param(
            replace(TOLD, project=None, reader="C0GONE"), CLOSE + DAY, False, id="in one that refuses us"
        ),
    ],
)
def test_whoever_was_told_the_old_date_is_told_the_new_one(told, at, is_told):
    notices = due(DATES, moved(slam(told=(told,)), "close", at), NOON)
    assert channels(notices) == ([told.reader] if is_told else [])


def test_nobody_who_was_told_nothing_is_told_of_a_move():
    assert due(DATES, moved(slam(), "close", CLOSE + DAY), NOON) == ()


def test_its_key_names_the_new_date_and_when_the_old_one_was_told():
    (notice,) = due(DATES, moved(slam(told=(TOLD,)), "close", CLOSE + DAY), NOON)
    assert notice.key == (
        "slam-2023/moved/close@2023-11-07T23:59-12:00/after@2023-10-19T12:00:00Z/kelp/C0KELP"
    )
    assert (notice.milestone, notice.date) == ("close", "2023-11-07T23:59-12:00")


@pytest.mark.parametrize("by", [2 * DAY, -2 * DAY])
def test_it_is_pointless_when_both_dates_are_over(by):
    (notice,) = due(DATES, moved(slam(told=(TOLD,)), "close", CLOSE + by), NOON)
    assert notice.pointless_at == max(CLOSE, CLOSE + by)


def test_finished_projects_are_told_too():
    kelp = participant(awarded=frozenset({"cleaner"}))
    assert kelp.is_finished
    assert channels(due(DATES, moved(slam(kelp, told=(TOLD,)), "close", CLOSE + DAY), NOON)) == ["C0KELP"]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        pytest.param(CLOSE + 2 * DAY, "2023-11-09 11:59Z, in 20 days.", id="to come"),
        pytest.param(NOON - DAY, "2023-10-19 12:00Z, which is over.", id="over"),
    ],
)
def test_it_says_both_dates(at, said):
    shown = read(due(DATES, moved(slam(told=(TOLD,)), "close", at), NOON)[0])
    assert said in shown
    assert "It was 2023-11-07 11:59Z before." in shown
    assert shown.endswith("/slam deadlines shows all of them.")


def test_a_clock_that_went_back_delays_nothing():
    told = replace(TOLD, at=datetime(2024, 1, 1, tzinfo=UTC))
    (notice,) = due(DATES, moved(slam(told=(told,)), "close", CLOSE + DAY), NOON)
    assert notice.due_at <= NOON
