"""CLOMonitor and GitHub as small servers on this machine: what they hold, how they fail, what is asked."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from base64 import encodebytes
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Repository:
    files: dict[str, str | bytes] = field(default_factory=dict)
    releases: list[dict[str, Any]] = field(default_factory=list)
    symbolic_links: tuple[str, ...] = ()
    issues: tuple[int, ...] = (1, 12)  # and pull requests
    attested: tuple[str, ...] = ()  # digests with an attestation in GitHub's store
    branch: str = "main"
    knows_head: bool = True
    truncated: bool = False
    archived: bool = False
    fork: bool = False
    renamed_from: str = ""


class World:
    """Answers like the two services. `faults`, by a part of an address, come before everything else."""

    def __init__(self) -> None:
        self.projects: dict[str, dict[str, Any]] = {}
        self.repositories: dict[str, Repository] = {
            "cncf/toc": Repository(),
            "cncf/tag-security": Repository(),
        }
        self.scorecards: dict[str, Any] = {}  # by repository, as Scorecard tells of it
        self.people: set[str] = set()  # owners that are no organizations
        self.faults: dict[str, Fault] = {}
        self.trouble: Callable[[web.Request], Awaitable[web.StreamResponse] | None] | None = None
        self.asked: list[web.BaseRequest] = []
        self.headers: dict[str, str] = {}  # of every answer
        self.etags = True
        self.busy = 0
        self.busiest = 0
        self._server: TestServer | None = None

    async def __aenter__(self) -> World:
        app = web.Application()
        app.router.add_get("/clomonitor/{path:.*}", self._guarded(self._clomonitor))
        app.router.add_get("/github/{path:.*}", self._guarded(self._github))
        app.router.add_get("/scorecard/{path:.*}", self._guarded(self._scorecard))
        self._server = TestServer(app)
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        await self._server.close()

    @property
    def url(self) -> str:
        assert self._server
        return str(self._server.make_url("/")).rstrip("/")

    @property
    def clomonitor_url(self) -> str:
        return f"{self.url}/clomonitor"

    @property
    def scorecard_url(self) -> str:
        return f"{self.url}/scorecard"

    @property
    def github_url(self) -> str:
        return f"{self.url}/github"

    def paths(self, part: str = "") -> list[str]:
        """What was asked for, without the server."""
        return [request.path_qs for request in self.asked if part in request.path_qs]

    def forget(self) -> None:
        self.asked.clear()

    # --- The servers -------------------------------------------------------------------------------------

    def _guarded(self, answer: Callable[[web.Request], object]) -> Fault:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.asked.append(request)
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            try:
                await asyncio.sleep(0)
                if self.trouble and (troubled := self.trouble(request)):
                    return await troubled
                for part, fault in self.faults.items():
                    if part in request.path_qs:
                        return await fault(request)
                return self._said(request, answer(request))
            finally:
                self.busy -= 1

        return handle

    def _said(self, request: web.Request, found: object) -> web.StreamResponse:
        if isinstance(found, web.StreamResponse):
            return found
        if found is None:
            return web.json_response({"message": "Not Found"}, status=404, headers=self.headers)
        text = json.dumps(found)
        token = request.headers.get("Authorization", "")
        etag = f'"{hashlib.sha256((token + text).encode()).hexdigest()}"'
        headers = {**self.headers, **({"ETag": etag} if self.etags else {})}
        if self.etags and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(text=text, content_type="application/json", headers=headers)

    def _clomonitor(self, request: web.Request) -> object:
        match request.match_info["path"].split("/"):
            case ["api", "projects", "search"]:
                return self._listed(request.query)
            case ["api", "projects", foundation, name]:
                return self.projects.get(f"{foundation}/{name}") or web.Response(status=404)
        return web.Response(text="<!doctype html><title>CLOMonitor</title>", content_type="text/html")

    def _listed(self, query: Mapping[str, str]) -> object:
        """As PostgreSQL does: `text` is a regular expression."""
        fitting = re.compile(query["text"], re.IGNORECASE)
        found = [
            each
            for each in self.projects.values()
            if fitting.search(each["name"]) or fitting.search(each.get("display_name", ""))
        ]
        return found[: int(query["limit"])]

    def _scorecard(self, request: web.Request) -> object:
        name = request.match_info["path"].removeprefix("projects/github.com/")
        return self.scorecards.get(name) or web.Response(status=404)

    def _github(self, request: web.Request) -> object:
        match request.match_info["path"].strip("/").split("/"):
            case ["repos", owner, name, *rest]:
                return self._repository(f"{owner}/{name}", rest, request)
            case ["repositories", number, *rest]:
                return self._repository(list(self.repositories)[int(number)], rest, request)
            case ["orgs", owner, "repos"] if owner not in self.people:
                return self._owned(owner, request.query)
            case ["users", owner, "repos"]:
                return self._owned(owner, request.query)
            case ["users", owner]:
                return {"login": owner} if self._owned(owner, request.query) else None
        return None

    def _repository(self, name: str, rest: list[str], request: web.Request) -> object:
        for number, (now_called, one) in enumerate(self.repositories.items()):
            if one.renamed_from and name == one.renamed_from:
                path = "/".join(["repositories", str(number), *rest])
                location = f"{self.github_url}/{path}?{request.query_string}".rstrip("?")
                return web.json_response({"url": location}, status=301, headers={"Location": location})
            if name.lower() == now_called.lower():
                return self._in_repository(now_called, one, rest, request.query)
        return None

    def _in_repository(self, name: str, one: Repository, rest: list[str], query: Mapping[str, str]) -> object:
        match rest:
            case []:
                return _about(name, one)
            case ["git", "trees", *ref]:
                if "/".join(ref) != one.branch and not (ref == ["HEAD"] and one.knows_head):
                    return None
                return _tree(one)
            case ["contents", *path]:
                if query.get("ref", one.branch) not in (one.branch, "HEAD"):
                    return None
                return _contents(one, "/".join(path))
            case ["releases"]:
                return _page(one.releases, query)
            case ["releases", "tags", tag]:
                return next((release for release in one.releases if release["tag_name"] == tag), None)
            case ["issues", number]:
                return {"number": int(number)} if int(number) in one.issues else None
            case ["attestations", digest]:
                return {"attestations": [{"bundle": {}}] if digest in one.attested else []}
        return None

    def _owned(self, owner: str, query: Mapping[str, str]) -> object:
        theirs = [
            _about(name, one)
            for name, one in self.repositories.items()
            if name.lower().startswith(f"{owner.lower()}/")
        ]
        return _page(theirs, query) if theirs else None


def _about(name: str, one: Repository) -> dict[str, Any]:
    return {
        "full_name": name,
        "private": False,
        "archived": one.archived,
        "fork": one.fork,
        "default_branch": one.branch,
    }


def _tree(one: Repository) -> object:
    entries = [
        {"path": path, "mode": "100644", "type": "blob", "sha": _blob(content)}
        for path, content in one.files.items()
    ]
    entries += [
        {"path": path, "mode": "120000", "type": "blob", "sha": "0" * 40} for path in one.symbolic_links
    ]
    if not entries:
        return web.json_response({"message": "Git Repository is empty."}, status=409)
    return {"sha": "1" * 40, "tree": entries[:1] if one.truncated else entries, "truncated": one.truncated}


def _contents(one: Repository, path: str) -> object:
    if path in one.files:
        raw = _raw(one.files[path])
        large = len(raw) > 1024 * 1024
        return {
            "type": "file",
            "path": path,
            "sha": _blob(raw),
            "size": len(raw),
            "encoding": "none" if large else "base64",
            "content": "" if large else encodebytes(raw).decode(),
        }
    inside = f"{path}/" if path else ""
    below = [each for each in one.files if each.startswith(inside)]
    files = [
        {"type": "file", "path": each, "sha": _blob(one.files[each])}
        for each in below
        if "/" not in each.removeprefix(inside)
    ]
    folders = {inside + each.removeprefix(inside).split("/")[0] for each in below} - {
        f["path"] for f in files
    }
    listed = files + [{"type": "dir", "path": folder, "sha": "2" * 40} for folder in sorted(folders)]
    return listed or None


def _page(items: list[Any], query: Mapping[str, str]) -> list[Any]:
    size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
    return items[(number - 1) * size : number * size]


def _raw(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _blob(content: str | bytes) -> str:
    raw = _raw(content)
    return hashlib.sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


# --- What they may hold ------------------------------------------------------------------------------------


def release(tag: str, *assets: str, day: int = 1, **other: Any) -> dict[str, Any]:
    """A release of October 2023 with these files."""
    at = f"2023-10-{day:02}T10:00:00Z"
    files = [
        {"name": name, "state": "uploaded", "digest": f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"}
        for name in assets
    ]
    return {"tag_name": tag, "draft": False, "prerelease": False, "published_at": at, "assets": files} | other


# --- How they fail -----------------------------------------------------------------------------------------


def status(code: int, **headers: str) -> Fault:
    async def fault(_: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"message": "no"}, status=code, headers=named)

    return fault


def body(content: bytes, content_type: str = "application/json") -> Fault:
    async def fault(_: web.Request) -> web.Response:
        return web.Response(body=content, content_type=content_type)

    return fault


async def silence(_: web.Request) -> web.Response:
    """Until whoever asked has gone."""
    await asyncio.Event().wait()
    return web.Response()


async def cut(request: web.Request) -> web.StreamResponse:
    """Promises more than it sends."""
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"tree": [')
    assert request.transport
    request.transport.abort()
    return response


def sending_to(location: str) -> Fault:
    return status(301, Location=location)
