"""A strict stand-in for Slack: it carries what people do to the bot, and what the bot answers to people.

What Slack would refuse is refused here, shown to the person and logged; nothing is repaired on the way.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.playground import world
from bot.playground.doors import Doors
from bot.playground.events import Events
from bot.playground.filling import filled_in, mistakes
from bot.playground.installation import COMMAND, Installation
from bot.playground.line import Acknowledged, Line, NotAnswered
from bot.playground.pressing import Option, options_in, press
from bot.playground.refusals import (
    RefusalError,
    checked_errors,
    checked_options,
    checked_response,
    checked_view,
)
from bot.playground.workspace import Message, View, Workspace
from bot.playground.world import Channel

TRIGGER_LASTS = timedelta(seconds=3)
RESPONSE_URL_LASTS = timedelta(minutes=30)
RESPONSE_URL_USES = 5
TEXT_LENGTH = 40_000  # characters; Slack cuts what is longer
DIALOGS_DEEP = 3
FOUND = 1_000  # options that somebody found and may still choose, of one list
GONE = "That message is gone."


@dataclass(frozen=True)
class ResponseUrl:
    """Where an answer to one command or one press may be posted, for a while."""

    channel: str
    user: str
    until: datetime
    original: str | None = None  # ts of the message that was pressed
    uses_left: int = RESPONSE_URL_USES


@dataclass(frozen=True)
class Trigger:
    user: str
    until: datetime
    used: bool = False


class Slack:
    def __init__(self, workspace: Workspace, line: Line, installation: Installation, base_url: str) -> None:
        """`base_url` is where response_urls point, without a trailing slash."""
        self.workspace = workspace
        self.installation = installation
        self._line = line
        self._base_url = base_url
        self._now: Callable[[], datetime] = workspace.now
        self.events = Events(workspace, line, installation, self._failure)
        self._doors = Doors(workspace, self.events.deliver)
        self._triggers: dict[str, Trigger] = {}
        self._response_urls: dict[str, ResponseUrl] = {}
        # what was found in lists that are searched, by person and action
        self._found: defaultdict[str, dict[str, list[Option]]] = defaultdict(dict)

    # --- What people do -------------------------------------------------------------------------------------

    async def say(self, user: str, channel_id: str, text: str, thread_ts: str | None = None) -> str | None:
        """Type into a channel: a slash command or a message. Gives back what is wrong, if anything is."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or user not in channel.members:
            return "You are not in that channel."
        if not text.strip():
            return "There is nothing to send."
        if channel.is_archived and text.split(maxsplit=1)[0] != "/unarchive":
            return "This channel is archived. /unarchive opens it again."
        if text.startswith("/"):
            return await self._command(user, channel, text.strip())
        typed = self._as_typed(text, labelled=False)
        self.events.said(self.workspace.post(channel.id, user, typed, thread_ts=thread_ts), channel)
        return None

    async def press(self, user: str, where: Mapping[str, Any], action: Mapping[str, Any]) -> str | None:
        """Use a button or select: in the message at `channel` and `ts`, or in the view `view_id`."""
        if where.get("view_id"):
            return await self._press_in_view(user, str(where["view_id"]), action)
        message = self._seen(user, str(where.get("channel")), str(where.get("ts")))
        if message is None:
            return GONE
        pressed = self._pressed(user, message.blocks, action)
        if isinstance(pressed, str):
            return pressed
        url = self._new_response_url(message.channel, user, message.ts)
        payload = self._interaction("block_actions", user) | self._in_message(message)
        payload |= {"state": {"values": {}}, "response_url": url, "actions": [pressed]}
        return self._failure(await self._line.payload(payload), "the press", user)

    async def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> str | None:
        """Choose what the app put into a message's menu."""
        known = next((each for each in self.installation.shortcuts if each.callback_id == callback_id), None)
        if known is None:
            return "The app has no such shortcut."
        message = self._seen(user, channel, ts)
        if message is None:
            return GONE
        if message.seen_by is not None:
            return "What only you can see has no shortcuts."
        person = self.workspace.people[user]
        payload = self._interaction("message_action", user) | {
            "user": {"id": user, "name": person.handle},
            "action_ts": self.workspace.new_ts(),
            "callback_id": callback_id,
            "channel": self._channel_as_told(message.channel),
            "message_ts": message.ts,
            "message": self.as_json(message),
            "response_url": self._new_response_url(channel, user, None),
        }
        del payload["api_app_id"]  # which Slack leaves out here
        return self._failure(await self._line.payload(payload), f"“{known.name}”", user)

    async def submit(
        self, user: str, view_id: str, state: Mapping[str, Any]
    ) -> tuple[str | None, Mapping[str, str]]:
        """Send a dialog off: what went wrong, if anything did, and what each field is said to lack."""
        view = self._front(user, view_id)
        if view is None:
            return "That dialog is closed.", {}
        said = _object(state.get("values"))
        values = filled_in(view.shown["blocks"], said, self._found[user])
        if wrong := mistakes(view.shown["blocks"], values, said):
            return None, wrong
        view = replace(view, state={"values": values})
        payload = self._interaction("view_submission", user) | {
            "view": self.view_as_json(view),
            "response_urls": [],
        }
        answer = await self._line.payload(payload)
        if failure := self._failure(answer, "the dialog", user):
            return failure, {}
        try:
            return None, self._after_submission(view, self._json_of(answer))
        except RefusalError as refused:
            return self._refusal(refused, "the answer to the dialog", user), {}

    async def close(self, user: str, view_id: str) -> str | None:
        view = self._front(user, view_id)
        if view is None:
            return None
        self.workspace.show_views(user, self.workspace.views_of(user)[:-1])
        if not view.shown.get("notify_on_close"):
            return None
        payload = self._interaction("view_closed", user, with_trigger=False) | {
            "view": self.view_as_json(view),
            "is_cleared": False,
        }
        return self._failure(await self._line.payload(payload), "closing the dialog", user)

    async def options(
        self, user: str, where: Mapping[str, Any], asked: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What an external select offers for the `query` that was typed so far; `where` as in `press`."""
        place = self._place_of(user, where)
        if place is None:
            return {"options": []}
        payload = self._interaction("block_suggestion", user, with_trigger=False) | place
        payload |= {name: str(asked.get(name, "")) for name in ("action_id", "block_id")}
        payload["value"] = str(asked.get("query", ""))
        answer = await self._line.payload(payload)
        if self._failure(answer, "the list of options", user):
            return {"options": []}
        try:
            offered = checked_options(self._json_of(answer))
        except RefusalError as refused:
            self._refusal(refused, "the list of options", user)
            return {"options": []}
        found = self._found[user]
        older = found.get(payload["action_id"], [])
        found[payload["action_id"]] = [*options_in(offered), *older][:FOUND]
        return offered

    def open_home(self, user: str) -> None:
        home = self.workspace.homes.get(user)
        self.events.home_opened(user, self.view_as_json(home) if home else None)

    def _seen(self, user: str, channel: str, ts: str) -> Message | None:
        """A message that is still there, if this person can see it."""
        message = self.workspace.message(channel, ts)
        if message is None or message.deleted or message not in self.workspace.seen_by(user, channel):
            return None
        return message

    def _place_of(self, user: str, where: Mapping[str, Any]) -> dict[str, Any] | None:
        """Where an element stands, as Slack tells it; None: it is gone."""
        if where.get("view_id"):
            view = self.workspace.view(str(where["view_id"]))
            return self._in_view(view) if view is not None and view.user == user else None
        message = self._seen(user, str(where.get("channel")), str(where.get("ts")))
        return self._in_message(message) if message is not None else None

    def _in_view(self, view: View) -> dict[str, Any]:
        return {"container": {"type": "view", "view_id": view.id}, "view": self.view_as_json(view)}

    def _in_message(self, message: Message) -> dict[str, Any]:
        is_ephemeral = message.seen_by is not None
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": is_ephemeral,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        told = {"container": container, "channel": self._channel_as_told(message.channel)}
        # Slack does not send an ephemeral message back
        return told if is_ephemeral else {**told, "message": self.as_json(message)}

    def _channel_as_told(self, channel: str) -> dict[str, str]:
        return {"id": channel, "name": self._channel_name(self.workspace.channels[channel])}

    # --- What the bot answers -------------------------------------------------------------------------------

    def respond(self, key: str, body: object) -> None:
        """An answer posted to a response_url. Raises RefusalError."""
        place = self._response_urls.get(key)
        if place is None or self._now() > place.until:
            raise RefusalError("expired_url", "a response_url is good for 30 minutes")
        if not place.uses_left:
            raise RefusalError("used_url", "a response_url is good for 5 answers")
        answer = checked_response(body)
        self._response_urls[key] = replace(place, uses_left=place.uses_left - 1)
        original = self.workspace.message(place.channel, place.original) if place.original else None
        if answer.get("delete_original") and original is not None:
            self.workspace.put(replace(original, deleted=True, text="", blocks=()))
        elif answer.get("replace_original") and original is not None:
            self.rewrite(original, answer)
        else:
            self._answer(place.channel, place.user, answer)

    def use_trigger(self, trigger_id: object) -> str:
        """Who pressed or typed what the bot now answers with a dialog. Raises RefusalError."""
        trigger = self._triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise RefusalError("invalid_trigger_id", "no such trigger")
        if trigger.used:
            raise RefusalError("exchanged_trigger_id", "a trigger_id opens one dialog, once")
        if self._now() > trigger.until:
            raise RefusalError("expired_trigger_id", "a trigger_id is good for 3 seconds")
        self._triggers[str(trigger_id)] = replace(trigger, used=True)
        return trigger.user

    def rewrite(self, message: Message, answer: Mapping[str, Any]) -> Message:
        """Let a message say something else."""
        changed = replace(
            message,
            text=str(answer.get("text", "")),
            blocks=self.workspace.with_ids(answer.get("blocks") or ()),
            edited=message.seen_by is None,
        )
        self.workspace.put(changed)
        return changed

    def as_json(self, message: Message) -> dict[str, Any]:
        """A message as Slack's API shows it."""
        shown: dict[str, Any] = {
            "type": "message",
            "user": message.user,
            "ts": message.ts,
            "team": world.TEAM,
            "text": message.text,
        }
        if message.user == world.BOT:
            shown |= {"bot_id": world.BOT_ID, "app_id": world.APP}
        if message.blocks:
            shown["blocks"] = list(message.blocks)
        if message.thread_ts:
            shown["thread_ts"] = message.thread_ts
        if message.metadata:
            shown["metadata"] = message.metadata
        return shown

    # --- Commands -------------------------------------------------------------------------------------------

    async def _command(self, user: str, channel: Channel, typed: str) -> str | None:
        command, _, text = typed.partition(" ")
        if command in self._doors.commands:
            return self._doors.commands[command](user, channel, text)
        if command != COMMAND:
            return f"{command} is not a command here. Try {COMMAND}."
        trigger = self._new_trigger(user)
        person = self.workspace.people[user]
        fields = {
            "token": self.installation.verification_token,
            "team_id": world.TEAM,
            "team_domain": "sample",
            "channel_id": channel.id,
            "channel_name": self._channel_name(channel),
            "user_id": user,
            "user_name": person.handle,
            "command": command,
            "text": self._as_typed(text.strip()) if self.installation.should_escape else text.strip(),
            "api_app_id": world.APP,
            "is_enterprise_install": "false",
            "response_url": self._new_response_url(channel.id, user, None),
            "trigger_id": trigger,
        }
        answer = await self._line.form(fields)
        if isinstance(answer, NotAnswered):
            self._slackbot(channel.id, user, f"{command} failed with the error `{answer.error}`")
            return self._failure(answer, command, user)
        if not answer.body.strip():
            return None
        try:
            said = checked_response(self._message_of(answer))
            if said.get("response_type") == "in_channel":
                self.workspace.post(channel.id, user, self._as_typed(typed, labelled=False))
            self._answer(channel.id, user, said)
        except RefusalError as refused:
            self._slackbot(channel.id, user, f"{command} failed with the error `{refused.error}`")
            return self._refusal(refused, f"the answer to {command}", user)
        return None

    def _as_typed(self, text: str, labelled: bool = True) -> str:
        """What was typed as Slack hands it on: escaped, with people and channels by their ids."""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        people = {world.BOT: (world.BOT_NAME, world.BOT_HANDLE)} | {
            person.id: (person.name, person.handle) for person in self.workspace.people.values()
        }
        for person, names in people.items():
            label = f"|{names[1]}" if labelled else ""
            text = _named("@", names, f"<@{person}{label}>", text)
        for channel in self.workspace.channels.values():
            if not channel.is_direct:
                text = _named("#", (channel.name,), f"<#{channel.id}|{channel.name}>", text)
        return text

    def _answer(self, channel: str, user: str, said: Mapping[str, Any]) -> None:
        shared = said.get("response_type") == "in_channel"
        self.workspace.post(
            channel,
            world.BOT,
            self.cut(str(said.get("text", ""))),
            said.get("blocks") or (),
            seen_by=None if shared else user,
            thread_ts=said.get("thread_ts"),
        )

    def cut(self, text: str) -> str:
        if len(text) > TEXT_LENGTH:
            self.workspace.trouble(f"a text of {len(text)} characters was cut at {TEXT_LENGTH}")
        return text[:TEXT_LENGTH]

    def _slackbot(self, channel: str, user: str, text: str) -> None:
        self.workspace.post(channel, world.SLACKBOT, text, seen_by=user)

    # --- Presses and dialogs --------------------------------------------------------------------------------

    async def _press_in_view(self, user: str, view_id: str, action: Mapping[str, Any]) -> str | None:
        view = self._front(user, view_id) or self.workspace.homes.get(user)
        if view is None or view.id != view_id:
            return "That view is closed."
        pressed = self._pressed(user, view.shown["blocks"], action)
        if isinstance(pressed, str):
            return pressed
        said = _object(_object(action.get("state")).get("values"))
        view = replace(view, state={"values": filled_in(view.shown["blocks"], said, self._found[user])})
        payload = self._interaction("block_actions", user) | self._in_view(view) | {"actions": [pressed]}
        return self._failure(await self._line.payload(payload), "the press", user)

    def _pressed(
        self, user: str, blocks: Sequence[Mapping[str, Any]], action: Mapping[str, Any]
    ) -> dict[str, Any] | str:
        """The action as Slack sends it, or why there is none."""
        taken = press(blocks, action, self._found[user])
        return taken if isinstance(taken, str) else {**taken, "action_ts": self.workspace.new_ts()}

    def _after_submission(self, view: View, answer: Mapping[str, Any]) -> Mapping[str, str]:
        """Do what the bot answered; gives back what it says each field lacks."""
        views = self.workspace.views_of(view.user)
        action = answer.get("response_action")
        if action == "errors":
            return checked_errors(view, answer.get("errors"))
        if action in ("update", "push"):
            shown = checked_view(answer.get("view"), "modal")
            if action == "update":
                self.workspace.show_views(
                    view.user, [*views[:-1], self.workspace.make_view(view.user, shown, view.id)]
                )
            else:
                self.push(view.user, shown)
        elif action == "clear":
            self.workspace.show_views(view.user, ())
        elif action is None:
            self.workspace.show_views(view.user, views[:-1])
        else:
            raise RefusalError("invalid_response_action", str(action)[:60])
        return {}

    def push(self, user: str, shown: Mapping[str, Any]) -> View:
        views = self.workspace.views_of(user)
        if len(views) >= DIALOGS_DEEP:
            raise RefusalError("push_limit_reached", f"at most {DIALOGS_DEEP} dialogs stand upon each other")
        view = self.workspace.make_view(user, shown)
        self.workspace.show_views(user, [*views, view])
        return view

    def _front(self, user: str, view_id: str) -> View | None:
        views = self.workspace.views_of(user)
        return views[-1] if views and views[-1].id == view_id else None

    def view_as_json(self, view: View) -> dict[str, Any]:
        return {
            "private_metadata": "",
            "callback_id": "",
            **view.shown,
            "id": view.id,
            "team_id": world.TEAM,
            "hash": view.hash,
            "state": {"values": view.state.get("values", {})},
            "root_view_id": view.id,
            "previous_view_id": None,
            "app_id": world.APP,
            "bot_id": world.BOT_ID,
        }

    # --- On the way -----------------------------------------------------------------------------------------

    def _interaction(self, kind: str, user: str, with_trigger: bool = True) -> dict[str, Any]:
        person = self.workspace.people[user]
        payload: dict[str, Any] = {
            "type": kind,
            "team": {"id": world.TEAM, "domain": "sample"},
            "user": {
                "id": user,
                "username": person.handle,
                "name": person.handle,
                "team_id": world.TEAM,
            },
            "api_app_id": world.APP,
            "token": self.installation.verification_token,
            "enterprise": None,
            "is_enterprise_install": False,
        }
        if with_trigger:
            payload["trigger_id"] = self._new_trigger(user)
        return payload

    def _failure(self, answer: Acknowledged | NotAnswered, what: str, user: str) -> str | None:
        if isinstance(answer, Acknowledged):
            return None
        said = f"{what} failed: {answer.why} ({answer.error})"
        self.workspace.trouble(said, user if user in self.workspace.people else None)
        return said

    def _refusal(self, refused: RefusalError, what: str, user: str) -> str:
        said = f"Slack would refuse {what}: {refused}"
        self.workspace.trouble(said, user)
        return said

    def _message_of(self, answer: Acknowledged) -> object:
        if answer.content_type == "application/json":
            return self._json_of(answer)
        return {"text": answer.body.decode("utf-8", "replace")}

    def _json_of(self, answer: Acknowledged | NotAnswered) -> Mapping[str, Any]:
        if isinstance(answer, NotAnswered) or not answer.body.strip():
            return {}
        try:
            decoded = json.loads(answer.body)
        except ValueError as error:
            raise RefusalError("invalid_json", "the answer is not JSON") from error
        if not isinstance(decoded, dict):
            raise RefusalError("invalid_json", "the answer is not a JSON object")
        return decoded

    def _new_trigger(self, user: str) -> str:
        now = self._now()
        self._triggers = {
            key: trigger
            for key, trigger in self._triggers.items()
            if now - trigger.until < RESPONSE_URL_LASTS
        }
        key = f"{self.workspace.new_id('')}.{self.workspace.new_id('')}"
        self._triggers[key] = Trigger(user, now + TRIGGER_LASTS)
        return key

    def _new_response_url(self, channel: str, user: str, original: str | None) -> str:
        now = self._now()
        self._response_urls = {key: place for key, place in self._response_urls.items() if now <= place.until}
        key = self.workspace.new_id("R")
        self._response_urls[key] = ResponseUrl(channel, user, now + RESPONSE_URL_LASTS, original)
        return f"{self._base_url}/response/{key}"

    def _channel_name(self, channel: Channel) -> str:
        return {"dm": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def _object(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _named(sign: str, names: Sequence[str], reference: str, text: str) -> str:
    """Put the reference where one of the names stands behind the sign."""
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w){sign}(?:{either})(?![\w-])", lambda _: reference, text, flags=re.IGNORECASE)
