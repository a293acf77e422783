"""Which actions and commands make an SBOM or provenance.

The tables know the usual ones, not every one there is: what they miss, a person sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from bot.sources.readers.shell import Command

SBOM, PROVENANCE = "sbom", "provenance"
SBOM_FORMAT = re.compile(r"(cyclonedx|spdx)", re.IGNORECASE)


# --- Actions and called workflows ---------------------------------------------------------------------------

Inputs = Mapping[str, object]

SBOM_ACTIONS = re.compile(
    r"""
    anchore/sbom-action(/publish-sbom)?
    |actions/attest-sbom(/.*)?
    |(appthreat|cyclonedx|cdxgen)/cdxgen-action
    |cyclonedx/gh-[\w-]+
    |microsoft/sbom-action|microsoft/sbom-tool(/.*)?
    |advanced-security/(sbom-generator-action|generate-sbom-action)
    |sbomify/(github|sbomify)-action
    |opensbom-generator/[\w-]+
    |spdx/spdx-sbom-generator(/.*)?
    |philips-labs/spdx-action
    |psastras/sbom-rs/.*
    |[\w.-]+/(generate-sbom|sbom-generator|sbom-generate|create-sbom)(-action)?
    |[\w.-]+/[\w.-]+/(actions/)?(generate-sbom|syft-sbom-report|sbom-generator)
    """,
    re.IGNORECASE | re.VERBOSE,
)
PROVENANCE_ACTIONS = re.compile(
    r"""
    slsa-framework/slsa-github-generator/\.github/workflows/.*
    |actions/attest-build-provenance(/.*)?
    |(philips-labs|philips-software)/slsa-provenance-action
    |slsa-framework/slsa-source-poc/.*
    |testifysec/witness-run-action|in-toto/witness-run-action
    """,
    re.IGNORECASE | re.VERBOSE,
)
CONTAINER_ACTIONS = re.compile(r"(docker|depot|useblacksmith)/(build-push|bake)-action", re.IGNORECASE)
GORELEASER_ACTION = re.compile(r"goreleaser/goreleaser-action", re.IGNORECASE)


def of_action(name: str, inputs: Inputs) -> Iterator[str]:
    """What an action (or workflow) of another repository makes, called with these inputs."""
    if SBOM_ACTIONS.fullmatch(name):
        yield SBOM
    elif PROVENANCE_ACTIONS.fullmatch(name):
        yield PROVENANCE
    elif name.lower() == "actions/attest":
        yield from _attested(inputs)
    elif name.lower() == "aquasecurity/trivy-action":
        if SBOM_FORMAT.match(_text(inputs, "format")):
            yield SBOM
    elif name.lower() in ("pypa/gh-action-pypi-publish", "rubygems/release-gem"):
        if _is_on(inputs, "attestations", unsaid=True):
            yield PROVENANCE
    elif CONTAINER_ACTIONS.fullmatch(name):
        yield from _container(inputs)


def is_goreleaser(name: str, inputs: Inputs) -> bool:
    """Does this action run GoReleaser, and not install it only?"""
    return GORELEASER_ACTION.fullmatch(name) is not None and not _is_on(inputs, "install-only", unsaid=False)


def _attested(inputs: Inputs) -> Iterator[str]:
    """Without a predicate of one's own, actions/attest attests provenance."""
    predicate = _text(inputs, "predicate-type").lower()
    if "sbom-path" in inputs or SBOM_FORMAT.search(predicate):
        yield SBOM
    elif "slsa.dev/provenance" in predicate or not (
        predicate or "predicate" in inputs or "predicate-path" in inputs
    ):
        yield PROVENANCE


def _container(inputs: Inputs) -> Iterator[str]:
    attests = f"{_text(inputs, 'attests')} {_text(inputs, 'set')}"
    if _is_on(inputs, "sbom", unsaid=False) or "type=sbom" in attests:
        yield SBOM
    if _is_on(inputs, "provenance", unsaid=False) or "type=provenance" in attests:
        yield PROVENANCE


def _text(inputs: Inputs, key: str) -> str:
    value = inputs.get(key)
    return "" if value is None else str(value)


def _is_on(inputs: Inputs, key: str, *, unsaid: bool) -> bool:
    value = _text(inputs, key).strip().lower()
    return unsaid if not value else value not in ("false", "${{ false }}", "disabled=true", "off", "no")


# --- Commands -----------------------------------------------------------------------------------------------

ASKING = ("version", "--version", "-v", "help", "--help", "-h", "login", "install", "completion")
NPM_PROVENANCE = ("NPM_CONFIG_PROVENANCE", "npm_config_provenance")
NOT_MAKING = frozenset((word,) for word in ASKING)


def says_npm_provenance(env: Inputs) -> bool | None:
    """Does an environment tell npm to publish with provenance? None when it does not say."""
    said = next((name for name in NPM_PROVENANCE if name in env), None)
    return None if said is None else _is_on(env, said, unsaid=False)


def of_command(command: Command, *, npm_provenance: bool = False) -> tuple[str, ...]:
    """What a command of a script makes; `npm_provenance`: its environment asks npm for it."""
    if npm_provenance and "publish" in command.arguments:
        return (PROVENANCE,)
    makes = PROGRAMS.get(command.program) or PROGRAMS.get(_family(command.program))
    if makes is None or command.arguments[:1] in NOT_MAKING:
        return ()
    return makes(command.arguments)


