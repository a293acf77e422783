from __future__ import annotations

from datetime import timedelta

import pytest

from rules.reminders.progress import Settings, due
from tests.builders import (
    FIVE,
    NOON,
    change,
    complete,
    edition,
    finished,
    participant,
    record,
    slam,
    standing,
)
from tests.rules.reminders.reading import channels, read

NEWS = Settings("news")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPENS, ENDS = edition().opens.at, edition().ends.at


def told(*changes, now=NOON, **about):
    return due(NEWS, slam(participant(changes=changes, **about)), now)


@pytest.mark.parametrize(
    ("at", "now", "is_told"),
    [
        pytest.param(NOON, NOON, True, id="just found"),
        pytest.param(NOON - DAY, NOON, True, id="found yesterday"),
        pytest.param(NOON - 2 * DAY, NOON, False, id="old news"),
        pytest.param(OPENS - HOUR, OPENS + HOUR, False, id="found before it opened"),
        pytest.param(OPENS, OPENS, True, id="found when it opened"),
        pytest.param(ENDS - HOUR, ENDS - HOUR, True, id="found at the end"),
        pytest.param(ENDS - HOUR, ENDS, False, id="when it is over"),
    ],
)
def test_news_is_told_while_it_is_new(at, now, is_told):
    assert channels(told(change(at=at), now=now)) == (["C0KELP"] if is_told else [])


def test_one_notice_a_look():
    first, second = told(
        change(at=NOON - HOUR),
        change(at=NOON - HOUR, criterion="legal"),
        change(at=NOON, criterion="license"),
    )
    assert first.key == "slam-2023/news/2023-10-20T11:00:00Z/kelp/C0KELP"
    assert second.key == "slam-2023/news/2023-10-20T12:00:00Z/kelp/C0KELP"


def test_what_a_later_look_took_back_is_not_told():
    (notice,) = told(change(at=NOON - HOUR), change(False, at=NOON))
    assert "T12:00:00Z" in notice.key
    assert "Lost" in read(notice)
    assert "Found" not in read(notice)


def test_a_find_is_told_with_its_badges():
    (notice,) = told(change(), change(badge="defender", title="The Defender"))
    assert "Kelp: 1 newly found." in read(notice)
    assert "Found: CLOMonitor documentation score is 100% (The Cleaner and The Defender)." in read(notice)


def test_a_loss_is_told_with_what_was_seen_and_what_to_do():
    lost = change(False, detail="95.4%: changelog is missing", step="Add a changelog to kelp-io/kelp")
    said = read(told(lost)[0])
    assert "Lost: CLOMonitor documentation score is 100% (The Cleaner)." in said
    assert "Seen now: 95.4%: changelog is missing. To do: Add a changelog to kelp-io/kelp." in said


@pytest.mark.parametrize(
    ("badge", "awarded", "is_said"),
    [
        pytest.param(complete("cleaner"), frozenset(), True, id="complete now"),
        pytest.param(standing("cleaner"), frozenset(), False, id="something is missing"),
        pytest.param(complete("cleaner"), frozenset({"cleaner"}), False, id="it was awarded before"),
    ],
)
def test_a_badge_whose_evidence_is_complete_is_for_organizers_to_award(badge, awarded, is_said):
    said = read(told(change(), record=record(badge, standing("defender")), awarded=awarded)[0])
    complete_now = "The Cleaner: all of its evidence is found. Organizers look at it and award the badge."
    assert (complete_now in said) is is_said


@pytest.mark.parametrize(
    ("about", "next_step"),
    [
        pytest.param({}, "Next: Add a changelog, for The Cleaner.", id="one more step"),
        pytest.param(
            {"record": finished()}, "Next: tell the organizers in #security-slam", id="all is found"
        ),
        pytest.param(
            {"awarded": frozenset(FIVE)}, "Next: nothing. Every badge is awarded", id="all is awarded"
        ),
    ],
)
def test_it_ends_with_what_to_do_next(about, next_step):
    assert read(told(change(), **about)[0]).splitlines()[-1].startswith(next_step)


def test_a_look_that_shows_much_stays_short():
    many = tuple(
        change(n % 2 == 0, criterion=str(n), statement=f"Criterion {n}", detail="x" * 5_000)
        for n in range(30)
    )
    said = read(told(*many)[0])
    assert "15 newly found and 15 lost" in said
    assert "And 20 more: /slam status kelp." in said
    assert len(said) < 3_000
