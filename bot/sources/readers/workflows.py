"""Reads GitHub Actions workflows: when they run, what they use, and what makes an SBOM or provenance in them.

What is commented out, and what `if: false` switches off, is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from posixpath import normpath

from bot.documents import Marked, Unreadable, load_marked
from bot.sources.readers import makers, shell
from bot.sources.readers.shell import Command

MOST_CALLED = 30
MOST_MAKERS = 200
GORELEASER_CONFIGS = (
    ".goreleaser.yml",
    ".goreleaser.yaml",
    "goreleaser.yml",
    "goreleaser.yaml",
    ".config/goreleaser.yml",
    ".config/goreleaser.yaml",
)
"""Where GoReleaser looks when nobody tells it, in its order."""


@dataclass(frozen=True)
class Maker:
    """Something that makes an SBOM or provenance, and where it stands."""

    makes: str  # "sbom" or "provenance"
    name: str  # "anchore/sbom-action"
    path: str
    line: int


@dataclass(frozen=True)
class Reading:
    """A workflow: when it runs, what it uses, and what makes something in it or in what it calls."""

    path: str
    events: tuple[str, ...] = ()
    on_release: bool = False  # runs on a tag, a release or the push of a tag
    uses: tuple[str, ...] = ()
    makers: tuple[Maker, ...] = ()
    called_makers: tuple[Maker, ...] = ()
    unreadable: str = ""


def read(path: str, text: str, files: Mapping[str, str]) -> Reading:
    """A workflow; `files` are those of the repository that it calls, by path (see `calls`)."""
    try:
        document = load_marked(text)
    except Unreadable as unreadable:
        return Reading(path, unreadable=str(unreadable))
    if not isinstance(document.value, dict) or "jobs" not in document.value:
        return Reading(path, unreadable="it has no jobs")
    steps = _steps(document)
    triggers = document.value.get("on")
    configured = {config: files[config] for config in _first_there(_goreleaser_configs(steps), files)}
    called = {name: content for name, content in files.items() if name not in configured}
    return Reading(
        path=path,
        events=_events(triggers),
        on_release=_runs_on_release(triggers),
        uses=tuple(dict.fromkeys(step.action for step in steps if step.action and not step.is_local)),
        makers=_distinct((*_made_by(steps, path, text), *_made_by_goreleaser(configured))),
        called_makers=_distinct(_made_by_called(called)),
    )


def calls(text: str) -> tuple[str, ...]:
    """The paths that a workflow, an action or a script of the repository may call; not all of them exist."""
    steps = _steps_of_anything(text)
    found = dict.fromkeys(_called_paths(steps))
    return tuple(list(found)[:MOST_CALLED])


# --- Steps --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A step, a job that calls a workflow, or a whole script."""

    action: str = ""  # without its version; "./path" is one of this repository
    inputs: Mapping[str, object] = field(default_factory=dict)
    script: str = ""
    npm_provenance: bool = False  # npm is told by its environment to publish with provenance
    folder: str = ""  # where the script runs
    lines: tuple[int, int] = (1, 1)

    @property
    def is_local(self) -> bool:
        return self.action.startswith(("./", "../", "docker://"))

    def commands(self) -> Iterator[Command]:
        return shell.commands(self.script)


def _steps_of_anything(text: str) -> tuple[Step, ...]:
    """The steps of a workflow or action; of any other text, itself as one script."""
    try:
        document = load_marked(text)
    except Unreadable:
        return (_script(text),)
    return _steps(document) or (() if isinstance(document.value, dict) else (_script(text),))


def _script(text: str) -> Step:
    return Step(script=text, lines=(1, text.count("\n") + 1))


def _steps(document: Marked) -> tuple[Step, ...]:
    """Those of a workflow's live jobs, of a composite action and of a Taskfile."""
    value = _mapping(document.value)
    jobs = {name: _mapping(job) for name, job in _mapping(value.get("jobs")).items()}
    found = [*_steps_in(document, ("runs",), _mapping(value.get("runs")), _Around(value))]
    for name in _live(jobs):
        job = jobs[name]
        around = _Around(job, _Around(value))
        if isinstance(job.get("uses"), str):
            found.append(_step(document, ("jobs", name), job, around))
        found += _steps_in(document, ("jobs", name), job, around)
    for name, task in _mapping(value.get("tasks")).items():
        found += _commands_of_task(document, name, _mapping(task))
    return tuple(found)


@dataclass(frozen=True)
class _Around:
    """A job or workflow, for what it sets for its steps."""

    value: Mapping[str, object]
    outer: _Around | None = None

    @property
    def folder(self) -> str:
        run = _mapping(_mapping(self.value.get("defaults")).get("run"))
        return _word(run.get("working-directory")) or (self.outer.folder if self.outer else "")

    @property
    def npm_provenance(self) -> bool:
        said = makers.says_npm_provenance(_mapping(self.value.get("env")))
        return bool(self.outer and self.outer.npm_provenance) if said is None else said


