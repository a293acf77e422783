from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rules.local import QuietHours, midnight, moment, quiet_until, weekly, zone

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata")
NIGHT = QuietHours(time(21), time(8))


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("where", "wall", "at"),
    [
        pytest.param("Europe/Berlin", "2023-10-20T09:00", "2023-10-20T07:00", id="in summer"),
        pytest.param("Europe/Berlin", "2023-11-20T09:00", "2023-11-20T08:00", id="in winter"),
        pytest.param("Europe/Berlin", "2023-10-29T02:30", "2023-10-29T00:30", id="shown twice: the first"),
        pytest.param("Europe/Berlin", "2024-03-31T02:30", "2024-03-31T01:00", id="skipped: behind the gap"),
        pytest.param("Europe/Berlin", "2024-03-31T03:00", "2024-03-31T01:00", id="the first behind the gap"),
        pytest.param("Europe/Berlin", "2024-03-31T01:59", "2024-03-31T00:59", id="the last before the gap"),
        pytest.param("America/New_York", "2023-11-05T01:30", "2023-11-05T05:30", id="New York, twice"),
        pytest.param("America/New_York", "2024-03-10T02:30", "2024-03-10T07:00", id="New York, skipped"),
        pytest.param("Australia/Sydney", "2024-04-07T02:30", "2024-04-06T15:30", id="Sydney, twice"),
        pytest.param("Australia/Sydney", "2023-10-01T02:30", "2023-09-30T16:00", id="Sydney, skipped"),
        pytest.param("Australia/Lord_Howe", "2024-04-07T01:45", "2024-04-06T14:45", id="half an hour twice"),
        pytest.param(
            "Australia/Lord_Howe", "2023-10-01T02:15", "2023-09-30T15:30", id="half an hour skipped"
        ),
        pytest.param("Asia/Kolkata", "2023-10-29T02:30", "2023-10-28T21:00", id="clocks never change there"),
        pytest.param("Asia/Beirut", "2024-03-31T00:00", "2024-03-30T22:00", id="a day without midnight"),
        pytest.param("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", id="a day that there was not"),
        pytest.param("Mars/Olympus", "2023-10-20T09:00", "2023-10-20T09:00", id="nobody knows the zone"),
    ],
)
def test_when_a_clock_there_shows_a_time(where: str, wall: str, at: str):
    read = datetime.fromisoformat(wall)
    assert moment(read.date(), read.time(), where) == utc(at)


@pytest.mark.parametrize(
    ("where", "now", "until"),
    [
        pytest.param("Europe/Berlin", "2023-10-20T12:00", None, id="at noon"),
        pytest.param("Europe/Berlin", "2023-10-20T18:59", None, id="just before"),
        pytest.param("Europe/Berlin", "2023-10-20T19:00", "2023-10-21T06:00", id="from nine in the evening"),
        pytest.param("Europe/Berlin", "2023-10-21T05:59", "2023-10-21T06:00", id="until eight"),
        pytest.param("Europe/Berlin", "2023-10-21T06:00", None, id="but no longer"),
        pytest.param("Europe/Berlin", "2023-10-28T22:00", "2023-10-29T07:00", id="an hour longer in autumn"),
        pytest.param("Europe/Berlin", "2024-03-30T22:00", "2024-03-31T06:00", id="an hour less in spring"),
        pytest.param("America/New_York", "2023-11-05T05:30", "2023-11-05T13:00", id="1:30, the first"),
        pytest.param("America/New_York", "2023-11-05T06:30", "2023-11-05T13:00", id="1:30, the second"),
        pytest.param("America/New_York", "2024-03-10T07:30", "2024-03-10T12:00", id="New York in spring"),
        pytest.param("Australia/Sydney", "2024-04-06T15:30", "2024-04-06T22:00", id="Sydney in autumn"),
        pytest.param("Australia/Lord_Howe", "2023-09-30T15:30", "2023-09-30T21:00", id="Lord Howe in spring"),
        pytest.param("Asia/Kolkata", "2023-10-20T16:00", "2023-10-21T02:30", id="Kolkata"),
        pytest.param("Asia/Kolkata", "2023-10-21T02:30", None, id="Kolkata in the morning"),
    ],
)
def test_how_long_it_is_quiet(where: str, now: str, until: str | None):
    assert quiet_until(utc(now), where, NIGHT) == (utc(until) if until else None)


