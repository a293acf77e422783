"""CLOMonitor's reports on repositories, by section."""

from __future__ import annotations

import pytest

from rules.model import NotPassed, Section, Unreported
from rules.sections import CheckOutput, Results
from tests.builders import DOCS, KELP, clomonitor, output, passing, scored


def documentation(*but: CheckOutput, **changes: object) -> Section:
    return clomonitor(scored(results=passing(*but), **changes)).sections["documentation"]


HELD = Section(100.0, is_reported=True)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        pytest.param(documentation(), HELD, id="all passed"),
        pytest.param(documentation(output("self_assessment")), HELD, id="one that is gone"),
        pytest.param(documentation(output("analytics")), HELD, id="one without weight"),
        pytest.param(documentation(output("a_new_check")), HELD, id="a new one that moved no score"),
        pytest.param(
            documentation(output("cla", exempt=True, reason="DCO check passed")),
            HELD,
            id="exempt by CLOMonitor's own rule",
        ),
        pytest.param(
            clomonitor(scored(results={"documentation": passing()["legal"]})).sections["license"],
            Section(100.0, unreported=(Unreported(KELP, 100.0),)),
            id="its report lacks the section",
        ),
    ],
)
def test_what_counts_of_a_section(section, expected):
    assert section == expected


def test_each_check_that_did_not_pass_is_named_with_its_repository_in_their_order():
    report = clomonitor(
        scored(results=passing(output("readme"), output("changelog", failed=True, reason="502"))),
        scored(DOCS, results=passing(output("readme"), output("changelog", exempt=True, reason="none yet"))),
    )
    assert report.sections["documentation"] == Section(
        score=100.0,
        is_reported=True,
        missing=(NotPassed("readme", KELP), NotPassed("readme", DOCS)),
        not_run=(NotPassed("changelog", KELP, "502"),),
        exempt=(NotPassed("changelog", DOCS, "none yet"),),
    )


def test_what_is_exempt_is_not_told_to_have_failed():
    both = documentation(output("changelog", exempt=True, failed=True, reason="none yet"))
    assert both == Section(100.0, is_reported=True, exempt=(NotPassed("changelog", KELP, "none yet"),))


def test_a_section_that_no_repository_has_is_absent():
    report = clomonitor(scored(check_sets=("docs",), results=None, scores={}), scores={})
    assert report.sections.keys() == {"documentation", "license"}


def test_a_report_on_checks_without_weight_alone_tells_nothing():
    weightless = {"best_practices": Results(("analytics",), (output("slack_presence", "best_practices"),))}
    assert not clomonitor(scored(results=weightless)).sections["best_practices"].is_reported