def _family(program: str) -> str:
    """cyclonedx-gomod, cyclonedx_py and syft-linux-amd64 are of a family of programs."""
    if program.startswith("cyclonedx") and not program.startswith("cyclonedx-cli"):
        return "cyclonedx-"
    return re.sub(r"[-_](linux|darwin|windows)\b.*|\.exe$", "", program)


Arguments = tuple[str, ...]


def _always(makes: str) -> Callable[[Arguments], tuple[str, ...]]:
    return lambda arguments: (makes,) if arguments else ()


def _where(makes: str, *needed: str) -> Callable[[Arguments], tuple[str, ...]]:
    """Makes it where one of its words begins with one of these."""
    return lambda arguments: (makes,) if any(word.startswith(needed) for word in arguments) else ()


def _where_within(makes: str, *needed: str) -> Callable[[Arguments], tuple[str, ...]]:
    return lambda arguments: (makes,) if any(part in word for word in arguments for part in needed) else ()


def _in_format(arguments: Arguments) -> tuple[str, ...]:
    """Where an output format is asked for: `--format spdx-json`, `-f=cyclonedx`."""
    flags = ("-f", "--format", "-o", "--output", "--output-format")
    pairs = zip(arguments, (*arguments[1:], ""), strict=True)
    found = any(
        (word in flags and SBOM_FORMAT.match(after))
        or (word.partition("=")[0] in flags and SBOM_FORMAT.match(word.partition("=")[2]))
        for word, after in pairs
    )
    return (SBOM,) if found else ()


def _built_image(arguments: Arguments) -> tuple[str, ...]:
    makes = []
    if _flag(arguments, "--sbom") or "type=sbom" in " ".join(arguments) or arguments[:1] == ("sbom",):
        makes.append(SBOM)
    if _flag(arguments, "--provenance") or "type=provenance" in " ".join(arguments):
        makes.append(PROVENANCE)
    return tuple(makes)


def _flag(arguments: Arguments, name: str) -> bool:
    said = [word for word in arguments if word == name or word.startswith(f"{name}=")]
    return any(word.partition("=")[2] not in ("false", "none", "0", "disabled=true") for word in said)


def _published(arguments: Arguments) -> tuple[str, ...]:
    """What a package manager for JavaScript makes."""
    if arguments[:1] == ("sbom",) or "cyclonedx" in arguments[:1]:
        return (SBOM,)
    return (PROVENANCE,) if "publish" in arguments and _flag(arguments, "--provenance") else ()


def _attesting(arguments: Arguments) -> tuple[str, ...]:
    """cosign attest: what `--type` names or, where that says nothing, what the file is called after."""
    if not {"attest", "attest-blob"} & set(arguments[:3]):
        return ()
    words = " ".join(arguments).replace("=", " ").split()
    kind = next((after for word, after in pairwise(words) if word == "--type"), "custom")
    about = " ".join(words) if kind == "custom" else kind
    if "slsa" in about or "provenance" in about:
        return (PROVENANCE,)
    return (SBOM,) if SBOM_FORMAT.search(about) or "sbom" in about else ()


def _ko(arguments: Arguments) -> tuple[str, ...]:
    builds = arguments[:1] and arguments[0] in ("build", "publish", "apply", "resolve", "create")
    return (SBOM,) if builds and "--sbom=none" not in arguments and "none" not in arguments else ()


def _first(makes: str, *words: str) -> Callable[[Arguments], tuple[str, ...]]:
    """Makes it where the first word is one of these."""
    return lambda arguments: (makes,) if arguments and arguments[0] in words else ()


PROGRAMS: Mapping[str, Callable[[Arguments], tuple[str, ...]]] = {
    "syft": _always(SBOM),
    "cdxgen": _always(SBOM),
    "cyclonedx-": _always(SBOM),
    "dotnet-cyclonedx": _always(SBOM),
    "cargo-cyclonedx": lambda _: (SBOM,),
    "cargo-sbom": lambda _: (SBOM,),
    "cargo": _first(SBOM, "cyclonedx", "sbom"),
    "bom": _first(SBOM, "generate"),
    "spdx-sbom-generator": lambda _: (SBOM,),
    "sbom-tool": _first(SBOM, "generate"),
    "sbom4python": lambda _: (SBOM,),
    "sbom4rust": lambda _: (SBOM,),
    "tern": _first(SBOM, "report"),
    "trivy": _in_format,
    "pip-audit": _in_format,
    "osv-scanner": _in_format,
    "uv": _in_format,
    "ko": _ko,
    "apko": _first(SBOM, "build", "publish"),
    "mvn": _where_within(SBOM, "cyclonedx", "spdx-maven-plugin", "spdx:createspdx"),
    "mvnw": _where_within(SBOM, "cyclonedx", "spdx-maven-plugin", "spdx:createspdx"),
    "gradle": _where_within(SBOM, "cyclonedx", "spdxsbom"),
    "gradlew": _where_within(SBOM, "cyclonedx", "spdxsbom"),
    "dotnet": _first(SBOM, "cyclonedx"),
    "composer": _where(SBOM, "cyclonedx:"),
    "mix": _where(SBOM, "sbom."),
    "snyk": _first(SBOM, "sbom"),
    "docker": _built_image,
    "depot": _built_image,
    "buildctl": _built_image,
    "buildah": _built_image,
    "npm": _published,
    "pnpm": _published,
    "yarn": _published,
    "lerna": _published,
    "cosign": _attesting,
    "witness": _first(PROVENANCE, "run"),
    "tejolote": _first(PROVENANCE, "attest"),
    "in-toto-run": _always(PROVENANCE),
}
