"""A bot under measurement: how it is started, on which core, and what it costs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.load import SIGNING_SECRET, slash_command

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
START = 60.0  # seconds after which a start has failed


@dataclass(frozen=True)
class Contender:
    """One way to answer `/slam`. `expected` is in every right answer; `text` is what is typed after /slam."""

    name: str
    command: tuple[str, ...]
    expected: bytes
    text: str
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT


@dataclass
class Running:
    contender: Contender
    port: int
    process: subprocess.Popen[bytes]
    started_in: float  # seconds until the first right answer

    def processor_seconds(self) -> float:
        """What the process has used of the processor since it started, for itself and for the kernel."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def memory_mib(self) -> float:
        """The memory it holds now (VmRSS)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(contender: Contender, slack_url: str, log: Path) -> Running:
    """Start it on its core and wait for its first right answer."""
    port = free_port()
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": "xoxb-of-no-real-app",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "NODE_ENV": "production",
        **contender.environment,
    }
    os.sched_setaffinity(0, {SERVER_CORE})  # the process inherits it
    began = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            contender.command,
            cwd=contender.folder,
            env=environment,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    os.sched_setaffinity(0, {LOAD_CORE})
    while not _answers(contender, port):
        if process.poll() is not None:
            raise RuntimeError(f"{contender.name} stopped with {process.returncode}: see {log}")
        if time.perf_counter() - began > START:
            process.kill()
            raise RuntimeError(f"{contender.name} gave no right answer within {START:.0f} s: see {log}")
        time.sleep(0.005)
    return Running(contender, port, process, time.perf_counter() - began)


def _answers(contender: Contender, port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            request = slash_command(contender.text, port)
            connection.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
    except OSError:
        return False
    return contender.expected in answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def hellos() -> list[Contender]:
    """What ours is measured against; the bolt-js one where its packages are installed."""
    hello = b"Hello from the Slam."
    found = [
        Contender("bare aiohttp", (sys.executable, str(HERE / "hello_bare.py")), hello, "hello"),
        Contender("Bolt hello", (sys.executable, str(HERE / "hello_bolt.py")), hello, "hello"),
    ]
    script = HERE / "hello-js" / "hello.mjs"
    if (script.parent / "node_modules").exists():
        found.append(Contender("bolt-js hello", ("node", str(script)), hello, "hello"))
    return found
