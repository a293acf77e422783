"""Slack's Web API as far as the bot uses it: strict about tokens, scopes, arguments, limits and pace."""

from __future__ import annotations

import json
import math
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from aiohttp import web

from bot.playground import shapes, world
from bot.playground.events import HEARD_IN
from bot.playground.refusals import RefusalError, ShutError, checked_message, checked_view
from bot.playground.slack import Slack
from bot.playground.workspace import Message, View, Workspace
from bot.playground.world import Channel

Arguments = Mapping[str, Any]
Answer = dict[str, Any]

A_MESSAGE_EVERY = timedelta(seconds=1)  # in one channel
A_MINUTE = timedelta(minutes=1)
UPDATED_TEXT_LENGTH = 4000
MOST_IN_A_CONVERSATION = 8  # people
TRUE = ("1", "true")
ALL_OF_THEM: Mapping[str, Any] = MappingProxyType({"response_metadata": {"next_cursor": ""}})
METADATA_FIELDS = frozenset({"event_type", "event_payload"})


@dataclass(frozen=True)
class Method:
    """What it does, the scope it takes, its arguments, and how often it may be called a minute."""

    run: Callable[[Arguments], Answer]
    scope: str | None
    required: frozenset[str]
    optional: frozenset[str]
    per_minute: int


class TooFastError(Exception):
    """Asked more often than allowed; `wait` is a whole number of seconds.

    `is_asked_for`: somebody at the page wanted it so, and the bot did nothing wrong.
    """

    def __init__(self, wait: int, is_asked_for: bool = False) -> None:
        super().__init__(f"asked too often; wait {wait} s")
        self.wait = wait
        self.is_asked_for = is_asked_for


