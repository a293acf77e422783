"""How old the evidence is, which source has been silent since when, and when the first look is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from bot.blocks import age, cut, escape, when
from bot.reply import Services
from bot.store import Standing
from rules.model import NEVER_ASKED, Evidence, Seen, Unavailable

SOURCES = tuple(field.name for field in fields(Evidence) if field.name not in {"project", "attestations"})
SPOKEN = {"clomonitor": "CLOMonitor", "github": "GitHub"}
LONGEST_REASON = 120  # characters


@dataclass(frozen=True)
class Word:
    """What one source has to say for itself."""

    source: str
    good: tuple[Seen[Any], ...]
    failing: tuple[Seen[Any], ...]  # they still stand
    never: tuple[Unavailable, ...]


def words(evidence: Evidence) -> tuple[Word, ...]:
    """Each source of the evidence; one that was not asked is not there. A field of `Evidence` is a source."""
    return tuple(word for name in SOURCES if (word := _word(name, tuple(_answers(getattr(evidence, name))))))


def freshness(evidence: Evidence, now: datetime) -> tuple[str, ...]:
    """Lines of mrkdwn: how old what each source said is, then each source that is silent."""
    told = words(evidence)
    seen = [f"{word.source} {age(_oldest(word.good), now)}" for word in told if word.good]
    silent = [line for word in told for line in _silence(word, now)]
    return (f"Evidence: {', '.join(seen)}.", *silent) if seen else tuple(silent)


def unseen(standing: Standing, services: Services) -> str:
    """What there is to say of a project that was never looked at, as mrkdwn."""
    at = services.next_look(standing.project.id)
    due = f"The first look is due about {when(at)}" if at else "The first look is due soon"
    return (
        f"*{escape(standing.project.name)}* is registered and was not looked at yet. "
        f"{due}. *Next:* come back then, or have it looked at now."
    )


def spoken(source: str) -> str:
    """A source's name as people know it."""
    return SPOKEN.get(source, source.title())


def _silence(word: Word, now: datetime) -> Iterator[str]:
    part = " in part" if word.good else ""
    if word.failing:
        first = min(word.failing, key=lambda answer: answer.failing_since or now)
        why = f" ({_reason(first.failure)})" if first.failure else ""
        stands = f"what it said {age(_oldest(word.failing), now)} stands"
        yield f"⚠️ {word.source} is silent{part} since {when(first.failing_since or now)}{why}: {stands}."
    elif word.never:
        yield f"⚠️ {word.source} has not answered{part or ' yet'}: {_reason(word.never[0].reason)}."


def _word(name: str, answers: tuple[Seen[Any] | Unavailable, ...]) -> Word | None:
    good, failing, never = [], [], []
    for answer in answers:
        if isinstance(answer, Unavailable):
            if answer != NEVER_ASKED:
                never.append(answer)
        elif answer.failing_since:
            failing.append(answer)
        else:
            good.append(answer)
    if not (good or failing or never):
        return None
    return Word(spoken(name), tuple(good), tuple(failing), tuple(never))


def _answers(value: object) -> Iterator[Seen[Any] | Unavailable]:
    """The answers in a field of `Evidence`: one, several by name, or a dataclass of those."""
    if isinstance(value, (Seen, Unavailable)):
        yield value
    elif isinstance(value, Mapping):
        yield from value.values()
    else:
        for part in vars(value).values():
            yield from _answers(part)


def _oldest(answers: tuple[Seen[Any], ...]) -> datetime:
    return min(answer.as_of for answer in answers)


def _reason(text: str | None) -> str:
    return escape(cut((text or "").rstrip("."), LONGEST_REASON))
