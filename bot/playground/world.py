"""The sample Slam: its people, channels and projects. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NOTICE = "The people, projects and evidence here are invented."
OPENS_AT = datetime(2023, 10, 20, 9, 0, tzinfo=UTC)
"""When the demo begins: eleven days into the Slam of 2023."""

TEAM = "T0SLAM"
APP = "A0SLAM"
BOT = "U0SLAMBOT"
BOT_ID = "B0SLAMBOT"
BOT_NAME = "Slam Bot"
BOT_HANDLE = "slam"
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Person:
    id: str
    handle: str
    name: str
    role: str
    zone: str  # IANA
    is_guest: bool = False


@dataclass(frozen=True)
class Channel:
    """A place to talk in."""

    id: str
    name: str
    kind: str  # "public", "private", "dm" (somebody and the bot) or "mpim" (several people)
    topic: str
    members: frozenset[str]
    is_archived: bool = False

    @property
    def is_direct(self) -> bool:
        """Only its members can know of it, and nobody joins or leaves."""
        return self.kind in ("dm", "mpim")


PEOPLE = (
    Person("U0MARA", "mara", "Mara Lindqvist", "maintainer of Lanternfish and Tidewatch", "Europe/Stockholm"),
    Person("U0KOFI", "kofi", "Kofi Mensah", "maintainer of Driftwood", "Africa/Accra"),
    Person("U0RUTH", "ruth", "Ruth Amador", "maintainer of Saltmarsh", "America/Vancouver"),
    Person("U0ORLA", "orla", "Orla Byrne", "organizer", "America/Chicago"),
    Person("U0NUNO", "nuno", "Nuno Duarte", "second organizer", "America/Sao_Paulo"),
    Person("U0VIKRAM", "vikram", "Vikram Rao", "volunteer", "Asia/Kolkata"),
    Person("U0ADA", "adaeze", "Adaeze Obi", "second volunteer", "Africa/Lagos"),
    Person("U0EMI", "emi", "Emi Tanaka", "end user", "Asia/Tokyo", is_guest=True),
)
_EVERYBODY = frozenset(person.id for person in PEOPLE)
CHANNELS = (
    Channel("C0SLAM", "security-slam", "public", "Security Slam 2023: announcements", _EVERYBODY | {BOT}),
    Channel("C0HELP", "slam-help", "public", "Ask here; somebody knows", _EVERYBODY - {"U0RUTH"} | {BOT}),
    Channel("C0LANTERN", "lanternfish", "public", "Lanternfish: light for deep queues", _EVERYBODY | {BOT}),
    Channel(
        "C0DRIFT", "driftwood", "public", "Driftwood: what the tide leaves in your logs", _EVERYBODY | {BOT}
    ),
    Channel("C0SALT", "saltmarsh", "public", "Saltmarsh: between two tides", _EVERYBODY | {BOT}),
    Channel("C0RANDOM", "random", "public", "The bot was not invited here", _EVERYBODY),
    Channel(
        "C0ORGS", "slam-organizers", "private", "For the organizers", frozenset({"U0ORLA", "U0NUNO", BOT})
    ),
    *(
        Channel(f"D0{person.id[2:]}", BOT_HANDLE, "dm", "Only you and the bot", frozenset({person.id, BOT}))
        for person in PEOPLE
    ),
)
USER_GROUPS = {"S0ORGS": ("U0ORLA", "U0NUNO")}
ORGANIZER, ORGANIZERS_CHANNEL = "U0ORLA", "C0ORGS"

CONFIG = (Path(__file__).parent / "samples" / "config.yaml").read_text(encoding="utf-8")
NOT_LOOKED_AT = "kelpforest"
LOOKED_AT = ("lanternfish", "driftwood", "saltmarsh", "tidewatch")
AWARDED_TO_LANTERNFISH = ("cleaner",)
