"""The few Block Kit shapes the bot uses: escaping, Slack's limits, and the plain-text twin of every message.

Two kinds of text come in here. `section` and `context` take mrkdwn, in which everything that was typed by
a person or read from a file has passed through `escape` or `quote`. Headers, buttons and options take
plain text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Block: TypeAlias = dict[str, Any]
Element: TypeAlias = dict[str, Any]
View: TypeAlias = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ACTIONS = 25
CONTEXT = 10
OPTIONS = 100
CHECKBOXES = 10

TWIN_LENGTH = 4_000  # characters; Slack cuts at 40,000 and advises this
SECTION_LENGTH = 3_000
CONTEXT_LENGTH = 2_000
HEADER_LENGTH = 150
BUTTON_LENGTH = 75
CONFIRM_TITLE_LENGTH = 100
CONFIRM_LENGTH = 300
CONFIRM_BUTTON_LENGTH = 30
OPTION_LENGTH = 75
VALUE_LENGTH = 2_000
OPTION_VALUE_LENGTH = 150
URL_LENGTH = 3_000
TITLE_LENGTH = 24
PRIVATE_LENGTH = 3_000
LABEL_LENGTH = 2_000
PLACEHOLDER_LENGTH = 150
INPUT_LENGTH = 3_000


@dataclass(frozen=True)
class Message:
    """What is said: `blocks` for the eye, `text` for notifications, screen readers and terminals.

    `text` has no markup but is escaped as Slack wants it; a terminal shows `unescape(text)`.
    """

    blocks: tuple[Block, ...]
    text: str


@dataclass(frozen=True)
class Modal:
    """A dialog. Its `callback` is "<module>.<name>", like the id of a button."""

    callback: str
    title: str
    blocks: tuple[Block, ...]
    submit: str | None = None
    close: str = "Close"
    private: str = ""  # comes back with the submission; people never see it

    def view(self) -> View:
        """The dialog as views.open takes it."""
        view: View = {
            "type": "modal",
            "callback_id": self.callback,
            "title": _plain(self.title, TITLE_LENGTH),
            "close": _plain(self.close, TITLE_LENGTH),
            "blocks": list(_bounded(self.blocks, VIEW_BLOCKS)),
        }
        if self.submit:
            view["submit"] = _plain(self.submit, TITLE_LENGTH)
        if self.private:
            if len(self.private) > PRIVATE_LENGTH:
                raise ValueError(f"a dialog keeps at most {PRIVATE_LENGTH} characters to itself")
            view["private_metadata"] = self.private
        return view


def message(*blocks: Block) -> Message:
    """A message of these blocks, with its twin; what is more than Slack takes is left out and counted."""
    kept = _bounded(blocks, MESSAGE_BLOCKS)
    lines = [_without_markup(line) for block in kept if (line := _twin(block))]
    return Message(kept, fit("\n".join(lines), TWIN_LENGTH))


def home(*blocks: Block) -> View:
    """The app's home, as views.publish takes it."""
    return {"type": "home", "blocks": list(_bounded(blocks, VIEW_BLOCKS))}


def section(text: str, accessory: Element | None = None) -> Block:
    block: Block = {"type": "section", "text": _mrkdwn(text, SECTION_LENGTH)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def header(text: str) -> Block:
    return {"type": "header", "text": _plain(text, HEADER_LENGTH)}


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [_mrkdwn(text, CONTEXT_LENGTH) for text in texts[:CONTEXT]]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Element) -> Block:
    """A row of buttons and selects.

    Slack wants no two with the same action in one row: a second "status.badge" goes out as "status.badge:1",
    and the envelope takes that off again.
    """
    row = list(elements[:ACTIONS])
    taken: set[str] = set()
    for place, element in enumerate(row):
        action = element["action_id"]
        if action in taken:
            row[place] = {**element, "action_id": f"{action}:{place}"}
        taken.add(action)
    return {"type": "actions", "elements": row}


def button(
    label: str,
    action: str,
    value: str = "",
    *,
    style: str | None = None,
    url: str | None = None,
    spoken: str = "",
    confirm: str = "",
) -> Element:
    """A button that is answered by `action`, "<module>.<button>", with the words of `value`.

    `style` is "primary" or "danger". A button with `url` opens it, and Slack still tells us of the press.
    `spoken` is for screen readers, where the label alone says too little. With `confirm`, plain text on what
    the press leads to, Slack asks before it tells us.
    """
    if len(value) > VALUE_LENGTH:
        raise ValueError(f"a button's value has at most {VALUE_LENGTH} characters")
    element: Element = {"type": "button", "action_id": action, "text": _plain(label, BUTTON_LENGTH)}
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if url and len(url) <= URL_LENGTH:
        element["url"] = url
    if spoken:
        element["accessibility_label"] = cut(spoken, BUTTON_LENGTH)
    if confirm:
        element["confirm"] = {
            "title": _plain(f"{label}?", CONFIRM_TITLE_LENGTH),
            "text": _plain(confirm, CONFIRM_LENGTH),
            "confirm": _plain(label, CONFIRM_BUTTON_LENGTH),
            "deny": _plain("Cancel", CONFIRM_BUTTON_LENGTH),
            **({"style": style} if style else {}),
        }
    return element


