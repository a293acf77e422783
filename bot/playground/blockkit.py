"""What Slack accepts as Block Kit, so that the demo refuses what Slack would refuse.

Source: https://docs.slack.dev/reference/block-kit, its pages on blocks, elements, composition objects, views.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeGuard

Rule = Callable[[object, str], list[str]]
"""Gives back every mistake in a value that stands at a JSON pointer; none when it is right."""

EMPTY: Mapping[str, Rule] = MappingProxyType({})
BLOCKS_IN_A_MESSAGE = 50
BLOCKS_IN_A_VIEW = 100
MARKDOWN_IN_A_MESSAGE = 12_000  # characters, all markdown blocks together
SURFACES = ("message", "modal", "home")


def message_mistakes(blocks: object) -> list[str]:
    """Everything Slack would refuse in the `blocks` of a message."""
    return _blocks_mistakes(blocks, "/blocks", "message", BLOCKS_IN_A_MESSAGE)


def options_mistakes(answer: object) -> list[str]:
    """Everything Slack would refuse in what a field that is searched offers."""
    return _OFFERED(answer, "")


def view_mistakes(view: object) -> list[str]:
    """Everything Slack would refuse in a modal or an app's home."""
    if not _is_object(view):
        return [_said("view must be an object", "/view")]
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [_said("type must be modal or home", "/view/type")]
    blocks = view.get("blocks")
    rest = {key: value for key, value in view.items() if key != "blocks"}
    mistakes = (_MODAL if kind == "modal" else _HOME)(rest, "/view")
    mistakes += _blocks_mistakes(blocks, "/view/blocks", kind, BLOCKS_IN_A_VIEW)
    if kind == "modal" and "submit" not in view and _has_input(blocks):
        mistakes.append(_said("submit is required when there is an input block", "/view/submit"))
    return mistakes


def _blocks_mistakes(blocks: object, at: str, surface: str, most: int) -> list[str]:
    if not isinstance(blocks, list):
        return [_said("must be a list of blocks", at)]
    if len(blocks) > most:
        return [_said(f"no more than {most} items allowed, there are {len(blocks)}", at)]
    mistakes: list[str] = []
    for place, block in enumerate(blocks):
        mistakes += _block_mistakes(block, f"{at}/{place}", surface)
    return mistakes + _repeated(blocks, "block_id", at) + _too_much_markdown(blocks, at)


def _block_mistakes(block: object, at: str, surface: str) -> list[str]:
    if not _is_object(block):
        return [_said("must be a block", at)]
    known = _BLOCKS.get(str(block.get("type")))
    if known is None:
        return [_said(f"unsupported type: {str(block.get('type'))[:60]}", f"{at}/type")]
    surfaces, rule = known
    if surface not in surfaces:
        return [_said(f"a {block['type']} block is not allowed in a {surface}", at)]
    return rule(block, at)


def _has_input(blocks: object) -> bool:
    return isinstance(blocks, list) and any(
        _is_object(block) and block.get("type") == "input" for block in blocks
    )


def _repeated(items: Sequence[object], key: str, at: str) -> list[str]:
    seen: set[object] = set()
    mistakes = []
    for place, item in enumerate(items):
        name = item.get(key) if _is_object(item) else None
        if isinstance(name, str) and name in seen:
            mistakes.append(_said(f"`{key}` {name} already exists", f"{at}/{place}/{key}"))
        elif isinstance(name, str):
            seen.add(name)
    return mistakes


def _too_much_markdown(blocks: Sequence[object], at: str) -> list[str]:
    length = sum(
        len(str(block.get("text", "")))
        for block in blocks
        if _is_object(block) and block.get("type") == "markdown"
    )
    if length <= MARKDOWN_IN_A_MESSAGE:
        return []
    return [
        _said(f"markdown blocks hold {length} characters, at most {MARKDOWN_IN_A_MESSAGE} are allowed", at)
    ]


# --- The language the rules are written in ---------------------------------------------------------------


