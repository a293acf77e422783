"""Reads Security Insights files twice: by the published schema, and the way CLOMonitor reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from bot.documents import Unreadable, load, load_words
from bot.sources.readers import security_insights_clomonitor as clomonitor
from bot.sources.readers import security_insights_schema as schema
from bot.sources.readers.addresses import repository_of
from rules.model import SecurityInsights

CLOMONITOR_PLACES = ("security-insights.yml", ".github/security-insights.yml", "SECURITY-INSIGHTS.yml")
SPELLING = re.compile(r"security[-_]insights\.y\w?ml", re.IGNORECASE)
FORGES = (".github", ".gitlab")
MOST_ERRORS = 20
MOST_ADDRESSES = 50


def candidates(entries: Iterable[str]) -> tuple[str, ...]:
    """Those of a repository's paths that may hold its Security Insights, the one that would count first."""
    return tuple(sorted((path for path in entries if _may_be(path)), key=_rank))


def read(
    repository: str, texts: Mapping[str, str | Unreadable], url_of: Callable[[str], str]
) -> SecurityInsights | None:
    """The file that counts among the candidates' `texts` (by path); None when there is none at all.

    What cannot be read is a file that is there and that neither reader accepts.
    """
    if not texts:
        return None
    path = _chosen(texts)
    insights = SecurityInsights(
        repository=repository,
        path=path,
        url=url_of(path),
        version="",
        schema_errors=(),
        reader_errors=(),
        seen_by_clomonitor=path in CLOMONITOR_PLACES,
        also_at=tuple(sorted((other for other in texts if other != path), key=_rank)),
    )
    try:
        text = _readable(texts[path])
        document, words = load(text), load_words(text)
    except Unreadable as unreadable:
        return replace(insights, schema_errors=(str(unreadable),), reader_errors=(str(unreadable),))
    version = clomonitor.version(words)
    judged = replace(
        insights,
        version=version,
        schema_errors=_bounded(schema.errors(document, version)),
        reader_errors=_bounded(clomonitor.errors(document, words)),
    )
    return (
        _with_what_v2_documents(judged, document) if version.startswith("2.") else _with_v1(judged, document)
    )


def parent_of(text: str) -> str | None:
    """The address of the file whose `project` part this one inherits (`header.project-si-source`), if any."""
    try:
        document = load(text)
    except Unreadable:
        return None
    return _address(_at(document, "header", "project-si-source"), "")


def inherit(insights: SecurityInsights, parent: str, parent_url: str) -> SecurityInsights:
    """What a file says, with what its parent's `project` part adds. `parent` is the parent's text.

    Raises Unreadable.
    """
    project = _project(load(parent), repository_of(parent_url) or "")
    return replace(
        insights,
        guidance=insights.guidance or project.guidance,
        contacts=insights.contacts or project.contacts,
        repositories=_distinct((*insights.repositories, *project.repositories)),
    )


# --- Which file counts --------------------------------------------------------------------------------------


def _may_be(path: str) -> bool:
    folders, name = PurePosixPath(path).parts[:-1], PurePosixPath(path).name
    return SPELLING.fullmatch(name) is not None and len(folders) <= 1 and "workflows" not in folders


def _rank(path: str) -> tuple[int, int, int, str]:
    if path in CLOMONITOR_PLACES:
        return -1, CLOMONITOR_PLACES.index(path), 0, path
    folder, _, _ = path.rpartition("/")
    return path.count("/"), FORGES.index(folder) if folder in FORGES else len(FORGES), "_" in path, path


def _chosen(texts: Mapping[str, str | Unreadable]) -> str:
    """The path CLOMonitor would take, or stumble over; where it sees none, the best of the others.

    That is the first v2 file, else the first v1 file; a file whose version cannot be told ends the search.
    Source: `SecurityInsights::new` in cncf/clomonitor linter/checks/datasource/security_insights/mod.rs
    """
    first_v1 = None
    for path in CLOMONITOR_PLACES:
        if path not in texts:
            continue
        try:
            version = clomonitor.version(load_words(_readable(texts[path])))
        except Unreadable:
            return path
        if not version.startswith("1."):
            return path
        first_v1 = first_v1 or path
    return first_v1 or min(texts, key=_rank)


def _readable(text: str | Unreadable) -> str:
    if isinstance(text, Unreadable):
        raise text
    return text


def _bounded(errors: Iterable[str]) -> tuple[str, ...]:
    some = tuple(dict.fromkeys(islice(errors, MOST_ERRORS * 2)))
    return some if len(some) <= MOST_ERRORS else (*some[:MOST_ERRORS], "and more")


# --- What it documents --------------------------------------------------------------------------------------


def _with_v1(insights: SecurityInsights, document: object) -> SecurityInsights:
    here = insights.repository
    boms = _items(_at(document, "dependencies", "sbom"))
    links = (_at(bom, key) for bom in boms for key in ("sbom-url", "sbom-file"))
    evidence = _at(document, "security-artifacts", "self-assessment", "evidence-url")
    return replace(
        insights,
        expires=_moment(_at(document, "header", "expiration-date")),
        sbom=_addresses(links, here),
        policy=_addresses([_at(document, "dependencies", "env-dependencies-policy", "policy-url")], here),
        assessment=_addresses(_items(evidence), here),
        contacts=_contacts(_v1_contacts(document)),
    )


