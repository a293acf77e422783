"""The criteria that organizers attested."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import attestations
from rules.model import Attestation

ATTESTED = sa.select(
    attestations.c.badge,
    attestations.c.criterion,
    attestations.c.attested_by,
    attestations.c.attested_at,
    attestations.c.why,
    attestations.c.fingerprint,
).where(attestations.c.edition == sa.bindparam("edition"), attestations.c.project == sa.bindparam("id"))
"""The columns of an `Attestation`, in its order."""


class Attestations:
    def __init__(self, database: Database, edition: str) -> None:
        self._database = database
        self._edition = edition

    def of(self, project_id: str) -> tuple[Attestation, ...]:
        with self._database.read() as read:
            return tuple(
                Attestation(*row)
                for row in read.execute(ATTESTED, {"edition": self._edition, "id": project_id})
            )

    def attest(self, project_id: str, attestation: Attestation) -> None:
        """Attest a criterion. A newer word replaces an older one."""
        row = {
            "edition": self._edition,
            "project": project_id,
            "badge": attestation.badge,
            "criterion": attestation.criterion,
            "attested_by": attestation.by,
            "attested_at": attestation.at,
            "why": attestation.why,
            "fingerprint": attestation.fingerprint,
        }
        with self._database.write() as write:
            write.execute(self._database.upsert(attestations), row)
