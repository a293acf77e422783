"""What a project tells of itself: asked in a form, read from it, and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.blocks import Block, ask, cut, people, place, text_input
from bot.config import kinds
from bot.reply import Call, Services
from commands import help as subcommands
from commands import roles, search
from commands.resources import ALL_OF
from commands.search import HOSTS
from rules.library import for_check
from rules.model import Project

T = TypeVar("T")

LONGEST_NAME = 60  # characters
LONGEST_ID = 40
REPOSITORIES = 50  # of one project
PEOPLE = 20
NAMED = 5  # mistakes in one field
RESERVED = frozenset({"me", "never", "all", "off", *ALL_OF})
"""Words of commands' own, as in /slam remind me."""

BETWEEN = re.compile(r"[\s,;]+")
NOT_OF_IDS = re.compile(r"[^a-z0-9._]+")


def fields(project: Project, *, is_new: bool) -> tuple[Block, ...]:
    """The form's fields, as they are filled in at first. Of a new project the caller is a maintainer."""
    return (
        *(_names_of_new(project) if is_new else _names(project)),
        _repositories_of(project),
        ask(
            "channel",
            "Its channel",
            place(project.channel or ""),
            "What concerns the whole project is said there. Without one, only to maintainers who ask for it.",
            optional=True,
        ),
        ask(
            "timezone",
            "Its time zone",
            text_input(initial=project.timezone or "", longest=60, placeholder="Europe/Berlin"),
            "Nights there are quiet.",
            optional=True,
        ),
        ask(
            "maintainers",
            "More maintainers" if is_new else "Maintainers",
            people(project.maintainers),
            f"{'Besides you. ' if is_new else ''}Each of them can change all of this.",
            optional=is_new,
        ),
    )


def _names_of_new(project: Project) -> tuple[Block, ...]:
    return (
        ask(
            "clomonitor",
            "Find your project",
            search.field(),
            "Among CLOMonitor's, by its name; or type a public repository on GitHub, as owner/repository.",
            optional=True,
        ),
        ask(
            "name",
            "The project's name",
            text_input(initial=project.name, longest=LONGEST_NAME),
            "Left empty, it is called as you found it.",
            optional=True,
        ),
        ask(
            "id",
            "Short name",
            text_input(longest=LONGEST_ID, placeholder="jaeger"),
            "What people type, as in /slam status jaeger. Left empty, it is made of the name.",
            optional=True,
        ),
    )


def _names(project: Project) -> tuple[Block, ...]:
    return (
        ask("name", "The project's name", text_input(initial=project.name, longest=LONGEST_NAME)),
        ask(
            "clomonitor",
            "Its name in CLOMonitor",
            text_input(initial=project.clomonitor or "", longest=200, placeholder="cncf/jaeger"),
            "Foundation and project, or the address of its page there. Empty if it is not there.",
            optional=True,
        ),
    )


def _repositories_of(project: Project) -> Block:
    one_a_line = "\n".join(project.repositories)
    return ask(
        "repositories",
        "Its repositories on GitHub",
        text_input(multiline=True, initial=one_a_line, placeholder="jaegertracing/jaeger"),
        "Public ones, one in each line, the most important first; links are fine too.",
        optional=True,
    )


def read(call: Call, services: Services, known: Project | None) -> Project | Mapping[str, str]:
    """The project that a form tells of, or what is wrong with it by field. `known`: as it was before."""
    mistakes: dict[str, str] = {}
    if known is None:
        call = _with_what_was_found(call)
    name = call.typed("name")
    if not name.isprintable() or not any(letter.isalnum() for letter in name):
        mistakes["name"] = "A name in letters, please."
    clomonitor = _checked("clomonitor", kinds.clomonitor_name, call, mistakes)
    project = Project(
        id=known.id if known else _id(call, services, clomonitor, mistakes),
        name=name,
        clomonitor=clomonitor,
        repositories=_repositories(call, mistakes),
        channel=_checked("channel", kinds.channel, call, mistakes),
        timezone=_checked("timezone", kinds.timezone, call, mistakes),
        maintainers=_maintainers(call, services, mistakes, first=None if known else call.user),
    )
    if not mistakes and not project.clomonitor and not project.repositories:
        mistakes["repositories"] = "One of the two, please: a project that CLOMonitor knows, or a repository."
    if not mistakes:
        mistakes.update(taken(project, services, known))
    if not mistakes and not known and _is_others(project, call, services):
        mistakes["id"] = (
            f"Somebody else's project took part as {project.id} before. Choose another short name, or ask an "
            "organizer."
        )
    return mistakes or project


