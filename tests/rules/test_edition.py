"""An edition is data, and every mistake in it is named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rules import edition as editions
from rules.edition import EditionError
from tests.builders import declared, edition


def written(**changes: Any) -> dict[str, Any]:
    """The smallest edition there can be."""
    smallest = {
        "id": "tiny",
        "name": "Tiny Slam",
        "milestones": [
            {"id": "open", "at": "2024-01-01T00:00:00", "timezone": "Europe/Berlin"},
            {"id": "close", "title": "Closing", "at": "2024-01-31T23:59:00-12:00"},
        ],
        "badges": [{"id": "tidy", "goal": "Tidy", "criteria": [{"check": "clomonitor_check_sets"}]}],
    }
    return {**smallest, **changes}


def mistakes(**changes: Any) -> str:
    with pytest.raises(EditionError) as raised:
        editions.parse(written(**changes))
    return "\n".join(raised.value.mistakes)


def test_a_milestones_time_is_in_the_zone_beside_it():
    read = editions.parse(written())
    assert read.opens.at == datetime(2023, 12, 31, 23, tzinfo=UTC)
    assert read.ends.at == datetime(2024, 2, 1, 11, 59, tzinfo=UTC)


def criteria(*entries: object) -> list[dict[str, Any]]:
    return [{"id": "tidy", "goal": "Tidy", "criteria": list(entries)}]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"badges": criteria({"check": "clomonitor_section"})}, "did you mean 'clomonitor_sections'?"),
        ({"badges": criteria({"check": "clomonitor_sections"})}, "badges[0].criteria[0].sections: missing"),
        (
            {"badges": criteria({"check": "clomonitor_sections", "sections": "legal"})},
            "badges[0].criteria[0].sections: expected a list of texts, found 'legal'",
        ),
        ({"badges": criteria({"check": "clomonitor_check_sets", "setions": []})}, "setions: unknown key"),
        ({"badges": criteria("clomonitor_sections")}, "expected `check:"),
        ({"badges": []}, "badges: expected a list with at least one entry"),
        ({"badges": criteria({"check": "provenance_guidance"}) * 2}, "badges: 'tidy' stands there twice"),
        ({"milestones": [{"id": "open", "at": "2024-01-01"}]}, "'2024-01-01' has no hour"),
        ({"milestones": [{"id": "open", "at": "soon"}]}, "milestones[0].at: expected a time such as"),
        (
            {"milestones": [{"id": "open", "at": "2024-01-01T00:00:00", "timezone": "Europe/Berlim"}]},
            "milestones[0].timezone: no time zone 'Europe/Berlim'",
        ),
        ({"ends": "closed"}, "ends: no milestone 'closed'; did you mean 'close'?"),
        ({"name": ""}, "name: expected text"),
        ({"tittle": "x"}, "tittle: unknown key"),
        (
            {"prizes": {"text": "Swag", "badges": "many"}},
            "prizes.badges: expected a whole number, found 'many'",
        ),
    ],
)
def test_a_mistake_is_named(changes, said):
    assert said in mistakes(**changes)


def test_all_mistakes_are_named_at_once():
    said = mistakes(name="", badges=criteria({"check": "nothing"}), milestones=[{"id": "open", "at": "soon"}])
    assert said.count("\n") >= 2


def test_what_is_no_mapping_is_no_edition():
    with pytest.raises(EditionError):
        editions.parse(["slam-2023"])


def test_the_names_stay_and_the_meanings_change():
    then, now = edition(), declared("slam26-fall")
    assert {badge.id for badge in then.badges} < {badge.id for badge in now.badges}
    assert then.badge("cleaner") != now.badge("cleaner")