def _steps_in(
    document: Marked, path: tuple[str, ...], job: Mapping[str, object], around: _Around
) -> Iterator[Step]:
    steps = job.get("steps")
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, dict) and not _is_off(step.get("if")):
            yield _step(document, (*path, "steps", index), step, _Around(step, around))


def _step(document: Marked, path: tuple[str | int, ...], step: Mapping[str, object], around: _Around) -> Step:
    action, script = _word(step.get("uses")), _word(step.get("run"))
    return Step(
        action=action.partition("@")[0].strip(),
        inputs=_mapping(step.get("with")),
        script=script,
        npm_provenance=around.npm_provenance,
        folder=_word(step.get("working-directory")) or around.folder,
        lines=document.span((*path, "run")) if script else (document.line((*path, "uses")),) * 2,
    )


def _commands_of_task(document: Marked, name: str, task: Mapping[str, object]) -> Iterator[Step]:
    commands = task.get("cmds")
    for index, command in enumerate(commands if isinstance(commands, list) else ()):
        script = _word(command) or _word(_mapping(command).get("cmd"))
        yield Step(script=script, lines=document.span(("tasks", name, "cmds", index)))


REGARDLESS = re.compile(r"always\(\)|cancelled\(\)|failure\(\)")  # runs though what it needs was skipped


