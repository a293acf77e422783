from __future__ import annotations

from datetime import timedelta

import pytest

from rules.reminders.stalled import Settings, due
from tests.builders import FIVE, NOON, edition, finished, participant, record, slam
from tests.rules.reminders.reading import channels, read

DAY = timedelta(days=1)
STALLED = Settings("stalled", 5 * DAY)
OPENS, ENDS = edition().opens.at, edition().ends.at


def kelp(progressed_at, **changes):
    return participant(record=record(progressed_at=progressed_at), **changes)


@pytest.mark.parametrize(
    ("who", "now", "is_told"),
    [
        pytest.param(kelp(NOON - 5 * DAY), NOON, True, id="five days without progress"),
        pytest.param(kelp(NOON - 5 * DAY), NOON - timedelta(seconds=1), False, id="a second too early"),
        pytest.param(kelp(NOON - 9 * DAY), NOON, True, id="nine days"),
        pytest.param(kelp(OPENS - 9 * DAY), OPENS + DAY, False, id="before the Slam nobody stalls"),
        pytest.param(kelp(OPENS - 9 * DAY), OPENS + 5 * DAY, True, id="five days since it opened"),
        pytest.param(kelp(NOON), ENDS - DAY, True, id="the day before the end"),
        pytest.param(kelp(NOON), ENDS, False, id="when it is over"),
        pytest.param(kelp(OPENS - 9 * DAY), OPENS - DAY, False, id="before it opens"),
        pytest.param(participant(record=None), NOON, False, id="never looked at"),
        pytest.param(
            participant(record=finished()), ENDS - DAY, False, id="whoever found everything may rest"
        ),
        pytest.param(kelp(NOON - 9 * DAY, awarded=frozenset(FIVE)), NOON, False, id="all is awarded"),
    ],
)
def test_who_is_nudged(who, now, is_told):
    assert channels(due(STALLED, slam(who), now)) == (["C0KELP"] if is_told else [])


def test_once_a_stall():
    first, later = (due(STALLED, slam(kelp(NOON - 6 * DAY)), NOON + days * DAY)[0] for days in (0, 3))
    assert first.key == later.key == "slam-2023/stalled/2023-10-14T12:00:00Z/kelp/C0KELP"
    again = due(STALLED, slam(kelp(NOON)), NOON + 5 * DAY)[0]
    assert again.key != first.key


def test_it_is_kind_and_ends_with_the_next_step():
    said = read(due(STALLED, slam(kelp(NOON - 6 * DAY)), NOON)[0])
    assert "Kelp: nothing new for 6 days. One small step gets it moving again." in said
    assert "Submissions close in 18 days" in said
    assert said.splitlines()[-1].startswith("Next: Add a changelog")
