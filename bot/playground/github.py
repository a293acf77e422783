"""A stand-in for GitHub's REST API, as far as evidence is read from it: conditional, limited and paged.

Source: https://docs.github.com/en/rest: repositories, git trees, contents, releases, attestations.
"""

from __future__ import annotations

import hashlib
import json
from base64 import encodebytes
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from aiohttp import web

from bot.playground.sample import Release, Repository

BRANCH = "main"
MAX_AGE = 60  # seconds
HOUR = timedelta(hours=1)
WITH_TOKEN = 5000  # requests an hour
WITHOUT = 60
MOST_CONTENT = 1024 * 1024  # bytes of a file that the contents API shows


class NotFoundError(Exception):
    """GitHub's word for what is not there, and for what you may not see."""


class GitHub:
    def __init__(
        self, repositories: Mapping[str, Repository], now: Callable[[], datetime], base_url: str
    ) -> None:
        """`base_url` is where redirects and further pages point, without a trailing slash."""
        self._by_name = {name.lower(): (name, repository) for name, repository in repositories.items()}
        self._once = {r.once.lower(): name for name, r in repositories.items() if r.once}
        self.now = now
        self._base_url = base_url
        self._windows: dict[str, tuple[datetime, int]] = defaultdict(lambda: (now(), 0))

    async def answer(self, request: web.Request) -> web.Response:
        """GET anything below the base."""
        if not request.headers.get("User-Agent"):
            return self._said(403, "Request forbidden by administrative rules: a User-Agent is required", {})
        authorization = request.headers.get("Authorization", "")
        limits = self._limits(authorization)
        if limits["X-RateLimit-Remaining"] == "0":
            return self._said(403, "API rate limit exceeded", limits)
        try:
            answer = self._find(request.match_info["path"].strip("/").split("/"), request.query)
        except NotFoundError:
            self._count(authorization)
            return self._said(404, "Not Found", self._limits(authorization))
        if isinstance(answer, web.Response):
            answer.headers.update(limits)
            return answer
        return self._conditional(request, authorization, *answer)

    # --- Addresses ------------------------------------------------------------------------------------------

    def _find(self, parts: Sequence[str], query: Mapping[str, str]) -> _Found:
        match parts:
            case ["repos", owner, name, *rest]:
                return self._in_repository(f"{owner}/{name}", rest, query)
            case ["repositories", number, *rest]:
                by_number = {str(_number(each)): each for each, _ in self._by_name.values()}
                return self._in_repository(by_number.get(number, ""), rest, query)
            case ["orgs" | "users", owner, "repos"]:
                return self._owned(owner, query)
            case ["orgs" | "users", owner]:
                return self._owner(owner), {}
        raise NotFoundError

    def _in_repository(self, name: str, rest: Sequence[str], query: Mapping[str, str]) -> _Found:
        if name.lower() in self._once:
            number = _number(self._once[name.lower()])
            moved = "/".join([f"{self._base_url}/repositories/{number}", *rest])
            asked = "&".join(f"{key}={value}" for key, value in query.items())
            location = f"{moved}?{asked}" if asked else moved
            body = {"message": "Moved Permanently", "url": location}
            return web.json_response(body, status=301, headers={"Location": location})
        if name.lower() not in self._by_name:
            raise NotFoundError
        name, repository = self._by_name[name.lower()]
        if repository.silent:
            return web.Response(status=503, text="<html>Unicorn!</html>", content_type="text/html")
        match rest:
            case []:
                return _repository(name, repository), {}
            case ["git", "trees", ref]:
                return _tree(name, repository, ref, "recursive" in query), {}
            case ["contents", *path]:
                return _contents(name, repository, "/".join(path), query.get("ref", BRANCH)), {}
            case ["releases"]:
                releases = [_release(name, release) for release in repository.releases]
                return self._page(releases, query, "/".join(["repos", name, "releases"]))
            case ["releases", "latest"]:
                published = [each for each in repository.releases if not (each.draft or each.prerelease)]
                return _release(name, _first(published)), {}
            case ["releases", "tags", *tag]:
                tagged = [r for r in repository.releases if r.tag == "/".join(tag) and not r.draft]
                return _release(name, _first(tagged)), {}
            case ["git", "ref", "tags", *tag]:
                release = _first([r for r in repository.releases if r.tag == "/".join(tag)])
                return {"ref": f"refs/tags/{release.tag}", "object": {"type": "commit"}}, {}
            case ["attestations", _]:
                return {"attestations": []}, {}
        raise NotFoundError

    def _owned(self, owner: str, query: Mapping[str, str]) -> _Found:
        owned = self._of_owner(owner)
        if any(repository.silent for _, repository in owned):
            return web.Response(status=503, text="<html>Unicorn!</html>", content_type="text/html")
        shown: list[object] = [_repository(name, repository) for name, repository in owned]
        return self._page(shown, query, f"orgs/{owner}/repos")

    def _owner(self, owner: str) -> dict[str, object]:
        login = self._of_owner(owner)[0][0].split("/")[0]
        return {"login": login, "id": _number(login), "type": "Organization"}

    def _of_owner(self, owner: str) -> list[tuple[str, Repository]]:
        """At least one; where there is none there is no owner."""
        owned = [each for each in self._by_name.values() if each[0].lower().startswith(f"{owner.lower()}/")]
        if not owned:
            raise NotFoundError
        return owned

    def _page(self, items: Sequence[object], query: Mapping[str, str], path: str) -> _Page:
        size = min(_whole(query.get("per_page"), 30), 100)
        page = _whole(query.get("page"), 1)
        after = items[page * size :]
        link = f'<{self._base_url}/{path}?per_page={size}&page={page + 1}>; rel="next"'
        return items[(page - 1) * size : page * size], {"Link": link} if after else {}

    # --- Manners --------------------------------------------------------------------------------------------

    def _conditional(
        self, request: web.Request, authorization: str, body: object, headers: Mapping[str, str]
    ) -> web.Response:
        """An answer with its validator, which depends on the token, or 304, which costs nothing with one."""
        text = json.dumps(body)
        digest = hashlib.sha256(f"{authorization}\n{text}".encode()).hexdigest()
        etag = f'W/"{digest}"'
        unchanged = request.headers.get("If-None-Match") == etag
        if not (unchanged and authorization):
            self._count(authorization)
        who = "private" if authorization else "public"
        all_headers = {
            **headers,
            **self._limits(authorization),
            "ETag": etag,
            "Cache-Control": f"{who}, max-age={MAX_AGE}, s-maxage={MAX_AGE}",
        }
        if unchanged:
            return web.Response(status=304, headers=all_headers)
        return web.Response(text=text, content_type="application/json", headers=all_headers)

    def _limits(self, authorization: str) -> dict[str, str]:
        since, used = self._window(authorization)
        limit = WITH_TOKEN if authorization else WITHOUT
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Reset": str(int((since + HOUR).timestamp())),
            "X-RateLimit-Resource": "core",
        }

    def _window(self, authorization: str) -> tuple[datetime, int]:
        since, used = self._windows[authorization]
        return (self.now(), 0) if self.now() - since >= HOUR else (since, used)

    def _count(self, authorization: str) -> None:
        since, used = self._window(authorization)
        self._windows[authorization] = (since, used + 1)

    def _said(self, status: int, message: str, headers: Mapping[str, str]) -> web.Response:
        body = {
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
            "status": str(status),
        }
        return web.json_response(body, status=status, headers=headers)


