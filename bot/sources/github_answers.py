"""What GitHub's REST API answers, as values; and which of a repository's paths are worth keeping.

Source: https://docs.github.com/en/rest (version 2022-11-28).
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1
from itertools import islice

import msgspec

from bot.sources.http import Response, SourceError

PAGES = "https://github.com"
LARGEST_FILE = 1024 * 1024  # bytes; the contents API gives no more
MOST_PATHS = 20_000  # of one repository
MOST_RELEASES = 10
DIGEST = re.compile(r"sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})")
SYMBOLIC_LINK = "120000"


@dataclass(frozen=True)
class Tree:
    """Paths worth reading on the default branch, each with the hash of its file; no symbolic links."""

    blobs: Mapping[str, str]
    complete: bool = True  # False: there may be more

    def lacks(self, path: str) -> bool:
        """Is it certain that there is no such file?"""
        return self.complete and path not in self.blobs and _is_worth_reading(path)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.blobs)


@dataclass(frozen=True)
class Folder:
    """What is directly in a folder."""

    blobs: Mapping[str, str]
    folders: tuple[str, ...] = ()


NO_FILE = "it is a folder, or a link that leads elsewhere"


@dataclass(frozen=True)
class File:
    """A file's text. `trouble` says why it is not to be relied upon: too large, not UTF-8, or `NO_FILE`."""

    text: str
    blob: str  # the hash that a tree has for it, of the bytes that were read
    trouble: str = ""


@dataclass(frozen=True)
class PublishedRelease:
    tag: str
    files: tuple[str, ...]  # names of those that were uploaded
    at: datetime
    digest: str | None  # of its first file


@dataclass(frozen=True)
class ReleasePage:
    published: tuple[PublishedRelease, ...]
    size: int
    next: bool | None  # None: the server does not say whether there are more


@dataclass(frozen=True)
class OwnerPage:
    names: tuple[str, ...]
    size: int
    next: bool | None
    known: bool = True


@dataclass(frozen=True)
class About:
    name: str  # as it is called now
    default_branch: str


class _Entry(msgspec.Struct):
    path: str
    type: str = "blob"
    mode: str = ""
    sha: str = ""


class _Tree(msgspec.Struct):
    tree: tuple[_Entry, ...]
    truncated: bool = False


def read_tree(response: Response) -> Tree:
    if response.status == 409:
        return Tree({})  # a repository without a commit
    found = response.json(_Tree)
    files = (
        e for e in found.tree if e.type == "blob" and e.mode != SYMBOLIC_LINK and _is_worth_reading(e.path)
    )
    blobs = {entry.path: entry.sha for entry in islice(files, MOST_PATHS)}
    return Tree(blobs, complete=not found.truncated and len(blobs) < MOST_PATHS)


def read_folder(response: Response) -> Folder:
    if response.status == 404:
        return Folder({})
    found = response.json(tuple[_Entry, ...])
    return Folder(
        {entry.path: entry.sha for entry in found if entry.type == "file" and _is_worth_reading(entry.path)},
        tuple(entry.path for entry in found if entry.type == "dir"),
    )


class _Content(msgspec.Struct):
    type: str
    encoding: str = "base64"
    content: str | None = None  # there is none of a submodule, or of a link that leads nowhere
    size: int | None = None


def read_file(response: Response) -> File | None:
    if response.status == 404:
        return None
    found = response.json(_Content | tuple[_Entry, ...])  # type: ignore[arg-type]
    if not isinstance(found, _Content) or found.type != "file":
        return File("", "", NO_FILE)
    if found.size is not None and found.size > LARGEST_FILE:
        return File("", "", f"it has {found.size:,} bytes, and more than 1 MiB is not read")
    if found.content is None:
        raise SourceError("answered without the file's content")
    if found.encoding not in ("base64", ""):
        raise SourceError(f"answered with a file in an unknown encoding ({found.encoding[:40]})")
    try:
        data = b64decode(re.sub(r"\s+", "", found.content), validate=True)
    except binascii.Error as error:
        raise SourceError("answered with a file that is cut or garbled") from error
    if found.size is not None and found.size > len(data):
        raise SourceError(f"answered with {len(data)} bytes of a file that has {found.size}")
    return _file(data)


