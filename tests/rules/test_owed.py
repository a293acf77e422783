from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rules.local import QuietHours, midnight, quiet_until
from rules.owed import MARGIN, MERGED, bundles, due, known_kinds, may_go
from rules.slam import EVERYTHING, Announcement, Lately, Notice, Reader, Reminder, Told
from tests.builders import KELPS, NOON, change, edition, moved, participant, project, slam

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHT = QuietHours(time(21), time(8))
NEVER = QuietHours(time(0), time(0))
CLOSE = edition().ends.at


def reminder(kind, *values, **more) -> Reminder:
    module = known_kinds()[kind]
    return Reminder(values[0], kind, module.Settings(*values, **more), module.due)


ALL = (
    reminder("moved", "moved"),
    reminder("announcement", "announcement"),
    reminder("deadline", "closing", "close", (14 * DAY, 7 * DAY, 3 * DAY, DAY, 3 * HOUR)),
    reminder("stalled", "stalled", 5 * DAY),
    reminder("digest", "weekly", 0, time(9)),
    reminder("progress", "news"),
)


def notice(name: str = "a", **changes) -> Notice:
    """Something that Kelp may be told for the next three days."""
    standard = Notice(f"{name}/C0KELP", "deadline", "kelp", KELPS, NOON, NOON + 3 * DAY, lambda: ())
    return replace(standard, **changes)


def told_at(*moments: datetime, project: str | None = "kelp", reader: str = "C0KELP") -> list[Lately]:
    return [Lately(project, reader, at) for at in moments]


def names(messages) -> list[list[str]]:
    return [[each.key.partition("/")[0] for each in message.notices] for message in messages]


# --- What is due --------------------------------------------------------------------------------------------


def test_every_kind_is_a_file():
    assert {
        "deadline",
        "stalled",
        "digest",
        "progress",
        "awareness",
        "moved",
        "announcement",
        "trouble",
    } <= set(known_kinds())


@pytest.mark.parametrize(
    ("due_at", "pointless_at", "muted", "is_due"),
    [
        pytest.param(NOON, NOON + HOUR, (), True, id="due"),
        pytest.param(NOON + HOUR, NOON + DAY, (), False, id="not yet"),
        pytest.param(NOON - DAY, NOON, (), False, id="pointless"),
        pytest.param(NOON, NOON + HOUR, ("deadline",), False, id="its kind is muted"),
        pytest.param(NOON, NOON + HOUR, ("stalled",), True, id="another kind is"),
        pytest.param(NOON, NOON + HOUR, (EVERYTHING,), False, id="everything is"),
    ],
)
def test_what_is_due_is_wanted_and_useful(due_at, pointless_at, muted, is_due):
    reader = replace(KELPS, muted=frozenset(muted))
    one = notice(due_at=due_at, pointless_at=pointless_at, reader=reader)
    says_it = Reminder("a", "deadline", None, lambda _settings, _slam, _now: (one,))
    assert bool(due([says_it], slam(), NOON)) is is_due


def test_nothing_is_put_into_words_before_it_is_told():
    def never(*_: object) -> tuple[()]:
        raise AssertionError

    says_it = Reminder("a", "deadline", None, lambda _settings, _slam, _now: (notice(say=never),))
    (found,) = due([says_it], slam(), NOON)
    assert may_go(found, NOON, NIGHT)
    assert bundles([found], NOON, (), 2, NIGHT)


# --- When it may go -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "pointless_at", "may"),
    [
        pytest.param("2023-10-20T12:00", "2023-10-25T00:00", True, id="in the day"),
        pytest.param("2023-10-20T19:00", "2023-10-25T00:00", False, id="in the evening it waits"),
        pytest.param("2023-10-21T05:59", "2023-10-25T00:00", False, id="until the morning"),
        pytest.param("2023-10-21T06:00", "2023-10-25T00:00", True, id="in the morning"),
        pytest.param("2023-10-20T19:00", "2023-10-21T05:00", True, id="pointless by the morning: at once"),
        pytest.param("2023-10-20T19:00", "2023-10-21T06:00", True, id="pointless when the morning comes"),
        pytest.param("2023-10-20T19:00", "2023-10-21T08:00", False, id="two hours are left in the morning"),
        pytest.param("2023-10-28T22:00", "2023-10-29T06:45", True, id="this night is an hour longer"),
        pytest.param("2023-10-28T22:00", "2023-10-29T08:00", False, id="but it ends"),
    ],
)
def test_quiet_hours_move_a_message_to_the_morning_unless_it_would_be_pointless(now, pointless_at, may):
    moment, end = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (now, pointless_at))
    assert may_go(notice(pointless_at=end), moment, NIGHT) is may


