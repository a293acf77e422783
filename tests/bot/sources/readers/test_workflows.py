"""Workflows: when they run, and what in them makes an SBOM or provenance."""

from __future__ import annotations

import pytest

from bot.sources.readers.workflows import Maker, calls, read

PATH = ".github/workflows/release.yml"


def workflow(text, files=None):
    return read(PATH, text, files or {})


def with_steps(*steps, on="{push: {tags: ['v*']}}"):
    return f"on: {on}\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n" + "".join(
        f"      - {step}\n" for step in steps
    )


def made(*steps, files=None):
    return [maker.makes for maker in workflow(with_steps(*steps), files).makers]


# --- When it runs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "runs"),
    [
        ("push", True),
        ("[pull_request, push]", True),
        ("{push: }", True),
        ("{push: {tags: ['v*']}}", True),
        ("{push: {tags: v*, branches: [main]}}", True),
        ("{push: {paths: ['**.go']}}", True),
        ("{push: {tags-ignore: ['*-rc']}}", True),
        ("release", True),
        ("{release: {types: [published]}}", True),
        ("create", True),
        ("{push: {branches: [main]}}", False),
        ("{push: {branches-ignore: [main]}}", False),
        ("{push: {tags-ignore: ['**']}}", False),
        ("{push: {tags: []}}", False),
        ("{push: {tags: ['!v*']}}", False),
        ("workflow_dispatch", False),
        ("{schedule: [{cron: '0 0 * * *'}]}", False),
        ("{workflow_call: {}}", False),
        ("{pull_request: {tags: ['v*']}}", False),
        ("[]", False),
    ],
)
def test_it_runs_on_a_release_or_it_does_not(on, runs):
    assert workflow(with_steps("run: 'true'", on=on)).on_release is runs


def test_its_events_are_named():
    assert workflow(with_steps("run: x", on="{push: {tags: [v1]}, release: }")).events == ("push", "release")
    assert workflow(with_steps("run: x", on="push")).events == ("push",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: b: c", "line 1"),
        ("on: push\n", "no jobs"),
        ("", "no jobs"),
        ("- a", "no jobs"),
        ("[" * 9999, "deeper"),
    ],
)
def test_what_cannot_be_read_says_why(text, why):
    assert why in workflow(text).unreadable


# --- What it uses and makes ---------------------------------------------------------------------------------

RELEASE = """\
name: Release
on:
  push:
    tags: ['v*']
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # - uses: actions/attest-build-provenance@v1
      - name: SBOM
        uses: anchore/sbom-action@f325610c9f50a54015d37c8d16cb3b0e2c8f4de0 # v0.18.0
      - run: |
          set -e
          # cosign attest --type slsaprovenance x
          make build
          cosign attest --type slsaprovenance \\
            --predicate p.json x
      - uses: ./.github/actions/upload
  provenance:
    needs: [build]
    uses: slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@v2.0.0
"""


def test_each_maker_has_its_line():
    found = workflow(RELEASE)
    assert found.makers == (
        Maker("sbom", "anchore/sbom-action", PATH, 12),
        Maker("provenance", "cosign", PATH, 17),
        Maker(
            "provenance",
            "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml",
            PATH,
            22,
        ),
    )


def test_what_it_uses_is_named_without_version():
    assert workflow(RELEASE).uses == (
        "actions/checkout",
        "anchore/sbom-action",
        "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml",
    )


