"""Take part with a project: you become its first maintainer.

It is found by typing a part of its name; any public repository will do. What is registered, and how to
change it, leave it or hand it over: `/slam register jaeger`. The organizers see it, and can undo it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from bot.blocks import (
    Block,
    Element,
    Message,
    Modal,
    actions,
    ask,
    button,
    context,
    escape,
    header,
    message,
    person,
    quote,
    section,
    when,
)
from bot.config import kinds
from bot.reply import Call, Reply, Services
from bot.store.outbox import Direct
from bot.store.projects import Left, Registration
from commands import particulars, roles
from rules.model import Project, Seen

USAGE = "register [project]"
ASKS_WHO = True

EACH = 10  # projects that one person registers by themselves, and speaks for
A_DAY = timedelta(days=1)  # in which so many are registered, those that were taken out too
ASKED_A_DAY = 5  # projects that one person asks to join
LISTED = 15
TAKEN = MappingProxyType({"channel": "Its channel", "clomonitor": "Its name in CLOMonitor"})
GUEST = "They are a guest here, or gone, and cannot change a project. Choose a member."
NEW = Project(id="", name="")


def run(call: Call, services: Services) -> Reply:
    if call.args:
        return _page("-".join(call.args).lower(), call, services)
    if roles.is_organizer(call, services):
        return Reply(_newest(call, services))
    mine = services.store.projects.of_maintainer(call.user)[:LISTED]
    return Reply(_mine(mine)) if mine else write(call, services)


# --- Buttons ------------------------------------------------------------------------------------------------


def write(call: Call, services: Services) -> Reply:
    """Open the form."""
    if refusal := _unless_may_register(call, services):
        return refusal
    zone = (call.person and call.person.timezone) or services.config.timezone
    form = particulars.fields(replace(NEW, timezone=zone), is_new=True)
    return Reply(modal=Modal("register.written", "Register a project", form, submit="Register"))


def show(call: Call, services: Services) -> Reply:
    return _page(call.args[0] if call.args else "", call, services)


def change(call: Call, services: Services) -> Reply:
    return _on(call, services, _changing)


def _changing(project: Project) -> Reply:
    form = particulars.fields(project, is_new=False)
    return Reply(modal=Modal("register.changed", "Change", form, submit="Change", private=project.id))


def leave(call: Call, services: Services) -> Reply:
    project = _meant(call, services)
    if isinstance(project, Reply):
        return project
    if refusal := roles.unless_member(call, services):
        return refusal
    name = escape(project.name)
    match services.store.projects.leave(project.id, call.user):
        case Left.LEFT:
            services.wake()
            return _done(f"You speak for {name} no more. *Next:* nothing; thank you for all that work!")
        case Left.LAST:
            return _said(
                f"Without you nobody can speak for {name}. *Next:* hand it over, or take it out of the Slam.",
                button("Hand over", "register.give", project.id),
                _take_it_out(project),
            )
        case Left.DECLARED:
            return _declared(project, services)
        case _:
            return _done(f"You do not speak for {name}. *Next:* nothing.")


def give(call: Call, services: Services) -> Reply:
    """Ask to whom it is handed over; an organizer, who is to speak for it too."""
    return _on(call, services, partial(_giving, call))


def _giving(call: Call, project: Project) -> Reply:
    label, who, hint = (
        "Add somebody",
        "too",
        "They can change all of it, like those who speak for it already.",
    )
    if call.user in project.maintainers:
        label, who, hint = (
            "Hand over",
            "in your place",
            "They can change everything about it, and you no more.",
        )
    field = ask("person", f"Who speaks for {project.name} {who}?", person(), hint)
    return Reply(modal=Modal("register.hand_over", label, (field,), submit=label, private=project.id))


def remove(call: Call, services: Services) -> Reply:
    """Undo it. Its evidence is kept, in case it comes back."""
    return _on(call, services, partial(_removed, services))


def _removed(services: Services, project: Project) -> Reply:
    services.store.projects.remove(project.id)
    services.wake()
    return _done(
        f"{escape(project.name)} takes part no more, and nothing is said about it. All that is known of it "
        "is kept. *Next:* nothing; an organizer can bring it back, and whoever spoke for it register it anew."
    )


def ask_to_join(call: Call, services: Services) -> Reply:
    """Its maintainers are told, and can add them."""
    project = _meant(call, services)
    if isinstance(project, Reply):
        return project
    if not _can_ask(project, call, services):
        return _page(project.id, call, services)
    said = message(
        section(f"<@{call.user}> asks to speak for *{escape(project.name)}* with you."),
        section("*Next:* add them if you know them: they can change all that you can. Else nothing."),
        actions(
            button("Add them", "register.add", f"{project.id} {call.user}", style="primary"),
            button("Look at it", "register.open", project.id),
        ),
    )
    letters = [Direct(each, said.text, said.blocks) for each in project.maintainers]
    people = roles.people(project.maintainers)
    store = services.store.projects
    if not store.ask_to_join(project.id, call.user, call.now, *letters, most=ASKED_A_DAY):
        if store.asked_by(call.user, call.now - A_DAY) >= ASKED_A_DAY:
            return _said(f"You asked to join {ASKED_A_DAY} projects within a day. *Next:* go on tomorrow.")
        return _said(f"You asked already within a week. *Next:* write to {people}.")
    services.wake()
    return _said(f"I told {people}. *Next:* nothing; you are told when one of them adds you.")


def add(call: Call, services: Services) -> Reply:
    """The button's value is a project, and who asked to join it."""
    return _on(call, services, lambda project: _added(project, "".join(call.args[1:2]), call, services))