def test_without_quiet_hours_it_may_always_go():
    assert may_go(notice(pointless_at=NOON + 9 * DAY), NOON + 11 * HOUR, NEVER)


# --- How it is put together ---------------------------------------------------------------------------------


def test_what_one_reader_is_told_of_one_project_is_one_message():
    elsewhere = replace(KELPS, id="U0M1")
    messages = bundles(
        [notice("a"), notice("b", reader=elsewhere), notice("c"), notice("d", project="reef")],
        NOON, (), 2, NIGHT,
    )  # fmt: skip
    assert names(messages) == [["a", "c"], ["b"], ["d"]]
    assert [(message.project, message.reader.id) for message in messages] == [
        ("kelp", "C0KELP"), ("kelp", "U0M1"), ("reef", "C0KELP"),
    ]  # fmt: skip


def test_a_message_is_pointless_when_something_in_it_is():
    (message,) = bundles([notice(), notice("b", pointless_at=NOON + DAY)], NOON, (), 2, NIGHT)
    assert message.pointless_at == NOON + DAY


@pytest.mark.parametrize(
    ("earlier", "goes"),
    [
        pytest.param([], True, id="nothing today"),
        pytest.param(told_at(NOON - HOUR), True, id="one today"),
        pytest.param(told_at(NOON - HOUR, NOON - 2 * HOUR), False, id="two today"),
        pytest.param(told_at(NOON - HOUR, NOON - 15 * HOUR), True, id="one today, one yesterday in Berlin"),
        pytest.param(told_at(NOON - HOUR, NOON - 13 * HOUR), False, id="both since midnight in Berlin"),
        pytest.param(told_at(NOON, NOON, project="reef"), True, id="two of another project"),
        pytest.param(told_at(NOON, NOON, reader="U0M1"), True, id="two to another reader"),
        pytest.param(told_at(NOON, NOON, project=None), True, id="two of no project"),
    ],
)
def test_a_reader_is_told_only_so_much_a_day(earlier, goes):
    assert bool(bundles([notice()], NOON, earlier, 2, NIGHT)) is goes


def test_what_waited_is_told_in_one_message_the_next_day():
    two_today = told_at(NOON, NOON)
    assert bundles([notice("a"), notice("b")], NOON + HOUR, two_today, 2, NIGHT) == ()
    assert names(bundles([notice("a"), notice("b")], NOON + 20 * HOUR, two_today, 2, NIGHT)) == [["a", "b"]]


@pytest.mark.parametrize(
    ("pointless_at", "goes"),
    [
        pytest.param(NOON + 6 * HOUR, True, id="pointless today"),
        pytest.param(NOON + 17 * HOUR, True, id="pointless in the night"),
        pytest.param(NOON + 18 * HOUR, True, id="pointless when the next day's first message may go"),
        pytest.param(NOON + 20 * HOUR, False, id="useful tomorrow morning"),
    ],
)
def test_what_would_be_pointless_tomorrow_goes_with_all_that_waits(pointless_at, goes):
    waiting = [notice("a"), notice("b", pointless_at=pointless_at)]
    messages = bundles(waiting, NOON, told_at(NOON, NOON), 2, NIGHT)
    assert names(messages) == ([["a", "b"]] if goes else [])


def test_what_is_about_no_project_has_no_limit():
    about_none = notice(project=None)
    assert bundles([about_none], NOON, told_at(NOON, NOON, NOON, project=None), 2, NIGHT)


def test_a_message_holds_only_so_much():
    many = [notice(str(number), project=None) for number in range(MERGED + 3)]
    assert [len(message.notices) for message in bundles(many, NOON, (), 2, NIGHT)] == [MERGED, 3]


# --- A run through the event --------------------------------------------------------------------------------


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati")
HOURS = some.sampled_from([NIGHT, NEVER, QuietHours(time(12), time(14)), QuietHours(time(2), time(2, 30))])


