"""What a dialog's fields hold, as Slack tells the bot: always what the bot offered, in Slack's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any

from bot.playground.pressing import Found, chosen_in
from bot.playground.workspace import elements_of

Block = Mapping[str, Any]
Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By block and action id."""

REQUIRED = "Please complete this required field."
NOT_OFFERED = "That is not one of the choices."
_MAIL, _URL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), re.compile(r"https?://\S+")

# How each element names what it holds, and what its first value is called.
_HOLDS: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def filled_in(blocks: Sequence[Block], said: Mapping[str, Any], found: Found) -> Values:
    """`view.state.values` for what a page says its fields hold.

    Every field is there: one that the page says nothing of holds what it held at first, an empty one null or
    an empty list, and one with what was never offered nothing.
    """
    values: dict[str, dict[str, dict[str, Any]]] = {}
    for block in blocks:
        for element in elements_of(dict(block)):
            if element["type"] in _HOLDS:
                told = _object(_object(said.get(block["block_id"])).get(element["action_id"]))
                held = values.setdefault(block["block_id"], {})
                held[element["action_id"]] = {"type": element["type"], **_held(element, told, found)}
    return values


def mistakes(blocks: Sequence[Block], values: Values, said: Mapping[str, Any]) -> Mapping[str, str]:
    """What Slack itself says about the fields before the bot is asked, by block id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        name, _ = _HOLDS[element["type"]]
        block_id, action_id = block["block_id"], element["action_id"]
        held = values[block_id][action_id][name]
        told = _object(_object(said.get(block_id)).get(action_id)).get(name)
        wrong = _wrong(element, held)
        if held in (None, []) and told not in (None, "", []):
            found[block_id] = NOT_OFFERED
        elif held in (None, []) and not block.get("optional"):
            found[block_id] = REQUIRED
        elif held not in (None, []) and wrong:
            found[block_id] = wrong
    return found


def _held(element: Block, told: Mapping[str, Any], found: Found) -> dict[str, Any]:
    name, first = _HOLDS[element["type"]]
    many = name.endswith("s")
    if name not in told:
        told = {name: element.get(first)}
    if not told[name]:
        return {name: [] if many else None}
    chosen = chosen_in(element, told, found) if _has_the_shape(name, told[name]) else None
    held = chosen[name] if chosen else None
    most = element.get("max_selected_items")
    if held is None or (many and most and len(held) > most):
        return {name: [] if many else None}
    return {name: [_as_slack_writes(each) for each in held] if many else _as_slack_writes(held)}


def _has_the_shape(name: str, told: object) -> bool:
    if name == "selected_option":
        return isinstance(told, Mapping)
    if name == "selected_date_time":
        return isinstance(told, int) and not isinstance(told, bool)
    if not name.endswith("s"):
        return isinstance(told, str)
    each = Mapping if name == "selected_options" else str
    return isinstance(told, list) and all(isinstance(one, each) for one in told)


def _as_slack_writes(held: Any) -> Any:  # noqa: ANN401  # whatever the bot offered
    """An option comes back with `emoji` in its plain text, asked for or not."""
    if not isinstance(held, Mapping):
        return held
    shown = {**held["text"], "emoji": True} if held["text"]["type"] == "plain_text" else held["text"]
    return {**held, "text": shown}


def _wrong(element: Block, held: Any) -> str:  # noqa: ANN401  # by the element's type
    """What Slack's clients say of a value that is there; empty where it is right."""
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if isinstance(held, str) and not least <= len(held) <= most:
            return f"Please enter {least} to {most} characters."
    right = _RIGHT.get(element["type"])
    if right is not None and not right[0](str(held)):
        return right[1]
    return ""


def _reads(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def reads(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return reads


_RIGHT: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "email_text_input": (lambda text: bool(_MAIL.fullmatch(text)), "Please enter a valid email address."),
    "url_text_input": (lambda text: bool(_URL.fullmatch(text)), "Please enter a valid URL."),
    "number_input": (_reads(float), "Please enter a number."),
    "datepicker": (_reads(date.fromisoformat), "Please enter a date."),
    "timepicker": (_reads(time.fromisoformat), "Please enter a time."),
}


def _object(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}
