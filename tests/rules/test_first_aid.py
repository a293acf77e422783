"""The questions that come again and again, as tired maintainers type them, and what only sounds alike."""

from dataclasses import replace

import pytest

from rules import first_aid
from rules.first_aid import Aids, FirstAidError, failing, named, recognise
from rules.model import Scorecard, ScorecardCheck
from tests.builders import KELP, resources, written

CONTENT = written("first_aid.yaml")
AIDS = first_aid.parse(CONTENT, resources())
OWN = tuple(CONTENT["aids"])
UNREADABLE = "some github tokens can't read classic branch protection rules"
HTTP = (
    "17:21:10 error sending scorecard results to webapp: http response 400, status: 400 Bad Request"
    ', error: {"code":400,"message":"workflow verification failed: %s, see '
    'https://github.com/ossf/scorecard-action#workflow-restrictions for details."}'
)
LOG = """\x1b[36;1mRun ossf/scorecard-action@v2.4.0\x1b[0m
  with: {results_file: results.sarif, results_format: sarif, publish_results: true}
GITHUB_TOKEN Permissions: Contents: read, Id-Token: write, SecurityEvents: write
Runner Image: ubuntu-24.04, Virtual Environment 20251110, default branch main
Finished [Branch-Protection] Finished [Token-Permissions] Finished [Signed-Releases] Finished [Code-Review]
"""

REFUSED = {
    "workflow contains global env vars or defaults": "scorecard-global-env",
    "global perm is set to write-all": "scorecard-global-write",
    "global perm is set to write: permission for contents is set to write": "scorecard-global-write",
    "workflow has no job that calls ossf/scorecard-action": "scorecard-no-job",
    "workflow has a non-scorecard job with id-token permissions": "scorecard-id-token-elsewhere",
    "job contains container or service": "scorecard-container",
    "scorecard job should have exactly 1 'Ubuntu' virtual environment": "scorecard-runner",
    "scorecard job has invalid runner label: 'ubuntu-20.04'": "scorecard-runner",
    "scorecard job contains env vars": "scorecard-job-env",
    "scorecard job must not have defaults set": "scorecard-job-defaults",
    "scorecard job must only have steps with `uses`": "scorecard-run-step",
    "job has unallowed step: kelp-io/publish-somewhere": "scorecard-unallowed-step",
    "imposter commit: 93cb6efe18208431cddfb8368fd83d5badbf9bfd does not belong to actions/checkout": (
        "scorecard-imposter-commit"
    ),
}
"""Each cause for which publishing is refused: ossf/scorecard-webapp app/server/verify_workflow.go."""

ELSEWHERE = {
    'ensure your GitHub workflow has "id-token: write" permissions': "scorecard-id-token",
    "only default branch is supported": "scorecard-default-branch",
    "only the default branch trunk is supported": "scorecard-default-branch",
    "GraphQL: Resource not accessible by integration": "scorecard-private",
    "GET https://api.github.com/repos/kelp-io/kelp: 401 Bad credentials []": "scorecard-token-expired",
    "error: updating to TUF remote mirror: tuf: invalid key": "scorecard-sigstore-root",
    '{"code":500,"message":"something went wrong and we are looking into it."}': "scorecard-server-error",
    UNREADABLE: "scorecard-branch-protection-unknown",
    "invalid repo path": "scorecard-not-published",
}


@pytest.mark.parametrize(("cause", "aid"), REFUSED.items())
@pytest.mark.parametrize("paste", ["%s", HTTP, LOG + HTTP, "help!! " + HTTP + "\nwhat does it want from me"])
def test_every_refusal_is_known_by_its_words_and_comes_first(cause, aid, paste):
    assert recognise(paste % cause if "%s" in paste else paste, AIDS)[0].id == aid


@pytest.mark.parametrize(("error", "aid"), ELSEWHERE.items())
def test_other_errors_are_known_by_their_words(error, aid):
    assert recognise(error, AIDS)[0].id == aid
    assert recognise(LOG + error, AIDS)[0].id == aid


