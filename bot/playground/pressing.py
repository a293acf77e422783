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

Option = Mapping[str, Any]
Found = Mapping[str, Sequence[Option]]
"""What the bot offered in lists that are searched, by action id."""


def press(
    blocks: Sequence[Mapping[str, Any]], action: Mapping[str, Any], found: Found
) -> dict[str, Any] | str:
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
    chosen = chosen_in(element, action, found)
    if chosen is None:
        return "That is not one of the choices."
    return {"type": element["type"], "action_id": action_id, "block_id": block_id, **chosen}


def chosen_in(element: Mapping[str, Any], action: Mapping[str, Any], found: Found) -> dict[str, Any] | None:
    """What a press carries for this element; None: it was never offered."""
    if element["type"] == "button":
        return {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    name = _CHOICES.get(element["type"], "value")
    chosen = action.get(name)
    if name == "selected_option":
        option = _offered(element, found, chosen if chosen is not None else action.get("value"))
        return {name: option} if option is not None else None
    if name == "selected_options":
        options = [_offered(element, found, each) for each in chosen or ()]
        return {name: options} if None not in options else None
    return {name: chosen}


def _offered(element: Mapping[str, Any], found: Found, chosen: object) -> Option | None:
    """The option with this value, as the bot gave it."""
    value = chosen.get("value") if isinstance(chosen, Mapping) else chosen
    if element["type"].endswith("external_select"):
        begun = element.get("initial_option")
        offered = [
            *found.get(element["action_id"], ()),
            *([begun] if begun else element.get("initial_options", ())),
        ]
    else:
        offered = options_in(element)
    return next((option for option in offered if option.get("value") == value), None)


def options_in(offer: Mapping[str, Any]) -> list[Option]:
    """Those of an element, or of an answer to what was searched, in groups or not."""
    groups = offer.get("option_groups") or ()
    return [*(offer.get("options") or ()), *(option for group in groups for option in group["options"])]