def _said(what: str, at: str) -> str:
    return f"[ERROR] {what} [json-pointer:{at}]"


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _string(most: int, least: int = 1) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        if not isinstance(value, str):
            return [_said("must be a string", at)]
        if len(value) < least:
            return [_said(f"must be more than {least - 1} characters", at)]
        if len(value) > most:
            return [_said(f"must be less than {most + 1} characters, it has {len(value)}", at)]
        return []

    return rule


def _url(value: object, at: str) -> list[str]:
    if mistakes := _string(3000)(value, at):
        return mistakes
    if not str(value).startswith(("https://", "http://", "mailto:", "slack://")):
        return [_said("must be a valid URL", at)]
    return []


def _boolean(value: object, at: str) -> list[str]:
    return [] if isinstance(value, bool) else [_said("must be a boolean", at)]


def _number(least: int, most: int) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return [_said(f"must be a whole number from {least} to {most}", at)]
        return []

    return rule


def _among(*values: str) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        return [] if value in values else [_said(f"must be one of {', '.join(values)}", at)]

    return rule


def _list(of: Rule, most: int, least: int = 1) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        if not isinstance(value, list):
            return [_said("must be a list", at)]
        if not least <= len(value) <= most:
            return [_said(f"must have {least} to {most} items, there are {len(value)}", at)]
        return [mistake for place, item in enumerate(value) for mistake in of(item, f"{at}/{place}")]

    return rule


def _shape(kind: str | None, required: Mapping[str, Rule] = EMPTY, /, **optional: Rule) -> Rule:
    """An object of this `type`, with these members and no others."""
    known = {**required, **optional}
    if kind is not None:
        known["type"] = _among(kind)
        required = {"type": known["type"], **required}

    def rule(value: object, at: str) -> list[str]:
        if not _is_object(value):
            return [_said("must be an object", at)]
        missing = [_said(f"missing required field: {name}", at) for name in required if name not in value]
        extra = [_said(f"no such field: {str(name)[:60]}", at) for name in value if name not in known]
        wrong = [said for name in known if name in value for said in known[name](value[name], f"{at}/{name}")]
        return missing + extra + wrong

    return rule


def _one_of(kinds: Mapping[str, Rule], *names: str) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        kind = str(value.get("type")) if _is_object(value) else "nothing"
        if kind not in names:
            return [_said(f"{kind[:60]} is not allowed here", at)]
        return kinds[kind](value, at)

    return rule


def _all(*rules: Rule) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        return [mistake for each in rules for mistake in each(value, at)]

    return rule


def _needs_one(*names: str) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        if _is_object(value) and not any(name in value for name in names):
            return [_said(f"one of {', '.join(names)} is required", at)]
        return []

    return rule


def _only_one(*names: str) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        if _is_object(value) and sum(name in value for name in names) > 1:
            return [_said(f"only one of {', '.join(names)} is allowed", at)]
        return []

    return rule


def _unique(members: str, key: str) -> Rule:
    def rule(value: object, at: str) -> list[str]:
        items = value.get(members) if _is_object(value) else None
        return _repeated(items, key, f"{at}/{members}") if isinstance(items, list) else []

    return rule


def _initial_is_offered(value: object, at: str) -> list[str]:
    """`initial_option(s)` must be one of the options, to the letter."""
    if not _is_object(value) or not ("initial_option" in value or "initial_options" in value):
        return []
    wanted = value.get("initial_options") or [value.get("initial_option")]
    offered = list(_items(value.get("options")))
    for group in _items(value.get("option_groups")):
        offered += _items(group.get("options")) if _is_object(group) else []
    if all(option in offered for option in _items(wanted)):
        return []
    return [_said("initial option must be among the options", at)]


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


# --- Composition objects ---------------------------------------------------------------------------------


def _plain(most: int) -> Rule:
    return _shape("plain_text", {"text": _string(most)}, emoji=_boolean)


