"""Looks whether web addresses still lead somewhere: politely, and never into a private network."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from rules.model import Edition
from rules.resources import Resources

USER_AGENT = "slam-bot (looks whether links are dead)"
AT_ONCE = 4  # requests to one host
REDIRECTS = 5
NAMED = 5  # of those that lead to one page
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=8, sock_read=8)  # seconds
MOVED = frozenset({301, 302, 303, 307, 308})
SHY = frozenset({401, 403, 405, 406, 407, 429})
"""What servers answer to a program that they would answer otherwise to a person."""

TRANSLATED = IPv6Network("64:ff9b::/96")  # IPv4 as it is reached from a network without

Address: TypeAlias = IPv4Address | IPv6Address


class Found(Enum):
    ALIVE = "alive"
    SHY = "not shown to programs"
    DEAD = "dead"


@dataclass(frozen=True)
class Look:
    """How one address was found, and why where it is not alive."""

    address: str
    found: Found
    reason: str = ""


class _NotAskedError(OSError):
    """Why an address is not asked, or not any further."""


def addresses(library: Resources, edition: Edition | None) -> Mapping[str, tuple[str, ...]]:
    """Every page that people are sent to, with what names it; all parts of a page are that page."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for resource in library.entries.values():
        named[_page(resource.url)].append(resource.id)
    if edition:
        named[_page(edition.url)].append(edition.id)
        for badge in edition.badges:
            named[_page(badge.url)].append(f"{edition.id}: {badge.id}")
            for criterion in badge.criteria:
                named[_page(getattr(criterion.settings, "url", ""))].append(f"{edition.id}: {badge.id}")
    return {address: tuple(dict.fromkeys(names)) for address, names in named.items() if address}


def report(looks: Sequence[Look], named: Mapping[str, tuple[str, ...]]) -> str:
    """What is not alive, a line each with what names it, the dead first; then how many there are."""
    amiss = [look for kind in (Found.DEAD, Found.SHY) for look in looks if look.found is kind]
    lines = [
        f"{look.found.value}: {look.address} {look.reason} ({_few(named[look.address])})" for look in amiss
    ]
    counts = Counter(look.found for look in looks)
    counted = ", ".join(f"{counts[kind]} {kind.value}" for kind in Found if counts[kind])
    return "\n".join([*lines, f"{len(looks)} addresses: {counted or 'nothing to look at'}."])


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def is_public(address: Address) -> bool:
    """Is it reached over the internet, and no machine or network of our own?"""
    inner = address
    if isinstance(address, IPv6Address):
        translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else None
        inner = address.ipv4_mapped or address.sixtofour or translated or address
    if isinstance(inner, IPv6Address) and inner.is_site_local:  # private once, and global to Python
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved)


async def look_at(
    wanted: Iterable[str],
    may_ask: Callable[[Address], bool] = is_public,
    timeout: aiohttp.ClientTimeout = TIMEOUT,  # noqa: ASYNC109 - of one request, not of all this
) -> tuple[Look, ...]:
    """Look at each address, in this order. Addresses of one page are asked for once.

    `may_ask` says of a machine whether it may be asked at all, wherever an address or a redirect leads.
    """
    given = list(wanted)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=_Resolver(may_ask)),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": USER_AGENT},
        timeout=timeout,
    ) as session:
        visitor = _Visitor(session, may_ask)
        pages = list(dict.fromkeys(map(_page, given)))
        found = dict(zip(pages, await asyncio.gather(*map(visitor.visit, pages)), strict=True))
    return tuple(Look(address, *found[_page(address)]) for address in given)


def _page(address: str) -> str:
    return address.partition("#")[0]


class _Visitor:
    def __init__(self, session: aiohttp.ClientSession, may_ask: Callable[[Address], bool]) -> None:
        self._session = session
        self._may_ask = may_ask
        self._seats: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))

    async def visit(self, page: str) -> tuple[Found, str]:
        """By HEAD; by GET as well where that finds nothing, as not every server knows HEAD."""
        found, reason = Found.DEAD, ""
        for method in ("HEAD", "GET"):
            try:
                found, reason = _read(await self._follow(method, page))
            except _NotAskedError as error:
                return Found.DEAD, str(error)
            except TimeoutError:
                found, reason = Found.DEAD, "does not answer in time"
            except (aiohttp.ClientError, OSError, ValueError) as error:
                if isinstance(told := getattr(error, "os_error", None), _NotAskedError):
                    return Found.DEAD, str(told)
                found, reason = Found.DEAD, _why(error)
            if found is Found.ALIVE or reason == _answers(429):
                break
        return found, reason

    async def _follow(self, method: str, page: str) -> int:
        """The status at the end of at most so many redirects."""
        url = URL(page)
        for _ in range(REDIRECTS + 1):
            self._mind(url)
            async with (
                self._seats[url.host or ""],
                self._session.request(method, url, allow_redirects=False) as response,
            ):
                status, location = response.status, response.headers.get("Location")
            if status not in MOVED or not location:
                return status
            url = url.join(URL(location))
        raise _NotAskedError(f"more than {REDIRECTS} redirects")

    def _mind(self, url: URL) -> None:
        """A machine that is named by its number is never looked up, so `_Resolver` does not see it."""
        if url.scheme not in ("http", "https") or not url.host:
            raise _NotAskedError(f"leads to {str(url)[:80]!r}, which is no address of the web")
        if ":" in url.host or url.host.replace(".", "").isdigit():
            try:
                address = ip_address(url.host)
            except ValueError:
                raise _NotAskedError(f"{url.host} is no address of a machine") from None
            if not self._may_ask(address):
                raise _NotAskedError(f"leads into a private network ({url.host})")


class _Resolver(AbstractResolver):
    """Finds public machines only, however a name is set up and whenever that changes."""

    def __init__(self, may_ask: Callable[[Address], bool]) -> None:
        self._resolver = aiohttp.ThreadedResolver()
        self._may_ask = may_ask

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        public = [each for each in found if self._may_ask(ip_address(each["host"].partition("%")[0]))]
        if not public:
            raise _NotAskedError(f"leads into a private network ({host})")
        return public

    async def close(self) -> None:
        await self._resolver.close()


def _read(status: int) -> tuple[Found, str]:
    if 200 <= status < 300:
        return Found.ALIVE, ""
    return Found.SHY if status in SHY else Found.DEAD, _answers(status)


def _answers(status: int) -> str:
    return f"answers {status}"


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its host is not found"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "its certificate is not good"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "cannot be reached"
    if isinstance(error, ValueError):
        return "is no address"
    return f"does not answer as it should ({type(error).__name__})"
