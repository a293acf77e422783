"""cleaner and defender · check_sets."""

from __future__ import annotations

import pytest

from rules.checks import clomonitor_check_sets
from rules.checks.clomonitor_check_sets import Settings
from rules.model import Outcome, Unavailable
from tests.builders import DOCS, clomonitor, evidence, scored, seen


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        pytest.param(
            seen(clomonitor()), Outcome.NEEDS_PERSON, "kelp-io/kelp: code + community", id="each is shown"
        ),
        pytest.param(
            seen(clomonitor(scored(), scored(DOCS, check_sets=()))), Outcome.UNMET, DOCS, id="one has none"
        ),
        pytest.param(seen(None), Outcome.UNMET, "does not know cncf/kelp", id="CLOMonitor does not know it"),
        pytest.param(Unavailable("503"), Outcome.UNKNOWN, "503", id="CLOMonitor never answered"),
    ],
)
def test_check_sets(answer, outcome, said):
    (found,) = clomonitor_check_sets.check(Settings(), evidence(clomonitor=answer))
    assert found.outcome is outcome
    assert said in found.detail
