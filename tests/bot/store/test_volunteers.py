from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.store import Store
from bot.store.outbox import DIRECT, Direct, State
from rules.help import Volunteer
from tests.builders import NOON

DAY = timedelta(days=1)
VIKRAM = Volunteer("U0VIKRAM", ("scorecard", "sbom"), "Asia/Kolkata", (time(9), time(17, 30)), capacity=3)
NOOR = Volunteer("U0NOOR", ("sbom",), hours=(time(22), time(4)))
ALWAYS = Volunteer("U0TESS", ("license",))


def test_who_the_file_names_is_a_volunteer_as_it_says(stores: Store):
    stores.volunteers.declare([VIKRAM, NOOR, ALWAYS])
    assert stores.volunteers.all() == (NOOR, ALWAYS, VIKRAM)
    stores.volunteers.declare([replace(VIKRAM, capacity=1)])
    assert stores.volunteers.all() == (replace(VIKRAM, capacity=1),)


def test_what_somebody_said_of_their_duty_survives_the_file(stores: Store):
    stores.volunteers.declare([VIKRAM])
    assert stores.volunteers.set_duty(VIKRAM.user, on=False)
    assert stores.volunteers.away(VIKRAM.user, NOON + DAY)
    stores.volunteers.declare([])
    assert stores.volunteers.all() == ()
    stores.volunteers.declare([VIKRAM])
    assert stores.volunteers.all() == (replace(VIKRAM, on_duty=False, away_until=NOON + DAY),)


def test_going_on_duty_ends_an_absence(stores: Store):
    stores.volunteers.declare([VIKRAM])
    stores.volunteers.away(VIKRAM.user, NOON + DAY)
    stores.volunteers.set_duty(VIKRAM.user, on=True)
    assert stores.volunteers.all() == (VIKRAM,)


def test_who_joins_in_slack_waits_for_an_organizer(stores: Store):
    assert stores.volunteers.join(NOOR, NOON)
    assert stores.volunteers.all() == ()
    (waiting,) = stores.volunteers.enrolled()
    assert (waiting.volunteer, waiting.is_approved, waiting.joined_at) == (NOOR, False, NOON)
    assert stores.volunteers.approve(NOOR.user, "U0ORLA", NOON)
    assert not stores.volunteers.approve(NOOR.user, "U0OMAR", NOON)
    assert stores.volunteers.all() == (NOOR,)
    found = stores.volunteers.find(NOOR.user)
    assert found is not None
    assert (found.is_approved, found.approved_by) == (True, "U0ORLA")


def test_of_what_is_decided_twice_somebody_is_told_once(stores: Store):
    stores.volunteers.join(NOOR, NOON)
    letter = Direct(NOOR.user, "You are one.", ())
    assert stores.volunteers.approve(NOOR.user, "U0ORLA", NOON, letter)
    assert not stores.volunteers.approve(NOOR.user, "U0OMAR", NOON, letter)
    stores.outbox.owe((), [each.message for each in stores.outbox.pending()], NOON)
    (entry,) = stores.outbox.page(State.PENDING)
    assert (entry.reader, entry.text, entry.kinds) == (NOOR.user, "You are one.", (DIRECT,))
    assert stores.outbox.lately(NOON) == ()


def test_who_was_approved_may_change_what_they_said(stores: Store):
    stores.volunteers.join(NOOR, NOON)
    stores.volunteers.approve(NOOR.user, "U0ORLA", NOON)
    assert stores.volunteers.join(replace(NOOR, hours=None, capacity=5), NOON + DAY)
    assert stores.volunteers.all() == (replace(NOOR, hours=None, capacity=5),)


def test_who_was_approved_is_not_declined_and_who_waits_is_not_dismissed(stores: Store):
    stores.volunteers.join(NOOR, NOON)
    assert not stores.volunteers.dismiss(NOOR.user, NOON)
    stores.volunteers.approve(NOOR.user, "U0ORLA", NOON)
    assert not stores.volunteers.decline(NOOR.user, NOON)
    assert stores.volunteers.all() == (NOOR,)
    assert stores.volunteers.dismiss(NOOR.user, NOON)
    stores.volunteers.join(NOOR, NOON)
    assert stores.volunteers.decline(NOOR.user, NOON)
    assert stores.volunteers.find(NOOR.user) is None


def test_who_left_waits_for_an_organizer_again(stores: Store):
    stores.volunteers.join(NOOR, NOON)
    stores.volunteers.approve(NOOR.user, "U0ORLA", NOON)
    assert stores.volunteers.leave(NOOR.user, NOON)
    assert not stores.volunteers.leave(NOOR.user, NOON)
    assert stores.volunteers.find(NOOR.user) is None
    assert not stores.volunteers.set_duty(NOOR.user, on=True)
    stores.volunteers.join(NOOR, NOON + DAY)
    assert stores.volunteers.all() == ()
    assert [each.joined_at for each in stores.volunteers.enrolled()] == [NOON + DAY]


def test_what_the_file_names_the_file_decides(stores: Store):
    stores.volunteers.join(NOOR, NOON)
    stores.volunteers.declare([NOOR])
    assert stores.volunteers.all() == (NOOR,)
    assert not stores.volunteers.join(replace(NOOR, capacity=9), NOON)
    assert not stores.volunteers.leave(NOOR.user, NOON)
    assert not stores.volunteers.approve(NOOR.user, "U0ORLA", NOON)
    assert stores.volunteers.all() == (NOOR,)


def test_those_who_joined_in_slack_stay_whatever_the_file_says(stores: Store):
    stores.volunteers.join(NOOR, NOON)
    stores.volunteers.approve(NOOR.user, "U0ORLA", NOON)
    stores.volunteers.declare([VIKRAM])
    stores.volunteers.declare([])
    assert stores.volunteers.all() == (NOOR,)


@pytest.mark.parametrize("person", ["U0NOBODY", "", "\0"])
def test_nobody_is_nothing(stores: Store, person: str):
    assert stores.volunteers.find(person) is None
    assert not stores.volunteers.away(person, NOON)
