"""Planning, delivery and reconciliation against a model, whatever happens to them and in which order."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.config import Config
from bot.outbox.calls import Calls, Place
from bot.outbox.doubts import Doubts
from bot.outbox.verdicts import Answer, Verdict, of_answer, of_error
from bot.planning import Planner
from bot.store import open_store
from bot.store.delivery import Claimed, Destination, Pace, Settled
from bot.store.outbox import State
from rules.local import QuietHours, quiet_until
from rules.slam import announced, instant, short
from tests.bot.test_planning import CLOSING, configured, reminder
from tests.builders import project
from tests.conftest import EDITION

pytestmark = pytest.mark.slow

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
CLOSE = datetime(2023, 11, 7, 11, 59, tzinfo=UTC)
PACE = Pace(SECOND, 60)
PATIENCE = 70.0
CALL = 10 * SECOND
QUIET = QuietHours(time(22), time(7))
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
PROJECTS = [
    project(id=f"p{number}", name=f"P{number}", channel=f"C{number}", timezone=zone)
    for number, zone in enumerate(ZONES)
]
WORKERS = st.sampled_from([0, 1])
OUTCOMES = st.sampled_from(
    ["posted", "put off", "lost before", "lost after", "late", "refused", "no connection"]
)


@dataclass
class Post:
    """A message in the world's Slack. `arrives` (seconds): it is still under way."""

    reader: str
    keys: tuple[str, ...]
    arrives: float = 0.0
    at: float = 0.0


@dataclass
class World:
    """What is really so: the time that passes, our clock that may be wrong, and what stands in Slack."""

    now: datetime = CLOSE - 9 * DAY
    elapsed: float = 0.0
    began: datetime = CLOSE - 9 * DAY
    posts: list[Post] = field(default_factory=list)
    under_way: list[Post] = field(default_factory=list)
    archived: set[str] = field(default_factory=set)

    def clock(self) -> datetime:
        return self.now

    def passes(self, length: timedelta) -> None:
        self.now += length
        self.elapsed += length.total_seconds()
        for post in [each for each in self.under_way if each.arrives <= self.elapsed]:
            self.under_way.remove(post)
            self.store(post, post.arrives)

    def store(self, post: Post, at: float) -> None:
        post.at = at
        self.posts.append(post)

    @property
    def told(self) -> Counter[str]:
        return Counter(key for post in self.posts for key in post.keys)

    def slacks(self, elapsed: float) -> datetime:
        return self.began + timedelta(seconds=elapsed)


@dataclass
class History:
    """Slack's history, as `Doubts` asks for it."""

    world: World

    async def place(self, to: Destination) -> Place:
        return Place(to.reader)

    async def slacks_time(self) -> datetime:
        return self.world.slacks(self.world.elapsed)

    async def make(self, method: str, arguments: Mapping[str, Any]) -> Verdict:
        assert method == "conversations.history"
        oldest = float(arguments["oldest"])
        found = [
            {
                "ts": f"{self.world.slacks(post.at).timestamp():.6f}",
                "metadata": {"event_type": "slam_notice", "event_payload": {"key": post.keys[0]}},
            }
            for post in self.world.posts
            if post.reader == arguments["channel"] and self.world.slacks(post.at).timestamp() > oldest
        ]
        return Verdict(State.SENT, told={"ok": True, "messages": found, "has_more": False})


class Process:
    """One process that plans and delivers. What it has not written down is gone when it is killed."""

    def __init__(self, url: str, world: World, config: Config, name: str) -> None:
        self.name = name
        self.world = world
        self.store = open_store(url, EDITION)
        self.planner = Planner(self.store, config, world.clock, lambda: None)
        self.doubts = Doubts(cast(Calls, History(world)), world.clock, lambda: world.elapsed, PATIENCE)
        self.flying: list[Claimed] = []
        self.settled: list[Settled] = []
        self.peace: timedelta | None = None
        self.lost = False

    def turn(self, room: int, *, told: bool = True) -> None:
        """Settle and claim. Not `told`: it was done, and the database went away before it could say so."""
        turn = self.store.delivery.turn(
            self.name,
            PACE,
            self.world.now,
            settled=self.settled,
            peace=self.peace,
            room=room,
            flying=[each.id for each in self.flying] if self.lost else None,
        )
        self.lost = not told
        if told:
            self.settled, self.peace = [], None
            self.flying += turn.claimed

    def send(self, outcome: str) -> None:
        message = self.flying.pop(0)
        if self.world.now > message.lease_until - CALL:
            return self.settle(message, Verdict(State.PENDING))
        post = Post(message.reader, message.keys)
        if message.reader in self.world.archived:
            return self.settle(message, answered('{"ok": false, "error": "is_archived"}'))
        if outcome in ("posted", "lost after"):
            self.world.store(post, self.world.elapsed)
        if outcome == "late":
            post.arrives = self.world.elapsed + 65
            self.world.under_way.append(post)
        verdicts = {
            "posted": answered('{"ok": true, "ts": "1.1"}'),
            "put off": of_answer(Answer(429, retry_after="30"), self.world.now),
            "refused": answered('{"ok": false, "error": "internal_error"}'),
            "no connection": Verdict(State.PENDING),
            "late": of_error(TimeoutError()),
            "lost before": of_error(ConnectionResetError()),
            "lost after": of_error(ConnectionResetError()),
        }
        return self.settle(message, verdicts[outcome])

    def settle(self, message: Claimed, verdict: Verdict) -> None:
        if verdict.wait:
            self.peace = verdict.wait
        self.settled.append(
            Settled(
                message.id,
                message.attempt,
                verdict.state,
                self.world.now,
                message.reader,
                reason=verdict.reason,
                closes=verdict.refuses_there,
                opens=message.was_closed and verdict.is_ok,
            )
        )

    def look(self) -> None:
        busy = {each.id for each in (*self.flying, *self.settled)}
        found = asyncio.run(self.doubts.look(self.store.delivery.doubts(), busy))
        self.settled += found.settled