def _live(jobs: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    """The jobs that can run: not switched off, and waiting for none that is."""
    waiting: dict[str, list[str]] = {}
    for name, job in jobs.items():
        if REGARDLESS.search(_word(job.get("if"))) is None:
            for needed in _names(job.get("needs")):
                waiting.setdefault(needed, []).append(name)
    to_see = [name for name, job in jobs.items() if _is_off(job.get("if"))]
    off = set(to_see)
    while to_see:
        skipped = [name for name in waiting.get(to_see.pop(), ()) if name not in off]
        off.update(skipped)
        to_see += skipped
    return tuple(name for name in jobs if name not in off)


def _is_off(condition: object) -> bool:
    """Is it `false`, or false whatever else is so?"""
    if isinstance(condition, bool):
        return not condition
    plain = _word(condition).replace("${{", " ").replace("}}", " ").strip().lower()
    return plain == "false" or re.match(r"false\s*&&", plain) is not None


# --- When it runs -------------------------------------------------------------------------------------------


def _events(triggers: object) -> tuple[str, ...]:
    return tuple(_names(list(triggers) if isinstance(triggers, dict) else triggers))


def _runs_on_release(triggers: object) -> bool:
    """On a tag, a release, or the push of a tag; that of a branch alone is none."""
    events = _events(triggers)
    if "release" in events or "create" in events:
        return True
    return "push" in events and _pushes_tags(_mapping(_mapping(triggers).get("push")))


def _pushes_tags(push: Mapping[str, object]) -> bool:
    """Without any filter of branches or tags every push counts; filters of paths do not touch tags."""
    if "tags" in push:
        return any(not pattern.startswith("!") for pattern in _names(push["tags"]))
    if "tags-ignore" in push:
        return not {"*", "**"} & set(_names(push["tags-ignore"]))
    return "branches" not in push and "branches-ignore" not in push


# --- What makes something -----------------------------------------------------------------------------------


def _made_by(steps: Iterable[Step], path: str, text: str) -> Iterator[Maker]:
    lines = text.splitlines()
    for step in steps:
        for makes in () if step.is_local else makers.of_action(step.action, step.inputs):
            yield Maker(makes, step.action, path, step.lines[0])
        if step.script:
            for command in step.commands():
                for makes in makers.of_command(command, npm_provenance=step.npm_provenance):
                    yield Maker(makes, command.program, path, _line_of(command, step, lines))


NEARBY = 20  # lines


def _line_of(command: Command, step: Step, lines: Sequence[str]) -> int:
    """The line in the file: the nearest to where the command should be that names its program."""
    first, last = step.lines
    is_block = 1 < first < last  # its first line holds no more than the sign of a block: `run: |`
    expected = first + command.line - (0 if is_block else 1)
    near = range(max(first, expected - NEARBY), min(last, expected + NEARBY, len(lines)) + 1)
    named = (number for number in near if _names_program(lines[number - 1], command.program))
    return min(named, key=lambda number: abs(number - expected), default=first)


def _names_program(line: str, program: str) -> bool:
    return program in line.lower() and not line.lstrip().startswith("#")


def _made_by_called(files: Mapping[str, str]) -> Iterator[Maker]:
    for path, text in files.items():
        if _is_goreleaser_config(path):
            yield from _made_by_goreleaser({path: text})
        else:
            yield from _made_by(_steps_of_anything(text), path, text)


def _made_by_goreleaser(configs: Mapping[str, str]) -> Iterator[Maker]:
    for path, text in configs.items():
        try:
            document = load_marked(text)
        except Unreadable:
            continue
        value = _mapping(document.value)
        for key, makes in (("sboms", makers.SBOM), ("attestations", makers.PROVENANCE)):
            if value.get(key):
                yield Maker(makes, f"goreleaser {key}", path, document.line((key,)))


def _distinct(found: Iterable[Maker]) -> tuple[Maker, ...]:
    return tuple(dict.fromkeys(islice(found, MOST_MAKERS)))


# --- What it calls ------------------------------------------------------------------------------------------

SCRIPT = re.compile(r"(\./)?[\w.-]+(/[\w.-]+)*")
SCRIPT_FOLDERS = frozenset(
    {"hack", "script", "scripts", "ci", ".ci", "build", "tools", "bin", ".github", "release"}
)
SCRIPT_ENDING = re.compile(r".*\.(sh|bash|zsh|py|js|mjs|ts|rb|pl|ps1|mk)", re.DOTALL)
INTERPRETERS = frozenset(
    {"bash", "sh", "zsh", "python", "python3", "node", "ruby", "perl", "pwsh", "source", "."}
)
BUILDERS = {
    "make": ("Makefile",),
    "gmake": ("Makefile",),
    "just": ("justfile",),
    "task": ("Taskfile.yml", "Taskfile.yaml"),
}


def _called_paths(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        if step.action.startswith("./"):
            yield from _called_by_uses(step.action)
    for step in steps:
        for command in step.commands():
            yield from _inside(_called_by(command), step.folder)
    yield from _inside(_goreleaser_configs(steps), "")


def _called_by_uses(action: str) -> tuple[str, ...]:
    path = normpath(action)
    if path.endswith((".yml", ".yaml")):
        return (path,)
    return f"{path}/action.yml", f"{path}/action.yaml"


def _called_by(command: Command) -> Iterator[str]:
    if command.program in BUILDERS:
        yield from _made_files(command)
    if _is_script(command.word):
        yield command.word
    for word in command.plain:
        if SCRIPT_ENDING.fullmatch(word) and ("/" in word or command.program in INTERPRETERS):
            yield word
    if command.program in ("include", "-include"):
        yield from (word for word in command.plain if SCRIPT.fullmatch(word))


def _is_script(word: str) -> bool:
    in_own_folder = word.startswith("./") or word.partition("/")[0] in SCRIPT_FOLDERS
    return "/" in word and (in_own_folder or SCRIPT_ENDING.fullmatch(word) is not None)


def _made_files(command: Command) -> Iterator[str]:
    options = dict(pairwise(command.plain))
    folder = options.get("-C") or options.get("--directory") or options.get("-d") or "."
    told = options.get("-f") or options.get("--file")
    for name in (told,) if told else BUILDERS[command.program]:
        yield f"{folder}/{name}"


def _inside(paths: Iterable[str], folder: str) -> Iterator[str]:
    """Paths from the root of the repository; what leads out of it, or holds an expression, is left out."""
    for path in paths:
        whole = normpath(f"{folder}/{path}".lstrip("/"))
        if not whole.startswith(("..", "/")) and SCRIPT.fullmatch(whole):
            yield whole


def _goreleaser_configs(steps: Iterable[Step]) -> tuple[str, ...]:
    """The configurations that the steps' GoReleaser may read, likeliest first; none when it is not run."""
    found: dict[str, None] = {}
    for step in steps:
        runs = [command.plain for command in step.commands() if command.program == "goreleaser"]
        if makers.is_goreleaser(step.action, step.inputs):
            folder = _word(step.inputs.get("workdir"))
            arguments = tuple(_word(step.inputs.get("args")).split())
            found |= dict.fromkeys(_inside(_told_configs(arguments), folder))
        for plain in runs:
            if plain[:1] not in (("check",), ("--version",), ("init",), ("healthcheck",)):
                found |= dict.fromkeys(_inside(_told_configs(plain), step.folder))
    return tuple(found)


def _told_configs(arguments: Sequence[str]) -> tuple[str, ...]:
    words = " ".join(arguments).replace("=", " ").split()
    options = dict(pairwise(words))
    told = options.get("--config") or options.get("-f")
    return (told,) if told else GORELEASER_CONFIGS


def _first_there(paths: Iterable[str], files: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the paths that are there; of the places where GoReleaser looks by itself, the first alone."""
    there = [path for path in paths if path in files]
    usual = [path for path in there if path in GORELEASER_CONFIGS]
    return tuple(path for path in there if path not in usual[1:])


def _is_goreleaser_config(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return "goreleaser" in name and name.endswith((".yml", ".yaml"))


# --- Of documents that anybody wrote ------------------------------------------------------------------------


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _names(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
