"""SECURITY-INSIGHTS is valid and documents where each of the named things is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from rules import insights
from rules.model import CheckResult, Evidence, Finding, Outcome, Seen, Told

SPOKEN = {
    "sbom": "the SBOM",
    "provenance": "the provenance",
    "policy": "the dependency policy",
    "guidance": "the guide to verifying provenance",
}
NOTHING, SAYING, WRITING = timedelta(0), timedelta(minutes=30), timedelta(minutes=90)
NOT_IN_V1 = frozenset({"provenance", "guidance"})


@dataclass(frozen=True)
class Settings:
    documents: tuple[str, ...]


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    outcome, told, step, effort = _judged(settings.documents, evidence)
    return (
        Finding(
            criterion="locations",
            statement=_statement(settings.documents),
            outcome=outcome,
            told=told,
            source=insights.source(evidence),
            resource="security-insights",
            step=step,
            effort=effort,
        ),
    )


def _judged(documents: tuple[str, ...], evidence: Evidence) -> tuple[Outcome, Told, str, timedelta]:
    found = insights.judged(evidence)
    if not isinstance(found, Seen):
        return *found, f"Write a valid SECURITY-INSIGHTS file that names {_spoken(documents)}", WRITING
    lacking = tuple([name for name in documents if not getattr(found.value, name)])
    if not lacking:
        return Outcome.MET, (_told, "it documents", documents, "", evidence), "", NOTHING
    if found.value.is_v1 and set(lacking) <= NOT_IN_V1:
        why = ", for which version 1 has no field"
        return Outcome.NEEDS_PERSON, (_told, "it lacks", lacking, why, evidence), "", NOTHING
    step = f"Say in {found.value.path} where to find {_spoken(lacking)}"
    return Outcome.UNMET, (_told, "it lacks", lacking, "", evidence), step, SAYING


def _told(what: str, names: tuple[str, ...], why: str, evidence: Evidence) -> str:
    return f"{what} {_spoken(names)}{why}: {insights.named(evidence)}"


@cache
def _statement(documents: tuple[str, ...]) -> str:
    return f"SECURITY-INSIGHTS documents {_spoken(documents)}"


@cache
def _spoken(names: tuple[str, ...]) -> str:
    texts = [SPOKEN[name] for name in names]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
