"""How what people say is read, whatever the subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.recognition import QUOTED, Language, Signs, plain

CONCEPTS = {
    "kettle": ("kettle", "water boiler"),
    "broken": ("broken", "not work", "fails"),
    "cup": ("cup", "=mug"),
    "deadline": ("deadline",),
}
LANGUAGE = Language(
    {
        "kettle": Signs(
            ("error boiling: no water",), ("kettle broken !deadline",), "Fill it with water", "kettle"
        ),
        "cup": Signs((), ("cup broken",), "Glue the handle, or buy another", "cup"),
    },
    CONCEPTS,
)


def recognised(text):
    return LANGUAGE.recognised(LANGUAGE.heard(text))


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        pytest.param("the kettle is broken", {"kettle"}, id="both concepts, near each other"),
        pytest.param("KETTLE!! doesn't work", {"kettle"}, id="shouted, and shortened"),
        pytest.param("our ketle is brokn", {"kettle"}, id="misspelt"),
        pytest.param("my kettle fals", {"kettle"}, id="a letter of a short word is missing"),
        pytest.param("my kettle fxil", set(), id="short words are not guessed at otherwise"),
        pytest.param("the ketlte failed", {"kettle"}, id="letters swapped, another ending"),
        pytest.param(
            "water in the boiler is fine, it fails anyway", {"kettle"}, id="a phrase with words inside"
        ),
        pytest.param("two mugs broken, no, one mug", {"cup"}, id="a word as it is"),
        pytest.param("mugshot broken", set(), id="a word as it is, and nothing like it"),
        pytest.param("the kettle is broken, what about the deadline?", set(), id="what must not be said is"),
        pytest.param("the kettle sings", set(), id="one concept is not enough"),
        pytest.param(f"the kettle {'and so on ' * 30} is broken", set(), id="too far from each other"),
        pytest.param("\x1b[31mERROR\x1b[0m boiling - no `water`", {"kettle"}, id="what a program said"),
        pytest.param("errro boiling: no watre", {"kettle"}, id="what a program said, typed from memory"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_a_subject_is_recognised_by_concepts_or_by_what_a_program_says(text, subjects):
    assert set(recognised(text)) == subjects


def test_what_a_program_said_counts_more_than_anything_else():
    assert recognised("error boiling no water")["kettle"] > QUOTED
    assert recognised("the kettle is broken")["kettle"] < QUOTED


@pytest.mark.parametrize("before", [0, 300, 5000])
def test_it_is_found_near_the_end_of_a_long_log(before):
    log = "Run the machine\n" * before + "2023-10-20 Error boiling: no water\n" + "done\n" * 300
    assert set(recognised(log)) == {"kettle"}


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("published", "publishing"),
        ("dependencies", "dependency"),
        ("pinned", "pins"),
        ("releases", "release"),
        ("can't", "cannot"),
        ("score: -1", "score minus one"),
        ("0/10", "0 / 10"),
        ("top-level", "toplevel"),
        ("500ing", "503"),
        ("run: make", "runstep make"),
    ],
)
def test_these_are_read_alike(one, another):
    assert plain(one) == plain(another)


@pytest.mark.parametrize(
    ("one", "another"), [("v2.-1.0", "minusone"), ("dot", "do not"), ("2023-1", "minus one")]
)
def test_these_are_not(one, another):
    assert plain(one) != plain(another)


@given(st.text(max_size=400))
def test_anything_can_be_read(text):
    recognised(text)
    LANGUAGE.guessed(LANGUAGE.heard(text))
