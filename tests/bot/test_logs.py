from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from bot import logs


@pytest.fixture
def written():
    """What is logged, as JSON; afterwards everything is as it was."""
    root, chatty = logging.getLogger(), [logging.getLogger(name) for name in logs.CHATTY]
    before = (root.handlers[:], root.level, [logger.level for logger in chatty])
    stream = io.StringIO()
    logs.set_up("INFO", "json", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for logger, level in zip(chatty, before[2], strict=True):
        logger.setLevel(level)


def test_what_we_and_what_libraries_say_becomes_one_kind_of_line(written):
    structlog.get_logger("bot.slack").info("said", project="kelp")
    logging.getLogger("library").warning("said %s", "too")
    ours, theirs = written()
    assert (ours["event"], ours["project"], ours["logger"], ours["level"]) == (
        "said",
        "kelp",
        "bot.slack",
        "info",
    )
    assert (theirs["event"], theirs["level"]) == ("said too", "warning")
    assert ours["timestamp"].endswith("Z")


def test_what_is_below_the_level_is_not_said(written):
    structlog.get_logger("bot").debug("quiet")
    logging.getLogger("slack_bolt").info("chatter")
    assert written() == []


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234-abcDEF",
        "xapp-1-A1-2-abc",
        "ghp_abcdefghijklmnopqrstuvwxyz",
        "github_pat_11AAAA_bbb",
        "https://hooks.slack.com/commands/T1/2/abc",
        "slam:hunter2",
    ],
)
def test_a_secret_is_never_in_a_line(written, secret):
    text = f"postgresql://{secret}@host/db" if ":h" in secret and "//" not in secret else f"got {secret} here"
    structlog.get_logger("bot").warning("tried", value=text)
    logging.getLogger("library").warning(text)
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        structlog.get_logger("bot").error("failed", exc_info=error)
        logging.getLogger("library").exception("failed")
    lines = written()
    assert len(lines) == 4
    assert secret not in json.dumps(lines)
    assert "RuntimeError" in json.dumps(lines)


def test_a_traceback_does_not_show_what_the_variables_held(written):
    question = "how do I tell nobody"
    try:
        raise RuntimeError("no")
    except RuntimeError as error:
        structlog.get_logger("bot").error("failed", exc_info=error)
    assert question not in json.dumps(written())
