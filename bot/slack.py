"""Slack: what people type and press becomes a call, what commands give back becomes an answer."""

from __future__ import annotations

import asyncio
import importlib
import logging
import pkgutil
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import msgspec
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

import commands
from bot import blocks, envelope
from bot.members import UNANSWERED, Members, inward, refusal
from bot.replay import Lately
from bot.reply import NO_CHOICE, Answerer, Call, Finder, Later, Reply, Services
from rules.model import value

if TYPE_CHECKING:
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

log = structlog.get_logger(__name__)

SLACK_API = "https://slack.com/api/"
PATIENCE = 2.5  # seconds a database may take before the person is told; Slack gives up after 3
CALL_TIMEOUT = aiohttp.ClientTimeout(total=10)
LONGEST_PAUSE = 30.0  # seconds that an answer to a person waits for Slack's rate limit
TRIES = 3  # of one answer that Slack put off; what was put off was not posted
NEEDED_SCOPES = ("commands", "chat:write")


@value
class Heard:
    """What goes back in the HTTP response. An empty body is a bare acknowledgement."""

    body: bytes = b""
    content_type: str = "application/json"


@dataclass(frozen=True)
class Welcome:
    """What Slack told when it accepted the token. `scopes` is None where it did not say."""

    team: str
    user: str
    scopes: tuple[str, ...] | None


@dataclass(frozen=True)
class Answerers:
    """Who answers what: subcommands by their names, buttons and fields that are searched by their ids,
    dialogs and entries of a message's menu by their callbacks."""

    subcommands: Mapping[str, Answerer]
    buttons: Mapping[str, Answerer]
    hello: Answerer  # when somebody speaks to the bot, or invites it
    home: Callable[[Call, Services], blocks.View]
    views: Mapping[str, Answerer] = field(default_factory=dict)
    shortcuts: Mapping[str, Answerer] = field(default_factory=dict)
    options: Mapping[str, Finder] = field(default_factory=dict)
    stuck: Answerer | None = None  # when what stands behind /slam is no subcommand
    reply: Answerer | None = None  # when somebody writes into a thread, where the bot may hear it
    asking_who: frozenset[str] = frozenset()  # the modules to which it matters who somebody is


def walk() -> Answerers:
    """Everything in commands/: a file being there is its registration."""
    names = [found.name for found in pkgutil.iter_modules(commands.__path__)]
    modules = {name: importlib.import_module(f"commands.{name}") for name in names}
    return Answerers(
        subcommands={name: module.run for name, module in modules.items() if hasattr(module, "USAGE")},
        buttons=_answering(modules, "BUTTONS"),
        hello=modules["hello"].run,
        home=modules["home"].view,
        views=_answering(modules, "VIEWS"),
        shortcuts=_answering(modules, "SHORTCUTS"),
        options=_answering(modules, "OPTIONS"),
        stuck=modules["stuck"].run,
        reply=modules["ask"].reply,
        asking_who=frozenset(name for name, module in modules.items() if getattr(module, "ASKS_WHO", False)),
    )


def _answering(modules: Mapping[str, ModuleType], what: str) -> dict[str, Any]:
    return {
        f"{name}.{action}": answerer
        for name, module in modules.items()
        for action, answerer in getattr(module, what, {}).items()
    }


class RefusedError(Exception):
    """Slack did not accept the token, or could not be asked; the reason is for operators."""


class ScopesMissingError(Exception):
    """The token is good and does not allow what the bot cannot do without."""


NOTHING = Heard()
AS_IT_IS = "latin-1"  # Bolt wants text: a character for each byte is made and undone at once, UTF-8 is not
Listener = Callable[[envelope.Body], Awaitable[BoltResponse]]

Given = TypeVar("Given")


