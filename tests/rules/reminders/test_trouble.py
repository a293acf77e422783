from __future__ import annotations

from datetime import timedelta

from rules.reminders.trouble import Settings, due
from rules.slam import Trouble
from tests.builders import NOON, slam
from tests.rules.reminders.reading import channels, read

TROUBLE = Settings("trouble")
REFUSED = Trouble("C0KELP", NOON, "Nothing can be said in C0KELP. Next: invite the bot there.")


def test_organizers_are_told_once_while_it_lasts():
    (notice,) = due(TROUBLE, slam(troubles=(REFUSED,)), NOON + timedelta(hours=3))
    assert notice.key == "slam-2023/trouble/C0KELP@2023-10-20T12:00:00Z/C0ORGS"
    assert channels([notice]) == ["C0ORGS"]
    assert read(notice) == REFUSED.text


def test_where_organizers_have_no_channel_nobody_is_told():
    assert due(TROUBLE, slam(troubles=(REFUSED,), organizers_channel=None), NOON) == ()
