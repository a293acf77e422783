from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.reminders.announcement import Settings, due
from rules.slam import Announcement
from tests.builders import NOON, edition, finished, participant, project, slam
from tests.rules.reminders.reading import channels, read

WORDS = Settings("announcement")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENDED = edition().ends.at + DAY
APPROVED = Announcement(7, "*Office hours* on Friday", ("everyone",), "U0ORLA", send_at=NOON)
ASKED = replace(APPROVED, send_at=None, asked_at=NOON - HOUR)


@pytest.mark.parametrize(
    ("announcement", "now", "told"),
    [
        pytest.param(APPROVED, NOON, ["C0KELP"], id="approved"),
        pytest.param(APPROVED, NOON - HOUR, [], id="to be sent later"),
        pytest.param(APPROVED, NOON + 3 * DAY, ["C0KELP"], id="three days late"),
        pytest.param(replace(APPROVED, audience=("finished",)), NOON, [], id="for others"),
        pytest.param(replace(APPROVED, audience=("unregistered",)), NOON, ["C0SLAM"], id="unregistered"),
        pytest.param(replace(APPROVED, audience=("announcements",)), NOON, ["C0SLAM"], id="in the channel"),
        pytest.param(ASKED, NOON, ["C0ORGS"], id="waits for a second organizer"),
        pytest.param(replace(ASKED, asked_at=None), NOON, [], id="only written"),
        pytest.param(replace(APPROVED, send_at=ENDED), ENDED, ["C0KELP"], id="after the end"),
    ],
)
def test_who_is_told(announcement, now, told):
    assert channels(due(WORDS, slam(announcements=(announcement,)), now)) == told


def test_everybody_whom_it_concerns_hears_it_once():
    both = slam(
        participant(), participant(project=project(id="reef"), record=finished()), announcements=(APPROVED,)
    )
    assert [notice.key for notice in due(WORDS, both, NOON)] == [
        "slam-2023/announcement/7/kelp/C0KELP",
        "slam-2023/announcement/7/reef/C0KELP",
    ]


def test_it_is_worth_a_week():
    (notice,) = due(WORDS, slam(announcements=(APPROVED,)), NOON)
    assert (notice.due_at, notice.pointless_at) == (NOON, NOON + 7 * DAY)


def test_it_says_what_was_written_and_from_whom():
    said = read(due(WORDS, slam(announcements=(APPROVED,)), NOON)[0])
    assert said == "From the organizers of Security Slam 2023\n*Office hours* on Friday"


def test_who_approves_sees_the_text_to_whom_it_goes_and_a_button():
    (notice,) = due(WORDS, slam(announcements=(replace(ASKED, audience=("badge:cleaner",)),)), NOON)
    assert notice.key == "slam-2023/announcement/7/approval/C0ORGS"
    assert "An announcement to projects without The Cleaner waits" in read(notice)
    assert "*Office hours* on Friday" in read(notice)
    assert [(offer.action, offer.value) for offer in notice.offers] == [("announce.open", "7")]


def test_without_channels_nobody_is_asked_or_told():
    nowhere = {"channels": {}, "announcements_channel": None, "organizers_channel": None}
    both = (ASKED, replace(APPROVED, audience=("unregistered",)))
    assert due(WORDS, slam(announcements=both, **nowhere), NOON) == ()
