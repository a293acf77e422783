"""The app's home: your projects, your questions and your settings, the Slam's dates and its badges."""

from __future__ import annotations

from bot.blocks import Block, View, actions, button, context, divider, header, link, section
from bot.blocks import home as home_of
from bot.reply import Call, Services
from commands import badges, deadlines, remind, roles, status, volunteer, whereabouts, which
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
        *volunteer.in_short(call, services),
        *whereabouts.in_short(call, services),
        divider(),
        *deadlines.in_short(call, services),
        divider(),
        *badges.in_short(edition),
        divider(),
        _settings(call, services),
        context("Type `/slam status` in any channel, `/slam help` for the rest."),
    )


def _projects(call: Call, services: Services) -> list[Block]:
    found = which.meant((), call, services, "status")
    if isinstance(found, tuple):
        mine = [standing.project for standing in found]
        return [*status.at_home(found, services), remind.in_short(mine, call, services)]
    nobodys, look = (
        "No project names you as a maintainer.",
        "`/slam status`, or at all of them with `/slam projects`.",
    )
    if services.store.people.barred([call.user]):
        return [section(f"{nobodys} *Next:* look at one with {look}")]
    return [
        section(
            f"{nobodys} *Next:* take part with yours, look at one with {look}",
            button("Register a project", "register.write", style="primary"),
        )
    ]


def _settings(call: Call, services: Services) -> Block:
    act = [
        button("My registrations", "register.mine"),
        button("Volunteer", "volunteer.mine", spoken="Volunteer, or say when you are there"),
    ]
    organize = [button("Help desk", "help_desk.open")] if roles.is_organizer(call, services) else []
    return actions(
        button("My direct messages", "remind.open", call.user),
        *([] if services.store.people.barred([call.user]) else [*act, *organize]),
        button("What I know about you", "forget_me.open"),
    )
