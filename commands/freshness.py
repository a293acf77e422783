"""How old the evidence is, which source has been silent since when, and when the first look is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any

from bot.blocks import age, cut, escape, when
from bot.reply import Services
from bot.store import Standing
from rules.model import NEVER_ASKED, Evidence, Seen, Unavailable

SOURCES = tuple(field.name for field in fields(Evidence) if field.name not in {"project", "attestations"})
SPOKEN = {"clomonitor": "CLOMonitor", "github": "GitHub"}
ANSWERS = (Seen, Unavailable)
LONGEST_REASON = 120  # characters


def freshness(evidence: Evidence, now: datetime) -> list[str]:
    """Lines of mrkdwn: how old what each source said is, then each source that is silent."""
    ages: list[str] = []
    silences: list[str] = []
    for name in SOURCES:
        answers = _answers(getattr(evidence, name))
        good = [one.as_of for one in answers if isinstance(one, Seen) and one.failing_since is None]
        if good:
            ages.append(f"{spoken(name)} {age(min(good), now)}")
        if len(good) < len(answers):
            silences += _silence(spoken(name), answers, in_part=bool(good), now=now)
    return [f"Evidence: {', '.join(ages)}.", *silences] if ages else silences


def unseen(standing: Standing, services: Services) -> str:
    """That a project was never looked at, and about when it will be, as one sentence of mrkdwn."""
    at = services.next_look(standing.project.id)
    due = when(at, "about") if at else "soon"
    return f"*{escape(standing.project.name)}* was not looked at yet: the first look is due {due}."


def spoken(source: str) -> str:
    """A source's name as people know it."""
    return SPOKEN.get(source, source.title())


def _silence(
    source: str, answers: Iterable[Seen[Any] | Unavailable], *, in_part: bool, now: datetime
) -> list[str]:
    """Since when a source is silent and what stands meanwhile, or that it never answered; else nothing."""
    part = " in part" if in_part else ""
    failing = [answer for answer in answers if isinstance(answer, Seen) and answer.failing_since]
    if failing:
        oldest = min([answer.as_of for answer in failing])
        first = min(failing, key=lambda answer: answer.failing_since or now)
        why = f" ({_reason(first.failure, source)})" if first.failure else ""
        since = when(first.failing_since or now, "since")
        stands = f"what it said {age(oldest, now)} stands"
        return [f"⚠️ {source} is silent{part} {since}{why}: {stands}."]
    never = [answer for answer in answers if isinstance(answer, Unavailable) and answer != NEVER_ASKED]
    return [f"⚠️ {source} told nothing{part or ' yet'} ({_reason(never[0].reason, source)})."] if never else []


def _answers(value: Any) -> list[Seen[Any] | Unavailable]:  # noqa: ANN401  # any field of `Evidence`
    """The answers in it: one, several by name, or a dataclass of those."""
    if isinstance(value, ANSWERS):
        return [value]
    found: list[Seen[Any] | Unavailable] = []
    names = _fields(type(value))  # type: ignore[arg-type]  # a type is hashable
    for part in [getattr(value, name) for name in names] if names else (value,):
        if isinstance(part, ANSWERS):
            found.append(part)
        else:
            found += part.values()
    return found


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields; empty for another type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _reason(text: str, source: str) -> str:
    """Why a source is silent, without naming it for a second time: "answered 503"."""
    return escape(cut(text.removeprefix(f"{source} ").rstrip("."), LONGEST_REASON))
