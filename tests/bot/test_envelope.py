from __future__ import annotations

import json
from contextlib import suppress
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import envelope
from bot.envelope import UnreadableError, words
from bot.reply import Call
from tests.builders import NOON
from tests.fakes import BOT_USER, chosen, happened, looked_for, pressed, sent, typed


@pytest.mark.parametrize(
    ("typed_text", "understood"),
    [
        pytest.param("status jaeger", ("status", "jaeger"), id="words"),
        pytest.param("  status \t jaeger\n", ("status", "jaeger"), id="spaces do not count"),
        pytest.param("", (), id="nothing"),
        pytest.param('ask "how do I"', ("ask", "how do I"), id="quotes keep words together"),
        pytest.param("ask “how do I”", ("ask", "how do I"), id="a phone's quotes are quotes"),
        pytest.param("ask „how do I“", ("ask", "how do I"), id="a German phone's too"),
        pytest.param('ask "how do I', ("ask", "how", "do", "I"), id="a quote that is never closed"),
        pytest.param("what's up", ("what's", "up"), id="an apostrophe is no quote"),
        pytest.param("what’s up", ("what's", "up"), id="a phone's apostrophe"),
        pytest.param('a "b\\" c', ("a", "b\\", "c"), id="a backslash is a letter"),
        pytest.param('#1 "two three"', ("#1", "two three"), id="a hash is a letter"),
        pytest.param("add <@U1|ada>", ("add", "<@U1|ada>"), id="a mention stays as it is"),
        pytest.param("👩\u200d💻 me", ("👩\u200d💻", "me"), id="emoji stay together"),
        pytest.param("sta\x00tus \u202ejaeger", ("sta", "tus", "jaeger"), id="invisible signs are spaces"),
    ],
)
def test_words(typed_text, understood):
    assert words(typed_text) == understood


def test_a_very_long_text_is_cut():
    assert len(words("a " * 100_000)) == 1_000


def test_a_command_is_its_first_word_in_small_letters_and_the_rest_as_typed():
    name, call = envelope.command(envelope.read(typed("Status Jaeger"), ""), NOON)
    assert (name, call.args) == ("status", ("Jaeger",))
    assert (call.user, call.channel, call.team, call.now) == ("U1", "C1", "T1", NOON)


@pytest.mark.parametrize(
    ("handed_on", "args", "text"),
    [
        pytest.param("a &amp;&amp; b", ("a", "&&", "b"), "a && b", id="signs"),
        pytest.param("&amp;lt;", ("&lt;",), "&lt;", id="signs that were typed so"),
        pytest.param("<#C1|ask>", ("<#C1|ask>",), "#ask", id="a channel can be read, and shown"),
        pytest.param("<@U1|ada> fails", ("<@U1|ada>", "fails"), "@ada fails", id="somebody too"),
        pytest.param('say "a b"', ("say", "a b"), 'say "a b"', id="quotes stay where they are shown"),
        pytest.param(
            "  two\n  lines ", ("two", "lines"), "two\n  lines", id="lines stay where they are shown"
        ),
        pytest.param("\n  a:\n    b: c", ("a:", "b:", "c"), "  a:\n    b: c", id="and their indentation"),
        pytest.param("a\u202eb", ("a", "b"), "a b", id="nothing turns writing around"),
        pytest.param("", (), "", id="nothing"),
    ],
)
def test_what_stands_behind_a_subcommand_is_read_as_it_was_typed(handed_on, args, text):
    _, call = envelope.command(envelope.read(typed(f"ask {handed_on}"), ""), NOON)
    assert (call.args, call.text) == (args, text)


def test_of_a_long_log_that_is_pasted_the_end_is_read_too():
    log = "why?\n" + "Finished [License]\n" * 1_000 + "imposter commit"
    _, asked = envelope.command(envelope.read(typed(f"ask {log}"), ""), NOON)
    chosen = {"type": "message_action", "callback_id": "ask.about", "message": {"text": log}}
    for text in (asked.text, envelope.shortcut(chosen, NOON).call.typed("message")):
        assert text.startswith("why?\nFinished")
        assert text.endswith("\nimposter commit")
        assert len(text) <= envelope.LONGEST_MESSAGE