ASKED = {
    "scorecard-not-published": (
        "where's the score? we set up the ossf workflow but nobody outside can see a result",
        "The badge svg of scorecard reads 'invalid repo path'. repo is public.",
        "our project isnt in scorecard's database, how to get in",
        "newbie q: enabled scorecard in code scanning, but api.securityscorecards.dev says not found",
        "curl api.scorecard.dev → empty body, 404",
        'added the scorecard shield to our readme but it just says "invalid repo path"',
        "scorecard viewer: no data for our project, the action is green tho",
        "where can outsiders look up our openssf score? the site gives nothing back",
        "a shield with the score, please: the address in the docs is a 404",
    ),
    "scorecard-branch-protection-unknown": (
        "We've got a -1 on Branch-Protection, how is that even possible",
        "classic branch protection rules vs scorecard",
        "is a fine grained token with administration read needed for the branch protection check?",
        "Our rules on main are super strict and yet scorecard can't tell (-1)",
        '"Branch-Protection" : -1 , "reason": "internal error: error during branchesHandler.setup"',
        "Branch-Protecton check shows ? even though main is locked down",
    ),
    "scorecard-imposter-commit": (
        "Imposter commit detected for github/codeql-action v3.29.0, is it compromised?",
        "scorecard upload: commit not part of ossf/scorecard-action?",
        "scorecard refuses the pinned hash of upload-artifact, says it's not theirs",
        '"imposter commmit" after dependabot bump of harden-runner',
    ),
    "scorecard-global-write": (
        "why isnt `permissions: contents: write` at the top of the scorecard workflow ok?",
        "error 400 global perm...",
        "top of my yml has packages: write, scorecard's publish says nope",
        "scorecard: permission for security-events is set to write",
    ),
    "scorecard-code-review-alone": (
        "just two of us maintaining this, code review score is a joke",
        "lone maintainer; code-review fails; help",
        "can copilot's approvals satisfy code review",
        "dependabot PRs get automerged, does this hurt our code review score?",
        "i'm the only maintainer, who is supposed to approve my PRs? Code-Review is 2",
        "nobody but me commits here. how should Code-Review ever pass",
        "we're a team of two plus renovate and the review check thinks we never review",
    ),
    "scorecard-signed-releases-attested": (
        "attestations in github but Signed-Releases = 0",
        "Signed-Releases -- we sign everything! why 0",
        "signed-realeases stuck at zero, sigstore bundles are uploaded tho",
        "how does scorecard detect signatures, our .pem and .sig-bundle aren't recognised",
        "we use actions/attest-build-provenance on every release and Signed-Releases still says 0",
    ),
    "scorecard-token-permissions-settings": (
        '"Token-Permissions" 0/10. GitHub settings: Workflow permissions = Read repository contents',
        "no top level permission defined warning",
        "token-permissions says 0, do I need `permissions:` in EVERY workflow?",
        "how come token permissions is 0 when default workflow permissions are read-only",
        "our org default for GITHUB_TOKEN is read-only, why Token-Permissions 0?",
        "what gives me the full score in Token-Permissions",
        "tokn permissons 0/10",
    ),
    "scorecard-pinned-packages": (
        "pinned-dependencies: is a lock file for npm good enough?",
        "how do projects handle npm i in workflows w.r.t. pinned dependencies",
        "scorecard wants sha for docker images, we use tags",
        "Pinned-Dependencies keeps moaning about `npm ci`",
        "pip install in CI flagged as unpinned even with ==1.2.3",
        "Pinned-Dependencies seems to want --require-hashes, is that not overdone",
    ),
    "scorecard-stale-score": (
        "scorecard still at 6.2 although Token-Permissions is fixed since tuesday",
        "outdated scorecard badge",
        "how do i make scorecard re-scan right now",
        "merged the fix on Monday, scorecard badge unchanged",
        "why does clomonitor show a different scorecard result than the viewer",
        "CLOMonitor says 7 but scorecard.dev says 8.3, which is it",
        "how soon does the score refresh? it's from last week",
        "CLOMonitor has another number than our action in the security tab, which one is right",
    ),
    "scorecard-default-branch": (
        "may scorecard be run from a branch other than main",
        "Scorecard: trigger on feature branches?",
        "scorecard job skipped on our 2.x maintenance branch",
        '"only the default branch main is supported"',
        "can I run scorecard on our develop branch as well?",
        "see what the score would be before we merge a pull request, locally maybe",
        "the action fails: it doesn't take trunk for our default branch",
    ),
    "scorecard-global-env": (
        "top-level env in scorecard.yml: allowed or not",
        "scorecard verification complains about global environment variables",
    ),
    "scorecard-no-job": (
        '"no job that calls ossf/scorecard-action" but it\'s there! (in a composite action)',
        "we vendored the scorecard action under our own org, now it says no job calls it",
    ),
    "scorecard-id-token-elsewhere": ("non-scorecard job with id-token permissions - can't I have two jobs?",),
    "scorecard-container": (
        "is `container:` in the scorecard job really a problem",
        "job contains container or service",
    ),
    "scorecard-runner": (
        "invalid runner label: ubuntu-latest-8-cores",
        "scorecard: invalid runner label 'self-hosted'",
        "Is it possible to publish scorecard results from a windows or mac runner?",
        "scorecard on our self hosted runners doesn't publish",
    ),
    "scorecard-job-env": (
        "env on the scorecard job → rejected, where do i put GITHUB_TOKEN then",
        "why must there be no environment variables in scorecards job",
    ),
    "scorecard-job-defaults": (
        '"must not have defaults set"',
        "job level `defaults.run.working-directory`, scorecard unhappy",
    ),
    "scorecard-run-step": (
        "why does scorecard insist on uses-only steps",
        "may I run a small shell script before the scorecard analysis in the same job",
    ),
    "scorecard-unallowed-step": (
        "unallowed step: actions/github-script in scorecard's job",
        "workflow verification failed: job has unallowed step: docker/login-action",
    ),
    "scorecard-id-token": (
        "do i need id-token write to publish scorecard results",
        "error fetching OIDC token in scorecard step",
        "scorecard asks me to add id-token: write. is this safe?",
        "we can't publish, an id-token permission is missing they say",
    ),
    "scorecard-fork": (
        "scorecard is running on everybody's forks",
        "does scorecard work on forks",
        "technically we are a fork, and the scorecard action says that forks are unsupported",
    ),
    "scorecard-private": (
        "does publish_results work for private repos",
        "can a private repository publish a scorecard",
        "which extra permissions does scorecard need to read our internal repository",
    ),
    "scorecard-token-expired": (
        "our scorecard PAT is expired again",
        "scorecard 401 since today, nothing changed on our side",
    ),
    "scorecard-sigstore-root": (
        'scorecard v2.2.0 - "tuf: failed to update root"',
        "scorecard action v2.1.2 suddenly can't sign, tuf root something",
    ),
    "scorecard-server-error": ("500 from scorecard webapp",),
    "scorecard-workflow-verification": (
        "scorecard: workflow verification failed. ???",
        "scorecard doesn't like my workflow, where are the rules written down",
    ),
}
UNRELATED = (
    "good morning everyone",
    "can someone check why CLOMonitor says license scanning is missing",
    "how do I sign a container image with cosign keyless",
    "GitHub is down again",
    "env var not picked up in our release workflow",
    "is a threat model required for the Inspector badge?",
    "helm chart provenance, does it count?",
    "does the bot support Teams?",
    "security-insights.yml v2 or v1?",
    "how to pin a message in slack",
    "who won last year?",
    "how long until clomonitor picks up a new repo",
    "what's the quota for gift cards",
    "the container image is 2GB, how to shrink",
    "is ubuntu-20.04 gone?",
    "intoto.jsonl vs sigstore bundle",
    "are docs only repos exempt",
    "how to get the community meeting check green",
    "leaderboard shows wrong order",
    "our release has 40 assets, too many?",
    "is a private repo allowed in the slam",
    "Does anyone know if Scorecard counts for the Defender badge this year?",
    'What does "artifacthub_badge" want from a library project?',
    "README badge order, anyone has a preference?",
    "contents: write needed for goreleaser?",
    "cosign sign --yes asks me for a browser login",
    "syft output is 30MB, ok?",
    "GPG key expired, do I have to re-sign tags",
    "how do I pin actions automatically",
    "which branch does clomonitor read?",
    "force push happened on main, how do I recover",
    "I'm alone in the channel?",
    "is STRIDE enough as threat model",
    "SECURITY.md template?",
    "what's header.project-si-source",
    "ubuntu 24.04 breaks our build",
    "default shell on windows runners?",
    "slack notification on release?",
    "badge ceremony slides 404",
    "score went up, yay!",
    "archived repos count?",
    "what's the difference between sandbox and incubating for the slam",
    "hi folks, new maintainer of etcd here, where do I start?",
    "can a bot award badges by itself?",
    "we have 14 repos, all of them have to be in clomonitor?",
    "code of conduct in the org .github repo is not detected",
    "is slack presence check for CNCF slack only",
    "license scanning with snyk ok?",
    "analytics on our site, what should I use",
    "can TAG security review our doc before the deadline",
    "how to describe actors for a library",
    "sbom-file key or third-party-packages?",
    "environment dependencies policy wording",
    "provenance for helm charts via cosign",
    "TUF repo for our updates is broken",
    "sbom for rust binaries",
    "attaching files to release from matrix jobs duplicates",
    "immutable releases feature, anyone on it",
    "docker hub org verification",
    "checkout v5 release notes",
    "pull_request_target safe usage",
    "container options --user root",
    "github app token vs PAT",
    "what time is it in Tokyo",
    "the bot doesn't answer in our channel",
    "we renamed our project, does it matter",
    "any Go 1.25 upgrade pains?",
    "how do I join the community meeting",
    "accessibility of our site",
    "does our CLA cover docs",
    "which SBOM format do you like better",
    "our verification docs are on the website, ok?",
    "which repo do I file the assessment PR",
    "check sets: code or code-lite",
    "adopters list is empty, can I add ourselves",
    "publishing helm charts with oci",
    "quay vs ghcr",
    "how do I pin docker images by digest in helm values",
    "peter-evans/create-pull-request: Resource not accessible by integration",
    "bad credentials when I git push to the wiki",
    "CodeQL finds nothing in our Rust code",
    "what does the Defender badge ask for this year",
    "AWS OIDC role can't be assumed, id-token: write is set",
    "branch protection blocks my hotfix, who has admin",
    "workflow fails on the main branch with a syntax error",
    "npm token expired, publish fails",
)


