"""Reads YAML that anybody may have written: configuration, editions, files of other people's repositories.

YAML 1.2 where the two differ: `on` and `yes` are words, a date stays text, there is no merging with `<<`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

Path: TypeAlias = Sequence[str | int]

LOADER: Any = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader  # Any: they share no type


@dataclass(frozen=True)
class Bounds:
    """How much one document may hold. `nodes` counts an alias as everything it stands for."""

    characters: int
    nodes: int
    depth: int = 64


FOREIGN = Bounds(characters=1024 * 1024, nodes=100_000)
OWN = Bounds(characters=256 * 1024 * 1024, nodes=20_000_000)  # the configuration of a very large Slam


class Unreadable(Exception):  # noqa: N818 - a state of the document, as `Unavailable` is one of a source
    """Why a document cannot be read, and the line (from 1) where that shows."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason if line is None else f"line {line}: {reason}")
        self.reason = reason
        self.line = line


def load(text: str, bounds: Bounds = FOREIGN) -> object:
    """The one document in `text`, as None, bool, int, float, str, list and dict; keys are str, as written.

    Raises Unreadable: broken YAML, a key twice, foreign tags, several documents, more than `bounds` allow.
    """
    return _compose(text, bounds, _scalar)


def load_words(text: str, bounds: Bounds = FOREIGN) -> object:
    """Like `load`, but every scalar is the str that stands there (`2.0` is "2.0", nothing is "")."""
    return _compose(text, bounds, _word)


def load_marked(text: str, bounds: Bounds = FOREIGN) -> Marked:
    """Like `load`, and can be asked afterwards on which line something stands."""
    return Marked(load(text, bounds), text)


@dataclass(frozen=True)
class Marked:
    """A document that knows its lines; they are looked up when first asked for: most have no mistake."""

    value: object
    text: str

    def line(self, path: Path) -> int:
        """The line (from 1) of the key or list item that `path` leads to, or of the nearest one above it."""
        return self._nearest(path)[0]

    def span(self, path: Path) -> tuple[int, int]:
        """The first and the last line (from 1) of the value that `path` leads to, without its key."""
        place = self._nearest(path)[1]
        return place.first, place.last

    def _nearest(self, path: Path) -> tuple[int, _Place]:
        line, place = self._root.first, self._root
        for step in path:
            if step not in place.children:
                break
            line, place = place.children[step]
        return line, place

    @cached_property
    def _root(self) -> _Place:
        events = (event for event in _events(self.text) if not isinstance(event, OUTSIDE))
        first = next(events, None)
        return _Place(1, 1) if first is None else _place(first, events, {})


class _Place:
    """Where a value stands; `children` by key or index, each with the line of its key or item."""

    __slots__ = ("children", "first", "last")

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last
        self.children: dict[str | int, tuple[int, _Place]] = {}

    def add(self, step: str | int, line: int, child: _Place) -> None:
        self.children[step] = (line, child)
        self.last = max(self.last, child.last)


OUTSIDE = (StreamStartEvent, StreamEndEvent, DocumentStartEvent, DocumentEndEvent)


def _place(event: Event, events: Iterator[Event], anchors: dict[str, _Place]) -> _Place:
    """Recursing is safe here: `load` has bounded the depth of this very text before."""
    place = _Place(_line(event), _last_line(event))
    if isinstance(event, AliasEvent):
        return anchors.get(event.anchor or "", place)
    if isinstance(event, MappingStartEvent):
        for key in takewhile(lambda event: not isinstance(event, MappingEndEvent), events):
            place.add(getattr(key, "value", ""), _line(key), _place(next(events), events, anchors))
    elif isinstance(event, SequenceStartEvent):
        for item in takewhile(lambda event: not isinstance(event, SequenceEndEvent), events):
            place.add(len(place.children), _line(item), _place(item, events, anchors))
    if anchor := getattr(event, "anchor", None):
        anchors[anchor] = place
    return place


def _last_line(event: Event) -> int:
    """A block of text ends where the next thing begins: at the start of a line, and so on the line before."""
    mark = event.end_mark
    if mark is None:
        return _line(event)
    return max(_line(event), mark.line if mark.column == 0 else mark.line + 1)


# --- From events to values ----------------------------------------------------------------------------------


def _compose(text: str, bounds: Bounds, scalar: Callable[[ScalarEvent], object]) -> object:
    if len(text) > bounds.characters:
        raise Unreadable(f"longer than {bounds.characters:,} characters")
    builder = _Builder(bounds, scalar)
    for event in _events(text):
        builder.take(event)
    return builder.root


