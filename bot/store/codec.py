"""Evidence as a JSON document and back.

The document holds what the sources told, and no more: the project and the attestations are rows of their own.
Its shape is that of `rules.model`, where one more field with a default needs nothing here.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

import msgspec

from rules.model import Attestation, Evidence, Project

ROWS = ("project", "attestations")
TOLD = tuple(field.name for field in fields(Evidence) if field.name not in ROWS)


def encode(evidence: Evidence) -> str:
    # also what is at its default: for a field that is absent the decoder raises an error, and catches it
    told = {name: getattr(evidence, name) for name in TOLD}
    return msgspec.json.encode(told, enc_hook=dict).decode()  # a dict of any other mapping


def decode(document: str, project: Project, attestations: tuple[Attestation, ...]) -> Evidence:
    """Raises msgspec.MsgspecError where an older version wrote what this one cannot read."""
    told = _DECODER.decode(document)
    return Evidence(project=project, attestations=attestations, **msgspec.structs.asdict(told))


def _told() -> type[Any]:
    """What the sources tell, as a type; what a document does not tell is as if nobody had been asked."""
    hints, nothing = get_type_hints(Evidence), Evidence(Project("", ""))
    return msgspec.defstruct("Told", [(name, hints[name], getattr(nothing, name)) for name in TOLD])


_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_told())