@pytest.mark.parametrize(("aid", "text"), [(aid, text) for aid, texts in ASKED.items() for text in texts])
def test_what_is_asked_again_and_again_is_recognised(aid, text):
    assert aid in [found.id for found in recognise(text, AIDS)]


def test_there_are_at_most_three_answers_and_mostly_the_right_one_comes_first():
    found = {(aid, text): recognise(text, AIDS) for aid, texts in ASKED.items() for text in texts}
    assert max(len(aids) for aids in found.values()) <= 3
    assert sum(aids[0].id == aid for (aid, _), aids in found.items()) > 0.85 * len(found)


def test_hardly_anything_unrelated_is_taken_for_a_question_that_is_known():
    taken = [text for text in UNRELATED if recognise(text, AIDS)]
    assert len(taken) <= len(UNRELATED) // 50, taken


QUIET_LOG = "\n".join(
    f"2026-10-10T10:10:{second:02d}.1234567Z {line}"
    for second, line in enumerate(
        (
            "##[group]Run ossf/scorecard-action@v2.4.0",
            "with:",
            "  publish_results: true",
            "  repo_token: ***",
            "env:",
            "##[endgroup]",
            "/usr/bin/docker run --name abc --workdir /github/workspace",
            "Starting [Token-Permissions]",
            "Finished [Branch-Protection]",
            "Finished [Signed-Releases]",
            "Starting [Code-Review]",
        )
    )
)


