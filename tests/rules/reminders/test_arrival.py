from __future__ import annotations

from datetime import timedelta

from rules.reminders.arrival import Settings, due
from rules.slam import Arrival
from tests.builders import NOON, slam
from tests.rules.reminders.reading import channels, read

ARRIVAL = Settings("arrival")
KELP = Arrival("U0ADA", NOON, "Kelp", "kelp")
VERA = Arrival("U0VERA", NOON, "SBOMs")


def test_organizers_are_told_once_who_registered_what():
    (notice,) = due(ARRIVAL, slam(arrivals=(KELP,)), NOON + timedelta(hours=3))
    assert notice.key == "slam-2023/arrival/kelp@2023-10-20T12:00:00Z/C0ORGS"
    assert channels([notice]) == ["C0ORGS"]
    assert read(notice).startswith("U0ADA registered Kelp.")
    assert [(offer.action, offer.value) for offer in notice.offers] == [("register.open", "kelp")]


def test_organizers_are_told_once_who_wants_to_be_a_volunteer():
    (notice,) = due(ARRIVAL, slam(arrivals=(VERA,)), NOON + timedelta(hours=3))
    assert notice.key == "slam-2023/arrival/volunteer/U0VERA@2023-10-20T12:00:00Z/C0ORGS"
    assert read(notice).startswith("U0VERA wants to be a volunteer: SBOMs.")
    assert [(offer.action, offer.value) for offer in notice.offers] == [("volunteer.open", "U0VERA")]


def test_where_organizers_have_no_channel_nobody_is_told():
    assert due(ARRIVAL, slam(arrivals=(KELP,), organizers_channel=None), NOON) == ()
