"""A stand-in for Scorecard's API, with its own arithmetic: what is not published is not found.

Source: openapi.yaml and app/server/get_results.go in ossf/scorecard-webapp, docs/checks.md in ossf/scorecard.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha1

from aiohttp import web

from bot.playground.sample import Published

MAX_AGE = 600  # seconds
FULL_MARKS = 10
VERSION = "v4.13.0"
CRITICAL, HIGH, MEDIUM, LOW = 10.0, 7.5, 5.0, 2.5
"""How much a check weighs, by the risk that it is about."""

CHECKS: Mapping[str, float] = {
    "Binary-Artifacts": HIGH,
    "Branch-Protection": HIGH,
    "CI-Tests": LOW,
    "CII-Best-Practices": LOW,
    "Code-Review": HIGH,
    "Contributors": LOW,
    "Dangerous-Workflow": CRITICAL,
    "Dependency-Update-Tool": HIGH,
    "Fuzzing": MEDIUM,
    "License": LOW,
    "Maintained": HIGH,
    "Packaging": MEDIUM,
    "Pinned-Dependencies": MEDIUM,
    "SAST": MEDIUM,
    "Security-Policy": MEDIUM,
    "Signed-Releases": HIGH,
    "Token-Permissions": HIGH,
    "Vulnerabilities": HIGH,
}


class Scorecard:
    def __init__(self, results: Mapping[str, Published]) -> None:
        """By "owner/repository", as it is written there: Scorecard tells cases apart."""
        self._results = results

    async def answer(self, request: web.Request) -> web.Response:
        """GET anything below the base."""
        platform, _, name = request.match_info["path"].removeprefix("projects/").partition("/")
        found = self._results.get(name) if platform == "github.com" else None
        headers = {"Cache-Control": f"max-age={MAX_AGE}"}
        if found is None:
            return web.Response(status=404, headers=headers)
        return web.json_response(result_as_json(name, found), headers=headers)


def result_as_json(name: str, result: Published) -> dict[str, object]:
    """A result as Scorecard publishes it; a check that is not named has full marks."""
    scores = {check: result.checks[check].score if check in result.checks else FULL_MARKS for check in CHECKS}
    return {
        "date": f"{result.at:%Y-%m-%dT%H:%M:%SZ}",
        "repo": {"name": f"github.com/{name}", "commit": _commit(name)},
        "scorecard": {"version": VERSION, "commit": _commit(VERSION)},
        "score": _score(scores),
        "checks": [_check(check, score, result) for check, score in scores.items()],
    }


def _check(check: str, score: int, result: Published) -> dict[str, object]:
    page = f"https://github.com/ossf/scorecard/blob/{_commit(VERSION)}/docs/checks.md#{check.lower()}"
    named = result.checks.get(check)
    return {
        "name": check,
        "score": score,
        "reason": named.reason if named else "nothing was found wanting",
        "details": None,
        "documentation": {"short": f"What {check} looks at.", "url": page},
    }


def _score(scores: Mapping[str, int]) -> float:
    """The mean by weight; a check without a result, -1, does not count."""
    counted = {check: score for check, score in scores.items() if score >= 0}
    weight = sum(CHECKS[check] for check in counted)
    return round(sum(score * CHECKS[check] for check, score in counted.items()) / weight, 1)


def _commit(name: str) -> str:
    return sha1(name.encode(), usedforsecurity=False).hexdigest()