def test_a_bare_slam_asks_for_help():
    assert envelope.command(envelope.read(typed(""), ""), NOON)[0] == "help"


def test_a_button_brings_its_value_as_words():
    press = envelope.press(envelope.read(pressed("status.open", "jaeger cleaner"), ""), NOON)
    assert (press.button, press.call.args) == ("status.open", ("jaeger", "cleaner"))
    assert press.call.text == "jaeger cleaner"
    assert (press.call.user, press.call.channel, press.call.message) == ("U1", "C1", "1.1")


def test_buttons_of_one_row_that_do_the_same_are_one_button():
    assert (
        envelope.press(envelope.read(pressed("status.badge:2", "jaeger cleaner"), ""), NOON).button
        == "status.badge"
    )


def test_a_choice_brings_the_chosen_value():
    chosen = [{"type": "static_select", "action_id": "a", "selected_option": {"value": "jaeger"}}]
    press = envelope.press(envelope.read(pressed("a", actions=chosen), ""), NOON)
    assert press.call.args == ("jaeger",)


def test_in_the_home_there_is_no_channel():
    body = envelope.read(pressed("a", channel=None, view={"id": "V1", "type": "home"}), "")
    assert envelope.press(body, NOON).call.channel == ""
    assert envelope.press(body, NOON).dialog == ""


@pytest.mark.parametrize(
    ("field", "given"),
    [
        pytest.param({"value": "a\nb"}, "a\nb", id="written"),
        pytest.param({"value": None}, "", id="left empty"),
        pytest.param({}, "", id="of a kind that we do not ask for"),
        pytest.param({"value": "a" * 5_000}, "a" * 3_000, id="longer than Slack lets anybody write"),
        pytest.param({"selected_option": {"value": "a"}}, "a", id="one chosen"),
        pytest.param({"selected_option": None}, "", id="none chosen"),
        pytest.param({"selected_option": {"value": "-"}}, "", id="a line chosen that only says something"),
        pytest.param({"selected_options": [{"value": "a"}, {"value": "b"}]}, ("a", "b"), id="several chosen"),
        pytest.param({"selected_options": []}, (), id="none of several"),
        pytest.param({"selected_date_time": 1_700_000_000}, "1700000000", id="a moment"),
        pytest.param({"selected_user": "U1"}, "U1", id="somebody"),
        pytest.param({"selected_users": ["U1", "U2"]}, ("U1", "U2"), id="several people"),
        pytest.param({"selected_conversation": "C1"}, "C1", id="a channel"),
    ],
)
def test_what_is_put_into_a_field_of_a_dialog(field, given):
    heard = envelope.submission(envelope.read(sent("a.b", {"words": field}), ""), NOON)
    assert (heard.view, heard.dialog, heard.call.form) == ("a.b", "V7", {"words": given})


def test_what_nobody_filled_in_is_empty():
    call = envelope.submission(envelope.read(sent("a.b", {"when": {}}), ""), NOON).call
    assert (call.typed("words"), call.chosen("words"), call.moment("when")) == ("", (), None)


@pytest.mark.parametrize("digits", ["99999999999", "9" * 3_000, "-1", "soon"])
def test_a_moment_that_slack_cannot_give_is_none(digits):
    assert Call("U1", "", (), NOON, form={"when": digits}).moment("when") is None


def test_a_button_in_a_dialog_brings_what_is_in_its_fields():
    view = {
        "id": "V7",
        "type": "modal",
        "private_metadata": "7",
        "state": {"values": {"words": {"words": {"value": "Soon"}}}},
    }
    press = envelope.press(envelope.read(pressed("a.b", channel=None, view=view), ""), NOON)
    assert (press.call.typed("words"), press.call.private, press.dialog) == ("Soon", "7", "V7")


