"""What waits to be sent, what failed and why, and what is in doubt.

For organizers. With a word it lists those messages; `closed` lists the channels that refuse us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from bot.blocks import (
    Block,
    Element,
    Message,
    Modal,
    actions,
    age,
    ask,
    button,
    counted,
    escape,
    header,
    message,
    quote,
    section,
    text_input,
    when,
)
from bot.reply import Call, Reply, Services
from bot.store.outbox import Entry, State
from bot.store.posts import TAKEN_BACK
from commands import refused, roles
from commands.readers import place, titles

USAGE = "outbox [pending|failed|unconfirmed|sent|closed]"
ASKS_WHO = True
FOR_ORGANIZERS = True

CLOSED = "closed"
PAGE = 10
FULL = 3_000  # characters, from which on a page takes no further message
KEYS = 10  # in a section
LONGEST_KEY = 200  # characters
LARGEST = 9  # digits of a number
LINK = re.compile(r"/archives/(?P<channel>[A-Z0-9]{5,20})/p(?P<seconds>\d{10})(?P<rest>\d{6})(?!\d)")

MEANING = MappingProxyType(
    {
        State.PENDING: "They wait for their turn.",
        State.SENDING: "They are on their way to Slack at this moment.",
        State.SENT: "Slack has them.",
        State.UNCONFIRMED: "Slack gave no answer: each of them may or may not have arrived.",
        State.FAILED: "Slack refused them.",
    }
)
NEXT = MappingProxyType(
    {
        State.UNCONFIRMED: "look whether it is there, then press what is true.",
        State.FAILED: "mend what is wrong, then press *Send again*.",
    }
)

OVERVIEW = "`/slam outbox` shows how much there is of everything."
NONE = "There is none now."


def run(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    if not call.args:
        return Reply(_overview(call, services))
    return _listed(call, services) or Reply(message(section(f"Type `/slam {USAGE}`.")))


# --- Buttons ------------------------------------------------------------------------------------------------


def show(call: Call, services: Services) -> Reply:
    """The list of a state; a number after it is the last one of the page before."""
    if refusal := roles.unless_organizer(call, services):
        return refusal
    return _listed(call, services) or Reply(_overview(call, services), replace=True)


def arrived(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    number = _number(call.args[:1])
    done = number is not None and services.store.outbox.arrived(number, call.user, call.now)
    entry = services.store.outbox.find(number) if number is not None else None
    if not (done and entry):
        note = "It is in doubt no longer: somebody or the channel's history told."
        return Reply(_page(State.UNCONFIRMED, call, services, note=note), replace=True)
    note, where = f"Noted: it arrived.{_by_hand(entry)}", None
    if entry.ts is None and not entry.people and services.store.outbox.is_waited_for(entry.id):
        note += " What belongs to it waits until I know where it stands."
        where = button("Show me where", "outbox.where", str(entry.id))
    return Reply(_page(State.UNCONFIRMED, call, services, note=note, aside=where), replace=True)


def where(call: Call, services: Services) -> Reply:
    """Ask where a message stands that arrived."""
    if refusal := roles.unless_organizer(call, services):
        return refusal
    link = ask("link", "Its link", text_input(), "In its menu in Slack: Copy link.")
    return Reply(
        modal=Modal(
            "outbox.placed", "Where it stands", (link,), submit="Tell", private=" ".join(call.args[:1])
        )
    )


def placed(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    link = LINK.search(call.typed("link"))
    if link is None:
        return Reply(errors={"link": "A message's link has /archives/ in it, a channel and a number."})
    number, ts = _number((call.private,)), f"{link['seconds']}.{link['rest']}"
    if services.store.questions.of_thread(link["channel"], ts):
        return Reply(errors={"link": "That is a message of which I know where it stands."})
    if number is None or not services.store.outbox.seen(number, link["channel"], ts, call.now):
        return Reply(errors={"link": "That is another channel's, or somebody told meanwhile."})
    services.wake()
    return Reply(message(section(f"Noted: what belongs to it is sent now. *Next:* {OVERVIEW}")))


def again(call: Call, services: Services) -> Reply:
    """The value names the message and the list in which the button stands."""
    if refusal := roles.unless_organizer(call, services):
        return refusal
    number = _number(call.args[:1])
    done = number is not None and services.store.outbox.send_again(number, call.user, call.now)
    if done:
        services.wake()
    note = "It is sent again, while it is due." if done else "It was settled before: nothing is sent again."
    state = _state(call.args[1]) if len(call.args) > 1 else None
    return Reply(_page(state or State.UNCONFIRMED, call, services, note=note), replace=True)


def reopen(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    reader = call.args[0] if call.args else ""
    done = reader in services.store.closed.all() and services.store.closed.open(reader)
    if done:
        services.wake()
    note = f"What is due in {place(reader)} is tried again." if done else "It was tried again before."
    return Reply(_closed(call, services, note=note), replace=True)


BUTTONS = MappingProxyType(
    {"show": show, "arrived": arrived, "where": where, "again": again, "reopen": reopen}
)
VIEWS = MappingProxyType({"placed": placed})


# --- Overview -----------------------------------------------------------------------------------------------


def _overview(call: Call, services: Services) -> Message:
    counts = services.store.outbox.counts()
    closed = services.store.closed.all()
    paused = services.store.switches.paused()
    lines = [f"*{counts[state]:,}* {state.value}" for state in State if counts[state]]
    lines += (
        [f"*{len(closed):,}* {'channel' if len(closed) == 1 else 'channels'} closed to us"] if closed else []
    )
    steps = [_lead(state, counts[state]) for state in State if counts[state]]
    steps += [button(f"Closed ({len(closed):,})", "outbox.show", CLOSED)] if closed else []
    return message(
        header("The outbox"),
        *(
            [section(f"*Paused* {when(paused.at, 'since')} by <@{paused.by}>: nothing is sent.")]
            if paused
            else []
        ),
        section(" · ".join(lines) or "Nothing was sent yet, and nothing waits."),
        section(f"*Next:* {_first(counts[State.UNCONFIRMED], counts[State.FAILED], len(closed))}"),
        *([actions(*steps)] if steps else []),
    )


def _first(unconfirmed: int, failed: int, closed: int) -> str:
    """What an organizer should look at first."""
    if unconfirmed:
        return "say of each unconfirmed one whether it arrived: `/slam outbox unconfirmed`."
    if closed:
        return "see which channels refuse us and why: `/slam outbox closed`."
    if failed:
        return "see what failed and why: `/slam outbox failed`."
    return "nothing needs you here. `/slam reach` shows who was told what."


def _lead(state: State, count: int) -> Element:
    needs_you = state is State.UNCONFIRMED
    label = f"{state.value.capitalize()} ({count:,})"
    return button(label, "outbox.show", state.value, style="primary" if needs_you else None)


# --- Messages -----------------------------------------------------------------------------------------------


def _listed(call: Call, services: Services) -> Reply | None:
    """None: there is no such list."""
    word, rest = call.args[0].lower() if call.args else "", call.args[1:]
    if word == CLOSED:
        return Reply(_closed(call, services, start=_number(rest) or 0), replace=True)
    state = _state(word)
    return state and Reply(_page(state, call, services, before=_number(rest)), replace=True)


def _page(
    state: State,
    call: Call,
    services: Services,
    *,
    before: int | None = None,
    note: str = "",
    aside: Element | None = None,
) -> Message:
    found = services.store.outbox.page(state, before, PAGE + 1)
    shown = _fitting(found, call, services)
    steps = [button("Overview", "outbox.show")]
    if len(shown) < len(found):
        steps.insert(0, button("More", "outbox.show", f"{state.value} {shown[-1].id}"))
    title = f"{counted(services.store.outbox.counts()[state], 'message')} {state.value}"
    return message(
        header(title),
        *([section(note, aside)] if note else []),
        section(_about(state, services) if found else NONE),
        *(block for entry in shown for block in _entry(entry, call, services)),
        section(f"*Next:* {NEXT.get(state, OVERVIEW) if found else OVERVIEW}"),
        actions(*steps),
    )


def _about(state: State, services: Services) -> str:
    if state is State.UNCONFIRMED and services.config.slack.history:
        return f"{MEANING[state]} Those that the channel's history shows are settled without you."
    return MEANING[state]


def _fitting(found: Sequence[Entry], call: Call, services: Services) -> Sequence[Entry]:
    """As many of them as one message takes with all their keys; one at least."""
    length = 0
    for count, entry in enumerate(found[:PAGE]):
        length += sum(len(block["text"]["text"]) for block in _told(entry, call, services))
        if count and length > FULL:
            return found[:count]
    return found[:PAGE]


def _entry(entry: Entry, call: Call, services: Services) -> Iterator[Block]:
    yield from _told(entry, call, services)
    number = str(entry.id)
    send_again = button("Send again", "outbox.again", f"{number} {entry.state.value}")
    if entry.state is State.UNCONFIRMED:
        yield actions(button("It arrived", "outbox.arrived", number, style="primary"), send_again)
    if entry.state is State.FAILED:
        yield actions(send_again)


def _told(entry: Entry, call: Call, services: Services) -> Iterator[Block]:
    """Where to, about what, what became of it, and every key."""
    keys = [quote(key, LONGEST_KEY) for key in entry.keys]
    head = f"{_where(entry)}: {titles(entry.kinds)}{_of(entry, services)}\n{_fate(entry, call)}"
    yield section("\n".join([head, *keys[:KEYS]]))
    for start in range(KEYS, len(keys), KEYS):
        yield section("\n".join(keys[start : start + KEYS]))


def _where(entry: Entry) -> str:
    """Where it was to go: where there can be no conversation, it went where those people read it too."""
    if not entry.people or entry.channel == entry.reader:
        return place(entry.reader)
    return f"A conversation of {' and '.join(place(person) for person in entry.people)}"


def _by_hand(entry: Entry) -> str:
    """What only people can do about one that nobody knows how Slack calls it."""
    if entry.text != TAKEN_BACK or entry.ts is not None:
        return ""
    return f" Whoever asked that had it deleted: where its words stand in {_where(entry)}, delete it by hand."


def _of(entry: Entry, services: Services) -> str:
    project = services.store.projects.find(entry.project) if entry.project else None
    return f" for *{escape(project.name)}*" if project else ""


def _fate(entry: Entry, call: Call) -> str:
    why = f": {refused.spoken(entry.reason)}" if entry.reason else ""
    match entry.state:
        case State.PENDING:
            tried = f", tried {counted(entry.attempt, 'time')}" if entry.attempt else ""
            return f"owed {age(entry.owed_at, call.now)}{tried}"
        case State.SENT | State.FAILED:
            return f"{entry.state.value} {age(entry.settled_at or entry.owed_at, call.now)}{why}"
        case _:
            tried = age(entry.sending_at or entry.owed_at, call.now)
            return f"tried {tried}{why}.{_by_hand(entry)}" if _by_hand(entry) else f"tried {tried}{why}"


# --- Closed channels ----------------------------------------------------------------------------------------


def _closed(call: Call, services: Services, start: int = 0, note: str = "") -> Message:
    every = sorted(services.store.closed.all().items(), key=lambda item: (item[1].since, item[0]))
    shown = every[start : start + PAGE]
    steps = [button("Overview", "outbox.show")]
    if start + PAGE < len(every):
        steps.insert(0, button("More", "outbox.show", f"{CLOSED} {start + PAGE}"))
    return message(
        header(f"{counted(len(every), 'channel')} closed to us"),
        *([section(note)] if note else []),
        section("Slack lets the bot say nothing there. Once a day it is tried again." if shown else NONE),
        *(
            section(
                f"{place(reader)}{_whose(reader, services)}: {refused.spoken(each.reason)}\n"
                f"{when(each.since, 'since')}",
                button("Try again", "outbox.reopen", reader),
            )
            for reader, each in shown
        ),
        section(f"*Next:* {'mend what is wrong, then press *Try again*.' if shown else OVERVIEW}"),
        actions(*steps),
    )


def _whose(reader: str, services: Services) -> str:
    project = services.store.projects.of_channel(reader)
    return f" of *{escape(project.name)}*" if project else ""


# --- Words --------------------------------------------------------------------------------------------------


def _state(word: str) -> State | None:
    return State(word) if word in {state.value for state in State} else None


def _number(words: Sequence[str]) -> int | None:
    word = words[0] if words else ""
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= LARGEST else None
