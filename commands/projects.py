"""Who takes part.

Those with a name like a word: `/slam projects jae`.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from bot.blocks import (
    Element,
    Message,
    actions,
    button,
    counted,
    escape,
    header,
    message,
    quote,
    section,
    select,
)
from bot.reply import Call, Reply, Services
from rules.model import Project

USAGE = "projects [word]"

PAGE = 20
ALIKE = 10


def run(call: Call, services: Services) -> Reply:
    return Reply(_like(" ".join(call.args), services) if call.args else _page("", services))


def more(call: Call, services: Services) -> Reply:
    """The page after the project that the button names."""
    return Reply(_page(call.args[0] if call.args else "", services), replace=True)


BUTTONS = MappingProxyType({"more": more})


def _page(after: str, services: Services) -> Message:
    projects = services.store.projects.page(after, PAGE)
    if not projects:
        return _nobody(services) if not after else message(section("That was the last of them."))
    buttons = [_closer(projects)]
    if len(projects) == PAGE:
        buttons.append(button("More", "projects.more", projects[-1].id))
    return message(
        header(f"{services.edition.name}: {counted(services.store.projects.count(), 'project')}"),
        section(_listed(projects)),
        section(f"*Next:* look closer at one, or type `/slam status {projects[0].id}`."),
        actions(*buttons),
    )


def _like(word: str, services: Services) -> Message:
    ids = services.store.projects.near(word, ALIKE)
    projects = [found for name in ids if (found := services.store.projects.find(name))]
    if not projects:
        return message(section(f"No project has a name like {quote(word)}. `/slam projects` lists them all."))
    return message(
        section(f"Projects with a name like {quote(word)}:\n{_listed(projects)}"),
        actions(_closer(projects)),
    )


def _nobody(services: Services) -> Message:
    channel = escape(services.edition.channel)
    return message(
        section(f"No project is registered yet. *Next:* ask the organizers in {channel} to add yours.")
    )


def _closer(projects: Sequence[Project]) -> Element:
    return select("status.open", "Look closer at …", [(project.name, project.id) for project in projects])


def _listed(projects: Sequence[Project]) -> str:
    return "\n".join(_line(project) for project in projects)


def _line(project: Project) -> str:
    channel = f"  <#{project.channel}>" if project.channel else ""
    return f"• *{escape(project.name)}*  {quote(project.id)}{channel}"
