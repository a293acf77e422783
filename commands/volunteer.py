"""Help others: for what, when, and how many at a time; on duty, off duty, or away.

Without being one, who helps, and a form to join; an organizer approves it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time, timedelta
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
    choice,
    choices,
    context,
    counted,
    cut,
    escape,
    header,
    message,
    moment,
    section,
    text_input,
    when,
)
from bot.config import kinds
from bot.reply import Call, Reply, Services
from bot.store.outbox import Direct
from bot.store.volunteers import Enrolled
from commands import roles
from commands.card import called
from rules.help import Volunteer
from rules.routing import next_duty, on_duty
from rules.topics import OTHER

USAGE = "volunteer"
ASKS_WHO = True

MOST = 10  # questions at a time
SUGGESTED = 3
LISTED = 30
GLANCE = 100  # characters of a question
FARTHEST = timedelta(days=366)  # that somebody is away
HOURS = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d\d))?")


def run(call: Call, services: Services) -> Reply:
    mine = services.store.volunteers.find(call.user)
    return Reply(_team(call, services) if mine is None else _own(mine, call, services))


# --- Joining ------------------------------------------------------------------------------------------------


def write(call: Call, services: Services) -> Reply:
    """Open the form, with what is known already."""
    if refusal := roles.unless_member(call, services):
        return refusal
    mine = services.store.volunteers.find(call.user)
    if mine and mine.is_declared:
        return _said(_file_decides(services))
    zone = (call.person and call.person.timezone) or services.config.timezone
    known = mine.volunteer if mine else Volunteer(call.user, timezone=zone, capacity=SUGGESTED)
    submit = "Change" if mine else "Join"
    return Reply(modal=Modal("volunteer.written", "Volunteer", _fields(known, services), submit=submit))


def _fields(known: Volunteer, services: Services) -> tuple[Block, ...]:
    topics = [(topic.title, topic.id) for topic in services.config.topics.entries.values()]
    hours = f"{known.hours[0]:%H:%M}-{known.hours[1]:%H:%M}" if known.hours else ""
    numbers = [(str(number), str(number)) for number in range(1, MOST + 1)]
    zone = text_input(initial=known.timezone, longest=60, placeholder="Europe/Berlin")
    return (
        ask(
            "topics",
            "What can you help with?",
            choices(topics or [(OTHER.title, OTHER.id)], known.topics),
            "You need not know everything about it.",
        ),
        ask("timezone", "Your time zone", zone),
        ask(
            "hours",
            "Your hours, on your own clock",
            text_input(initial=hours, longest=20, placeholder="09:00-17:00"),
            "You are asked within them only. They may pass midnight. Empty: at any time.",
            optional=True,
        ),
        ask("capacity", "How many questions at a time?", choice(numbers, str(known.capacity))),
    )


def written(call: Call, services: Services) -> Reply:
    """The form was sent off."""
    if refusal := roles.unless_member(call, services):
        return refusal
    read = _read(call, services)
    if not isinstance(read, Volunteer):
        return Reply(errors=read)
    if not services.store.volunteers.join(read, call.now):
        return _said(_file_decides(services))
    if roles.is_organizer(call, services):
        services.store.volunteers.approve(call.user, call.user, call.now)
    services.wake()
    return _again(call, services)


def _read(call: Call, services: Services) -> Volunteer | Mapping[str, str]:
    """What a form tells, or what is wrong with it by field."""
    mistakes: dict[str, str] = {}
    known = services.config.topics.entries or {OTHER.id: OTHER}
    topics = tuple(topic for topic in call.chosen("topics") if topic in known)
    if not topics:
        mistakes["topics"] = "Choose something, please."
    zone, capacity = call.typed("timezone"), call.typed("capacity")
    try:
        kinds.timezone(zone)
    except kinds.Wrong as wanted:
        mistakes["timezone"] = f"This has to be {wanted}."
    hours = None
    if typed := call.typed("hours"):
        try:
            hours = _hours(typed)
        except kinds.Wrong as wanted:
            mistakes["hours"] = f"This has to be {wanted}."
    if capacity not in map(str, range(1, MOST + 1)):
        mistakes["capacity"] = "Choose a number, please."
    return mistakes or Volunteer(call.user, topics, zone, hours, int(capacity))


def _hours(typed: str) -> tuple[time, time]:
    """ "9-17", "9:00 to 17:00" and "22.30–06.00" are hours too. Raises Wrong."""
    found = HOURS.fullmatch(typed)
    if found is None:
        return kinds.hours(typed)
    start, minute, end, last = found.groups(default="00")
    return kinds.hours(f"{start:0>2}:{minute}-{end:0>2}:{last}")


# --- Duty ---------------------------------------------------------------------------------------------------


def duty(call: Call, services: Services) -> Reply:
    """The button's value is "on" or "off"."""
    if refusal := roles.unless_member(call, services):
        return refusal
    if not services.store.volunteers.set_duty(call.user, on=call.args == ("on",)):
        return _nobody(call)
    services.wake()
    return _again(call, services)


