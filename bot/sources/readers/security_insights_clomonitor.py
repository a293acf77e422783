"""Judges Security Insights the way CLOMonitor does: a subset of the fields, and scalars as they stand.

Source: cncf/clomonitor linter/checks/datasource/security_insights/{mod,v1,v2}.rs at 2e04a583 and b8c7ca02;
serde_yaml 0.9: any scalar is text, a plain true or false is a flag, other keys are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from bot.sources.readers.wording import mistake, seen


class Scalar(Enum):
    """What a value must be."""

    TEXT = "text"
    FILLED = "text that is not empty"
    FLAG = "true or false"


@dataclass(frozen=True)
class Optional:
    shape: Shape


@dataclass(frozen=True)
class Many:
    shape: Shape
    at_least: int = 0


Fields: TypeAlias = "Mapping[str, Shape]"  # a key such as "type|kind" goes by either name
Shape: TypeAlias = "Scalar | Optional | Many | Fields"

TEXT, FILLED, FLAG = Scalar.TEXT, Scalar.FILLED, Scalar.FLAG
CONTACT: Fields = {"name": FILLED, "primary": FLAG}

V1: Fields = {
    "contribution-policy": {"accepts-automated-pull-requests": FLAG, "accepts-pull-requests": FLAG},
    "dependencies": Optional(
        {
            "env-dependencies-policy": Optional({"comment": Optional(TEXT), "policy-url": Optional(TEXT)}),
            "sbom": Optional(
                Many(
                    {
                        "sbom-creation": Optional(TEXT),
                        "sbom-file": Optional(TEXT),
                        "sbom-format": Optional(TEXT),
                        "sbom-url": Optional(TEXT),
                    }
                )
            ),
        }
    ),
    "distribution-points": Many(TEXT),
    "header": {"expiration-date": TEXT, "project-url": TEXT, "schema-version": TEXT},
    "project-lifecycle": {"bug-fixes-only": FLAG, "core-maintainers": Optional(Many(TEXT)), "status": TEXT},
    "security-artifacts": Optional(
        {
            "self-assessment": Optional(
                {
                    "comment": Optional(TEXT),
                    "evidence-url": Optional(Many(TEXT)),
                    "self-assessment-created": FLAG,
                }
            )
        }
    ),
    "security-contacts": Many({"type|kind": TEXT, "value": TEXT}),
    "vulnerability-reporting": {"accepts-vulnerability-reports": FLAG},
}

V2: Fields = {
    "header": {"last-reviewed": FILLED, "last-updated": FILLED, "schema-version": TEXT, "url": FILLED},
    "project": Optional(
        {
            "administrators": Many(CONTACT, at_least=1),
            "name": FILLED,
            "repositories": Many({"comment": FILLED, "name": FILLED, "url": FILLED}, at_least=1),
            "vulnerability-reporting": {"bug-bounty-available": FLAG, "reports-accepted": FLAG},
        }
    ),
    "repository": Optional(
        {
            "accepts-automated-change-request": FLAG,
            "accepts-change-request": FLAG,
            "core-team": Many(CONTACT, at_least=1),
            "license": {"expression": FILLED, "url": FILLED},
            "security": {"assessments": {"self": {"comment": FILLED}}},
            "status": FILLED,
            "url": FILLED,
            "documentation": Optional({"dependency-management-policy": Optional(FILLED)}),
        }
    ),
}


def version(words: object) -> str:
    """`header.schema-version` as it is written, or "". `words` is the document as `load_words` gives it."""
    header = words.get("header") if isinstance(words, dict) else None
    said = header.get("schema-version") if isinstance(header, dict) else None
    return said if isinstance(said, str) else ""


def errors(document: object, words: object) -> Iterator[str]:
    """Why CLOMonitor refuses the document, which is given by `load` and by `load_words`."""
    stated = version(words)
    if stated.startswith("1."):
        yield from _wrong(V1, document, words, ())
    elif stated.startswith("2."):
        yield from _wrong(V2, document, words, ())
        if (
            isinstance(document, dict)
            and document.get("project") is None
            and document.get("repository") is None
        ):
            yield mistake((), "has neither 'project' nor 'repository'")
    else:
        yield mistake(("header", "schema-version"), f"{seen(stated or None)}, must begin with 1. or 2.")


def _wrong(shape: Shape, value: object, word: object, path: tuple[str | int, ...]) -> Iterator[str]:
    """The mistakes in one value; `word` is the same value with its scalars as they stand."""
    match shape:
        case Optional():
            if value is not None:
                yield from _wrong(shape.shape, value, word, path)
        case Many():
            yield from _wrong_items(shape, value, word, path)
        case Scalar():
            if not _fits(shape, value, word):
                yield mistake(path, f"{seen(value)}, must be {shape.value}")
        case _:
            yield from _wrong_fields(shape, value, word, path)


def _fits(scalar: Scalar, value: object, word: object) -> bool:
    if scalar is Scalar.FLAG:
        return isinstance(value, bool)
    return isinstance(word, str) and (scalar is Scalar.TEXT or word != "")


def _wrong_items(many: Many, value: object, words: object, path: tuple[str | int, ...]) -> Iterator[str]:
    if words == "" and value is None:
        value = words = []  # nothing after a key is an empty list to serde_yaml
    if not isinstance(value, list) or not isinstance(words, list):
        yield mistake(path, f"{seen(value)}, must be a list")
        return
    if len(value) < many.at_least:
        yield mistake(path, "an empty list, must hold at least one")
    for index, (item, word) in enumerate(zip(value, words, strict=True)):
        yield from _wrong(many.shape, item, word, (*path, index))


def _wrong_fields(fields: Fields, value: object, words: object, path: tuple[str | int, ...]) -> Iterator[str]:
    if not isinstance(value, dict) or not isinstance(words, dict):
        yield mistake(path, f"{seen(value)}, must be a group of keys")
        return
    for names, shape in fields.items():
        present = [name for name in names.split("|") if name in value]
        if len(present) > 1:
            yield mistake(path, f"has both {' and '.join(present)}")
        elif present:
            yield from _wrong(shape, value[present[0]], words[present[0]], (*path, present[0]))
        elif not isinstance(shape, Optional):
            yield mistake(path, f"lacks '{names.split('|')[0]}'")
