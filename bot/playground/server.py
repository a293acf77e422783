"""The playground: a page that looks like a small Slack, Slack's Web API and the sources, on one port."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aiohttp import ClientSession, web

from bot.playground import sample, world
from bot.playground.clock import MovableClock
from bot.playground.clomonitor import CLOMonitor
from bot.playground.github import GitHub
from bot.playground.installation import Installation
from bot.playground.line import Line
from bot.playground.refusals import RefusalError
from bot.playground.scorecard import Scorecard
from bot.playground.slack import Slack
from bot.playground.webapi import WebAPI
from bot.playground.workspace import Message, Workspace, view_for_page
from rules.model import Milestone

HOST = "127.0.0.1"
HOME = "A0HOME"  # the app's home, in the list of channels
PAGE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
PASSED_ON = ("If-None-Match", "If-Modified-Since")
ANSWERED = ("Content-Type", "Content-Disposition", "Cache-Control", "ETag", "Last-Modified")
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
LONGEST_STEP = timedelta(days=366)
LONGEST_TROUBLE = 600  # seconds
STILL_HERE = 15.0  # seconds between signs of life to a page

Body = Mapping[str, Any]


class Operator(Protocol):
    """Whoever runs the bot beside the playground."""

    def moved(self) -> None:
        """Somebody moved the clock."""

    async def next_said(self, now: datetime) -> tuple[datetime, str] | None:
        """When the bot will say something by itself, and what; None: nothing more for a long while."""

    def dates(self) -> tuple[Milestone, ...]:
        """The milestones, as the bot's configuration has them now."""

    async def move_date(self, milestone: str, by: timedelta) -> str:
        """Give a milestone another date, and let the bot read that; gives back how it took it."""


