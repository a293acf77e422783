"""What Slack sends: bytes become a body of a shape to rely on, and that becomes what somebody wants."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeAlias
from urllib.parse import unquote_to_bytes

import msgspec

from bot.blocks import ends, plain, unescape
from bot.reply import NO_CHOICE, Call

Body: TypeAlias = dict[str, Any]

FIELDS = 100  # of a form; a slash command has a dozen
FORM_WITHOUT_MEANING = "a form with neither a command nor a payload"


class UnreadableError(Exception):
    """It is signed, and still nothing that can be acted upon."""


def read(raw: bytes, content_type: str) -> Body:
    """Read a request's body: a form with a command or a payload, or JSON. Raises UnreadableError."""
    if raw[:1] == b"{" or content_type == "application/json":
        return check(_json(raw))
    form = _form(raw)
    if "payload" in form:
        return check(_json(form["payload"]))
    if "command" in form or "ssl_check" in form:
        return form
    raise UnreadableError(FORM_WITHOUT_MEANING)


def check(body: object) -> Body:
    """Make sure that whatever is looked at later has the type it should have. Raises UnreadableError."""
    try:
        msgspec.convert(body, _Interaction)
    except (msgspec.ValidationError, RecursionError) as error:
        raise UnreadableError(str(error)) from error
    known: Body = body  # type: ignore[assignment]  # convert() has just made sure of it
    kind = known.get("type")
    if kind is None and known.get("command") is None:
        raise UnreadableError("it does not say what it is")
    if (part := _ESSENTIAL.get(kind or "")) and not known.get(part):
        raise UnreadableError(f"{kind} without {part}")
    if part == "view" and not known["view"].get("type"):  # Bolt asks for it
        raise UnreadableError(f"{kind} with a view of no type")
    return known


_ESSENTIAL = {
    "event_callback": "event",
    "block_actions": "actions",
    "view_submission": "view",
    "view_closed": "view",
    "block_suggestion": "action_id",
}


def _form(raw: bytes) -> dict[str, str]:
    """A form's fields. Slack's names are plain letters, so only the values are unquoted."""
    try:
        pairs = raw.decode().replace("+", " ").split("&", FIELDS)
        if len(pairs) > FIELDS:
            raise UnreadableError("a form of too many fields")
        form = {}
        for pair in pairs:
            name, _, value = pair.partition("=")
            form[name] = unquote_to_bytes(value).decode() if "%" in value else value
    except UnicodeError as error:
        raise UnreadableError(f"not a form: {type(error).__name__}") from error
    return form


