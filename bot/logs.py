"""Logs: one line an event on standard error, for people or as JSON, with secrets taken out in one place."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|gh[a-z]_\w+|github_pat_\w+"  # tokens of Slack and GitHub
    r"|https?://hooks\.slack\.com/[^\s'\"]+"  # whoever has such an address can answer in the bot's name
    r"|wss://[^\s'\"]+"  # whoever has such an address hears what is meant for the bot
    r"|(?<=://)[^/\s:@'\"]*:[^/\s@'\"]+(?=@)"  # user and password of a database
)
CHATTY = ("aiohttp", "alembic", "asyncio", "slack_bolt", "slack_sdk", "sqlalchemy")

Event = MutableMapping[str, Any]


def set_up(level: str = "INFO", form: str | None = None, stream: TextIO | None = None) -> None:
    """Everything that is logged, by us or by a library, becomes a line on `stream`, or standard error.

    `form` is "console" or "json"; without one it is console on a terminal, else JSON.
    """
    stream = stream or sys.stderr
    for_people = form == "console" or (form is None and stream.isatty())
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if for_people
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def without_secrets(_: object, __: str, event: Event) -> Event:
    """Tokens, answer addresses and passwords become "[secret]", wherever they stand."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = SECRETS.sub("[secret]", value)
        elif isinstance(value, BaseException):
            event[key] = SECRETS.sub("[secret]", f"{type(value).__name__}: {value}")
    return event