def select(action: str, placeholder: str, options: Sequence[tuple[str, str]]) -> Element:
    """A list to choose from, as (label, value); values longer than Slack takes are left out."""
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": _plain(placeholder, OPTION_LENGTH),
        "options": _options(options),
    }


def offered(options: Sequence[tuple[str, str]]) -> dict[str, list[Element]]:
    """What a field offers that is searched, as Slack takes it."""
    return {"options": _options(options)}


def _options(options: Sequence[tuple[str, str]]) -> list[Element]:
    return [
        {"text": _plain(label, OPTION_LENGTH), "value": value}
        for label, value in options[:OPTIONS]
        if len(value) <= OPTION_VALUE_LENGTH
    ]


# --- What dialogs ask ------------------------------------------------------------------------------------


def ask(name: str, label: str, element: Element, hint: str = "", *, optional: bool = False) -> Block:
    """A field of a dialog; what is put into it comes back as `call.form[name]`."""
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": _plain(label, LABEL_LENGTH),
        "element": {"action_id": name, **element},
    }
    if hint:
        block["hint"] = _plain(hint, LABEL_LENGTH)
    if optional:
        block["optional"] = True
    return block


def text_input(
    *, multiline: bool = False, initial: str = "", longest: int = INPUT_LENGTH, placeholder: str = ""
) -> Element:
    """A field to write into; read it with `call.typed`."""
    element: Element = {
        "type": "plain_text_input",
        "multiline": multiline,
        "max_length": min(longest, INPUT_LENGTH),
    }
    if initial:
        element["initial_value"] = initial[:longest]
    if placeholder:
        element["placeholder"] = _plain(placeholder, PLACEHOLDER_LENGTH)
    return element


def choice(options: Sequence[tuple[str, str]], initial: str = "") -> Element:
    """A field to choose one of (label, value) in; read it with `call.typed`."""
    element: Element = {"type": "static_select", "options": _options(options)}
    if begin := [option for option in element["options"] if option["value"] == initial]:
        element["initial_option"] = begin[0]
    return element


def searched(action: str, placeholder: str, least: int) -> Element:
    """A field in which whoever types at least so many letters is offered what the module's OPTIONS find.

    `action` is "<module>.<name>"; read the choice with `call.typed`.
    """
    return {
        "type": "external_select",
        "action_id": action,
        "placeholder": _plain(placeholder, PLACEHOLDER_LENGTH),
        "min_query_length": least,
    }


def choices(options: Sequence[tuple[str, str]], initial: Sequence[str] = ()) -> Element:
    """A field to choose several of (label, value) in; read it with `call.chosen`."""
    element: Element = {"type": "multi_static_select", "options": _options(options)}
    if begin := [option for option in element["options"] if option["value"] in initial]:
        element["initial_options"] = begin
    return element


def checkboxes(options: Sequence[tuple[str, str]]) -> Element:
    """Boxes to tick, as (label, value), whose labels narrow screens break; read them with `call.chosen`."""
    return {"type": "checkboxes", "options": _options(options[:CHECKBOXES])}


def moment(initial: datetime | None = None) -> Element:
    """A field for a date and a time, in the time zone of whoever fills it in; read it with `call.moment`."""
    element: Element = {"type": "datetimepicker"}
    if initial is not None:
        element["initial_date_time"] = int(initial.timestamp())
    return element


def person(initial: str = "") -> Element:
    """A field to choose somebody of the workspace in, by name; read their id with `call.typed`."""
    return {"type": "users_select", **({"initial_user": initial} if initial else {})}


def people(initial: Sequence[str] = ()) -> Element:
    """A field to choose several people in; read their ids with `call.chosen`."""
    return {"type": "multi_users_select", **({"initial_users": list(initial)} if initial else {})}


def place(initial: str = "", *, kinds: Sequence[str] = ("public", "private")) -> Element:
    """A field to choose a channel in; read its id with `call.typed`."""
    begin = {"initial_conversation": initial} if initial else {}
    only = {"include": list(kinds), "exclude_bot_users": True}
    return {"type": "conversations_select", "filter": only, **begin}