def away(call: Call, services: Services) -> Reply:
    """Ask until when."""
    if refusal := roles.unless_member(call, services):
        return refusal
    if services.store.volunteers.find(call.user) is None:
        return _nobody(call)
    field = ask("until", "Until when?", moment(), "Until then nobody asks you. What you have stays yours.")
    return Reply(modal=Modal("volunteer.gone", "Away", (field,), submit="I am away"))


def gone(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_member(call, services):
        return refusal
    until = call.moment("until")
    if until is None or not call.now < until <= call.now + FARTHEST:
        return Reply(errors={"until": "A moment to come, within a year."})
    if not services.store.volunteers.away(call.user, until):
        return _nobody(call)
    services.wake()
    return _again(call, services)


def leave(call: Call, services: Services) -> Reply:
    mine = services.store.volunteers.find(call.user)
    if mine and mine.is_declared:
        return _said(_file_decides(services))
    if mine is None or not services.store.volunteers.leave(call.user, call.now):
        return _nobody(call)
    services.wake()
    thanks = "Thank you for your help! " if mine.is_approved else ""
    kept = " and ".join(f"question {each.id}" for each in services.store.questions.of_owner(call.user))
    next_thing = f"resolve, release or hand over {kept}" if kept else "nothing"
    return _done(f"You are no volunteer any more. {thanks}*Next:* {next_thing}.")


# --- Organizers ---------------------------------------------------------------------------------------------


def team(call: Call, services: Services) -> Reply:
    return Reply(_team(call, services))


def show(call: Call, services: Services) -> Reply:
    """The button's value is a volunteer."""
    return _on(call, services, lambda found: Reply(_one(found, services)))


def approve(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_approved, call, services))


def _approved(call: Call, services: Services, found: Enrolled) -> Reply:
    person = found.volunteer.user
    where = f" in <#{services.config.channels.help}>" if services.config.channels.help else ""
    welcome = _letter(
        person,
        f"<@{call.user}> approved it: you are a volunteer of {escape(services.edition.name)}. Thank you! "
        f"When somebody needs help with what you know, within your hours, you are asked{where}.\n"
        "*Next:* nothing, or see whether your hours are right.",
    )
    if not services.store.volunteers.approve(person, call.user, call.now, welcome):
        return _decided(call, services)
    services.wake()
    return _done(f"<@{person}> is a volunteer now, and is told so. *Next:* nothing, or thank them.")


def decline(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_declined, call, services))


def _declined(call: Call, services: Services, found: Enrolled) -> Reply:
    slam = escape(services.edition.name)
    said = f"<@{call.user}> declined it: you are no volunteer of {slam}."
    letter = _farewell(found.volunteer.user, said)
    if not services.store.volunteers.decline(found.volunteer.user, call.now, letter):
        return _decided(call, services)
    return _gone(found, services)


def dismiss(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_dismissed, call, services))


def _dismissed(call: Call, services: Services, found: Enrolled) -> Reply:
    person, slam = found.volunteer.user, escape(services.edition.name)
    said = f"<@{call.user}> ended it: you are a volunteer of {slam} no more. Thank you for your help!"
    if not services.store.volunteers.dismiss(person, call.now, _farewell(person, said)):
        return _decided(call, services)
    return _gone(found, services)


def _gone(found: Enrolled, services: Services) -> Reply:
    services.wake()
    return _done(
        f"<@{found.volunteer.user}> is no volunteer, and is told so. "
        "*Next:* tell them why; they can ask again."
    )


def _decided(call: Call, services: Services) -> Reply:
    """An old button was pressed, or another organizer was faster: how it stands now."""
    return _on(call, services, lambda found: Reply(_stands(found, services), replace=True))


def _stands(found: Enrolled, services: Services) -> Message:
    shown = _one(found, services)
    if not found.approved_by:
        return shown
    already = f"<@{found.approved_by}> approved <@{found.volunteer.user}> already."
    return message(section(f"{already} *Next:* nothing; *Dismiss* ends it."), *shown.blocks)


def _farewell(person: str, said: str) -> Direct:
    return _letter(person, f"{said}\n*Next:* ask them why, or join again with `/slam volunteer`.")


