"""How what stands in the resource library is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.blocks import Block, button, context, counted, escape, link, section
from bot.reply import Call, Services
from commands import roles
from rules.resources import Resource

DONE = "✅"
QUOTED = re.compile(r"(?<!\w)'([^'\n]+)'(?!\w)")


def in_full(resource: Resource) -> list[Block]:
    """All that is known of a resource, with where that comes from."""
    return [section(f"*{_linked(resource)}*{_particulars(resource)}\n{body(resource)}"), _source(resource)]


def body(resource: Resource) -> str:
    """What a resource says, as mrkdwn; of a fix, what is wanted, the usual cause and what to do."""
    if not resource.is_fix:
        return told(resource.summary)
    return "\n".join(
        [
            f"*Wanted:* {told(resource.wants)}",
            f"*Usual cause:* {told(resource.cause)}",
            f"*What to do:* {told(resource.todo)}",
        ]
    )


def in_a_line(resource: Resource) -> str:
    return f"• {_linked(resource)}{_particulars(resource)}: {told(resource.todo or resource.summary)}"


def told(text: str) -> str:
    """What the library says, as mrkdwn: what it quotes is shown as code."""
    return QUOTED.sub(r"`\1`", escape(text))


def courses(
    found: Iterable[Resource], done: frozenset[str], words: str, call: Call, services: Services
) -> list[Block]:
    """Each course with a button to mark it as done, or to take that back; guests keep no list.

    `words` brings back the page on which they stand. Organizers see how many people took each.
    """
    shown = list(found)
    counts = services.store.courses.counts() if shown and roles.is_organizer(call, services) else None
    return [
        block
        for course in shown
        for block in (_course(course, course.id in done, words, call, counts), _source(course))
    ]


def _course(
    course: Resource, is_done: bool, words: str, call: Call, counts: Mapping[str, int] | None
) -> Block:
    mark = f"{DONE} " if is_done else ""
    text = f"{mark}*{_linked(course)}*{_particulars(course)}\n{body(course)}{_taken(course, counts)}"
    if not roles.may_act(call):
        return section(text)
    label, action = ("Not done yet", "undone") if is_done else ("Mark as done", "done")
    return section(
        text, button(label, f"resources.{action}", f"{course.id} {words}", spoken=f"{label}: {course.title}")
    )


def _source(resource: Resource) -> Block:
    return context(f"Source: {escape(resource.source)}. Last looked at on {escape(resource.checked)}.")


def _taken(course: Resource, counts: Mapping[str, int] | None) -> str:
    if counts is None:
        return ""
    count = counts.get(course.id, 0)
    return f"\nTaken by {counted(count, 'person', 'people')}." if count else "\nNobody took it yet."


def _linked(resource: Resource) -> str:
    return link(resource.url, escape(resource.title))


def _particulars(resource: Resource) -> str:
    """ " (course, 60 to 90 minutes, beginner)"; nothing for a fix."""
    if resource.is_fix:
        return ""
    known = [part for part in (resource.kind, resource.length, resource.level) if part]
    return f" ({escape(', '.join(known))})"
