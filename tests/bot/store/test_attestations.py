from __future__ import annotations

from dataclasses import replace

from bot.store import Store
from rules.model import Attestation
from tests.builders import NOON, project

CHECK_SETS = Attestation("cleaner", "check_sets", "U0ORLA", NOON, "I looked at all five", "f1")


def test_an_attestation_is_kept_with_who_when_and_why(stores: Store):
    stores.projects.declare([project(), project(id="coral")])
    stores.attestations.attest("kelp", CHECK_SETS)
    assert stores.attestations.of("kelp") == (CHECK_SETS,)
    assert stores.attestations.of("coral") == ()


def test_a_newer_word_replaces_an_older_one_about_the_same_criterion(stores: Store):
    stores.projects.declare([project()])
    newer = replace(CHECK_SETS, by="U0OTTO", fingerprint="f2")
    other = replace(CHECK_SETS, badge="defender")
    for each in (CHECK_SETS, other, newer):
        stores.attestations.attest("kelp", each)
    assert set(stores.attestations.of("kelp")) == {newer, other}
