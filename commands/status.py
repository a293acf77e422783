"""How far a project is on each badge, and what is missing first.

Without a name it is the project of this channel, else yours. With a badge as well, every criterion of that
badge: `/slam status jaeger cleaner`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
from types import MappingProxyType

from bot.blocks import (
    Block,
    Element,
    Message,
    actions,
    age,
    button,
    context,
    counted,
    cut,
    escape,
    header,
    link,
    linked,
    message,
    meter,
    section,
    when,
)
from bot.reply import Call, Reply, Services
from bot.store import Standing
from commands import which
from commands.freshness import freshness, spoken, unseen
from commands.next import COME_BACK, first, how, instruction, to_do, to_organizers
from commands.season import is_on, season
from rules.model import (
    NEEDS_PERSON,
    UNMET,
    BadgeProgress,
    Edition,
    Evidence,
    Finding,
    Outcome,
    Progress,
    State,
)
from rules.progress import measure

USAGE = "status [project] [badge]"

SHOWN = 40  # findings on a badge's page; Slack takes 50 blocks a message
CLOSELY = 3  # projects that the app's home shows in more than a line
GLANCE = 90  # characters in the overview; the badge's own page shows all of it
AWARDED = "🏅"
ATTESTED = re.compile(r"<@([UW][A-Z0-9]+)> attested ")  # how rules.progress begins what a person said
STATES = MappingProxyType(
    {
        State.EVIDENCE_FOUND: ("✅", "evidence found"),
        State.PARTIAL: ("🟡", "partial"),
        State.NOT_STARTED: ("⚪", "not started"),
        State.UNKNOWN: ("❔", "unknown"),
    }
)
OUTCOMES = MappingProxyType(  # in the order in which they are shown: what is left to do comes first
    {
        Outcome.UNMET: ("⬜", "missing"),
        Outcome.UNKNOWN: ("❔", "not known yet"),
        Outcome.NEEDS_PERSON: ("👀", "for a person to judge"),
        Outcome.EXEMPT: ("☑️", "exempt"),
        Outcome.MET: ("✅", "found"),
    }
)
ORDER = tuple(OUTCOMES)
UNDECIDED = (Outcome.UNKNOWN, Outcome.NEEDS_PERSON)


def run(call: Call, services: Services) -> Reply:
    words, badge = _read(call.args, services.edition)
    found = which.meant(words, call, services, "status")
    if isinstance(found, Reply):
        return found
    if len(found) > 1:
        return Reply(message(*in_short(found, services), section("*Next:* look closer at one of them.")))
    services.asked(found[0].project.id)
    if badge and found[0].evidence:
        return Reply(_badge_page(found[0], found[0].evidence, badge, call, services))
    return Reply(_overview(found[0], call, services))


def share(call: Call, services: Services) -> Reply:
    """The overview for everybody in the channel; its buttons answer only whoever presses them."""
    found = which.meant(call.args, call, services, "status")
    if isinstance(found, Reply):
        return found
    seen = found[0].evidence is not None
    return Reply(_overview(found[0], call, services, shared=seen), shared=seen)


def refresh(call: Call, services: Services) -> Reply:
    """The overview at once, and again when the sources have been asked."""
    found = which.meant(call.args, call, services, "status")
    if isinstance(found, Reply):
        return found

    async def later() -> Reply:
        went = await services.refresh(found[0].project.id)
        again = partial(_again, found[0].project.id, went, call, services)
        return await asyncio.to_thread(again) if services.store.blocking else again()

    asking = "Asking the sources now; in a few seconds a new answer takes the place of this one."
    return Reply(_overview(found[0], call, services, note=asking), replace=True, later=later)


BUTTONS = MappingProxyType({"open": run, "badge": run, "share": share, "refresh": refresh})


def in_short(standings: Sequence[Standing], services: Services) -> list[Block]:
    """A line for each project, with a button to look closer."""
    return [_several(standing, services) for standing in standings]


def at_home(standings: Sequence[Standing], services: Services) -> list[Block]:
    """For each of the first few projects its badges and the next step, a line for the others."""
    closely = [_at_home(standing, services) for standing in standings[:CLOSELY]]
    return [*closely, *in_short(standings[CLOSELY:], services)]


def _read(words: tuple[str, ...], edition: Edition) -> tuple[tuple[str, ...], str]:
    """The project's words and the badge in what was typed."""
    if words and (badge := edition.badge(words[-1].lower())):
        return words[:-1], badge.id
    return words, ""


