"""Takes addresses of GitHub's pages apart, so that its API can be asked. Other hosts are never fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import SplitResult, unquote, urlsplit

LONGEST = 2000  # characters
MOST_SPLITS = 3
SCHEMES = frozenset({"http", "https", "git", "ssh", "git+https", "git+http", "git+ssh"})
PAGE_HOSTS = frozenset({"github.com", "www.github.com"})
RAW_HOSTS = frozenset({"raw.githubusercontent.com", "raw.github.com"})
MEDIA_HOST = "media.githubusercontent.com"

# first words of github.com's own pages, which are nobody's name
OWN_PAGES = frozenset(
    """
    about account apps codespaces collections contact copilot customer-stories dashboard enterprise
    events explore features issues join login logout marketplace new notifications organizations
    pricing pulls readme search security sessions settings signup site solutions sponsors stars team
    topics trending user-attachments watching
    """.split()  # noqa: SIM905 - a list of one word a line is not easier to read
)
# first words after a repository's name that GitHub knows; anything else there is a page that it does not have
REPOSITORY_PAGES = frozenset(
    """
    actions activity archive attestations blob branches codespaces commit commits community compare
    contributors dependabot deployments discussions edit find forks graphs issues labels milestone
    milestones network new packages pkgs projects pull pulls pulse raw releases search security
    settings stargazers tags tarball tree watchers wiki zipball
    """.split()  # noqa: SIM905 - a list of one word a line is not easier to read
)
OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


class Kind(Enum):
    """What a page shows. `OTHER` is there when the repository is; `NOWHERE` is no page that GitHub has."""

    OWNER = "owner"
    REPOSITORY = "repository"
    FILE = "file"
    FOLDER = "folder"
    RELEASES = "releases"
    RELEASE = "release"
    ISSUE = "issue"  # or a pull request, which is one
    SECURITY_POLICY = "security policy"
    OTHER = "other"
    NOWHERE = "nowhere"


@dataclass(frozen=True)
class Place:
    """A file or folder at a branch, tag or commit; `path` "" is the root."""

    ref: str
    path: str


@dataclass(frozen=True)
class GitHubAddress:
    """A page on GitHub.

    `places` holds, likeliest first, what the address of a file or folder can mean: a branch's name may have
    slashes.
    `tag` is that of a release; "" where the page names none (the newest).
    """

    owner: str
    name: str  # "" for the page of an owner
    kind: Kind
    places: tuple[Place, ...] = ()
    tag: str = ""
    number: str = ""  # of an issue or a pull request

    @property
    def repository(self) -> str:
        """Such as "jaegertracing/jaeger"; "" for the page of an owner."""
        return f"{self.owner}/{self.name}" if self.name else ""


def parse(address: str) -> GitHubAddress | None:
    """The page of GitHub that `address` leads to; None when that is on another host or no address at all."""
    split = _split(address)
    if split is None:
        return None
    host, parts = (split.hostname or "").rstrip("."), _parts(split.path)
    if parts is None:
        return None
    if host in PAGE_HOSTS:
        return _page(parts)
    if host in RAW_HOSTS:
        return _raw(parts)
    if host == MEDIA_HOST and parts[:1] == ["media"]:
        return _raw(parts[1:])
    return None


def repository_of(address: str) -> str | None:
    """The "owner/repository" that an address belongs to; None for an owner's page and for other hosts."""
    parsed = parse(address)
    return parsed.repository if parsed is not None and parsed.name else None


def _split(address: str) -> SplitResult | None:
    address = address.strip()
    if len(address) > LONGEST or UNPRINTABLE.search(address) or " " in address:
        return None
    try:
        split = urlsplit(address)
    except ValueError:
        return None
    return split if split.scheme.lower() in SCHEMES else None


def _parts(path: str) -> list[str] | None:
    parts = [part for part in unquote(path).split("/") if part]
    if any(part in (".", "..") or UNPRINTABLE.search(part) for part in parts):
        return None
    return parts


def _page(parts: list[str]) -> GitHubAddress | None:
    if parts[:1] == ["orgs"] or parts[:1] == ["users"]:
        parts = parts[1:2]
    if not parts or parts[0].lower() in OWN_PAGES or not OWNER.fullmatch(parts[0]):
        return None
    owner = parts[0]
    if len(parts) == 1:
        return GitHubAddress(owner, "", Kind.OWNER)
    name = _repository_name(parts[1])
    if not name:
        return None
    return _page_of_repository(owner, name, parts[2:])


def _page_of_repository(owner: str, name: str, rest: list[str]) -> GitHubAddress:
    match rest:
        case []:
            return GitHubAddress(owner, name, Kind.REPOSITORY)
        case ["blob" | "raw" | "blame" | "edit", _, _, *_]:
            return GitHubAddress(owner, name, Kind.FILE, _places(rest[1:], file=True))
        case ["tree", _, *_]:
            return GitHubAddress(owner, name, Kind.FOLDER, _places(rest[1:], file=False))
        case ["releases", "tag" | "edit" | "expanded_assets", _, *_]:
            return GitHubAddress(owner, name, Kind.RELEASE, tag="/".join(rest[2:]))
        case ["releases", "download", _, _, *_]:
            return GitHubAddress(owner, name, Kind.RELEASE, tag="/".join(rest[2:-1]))
        case ["releases", *_]:
            return GitHubAddress(owner, name, Kind.RELEASES)
        case ["issues" | "pull", number, *_] if number.isdecimal():
            return GitHubAddress(owner, name, Kind.ISSUE, number=number)
        case ["security", "policy"] | ["security"]:
            return GitHubAddress(owner, name, Kind.SECURITY_POLICY)
        case [word, *_] if word in REPOSITORY_PAGES:
            return GitHubAddress(owner, name, Kind.OTHER)
        case _:
            return GitHubAddress(owner, name, Kind.NOWHERE)


def _raw(parts: list[str]) -> GitHubAddress | None:
    if len(parts) < 4 or not OWNER.fullmatch(parts[0]):
        return None
    name = _repository_name(parts[1])
    return GitHubAddress(parts[0], name, Kind.FILE, _places(parts[2:], file=True)) if name else None


def _repository_name(part: str) -> str:
    """A repository's name without `.git`; "" when it cannot be one."""
    name = part.removesuffix(".git")
    return name if REPOSITORY.fullmatch(name) and name not in (".", "..") else ""


def _places(parts: list[str], *, file: bool) -> tuple[Place, ...]:
    """Every way to cut `parts` into a ref and a path, the shortest ref first; a file's path is never ""."""
    if parts[:2] in (["refs", "heads"], ["refs", "tags"]) and len(parts) > 2:
        parts = parts[2:]
    longest_ref = len(parts) - 1 if file else len(parts)
    cuts = range(1, min(longest_ref, MOST_SPLITS) + 1)
    return tuple(Place("/".join(parts[:cut]), "/".join(parts[cut:])) for cut in cuts)