def _added(project: Project, person: str, call: Call, services: Services) -> Reply:
    name = f"*{escape(project.name)}*"
    if not kinds.PERSON.fullmatch(person):
        return _page(project.id, call, services)
    if len(project.maintainers) >= particulars.PEOPLE:
        most = f"{particulars.PEOPLE} people speak for {name}, and more cannot."
        return _said(f"{most} *Next:* change who does.", button("Change", "register.change", project.id))
    if services.store.people.barred([person]):
        return _done(f"<@{person}> is a guest here, or gone, and cannot change a project. *Next:* nothing.")
    letter = _welcome(project, person, f"<@{call.user}> added you: you speak for {name} now.")
    if not services.store.projects.join(project.id, person, call.now, letter):
        return _done(f"<@{person}> speaks for {name} already. *Next:* nothing.")
    services.wake()
    return _done(f"<@{person}> speaks for {name} now, and is told so. *Next:* nothing.")


def _welcome(project: Project, person: str, said: str) -> Direct:
    told = message(
        section(f"{said} *Next:* see where it stands."),
        actions(
            button("Where it stands", "status.open", project.id, style="primary"),
            button("Look at it", "register.open", project.id),
        ),
    )
    return Direct(person, told.text, told.blocks)


def restore(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    name = call.args[0] if call.args else ""
    registered = services.store.projects.registration(name)
    if registered and registered.is_removed and (taken := _taken(registered.project, call, services)):
        return taken
    services.store.projects.restore(name)
    services.wake()
    return replace(_page(name, call, services), replace=True)


def _taken(project: Project, call: Call, services: Services) -> Reply | None:
    """What others took while it was out."""
    found = dict(particulars.taken(project, services, project))
    if not found:
        return None
    lines = "\n".join(f"• {TAKEN[field]}: {escape(why)}" for field, why in found.items())
    return _said(
        f"{escape(project.name)} cannot come back as it was:\n{lines}\n"
        f"*Next:* register it anew as {quote(project.id)}, or have the other changed and bring it back.",
        button("Bring it back", "register.restore", project.id),
        *_anew(call),
    )


BUTTONS = MappingProxyType(
    {
        "mine": run,
        "write": write,
        "open": show,
        "change": change,
        "leave": leave,
        "give": give,
        "remove": remove,
        "ask": ask_to_join,
        "add": add,
        "restore": restore,
    }
)


# --- Dialogs that were sent off -----------------------------------------------------------------------------


def written(call: Call, services: Services) -> Reply:
    if refusal := _unless_may_register(call, services):
        return refusal
    read = particulars.read(call, services, None)
    if not isinstance(read, Project):
        return Reply(errors=read)
    is_organizer = roles.is_organizer(call, services)
    store, most = services.store.projects, None if is_organizer else EACH
    if not store.register(read, call.user, call.now, is_organizer=is_organizer, most=most):
        # somebody was faster, or they themselves elsewhere: looked at again, it says so
        faster = dict(particulars.taken(read, services, None))
        faster = faster or {"id": "Somebody registered a project under that name just now."}
        return _unless_may_register(call, services) or Reply(errors=faster)
    services.wake()
    return _looking(read, f"{escape(read.name)} takes part, as {quote(read.id)}.", services)


def changed(call: Call, services: Services) -> Reply:
    def on(project: Project) -> Reply:
        read = particulars.read(call, services, project)
        if not isinstance(read, Project):
            return Reply(errors=read)
        if not services.store.projects.change(read):
            taken = dict(particulars.taken(read, services, project))
            return Reply(errors=taken) if taken else _unknown(project.id, call)
        services.wake()
        return _looking(read, f"{escape(read.name)} is changed.", services)

    return _on(call, services, on)


def hand_over(call: Call, services: Services) -> Reply:
    def on(project: Project) -> Reply:
        to, name = call.typed("person"), escape(project.name)
        if not kinds.PERSON.fullmatch(to):
            return Reply(errors={"person": "Choose somebody of this workspace."})
        if services.store.people.barred([to]):
            return Reply(errors={"person": GUEST})
        if call.user not in project.maintainers:
            return _added(project, to, call, services)
        letter = _welcome(project, to, f"<@{call.user}> handed it over: you speak for *{name}* now.")
        if not services.store.projects.hand_over(project.id, call.user, to, call.now, letter):
            return Reply(errors={"person": "That changes nothing. Choose somebody else."})
        services.wake()
        return _done(f"<@{to}> speaks for {name} now, and is told so. *Next:* nothing.")

    return _on(call, services, on)


VIEWS = MappingProxyType({"written": written, "changed": changed, "hand_over": hand_over})


def _looking(project: Project, said: str, services: Services) -> Reply:
    """Say so, ask the sources, and say what they know."""

    async def later() -> Reply:
        went = escape(await services.refresh(project.id))
        looked = partial(_looked, f"{said} {went}", project, services)
        return Reply(await asyncio.to_thread(looked) if services.store.blocking else looked())

    return Reply(message(section(f"{said} I have a first look at it …")), later=later)


def _looked(said: str, project: Project, services: Services) -> Message:
    invite = f"invite me to <#{project.channel}>, then " if project.channel else ""
    return message(
        section(f"{said}\n{_doubt(project, services)}*Next:* {invite}see how it begins."),
        actions(
            button("Where it stands", "status.open", project.id, style="primary"),
            button("Change", "register.change", project.id),
        ),
    )


def _doubt(project: Project, services: Services) -> str:
    """Where CLOMonitor does not know it, a line that says so."""
    standing = services.store.evidence.standing(project.id)
    answer = standing.evidence.clomonitor if standing and standing.evidence else None
    if not project.clomonitor or not isinstance(answer, Seen) or answer.value is not None:
        return ""
    return f"CLOMonitor knows no {quote(project.clomonitor)}: if that is a slip, change it.\n"


# --- Pages --------------------------------------------------------------------------------------------------


def _page(name: str, call: Call, services: Services) -> Reply:
    """One project, as it was registered, with what whoever asks may do about it."""
    store = services.store.projects
    project, registered = store.find(name), store.registration(name)
    if project is None and registered and registered.is_removed:
        return _gone(registered, call, services)
    if project is None:
        return _unknown(name, call)
    shown = [header(project.name), section(_told(project)), *_origin(project, registered, services)]
    if store.is_declared(project.id):
        return Reply(message(*shown))
    if roles.unless_maintainer(call, project, services):
        return Reply(message(*shown, *_from_outside(project, call, services)))
    return Reply(message(*shown, actions(*_turns(project, call))))


def _from_outside(project: Project, call: Call, services: Services) -> list[Block]:
    if not _can_ask(project, call, services):
        return [section(f"*Next:* to speak for it too, ask {roles.who_could(project, services)}.")]
    told = f"*Next:* to speak for it too, ask: I tell {roles.people(project.maintainers)}, who can add you."
    return [section(told), actions(button("Ask to join", "register.ask", project.id))]


def _turns(project: Project, call: Call) -> list[Element]:
    mine = [button("Leave", "register.leave", project.id)] if call.user in project.maintainers else []
    return [
        button("Change", "register.change", project.id),
        button("Hand over" if mine else "Add somebody", "register.give", project.id),
        *mine,
        _take_it_out(project),
    ]


def _take_it_out(project: Project) -> Element:
    lost = "It takes part no more, and nothing is said about it. All that is known of it is kept."
    return button("Take it out", "register.remove", project.id, style="danger", confirm=lost)


def _told(project: Project) -> str:
    lines = {
        "Short name": quote(project.id),
        "CLOMonitor": quote(project.clomonitor) if project.clomonitor else "",
        "Repositories": ", ".join(map(quote, project.repositories[:LISTED])),
        "Channel": f"<#{project.channel}>" if project.channel else "",
        "Time zone": escape(project.timezone or ""),
        "Maintainers": roles.people(project.maintainers),
    }
    return "\n".join(f"*{what}*: {told or 'none'}" for what, told in lines.items())


def _origin(project: Project, registered: Registration | None, services: Services) -> list[Block]:
    """Where it comes from; what the file names, the file decides."""
    if services.store.projects.is_declared(project.id):
        return [section(_file_decides(project, services))]
    return [context(f"{when(registered.at, 'Registered')} by <@{registered.by}>.")] if registered else []


def _gone(registered: Registration, call: Call, services: Services) -> Reply:
    gone = f"{escape(registered.project.name)} was taken out of the Slam. *Next:*"
    if not roles.is_organizer(call, services):
        whom = roles.who_could(None, services)
        if services.store.projects.is_others(registered.project.id, call.user):
            return _said(f"{gone} to bring it back, ask {whom}.")
        return _said(f"{gone} register it anew, or ask {whom}.", *_anew(call))
    back = button("Bring it back", "register.restore", registered.project.id)
    return _said(f"{gone} nothing, or bring it back.", back)


def _mine(projects: tuple[Project, ...]) -> Message:
    return message(
        header("Your projects"),
        *(_closer(project, "") for project in projects),
        section("*Next:* look at one, or register another."),
        actions(button("Register another", "register.write")),
    )


def _newest(call: Call, services: Services) -> Message:
    found = services.store.projects.registrations(LISTED)
    none = section("No project was registered in Slack yet: all of them stand in the configuration file.")
    return message(
        header("Registered in Slack"),
        *(_closer(each.project, _line(each)) for each in found),
        *([] if found else [none]),
        section("*Next:* look at one, where it can be undone, or register one."),
        actions(*_anew(call)),
    )


def _line(registered: Registration) -> str:
    gone = " · taken out" if registered.is_removed else ""
    return f"\n{when(registered.at, 'Registered')} by <@{registered.by}>{gone}"


def _closer(project: Project, more: str) -> Block:
    look = button("Look at it", "register.open", project.id, spoken=f"Look at {project.name}")
    return section(f"*{escape(project.name)}*  {quote(project.id)}{more}", look)


# --- Who may ------------------------------------------------------------------------------------------------


def _on(call: Call, services: Services, act: Callable[[Project], Reply]) -> Reply:
    """Only its maintainers and organizers, and only what was registered in Slack."""
    project = _meant(call, services)
    if isinstance(project, Reply):
        return project
    if refusal := roles.unless_maintainer(call, project, services):
        return refusal
    if services.store.projects.is_declared(project.id):
        return _declared(project, services)
    return act(project)


def _meant(call: Call, services: Services) -> Project | Reply:
    """The project of a button or a dialog."""
    name = call.args[0] if call.args else call.private
    return services.store.projects.find(name) or _unknown(name, call)


def _can_ask(project: Project, call: Call, services: Services) -> bool:
    """Whether somebody is there to add them to a project that they do not speak for."""
    is_declared = services.store.projects.is_declared(project.id)
    others = bool(project.maintainers) and call.user not in project.maintainers
    return roles.may_act(call) and others and not is_declared


def _unless_may_register(call: Call, services: Services) -> Reply | None:
    if refusal := roles.unless_member(call, services):
        return refusal
    if roles.is_organizer(call, services):
        return None
    store, whom = services.store.projects, roles.who_could(None, services)
    if len(store.of_maintainer(call.user)) >= EACH:
        return _said(f"You speak for {EACH} projects already. *Next:* ask {whom}.")
    if store.count_by(call.user, call.now - A_DAY) >= EACH:
        return _said(f"You registered {EACH} projects within a day. *Next:* go on tomorrow, or ask {whom}.")
    return None


def _declared(project: Project, services: Services) -> Reply:
    return _said(_file_decides(project, services))


def _file_decides(project: Project, services: Services) -> str:
    return (
        f"The configuration file names {escape(project.name)}, and what it names it decides, "
        "who speaks for it too. "
        f"*Next:* to change it, ask {roles.who_could(None, services)}."
    )


def _unknown(name: str, call: Call) -> Reply:
    unknown = f"No project {quote(name)} is registered."
    return _said(f"{unknown} *Next:* `/slam projects` lists them.", *_anew(call))


def _anew(call: Call) -> list[Element]:
    return [button("Register a project", "register.write")] if roles.may_act(call) else []


def _done(text: str) -> Reply:
    return Reply(message(section(text)), replace=True)


def _said(text: str, *row: Element) -> Reply:
    return Reply(message(section(text), *([actions(*row)] if row else [])))
