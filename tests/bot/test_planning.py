from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.config import Config
from bot.config.declared import Channels, Slack
from bot.planning import Planner, fingerprint, load, owed
from bot.store.delivery import Pace, Settled
from bot.store.outbox import State
from rules.help import Volunteer
from rules.local import QuietHours
from rules.model import Project
from rules.owed import known_kinds
from rules.reminders import deadline, digest, stalled
from rules.resources import Resources
from rules.slam import MilestoneId, Reminder, Weekday, instant
from tests.builders import clomonitor, edition, evidence, output, passing, project, scored
from tests.commands.outboxes import told_in

CLOSE = datetime(2023, 11, 7, 11, 59, tzinfo=UTC)
DAY = timedelta(days=1)
NEVER_QUIET = QuietHours(time(0), time(0))

CLOSING = deadline.Settings("closing", MilestoneId("close"), tuple(days * DAY for days in (14, 7, 3, 1)))
KELP, CORAL = project(), project(id="coral", name="Coral", channel="C0CORAL", timezone="America/New_York")


def reminder(settings: Any, kind: str = "deadline") -> Reminder:
    return Reminder(settings.id, kind, settings, known_kinds()[kind].due)


def configured(*projects: Project, **changes: Any) -> Config:
    unasked = [
        reminder(module.UNASKED, kind) for kind, module in known_kinds().items() if hasattr(module, "UNASKED")
    ]
    standard = Config(
        edition=edition(),
        resources=Resources({}),
        channels=Channels("C0SLAM", "C0HELP", "C0ORGS"),
        projects=projects or (KELP, CORAL),
        reminders=(reminder(CLOSING), *unasked),
        quiet_hours=NEVER_QUIET,
    )
    return replace(standard, **changes)


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock():
    return Clock(CLOSE - 6 * DAY)


class Ticking:
    """A planner on a store; gives back what a tick owes, by reader."""

    def __init__(self, store, config, clock):
        self.store, self.clock = store, clock
        self.woken = 0
        store.projects.declare(config.projects)
        self.planner = Planner(store, config, clock, self.wake)

    def wake(self):
        self.woken += 1

    async def at(self, moment: datetime) -> Mapping[str, list[str]]:
        """The notices that a tick at that moment newly owes: their keys, by reader, a list each."""
        self.clock.at = moment
        before = {message.message for message in self.store.outbox.pending()}
        await self.planner.tick()
        new = [message for message in self.store.outbox.pending() if message.message not in before]
        return {message.reader: sorted(message.keys) for message in new}


def seen(store, name, at, *missing):
    """A look at a project that found everything but this."""
    found = evidence(clomonitor=evidence().clomonitor)
    report = clomonitor(scored(results=passing(*(output(check) for check in missing))))
    kelp = replace(found.clomonitor, value=report)
    store.evidence.keep(name, replace(found, project=project(id=name), clomonitor=kelp), at)


async def test_a_reminder_is_owed_once_however_often_the_clock_ticks(stores, clock):
    ticking = Ticking(stores, configured(), clock)
    first = await ticking.at(CLOSE - 6 * DAY)
    assert {reader: keys[0].split("/")[-3:] for reader, keys in first.items()} == {
        "C0KELP": ["7d", "kelp", "C0KELP"],
        "C0CORAL": ["7d", "coral", "C0CORAL"],
    }
    assert await ticking.at(CLOSE - 6 * DAY) == {}
    assert await ticking.at(CLOSE - 5 * DAY) == {}
    assert ticking.woken == 1


async def test_after_three_days_asleep_only_the_nearest_reminder_is_owed(store, clock):
    ticking = Ticking(store, configured(KELP), clock)
    await ticking.at(CLOSE - 14 * DAY)
    after = await ticking.at(CLOSE - 2 * DAY)
    assert [key.split("/")[3] for key in after["C0KELP"]] == ["3d"]
    assert len(store.outbox.pending()) == 1


async def test_what_is_past_its_point_is_taken_back(store, clock):
    ticking = Ticking(store, configured(KELP), clock)
    await ticking.at(CLOSE - DAY)
    assert await ticking.at(CLOSE) == {}
    assert store.outbox.pending() == ()


async def test_several_planners_at_once_owe_once(stores, clock):
    config = configured()
    planners = [Ticking(stores, config, clock).planner for _ in range(3)]
    await asyncio.gather(*(planner.tick() for planner in planners))
    assert sorted(message.reader for message in stores.outbox.pending()) == ["C0CORAL", "C0KELP"]


