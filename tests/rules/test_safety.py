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
    "stumbled on a way to read another tenant's build logs, who do i tell",
    "looks like the JWT secret is hardcoded in the image we ship",
    "host header injection on the password reset mail, gives account takeover",
    "deserialising the cookie with pickle... that can't be good. who handles security?",
    "is there a PGP key to send sensitive reports to?",
    "can i DM someone about a serious security problem?",
    "encontrei uma vulnerabilidade no upload de arquivos",
    "nonces are reused so old requests can be replayed",
    "a forged SAML assertion gets accepted, tested on main",
    "template injection: {{7*7}} in the project name renders 49",
    "the S3 bucket behind your downloads is world writable",
    "debug endpoint pprof is open to the internet on the demo cluster and shows env vars with keys",
    "redirect_uri isn't validated in the oauth flow",
    "regex in the parser hangs for minutes on a 2k input, easy dos",
    "I noticed credentials of the CI in plain view in the job output",
    "The TLS certificate isn't verified when the agent connects, so MITM works",
    "I managed to log in as another user by changing the uid in the token",
    "i think i broke your access control: a guest account opens the admin settings page fine",
    "Requests with Content-Length and Transfer-Encoding get smuggled past the proxy",
    "the update server accepts downgraded versions with an old signature",
    "une vulnérabilité permet de lire les secrets du cluster",
    "há uma falha de segurança no login",
    "the archive extractor follows symlinks outside of its folder",
    "can you get us a CVE? we found a bug that leaks memory contents to clients",
    "you can impersonate the admin by setting the X-User header",
    "null byte in filename skips the extension check",
    "attackers may poison the build cache from a fork",
    "I accidentally got maintainer rights on a repo that isn't mine through your sync tool",
    "Spotted something weird: changing the tenant header gives me the data of a different customer",
    "There's a possibility to enumerate users through the invite endpoint",
    "I can approve my own pull request with a second browser tab, is that intended?",
    "wrote a small exploit for the ingress parser, to whom do I send it?",
    "the bot answers any webhook, signature is ignored",
    "cookies are sent over http, sniffable",
    "cache poisoning of the CDN with an unkeyed header",
    "someone with read access can get write access by editing the yaml of the role",
    "I'd like to talk about a security matter, but not here",
    "Is there an email for reporting security bugs?",
    "our release key was committed to the repo by accident, it is still in history",
    "we can forge commits as other maintainers via the bot",
    "存在越权访问，可以读取其他用户的数据",
    "Hi team, who is the right person for vulnerability disclosure?",
    "what's the process if i think I found a vulnerability",
    "the password of the db is in the client side javascript",
    "i can bypass the 2fa by calling the api directly",
    "our CI prints the deploy key when a job fails",
    "I have discovered a serious weakness in your signing process",
    "the invite tokens are sequential numbers",
    "you can read any file of the server through the template include",
    "arbitrary write via symlink in the cache dir",
    "memory leak of other tenants' data in responses (like heartbleed)",
    "Should this go to the public tracker? It lets people run shell commands on your bot",
    "xss, stored, in project description",
    "a friend showed me that our upload form takes php files and runs them",
    "got something I'd prefer not to write in public, about your auth",
    "metrics endpoint on the load balancer needs no login and shows customer names",
    "an old npm maintainer account of yours was compromised I think",
    "ID of the invoice in the url can be changed and I get other invoices",
    "Hi! Who handles vulnerability reports for kelp?",
    "the operator's ClusterRole allows reading all secrets, a compromised pod owns everything",
    "our pentesters say the API leaks stack traces with credentials",
    "your GitHub action runs untrusted code with id-token write",
    "a deleted user keeps API access for 24h",
    "any authenticated user can exec into any pod through the dashboard",
    "encryption uses ECB with a fixed key",
    "tokens are written to the audit log unmasked",
    "found out that deleting an org doesn't delete its api keys, they continue working",
    "I think the sso can be tricked with an unverified email",
    "your container has a suid binary that gives root",
    "The gRPC gateway panics on an empty frame, anyone can kill it",
    "the helm chart sets privileged: true and mounts / of the node, bad?",
    "Missing authorization in DELETE /v1/projects/{id}",
    "The agent updates itself over http without checking anything",
    "the license server leaks internal hostnames and users",
    "a user's bearer token is cached and handed to the next user",
    "the backup restore executes sql from the dump file of any tenant",
    "weak randomness in token generation",
    "our status page shows the internal ip and database password in the html source",
    "the parser recurses without limit, a deep document kills the process",
    "there's a way for contributors to get the publishing token in your pipeline",
    "we'd like to tell the maintainers about an issue before it is public",
    "JWT none algorithm accepted by the gateway",
    "users of one org see the audit log of another",
    "Habe eine kritische Lücke in eurer API entdeckt",
    "a crafted regex in the filter box freezes the whole backend",
    "the password reset token is sent to whatever host header I send",
    "no csrf protection on the delete button",
    "SSTI in notification templates",
    "GHSA draft needed for a bug in the auth middleware",
    "how do I report a vulnerability?",
    "我发现了一个安全漏洞，应该怎么报告",
    "脆弱性を見つけたのですが、どこに報告すればいいですか",
    "J'ai trouvé une faille de sécurité dans l'API",
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
    "our SECURITY.md has an email, is that enough for the badge",
    "can we mark a CVE as not affecting us with VEX",
    "what does 'token permissions' want from me",
    "how do you rotate leaked tokens, is there a guide",
    "is the bot able to read private repositories",
    "grype shows a critical in openssl in our base image",
    "our changelog can't be verified, section missing",
    "does the self-assessment have to list past security issues",
    "we leak points on Branch-Protection, why",
    "our tests use a fake private key, does Scorecard mind",
    "the check times out after 30 seconds",
    "need the maintainers contact for kelp",
    "are secrets in the workflow allowed for the badge",
    "Is a CVE feed something the SBOM badge needs",
    "does anyone have a template for a security response process",
    "the token expired and publishing fails with 401",
    "is it dangerous to use pull_request_target",
    "I want to become a volunteer for security questions",
    "the attestation is not found for the digest",
    "permission denied when I push the tag",
    "how are secrets handled by this bot, where do I read that",
    "where do we put the email for security reports",
    "the image has a critical CVE from curl but no fix exists, what should we do",
    "I was asked to review a PR from a fork, workflow doesn't run",
    "the release job can't get an id token from a fork",
    "I need to reset my password for the course",
    "signing keys: keyless or our own, what is better",
    "our docs page is down, clomonitor says website missing",
    "does Scorecard count a security policy in the .github repo",
    "how long are questions stored and who can read them",
    "what does Vulnerabilities in Scorecard look at",
    "renovate vs dependabot for the update check",
    "secret scanning alert is closed as false positive, is it still counted",
    "why does the action need security-events: write",
    "we'd like to run an audit next year, is there a sponsor",
    "our org requires 2fa, does any check look at that",
    "the provenance says builder id untrusted",
    "someone forked our project, do they get our badges",
    "we want private channels for our project's notices",
    "how to get access to the course as a team",
    "the score says critical risk for Token-Permissions, what is it",
    "my boss asks if the slam includes a pentest",
    "which permissions does the publish step need",
    "can we get help with the threat model",
    "our project has two repos, only one is seen",
    "workflow uses a third party action by tag, how to pin by hash",
    "our release assets are public, signatures too, still 0",
    "the link in your message is broken",
    "how do I get the bot to look at our repo again",
    "does the bot need write access to our repo",
    "commits signed by github count as signed?",
    "I see two entries for our project",
    "the docker image is built in another repo",
    "the SBOM has no hash for two files",
    "is there a guide on least privilege for tokens",
    "which secrets does the release workflow need",
    "our security team wants to know what data the bot stores",
    "the reviewers are never assigned automatically",
    "what should a good incident response plan contain",
    "any examples of a good SECURITY.md",
    "all of our repos are public, does that matter",
    "who can award the badge",
    "can I see open CVEs of my project in the bot",
    "I forgot the password of my LF account",
    "",
)


@pytest.mark.parametrize("text", REPORTS)
def test_a_report_of_a_vulnerability_is_seen_for_one(text):
    assert looks_like_vulnerability(text)


@pytest.mark.parametrize("text", NO_REPORTS)
def test_a_question_about_vulnerabilities_is_no_report(text):
    assert looks_like_vulnerability(text) is None


@pytest.mark.parametrize("text", ["is there a PSIRT?", "who do I email about a possible security flaw?"])
def test_who_asks_for_somebody_to_tell_is_shown_the_private_way(text):
    assert looks_like_vulnerability(text)


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


@pytest.mark.parametrize(
    "piece",
    ["a", "://", "token=", "how do ", "x:@", "password is ", "../", "eyJ", "any user ", "漏 ", "get "],
)
def test_nothing_that_is_typed_makes_it_slow(piece):
    text = piece * (40_000 // len(piece))
    secret_in(text)
    looks_like_vulnerability(text)
