"""What a dialog's fields hold reaches the bot as Slack would tell it, whatever the page says."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.filling import NOT_OFFERED, REQUIRED, filled_in, mistakes

ONE = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
TWO = {"text": {"type": "plain_text", "text": "Two"}, "value": "2"}
AS_SLACK_WRITES = {"text": {"type": "plain_text", "text": "One", "emoji": True}, "value": "1"}


def field(optional: bool = False, **element: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Which?"}
    element = {"action_id": "v", **element}
    return {"type": "input", "block_id": "b", "label": label, "element": element, "optional": optional}


def held(block: dict[str, Any], told: dict[str, Any] | None) -> dict[str, Any]:
    return dict(filled_in([block], {} if told is None else {"b": {"v": told}}, {})["b"]["v"])


@pytest.mark.parametrize(
    ("element", "told", "holds"),
    [
        pytest.param({"type": "plain_text_input"}, None, {"value": None}, id="no words"),
        pytest.param({"type": "plain_text_input"}, {"value": ""}, {"value": None}, id="words taken out"),
        pytest.param({"type": "plain_text_input"}, {"value": "a"}, {"value": "a"}, id="words"),
        pytest.param(
            {"type": "plain_text_input", "initial_value": "a"}, None, {"value": "a"}, id="words from the bot"
        ),
        pytest.param(
            {"type": "plain_text_input", "initial_value": "a"},
            {"value": None},
            {"value": None},
            id="words from the bot, taken out",
        ),
        pytest.param({"type": "plain_text_input"}, {"value": [1]}, {"value": None}, id="no text at all"),
        pytest.param(
            {"type": "static_select", "options": [ONE]}, None, {"selected_option": None}, id="nothing chosen"
        ),
        pytest.param(
            {"type": "static_select", "options": [ONE]},
            {"selected_option": {"value": "1"}},
            {"selected_option": AS_SLACK_WRITES},
            id="one chosen",
        ),
        pytest.param(
            {"type": "static_select", "options": [ONE], "initial_option": ONE},
            None,
            {"selected_option": AS_SLACK_WRITES},
            id="one chosen by the bot",
        ),
        pytest.param(
            {"type": "static_select", "options": [ONE]},
            {"selected_option": TWO},
            {"selected_option": None},
            id="one that was not offered",
        ),
        pytest.param(
            {"type": "multi_static_select", "options": [ONE, TWO]},
            None,
            {"selected_options": []},
            id="none of many",
        ),
        pytest.param(
            {"type": "multi_static_select", "options": [ONE, TWO]},
            {"selected_options": [{"value": "1"}]},
            {"selected_options": [AS_SLACK_WRITES]},
            id="one of many",
        ),
        pytest.param(
            {"type": "multi_static_select", "options": [ONE, TWO], "max_selected_items": 1},
            {"selected_options": [ONE, TWO]},
            {"selected_options": []},
            id="too many",
        ),
        pytest.param({"type": "datetimepicker"}, None, {"selected_date_time": None}, id="no moment"),
        pytest.param(
            {"type": "datetimepicker"},
            {"selected_date_time": 1698069600},
            {"selected_date_time": 1698069600},
            id="a moment",
        ),
        pytest.param(
            {"type": "datetimepicker"},
            {"selected_date_time": "soon"},
            {"selected_date_time": None},
            id="no moment at all",
        ),
        pytest.param(
            {"type": "users_select", "initial_user": "U0MARA"},
            None,
            {"selected_user": "U0MARA"},
            id="somebody",
        ),
        pytest.param({"type": "multi_users_select"}, None, {"selected_users": []}, id="nobody"),
        pytest.param(
            {"type": "conversations_select"},
            {"selected_conversation": "C0HELP"},
            {"selected_conversation": "C0HELP"},
            id="a channel",
        ),
        pytest.param(
            {"type": "multi_conversations_select"},
            {"selected_conversations": ["C0HELP", "U0MARA"]},
            {"selected_conversations": ["C0HELP", "U0MARA"]},
            id="a channel and somebody",
        ),
    ],
)
def test_what_a_field_holds(
    element: dict[str, Any], told: dict[str, Any] | None, holds: dict[str, Any]
) -> None:
    assert held(field(**element), told) == {"type": element["type"], **holds}


def test_what_is_chosen_outside_an_input_block_is_told_as_well() -> None:
    chooser = {"type": "static_select", "action_id": "v", "options": [ONE]}
    button = {"type": "button", "action_id": "w", "text": {"type": "plain_text", "text": "Go"}}
    blocks: list[dict[str, Any]] = [
        {"type": "actions", "block_id": "a", "elements": [chooser, button]},
        {"type": "section", "block_id": "s", "accessory": chooser},
        {"type": "divider", "block_id": "d"},
    ]
    told = {"a": {"v": {"selected_option": ONE}}}
    chosen = {"type": "static_select", "selected_option": AS_SLACK_WRITES}
    nothing = {"type": "static_select", "selected_option": None}
    assert filled_in(blocks, told, {}) == {"a": {"v": chosen}, "s": {"v": nothing}}


@pytest.mark.parametrize(
    ("block", "told", "complaint"),
    [
        pytest.param(field(type="plain_text_input"), {"value": None}, REQUIRED, id="required"),
        pytest.param(field(True, type="plain_text_input"), {"value": None}, None, id="optional"),
        pytest.param(
            field(type="plain_text_input", max_length=3),
            {"value": "long"},
            "Please enter 0 to 3 characters.",
            id="too long",
        ),
        pytest.param(
            field(True, type="static_select", options=[ONE]),
            {"selected_option": TWO},
            NOT_OFFERED,
            id="never offered",
        ),
        pytest.param(field(type="email_text_input"), {"value": "mara"}, "Please enter a valid", id="no mail"),
        pytest.param(
            field(type="url_text_input"), {"value": "http:"}, "Please enter a valid", id="no address"
        ),
        pytest.param(field(type="number_input"), {"value": "ten"}, "Please enter a number.", id="no number"),
        pytest.param(
            field(type="datepicker"), {"selected_date": "soon"}, "Please enter a date.", id="no day"
        ),
        pytest.param(
            field(type="timepicker"), {"selected_time": "25:00"}, "Please enter a time.", id="no time"
        ),
        pytest.param(field(type="number_input"), {"value": "10"}, None, id="a number"),
    ],
)
def test_what_slack_says_before_the_bot_is_asked(
    block: dict[str, Any], told: dict[str, Any], complaint: str | None
) -> None:
    said = {"b": {"v": told}}
    found = mistakes([block], filled_in([block], said, {}), said)
    assert list(found) == ([] if complaint is None else ["b"])
    assert complaint is None or found["b"].startswith(complaint)
