"""A stand-in for CLOMonitor's API, with its own arithmetic and its page for whatever it does not know.

Source: clomonitor-apiserver/src/router.rs and clomonitor-core/src/score/mod.rs in cncf/clomonitor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web
from msgspec.structs import replace

from bot.playground.sample import InCLOMonitor, Scored

MAX_AGE = 300  # seconds
LISTED = 20  # projects in one answer to a search
Weights = Mapping[str, Mapping[str, int]]

CHECKS: Mapping[str, Weights] = {
    "code": {
        "documentation": {"changelog": 1, "contributing": 4, "maintainers": 3, "readme": 10},
        "license": {"license_approved": 10, "license_scanning": 5, "license_spdx_id": 5},
        "best_practices": {
            "artifacthub_badge": 1,
            "cla": 1,
            "dco": 1,
            "openssf_badge": 5,
            "openssf_scorecard_badge": 5,
            "recent_release": 3,
        },
        "security": {
            "binary_artifacts": 2,
            "code_review": 3,
            "dangerous_workflow": 2,
            "dependencies_policy": 2,
            "dependency_update_tool": 2,
            "maintained": 3,
            "sbom": 1,
            "security_insights": 1,
            "security_policy": 3,
            "signed_releases": 2,
            "token_permissions": 1,
        },
    },
    "code-lite": {
        "documentation": {"contributing": 4, "maintainers": 3, "readme": 10},
        "license": {"license_approved": 10, "license_spdx_id": 5},
        "best_practices": {"cla": 1, "dco": 1, "recent_release": 3},
    },
    "community": {
        "documentation": {
            "adopters": 1,
            "code_of_conduct": 2,
            "contributing": 4,
            "governance": 3,
            "readme": 10,
            "roadmap": 1,
            "summary_table": 1,
            "website": 4,
        },
        "best_practices": {
            "analytics": 0,
            "community_meeting": 3,
            "github_discussions": 0,
            "slack_presence": 0,
        },
        "security": {"security_policy": 3},
        "legal": {"trademark_disclaimer": 5},
    },
    "docs": {
        "documentation": {"readme": 10},
        "license": {"license_approved": 10, "license_spdx_id": 5},
    },
}
SECTIONS = ("documentation", "license", "best_practices", "security", "legal")
EITHER = {"cla": "DCO check passed", "github_discussions": "Slack presence check passed"}
"""One of each pair is enough: the other is exempt by itself."""


class CLOMonitor:
    def __init__(self, projects: Mapping[str, InCLOMonitor], now: Callable[[], datetime]) -> None:
        self._projects = projects
        self.now = now

    async def answer(self, request: web.Request) -> web.Response:
        """GET anything below the base. What is no address of the API is the web page, with status 200."""
        parts = request.match_info["path"].split("/")
        if parts == ["api", "projects", "search"]:
            return self._search(request.query)
        if len(parts) != 4 or parts[:2] != ["api", "projects"]:
            return web.Response(text="<!doctype html><title>CLOMonitor</title>", content_type="text/html")
        name = "/".join(parts[2:])
        project = self._projects.get(name)
        if project is None:
            return web.Response(status=404)
        if project.silent_from is not None and self.now() >= project.silent_from:
            return web.Response(status=503, text="no healthy upstream")
        headers = {"Cache-Control": f"max-age={MAX_AGE}"}
        return web.json_response(project_as_json(name, as_of(self.now(), project)), headers=headers)

    def _search(self, query: Mapping[str, str]) -> web.Response:
        """Those whose name or display name the expression `text` fits, a page of them."""
        try:
            wanted = re.compile(query.get("text", ""), re.IGNORECASE)
            first, most = int(query.get("offset", 0)), int(query.get("limit", LISTED))
        except (re.error, ValueError):
            return web.Response(status=400)
        found = [
            _listed(project_as_json(name, as_of(self.now(), project)))
            for name, project in sorted(self._projects.items())
            if wanted.search(name.partition("/")[2]) or wanted.search(project.display_name)
        ]
        headers = {"Cache-Control": f"max-age={MAX_AGE}", "pagination-total-count": str(len(found))}
        return web.json_response(found[first : first + most], headers=headers)


def as_of(now: datetime, project: InCLOMonitor) -> InCLOMonitor:
    """What CLOMonitor has seen of a project by now, at the hour in which something changed last."""
    changes = [
        at
        for scored in project.repositories
        for at in (*scored.mended.values(), *scored.broken.values())
        if at <= now
    ]
    repositories = tuple(_scored_as_of(now, scored) for scored in project.repositories)
    return replace(project, repositories=repositories, updated_at=max([project.updated_at, *changes]))


def _scored_as_of(now: datetime, scored: Scored) -> Scored:
    mended = {check for check, at in scored.mended.items() if at <= now}
    broken = tuple(check for check, at in scored.broken.items() if at <= now)
    return replace(scored, missing=(*(check for check in scored.missing if check not in mended), *broken))


def project_as_json(name: str, project: InCLOMonitor) -> dict[str, object]:
    """The project as CLOMonitor shows it: what is null is left out, at every depth."""
    foundation, _, own_name = name.partition("/")
    updated_at = int(project.updated_at.timestamp())
    repositories = [_repository(scored, updated_at) for scored in project.repositories]
    scores = [scored["score"] for scored in repositories if "score" in scored]
    total = _merged([score for score in scores if isinstance(score, dict)])
    return {
        "id": _id(name),
        "name": own_name,
        "display_name": project.display_name,
        "category": "observability",
        "score": total,
        "rating": _rating(total["global"]),
        "updated_at": updated_at,
        "maturity": project.maturity,
        "repositories": repositories,
        "foundation": foundation,
    }


def _listed(project: Mapping[str, Any]) -> dict[str, Any]:
    """The project as a search shows it: of its repositories, which they are and what is checked."""
    shown = ("name", "url", "check_sets")
    repositories = [
        {name: repository[name] for name in shown if name in repository}
        for repository in project["repositories"]
    ]
    return {**project, "repositories": repositories}


def _repository(scored: Scored, updated_at: int) -> dict[str, object]:
    known: dict[str, object] = {
        "repository_id": _id(scored.name),
        "name": scored.name.split("/")[1],
        "url": f"https://github.com/{scored.name}",
    }
    if not scored.check_sets:
        return known  # registered, but never looked at
    checks = _checks(scored)
    data = {
        section: {check: _output(check, scored) for check in weights} for section, weights in checks.items()
    }
    return known | {
        "check_sets": list(scored.check_sets),
        "digest": uuid5(NAMESPACE_URL, scored.name).hex,
        "score": _score(checks, scored),
        "report": {
            "report_id": _id(f"{scored.name}/report"),
            "check_sets": list(scored.check_sets),
            "data": data,
            "updated_at": updated_at,
        },
    }


def _checks(scored: Scored) -> Weights:
    """The checks of all its sets together, by section."""
    return {
        section: {
            check: weight
            for name in scored.check_sets
            for check, weight in sorted(CHECKS[name].get(section, {}).items())
        }
        for section in SECTIONS
    }


def _output(check: str, scored: Scored) -> dict[str, object]:
    if failure := scored.could_not_run.get(check):
        return {"passed": False, "exempt": False, "failed": True, "fail_reason": failure}
    if why := scored.exempt.get(check) or EITHER.get(check):
        return {"passed": False, "exempt": True, "exemption_reason": why, "failed": False}
    return {"passed": check not in scored.missing, "exempt": False, "failed": False}


def _score(checks: Weights, scored: Scored) -> dict[str, float]:
    """As CLOMonitor adds it up: fractions of weights, as floats, not rounded."""
    score: dict[str, float] = {}
    for section, weights in checks.items():
        total = sum(weights.values())
        if total:
            held = [weight for check, weight in weights.items() if _holds(_output(check, scored))]
            score[section] = sum(weight / total * 100 for weight in held)
            score[f"{section}_weight"] = total
    weight = sum(score[f"{section}_weight"] for section in _scored_sections(score))
    weighted = (score[section] * score[f"{section}_weight"] / weight for section in _scored_sections(score))
    return {"global": sum(weighted), "global_weight": weight, **score}


def _merged(scores: list[dict[str, float]]) -> dict[str, float]:
    """The project's score. It has no weights of its own."""
    total: dict[str, float] = {"global": _average("global", scores), "global_weight": 0}
    for section in SECTIONS:
        having = [score for score in scores if section in score]
        if having:
            total[section] = _average(section, having)
    return total


def _average(name: str, scores: list[dict[str, float]]) -> float:
    weight = sum(score[f"{name}_weight"] for score in scores)
    return sum(score[name] * score[f"{name}_weight"] / weight for score in scores) if weight else 0.0


def _scored_sections(score: Mapping[str, float]) -> Iterator[str]:
    return (section for section in SECTIONS if section in score)


def _holds(output: Mapping[str, object]) -> bool:
    return bool(output["passed"] or output["exempt"])


def _rating(score: float) -> str:
    return next((letter for letter, least in (("a", 75), ("b", 50), ("c", 25)) if round(score) >= least), "d")


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))
