from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store import Store
from bot.store.outbox import State
from commands import reach
from rules.reminders import digest, progress
from rules.slam import Change, Record, Reminder
from tests.builders import NOON, project
from tests.commands.asking import buttons, call, elements, lines, text
from tests.commands.organizing import KELP, LONELY, MAYA, ORLA, OTTO, REEF, Desk, config, in_a_dialog
from tests.commands.outboxes import owe, settle

LATER = NOON + timedelta(hours=3)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def reef(store: Store) -> Store:
    store.projects.declare(REEF)
    return store


def listed(store: Store, desk: Desk, *words: str) -> str:
    answer = reach.run(call(*words, user=ORLA, now=LATER), desk.services(store))
    in_a_dialog(answer)
    return text(answer)


def about(name: str, said: str) -> str:
    """What a list says of one project."""
    (line,) = [line for line in said.splitlines() if line.startswith(f"• {name}")]
    return line


# --- Who was told what --------------------------------------------------------------------------------------


def test_each_project_is_listed_with_what_it_was_told_last_and_when(reef: Store, desk: Desk):
    owe(reef, "a/C0KELP", kind="digest")
    settle(reef, State.SENT)
    owe(reef, "b/C0KELP", at=NOON + timedelta(hours=1))
    settle(reef, State.SENT, at=NOON + timedelta(hours=1))
    said = listed(reef, desk)
    assert "Reached: 1 of 3 projects" in said
    assert about("Kelp", said) == "• Kelp <#C0KELP>: deadlines 2 hours ago"


def test_of_a_projects_readers_the_newest_message_counts(reef: Store, desk: Desk):
    owe(reef, "a/C0KELP")
    settle(reef, State.SENT)
    owe(reef, "b/U0MAYA", reader=MAYA, kind="digest")
    settle(reef, State.SENT, at=NOON + timedelta(hours=2))
    assert f"{digest.TITLE} 1 hour ago" in about("Kelp", listed(reef, desk))


def test_what_channels_of_the_slam_were_told_stands_beside_it(reef: Store, desk: Desk):
    owe(reef, "a/C0SLAM", reader="C0SLAM", project=None, kind="awareness")
    settle(reef, State.SENT)
    assert "in <#C0SLAM> 3 hours ago" in listed(reef, desk)


# --- Who was not, and why -----------------------------------------------------------------------------------


def test_without_channel_nobody_hears(reef: Store, desk: Desk):
    assert "never, it has no channel" in about("Lonely", listed(reef, desk)).replace("_", "")


def test_before_anything_is_due_nothing_is_wrong(reef: Store, desk: Desk):
    assert "nothing was due yet" in about("Kelp", listed(reef, desk))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        pytest.param("is_archived", "the channel is archived", id="archived"),
        pytest.param("not_in_channel", "the bot is not in the channel: invite it", id="left"),
        pytest.param("channel_not_found", "there is no such channel", id="no such channel"),
    ],
)
def test_a_channel_that_refuses_us_is_why(reef: Store, desk: Desk, reason: str, said: str):
    owe(reef, "a/C0KELP")
    settle(reef, State.FAILED, reason, closes=True)
    assert said in about("Kelp", listed(reef, desk))


def test_a_channel_that_was_closed_since_is_said_to_be(reef: Store, desk: Desk):
    owe(reef, "a/C0KELP")
    settle(reef, State.SENT)
    reef.closed.close("C0KELP", "is_archived", NOON)
    assert "deadlines 3 hours ago; now the channel is archived" in about("Kelp", listed(reef, desk))


def test_a_project_that_muted_everything_is_said_to_have(reef: Store, desk: Desk):
    reef.preferences.mute("kelp", "*", MAYA, NOON)
    assert "muted everything" in about("Kelp", listed(reef, desk))


def test_a_project_that_muted_a_kind_is_said_to_have(reef: Store, desk: Desk):
    reef.preferences.mute("kelp", "digest", MAYA, NOON)
    assert f"nothing was due yet, and it muted {digest.TITLE}" in about("Kelp", listed(reef, desk))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        pytest.param(State.FAILED, "Slack refused the message: `msg_too_long`", id="failed"),
        pytest.param(State.UNCONFIRMED, "nobody knows whether its message arrived", id="in doubt"),
    ],
)
def test_a_message_that_did_not_go_out_well_is_why(reef: Store, desk: Desk, state: State, said: str):
    owe(reef, "a/C0KELP")
    settle(reef, state, "msg_too_long")
    assert said in about("Kelp", listed(reef, desk))


def test_a_message_that_waits_is_why(reef: Store, desk: Desk):
    owe(reef, "a/C0KELP")
    assert "about to be sent" in about("Kelp", listed(reef, desk))


