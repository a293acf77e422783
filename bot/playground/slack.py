"""A strict stand-in for Slack: it carries what people do to the bot, and what the bot answers to people.

What Slack would refuse is refused here, shown to the person and logged; nothing is repaired on the way.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.playground import shapes, world
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
from bot.playground.tickets import Tickets
from bot.playground.workspace import Message, View, Workspace
from bot.playground.world import Channel

TEXT_LENGTH = 40_000  # characters; Slack cuts what is longer
DIALOGS_DEEP = 3
FOUND = 1_000  # options that somebody found and may still choose, of one list
GONE = "That message is gone."


class Slack:
    def __init__(self, workspace: Workspace, line: Line, installation: Installation, base_url: str) -> None:
        """`base_url` is where response_urls point, without a trailing slash."""
        self.workspace = workspace
        self.installation = installation
        self._line = line
        self._base_url = base_url
        self.events = Events(workspace, line, installation, self._failure)
        self._doors = Doors(workspace, self.events.deliver)
        self.tickets = Tickets(workspace.now, workspace.new_id)
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
            "message": shapes.message(message),
            "response_url": self._new_response_url(channel, user),
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
            "view": shapes.view(view),
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
            "view": shapes.view(view),
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
        self.events.home_opened(user, shapes.view(home) if home else None)

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
        return {"container": {"type": "view", "view_id": view.id}, "view": shapes.view(view)}

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
        return told if is_ephemeral else {**told, "message": shapes.message(message)}

    def _channel_as_told(self, channel: str) -> dict[str, str]:
        return {"id": channel, "name": shapes.channel_name(self.workspace.channels[channel])}

    # --- What the bot answers -------------------------------------------------------------------------------

    def respond(self, key: str, body: object) -> None:
        """An answer posted to a response_url. Raises RefusalError."""
        place = self.tickets.response_url(key)
        answer = checked_response(body)
        self.tickets.use_response_url(key)
        original = self.workspace.message(place.channel, place.original) if place.original else None
        if answer.get("delete_original") and original is not None:
            self.workspace.put(replace(original, deleted=True, text="", blocks=()))
        elif answer.get("replace_original") and original is not None:
            self.rewrite(original, answer)
        else:
            self._answer(place.channel, place.user, answer)

    def post(self, channel: str, said: Mapping[str, Any], seen_by: str | None = None) -> Message:
        """Let the bot say something; `seen_by` one person alone."""
        text = str(said.get("text", ""))
        if len(text) > TEXT_LENGTH:
            self.workspace.trouble(f"a text of {len(text)} characters was cut at {TEXT_LENGTH}")
        return self.workspace.post(
            channel,
            world.BOT,
            text[:TEXT_LENGTH],
            said.get("blocks") or (),
            seen_by=seen_by,
            thread_ts=said.get("thread_ts"),
            metadata=said.get("metadata"),
        )

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

    # --- Commands -------------------------------------------------------------------------------------------

    async def _command(self, user: str, channel: Channel, typed: str) -> str | None:
        command, _, text = typed.partition(" ")
        if command in self._doors.commands:
            return self._doors.commands[command](user, channel, text)
        if command != COMMAND:
            return f"{command} is not a command here. Try {COMMAND}."
        person = self.workspace.people[user]
        fields = {
            "token": self.installation.verification_token,
            "team_id": world.TEAM,
            "team_domain": "sample",
            "channel_id": channel.id,
            "channel_name": shapes.channel_name(channel),
            "user_id": user,
            "user_name": person.handle,
            "command": command,
            "text": self._as_typed(text.strip()) if self.installation.should_escape else text.strip(),
            "api_app_id": world.APP,
            "is_enterprise_install": "false",
            "response_url": self._new_response_url(channel.id, user),
            "trigger_id": self.tickets.new_trigger(user),
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
        self.post(channel, said, seen_by=None if said.get("response_type") == "in_channel" else user)

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
            payload["trigger_id"] = self.tickets.new_trigger(user)
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

    def _new_response_url(self, channel: str, user: str, original: str | None = None) -> str:
        return f"{self._base_url}/response/{self.tickets.new_response_url(channel, user, original)}"


def _object(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _named(sign: str, names: Sequence[str], reference: str, text: str) -> str:
    """Put the reference where one of the names stands behind the sign."""
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w){sign}(?:{either})(?![\w-])", lambda _: reference, text, flags=re.IGNORECASE)
