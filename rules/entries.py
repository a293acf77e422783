"""How the YAML files of the rules are read: every mistake is named at once, by where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MistakesError(Exception):
    """Every mistake in a file, each as "where it stands: what is wrong"."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(self.mistakes))


def texts(value: object, where: str, mistakes: list[str]) -> tuple[str, ...]:
    """A list of texts; empty where it is none, which is noted."""
    if isinstance(value, list | tuple) and all(isinstance(each, str) and each.strip() for each in value):
        return tuple(value)
    mistakes.append(f"{where}: expected a list of texts, found {value!r:.80}")
    return ()


def nearest(word: str, known: Iterable[str]) -> str:
    """ "; did you mean 'url'?", or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
