"""Answers in a terminal, as text and as JSON: of /slam status, and what is owed at a moment."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp
import msgspec

from bot import blocks, planning
from bot.config import Config
from bot.reply import Call, Services
from bot.store import Store
from bot.store.outbox import Draft, NoticeRow
from commands import status
from rules.model import BadgeProgress, Evidence, Finding, NextStep
from rules.progress import measure


async def refresh(config: Config, store: Store, project_id: str, now: Callable[[], datetime]) -> str:
    """Ask the sources about one project; gives back how that went."""
    from bot import evidence  # noqa: PLC0415  # all that reads sources takes a while to import
    from bot.sources.http import Asker  # noqa: PLC0415

    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        sources = evidence.Sources.of(config.environment)
        return await evidence.refresh(project_id, store, Asker(session, store, now), sources, now)


def as_text(config: Config, store: Store, project_id: str, now: Callable[[], datetime]) -> str:
    services = Services(
        store,
        config.edition,
        config.resources,
        config,
        refresh=lambda named: refresh(config, store, named, now),
    )
    reply = status.run(Call(user="", channel="", args=(project_id,), now=now()), services)
    return blocks.unescape(reply.message.text) if reply.message else ""


def as_json(config: Config, store: Store, project_id: str, _: Callable[[], datetime]) -> str:
    """The shape that INTERFACE.md promises."""
    standing, edition = store.evidence.standing(project_id), config.edition
    if standing is None:
        raise LookupError(f"{project_id} was withdrawn a moment ago")
    progress = measure(edition, standing.evidence or Evidence(standing.project))
    told = {
        "project": standing.project.id,
        "edition": edition.id,
        "gathered_at": _moment(standing.gathered_at),
        "badges": [_badge(badge, standing.awarded.get(badge.badge)) for badge in progress.badges],
        "next_step": _next_step(progress.next_step),
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def foreseen(config: Config, store: Store, at: datetime, *, as_json: bool) -> str:
    """What a tick at that moment would owe, given what is stored now."""
    drafts = planning.drafts(planning.owed(store, config, at).bundles)
    if as_json:
        told = [_notice(notice, draft) for draft in drafts for notice in draft.notices]
        return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
    paused = store.switches.paused()
    nothing = "Nothing: it is paused. `/slam pause off` resumes." if paused else "Nothing."
    return "\n\n".join(map(_message, drafts)) or nothing


def _notice(notice: NoticeRow, draft: Draft) -> dict[str, object]:
    return {
        "key": notice.key,
        "kind": notice.kind,
        "project": draft.project,
        "channel": draft.reader,
        "text": draft.text,
    }


def _message(draft: Draft) -> str:
    return f"{draft.reader}\n{textwrap.indent(blocks.unescape(draft.text), '  ')}"


def unregistered(name: str, near: tuple[str, ...]) -> str:
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"No project {name!r} is registered.{meant}"


def _badge(badge: BadgeProgress, awarded_at: datetime | None) -> dict[str, object]:
    return {
        "id": badge.badge,
        "title": badge.title,
        "state": badge.state.value,
        "awarded_at": _moment(awarded_at),
        "criteria": [_criterion(finding) for finding in badge.findings],
    }


def _criterion(finding: Finding) -> dict[str, object]:
    source = finding.source
    return {
        "id": finding.criterion,
        "statement": finding.statement,
        "outcome": finding.outcome.value,
        "detail": finding.detail,
        "source": source.name if source else None,
        "as_of": _moment(source.as_of) if source else None,
        "url": source.url if source else None,
        "failing_since": _moment(source.failing_since) if source else None,
        "resource": finding.resource,
    }


def _next_step(step: NextStep | None) -> dict[str, object] | None:
    if step is None:
        return None
    finding = step.finding
    return {
        "badge": step.badge,
        "criterion": finding.criterion,
        "text": finding.step or finding.detail,
        "resource": finding.resource,
    }


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