def answered(body: str) -> Verdict:
    return of_answer(Answer(200, body.encode()), CLOSE)


class Slam(RuleBasedStateMachine):
    """`migrated`: a database to begin with; `history`: whether doubtful sends may be looked up."""

    migrated: Path
    history: bool

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp(prefix="slam-machine-")
        self.url = f"sqlite:///{shutil.copy(self.migrated, Path(self.folder) / 'slam.db')}"
        self.world = World()
        self.config = configured(
            *PROJECTS, reminders=(reminder(CLOSING), *configured().reminders[1:]), quiet_hours=QUIET,
            max_messages_per_day=50,
        )  # fmt: skip
        self.names = iter(f"process {number}" for number in range(1000))
        self.processes = [self.start() for _ in range(2)]
        self.store = self.processes[0].store
        self.store.projects.declare(PROJECTS)
        self.muted: set[tuple[str, str]] = set()

    def start(self) -> Process:
        return Process(self.url, self.world, self.config, next(self.names))

    def teardown(self) -> None:
        try:
            self.in_the_end_everybody_was_told()
        finally:
            for process in self.processes:
                process.store.close()
            shutil.rmtree(self.folder)

    # --- What the bot does --------------------------------------------------------------------------------

    @rule(which=WORKERS)
    def tick(self, which: int) -> None:
        process = self.processes[which]
        process.planner.config = self.config
        asyncio.run(process.planner.tick())

    @rule(which=WORKERS, room=st.integers(0, 4), told=st.booleans())
    def turn(self, which: int, room: int, told: bool) -> None:
        self.processes[which].turn(room, told=told or bool(self.processes[which].settled))

    @rule(which=WORKERS, outcome=OUTCOMES)
    def send(self, which: int, outcome: str) -> None:
        if self.processes[which].flying:
            self.processes[which].send(outcome)

    @rule(which=WORKERS, outcomes=st.lists(OUTCOMES, min_size=1, max_size=3))
    def deliver(self, which: int, outcomes: list[str]) -> None:
        """A whole round: plan, claim, send and settle."""
        self.tick(which)
        self.turn(which, len(outcomes), told=True)
        for outcome in outcomes:
            self.send(which, outcome)
        self.turn(which, 0, told=True)

    @rule(which=WORKERS)
    def look(self, which: int) -> None:
        """Another look, and what is found is settled."""
        if self.history:
            self.processes[which].look()
            self.turn(which, 0, told=True)

    @rule(which=WORKERS, posted=st.booleans())
    def everything_is_sent(self, which: int, posted: bool) -> None:
        self.deliver(which, ["posted" if posted else "put off"] * 3)

    # --- What happens to it -------------------------------------------------------------------------------

    @rule(which=WORKERS, arrives=st.sampled_from(["posted", "late", None]))
    def kill(self, which: int, arrives: str | None) -> None:
        """What it was sending arrives, at once or late, or not at all."""
        process = self.processes[which]
        if process.flying and arrives is not None:
            process.send(arrives)
        process.store.close()
        self.processes[which] = self.start()
        self.store = self.processes[0].store

    @rule(length=st.sampled_from([SECOND, 10 * SECOND, 40 * SECOND, 90 * SECOND, 3 * HOUR, DAY, 3 * DAY]))
    def time_passes(self, length: timedelta) -> None:
        self.world.passes(length)

    @rule(by=st.sampled_from([-2 * DAY, -HOUR, -MINUTE, MINUTE, HOUR, 2 * DAY]))
    def the_clock_jumps(self, by: timedelta) -> None:
        self.world.now += by

    @rule(days=st.sampled_from([-3, -1, 1, 2, 6]))
    def the_milestone_moves(self, days: int) -> None:
        moved = [
            replace(each, at=each.at + days * DAY) if each.id == "close" else each
            for each in self.config.edition.milestones
        ]
        edition = replace(self.config.edition, milestones=tuple(moved))
        self.config = replace(self.config, edition=edition)

    @rule(zone=st.sampled_from(["Etc/GMT+12", "UTC", *ZONES]))
    def the_milestone_is_announced_in_another_zone(self, zone: str) -> None:
        """At the same moment: nobody need hear of that."""
        edition = self.config.edition
        named = tuple(replace(each, timezone=zone) for each in edition.milestones)
        self.config = replace(self.config, edition=replace(edition, milestones=named))

    # --- What people do -----------------------------------------------------------------------------------

    @rule(of=st.sampled_from(PROJECTS), kind=st.sampled_from(["deadline", "moved"]), mute=st.booleans())
    def mute(self, of: Any, kind: str, mute: bool) -> None:
        if mute:
            self.store.preferences.mute(of.id, kind, "U0ADA", self.world.now)
            self.muted.add((of.id, kind))
        else:
            self.store.preferences.unmute(of.id, kind)
            self.muted.discard((of.id, kind))

    @rule(pause=st.booleans())
    def pause(self, pause: bool) -> None:
        if pause:
            self.store.switches.pause("U0ORLA", self.world.now)
        else:
            self.store.switches.resume()

    @rule(of=st.sampled_from(PROJECTS), archived=st.booleans())
    def archive(self, of: Any, archived: bool) -> None:
        if archived:
            self.world.archived.add(of.channel)
        else:
            self.world.archived.discard(of.channel)
            self.store.closed.open(of.channel)

    @rule()
    def an_organizer_looks_into_the_channels(self) -> None:
        """And says what is so, when nothing can arrive any more."""
        for entry in self.store.outbox.page(State.UNCONFIRMED, limit=100):
            if any(set(post.keys) & set(entry.keys) for post in self.world.under_way):
                continue
            if self.world.told[entry.keys[0]]:
                self.store.outbox.arrived(entry.id, "U0ORLA", self.world.now)
            else:
                self.store.outbox.send_again(entry.id, "U0ORLA", self.world.now)

    # --- What must be so ----------------------------------------------------------------------------------

    @invariant()
    def nobody_was_told_twice(self) -> None:
        told = Counter(in_utc(key) for key in self.world.told.elements())
        assert all(times == 1 for times in told.values()), self.world.told

    def in_the_end_everybody_was_told(self) -> None:
        """When all goes well for a while, what is due, wanted and useful was said, or is in doubt."""
        self.pause(pause=False)
        for each in PROJECTS:
            self.archive(each, archived=False)
        for process in self.processes:
            while process.flying:
                process.send("posted")
        for _ in range(13):
            self.all_goes_well()
        unconfirmed = {k for e in self.store.outbox.page(State.UNCONFIRMED, limit=100) for k in e.keys}
        if self.history:
            assert not unconfirmed
        self.tick(0)
        assert self.owed() <= {in_utc(key) for key in set(self.world.told) | unconfirmed}

    def all_goes_well(self) -> None:
        """Every process plans, delivers and looks for what is in doubt, once."""
        for which, process in enumerate(self.processes):
            self.tick(which)
            process.turn(5)
            while process.flying:
                process.send("posted")
            if self.history:
                process.look()
            process.turn(0)
        self.world.passes(25 * SECOND)
        self.nobody_was_told_twice()

    def owed(self) -> set[str]:
        """The nearest reminder that each project has reached, by the configuration alone."""
        close = self.config.edition.milestone("close")
        now = self.world.now
        reached = [before for before in CLOSING.before if close.at - before <= now < close.at]
        return {
            in_utc(
                f"{EDITION}/closing/close@{announced(close)}/{short(min(reached))}/{each.id}/{each.channel}"
            )
            for each in PROJECTS
            if reached and (each.id, "deadline") not in self.muted
            if quiet_until(now - 10 * MINUTE, each.timezone or "UTC", QUIET) is None
            if quiet_until(now, each.timezone or "UTC", QUIET) is None
        }


def in_utc(key: str) -> str:
    """A key with its date in UTC, in whichever zone it was announced."""
    date = re.search(r"(?<=close@)[^/]+", key)
    return key.replace(date[0], instant(datetime.fromisoformat(date[0]))) if date else key


@pytest.mark.parametrize("history", [True, False])
def test_nobody_is_told_twice_and_nothing_due_is_left_unsaid(migrated_file: Path, history: bool):
    made = type("OneSlam", (Slam,), {"migrated": migrated_file, "history": history})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.reuse, Phase.generate),  # what is found is told as it is: shrinking takes long
            suppress_health_check=list(HealthCheck),
        ),
    )
