"""Reads a project's checks and scores from CLOMonitor's API.

Source: GET /api/projects/{foundation}/{project}, in cncf/clomonitor clomonitor-apiserver/src/router.rs and
database/migrations/functions/projects/get_project_by_id.sql: what is null there is left out, at every depth.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from bot.sources.http import NO_PATIENCE, Asker, Question, Response, Server, SourceError
from rules import sections
from rules.model import Answer, CLOMonitorProject, Unavailable
from rules.sections import CheckOutput, Results, ScoredRepository


def server(base_url: str) -> Server:
    return Server("CLOMonitor", base_url, {"Accept": "application/json"})


async def project(
    asker: Asker, base_url: str, name: str, patience: timedelta = NO_PATIENCE
) -> Answer[CLOMonitorProject | None]:
    """What CLOMonitor says of "cncf/jaeger"; None when it does not know it, or has not processed it yet."""
    foundation, _, own_name = name.partition("/")
    if not foundation or not own_name or "/" in own_name:
        return Unavailable(f"{name!r} is not a foundation and a name in CLOMonitor")
    return await asker.ask(
        Question(
            server=server(base_url),
            path=f"/api/projects/{quote(foundation, safe='')}/{quote(own_name, safe='')}",
            parse=read_project,
            page=page(base_url, name),
            statuses=frozenset({200, 404}),
            patience=patience,
        )
    )


def page(base_url: str, name: str) -> str:
    """Where people look at a project in CLOMonitor."""
    return f"{base_url}/projects/{quote(name)}"


class _Output(msgspec.Struct):
    passed: bool = False
    exempt: bool = False
    failed: bool = False  # old reports do not have it
    exemption_reason: str | None = None
    fail_reason: str | None = None


class _Report(msgspec.Struct):
    data: dict[str, Any] | None = None  # an older one where the last look failed


class _Repository(msgspec.Struct):
    name: str
    url: str | None = None
    check_sets: tuple[str, ...] | None = None
    score: dict[str, Any] | None = None
    report: _Report | None = None


class _Project(msgspec.Struct):
    name: str
    display_name: str | None = None
    maturity: str | None = None
    score: dict[str, Any] | None = None
    repositories: tuple[_Repository, ...] | None = None


def read_project(response: Response) -> CLOMonitorProject | None:
    if response.status == 404:
        return None
    told = response.json(_Project)
    return sections.project(
        name=told.name,
        display_name=told.display_name or told.name,
        maturity=told.maturity,
        scores=_scores(told.score),
        repositories=[_repository(repository) for repository in told.repositories or ()],
    )


def _repository(told: _Repository) -> ScoredRepository:
    report = told.report or _Report()
    return ScoredRepository(
        name=located(told.url) or told.name,
        check_sets=told.check_sets or (),
        scores=_scores(told.score),
        results=None if report.data is None else _results(report.data),
    )


def _results(sections: Mapping[str, Any]) -> dict[str, Results]:
    """The checks of every section, also of those that came after this was written."""
    return {section: _section(section, checks) for section, checks in sections.items() if checks}


def _section(section: str, checks: object) -> Results:
    try:
        told = msgspec.convert(checks, dict[str, _Output | None])
    except msgspec.ValidationError as error:
        raise SourceError(f"answered with something unreadable ({section}: {error})") from error
    outputs = {check: output for check, output in told.items() if output is not None}
    return Results(
        passed=tuple(check for check, output in outputs.items() if output.passed),
        others=tuple(
            CheckOutput(section, check, output.exempt, output.failed, _reason(output))
            for check, output in outputs.items()
            if not output.passed
        ),
    )


def _reason(output: _Output) -> str:
    return (output.exemption_reason if output.exempt else output.fail_reason if output.failed else "") or ""


def _scores(told: Mapping[str, Any] | None) -> dict[str, float]:
    """By section. The weights, and the score over all of them, are not a section's."""
    return {
        section: float(score)
        for section, score in (told or {}).items()
        if section != "global" and not section.endswith("_weight") and type(score) in (int, float)
    }


def located(url: str | None) -> str | None:
    """ "owner/repository" on GitHub; elsewhere with the host before it, so nobody takes it for one there."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    path = parts.path.strip("/").removesuffix(".git")
    host = (parts.hostname or "").removeprefix("www.")
    return path if host in ("github.com", "") else f"{host}/{path}"
