"""Who a message is for, in words that are held against data: unfinished, stalled, badge:cleaner, ..."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NewType

from rules.model import Edition, State
from rules.slam import BadgeStanding, Participant

Audience = NewType("Audience", tuple[str, ...])  # words, all of which must hold

EVERYONE = Audience(("everyone",))
UNFINISHED = Audience(("unfinished",))
A_WHILE = timedelta(days=5)
MATURITIES = ("sandbox", "incubating", "graduated")  # CNCF's; others are understood too
MATURITY = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


class AudienceError(ValueError):
    """Every mistake in an audience: "no audience 'finnished'; did you mean 'finished'?"."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(self.mistakes))


CHANNEL: Mapping[str, str] = MappingProxyType(
    {
        "unregistered": "whoever has not registered a project",
        "announcements": "the announcements channel",
    }
)
"""Words for people whom no list names: they are told in the announcements channel. Each stands alone."""


def parse(value: object, edition: Edition) -> Audience:
    """Read a word, or a list of words which must all hold. Raises AudienceError naming every mistake."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not given:
        raise AudienceError((f"expected a word such as unfinished, or a list of them, found {value!r:.80}",))
    found = tuple(dict.fromkeys(_word(each) for each in given))
    mistakes = [mistake for word in found if (mistake := _mistake(word, edition))]
    if len(found) > 1 and (alone := [word for word in found if word in CHANNEL]):
        mistakes.append(f"{alone[0]!r} stands alone: no list says who they are")
    if mistakes:
        raise AudienceError(mistakes)
    return Audience(found)


def words(edition: Edition) -> Mapping[str, str]:
    """Every word there is, and what it says."""
    badges = {f"badge:{badge.id}": f"projects without {badge.title}" for badge in edition.badges}
    maturities = {f"maturity:{word}": f"{word} projects" for word in MATURITIES}
    return {**{word: said for word, (said, _) in STANDINGS.items()}, **badges, **maturities, **CHANNEL}


def described(audience: Audience | tuple[str, ...], edition: Edition) -> str:
    """ "projects that are not finished, and sandbox projects": whom the words mean, for people."""
    known = words(edition)
    return ", which are also ".join(
        known.get(word, f"{word.partition(':')[2]} projects") for word in audience
    )


def is_channel(audience: Audience | tuple[str, ...]) -> bool:
    """It is told in the announcements channel."""
    return any(word in CHANNEL for word in audience)


def among(
    participants: Iterable[Participant], audience: Audience | tuple[str, ...], now: datetime
) -> tuple[Participant, ...]:
    """Those for whom every word holds."""
    tests = [test for word in audience if (test := _test(word)) is not _anyone]
    if not tests:
        return tuple(participants)
    return tuple([each for each in participants if all(test(each, now) for test in tests)])


def is_stalled(participant: Participant, now: datetime) -> bool:
    record = participant.record
    return record is not None and not participant.is_finished and now - record.progressed_at >= A_WHILE


def _anyone(participant: Participant, now: datetime) -> bool:
    return True


def _not_started(participant: Participant, now: datetime) -> bool:
    states = {badge.state for badge in participant.record.badges} if participant.record else set()
    return (
        State.NOT_STARTED in states
        and states <= {State.NOT_STARTED, State.UNKNOWN}
        and not participant.awarded
    )


def _unfinished(participant: Participant, now: datetime) -> bool:
    return not participant.is_finished


def _finished(participant: Participant, now: datetime) -> bool:
    return participant.is_finished


def _one_step_away(participant: Participant, now: datetime) -> bool:
    """Some badge that is not awarded lacks a single criterion, and nothing of it is unknown."""
    badges = participant.record.badges if participant.record else ()
    return any(
        badge.missing == 1 and not badge.unknown and badge.badge not in participant.awarded
        for badge in badges
    )


STANDINGS: Mapping[str, tuple[str, Callable[[Participant, datetime], bool]]] = MappingProxyType(
    {
        "everyone": ("every registered project", _anyone),
        "not_started": ("projects that have not started", _not_started),
        "unfinished": ("projects that are not finished", _unfinished),
        "finished": ("projects that have found everything", _finished),
        "stalled": ("projects without progress for five days", is_stalled),
        "one_step_away": ("projects that are one step away from a badge", _one_step_away),
    }
)


def _test(word: str) -> Callable[[Participant, datetime], bool]:
    kind, _, name = word.partition(":")
    if kind == "badge":
        return lambda participant, now: _is_without(participant, name)
    if kind == "maturity":
        return lambda participant, now: _maturity(participant) == name
    return STANDINGS[word][1] if word in STANDINGS else _nobody


def _nobody(participant: Participant, now: datetime) -> bool:
    """Whom no list names is not among those who registered."""
    return False


def _is_without(participant: Participant, badge: str) -> bool:
    return badge not in participant.awarded and not _has_evidence(participant, badge)


def _has_evidence(participant: Participant, badge: str) -> bool:
    badges: tuple[BadgeStanding, ...] = participant.record.badges if participant.record else ()
    return any(each.badge == badge and each.state is State.EVIDENCE_FOUND for each in badges)


def _maturity(participant: Participant) -> str:
    return (participant.record.maturity or "").lower() if participant.record else ""


def _word(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else f"{value!r:.80}"


def _mistake(word: str, edition: Edition) -> str | None:
    kind, colon, name = word.partition(":")
    if kind == "maturity" and MATURITY.fullmatch(name):
        return None
    if kind == "badge" and colon:
        badges = [badge.id for badge in edition.badges]
        return None if name in badges else f"no badge {name!r}{_nearest(name, badges)}"
    known = words(edition)
    return None if word in known else f"no audience {word!r}{_nearest(word, known)}"


def _nearest(word: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(names)}"
