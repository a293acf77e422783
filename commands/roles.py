"""Who may do what, and who could instead: organizers, a project's maintainers, everybody who belongs here."""

from __future__ import annotations

from collections.abc import Collection

from bot.blocks import escape, message, section
from bot.reply import Call, Reply, Services
from rules.model import Project

NAMED = 5  # people in one refusal


def is_organizer(call: Call, services: Services) -> bool:
    return may_act(call) and call.user in services.organizers()


def maintains(call: Call, project: Project) -> bool:
    return may_act(call) and call.user in project.maintainers


def may_act(call: Call) -> bool:
    """Guests, strangers from shared channels and deactivated people only read and ask.

    Everybody counts as a member where nobody can say.
    """
    return call.person is None or not (call.person.is_guest or call.person.is_deleted)


def unless_organizer(call: Call, services: Services) -> Reply | None:
    """None: it is an organizer who asks. Else what they are told."""
    if is_organizer(call, services):
        return None
    return _refusal(call, f"That is for the organizers of the Slam. *Next:* ask {who_could(None, services)}.")


def unless_maintainer(call: Call, project: Project, services: Services) -> Reply | None:
    """None: it is a maintainer of the project, or an organizer, who asks. Else what they are told."""
    if maintains(call, project) or is_organizer(call, services):
        return None
    name = escape(project.name)
    ask = f"*Next:* ask {who_could(project, services)}."
    return _refusal(call, f"That is for the maintainers of {name} and the organizers. {ask}")


def unless_member(call: Call, services: Services) -> Reply | None:
    """None: whoever asks belongs here. Else what they are told."""
    if may_act(call):
        return None
    return _refusal(call, f"*Next:* ask a maintainer, or {who_could(None, services)}.")


def unless_themselves(call: Call, person: str) -> Reply | None:
    """None: it is this person who asks, and they may act. Else what they are told."""
    if call.user == person and may_act(call):
        return None
    return _refusal(call, f"Only <@{person}> can change that. *Next:* `/slam remind me` shows what is yours.")


def people(ids: Collection[str]) -> str:
    """ "<@U1>, <@U2> and 3 more"."""
    named = sorted(ids)
    shown = ", ".join(f"<@{person}>" for person in named[:NAMED])
    return f"{shown} and {len(named) - NAMED} more" if len(named) > NAMED else shown


def who_could(project: Project | None, services: Services) -> str:
    """ "<@U0M1>, or an organizer: <@U0ORG1>"; without a project the organizers alone."""
    organizers = people(services.organizers()) or "nobody is named as one in the configuration yet"
    if project is None or not project.maintainers:
        return f"an organizer: {organizers}"
    return f"{people(project.maintainers)}, or an organizer: {organizers}"


def _refusal(call: Call, who_could: str) -> Reply:
    why = "" if may_act(call) else "Guests and people of other workspaces can look and ask, not change. "
    return Reply(message(section(f"{why}{who_could}")))