def test_a_log_that_tells_of_no_trouble_is_taken_for_no_question():
    assert recognise(QUIET_LOG, AIDS) == ()


@pytest.mark.parametrize("paste", ["{log}\n{words}", "{words}\n{log}", "{log}\n{words}\n{log}"])
def test_somebodys_own_words_count_more_than_the_log_beside_them(paste):
    found = {
        (aid, words): recognise(paste.format(log=QUIET_LOG, words=words), AIDS)
        for aid, texts in ASKED.items()
        for words in texts
    }
    first = [aids[0].id == aid for (aid, _), aids in found.items() if aids]
    assert sum(first) > 0.9 * len(found)


SHARED = "Error: Resource not accessible by integration"


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        pytest.param(SHARED, True, id="nothing else is named"),
        pytest.param(f"{SHARED} when the labeler runs", False, id="another program is"),
        pytest.param(f"{SHARED} since our scorecard workflow has a labeler", True, id="so is the topic"),
    ],
)
def test_what_other_programs_say_too_counts_unless_one_of_them_is_named(text, is_known):
    assert bool(recognise(text, AIDS)) is is_known


def test_a_chosen_topic_does_not_make_something_else_a_question_about_it():
    for text in ("vault token expired during the deploy", "env var in helm values doesn't work"):
        assert recognise(text, AIDS, "scorecard") == ()


