from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from icalendar import Calendar

from bot.calendar import feed
from tests.builders import NOON, edition


def dates(slam):
    return {
        str(event["SUMMARY"]): event.start for event in Calendar.from_ical(feed(slam, NOON)).walk("VEVENT")
    }


def ids(slam):
    return [str(event["UID"]) for event in Calendar.from_ical(feed(slam, NOON)).walk("VEVENT")]


def test_every_milestone_is_in_the_calendar():
    slam = edition()
    assert dates(slam) == {
        f"Security Slam 2023: {milestone.title}": milestone.at for milestone in slam.milestones
    }


def test_a_milestone_that_moves_is_the_same_event_on_another_day():
    slam = edition()
    moved = replace(
        slam, milestones=tuple(replace(each, at=each.at + timedelta(days=1)) for each in slam.milestones)
    )
    assert ids(slam) == ids(moved)
    assert dates(slam) != dates(moved)


def test_a_title_of_odd_signs_is_one_title():
    slam = edition()
    odd = "Close; of \\ play, \nBEGIN:VEVENT 🎉 " + "x" * 200
    slam = replace(slam, milestones=(replace(slam.milestones[0], title=odd),))
    assert list(dates(slam)) == [f"Security Slam 2023: {odd}"]
    assert all(len(line) <= 75 for line in feed(slam, NOON).split(b"\r\n"))
