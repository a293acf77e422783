"""Which project somebody means: the one they named, else this channel's, else their own."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks import actions, button, ends, message, quote, section
from bot.reply import Call, Reply, Services
from bot.store import Standing
from rules.model import Project
from rules.naming import called, is_said

SEVERAL = 10  # projects of one person in one answer
LONGEST = 2_000  # characters of a question in which a project's name is looked for


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


def about(text: str, call: Call, services: Services) -> tuple[Project, ...]:
    """The projects that a question may be about; with more than one nobody can say which of them.

    Those it names, else this channel's, else the caller's.
    """
    if named := named_in(text, call, services):
        return named
    here = services.store.projects.of_channel(call.channel) if call.channel else None
    return (here,) if here else services.store.projects.of_maintainer(call.user)


def named_in(text: str, call: Call, services: Services) -> tuple[Project, ...]:
    """The projects that a question names; only the caller's own where it names some of those."""
    named = tuple(_said_in(ends(text, LONGEST).lower(), services))
    own = services.store.projects.of_maintainer(call.user) if named else ()
    return tuple(project for project in named if project in own) or named


def _said_in(text: str, services: Services) -> Iterator[Project]:
    """Projects by their id, name or repository; not by what means something else to whoever asks for help."""
    concepts, topics = services.config.aids.concepts, services.config.topics
    words = {word.lstrip("=") for phrases in concepts.values() for word in phrases}
    for project in services.store.projects.perhaps_named(text) if text else ():
        found = (name for name in called(project) if name not in words and not topics.find(name))
        if any(is_said(name, text) for name in found):
            yield project


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
