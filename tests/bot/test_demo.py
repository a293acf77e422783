"""`python -m bot demo`, from outside: as a newcomer starts it and ends it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
TYPED = ("", "help", "status", "status driftwood", "next", "badges", "projects", "odd <!here>")
SPOKEN = (("C0HELP", "hello @slam"), ("D0MARA", "hello"), ("C0RANDOM", "/invite @slam"))


@asynccontextmanager
async def demo(folder: Path, *words: str, stdout: int = PIPE) -> AsyncIterator[Process]:
    """The demo in a process of its own, with an empty environment and its temporary files in `folder`."""
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-m", "bot", "demo", *words,
        cwd=folder, env=environment, stdout=stdout, stderr=PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_the_tour_is_printed_and_ends(tmp_path: Path) -> None:
    async with demo(tmp_path, "--tour") as process, asyncio.timeout(60):
        printed, complaints = await process.communicate()
        told = printed.decode()
        assert process.returncode == 0, told + complaints.decode()
        assert "invented" in told
        assert "/slam status" in told
        assert "The Cleaner" in told
        assert "!" not in [line[:1] for line in told.splitlines()], "Slack would have refused something"
        assert complaints == b""
    assert not left_in(tmp_path), "what is temporary is taken away"


async def address_of(process: Process) -> str:
    """Where it serves, once it does."""
    assert process.stdout
    while line := (await process.stdout.readline()).decode():
        if line.startswith("Click and type in it at"):
            return next(word for word in line.split() if word.startswith("http"))
    raise AssertionError("it ended before it served")


async def test_whoever_has_read_enough_may_stop_reading(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    async with demo(tmp_path, "--tour", stdout=write_end) as process, asyncio.timeout(60):
        os.close(write_end)
        os.close(read_end)  # as `| head -0` does
        _, complaints = await process.communicate()
        assert (process.returncode, complaints) == (0, b"")
    assert not left_in(tmp_path)


@dataclass
class Visitor:
    """Somebody at the page, in one place."""

    session: ClientSession
    url: str
    user: str
    channel: str

    async def post(self, path: str, **body: Any) -> Any:
        body |= {"as": self.user, "channel": self.channel}
        async with self.session.post(f"{self.url}/playground/{path}", json=body) as answer:
            return await answer.json()

    async def seen(self) -> list[dict[str, Any]]:
        query = {"as": self.user, "channel": self.channel}
        async with self.session.get(f"{self.url}/playground/messages", params=query) as answer:
            return list((await answer.json())["messages"])

    async def home(self) -> Any:
        async with self.session.get(f"{self.url}/playground/home", params={"as": self.user}) as answer:
            return (await answer.json())["view"]

    async def news(self, kind: str, doing: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        """The first news of a kind that comes after doing something."""
        async with self.session.get(f"{self.url}/playground/events", params={"as": self.user}) as news:
            await doing()
            while True:
                line = await news.content.readuntil(b"\n\n")
                if line.startswith(b"data: ") and (told := json.loads(line[6:]))["type"] == kind:
                    return dict(told)

    async def until(self, enough: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The messages, once they are enough."""
        async with asyncio.timeout(10):
            while not enough(messages := await self.seen()):  # noqa: ASYNC110  # another process says them
                await asyncio.sleep(0.02)
        return messages

    async def press_everything(self) -> set[str]:
        """Press every button and choose every option there is, also in the answers; which there were."""
        pressed: set[str] = set()
        while new := [each for each in _elements(await self.seen()) if _name(each[2]) not in pressed]:
            for ts, block_id, element in new:
                pressed.add(_name(element))
                action = {"ts": ts, "block_id": block_id, "action_id": element["action_id"]}
                for choice in element.get("options", [{}]):
                    said = await self.post("press", **action, type=element["type"], selected_option=choice)
                    assert said == {"ok": True} or said["error"].endswith("is gone."), said
                    await asyncio.sleep(0.05)
        return pressed