def _json(text: bytes | str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UnreadableError(f"not JSON: {type(error).__name__}") from error


# --- What somebody wants ---------------------------------------------------------------------------------

LONGEST_TEXT = 2_000  # characters of what somebody typed; a command has a few words
LONGEST_MESSAGE = 12_000  # characters, as people can type into Slack; a log that is pasted has many
LONGEST_QUERY = 200  # characters of what is searched for; an address has fewer
LONGEST_FIELD = 3_000  # characters of a dialog's field, as Slack has it
SUBCOMMAND = re.compile(r"\s*\S+[^\S\n]*\n?")
JOINERS_AND_LINES = "\u200c\u200d\n"  # emoji of several, letters of Persian and Hindi
MENTION = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>")
STRAIGHT = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'"})


@dataclass(frozen=True)
class Press:
    """Somebody pressed a button or chose from a list.

    In the app's home and in dialogs there is no `response_url`; `dialog` is the dialog's id, else "".
    """

    button: str
    call: Call
    response_url: str
    trigger: str
    dialog: str


@dataclass(frozen=True)
class Submission:
    """Somebody sent a dialog off."""

    view: str  # its callback: "<module>.<name>"
    call: Call
    dialog: str  # its id
    people: tuple[str, ...] = ()  # who was chosen in its fields


@dataclass(frozen=True)
class Query:
    """Somebody types into a field that is searched."""

    field: str  # "<module>.<name>"
    call: Call


@dataclass(frozen=True)
class Event:
    """Something happened where the bot is."""

    kind: str
    call: Call
    thread: str | None  # where an answer belongs; None for the channel itself
    text: str  # of a message, as it was written
    subject: str  # whom it happened to, or who did it
    by_bot: bool
    subtype: str | None
    channel_type: str | None
    tab: str | None

    def is_for(self, me: str | None) -> bool:
        """Was the bot spoken to or invited, by a person?"""
        if not self.call.channel or not self.subject or self.by_bot:
            return False
        if self.kind == "member_joined_channel":
            return self.subject == me
        if self.subject == me or self.subtype:
            return False
        return self.kind == "app_mention" or (self.kind == "message" and self.channel_type == "im")

    def is_reply(self, me: str | None) -> bool:
        """Did a person write into a thread of a channel?"""
        if self.kind != "message" or not self.thread or not self.call.channel or self.by_bot:
            return False
        is_said = self.subtype in (None, "thread_broadcast")  # also shown in the channel
        return is_said and self.channel_type != "im" and self.subject not in ("", me)


def command(body: Body, now: datetime) -> tuple[str, Call]:
    """Which subcommand of /slam, and how it is called."""
    text = body.get("text") or ""
    typed = words(unescape(text))
    user, channel, team = body.get("user_id"), body.get("channel_id"), body.get("team_id")
    name = typed[0].lower() if typed else "help"
    behind = _shown(plain(SUBCOMMAND.sub("", ends(text, LONGEST_MESSAGE), count=1))).rstrip()
    return name, Call(user or "", channel or "", typed[1:], now, team or "", text=behind)


def whole(body: Body) -> str:
    """All that stands behind /slam, as it was typed."""
    return _shown(plain((body.get("text") or "")[:LONGEST_TEXT])).strip()


def press(body: Body, now: datetime) -> Press:
    action, view = body["actions"][0], body.get("view") or {}
    return Press(
        # what stands behind it only tells a row's buttons apart
        button=action["action_id"].partition(":")[0],
        call=_call(
            body,
            now,
            args=words(_value(action)),
            text=_value(action)[:LONGEST_TEXT],
            form=form(view),
            private=view.get("private_metadata") or "",
            message=(body.get("container") or {}).get("message_ts") or "",
        ),
        response_url=answer_address(body),
        trigger=body.get("trigger_id") or "",
        dialog=(view.get("id") or "") if view.get("type") == "modal" else "",
    )


def shortcut(body: Body, now: datetime) -> Press:
    """Somebody chose something from a message's menu; its text comes as the field "message" of a form."""
    message = body.get("message") or {}
    text = message.get("text") or ""
    return Press(
        button=body.get("callback_id") or "",
        call=_call(
            body,
            now,
            form={"message": plain(ends(text, LONGEST_MESSAGE))},
            message=message.get("ts") or "",
        ),
        response_url=answer_address(body),
        trigger=body.get("trigger_id") or "",
        dialog="",
    )


def submission(body: Body, now: datetime) -> Submission:
    view = body["view"]
    call = Call(
        user=_id(body.get("user")),
        channel="",
        args=(),
        now=now,
        team=_id(body.get("team")),
        form=form(view),
        private=view.get("private_metadata") or "",
    )
    return Submission(view.get("callback_id") or "", call, view.get("id") or "", _people(view))


def query(body: Body, now: datetime) -> Query:
    """What was typed so far comes as the field "query" of a form."""
    call = _call(body, now, form={"query": (body.get("value") or "")[:LONGEST_QUERY]})
    return Query(body["action_id"], call)


def _call(body: Body, now: datetime, **what: Any) -> Call:  # noqa: ANN401  # any field of a call
    """From whoever pressed, chose or typed, where they did."""
    user, channel, team = (_id(body.get(name)) for name in ("user", "channel", "team"))
    return Call(**{"args": (), **what}, user=user, channel=channel, now=now, team=team)


def form(view: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """What was put into a dialog's fields, by their names; a moment is in seconds since 1970."""
    return {name: _put_in(next(iter(actions.values()))) for name, actions in _values(view).items() if actions}


def _values(view: Mapping[str, Any]) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    return (view.get("state") or {}).get("values") or {}


def _people(view: Mapping[str, Any]) -> tuple[str, ...]:
    fields = [field for actions in _values(view).values() for field in actions.values()]
    chosen = [field.get("selected_user") for field in fields]
    chosen += [user for field in fields for user in field.get("selected_users") or ()]
    return tuple(dict.fromkeys(filter(None, chosen)))


def _put_in(field: Mapping[str, Any]) -> str | tuple[str, ...]:
    if (several := field.get("selected_options")) is not None:
        return tuple(option.get("value") or "" for option in several)
    if (people := field.get("selected_users")) is not None:
        return tuple(people)
    if (moment := field.get("selected_date_time")) is not None:
        return str(moment)
    one = field.get("selected_user") or field.get("selected_conversation")
    return (one or _value(field))[:LONGEST_FIELD]


def event(body: Body, now: datetime) -> Event:
    told = body["event"]
    kind, subject = told["type"], _id(told.get("user"))
    invited = kind == "member_joined_channel"
    mentioned = kind == "app_mention"
    text = told.get("text") or ""
    call = Call(
        user=(told.get("inviter") or "") if invited else subject,
        channel=_id(told.get("channel")),
        args=words(unescape(MENTION.sub(" ", text))),
        now=now,
        team=body.get("team_id") or "",
        text=_shown(plain(MENTION.sub("", text[:LONGEST_TEXT]))).strip(),
    )
    return Event(
        kind=kind,
        call=call,
        thread=told.get("thread_ts") or (told.get("ts") if mentioned else None),
        text=text[:LONGEST_TEXT],
        subject=subject,
        by_bot=bool(told.get("bot_id")),
        subtype=told.get("subtype"),
        channel_type=told.get("channel_type"),
        tab=told.get("tab"),
    )


def words(text: str) -> tuple[str, ...]:
    """The words of what somebody typed; double quotes, also a phone's curly ones, keep words together."""
    text = _shown(text[:LONGEST_TEXT]).translate(STRAIGHT)
    if '"' not in text:
        return tuple(text.split())
    reader = shlex.shlex(text, posix=True)
    reader.whitespace_split, reader.quotes, reader.escape, reader.commenters = True, '"', "", ""
    try:
        return tuple(reader)
    except ValueError:  # a quote that is never closed
        return tuple(text.replace('"', " ").split())


def _shown(text: str) -> str:
    """Without what cannot be seen, or turns writing around."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in JOINERS_AND_LINES else " " for letter in text)


def answer_address(body: Body) -> str:
    """Where a later answer goes; "" where nothing can."""
    address = body.get("response_url") or ""
    return address if address.startswith(("https://", "http://")) else ""


def _value(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option") or {}
    chosen = option.get("value") or ""
    return action.get("value") or (chosen if chosen != NO_CHOICE else "")


def _id(reference: Mapping[str, Any] | str | None) -> str:
    """Slack names people and places by their id, or by an object that has it."""
    return (reference.get("id") or "") if isinstance(reference, Mapping) else (reference or "")


# --- The shapes ------------------------------------------------------------------------------------------
# Whatever Bolt or bot/slack.py looks at; unknown fields are passed over.


class _Named(msgspec.Struct):
    id: str | None = None
    team_id: str | None = None
    enterprise_id: str | None = None


_Reference: TypeAlias = _Named | str | None


class _Selected(msgspec.Struct):
    value: str | None = None


class _Action(msgspec.Struct):
    action_id: str
    block_id: str | None = None
    type: str | None = None
    value: str | None = None
    selected_option: _Selected | None = None
    selected_options: list[_Selected] | None = None
    selected_date: str | None = None
    selected_user: str | None = None
    selected_channel: str | None = None
    selected_conversation: str | None = None


class _Container(msgspec.Struct):
    type: str | None = None
    message_ts: str | None = None


class _Field(msgspec.Struct):
    value: str | None = None
    selected_option: _Selected | None = None
    selected_options: list[_Selected] | None = None
    selected_date_time: Annotated[int, msgspec.Meta(ge=0, le=9_999_999_999)] | None = None
    selected_user: str | None = None
    selected_users: list[str] | None = None
    selected_conversation: str | None = None


class _State(msgspec.Struct):
    values: dict[str, dict[str, _Field]] | None = None  # by block and action


class _View(msgspec.Struct):
    id: str | None = None
    state: _State | None = None
    type: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    team_id: str | None = None
    app_installed_team_id: str | None = None


class _Message(msgspec.Struct):
    user: _Reference = None
    channel: _Reference = None
    team: _Reference = None
    ts: str | None = None
    thread_ts: str | None = None
    text: str | None = None


class _Event(msgspec.Struct):
    type: str
    subtype: str | None = None
    text: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    channel_type: str | None = None
    tab: str | None = None
    inviter: str | None = None
    bot_id: str | None = None
    user: _Reference = None
    user_id: str | None = None
    user_team: str | None = None
    channel: _Reference = None
    channel_id: str | None = None
    team: _Reference = None
    team_id: str | None = None
    enterprise: _Reference = None
    enterprise_id: str | None = None
    item: _Message | None = None
    message: _Message | None = None
    previous_message: _Message | None = None


class _Authorization(msgspec.Struct):
    team: _Reference = None
    team_id: str | None = None
    enterprise: _Reference = None
    enterprise_id: str | None = None
    is_enterprise_install: bool | None = None


class _ResponseURL(msgspec.Struct):
    response_url: str | None = None


class _Interaction(msgspec.Struct):
    type: str | None = None
    value: str | None = None
    command: str | None = None
    text: str | None = None
    challenge: str | None = None
    event_id: str | None = None
    event: _Event | None = None
    actions: list[_Action] | None = None
    action_id: str | None = None
    callback_id: str | None = None
    container: _Container | None = None
    view: _View | None = None
    message: _Message | None = None
    user: _Reference = None
    user_id: str | None = None
    channel: _Reference = None
    channel_id: str | None = None
    team: _Reference = None
    team_id: str | None = None
    enterprise: _Reference = None
    enterprise_id: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    response_urls: list[_ResponseURL] | None = None
    authorizations: list[_Authorization] | None = None
