"""What a press carries: always what the bot put there, never what the page says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.workspace import elements_of

_CHOICES: Mapping[str, str] = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "overflow": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


def press(blocks: Sequence[Mapping[str, Any]], action: Mapping[str, Any]) -> dict[str, Any] | str:
    """The action for the element that was pressed or chosen from; as a text, why there is none."""
    block_id, action_id = action.get("block_id"), action.get("action_id")
    element = next(
        (
            element
            for block in blocks
            if block.get("block_id") == block_id
            for element in elements_of(dict(block))
            if element.get("action_id") == action_id
        ),
        None,
    )
    if element is None:
        return "That button is gone."
    chosen = chosen_in(element, action)
    if chosen is None:
        return "That is not one of the choices."
    return {"type": element["type"], "action_id": action_id, "block_id": block_id, **chosen}


def chosen_in(element: Mapping[str, Any], action: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a press carries for this element; None: it was never offered."""
    if element["type"] == "button":
        return {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    name = _CHOICES.get(element["type"], "value")
    chosen = action.get(name)
    if name == "selected_option":
        option = _offered(element, chosen if chosen is not None else action.get("value"))
        return {name: option} if option is not None else None
    if name == "selected_options":
        options = [_offered(element, each) for each in chosen or ()]
        return {name: options} if None not in options else None
    return {name: chosen}


def _offered(element: Mapping[str, Any], chosen: object) -> Mapping[str, Any] | None:
    """The option with this value, as the bot gave it."""
    value = chosen.get("value") if isinstance(chosen, Mapping) else chosen
    if element["type"].endswith("external_select"):
        return chosen if isinstance(chosen, Mapping) else None
    offered = list(element.get("options", ()))
    for group in element.get("option_groups", ()):
        offered += group["options"]
    return next((option for option in offered if option.get("value") == value), None)