async def test_who_mutes_deadlines_hears_of_none_not_even_of_one_that_waits(store, clock):
    ticking = Ticking(store, configured(), clock)
    await ticking.at(CLOSE - 6 * DAY)
    store.preferences.mute("kelp", "deadline", "U0M1", clock.at)
    await ticking.at(CLOSE - 6 * DAY)
    assert [message.reader for message in store.outbox.pending()] == ["C0CORAL"]
    store.preferences.unmute("kelp", "deadline")
    assert list(await ticking.at(CLOSE - 6 * DAY)) == ["C0KELP"]


async def test_quiet_hours_move_a_message_to_the_readers_own_morning(store, clock):
    ticking = Ticking(store, configured(quiet_hours=QuietHours()), clock)
    evening = datetime(2023, 11, 1, 20, 30, tzinfo=UTC)  # 21:30 in Berlin, 16:30 in New York
    assert list(await ticking.at(evening)) == ["C0CORAL"]
    assert await ticking.at(datetime(2023, 11, 2, 6, 59, tzinfo=UTC)) == {}
    assert list(await ticking.at(datetime(2023, 11, 2, 7, tzinfo=UTC))) == ["C0KELP"]


async def test_a_message_that_quiet_hours_overtake_waits_for_the_morning(store, clock):
    ticking = Ticking(store, configured(KELP, quiet_hours=QuietHours()), clock)
    await ticking.at(datetime(2023, 11, 1, 19, 59, tzinfo=UTC))
    assert await ticking.at(datetime(2023, 11, 1, 20, tzinfo=UTC)) == {}
    assert store.outbox.pending() == ()
    assert list(await ticking.at(datetime(2023, 11, 2, 7, tzinfo=UTC))) == ["C0KELP"]


async def test_a_digest_that_waits_to_be_sent_tells_the_date_as_it_is_by_then(store, clock):
    weekly = digest.Settings("weekly", Weekday(clock.at.weekday()), time(9))
    config = configured(KELP, reminders=(reminder(weekly, "digest"),))
    ticking = Ticking(store, config, clock)
    (key,) = (await ticking.at(clock.at))["C0KELP"]
    later = tuple(replace(each, at=each.at + DAY) for each in edition().milestones)
    ticking.planner.config = replace(config, edition=replace(edition(), milestones=later))
    assert await ticking.at(clock.at) == {"C0KELP": [key]}
    assert [dict(message.dates) for message in store.outbox.pending()] == [{key: "2023-11-07T23:59-12:00"}]


def in_another_zone(config: Config, zone: str) -> Config:
    """The same moments, announced in another zone."""
    named = tuple(replace(each, timezone=zone) for each in edition().milestones)
    return replace(config, edition=replace(edition(), milestones=named))


async def test_who_was_told_is_not_told_again_when_only_the_dates_zone_is_edited(stores, clock):
    ticking = Ticking(stores, configured(KELP), clock)
    (key,) = (await ticking.at(clock.at))["C0KELP"]
    ticking.planner.config = in_another_zone(ticking.planner.config, "UTC")
    assert await ticking.at(clock.at) == {}
    assert [message.keys for message in stores.outbox.pending()] == [{key}]
    became(stores, clock, State.SENT, None)
    assert await ticking.at(clock.at) == {}
    (sooner,) = (await ticking.at(CLOSE - 2 * DAY))["C0KELP"]
    assert sooner == key.replace("/7d/", "/3d/")


async def test_a_date_that_moved_is_told_in_the_words_of_its_new_zone(store, clock):
    ticking = Ticking(store, configured(KELP), clock)
    await ticking.at(clock.at)
    became(store, clock, State.SENT, None)
    edited = in_another_zone(ticking.planner.config, "UTC")
    later = tuple(replace(each, at=each.at + DAY) for each in edited.edition.milestones)
    ticking.planner.config = replace(edited, edition=replace(edited.edition, milestones=later))
    told = await ticking.at(clock.at + timedelta(hours=1))
    assert [key.split("/")[1:3] for key in told["C0KELP"]] == [
        ["closing", "close@2023-11-08T11:59+00:00"],
        ["moved", "close@2023-11-08T11:59+00:00"],
    ]


async def test_what_is_due_for_one_reader_goes_out_as_one_message(store, clock):
    weekly = reminder(digest.Settings("weekly", every=2, at=time(9)), "digest")  # 1 November is a Wednesday
    ticking = Ticking(store, configured(KELP, reminders=(reminder(CLOSING), weekly)), clock)
    told = await ticking.at(datetime(2023, 11, 1, 12, tzinfo=UTC))
    assert [key.split("/")[1] for key in told["C0KELP"]] == ["closing", "weekly"]


