"""Documents that tell users how to verify a release."""

from __future__ import annotations

import pytest

from bot.sources.readers.guidance import candidates, verifying_command


def test_the_likeliest_documents_come_first():
    paths = [
        "docs/release-process.md",
        "docs/security/verifying-releases.md",
        "SECURITY.md",
        ".github/SECURITY.md",
        "README.md",
        "README_zh.md",
        "docs/provenance/index.md",
        "src/README.md",
        "docs/verify.png",
        "verify_test.go",
        "vendor/a/verify.md",
        "CONTRIBUTING.md",
        "SECURITY-INSIGHTS.yml",
        "README",
    ]
    assert candidates(paths) == (
        "README",
        "README.md",
        "SECURITY.md",
        ".github/SECURITY.md",
        "docs/provenance/index.md",
        "docs/security/verifying-releases.md",
        "docs/release-process.md",
        "README_zh.md",
    )


def fenced(command):
    return f"# Verify\n\n```console\n{command}\n```\n"


@pytest.mark.parametrize(
    "command",
    [
        "cosign verify ghcr.io/acme/anvil:v1 --certificate-identity x",
        "cosign verify-blob --bundle a.sigstore.json a.tgz",
        "cosign verify-attestation --type slsaprovenance ghcr.io/acme/anvil",
        "sudo /usr/local/bin/cosign-linux-amd64 verify x",
        "docker run --rm ghcr.io/sigstore/cosign/cosign:v2.4.1 verify x",
        "COSIGN_EXPERIMENTAL=1 cosign verify x",
        "out=$(cosign verify x)",
        "slsa-verifier verify-artifact a.tgz --provenance-path p.intoto.jsonl",
        "slsa-verifier-linux-amd64 verify-image x",
        "./slsa-verifier -provenance p.intoto.jsonl",
        "gh attestation verify a.tgz --owner acme",
        "gh release verify v1",
        "gpg --verify a.tgz.asc a.tgz",
        "gpg2 --no-default-keyring --keyring ./k.gpg --verify a.asc",
        "curl -O a.asc && gpg --verify a.asc",
        "gpgv a.sig a",
        "minisign -Vm a.tgz -P KEY",
        "python -m sigstore verify identity a",
        "openssl dgst -sha256 -verify key.pem -signature a.sig a",
        "npm audit signatures",
        "helm verify anvil-1.0.tgz",
        "cosign.exe verify x",
    ],
)
def test_a_verifying_command_in_a_code_block_is_found(command):
    assert verifying_command(fenced(f"$ {command}")) == command


@pytest.mark.parametrize(
    "command",
    [
        "# cosign verify x",
        "cosign sign x",
        "cosign version | grep verify",
        "gpg --import key.asc",
        "sha256sum -c checksums.txt",
        "go install github.com/slsa-framework/slsa-verifier/v2/cli/slsa-verifier@v2.4.1",
        "apt install gpgv",
        "gh release download v1",
        "make verify",
        "verify",
    ],
)
def test_what_does_not_verify_is_not(command):
    assert verifying_command(fenced(command)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Run `cosign verify x`.",
        "cosign verify x",
        "<!--\n```\ncosign verify x\n```\n-->",
        "- cosign verify x",
    ],
)
def test_it_counts_in_a_code_block_alone(text):
    assert verifying_command(text) is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Like so::\n\n  cosign verify x\n", "docs/verify.rst"),
        (".. code-block:: sh\n\n   cosign verify x\n", "docs/verify.rst"),
        ("[source,bash]\n----\ncosign verify x\n----\n", "docs/verify.adoc"),
        ("<pre>\ncosign verify x\n</pre>\n", "docs/verify.md"),
        ("Text.\n\n    cosign verify x\n", "docs/verify.md"),
        ("1. Step\n\n   ```\n   cosign verify x\n   ```\n", "docs/verify.md"),
    ],
)
def test_every_language_has_code_blocks(text, path):
    assert verifying_command(text, path) == "cosign verify x"


def test_a_command_may_go_on_in_the_next_line():
    text = fenced("cosign \\\n  --a b \\\n  verify-blob \\\n  a.tgz")
    assert verifying_command(text) == "cosign --a b verify-blob a.tgz"


def test_a_long_command_is_shortened():
    command = verifying_command(fenced("cosign verify " + "x" * 2000))
    assert command is not None
    assert len(command) <= 301


def test_hostile_text_is_read_quickly():
    assert verifying_command("```\n" + "cosign " * 300_000) is None
    assert verifying_command("```\n" + "a \\\n" * 49_000) is None