def _with_what_was_found(call: Call) -> Call:
    """The form, as if what was found by typing had been put into its fields."""
    found = search.chosen(call.typed("clomonitor"))
    put_in = {
        "clomonitor": found.clomonitor,
        "repositories": f"{found.repository}\n{call.typed('repositories')}",
        "name": call.typed("name") or found.called[:LONGEST_NAME],
    }
    return replace(call, form={**call.form, **put_in})


def taken(project: Project, services: Services, known: Project | None) -> Iterator[tuple[str, str]]:
    """What is another project's, or the Slam's, each with its field."""
    store = services.store.projects
    if known is None and (other := store.find(project.id)):
        yield "id", f"{other.name} takes part under that name: /slam register {other.id} shows it."
    named = services.config.channels
    if project.channel and project.channel in (named.announcements, named.help, named.organizers):
        yield "channel", "That channel is for the whole Slam. Choose the project's own."
    for other in store.every():
        if known and other.id == project.id:
            continue
        if project.channel and other.channel == project.channel:
            yield "channel", f"That is the channel of {other.name}."
        if project.clomonitor and (other.clomonitor or "").lower() == project.clomonitor.lower():
            yield "clomonitor", f"That is {other.name}: /slam register {other.id} shows it."


def _is_others(project: Project, call: Call, services: Services) -> bool:
    """With its short name they would be given what it was awarded."""
    return services.store.projects.is_others(project.id, call.user) and not roles.is_organizer(call, services)


def _checked(field: str, kind: Callable[[object], T], call: Call, mistakes: dict[str, str]) -> T | None:
    """None where nothing was put in, or it is wrong, which is noted."""
    typed = HOSTS.sub("", call.typed(field)).rstrip("/")
    if not typed:
        return None
    try:
        return kind(typed)
    except kinds.Wrong as wanted:
        mistakes[field] = f"This has to be {wanted}."
        return None


def _id(call: Call, services: Services, clomonitor: str | None, mistakes: dict[str, str]) -> str:
    """As it was typed, else made of its name in CLOMonitor, else of its name."""
    if typed := call.typed("id"):
        try:
            name = kinds.project_id(typed)
        except kinds.Wrong as wanted:
            mistakes["id"] = f"This has to be {wanted}."
            return ""
    else:
        own = (clomonitor or "").partition("/")[2] or call.typed("name")
        name = NOT_OF_IDS.sub("-", own.lower()).strip("-._")[:LONGEST_ID]
    if not name or len(name) > LONGEST_ID:
        mistakes["id"] = "A short name for people to type, please, of small letters and digits."
    elif what := _means(name, services):
        mistakes["id"] = f"Commands understand {name} as a {what}. Choose another short name, please."
    return name


def _means(name: str, services: Services) -> str:
    """What commands take that name for; "" where it is free for a project."""
    library = services.resources
    known = {
        "word of their own": name in RESERVED,
        "badge": services.edition.badge(name),
        "topic": services.config.topics.find(name),
        "command": name.replace("-", "_") in subcommands.known(),
        "check": for_check(library, name),
        "resource": library.find(name),
    }
    return next((what for what, found in known.items() if found), "")


def _repositories(call: Call, mistakes: dict[str, str]) -> tuple[str, ...]:
    found: dict[str, str] = {}  # by what tells them apart on GitHub
    wrong = []
    for typed in filter(None, BETWEEN.split(call.typed("repositories"))):
        try:
            name = kinds.repository(HOSTS.sub("", typed).rstrip("/").removesuffix(".git"))
        except kinds.Wrong:
            wrong.append(cut(typed, LONGEST_NAME))
        else:
            found.setdefault(name.lower(), name)
    if wrong:
        more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        named = f"{', '.join(wrong[:NAMED])}{more}"
        mistakes["repositories"] = f"Only GitHub, please, each as owner/repository, unlike {named}."
    if len(found) > REPOSITORIES:
        mistakes["repositories"] = f"At most {REPOSITORIES} repositories, please: the most important ones."
    return tuple(found.values())


def _maintainers(
    call: Call, services: Services, mistakes: dict[str, str], *, first: str | None
) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys([*([first] if first else []), *call.chosen("maintainers")]))
    if not chosen:
        mistakes["maintainers"] = "Somebody has to speak for it."
    if len(chosen) > PEOPLE:
        mistakes["maintainers"] = f"At most {PEOPLE} people, please."
    if not all(kinds.PERSON.fullmatch(person) for person in chosen):
        mistakes["maintainers"] = "People of this workspace, please."
    elif services.store.people.barred(chosen):
        mistakes["maintainers"] = "Somebody of them is a guest here, or gone. Choose members only, please."
    return chosen
