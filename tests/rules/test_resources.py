from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.resources import KINDS, Resource, Resources, ResourcesError, parse

GUIDE = {
    "title": "How to keep a changelog",
    "url": "https://example.org/changelog#how",
    "kind": "guide",
    "source": "example.org",
    "checked": "2026-10-31",
}
COURSE = {**GUIDE, "kind": "course", "summary": "All of it.", "length": "1 hour", "level": "beginner"}
FIX = {
    **GUIDE,
    "kind": "fix",
    "checks": ["clomonitor/changelog"],
    "wants": "A changelog.",
    "cause": "There is none.",
    "todo": "Write one.",
}


def without(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in keys}


def mistakes(entry: object, name: str = "changelog") -> tuple[str, ...]:
    with pytest.raises(ResourcesError) as caught:
        parse({name: entry})
    return caught.value.mistakes


@pytest.mark.parametrize("entry", [GUIDE, COURSE, FIX], ids=["guide", "course", "fix"])
def test_an_entry_is_read_as_it_stands(entry):
    read = parse({"changelog": entry}).find("changelog")
    assert read is not None
    assert {key: getattr(read, key) for key in entry} == {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }


def test_lines_of_a_text_are_one():
    read = parse({"changelog": {**GUIDE, "summary": "In\n  two lines.\n"}}).find("changelog")
    assert read is not None
    assert read.summary == "In two lines."


@pytest.mark.parametrize("kind", KINDS)
def test_a_resource_knows_what_it_is(kind):
    resource = Resource("a", "A", "https://example.org", kind)
    assert (resource.is_fix, resource.is_course) == (kind == "fix", kind == "course")


@pytest.mark.parametrize(
    ("entry", "mistake"),
    [
        ({**GUIDE, "summery": "x"}, "changelog.summery: unknown key; did you mean 'summary'?"),
        (without(GUIDE, "source"), "changelog.source: needed"),
        (without(FIX, "cause"), "changelog.cause: needed for a fix"),
        (without(FIX, "checks"), "changelog.checks: needed for a fix"),
        (without(COURSE, "level"), "changelog.level: needed for a course"),
        ({**GUIDE, "title": " "}, "changelog.title: expected text, found ' '"),
        ({**GUIDE, "title": 7}, "changelog.title: expected text, found 7"),
        ({**GUIDE, "badges": "cleaner"}, "changelog.badges: expected a list of texts, found 'cleaner'"),
        (
            {**GUIDE, "badges": ["The Cleaner"]},
            "changelog.badges: expected <badge> or <edition>/<badge>, found 'The Cleaner'",
        ),
        (
            {**FIX, "checks": ["changelog"]},
            "changelog.checks: expected clomonitor/<check> or scorecard/<Check>, found 'changelog'",
        ),
        ({**GUIDE, "url": "example.org"}, "changelog.url: expected a whole address with https://"),
        ({**GUIDE, "url": "ftp://example.org"}, "changelog.url: expected a whole address with https://"),
        ({**GUIDE, "url": "https://[x"}, "changelog.url: expected a whole address with https://"),
        ({**GUIDE, "kind": "curse"}, "found 'curse'; did you mean 'course'?"),
        ({**COURSE, "level": "easy"}, "changelog.level: expected one of beginner, intermediate, advanced"),
        ({**GUIDE, "checked": "31.10.2026"}, "changelog.checked: expected a day such as 2026-10-31"),
        ({**GUIDE, "checked": "20261031"}, "changelog.checked: expected a day such as 2026-10-31"),
        ("https://example.org", "changelog: expected a mapping with title, url, kind"),
    ],
)
def test_a_mistake_is_named_with_its_place(entry, mistake):
    assert any(mistake in told for told in mistakes(entry)), mistakes(entry)


def test_an_id_can_be_typed():
    assert "small letters" in mistakes(GUIDE, "Change log")[0]


def test_every_mistake_is_named_at_once():
    with pytest.raises(ResourcesError) as caught:
        parse({"a": without(GUIDE, "url"), "b": {**GUIDE, "kind": "song"}})
    assert [mistake.split(":")[0] for mistake in caught.value.mistakes] == ["a.url", "b.kind"]


def test_a_check_has_one_fix():
    with pytest.raises(ResourcesError, match="'clomonitor/changelog' has a fix already, 'first'"):
        parse({"first": FIX, "second": FIX})


@pytest.mark.parametrize("content", [None, [], "text", {}])
def test_a_library_without_entries_is_a_mistake(content):
    with pytest.raises(ResourcesError, match="no resources"):
        parse(content)


def test_nothing_is_found_under_no_name():
    assert Resources({}).find(None) is None
    assert Resources({}).find("changelog") is None


def test_the_entries_that_the_documentation_shows_are_read():
    text = Path("docs/adding.md").read_text(encoding="utf-8")
    entries = re.findall(r"```yaml\n(.*?)```", text.partition("## A resource\n")[2], re.DOTALL)
    shown = [*parse(yaml.safe_load("".join(entries[:2]))).entries.values()]
    assert [resource.kind for resource in shown] == ["tool", "fix"]
