"""Which project somebody means: the one they named, else this channel's, else their own."""

from __future__ import annotations

from bot.blocks import actions, button, message, quote, section
from bot.reply import Call, Reply, Services
from bot.store import Standing

SEVERAL = 10  # projects of one person in one answer


def meant(
    words: tuple[str, ...], call: Call, services: Services, command: str
) -> tuple[Standing, ...] | Reply:
    """Where the meant projects stand, one or the caller's first several; a reply where there is none."""
    if words:
        return _named(words, services, command)
    here = services.store.projects.of_channel(call.channel) if call.channel else None
    projects = (here,) if here else services.store.projects.of_maintainer(call.user)[:SEVERAL]
    found = tuple(s for project in projects if (s := services.store.evidence.standing(project.id)))
    return found or _nobodys(services, command)


def _named(words: tuple[str, ...], services: Services, command: str) -> tuple[Standing, ...] | Reply:
    name = "-".join(words).lower()  # "Open Telemetry" is open-telemetry
    standing = services.store.evidence.standing(name)
    return (standing,) if standing else _unregistered(" ".join(words), name, services, command)


def _unregistered(typed: str, name: str, services: Services, command: str) -> Reply:
    unknown = f"No project {quote(typed)} is registered."
    near = services.store.projects.near(name)
    if not near:
        return Reply(message(section(f"{unknown} `/slam projects` lists those that are.")))
    meant = " or ".join(quote(guess) for guess in near)
    guesses = [button(guess, f"{command}.open", guess) for guess in near]
    return Reply(message(section(f"{unknown} Did you mean {meant}?"), actions(*guesses)))


def _nobodys(services: Services, command: str) -> Reply:
    example = services.store.projects.page(limit=1)
    if not example:
        return Reply(
            message(section("No project is registered yet. `/slam badges` tells what there is to win."))
        )
    return Reply(
        message(
            section(
                "This channel belongs to no project, and no project names you as a maintainer. Say which one "
                f"you mean, as in `/slam {command} {example[0].id}`. `/slam projects` lists them."
            )
        )
    )
