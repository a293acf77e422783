"""What to read or take: for a badge, a check, what you look for, or what your project needs next.

As in `/slam resources cleaner`, `/slam resources changelog`, `/slam resources courses`, or in your own words:
`/slam resources how do we sign releases`. A course that you marked as done is not offered again.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from bot.blocks import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    header,
    link,
    message,
    quote,
    section,
    select,
)
from bot.reply import Call, Reply, Services
from bot.store import Standing
from commands import roles, shelf, which
from commands.freshness import freshness, unseen
from commands.next import COME_BACK, first
from rules.library import for_badge, for_check, search
from rules.model import Badge, Finding, Outcome, State
from rules.progress import UNESTIMATED, measure
from rules.resources import KINDS, Resource, Resources

USAGE = "resources [badge|check|words]"
ASKS_WHO = True

LONGEST = 300  # characters of what was typed that are looked at
LINES = 6  # resources in one list
ALL_OF = MappingProxyType({name: kind for kind in KINDS for name in (kind, f"{kind}s", f"{kind}es")})


def run(call: Call, services: Services) -> Reply:
    return Reply(_page(" ".join(call.args)[:LONGEST], call, services))


# --- Buttons -----------------------------------------------------------------------------------------------


def needs(call: Call, services: Services) -> Reply:
    """The button's value is a project."""
    standing = services.store.evidence.standing(" ".join(call.args))
    return Reply(_needs(standing, call, services)) if standing else run(call, services)


def done(call: Call, services: Services) -> Reply:
    """The button's value is a course, and the words of the page on which it stands."""
    pressed = _pressed(call, services)
    if isinstance(pressed, Reply):
        return pressed
    course, words = pressed
    services.store.courses.done(call.user, course.id, call.now)
    note = f"{shelf.DONE} {escape(course.title)} is marked as done, and not offered to you again."
    back = button("Not done yet", "resources.undone", f"{course.id} {words}")
    return Reply(_page(words, call, services, (section(note, back),)), replace=True)


def undone(call: Call, services: Services) -> Reply:
    pressed = _pressed(call, services)
    if isinstance(pressed, Reply):
        return pressed
    course, words = pressed
    services.store.courses.undone(call.user, course.id)
    note = section(f"{escape(course.title)} is not marked as done any more.")
    return Reply(_page(words, call, services, (note,)), replace=True)


BUTTONS = MappingProxyType({"open": run, "needs": needs, "done": done, "undone": undone})


def _pressed(call: Call, services: Services) -> tuple[Resource, str] | Reply:
    """The course and the words; or what somebody is told who cannot mark it."""
    name, *words = call.args or ("",)
    course = services.resources.find(name)
    if course is None or not course.is_course:
        return Reply(message(section("There is no such course any more. `/slam resources courses` has all.")))
    if not roles.may_act(call):
        refused = "Guests cannot keep a list of courses here."
        return Reply(message(section(f"{refused} *Next:* take it all the same, it is open to all.")))
    return course, " ".join(words)[:LONGEST]


# --- Pages -------------------------------------------------------------------------------------------------


def _page(typed: str, call: Call, services: Services, note: tuple[Block, ...] = ()) -> Message:
    """What somebody most likely means: a badge, an entry or a check, a kind, a project, else words."""
    name = typed.lower()
    if not typed:
        return _mine(call, services, note)
    if badge := _badge_called(name, services):
        return _of_badge(badge, call, services, note)
    if exactly := _called(name, services.resources):
        return _these(exactly, typed, call, services, note)
    if kind := ALL_OF.get(name):
        return _of_kind(kind, call, services, note)
    if standing := services.store.evidence.standing("-".join(name.split())):
        return _needs(standing, call, services, note)
    return _found(typed, call, services, note)


def _mine(call: Call, services: Services, note: tuple[Block, ...]) -> Message:
    """What the project of this channel needs, else the caller's own; else what there is."""
    meant = which.meant((), call, services, "resources")
    if isinstance(meant, Reply):
        return _overview(call, services, note)
    if len(meant) == 1:
        return _needs(meant[0], call, services, note)
    return message(*note, *[_in_short(standing, services) for standing in meant])


