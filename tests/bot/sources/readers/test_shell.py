"""Shell scripts, taken apart into simple commands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.readers.shell import commands


def programs(script):
    return [command.program for command in commands(script)]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("syft dir:.", ["syft"]),
        ("a && b || c | d; e", ["a", "b", "c", "d", "e"]),
        ("x=$(a b)", ["a"]),
        ("FOO=1 BAR=2 a", ["a"]),
        ("sudo -E time a", ["a"]),
        ("if ! a; then b; fi", ["a", "b", "fi"]),
        ("go run x.test/cmd/a@v1 -b", ["a"]),
        ("go install x.test/cmd/a@v1", ["go"]),
        ("npx --yes @scope/a", ["a"]),
        ("docker run --rm -v $PWD:/x registry.test/o/a:v1 b", ["docker", "a"]),
        ("a # b", ["a"]),
        ("a '# b' c#d", ["a"]),
        ("# a", []),
        ("a \\\n  --b \\\n  c", ["a"]),
        ("A := b c", []),
        ("target: dependency", []),
        ("\t@-$(A) b", ["a"]),
        ("", []),
    ],
)
def test_programs_are_found(script, found):
    assert programs(script) == found


def test_words_and_lines_are_kept():
    command = list(commands("a\nB --C \\\n  'D' > file"))[1]
    assert (command.word, command.plain, command.arguments) == (
        "B",
        ("--C", "D", "file"),
        ("--c", "d", "file"),
    )
    assert command.line == 2


@given(st.text("ab $(){}|&;#'\"\\\n\t:=@/-<>", max_size=200))
def test_any_text_is_a_script(script):
    assert all(command.line >= 1 for command in commands(script))