class Slack:
    """One workspace: what it sends comes in by `hear`, what is for it goes out through one session."""

    def __init__(
        self,
        services: Services,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        *,
        token: str,
        base_url: str = SLACK_API,
        answerers: Answerers | None = None,
    ) -> None:
        self._services = services
        self._session = session
        self._now = now
        # no retry handlers: the default one posts a message again when only its answer was lost
        self._client = AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])
        self._answerers = answerers or walk()
        self._members = Members(self._client, now)
        self._events = Lately()
        self._tasks: set[asyncio.Task[None]] = set()
        self._bolt = self._listening()
        self._listeners: Mapping[str, Listener] = {
            "block_actions": self._on_action,
            "block_suggestion": self._on_options,
            "message_action": self._on_shortcut,
            "view_submission": self._on_view,
            "view_closed": self._on_view,
            "event_callback": self._on_event,
        }
        self._socket: SocketModeClient | None = None
        self._me: str | None = None  # our own Slack user id
        self._workspace = ""
        self.failures = 0

    # --- in ----------------------------------------------------------------------------------------------

    async def hear(self, raw: bytes, content_type: str) -> Heard:
        """Answer one request whose signature was checked. Raises UnreadableError."""
        return await self._dispatch(envelope.read(raw, content_type))

    async def _dispatch(self, body: envelope.Body) -> Heard:
        if body.get("type") == "url_verification":
            return Heard((body.get("challenge") or "").encode(), "text/plain")
        if "command" not in body and body.get("type") not in self._listeners:
            return NOTHING  # ssl_check, and what nobody here listens to
        try:
            # "socket_mode" is Bolt's word for a body that is verified and parsed already
            request = AsyncBoltRequest(body=body, mode="socket_mode")
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise envelope.UnreadableError(f"Bolt cannot read it: {error!r}") from error
        response = await self._bolt.async_dispatch(request)
        return Heard(response.body.encode(AS_IT_IS)) if response.status == 200 else NOTHING

    def _listening(self) -> AsyncApp:
        """Bolt without its listeners: choosing one and filling its arguments costs more than all the rest."""
        app = _Bolt(
            name="slam",  # otherwise Bolt reads the source of everybody who called, to find one
            logger=_quiet(),
            client=self._client,
            before_authorize=_Listener(self._on_request),
            # the front door has checked the signature, and what is no request is answered in `_dispatch`
            request_verification_enabled=False,
            ssl_check_enabled=False,
        )
        app.error(self._on_error)
        return app

    async def _on_request(self, body: envelope.Body) -> BoltResponse:
        if "command" in body:
            return await self._on_command(body)
        return await self._listeners[body["type"]](body)

    async def _on_command(self, body: envelope.Body) -> BoltResponse:
        name, call = envelope.command(body, self._now())
        name = name.replace("-", "_")  # `/slam help-desk` is commands/help_desk.py
        answerer = self._answerers.subcommands.get(name)
        if answerer is None:
            reply = await self._answer_words(name, replace(call, text=envelope.whole(body)))
        else:
            reply = await self._ask(answerer, call, name)
        if reply.modal is not None:
            await self._client.views_open(trigger_id=body.get("trigger_id") or "", view=reply.modal.view())
        response_url = envelope.answer_address(body)
        if reply.later is not None and response_url:
            self._go(self._answer_later(reply.later, response_url), name, response_url)
        return _ack() if reply.message is None else _ack(_spoken(reply))

    async def _on_action(self, body: envelope.Body) -> BoltResponse:
        press = envelope.press(body, self._now())
        return await self._answer_press(press, self._answerers.buttons.get(press.button))

    async def _on_shortcut(self, body: envelope.Body) -> BoltResponse:
        press = envelope.shortcut(body, self._now())
        return await self._answer_press(press, self._answerers.shortcuts.get(press.button))

    async def _answer_press(self, press: envelope.Press, answerer: Answerer | None) -> BoltResponse:
        reply = OUTDATED if answerer is None else await self._ask(answerer, press.call, press.button)
        if reply.modal is not None or not press.response_url:
            await self._show(reply, press)
        elif reply.message is not None or reply.later is not None:
            self._go(self._answer(reply, press.response_url), press.button, press.response_url)
        return _ack()

    async def _on_view(self, body: envelope.Body) -> BoltResponse:
        if body["type"] != "view_submission":
            return _ack()
        sent = envelope.submission(body, self._now())
        answerer = self._answerers.views.get(sent.view)
        reply = OUTDATED if answerer is None else await self._ask(answerer, sent.call, sent.view, sent.people)
        taken = _taken(reply, sent.view)
        if reply.later is not None:
            self._go(self._show_later(reply.later, sent.dialog if taken else "", sent.view), sent.view)
        return _ack(taken)

    async def _on_options(self, body: envelope.Body) -> BoltResponse:
        query = envelope.query(body, self._now())
        finder = self._answerers.options.get(query.field)
        if finder is None:
            return _ack(blocks.offered(()))
        async with asyncio.timeout(PATIENCE):
            find = await self._ask(finder, query.call, query.field)
            return _ack(blocks.offered(await find()))

    async def _on_event(self, body: envelope.Body) -> BoltResponse:
        if (event_id := body.get("event_id")) and self._events.saw(event_id.encode(), self._now()):
            return _ack()
        event, me = envelope.event(body, self._now()), self._me
        if event.kind == "app_home_opened":
            if event.tab in ("home", None):
                self._go(self._draw_home(event.call), "home")
        elif event.is_for(me):
            if event.kind == "member_joined_channel":
                self._go(self._enter(event.call.channel), "entering a channel")
            self._go(self._greet(event.call, event.thread), "hello")
        elif event.is_reply(me):
            await self._hear_reply(event)
        return _ack()

    async def _hear_reply(self, event: envelope.Event) -> None:
        """What is to be said to it is written down, not answered here."""
        if self._answerers.reply is not None:
            form = {"message": event.text, "thread": event.thread or ""}
            await self._ask(self._answerers.reply, replace(event.call, form=form), "reply")

    async def _ask(
        self,
        answerer: Callable[[Call, Services], Given],
        call: Call,
        name: str,
        chosen: Sequence[str] = (),
    ) -> Given:
        """`name` is the subcommand, or the id of the button or dialog, in which these people were chosen."""
        asks_who = name.partition(".")[0] in self._answerers.asking_who
        if not asks_who and not self._services.store.blocking:
            return answerer(call, self._services)
        async with asyncio.timeout(PATIENCE):
            if asks_who:
                call = replace(call, person=await self._members.find(call.user, self._services, chosen))
            return await inward(self._services.store, answerer, call, self._services)

    async def _answer_words(self, name: str, call: Call) -> Reply:
        """What stands behind /slam is no subcommand: somebody's own words, or mistyped."""
        stuck = self._answerers.stuck
        reply = await self._ask(stuck, call, "stuck") if stuck else Reply()
        return reply if reply.message else self._mistyped(name)

    def _mistyped(self, name: str) -> Reply:
        from rapidfuzz import process  # noqa: PLC0415  # the first mistake pays for it, not every start

        near = process.extractOne(name[:40], self._answerers.subcommands.keys(), score_cutoff=60)
        meant = f" Did you mean `/slam {near[0].replace('_', '-')}`?" if near else ""
        typed = blocks.quote(f"/slam {name.replace('_', '-')}")
        return _said(f"There is no {typed}.{meant} `/slam help` lists what there is.")

    # --- out ---------------------------------------------------------------------------------------------

    async def _show(self, reply: Reply, press: envelope.Press) -> None:
        """Answer in a dialog: in the app's home and in dialogs there is no message to answer below."""
        if (view := _dialog(reply, press.button)) is None:
            return
        if press.dialog:  # it takes the place of the one that is open: they pile up only three high
            shown = await self._client.views_update(view_id=press.dialog, view=view)
        else:
            shown = await self._client.views_open(trigger_id=press.trigger, view=view)
        if reply.later is not None:
            self._go(self._show_later(reply.later, shown["view"]["id"], press.button), press.button)

    async def _show_later(self, later: Later, dialog: str, name: str) -> None:
        """`dialog` is "" where it has closed: what `later` answers is for nobody then."""
        if (view := _dialog(await later(), name)) and dialog:
            await self._client.views_update(view_id=dialog, view=view)

    async def _answer(self, reply: Reply, response_url: str) -> None:
        if reply.message is not None:
            await self._respond({**_spoken(reply), "replace_original": reply.replace}, response_url)
        if reply.later is not None:
            await self._answer_later(reply.later, response_url)

    async def _answer_later(self, later: Later, response_url: str) -> None:
        await self._answer(await later(), response_url)

    async def _respond(self, spoken: Mapping[str, object], response_url: str) -> None:
        async with self._session.post(
            response_url,
            data=msgspec.json.encode(spoken),
            headers={"Content-Type": "application/json"},
            timeout=CALL_TIMEOUT,
            allow_redirects=False,
        ) as response:
            if response.status != 200:
                log.warning("Slack did not take an answer", status=response.status)

    async def _greet(self, call: Call, thread: str | None) -> None:
        reply = await self._ask(self._answerers.hello, call, "hello")
        if reply.message is not None:
            await self._say(call.channel, thread, reply.message)

    async def _enter(self, channel: str) -> None:
        """Where the bot was let in, it can be heard again."""
        await inward(self._services.store, self._services.store.closed.open, channel)
        self._services.wake()

    async def _say(self, channel: str, thread: str | None, message: blocks.Message) -> None:
        for tries_left in reversed(range(TRIES)):
            try:
                await self._client.chat_postMessage(
                    channel=channel,
                    thread_ts=thread,
                    text=message.text,
                    blocks=message.blocks,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            except SlackApiError as error:
                if not tries_left or (pause := _put_off(error)) is None:
                    raise
                await asyncio.sleep(pause)
            else:
                return

    async def _draw_home(self, call: Call) -> None:
        view = await self._ask(self._answerers.home, call, "home")
        await self._client.views_publish(user_id=call.user, view=view)

    # --- what runs after the acknowledgement -------------------------------------------------------------

    def _go(self, work: Coroutine[Any, Any, None], doing: str, response_url: str | None = None) -> None:
        """Run what may take its time; if it fails, that is logged and, by `response_url`, said."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(partial(self._went, doing, response_url))

    def _went(self, doing: str, response_url: str | None, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        reply = self._failed(error, doing)
        if response_url:
            self._go(self._answer(reply, response_url), f"saying that {doing} failed")

    async def _on_error(self, error: Exception, body: envelope.Body) -> BoltResponse:
        if "command" in body:
            return _ack(_spoken(self._failed(error, "command")))
        reply = self._failed(error, body["type"])
        if body["type"] == "view_submission":
            return _ack(_taken(reply, "sorry"))
        if body["type"] == "block_suggestion":
            return _ack(blocks.offered([(reply.message.text if reply.message else "", NO_CHOICE)]))
        if response_url := envelope.answer_address(body):
            self._go(self._answer(reply, response_url), "saying that it failed")
        return _ack()

    def _failed(self, error: BaseException, doing: str) -> Reply:
        """Log our own mistake; gives back what the person is told."""
        self.failures += 1
        reference = secrets.token_hex(2).upper()
        log.error("failed on our side", reference=reference, doing=doing, exc_info=error)
        if isinstance(error, TimeoutError):  # what it was about may be written all the same
            return _said(
                f"That took too long on our side (reference {reference}), and it may have been done. "
                "*Next:* look before you do it again; if it was not, try in a minute."
            )
        return _said(
            f"That failed on our side (reference {reference}). Please try again in a minute; "
            "if it fails again, tell an organizer this reference."
        )

    # --- coming and going --------------------------------------------------------------------------------

    def organizers(self) -> frozenset[str]:
        """Who the configuration names, with the members of its user groups as far as Slack told them."""
        return self._members.organizers(self._services.config.organizers)

    def is_apart(self, person: str) -> bool:
        """Whether somebody may not see the help channel, and a conversation with them can be opened."""
        return self._members.is_apart(person, self._services.config.channels.help)

    def workspace(self) -> str:
        """The workspace's address; "" before Slack told it."""
        return self._workspace

    def reconfigure(self, services: Services) -> None:
        """Answer with these from now on."""
        self._services = services

    async def introduce(self) -> Welcome:
        """Ask Slack who we are, once. Raises RefusedError, or ScopesMissingError."""
        try:
            async with asyncio.timeout(CALL_TIMEOUT.total):
                told = await self._client.auth_test()
        except SlackApiError as error:
            raise RefusedError(f"Slack refused the token: {refusal(error)}") from error
        except UNANSWERED as error:
            raise RefusedError(f"Slack cannot be asked: {type(error).__name__}") from error
        self._me, self._workspace = told.get("user_id"), str(told.get("url") or "")
        welcome = Welcome(str(told.get("team")), str(told.get("user")), _scopes(told.headers))
        if welcome.scopes is not None and (missing := set(NEEDED_SCOPES) - set(welcome.scopes)):
            raise ScopesMissingError(f"the token lacks the scope {', '.join(sorted(missing))}")
        self._members.scopes = welcome.scopes or ()
        await self._members.learn_groups(self._services.config.organizers)
        return welcome

    async def connect(self, app_token: str) -> None:
        """Socket Mode: Slack's requests come through a connection that we open, to the same listeners.

        Raises RefusedError when there is no connection in time.
        """
        from slack_sdk.socket_mode.aiohttp import SocketModeClient  # noqa: PLC0415  # not needed over HTTP

        socket = SocketModeClient(app_token, web_client=self._client, logger=_quiet())
        socket.socket_mode_request_listeners.append(self._on_envelope)
        try:
            async with asyncio.timeout(CALL_TIMEOUT.total):
                await socket.connect()  # type: ignore[no-untyped-call]  # it tries for ever
        except TimeoutError as error:
            await socket.close()  # type: ignore[no-untyped-call]
            raise RefusedError("Socket Mode: Slack opens no connection for SLACK_APP_TOKEN") from error
        self._socket = socket

    async def _on_envelope(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        from slack_sdk.socket_mode.response import SocketModeResponse  # noqa: PLC0415  # as above

        try:
            heard = await self._dispatch(envelope.check(request.payload))
        except envelope.UnreadableError as error:
            log.warning("unreadable envelope", why=str(error))
            heard = NOTHING
        payload = msgspec.json.decode(heard.body) if heard.body else None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    async def close(self, patience: float) -> None:
        """Finish what was begun, within so many seconds; what is left then is cancelled."""
        if self._socket is not None:
            await self._socket.close()  # type: ignore[no-untyped-call]
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in tuple(self._tasks):
            task.cancel()


class _Bolt(AsyncApp):
    """Bolt, without the logger and the client that it makes for each request: nobody here asks for them."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        pass


class _Listener(AsyncMiddleware):
    """All of Bolt's chain: gives every request's body to one listener, and asks nobody after it."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # Bolt gives all three by their names
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse:
        return await self._listener(req.body)


# --- From our words to Slack's -----------------------------------------------------------------------------


def _said(text: str) -> Reply:
    return Reply(blocks.message(blocks.section(text)))


OUTDATED = _said("This button is of an older version of the bot. `/slam help` lists what there is.")


def _spoken(reply: Reply) -> dict[str, object]:
    spoken: dict[str, object] = {"response_type": "in_channel" if reply.shared else "ephemeral"}
    if reply.message is not None:
        spoken |= {"text": reply.message.text, "blocks": reply.message.blocks}
    return spoken


def _dialog(reply: Reply, name: str) -> blocks.View | None:
    """`name` is the id of what is answered; an answer without a heading is called after its first part."""
    if reply.modal is not None:
        return reply.modal.view()
    if reply.message is None:
        return None
    title, shown = name.partition(".")[0].replace("_", " ").capitalize(), reply.message.blocks
    first, *rest = shown
    if rest and first["type"] == "header" and len(first["text"]["text"]) <= blocks.TITLE_LENGTH:
        title, shown = first["text"]["text"], tuple(rest)
    return blocks.Modal(callback="hello.shown", title=title, blocks=shown).view()


def _taken(reply: Reply, name: str) -> dict[str, object] | None:
    """What becomes of a dialog that was sent off; None: it closes."""
    if reply.errors:
        return {"response_action": "errors", "errors": dict(reply.errors)}
    view = _dialog(reply, name)
    return None if view is None else {"response_action": "update", "view": view}


def _ack(spoken: Mapping[str, object] | None = None) -> BoltResponse:
    body = b"" if spoken is None else msgspec.json.encode(spoken)
    return BoltResponse(status=200, body=body.decode(AS_IT_IS))


def _put_off(error: SlackApiError) -> float | None:
    """Seconds that Slack wants us to wait; None where that is not what is wrong, or too long."""
    if error.response.status_code != 429:
        return None
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    try:
        pause = float(headers.get("retry-after", "1"))
    except ValueError:
        return 1.0
    return pause if 0 <= pause <= LONGEST_PAUSE else None


def _scopes(headers: Mapping[str, str]) -> tuple[str, ...] | None:
    granted = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes")
    if granted is None:
        return None
    return tuple(scope.strip() for scope in granted.split(",") if scope.strip())


def _quiet() -> logging.Logger:
    """Bolt's warnings print whole requests, and with them what people asked."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger
