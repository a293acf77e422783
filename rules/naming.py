"""What a project is called, and where a text says so."""

from __future__ import annotations

import re
from itertools import pairwise

from rules.model import Project

WORD = re.compile(r"[\w-]+")


def called(project: Project) -> set[str]:
    """Its id, its name and its repositories, in small letters."""
    return {project.id, project.name.lower(), *(each.lower() for each in project.repositories)}


def is_said(name: str, text: str) -> bool:
    """Does the name stand in the text, and is no part of a longer word there?"""
    return name in text and bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


def beginning(name: str) -> str:
    """The first two words of a name, or its only one: by them it is looked up."""
    return " ".join(WORD.findall(name)[:2])


def beginnings(text: str) -> set[str]:
    """The beginnings of all names that can stand in a text."""
    words = WORD.findall(text)
    return {"", *words, *(f"{one} {next_one}" for one, next_one in pairwise(words))}