class WebAPI:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._workspace: Workspace = slack.workspace
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)
        self._posted: dict[str, datetime] = {}
        self._busy_until: datetime | None = None
        self._loses_next = False
        self._methods = self._known_methods()

    def be_busy(self, lasting: timedelta) -> None:
        """Take no message for a while, as Slack does when too many come: 429, and when to come back."""
        self._busy_until = self._workspace.now() + lasting

    def lose_next_answer(self) -> None:
        """Take the next message, and let the connection break before the bot hears that."""
        self._loses_next = True

    async def handle(self, request: web.Request) -> web.Response:
        """/api/METHOD, with the arguments in the address, as a form or as JSON."""
        name = request.match_info["method"]
        answer = await self._answer(name, request)
        if self._loses_next and name == "chat.postMessage" and answer.status == 200:
            self._loses_next = False
            if request.transport is not None:
                request.transport.abort()
        return answer

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        try:
            answer = self._call(name, _token(request), await _arguments(request))
        except RefusalError as refused:
            if refused.error not in _ORDINARY and not isinstance(refused, ShutError):
                self._workspace.trouble(f"Slack would refuse {name}: {refused}")
            return web.json_response(_refused(refused), headers=self._said())
        except TooFastError as too_fast:
            if not too_fast.is_asked_for:
                self._workspace.trouble(f"Slack would slow {name} down for {too_fast.wait} s")
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(too_fast.wait)}
            )
        return web.json_response({"ok": True, **answer}, headers=self._said())

    def _said(self) -> dict[str, str]:
        return {"x-oauth-scopes": ",".join(sorted(self._slack.installation.scopes))}

    def _call(self, name: str, token: str | None, arguments: Arguments) -> Answer:
        method = self._methods.get(name)
        if method is None:
            raise RefusalError("unknown_method", name[:60])
        if name != "api.test":
            self._check_token(token or arguments.get("token"))
            self._check_scope(method.scope)
        given = {key: value for key, value in arguments.items() if key != "token"}
        _check_arguments(method, given)
        self._check_pace(name, method.per_minute)
        return method.run(given)

    def _check_token(self, token: str | None) -> None:
        if not token:
            raise RefusalError("not_authed")
        if token != self._slack.installation.bot_token:
            raise RefusalError("invalid_auth")

    def _check_scope(self, scope: str | None) -> None:
        if scope is not None and scope not in self._slack.installation.scopes:
            raise RefusalError("missing_scope", scope)

    def _check_pace(self, name: str, per_minute: int) -> None:
        now = self._workspace.now()
        calls = self._calls[name]
        while calls and now - calls[0] >= A_MINUTE:
            calls.popleft()
        if len(calls) >= per_minute:
            raise TooFastError(_seconds(calls[0] + A_MINUTE - now))
        calls.append(now)

    def _check_busy(self) -> None:
        left = self._busy_until - self._workspace.now() if self._busy_until else timedelta()
        if left > timedelta():
            raise TooFastError(_seconds(left), is_asked_for=True)

    def _check_channel_pace(self, channel: str) -> None:
        now = self._workspace.now()
        last = self._posted.get(channel)
        if last is not None and now - last < A_MESSAGE_EVERY:
            raise TooFastError(_seconds(last + A_MESSAGE_EVERY - now))
        self._posted[channel] = now

    def _known_methods(self) -> Mapping[str, Method]:
        page, shown = "limit cursor", "blocks text mrkdwn parse link_names"
        read = f"{page} oldest latest inclusive include_all_metadata"
        posted = f"{shown} thread_ts metadata unfurl_links unfurl_media reply_broadcast"
        rows: dict[str, tuple[Callable[[Arguments], Answer], str | None, int, str, str]] = {
            "api.test": (self._api_test, None, 100, "", "error foo"),
            "auth.test": (self._auth_test, None, 100, "", ""),
            "chat.postMessage": (self._post_message, "chat:write", 600, "channel", posted),
            "chat.postEphemeral": (
                self._post_ephemeral, "chat:write", 100, "channel user", f"{shown} thread_ts"
            ),
            "chat.update": (
                self._update, "chat:write", 50, "channel ts", f"{shown} metadata reply_broadcast"
            ),
            "chat.delete": (self._delete, "chat:write", 50, "channel ts", ""),
            "chat.getPermalink": (self._permalink, None, 100, "channel message_ts", ""),
            "views.open": (self._open, None, 100, "trigger_id view", ""),
            "views.push": (self._push, None, 100, "trigger_id view", ""),
            "views.update": (self._update_view, None, 100, "view", "view_id external_id hash"),
            "views.publish": (self._publish, None, 100, "user_id view", "hash"),
            # which scope it takes depends on how many people there are
            "conversations.open": (
                self._open_conversation, None, 50, "", "users channel return_im prevent_creation"
            ),
            "conversations.info": (
                self._conversation, "channels:read", 50, "channel", "include_num_members include_locale"
            ),
            "conversations.members": (self._members, "channels:read", 100, "channel", page),
            "conversations.list": (
                self._conversations, "channels:read", 20, "", f"{page} types exclude_archived team_id"
            ),
            "conversations.history": (self._history, "channels:history", 50, "channel", read),
            "conversations.replies": (self._replies, "channels:history", 50, "channel ts", read),
            "users.info": (self._user, "users:read", 100, "user", "include_locale"),
            "users.list": (self._users, "users:read", 20, "", f"{page} include_locale team_id"),
            "usergroups.users.list": (
                self._user_group, "usergroups:read", 20, "usergroup", "include_disabled team_id"
            ),
        }  # fmt: skip
        return {name: _method(*row) for name, row in rows.items()}

    # --- Messages -------------------------------------------------------------------------------------------

    def _api_test(self, given: Arguments) -> Answer:
        return {"args": dict(given)}

    def _auth_test(self, _: Arguments) -> Answer:
        return {
            "url": "https://sample.slack.com/",
            "team": "Sample",
            "user": world.BOT_HANDLE,
            "team_id": world.TEAM,
            "user_id": world.BOT,
            "bot_id": world.BOT_ID,
            "is_enterprise_install": False,
        }

    def _post_message(self, given: Arguments) -> Answer:
        self._check_busy()
        channel = self._where_to_post(str(given["channel"]))
        checked_message(given)
        _check_metadata(given.get("metadata"))
        thread = given.get("thread_ts")
        if thread is not None and self._workspace.message(channel.id, str(thread)) is None:
            raise RefusalError("thread_not_found", str(thread)[:30])
        self._check_channel_pace(channel.id)
        message = self._slack.post(channel.id, given)
        return {
            "channel": channel.id,
            "ts": message.ts,
            "message": shapes.message(message),
            **self._twin_warning(given),
        }

    def _post_ephemeral(self, given: Arguments) -> Answer:
        channel = self._open_channel(str(given["channel"]))
        if given["user"] not in channel.members:
            raise RefusalError("user_not_in_channel", str(given["user"])[:30])
        checked_message(given)
        self._check_channel_pace(channel.id)
        message = self._slack.post(channel.id, given, seen_by=str(given["user"]))
        return {"message_ts": message.ts, **self._twin_warning(given)}

    def _update(self, given: Arguments) -> Answer:
        message = self._own_message(given)
        checked_message(given)
        _check_metadata(given.get("metadata"))
        if len(str(given.get("text", ""))) > UPDATED_TEXT_LENGTH:
            raise RefusalError("msg_too_long", f"at most {UPDATED_TEXT_LENGTH} characters")
        if given.get("metadata"):
            message = replace(message, metadata=given["metadata"])
        changed = self._slack.rewrite(message, given)
        return {
            "channel": message.channel,
            "ts": message.ts,
            "text": changed.text,
            "message": shapes.message(changed),
        }

    def _delete(self, given: Arguments) -> Answer:
        message = self._own_message(given)
        self._workspace.put(replace(message, deleted=True, text="", blocks=()))
        return {"channel": message.channel, "ts": message.ts}

    def _permalink(self, given: Arguments) -> Answer:
        channel = self._seen_channel(str(given["channel"]))
        ts = str(given["message_ts"])
        message = self._workspace.message(channel.id, ts)
        if message is None or message.seen_by is not None:
            raise RefusalError("message_not_found", ts[:30])
        return {
            "channel": channel.id,
            "permalink": f"https://sample.slack.com/archives/{channel.id}/p{ts.replace('.', '')}",
        }

    def _where_to_post(self, channel: str) -> Channel:
        """A channel, or with a person's id the direct message with them."""
        if channel in self._workspace.people:
            direct = self._workspace.direct_message(channel)
            if direct is not None:
                return direct
        return self._open_channel(channel, public_scope="chat:write.public")

    def _member_channel(self, channel_id: str, public_scope: str | None = None) -> Channel:
        channel = self._seen_channel(channel_id)
        if world.BOT in channel.members or public_scope in self._slack.installation.scopes:
            return channel
        raise ShutError("not_in_channel", channel_id[:30])

    def _open_channel(self, channel_id: str, public_scope: str | None = None) -> Channel:
        """One that can be posted to."""
        channel = self._member_channel(channel_id, public_scope)
        if channel.is_archived:
            raise ShutError("is_archived", channel_id[:30])
        return channel

    def _seen_channel(self, channel_id: str) -> Channel:
        """A channel the bot can know of: any public one, and those it is in."""
        channel = self._workspace.channels.get(channel_id)
        if channel is None:
            raise RefusalError("channel_not_found", channel_id[:30])
        if channel.kind != "public" and world.BOT not in channel.members:
            raise ShutError("channel_not_found", channel_id[:30])
        return channel

    def _own_message(self, given: Arguments) -> Message:
        channel = self._seen_channel(str(given["channel"]))
        message = self._workspace.message(channel.id, str(given["ts"]))
        if message is None or message.deleted or message.seen_by is not None:
            raise RefusalError("message_not_found", str(given["ts"])[:30])
        if message.user != world.BOT:
            raise RefusalError("cant_update_message", "only its author may change a message")
        return message

    def _twin_warning(self, given: Arguments) -> Answer:
        if given.get("text"):
            return {}
        self._workspace.trouble("a message without a text: those who do not see blocks are told nothing")
        return {
            "warning": "missing_text_in_message",
            "response_metadata": {"warnings": ["missing_text_in_message"]},
        }

    # --- Dialogs and homes ----------------------------------------------------------------------------------

    def _open(self, given: Arguments) -> Answer:
        shown = checked_view(given["view"], "modal")
        user = self._slack.tickets.use_trigger(given["trigger_id"])
        view = self._workspace.make_view(user, shown)
        self._workspace.show_views(user, [view])
        return {"view": shapes.view(view)}

    def _push(self, given: Arguments) -> Answer:
        shown = checked_view(given["view"], "modal")
        user = self._slack.tickets.use_trigger(given["trigger_id"])
        return {"view": shapes.view(self._slack.push(user, shown))}

    def _update_view(self, given: Arguments) -> Answer:
        view = self._workspace.view(str(given.get("view_id"))) or self._by_external_id(given)
        if view is None:
            raise RefusalError("not_found", "no such view is open")
        _check_hash(view, given)
        shown = checked_view(given["view"], str(view.shown["type"]))
        changed = self._workspace.make_view(view.user, shown, view.id)
        if shown["type"] == "home":
            self._workspace.publish_home(changed)
        else:
            views = self._workspace.views_of(view.user)
            self._workspace.show_views(view.user, [changed if v.id == view.id else v for v in views])
        return {"view": shapes.view(changed)}

    def _by_external_id(self, given: Arguments) -> View | None:
        name = given.get("external_id")
        everyone = [view for user in self._workspace.people for view in self._workspace.views_of(user)]
        return next((view for view in everyone if name and view.shown.get("external_id") == name), None)

    def _publish(self, given: Arguments) -> Answer:
        user = self._person(given["user_id"])
        shown = checked_view(given["view"], "home")
        before = self._workspace.homes.get(user)
        if before is not None:
            _check_hash(before, given)
        view = self._workspace.make_view(user, shown, before.id if before else None)
        self._workspace.publish_home(view)
        return {"view": shapes.view(view)}

    # --- People and channels --------------------------------------------------------------------------------

    def _person(self, user: object) -> str:
        if user not in self._workspace.people:
            raise RefusalError("user_not_found", str(user)[:30])
        return str(user)

    def _open_conversation(self, given: Arguments) -> Answer:
        users = [user.strip() for user in str(given.get("users") or "").split(",") if user.strip()]
        if not users:
            raise RefusalError("users_list_not_supplied")
        self._check_scope("im:write" if len(users) == 1 else "mpim:write")
        if len(users) > MOST_IN_A_CONVERSATION:
            raise RefusalError("too_many_users", f"at most {MOST_IN_A_CONVERSATION}")
        people = frozenset(self._person(user) for user in users)
        if len(people) > 1:
            return {"channel": {"id": self._workspace.conversation(people).id}}
        direct = self._workspace.direct_message(users[0])
        if direct is None:
            raise RefusalError("user_not_found", users[0][:30])
        return {"channel": {"id": direct.id}}

    def _conversation(self, given: Arguments) -> Answer:
        return {"channel": shapes.channel(self._seen_channel(str(given["channel"])))}

    def _members(self, given: Arguments) -> Answer:
        channel = self._seen_channel(str(given["channel"]))
        return {"members": sorted(channel.members), **ALL_OF_THEM}

    def _conversations(self, _: Arguments) -> Answer:
        public = [c for c in self._workspace.channels.values() if c.kind == "public"]
        return {"channels": [shapes.channel(channel) for channel in public], **ALL_OF_THEM}

    def _history(self, given: Arguments) -> Answer:
        messages = self._workspace.history(self._readable(given).id)
        return self._messages([m for m in messages if m.thread_ts in (None, m.ts)], given)

    def _replies(self, given: Arguments) -> Answer:
        messages = self._workspace.history(self._readable(given).id)
        found = [m for m in messages if given["ts"] in (m.ts, m.thread_ts)]
        if not found:
            raise RefusalError("thread_not_found", str(given["ts"])[:30])
        return {**self._messages(found, given), "messages": [shapes.message(m) for m in found]}

    def _readable(self, given: Arguments) -> Channel:
        channel = self._member_channel(str(given["channel"]))
        _, scope = HEARD_IN[channel.kind]
        self._check_scope(scope)
        return channel

    def _messages(self, messages: list[Message], given: Arguments) -> Answer:
        """The newest first, within the times asked for, a page at a time."""
        oldest, latest = _number(given, "oldest", 0), _number(given, "latest", math.inf)
        ends = {oldest, latest} if str(given.get("inclusive", "")).lower() in TRUE else set()
        within = [m for m in messages if oldest < float(m.ts) < latest or float(m.ts) in ends]
        begin = int(_number(given, "cursor", 0))
        end = begin + min(int(_number(given, "limit", 100)), 999)
        newest = within[::-1][begin:end]
        shown = [shapes.message(message) for message in newest]
        if str(given.get("include_all_metadata", "")).lower() not in TRUE:
            shown = [{key: value for key, value in m.items() if key != "metadata"} for m in shown]
        has_more = end < len(within)
        cursor = {"response_metadata": {"next_cursor": str(end)}} if has_more else {}
        return {"messages": shown, "has_more": has_more, **cursor}

    def _user(self, given: Arguments) -> Answer:
        return {"user": self._shown(self._person(given["user"]))}

    def _shown(self, user: str) -> Answer:
        return shapes.person(self._workspace.people[user], self._workspace.now())

    def _user_group(self, given: Arguments) -> Answer:
        members = world.USER_GROUPS.get(str(given["usergroup"]))
        if members is None:
            raise RefusalError("no_such_subteam", str(given["usergroup"])[:30])
        return {"users": list(members)}

    def _users(self, _: Arguments) -> Answer:
        return {"members": [self._shown(user) for user in self._workspace.people], **ALL_OF_THEM}


