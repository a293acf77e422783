"""What a YAML document means to the bot, and how little a hostile one can do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import Bounds, Unreadable, load, load_marked, load_words

PLAIN = """\
reviewed: 2025-03-01
enabled: on
disabled: no
sure: true
version: 2.0
schema: 1.0.0
zip: 007
mask: 0x1F
mode: 0o17
share: .5
big: 1e3
quoted: '1'
tagged: !!str 12
counted: !!int 3
nothing:
tilde: ~
"""


def test_a_document_means_what_yaml_1_2_says():
    assert load(PLAIN) == {
        "reviewed": "2025-03-01",
        "enabled": "on",
        "disabled": "no",
        "sure": True,
        "version": 2.0,
        "schema": "1.0.0",
        "zip": "007",
        "mask": 31,
        "mode": 15,
        "share": 0.5,
        "big": 1000.0,
        "quoted": "1",
        "tagged": "12",
        "counted": 3,
        "nothing": None,
        "tilde": None,
    }


def test_keys_stay_words():
    assert load("on: 1\n2: two\nnull: 3\n") == {"on": 1, "2": "two", "null": 3}


def test_words_can_be_had_as_they_stand():
    assert load_words("version: 2.0\nnone:\nlist: [true, 007]\n") == {
        "version": "2.0",
        "none": "",
        "list": ["true", "007"],
    }


@pytest.mark.parametrize("text", ["", "\n", "# nothing here\n", "---\n"])
def test_an_empty_document_is_nothing(text):
    assert load(text) is None


def test_an_alias_is_what_it_stands_for():
    assert load("a: &a {b: 1}\nc: [*a, *a]\n") == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands there twice", id="a key twice"),
        pytest.param("x:\n  a: b: c\n", "line 2", id="broken"),
        pytest.param("a: 'b\n", "end of stream", id="cut"),
        pytest.param("a: &a [*a]\n", "stands for nothing", id="a list within itself"),
        pytest.param("a: !!python/object:os.system x\n", "tag", id="a foreign tag"),
        pytest.param("a: !!int x\n", "not of the type", id="a tag that is wrong"),
        pytest.param("a: 1\n---\nb: 2\n", "several documents", id="several documents"),
        pytest.param("? [a]\n: b\n", "plain word", id="a list as a key"),
        pytest.param("\x00", "characters", id="a control character"),
        pytest.param("\ud800", "characters", id="half a character"),
        pytest.param("[" * 500_000, "deeper", id="deep lists"),
        pytest.param("{a: " * 200_000, "deeper", id="deep mappings"),
        pytest.param("- " * 300_000, "deeper", id="deep blocks"),
        pytest.param("a" * 2_000_000, "longer", id="huge"),
        pytest.param("[" + "1," * 200_000 + "]", "values", id="many values"),
    ],
)
def test_what_cannot_be_read_says_why(text, reason):
    with pytest.raises(Unreadable, match=reason):
        load(text)


def test_a_bomb_of_aliases_does_not_go_off():
    laughs = ["a0: &a0 [lol]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(Unreadable, match="more than 100,000 values"):
        load("\n".join(laughs))


def test_bounds_are_the_callers():
    assert load("[1, 2, 3]", Bounds(characters=9, nodes=4, depth=1)) == [1, 2, 3]
    with pytest.raises(Unreadable):
        load("[1, 2, 3]", Bounds(characters=9, nodes=3, depth=1))


MARKED = """\
# a workflow
jobs:
  build:
    steps:
      - uses: actions/checkout@v4
      - run: |
          make sbom
          make sign
      - {uses: x/y@v1,
         with: {a: b}}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("jobs",), 2),
        (("jobs", "build", "steps", 0, "uses"), 5),
        (("jobs", "build", "steps", 1, "run"), 6),
        (("jobs", "build", "steps", 2, "with", "a"), 10),
        (("jobs", "build", "steps", 7), 4),
        (("jobs", "test", "steps"), 2),
    ],
)
def test_the_line_of_anything_can_be_asked(path, line):
    assert load_marked(MARKED).line(path) == line


def test_the_lines_of_a_block_of_text_can_be_asked():
    assert load_marked(MARKED).span(("jobs", "build", "steps", 1, "run")) == (6, 8)


def test_an_alias_stands_on_its_own_line():
    marked = load_marked("a: &a\n  b: 1\nc:\n  - *a\n")
    assert marked.line(("c", 0)) == 4
    assert marked.line(("c", 0, "b")) == 2


def test_nothing_has_a_line_too():
    assert load_marked("").line(("a",)) == 1


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
    | st.text("[]{}:-&*a!|>'\"\n #?,%", max_size=80)
)
def test_any_text_is_read_or_says_why(text):
    try:
        marked = load_marked(text)
    except Unreadable:
        return
    assert marked.line(("a", 0)) >= 1
