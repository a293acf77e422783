"""Finds security self-assessments, and reads which headings of the template they have and their stage."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from bot.sources.readers import markup
from rules.model import SelfAssessment

HEADINGS = (
    "Metadata",
    "Security links",
    "Overview",
    "Background",
    "Actors",
    "Actions",
    "Goals",
    "Non-goals",
    "Self-assessment use",
    "Security functions and features",
    "Project compliance",
    "Secure development practices",
    "Security issue resolution",
    "Appendix",
)
"""Source: cncf/tag-security community/assessments/guide/self-assessment.md"""

MOST_CANDIDATES = 5


# --- Where one may be ---------------------------------------------------------------------------------------

NAME = re.compile(r"(self|security)[-_ ]?assess?ments?", re.IGNORECASE)
DOCUMENT = re.compile(r"\.(md|markdown|mdx|rst|adoc|asciidoc|txt)", re.IGNORECASE)
FOLDER_PAGES = frozenset({"readme", "index", "_index"})
NOT_OURS = frozenset(
    {"vendor", "node_modules", "third_party", "testdata", "template", "templates", "examples"}
)

# projects that cncf/toc files under another name than CLOMonitor's
ELSEWHERE = {"spiffe": "spiffespire", "spire": "spiffespire", "podman": "podmancontainers"}


def candidates(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of a repository's paths that may be its self-assessment, likeliest first."""
    found = (path for path in paths if _may_be(path) and not NOT_OURS & set(path.lower().split("/")[:-1]))
    return tuple(sorted(found, key=_rank)[:MOST_CANDIDATES])


def in_toc(paths: Iterable[str], slugs: Collection[str]) -> tuple[str, ...]:
    """The self-assessments that cncf/toc or cncf/tag-security hold of a project, by any of its names."""
    wanted = {_slug(name) for name in slugs} - {""}
    wanted |= {ELSEWHERE[name] for name in wanted if name in ELSEWHERE}
    found = (path for path in paths if _may_be(path) and _slug(_folder_of_project(path)) in wanted)
    return tuple(sorted(found, key=_rank)[:MOST_CANDIDATES])


def _may_be(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not dot or not DOCUMENT.fullmatch(dot + ending) or "template" in stem.lower():
        return False
    is_page_of_folder = stem.lower() in FOLDER_PAGES and NAME.search(folder.rpartition("/")[2]) is not None
    return is_page_of_folder or NAME.search(stem) is not None


def _rank(path: str) -> tuple[bool, int, str]:
    return "self" not in path.rpartition("/")[2].lower(), path.count("/"), path


def _folder_of_project(path: str) -> str:
    """The folder below "projects/"."""
    _, projects, rest = f"/{path}".lower().partition("/projects/")
    return rest.partition("/")[0] if projects and "/" in rest else ""


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower().rpartition("/")[2])


# --- What it says -------------------------------------------------------------------------------------------


def read(text: str, url: str, place: str) -> SelfAssessment:
    """A self-assessment at `url`; `place` tells people where that is."""
    lines = markup.prose(text)
    said = {_plain(heading) for heading in _headings(lines)}
    present = tuple(heading for heading in HEADINGS if _is_among(_plain(heading), said))
    return SelfAssessment(
        url=url,
        place=place,
        headings=len(present),
        missing=tuple(heading for heading in HEADINGS if heading not in present),
        stage=_stage(lines),
    )


LONGEST_POINTER = 1500  # characters
LINK = re.compile(r"\]\((?:<([^<>]+)>|([^()<>\s]+))|(https?://[^\s<>()\[\]\"']+)")


def pointer(text: str) -> str | None:
    """Where a small file that only points elsewhere points to: an address, or a path as a link gives it."""
    if len(text) > LONGEST_POINTER or read(text, "", "").headings > 1:
        return None
    links = LINK.finditer("\n".join(markup.prose(text)))
    targets = [(link[1] or link[2] or link[3]).rstrip(".,;:") for link in links]
    leading = [target for target in targets if target and not target.startswith(("#", "mailto:"))]
    return min(leading, key=lambda target: NAMED.search(target) is None, default=None)


NAMED = re.compile(r"self[-_ %20]{0,3}assess?ment", re.IGNORECASE)  # of several links, this one is meant
ATX = re.compile(r" {0,3}(#{1,6})(?!#)(.*)")
UNDERLINE = re.compile(r" {0,3}(=+|-{2,}) *")
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,10})\b[^<>]*>")


def _headings(lines: Sequence[str]) -> Iterator[str]:
    """Headings of every level and kind. An empty `##` takes its text from the next line that is not empty."""
    yield from _html_elements(lines, ("h1", "h2", "h3", "h4", "h5", "h6"))
    wants_text = False
    previous = ""
    for line in lines:
        if wants_text and line.strip():
            wants_text = False
            yield line
        elif heading := ATX.match(line):
            wants_text = not heading[2].strip()
            yield heading[2]
        elif UNDERLINE.fullmatch(line) and previous.strip() and "|" not in previous:
            yield previous
        previous = line


def _is_among(wanted: str, said: Collection[str]) -> bool:
    """Headings that say more count too: "Actors and data flow" is about actors."""
    return any(line.startswith(wanted) and not line[len(wanted) : len(wanted) + 1].isalnum() for line in said)


NUMBER = re.compile(
    r"(?:section |part |step )?(?:\d{1,3}(?:\.\d{1,3}){0,5}[.):]?|[ivx]{1,5}[.):]|[a-z][.)]) "
)


def _plain(heading: str) -> str:
    """A heading without its level, number, emphasis, links and case."""
    text = TAG.sub("", heading[:300]).split("{#", maxsplit=1)[0]
    text = re.sub(r"\]\([^()]*\)", " ", text).replace("&amp;", "and").replace("&", " and ")
    text = re.sub(r"[^\w.):]+|_", " ", text.lower()).strip()
    return NUMBER.sub("", text, count=1).strip(" .:)")


def _stage(lines: Sequence[str]) -> str:
    """The cell beside "Assessment stage", in a table of Markdown or HTML."""
    for line in lines:
        cells = [_cell(cell) for cell in line.strip().strip("|").split("|")]
        if len(cells) > 1 and _is_stage(cells[0]):
            return cells[1]
    cells = [_cell(cell) for cell in _html_elements(lines, ("td", "th"))]
    following = (after for before, after in pairwise(cells) if _is_stage(before))
    return next(following, "")


def _is_stage(cell: str) -> bool:
    return cell.lower().rstrip(" :") == "assessment stage"


def _cell(text: str) -> str:
    text = re.sub(r"\]\([^()]*\)|[\[*`]|(?<!\w)_+|_+(?!\w)", "", TAG.sub(" ", text[:1000]))
    return " ".join(text.split())[:200]


def _html_elements(lines: Sequence[str], names: Collection[str]) -> Iterator[str]:
    """The text inside each of these elements; one that is never closed ends where the next begins."""
    text = "\n".join(lines)
    start: int | None = None
    for tag in TAG.finditer(text):
        if tag[2].lower() not in names:
            continue
        if start is not None:
            yield text[start : min(tag.start(), start + 1000)]
        start = None if tag[1] else tag.end()
    if start is not None:
        yield text[start : start + 1000]
