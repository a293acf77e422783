"""Reads what OpenSSF Scorecard published about a repository, from its public API.

Source: GET /projects/github.com/{owner}/{repository}, in ossf/scorecard-webapp openapi.yaml. A result is the
project's own, from its workflow, or that of the weekly scan.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import msgspec

from bot.sources.http import NO_PATIENCE, Asker, Question, Response, Server
from rules.model import FULL_MARKS, Answer, Scorecard, ScorecardCheck, Unavailable

REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+")
PAGES = "https://scorecard.dev/viewer/?uri=github.com"
LONGEST_REASON = 200  # characters
MOST_CHECKS = 50


def server(base_url: str) -> Server:
    return Server("Scorecard", base_url, {"Accept": "application/json"})


async def scorecard(
    asker: Asker, base_url: str, repository: str, patience: timedelta = NO_PATIENCE
) -> Answer[Scorecard | None]:
    """What is published about "owner/repository"; None where nothing is."""
    if not REPOSITORY.fullmatch(repository):
        return Unavailable(f"{repository!r} is not a repository on GitHub")
    return await asker.ask(
        Question(
            server=server(base_url),
            path=f"/projects/github.com/{repository}",
            parse=read_scorecard,
            page=f"{PAGES}/{repository}",
            statuses=frozenset({200, 404}),
            patience=patience,
        )
    )


_Score: TypeAlias = Annotated[float, msgspec.Meta(ge=-1, le=FULL_MARKS)]


class _Repo(msgspec.Struct):
    name: str


class _Version(msgspec.Struct):
    version: str = ""


class _Check(msgspec.Struct):
    name: str
    score: _Score
    reason: str | None = None


class _Result(msgspec.Struct):
    repo: _Repo
    score: _Score
    date: str = ""
    scorecard: _Version = msgspec.field(default_factory=_Version)
    checks: list[_Check] | None = None


def read_scorecard(response: Response) -> Scorecard | None:
    if response.status == 404:
        return None
    told = response.json(_Result)
    return Scorecard(
        repository=told.repo.name.removeprefix("github.com/"),
        score=told.score,
        at=_moment(told.date),
        version=told.scorecard.version,
        checks=tuple(
            ScorecardCheck(check.name, round(check.score), (check.reason or "")[:LONGEST_REASON])
            for check in (told.checks or [])[:MOST_CHECKS]
            if check.score < FULL_MARKS
        ),
    )


def _moment(text: str) -> datetime | None:
    """When it was measured: "2026-08-17T03:11:21Z", or the day alone in older results."""
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