def test_what_is_due_and_waits_for_the_morning_is_why(reef: Store, desk: Desk):
    number = reef.announcements.write("Hello", ("everyone",), ORLA, NOON)
    reef.announcements.ask(number, NOON)
    reef.announcements.approve(number, OTTO, NOON, NOON)
    assert "waits: for the morning there" in about("Kelp", listed(reef, desk))
    assert "waits: for the morning there" in listed(reef, desk, "kelp")


def test_progress_that_was_seen_and_waits_is_why(reef: Store, desk: Desk):
    found = Change(NOON, "cleaner", "The Cleaner", "legal", "Legal score is 100%", found=True, detail="")
    reef.progress.keep({"kelp": (Record((), {}, (), None, NOON, NOON), [found])})
    tells = Reminder("found", "progress", progress.Settings("found"), progress.due)
    told = reach.run(call(user=ORLA, now=LATER), desk.services(reef, replace(config(), reminders=(tells,))))
    assert "waits: for the morning there" in about("Kelp", text(told))
    assert "nothing was due yet" in about("Coral", text(told))


def test_only_those_never_reached_are_listed_when_asked_for(reef: Store, desk: Desk):
    owe(reef, "a/C0KELP")
    settle(reef, State.SENT)
    said = listed(reef, desk, "never")
    assert "Kelp" not in said
    assert "Coral" in said
    assert "Lonely" in said


def test_once_everybody_was_reached_it_says_so(store: Store, desk: Desk):
    store.projects.declare([KELP])
    owe(store, "a/C0KELP")
    settle(store, State.SENT)
    answer = reach.run(call("never", user=ORLA), desk.services(store, config(KELP)))
    assert "Everybody was reached" in text(answer)


def test_pages_go_through_all_of_them(store: Store, desk: Desk):
    many = [project(id=f"p{n:03}", name=f"Project {n} " + "<!here>" * 9, channel=f"C0{n}") for n in range(40)]
    store.projects.declare(many)
    services = desk.services(store, config(*many))
    answer = reach.run(call(user=ORLA), services)
    said = lines(answer)
    while "More" in buttons(answer):
        answer = reach.show(call(*buttons(answer)["More"][1].split(), user=ORLA), services)
        assert answer.replace
        said += lines(answer)
        sections = [block for block in answer.message.blocks if block["type"] == "section"]
        assert "<!here>" not in json.dumps(sections)
    assert len([line for line in said if line.startswith("• ")]) == 40


def test_with_nobody_registered_it_says_so(store: Store, desk: Desk):
    answer = reach.run(call(user=ORLA), desk.services(store, replace(config(), projects=())))
    assert "No project is registered yet" in text(answer)


# --- One project --------------------------------------------------------------------------------------------


def test_of_one_project_all_is_told(reef: Store, desk: Desk):
    reef.preferences.mute("kelp", "digest", MAYA, NOON)
    reef.preferences.want_direct(MAYA, NOON)
    owe(reef, "a/C0KELP")
    settle(reef, State.SENT)
    owe(reef, "b/C0KELP", kind="stalled")
    settle(reef, State.FAILED, "is_archived")
    said = listed(reef, desk, "kelp")
    assert f"told in <#C0KELP>, <@{MAYA}>" in said
    assert f"Muted: {digest.TITLE}" in said
    assert "deadlines, sent 3 hours ago in <#C0KELP>" in said
    assert "failed 3 hours ago in <#C0KELP>: the channel is archived" in said
    assert "Seven days left" in said


def test_of_a_project_that_was_told_nothing_the_reason_is_told(reef: Store, desk: Desk):
    said = listed(reef, desk, "lonely")
    assert "told nowhere" in said
    assert "Nothing yet: it has no channel" in said


def test_a_closer_look_is_one_choice_away(reef: Store, desk: Desk):
    answer = reach.run(call(user=ORLA), desk.services(reef))
    (chooser,) = [each for each in elements(answer.message.blocks) if each["type"] == "static_select"]
    assert chooser["action_id"] == "reach.open"
    values = [option["value"] for option in chooser["options"]]
    assert LONELY.id in values
    assert "Lonely: what it was told" in text(reach.closer(call("lonely", user=ORLA), desk.services(reef)))


def test_a_mistyped_project_is_guessed(reef: Store, desk: Desk):
    answer = reach.run(call("klep", user=ORLA), desk.services(reef))
    assert buttons(answer)["kelp"] == ("reach.open", "kelp")


@pytest.mark.parametrize("answerer", [reach.run, *reach.BUTTONS.values()])
def test_nobody_else_sees_who_was_told_what(reef: Store, desk: Desk, answerer):
    answer = answerer(call("kelp", user=MAYA), desk.services(reef))
    assert f"<@{ORLA}>, <@{OTTO}>" in text(answer)
    assert "C0KELP" not in text(answer)
