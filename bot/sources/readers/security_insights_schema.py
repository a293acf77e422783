"""Judges Security Insights by our reading of the published schemas (schemas/)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.documents import load
from bot.sources.readers.wording import listed, mistake, seen

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

SCHEMAS = Path(__file__).parent / "schemas"
V1 = "1.0.0"
V2 = {"2.0": "2.0.0", "2.1": "2.1.0", "2.2": "2.2.0"}
NEWEST = "2.2.0"


def errors(document: object, version: str) -> Iterator[str]:
    """What the schema of this `header.schema-version` refuses; of an unknown one, what the newest refuses."""
    for error in _validator(_schema_for(version)).iter_errors(document):
        yield mistake(error.absolute_path, _said(error))


def _schema_for(version: str) -> str:
    if version.startswith("1."):
        return V1
    return V2.get(".".join(version.split(".")[:2]), NEWEST)


@cache
def _validator(version: str) -> Any:  # noqa: ANN401 - jsonschema makes its classes at run time
    # jsonschema is slow to import, and the bot answers long before it needs this
    from jsonschema import FormatChecker  # noqa: PLC0415
    from jsonschema.validators import extend, validator_for  # noqa: PLC0415

    checker = FormatChecker(formats=())
    for name, is_valid in FORMATS.items():
        checker.checks(name)(is_valid)
    schema: Any = load((SCHEMAS / f"security-insights-{version}.yaml").read_text(encoding="utf-8"))
    kind: Any = extend(validator_for(schema), {"uniqueItems": _unique})  # type: ignore[no-untyped-call]
    return kind(schema, format_checker=checker)


def _unique(validator: Any, wanted: bool, instance: object, schema: object) -> Iterator[ValidationError]:  # noqa: ANN401
    """jsonschema compares each item with each other one, which a long list turns into hours."""
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415

    if wanted and isinstance(instance, list):
        distinct = {json.dumps(item, sort_keys=True) for item in instance}
        if len(distinct) < len(instance):
            yield ValidationError("something stands there twice")


# --- How an error is said -----------------------------------------------------------------------------------

TYPES = {
    "string": "text",
    "boolean": "true or false",
    "object": "a group of keys",
    "array": "a list",
    "integer": "a whole number",
}
FORM = {
    "date": "a date such as 2025-03-01",
    "date-time": "a moment such as 2025-03-01T00:00:00Z",
    "iri": "an address",
    "idn-email": "an e-mail address",
    "contact": "an e-mail address, a link or a phone number",
    "pgp key": "a PGP public key block",
}


def _said(error: Any) -> str:  # noqa: ANN401 - the type of each part depends on the validator
    value, wanted = error.instance, error.validator_value
    match error.validator:
        case "required":
            return f"lacks {listed(key for key in wanted if key not in value)}"
        case "additionalProperties":
            return f"does not have {listed(key for key in value if key not in error.schema['properties'])}"
        case "type":
            return f"{seen(value)}, must be {TYPES[wanted]}"
        case "enum":
            return f"{seen(value)}, must be one of {listed(wanted, most=12)}"
        case "format":
            return f"{seen(value)}, must be {FORM[wanted]}"
        case "pattern":
            return f"{seen(value)}, must be {error.schema.get('title', f'of the form {wanted}')}"
        case "minItems":
            return "an empty list, must hold at least one"
        case "minLength" | "maxLength":
            return f"{len(value)} characters, must be 1 to 560"
        case _:
            return str(error.message)


# --- Formats ------------------------------------------------------------------------------------------------

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIME = re.compile(r"[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII)


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_moment(value: object) -> bool:
    """RFC 3339."""
    return not isinstance(value, str) or (_is_date(value[:10]) and TIME.fullmatch(value, 10) is not None)


# RFC 3987, as far as it matters to a link: which characters may stand where
IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    r"(//([^\[\]/?#@]*@)?(\[[0-9A-Fa-fv:.]+\]|[^\[\]/?#@:]*)(:[0-9]*)?(/[^\[\]?#]*)?|[^\[\]?#]*)"
    r"(\?[^\[\]#]*)?(#[^\[\]#]*)?"
)
NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f-\x9f]|%(?![0-9A-Fa-f]{2})")


def _is_iri(value: object) -> bool:
    return not isinstance(value, str) or (
        IRI.fullmatch(value) is not None and NOT_IN_IRI.search(value) is None
    )


def _is_email(value: object) -> bool:
    return not isinstance(value, str) or "@" in value


EMAIL = re.compile(r"[\w+.-]+@[\w.-]+")
WHITESPACE = re.compile(r"\s")
DIGITS = frozenset("0123456789")
PHONE_TAIL = " -./0123456789"


def _is_contact(value: object) -> bool:
    """An e-mail address, anything with a link in it, or anything that ends as a phone number does."""
    if not isinstance(value, str) or "http://" in value or "https://" in value:
        return True
    line = value.removesuffix("\n")
    if EMAIL.fullmatch(line):
        return True
    head = WHITESPACE.sub(" ", line).rstrip(PHONE_TAIL)
    return any(digit in line[len(head) :] for digit in DIGITS) or (head[-1:] == ")" and head[-2:-1] in DIGITS)


BEGIN, END = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"
ARMOR = re.compile(r"[a-zA-Z0-9/\n.:+ =]+")


def _is_pgp_key(value: object) -> bool:
    """The block, whose inner lines hold nothing but what a key is written in; its outer two may say more."""
    if not isinstance(value, str):
        return True
    block = value.removesuffix("\n")
    if not block.startswith(BEGIN) or not block.endswith(END) or len(block) < len(BEGIN) + len(END):
        return False
    inside = block[len(BEGIN) : -len(END)]
    first, last = inside.find("\n"), inside.rfind("\n")
    return ARMOR.search(inside) is not None and (
        first < 0 or ARMOR.fullmatch(inside[first : last + 1]) is not None
    )


FORMATS: Mapping[str, Callable[[object], bool]] = {
    "date": _is_date,
    "date-time": _is_moment,
    "iri": _is_iri,
    "idn-email": _is_email,
    "contact": _is_contact,
    "pgp key": _is_pgp_key,
}