@pytest.mark.parametrize(
    ("step", "makes"),
    [
        ("uses: anchore/sbom-action@v0", ["sbom"]),
        ("uses: anchore/sbom-action/download-syft@v0", []),
        ("uses: Anchore/SBOM-Action@v0", ["sbom"]),
        ("uses: CycloneDX/gh-gomod-generate-sbom@v2", ["sbom"]),
        ("uses: sbomify/github-action@v1", ["sbom"]),
        ("uses: actions/attest-sbom@v2", ["sbom"]),
        ("uses: actions/attest-build-provenance@v2", ["provenance"]),
        ("uses: actions/attest@v4", ["provenance"]),
        ("{uses: actions/attest@v4, with: {sbom-path: x.json}}", ["sbom"]),
        (
            "{uses: actions/attest@v2, with: {predicate-type: 'https://slsa.dev/provenance/v1'}}",
            ["provenance"],
        ),
        ("{uses: actions/attest@v2, with: {predicate-type: 'https://spdx.dev/Document'}}", ["sbom"]),
        ("{uses: actions/attest@v2, with: {predicate-type: 'https://a.test/review'}}", []),
        ("{uses: aquasecurity/trivy-action@v0, with: {format: spdx-json}}", ["sbom"]),
        ("{uses: aquasecurity/trivy-action@v0, with: {format: sarif}}", []),
        (
            "{uses: docker/build-push-action@v6, with: {sbom: true, provenance: mode=max}}",
            ["sbom", "provenance"],
        ),
        ("{uses: docker/build-push-action@v6, with: {sbom: false, provenance: 'false'}}", []),
        ("uses: docker/build-push-action@v6", []),
        ("uses: pypa/gh-action-pypi-publish@release/v1", ["provenance"]),
        ("{uses: pypa/gh-action-pypi-publish@v1, with: {attestations: false}}", []),
        ("uses: slsa-framework/slsa-verifier/actions/installer@v2", []),
        (
            "uses: slsa-framework/slsa-github-generator/actions/generator/generic/create-base64-subjects@v2",
            [],
        ),
        ("uses: sigstore/cosign-installer@v3", []),
        ("uses: ./anchore/sbom-action", []),
        ("{uses: anchore/sbom-action@v0, if: false}", []),
        ("{uses: anchore/sbom-action@v0, if: '${{ false }}'}", []),
        ("{uses: anchore/sbom-action@v0, if: false && github.ref}", []),
        ("{uses: anchore/sbom-action@v0, if: github.event_name == 'push'}", ["sbom"]),
    ],
)
def test_an_action_makes_what_it_makes(step, makes):
    assert made(step) == makes


@pytest.mark.parametrize(
    ("command", "makes"),
    [
        ("syft dir:. -o spdx-json=sbom.json", ["sbom"]),
        ("sudo ./bin/syft packages x", ["sbom"]),
        ("docker run --rm -v $(pwd):/src anchore/syft:latest dir:/src", ["sbom"]),
        ("go run github.com/anchore/syft/cmd/syft@latest dir:.", ["sbom"]),
        ("SBOM=$(syft dir:.)", ["sbom"]),
        ("ls | xargs -n1 syft scan", ["sbom"]),
        ("syft version", []),
        ("brew install syft trivy", []),
        ("go install github.com/anchore/syft/cmd/syft@latest", []),
        ("command -v syft || exit 1", []),
        ("echo syft # syft dir:.", []),
        ("# syft dir:.", []),
        ("trivy image --format cyclonedx x", ["sbom"]),
        ("trivy fs -f=spdx-json .", ["sbom"]),
        ("trivy image --format table x", []),
        ("trivy sbom x.json", []),
        ("npx @cyclonedx/cyclonedx-npm --output-file x", ["sbom"]),
        ("npx --yes cdxgen -o bom.json", ["sbom"]),
        ("cyclonedx-gomod mod -json", ["sbom"]),
        ("python -m cyclonedx_py requirements", ["sbom"]),
        ("pip install cyclonedx-bom", []),
        ("cargo cyclonedx --all", ["sbom"]),
        ("cargo install cargo-cyclonedx", []),
        ("dotnet tool install --global CycloneDX", []),
        ("mvn -B org.cyclonedx:cyclonedx-maven-plugin:makeAggregateBom", ["sbom"]),
        ("./gradlew cyclonedxBom", ["sbom"]),
        ("bom generate -o x.spdx .", ["sbom"]),
        ("bom document outline x", []),
        ("ko build ./cmd/x", ["sbom"]),
        ("ko build --sbom=none ./cmd/x", []),
        ("docker buildx build --sbom=true --provenance=mode=max .", ["sbom", "provenance"]),
        ("docker buildx build --provenance=false .", []),
        ("docker build .", []),
        ("npm publish --provenance --access public", ["provenance"]),
        ("npm publish", []),
        ("npm sbom --sbom-format spdx", ["sbom"]),
        ("npm install -g @cyclonedx/cyclonedx-npm", []),
        ("cosign attest --type slsaprovenance --predicate x img", ["provenance"]),
        ("cosign attest --predicate provenance.json img", ["provenance"]),
        ("cosign attest --type spdxjson --predicate x img", ["sbom"]),
        ("cosign attest --type vuln --predicate x img", []),
        ("cosign sign img", []),
        ("cosign verify-attestation --type slsaprovenance img", []),
        ("witness run -s build -- make", ["provenance"]),
        ("gh attestation verify x", []),
        ("go-licenses report ./...", []),
        ("uv export --format cyclonedx1.5", ["sbom"]),
        ("make sbom", []),
    ],
)
def test_a_command_makes_what_it_makes(command, makes):
    assert made(f"run: |\n          {command}") == makes


