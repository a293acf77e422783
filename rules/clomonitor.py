"""What CLOMonitor's checks want, what they weigh, and roughly how long one takes to satisfy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.model import CLOMonitorProject, Evidence, Outcome, Seen, Source, Unavailable
from rules.once import once

FULL_SCORE = 100.0 - 1e-6
"""CLOMonitor adds up floats: a section with every check passed can read 99.99999999999999."""


@dataclass(frozen=True)
class Check:
    """A check of CLOMonitor's; one of weight 0 never moves a score."""

    section: str
    weight: int
    wants: str
    minutes: int


# Source: cncf/clomonitor@c0af3269 clomonitor-core/src/linter/checks/*.rs. The minutes are our estimate.
CHECKS: Mapping[str, Check] = {
    "adopters": Check("documentation", 1, "an ADOPTERS file, or a heading or link for it in the README", 20),
    "changelog": Check("documentation", 1, "a CHANGELOG file, or one named in the README or a release", 15),
    "code_of_conduct": Check("documentation", 2, "a code of conduct, as a file or in the README", 10),
    "contributing": Check("documentation", 4, "a CONTRIBUTING file, or a heading or link for it", 45),
    "governance": Check("documentation", 3, "a GOVERNANCE file, or a heading or link for it", 120),
    "maintainers": Check("documentation", 3, "a MAINTAINERS, OWNERS or CODEOWNERS file", 15),
    "readme": Check("documentation", 10, "a README file", 60),
    "roadmap": Check("documentation", 1, "a ROADMAP file, or a heading or link for it", 45),
    "summary_table": Check("documentation", 1, "the summary table in the project's landscape entry", 30),
    "website": Check("documentation", 4, "a website address in the repository's settings on GitHub", 5),
    "license_approved": Check("license", 10, "a license that the CNCF approves", 240),
    "license_scanning": Check("license", 5, "a link to license scanning (FOSSA, Snyk) in the README", 60),
    "license_spdx_id": Check("license", 5, "a LICENSE file whose license is recognised", 15),
    "analytics": Check("best_practices", 0, "analytics on the website", 30),
    "artifacthub_badge": Check("best_practices", 1, "an Artifact Hub badge in the README", 30),
    "cla": Check("best_practices", 1, "a CLA check on pull requests, or the DCO in its place", 30),
    "community_meeting": Check("best_practices", 3, "the community meeting, named in the README", 10),
    "dco": Check("best_practices", 1, "commits with a Signed-off-by line, or the DCO check", 30),
    "github_discussions": Check("best_practices", 0, "GitHub discussions", 10),
    "openssf_badge": Check("best_practices", 5, "an OpenSSF Best Practices badge in the README", 180),
    "openssf_scorecard_badge": Check("best_practices", 5, "an OpenSSF Scorecard badge in the README", 45),
    "recent_release": Check("best_practices", 3, "a release within the last year", 120),
    "slack_presence": Check("best_practices", 0, "a Slack channel, named in the README", 10),
    "binary_artifacts": Check("security", 2, "no generated binaries in the repository", 120),
    "code_review": Check("security", 3, "changes reviewed before they are merged", 480),
    "dangerous_workflow": Check("security", 2, "no dangerous pattern in a GitHub workflow", 60),
    "dependencies_policy": Check("security", 2, "a dependencies policy, in SECURITY-INSIGHTS", 60),
    "dependency_update_tool": Check("security", 2, "Dependabot or Renovate, configured", 15),
    "maintained": Check("security", 3, "regular commits and answered issues", 480),
    "sbom": Check("security", 1, "an SBOM with the newest release, or a README heading for it", 90),
    "security_insights": Check("security", 1, "a SECURITY-INSIGHTS file that CLOMonitor can read", 60),
    "security_policy": Check("security", 3, "a SECURITY.md file, or a heading or link for it", 45),
    "signed_releases": Check("security", 2, "signatures or provenance beside the files of a release", 180),
    "token_permissions": Check("security", 1, "workflows whose tokens may only read by default", 30),
    "trademark_disclaimer": Check(
        "legal", 5, "the Linux Foundation's trademark disclaimer, on the website", 15
    ),
}

REMOVED = frozenset({"annual_review", "self_assessment", "trademark_footer", "vulnerabilities"})
"""Checks that old reports still hold; self_assessment left with cncf/clomonitor#1339 in November 2023."""

OF_SCORECARD = frozenset(
    {
        "binary_artifacts",
        "code_review",
        "dangerous_workflow",
        "dependency_update_tool",
        "maintained",
        "signed_releases",
        "token_permissions",
    }
)
"""Checks for which CLOMonitor asks Scorecard."""

ADD_PROJECT = "Add the project to data/cncf.yaml in cncf/clomonitor"
_UNRECORDED = Check("", 1, "what its page in CLOMonitor describes", 60)


def wanted(check: str) -> Check:
    return CHECKS.get(check, _UNRECORDED)


def fix_for(check: str) -> str | None:
    """The id of its fix in the library; None for a check that we have no record of."""
    if check not in CHECKS:
        return None
    return f"{'scorecard' if check in OF_SCORECARD else 'clomonitor'}-{check.replace('_', '-')}"


def counts(check: str) -> bool:
    """Does a check bear on its section? Weight 0 never does, nor does one that CLOMonitor has given up."""
    return CHECKS[check].weight > 0 if check in CHECKS else check not in REMOVED


def known(evidence: Evidence) -> CLOMonitorProject | None:
    """The project as CLOMonitor tells of it; None where it does not know it, or never told."""
    answer = evidence.clomonitor
    return answer.value if isinstance(answer, Seen) and evidence.project.clomonitor is not None else None


def unlisted(evidence: Evidence) -> tuple[Outcome, str, str]:
    """Where nothing is `known`: what follows, why, and what to do about it."""
    name, answer = evidence.project.clomonitor, evidence.clomonitor
    if name is None:
        return Outcome.UNMET, "no project in CLOMonitor was declared for it", ADD_PROJECT
    if isinstance(answer, Unavailable):
        return Outcome.UNKNOWN, answer.reason, ""
    return Outcome.UNMET, f"CLOMonitor does not know {name}", ADD_PROJECT


@once
def source(evidence: Evidence) -> Source | None:
    answer = evidence.clomonitor
    return Source.of("clomonitor", answer) if isinstance(answer, Seen) else None
