"""A project found by typing: among CLOMonitor's, or any public repository on GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.blocks import Element, cut, searched
from bot.config import kinds
from bot.reply import NO_CHOICE, Call, Find, Options, Services
from commands import roles
from rules.model import ListedProject, Project, Unavailable

ASKS_WHO = True

LEAST = 2  # letters: there are projects of two
LONGEST_NAME = 40  # characters of a label's 75
HOSTS = re.compile(r"^(?:https?://)?(?:www\.)?(?:github\.com|clomonitor\.io/projects)/", re.IGNORECASE)
ON_GITHUB = "github.com/"
SILENT = "CLOMonitor does not answer just now. Type owner/repository instead."


@dataclass(frozen=True)
class Found:
    """A name in CLOMonitor with what people call it, or a repository."""

    clomonitor: str = ""
    called: str = ""
    repository: str = ""


def field() -> Element:
    """Read what was chosen in it with `chosen`."""
    return searched("search.projects", "Type a part of its name", LEAST)


def chosen(value: str) -> Found:
    """What a choice stands for. A name in CLOMonitor, or its page there, may also come alone."""
    if value.startswith(ON_GITHUB):
        repository = value.removeprefix(ON_GITHUB)
        return Found(called=repository.partition("/")[2], repository=repository)
    name, _, called = value.partition(" ")
    return Found(name, called)


def projects(call: Call, services: Services) -> Find:
    """What has this in its name, or begins so: "cncf/jaeger", a repository, or the address of either."""
    typed = HOSTS.sub("", call.typed("query")).rstrip("/").removesuffix(".git")
    may_act = roles.may_act(call)
    taken = _taken(services.store.projects.every()) if may_act else {}

    async def find() -> Options:
        if not may_act:
            return ()
        name = typed.rpartition("/")[2]
        listed = await services.listed(name) if len(name) >= LEAST else ()
        repository = typed if kinds.REPOSITORY.fullmatch(typed) else ""
        return tuple(_offers(listed, typed.lower(), repository, taken))

    return find


OPTIONS = MappingProxyType({"projects": projects})


def _offers(
    listed: tuple[ListedProject, ...] | Unavailable, typed: str, repository: str, taken: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    if not isinstance(listed, Unavailable):
        fitting = [each for each in listed if "/" not in typed or _begins_so(each, typed)]
        for each in sorted(fitting, key=lambda each: _rank(each, typed, taken)):
            label = f"{cut(each.display_name, LONGEST_NAME)} ({each.name})"
            yield _marked(label, each.name, taken), f"{each.name} {each.display_name}"
    if repository:
        yield _marked(f"Repository {repository}", ON_GITHUB + repository, taken), ON_GITHUB + repository
    if isinstance(listed, Unavailable):
        if repository:
            yield f"{repository} in CLOMonitor, which does not answer just now", repository
        else:
            yield SILENT, NO_CHOICE


def _rank(project: ListedProject, typed: str, taken: Mapping[str, str]) -> tuple[bool, bool, bool, str]:
    """What takes part comes last; before it the likeliest first."""
    is_taken, is_it = project.name.lower() in taken, typed in _names(project)
    return is_taken, not is_it, not _begins_so(project, typed), project.display_name.lower()


def _begins_so(project: ListedProject, typed: str) -> bool:
    return any(name.startswith(typed) for name in _names(project))


def _names(project: ListedProject) -> list[str]:
    """All that leads to it, in small letters."""
    own = project.name.partition("/")[2]
    return [name.lower() for name in (project.display_name, own, project.name, *project.repositories)]


def _taken(taking_part: Iterable[Project]) -> dict[str, str]:
    """The short names of the projects that take part, by what leads to them."""
    return {
        name.lower(): project.id
        for project in taking_part
        for name in (*(ON_GITHUB + repository for repository in project.repositories), project.clomonitor)
        if name
    }


def _marked(label: str, name: str, taken: Mapping[str, str]) -> str:
    project = taken.get(name.lower())
    return f"Takes part as {project}: {label}" if project else label
