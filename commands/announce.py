"""Tell many at once.

For organizers. One writes, sees it as it will look and to whom it goes, and a second one approves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import MappingProxyType

from bot import planning
from bot.blocks import (
    SECTION_LENGTH,
    Block,
    Message,
    Modal,
    actions,
    ask,
    button,
    choices,
    counted,
    cut,
    escape,
    header,
    message,
    moment,
    quote,
    section,
    text_input,
    written,
)
from bot.reply import Call, Reply, Services
from bot.store.announcements import Manuscript
from commands import manuscripts, roles
from rules import audience
from rules.audience import AudienceError, described

USAGE = "announce [number]"
ASKS_WHO = True
FOR_ORGANIZERS = True

PAGE = 8
PEOPLE = 20  # a page
GLANCE = 100  # characters of each in the list
LONGEST = 2_500  # characters that may be written
LARGEST = 9  # digits of a number
LATE = timedelta(minutes=10)  # that a chosen moment may have passed while the dialog was open


def run(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    if not call.args:
        return Reply(_list(call, services))
    found = _meant(call, services)
    return _nothing(call) if found is None else Reply(manuscripts.page(found, call, services))


# --- Buttons ------------------------------------------------------------------------------------------------


def older(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    return Reply(_list(call, services, before=_number(call)), replace=True)


def write(call: Call, services: Services) -> Reply:
    return roles.unless_organizer(call, services) or Reply(modal=_dialog(services))


def change(call: Call, services: Services) -> Reply:
    return _on(call, services, lambda found: Reply(modal=_dialog(services, found, private=str(found.id))))


def like(call: Call, services: Services) -> Reply:
    """A new one that begins as a copy."""
    return _on(call, services, lambda found: Reply(modal=_dialog(services, found)))


def show(call: Call, services: Services) -> Reply:
    return _on(call, services, lambda found: Reply(manuscripts.page(found, call, services)))


def refresh(call: Call, services: Services) -> Reply:
    return _on(call, services, lambda found: _again(found.id, call, services))


def sample(call: Call, services: Services) -> Reply:
    note = "That button belongs to the message: there it stops announcements for whoever reads it."
    return _on(call, services, lambda found: _again(found.id, call, services, note))


def whom(call: Call, services: Services) -> Reply:
    return _on(call, services, lambda found: Reply(_whom(found, call, services), replace=True))


def request(call: Call, services: Services) -> Reply:
    """Ask for approval; where there is nobody to ask, send."""

    def on(found: Manuscript) -> Reply:
        if not services.store.announcements.ask(found.id, call.now):
            return _again(found.id, call, services, "It is no draft any more.")
        if manuscripts.is_alone(call, services):
            return _approved(found, call, services)
        services.wake()
        return _again(found.id, call, services, "Approval is asked for. Its text stays as it is from now on.")

    return _on(call, services, on)


def approve(call: Call, services: Services) -> Reply:
    return _on(call, services, lambda found: _approved(found, call, services))


def cancel(call: Call, services: Services) -> Reply:
    def on(found: Manuscript) -> Reply:
        if not services.store.announcements.cancel(found.id, call.user, call.now):
            return _again(found.id, call, services, "It was cancelled before.")
        services.wake()
        sent = "Nobody is told any more of it; what was sent stays." if found.send_at else "Nobody is told."
        return _again(found.id, call, services, f"Cancelled. {sent}")

    return _on(call, services, on)


BUTTONS = MappingProxyType(
    {
        "older": older,
        "write": write,
        "change": change,
        "like": like,
        "open": show,
        "refresh": refresh,
        "sample": sample,
        "whom": whom,
        "ask": request,
        "approve": approve,
        "cancel": cancel,
    }
)


def _on(call: Call, services: Services, act: Callable[[Manuscript], Reply]) -> Reply:
    """Only organizers, and only on an announcement that there is."""
    if refusal := roles.unless_organizer(call, services):
        return refusal
    found = _meant(call, services)
    return _nothing(call) if found is None else act(found)


def _approved(found: Manuscript, call: Call, services: Services) -> Reply:
    send_at = max(found.wanted_at or call.now, call.now)
    alone = manuscripts.is_alone(call, services)
    store = services.store.announcements
    if not store.approve(found.id, call.user, call.now, send_at, alone=alone):
        own = found.author == call.user and not alone
        why = "It is yours: another organizer approves it." if own else "It no longer waits for approval."
        return _again(found.id, call, services, why)
    services.wake()
    return _again(found.id, call, services, "Approved.")


def _again(number: int, call: Call, services: Services, note: str = "") -> Reply:
    """Its page as it is now, in the place of the one whose button was pressed."""
    found = services.store.announcements.find(number)
    return (
        _nothing(call)
        if found is None
        else Reply(manuscripts.page(found, call, services, note), replace=True)
    )


# --- Lists --------------------------------------------------------------------------------------------------


def _list(call: Call, services: Services, before: int | None = None) -> Message:
    found = services.store.announcements.page(before, PAGE + 1)
    shown = found[:PAGE]
    new = button("Write one", "announce.write", style="primary")
    more = [button("Older ones", "announce.older", str(shown[-1].id))] if len(found) > PAGE else []
    if not shown:
        nothing = "No announcement was written yet." if before is None else "That was the first of them."
        return message(section(f"{nothing} *Next:* write one."), actions(new))
    return message(
        header("Announcements"),
        *(_glance(each, call, services) for each in shown),
        section(
            "*Next:* open one, or write a new one. Nothing is sent before a second organizer approves it."
        ),
        actions(new, *more),
    )


def _glance(found: Manuscript, call: Call, services: Services) -> Block:
    to = escape(described(found.audience, services.edition))
    words = escape(cut(found.text, GLANCE))
    return section(
        f"*{found.id}* · {manuscripts.standing(found, call.now)} · to {to} · <@{found.author}>\n{words}",
        button("Open", "announce.open", str(found.id), spoken=f"Open announcement {found.id}"),
    )


def _whom(found: Manuscript, call: Call, services: Services) -> Message:
    slam = planning.load(services.store, services.config, call.now)
    lines = list(manuscripts.listed(manuscripts.outlook(found.audience, slam, call.now)))
    start = _number(call, place=1) or 0
    here = lines[start : start + PEOPLE]
    steps = [button("Back to it", "announce.refresh", str(found.id))]
    if start + PEOPLE < len(lines):
        steps.insert(0, button("More", "announce.whom", f"{found.id} {start + PEOPLE}"))
    return message(
        header(f"Announcement {found.id}: to whom"),
        section("\n".join(here) or "Nobody, as it stands now."),
        section(f"{counted(len(lines), 'line')} in all. *Next:* read on, or go back to the announcement."),
        actions(*steps),
    )


# --- The dialog ---------------------------------------------------------------------------------------------


def _dialog(services: Services, found: Manuscript | None = None, private: str = "") -> Modal:
    options = [(said, word) for word, said in audience.words(services.edition).items()]
    return Modal(
        callback="announce.written",
        title="Write an announcement",
        blocks=(
            ask(
                "text",
                "What you want to tell",
                text_input(multiline=True, initial=found.text if found else "", longest=LONGEST),
                hint="*bold* and web addresses work; nobody is mentioned. You see it before it is sent.",
            ),
            ask(
                "audience",
                "Whom",
                choices(options, found.audience if found else audience.EVERYONE),
                hint="Of several, all must hold. The last two are told in the announcements channel.",
            ),
            ask(
                "when",
                "When, in your own time zone",
                moment(found.wanted_at if found else None),
                hint="Leave it empty to send as soon as it is approved.",
                optional=True,
            ),
        ),
        submit="See how it looks",
        private=private,
    )


def keep(call: Call, services: Services) -> Reply:
    """The dialog was sent off: keep a draft and show it, or say what is wrong."""
    if refusal := roles.unless_organizer(call, services):
        return refusal
    if mistakes := dict(_mistakes(call, services)):
        return Reply(errors=mistakes)
    text, wanted_at = call.typed("text"), call.moment("when")
    words = audience.parse(call.chosen("audience"), services.edition)
    store = services.store.announcements
    number = int(call.private) if _is_number(call.private) else None
    if number is None:
        number = store.write(text, words, call.user, call.now, wanted_at=wanted_at)
    elif not store.rewrite(number, text, words, call.user, call.now, wanted_at=wanted_at):
        return Reply(errors={"text": "It is no draft any more. Cancel it, then write one like it."})
    return _again(number, call, services, "Kept as a draft: nothing is sent yet.")


VIEWS = MappingProxyType({"written": keep})


def _mistakes(call: Call, services: Services) -> Iterator[tuple[str, str]]:
    """Each with its field."""
    shown = written(call.typed("text"))
    if not shown:
        yield "text", "Say something."
    if len(shown) > SECTION_LENGTH:
        yield "text", f"That is {len(shown) - SECTION_LENGTH} characters too long for one message."
    try:
        audience.parse(call.chosen("audience"), services.edition)
    except AudienceError as error:
        yield "audience", f"{error}."
    if _has_passed(call.moment("when"), call.now):
        yield "when", "That moment has passed. Leave it empty to send as soon as it is approved."


def _has_passed(chosen: datetime | None, now: datetime) -> bool:
    return chosen is not None and chosen < now - LATE


# --- Which one ----------------------------------------------------------------------------------------------


def _meant(call: Call, services: Services) -> Manuscript | None:
    number = _number(call)
    return None if number is None else services.store.announcements.find(number)


def _number(call: Call, place: int = 0) -> int | None:
    word = call.args[place].removeprefix("#") if len(call.args) > place else ""
    return int(word) if _is_number(word) else None


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= LARGEST


def _nothing(call: Call) -> Reply:
    typed = quote(" ".join(call.args))
    return Reply(
        message(section(f"There is no announcement {typed}. *Next:* `/slam announce` lists those there are."))
    )