def test_npm_may_be_told_by_its_environment():
    assert made("{run: npm publish, env: {NPM_CONFIG_PROVENANCE: true}}") == ["provenance"]
    assert made("{run: npm publish, env: {NPM_CONFIG_PROVENANCE: 'false'}}") == []
    everywhere = "env: {NPM_CONFIG_PROVENANCE: 'true'}\n" + with_steps("run: pnpm -r publish")
    assert len(workflow(everywhere).makers) == 1


def test_a_job_that_is_switched_off_is_not_there_nor_what_waits_for_it():
    text = """\
on: release
jobs:
  off: {if: false, runs-on: x, steps: [{uses: anchore/sbom-action@v0}]}
  after: {needs: off, runs-on: x, steps: [{uses: anchore/sbom-action@v0}]}
  later: {needs: [after], uses: slsa-framework/slsa-github-generator/.github/workflows/x.yml@v2}
  anyway: {needs: off, if: always(), runs-on: x, steps: [{uses: actions/attest-build-provenance@v2}]}
"""
    assert [maker.line for maker in workflow(text).makers] == [6]


# --- GoReleaser ---------------------------------------------------------------------------------------------

GORELEASER = "{uses: goreleaser/goreleaser-action@v6, with: {args: release --clean}}"
SBOMS = "version: 2\nbuilds: []\nsboms:\n  - artifacts: archive\n"


def test_an_sbom_in_its_configuration_is_made_by_the_workflow_that_runs_goreleaser():
    found = workflow(with_steps(GORELEASER), {".goreleaser.yml": SBOMS})
    assert found.makers == (Maker("sbom", "goreleaser sboms", ".goreleaser.yml", 3),)
    assert found.called_makers == ()


@pytest.mark.parametrize(
    ("step", "files"),
    [
        (GORELEASER, {".goreleaser.yml": "# sboms:\n#   - artifacts: archive\n"}),
        (GORELEASER, {".goreleaser.yml": "sboms: []\n"}),
        (GORELEASER, {".goreleaser.yml": "builds: []\n", ".goreleaser.yaml": SBOMS}),
        (GORELEASER, {}),
        ("{uses: goreleaser/goreleaser-action@v6, with: {install-only: true}}", {".goreleaser.yml": SBOMS}),
        ("run: goreleaser check", {".goreleaser.yml": SBOMS}),
        ("run: make release", {".goreleaser.yml": "a: b: c"}),
    ],
)
def test_goreleaser_makes_none_otherwise(step, files):
    assert made(step, files=files) == []


@pytest.mark.parametrize(
    "step",
    [
        "run: goreleaser release -f build/goreleaser.yml",
        "{uses: goreleaser/goreleaser-action@v6, with: {args: release --config=build/goreleaser.yml}}",
        "{uses: goreleaser/goreleaser-action@v6, with: {args: '--config goreleaser.yml', workdir: build}}",
    ],
)
def test_goreleaser_may_be_told_its_configuration(step):
    assert calls(with_steps(step)) == ("build/goreleaser.yml",)
    assert made(step, files={"build/goreleaser.yml": SBOMS}) == ["sbom"]


# --- What it calls ------------------------------------------------------------------------------------------


