"""How fast what is owed goes out, what that costs, and what people who ask meanwhile notice of it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bot.store import open_store
from tests.bench import world
from tests.bench.contenders import ROOT, Contender, Running, start
from tests.bench.load import Burst, at_a_pace
from tests.bench.slack_api import PER_MINUTE

BEFORE = timedelta(days=7)
ASKING = 20.0  # commands a second, while messages go out
LEAD = 30.0  # seconds from when a bot is started to when its reminder is due


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    sends: int
    rounds: int
    channels: int
    pending: int


def cost(size: Size, api_url: str, folder: Path) -> None:
    """Processor time of a message: by slack-sdk alone, and through the outbox."""
    print(f"\nProcessor time of a message ({size.rounds} rounds of {size.sends})")
    spent: dict[str, list[float]] = {"bare": [], "outbox": []}
    for _ in range(size.rounds):
        for how, times in spent.items():
            words = (how, str(size.sends), api_url, str(folder))
            told = subprocess.run(
                [sys.executable, "-m", "tests.bench.sends", *words],
                cwd=ROOT,
                check=True,
                capture_output=True,
                text=True,
            )
            times.append(float(told.stdout))
    bare, ours = median(spent["bare"]), median(spent["outbox"])
    print(f"  slack-sdk, one session    {bare * 1e6:>24.0f} µs")
    print(
        f"  owed, claimed, sent, settled {ours * 1e6:>21.0f} µs  {ours / bare:6.2f} of slack-sdk", flush=True
    )


def fan_out(size: Size, outside: str, folder: Path) -> None:
    """To so many channels at Slack's pace, while people ask."""
    database = _projects(folder / "fanout.db", size.channels)
    due = datetime.now(UTC) + timedelta(seconds=LEAD)
    bot = _started(outside, folder, database, due)
    try:
        _post(f"{outside}/begin")
        usual = _asked(bot.port, int(ASKING * 8))
        _sleep_until(lambda: _figures(outside)["posted"] > 0, LEAD + 60)
        busy = _asked(bot.port, int(ASKING * 15))
        _sleep_until(lambda: _figures(outside)["posted"] >= size.channels, 300)
        figures = _figures(outside)
    finally:
        bot.stop()
    took, allowed = figures["last"] - figures["first"], (size.channels - 1) * 60 / PER_MINUTE
    print(f"\nTo {size.channels:,} channels, where Slack takes {PER_MINUTE:,} a minute")
    print(f"  from the first to the last {took:>22.1f} s   {took / allowed:6.2f} of what it allows")
    print(f"  429s                       {figures['refused']:>22.0f}")
    for name, waits in (("usually", usual), ("meanwhile", busy)):
        print(
            f"  /slam status, {name:<12} {median(waits.waits) * 1e3:>22.1f} ms, "
            f"the slowest of a hundred {waits.slowest_of() * 1e3:.1f} ms",
            flush=True,
        )


def after_a_kill(size: Size, outside: str, folder: Path) -> None:
    """Ten thousand rows are pending, the process is killed: when is something sent again?"""
    database = _projects(folder / "pending.db", size.pending)
    due = datetime.now(UTC)
    bot = _started(outside, folder, database, due, per_minute=1)
    with closing(open_store(f"sqlite:///{database}", world.EDITION)) as store:
        _sleep_until(lambda: len(store.outbox.pending()) >= size.pending - 5, 300)
    bot.process.send_signal(signal.SIGKILL)
    bot.process.wait()
    _post(f"{outside}/begin")
    bot = _started(outside, folder, database, due)
    try:
        _sleep_until(lambda: _is_ready(bot.port), 60)
        ready = time.time()
        _sleep_until(lambda: _figures(outside)["posted"] > 0, 60)
        print(f"\n{size.pending:,} messages pending at a kill")
        first = _figures(outside)["first"]
        print(f"  sent again, after it was ready {max(0.0, first - ready):>18.2f} s", flush=True)
    finally:
        bot.stop()


def _projects(path: Path, number: int) -> Path:
    """So many projects, all with evidence, and each with a channel of its own."""
    if not path.exists():
        world.build(path, number, datetime.now(UTC), number)
    return path


def _started(
    outside: str, folder: Path, database: Path, due: datetime, per_minute: int = PER_MINUTE
) -> Running:
    config = folder / "fanout.yaml"
    config.write_text(
        f"edition: {world.EDITION}\nrefresh: {{every: 52w}}\nquiet_hours: {{from: '00:00', to: '00:00'}}\n"
        f"milestones: [{{id: close, title: Submissions close, at: '{(due + BEFORE).isoformat()}'}}]\n"
        "reminders: [{id: closing, kind: deadline, milestone: close, before: [7d]}]\n"
        f"pacing: {{per_channel_seconds: 1.0, per_workspace_per_minute: {per_minute}}}\n"
    )
    environment = {
        "DATABASE_URL": f"sqlite:///{database}",
        "CLOMONITOR_URL": f"{outside}/sources/clomonitor",
        "GITHUB_API_URL": f"{outside}/sources/github",
        "SCORECARD_URL": f"{outside}/sources/scorecard",
        "PYTHONPATH": str(ROOT),
        "LOG_LEVEL": "WARNING",
    }
    command = (sys.executable, "-m", "bot", "run", "--config", str(config))
    contender = Contender("Slam bot", command, b"The Cleaner", "status project-0000000", environment, ROOT)
    return start(contender, f"{outside}/api/", folder / "log")


def _asked(port: int, commands: int) -> Burst:
    texts = [f"status project-{number:07}" for number in range(commands)]
    return asyncio.run(at_a_pace(port, texts, b"The Cleaner", ASKING))


def _figures(outside: str) -> Mapping[str, float]:
    with urllib.request.urlopen(f"{outside}/figures", timeout=10) as answer:
        found: Mapping[str, float] = json.load(answer)
        return found


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


def _post(url: str) -> None:
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=10).close()


def _sleep_until(holds: Callable[[], bool], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise RuntimeError(f"still waiting after {seconds:.0f} s")
        time.sleep(0.02)
