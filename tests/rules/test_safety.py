"""What is not posted: reports of vulnerabilities and secrets, and what only sounds like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.safety import looks_like_vulnerability, secret_in

REPORTS = (
    "I found a vulnerability in the login",
    "Hi, I think I found a security issue in kelp's operator, who should I talk to?",
    "we have discovered a remote code execution in the parser",
    "XSS in the dashboard search box",
    "there's an SSRF in your webhook receiver",
    "possible SQL injection at /api/v1/users?order=",
    "An attacker can read other users' secrets by changing the id in the URL",
    "our API lets anyone delete projects without logging in",
    "I can bypass the authentication by sending an empty token",
    "Buffer overflow when parsing a long header, crashes the server",
    "want to report a vuln privately, what's the address",
    "I'd like to disclose a zero-day in kelp",
    "proof of concept attached: curl -X POST with a crafted payload gives a shell",
    "path traversal in the upload handler, ../../etc/passwd works",
    "my colleague noticed that our tokens are leaked in the CI logs of every PR",
    "the admission controller is vulnerable to a DoS with deeply nested yaml",
    "unauthenticated users can become admin through the debug endpoint",
    "a specially crafted image crashes the node, remotely",
    "privilege escalation: a pod can mount the host's root through our CSI driver",
    "Found an IDOR in the billing page",
    "hardcoded credentials in our helm chart, what do I do??",
    "a researcher found a heap overflow in the decoder, we have a PoC, it is not public yet",
    "Deserialization of untrusted data in the agent -> arbitrary code execution",
    "i was able to steal another user's session cookie via the preview page",
    "use after free in v1.2.3 when the connection is reset",
    "hey all, pretty sure I stumbled over a hole in the way we validate tokens, you can just pass alg none",
    "Critical: our webhook accepts unsigned requests so anyone can trigger deploys",
    "is it bad that I can read every tenant's configmaps with a normal service account",
    "I got a shell on the build server by opening a PR that edits the Makefile",
    "How do I report a vulnerability in kelp? I found an auth bypass",
    "Hi! security researcher here, I'd like to report an issue privately with your operator",
    "The update mechanism doesn't verify signatures so an attacker on the network can swap the binary",
    "sandbox escape, any user can run commands as root on the runner",
)
NO_REPORTS = (
    "How do people report a vulnerability to us?",
    "Where in SECURITY.md do I write how to report security issues?",
    "What counts as a vulnerability for the security policy?",
    "Someone reported a vulnerability to us, what do we do now?",
    "Scorecard's Vulnerabilities check found 14 existing vulnerabilities, how do I ignore the ones in tests?",
    "the Vulnerabilities score is 0 because of a CVE in a transitive dependency",
    "osv-scanner says CVE-2023-1234 in our lockfile, is that counted?",
    "Dangerous-Workflow is 0, scorecard says script injection with untrusted input",
    "Do we need private vulnerability reporting turned on for the badge?",
    "How should the self-assessment describe our threat model and attackers?",
    "what goes under 'Security issue resolution' in the self-assessment template",
    "is there an example of a vulnerability disclosure policy?",
    "dependabot found 3 vulnerabilities in our dependencies",
    "Does Security Insights need vulnerability-reporting contacts?",
    "how do we fuzz for buffer overflows with OSS-Fuzz",
    "Which course covers vulnerability management?",
    "the server crashes with a nil pointer on startup",
    "Can anyone review my PR without approving it?",
    "I found a typo in the docs",
    "we found out that our changelog is not seen",
    "there is no badge for us in the list",
    "my token does not have permission to read branch protection",
    "CI is red since yesterday, anybody else?",
    "Does the SBOM have to list known vulnerabilities?",
    "I see a 400 when the results are published",
    "cosign doesn't verify our image in the release job",
    "our signature isn't verified by slsa-verifier, wrong digest",
    "How can we test that an attacker cannot tamper with our release artifacts?",
    "Dangerous-Workflow: we use pull_request_target with checkout of the PR head, score 0",
    "I want to report a bug in this bot",
    "How many days to respond should a SECURITY.md promise?",
    "",
)


@pytest.mark.parametrize("text", REPORTS)
def test_a_report_of_a_vulnerability_is_seen_for_one(text):
    assert looks_like_vulnerability(text)


@pytest.mark.parametrize("text", NO_REPORTS)
def test_a_question_about_vulnerabilities_is_no_report(text):
    assert looks_like_vulnerability(text) is None


def test_it_says_why_without_repeating_the_text():
    why = looks_like_vulnerability("I found a remote code execution in the frobnicator")
    assert why == "it speaks of code that others can run"


GITHUB = "ghp_" + "a1B2" * 9
SECRETS = {
    f"scorecard fails with my token {GITHUB}": "a GitHub token",
    f"repo_token: {GITHUB}": "a GitHub token",
    "gho_" + "Zz09" * 9: "a GitHub token",
    "it logs ghs_" + "q7W8" * 9 + " in clear": "a GitHub token",
    "github_pat_11ABCDEFG0" + "a1b2c3d4e5" * 4 + "_x": "a GitHub token",
    "glpat-" + "aB3dE6gH9jK2mN5pQ8s": "a GitLab token",
    "SLACK_BOT_TOKEN=xoxb-1234567890-abcdefghij": "a Slack token",
    "xapp-1-A0123-456-abcdef0123456789": "a Slack token",
    "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/" + "c" * 24: "the address of a webhook",
    "AKIAIOSFODNN7EXAMPLE": "a key of AWS",
    "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "0123456789": "a key of AWS",
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuv": "a key of Google's",
    "npm_" + "a1B2c3" * 6: "an npm token",
    "//packages.example.org/:_authToken=0123-4567-89ab-cdef": "an npm token",
    "pypi-AgEIcHlwaS5vcmcCJDE2" + "x" * 40: "a PyPI token",
    "dckr_pat_" + "a1b2c3d4" * 3: "a token of a registry",
    "sk_live_" + "a1b2c3d4" * 3: "a key of a service",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn": "a private key",
    "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----": "a private key",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----": "a private key",
    "token is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl": "a JSON web token",
    "postgres://kelp:hunter22@db.kelp.io/kelp": "a password in an address",
    "https://x-access-token:abc123def@github.com/kelp-io/kelp": "a password in an address",
    "Authorization: Bearer abcdef0123456789abcdef": "credentials of a request",
    "COSIGN_PASSWORD: tr0ub4dor-and-3-more": "a token or a password",
    "my API_KEY=9f86d081884c7d659a2feaa0c55ad015": "a token or a password",
    "the password is hunter22": "a password",
    "ghp_\u200ba1B2a1B2a1B2a1B2a1B2a1B2": "a GitHub token",
    "ｇｈｐ_" + "a1B2" * 9: "a GitHub token",
}  # fmt: skip
NO_SECRETS = (
    "permissions:\n  id-token: write\n  contents: read",
    "imposter commit: 0123456789abcdef0123456789abcdef01234567 does not belong to ossf/scorecard-action",
    "uses: ossf/scorecard-action@62b2cac7ed8198b15735ed49ab1e5cf35480ba46 # v2.4.0",
    "repo_token: ${{ secrets.SCORECARD_TOKEN }}",
    "SCORECARD_TOKEN: ***",
    "password: <your password>",
    "the password is required",
    "do I need a ghp_ token or a github_pat_ one?",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "Token-Permissions: 0, no top level permission defined",
    "secret: scanning is turned on in our repository",
    "https://github.com/kelp-io/kelp/blob/main/.github/workflows/scorecard.yml#L12-L20",
    "pypi-publish-attestations-with-trusted-publishing",
    "git@github.com:kelp-io/kelp.git",
    "postgres://user:$PASSWORD@host/db",
    "token: actions/create-github-app-token@v1",
    "-----BEGIN PUBLIC KEY-----",
    "npm_config_registry is set",
    "token-permissions: see docs/checks.md",
    "",
)


@pytest.mark.parametrize(("text", "kind"), SECRETS.items())
def test_a_secret_is_known_by_its_looks(text, kind):
    assert secret_in(text) == kind
    assert secret_in(f"hello,\n```{text}```\nwhat is wrong?") == kind


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_only_looks_a_little_like_one_is_none(text):
    assert secret_in(text) is None


@given(st.text(max_size=300))
def test_anything_can_be_looked_at(text):
    secret_in(text)
    looks_like_vulnerability(text)


def test_a_secret_at_the_end_of_a_long_log_is_seen():
    assert secret_in("one more line of a log\n" * 400 + GITHUB)


@pytest.mark.parametrize("piece", ["a", "://", "token=", "how do ", "x:@", "password is ", "../", "eyJ"])
def test_nothing_that_is_typed_makes_it_slow(piece):
    text = piece * (40_000 // len(piece))
    secret_in(text)
    looks_like_vulnerability(text)