class Clock:
    """Ticks as planning does, and remembers who was told what and when."""

    def __init__(self, quiet: QuietHours, most: int) -> None:
        self.quiet = quiet
        self.most = most
        self.told: list[tuple[datetime, Notice]] = []
        self.messages: list[Lately] = []
        self.missed: set[str] = set()
        self._waiting: dict[str, Notice] = {}

    def tick(self, what, now: datetime) -> None:
        keys = {each.key for _, each in self.told}
        notices = due(ALL, what, now)
        assert len({each.key for each in notices}) == len(notices)
        untold = [each for each in notices if each.key not in keys]
        going = [each for each in untold if may_go(each, now, self.quiet)]
        for message in bundles(going, now, self.messages, self.most, self.quiet):
            self.messages.append(Lately(message.project, message.reader.id, now))
            self.told += [(now, each) for each in message.notices]
        keys = {each.key for _, each in self.told}
        still = {each.key for each in notices}
        over = {
            key: each for key, each in self._waiting.items() if each.pointless_at <= now and key not in still
        }
        self.missed |= over.keys() - keys
        self._waiting = {each.key: each for each in untold if each.key not in keys}


def readers(zones: Iterable[str]) -> tuple[Reader, ...]:
    return tuple(Reader(f"U0{number}", zone, f"U0{number}") for number, zone in enumerate(zones))


@settings(max_examples=30)
@given(
    start=some.integers(0, 26 * 24),
    hours=some.integers(12, 72),
    zones=some.lists(some.sampled_from(ZONES), min_size=1, max_size=2),
    finds=some.lists(some.integers(0, 72 * 60), max_size=6),
    announced=some.none() | some.integers(0, 72),
    quiet=HOURS,
    most=some.integers(1, 3),
)
def test_whatever_happens_each_thing_is_said_once_in_time_and_not_at_night(
    *, start, hours, zones, finds, announced, quiet, most
):
    began = edition().opens.at + start * HOUR
    clock = Clock(quiet, most)
    found = sorted((began + timedelta(minutes=each), number) for number, each in enumerate(finds))
    sent = [began + announced * HOUR] if announced is not None else []
    for minutes in range(0, hours * 60, 9):
        now = began + timedelta(minutes=minutes)
        what = slam(
            participant(
                readers=readers(zones),
                changes=tuple(change(at=at, criterion=str(number)) for at, number in found if at <= now),
            ),
            announcements=tuple(Announcement(1, "Hello", ("everyone",), "U0ORLA", send_at=at) for at in sent),
        )
        clock.tick(what, now)
    keys = [each.key for _, each in clock.told]
    assert len(set(keys)) == len(keys), "said twice"
    assert not clock.missed, "due, wanted, and pointless before it was said"
    for at, each in clock.told:
        assert each.due_at <= at < each.pointless_at
        morning = quiet_until(at, each.reader.timezone, quiet)
        assert morning is None or each.pointless_at <= morning + MARGIN, "said in the night without need"
    days = Counter(
        (each.reader, midnight(each.at, zone)) for each in clock.messages for zone in _zone(each, zones)
    )
    for (reader, day), count in days.items():
        urgent = [
            each for at, each in clock.told
            if each.reader.id == reader and day <= at and each.pointless_at <= day + 2 * DAY
        ]  # fmt: skip
        assert count <= most + len(urgent), "too much in a day"


def _zone(message: Lately, zones: list[str]) -> list[str]:
    return [zones[int(message.reader.removeprefix("U0"))]]


def test_a_date_that_moves_while_some_were_told_the_old_one():
    """Kelp was told a week before the end, Reef was not; then the end moves by ten days."""
    told = Told("kelp", "C0KELP", "close", "2023-11-06T23:59-12:00", CLOSE - 7 * DAY)
    reef = participant(project=project(id="reef"), readers=(replace(KELPS, id="C0REEF", holder="reef"),))
    later = moved(slam(participant(), reef, told=(told,)), "close", CLOSE + 10 * DAY)
    now = CLOSE - 3 * DAY
    messages = bundles(due(ALL, later, now), now, (), 2, NEVER)
    dates = {
        message.project: [each.kind for each in message.notices if each.kind in ("moved", "deadline")]
        for message in messages
    }
    assert dates == {"kelp": ["moved", "deadline"], "reef": ["deadline"]}


def test_after_three_days_asleep_nothing_is_said_that_is_over():
    for now in (CLOSE + timedelta(seconds=1), CLOSE + 3 * DAY):
        assert due(ALL, slam(participant(changes=(change(at=CLOSE - HOUR),))), now) == ()
