"""How a vulnerability is reported to a project in private: where it says so itself."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks import escape, link, quote
from bot.store import Standing
from rules.model import Evidence, SecurityInsights, Seen

GITHUB = "https://github.com"
POLICY = "security.md"
CONTACTS = 3  # of Security Insights, that are shown


def private_route(standing: Standing | None) -> str:
    """mrkdwn, to go on with: the project's own ways, else the one that GitHub has for every project."""
    if standing is None:
        return (
            "in its repository on GitHub: *Security* → *Report a vulnerability*, or as its SECURITY.md says."
        )
    return f"to {escape(standing.project.name)}: {' · '.join(_ways(standing))}."


def _ways(standing: Standing) -> Iterator[str]:
    evidence = standing.evidence
    insights = _insights(evidence)
    named = [insights.repository] if insights else list(standing.project.repositories)
    repository = named[0] if named else ""
    for contact in insights.contacts[:CONTACTS] if insights else ():
        yield link(contact, escape(contact)) if "://" in contact else quote(contact, len(contact))
    if evidence and repository and (path := _policy(evidence)):
        yield link(f"{GITHUB}/{repository}/blob/HEAD/{path}", "SECURITY.md")
    if insights:
        yield link(insights.url, "Security Insights")
    if repository:
        yield link(f"{GITHUB}/{repository}/security/advisories/new", "GitHub's private form")
    else:
        yield "in its repository on GitHub, *Security* → *Report a vulnerability*"


def _insights(evidence: Evidence | None) -> SecurityInsights | None:
    answer = evidence.github.security_insights if evidence else None
    return answer.value if isinstance(answer, Seen) else None


def _policy(evidence: Evidence) -> str | None:
    files = evidence.github.files
    paths = files.value if isinstance(files, Seen) else ""
    return next((path for path in paths.split("\n") if path.lower().rpartition("/")[2] == POLICY), None)