@pytest.mark.parametrize(
    ("event", "is_for_us"),
    [
        pytest.param({"type": "app_mention", "ts": "1.1"}, True, id="mentioned"),
        pytest.param({"type": "message", "channel_type": "im"}, True, id="written to"),
        pytest.param({"type": "message", "channel_type": "channel"}, False, id="somebody talks in a channel"),
        pytest.param(
            {"type": "message", "channel_type": "im", "subtype": "message_changed"}, False, id="edited"
        ),
        pytest.param({"type": "message", "channel_type": "im", "bot_id": "B2"}, False, id="a bot writes"),
        pytest.param({"type": "app_mention", "bot_id": "B2"}, False, id="a bot mentions us"),
        pytest.param({"type": "app_mention", "user": BOT_USER}, False, id="we mention ourselves"),
        pytest.param({"type": "member_joined_channel", "user": BOT_USER}, True, id="invited"),
        pytest.param({"type": "member_joined_channel"}, False, id="somebody else joins"),
        pytest.param({"type": "reaction_added"}, False, id="something else"),
    ],
)
def test_who_spoke_to_us(event, is_for_us):
    body = envelope.read(happened({"user": "U1", "channel": "C1"} | event), "application/json")
    assert envelope.event(body, NOON).is_for(BOT_USER) is is_for_us


REPLY = {"type": "message", "channel_type": "channel", "thread_ts": "1.1", "ts": "2.2", "text": "Hm?"}


@pytest.mark.parametrize(
    ("event", "is_reply"),
    [
        pytest.param({}, True, id="in a thread"),
        pytest.param({"subtype": "thread_broadcast"}, True, id="shown in the channel too"),
        pytest.param({"channel_type": "group"}, True, id="of a private channel"),
        pytest.param({"thread_ts": None}, False, id="in the channel itself"),
        pytest.param({"channel_type": "im"}, False, id="to us alone"),
        pytest.param({"subtype": "message_changed"}, False, id="edited"),
        pytest.param({"bot_id": "B1"}, False, id="by a bot"),
        pytest.param({"user": BOT_USER}, False, id="by us"),
        pytest.param({"type": "reaction_added"}, False, id="something else"),
    ],
)
def test_who_replied_in_a_thread(event, is_reply):
    body = envelope.read(happened({"user": "U1", "channel": "C1"} | REPLY | event), "application/json")
    assert envelope.event(body, NOON).is_reply(BOT_USER) is is_reply


def test_an_entry_of_a_messages_menu_brings_the_message():
    message = "It fails: a &amp;&amp; b, says <@U0ORLA>.\nWhy?"
    heard = envelope.shortcut(envelope.read(chosen("ask.about", message), ""), NOON)
    assert (heard.button, heard.trigger, heard.dialog) == ("ask.about", "1.2.abc", "")
    assert (heard.call.user, heard.call.channel, heard.call.message) == ("U1", "C1", "7.7")
    assert heard.call.typed("message") == "It fails: a && b, says @somebody.\nWhy?"


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        pytest.param(" jae", "jae", id="some letters"),
        pytest.param("", "", id="nothing yet"),
        pytest.param(None, "", id="nothing at all"),
        pytest.param("a" * 5_000, "a" * 200, id="longer than any address"),
    ],
)
def test_what_is_typed_into_a_field_that_is_searched(value, typed):
    heard = envelope.query(envelope.read(looked_for("search.projects", value), ""), NOON)
    assert (heard.field, heard.call.typed("query")) == ("search.projects", typed)
    assert (heard.call.user, heard.call.team, heard.call.channel) == ("U1", "T1", "")


@pytest.mark.parametrize(
    ("put_in", "typed"),
    [
        (" kelp ", "kelp"),
        ("\n  permissions:\n    contents: read\n", "  permissions:\n    contents: read"),
        (" \n ", ""),
    ],
)
def test_what_is_written_in_a_dialog_comes_without_the_space_around_it_but_indented(put_in, typed):
    assert Call("U1", "", (), NOON, form={"question": put_in}).typed("question") == typed