def _text(most: int) -> Rule:
    kinds = {
        "plain_text": _plain(most),
        "mrkdwn": _shape("mrkdwn", {"text": _string(most)}, verbatim=_boolean),
    }
    return _one_of(kinds, "plain_text", "mrkdwn")


_CONFIRM = _shape(
    None,
    {"title": _plain(100), "text": _text(300), "confirm": _plain(30), "deny": _plain(30)},
    style=_among("primary", "danger"),
)
_OPTION = _shape(None, {"text": _plain(75), "value": _string(150)}, description=_plain(75))
_RICH_OPTION = _shape(None, {"text": _text(75), "value": _string(150)}, description=_text(75))
_OVERFLOW_OPTION = _shape(None, {"text": _plain(75), "value": _string(150)}, description=_plain(75), url=_url)
_OPTION_GROUP = _shape(None, {"label": _plain(75), "options": _list(_OPTION, 100)})
_OFFERED = _all(
    _shape(None, options=_list(_OPTION, 100, 0), option_groups=_list(_OPTION_GROUP, 100, 0)),
    _needs_one("options", "option_groups"),
    _only_one("options", "option_groups"),
)
_ID = _string(255)
_DISPATCH = _shape(None, trigger_actions_on=_list(_among("on_enter_pressed", "on_character_entered"), 2))
_FILTER = _shape(
    None,
    include=_list(_among("im", "mpim", "private", "public"), 4),
    exclude_external_shared_channels=_boolean,
    exclude_bot_users=_boolean,
)


# --- Elements --------------------------------------------------------------------------------------------


def _select(kind: str, **optional: Rule) -> Rule:
    return _shape(
        kind,
        {},
        action_id=_ID,
        placeholder=_plain(150),
        confirm=_CONFIRM,
        focus_on_load=_boolean,
        **optional,
    )


def _static(kind: str, **optional: Rule) -> Rule:
    shape = _select(kind, options=_list(_OPTION, 100), option_groups=_list(_OPTION_GROUP, 100), **optional)
    return _all(
        shape,
        _needs_one("options", "option_groups"),
        _only_one("options", "option_groups"),
        _initial_is_offered,
    )


def _choices(kind: str, **optional: Rule) -> Rule:
    shape = _shape(
        kind,
        {"options": _list(_RICH_OPTION, 10)},
        action_id=_ID,
        confirm=_CONFIRM,
        focus_on_load=_boolean,
        **optional,
    )
    return _all(shape, _initial_is_offered)


def _written(kind: str, **optional: Rule) -> Rule:
    return _shape(
        kind,
        {},
        action_id=_ID,
        placeholder=_plain(150),
        dispatch_action_config=_DISPATCH,
        focus_on_load=_boolean,
        **optional,
    )


