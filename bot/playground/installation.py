"""The bot as the sample workspace installed it: its secrets, what it may do, what it is told."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

DEFAULT_SCOPES = frozenset({"commands", "chat:write", "im:write", "users:read"})
DEFAULT_EVENTS = frozenset({"app_home_opened"})
COMMAND = "/slam"


@dataclass(frozen=True)
class Shortcut:
    """What an app puts into the menu of every message."""

    name: str
    callback_id: str


@dataclass(frozen=True)
class Installation:
    """What the app's manifest asked for and was granted. Secrets are new for every demo and never shown."""

    scopes: frozenset[str] = DEFAULT_SCOPES
    events: frozenset[str] = DEFAULT_EVENTS
    shortcuts: tuple[Shortcut, ...] = ()
    should_escape: bool = True  # mentions in a command arrive as <@U1|name>
    bot_token: str = field(default_factory=lambda: f"xoxb-demo-{secrets.token_hex(16)}", repr=False)
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)
