"""What the Security Insights file that counts says, who accepts it, and which of its addresses exist."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from rules.model import Evidence, Outcome, SecurityInsights, Seen, Source, Told, Unavailable
from rules.once import once
from rules.releases import is_elsewhere, repositories

ERRORS_NAMED = 3


@once
def judged(evidence: Evidence) -> tuple[Outcome, Told] | Seen[SecurityInsights]:
    """The file when it is there and valid for a reader; else the outcome that follows, and why."""
    answer = evidence.github.security_insights
    if isinstance(answer, Unavailable):
        return Outcome.UNKNOWN, answer.reason
    if answer.value is None:
        return Outcome.UNMET, "no SECURITY-INSIGHTS file was found"
    if not answer.value.is_valid:
        return Outcome.UNMET, (named, evidence)
    return cast("Seen[SecurityInsights]", answer)


@once
def named(evidence: Evidence) -> str:
    """Which file it is, which reader accepts it, and what else one should know of it; "": there is none."""
    answer = evidence.github.security_insights
    return _described(answer.value, answer.as_of) if isinstance(answer, Seen) and answer.value else ""


def _described(insights: SecurityInsights, as_of: datetime) -> str:
    version = f" (version {insights.version})" if insights.version else ""
    texts = [f"{insights.path} in {insights.repository}{version}: {_readers(insights)}"]
    if not insights.seen_by_clomonitor:
        texts.append("CLOMonitor does not look at this path")
    if insights.expires and insights.expires < as_of:
        texts.append(f"it expired on {insights.expires.date().isoformat()}")
    if insights.also_at:
        texts.append(f"not read: {', '.join(insights.also_at)}")
    return "; ".join(texts)


@once
def source(evidence: Evidence) -> Source | None:
    answer = evidence.github.security_insights
    return Source.of("github", answer) if isinstance(answer, Seen) else None


def file(evidence: Evidence) -> SecurityInsights | None:
    """The file, valid or not, for where it says that things are; None when there is none."""
    answer = evidence.github.security_insights
    return answer.value if isinstance(answer, Seen) else None


def elsewhere(evidence: Evidence, kind: str) -> list[str]:
    """The places other than the project's own releases where the file says that an SBOM or provenance is."""
    found = file(evidence)
    addresses: tuple[str, ...] = getattr(found, kind) if found else ()
    own = repositories(evidence) if addresses else ()
    return [address for address in addresses if is_elsewhere(address, own)]


def _readers(insights: SecurityInsights) -> str:
    schema, reader = insights.schema_errors, insights.reader_errors
    if not schema and not reader:
        return "accepted by the published schema and by CLOMonitor's reader"
    if not schema:
        return f"accepted by the published schema, not by CLOMonitor's reader: {_named(reader)}"
    if not reader:
        return f"accepted by CLOMonitor's reader, not by the published schema: {_named(schema)}"
    if schema == reader:
        return f"invalid for both readers: {_named(schema)}"
    return f"invalid for the published schema: {_named(schema)}; for CLOMonitor's reader: {_named(reader)}"


def _named(errors: tuple[str, ...]) -> str:
    rest = f" and {len(errors) - ERRORS_NAMED} more" if len(errors) > ERRORS_NAMED else ""
    return f"{', '.join(errors[:ERRORS_NAMED])}{rest}"