class Playground:
    """Start it, then the bot with `environment`, then `connect` the two."""

    def __init__(self, clock: MovableClock, installation: Installation | None = None) -> None:
        self.installation = installation or Installation()
        self.clock = clock
        self.workspace = Workspace(clock)
        self.commands: tuple[Mapping[str, object], ...] = ()  # what the page suggests, with `name` and `note`
        self.projects: tuple[str, ...] = ()
        self.operator: Operator | None = None
        self._bot_url = ""
        self._closing = asyncio.Event()

    async def start(self, port: int = 0) -> None:
        """Serve on this port; 0 is any free one. Raises OSError where it is taken."""
        listening = socket.create_server((HOST, port))
        self.port: int = listening.getsockname()[1]
        self._session = ClientSession()
        self.line = Line(self._session, self.installation.signing_secret, self.clock)
        self.slack = Slack(self.workspace, self.line, self.installation, self.url)
        self.api = WebAPI(self.slack)
        projects = sample.everything()
        self.clomonitor = CLOMonitor(projects.clomonitor, self.clock)
        self.github = GitHub(projects.github, self.clock, f"{self.url}/sources/github")
        self.scorecard = Scorecard(projects.scorecard)
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def stop(self) -> None:
        self._closing.set()
        await self.slack.events.stop()
        await self._runner.cleanup()
        await self._session.close()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def connect(self, bot_url: str) -> None:
        """Where the bot listens: `http://127.0.0.1:PORT`."""
        self._bot_url = bot_url
        self.line.connect(f"{bot_url}/slack/events")

    def environment(self, bot_port: int) -> dict[str, str]:
        """What the bot is told instead of a real Slack's addresses and secrets."""
        return {
            "SLACK_BOT_TOKEN": self.installation.bot_token,
            "SLACK_SIGNING_SECRET": self.installation.signing_secret,
            "SLACK_API_URL": f"{self.url}/api/",
            "CLOMONITOR_URL": f"{self.url}/sources/clomonitor",
            "GITHUB_API_URL": f"{self.url}/sources/github",
            "SCORECARD_URL": f"{self.url}/sources/scorecard",
            "GITHUB_TOKEN": "demo",
            "PUBLIC_URL": self.url,
            "HOST": HOST,
            "PORT": str(bot_port),
        }

    # --- Routes ---------------------------------------------------------------------------------------------

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[_from_this_machine], client_max_size=2**20)
        asked, told = app.router.add_get, app.router.add_post
        asked("/", self._page)
        asked("/{file:[a-z-]+\\.(css|js|svg)}", self._page)
        asked("/api/{method}", self.api.handle, allow_head=False)  # slack-sdk reads with GET
        told("/api/{method}", self.api.handle)
        told("/response/{key}", self._response_url)
        asked("/calendar.ics", self._calendar)
        asked("/sources/clomonitor/{path:.*}", self.clomonitor.answer)
        asked("/sources/github/{path:.*}", self.github.answer)
        asked("/sources/scorecard/{path:.*}", self.scorecard.answer)
        asked("/playground/state", self._state)
        asked("/playground/messages", self._messages)
        asked("/playground/events", self._events)
        asked("/playground/home", self._home)
        asked("/playground/options", self._options)
        asked("/playground/ahead", self._ahead)
        told("/playground/say", _posted(self._say))
        told("/playground/press", _posted(self._press))
        told("/playground/shortcut", _posted(self._shortcut))
        told("/playground/submit", _posted(self._submit))
        told("/playground/close", _posted(self._close))
        told("/playground/clock", _posted(self._forward))
        told("/playground/date", _posted(self._move_date))
        told("/playground/trouble", _posted(self._trouble))
        return app

    async def _page(self, request: web.Request) -> web.StreamResponse:
        path = PAGE / request.match_info.get("file", "index.html")
        if not path.is_file():
            raise web.HTTPNotFound
        return web.Response(
            text=path.read_text(encoding="utf-8"), content_type=KINDS[path.suffix], headers=HEADERS
        )

    async def _calendar(self, request: web.Request) -> web.Response:
        """Pass on what the bot answers: PUBLIC_URL leads here, as it would lead to a proxy in front of it."""
        asked = {name: value for name in PASSED_ON if (value := request.headers.get(name))}
        async with self._session.get(f"{self._bot_url}{request.path}", headers=asked) as answer:
            told = {name: value for name in ANSWERED if (value := answer.headers.get(name))}
            return web.Response(body=await answer.read(), status=answer.status, headers=told)

    async def _response_url(self, request: web.Request) -> web.Response:
        try:
            self.slack.respond(request.match_info["key"], json.loads(await request.read()))
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except RefusalError as refused:
            self.workspace.trouble(f"Slack would refuse the answer: {refused}")
            status = 404 if refused.error in ("expired_url", "used_url") else 400
            return web.json_response({"ok": False, "error": refused.error}, status=status)
        return web.json_response({"ok": True})

    # --- What the page asks ---------------------------------------------------------------------------------

    async def _state(self, request: web.Request) -> web.Response:
        user = self._asker(request.query)
        channels = [
            {
                "id": channel.id,
                "name": self.workspace.name_for(user, channel),
                "kind": "dm" if channel.is_direct else "channel",
                "topic": channel.topic,
                "archived": channel.is_archived,
                "bot": world.BOT in channel.members,
            }
            for channel in self.workspace.channels_of(user)
        ]
        home = {"id": HOME, "name": world.BOT_NAME, "kind": "home", "topic": "The app's home"}
        return web.json_response(
            {
                "now": self.clock().timestamp(),
                "me": user,
                "people": [
                    {
                        "id": person.id,
                        "name": person.name,
                        "role": person.role,
                        "zone": person.zone,
                        "guest": person.is_guest,
                    }
                    for person in self.workspace.people.values()
                ],
                "channels": [*channels, home],
                "elsewhere": self.workspace.known_to(user),
                "bot": {"id": world.BOT, "name": world.BOT_NAME},
                "commands": list(self.commands),
                "shortcuts": [
                    {"name": each.name, "callback_id": each.callback_id}
                    for each in self.installation.shortcuts
                ],
                "projects": list(self.projects),
                "notice": world.NOTICE,
            }
        )

    async def _messages(self, request: web.Request) -> web.Response:
        user = self._asker(request.query)
        seen = self.workspace.seen_by(user, request.query.get("channel", ""))
        return web.json_response({"messages": [self._shown(message) for message in seen]})

    def _shown(self, message: Message) -> dict[str, object]:
        return {
            "ts": message.ts,
            "user": message.user,
            "name": self.workspace.name_of(message.user),
            "bot": message.user not in self.workspace.people,
            "text": message.text,
            "blocks": list(message.blocks),
            "ephemeral": message.seen_by is not None,
            "thread_ts": message.thread_ts,
            "edited": message.edited,
            "deleted": message.deleted,
        }

    async def _home(self, request: web.Request) -> web.Response:
        user = self._asker(request.query)
        view = self.workspace.homes.get(user)
        if not self.workspace.take_fresh_home(user):
            self.slack.open_home(user)
        return web.json_response({"view": view_for_page(view) if view else None})

    async def _options(self, request: web.Request) -> web.Response:
        user = self._asker(request.query)
        return web.json_response(await self.slack.options(user, request.query, request.query))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        user = self._asker(request.query)
        stream = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await stream.prepare(request)
        with self.workspace.listening(user) as news:
            await self._stream(stream, news)
        return stream

    async def _stream(self, stream: web.StreamResponse, news: asyncio.Queue[Mapping[str, object]]) -> None:
        """Pass on news until the page goes away or the playground stops."""
        closing = asyncio.create_task(self._closing.wait())
        coming = asyncio.create_task(news.get())
        try:
            while not closing.done():
                await asyncio.wait({coming, closing}, timeout=STILL_HERE, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    await stream.write(b": still here\n\n")
                    continue
                await stream.write(f"data: {json.dumps(coming.result())}\n\n".encode())
                coming = asyncio.create_task(news.get())
        except ConnectionError:
            return
        finally:
            closing.cancel()
            coming.cancel()

    async def _say(self, body: Body) -> Body:
        said = str(body.get("text", ""))
        thread = body.get("thread_ts")
        return _done(
            await self.slack.say(self._asker(body), str(body.get("channel")), said, thread and str(thread))
        )

    async def _press(self, body: Body) -> Body:
        return _done(await self.slack.press(self._asker(body), body, body))

    async def _shortcut(self, body: Body) -> Body:
        chosen = (str(body.get(name)) for name in ("channel", "ts", "callback_id"))
        return _done(await self.slack.shortcut(self._asker(body), *chosen))

    async def _submit(self, body: Body) -> Body:
        state = body.get("state")
        failed, errors = await self.slack.submit(
            self._asker(body), str(body.get("view_id")), state if isinstance(state, Mapping) else {}
        )
        return {"ok": False, "errors": dict(errors)} if errors else _done(failed)

    async def _close(self, body: Body) -> Body:
        return _done(await self.slack.close(self._asker(body), str(body.get("view_id"))))

    async def _forward(self, body: Body) -> Body:
        """Move the clock `forward` by so many seconds, or `to` a moment, in seconds since 1970."""
        longest = LONGEST_STEP.total_seconds()
        if "to" in body:
            soon = self.clock().timestamp()
            moment = _number(body, "to", soon + longest, least=0)
            now = self.clock.to(datetime.fromtimestamp(moment, UTC))
        else:
            now = self.clock.forward(timedelta(seconds=_number(body, "forward", longest)))
        self.workspace.tell(None, {"type": "clock", "now": now.timestamp()})
        if self.operator is not None:
            self.operator.moved()
        return {"now": now.timestamp()}

    async def _ahead(self, _: web.Request) -> web.Response:
        """What is to come: the dates, and when the bot speaks next."""
        if self.operator is None:
            return web.json_response({"dates": [], "next": None})
        dates = [
            {"id": each.id, "title": each.title, "at": each.at.timestamp()} for each in self.operator.dates()
        ]
        coming = await self.operator.next_said(self.clock())
        soon = {"at": coming[0].timestamp(), "what": coming[1]} if coming else None
        return web.json_response({"dates": dates, "next": soon})

    async def _move_date(self, body: Body) -> Body:
        if self.operator is None:
            raise web.HTTPNotFound(text="nobody runs the bot")
        name = str(body.get("milestone"))
        if name not in [milestone.id for milestone in self.operator.dates()]:
            raise web.HTTPBadRequest(text="no such milestone")
        longest = LONGEST_STEP.total_seconds()
        by = timedelta(seconds=_number(body, "by", longest, least=-longest))
        return {"ok": True, "said": await self.operator.move_date(name, by)}

    async def _trouble(self, body: Body) -> Body:
        """Let Slack be as it sometimes is: `busy` for so many seconds, or `lose` the next answer."""
        if body.get("lose"):
            self.api.lose_next_answer()
        else:
            self.api.be_busy(timedelta(seconds=_number(body, "busy", LONGEST_TROUBLE)))
        return {"ok": True}

    def _asker(self, said: Mapping[str, Any]) -> str:
        user = said.get("as")
        if user in self.workspace.people:
            return str(user)
        if user is None:
            return next(iter(self.workspace.people))
        raise web.HTTPNotFound(text="nobody of that name")


def _posted(answer: Callable[[Body], Awaitable[Body]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """An address that takes JSON and nothing else, so that no other site's form can post here."""

    async def handler(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            body = json.loads(await request.read())
        except ValueError as error:
            raise web.HTTPBadRequest(text="not JSON") from error
        if not isinstance(body, dict):
            raise web.HTTPBadRequest(text="not a JSON object")
        return web.json_response(await answer(body))

    return handler


def _number(body: Body, name: str, most: float, least: float = 0) -> float:
    """A number of seconds that a page may ask for."""
    number = body.get(name)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise web.HTTPBadRequest(text=f"{name}: a number of seconds")
    if not least <= number <= most:
        raise web.HTTPBadRequest(text=f"{name}: from {least:g} to {most:g} seconds")
    return number


def _done(failed: str | None) -> Body:
    return {"ok": True} if failed is None else {"ok": False, "error": failed}


@web.middleware
async def _from_this_machine(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse other names for this machine: a page elsewhere must not reach the playground by DNS tricks."""
    name, _, _ = request.host.rpartition(":") if ":" in request.host else (request.host, "", "")
    if name not in LOCAL:
        raise web.HTTPForbidden(text="only from this machine")
    return await handler(request)