# --- Text ------------------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"[&<>*_~`\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]")
_BREAKS = re.compile(
    r"[\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]+"
)  # line breaks, and what turns writing around
_INVISIBLE = re.compile(r"[\x00-\x20\x7f\u2028-\u202e\u2066-\u2069]+")
_MARKS = re.compile(r"`|(?<!\w)[*_~]|[*_~](?!\w)")  # between letters Slack leaves them alone
_LOOKALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "'"}


def escape(text: str) -> str:
    """What a person typed or a file said, so that it mentions, links, formats and breaks lines nowhere.

    Slack has no way to quote `*` and its like: where they would format, look-alikes take their place.
    """
    if _SPECIAL.search(text) is None:
        return text
    text = _BREAKS.sub(" ", text)
    return _MARKS.sub(lambda mark: _LOOKALIKE[mark[0]], _amp(text))


def quote(text: str, longest: int = 60) -> str:
    """What a person typed, shown as code: "`jager`"."""
    shown = cut(_INVISIBLE.sub(" ", text).strip(), longest).replace("`", "'")
    if not shown:
        return "(nothing)"
    return f"`{_amp(shown)}`"


def _amp(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """A twin as a terminal shows it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


_REFERENCE = re.compile(
    r"<(?:(?P<person>@)|(?P<channel>#)|(?P<many>!)|mailto:|(?=(?P<web>https?://)))"
    r"(?P<to>[^<>|\n]*)(?:\|(?P<label>[^<>\n]*))?>"
)


def plain(text: str) -> str:
    """What somebody typed, of which Slack escaped the signs and made references of names and addresses."""
    return unescape(_REFERENCE.sub(_named, text) if "<" in text else text)


def _named(found: re.Match[str]) -> str:
    """What a reference stands for; it is shown to others, and mentions nobody anew."""
    to, label = found["to"], found["label"] or ""
    if found["person"]:
        return f"@{label or 'somebody'}"
    if found["channel"]:
        return f"#{label or to}"
    if found["many"]:
        kind = to.partition("^")[0]
        return label if kind == "date" else f"@{label.lstrip('@') or kind.replace('subteam', 'group')}"
    if found["web"]:
        return f"{label} ({to})" if label and label not in to else to
    return label or to


def link(url: str, label: str) -> str:
    """A link whose label is already escaped; the label alone where the address is not of the web."""
    if not url.startswith(("https://", "http://")) or len(url) > URL_LENGTH:
        return label
    address = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    if " " in address or not address.isprintable():
        address = _INVISIBLE.sub("%20", address)
    return f"<{address}|{label}>"


def permalink(workspace: str, channel: str, ts: str) -> str:
    """Where Slack shows a message; no address of the web where that of the workspace is unknown."""
    return f"{workspace}archives/{channel}/p{ts.replace('.', '')}"


_ADDRESS = re.compile(r"https?://[^\s,;|<>`\"')]*[^\s,;|<>`\"').:?!]")


def linked(text: str) -> str:
    """Escaped text in which every web address is a link to itself: no label hides where it leads."""
    shown, end = [], 0
    for address in _ADDRESS.finditer(text):
        shown += [escape(text[end : address.start()]), link(address[0], _amp(address[0]))]
        end = address.end()
    return "".join([*shown, escape(text[end:])])


_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028-\u202e\u2066-\u2069]+")


def written(text: str) -> str:
    """What an organizer wrote: its *bold*, its lines and its addresses stay, and it mentions nobody."""
    text = _UNSEEN.sub(" ", text.replace("\r\n", "\n")).strip()
    shown, end = [], 0
    for address in _ADDRESS.finditer(text):
        shown += [_amp(text[end : address.start()]), link(address[0], _amp(address[0]))]
        end = address.end()
    return "".join([*shown, _amp(text[end:])])


def fit(text: str, longest: int) -> str:
    """At most so many characters of mrkdwn, cut with an ellipsis, never within `&amp;`, a link or code."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    if (opened := kept.rfind("<")) > kept.rfind(">"):
        kept = kept[:opened]
    if kept.count("`") % 2:
        kept = kept[: kept.rindex("`")]
    if (entity := kept.rfind("&", -5)) >= 0 and ";" not in kept[entity:]:
        kept = kept[:entity]
    return kept.rstrip() + "…"


WORD = 20  # characters


def cut(text: str, longest: int) -> str:
    """At most so many characters of plain text, cut with an ellipsis, behind a word if one is near."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    behind_word = kept.rfind(" ", -WORD, -1)
    return (kept[:behind_word] if behind_word > 0 else kept).rstrip() + "…"


def ends(text: str, longest: int) -> str:
    """At most so many characters of plain text: how it begins and, longer, how it ends, as errors do."""
    if len(text) <= longest:
        return text
    begins = longest // 3
    return f"{text[:begins].rstrip()}\n…\n{text[begins + 3 - longest :].lstrip()}"


METER_CELLS = 6


@lru_cache(maxsize=1024)
def meter(found: int, total: int) -> str:
    """ "▰▰▰▱": a cell each up to six; full only when all is found, empty only when nothing is."""
    cells = min(total, METER_CELLS)
    full = found * cells // total if total else 0
    if found and not full:
        full = 1
    return "▰" * full + "▱" * (cells - full)


@lru_cache(maxsize=1024)
def when(moment: datetime, after: str = "") -> str:
    """A moment in the reader's own time zone; in UTC where Slack cannot ("6 Nov 2023, 23:59 UTC").

    In a sentence it comes with the word in front, as `after`: alone Slack writes "Today" for "today".
    """
    before = f"{after} " if after else ""
    utc = moment.astimezone(UTC)
    shown = f"{before}{{date_short_pretty}}, {{time}}|{before}{utc.day} {utc:%b %Y, %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{shown}>"


def when_in(moment: datetime, timezone: str) -> str:
    """As `when`, but where Slack cannot show it, in this time zone ("7 Nov 2023, 12:59 CET")."""
    local = moment.astimezone(ZoneInfo(timezone))
    zone = f"UTC{local:%Z}" if f"{local:%Z}"[0] in "+-" else f"{local:%Z}"
    shown = f"{local.day} {local:%b %Y, %H:%M} {zone}"
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}}, {{time}}|{shown}>"


def age(as_of: datetime, now: datetime) -> str:
    """ "35 minutes ago"."""
    passed = now - as_of
    minutes = passed.days * 24 * 60 + passed.seconds // 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{counted(minutes, 'minute')} ago"
    if minutes < 2 * 24 * 60:
        return f"{counted(minutes // 60, 'hour')} ago"
    return f"{counted(minutes // (24 * 60), 'day')} ago"


def counted(count: int, unit: str, plural: str = "") -> str:
    """ "1 hour", "3 hours"; `plural` where it is not just an s."""
    return f"{count:,} {unit if count == 1 else plural or unit + 's'}"


# --- Shapes ----------------------------------------------------------------------------------------------


def _mrkdwn(text: str, longest: int) -> Element:
    # verbatim: Slack makes no link or mention of its own out of what looks like one
    return {"type": "mrkdwn", "text": fit(text, longest) or " ", "verbatim": True}


def _plain(text: str, longest: int) -> Element:
    return {"type": "plain_text", "text": cut(text, longest) or " ", "emoji": True}


def _bounded(blocks: tuple[Block, ...], most: int) -> tuple[Block, ...]:
    if len(blocks) <= most:
        return blocks
    return (*blocks[: most - 1], context(f"… and {len(blocks) - most + 1} more parts that do not fit here."))


# --- The twin --------------------------------------------------------------------------------------------

# each begins with a literal: the search skips all else, and with but one of them it skips fastest
_BOLD = re.compile(r"\*(?<![\w*]\*)(?P<bold>[^*\n]+)\*(?![\w*])")
_MARKUP = re.compile(
    r"`[^`\n]*`"
    r"|<!date\^[^|>]*\|(?P<date>[^>]*)>"
    r"|<(?P<url>https?://[^|>]*)(?:\|(?P<label>[^>]*))?>"
    rf"|{_BOLD.pattern}"
)


def _twin(block: Block) -> str:
    kind = block["type"]
    if kind == "section":
        text: str = block["text"]["text"]
        return text
    if kind == "header":
        return escape(block["text"]["text"])
    if kind == "context":
        return "\n".join([element["text"] for element in block["elements"]])
    if kind == "actions":
        return "\n".join(
            [
                f"{escape(element['text']['text'])}: {element['url']}"
                for element in block["elements"]
                if "url" in element
            ]
        )
    return ""


def _without_markup(text: str) -> str:
    if "<" in text or "`" in text:
        return _MARKUP.sub(_bare, text)
    return "".join(_BOLD.split(text)) if "*" in text else text


def _bare(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind is None:  # code
        return found[0]
    if kind == "bold":
        bold = found["bold"]
        return _without_markup(bold) if "<" in bold else bold
    if kind == "label" and found["label"] != found["url"]:
        return f"{found['label']} ({found['url']})"
    return found[kind]