def _letter(person: str, said: str) -> Direct:
    told = message(section(said), actions(button("My page", "volunteer.mine")))
    return Direct(person, told.text, told.blocks)


def _on(call: Call, services: Services, act: Callable[[Enrolled], Reply]) -> Reply:
    """Only organizers, and only with a volunteer, or who wants to be one."""
    if refusal := roles.unless_organizer(call, services):
        return refusal
    found = services.store.volunteers.find(call.args[0]) if call.args else None
    if found is None:
        return _said(
            "They are no volunteer, and ask for it no more. "
            "*Next:* nothing; `/slam volunteer` lists those who are."
        )
    return act(found)


BUTTONS = MappingProxyType(
    {
        "mine": run,
        "write": write,
        "duty": duty,
        "away": away,
        "leave": leave,
        "team": team,
        "open": show,
        "approve": approve,
        "decline": decline,
        "dismiss": dismiss,
    }
)
VIEWS = MappingProxyType({"written": written, "gone": gone})


def in_short(call: Call, services: Services) -> list[Block]:
    """For the app's home: whether a volunteer is on duty, and the questions that they have; else nothing."""
    mine = services.store.volunteers.find(call.user)
    if mine is None or not mine.is_approved:
        return []
    return [section(f"*You are a volunteer.* {_standing(mine.volunteer, call)}"), *_questions(call, services)]


# --- Pages --------------------------------------------------------------------------------------------------


def _again(call: Call, services: Services) -> Reply:
    """Their own page as it is now, in the place of what was pressed."""
    mine = services.store.volunteers.find(call.user)
    return _nobody(call) if mine is None else Reply(_own(mine, call, services), replace=True)


def _own(mine: Enrolled, call: Call, services: Services) -> Message:
    all_of_them = button("All volunteers", "volunteer.team")
    if not mine.is_approved:
        could = roles.people(services.organizers()) or "the organizers"
        return message(
            header("You want to be a volunteer"),
            section(_told(mine, services)),
            section(f"*Next:* an organizer approves it: {could}. You find it here when they did."),
            actions(*_own_form("Take it back"), all_of_them),
        )
    volunteer = mine.volunteer
    is_here = volunteer.on_duty and not (volunteer.away_until and call.now < volunteer.away_until)
    turn = ("Go off duty", "off") if is_here else ("Go on duty", "on")
    return message(
        header("You are a volunteer"),
        section(f"{_standing(volunteer, call)}\n{_told(mine, services)}"),
        *_thanked(mine),
        *_questions(call, services),
        *([section(_file_decides(services))] if mine.is_declared else []),
        actions(
            button(turn[0], "volunteer.duty", turn[1], style=None if is_here else "primary"),
            button("Away until …", "volunteer.away"),
            *([] if mine.is_declared else _own_form("Leave")),
            all_of_them,
        ),
    )


def _own_form(leave: str) -> list[Element]:
    return [button("Change", "volunteer.write"), button(leave, "volunteer.leave")]


def _standing(volunteer: Volunteer, call: Call) -> str:
    """Whether they are asked now, else when again."""
    if on_duty(volunteer, call.now):
        full = " Your hands are full, so nobody asks you." if volunteer.load >= volunteer.capacity else ""
        return f"🟢 *On duty.*{full}"
    if not volunteer.on_duty:
        return "⚪ *Off duty* until you say so."
    again = next_duty(volunteer, call.now)
    since = f" On duty again {when(again, 'from')}." if again else ""
    if volunteer.away_until and call.now < volunteer.away_until:
        return f"🌴 *Away* {when(volunteer.away_until, 'until')}.{since}"
    return f"🌙 *Not your hours.*{since}"


def _told(each: Enrolled, services: Services) -> str:
    volunteer = each.volunteer
    hours = volunteer.hours
    clock = f"{hours[0]:%H:%M} to {hours[1]:%H:%M}" if hours and hours[0] != hours[1] else "at any time"
    return (
        f"*Topics*: {_topics(volunteer, services)}\n"
        f"*Hours*: {clock}, {escape(volunteer.timezone)}\n"
        f"*At a time*: {counted(volunteer.capacity, 'question')}, {volunteer.load} now"
    )


def _topics(volunteer: Volunteer, services: Services) -> str:
    """By their titles; a topic may be a badge."""
    entries = services.config.topics.entries
    titles = []
    for name in volunteer.topics:
        badge = services.edition.badge(name)
        titles.append(entries[name].title if name in entries else badge.title if badge else name)
    return ", ".join(map(escape, titles)) or "whatever nobody else can answer"