async def test_beyond_the_days_limit_a_message_waits_for_tomorrow(store, clock):
    other = deadline.Settings("last", MilestoneId("close"), (5 * DAY + timedelta(hours=20),))
    config = configured(KELP, reminders=(reminder(CLOSING), reminder(other)), max_messages_per_day=1)
    ticking = Ticking(store, config, clock)
    noon = datetime(2023, 11, 1, 12, tzinfo=UTC)
    assert [key.split("/")[1] for key in (await ticking.at(noon))["C0KELP"]] == ["closing"]
    afternoon = datetime(2023, 11, 1, 18, tzinfo=UTC)
    assert afternoon >= CLOSE - other.before[0]
    assert await ticking.at(afternoon) == {}
    assert [k.split("/")[1] for k in (await ticking.at(noon + DAY))["C0KELP"]] == ["last"]


async def test_nothing_is_owed_while_it_is_paused_and_what_waits_stays_true(store, clock):
    ticking = Ticking(store, configured(), clock)
    store.switches.pause("U0ORG1", clock.at)
    assert await ticking.at(CLOSE - 6 * DAY) == {}
    assert owed(store, ticking.planner.config, clock.at).bundles == ()
    store.switches.resume()
    assert len(await ticking.at(CLOSE - 6 * DAY)) == 2
    store.switches.pause("U0ORG1", clock.at)
    await ticking.at(CLOSE)
    assert store.outbox.pending() == ()


async def test_progress_between_two_looks_is_measured_and_told(store, clock):
    config = configured(KELP, reminders=(reminder(known_kinds()["progress"].Settings("found"), "progress"),))
    ticking = Ticking(store, config, clock)
    seen(store, "kelp", CLOSE - 8 * DAY, "changelog")
    assert await ticking.at(CLOSE - 8 * DAY) == {}
    assert store.progress.all()["kelp"].steps
    seen(store, "kelp", CLOSE - 7 * DAY)
    told = await ticking.at(CLOSE - 7 * DAY)
    assert len(told["C0KELP"]) == 1
    assert ticking.planner.config is config


async def test_who_has_found_everything_is_not_reminded(store, clock):
    ticking = Ticking(store, configured(KELP), clock)
    for badge in edition().badges:
        store.awards.award("kelp", badge.id, "U0ORG1", clock.at)
    seen(store, "kelp", CLOSE - 8 * DAY)
    assert await ticking.at(CLOSE - 6 * DAY) == {}


async def test_a_maintainer_who_asked_for_it_is_told_directly_in_their_own_zone(store, clock):
    from bot.store.people import Person  # noqa: PLC0415

    config = configured(KELP)
    Ticking(store, config, clock)
    store.preferences.want_direct("U0M1", clock.at)
    store.preferences.want_direct("U0STRANGER", clock.at)
    store.people.keep("U0M1", Person("Asia/Kolkata", False, False, clock.at))
    readers = load(store, config, clock.at).participants[0].readers
    assert [(reader.id, reader.timezone, reader.holder) for reader in readers] == [
        ("C0KELP", "Europe/Berlin", "kelp"),
        ("U0M1", "Asia/Kolkata", "U0M1"),
    ]
    store.people.keep("U0M1", Person("Asia/Kolkata", False, True, clock.at))
    readers = load(store, config, clock.at).participants[0].readers
    assert [reader.id for reader in readers] == ["C0KELP"]


async def test_a_channel_that_refuses_is_left_alone_and_the_organizers_are_told_once(store, clock):
    ticking = Ticking(store, configured(KELP), clock)
    store.closed.close("C0KELP", "is_archived", CLOSE - 6 * DAY)
    told = await ticking.at(CLOSE - 6 * DAY)
    assert list(told) == ["C0ORGS"]
    assert "Kelp's channel C0KELP" in told_in(store, told["C0ORGS"][0]).text
    assert await ticking.at(CLOSE - 6 * DAY + timedelta(hours=1)) == {}
    assert list(await ticking.at(CLOSE - 5 * DAY)) == ["C0KELP"]


async def test_a_mistake_in_one_reminder_costs_that_reminder_alone(store, clock):
    def mistaken(*_):
        raise ValueError("a mistake of ours")

    broken = Reminder("broken", "stalled", stalled.Settings("broken", DAY), mistaken)
    ticking = Ticking(store, configured(KELP, reminders=(broken, reminder(CLOSING))), clock)
    assert list(await ticking.at(CLOSE - 6 * DAY)) == ["C0KELP"]


async def test_projects_that_the_file_names_by_now_are_planned_for_before_they_are_stored(store, clock):
    config = configured(KELP)
    store.projects.declare([CORAL])
    assert [each.project.id for each in load(store, config, clock.at).participants] == ["kelp"]
    assert [notice.reader.id for notice in owed(store, config, clock.at).notices] == ["C0KELP"]
    assert store.projects.find("kelp") is None


