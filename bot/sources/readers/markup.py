"""Tells code from prose in Markdown, reStructuredText and AsciiDoc; comments are neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice

LONGEST_LINE = 5000  # characters; the rest of a longer one is cut off
MOST_LINES = 50_000


class Kind(Enum):
    PROSE = "prose"
    CODE = "code"


@dataclass(frozen=True)
class Line:
    kind: Kind
    text: str  # of code: without its indentation


def prose(text: str, path: str = "x.md") -> list[str]:
    """The lines that are prose; one of code becomes an empty line. The path's ending tells the language."""
    return [line.text if line.kind is Kind.PROSE else "" for line in lines(text, path)]


def code(text: str, path: str = "x.md") -> list[str]:
    """The lines inside code blocks; one of prose becomes an empty line."""
    return [line.text if line.kind is Kind.CODE else "" for line in lines(text, path)]


def lines(text: str, path: str = "x.md") -> Iterator[Line]:
    ending = path.lower().rpartition(".")[2]
    every = (line[:LONGEST_LINE] for line in islice(text.removeprefix("\ufeff").splitlines(), MOST_LINES))
    if ending == "rst":
        return _restructured(every)
    if ending in ("adoc", "asciidoc", "asc"):
        return _asciidoc(every)
    return _markdown(_without_front_matter(every))


def _without_front_matter(every: Iterator[str]) -> Iterator[str]:
    first = next(every, None)
    if first is None:
        return
    if first.rstrip() not in ("---", "+++"):
        yield first
        yield from every
        return
    yield ""
    for line in every:
        yield ""
        if line.rstrip() == first.rstrip():
            break
    yield from every


# --- Markdown -----------------------------------------------------------------------------------------------

FENCE = re.compile(r"[ \t>]*(?:[-*+] +|\d{1,9}[.)] +)?(`{3,}|~{3,})([^`]*)")
LIST_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])( +)")
PRE, PRE_END = re.compile(r"<pre\b[^<>]*>", re.IGNORECASE), re.compile(r"</pre\s*>", re.IGNORECASE)


class _Markdown:
    """What the line before leaves open."""

    def __init__(self) -> None:
        self.fence = ""
        self.quoted = False  # the fence stands in a quotation
        self.in_comment = False
        self.in_pre = False
        self.after_blank = True
        self.in_indented = False
        self.list_offset = 0  # where the text of the list item around us begins


def _markdown(every: Iterator[str]) -> Iterator[Line]:
    state = _Markdown()
    for line in every:
        yield _markdown_line(state, line)


def _markdown_line(state: _Markdown, line: str) -> Line:
    if state.fence:
        return _in_fence(state, line)
    line = _without_comments(state, line)
    if state.in_pre or PRE.search(line):
        return _in_pre(state, line)
    if opening := FENCE.match(line):
        state.fence = opening[1]
        state.quoted = ">" in line[: opening.start(1)]
        return Line(Kind.PROSE, "")
    return _indented_or_prose(state, line)


def _in_fence(state: _Markdown, line: str) -> Line:
    bare = line.strip(" \t>")
    if len(bare) >= len(state.fence) and not bare.strip(state.fence[0]):
        state.fence = ""
        state.after_blank = True
        return Line(Kind.PROSE, "")
    return Line(Kind.CODE, line.lstrip(" \t>" if state.quoted else " \t").rstrip())


def _in_pre(state: _Markdown, line: str) -> Line:
    opening = None if state.in_pre else PRE.search(line)
    inside = line[opening.end() :] if opening else line
    state.in_pre = PRE_END.search(inside) is None
    return Line(Kind.CODE, re.sub(r"<[^<>]*>", "", inside).strip())


def _without_comments(state: _Markdown, line: str) -> str:
    kept = ""
    while line:
        if state.in_comment:
            _, end, line = line.partition("-->")
            state.in_comment = not end
        else:
            before, start, line = line.partition("<!--")
            kept += before
            state.in_comment = bool(start)
    return kept


def _indented_or_prose(state: _Markdown, line: str) -> Line:
    line = line.expandtabs(4)
    if not line.strip():
        state.after_blank = True
        return Line(Kind.PROSE, "")
    indent = len(line) - len(line.lstrip(" "))
    if indent < state.list_offset and state.after_blank:
        state.list_offset = 0 if indent < 2 else min(state.list_offset, indent)
    is_code = indent >= state.list_offset + 4 and (state.after_blank or state.in_indented)
    state.after_blank, state.in_indented = False, is_code
    if is_code:
        return Line(Kind.CODE, line.strip())
    if item := LIST_ITEM.match(line):
        state.list_offset = item.end()
    return Line(Kind.PROSE, line)


# --- reStructuredText ---------------------------------------------------------------------------------------

CODE_DIRECTIVE = re.compile(r" *\.\. +(code|code-block|sourcecode|prompt|parsed-literal|console|highlight)::")
EXPLICIT = re.compile(r" *\.\.( |$)")
DIRECTIVE_OR_TARGET = re.compile(r" *\.\. +([\w:-]+::|_|\[|\|)")


def _restructured(every: Iterator[str]) -> Iterator[Line]:
    """A block is what is indented deeper than the line that opens it, with the empty lines in between."""
    kind, opened_at = Kind.PROSE, -1
    is_comment = False
    for raw in every:
        line = raw.expandtabs(8)
        indent = len(line) - len(line.lstrip(" "))
        if opened_at >= 0 and (not line.strip() or indent > opened_at):
            yield Line(kind, "" if is_comment else line.strip())
            continue
        kind, opened_at, is_comment = Kind.PROSE, -1, False
        if CODE_DIRECTIVE.match(line):
            kind, opened_at = Kind.CODE, indent
        elif EXPLICIT.match(line):
            is_comment = DIRECTIVE_OR_TARGET.match(line) is None
            opened_at = indent if is_comment else -1
        elif line.rstrip().endswith("::"):
            kind, opened_at = Kind.CODE, indent
        yield Line(Kind.PROSE, "" if is_comment else line)


# --- AsciiDoc -----------------------------------------------------------------------------------------------

DELIMITER = re.compile(r"(-{4,}|\.{4,}|/{4,}|`{3,})")


def _asciidoc(every: Iterator[str]) -> Iterator[Line]:
    block = ""
    after_blank = True
    for raw in every:
        line = raw.rstrip()
        if block:
            if line == block:
                block = ""
                yield Line(Kind.PROSE, "")
            else:
                yield Line(
                    Kind.PROSE if block[0] == "/" else Kind.CODE, "" if block[0] == "/" else line.strip()
                )
            continue
        delimiter = DELIMITER.match(line)
        if delimiter and (delimiter[1] == line or line.startswith("```")):
            block = delimiter[1]
            yield Line(Kind.PROSE, "")
        elif line.startswith("//"):
            yield Line(Kind.PROSE, "")
        elif line[:1] in (" ", "\t") and after_blank and not LIST_ITEM.match(line):
            yield Line(Kind.CODE, line.strip())
            continue
        else:
            yield Line(Kind.PROSE, line)
        after_blank = not line
