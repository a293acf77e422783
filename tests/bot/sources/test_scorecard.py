from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sources import scorecard
from bot.sources.http import Response, SourceError
from rules.model import Scorecard, ScorecardCheck, Seen, Unavailable
from tests.bot.sources.world import status
from tests.builders import KELP, NOON


def published(**other: Any) -> dict[str, Any]:
    """Kelp as Scorecard's API tells of it."""
    return {
        "date": "2023-10-16T03:11:21Z",
        "repo": {"name": f"github.com/{KELP}", "commit": "0" * 40},
        "scorecard": {"version": "v5.3.0", "commit": "1" * 40},
        "score": 8.1,
        "checks": [
            check("Maintained", 10, "30 commit(s) found in the last 90 days -- score normalized to 10"),
            check("Token-Permissions", 0, "detected GitHub workflow tokens with excessive permissions"),
            check("Branch-Protection", -1, "internal error: some github tokens can't read classic rules"),
        ],
        "metadata": "",
    } | other


def check(name: str, score: float, reason: str | None = "") -> dict[str, Any]:
    about = {"short": "Determines if ...", "url": f"https://example.org/checks.md#{name.lower()}"}
    return {"name": name, "score": score, "reason": reason, "details": None, "documentation": about}


def read(result: Any) -> Scorecard:
    found = scorecard.read_scorecard(Response(200, {}, json.dumps(result).encode()))
    assert found
    return found


async def test_a_published_result_is_read_with_the_checks_that_have_no_full_marks(lookout, world):
    world.scorecards[KELP] = published()
    answer = await scorecard.scorecard(lookout.asker, world.scorecard_url, KELP)
    assert isinstance(answer, Seen)
    assert answer.url == f"https://scorecard.dev/viewer/?uri=github.com/{KELP}"
    assert answer.value == Scorecard(
        KELP,
        8.1,
        datetime(2023, 10, 16, 3, 11, 21, tzinfo=UTC),
        "v5.3.0",
        (
            ScorecardCheck(
                "Token-Permissions", 0, "detected GitHub workflow tokens with excessive permissions"
            ),
            ScorecardCheck(
                "Branch-Protection", -1, "internal error: some github tokens can't read classic rules"
            ),
        ),
    )
    assert world.paths() == [f"/scorecard/projects/github.com/{KELP}"]


async def test_where_nothing_is_published_is_an_answer(lookout, world):
    answer = await scorecard.scorecard(lookout.asker, world.scorecard_url, KELP)
    assert isinstance(answer, Seen)
    assert answer.value is None


async def test_it_is_asked_again_on_condition_and_what_it_said_stands_while_it_is_silent(lookout, world):
    world.scorecards[KELP] = published()
    await scorecard.scorecard(lookout.asker, world.scorecard_url, KELP)
    lookout.now.forward(hours=1)
    again = await scorecard.scorecard(lookout.asker, world.scorecard_url, KELP)
    assert world.asked[-1].headers["If-None-Match"]
    world.faults["/scorecard/"] = status(500)
    lookout.now.forward(hours=1)
    silent = await scorecard.scorecard(lookout.asker, world.scorecard_url, KELP)
    assert isinstance(again, Seen)
    assert isinstance(silent, Seen)
    assert silent.value == again.value
    assert (silent.failing_since, silent.failure) == (NOON + timedelta(hours=2), "Scorecard answered 500")


@pytest.mark.parametrize(
    "name", ["kelp", "gitlab.com/kelp-io/kelp", "kelp-io/..", "kelp io/kelp", "a/b?c", ""]
)
async def test_what_is_no_repository_is_not_asked_for(lookout, world, name):
    assert isinstance(await scorecard.scorecard(lookout.asker, world.scorecard_url, name), Unavailable)
    assert not world.asked


@pytest.mark.parametrize(
    ("written", "at"),
    [
        pytest.param("2026-08-17T03:11:21Z", datetime(2026, 8, 17, 3, 11, 21, tzinfo=UTC), id="a moment"),
        pytest.param("2022-02-10", datetime(2022, 2, 10, tzinfo=UTC), id="a day, in older results"),
        pytest.param("last week", None, id="something else"),
        pytest.param("", None, id="nothing"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before the first day there is"),
    ],
)
def test_when_it_was_measured(written, at):
    assert read(published(date=written)).at == at


def test_an_older_result_has_less():
    old = {"repo": {"name": f"github.com/{KELP}"}, "score": -1, "checks": [{"name": "SAST", "score": -1}]}
    assert read(old) == Scorecard(KELP, -1, checks=(ScorecardCheck("SAST", -1),))
    assert read(published(checks=None)).checks == ()


def test_a_reason_is_kept_in_short():
    long = read(published(checks=[check("SAST", 0, "so much to say " * 1000)]))
    assert len(long.checks[0].reason) == 200
    assert len(read(published(checks=[check(str(n), 0) for n in range(999)])).checks) == 50


@pytest.mark.parametrize(
    "told",
    [
        pytest.param([], id="a list"),
        pytest.param({"code": 500, "message": "oops"}, id="an error"),
        pytest.param(published(score=11), id="a score that there is not"),
        pytest.param(published(checks=[{"name": "SAST"}]), id="a check without score"),
        pytest.param(published(score="8"), id="a score in words"),
    ],
)
def test_what_cannot_be_understood_is_an_error(told):
    with pytest.raises(SourceError, match="unreadable"):
        read(told)
