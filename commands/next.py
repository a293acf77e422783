"""The one smallest thing to do next, and how.

Without a name it is for the project of this channel, else for yours. Another one: `/slam next jaeger`.
"""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

from bot.blocks import (
    Block,
    Message,
    actions,
    age,
    button,
    context,
    counted,
    escape,
    header,
    link,
    linked,
    message,
    section,
)
from bot.reply import Call, Reply, Services
from bot.store import Standing
from commands import shelf, which
from commands.freshness import freshness, spoken, unseen
from commands.season import season
from rules.model import Edition, Finding, NextStep, Outcome, Progress
from rules.progress import measure, next_step

USAGE = "next [project]"

COME_BACK = "*Next:* come back then, or have it looked at now."
MINUTE, HOUR, WORKDAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=8)


def run(call: Call, services: Services) -> Reply:
    found = which.meant(call.args, call, services, "next")
    if isinstance(found, Reply):
        return found
    if len(found) > 1:
        return Reply(message(*[_in_short(standing, services) for standing in found]))
    services.asked(found[0].project.id)
    return Reply(_at_length(found[0], call, services))


BUTTONS = MappingProxyType({"open": run})


def first(standing: Standing, progress: Progress, services: Services) -> str:
    """What to do first, as one line of mrkdwn that says where to read how."""
    step = to_do(standing, progress)
    if step is None:
        return _nothing_unmet(standing, progress, services)
    return f"*Next:* {instruction(step.finding)}. {how(step.finding, services)}".rstrip()


def to_do(standing: Standing, progress: Progress) -> NextStep | None:
    """The smallest step towards a badge that is not awarded yet."""
    if not standing.awarded:
        return progress.next_step
    return next_step(tuple(badge for badge in progress.badges if badge.badge not in standing.awarded))


def instruction(finding: Finding) -> str:
    """What to do about a finding and how long that takes, as mrkdwn without a full stop."""
    said = escape((finding.step or finding.detail).rstrip("."))
    return f"{said} – {effort(finding.effort)}" if finding.effort else said


def effort(length: timedelta) -> str:
    """ "about 20 minutes"; a day has eight hours."""
    if length < HOUR:
        return f"about {counted(length // MINUTE, 'minute')}"
    if length < WORKDAY:
        return f"about {counted(round(length / HOUR), 'hour')}"
    return f"about {counted(round(length / WORKDAY), 'day')}"


def how(finding: Finding, services: Services) -> str:
    """Where to read what to do about a finding; nothing where the library has nothing."""
    resource = services.resources.find(finding.how)
    return f"How: {link(resource.url, escape(resource.title))}." if resource else ""


def to_organizers(edition: Edition) -> str:
    return f"*Next:* tell the organizers in {escape(edition.channel)}; they look at it and award the badge."


def _at_length(standing: Standing, call: Call, services: Services) -> Message:
    project, evidence = standing.project, standing.evidence
    if evidence is None:
        now = button("Look now", "status.refresh", project.id, style="primary")
        return message(section(f"{unseen(standing, services)} {COME_BACK}"), actions(now))
    progress = measure(services.edition, evidence)
    blocks = [header(f"{project.name} · next step")]
    step = to_do(standing, progress)
    if step:
        blocks.append(section(_why(step, call, services)))
        blocks += _fix(step.finding, services)
    blocks.append(context("\n".join([*freshness(evidence, call.now), season(services.edition, call.now)])))
    blocks.append(section(first(standing, progress, services)))
    again = button("Done? Look again", "status.refresh", project.id)
    asking = (
        [button("Ask for help", "ask.open", f"{project.id} {step.badge} {step.finding.criterion}")]
        if step
        else []
    )
    closer = button("All badges", "status.open", project.id)
    helps = button("What else helps", "resources.needs", project.id)
    return message(*blocks, actions(again, closer, *asking, helps))


def _fix(finding: Finding, services: Services) -> list[Block]:
    """What the library knows about the check that did not pass."""
    resource = services.resources.find(finding.fix)
    return [section(shelf.body(resource))] if resource else []


def _why(step: NextStep, call: Call, services: Services) -> str:
    finding = step.finding
    badge = services.edition.badge(step.badge)
    said = f"For *{escape(badge.title if badge else step.badge)}*: {escape(finding.statement)}."
    seen = f"Seen: {linked(finding.detail)}"
    if finding.source is None:
        return f"{said}\n{seen}"
    place = link(finding.source.url, spoken(finding.source.name))
    return f"{said}\n{seen} ({place}, {age(finding.source.as_of, call.now)})"


def _in_short(standing: Standing, services: Services) -> Block:
    project = standing.project
    closer = button("How", "next.open", project.id, spoken=f"How, for {project.name}")
    if standing.evidence is None:
        return section(unseen(standing, services), closer)
    line = first(standing, measure(services.edition, standing.evidence), services)
    return section(f"*{escape(project.name)}*\n{line}", closer)


def _nothing_unmet(standing: Standing, progress: Progress, services: Services) -> str:
    if all(badge.badge in standing.awarded for badge in progress.badges):
        return "Every badge is awarded. Thank you for all that work!"
    findings = [finding for badge in progress.badges for finding in badge.findings]
    if unknown := sum(finding.outcome is Outcome.UNKNOWN for finding in findings):
        criteria = counted(unknown, "criterion", "criteria")
        return f"*Next:* look again in an hour: a source still has to answer for {criteria}."
    return f"Everything that a program can see is there. {to_organizers(services.edition)}"
