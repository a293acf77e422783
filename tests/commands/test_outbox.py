from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config.declared import Slack
from bot.store import Store
from bot.store.outbox import State
from commands import outbox
from rules.owed import MERGED
from tests.builders import NOON
from tests.commands.asking import buttons, call, elements, text
from tests.commands.organizing import MAYA, ORLA, OTTO, REEF, Desk, config, in_a_dialog
from tests.commands.outboxes import claim, owe, settle, told_in

KEY = "slam-2023/closing/close@2023-11-06T23:59-12:00/7d/kelp/C0KELP"
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def reef(store: Store) -> Store:
    store.projects.declare(REEF)
    return store


def listed(store: Store, desk: Desk, *words: str) -> str:
    answer = outbox.run(call(*words, user=ORLA, now=LATER), desk.services(store))
    in_a_dialog(answer)
    return text(answer)


# --- Overview -----------------------------------------------------------------------------------------------


def test_an_empty_outbox_needs_nobody(reef: Store, desk: Desk):
    said = listed(reef, desk)
    assert "nothing waits" in said
    assert "nothing needs you here" in said


def test_the_overview_counts_what_there_is_and_says_what_to_look_at_first(reef: Store, desk: Desk):
    owe(reef, "a/C0KELP")
    settle(reef, State.UNCONFIRMED, "no answer")
    owe(reef, "b/C0KELP")
    settle(reef, State.SENT)
    owe(reef, "c/C0KELP")
    owe(reef, "d/C0KELP")
    answer = outbox.run(call(user=ORLA), desk.services(reef))
    assert "2 pending · 1 sent · 1 unconfirmed" in text(answer)
    assert "`/slam outbox unconfirmed`" in text(answer)
    assert buttons(answer)["Unconfirmed (1)"] == ("outbox.show", "unconfirmed")


def test_the_overview_says_that_all_is_paused(reef: Store, desk: Desk):
    reef.switches.pause(OTTO, NOON)
    assert f"by <@{OTTO}>: nothing is sent" in listed(reef, desk)


# --- Messages -----------------------------------------------------------------------------------------------


def test_what_waits_is_listed_with_its_key_and_age(reef: Store, desk: Desk):
    owe(reef, KEY)
    said = listed(reef, desk, "pending")
    assert "<#C0KELP>: deadlines for Kelp" in said
    assert "owed 5 minutes ago" in said
    assert KEY in said


def test_what_failed_is_listed_with_the_reason_in_words(reef: Store, desk: Desk):
    owe(reef, KEY)
    settle(reef, State.FAILED, "is_archived")
    assert "failed 5 minutes ago: the channel is archived" in listed(reef, desk, "failed")


def test_a_reason_without_words_is_quoted(reef: Store, desk: Desk):
    owe(reef, KEY)
    settle(reef, State.FAILED, "<!here> new_error")
    answer = outbox.run(call("failed", user=ORLA), desk.services(reef))
    assert "<!here>" not in json.dumps(answer.message.blocks)
    assert "new_error" in text(answer)


def test_what_is_in_doubt_is_shown_with_its_key_and_two_ways_out(reef: Store, desk: Desk):
    number = owe(reef, KEY)
    settle(reef, State.UNCONFIRMED, "ServerDisconnectedError")
    answer = outbox.run(call("unconfirmed", user=ORLA), desk.services(reef))
    assert KEY in text(answer)
    assert "may or may not have arrived" in text(answer)
    assert buttons(answer)["It arrived"] == ("outbox.arrived", str(number))
    assert buttons(answer)["Send again"] == ("outbox.again", f"{number} unconfirmed")


def test_every_key_of_a_merged_message_is_shown(reef: Store, desk: Desk):
    keys = [f"{KEY.removesuffix('/C0KELP')}/{'x' * 60}{number}/C0KELP" for number in range(MERGED)]
    owe(reef, *keys)
    settle(reef, State.UNCONFIRMED)
    said = listed(reef, desk, "unconfirmed")
    assert all(key in said for key in keys)


def test_however_many_are_in_doubt_every_key_can_be_reached(reef: Store, desk: Desk):
    keys = {f"{KEY.removesuffix('/C0KELP')}/{'y' * number}/C0KELP" for number in range(60)}
    for key in keys:
        owe(reef, key)
    settle(reef, State.UNCONFIRMED)
    answer = outbox.run(call("unconfirmed", user=ORLA), desk.services(reef))
    said = text(answer)
    while "More" in buttons(answer):
        answer = outbox.show(call(*buttons(answer)["More"][1].split(), user=ORLA), desk.services(reef))
        assert answer.replace
        said += text(answer)
    assert {key for key in keys if key in said} == keys


def test_where_history_can_be_read_it_says_that_many_settle_by_themselves(reef: Store, desk: Desk):
    owe(reef, KEY)
    settle(reef, State.UNCONFIRMED)
    looking = config(slack=Slack(history=True))
    answer = outbox.run(call("unconfirmed", user=ORLA), desk.services(reef, looking))
    assert "settled without you" in text(answer)


def test_a_message_to_a_person_names_the_person(reef: Store, desk: Desk):
    owe(reef, "k/U0MAYA", reader=MAYA)
    assert f"<@{MAYA}>: deadlines" in listed(reef, desk, "pending")