def _overview(call: Call, services: Services, note: tuple[Block, ...]) -> Message:
    example = services.store.projects.page(limit=1)
    named = f", or name your project, as in `/slam resources {example[0].id}`" if example else ""
    return message(
        header("The resource library"),
        *note,
        *_courses(services.resources.entries.values(), "", call, services),
        _by_badge(services),
        context("By check as well, or in your own words: `/slam resources how do we sign releases`."),
        section(f"*Next:* choose a badge{named}."),
    )


def _of_badge(badge: Badge, call: Call, services: Services, note: tuple[Block, ...]) -> Message:
    found = for_badge(services.resources, services.edition, badge.id)
    reading = [resource for resource in found if not resource.is_course and not resource.is_fix]
    fixes = [resource for resource in found if resource.is_fix]
    return message(
        header(f"{badge.title} · resources"),
        *note,
        *_courses(found, badge.id, call, services),
        *_listed("To read and to use", reading, most=len(reading)),
        *_choose("A check that fails …", fixes),
        section(f"*Next:* see what your project lacks with `/slam status {badge.id}`."),
    )


def _of_kind(kind: str, call: Call, services: Services, note: tuple[Block, ...]) -> Message:
    found = [resource for resource in services.resources.entries.values() if resource.kind == kind]
    if kind == "course":
        took = services.store.courses.of(call.user)
        shown = shelf.courses(found, took, "courses", call, services)
    else:
        shown = [*_listed("", found), *_choose("Look closer at …", found)]
    return message(
        header(f"The library's {kind}s" if kind != "fix" else "A fix for every check"),
        *note,
        *shown,
        section("*Next:* see what your own project needs with `/slam resources`."),
    )


def _these(
    found: tuple[Resource, ...], typed: str, call: Call, services: Services, note: tuple[Block, ...]
) -> Message:
    """Exactly what was asked for, with the courses that are done; a `note` says it of the one just done."""
    took = services.store.courses.of(call.user)
    drawn = [
        block
        for resource in found
        if not (note and resource.id in took)
        for block in (
            shelf.courses((resource,), took, typed, call, services)
            if resource.is_course
            else shelf.in_full(resource)
        )
    ]
    return message(*note, *drawn, section(_after(found[0], took, services)))


def _found(typed: str, call: Call, services: Services, note: tuple[Block, ...]) -> Message:
    took = services.store.courses.of(call.user)
    found = search(services.resources, typed, most=LINES)
    fresh = [resource for resource in found if resource.id not in took]
    others = [resource for resource in fresh[1:] if not resource.is_course]
    if not fresh:
        return _nothing(found, typed, call, services, note)
    return message(
        *note,
        *([] if fresh[0].is_course else shelf.in_full(fresh[0])),
        *_courses(found, typed, call, services),
        *_listed("Also", others),
        *_choose("Look closer at …", others),
        section(_after(fresh[0], took, services)),
    )


def _nothing(
    taken: tuple[Resource, ...], typed: str, call: Call, services: Services, note: tuple[Block, ...]
) -> Message:
    more = " more" if taken else ""
    return message(
        *note,
        section(f"The library has nothing{more} on {quote(typed)}."),
        *_courses(taken, typed, call, services),
        _by_badge(services),
        section("*Next:* say it in other words, or ask people: `/slam ask`."),
    )


def _after(resource: Resource, took: frozenset[str], services: Services) -> str:
    if resource.is_course and resource.id not in took:
        return "*Next:* take it, and mark it as done when you are through."
    if resource.is_course:
        courses = [each for each in services.resources.entries.values() if each.is_course]
        behind = courses.index(resource)
        left = next((each for each in courses[behind:] + courses[:behind] if each.id not in took), None)
        if left is None:
            return "*Next:* see what your project needs: `/slam resources`."
        return f"*Next:* the course {link(left.url, escape(left.title))}, `/slam resources {left.id}`."
    return "*Next:* do it and have it looked at: `/slam status`. Stuck? `/slam ask` finds somebody who knows."