def test_what_was_said_to_us_comes_without_our_name():
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "text": f"<@{BOT_USER}> status jaeger"}
    heard = envelope.event(envelope.read(happened(event), "application/json"), NOON)
    assert (heard.call.args, heard.call.text) == (("status", "jaeger"), "status jaeger")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"payload=%7Bbad", id="a payload that is no JSON"),
        pytest.param(b"payload=", id="an empty payload"),
        pytest.param(b"payload=[]", id="a payload that is a list"),
        pytest.param(b"{", id="cut JSON"),
        pytest.param(b"{}", id="JSON that does not say what it is"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b"command=%2Fslam&text=%ff", id="no UTF-8 below the percent signs"),
        pytest.param(b'{"type": "a", "text": "\\ud800"}', id="half a character"),
        pytest.param(b"&".join(b"a%d=" % n for n in range(1_000)), id="a thousand fields"),
        pytest.param(b"text=status", id="a form without a command"),
        pytest.param(b'{"a":' * 100_000, id="very deep"),
        pytest.param(b'{"type": 5}', id="a type that is a number"),
        pytest.param(b'{"type": "a", "user": 5}', id="a user that is a number"),
        pytest.param(b'{"type": "event_callback"}', id="an event without one"),
        pytest.param(b'{"type": "event_callback", "event": null}', id="an event that is null"),
        pytest.param(b'{"type": "event_callback", "event": {}}', id="an event of no type"),
        pytest.param(b'{"type": "block_actions", "actions": []}', id="an action without one"),
        pytest.param(b'{"type": "block_actions", "actions": [{}]}', id="an action without an id"),
        pytest.param(b'{"type": "view_submission"}', id="a submission without its view"),
        pytest.param(sent("a.b", type=None), id="a submission of a view of no type"),
        pytest.param(sent("a.b", state=[]), id="a dialog's state that is a list"),
        pytest.param(sent("a.b", state={"values": {"a": 5}}), id="a field that is a number"),
        pytest.param(sent("a.b", {"a": {"value": 5}}), id="a number where something is written"),
        pytest.param(sent("a.b", {"a": {"selected_options": "a"}}), id="a word where there are options"),
        pytest.param(sent("a.b", {"a": {"selected_date_time": "soon"}}), id="a word where a moment is"),
        pytest.param(sent("a.b", {"a": {"selected_date_time": 10**12}}), id="a moment that nobody sees"),
        pytest.param(sent("a.b", {"a": {"selected_date_time": -1}}), id="a moment of long ago"),
        pytest.param(b'{"type": "block_suggestion", "value": "a"}', id="letters typed into no field"),
        pytest.param(looked_for("", "a"), id="letters typed into a field of no name"),
        pytest.param(looked_for("a.b", "a", action_id=["a.b"]), id="letters typed into several fields"),
        pytest.param(looked_for("a.b", "a", value={"a": 1}), id="an object where letters are"),
        pytest.param(looked_for("a.b", "a", user=7), id="letters typed by a number"),
    ],
)
def test_unreadable(raw):
    with pytest.raises(UnreadableError):
        envelope.read(raw, "")


NAMES = st.sampled_from(["id", "type", "state", "values", "a", "value", "selected_options"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=8,
)
FIELDS = sorted(msgspec.structs.asdict(envelope._Interaction()))
KINDS = st.sampled_from(
    ["event_callback", "block_actions", "block_suggestion", "view_submission", "view_closed", "shortcut"]
)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6), KINDS | st.none())
def test_any_json_is_read_or_refused(fields, kind):
    body = fields | ({"type": kind} if kind else {})
    for raw in (json.dumps(body).encode(), urlencode({"payload": json.dumps(body)}).encode()):
        try:
            read = envelope.read(raw, "")
        except UnreadableError:
            continue
        if read.get("type") == "block_actions":
            envelope.press(read, NOON)
        elif read.get("type") == "block_suggestion":
            envelope.query(read, NOON)
        elif read.get("type") == "event_callback":
            envelope.event(read, NOON).is_for(BOT_USER)
        elif read.get("type") == "view_submission":
            envelope.submission(read, NOON)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    with suppress(UnreadableError):
        envelope.read(raw, "")