_MANY = _number(1, 100)
_USERS = _list(_string(30), 100)
_ELEMENTS: Mapping[str, Rule] = {
    "button": _shape(
        "button",
        {"text": _plain(75)},
        action_id=_ID,
        url=_url,
        value=_string(2000, 0),
        style=_among("primary", "danger"),
        confirm=_CONFIRM,
        accessibility_label=_string(75),
    ),
    "static_select": _static("static_select", initial_option=_OPTION),
    "multi_static_select": _static(
        "multi_static_select", initial_options=_list(_OPTION, 100), max_selected_items=_MANY
    ),
    "external_select": _select("external_select", initial_option=_OPTION, min_query_length=_number(0, 1000)),
    "multi_external_select": _select(
        "multi_external_select",
        initial_options=_list(_OPTION, 100),
        min_query_length=_number(0, 1000),
        max_selected_items=_MANY,
    ),
    "users_select": _select("users_select", initial_user=_string(30)),
    "multi_users_select": _select("multi_users_select", initial_users=_USERS, max_selected_items=_MANY),
    "channels_select": _select("channels_select", initial_channel=_string(30), response_url_enabled=_boolean),
    "multi_channels_select": _select(
        "multi_channels_select", initial_channels=_USERS, max_selected_items=_MANY
    ),
    "conversations_select": _select(
        "conversations_select",
        initial_conversation=_string(30),
        default_to_current_conversation=_boolean,
        response_url_enabled=_boolean,
        filter=_FILTER,
    ),
    "multi_conversations_select": _select(
        "multi_conversations_select",
        initial_conversations=_USERS,
        default_to_current_conversation=_boolean,
        filter=_FILTER,
        max_selected_items=_MANY,
    ),
    "overflow": _shape("overflow", {"options": _list(_OVERFLOW_OPTION, 5)}, action_id=_ID, confirm=_CONFIRM),
    "checkboxes": _choices("checkboxes", initial_options=_list(_RICH_OPTION, 10)),
    "radio_buttons": _choices("radio_buttons", initial_option=_RICH_OPTION),
    "datepicker": _select("datepicker", initial_date=_string(10, 10)),
    "timepicker": _select("timepicker", initial_time=_string(5, 5), timezone=_string(60)),
    "datetimepicker": _shape(
        "datetimepicker",
        {},
        action_id=_ID,
        initial_date_time=_number(10**9, 10**10 - 1),
        confirm=_CONFIRM,
        focus_on_load=_boolean,
    ),
    "plain_text_input": _written(
        "plain_text_input",
        initial_value=_string(3000, 0),
        multiline=_boolean,
        min_length=_number(0, 3000),
        max_length=_number(1, 3000),
    ),
    "email_text_input": _written("email_text_input", initial_value=_string(3000, 0)),
    "url_text_input": _written("url_text_input", initial_value=_string(3000, 0)),
    "number_input": _written(
        "number_input",
        is_decimal_allowed=_boolean,
        initial_value=_string(100, 0),
        min_value=_string(100),
        max_value=_string(100),
    ),
    "image": _all(
        _shape(
            "image",
            {"alt_text": _string(2000)},
            image_url=_url,
            slack_file=_shape(None, id=_string(60), url=_url),
        ),
        _needs_one("image_url", "slack_file"),
    ),
}
_SELECTS = tuple(name for name in _ELEMENTS if name.endswith("_select"))
_PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")
_WRITTEN = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
_INTERACTIVE = ("button", "overflow", "datetimepicker", *_PICKERS, *(s for s in _SELECTS if s[:5] != "multi"))


# --- Rich text -------------------------------------------------------------------------------------------

_STYLE = _shape(None, bold=_boolean, italic=_boolean, strike=_boolean, code=_boolean, underline=_boolean)
_RICH_INLINE_KINDS: Mapping[str, Rule] = {
    "text": _shape("text", {"text": _string(4000)}, style=_STYLE),
    "link": _shape("link", {"url": _url}, text=_string(4000, 0), unsafe=_boolean, style=_STYLE),
    "emoji": _shape("emoji", {"name": _string(100)}, unicode=_string(60)),
    "user": _shape("user", {"user_id": _string(30)}, style=_STYLE),
    "usergroup": _shape("usergroup", {"usergroup_id": _string(30)}, style=_STYLE),
    "channel": _shape("channel", {"channel_id": _string(30)}, style=_STYLE),
    "broadcast": _shape("broadcast", {"range": _among("here", "channel", "everyone")}),
    "date": _shape(
        "date",
        {"timestamp": _number(0, 10**11), "format": _string(200)},
        url=_url,
        fallback=_string(200),
        style=_STYLE,
    ),
}
_RICH_INLINE = _list(_one_of(_RICH_INLINE_KINDS, *_RICH_INLINE_KINDS), 1000, 0)
_RICH_SECTION = _shape("rich_text_section", {"elements": _RICH_INLINE})
_RICH_KINDS: Mapping[str, Rule] = {
    "rich_text_section": _RICH_SECTION,
    "rich_text_list": _shape(
        "rich_text_list",
        {"style": _among("bullet", "ordered"), "elements": _list(_RICH_SECTION, 1000)},
        indent=_number(0, 8),
        offset=_number(0, 10_000),
        border=_number(0, 1),
    ),
    "rich_text_preformatted": _shape(
        "rich_text_preformatted", {"elements": _RICH_INLINE}, border=_number(0, 1), language=_string(60)
    ),
    "rich_text_quote": _shape("rich_text_quote", {"elements": _RICH_INLINE}, border=_number(0, 1)),
}
_RICH_TEXT = _shape("rich_text", {"elements": _list(_one_of(_RICH_KINDS, *_RICH_KINDS), 1000)}, block_id=_ID)


