"""Types do not see a module that is found at run time: this walks every one of them."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, time, timedelta
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import pytest

from bot.config.reminders import can_read
from rules import clomonitor as clomonitor_checks
from rules import topics
from rules.edition import known_checks
from rules.library import for_badge, for_check
from rules.model import Evidence, Finding, Outcome, Unavailable
from rules.owed import known_kinds
from rules.progress import measure
from rules.slam import (
    Announcement,
    Arrival,
    Line,
    Link,
    Mention,
    Notice,
    Slam,
    Strong,
    Told,
    Trouble,
    Typed,
    Written,
    announced,
)
from tests.builders import (
    ALL_EDITIONS,
    change,
    clomonitor,
    declared,
    edition,
    evidence,
    github,
    output,
    participant,
    passing,
    project,
    resources,
    scored,
    seen,
    slam,
    written,
)

LIBRARY = resources()
NOTHING = github(
    releases={}, workflows={}, links={}, owned={}, security_insights=seen(None), guidance=seen(()),
    self_assessments=seen(()), files=seen(""), readme_links=seen(""),
)  # fmt: skip
SITUATIONS = {
    "everything is there": evidence(),
    "nothing is there": evidence(github=NOTHING, clomonitor=seen(None)),
    "nobody looked": Evidence(project()),
    "the project declares nothing": evidence(
        project=project(repositories=(), clomonitor=None), github=NOTHING
    ),
    "every source is silent": Evidence(
        project(),
        Unavailable("503"),
        github(security_insights=Unavailable("503"), guidance=Unavailable("503"), releases={}),
    ),
    "CLOMonitor has no report": evidence(clomonitor=seen(clomonitor(scored(results=None, scores={})))),
}


def findings(name: str, what_was_seen: Evidence) -> list[Finding]:
    return [found for badge in measure(declared(name), what_was_seen).badges for found in badge.findings]


@pytest.mark.parametrize("name", known_checks())
def test_a_check_keeps_its_shape(name):
    module = known_checks()[name]
    assert (module.__doc__ or "").strip().endswith(".")
    assert is_dataclass(module.Settings)
    assert list(signature(module.check).parameters) == ["settings", "evidence"]


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_an_edition_is_called_as_its_file_is(name):
    assert declared(name).id == name


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_every_badge_leads_to_a_resource(name):
    for badge in declared(name).badges:
        assert badge.resources
        assert all(LIBRARY.find(each) for each in badge.resources), badge.id


@pytest.mark.parametrize("name", ALL_EDITIONS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_finding_leads_to_a_resource_and_tells_what_was_seen(name, situation):
    for found in findings(name, SITUATIONS[situation]):
        assert LIBRARY.find(found.resource), found.criterion
        assert found.detail, found.criterion


CHECKS_OF_SCORECARD = (
    "Binary-Artifacts", "Branch-Protection", "CI-Tests", "CII-Best-Practices", "Code-Review", "Contributors",
    "Dangerous-Workflow", "Dependency-Update-Tool", "Fuzzing", "License", "Maintained", "Packaging",
    "Pinned-Dependencies", "SAST", "SBOM", "Security-Policy", "Signed-Releases", "Token-Permissions",
    "Vulnerabilities", "Webhooks",
)  # fmt: skip


@pytest.mark.parametrize("check", clomonitor_checks.CHECKS)
def test_every_check_of_clomonitor_has_a_fix(check):
    fix, *_ = for_check(LIBRARY, f"clomonitor/{check}")
    assert fix.is_fix
    assert fix.id == clomonitor_checks.fix_for(check)


@pytest.mark.parametrize("check", CHECKS_OF_SCORECARD)
def test_every_check_of_scorecard_has_a_fix(check):
    fix, *_ = for_check(LIBRARY, f"scorecard/{check}")
    assert fix.is_fix
    assert fix.id == f"scorecard-{check.lower()}"


@pytest.mark.parametrize("check", clomonitor_checks.CHECKS)
def test_a_check_of_clomonitor_that_is_missing_leads_to_its_fix(check):
    section = clomonitor_checks.CHECKS[check].section
    report = scored(results=passing(output(check, section)))
    seen_ = evidence(clomonitor=seen(clomonitor(report)))
    led_to = {found.fix for found in findings("slam-2023", seen_) if found.outcome is Outcome.UNMET}
    assert led_to == ({clomonitor_checks.fix_for(check)} if clomonitor_checks.counts(check) else set())


def test_every_badge_that_the_library_names_is_one():
    known = {badge.id for name in ALL_EDITIONS for badge in declared(name).badges}
    known |= {f"{name}/{badge.id}" for name in ALL_EDITIONS for badge in declared(name).badges}
    named = {badge for resource in LIBRARY.entries.values() for badge in resource.badges}
    assert named <= known


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_every_badge_finds_something_in_the_library(name):
    for badge in declared(name).badges:
        declared_alone = replace(badge, resources=())
        edition_ = replace(declared(name), badges=(declared_alone,))
        assert {each.id for each in for_badge(LIBRARY, edition_, badge.id)} >= set(badge.resources), badge.id


def test_every_course_that_a_topic_names_is_in_the_library():
    topics_ = topics.parse(written("topics.yaml"))
    courses = {topic.course for topic in topics_.entries.values() if topic.course}
    assert courses
    assert all((found := LIBRARY.find(course)) and found.is_course for course in courses)


@pytest.mark.parametrize("name", ALL_EDITIONS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_unmet_has_a_step_and_a_rough_effort(name, situation):
    for found in findings(name, SITUATIONS[situation]):
        if found.outcome is Outcome.UNMET:
            assert found.step, found.criterion
            assert found.effort, found.criterion


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_criteria_are_unique_within_a_badge(name):
    for badge in measure(declared(name), evidence()).badges:
        names = [found.criterion for found in badge.findings]
        assert len(names) == len(set(names)), badge.badge


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_nothing_is_met_where_every_source_is_silent(name):
    outcomes = {found.outcome for found in findings(name, Evidence(project()))}
    assert outcomes <= {Outcome.UNKNOWN, Outcome.NEEDS_PERSON}


def test_the_criteria_of_2023_are_those_that_operators_rely_on():
    progress = measure(edition(), evidence())
    sections = ["documentation", "license", "best_practices", "legal"]
    assert {badge.badge: [found.criterion for found in badge.findings] for badge in progress.badges} == {
        "chronicler": ["sbom", "dependency_policy", "provenance_guidance", "locations"],
        "inspector": ["self_assessment", "documented"],
        "cleaner": ["repositories", "check_sets", *sections],
        "defender": ["repositories", "check_sets", "security"],
        "mechanizer": ["sbom", "provenance", "automated", "locations"],
    }


# --- Kinds of reminders -------------------------------------------------------------------------------------

MONDAY = datetime(2023, 10, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
VALUES: Mapping[str, object] = {
    "id": "words", "milestone": "close", "before": (30 * DAY,), "after": DAY, "every": 0, "at": time(9),
}  # fmt: skip


def as_documented() -> ModuleType:
    """The kind of reminder that docs/adding.md shows."""
    text = (Path(__file__).parents[1] / "docs" / "adding.md").read_text(encoding="utf-8")
    section = text.partition("## A kind of reminder")[2]
    module = sys.modules["nearly"] = ModuleType("nearly")  # where dataclasses look for it
    exec(re.search(r"```python\n(.*?)```", section, re.DOTALL)[1], module.__dict__)  # type: ignore[index]
    return module


KINDS: Mapping[str, ModuleType] = {**known_kinds(), "nearly": as_documented()}


def everything_happens() -> Slam:
    """A Monday on which each kind has something to say."""
    return slam(
        participant(changes=(change(at=MONDAY), change(False, at=MONDAY, criterion="legal"))),
        told=(Told("kelp", "C0KELP", "close", "2023-11-01T23:59-12:00", MONDAY - DAY),),
        announcements=(
            Announcement(1, "Hello", ("everyone",), "U0ORLA", send_at=MONDAY),
            Announcement(2, "Hello", ("everyone",), "U0ORLA", asked_at=MONDAY),
        ),
        troubles=(Trouble("C0X", MONDAY, "Nothing can be said in C0X. Next: look there."),),
        arrivals=(Arrival("U0M1", MONDAY, "Kelp", "kelp"), Arrival("U0M2", MONDAY, "SBOMs")),
    )


def said_by(kind: str) -> tuple[Notice, ...]:
    return said_of(kind, everything_happens())


def said_of(kind: str, what: Slam) -> tuple[Notice, ...]:
    module = KINDS[kind]
    given = {field.name: VALUES[field.name] for field in fields(module.Settings) if field.name in VALUES}
    return module.due(module.Settings(**given), what, MONDAY)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_reminder_keeps_its_shape(kind):
    module = KINDS[kind]
    first, *_ = (module.__doc__ or "").strip().splitlines()
    assert first.endswith(".")
    assert module.TITLE
    assert module.TITLE.lower() == module.TITLE
    assert is_dataclass(module.Settings)
    assert fields(module.Settings)[0].name == "id"
    assert list(signature(module.due).parameters) == ["settings", "slam", "now"]
    if hasattr(module, "UNASKED"):
        assert module.UNASKED.id == kind


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_of_reminder_asks_for_can_stand_in_the_configuration(kind):
    hints = get_type_hints(KINDS[kind].Settings)
    assert [name for name, hint in hints.items() if not can_read(hint)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_has_a_key_of_its_own_that_ends_with_its_reader(kind):
    notices = said_by(kind)
    assert notices
    assert len({notice.key for notice in notices}) == len(notices)
    for notice in notices:
        assert notice.kind == kind
        assert notice.key.startswith("slam-2023/words/")
        assert notice.key.endswith(f"/{notice.reader.id}")
        assert notice.due_at <= MONDAY < notice.pointless_at


@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_says_the_same_each_time_and_leaves_its_look_to_slack(kind):
    for notice in said_by(kind):
        assert notice.say() == notice.say()
        assert notice.say()
        assert not re.search(r"[`<>*]", "".join(map(plain, notice.say())))


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"announcement"}))
def test_a_notice_ends_with_the_next_thing_to_do(kind):
    for notice in said_by(kind):
        assert "Next:" in plain(notice.say()[-1])


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_is_told_a_date_can_be_told_when_it_moves(kind):
    dates = {milestone.at: milestone for milestone in edition().milestones}
    for notice in said_by(kind):
        for at in (part for line in notice.say() for part in line if part in dates):
            assert (notice.milestone, notice.date) == (dates[at].id, announced(dates[at]))


@pytest.mark.parametrize("kind", KINDS)
def test_every_button_of_a_notice_is_answered(kind):
    for offer in (offer for notice in said_by(kind) for offer in notice.offers):
        command, button = offer.action.split(".")
        assert button in importlib.import_module(f"commands.{command}").BUTTONS


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_reminder_copes_with_an_empty_slam(kind):
    module = KINDS[kind]
    given = {field.name: VALUES[field.name] for field in fields(module.Settings) if field.name in VALUES}
    nothing = dict.fromkeys(("participants", "told", "announcements", "troubles", "arrivals"), ())
    empty = replace(everything_happens(), channels={}, **nothing)
    assert module.due(module.Settings(**given), empty, MONDAY) == ()


def plain(line: Line) -> str:
    """What we say in a line, without what others wrote."""
    parts = (part for part in line if not isinstance(part, Written | Mention | datetime))
    return "".join(
        part.text if isinstance(part, Strong | Typed) else part.label if isinstance(part, Link) else part
        for part in parts
    )