def _v1_contacts(document: object) -> Iterator[object]:
    reporting = _at(document, "vulnerability-reporting")
    if _at(reporting, "accepts-vulnerability-reports") is False:
        return
    yield _at(reporting, "email-contact")
    contacts = _items(_at(document, "security-contacts"))[:MOST_ADDRESSES]
    for one in sorted(contacts, key=lambda contact: _at(contact, "primary") is not True):
        yield _at(one, "value")
    yield _at(reporting, "security-policy")


def _with_what_v2_documents(insights: SecurityInsights, document: object) -> SecurityInsights:
    here = insights.repository
    attestations = _items(_at(document, "repository", "release", "attestations"))
    project = _project(document, here)
    return replace(
        insights,
        sbom=_addresses((_at(one, "location") for one in attestations if _is_sbom(one)), here),
        provenance=_addresses((_at(one, "location") for one in attestations if _is_provenance(one)), here),
        policy=_addresses(
            [_at(document, "repository", "documentation", "dependency-management-policy")], here
        ),
        guidance=project.guidance,
        assessment=_addresses(
            _items(_at(document, "repository", "security", "assessments", "self", "evidence")), here
        ),
        repositories=project.repositories,
        contacts=project.contacts,
    )


@dataclass(frozen=True)
class _Project:
    """What the `project` part of a v2 file says of interest."""

    guidance: tuple[str, ...]
    repositories: tuple[str, ...]
    contacts: tuple[str, ...]


def _project(document: object, repository: str) -> _Project:
    guidance = _at(document, "project", "documentation", "signature-verification")
    urls = (_address(_at(item, "url"), "") for item in _items(_at(document, "project", "repositories")))
    named = (repository_of(url) for url in urls if url)
    return _Project(
        guidance=_addresses([guidance], repository),
        repositories=_distinct(name for name in named if name),
        contacts=_contacts(_v2_contacts(document)),
    )


def _v2_contacts(document: object) -> Iterator[object]:
    reporting = _at(document, "project", "vulnerability-reporting")
    if _at(reporting, "reports-accepted") is not False:
        yield _at(reporting, "contact", "email")
        yield _at(reporting, "policy")
        yield _at(reporting, "security-policy")  # until 2.1


def _is_sbom(attestation: object) -> bool:
    predicate = str(_at(attestation, "predicate-uri")).lower()
    return "spdx" in predicate or "cyclonedx" in predicate


def _is_provenance(attestation: object) -> bool:
    predicate = str(_at(attestation, "predicate-uri")).lower()
    return "slsa" in predicate and "verification_summary" not in predicate


def _at(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _items(value: object) -> Sequence[object]:
    """The items of a list; a single value where somebody forgot the list."""
    return value if isinstance(value, list) else () if value is None else (value,)


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Without repetition, compared without case, the first spelling kept."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.lower(), name)
    return tuple(first.values())


# --- Addresses, and what people write in their place --------------------------------------------------------

NOT_YET = re.compile(
    r"(todo|tbd|tba|fixme|changeme|placeholder|n/?a|none|null|nil|unknown|pending)\b", re.IGNORECASE
)
MARKED = re.compile(r"[<>]|\b(TODO|TBD|FIXME|CHANGEME)\b|\bYOUR[-_ ]|/your[-_]", re.ASCII)
LONGEST_ADDRESS = 2000
MOST_CONTACTS = 5
MAIL = re.compile(r"[\w.%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}", re.ASCII | re.IGNORECASE)
LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S+")
HOST_AND_PATH = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}/\S*")
PATH = re.compile(r"(\./|/)?[\w.@+-]+(/[\w.@+-]+)*/?(#\S*)?")


def _addresses(values: Iterable[object], repository: str) -> tuple[str, ...]:
    found = (_address(value, repository) for value in islice(values, MOST_ADDRESSES))
    return tuple(dict.fromkeys(address for address in found if address))


def _contacts(values: Iterable[object]) -> tuple[str, ...]:
    found = (_contact(value) for value in islice(values, MOST_ADDRESSES))
    return tuple(islice(dict.fromkeys(contact for contact in found if contact), MOST_CONTACTS))


def _contact(value: object) -> str | None:
    """An address of mail or of the web; None for anything else."""
    text = value.strip().removeprefix("mailto:") if isinstance(value, str) else ""
    if MAIL.fullmatch(text):
        return text
    address = _address(text, "")
    return address if address and address.startswith(("https://", "http://")) else None


def _address(value: object, repository: str) -> str | None:
    """The address that somebody wrote, in full; None for a placeholder. A path is one in `repository`."""
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > LONGEST_ADDRESS or NOT_YET.match(text):
        return None
    if link := LINK.search(text):
        address = text if link[0] == text else link[0].rstrip(">),.;'\"`")
        return address if _has_host(address) and not MARKED.search(address) else None
    if MARKED.search(text):
        return None
    if HOST_AND_PATH.fullmatch(text):
        return _address(f"https://{text}", repository)
    if repository and PATH.fullmatch(text) and set("./") & set(text) and ".." not in text:
        return f"https://github.com/{repository}/blob/HEAD/{text.removeprefix('./').lstrip('/')}"
    return None


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False