_Page = tuple[object, Mapping[str, str]]
_Found = _Page | web.Response


def _repository(name: str, repository: Repository) -> dict[str, object]:
    owner, own_name = name.split("/")
    return {
        "id": _number(name),
        "name": own_name,
        "full_name": name,
        "owner": {"login": owner, "type": "Organization"},
        "private": False,
        "visibility": "public",
        "html_url": f"https://github.com/{name}",
        "fork": repository.fork,
        "archived": repository.archived,
        "disabled": False,
        "default_branch": BRANCH,
    }


def _tree(name: str, repository: Repository, ref: str, recursive: bool) -> dict[str, object]:
    if ref not in ("HEAD", BRANCH):
        raise NotFoundError
    folders = {folder for path in repository.files for folder in _folders(path)}
    entries: list[dict[str, object]] = [
        {"path": folder, "mode": "040000", "type": "tree", "sha": _sha("tree", folder)} for folder in folders
    ]
    entries += [
        {"path": path, "mode": "100644", "type": "blob", "sha": _blob(text), "size": len(text.encode())}
        for path, text in repository.files.items()
    ]
    if not recursive:
        entries = [entry for entry in entries if "/" not in str(entry["path"])]
    return {
        "sha": _sha("tree", name),
        "url": f"https://api.github.com/repos/{name}/git/trees/{ref}",
        "tree": sorted(entries, key=lambda entry: str(entry["path"])),
        "truncated": False,
    }