def _file(data: bytes) -> File:
    blob = sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    if len(data) > LARGEST_FILE:
        return File("", blob, f"it has {len(data):,} bytes, and more than 1 MiB is not read")
    try:
        return File(data.decode("utf-8"), blob)
    except UnicodeDecodeError as error:
        return File(data.decode("utf-8", "replace"), blob, f"it is not UTF-8 (byte {error.start + 1})")


class _Asset(msgspec.Struct):
    name: str
    state: str | None = None
    digest: str | None = None


class _Release(msgspec.Struct):
    tag_name: str
    draft: bool = False
    prerelease: bool = False
    published_at: datetime | None = None
    created_at: datetime | None = None
    assets: tuple[_Asset, ...] | None = None


def read_releases(response: Response) -> ReleasePage:
    found = response.json(tuple[_Release, ...])
    published = tuple(
        _published(release) for release in found if not release.draft and not release.prerelease
    )
    return ReleasePage(published, len(found), _has_next(response))


def _published(found: _Release) -> PublishedRelease:
    at = found.published_at or found.created_at
    if at is None:
        raise SourceError(f"answered with a release that has no date ({found.tag_name[:40]})")
    uploaded = [asset for asset in found.assets or () if asset.state in (None, "uploaded")]
    digests = (asset.digest for asset in uploaded)
    return PublishedRelease(
        found.tag_name,
        tuple(asset.name for asset in uploaded),
        at if at.tzinfo else at.replace(tzinfo=UTC),
        next((digest for digest in digests if digest and DIGEST.fullmatch(digest)), None),
    )


def newest(pages: Sequence[ReleasePage]) -> tuple[PublishedRelease, ...]:
    everything = [found for page in pages for found in page.published]
    everything.sort(key=lambda found: found.at, reverse=True)
    return tuple(everything[:MOST_RELEASES])


class _Repository(msgspec.Struct):
    full_name: str
    default_branch: str = ""
    private: bool = False
    archived: bool = False
    fork: bool = False


def read_owned(response: Response) -> OwnerPage:
    if response.status == 404:
        return OwnerPage((), 0, None, known=False)
    found = response.json(tuple[_Repository, ...])
    names = tuple(one.full_name for one in found if not (one.private or one.archived or one.fork))
    return OwnerPage(names, len(found), _has_next(response))


def read_about(response: Response) -> About | None:
    if response.status == 404:
        return None
    found = response.json(_Repository)
    if not found.default_branch:
        raise SourceError("answered without the default branch")
    return About(found.full_name, found.default_branch)


class _Attestations(msgspec.Struct):
    attestations: tuple[object, ...]


def read_attestations(response: Response) -> bool:
    return response.status == 200 and bool(response.json(_Attestations).attestations)


def read_presence(response: Response) -> bool:
    if response.status == 404:
        return False
    response.json(object)
    return True


def _has_next(response: Response) -> bool | None:
    link = response.headers.get("Link")
    return None if link is None else re.search(r";\s*rel=\"?next\b", link) is not None


def joined(folders: Sequence[Folder]) -> Tree:
    return Tree({path: blob for one in folders for path, blob in one.blobs.items()}, complete=False)


OTHERS_WORK = frozenset({"node_modules", "third_party", "vendor", "testdata"})
TELLING = re.compile(r"ass?es?sment|insights|provenance|readme|release|security|verif|goreleaser|makefile")
SCRIPTS = (".sh", ".bash", ".mk", "/action.yml", "/action.yaml")


def _is_worth_reading(path: str) -> bool:
    """Files at the root, in the forge's own folders or in docs/, scripts, and those with a telling name."""
    lower = path.lower()
    *folders, _ = lower.split("/")
    if not folders or folders[0] in (".github", ".gitlab") or folders == ["docs"]:
        return True
    if OTHERS_WORK.intersection(folders):
        return False
    return lower.endswith(SCRIPTS) or TELLING.search(lower) is not None
