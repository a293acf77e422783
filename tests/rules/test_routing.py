"""Who is asked: a table of people, zones, hours, loads and clock changes, and what always holds."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.help import ANYONE, ORGANIZERS, TOPIC, Question, QuestionState, Volunteer
from rules.local import clock_change, zone
from rules.routing import (
    HORIZON,
    WAIT,
    Step,
    beat,
    escalate,
    expected_at,
    next_duty,
    on_duty,
)

NOON = datetime(2023, 10, 20, 12, tzinfo=UTC)  # a Friday
HOUR = timedelta(hours=1)
OFFICE = (time(9), time(17))
NIGHT = (time(22), time(6))
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata",
    "America/Sao_Paulo", "Pacific/Kiritimati", "Pacific/Apia", "Asia/Beirut", "Mars/Olympus",
)  # fmt: skip


def question(**changes) -> Question:
    standard = Question(1, "U0ASK", "Europe/Berlin", "scorecard", "Why is it 0?", NOON, NOON)
    return replace(standard, **changes)


def helper(user: str, **changes) -> Volunteer:
    return replace(Volunteer(user, ("scorecard",), capacity=3), **changes)


def ago(hours: float) -> datetime:
    return NOON - timedelta(hours=hours)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- On duty ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "hours", "at", "is_on"),
    [
        pytest.param("UTC", None, "2023-10-20T03:00", True, id="always"),
        pytest.param("UTC", OFFICE, "2023-10-20T08:59", False, id="a minute too early"),
        pytest.param("UTC", OFFICE, "2023-10-20T09:00", True, id="from the first minute"),
        pytest.param("UTC", OFFICE, "2023-10-20T16:59", True, id="to the last"),
        pytest.param("UTC", OFFICE, "2023-10-20T17:00", False, id="and no longer"),
        pytest.param("Asia/Kolkata", OFFICE, "2023-10-20T03:30", True, id="on their clock"),
        pytest.param("Asia/Kolkata", OFFICE, "2023-10-20T12:00", False, id="not on ours"),
        pytest.param("UTC", NIGHT, "2023-10-20T23:00", True, id="before midnight"),
        pytest.param("UTC", NIGHT, "2023-10-20T05:00", True, id="and behind it"),
        pytest.param("UTC", NIGHT, "2023-10-20T12:00", False, id="a night is no day"),
        pytest.param("UTC", (time(9), time(9)), "2023-10-20T03:00", True, id="from nine to nine is always"),
        pytest.param("Europe/Berlin", OFFICE, "2023-10-28T07:30", True, id="Berlin, the last day of summer"),
        pytest.param("Europe/Berlin", OFFICE, "2023-10-29T07:30", False, id="Berlin, clocks put back"),
        pytest.param("Europe/Berlin", OFFICE, "2023-10-29T15:30", True, id="Berlin, and an hour later home"),
        pytest.param("America/New_York", OFFICE, "2024-03-11T13:30", True, id="New York, put forward"),
        pytest.param("America/New_York", OFFICE, "2024-03-08T13:30", False, id="New York, before that"),
        pytest.param(
            "Europe/Berlin", (time(2, 15), time(2, 45)), "2023-10-29T00:30", True, id="shown a first time"
        ),
        pytest.param(
            "Europe/Berlin", (time(2, 15), time(2, 45)), "2023-10-29T01:30", True, id="and a second time"
        ),
        pytest.param(
            "Europe/Berlin", (time(2, 15), time(2, 45)), "2023-10-29T01:10", False, id="not in between"
        ),
        pytest.param(
            "Europe/Berlin", (time(2, 15), time(2, 45)), "2024-03-31T01:00", False, id="skipped that day"
        ),
        pytest.param("Mars/Olympus", OFFICE, "2023-10-20T10:00", True, id="nobody knows the zone: UTC"),
    ],
)
def test_duty_is_what_the_clock_on_their_wall_says(where, hours, at, is_on):
    assert on_duty(helper("U1", timezone=where, hours=hours), utc(at)) is is_on


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, NOON, id="now"),
        pytest.param({"on_duty": False}, None, id="off duty, nobody knows till when"),
        pytest.param({"away_until": NOON + 30 * HOUR}, NOON + 30 * HOUR, id="away"),
        pytest.param({"away_until": ago(1)}, NOON, id="back from being away"),
        pytest.param({"hours": OFFICE}, NOON, id="in office hours"),
        pytest.param({"hours": NIGHT}, utc("2023-10-20T22:00"), id="tonight"),
        pytest.param({"hours": (time(8), time(11))}, utc("2023-10-21T08:00"), id="tomorrow morning"),
        pytest.param(
            {"hours": OFFICE, "timezone": "America/New_York"}, utc("2023-10-20T13:00"), id="in New York"
        ),
        pytest.param(
            {"hours": OFFICE, "away_until": utc("2023-10-22T20:00")}, utc("2023-10-23T09:00"), id="away first"
        ),
        pytest.param(
            {"hours": OFFICE, "timezone": "Europe/Berlin", "away_until": utc("2023-10-29T00:00")},
            utc("2023-10-29T08:00"),
            id="the morning after clocks were put back",
        ),
        pytest.param(
            {
                "hours": (time(2, 15), time(2, 45)),
                "timezone": "Europe/Berlin",
                "away_until": utc("2024-03-31T00:50"),
            },
            utc("2024-04-01T00:15"),
            id="hours that clocks skip are tomorrow's",
        ),
    ],
)
def test_the_next_duty(changes, expected):
    assert next_duty(helper("U1", **changes), NOON) == expected


# --- Who is asked -------------------------------------------------------------------------------------------

NEW_YORKER = helper("U1", timezone="America/New_York", hours=OFFICE)  # 08:00 there at noon
BERLINER = helper("U2", timezone="Europe/Berlin", hours=OFFICE)  # 14:00
INDIAN = helper("U3", timezone="Asia/Kolkata", hours=OFFICE)  # 17:30
NO_VOLUNTEER = "no volunteer covers scorecard"
NOBODY = "nobody who covers scorecard is on duty now"
AUSTRALIAN = helper("U4", timezone="Australia/Sydney", hours=NIGHT)  # 23:00


@pytest.mark.parametrize(
    ("volunteers", "who"),
    [
        pytest.param([BERLINER], "U2", id="one who is there"),
        pytest.param([NEW_YORKER, BERLINER, INDIAN], "U2", id="the one whose day it is"),
        pytest.param([AUSTRALIAN, NEW_YORKER], "U4", id="the one whose night it is"),
        pytest.param([helper("U1", load=2), helper("U2", load=1)], "U2", id="the lowest load"),
        pytest.param(
            [helper("U1", load=1, capacity=9), helper("U2", load=0, capacity=1)], "U2", id="load, not share"
        ),
        pytest.param([helper("U1", load=3), helper("U2", load=2)], "U2", id="the other is at capacity"),
        pytest.param(
            [helper("U1", asked_at=ago(1)), helper("U2", asked_at=ago(2))], "U2", id="then asked longest ago"
        ),
        pytest.param([helper("U1", asked_at=ago(99)), helper("U2")], "U2", id="never is longest ago"),
        pytest.param(
            [helper("U1", load=1), helper("U2", asked_at=ago(0))], "U2", id="the load before how long ago"
        ),
        pytest.param([helper("U2"), helper("U1")], "U1", id="then the user's id"),
        pytest.param([helper("U0ASK"), helper("U9", load=2)], "U9", id="never the asker"),
        pytest.param([helper("U1", topics=("sbom",)), helper("U2", load=2)], "U2", id="who covers the topic"),
        pytest.param([helper("U1", topics=("defender",))], "U1", id="or the badge"),
        pytest.param([helper("U1", on_duty=False), helper("U2", load=2)], "U2", id="not off duty"),
        pytest.param(
            [helper("U1", away_until=NOON + HOUR), helper("U2", load=2)], "U2", id="not who is away"
        ),
    ],
)
def test_who_is_asked(volunteers, who):
    assert escalate(question(badge="defender"), volunteers, NOON).volunteer.user == who


@pytest.mark.parametrize(
    ("changes", "volunteers", "expected"),
    [
        pytest.param({}, [], None, id="no volunteers"),
        pytest.param(
            {}, [helper("U1", topics=("sbom",))], NOON, id="another topic"
        ),
        pytest.param({}, [helper("U0ASK")], None, id="only the asker"),
        pytest.param(
            {}, [NEW_YORKER], utc("2023-10-20T13:00"), id="early"
        ),
        pytest.param(
            {}, [helper("U1", load=3)], None,
            id="hands full",
        ),
        pytest.param(
            {"asked": ("U1",)}, [helper("U1")], None, id="asked"
        ),
        pytest.param(
            {}, [INDIAN, helper("U5", topics=("sbom",))],
            NOON + WAIT, id="anyone after a while, before the morning in India",
        ),
        pytest.param(
            {"step": ANYONE, "asked": ("U1",)}, [helper("U1"), INDIAN],
            utc("2023-10-21T03:30"), id="anyone, but nobody else is up",
        ),
        pytest.param({}, [helper("U1", on_duty=False)], None, id="off"),
    ],
)  # fmt: skip
def test_whoever_cannot_be_asked_now_is_expected_later(changes, volunteers, expected):
    asked = question(**changes)
    assert expected_at([asked], volunteers, NOON).get(asked.id) == expected


# --- One step at a time -------------------------------------------------------------------------------------

ONE, TWO = helper("U1"), helper("U2")
OTHERS = helper("U5", topics=("sbom",))


@pytest.mark.parametrize(
    ("changes", "volunteers", "step"),
    [
        pytest.param({}, [ONE, TWO], Step(0, ONE), id="nobody was asked yet"),
        pytest.param({"asked": ("U1",), "step_at": ago(0.9)}, [ONE, TWO], None, id="give them an hour"),
        pytest.param({"asked": ("U1",), "step_at": ago(1)}, [ONE, TWO], Step(0, TWO), id="then the next one"),
        pytest.param(
            {"asked": ("U1", "U2"), "step_at": ago(1)}, [ONE, TWO, OTHERS], Step(1, OTHERS), id="then anyone"
        ),
        pytest.param(
            {"asked": ("U1", "U5"), "step": 1, "step_at": ago(0.5)}, [ONE, OTHERS], None, id="an hour again"
        ),
        pytest.param(
            {"asked": ("U1", "U5"), "step": 1, "step_at": ago(1)},
            [ONE, OTHERS, helper("U6", topics=("sbom",))],
            Step(2),
            id="then organizers, and not everyone in turn",
        ),
        pytest.param({"step": 2, "asked": ("U1",), "step_at": ago(99)}, [ONE, OTHERS], None, id="once"),
        pytest.param(
            {"step": 2, "step_at": ago(99)}, [ONE, OTHERS], Step(2, ONE), id="of its topic, and free now"
        ),
        pytest.param(
            {"step": 2, "asked": ("U1",), "step_at": ago(0.5)}, [ONE, TWO], None, id="one at a time then too"
        ),
        pytest.param(
            {"step": 1, "asked": ("U1", "U5"), "step_at": ago(1)}, [NEW_YORKER, INDIAN], Step(2),
            id="nobody waits for the morning after anyone was asked",
        ),
        pytest.param(
            {"step_at": ago(1)}, [NEW_YORKER, helper("U5", topics=("sbom",), load=3)], None,
            id="who is on duty and full does not end the night",
        ),
        pytest.param(
            {"step": 1, "asked": ("U5",), "step_at": ago(1)},
            [ONE, OTHERS],
            Step(1, ONE),
            id="of its topic, and there by now",
        ),
        pytest.param(
            {"asked": ("U2",), "step_at": ago(1)}, [BERLINER, NEW_YORKER], None, id="nor who was asked"
        ),
        pytest.param(
            {"asked": ("U1",), "step_at": ago(1)}, [ONE], Step(2), id="nobody is left but organizers"
        ),
        pytest.param({}, [], Step(2), id="there are no volunteers at all"),
        pytest.param({}, [OTHERS], Step(1, OTHERS), id="nobody covers it: anyone at once"),
        pytest.param({}, [NEW_YORKER, OTHERS], None, id="somebody covers it: anyone after a while"),
        pytest.param(
            {"step_at": ago(1)}, [INDIAN, OTHERS], Step(1, OTHERS), id="later, and it is late in India"
        ),
        pytest.param({"step_at": ago(5)}, [INDIAN, NEW_YORKER], None, id="outside everyone's hours"),
        pytest.param(
            {"asked": ("U3",), "step_at": ago(1)}, [INDIAN, NEW_YORKER], None, id="nor organizers at night"
        ),
        pytest.param(
            {"step_at": ago(5)}, [helper("U1", away_until=NOON + timedelta(days=9))], Step(2),
            id="nobody is back for days: organizers",
        ),
        pytest.param({"step_at": ago(1)}, [helper("U1", on_duty=False)], Step(2), id="everybody is off duty"),
        pytest.param({"step_at": ago(0.5)}, [helper("U1", load=3)], None, id="hands full: wait a while"),
        pytest.param({"step_at": ago(1)}, [helper("U1", load=3)], Step(2), id="and then organizers"),
        pytest.param({"state": QuestionState.CLAIMED, "step_at": ago(9)}, [ONE], None, id="it has an owner"),
        pytest.param({"state": QuestionState.RESOLVED, "step_at": ago(9)}, [ONE], None, id="it is resolved"),
        pytest.param({"state": QuestionState.AIDED, "step_at": ago(9)}, [ONE], None, id="it was not posted"),
        pytest.param({"asker": "U1", "step_at": ago(1)}, [ONE], Step(2), id="nobody but the asker"),
    ],
)  # fmt: skip
def test_one_step_at_a_time(changes, volunteers, step):
    assert escalate(question(**changes), volunteers, NOON) == step


def test_a_question_of_the_evening_is_carried_on_in_the_morning():
    asked = question(asked_at=utc("2023-10-20T16:00"), step_at=utc("2023-10-20T16:00"))
    assert escalate(asked, [BERLINER], utc("2023-10-21T06:59")) is None
    assert escalate(asked, [BERLINER], utc("2023-10-21T07:00")) == Step(0, BERLINER)


# --- What always holds --------------------------------------------------------------------------------------

AT = st.integers(0, 640 * 24 * 60).map(lambda minutes: utc("2023-03-01") + timedelta(minutes=minutes))
CHANGES = [
    found
    for name in ZONES
    for month in range(21)
    if (found := clock_change(utc("2023-03-01") + month * timedelta(days=30), timedelta(days=30), name))
]
NEAR_A_CHANGE = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-48 * 60, 48 * 60),
)
NOW = AT | NEAR_A_CHANGE
CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
VOLUNTEER = st.builds(
    Volunteer,
    user=st.sampled_from([f"U{number}" for number in range(8)]),
    topics=st.sampled_from([(), ("scorecard",), ("scorecard", "sbom"), ("sbom",)]),
    timezone=st.sampled_from(ZONES),
    hours=st.none() | st.tuples(CLOCK, CLOCK),
    capacity=st.integers(0, 4),
    on_duty=st.booleans() | st.just(True),
    away_until=st.none() | AT,
    load=st.integers(0, 4),
    asked_at=st.none() | AT,
)
VOLUNTEERS = st.lists(VOLUNTEER, max_size=8, unique_by=lambda each: each.user)
QUESTION = st.builds(
    lambda asked, step, asker, topic: question(asked=asked, step=step, asker=asker, topic=topic),
    asked=st.lists(st.sampled_from(["U0", "U1", "U2"]), unique=True).map(tuple),
    step=st.sampled_from([0, ANYONE]),
    asker=st.sampled_from(["U3", "U4", "U0ASK"]),
    topic=st.sampled_from(["scorecard", "sbom"]),
)


def wall(volunteer: Volunteer, now: datetime) -> time:
    known = volunteer.timezone if volunteer.timezone != "Mars/Olympus" else "UTC"
    return now.astimezone(ZoneInfo(known)).time()


def is_free(volunteer: Volunteer, now: datetime) -> bool:
    """Said once more, in other words: in minutes since they began, round the clock."""
    if volunteer.load >= volunteer.capacity or not volunteer.on_duty:
        return False
    if volunteer.away_until and volunteer.away_until > now:
        return False
    if volunteer.hours is None:
        return True
    begin, end, shown = (
        each.hour * 3600 + each.minute * 60 + each.second + each.microsecond / 1e6
        for each in (*volunteer.hours, wall(volunteer, now))
    )
    return (shown - begin) % 86_400 < ((end - begin) % 86_400 or 86_400)


@given(QUESTION, VOLUNTEERS, NOW)
def test_never_off_duty_never_over_capacity_never_the_asker_never_twice(asked, volunteers, now):
    asked = replace(asked, step_at=now - WAIT)
    step = escalate(asked, volunteers, now)
    free = [
        each for each in volunteers if is_free(each, now) and each.user not in (asked.asker, *asked.asked)
    ]
    able = [each for each in free if asked.topic in each.topics] or free
    if step and step.volunteer:
        assert step.volunteer in able
        assert step.volunteer.load == min(each.load for each in able)
    else:
        assert not able or asked.step != TOPIC


@given(QUESTION, VOLUNTEERS, NOW, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_a_step_asks_only_somebody_who_may_be_asked_and_only_in_time(asked, volunteers, now, waited):
    asked = replace(asked, step_at=now - waited)
    step = escalate(asked, volunteers, now)
    if step is None:
        return
    assert waited >= WAIT or not asked.asked
    assert step.step in (asked.step, asked.step + 1, ORGANIZERS)
    if step.volunteer is None:
        assert step.step == ORGANIZERS
    else:
        assert is_free(step.volunteer, now)
        assert step.volunteer.user not in (asked.asker, *asked.asked)
        assert step.step == ANYONE or asked.topic in step.volunteer.topics


@given(VOLUNTEER, NOW)
def test_the_next_duty_is_the_first_there_is(volunteer, now):
    found = next_duty(volunteer, now)
    if found is None:
        assert not volunteer.on_duty
        return
    assert found >= now
    assert on_duty(volunteer, found)
    begins = max(now, volunteer.away_until or now)
    quarter = timedelta(minutes=15)
    between = [begins + number * quarter for number in range(1 + (found - begins) // quarter)]
    assert not any(on_duty(volunteer, each) for each in between if each < found)


QUARTER = timedelta(minutes=15)
CHANGED = CHANGES[0].replace(minute=0, second=0)
ON_A_QUARTER = st.integers(-200, 200).map(lambda number: CHANGED + number * QUARTER)
ROSTER = st.lists(
    st.builds(replace, VOLUNTEER, away_until=st.none() | ON_A_QUARTER, capacity=st.integers(0, 2)),
    max_size=4, unique_by=lambda each: each.user,
)  # fmt: skip
WAITING = st.lists(st.tuples(QUESTION, st.integers(0, 8)), min_size=1, max_size=4)


def beats(waiting, volunteers, begin, end):
    """What the clock does every quarter of an hour while nobody does anything: each step and its moment."""
    left, people = {each.id: each for each in waiting}, {each.user: each for each in volunteers}
    at = begin
    while at <= end:
        for each, step, taken_at in beat(tuple(left.values()), people.values(), at):
            left[each.id] = replace(each, step=step.step)
            if found := step.volunteer:
                left[each.id] = replace(left[each.id], step_at=taken_at, asked=(*each.asked, found.user))
                people[found.user] = replace(people[found.user], asked_at=taken_at)
            yield at, each, step
        at += QUARTER


@given(WAITING, ROSTER, ON_A_QUARTER)
def test_when_somebody_is_expected_is_when_somebody_is_asked(waiting, volunteers, now):
    waiting = [
        replace(each, id=number, asked_at=now - waited * QUARTER, step_at=now - waited * QUARTER)
        for number, (each, waited) in enumerate(waiting)
    ]
    ahead = HORIZON
    expected = expected_at(waiting, volunteers, now, waiting)
    asked = {}
    for at, each, step in beats(waiting, volunteers, now, now + ahead):
        if step.volunteer:
            asked.setdefault(each.id, at)
    for each in waiting:
        at = expected.get(each.id)
        if at is None:
            assert each.id not in asked
        else:
            assert abs(asked[each.id] - at) < timedelta(minutes=1)


@given(st.integers(1, 6), st.integers(1, 4), st.data())
def test_work_is_shared_fairly_within_one_whenever_it_is_claimed(helpers, capacity, data):
    """Equals who are all there; what somebody is asked about they claim sooner or later, within the hour."""
    owned = {f"U{number}": 0 for number in range(helpers)}
    asked_at, waiting, now = dict.fromkeys(owned), [], NOON
    for number in range(data.draw(st.integers(1, helpers * capacity + 3))):
        now += timedelta(minutes=data.draw(st.integers(0, 20)))
        waiting.append(question(id=number, asked_at=now, step_at=now))
        people = [
            helper(user, load=load, capacity=capacity, asked_at=asked_at[user])
            for user, load in owned.items()
        ]
        for each, step, at in beat(tuple(waiting), people, now):
            if found := step.volunteer:
                waiting[waiting.index(each)] = replace(each, step_at=at, asked=(*each.asked, found.user))
                asked_at[found.user] = at
        for each in [each for each in waiting if each.asked]:
            is_late = now - each.step_at > timedelta(minutes=35)
            if is_late or data.draw(st.booleans()):
                waiting.remove(each)
                owned[each.asked[-1]] += 1
        asks = [each.asked[-1] for each in waiting if each.asked]
        busy = [load + asks.count(user) for user, load in owned.items()]
        assert max(busy) <= capacity
        assert max(busy) - min(busy) <= 1
        assert min(busy) == capacity or all(each.asked for each in waiting)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 20))
def test_nobody_is_asked_about_more_at_a_time_than_they_take(helpers, capacity, questions):
    everyone = [helper(f"U{number}", capacity=capacity) for number in range(helpers)]
    waiting = [question(id=number) for number in range(questions)]
    asked = []
    for at, _, step in beats(waiting, everyone, NOON, NOON + timedelta(hours=9)):
        if found := step.volunteer:
            asked.append((at, found.user))
            lately = [user for then, user in asked if at - then < WAIT]
            assert lately.count(found.user) <= capacity


@given(st.integers(1, 6), st.integers(1, 60))
def test_those_who_never_claim_are_asked_in_turn(helpers, questions):
    times_asked = {f"U{number}": 0 for number in range(helpers)}
    asked_at: dict[str, datetime] = {}
    for number in range(questions):
        now = NOON + number * timedelta(seconds=1)
        helpers_now = [helper(user, asked_at=asked_at.get(user)) for user in times_asked]
        found = escalate(question(), helpers_now, now).volunteer
        asked_at[found.user] = now
        times_asked[found.user] += 1
        assert max(times_asked.values()) - min(times_asked.values()) <= 1


def test_zones_that_change_their_clocks_are_among_those_tried():
    assert len(set(CHANGES)) > 10
    assert zone("Mars/Olympus") == zone("UTC")
