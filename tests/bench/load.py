"""Signed slash commands, no two alike, sent to a bot on loopback: bounded in number and in time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # of no real app
CONNECTIONS = 32
PATIENCE = 300.0  # seconds for one burst

_trigger = count(1)


def slash_command(text: str, port: int) -> bytes:
    """What Slack would send for `/slam TEXT`, signed now; no two are alike."""
    body = urlencode(
        {
            "token": "ignored",
            "team_id": "T0SLAM",
            "team_domain": "slam",
            "channel_id": "C0SLAM",
            "channel_name": "security-slam",
            "user_id": "U0BENCH",
            "user_name": "bench",
            "command": "/slam",
            "text": text,
            "api_app_id": "A0SLAM",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/commands/T0SLAM/1/secret",
            "trigger_id": f"{next(_trigger)}.{time.time_ns()}",
        }
    ).encode()
    sent_at = str(int(time.time()))
    signed = hmac.new(SIGNING_SECRET.encode(), b"v0:" + sent_at.encode() + b":" + body, hashlib.sha256)
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nAccept: application/json,*/*\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {sent_at}\r\nX-Slack-Signature: v0={signed.hexdigest()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True)
class Burst:
    """What a burst of commands met: each answer's waiting time and the time for all, in seconds."""

    waits: tuple[float, ...]
    seconds: float
    wrong: int

    @property
    def a_second(self) -> float:
        return len(self.waits) / self.seconds

    def slowest_of(self, hundred: int = 100) -> float:
        """The waiting time that one in a hundred exceeds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, len(ordered) * (hundred - 1) // hundred)]


class _Connection(asyncio.Protocol):
    """One kept-alive connection: a request at a time, as many as the burst hands it."""

    def __init__(self, burst: _Sending) -> None:
        self.burst = burst
        self.received = bytearray()
        self.sent_at = 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, request: bytes, since: float) -> None:
        self.sent_at = since
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not _is_whole(self.received):
            return
        answer, self.received = bytes(self.received), bytearray()
        self.burst.answered(self, answer)

    def connection_lost(self, error: Exception | None) -> None:
        self.burst.lost()


def _is_whole(answer: bytearray) -> bool:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return answer.endswith(b"\r\n0\r\n\r\n")
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(answer) >= end + 4 + int(length or b"0")


class _Sending:
    def __init__(self, requests: Sequence[bytes], expected: bytes) -> None:
        self.waiting = deque((request, 0.0) for request in requests)
        self.expected = expected
        self.left = len(requests)
        self.waits: list[float] = []
        self.wrong = 0
        self.done = asyncio.Event()
        self.idle: list[_Connection] = []

    def answered(self, connection: _Connection, answer: bytes) -> None:
        self.waits.append(time.perf_counter() - connection.sent_at)
        if not answer.startswith(b"HTTP/1.1 200") or self.expected not in answer:
            self.wrong += 1
        self.left -= 1
        if self.left == 0:
            self.done.set()
        self.next(connection)

    def next(self, connection: _Connection) -> None:
        if not self.waiting:
            self.idle.append(connection)
            return
        request, since = self.waiting.popleft()
        connection.send(request, since or time.perf_counter())

    def arrive(self, request: bytes) -> None:
        """A command comes in at its own moment, whether or not a connection is free."""
        self.waiting.append((request, time.perf_counter()))
        if self.idle:
            self.next(self.idle.pop())

    def lost(self) -> None:
        if self.left:
            self.wrong += self.left
            self.left = 0
            self.done.set()


async def as_fast_as_it_can(port: int, texts: Sequence[str], expected: bytes) -> Burst:
    """Every connection sends its next command when it has its answer."""
    sending = _Sending([slash_command(text, port) for text in texts], expected)
    connections = await _connected(port, sending)
    started = time.perf_counter()
    for connection in connections:
        sending.next(connection)
    return await _finished(sending, connections, started)


async def at_a_pace(port: int, texts: Sequence[str], expected: bytes, a_second: float) -> Burst:
    """Commands come in evenly, however long their answers take."""
    sending = _Sending([], expected)
    sending.left = len(texts)
    connections = await _connected(port, sending)
    sending.idle.extend(connections)
    requests = [slash_command(text, port) for text in texts]
    loop = asyncio.get_running_loop()
    first = loop.time() + 0.05
    for index, request in enumerate(requests):
        loop.call_at(first + index / a_second, sending.arrive, request)
    return await _finished(sending, connections, time.perf_counter())


async def _connected(port: int, sending: _Sending) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Connection(sending), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    return [connection for _, connection in made]


async def _finished(sending: _Sending, connections: Sequence[_Connection], started: float) -> Burst:
    await asyncio.wait_for(sending.done.wait(), PATIENCE)
    seconds = time.perf_counter() - started
    for connection in connections:
        connection.transport.close()
    return Burst(tuple(sending.waits), seconds, sending.wrong)
