from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.reminders.awareness import Settings, due
from tests.builders import SLAMS, edition, participant, project, slam
from tests.rules.reminders.reading import channels, read

DAY = timedelta(days=1)
OPENS = edition().opens.at
JOIN = Settings("join", "open", (14 * DAY, 7 * DAY, DAY))
ELSEWHERE = replace(SLAMS, id="C0ELSE", holder="C0ELSE")


@pytest.mark.parametrize(
    ("left", "said"),
    [
        pytest.param(15 * DAY, [], id="too early"),
        pytest.param(10 * DAY, ["14d"], id="two weeks before"),
        pytest.param(timedelta(hours=1), ["1d"], id="an hour before: the nearest alone"),
        pytest.param(0 * DAY, [], id="when it has opened"),
    ],
)
def test_only_the_nearest_invitation_is_said(left, said):
    assert [notice.key for notice in due(JOIN, slam(), OPENS - left)] == [
        f"slam-2023/join/open@2023-10-10T00:00-12:00/{before}/C0SLAM" for before in said
    ]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        pytest.param((), ["C0SLAM"], id="the announcements channel, where none is named"),
        pytest.param(("C0ELSE", "C0SLAM"), ["C0ELSE", "C0SLAM"], id="those that are named"),
        pytest.param(("C0GONE",), [], id="not one that refuses the bot"),
    ],
)
def test_channels_are_told(named, told):
    everywhere = slam(channels={"C0SLAM": SLAMS, "C0ELSE": ELSEWHERE})
    notices = due(replace(JOIN, channels=named), everywhere, OPENS - DAY)
    assert channels(notices) == told
    assert {notice.project for notice in notices} <= {None}


def test_without_a_channel_nobody_is_told():
    assert due(JOIN, slam(announcements_channel=None), OPENS - DAY) == ()


def test_during_the_event_it_may_be_about_the_end():
    late = Settings("late", "close", (DAY,))
    assert channels(due(late, slam(), edition().ends.at - DAY)) == ["C0SLAM"]
    assert due(late, slam(), edition().ends.at) == ()


@pytest.mark.parametrize(
    ("count", "said"),
    [
        pytest.param(0, "Nobody has joined yet: be the first.", id="nobody"),
        pytest.param(1, "1 project has joined so far.", id="one"),
        pytest.param(12, "12 projects have joined so far.", id="a dozen"),
    ],
)
def test_it_says_how_many_have_joined(count, said):
    joined = tuple(participant(project=project(id=f"p{n}")) for n in range(count))
    assert said in read(due(JOIN, slam(participants=joined), OPENS - DAY)[0])


def test_it_says_when_and_how_to_begin():
    said = read(due(JOIN, slam(), OPENS - 7 * DAY)[0])
    assert "The Slam opens in 7 days: 2023-10-10 12:00Z." in said
    assert said.endswith("Next: type /slam to see how your project begins.")


def test_it_says_what_the_organizers_wrote():
    said = read(due(replace(JOIN, text="*Come* all!"), slam(), OPENS - DAY)[0])
    assert "*Come* all!" in said
