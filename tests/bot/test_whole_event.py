"""The whole event, tick by tick: before every tick a preview says exactly what the tick then owes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.planning import Planner
from bot.store.outbox import State
from bot.store.people import Person
from bot.store.tables import messages
from bot.terminal import foreseen
from rules.local import QuietHours
from rules.owed import known_kinds
from rules.reminders import awareness, deadline, digest, progress, stalled
from rules.slam import MilestoneId
from tests.bot.test_planning import Clock, configured, reminder, seen
from tests.builders import edition, project

pytestmark = pytest.mark.slow

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
BEGIN, END = edition().opens.at - 16 * DAY, edition().ends.at + 6 * DAY

PROJECTS = (
    project(),
    project(id="coral", name="Coral", channel="C0CORAL", timezone="America/New_York"),
    project(id="moss", name="Moss", channel="C0MOSS", timezone="Australia/Lord_Howe"),
    project(id="fern", name="Fern", channel="C0FERN", timezone="Asia/Kolkata", maintainers=("U0M2",)),
    project(id="reed", name="Reed", channel=None, timezone=None, maintainers=("U0M3",)),
)
REMINDERS = (
    reminder(deadline.Settings("closing", MilestoneId("close"), tuple(n * DAY for n in (14, 7, 3, 1)))),
    reminder(stalled.Settings("stalled", 5 * DAY), "stalled"),
    reminder(digest.Settings("weekly", every=0, at=time(2, 30)), "digest"),
    reminder(progress.Settings("found"), "progress"),
    reminder(awareness.Settings("join", MilestoneId("open"), (14 * DAY, 7 * DAY, DAY)), "awareness"),
    *configured().reminders[1:],
)
CONFIG = configured(*PROJECTS, reminders=REMINDERS, quiet_hours=QuietHours())


class Event:
    """The bot's planner and everything that happens to it; what is owed is sent at once."""

    def __init__(self, store) -> None:
        self.store, self.clock = store, Clock(BEGIN)
        self.planner = Planner(store, CONFIG, self.clock, lambda: None)
        self.said: list[str] = []
        store.projects.declare(PROJECTS)

    async def tick(self) -> None:
        told = json.loads(foreseen(self.planner.config, self.store, self.clock.at, as_json=True))
        before = {message.message for message in self.store.outbox.pending()}
        await self.planner.tick()
        came = [message for message in self.store.outbox.pending() if message.message not in before]
        assert {each["key"] for each in told} == {key for message in came for key in message.keys}
        for each in told:
            (owed,) = (message.message for message in came if each["key"] in message.keys)
            message = self.store.outbox.find(owed)
            kinds = dict(zip(message.keys, message.kinds, strict=True))
            assert (each["project"], each["channel"]) == (message.project, message.reader)
            assert each["kind"] == kinds[each["key"]]
            assert each["text"] == message.text
        self.said += [each["key"] for each in told]

    def send(self) -> None:
        sent = messages.update().where(messages.c.state == State.PENDING.value)
        with self.store._database.write() as write:
            write.execute(sent.values(state=State.SENT.value, settled_at=self.clock.at))

    def move(self, by: timedelta) -> None:
        """The end is announced anew, so much from where it was at first."""
        moved = replace(edition().ends, at=edition().ends.at + by)
        dates = tuple(moved if each.id == moved.id else each for each in edition().milestones)
        config = self.planner.config
        self.planner.config = replace(config, edition=replace(config.edition, milestones=dates))

    def happens(self, dice: random.Random) -> None:
        """Something that changes what is owed."""
        store, at = self.store, self.clock.at
        name = dice.choice(PROJECTS).id
        store.switches.resume()
        match dice.randrange(13):
            case 0 | 1 | 2 | 3:
                missing = dice.sample(("changelog", "readme", "sbom", "cla"), dice.randrange(4))
                seen(store, name, at - HOUR, *missing)
            case 4:
                store.preferences.mute(name, dice.choice((*known_kinds(), "*")), "U0M1", at, at + DAY)
            case 5:
                store.preferences.want_direct("U0M2", at)
                store.people.keep("U0M2", Person("Asia/Kolkata", False, False, at))
            case 6:
                store.preferences.want_direct("U0M3", at)
            case 7:
                self.move(dice.choice((-1, 1, 2)) * DAY)
            case 8:
                audience = (dice.choice(("everyone", "unfinished", "announcements")),)
                number = store.announcements.write("*Come* all", audience, "U0ORG1", at)
                store.announcements.ask(number, at)
            case 9:
                for each in store.announcements.page():
                    store.announcements.approve(each.id, "U0ORG2", at, at + dice.choice((0, 1)) * DAY)
            case 10:
                store.closed.close("C0MOSS", "is_archived", at)
            case 11:
                store.closed.open("C0MOSS")
            case 12:
                store.switches.pause("U0ORG1", at)


def moments(dice: random.Random) -> Iterator[datetime]:
    at = BEGIN
    while at < END:
        yield at
        at += 3 * DAY if dice.random() < 0.03 else dice.choice((15 * SECOND, HOUR, 3 * HOUR, 7 * HOUR))


@pytest.mark.parametrize("seed", range(2))
async def test_before_every_tick_a_preview_says_what_it_then_owes(store, seed):
    dice = random.Random(seed)
    event, is_moved = Event(store), False
    for at in moments(dice):
        event.clock.at = at
        if dice.random() < 0.6:
            event.happens(dice)
        if at > edition().ends.at - 9 * DAY and not is_moved:
            is_moved = True
            event.move(timedelta(days=3, hours=5))
        await event.tick()
        if dice.random() < 0.8:
            event.send()
    kinds = {key.split("/")[1] for key in event.said}
    assert {"closing", "weekly", "join", "moved", "announcement"} <= kinds
    assert all(is_awake(message) for message in everything(store) if not is_urgent(message))
    with store._database.read() as read:
        assert read.execute(sa.select(sa.func.count()).select_from(messages)).scalar_one() > 20


def everything(store):
    return [each for state in State for each in store.outbox.page(state, limit=10_000)]


ZONES = {each.channel: each.timezone for each in PROJECTS if each.channel} | {"U0M2": "Asia/Kolkata"}


def is_awake(message) -> bool:
    there = message.owed_at.astimezone(ZoneInfo(ZONES.get(message.reader, "UTC"))).time()
    return time(8) <= there < time(21)


def is_urgent(message) -> bool:
    """What is pointless by the morning goes at night too."""
    return message.owed_at > datetime(2023, 11, 4, tzinfo=UTC)
