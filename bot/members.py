"""Who somebody is in the workspace, and who is in a user group or channel: asked of Slack, and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import aiohttp
import msgspec
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.config import kinds
from bot.store.people import Person

if TYPE_CHECKING:
    from bot.reply import Services
    from bot.store import Store

log = structlog.get_logger(__name__)

PERSON_LASTS = timedelta(days=1)
GROUP_LASTS = timedelta(minutes=10)
CHANNEL_LASTS = timedelta(minutes=10)
OTHERS = 20  # people who are asked about at once, beside who asks
PAGE = 1000  # members of a channel in one answer
PAGES = 10  # a channel of more people than that is too large to know
SILENCE = timedelta(minutes=1)  # after Slack did not tell
PATIENCE = 1.0  # seconds; whoever asked something has an answer within three
IN_ALL = 1.5  # seconds, for all pages of a channel's members
GROUP = "S"  # how the id of a user group begins
UNKNOWN = ("user_not_found", "user_not_visible", "no_such_subteam")  # of others Slack may still tell

# TimeoutError is an OSError; slack-sdk asks what is no JSON object for its attributes
UNANSWERED = (aiohttp.ClientError, OSError, ValueError, AttributeError)

P = ParamSpec("P")
T = TypeVar("T")


class Members:
    """What Slack tells about people; where it does not, what it told before stands."""

    def __init__(self, client: AsyncWebClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._refused_at: dict[str, datetime] = {}  # by method
        self._groups: dict[str, frozenset[str]] = {}
        self._channels: dict[str, frozenset[str]] = {}
        self._asked_at: dict[str, datetime] = {}  # by group or channel
        self.scopes: Collection[str] = ()  # those that are known to be granted

    async def find(self, user: str, services: Services, others: Sequence[str] = ()) -> Person | None:
        """Who this is; None where nobody can say. Learns on the way of these others and the organizers."""
        person, *_ = await asyncio.gather(
            self._person(user, services.store),
            self.learn_groups(services.config.organizers),
            self._learn_channel(services.config.channels.help),
            *(self._person(each, services.store) for each in others[:OTHERS]),
        )
        return person

    def is_apart(self, user: str, channel: str | None) -> bool:
        """Whether somebody may not see what is said in a channel, and can be talked with elsewhere.

        Nobody is known to be in a channel of which Slack does not tell.
        """
        return "mpim:write" in self.scopes and user not in self._channels.get(channel or "", ())

    def organizers(self, declared: Iterable[str]) -> frozenset[str]:
        """The people among these ids, and those in the groups among them."""
        nobody: frozenset[str] = frozenset()
        return nobody.union(
            *(self._groups.get(name, nobody) if name.startswith(GROUP) else {name} for name in declared)
        )

    async def learn_groups(self, declared: Iterable[str]) -> None:
        """Ask who is in the user groups among these ids, where that is not known or not fresh."""
        groups = (name for name in declared if name.startswith(GROUP))
        await asyncio.gather(*(self._learn_group(group) for group in groups if not self._is_fresh(group)))

    def _is_fresh(self, group: str) -> bool:
        return self._lasts(self._asked_at.get(group), GROUP_LASTS if group in self._groups else SILENCE)

    async def _learn_group(self, group: str) -> None:
        self._asked_at[group] = self._now()
        asking = self._client.usergroups_users_list(usergroup=group)
        told = await self._told("usergroups.users.list", asking)
        users = told.get("users") if told else None
        if isinstance(users, list):
            self._groups[group] = frozenset(user for user in users if isinstance(user, str))

    async def _learn_channel(self, channel: str | None) -> None:
        if channel is None or "channels:read" not in self.scopes:
            return
        if self._lasts(self._asked_at.get(channel), CHANNEL_LASTS if channel in self._channels else SILENCE):
            return
        self._asked_at[channel] = self._now()
        with suppress(TimeoutError):
            async with asyncio.timeout(IN_ALL):
                if members := await self._members_of(channel):
                    self._channels[channel] = members

    async def _members_of(self, channel: str) -> frozenset[str]:
        """Nobody: Slack does not tell, or of too many."""
        found: set[str] = set()
        cursor = ""
        for _ in range(PAGES):
            asking = self._client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
            told = await self._told("conversations.members", asking)
            members = told.get("members") if told else None
            if told is None or not isinstance(members, list):
                break
            found.update(user for user in members if isinstance(user, str))
            cursor = _cursor(told.get("response_metadata"))
            if not cursor:
                return frozenset(found)
        return frozenset()

    async def _person(self, user: str, store: Store) -> Person | None:
        if not user:
            return None
        known = await inward(store, store.people.find, user)
        if known is not None and self._lasts(known.known_at, PERSON_LASTS):
            return known
        told = await self._told("users.info", self._client.users_info(user=user))
        person = _read(told.get("user"), self._now()) if told else None
        if person is None:
            return known
        await inward(store, store.people.keep, user, person)
        return person

    async def _told(
        self, method: str, asking: Coroutine[Any, Any, AsyncSlackResponse]
    ) -> AsyncSlackResponse | None:
        """None: Slack does not tell. Unless that is about this question alone, it is then left in peace."""
        if self._lasts(self._refused_at.get(method), SILENCE):
            asking.close()
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await asking
        except SlackApiError as error:
            reason = refusal(error)
        except UNANSWERED as error:
            reason = type(error).__name__
        if reason not in UNKNOWN:
            log.warning("Slack does not tell who people are", method=method, why=reason)
            self._refused_at[method] = self._now()
        return None

    def _lasts(self, since: datetime | None, length: timedelta) -> bool:
        """Is it not longer ago? Where the clock was set back, nobody can say, and it is not."""
        return since is not None and timedelta() <= self._now() - since < length


def refusal(error: SlackApiError) -> str:
    """Slack's word for what it did not like; what stands between us and Slack may answer without one."""
    told = error.response.data
    return str(told.get("error")) if isinstance(told, dict) else f"HTTP {error.response.status_code}"


async def inward(store: Store, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the store, beside the loop where that may take long."""
    if store.blocking:
        return await asyncio.to_thread(ask, *args, **kwargs)
    return ask(*args, **kwargs)


def _cursor(told: object) -> str:
    """Where the next page begins; "" where there is none."""
    cursor = told.get("next_cursor") if isinstance(told, dict) else None
    return cursor if isinstance(cursor, str) else ""


class _User(msgspec.Struct):
    tz: str | None = None
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False


def _read(told: object, now: datetime) -> Person | None:
    """None where it has no such shape. Somebody from another workspace counts as a guest."""
    try:
        user = msgspec.convert(told, _User)
    except msgspec.ValidationError:
        return None
    return Person(
        timezone=_known(user.tz),
        is_guest=user.is_restricted or user.is_ultra_restricted or user.is_stranger,
        is_deleted=user.deleted,
        known_at=now,
    )


def _known(timezone: str | None) -> str | None:
    try:
        return kinds.timezone(timezone)
    except kinds.Wrong:
        return None