# --- What a project needs ----------------------------------------------------------------------------------


def _needs(standing: Standing, call: Call, services: Services, note: tuple[Block, ...] = ()) -> Message:
    project, evidence = standing.project, standing.evidence
    if evidence is None:
        look = button("Look now", "status.refresh", project.id, style="primary")
        return message(*note, section(f"{unseen(standing, services)} {COME_BACK}"), actions(look))
    progress = measure(services.edition, evidence)
    wanted = [badge for badge in progress.badges if badge.badge not in standing.awarded]
    unmet = [f for badge in wanted for f in badge.findings if f.outcome is Outcome.UNMET]
    led_to = _led_to(unmet, services)
    courses = {
        resource.id: resource
        for badge in wanted
        if badge.state is not State.EVIDENCE_FOUND
        for resource in for_badge(services.resources, services.edition, badge.badge)
    }
    return message(
        header(f"{project.name} · what helps next"),
        *note,
        *[block for resource in led_to[:1] for block in shelf.in_full(resource)],
        *_listed("After that", led_to[1:]),
        *_choose("Look closer at …", led_to[1:]),
        *_courses(courses.values(), project.id, call, services),
        *([] if led_to else [_by_badge(services)]),
        context("\n".join(freshness(evidence, call.now))),
        section(first(standing, progress, services)),
    )


def _led_to(findings: Iterable[Finding], services: Services) -> list[Resource]:
    """What to read about these findings, each once; about the one that costs least first."""
    cheapest = sorted(findings, key=lambda finding: finding.effort or UNESTIMATED)
    found = {f.how: r for f in cheapest if (r := services.resources.find(f.how))}
    return [resource for resource in found.values() if not resource.is_course]


def _in_short(standing: Standing, services: Services) -> Block:
    project = standing.project
    closer = button("What helps", "resources.needs", project.id, spoken=f"What helps {project.name}")
    if standing.evidence is None:
        return section(unseen(standing, services), closer)
    line = first(standing, measure(services.edition, standing.evidence), services)
    return section(f"*{escape(project.name)}*\n{line}", closer)


# --- Parts -------------------------------------------------------------------------------------------------


def _badge_called(name: str, services: Services) -> Badge | None:
    """By its id or its title, with or without "the"."""
    name = name.removeprefix("the ")
    return next(
        (b for b in services.edition.badges if name in (b.id, b.title.lower().removeprefix("the "))), None
    )


def _called(name: str, library: Resources) -> tuple[Resource, ...]:
    """What is about the check of that name, and the entry with that id; none where it is neither."""
    entry = library.find(name)
    return tuple(dict.fromkeys([*for_check(library, name), *([entry] if entry else [])]))


def _courses(found: Iterable[Resource], words: str, call: Call, services: Services) -> list[Block]:
    """The courses among these that somebody did not take yet, and in small print those that they did."""
    courses = [resource for resource in found if resource.is_course]
    if not courses:
        return []
    took = services.store.courses.of(call.user)
    open_ = [course for course in courses if course.id not in took]
    past = ", ".join(escape(course.title) for course in courses if course.id in took)
    small = [context(f"Done: {past}. `/slam resources courses` has all.")] if past else []
    return [*shelf.courses(open_, took, words, call, services), *small]


def _listed(title: str, found: list[Resource], most: int = LINES) -> list[Block]:
    if not found:
        return []
    lines = [shelf.in_a_line(resource) for resource in found[:most]]
    if len(found) > most:
        lines.append(f"… and {len(found) - most} more.")
    head = [f"*{title}*"] if title else []
    return [section("\n".join([*head, *lines]))]


def _choose(invitation: str, found: list[Resource]) -> list[Block]:
    if not found:
        return []
    return [actions(select("resources.open", invitation, [(each.title, each.id) for each in found]))]


def _by_badge(services: Services) -> Block:
    return actions(
        *[
            button(badge.title, "resources.open", badge.id, spoken=f"Resources for {badge.title}")
            for badge in services.edition.badges
        ]
    )
