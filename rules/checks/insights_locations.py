"""SECURITY-INSIGHTS is valid and documents where each of the named things is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules import insights
from rules.model import CheckResult, Evidence, Finding, Outcome, Seen, Told

SPOKEN = {
    "sbom": "the SBOM",
    "provenance": "the provenance",
    "policy": "the dependency policy",
    "guidance": "the guide to verifying provenance",
}
NOT_IN_V1 = ("provenance", "guidance")


@dataclass(frozen=True)
class Settings:
    documents: tuple[str, ...]


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    outcome, detail, step, minutes = _judged(settings.documents, evidence)
    return (
        Finding(
            criterion="locations",
            statement=f"SECURITY-INSIGHTS documents {_spoken(settings.documents)}",
            outcome=outcome,
            told=detail,
            source=insights.source(evidence),
            resource="security-insights",
            step=step,
            effort=timedelta(minutes=minutes),
        ),
    )


def _judged(documents: tuple[str, ...], evidence: Evidence) -> tuple[Outcome, Told, str, int]:
    found = insights.judged(evidence)
    if not isinstance(found, Seen):
        return *found, f"Write a valid SECURITY-INSIGHTS file that names {_spoken(documents)}", 90
    lacking = [name for name in documents if not getattr(found.value, name)]
    if not lacking:
        return Outcome.MET, (_of_the_file, f"it documents {_spoken(documents)}", evidence), "", 0
    if found.value.is_v1 and all(name in NOT_IN_V1 for name in lacking):
        why = f"it lacks {_spoken(lacking)}, for which version 1 has no field"
        return Outcome.NEEDS_PERSON, (_of_the_file, why, evidence), "", 0
    step = f"Say in {found.value.path} where to find {_spoken(lacking)}"
    return Outcome.UNMET, (_of_the_file, f"it lacks {_spoken(lacking)}", evidence), step, 30


def _of_the_file(said: str, evidence: Evidence) -> str:
    return f"{said}: {insights.named(evidence)}"


def _spoken(names: tuple[str, ...] | list[str]) -> str:
    texts = [SPOKEN[name] for name in names]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