def _so_far(each: Enrolled) -> str:
    if not each.thanks:
        return "No thank-you yet"
    return "One thank-you so far" if each.thanks == 1 else f"{each.thanks:,} thank-yous so far"


def _thanked(mine: Enrolled) -> list[Block]:
    if not mine.thanks:
        return []
    return [section(f"💚 {_so_far(mine)}.")]


def _questions(call: Call, services: Services) -> list[Block]:
    """Those that they have now; what they can do about one stands on its card."""
    channel = services.config.channels.help
    theirs = services.store.questions.of_owner(call.user)[:MOST]
    lines = [
        f"• *{called(each, services)}* of <@{each.asker}>: {escape(cut(' '.join(each.text.split()), GLANCE))}"
        for each in theirs
    ]
    where = f"\n*Next:* answer, or release or hand over on its card in <#{channel}>." if channel else ""
    return [section("\n".join(lines) + where)] if lines else []


def _team(call: Call, services: Services) -> Message:
    """Who helps; for organizers those who wait for them first."""
    organizes = roles.is_organizer(call, services)
    every = services.store.volunteers.enrolled()
    waiting = [each for each in every if not each.is_approved] if organizes else []
    helping = [each for each in every if each.is_approved]
    shown = [*waiting, *helping][:LISTED]
    left = len(waiting) + len(helping) - len(shown)
    return message(
        header("Volunteers"),
        *(_line(each, call, services, organizes=organizes) for each in shown),
        *([context(f"And {counted(left, 'more', 'more')}.")] if left else []),
        *([] if shown else [section("Nobody volunteers yet.")]),
        *_to_join(call, is_one=any(each.volunteer.user == call.user for each in every)),
    )


def _to_join(call: Call, *, is_one: bool) -> list[Block]:
    if not is_one and not roles.may_act(call):
        return [section("*Next:* ask them with `/slam ask`.")]
    join = button("Volunteer", "volunteer.write", style="primary")
    return [
        section("*Next:* ask them with `/slam ask`, or help too: an hour a week is plenty."),
        actions(button("My page", "volunteer.mine") if is_one else join),
    ]


def _line(each: Enrolled, call: Call, services: Services, *, organizes: bool) -> Block:
    volunteer = each.volunteer
    mark = "🟢" if on_duty(volunteer, call.now) else "⚪"
    if not each.is_approved:
        mark = "⏳ waits for approval:"
    again = next_duty(volunteer, call.now)
    later = f", {when(again, 'from')}" if again and again > call.now else ""
    load = f" · {volunteer.load} of {volunteer.capacity}" if organizes else ""
    look = button("Look", "volunteer.open", volunteer.user, spoken="Look at this volunteer")
    said = f"{mark} <@{volunteer.user}>{later}{load}\n{_topics(volunteer, services)}"
    return section(said, look if organizes else None)


def _one(each: Enrolled, services: Services) -> Message:
    """A volunteer as organizers see them."""
    person = each.volunteer.user
    since = f" {when(each.joined_at, 'since')}" if each.joined_at else ""
    by = f", approved by <@{each.approved_by}>" if each.approved_by else ""
    told = _told(each, services)
    if each.is_declared:
        named = f"The configuration file names <@{person}> as a volunteer, and what it names it decides."
        return message(section(f"{named}\n{told}"))
    if each.is_approved:
        thanked = f"\n💚 {_so_far(each)}."
        return message(
            section(f"<@{person}> is a volunteer{since}{by}.\n{told}{thanked}"),
            actions(_dismissal(person)),
        )
    return message(
        section(f"<@{person}> wants to be a volunteer{since}.\n{told}"),
        section("*Next:* approve or decline it."),
        actions(
            button("Approve", "volunteer.approve", person, style="primary"),
            button("Decline", "volunteer.decline", person),
        ),
    )


def _dismissal(person: str) -> Element:
    then = "They are told so, and asked about no question any more. They can join again."
    return button("Dismiss", "volunteer.dismiss", person, style="danger", confirm=then)


def _file_decides(services: Services) -> str:
    return (
        "An organizer set your topics, your hours and how many questions you take at a time. "
        f"*Next:* to change them, ask {roles.who_could(None, services)}."
    )


def _nobody(call: Call) -> Reply:
    if not roles.may_act(call):
        return _said("You are no volunteer. *Next:* answer in a question's thread, if you like.")
    join = button("Volunteer", "volunteer.write", style="primary")
    return Reply(message(section("You are no volunteer. *Next:* join, if you like."), actions(join)))


def _done(text: str) -> Reply:
    return Reply(message(section(text)), replace=True)


def _said(text: str) -> Reply:
    return Reply(message(section(text)))