_ORDINARY = frozenset({"not_found", "hash_conflict", "user_not_found", "message_not_found"})
"""What a bot in good order may meet."""


def _method(
    run: Callable[[Arguments], Answer], scope: str | None, per_minute: int, required: str, optional: str
) -> Method:
    needed = frozenset(required.split())
    return Method(run, scope, needed, needed | frozenset(optional.split()), per_minute)


def _check_arguments(method: Method, given: Arguments) -> None:
    messages = [
        f"[ERROR] missing required field: {name}" for name in sorted(method.required - set(given))
    ] + [f"[ERROR] unknown argument: {name[:60]}" for name in sorted(set(given) - method.optional)]
    if messages:
        raise RefusalError("invalid_arguments", *messages)


def _check_metadata(metadata: object) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, Mapping) or set(metadata) != METADATA_FIELDS:
        raise RefusalError("invalid_metadata_format", "event_type and event_payload, nothing else")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], Mapping):
        raise RefusalError("invalid_metadata_format", "event_type is a string, event_payload an object")


def _check_hash(view: View, given: Arguments) -> None:
    if given.get("hash") and given["hash"] != view.hash:
        raise RefusalError("hash_conflict", "the view has changed meanwhile")


def _number(given: Arguments, name: str, otherwise: float) -> float:
    try:
        return float(given.get(name) or otherwise)
    except (TypeError, ValueError) as error:
        raise RefusalError("invalid_arguments", f"[ERROR] {name} must be a number") from error


def _refused(refused: RefusalError) -> Answer:
    answer: Answer = {"ok": False, "error": refused.error}
    if refused.error == "missing_scope":
        answer |= {"needed": refused.reasons[0]}
    elif refused.reasons:
        answer |= {"response_metadata": {"messages": list(refused.reasons)}}
    if refused.error == "invalid_blocks":
        answer |= {"errors": list(refused.reasons)}
    return answer


def _token(request: web.Request) -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind == "Bearer" else None


async def _arguments(request: web.Request) -> Arguments:
    """The call's arguments; in a form, what looks like JSON is JSON, as slack-sdk sends it."""
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError as error:
            raise RefusalError("invalid_json") from error
        if not isinstance(body, dict):
            raise RefusalError("json_not_object")
        return body
    form = {**request.query, **await request.post()}
    return {key: _decoded(key, value) for key, value in form.items()}


def _decoded(key: str, value: object) -> object:
    if key not in ("blocks", "view", "metadata", "attachments") or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise RefusalError("invalid_arguments", f"[ERROR] {key} is not JSON") from error


def _seconds(wait: timedelta) -> int:
    """Rounded up, at least one."""
    return max(1, -int(-wait.total_seconds() // 1))
