"""Reads where a README links to."""

from __future__ import annotations

import re

from bot.sources.readers import markup

MOST_LINKS = 500
LONGEST_LINK = 2000
LINK = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]+", re.IGNORECASE)
INLINE_CODE = re.compile(r"(`{1,3})[^`]+\1(?!`)")


def links(text: str, path: str = "README.md") -> tuple[str, ...]:
    """The addresses in a document, in order, each once; what stands in code or in a comment is left out."""
    found: dict[str, None] = {}
    for line in markup.prose(text, path):
        for link in LINK.findall(INLINE_CODE.sub(" ", line)):
            found.setdefault(_trimmed(link[:LONGEST_LINK]))
            if len(found) == MOST_LINKS:
                return tuple(found)
    return tuple(found)


def _trimmed(link: str) -> str:
    """Without what closes the link or the sentence; a bracket that the link opened itself stays."""
    unopened = link.count(")") - link.count("(")
    while link and (link[-1] in ".,;:!?*_" or (link[-1] == ")" and unopened > 0)):
        unopened -= link[-1] == ")"
        link = link[:-1]
    if unopened > 0:  # [![badge](https://a/b.svg)](https://c/d): nothing after the bracket is of the link
        link = link[: link.index(")")]
    return link