def _elements(messages: list[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (message["ts"], block["block_id"], element)
        for message in messages
        for block in message["blocks"]
        for element in [*block.get("elements", ()), block.get("accessory", {})]
        if element.get("action_id")
    ]


def _name(element: dict[str, Any]) -> str:
    return f"{element['action_id']} {element.get('value', '')}"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_serves_until_it_is_told_to_stop(number: signal.Signals, tmp_path: Path) -> None:
    async with demo(tmp_path, "--port", "0") as process, asyncio.timeout(60):
        url = await address_of(process)
        async with ClientSession() as session:
            kofi = Visitor(session, url, "U0KOFI", "D0KOFI")
            assert await kofi.post("say", text="/slam status driftwood") == {"ok": True}
            assert "Driftwood" in (await kofi.seen())[-1]["text"]
            async with session.get(f"{url}/playground/events?as=U0KOFI"):  # a page that stays open
                process.send_signal(number)
                printed, complaints = await process.communicate()
        assert process.returncode == 0, (printed + complaints).decode()
        assert complaints == b""
    assert not left_in(tmp_path)


STUCK = (
    "ask scorecard why is Branch-Protection -1?",
    "ask what about the moon?",
    "ask",
    "resources",
    "register",
)
HELPING = ("volunteer", "resources scorecard", "forget-me", "help-desk")
FOR_ORGANIZERS = (
    "announce",
    "help-desk",
    "volunteer",
    "register",
    "outbox",
    "outbox sent",
    "pause",
    "pause off",
    "reach",
    "reload",
    "remind",
)


@pytest.mark.parametrize(
    ("user", "channel", "typed", "buttons"),
    [
        pytest.param(
            "U0MARA",
            "C0SLAM",
            (*TYPED, "deadlines", "remind", "remind lanternfish", "announce"),
            {"status.badge", "status.refresh", "status.share", "next.open", "remind.off", "remind.on"},
            id="a maintainer",
        ),
        pytest.param("U0ORLA", "C0ORGS", FOR_ORGANIZERS, {"announce.write", "reach.show"}, id="an organizer"),
        pytest.param("U0RUTH", "C0SALT", STUCK, {"ask.stuck", "ask.solved", "ask.open"}, id="who is stuck"),
        pytest.param("U0VIKRAM", "C0HELP", HELPING, {"volunteer.duty"}, id="a volunteer"),
    ],
)
async def test_everything_that_can_be_typed_and_pressed_is_answered_as_slack_takes_it(
    tmp_path: Path, user: str, channel: str, typed: tuple[str, ...], buttons: set[str]
) -> None:
    async with demo(tmp_path, "--port", "0") as process, asyncio.timeout(120):
        url = await address_of(process)
        async with ClientSession() as session:
            somebody = Visitor(session, url, user, channel)
            for words in typed:
                assert await somebody.post("say", text=f"/slam {words}") == {"ok": True}
            pressed = {name.split()[0] for name in await somebody.press_everything()}
            assert pressed >= buttons
            assert "failed on our side" not in str(await somebody.seen())
            process.terminate()
            printed, complaints = await process.communicate()
        assert (process.returncode, complaints) == (0, b""), (printed + complaints).decode()


async def test_a_mention_a_message_an_invitation_and_the_home_are_answered(tmp_path: Path) -> None:
    async with demo(tmp_path, "--port", "0") as process, asyncio.timeout(60):
        url = await address_of(process)
        async with ClientSession() as session:
            for channel, said in (
                ("C0HELP", "hello @slam"),
                ("D0MARA", "hello"),
                ("C0RANDOM", "/invite @slam"),
            ):
                mara = Visitor(session, url, "U0MARA", channel)
                assert await mara.post("say", text=said) == {"ok": True}
                messages = await mara.until(lambda told: told[-1]["bot"] and "/slam" in told[-1]["text"])
                assert not messages[-1]["ephemeral"]
            assert await mara.news("home", mara.home) == {"type": "home"}
            view = await mara.home()
            assert "Lanternfish" in str(view)
            block = next(block for block in view["blocks"] if block.get("accessory"))
            action = {"block_id": block["block_id"], "action_id": block["accessory"]["action_id"]}
            news = await mara.news("view", partial(mara.post, "press", view_id=view["id"], **action))
            assert "Lanternfish" in str(news["view"]["blocks"])


async def test_a_project_nobody_has_seen_is_looked_at_once_time_is_moved(tmp_path: Path) -> None:
    async with demo(tmp_path, "--port", "0") as process, asyncio.timeout(60):
        url = await address_of(process)
        async with ClientSession() as session:
            kofi = Visitor(session, url, "U0KOFI", "D0KOFI")
            await kofi.post("say", text="/slam status kelpforest")
            assert "not looked at yet" in (await kofi.seen())[-1]["text"]
            await kofi.post("clock", forward=3600)
            async with asyncio.timeout(20):
                while "not looked at yet" in (await kofi.seen())[-1]["text"]:
                    await asyncio.sleep(0.1)
                    await kofi.post("say", text="/slam status kelpforest")
            assert "The Cleaner" in (await kofi.seen())[-1]["text"]


async def test_a_port_that_is_taken_is_said_to_be(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with demo(tmp_path, "--port", str(port)) as process, asyncio.timeout(60):
            printed, complaints = await process.communicate()
            assert process.returncode == 1
            assert printed == b""
            assert str(port) in complaints.decode()
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("port", ["99999", "-1", "80x"])
async def test_what_is_no_port_is_a_mistake(port: str, tmp_path: Path) -> None:
    async with demo(tmp_path, f"--port={port}") as process, asyncio.timeout(60):
        _, complaints = await process.communicate()
        assert process.returncode == 2
        assert port in complaints.decode()
