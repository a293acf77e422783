"""Finds the documents that tell users how to verify a release, and the command they show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.sources.readers import markup

MOST_CANDIDATES = 20

# --- Which documents ----------------------------------------------------------------------------------------

DOCUMENT = re.compile(r"\.(md|markdown|mdx|rst|adoc|asciidoc|txt)", re.IGNORECASE)
FOLDER_PAGES = frozenset({"readme", "index", "_index"})
VERIFYING = re.compile(r"verif|provenance", re.IGNORECASE)
RELEASING = re.compile(r"release", re.IGNORECASE)
SIGHT = ("", ".github", "docs")
NOT_OURS = frozenset({"vendor", "node_modules", "third_party", "testdata"})


def candidates(paths: Iterable[str]) -> tuple[str, ...]:
    """README, SECURITY and documents with verify, provenance or release in their name, likeliest first."""
    ranked = sorted((rank, path.count("/"), path) for path in paths if (rank := _rank(path)) is not None)
    return tuple(path for _, _, path in ranked[:MOST_CANDIDATES])


def _rank(path: str) -> int | None:
    """How likely a path is to tell, from 0; None where it is no such document."""
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, "txt"
    if not DOCUMENT.fullmatch(f".{ending}") or NOT_OURS & set(folder.lower().split("/")):
        return None
    in_sight = folder.lower() in SIGHT
    if in_sight and stem.lower().startswith("readme"):
        return 0 if stem.lower() == "readme" else 4
    if in_sight and stem.lower() == "security":
        return 1
    named = f"{folder.rpartition('/')[2]} {stem}" if stem.lower() in FOLDER_PAGES else stem
    return 2 if VERIFYING.search(named) else 3 if RELEASING.search(named) else None


# --- Which command ------------------------------------------------------------------------------------------

LONGEST_COMMAND = 300
MOST_WORDS = 60

# by program: each of these, as words in this order, verifies; () is a program that does nothing else
VERIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "cosign": (("verify",), ("verify-attestation",), ("verify-blob",), ("verify-blob-attestation",)),
    "slsa-verifier": (
        *(("verify-artifact",), ("verify-image",), ("verify-npm-package",), ("verify-vsa",)),
        *(("verify-github-attestation",), ("-provenance",), ("--provenance",), ("--provenance-path",)),
    ),
    "gh": (("attestation", "verify"), ("at", "verify"), ("release", "verify"), ("release", "verify-asset")),
    "gpg": (("--verify",), ("--verify-files",)),
    "gpg2": (("--verify",), ("--verify-files",)),
    "gpgv": ((),),
    "gpgv2": ((),),
    "sq": (("verify",),),
    "minisign": (("-v",), ("-vm",)),  # compared without case
    "signify": (("-v",),),
    "sigstore": (("verify",),),
    "rekor-cli": (("verify",),),
    "in-toto-verify": ((),),
    "witness": (("verify",),),
    "notation": (("verify",),),
    "ratify": (("verify",),),
    "openssl": (("-verify",),),
    "helm": (("verify",), ("--verify",)),
    "npm": (("audit", "signatures"),),
    "pypi-attestations": (("verify",),),
    "jarsigner": (("-verify",),),
    "apksigner": (("verify",),),
    "rpm": (("--checksig",), ("-k",)),
    "ssh-keygen": (("-y", "verify"),),
    "git": (("verify-tag",), ("verify-commit",)),
    "gitsign": (("verify",), ("verify-tag",)),
}
END_OF_COMMAND = frozenset({"|", "||", "&&", ";", "&"})
# what releases add to a program's file name: cosign-linux-amd64, slsa-verifier_darwin_arm64.exe
PLATFORM = re.compile(r"[-_](linux|darwin|windows)\b.*|\.exe", re.IGNORECASE)


def verifying_command(text: str, path: str = "README.md") -> str | None:
    """The first command in a code block that verifies a signature or provenance; None when there is none."""
    for line in _commands(markup.code(text, path)):
        if _verifies(line):
            return line if len(line) <= LONGEST_COMMAND else f"{line[:LONGEST_COMMAND]}…"
    return None


def _commands(lines: Iterable[str]) -> Iterator[str]:
    """Lines without their prompt and comments; one that ends with a backslash is joined with the next."""
    begun = ""
    for line in lines:
        bare = line.strip()
        if not begun and bare.startswith(("#", "//")):
            continue
        bare = re.sub(r"^(?:\$|%|>|❯|PS>)\s+", "", bare)
        begun = f"{begun} {bare}".strip()[: 4 * LONGEST_COMMAND]
        if bare.endswith(("\\", "`", "^")):
            begun = begun[:-1].rstrip()
            continue
        if begun:
            yield begun
        begun = ""
    if begun:
        yield begun


def _verifies(line: str) -> bool:
    words = line.split()[:MOST_WORDS]
    return any(
        _follows(verb, words[index + 1 :]) and (verb or index == 0)
        for index, word in enumerate(words)
        for verb in VERIFIERS.get(_program(word), ())
    )


def _program(word: str) -> str:
    """The program a word calls: "$(cosign", "/usr/bin/cosign" and "ghcr.io/sigstore/cosign:v2" are cosign."""
    name = (
        word.rpartition("$(")[2].strip("\"'`({[]})!").rpartition("/")[2].partition(":")[0].partition("@")[0]
    )
    return PLATFORM.sub("", name).lower()


def _follows(verb: Sequence[str], words: Sequence[str]) -> bool:
    """Are the verb's words among those of the command, in this order?"""
    rest = iter(_until_end(words))
    return all(part in rest for part in verb)


def _until_end(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word in END_OF_COMMAND:
            return
        yield word.strip("\"'`;)").lower()
