"""Reads the mappings of a configuration file key by key. What is wrong is noted, and the reading goes on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from bot.config.kinds import Wrong

T = TypeVar("T")
D = TypeVar("D")

Known: TypeAlias = Collection[str] | Callable[[Mapping[str, object]], Collection[str]]

SECRET_KEY = re.compile(r"token|secret|password|database_?url|api_?key", re.IGNORECASE)
SECRET = re.compile(
    r"\bx(?:ox[a-z]|app)-[\w-]{8,}|\bgh[a-z]_\w{20,}|\bgithub_pat_\w{20,}|\b[0-9a-f]{32}\b|://[^/@\s]*:[^/@\s]+@"
)
SHOWN = 80  # characters of a wrong value that are quoted
SUGGESTED = 20  # names that are listed where none is near


class Entry:
    """One mapping of the file. `where` leads to it: "reminders[2]", or "" at the top."""

    __slots__ = ("is_mapping", "mistakes", "values", "where")

    def __init__(self, value: object, where: str, known: Collection[str], mistakes: list[str]) -> None:
        self.where = where
        self.mistakes = mistakes
        self.values: Mapping[str, object] = {}
        self.is_mapping = value is None or isinstance(value, Mapping)
        if isinstance(value, Mapping):
            self.values = value
            for key in value:
                if key not in known:
                    self.mistakes.append(f"{self.at(key)}: {_unknown(key, known)}")
        elif not self.is_mapping:
            self.mistakes.append(f"{where or 'the file'}: {wanted(_mapping(known), value)}")

    def at(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def note(self, key: str, text: str) -> None:
        self.mistakes.append(f"{self.at(key)}: {text}")

    def get(self, key: str, kind: Callable[[object], T], default: D) -> T | D:
        value = self.values.get(key)
        return default if value is None else self._read(self.at(key), kind, value, default)

    def need(self, key: str, kind: Callable[[object], T]) -> T | None:
        if self.is_mapping and self.values.get(key) is None:
            self.note(key, "missing")
        return self.get(key, kind, None)

    def unique(self, key: str, kind: Callable[[object], str], seen: set[str]) -> str | None:
        """What is needed and may stand in one entry alone; None: it is missing or wrong."""
        name = self.need(key, kind)
        if name in seen:
            self.note(key, f"{name!r} stands there twice")
        if name is not None:
            seen.add(name)
        return name

    def each(self, key: str, kind: Callable[[object], T]) -> tuple[T, ...]:
        """The values of a list; those that are wrong are noted and left out."""
        read = (
            self._read(f"{self.at(key)}[{i}]", kind, value, None) for i, value in enumerate(self._list(key))
        )
        return tuple(value for value in read if value is not None)

    def entry(self, key: str, known: Collection[str]) -> Entry:
        """The mapping under a key; empty where there is none."""
        return Entry(self.values.get(key), self.at(key), known, self.mistakes)

    def entries(self, key: str, known: Known) -> Iterator[Entry]:
        """The mappings of a list; what keys each may have can depend on the mapping."""
        for i, value in enumerate(self._list(key)):
            where = f"{self.at(key)}[{i}]"
            keys = (
                known if isinstance(known, Collection) else known(value if isinstance(value, Mapping) else {})
            )
            if isinstance(value, Mapping):
                yield Entry(value, where, keys, self.mistakes)
            else:
                self.mistakes.append(f"{where}: {wanted(_mapping(keys), value)}")

    def _list(self, key: str) -> list[object]:
        value = self.values.get(key)
        if isinstance(value, list):
            return value
        if value is not None:
            self.note(key, wanted("a list", value))
        return []

    def _read(self, where: str, kind: Callable[[object], T], value: object, default: D) -> T | D:
        try:
            return kind(value)
        except Wrong as wrong:
            self.mistakes.append(f"{where}: {wanted(str(wrong), value)}")
            return default


def wanted(what: str, value: object) -> str:
    shown = repr(value)
    return f"expected {what}, found {shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + '…'}"


def absent(what: str, word: str, known: Collection[str]) -> str:
    """That there is no such thing, and what may have been meant."""
    return f"no {what} {word!r}{_instead(word, known)}"


def _instead(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(list(known)[:SUGGESTED])}"


def _mapping(known: Iterable[str]) -> str:
    return f"a mapping with {', '.join(known)}"


def _unknown(key: str, known: Collection[str]) -> str:
    if SECRET_KEY.search(key):
        return f"secrets come from the environment only; take it out of the file and set {key.upper()}"
    return f"unknown key{_instead(key, known)}"
