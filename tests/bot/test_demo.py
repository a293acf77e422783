"""`python -m bot demo`, from outside: as a newcomer starts it and ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def demo(folder: Path, *words: str) -> AsyncIterator[Process]:
    """The demo in a process of its own, with an empty environment and its temporary files in `folder`."""
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-m", "bot", "demo", *words,
        cwd=folder, env=environment, stdout=PIPE, stderr=PIPE,
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_serves_until_it_is_told_to_stop(number: signal.Signals, tmp_path: Path) -> None:
    async with demo(tmp_path, "--port", "0") as process, asyncio.timeout(60):
        assert process.stdout
        address = ""
        while "http://127.0.0.1:" not in address:
            address = (await process.stdout.readline()).decode()
            assert address, "it ended before it served"
        url = next(word for word in address.split() if word.startswith("http"))
        async with ClientSession() as visitor:
            typed = {"as": "U0KOFI", "channel": "D0KOFI", "text": "/slam status"}
            async with visitor.post(f"{url}/playground/say", json=typed) as answer:
                assert await answer.json() == {"ok": True}
            query = {"as": "U0KOFI", "channel": "D0KOFI"}
            async with visitor.get(f"{url}/playground/messages", params=query) as answer:
                messages = (await answer.json())["messages"]
            assert "Driftwood" in messages[-1]["text"]
            async with visitor.get(f"{url}/playground/events?as=U0KOFI"):  # a page that stays open
                process.send_signal(number)
                printed, complaints = await process.communicate()
        assert process.returncode == 0, (printed + complaints).decode()
        assert b"Traceback" not in complaints
    assert not left_in(tmp_path)


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
