"""What Slack's answer to a message means: was it posted, certainly not, or can nobody say?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import msgspec

from bot.store.outbox import State

LONGEST_WAIT = timedelta(hours=1)
UNTOLD_WAIT = timedelta(seconds=1)
LONGEST_REASON = 100  # characters of Slack's word that are kept

OUR_TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack broke while it was at it; it may have been posted."""
RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
REFUSES_US = frozenset(
    {
        "access_denied", "account_inactive", "ekm_access_denied", "enterprise_is_restricted", "invalid_auth",
        "invalid_token", "missing_scope", "no_permission", "not_allowed_token_type", "not_authed",
        "org_login_required", "team_access_not_granted", "team_not_found", "token_expired", "token_revoked",
        "two_factor_setup_required",
    }
)  # fmt: skip
"""Whatever we send, Slack takes none of it."""
REFUSES_THERE = frozenset(
    {
        "cannot_dm_bot", "channel_is_limited_access", "channel_not_found", "invalid_channel", "is_archived",
        "messages_tab_disabled", "not_in_channel", "restricted_action",
        "restricted_action_non_threadable_channel", "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel", "team_access_denied", "user_disabled",
        "user_not_found", "user_not_visible", "users_not_found",
    }
)  # fmt: skip
"""This reader cannot be told anything, and others can."""
NOT_A_SOUL = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
"""Said to conversations.open: nobody can be told directly, and channels can."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; its body may be cut off, and then reads as nothing."""

    status: int
    body: bytes = b""
    retry_after: str | None = None  # the header


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a call. `told` is what Slack answered, {} where that is unreadable."""

    state: State
    reason: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    wait: timedelta | None = None  # Slack wants to be left alone for so long
    refuses_us: bool = False
    refuses_there: bool = False
    refuses_together: bool = False  # no conversation was opened, and the thread instead is not there yet

    @property
    def is_ok(self) -> bool:
        return self.state is State.SENT

    @property
    def is_outage(self) -> bool:
        """Nothing came back that is an answer: the next message may meet the same."""
        return self.state is State.UNCONFIRMED or self.reason == UNREACHABLE


UNREACHABLE = "Slack could not be reached"


def of_answer(answer: Answer, now: datetime) -> Verdict:
    if answer.status == 429:  # whatever the body says
        return _put_off(answer, now)
    told = _json(answer.body)
    if answer.status >= 500 or not isinstance(told.get("ok"), bool):
        return Verdict(State.UNCONFIRMED, f"Slack answered {answer.status} and nothing readable")
    if told["ok"]:
        return Verdict(State.SENT, told=told)
    error = str(told.get("error") or "refused")[:LONGEST_REASON]
    if error in RATE_LIMITED:
        return _put_off(answer, now)
    if error in OUR_TROUBLE:
        return Verdict(State.UNCONFIRMED, error, told)
    if error in REFUSES_US:
        return Verdict(State.PENDING, error, told, refuses_us=True)
    return Verdict(State.FAILED, error, told, refuses_there=error in REFUSES_THERE)


def of_error(error: Exception) -> Verdict:
    """What a call that gave no answer means. Where no connection was made, nothing was posted."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Verdict(State.PENDING, UNREACHABLE)
    if isinstance(error, TimeoutError):
        return Verdict(State.UNCONFIRMED, "Slack did not answer in time")
    return Verdict(State.UNCONFIRMED, f"the connection broke ({type(error).__name__})")


def before_posting(verdict: Verdict) -> Verdict:
    """What opening a conversation came to, as a verdict on a message that was therefore never posted."""
    if verdict.reason in NOT_A_SOUL:
        return replace(verdict, state=State.FAILED, refuses_us=False, refuses_there=True)
    if verdict.is_ok or verdict.state is State.UNCONFIRMED:  # "ok", and no channel
        return replace(verdict, state=State.PENDING, reason=UNREACHABLE)
    return verdict


def http_date(header: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _put_off(answer: Answer, now: datetime) -> Verdict:
    return Verdict(State.PENDING, "ratelimited", wait=_wait(answer.retry_after, now))


def _wait(header: str | None, now: datetime) -> timedelta:
    """Retry-After: seconds, with a fraction perhaps, or a date. Bounded on both sides."""
    wait = UNTOLD_WAIT
    try:
        seconds = float(header or "")
    except ValueError:
        wait = _until(header or "", now)
    else:
        if math.isfinite(seconds) and seconds > 0:
            wait = timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
    return min(wait, LONGEST_WAIT) if wait > timedelta(0) else UNTOLD_WAIT


def _until(header: str, now: datetime) -> timedelta:
    at = http_date(header)
    return at - now if at else UNTOLD_WAIT


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
