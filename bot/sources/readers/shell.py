"""Takes shell scripts (and Makefiles) apart into simple commands, as far as one can without running them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_LINES = 5000
LONGEST_COMMAND = 4000  # characters; what comes after is cut off
MOST_WORDS = 300

# words before the program that is meant: sudo -E syft, go run x/cmd/syft, npx cdxgen
PREFIXES = frozenset(
    """
    ! { asdf bun bunx corepack dlx do elif else env exec go hatch if mise nohup npm npx pdm pipx pnpm pnpx
    poetry python python3 run sudo then time until uv uvx while xargs yarn
    """.split()  # noqa: SIM905 - a list of one word a line is not easier to read
)
# these run another program only when told so: npm exec cdxgen
RUNNERS = frozenset({"bun", "go", "npm", "pnpm", "poetry", "pdm", "hatch", "pipx", "uv", "yarn"})
RUNNING = frozenset({"run", "dlx", "exec"})
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=\S*")
SEPARATOR = re.compile(r"&&|\|\||[;|()`]|\$\(")
VARIABLE = re.compile(r"\$[({]([A-Za-z_]\w*)[)}]")
REDIRECTION = re.compile(r"\d?&?[<>]")
OF_A_RECIPE = re.compile(r"\t[@+-]+")
ASSIGNING = (":=", "?=", "=", "+=", "::=")
CONTAINERS = frozenset({"docker", "podman", "nerdctl"})


@dataclass(frozen=True)
class Command:
    """A simple command, as it is written."""

    word: str  # how its program is called: "./hack/release.sh"
    plain: tuple[str, ...]  # the words after it
    line: int  # from 1, in the script

    @property
    def program(self) -> str:
        """Such as "syft" of "/usr/bin/syft" and "anchore/syft:latest"."""
        return base_name(self.word).lower()

    @property
    def arguments(self) -> tuple[str, ...]:
        return tuple(word.lower() for word in self.plain)


def commands(script: str) -> Iterator[Command]:
    """The commands of a script, without comments; a line that ends with a backslash goes on in the next.

    What a container runs is given as a command too, by the name of its image.
    """
    for number, line in _logical_lines(script):
        for part in SEPARATOR.split(line):
            words = [word.strip("\"'{}") for word in part.split()[:MOST_WORDS]]
            for position in _programs(words):
                rest = (word for word in words[position + 1 :] if not REDIRECTION.match(word))
                yield Command(words[position], tuple(rest), number)


def _logical_lines(script: str) -> Iterator[tuple[int, str]]:
    begun, begun_at = "", 0
    for number, line in enumerate(script.splitlines()[:MOST_LINES], start=1):
        begun_at = begun_at if begun else number
        plain = VARIABLE.sub(r"\1", OF_A_RECIPE.sub("", _without_comment(line[:LONGEST_COMMAND]), count=1))
        begun = f"{begun} {plain.strip()}"[:LONGEST_COMMAND]
        if begun.endswith("\\"):
            begun = begun[:-1]
            continue
        yield begun_at, begun
        begun = ""
    if begun:
        yield begun_at, begun


def _without_comment(line: str) -> str:
    """Up to a `#` that begins a word outside quotes."""
    if "#" not in line:
        return line
    quote = ""
    before = " "
    for index, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#" and before.isspace():
            return line[:index]
        before = character
    return line


def _programs(words: Sequence[str]) -> Iterator[int]:
    """Where among the words the program stands that is run; of a container, the image as well."""
    position = 0
    while position < len(words) and _is_before_program(words, position):
        position += 1
    rest = words[position:]
    if not rest or rest[0].endswith(":") or (len(rest) > 1 and rest[1] in ASSIGNING):
        return
    yield position
    if base_name(rest[0]) in CONTAINERS and "run" in rest[:3]:
        images = (at for at, word in enumerate(rest[:40]) if at > 1 and "/" in word and word[0] not in "-$/.")
        yield from (position + at for at in images)


def _is_before_program(words: Sequence[str], position: int) -> bool:
    word = words[position]
    if word in RUNNERS:
        return words[position + 1 : position + 2] != [] and words[position + 1] in RUNNING
    is_option = position > 0 and word.startswith("-")
    return not word or word in PREFIXES or is_option or ASSIGNMENT.fullmatch(word) is not None


def base_name(word: str) -> str:
    """Of a path, an image with its tag, or a package with its version."""
    return word.lstrip("@").partition("@")[0].rpartition("/")[2].partition(":")[0]