def _contents(name: str, repository: Repository, path: str, ref: str) -> object:
    if ref not in ("HEAD", BRANCH):
        raise NotFoundError
    if path in repository.files:
        return _file(name, path, repository.files[path])
    inside = path + "/" if path else ""
    children = {
        inside + rest.split("/")[0]
        for rest in (each.removeprefix(inside) for each in repository.files if each.startswith(inside))
    }
    if not children:
        raise NotFoundError
    return [_listed(name, repository, child) for child in sorted(children)]


def _file(name: str, path: str, text: str) -> dict[str, object]:
    raw = text.encode()
    too_big = len(raw) > MOST_CONTENT
    return {
        "type": "file",
        "name": path.rsplit("/", maxsplit=1)[-1],
        "path": path,
        "sha": _blob(text),
        "size": len(raw),
        "encoding": "none" if too_big else "base64",
        "content": "" if too_big else encodebytes(raw).decode(),
        "html_url": f"https://github.com/{name}/blob/{BRANCH}/{path}",
    }


def _listed(name: str, repository: Repository, path: str) -> dict[str, object]:
    if path not in repository.files:
        return {"type": "dir", "name": path.rsplit("/", maxsplit=1)[-1], "path": path, "size": 0}
    shown = _file(name, path, repository.files[path])
    return {key: value for key, value in shown.items() if key not in ("content", "encoding")}


def _release(name: str, release: Release) -> dict[str, object]:
    at = f"{release.at:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "id": _number(f"{name}@{release.tag}"),
        "tag_name": release.tag,
        "name": release.tag,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "created_at": at,
        "published_at": None if release.draft else at,
        "html_url": f"https://github.com/{name}/releases/tag/{release.tag}",
        "assets": [_asset(name, release, asset, at) for asset in release.assets],
    }


def _asset(name: str, release: Release, asset: str, at: str) -> dict[str, Any]:
    return {
        "id": _number(f"{name}@{release.tag}/{asset}"),
        "name": asset,
        "label": "",
        "content_type": "application/octet-stream",
        "state": "uploaded",
        "size": 4096,
        "digest": f"sha256:{hashlib.sha256(f'{name}@{release.tag}/{asset}'.encode()).hexdigest()}",
        "download_count": 0,
        "created_at": at,
        "updated_at": at,
        "browser_download_url": f"https://github.com/{name}/releases/download/{release.tag}/{asset}",
    }


def _first(releases: Sequence[Release]) -> Release:
    if not releases:
        raise NotFoundError
    return releases[0]


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _blob(text: str) -> str:
    return _sha("blob", text)


def _sha(kind: str, text: str) -> str:
    raw = text.encode()
    return hashlib.sha1(f"{kind} {len(raw)}\0".encode() + raw, usedforsecurity=False).hexdigest()


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) > 0 else otherwise


def _number(name: str) -> int:
    return crc32(name.encode())
