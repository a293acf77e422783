"""Every check that counts in the named CLOMonitor sections has passed, in every repository."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from math import floor

from rules.clomonitor import FULL_SCORE, fix_for, known, source, unlisted, wanted
from rules.model import (
    CheckResult,
    CLOMonitorProject,
    Evidence,
    Finding,
    NotPassed,
    Outcome,
    Source,
    Told,
)


@dataclass(frozen=True)
class Settings:
    sections: tuple[str, ...]


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    said_by = source(evidence)
    project = known(evidence)
    if project is None:
        outcome, why, _ = unlisted(evidence)
        said = f"{why}, so nobody scores this" if outcome is Outcome.UNMET else why
        return tuple(_finding(section, Outcome.UNKNOWN, said, said_by) for section in settings.sections)
    return tuple([_judged(section, project, said_by) for section in settings.sections])


def _judged(section: str, project: CLOMonitorProject, said_by: Source | None) -> Finding:
    missing, not_run = project.missing.get(section, ()), project.not_run.get(section, ())
    low, silent, full = _by_score(section, project) if section in project.unreported else ([], [], False)
    if missing or low:
        return _missing(section, missing, low, project.scores.get(section), said_by)
    if not_run or silent:
        reasons = [f"{_named(each)}: {each.reason or 'no reason given'}" for each in not_run]
        reasons += [f"{repository}: CLOMonitor has no report on it yet" for repository in silent]
        return _finding(section, Outcome.UNKNOWN, f"could not run: {_listed(reasons)}", said_by)
    is_reported = section in project.reported
    if not is_reported and not full:
        return _finding(section, Outcome.NEEDS_PERSON, _unscored(section, project), said_by)
    if exempt := project.exempt.get(section):
        reasons = [f"{_named(each)} is exempt: {each.reason or 'no reason given'}" for each in exempt]
        return _finding(section, Outcome.EXEMPT, _listed(reasons), said_by)
    seen = (
        "every check passed, in every repository"
        if is_reported
        else "the score is 100%; no report is at hand"
    )
    return _finding(section, Outcome.MET, seen, said_by)


def _by_score(section: str, project: CLOMonitorProject) -> tuple[list[str], list[str], bool]:
    """Of the repositories that no report tells of: those that score too low, those that nobody scores,
    and whether any scores full."""
    unreported = project.unreported[section]
    scores = {each.repository: each.score for each in unreported if each.score is not None}
    low = [f"{name} scores {_percent(score)}" for name, score in scores.items() if score < FULL_SCORE]
    silent = [each.repository for each in unreported if each.score is None]
    known_to_lack = low or section in project.missing or section in project.not_run
    if silent and section in project.scores and not known_to_lack:
        # the project's score speaks for a repository that has none
        score = project.scores[section]
        is_full = score >= FULL_SCORE
        return [] if is_full else [f"the project scores {_percent(score)}"], [], is_full
    return low, silent, len(scores) > len(low)


def _missing(
    section: str, missing: tuple[NotPassed, ...], low: list[str], score: float | None, said_by: Source | None
) -> Finding:
    detail = (_lacking, missing, low, score)
    if not missing:
        step = f"Look up in CLOMonitor which {_spoken(section)} check fails"
        return _finding(section, Outcome.UNMET, detail, said_by, (step, timedelta(hours=1), None))
    minutes = [wanted(each.check).minutes for each in missing]
    least = missing[minutes.index(min(minutes))]
    rest = f" ({len(missing) - 1} more after that)" if len(missing) > 1 else ""
    step = f"Add to {least.repository} {wanted(least.check).wants}{rest}"
    effort = timedelta(minutes=sum(minutes))
    return _finding(section, Outcome.UNMET, detail, said_by, (step, effort, fix_for(least.check)))


def _lacking(missing: tuple[NotPassed, ...], low: list[str], score: float | None) -> str:
    wants = [
        f"{each.check} is missing in {each.repository} (it wants {wanted(each.check).wants})"
        for each in missing
    ]
    prefix = "" if score is None or not missing else f"{_percent(score)}: "
    return prefix + _listed(wants + [f"{text}, and no report says which check" for text in low])


def _unscored(section: str, project: CLOMonitorProject) -> str:
    sets = sorted({name for repository in project.repositories for name in repository.check_sets})
    have = f"only {', '.join(sets)}" if sets else "none"
    return f"no repository has a check set with the {_spoken(section)} section: they have {have}"


def _named(output: NotPassed) -> str:
    return f"{output.check} in {output.repository}"


def _percent(score: float) -> str:
    return f"{floor(score * 10 + 1e-6) / 10:g}%"  # never rounded up to 100


def _listed(texts: list[str]) -> str:
    shown = "; ".join(texts[:20])
    return f"{shown}; and {len(texts) - 20} more" if len(texts) > 20 else shown


def _spoken(section: str) -> str:
    return section.replace("_", " ")


@cache
def _about(section: str) -> tuple[str, str]:
    """The statement, and the resource."""
    return f"CLOMonitor {_spoken(section)} score is 100%", f"clomonitor-{section.replace('_', '-')}"


def _finding(
    section: str,
    outcome: Outcome,
    told: Told,
    said_by: Source | None,
    todo: tuple[str, timedelta | None, str | None] = ("", None, None),
) -> Finding:
    statement, resource = _about(section)
    step, effort, fix = todo
    return Finding(section, statement, outcome, told, said_by, resource, step, effort, fix)
