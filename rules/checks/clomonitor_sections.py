"""Every check that counts in the named CLOMonitor sections has passed, in every repository."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import floor

from rules.clomonitor import (
    FULL_SCORE,
    SECTIONS_OF_SET,
    counts,
    exempt_by_project,
    fix_for,
    known,
    silence,
    source,
    spoils,
    unknown_there,
    wanted,
)
from rules.model import (
    CheckOutput,
    CheckResult,
    CLOMonitorProject,
    Evidence,
    Finding,
    Outcome,
    ScoredRepository,
    Told,
)

Result = tuple[ScoredRepository, CheckOutput]


@dataclass(frozen=True)
class Settings:
    sections: tuple[str, ...]


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    if why := unknown_there(evidence):
        said = f"{why}, so nobody scores this"
        return tuple(_finding(section, Outcome.UNKNOWN, said, evidence) for section in settings.sections)
    report = known(evidence)
    if report is None:
        return tuple(
            _finding(section, Outcome.UNKNOWN, silence(evidence), evidence) for section in settings.sections
        )
    return tuple(_section(section, report.value, evidence) for section in settings.sections)


def _section(section: str, project: CLOMonitorProject, evidence: Evidence) -> Finding:
    reports = [(r, r.results[section]) for r in project.repositories if r.results and section in r.results]
    not_passed = [(r, output) for r, report in reports for output in report.others if spoils(output, r)]
    missing = [r for r in not_passed if not r[1].exempt and not r[1].failed]
    not_run = [r for r in not_passed if r[1].failed and not r[1].exempt]
    is_whole = len(reports) == len(project.repositories)
    low, silent, full = ([], [], False) if is_whole else _without_report(section, project)
    if silent and section in project.scores and not (missing or not_run or low):
        # the project's score speaks for a repository that has none
        score, silent = project.scores[section], []
        low, full = ([], True) if score >= FULL_SCORE else ([f"the project scores {_percent(score)}"], full)
    if missing or low:
        return _missing(section, missing, low, project, evidence)
    if not_run or silent:
        reasons = [f"{_named(r)}: {r[1].reason or 'no reason given'}" for r in not_run]
        reasons += [f"{name}: CLOMonitor has no report on it yet" for name in silent]
        return _finding(section, Outcome.UNKNOWN, f"could not run: {_listed(reasons)}", evidence)
    is_reported = bool(not_passed) or any(counts(name) for _, report in reports for name in report.passed)
    if not is_reported and not full:
        return _finding(section, Outcome.NEEDS_PERSON, _unscored(section, project), evidence)
    if exempt := [r for r in not_passed if exempt_by_project(r[1])]:
        reasons = [f"{_named(r)} is exempt: {r[1].reason or 'no reason given'}" for r in exempt]
        return _finding(section, Outcome.EXEMPT, _listed(reasons), evidence)
    seen = (
        "every check passed, in every repository"
        if is_reported
        else "the score is 100%; no report is at hand"
    )
    return _finding(section, Outcome.MET, seen, evidence)


def _without_report(section: str, project: CLOMonitorProject) -> tuple[list[str], list[str], bool]:
    """Of the repositories whose report does not tell: those that score too low, those that nobody scores,
    and whether any scores full."""
    bare = [r for r in project.repositories if section not in (r.results or ()) and _has(section, r)]
    if not bare:
        return [], [], False
    scores = {r.name: r.scores[section] for r in bare if section in r.scores}
    silent = [r.name for r in bare if section not in r.scores]
    low = [f"{name} scores {_percent(score)}" for name, score in scores.items() if score < FULL_SCORE]
    return low, silent, len(scores) > len(low)


def _has(section: str, repository: ScoredRepository) -> bool:
    return section in repository.scores or any(
        section in SECTIONS_OF_SET.get(name, ()) for name in repository.check_sets
    )


def _missing(
    section: str, missing: list[Result], low: list[str], project: CLOMonitorProject, evidence: Evidence
) -> Finding:
    detail = (_lacking, section, missing, low, project)
    if not missing:
        step = f"Look up in CLOMonitor which {_spoken(section)} check fails"
        return _finding(section, Outcome.UNMET, detail, evidence, (step, timedelta(hours=1), None))
    minutes = [wanted(output.check).minutes for _, output in missing]
    repository, output = missing[minutes.index(min(minutes))]
    rest = f" ({len(missing) - 1} more after that)" if len(missing) > 1 else ""
    step = f"Add to {repository.name} {wanted(output.check).wants}{rest}"
    effort = timedelta(minutes=sum(minutes))
    return _finding(section, Outcome.UNMET, detail, evidence, (step, effort, fix_for(output.check)))


def _lacking(section: str, missing: list[Result], low: list[str], project: CLOMonitorProject) -> str:
    wants = [
        f"{output.check} is missing in {repository.name} (it wants {wanted(output.check).wants})"
        for repository, output in missing
    ]
    score = project.scores.get(section)
    prefix = "" if score is None or not missing else f"{_percent(score)}: "
    return prefix + _listed(wants + [f"{text}, and no report says which check" for text in low])


def _unscored(section: str, project: CLOMonitorProject) -> str:
    sets = sorted({name for repository in project.repositories for name in repository.check_sets})
    have = f"only {', '.join(sets)}" if sets else "none"
    return f"no repository has a check set with the {_spoken(section)} section: they have {have}"


def _named(result: Result) -> str:
    return f"{result[1].check} in {result[0].name}"


def _percent(score: float) -> str:
    return f"{floor(score * 10 + 1e-6) / 10:g}%"  # never rounded up to 100


def _listed(texts: list[str]) -> str:
    shown = "; ".join(texts[:20])
    return f"{shown}; and {len(texts) - 20} more" if len(texts) > 20 else shown


def _spoken(section: str) -> str:
    return section.replace("_", " ")


def _finding(
    section: str,
    outcome: Outcome,
    told: Told,
    evidence: Evidence,
    todo: tuple[str, timedelta | None, str | None] = ("", None, None),
) -> Finding:
    step, effort, fix = todo
    return Finding(
        criterion=section,
        statement=f"CLOMonitor {_spoken(section)} score is 100%",
        outcome=outcome,
        told=told,
        source=source(evidence),
        resource=f"clomonitor-{section.replace('_', '-')}",
        step=step,
        effort=effort,
        fix=fix,
    )