def _events(text: str) -> Iterator[Event]:
    try:
        loader = LOADER(text)
        yield from iter(loader.get_event, None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(error.problem or "not YAML", None if mark is None else mark.line + 1) from error
    except (yaml.reader.ReaderError, UnicodeEncodeError) as error:
        raise Unreadable("characters that YAML does not allow") from error


class _Open:
    """A list or mapping whose end has not been read yet."""

    __slots__ = ("anchor", "key", "nodes_before", "value")

    def __init__(
        self, value: list[object] | dict[str, object], anchor: str | None, nodes_before: int
    ) -> None:
        self.value = value
        self.anchor = anchor
        self.nodes_before = nodes_before
        self.key: str | None = None

    @property
    def wants_key(self) -> bool:
        return self.key is None and type(self.value) is dict


class _Builder:
    """Builds the value in one pass with a stack of its own: nesting must not reach Python's."""

    def __init__(self, bounds: Bounds, scalar: Callable[[ScalarEvent], object]) -> None:
        self.root: object = None
        self._bounds = bounds
        self._scalar = scalar
        self._anchors: dict[str, tuple[object, int]] = {}
        self._stack: list[_Open] = []
        self._nodes = 0
        self._documents = 0
        self._takers: dict[type[Event], Callable[[Any], None]] = {
            DocumentStartEvent: self._document,
            ScalarEvent: self._word,
            AliasEvent: self._alias,
            MappingStartEvent: self._open,
            SequenceStartEvent: self._open,
            MappingEndEvent: self._close,
            SequenceEndEvent: self._close,
        }

    def take(self, event: Event) -> None:
        if taker := self._takers.get(type(event)):
            taker(event)

    def _document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unreadable("several documents in one file", _line(event))

    def _word(self, event: ScalarEvent) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and top.wants_key:
            top.key = _new_key(event, top.value)
            return
        value = self._scalar(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, 1, event)

    def _alias(self, event: AliasEvent) -> None:
        self._refuse_as_key(event)
        if event.anchor not in self._anchors:
            raise Unreadable(f"*{event.anchor} stands for nothing yet", _line(event))
        value, nodes = self._anchors[event.anchor]
        self._put(value, nodes, event)

    def _open(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        self._refuse_as_key(event)
        if len(self._stack) >= self._bounds.depth:
            raise Unreadable(f"nested deeper than {self._bounds.depth} levels", _line(event))
        mapping = type(event) is MappingStartEvent
        _refuse_foreign_tag(event, ("map" if mapping else "seq",))
        opened = _Open({} if mapping else [], event.anchor, self._nodes)
        self._put(opened.value, 1, event)
        self._stack.append(opened)

    def _close(self, event: Event) -> None:
        closed = self._stack.pop()
        if closed.anchor:
            # only now: a list that contains itself would have no end
            self._anchors[closed.anchor] = (closed.value, self._nodes - closed.nodes_before)

    def _put(self, value: object, nodes: int, event: Event) -> None:
        self._nodes += nodes
        if self._nodes > self._bounds.nodes:
            raise Unreadable(f"more than {self._bounds.nodes:,} values", _line(event))
        if not self._stack:
            self.root = value
            return
        top = self._stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is not None:
            top.value[top.key] = value
            top.key = None

    def _refuse_as_key(self, event: Event) -> None:
        if self._stack and self._stack[-1].wants_key:
            raise Unreadable("a key must be a plain word", _line(event))


def _line(event: Event) -> int:
    mark = event.start_mark
    return 1 if mark is None else mark.line + 1


def _new_key(event: ScalarEvent, known: Container[object]) -> str:
    key: str = event.value
    if key in known:
        raise Unreadable(f"the key {key[:80]!r} stands there twice", _line(event))
    return key


TAG = "tag:yaml.org,2002:"


def _refuse_foreign_tag(
    event: ScalarEvent | MappingStartEvent | SequenceStartEvent, own: Collection[str]
) -> None:
    tag: str | None = event.tag
    if tag and tag != "!" and tag.removeprefix(TAG) not in own:
        raise Unreadable(f"the tag {tag[:80]!r} is not understood", _line(event))


def _word(event: ScalarEvent) -> str:
    word: str = event.value
    return word


# --- What a plain word means: the core schema of YAML 1.2 ---------------------------------------------------

WORDS: dict[str, bool | float | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **{word: float("nan") for word in (".nan", ".NaN", ".NAN")},
}
NUMBER_STARTS = frozenset("0123456789+-.")
LONGEST_NUMBER = 40
# a leading zero makes it a word ("007"), as serde_yaml has it
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
OTHER_BASE = re.compile(r"([-+]?)0(?:x([0-9a-fA-F]+)|o([0-7]+)|b([01]+))")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def _scalar(event: ScalarEvent) -> object:
    text: str = event.value
    if event.tag:
        return _tagged(event)
    if not event.implicit[0]:
        return text
    if text in WORDS:
        return WORDS[text]
    if text[0] in NUMBER_STARTS and len(text) <= LONGEST_NUMBER:
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    if INTEGER.fullmatch(text):
        return int(text)
    if based := OTHER_BASE.fullmatch(text):
        sign, hexadecimal, octal, binary = based.groups()
        base, digits = (16, hexadecimal) if hexadecimal else (8, octal) if octal else (2, binary)
        return int(sign + digits, base)
    if FLOAT.fullmatch(text):
        return float(text)
    return text


def _tagged(event: ScalarEvent) -> object:
    """`!!str 1` is a word; `!!int 1` is what a plain 1 would be, and must be."""
    _refuse_foreign_tag(event, ("str", "int", "float", "bool", "null", "timestamp"))
    text: str = event.value
    kind = (event.tag or "").removeprefix(TAG)
    if kind in ("str", "timestamp", "!"):
        return text
    value = WORDS[text] if text in WORDS else _number(text)
    if kind == "float" and type(value) is int:
        return float(value)
    if kind != ("null" if value is None else type(value).__name__):
        raise Unreadable(f"{text[:80]!r} is not of the type !!{kind}", _line(event))
    return value
