from __future__ import annotations

import json
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.outbox.verdicts import REFUSES_THERE, REFUSES_US, Answer, before_posting, of_answer, of_error
from bot.store.outbox import State
from tests.builders import NOON

SENT, PENDING, UNCONFIRMED, FAILED = State.SENT, State.PENDING, State.UNCONFIRMED, State.FAILED


def answer(status: int = 200, retry_after: str | None = None, **body: object) -> Answer:
    return Answer(status, json.dumps(body).encode(), retry_after)


def no_connection() -> Exception:
    key = ConnectionKey("slack.com", 443, True, True, None, None, None)
    return aiohttp.ClientConnectorError(key, OSError("refused"))


@pytest.mark.parametrize(
    ("given", "state"),
    [
        pytest.param(answer(ok=True, ts="1.1"), SENT, id="posted"),
        pytest.param(answer(ok=True), SENT, id="posted, and no more is said"),
        pytest.param(answer(ok=False, error="ratelimited"), PENDING, id="put off"),
        pytest.param(Answer(429, b"<html>"), PENDING, id="put off, whatever the body says"),
        pytest.param(answer(429, ok=True), PENDING, id="a 429 is a 429"),
        pytest.param(
            answer(ok=False, error="invalid_auth"), PENDING, id="nobody is refused for good with us"
        ),
        pytest.param(answer(ok=False, error="is_archived"), FAILED, id="an archived channel"),
        pytest.param(answer(ok=False, error="invalid_blocks"), FAILED, id="what Slack does not take"),
        pytest.param(answer(ok=False, error="a_new_word"), FAILED, id="a refusal nobody knows"),
        pytest.param(answer(ok=False), FAILED, id="a refusal without a word"),
        pytest.param(
            answer(404, ok=False, error="x"), FAILED, id="a refusal is a refusal, whatever the status"
        ),
        pytest.param(answer(ok=False, error="internal_error"), UNCONFIRMED, id="Slack broke on the way"),
        pytest.param(answer(500, ok=False, error="is_archived"), UNCONFIRMED, id="5xx"),
        pytest.param(answer(503, ok=True), UNCONFIRMED, id="5xx, and it says ok"),
        pytest.param(Answer(200, b"<html>moved</html>"), UNCONFIRMED, id="not JSON"),
        pytest.param(Answer(200, b""), UNCONFIRMED, id="nothing"),
        pytest.param(Answer(200, b'{"ok": tr'), UNCONFIRMED, id="cut off"),
        pytest.param(Answer(200, b'{"ok": "\xff"}'), UNCONFIRMED, id="not UTF-8"),
        pytest.param(Answer(200, b"[" * 100_000), UNCONFIRMED, id="nested too deeply"),
        pytest.param(Answer(200, b"[true]"), UNCONFIRMED, id="a list"),
        pytest.param(answer(ok="yes"), UNCONFIRMED, id="neither ok nor not"),
        pytest.param(answer(302, moved=True), UNCONFIRMED, id="sent elsewhere"),
    ],
)
def test_what_an_answer_means(given: Answer, state: State):
    assert of_answer(given, NOON).state is state


@pytest.mark.parametrize(
    ("error", "state"),
    [
        pytest.param(no_connection(), PENDING, id="no connection was made, so nothing was posted"),
        pytest.param(aiohttp.ConnectionTimeoutError(), PENDING, id="nor in time"),
        pytest.param(TimeoutError(), UNCONFIRMED, id="no answer in time"),
        pytest.param(aiohttp.SocketTimeoutError(), UNCONFIRMED, id="nor the rest of one"),
        pytest.param(aiohttp.ServerDisconnectedError(), UNCONFIRMED, id="it hung up"),
        pytest.param(ConnectionResetError(), UNCONFIRMED, id="reset"),
        pytest.param(aiohttp.ClientPayloadError(), UNCONFIRMED, id="a body that was cut off"),
        pytest.param(ValueError("who knows"), UNCONFIRMED, id="our own mistake"),
    ],
)
def test_what_no_answer_means(error: Exception, state: State):
    verdict = of_error(error)
    assert verdict.state is state
    assert verdict.is_outage


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        ("1.5", 1.5),
        ("0", 1),
        ("-3", 1),
        ("soon", 1),
        (None, 1),
        ("nan", 1),
        ("inf", 1),
        ("1e9", 3600),
        ("Fri, 20 Oct 2023 12:00:20 GMT", 20),
        ("Fri, 20 Oct 2023 11:00:00 GMT", 1),
        ("Sat, 20 Oct 2035 12:00:00 GMT", 3600),
    ],
)
def test_how_long_slack_wants_to_be_left_alone(header: str | None, seconds: float):
    assert of_answer(Answer(429, b"", header), NOON).wait == timedelta(seconds=seconds)


@pytest.mark.parametrize("error", sorted(REFUSES_US))
def test_who_refuses_us_refuses_every_message(error: str):
    verdict = of_answer(answer(ok=False, error=error), NOON)
    assert (verdict.refuses_us, verdict.refuses_there, verdict.is_outage) == (True, False, False)


@pytest.mark.parametrize("error", sorted(REFUSES_THERE))
def test_who_refuses_there_refuses_one_reader(error: str):
    verdict = of_answer(answer(ok=False, error=error), NOON)
    assert (verdict.refuses_us, verdict.refuses_there) == (False, True)


def test_a_conversation_that_is_not_opened_posts_nothing():
    lost = before_posting(of_error(TimeoutError()))
    assert (lost.state, lost.is_outage) == (PENDING, True)
    refused = before_posting(of_answer(answer(ok=False, error="missing_scope"), NOON))
    assert (refused.state, refused.refuses_us, refused.refuses_there) == (FAILED, False, True)


def test_a_long_word_of_slacks_is_not_kept_whole():
    verdict = of_answer(answer(ok=False, error="x" * 10_000), NOON)
    assert len(verdict.reason or "") == 100
