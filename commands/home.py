"""The app's home: your projects and what you are reminded of, the Slam's dates and its badges."""

from __future__ import annotations

from bot.blocks import Block, View, context, divider, header, link, section
from bot.blocks import home as home_of
from bot.reply import Call, Services
from commands import badges, deadlines, remind, status, which
from commands.season import season


def view(call: Call, services: Services) -> View:
    edition = services.edition
    about = f" {link(edition.url, 'About it')}." if edition.url else ""
    return home_of(
        header(edition.name),
        section(f"{season(edition, call.now)}{about}"),
        divider(),
        *_projects(call, services),
        divider(),
        *deadlines.in_short(call, services),
        divider(),
        *badges.in_short(edition),
        context("Type `/slam status` in any channel, `/slam help` for the rest."),
    )


def _projects(call: Call, services: Services) -> list[Block]:
    found = which.meant((), call, services, "status")
    if isinstance(found, tuple):
        mine = [standing.project for standing in found]
        return [*status.in_short(found, services), remind.in_short(mine, call, services)]
    return [
        section(
            "No project names you as a maintainer. *Next:* look at one with `/slam status`, "
            "or at all of them with `/slam projects`."
        )
    ]