# --- Blocks, and where each may stand --------------------------------------------------------------------

_CELLS: Mapping[str, Rule] = {
    "raw_text": _shape("raw_text", {"text": _string(3000)}),
    "rich_text": _RICH_TEXT,
}
_CONTEXT_KINDS: Mapping[str, Rule] = {
    "image": _ELEMENTS["image"],
    "plain_text": _plain(3000),
    "mrkdwn": _text(3000),
}
_EVERYWHERE = frozenset(SURFACES)
_BLOCKS: Mapping[str, tuple[frozenset[str], Rule]] = {
    "section": (
        _EVERYWHERE,
        _all(
            _shape(
                "section",
                {},
                text=_text(3000),
                fields=_list(_text(2000), 10),
                accessory=_one_of(_ELEMENTS, "image", *_INTERACTIVE, *_SELECTS),
                block_id=_ID,
                expand=_boolean,
            ),
            _needs_one("text", "fields"),
        ),
    ),
    "header": (_EVERYWHERE, _shape("header", {"text": _plain(150)}, block_id=_ID)),
    "divider": (_EVERYWHERE, _shape("divider", {}, block_id=_ID)),
    "context": (
        _EVERYWHERE,
        _shape("context", {"elements": _list(_one_of(_CONTEXT_KINDS, *_CONTEXT_KINDS), 10)}, block_id=_ID),
    ),
    "actions": (
        _EVERYWHERE,
        _all(
            _shape("actions", {"elements": _list(_one_of(_ELEMENTS, *_INTERACTIVE), 25)}, block_id=_ID),
            _unique("elements", "action_id"),
        ),
    ),
    "input": (
        _EVERYWHERE,
        _shape(
            "input",
            {
                "label": _plain(2000),
                "element": _one_of(_ELEMENTS, *_WRITTEN, *_SELECTS, *_PICKERS, "datetimepicker"),
            },
            hint=_plain(2000),
            optional=_boolean,
            dispatch_action=_boolean,
            block_id=_ID,
        ),
    ),
    "image": (
        _EVERYWHERE,
        _all(
            _shape(
                "image",
                {"alt_text": _string(2000)},
                image_url=_url,
                slack_file=_shape(None, id=_string(60), url=_url),
                title=_plain(2000),
                block_id=_ID,
            ),
            _needs_one("image_url", "slack_file"),
        ),
    ),
    "rich_text": (_EVERYWHERE, _RICH_TEXT),
    "markdown": (frozenset({"message"}), _shape("markdown", {"text": _string(12_000)}, block_id=_ID)),
    "table": (
        frozenset({"message"}),
        _shape(
            "table",
            {"rows": _list(_list(_one_of(_CELLS, *_CELLS), 20), 100)},
            column_settings=_list(
                _shape(None, align=_among("left", "center", "right"), is_wrapped=_boolean), 20
            ),
            block_id=_ID,
        ),
    ),
}
_VIEW_FIELDS: Mapping[str, Rule] = {
    "private_metadata": _string(3000, 0),
    "callback_id": _string(255, 0),
    "external_id": _string(255, 0),
}
_MODAL = _shape(
    "modal",
    {"title": _plain(24)},
    close=_plain(24),
    submit=_plain(24),
    clear_on_close=_boolean,
    notify_on_close=_boolean,
    submit_disabled=_boolean,
    **_VIEW_FIELDS,
)
_HOME = _shape("home", {}, **_VIEW_FIELDS)
