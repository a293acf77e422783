"""`make bench`: the bot side by side with a bare listener, a Bolt hello and a bolt-js hello, on this machine.

Every figure is the median of interleaved rounds, so that a slow minute of the machine hits everyone alike.
Load goes to the loopback interface only and is bounded in number and in time. Servers have one core, the load
has another.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench import fanout, world
from tests.bench.contenders import HERE, LOAD_CORE, ROOT, Contender, Running, free_port, hellos, start
from tests.bench.load import Burst, as_fast_as_it_can, at_a_pace

PACE = 300.0  # commands a second

CONFIG = f"edition: {world.EDITION}\nrefresh: {{every: 52w}}\n"

SUBCOMMAND = '''"""Say hello."""

from bot.blocks import message, section
from bot.reply import Call, Reply, Services

USAGE = "hello"


def run(call: Call, services: Services) -> Reply:
    return Reply(message(section("Hello.")))


BUTTONS = {"again": run}
'''


Sender = Callable[[int, Sequence[str], bytes], Coroutine[object, object, Burst]]


@dataclass(frozen=True)
class Size:
    """How much is measured: `--quick` shows that it works, without it the figures mean something."""

    rounds: int
    commands: int  # in one burst
    paced: int  # in one burst at PACE
    starts: int
    few: int  # projects
    many: int
    messages: fanout.Size


FULL = Size(
    rounds=5,
    commands=2000,
    paced=900,
    starts=5,
    few=1000,
    many=1_000_000,
    messages=fanout.Size(sends=2000, rounds=3, channels=2000, pending=10_000),
)
QUICK = Size(
    rounds=2,
    commands=300,
    paced=150,
    starts=2,
    few=100,
    many=10_000,
    messages=fanout.Size(sends=300, rounds=1, channels=500, pending=1000),
)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="a smoke run: smaller, and its figures mean little"
    )
    size = QUICK if parser.parse_args(words).quick else FULL
    os.sched_setaffinity(0, {LOAD_CORE})
    _install_bolt_js()
    with TemporaryDirectory(prefix="slam-bench-") as folder, ExitStack() as running:
        bench = Bench(size, Path(folder), running)
        bench.side_by_side()
        bench.many_projects()
        bench.many_subcommands()
        bench.messages()
    return 0


def _install_bolt_js() -> None:
    if shutil.which("npm") is None:
        print("npm is not here: without the bolt-js hello", file=sys.stderr)
        return
    subprocess.run(
        ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=HERE / "hello-js",
        check=True,
    )


class Bench:
    """Starts contenders and asks them, round by round."""

    def __init__(self, size: Size, folder: Path, stack: ExitStack) -> None:
        self.size = size
        self.folder = folder
        self.asked: dict[str, list[str]] = {}
        port = free_port()
        slack = subprocess.Popen(
            [sys.executable, str(HERE / "slack_api.py")], env={**os.environ, "PORT": str(port)}
        )
        stack.callback(slack.wait)
        stack.callback(slack.terminate)
        self.outside = f"http://127.0.0.1:{port}"

    def side_by_side(self) -> None:
        ours = self._ours("Slam bot", self._projects(self.size.few))
        contenders = [*hellos(), ours]
        print(f"\nStart to first right answer, alone on a core ({self.size.starts} starts each)")
        starts: dict[str, list[float]] = {contender.name: [] for contender in contenders}
        for _ in range(self.size.starts):
            for contender in contenders:
                with self._running([contender]) as (one,):
                    starts[contender.name].append(one.started_in)
        _table({name: median(times) for name, times in starts.items()}, "{:.2f} s", "Bolt hello")
        with self._running(contenders) as running:
            self._throughput(running, "bolt-js hello")
            self._pace(running)
            print("\nMemory after that")
            _table({one.contender.name: one.memory_mib() for one in running}, "{:.0f} MiB", "bolt-js hello")

    def many_projects(self) -> None:
        few, many = (
            self._ours(f"{number:,} projects", self._projects(number))
            for number in (self.size.few, self.size.many)
        )
        with self._running([few, many]) as running:
            self._throughput(running, few.name)

    def many_subcommands(self) -> None:
        database = self._projects(self.size.few)
        as_it_is = self._ours("subcommands as they are", database)
        forty_more = self._ours("forty more subcommands", database, self._house(subcommands=40))
        with self._running([as_it_is, forty_more]) as running:
            self._throughput(running, as_it_is.name)

    def messages(self) -> None:
        fanout.cost(self.size.messages, f"{self.outside}/api/", self.folder)
        fanout.fan_out(self.size.messages, self.outside, self.folder)
        fanout.after_a_kill(self.size.messages, self.outside, self.folder)

    def _throughput(self, running: Sequence[Running], against: str) -> None:
        print(f"\nAs fast as one core can ({self.size.rounds} rounds of {self.size.commands} commands)")
        rates: dict[str, list[float]] = {one.contender.name: [] for one in running}
        costs: dict[str, list[float]] = {one.contender.name: [] for one in running}
        for one in running:
            self._burst(one, as_fast_as_it_can, self.size.commands // 3)
        for _ in range(self.size.rounds):
            for one in running:
                before = one.processor_seconds()
                burst = self._burst(one, as_fast_as_it_can, self.size.commands)
                rates[one.contender.name].append(burst.a_second)
                spent = one.processor_seconds() - before
                costs[one.contender.name].append(spent / self.size.commands * 1e6)
        _table({name: median(values) for name, values in rates.items()}, "{:,.0f} a second", against)
        _table(
            {name: median(values) for name, values in costs.items()}, "{:,.0f} µs of processor each", against
        )

    def _pace(self, running: Sequence[Running]) -> None:
        print(f"\nThe slowest of a hundred at {PACE:.0f} commands a second")
        waits: dict[str, list[float]] = {one.contender.name: [] for one in running}
        for _ in range(self.size.rounds):
            for one in running:
                burst = self._burst(one, _at_the_pace, self.size.paced)
                waits[one.contender.name].append(burst.slowest_of() * 1e3)
        _table({name: median(values) for name, values in waits.items()}, "{:.1f} ms", "Bolt hello")

    def _burst(self, one: Running, send: Sender, commands: int) -> Burst:
        asked = self.asked.get(one.contender.name)
        texts = (
            [f"status {asked[number * 7919 % len(asked)]}" for number in range(commands)]
            if asked
            else [one.contender.text] * commands
        )
        burst = asyncio.run(send(one.port, texts, one.contender.expected))
        if burst.wrong:
            raise RuntimeError(f"{one.contender.name}: {burst.wrong} of {commands} answers were wrong")
        return burst

    def _projects(self, number: int) -> Path:
        path = self.folder / f"{number}.db"
        if not path.exists():
            self.asked[path.name] = world.build(path, number, datetime.now(UTC))
        return path

    def _ours(self, name: str, database: Path, folder: Path = ROOT) -> Contender:
        config = self.folder / "config.yaml"
        config.write_text(CONFIG)
        self.asked[name] = self.asked[database.name]
        environment = {
            "DATABASE_URL": f"sqlite:///{database}",
            "CLOMONITOR_URL": f"{self.outside}/sources/clomonitor",
            "GITHUB_API_URL": f"{self.outside}/sources/github",
            "SCORECARD_URL": f"{self.outside}/sources/scorecard",
            "PYTHONPATH": str(folder),
            "LOG_LEVEL": "WARNING",
        }
        command = (sys.executable, "-m", "bot", "run", "--config", str(config))
        text = f"status {self.asked[name][0]}"
        return Contender(name, command, b"The Cleaner", text, environment, folder)

    def _house(self, subcommands: int) -> Path:
        """A copy of the house with more subcommands in it, each with a button."""
        house = self.folder / f"house-{subcommands}"
        for room in ("rules", "commands", "bot"):
            shutil.copytree(ROOT / room, house / room)
        for number in range(subcommands):
            (house / "commands" / f"extra{number}.py").write_text(SUBCOMMAND)
        return house

    @contextmanager
    def _running(self, contenders: Sequence[Contender]) -> Iterator[list[Running]]:
        with ExitStack() as stack:
            running = []
            for contender in contenders:
                one = start(contender, f"{self.outside}/api/", self.folder / "log")
                stack.callback(one.stop)
                running.append(one)
            yield running


def _at_the_pace(port: int, texts: Sequence[str], expected: bytes) -> Coroutine[object, object, Burst]:
    return at_a_pace(port, texts, expected, PACE)


def _table(figures: Mapping[str, float], form: str, against: str) -> None:
    reference = figures.get(against)
    for name, figure in figures.items():
        ratio = f"{figure / reference:6.2f} of {against}" if reference else ""
        print(f"  {name:<26}{form.format(figure):>32}  {ratio}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