def test_what_it_calls_is_named():
    text = """\
on: release
defaults: {run: {working-directory: sub}}
jobs:
  one:
    uses: ./.github/workflows/build.yml
  two:
    runs-on: x
    steps:
      - uses: ./.github/actions/sbom
      - run: |
          ./hack/release.sh "$VERSION" && bash scripts/sign
          python3 tools/make_sbom.py
          make release
          bash ../other.sh
          bash ../../outside.sh
          ./$DIR/x.sh
          cp a/b.txt c/d.txt
        working-directory: deep/er
      - run: make -C build -f sbom.mk x
      - run: sh run.sh
"""
    assert calls(text) == (
        ".github/workflows/build.yml",
        ".github/actions/sbom/action.yml",
        ".github/actions/sbom/action.yaml",
        "deep/er/hack/release.sh",
        "deep/er/tools/make_sbom.py",
        "deep/er/Makefile",
        "deep/other.sh",
        "outside.sh",
        "sub/build/sbom.mk",
        "sub/run.sh",
    )


def test_scripts_and_makefiles_call_on():
    assert calls("include hack/tools.mk\nrelease:\n\t@./hack/release.sh\n") == (
        "hack/tools.mk",
        "hack/release.sh",
    )
    assert calls("") == ()
    assert calls("name: x\nruns:\n  using: composite\n  steps: [{run: ./hack/x.sh, shell: bash}]\n") == (
        "hack/x.sh",
    )


CALLED = {
    ".github/workflows/build.yml": RELEASE,
    ".github/actions/sbom/action.yml": "runs: {using: composite, steps: [{uses: anchore/sbom-action@v0}]}\n",
    "Makefile": "SYFT := go run a.test/anchore/syft\nsyft: bin\n# syft x\nsbom:\n\t@$(SYFT) dir:. > x\n",
    "hack/release.sh": "#!/bin/sh\ncosign attest --type slsaprovenance x\n",
    "Taskfile.yml": "tasks:\n  sbom:\n    cmds:\n      - syft dir:.\n",
    ".goreleaser.yml": SBOMS,
}


@pytest.mark.parametrize(
    ("path", "makers"),
    [
        (".github/workflows/build.yml", [("sbom", 12), ("provenance", 17), ("provenance", 22)]),
        (".github/actions/sbom/action.yml", [("sbom", 1)]),
        ("Makefile", [("sbom", 5)]),
        ("hack/release.sh", [("provenance", 2)]),
        ("Taskfile.yml", [("sbom", 4)]),
        (".goreleaser.yml", [("sbom", 3)]),
    ],
)
def test_what_is_made_in_what_it_calls_is_told_apart(path, makers):
    found = workflow(with_steps("run: make release"), {path: CALLED[path]})
    assert found.makers == ()
    assert [(maker.makes, maker.line) for maker in found.called_makers] == makers
    assert {maker.path for maker in found.called_makers} == {path}


# --- Hostile workflows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(with_steps("run: |\n" + "          syft dir:.\n" * 30_000), id="many commands"),
        pytest.param(with_steps(f"run: {'syft ' * 100_000}"), id="a long line"),
        pytest.param(with_steps(f"run: '{'; ' * 400_000}'"), id="many commands in a line"),
        pytest.param(with_steps(f"run: '{'#' * 900_000}'"), id="hashes"),
        pytest.param(with_steps("run: |\n" + "          a \\\n" * 60_000), id="one command in many lines"),
        pytest.param(
            "on: push\njobs:\n" + "".join(f"  j{n}: {{needs: j{n - 1}, if: {n > 0}}}\n" for n in range(9000)),
            id="a chain of jobs",
        ),
        pytest.param(
            "on: push\nenv: {" + ", ".join(f"v{n}: 1" for n in range(30_000)) + "}\n" + with_steps(
                *["run: syft x"] * 8_000
            ).removeprefix("on: {push: {tags: ['v*']}}\n"),
            id="a large environment",
        ),
    ],
)  # fmt: skip
def test_a_hostile_workflow_is_read_quickly(text):
    assert len(workflow(text).makers) <= 200
    assert len(calls(text)) <= 30
