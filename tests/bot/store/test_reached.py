from __future__ import annotations

from datetime import timedelta

from bot.store import Store
from bot.store.outbox import State
from tests.builders import NOON, project
from tests.commands.outboxes import owe, settle

LATER = NOON + timedelta(hours=1)


def test_the_newest_message_that_was_not_sent_says_why(stores: Store):
    owe(stores, "a/C0KELP")
    settle(stores, State.FAILED, "is_archived")
    owe(stores, "b/C0KELP")
    settle(stores, State.SENT)
    owe(stores, "c/C0CORAL", reader="C0CORAL", project="coral")
    settle(stores, State.FAILED, "is_archived")
    owe(stores, "d/C0CORAL", reader="C0CORAL", project="coral")
    owe(stores, "e/C0SLAM", reader="C0SLAM", project=None)
    assert stores.outbox.unsent(["kelp", "coral"]) == {
        ("kelp", "C0KELP"): (State.FAILED, "is_archived"),
        ("coral", "C0CORAL"): (State.PENDING, None),
        (None, "C0SLAM"): (State.PENDING, None),
    }


def test_who_was_never_reached_is_found_and_counted(stores: Store):
    stores.projects.declare([project(), project(id="coral", name="Coral"), project(id="reef", name="Reef")])
    owe(stores, "a/C0KELP")
    settle(stores, State.SENT)
    owe(stores, "b/C0REEF", reader="C0REEF", project="reef")
    settle(stores, State.FAILED, "is_archived")
    assert [each.id for each in stores.projects.page(unreached=True)] == ["coral", "reef"]
    assert [each.id for each in stores.projects.page("coral", unreached=True)] == ["reef"]
    assert stores.projects.count(unreached=True) == 2
    assert [each.project for each in stores.outbox.reached(["kelp", "reef"])] == ["kelp"]
    assert stores.outbox.reached(["coral"]) == ()
    assert list(stores.outbox.unsent(["reef"])) == [("reef", "C0REEF")]
    assert stores.outbox.unsent(["kelp"]) == {}


def test_what_a_project_was_told_is_known_newest_first(stores: Store):
    owe(stores, "a/C0KELP")
    settle(stores, State.SENT)
    owe(stores, "b/U0MAYA", reader="U0MAYA", kind="digest", at=LATER)
    owe(stores, "c/C0CORAL", reader="C0CORAL", project="coral")
    told = stores.outbox.of_project("kelp")
    assert [(each.kinds, each.state) for each in told] == [
        (("digest",), State.PENDING),
        (("deadline",), State.SENT),
    ]
    assert stores.outbox.of_project("kelp", limit=1) == told[:1]


def test_how_far_an_announcement_is_counts_its_readers_and_no_others(stores: Store):
    owe(stores, "slam-2023/announcement/1/kelp/C0KELP")
    settle(stores, State.SENT)
    owe(stores, "slam-2023/announcement/1/coral/C0CORAL", reader="C0CORAL")
    owe(stores, "slam-2023/announcement/12/coral/C0CORAL", reader="C0CORAL")
    found = stores.outbox.progress("slam-2023/announcement/1/")
    assert (found[State.SENT], found[State.PENDING]) == (1, 1)
