"""What the environment says: secrets, addresses and where to listen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import urlsplit

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("console", "json")


@dataclass(frozen=True)
class Secret:
    """A value that shows itself to nobody but whoever asks for it."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        return self._value


class Need(Enum):
    """What a command cannot do without."""

    SLACK = auto()
    PUBLIC_URL = auto()  # unless Slack is reached by Socket Mode
    SHARED_DATABASE = auto()


@dataclass(frozen=True)
class Environment:
    slack_bot_token: Secret | None = None
    slack_signing_secret: Secret | None = None
    slack_app_token: Secret | None = None
    slack_api_url: str = "https://slack.com/api/"
    database_url: Secret = Secret("sqlite:///slam.db")
    port: int = 3000
    host: str = "0.0.0.0"  # noqa: S104 - what INTERFACE.md promises
    public_url: str | None = None
    clomonitor_url: str = "https://clomonitor.io"
    scorecard_url: str = "https://api.scorecard.dev"
    github_api_url: str = "https://api.github.com"
    github_token: Secret | None = None
    log_level: str = "INFO"
    log_format: str | None = None  # None: console on a terminal, else json

    @property
    def is_socket_mode(self) -> bool:
        return self.slack_app_token is not None


def read(environ: Mapping[str, str], needs: Collection[Need], mistakes: list[str]) -> Environment:
    """Read the variables. An empty one counts as unset."""
    given = {name: value.strip() for name, value in environ.items() if value.strip()}
    standard = Environment()
    environment = Environment(
        slack_bot_token=_secret(given, "SLACK_BOT_TOKEN"),
        slack_signing_secret=_secret(given, "SLACK_SIGNING_SECRET"),
        slack_app_token=_secret(given, "SLACK_APP_TOKEN"),
        slack_api_url=_url(given, "SLACK_API_URL", standard.slack_api_url, mistakes).rstrip("/") + "/",
        database_url=_database(given, standard.database_url, mistakes),
        port=_port(given, standard.port, mistakes),
        host=given.get("HOST", standard.host),
        public_url=_url(given, "PUBLIC_URL", "", mistakes).rstrip("/") or None,
        clomonitor_url=_url(given, "CLOMONITOR_URL", standard.clomonitor_url, mistakes).rstrip("/"),
        scorecard_url=_url(given, "SCORECARD_URL", standard.scorecard_url, mistakes).rstrip("/"),
        github_api_url=_url(given, "GITHUB_API_URL", standard.github_api_url, mistakes).rstrip("/"),
        github_token=_secret(given, "GITHUB_TOKEN"),
        log_level=_one_of(given, "LOG_LEVEL", LEVELS, "INFO", mistakes),
        log_format=_one_of(given, "LOG_FORMAT", FORMATS, "", mistakes) or None,
    )
    mistakes.extend(_missing(environment, needs))
    mistakes.extend(_mixed_up(given))
    return environment


def _missing(environment: Environment, needs: Collection[Need]) -> list[str]:
    missing = []
    if Need.SLACK in needs and environment.slack_bot_token is None:
        missing.append("SLACK_BOT_TOKEN: missing; it is the app's Bot User OAuth Token and starts with xoxb-")
    if Need.SLACK in needs and not environment.is_socket_mode and environment.slack_signing_secret is None:
        missing.append("SLACK_SIGNING_SECRET: missing; or set SLACK_APP_TOKEN to use Socket Mode")
    if Need.PUBLIC_URL in needs and not environment.is_socket_mode and environment.public_url is None:
        missing.append(
            "PUBLIC_URL: missing; Slack must know where to send commands (in Socket Mode it need not)"
        )
    if Need.SHARED_DATABASE in needs and environment.database_url.reveal().startswith("sqlite:"):
        missing.append("DATABASE_URL: several processes need PostgreSQL; on SQLite use `python -m bot run`")
    return missing


def _mixed_up(given: Mapping[str, str]) -> list[str]:
    """Tokens in each other's place, the commonest mistake with them; values are not repeated."""
    starts = {"SLACK_BOT_TOKEN": ("xoxb-", "xoxe.xoxb-"), "SLACK_APP_TOKEN": ("xapp-",)}
    return [
        f"{name}: expected a token that starts with {starts[name][0]}"
        for name in starts
        if name in given and not given[name].startswith(starts[name])
    ]


def _secret(given: Mapping[str, str], name: str) -> Secret | None:
    return Secret(given[name]) if name in given else None


def _url(given: Mapping[str, str], name: str, default: str, mistakes: list[str]) -> str:
    value = given.get(name, default)
    if not value or _is_web_address(value):
        return value
    mistakes.append(f"{name}: expected an address that starts with https:// or http://")
    return default


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _database(given: Mapping[str, str], default: Secret, mistakes: list[str]) -> Secret:
    value = given.get("DATABASE_URL")
    if value is None:
        return default
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/") not in ("", ":memory:"):
        return Secret(value)
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return Secret(value)
    mistakes.append("DATABASE_URL: expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
    return Secret(value)


def _port(given: Mapping[str, str], default: int, mistakes: list[str]) -> int:
    value = given.get("PORT", str(default))
    if value.isascii() and value.isdigit() and int(value) < 2**16:
        return int(value)
    mistakes.append(f"PORT: expected a number below 65536, found {value[:20]!r}")
    return default


def _one_of(
    given: Mapping[str, str], name: str, known: Collection[str], default: str, mistakes: list[str]
) -> str:
    value = given.get(name, default)
    matching = {known_value.lower(): known_value for known_value in (*known, default)}
    if value.lower() in matching:
        return matching[value.lower()]
    mistakes.append(f"{name}: expected one of {', '.join(known)}, found {value[:20]!r}")
    return default
