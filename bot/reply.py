"""What a command is given and what it gives back. No Slack, no database, no waiting in here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rules.model import Unavailable, value

if TYPE_CHECKING:
    from bot.blocks import Message, Modal
    from bot.config import Config
    from bot.store import Store
    from bot.store.people import Person
    from rules.model import Edition, ListedProject
    from rules.resources import Resources

SECONDS = 10  # digits of a moment, which reach to the year 2286


@value
class Call:
    """What somebody typed or pressed; `args` are the words after the subcommand, or of a button's value."""

    user: str  # Slack user id
    channel: str  # Slack channel id; "" where there is none (the app's home)
    args: tuple[str, ...]
    now: datetime
    team: str = ""
    form: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)  # a dialog's fields, by name
    private: str = ""  # what a dialog kept to itself
    message: str = ""  # the ts of the message whose button was pressed, or which was chosen
    text: str = ""  # what was typed after a subcommand, or a button's value, line by line
    person: Person | None = None  # for modules with ASKS_WHO; None too where nobody can say

    def typed(self, name: str) -> str:
        """What was typed into a field of a dialog, or the one value chosen; "" where nothing was.

        The first of several lines stays as far indented as it is.
        """
        given = self.form.get(name, "")
        if not isinstance(given, str):
            return " ".join(given)
        lines = given.rstrip().lstrip("\r\n")
        return lines if "\n" in lines else lines.strip()

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values chosen in a field of a dialog."""
        given = self.form.get(name, ())
        return given if isinstance(given, tuple) else (given,) * bool(given)

    def moment(self, name: str) -> datetime | None:
        """The moment chosen in a field of a dialog; None too where that is none that Slack can give."""
        seconds = self.typed(name)
        is_one = seconds.isdecimal() and len(seconds) <= SECONDS
        return datetime.fromtimestamp(int(seconds), UTC) if is_one else None


async def _nobody_is_asked(_: str) -> Unavailable:
    return Unavailable("CLOMonitor is not asked here")


@dataclass(frozen=True)
class Services:
    """What a command may use. The store answers from this machine or the database, never the internet."""

    store: Store
    edition: Edition
    resources: Resources
    config: Config
    refresh: Callable[[str], Awaitable[str]]
    """Ask the sources about a project now; gives back one sentence on how that went, for people to read.

    Asks at most once a minute a project.
    """
    next_look: Callable[[str], datetime | None] = lambda project: None
    """About when the clock will look at a project; None where nobody can say. May read the store."""
    asked: Callable[[str], None] = lambda project: None
    """Notes that people ask for a project, so that the clock looks at it sooner. Waits for nothing."""
    organizers: Callable[[], frozenset[str]] = frozenset
    """Who the configuration names as organizers, with the members of its user groups."""
    is_apart: Callable[[str], bool] = lambda person: False
    """Whether somebody may not see the help channel, and a conversation with them can be opened."""
    workspace: Callable[[], str] = str
    """The workspace's address, "https://example.slack.com/"; "" where nobody can say."""
    wake: Callable[[], None] = lambda: None
    """Plan and deliver soon: something was written down that is to be sent. May be called in any thread."""
    reload: Callable[[], tuple[str, ...]] = tuple
    """Read the configuration again; gives back its mistakes, and with any the old one stays."""
    listed: Callable[[str], Awaitable[tuple[ListedProject, ...] | Unavailable]] = _nobody_is_asked
    """The projects in CLOMonitor in whose name this stands; within two seconds, while somebody types."""


Later = Callable[[], Awaitable["Reply"]]


@value
class Reply:
    """An answer, seen by the asker alone unless `shared`; a button's may `replace` the message it stands in.

    `later` is run after Slack has its acknowledgement and answers for a second time. A dialog that was sent
    off shows `errors` at its fields, else the `modal` or the `message` in its place; with none it closes.
    """

    message: Message | None = None
    modal: Modal | None = None
    shared: bool = False
    replace: bool = False
    later: Later | None = None
    errors: Mapping[str, str] = field(default_factory=dict)  # by field, plain text


Answerer = Callable[[Call, Services], Reply]

Options = Sequence[tuple[str, str]]
"""What is offered to choose from, as (label, value). Choosing the value NO_CHOICE chooses nothing."""
NO_CHOICE = "-"

Find = Callable[[], Awaitable[Options]]
Finder = Callable[[Call, Services], Find]
"""Reads from the store what matters to what somebody types, the form's "query"; what it gives back may wait
for others, two seconds in all."""
