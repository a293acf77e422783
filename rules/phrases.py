"""What several kinds of reminders say: how long is left, how far a project is, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from rules.model import Milestone, State
from rules.slam import BadgeStanding, Line, Link, Offer, Participant, Slam, Step, Strong, Typed

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST = 300  # characters of what a source told


def counted(count: int, unit: str, plural: str = "") -> str:
    """ "1 project", "2 projects"."""
    return f"{count} {unit if count == 1 else plural or unit + 's'}"


def joined(words: Sequence[str]) -> str:
    """ "The Cleaner, The Defender and The Inspector"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def lasting(length: timedelta) -> str:
    """A duration as people say it, roughly: "7 days", "3 hours", "20 minutes"."""
    if length >= 1.5 * DAY:
        return counted(round(length / DAY), "day")
    if length >= 1.5 * HOUR:
        return counted(round(length / HOUR), "hour")
    return counted(max(round(length / timedelta(minutes=1)), 1), "minute")


def cut(text: str, longest: int = LONGEST) -> str:
    """At most so many characters, cut with an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def coming(milestone: Milestone, now: datetime) -> Line:
    """ "Submissions close in 7 days: 6 Nov 2023, 23:59."."""
    return (Strong(f"{milestone.title} in {lasting(milestone.at - now)}:"), " ", milestone.at, ".")


def standing(participant: Participant) -> Line:
    """How far a project is: "Kelp so far: The Cleaner 3 of 4. Evidence found: The Defender."."""
    name = participant.project.name
    if participant.record is None:
        return (Strong(f"{name}:"), " nobody has looked at its evidence yet.")
    groups: dict[str, list[str]] = {word: [] for word in ("", "Evidence found", "Awarded", "Not known yet")}
    for badge in participant.record.badges:
        word = _how_far(badge, participant)
        groups[word].append(badge.title if word else f"{badge.title} {badge.found} of {badge.total}")
    said = [f"{word}: {joined(named)}" if word else joined(named) for word, named in groups.items() if named]
    return (Strong(f"{name} so far:"), f" {'. '.join(said)}.")


def next_step(slam: Slam, participant: Participant) -> Line:
    """What to do next, and where it is told how."""
    if participant.record is None:
        return _next("have a look at it with ", Typed(f"/slam status {participant.project.id}"), ".")
    if step := participant.step:
        return _next(f"{cut(step.text)}{_towards(step, participant)}.", *_how(slam, step))
    badges = participant.record.badges
    if all(badge.badge in participant.awarded for badge in badges):
        return _next("nothing. Every badge is awarded, thank you for all that work!")
    if unknown := sum(badge.unknown for badge in badges if badge.badge not in participant.awarded):
        return _next(
            f"look again later: a source still has to answer for {counted(unknown, 'criterion', 'criteria')}."
        )
    return _next(
        f"tell the organizers in {slam.edition.channel} that all of it is there; they award the badges."
    )


def together(said: Sequence[tuple[Line, ...]]) -> tuple[tuple[Line, ...], ...]:
    """What several notices say, read as one: nothing twice, and the next step where it comes last."""
    heard: set[Line] = set()
    read = []
    for number, lines in enumerate(said):
        later = {others[-1] for others in said[number + 1 :] if others}
        new = [line for line in lines[:-1] if line not in heard]
        read.append((*new, *(line for line in lines[-1:] if line not in later)))
        heard.update(new)
    return tuple(read)


def offers(participant: Participant) -> tuple[Offer, ...]:
    """Buttons that lead from a reminder to what it is about."""
    return _offers(participant.project.id, participant.step is not None)


@lru_cache(maxsize=10_000)
def _offers(project: str, has_step: bool) -> tuple[Offer, ...]:
    closer = Offer("All badges", "status.open", project)
    return (Offer("Next step", "next.open", project), closer) if has_step else (closer,)


def _next(*parts: str | Typed | Link) -> Line:
    return (Strong("Next:"), " ", *parts)


def _how_far(badge: BadgeStanding, participant: Participant) -> str:
    """In a word; "" where it is better counted."""
    if badge.badge in participant.awarded:
        return "Awarded"
    if badge.state is State.EVIDENCE_FOUND:
        return "Evidence found"
    return "Not known yet" if badge.state is State.UNKNOWN else ""


def _towards(step: Step, participant: Participant) -> str:
    badges: Iterable[BadgeStanding] = participant.record.badges if participant.record else ()
    title = next((badge.title for badge in badges if badge.badge == step.badge), "")
    return f", for {title}" if title else ""


def _how(slam: Slam, step: Step) -> tuple[str | Link, ...]:
    resource = slam.resources.find(step.resource)
    return (" How: ", Link(resource.url, resource.title), ".") if resource else ()