def test_a_message_of_a_kind_and_a_project_that_are_gone_is_listed(reef: Store, desk: Desk):
    owe(reef, "k/C0OLD", reader="C0OLD", project="gone", kind="weather")
    assert "<#C0OLD>: weather" in listed(reef, desk, "pending")


def test_another_word_is_told_what_to_type(reef: Store, desk: Desk):
    assert "`/slam outbox [pending|failed|unconfirmed|sent|closed]`" in listed(reef, desk, "everything")


# --- Deciding -----------------------------------------------------------------------------------------------


def test_what_somebody_saw_has_arrived(reef: Store, desk: Desk):
    number = owe(reef, KEY)
    settle(reef, State.UNCONFIRMED)
    answer = outbox.arrived(call(str(number), user=ORLA), desk.services(reef))
    assert "Noted: it arrived" in text(answer)
    assert answer.replace
    assert reef.outbox.find(number).state is State.SENT
    assert claim(reef) == ()


def test_what_nobody_saw_is_sent_again(reef: Store, desk: Desk):
    number = owe(reef, KEY)
    settle(reef, State.UNCONFIRMED)
    answer = outbox.again(call(str(number), "unconfirmed", user=ORLA), desk.services(reef))
    assert "sent again" in text(answer)
    assert desk.woken == 1
    assert [each.id for each in claim(reef)] == [number]


def test_what_failed_is_sent_again_and_the_failed_ones_stay_in_sight(reef: Store, desk: Desk):
    for key in ("a/C0KELP", "b/C0KELP"):
        owe(reef, key)
    settle(reef, State.FAILED, "msg_too_long")
    first = told_in(reef, "a/C0KELP").id
    answer = outbox.again(call(str(first), "failed", user=ORLA), desk.services(reef))
    assert "1 message failed" in text(answer)


def test_of_two_who_press_send_again_one_sends(reef: Store, desk: Desk):
    number = owe(reef, KEY)
    settle(reef, State.UNCONFIRMED)
    outbox.again(call(str(number), user=ORLA), desk.services(reef))
    second = outbox.again(call(str(number), user=OTTO), desk.services(reef))
    assert "nothing is sent again" in text(second)
    assert desk.woken == 1


def test_what_was_sent_is_not_sent_again(reef: Store, desk: Desk):
    number = owe(reef, KEY)
    settle(reef, State.SENT)
    outbox.again(call(str(number), user=ORLA), desk.services(reef))
    assert reef.outbox.find(number).state is State.SENT
    assert "doubt no longer" in text(outbox.arrived(call(str(number), user=ORLA), desk.services(reef)))


@pytest.mark.parametrize("value", [(), ("x",), ("9" * 30,), ("-1",)])
def test_a_button_without_a_number_changes_nothing(reef: Store, desk: Desk, value: tuple[str, ...]):
    for answerer in (outbox.arrived, outbox.again):
        assert answerer(call(*value, user=ORLA), desk.services(reef)).message is not None
    assert desk.woken == 0


# --- Closed channels ----------------------------------------------------------------------------------------


def test_channels_that_refuse_us_are_listed_with_why_and_can_be_tried_again(reef: Store, desk: Desk):
    owe(reef, KEY)
    settle(reef, State.FAILED, "not_in_channel", closes=True)
    answer = outbox.run(call("closed", user=ORLA), desk.services(reef))
    assert "<#C0KELP> of Kelp: the bot is not in the channel: invite it" in text(answer)
    assert buttons(answer)["Try again"] == ("outbox.reopen", "C0KELP")
    after = outbox.reopen(call("C0KELP", user=ORLA), desk.services(reef))
    assert "tried again" in text(after)
    assert desk.woken == 1
    assert [each.keys for each in claim(reef)] == [(KEY,)]


def test_a_channel_that_is_open_is_not_opened(reef: Store, desk: Desk):
    assert "tried again before" in text(outbox.reopen(call("<!here>", user=ORLA), desk.services(reef)))
    assert desk.woken == 0


def test_many_closed_channels_have_pages(reef: Store, desk: Desk):
    for number in range(25):
        reef.closed.close(f"C0{number:02}", "is_archived", NOON)
    shown: list[str] = []
    words: list[str] = ["closed"]
    for _ in range(3):
        answer = outbox.show(call(*words, user=ORLA), desk.services(reef))
        shown += [each["value"] for each in elements(answer.message.blocks) if "Try" in each["text"]["text"]]
        words = buttons(answer).get("More", ("", ""))[1].split()
    assert shown == [f"C0{number:02}" for number in range(25)]
    assert words == []


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["run", *sorted(outbox.BUTTONS)])
def test_nobody_else_sees_or_decides(reef: Store, desk: Desk, name: str):
    number = owe(reef, KEY)
    settle(reef, State.UNCONFIRMED)
    answerer = outbox.BUTTONS.get(name, outbox.run)
    answer = answerer(replace(call(str(number), user=MAYA)), desk.services(reef))
    assert f"<@{ORLA}>, <@{OTTO}>" in text(answer)
    assert KEY not in text(answer)
    assert reef.outbox.find(number).state is State.UNCONFIRMED
