from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.reminders import deadline
from rules.reminders.deadline import Settings, due
from tests.builders import FIVE, KELPS, finished, moved, participant, project, record, slam, standing
from tests.rules.reminders.reading import channels, read

CLOSE = datetime(2023, 11, 7, 11, 59, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOSING = Settings("closing", "close", (14 * DAY, 7 * DAY, 3 * DAY, DAY, 3 * HOUR))


@pytest.mark.parametrize(
    ("left", "said"),
    [
        pytest.param(15 * DAY, [], id="too early"),
        pytest.param(14 * DAY, ["14d"], id="two weeks before"),
        pytest.param(9 * DAY, ["14d"], id="nine days before: two weeks were the nearest"),
        pytest.param(7 * DAY, ["7d"], id="a week before"),
        pytest.param(2 * DAY, ["3d"], id="asleep for five days: the nearest alone"),
        pytest.param(4 * HOUR, ["1d"], id="four hours before"),
        pytest.param(HOUR, ["3h"], id="an hour before"),
        pytest.param(0 * HOUR, [], id="when it is over"),
        pytest.param(-3 * DAY, [], id="three days later"),
    ],
)
def test_only_the_nearest_reminder_is_said(left: timedelta, said: list[str]):
    notices = due(CLOSING, slam(), CLOSE - left)
    assert [notice.key for notice in notices] == [
        f"slam-2023/closing/close@2023-11-06T23:59-12:00/{before}/kelp/C0KELP" for before in said
    ]


def test_it_is_owed_from_its_distance_until_the_date():
    (notice,) = due(CLOSING, slam(), CLOSE - 2 * DAY)
    assert (notice.due_at, notice.pointless_at) == (CLOSE - 3 * DAY, CLOSE)
    assert (notice.milestone, notice.date) == ("close", "2023-11-06T23:59-12:00")


@pytest.mark.parametrize(
    ("kelp", "is_told"),
    [
        pytest.param(participant(), True, id="something is missing"),
        pytest.param(participant(record=None), True, id="nobody looked yet"),
        pytest.param(participant(record=finished()), False, id="everything is found"),
        pytest.param(participant(awarded=frozenset(FIVE)), False, id="everything is awarded"),
        pytest.param(participant(readers=()), False, id="nobody can be told"),
    ],
)
@pytest.mark.parametrize("audience", ["unfinished", "everyone"])
def test_whoever_has_found_everything_is_not_reminded(kelp, is_told, audience):
    settings = replace(CLOSING, audience=(audience,))
    assert channels(due(settings, slam(kelp), CLOSE - DAY)) == (["C0KELP"] if is_told else [])


def test_it_is_for_its_audience():
    grown = participant(project=project(id="reef"), record=record(maturity="graduated"))
    settings = replace(CLOSING, audience=("maturity:graduated",))
    assert [each.project for each in due(settings, slam(participant(), grown), CLOSE - DAY)] == ["reef"]


def test_maintainers_who_want_direct_messages_are_told_too():
    kelp = participant(readers=(KELPS, replace(KELPS, id="U0M1", holder="U0M1")))
    notices = due(CLOSING, slam(kelp), CLOSE - DAY)
    assert channels(notices) == ["C0KELP", "U0M1"]
    assert all(notice.key.endswith(f"/kelp/{notice.reader.id}") for notice in notices)


def test_a_date_that_moves_is_another_occasion():
    later = moved(slam(), "close", CLOSE + DAY)
    (notice,) = due(CLOSING, later, CLOSE - 7 * DAY)
    assert "close@2023-11-07T23:59-12:00/14d" in notice.key


def test_it_says_when_how_far_and_what_next():
    kelp = participant(record=record(standing("cleaner"), standing("defender", found=0)))
    (notice,) = due(CLOSING, slam(kelp), CLOSE - 7 * DAY)
    said = read(notice)
    assert "Submissions close in 7 days: 2023-11-07 11:59Z." in said
    assert "Kelp so far: The Cleaner 3 of 4 and The Defender 0 of 4." in said
    assert "Next: Add a changelog, for The Cleaner. How: CLOMonitor's documentation checks." in said
    assert [offer.action for offer in notice.offers] == ["next.open", "status.open"]


def test_a_project_nobody_looked_at_is_told_how_to_see():
    said = read(due(CLOSING, slam(participant(record=None)), CLOSE - DAY)[0])
    assert "nobody has looked at its evidence yet" in said
    assert said.endswith("Next: have a look at it with /slam status kelp.")


def test_deadlines_after_the_end_are_kept():
    ceremony = Settings("ceremony", "ceremony", (DAY,))
    (milestone,) = (each for each in slam().edition.milestones if each.id == "ceremony")
    assert milestone.at > CLOSE
    assert channels(due(ceremony, slam(), milestone.at - HOUR)) == ["C0KELP"]


def test_its_kind_is_its_file():
    (notice,) = due(CLOSING, slam(), CLOSE - DAY)
    assert deadline.__name__.endswith(f".{notice.kind}")
