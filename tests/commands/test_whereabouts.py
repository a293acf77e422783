"""What somebody who asked is told of when to expect somebody: what the clock will do, and nothing else."""

from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from bot.routing import steps
from bot.store.people import Person
from commands import ask
from rules.help import Volunteer
from tests.builders import NOON
from tests.commands import helping as base
from tests.commands.asking import text
from tests.commands.helping import ADA, VERA, VIOLA, VITO, asked, desk, helping

HOUR = timedelta(hours=1)


def hours(begin: int, end: int) -> tuple[time, time]:
    return time(begin), time(end)


FULL = Volunteer(VERA, ("license",), capacity=0)
EVENING = Volunteer(VITO, ("scorecard",), hours=hours(17, 20))
MORNING = Volunteer(VERA, ("scorecard",), hours=hours(9, 13))
OTHER = Volunteer(VITO, ("license",), hours=hours(9, 14))
ANOTHER = Volunteer(VIOLA, ("license",), hours=hours(9, 13))
TOLD = "The organizers were told and look for somebody."
OFF = Volunteer(VERA, ("scorecard",), hours=hours(9, 10))


@pytest.mark.parametrize(
    ("volunteers", "after", "said"),
    [
        pytest.param(
            (FULL, EVENING), 0,
            "Nobody who can help is free now: expect somebody from 20 Oct 2023, 17:00 UTC on",
            id="in the evening",
        ),
        pytest.param(
            (FULL, EVENING), 2, "expect somebody from 20 Oct 2023, 17:00 UTC on", id="still in the evening"
        ),
        pytest.param((FULL, EVENING), 5, f"<@{VITO}> was asked", id="and then they are asked"),
        pytest.param(
            (MORNING, OTHER, ANOTHER), 0,
            f"<@{VERA}> was asked; if they cannot, expect somebody else from 20 Oct 2023, 13:00 UTC on.",
            id="the next one is known",
        ),
        pytest.param(
            (MORNING, OTHER, ANOTHER), 1, f"<@{VITO}> was asked; if they cannot, the organizers are told.",
            id="there is no next one",
        ),
        pytest.param(
            (MORNING, OTHER, ANOTHER), 2, "The organizers were told and look for somebody.", id="nobody left"
        ),
        pytest.param(
            (OFF, Volunteer(VITO, ("license",))), 2,
            "The organizers were told and look for somebody. Nobody who can help is free now: "
            "expect somebody from 21 Oct 2023, 09:00 UTC on.",
            id="told, and who knows it comes tomorrow",
        ),
        pytest.param((), 0, TOLD, id="there is nobody"),
        pytest.param(
            (FULL,), 0, "No volunteer can take it at the moment; the organizers are told if that stays so.",
            id="hands full",
        ),
    ],
)  # fmt: skip
def test_the_asker_is_told_what_will_happen(store, volunteers, after, said):
    config = helping(volunteers=volunteers)
    at_desk = desk(store, config)
    asked(store, at_desk)
    for number in range(after + 1):
        steps(store, config, NOON + number * HOUR)
    assert said in text(ask.run(base.by(ADA, now=NOON + after * HOUR), at_desk))


def test_nobody_is_promised_who_is_gone(store):
    at_desk = desk(store, helping(volunteers=(EVENING,)))
    asked(store, at_desk)
    store.people.keep(VITO, Person(None, is_guest=False, is_deleted=True, known_at=NOON))
    assert "No volunteer can take it" in text(ask.run(base.by(ADA), at_desk))


def test_what_others_asked_before_comes_first(store):
    config = helping(volunteers=(Volunteer(VERA, ("scorecard",), capacity=1),))
    at_desk = desk(store, config)
    for asker in ("U0BEFORE", ADA):
        asked(store, at_desk, f"Why, asks {asker}?", asker=asker)
    steps(store, config, NOON)
    assert "expect somebody from 20 Oct 2023, 13:00 UTC on" in text(ask.run(base.by(ADA), at_desk))


def test_the_volunteers_are_read_once_for_all_their_questions(store):
    at_desk = desk(store, helping(volunteers=(EVENING,)))
    for number in range(ask.MOST_OPEN):
        asked(store, at_desk, f"Question number {number}?")
    read: list[str] = []

    @sa.event.listens_for(store._database.engine, "before_cursor_execute")
    def _(connection, cursor, statement, *more):
        read.append(statement)

    assert text(ask.run(base.by(ADA), at_desk)).count("expect somebody from") == ask.MOST_OPEN
    assert sum("FROM volunteers" in statement for statement in read) == 1