def _again(project: str, went: str, call: Call, services: Services) -> Reply:
    found = which.meant((project,), call, services, "status")
    if isinstance(found, Reply):
        return found
    return Reply(_overview(found[0], call, services, note=escape(went)), replace=True)


# --- All badges of a project -------------------------------------------------------------------------------


def _overview(
    standing: Standing, call: Call, services: Services, *, note: str = "", shared: bool = False
) -> Message:
    edition = services.edition
    above = [header(f"{standing.project.name} · {edition.name}")]
    if shared:
        above.append(context(f"Shared by <@{call.user}>. Your own project: `/slam status`"))
    if note:
        above.append(context(note))
    dates, on = season(edition, call.now), is_on(edition, call.now)
    if not on:
        above.append(section(f"{dates} This is the evidence as it is today."))
    if standing.evidence is None:
        look = button("Look now", "status.refresh", standing.project.id, style="primary")
        return message(*above, section(f"{unseen(standing, services)} {COME_BACK}"), actions(look))
    progress = measure(edition, standing.evidence)
    small_print = [*freshness(standing.evidence, call.now), *([dates] if on else [])]
    return message(
        *above,
        *[_badge(badge, standing.awarded.get(badge.badge)) for badge in progress.badges],
        actions(*[_details(badge, standing) for badge in progress.badges]),
        context("\n".join(small_print)),
        section(first(standing, progress, services)),
        _buttons(standing, progress, call, shared),
    )


def _badge(badge: BadgeProgress, awarded_at: datetime | None) -> Block:
    line = _line(badge, awarded_at)
    glance = "" if awarded_at else _glance(badge)
    return section(f"{line}\n{glance}" if glance else line)


def _details(badge: BadgeProgress, standing: Standing) -> Element:
    return {**_to_details(badge.title), "value": f"{standing.project.id} {badge.badge}"}


@cache
def _to_details(title: str) -> Element:
    """The button as far as it is every project's; its `value` has yet to say whose."""
    return button(title, "status.badge", "whose", spoken=f"Details of {title}")


def _line(badge: BadgeProgress, awarded_at: datetime | None) -> str:
    """ "🟡 *The Cleaner*: 3 of 6 ▰▰▰▱▱▱ partial"."""
    mark, state = (AWARDED, when(awarded_at, "awarded")) if awarded_at else STATES[badge.state]
    return f"{mark} {_how_far(badge.title, badge.found, len(badge.findings))} {state}"


@lru_cache(maxsize=1024)
def _how_far(title: str, found: int, total: int) -> str:
    return f"*{escape(title)}*: {found} of {total} {meter(found, total)}"


def _glance(badge: BadgeProgress) -> str:
    """What is missing first; where nothing is, what is not known or a person's to judge."""
    if badge.step:
        return f"Missing first: {_at_a_glance(badge.step)}"
    if badge.unknown:
        return f"Not known yet: {_at_a_glance(badge.unknown)}"
    judged = [_name(finding) for finding in badge.findings if finding.outcome is NEEDS_PERSON]
    return f"For a person to judge: {escape(cut(', '.join(judged), GLANCE))}" if judged else ""


def _at_a_glance(finding: Finding) -> str:
    """What was seen or, where that is missing and too long for a glance, what to do about it."""
    said = finding.detail
    if finding.outcome is UNMET and len(said) > GLANCE:
        said = finding.step or said
    return escape(f"{_name(finding)} – {cut(said, GLANCE)}")


def _name(finding: Finding) -> str:
    """ "best practices", "sbom of jaegertracing/jaeger"."""
    name, _, repository = finding.criterion.partition(":")
    name = name.replace("_", " ")
    return f"{name} of {repository}" if repository else name


def _buttons(standing: Standing, progress: Progress, call: Call, shared: bool) -> Block:
    project = standing.project.id
    row = [button("Next step", "next.open", project, style="primary")] if to_do(standing, progress) else []
    if shared:  # a refresh would take the place of what everybody sees
        return actions(*row, button("Look closer", "status.open", project))
    row.append(button("Refresh", "status.refresh", project))
    if call.channel:
        row.append(button("Share here", "status.share", project))
    return actions(*row)


# --- One badge of a project --------------------------------------------------------------------------------