def test_a_topic_that_was_named_before_need_not_be_named_again():
    text = "why can't the job have env vars?"
    assert not recognise(text, AIDS)
    assert "scorecard-job-env" in [aid.id for aid in recognise(text, AIDS, "scorecard")]


def test_with_no_first_aid_at_all_nothing_is_recognised():
    assert recognise("imposter commit", Aids()) == ()


def test_every_aid_says_why_and_what_to_do():
    for aid in AIDS.entries.values():
        assert aid.title
        assert aid.cause.endswith((".", ".)"))
        assert aid.fix.rstrip().endswith((".", ".)")), aid.id
        assert resources().find(aid.resource), aid.id
        assert len(aid.title) < 100
        assert len(aid.cause) + len(aid.fix) < 900


def test_a_first_aid_is_one_entry():
    entry = {
        "topic": "knitting",
        "title": "A stitch was dropped",
        "cause": "It happens.",
        "fix": "Pick it up.",
        "resource": "scorecard-action",
        "errors": ["stitch dropped"],
    }
    more = first_aid.parse({**CONTENT, "aids": {**CONTENT["aids"], "stitch": entry}}, resources())
    assert [aid.id for aid in recognise("help, a stitch dropped", more)] == ["stitch"]


UNKNOWN_CAUSE = "workflow verification failed: some new cause"


@pytest.mark.parametrize(
    "paste",
    [
        UNKNOWN_CAUSE,
        HTTP % "some new cause",
        f"error signing scorecard json results: {UNKNOWN_CAUSE}",
        f"error processing signature: error sending scorecard results to webapp: {UNKNOWN_CAUSE}",
        f"signing our scorecard results with sigstore fails: {UNKNOWN_CAUSE}",
    ],
)
def test_a_refusal_for_a_cause_that_nobody_knows_yet_leads_to_what_is_refused_at_all(paste):
    assert recognise(paste, AIDS)[0].id == "scorecard-workflow-verification"


def test_the_fix_of_a_check_is_left_out_beside_what_is_known_more_precisely():
    found = [aid.id for aid in recognise("scorecard: why is Branch-Protection -1?", AIDS)]
    assert found == ["scorecard-branch-protection-unknown"]


# --- Failing checks -----------------------------------------------------------------------------------------


def published(*checks: ScorecardCheck) -> Scorecard:
    return Scorecard(KELP, 5.0, checks=checks)


def test_the_worst_risk_comes_first_then_the_lowest_score_and_what_could_not_tell_last():
    found = failing(
        published(
            ScorecardCheck("License", 0),
            ScorecardCheck("Pinned-Dependencies", 3),
            ScorecardCheck("Branch-Protection", -1),
            ScorecardCheck("Code-Review", 4),
            ScorecardCheck("Token-Permissions", 0),
            ScorecardCheck("Dangerous-Workflow", 0),
            ScorecardCheck("Fuzzing", 0),
        ),
        AIDS,
    )
    assert [one.check.name for one in found] == [
        "Dangerous-Workflow", "Token-Permissions", "Code-Review", "Branch-Protection", "Fuzzing",
        "Pinned-Dependencies", "License",
    ]  # fmt: skip
    assert all(one.check.name in one.aid.checks for one in found)


