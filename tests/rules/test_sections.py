"""What CLOMonitor's reports come to, by section."""

from __future__ import annotations

import pytest

from rules.model import CLOMonitorProject, NotPassed, Unreported
from rules.sections import CheckOutput, Results
from tests.builders import DOCS, KELP, PASSING, clomonitor, output, passing, scored


def reported(*but: CheckOutput, **changes: object) -> CLOMonitorProject:
    return clomonitor(scored(results=passing(*but), **changes))


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(reported(output("self_assessment")), id="a check that is gone"),
        pytest.param(reported(output("analytics", "best_practices")), id="a check without weight"),
        pytest.param(reported(output("a_new_check")), id="a new check that moved no score"),
        pytest.param(
            reported(output("cla", "best_practices", exempt=True, reason="DCO check passed")),
            id="exempt because the other of a pair passed",
        ),
    ],
)
def test_what_does_not_count_is_as_if_it_had_passed(told):
    assert told == reported()
    assert told.reported == tuple(PASSING)


def test_each_check_that_did_not_pass_is_named_with_its_repository_in_their_order():
    told = clomonitor(
        scored(results=passing(output("readme"), output("changelog", failed=True, reason="502"))),
        scored(DOCS, results=passing(output("readme"), output("changelog", exempt=True, reason="none yet"))),
    )
    assert told.missing == {"documentation": (NotPassed("readme", KELP), NotPassed("readme", DOCS))}
    assert told.not_run == {"documentation": (NotPassed("changelog", KELP, "502"),)}
    assert told.exempt == {"documentation": (NotPassed("changelog", DOCS, "none yet"),)}


def test_what_is_exempt_is_not_told_to_have_failed():
    told = reported(output("changelog", exempt=True, failed=True, reason="none yet"))
    assert told.exempt == {"documentation": (NotPassed("changelog", KELP, "none yet"),)}
    assert (told.missing, told.not_run) == ({}, {})


def test_a_new_check_that_moved_the_score_counts():
    told = reported(output("a_new_check"), scores={"documentation": 95.0})
    assert told.missing == {"documentation": (NotPassed("a_new_check", KELP),)}


def test_a_repository_has_the_sections_of_its_sets_and_those_that_are_scored():
    told = clomonitor(
        scored(check_sets=("docs",), results=None, scores={"documentation": 80.0, "legal": 1.0})
    )
    assert told.unreported == {
        "documentation": (Unreported(KELP, 80.0),),
        "legal": (Unreported(KELP, 1.0),),
        "license": (Unreported(KELP),),
    }


def test_a_report_on_checks_without_weight_alone_tells_nothing():
    weightless = {"best_practices": Results(("analytics",), (output("slack_presence", "best_practices"),))}
    told = clomonitor(scored(results=weightless))
    assert told.reported == ()
    assert "best_practices" not in told.unreported