def _badge_page(
    standing: Standing, evidence: Evidence, badge: str, call: Call, services: Services
) -> Message:
    progress = next(b for b in measure(services.edition, evidence).badges if b.badge == badge)
    findings = sorted(progress.findings, key=lambda finding: ORDER.index(finding.outcome))
    project = standing.project.id
    return message(
        header(f"{standing.project.name} · {progress.title}"),
        section(_goal(progress, standing, services.edition)),
        *[
            section(_finding(finding, call.now, services), _help(finding, badge, project))
            for finding in findings[:SHOWN]
        ],
        context("\n".join([*_left_out(len(findings) - SHOWN), *freshness(evidence, call.now)])),
        section(_what_next(progress, standing, services)),
        actions(
            button("Next step", "next.open", project, style="primary"),
            button("All badges", "status.open", project),
        ),
    )


def _help(finding: Finding, badge: str, project: str) -> Element | None:
    """Beside what is missing: people can help with it."""
    if finding.outcome is not UNMET:
        return None
    spoken = f"Ask for help with {_name(finding)}"
    return button("Ask for help", "ask.open", f"{project} {badge} {finding.criterion}", spoken=spoken)


def _left_out(count: int) -> list[str]:
    return [f"… and {counted(count, 'more criterion', 'more criteria')}."] if count > 0 else []


def _goal(badge: BadgeProgress, standing: Standing, edition: Edition) -> str:
    declared = edition.badge(badge.badge)
    goal = f"{escape(declared.goal)}." if declared else ""
    return f"{goal}\n{_line(badge, standing.awarded.get(badge.badge))}"


def _finding(finding: Finding, now: datetime, services: Services) -> str:
    mark, word = OUTCOMES[finding.outcome]
    lines = [f"{mark} *{escape(finding.statement)}*: {word}", _seen(finding, now)]
    if finding.outcome is UNMET:
        lines.append(f"→ {instruction(finding)}. {how(finding, services)}".rstrip())
    return "\n".join(lines)


def _seen(finding: Finding, now: datetime) -> str:
    detail = _mentioned(finding.detail)
    if finding.source is None:
        return detail
    place = link(finding.source.url, spoken(finding.source.name))
    return f"{detail} ({place}, {age(finding.source.as_of, now)})"


def _mentioned(detail: str) -> str:
    """A detail for people to read; the organizer who attested a finding is named as Slack names people."""
    if attested := ATTESTED.match(detail):
        return f"<@{attested[1]}> attested {linked(detail[attested.end() :])}"
    return linked(detail)


def _what_next(badge: BadgeProgress, standing: Standing, services: Services) -> str:
    if badge.badge in standing.awarded:
        return "*Next:* nothing; the badge is yours."
    if badge.step:
        return f"*Next:* {instruction(badge.step)}."
    if badge.unknown:
        return "*Next:* look again in an hour: a source still has to answer."
    return to_organizers(services.edition)


# --- Several projects --------------------------------------------------------------------------------------


def _several(standing: Standing, services: Services) -> Block:
    if standing.evidence is None:
        return section(unseen(standing, services), _closer(standing))
    progress = measure(services.edition, standing.evidence)
    return section(_all_in_all(standing, progress), _closer(standing))


def _at_home(standing: Standing, services: Services) -> Block:
    if standing.evidence is None:
        return _several(standing, services)
    progress = measure(services.edition, standing.evidence)
    badges = " · ".join(_mark(badge, standing) for badge in progress.badges)
    lines = (_all_in_all(standing, progress), badges, first(standing, progress, services))
    return section("\n".join(lines), _closer(standing))


def _all_in_all(standing: Standing, progress: Progress) -> str:
    found, total = progress.found, len(progress.badges)
    awarded = f", {len(standing.awarded)} awarded" if standing.awarded else ""
    name = escape(standing.project.name)
    return f"*{name}*: evidence found for {found} of {total} badges {meter(found, total)}{awarded}"


def _mark(badge: BadgeProgress, standing: Standing) -> str:
    """ "🟡 The Cleaner 3 of 6"."""
    title = escape(badge.title)
    if badge.badge in standing.awarded:
        return f"{AWARDED} {title}"
    how_far = f" {badge.found} of {len(badge.findings)}" if badge.state is State.PARTIAL else ""
    return f"{STATES[badge.state][0]} {title}{how_far}"


def _closer(standing: Standing) -> Element:
    spoken = f"Look closer at {standing.project.name}"
    return button("Look closer", "status.open", standing.project.id, spoken=spoken)
