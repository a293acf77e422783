"""When evidence of your project was newly found, or was lost because a check went red."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from rules.model import State
from rules.phrases import counted, cut, joined, next_step, offers
from rules.slam import Change, Line, Notice, Participant, Slam, Strong, Typed, instant, key

TITLE = "progress"
USEFUL = timedelta(days=2)
NAMED = 5  # criteria each, found and lost


@dataclass(frozen=True)
class Settings:
    id: str


def due(settings: Settings, slam: Slam, now: datetime) -> tuple[Notice, ...]:
    if not slam.is_on(now):
        return ()
    opens, ends = slam.edition.opens.at, slam.edition.ends.at
    return tuple(
        Notice(
            key=key(slam.edition, settings.id, instant(at), participant.project.id, reader),
            kind="progress",
            project=participant.project.id,
            reader=reader,
            due_at=at,
            pointless_at=min(at + USEFUL, ends),
            say=partial(_said, slam, participant, changes),
            offers=offers(participant),
        )
        for participant in slam.participants
        if participant.changes and participant.changes[-1].at + USEFUL > now
        for at, changes in _looks(participant, now).items()
        if at >= opens
        for reader in participant.readers
    )


def _looks(participant: Participant, now: datetime) -> Mapping[datetime, tuple[Change, ...]]:
    """What each look of late showed, but for what a later one took back."""
    last = {(change.badge, change.criterion): change for change in participant.changes}
    looks: dict[datetime, tuple[Change, ...]] = {}
    for change in last.values():
        if now < change.at + USEFUL:
            looks[change.at] = (*looks.get(change.at, ()), change)
    return looks


def _said(slam: Slam, participant: Participant, changes: tuple[Change, ...]) -> tuple[Line, ...]:
    found, lost = _by_statement(changes, found=True), _by_statement(changes, found=False)
    said = [f"{len(named)} {word}" for named, word in ((found, "newly found"), (lost, "lost")) if named]
    return (
        (Strong(f"{participant.project.name}: {joined(said)}."),),
        *(_found(each) for each in found[:NAMED]),
        *(_lost(each) for each in lost[:NAMED]),
        *_more(participant, len(found[NAMED:]) + len(lost[NAMED:])),
        *_complete(participant, changes),
        next_step(slam, participant),
    )


def _by_statement(changes: tuple[Change, ...], *, found: bool) -> list[tuple[Change, ...]]:
    """Badges share criteria: each is told once, with all of its badges."""
    together: dict[str, tuple[Change, ...]] = {}
    for change in changes:
        if change.found is found:
            together[change.statement] = (*together.get(change.statement, ()), change)
    return list(together.values())


def _found(changes: tuple[Change, ...]) -> Line:
    return ("Found: ", f"{_statement(changes)}.")


def _lost(changes: tuple[Change, ...]) -> Line:
    change = changes[0]
    do = f" To do: {cut(change.step)}." if change.step and change.step != change.detail else ""
    return (Strong("Lost:"), f" {_statement(changes)}. Seen now: {cut(change.detail)}.{do}")


def _statement(changes: tuple[Change, ...]) -> str:
    return f"{cut(changes[0].statement)} ({joined([change.title for change in changes])})"


def _more(participant: Participant, left: int) -> tuple[Line, ...]:
    if not left:
        return ()
    return ((f"And {counted(left, 'more', 'more')}: ", Typed(f"/slam status {participant.project.id}"), "."),)


def _complete(participant: Participant, changes: tuple[Change, ...]) -> Iterator[Line]:
    """The badges whose evidence these changes made complete."""
    found = {change.badge for change in changes if change.found}
    for badge in participant.record.badges if participant.record else ():
        if badge.badge in found - participant.awarded and badge.state is State.EVIDENCE_FOUND:
            yield (
                Strong(f"{badge.title}: all of its evidence is found."),
                " Organizers look at it and award the badge.",
            )
