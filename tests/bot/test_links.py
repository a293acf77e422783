from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.links import AT_ONCE, Found, Look, addresses, is_public, look_at, report
from tests.builders import declared
from tests.commands.asking import library

ALIVE, SHY, DEAD = Found.ALIVE, Found.SHY, Found.DEAD
HASTE = aiohttp.ClientTimeout(total=0.5)


def anybody(_: object) -> bool:
    return True


class Site:
    """Answers each path as it was told to, and remembers who asked for what."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.busy = 0
        self.busiest = 0
        self.root = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked[f"{request.method} {request.path}"] += 1
        self.agents.add(request.headers["User-Agent"])
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            return await self._answer(request)
        finally:
            self.busy -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        kind, _, rest = request.path.strip("/").partition("/")
        match kind:
            case "ok":
                await asyncio.sleep(0.01)
                return web.Response(text="x")
            case "status":
                return web.Response(status=int(rest))
            case "nohead":
                return web.Response(status=501 if request.method == "HEAD" else 200)
            case "never":
                await asyncio.sleep(3600)
            case "hops":
                left = int(rest)
                raise web.HTTPFound(f"/hops/{left - 1}" if left else "/ok")
            case "to":
                return web.Response(status=302, headers={"Location": request.query["url"]})
            case "endless":
                response = web.StreamResponse()
                await response.prepare(request)
                while True:
                    await response.write(b"x" * 65536)
        return web.Response(status=302)


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    opened = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", opened.answer)
    async with TestServer(app) as server:
        opened.root = str(server.make_url("/")).rstrip("/")
        yield opened


async def found(opened: Site, *paths: str, may_ask: Callable[..., bool] = anybody) -> list[tuple[Found, str]]:
    looks = await look_at([opened.root + path for path in paths], may_ask, HASTE)
    return [(look.found, look.reason) for look in looks]


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/ok", (ALIVE, "")),
        ("/status/204", (ALIVE, "")),
        ("/status/404", (DEAD, "answers 404")),
        ("/status/410", (DEAD, "answers 410")),
        ("/status/500", (DEAD, "answers 500")),
        ("/status/403", (SHY, "answers 403")),
        ("/status/429", (SHY, "answers 429")),
        ("/status/302", (DEAD, "answers 302")),
        ("/nohead", (ALIVE, "")),
        ("/hops/5", (DEAD, "more than 5 redirects")),
        ("/hops/4", (ALIVE, "")),
        ("/never", (DEAD, "does not answer in time")),
        ("/to/?url=ftp://a.org/x", (DEAD, "leads to 'ftp://a.org/x', which is no address of the web")),
        ("/to/?url=file:///a", (DEAD, "leads to 'file:///a', which is no address of the web")),
        ("/to/?url=http://127.1/", (DEAD, "127.1 is no address of a machine")),
    ],
)  # fmt: skip
async def test_an_address_is_alive_or_dead_and_why(path, outcome):
    async with site() as opened:
        assert await found(opened, path) == [outcome]


async def test_a_page_that_lives_is_asked_for_once_and_not_read():
    async with site() as opened:
        await found(opened, "/ok#one", "/ok#two", "/ok")
        assert opened.asked == {"HEAD /ok": 1}
        assert opened.agents == {"slam-bot (looks whether links are dead)"}


async def test_a_page_without_end_is_not_read():
    async with site() as opened:
        assert await found(opened, "/endless") == [(ALIVE, "")]


async def test_who_wants_to_be_left_alone_is():
    async with site() as opened:
        await found(opened, "/status/429")
        assert opened.asked == {"HEAD /status/429": 1}


async def test_a_host_is_asked_by_few_at_once():
    async with site() as opened:
        await found(opened, *[f"/ok/{number}" for number in range(30)])
        assert opened.busiest <= AT_ONCE
        assert opened.asked.total() == 30


async def test_the_looks_are_in_the_order_of_the_addresses():
    async with site() as opened:
        outcomes = await found(opened, "/status/404", "/ok", "/nohead")
        assert [outcome for outcome, _ in outcomes] == [DEAD, ALIVE, ALIVE]


async def test_a_machine_of_our_own_is_never_asked():
    async with site() as opened:
        assert await found(opened, "/ok", may_ask=is_public) == [
            (DEAD, "leads into a private network (127.0.0.1)")
        ]
        by_name = opened.root.replace("127.0.0.1", "localhost")
        (look,) = await look_at([by_name], timeout=HASTE)
        assert look == Look(by_name, DEAD, "leads into a private network (localhost)")
        assert not opened.asked


async def test_a_redirect_into_a_private_network_is_not_followed():
    async with site() as opened:
        only_the_first = iter([True])
        inside = opened.root.replace("127.0.0.1", "localhost")
        outcomes = await found(opened, f"/to/?url={inside}/ok", may_ask=lambda _: next(only_the_first, False))
        assert outcomes == [(DEAD, "leads into a private network (localhost)")]
        assert opened.asked == {"HEAD /to/": 1}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9/", "cannot be reached"),
        ("http://nobody.invalid/", "its host is not found"),
        ("ftp://example.org/", "leads to 'ftp://example.org/', which is no address of the web"),
        ("https://", "leads to 'https://', which is no address of the web"),
        ("https://[::1", "is no address"),
    ],
)
async def test_what_is_not_there_is_dead(address, reason):
    assert await look_at([address], anybody, HASTE) == (Look(address, DEAD, reason),)


@pytest.mark.parametrize("address", ["140.82.121.4", "2606:50c0:8000::153", "64:ff9b::8c52:7904"])
def test_the_internet_may_be_asked(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fec0::1", "fd00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_no_network_of_our_own_is_asked(address):
    assert not is_public(ip_address(address))


def test_every_address_that_people_are_sent_to_is_looked_at():
    named = addresses(library(), declared("slam26-fall"))
    assert named["https://security-insights.openssf.org/"] == (
        "security-insights", "self-assessment-link", "slam26-fall: cleaner",
    )  # fmt: skip
    assert {resource.url.partition("#")[0] for resource in library().entries.values()} <= set(named)
    assert "" not in named
    assert len(addresses(library(), None)) < len(named)


def test_a_report_names_the_dead_first_with_what_leads_there():
    named = {"https://a.org": ("a",), "https://b.org": tuple("bcdefgh"), "https://c.org": ("i",)}
    looks = [
        Look("https://a.org", SHY, "answers 403"),
        Look("https://b.org", DEAD, "answers 404"),
        Look("https://c.org", ALIVE),
    ]
    assert report(looks, named).splitlines() == [
        "dead: https://b.org answers 404 (b, c, d, e, f and 2 more)",
        "not shown to programs: https://a.org answers 403 (a)",
        "3 addresses: 1 alive, 1 not shown to programs, 1 dead.",
    ]
