from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import Config, Environment
from bot.store.people import Person
from commands import deadlines
from tests.builders import NOON, edition
from tests.commands.asking import call, library, lines, services, text


def of(zone):
    return Person(zone, is_guest=False, is_deleted=False, known_at=NOON)


def config(**differences):
    return Config(edition(), library(), **differences)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        pytest.param("Europe/Berlin", "7 Nov 2023, 12:59 CET", id="a zone with a name"),
        pytest.param("America/New_York", "7 Nov 2023, 06:59 EST", id="behind the change of clocks"),
        pytest.param("America/Sao_Paulo", "7 Nov 2023, 08:59 UTC-03", id="a zone without one"),
        pytest.param(None, "7 Nov 2023, 17:29 IST", id="the configured one, where theirs is not known"),
    ],
)
def test_a_date_is_in_the_zone_of_whoever_asks(store, zone, shown):
    told = text(
        deadlines.run(
            replace(call(), person=of(zone)), services(store, config=config(timezone="Asia/Kolkata"))
        )
    )
    assert f"Submissions close: {shown}, in 18 days" in told


def test_slack_shows_it_in_the_zone_of_whoever_reads(store):
    reply = deadlines.run(call(), services(store))
    assert "<!date^1699358340^" in str(reply.message.blocks)


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        pytest.param(timedelta(days=3), "in 3 days", id="days"),
        pytest.param(timedelta(hours=30), "in 30 hours", id="hours"),
        pytest.param(timedelta(minutes=59), "in 59 minutes", id="minutes"),
        pytest.param(timedelta(seconds=5), "in 1 minute", id="any moment"),
        pytest.param(timedelta(0), "just now", id="now"),
        pytest.param(timedelta(days=-3), "3 days ago", id="passed"),
    ],
)
def test_how_long_is_left_is_said_in_words(store, left, shown):
    slam = edition()
    told = lines(deadlines.run(call(now=slam.ends.at - left), services(store)))
    assert next(line for line in told if "Submissions close:" in line).endswith(shown)


def test_the_calendar_is_named_where_it_can_be_reached(store):
    address = "https://slam.example.org"
    reached = config(environment=Environment(public_url=address))
    assert f"{address}/calendar.ics" in text(deadlines.run(call(), services(store, config=reached)))
    assert "calendar" not in text(deadlines.run(call(), services(store)))


def test_after_the_end_it_says_so(store):
    assert "has been over since" in text(
        deadlines.run(call(now=edition().ends.at + timedelta(days=1)), services(store))
    )
