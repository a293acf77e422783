"""What a press carries is what the bot put there, whatever the page says."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.pressing import press

ONE = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
TWO = {"text": {"type": "plain_text", "text": "Two"}, "value": "2"}
GROUPS = [{"label": {"type": "plain_text", "text": "All"}, "options": [ONE, TWO]}]


@pytest.mark.parametrize(
    ("element", "said", "carried"),
    [
        pytest.param({"type": "button", "value": "a"}, {"value": "b"}, {"value": "a"}, id="button"),
        pytest.param(
            {"type": "static_select", "options": [ONE, TWO]},
            {"selected_option": {"value": "2"}},
            {"selected_option": TWO},
            id="select",
        ),
        pytest.param(
            {"type": "static_select", "option_groups": GROUPS},
            {"value": "1"},
            {"selected_option": ONE},
            id="select with groups, by value",
        ),
        pytest.param(
            {"type": "overflow", "options": [ONE]}, {"selected_option": TWO}, None, id="overflow, not offered"
        ),
        pytest.param(
            {"type": "checkboxes", "options": [ONE, TWO]},
            {"selected_options": [{"value": "1"}]},
            {"selected_options": [ONE]},
            id="checkboxes",
        ),
        pytest.param(
            {"type": "checkboxes", "options": [ONE]}, {}, {"selected_options": []}, id="all boxes empty"
        ),
        pytest.param(
            {"type": "checkboxes", "options": [ONE]},
            {"selected_options": [ONE, TWO]},
            None,
            id="a box that is not there",
        ),
        pytest.param(
            {"type": "users_select"},
            {"selected_user": "U0MARA"},
            {"selected_user": "U0MARA"},
            id="somebody",
        ),
        pytest.param(
            {"type": "datepicker"},
            {"selected_date": "2023-11-06"},
            {"selected_date": "2023-11-06"},
            id="a date",
        ),
        pytest.param({"type": "plain_text_input"}, {"value": "words"}, {"value": "words"}, id="words"),
        pytest.param(
            {"type": "external_select"},
            {"selected_option": TWO},
            {"selected_option": TWO},
            id="what was found",
        ),
        pytest.param({"type": "external_select"}, {"selected_option": ONE}, None, id="what was not found"),
        pytest.param(
            {"type": "multi_external_select", "initial_options": [ONE]},
            {"selected_options": [ONE, TWO]},
            {"selected_options": [ONE, TWO]},
            id="what was found, and what the bot began with",
        ),
    ],
)
def test_what_a_press_carries(
    element: dict[str, Any], said: dict[str, Any], carried: dict[str, Any] | None
) -> None:
    block = {"type": "section", "block_id": "b", "accessory": {"action_id": "a.a", **element}}
    taken = press([block], {"block_id": "b", "action_id": "a.a", **said}, {"a.a": [TWO]})
    if carried is None:
        assert taken == "That is not one of the choices."
    else:
        assert taken == {"type": element["type"], "block_id": "b", "action_id": "a.a", **carried}


def test_what_is_not_there_is_not_pressed() -> None:
    assert press([], {"block_id": "b", "action_id": "a.a"}, {}) == "That button is gone."
