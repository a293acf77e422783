from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import codec
from rules.model import NEVER_ASKED, Attestation, Evidence, GitHub, Project, Seen, Unavailable
from tests.builders import NOON, evidence, project, seen

MOMENTS = st.datetimes(timezones=st.just(UTC))

st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(0, 2**31))
st.register_type_strategy(
    Seen,
    lambda kind: st.builds(
        Seen,
        st.from_type(get_args(kind)[0]),
        MOMENTS,
        st.text(),
        st.none() | MOMENTS,
        st.none() | st.text(),
    ),
)


@settings(deadline=None)
@given(told=st.from_type(Evidence))
def test_whatever_the_sources_told_comes_back_as_it_was(told: Evidence):
    assert codec.decode(codec.encode(told), told.project, told.attestations) == told


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(seen(None), id="there is none"),
        pytest.param(Unavailable("503"), id="never told"),
        pytest.param(NEVER_ASKED, id="never asked"),
        pytest.param(Seen(None, NOON, "", NOON, "503"), id="there was none, and now it is silent"),
    ],
)
def test_no_answer_is_taken_for_another(answer: Seen[None] | Unavailable):
    told = Evidence(project(), answer, GitHub(security_insights=answer))
    assert codec.decode(codec.encode(told), project(), ()) == told


def test_a_moment_is_the_same_moment_in_utc():
    told = evidence(clomonitor=Seen(None, datetime.fromisoformat("2023-10-20T14:00:00+02:00"), ""))
    read = codec.decode(codec.encode(told), project(), ()).clomonitor
    assert isinstance(read, Seen)
    assert read.as_of == NOON


def test_the_document_holds_what_the_sources_told_and_nothing_else():
    attested = Attestation("b", "c", "U1", NOON, "why", "f")
    told = codec.encode(Evidence(Project("kelp", "Kelp"), attestations=(attested,)))
    assert msgspec.json.decode(told).keys() == {"clomonitor", "github", "scorecard"}


def test_what_an_older_version_did_not_ask_was_never_asked():
    assert codec.decode("{}", project(), ()) == Evidence(project())


def test_what_a_newer_version_added_is_passed_over():
    document = '{"tea_leaves": ["cold"], "github": {"stars": 7}}'
    assert codec.decode(document, project(), ()) == Evidence(project())


@pytest.mark.parametrize("document", ["", "[]", "{", '{"github": 1}', '{"clomonitor": {"value": 1}}'])
def test_what_cannot_be_read_is_said_to_be_so(document: str):
    with pytest.raises(msgspec.MsgspecError):
        codec.decode(document, project(), ())