@pytest.mark.parametrize(
    ("check", "aid"),
    [
        pytest.param(ScorecardCheck("Fuzzing", 0, "not fuzzed"), "scorecard-fuzzing", id="its fix"),
        pytest.param(
            ScorecardCheck("Branch-Protection", 3, "branch protection is not maximal"),
            "scorecard-branch-protection",
            id="its fix, not what is known about another reason",
        ),
        pytest.param(
            ScorecardCheck("Branch-Protection", -1, f"internal error: {UNREADABLE}: https://example.org"),
            "scorecard-branch-protection-unknown",
            id="what is known about the reason",
        ),
        pytest.param(
            ScorecardCheck("Token-Permissions", 0, "detected tokens with excessive permissions"),
            "scorecard-token-permissions-settings",
            id="the reason in other words",
        ),
    ],
)  # fmt: skip
def test_a_failing_check_leads_to_what_is_known_about_its_reason(check, aid):
    (found,) = failing(published(check), AIDS)
    assert found.aid.id == aid


def test_good_results_and_checks_that_nobody_knows_are_left_out():
    checks = ScorecardCheck("SAST", 10), ScorecardCheck("Fuzzing", 8), ScorecardCheck("Tomorrows-Check", 0)
    assert failing(published(*checks), AIDS) == ()


def test_a_check_that_is_named_is_found_however_good_it_is():
    checks = ScorecardCheck("Code-Review", 8), ScorecardCheck("Fuzzing", 0)
    found = named("is code review counted well?", published(*checks), AIDS)
    assert [one.check.name for one in found] == ["Code-Review"]


def test_every_check_with_a_risk_has_first_aid():
    assert set(AIDS.risks) <= {check for aid in AIDS.entries.values() for check in aid.checks}


# --- Mistakes -----------------------------------------------------------------------------------------------

AID = {"topic": "scorecard", "title": "T", "cause": "C.", "fix": "F.", "resource": "scorecard-action"}


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (None, "aids: expected a mapping of id to entry"),
        ({"aids": {"a": "text"}}, "aids.a: expected a mapping"),
        ({"aids": {"a": {**AID, "errors": ["e"], "cuase": "C."}}}, "aids.a.cuase: unknown key"),
        ({"aids": {"a": {**AID, "errors": ["e"], "cause": 7}}}, "aids.a.cause: expected text, found 7"),
        ({"aids": {"a": {**AID, "errors": "e"}}}, "aids.a.errors: expected a list of texts"),
        ({"aids": {"a": AID}}, "aids.a: expected errors or when"),
        ({"aids": {"a": {**AID, "when": ["wool"]}}}, "aids.a.when[0]: no concept 'wool'"),
        ({"aids": {"a": {**AID, "errors": ["e"], "resource": "x"}}}, "aids.a.resource: no resource 'x'"),
        (
            {"aids": {"scorecard-fuzzing": {**AID, "errors": ["e"]}}},
            "aids.scorecard-fuzzing: a fix in resources.yaml is called so",
        ),
        ({"concepts": {"wool": "yarn"}, "aids": {}}, "concepts.wool: expected a list of texts"),
        ({"risks": {"huge": ["SAST"]}, "aids": {}}, "risks.huge: expected one of critical, high"),
    ],
)
def test_every_mistake_is_named(content, mistake):
    with pytest.raises(FirstAidError) as raised:
        first_aid.parse(content, resources())
    assert any(each.startswith(mistake) for each in raised.value.mistakes), raised.value.mistakes


def test_every_concept_is_used():
    lines = [line for aid in CONTENT["aids"].values() for line in aid.get("when", ())]
    used = set().union(*(first_aid.concepts_in(line) for line in lines))
    assert used == set(CONTENT["concepts"])


def test_an_aid_is_found_by_its_id():
    assert AIDS.find(OWN[0]).id == OWN[0]
    assert AIDS.find("nothing") is None
    assert replace(AIDS, entries={}).find(OWN[0]) is None