@pytest.mark.parametrize(
    ("start", "end", "now", "until"),
    [
        pytest.param("09:00", "09:00", "2023-10-20T09:00", None, id="never, when both are the same"),
        pytest.param("00:00", "00:00", "2023-10-20T00:00", None, id="never, at midnight too"),
        pytest.param("12:00", "14:00", "2023-10-20T11:00", "2023-10-20T12:00", id="over lunch"),
        pytest.param("12:00", "14:00", "2023-10-20T12:00", None, id="after lunch"),
        pytest.param("21:00", "00:00", "2023-10-20T20:00", "2023-10-20T22:00", id="until midnight"),
        pytest.param("22:00", "02:30", "2024-03-30T23:00", "2024-03-31T01:00", id="ends in the gap"),
        pytest.param("02:15", "06:00", "2024-03-31T01:00", "2024-03-31T04:00", id="begins in the gap"),
        pytest.param("02:10", "02:50", "2024-03-31T01:00", None, id="is swallowed by the gap"),
        pytest.param("22:00", "02:30", "2023-10-29T00:15", "2023-10-29T00:30", id="ends at the first 2:30"),
        pytest.param("22:00", "02:30", "2023-10-29T01:15", None, id="not at the second"),
    ],
)
def test_quiet_hours_of_all_kinds_in_berlin(start: str, end: str, now: str, until: str | None):
    quiet = QuietHours(time.fromisoformat(start), time.fromisoformat(end))
    assert quiet_until(utc(now), "Europe/Berlin", quiet) == (utc(until) if until else None)


@pytest.mark.parametrize(
    ("where", "now", "began", "next_begins"),
    [
        pytest.param("UTC", "2023-10-20T12:00", "2023-10-20T00:00", "2023-10-21T00:00", id="UTC"),
        pytest.param("Asia/Kolkata", "2023-10-20T20:00", "2023-10-20T18:30", "2023-10-21T18:30", id="east"),
        pytest.param(
            "America/New_York", "2023-10-20T02:00", "2023-10-19T04:00", "2023-10-20T04:00", id="west"
        ),
        pytest.param(
            "Europe/Berlin", "2023-10-29T12:00", "2023-10-28T22:00", "2023-10-29T23:00", id="25 hours"
        ),
        pytest.param(
            "Europe/Berlin", "2024-03-31T12:00", "2024-03-30T23:00", "2024-03-31T22:00", id="23 hours"
        ),
    ],
)
def test_when_a_day_begins(where: str, now: str, began: str, next_begins: str):
    assert midnight(utc(now), where) == utc(began)
    assert midnight(utc(now), where, days=1) == utc(next_begins)


@pytest.mark.parametrize(
    ("where", "now", "day", "at"),
    [
        pytest.param("Europe/Berlin", "2023-10-23T07:00", "2023-10-23", "2023-10-23T07:00", id="now"),
        pytest.param("Europe/Berlin", "2023-10-23T06:59", "2023-10-16", "2023-10-16T07:00", id="not yet"),
        pytest.param(
            "Europe/Berlin", "2023-10-29T23:30", "2023-10-23", "2023-10-23T07:00", id="Monday night"
        ),
        pytest.param("Europe/Berlin", "2023-10-30T08:00", "2023-10-30", "2023-10-30T08:00", id="in winter"),
        pytest.param("Australia/Sydney", "2023-10-22T22:00", "2023-10-23", "2023-10-22T22:00", id="Sydney"),
        pytest.param("America/New_York", "2023-10-23T07:00", "2023-10-16", "2023-10-16T13:00", id="New York"),
    ],
)
def test_the_last_monday_at_nine(where: str, now: str, day: str, at: str):
    assert weekly(utc(now), 0, time(9), where) == (date.fromisoformat(day), utc(at))


MOMENTS = some.integers(0, 731 * 24 * 60).map(lambda minutes: utc("2023-01-01") + timedelta(minutes=minutes))
TIMES = some.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(MOMENTS, some.sampled_from(ZONES), TIMES, TIMES)
def test_quiet_hours_end_when_they_said_they_would(now: datetime, where: str, start: time, end: time):
    quiet = QuietHours(start, end)
    until = quiet_until(now, where, quiet)
    if until is not None:
        assert now < until <= now + timedelta(hours=25)
        assert quiet_until(until - timedelta(seconds=1), where, quiet) == until
        assert quiet_until(until, where, quiet) is None


@given(MOMENTS, some.sampled_from(ZONES))
def test_a_day_holds_every_moment_of_it(now: datetime, where: str):
    assert midnight(now, where) <= now < midnight(now, where, days=1)


@given(some.dates(date(2023, 1, 1), date(2024, 12, 31)), TIMES, some.sampled_from(ZONES))
def test_a_clock_shows_the_time_at_that_moment_or_skipped_it(day: date, at: time, where: str):
    shown = moment(day, at, where).astimezone(ZoneInfo(where))
    assert shown.fold == 0
    if shown.replace(tzinfo=None) != datetime.combine(day, at):
        earlier = (shown.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(where))
        assert earlier.replace(tzinfo=None) < datetime.combine(day, at) < shown.replace(tzinfo=None)


def test_a_zone_that_is_no_name_is_utc():
    assert {zone(name).key for name in ("", "../../etc/passwd", "Nowhere")} == {"UTC"}
