from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot import config
from bot.config import Config, ConfigError
from rules.owed import known_kinds
from rules.reminders import awareness, deadline, digest, moved, stalled

EXAMPLE = Path(__file__).parents[3] / "config.example.yaml"
UNASKED = {"announcement", "arrival", "moved", "trouble"}


@pytest.fixture
def written(tmp_path: Path):
    """Read a configuration with these reminders in it."""

    def read(*entries: str, before: str = "timezone: UTC") -> Config:
        path = tmp_path / "config.yaml"
        path.write_text(
            "\n".join(("edition: slam-2023", before, "reminders:", *(f"  - {e}" for e in entries)))
        )
        return config.read(path, {})

    return read


@pytest.fixture
def mistakes(written):
    def read(*entries: str) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            written(*entries)
        return tuple(mistake.partition("config.yaml:")[2] for mistake in caught.value.mistakes)

    return read


def asked(read: Config) -> list[object]:
    return [reminder.settings for reminder in read.reminders if reminder.kind not in UNASKED]


def test_the_example_shows_every_kind_that_has_to_be_asked_for():
    read = config.read(EXAMPLE, {})
    assert {reminder.kind for reminder in read.reminders} == set(known_kinds())


def test_settings_are_read_as_their_kind_declares_them(written):
    read = written(
        "{id: closing, kind: deadline, milestone: close, before: [1d, 2w, 90m, 1d],"
        " audience: [unfinished, 'maturity:sandbox']}",
        "{id: stalled, kind: stalled, after: 5d}",
        "{id: weekly, kind: digest, every: mon, at: '09:00', audience: 'badge:cleaner'}",
        "{id: join, kind: awareness, milestone: open, before: [7d], channels: [C0A, C0B, C0A],"
        " text: Come!, audience: unregistered}",
    )
    weeks, day, minutes = timedelta(weeks=2), timedelta(days=1), timedelta(minutes=90)
    assert asked(read) == [
        deadline.Settings("closing", "close", (day, weeks, minutes), ("unfinished", "maturity:sandbox")),
        stalled.Settings("stalled", timedelta(days=5)),
        digest.Settings("weekly", 0, time(9), ("badge:cleaner",)),
        awareness.Settings("join", "open", (timedelta(days=7),), ("C0A", "C0B"), "Come!"),
    ]


def test_some_kinds_are_on_without_being_asked_for(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text("edition: slam-2023\n")
    assert {reminder.kind for reminder in config.read(path, {}).reminders} == UNASKED


def test_an_entry_takes_the_place_of_the_one_that_is_on_without_it(written):
    read = written("{id: dates, kind: moved}")
    assert [each.settings for each in read.reminders if each.kind == "moved"] == [moved.Settings("dates")]


def test_a_reminder_may_be_about_a_milestone_of_the_file(written):
    read = written(
        "{id: r, kind: deadline, milestone: review, before: [1d]}",
        before="milestones: [{id: review, at: '2023-11-10T10:00:00'}]",
    )
    assert asked(read)[0].milestone == "review"


@pytest.mark.parametrize(
    ("entry", "mistake"),
    [
        pytest.param(
            "{id: a, kind: deadlin}", "kind: no kind 'deadlin'; did you mean 'deadline'?", id="no such kind"
        ),
        pytest.param("{id: a}", "kind: missing", id="no kind"),
        pytest.param("{kind: stalled, after: 5d}", "id: missing", id="no id"),
        pytest.param(
            "{id: a/b, kind: stalled, after: 5d}", "id: expected a word", id="an id that cuts a key"
        ),
        pytest.param(
            "{id: a, kind: stalled}",
            "after: missing; a reminder of kind 'stalled' needs it",
            id="stalled for how long",
        ),
        pytest.param("{id: a, kind: stalled, after: 5}", "after: expected a duration", id="five of what"),
        pytest.param(
            "{id: a, kind: digest, every: noon, at: '09:00'}",
            "every: expected a day of the week",
            id="which day",
        ),
        pytest.param(
            "{id: a, kind: digest, every: mon, at: '9am'}", "at: expected a time of day", id="which hour"
        ),
        pytest.param(
            "{id: a, kind: deadline, milestone: clos, before: [1d]}",
            "milestone: no milestone 'clos'; did you mean 'close'?",
            id="no such milestone",
        ),
        pytest.param(
            "{id: a, kind: deadline, milestone: close, before: []}",
            "before: expected a list with at least one entry",
            id="never before",
        ),
        pytest.param(
            "{id: a, kind: deadline, milestone: close, before: [soon]}",
            "before[0]: expected a duration",
            id="how long before",
        ),
        pytest.param(
            "{id: a, kind: deadline, milestone: close, before: [1d], audience: unfinishd}",
            "audience: no audience 'unfinishd'; did you mean 'unfinished'?",
            id="no such audience",
        ),
        pytest.param(
            "{id: a, kind: deadline, milestone: close, before: [1d], audience: 'badge:cleanr'}",
            "audience: no badge 'cleanr'; did you mean 'cleaner'?",
            id="no such badge",
        ),
        pytest.param(
            "{id: a, kind: awareness, milestone: open, before: [1d], audience: stalled}",
            "audience: expected unregistered",
            id="awareness is for those who have not joined",
        ),
        pytest.param(
            "{id: a, kind: awareness, milestone: open, before: [1d], channels: ['#slam']}",
            "channels[0]: expected a Slack channel id",
            id="a channel's name",
        ),
        pytest.param(
            "{id: a, kind: awareness, milestone: open, before: [1d]}",
            "channels: missing; without them it goes to channels.announcements, and there is none",
            id="nowhere to say it",
        ),
        pytest.param(
            "{id: a, kind: stalled, aftr: 5d, after: 5d}",
            "aftr: unknown key; did you mean 'after'?",
            id="key",
        ),
        pytest.param(
            "{id: a, kind: stalled, after: 5d, channels: [C0X]}",
            "channels: unknown key; there are id, kind, after, audience",
            id="a key of another kind",
        ),
        pytest.param("stalled", "expected a mapping with id, kind", id="a word"),
        pytest.param(
            "{id: moved, kind: stalled, after: 5d}",
            "id: 'moved' is what something else is called",
            id="taken",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(mistakes, entry: str, mistake: str):
    (found,) = mistakes(entry)
    assert found.startswith("4: reminders[0]")
    assert mistake in found


def test_two_reminders_are_not_called_the_same(mistakes):
    (found,) = mistakes("{id: a, kind: stalled, after: 5d}", "{id: a, kind: stalled, after: 9d}")
    assert found == "5: reminders[1].id: 'a' stands there twice"


def test_what_would_say_everything_twice_is_a_mistake(mistakes):
    (found,) = mistakes("{id: a, kind: progress}", "{id: b, kind: progress}")
    assert found.startswith("5: reminders[1].kind: a second 'progress'")


def test_a_milestone_that_there_is_not_is_named_with_its_line(mistakes):
    found = mistakes(
        "{id: a, kind: stalled, after: 5d}",
        "id: c\n    kind: deadline\n    before: [1d]\n    milestone: submisions",
    )
    assert [mistake.partition(": no ")[0] for mistake in found] == ["8: reminders[1].milestone"]


def test_every_mistake_of_an_entry_is_named_at_once(mistakes):
    found = mistakes("{id: a b, kind: deadline, milestone: clos, audience: nobody}")
    assert {mistake.partition("[0].")[2].partition(":")[0] for mistake in found} == {
        "id", "milestone", "before", "audience",
    }  # fmt: skip