async def test_projects_are_read_once_when_a_reminder_first_looks_at_them(store, clock):
    store.projects.declare([KELP])
    seen = load(store, configured(KELP), clock.at).participants
    store.awards.award("kelp", "cleaner", "U0ORG", clock.at)
    assert seen[0].awarded == {"cleaner"}
    store.awards.revoke("kelp", "cleaner")
    assert seen[0].awarded == {"cleaner"}


async def test_of_two_processes_the_one_whose_configuration_was_read_later_plans(stores, clock):
    later = tuple(replace(each, at=each.at + DAY) for each in edition().milestones)
    old, new = configured(KELP), configured(KELP, edition=replace(edition(), milestones=later))
    before, after = (Planner(stores, config, clock, lambda: None) for config in (old, new))
    assert before.leads()
    stores.switches.plan_with(fingerprint(new), clock.at)
    assert not before.leads()
    assert after.leads()
    before.config = configured(KELP, edition=replace(edition(), milestones=later))
    assert before.leads()


async def test_a_configuration_that_nobody_plans_with_any_more_gives_way(store, clock):
    planner = Planner(store, configured(KELP), clock, lambda: None)
    store.switches.plan_with("of a process that has ended", clock.at)
    assert not planner.leads()
    clock.at += timedelta(minutes=1)
    assert planner.leads()


@pytest.mark.parametrize(
    "difference", [{"timezone": "Asia/Kolkata"}, {"reminders": ()}, {"projects": (CORAL,)}]
)
def test_what_plans_otherwise_has_another_fingerprint(difference):
    assert fingerprint(configured()) == fingerprint(configured())
    assert fingerprint(configured()) != fingerprint(configured(**difference))
    assert "0x" not in repr([each.settings for each in configured().reminders])


def became(store, clock, state, reason):
    """Everything that waits is tried, and this became of it."""
    pace = Pace(timedelta(seconds=1), 6000)
    while claimed := store.delivery.turn("w", pace, clock.at, room=50).claimed:
        clock.at += timedelta(seconds=1)
        settled = [
            Settled(each.id, each.attempt, state, clock.at, each.reader, reason=reason) for each in claimed
        ]
        store.delivery.turn("w", pace, clock.at, settled=settled)


@pytest.mark.parametrize(
    ("state", "reason", "about"),
    [
        pytest.param(State.UNCONFIRMED, "reset", "unconfirmed", id="sends that nobody can confirm"),
        pytest.param(State.FAILED, "invalid_blocks", "failed", id="messages that Slack refused"),
    ],
)
async def test_organizers_are_told_once_a_day_of(store, clock, state, reason, about):
    ticking = Ticking(store, configured(), clock)
    await ticking.at(CLOSE - 6 * DAY)
    became(store, clock, state, reason)
    told = await ticking.at(clock.at)
    assert [key.split("/")[1] for key in told["C0ORGS"]] == ["trouble"]
    assert about in told["C0ORGS"][0]
    became(store, clock, State.SENT, None)
    assert await ticking.at(clock.at + timedelta(hours=1)) == {}


async def test_what_history_may_clear_up_yet_is_no_trouble(store, clock):
    ticking = Ticking(store, configured(slack=Slack(history=True)), clock)
    await ticking.at(CLOSE - 6 * DAY)
    became(store, clock, State.UNCONFIRMED, "reset")
    assert await ticking.at(clock.at + timedelta(minutes=1)) == {}
    assert list(await ticking.at(clock.at + timedelta(minutes=6))) == ["C0ORGS"]


async def test_organizers_are_told_who_wants_to_be_a_volunteer_until_it_is_decided(store, clock):
    ticking = Ticking(store, configured(), clock)
    at = CLOSE - 6 * DAY
    await ticking.at(at)
    for person in ("U0VERA", "U0VITO"):
        store.volunteers.join(Volunteer(person, ("sbom",)), at)
    store.volunteers.approve("U0VITO", "U0ORLA", at)
    told = await ticking.at(at + timedelta(minutes=1))
    assert told["C0ORGS"] == [f"slam-2023/arrival/volunteer/U0VERA@{instant(at)}/C0ORGS"]


async def test_organizers_are_told_what_was_registered_unless_it_is_undone(store, clock):
    ticking = Ticking(store, configured(), clock)
    at = CLOSE - 6 * DAY
    await ticking.at(at)
    for name in ("grass", "weed"):
        store.projects.register(Project(name, name.title(), maintainers=("U0ADA",)), "U0ADA", at)
    store.projects.remove("weed")
    told = await ticking.at(at + timedelta(minutes=1))
    assert [key.split("/")[1:3] for key in told["C0ORGS"]] == [["arrival", f"grass@{instant(at)}"]]
