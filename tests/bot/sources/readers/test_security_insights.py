"""Security Insights files as projects publish them: where they are, who accepts them, what they document."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml

from bot.documents import Unreadable
from bot.sources.readers import security_insights
from bot.sources.readers.security_insights import candidates, inherit, parent_of

V1 = """\
header:
  schema-version: 1.0.0
  expiration-date: '2024-10-10T01:00:00.000Z'
  project-url: https://github.com/acme/anvil
project-lifecycle: {status: active, bug-fixes-only: false, core-maintainers: [github:wile]}
contribution-policy: {accepts-pull-requests: true, accepts-automated-pull-requests: false}
distribution-points: [https://github.com/acme/anvil/releases]
security-contacts: [{type: email, value: security@acme.test}]
vulnerability-reporting:
  accepts-vulnerability-reports: true
  email-contact: security@acme.test
  security-policy: https://github.com/acme/anvil/security/policy
"""
V2 = """\
header:
  last-reviewed: 2025-03-01
  last-updated: 2025-03-01
  schema-version: 2.1.0
  url: https://github.com/acme/anvil/blob/main/security-insights.yml
project:
  name: Anvil
  administrators: [{name: Wile, primary: true}]
  repositories:
    - {name: anvil, comment: the anvil, url: https://github.com/acme/anvil}
    - {name: rocket, comment: the rocket, url: https://github.com/Acme/rocket/}
    - {name: mirror, comment: elsewhere, url: https://gitlab.test/acme/anvil}
  vulnerability-reporting: {reports-accepted: true, bug-bounty-available: false}
repository:
  status: active
  url: https://github.com/acme/anvil
  accepts-change-request: true
  accepts-automated-change-request: true
  core-team: [{name: Wile, primary: true}]
  license: {url: https://github.com/acme/anvil/blob/main/LICENSE, expression: Apache-2.0}
  security: {assessments: {self: {comment: none yet}}}
"""

HEADER = V2.partition("project:")[0]
MANY = ", ".join(f"{{sbom-format: f{number}}}" for number in range(20_000))


def read(text, path="security-insights.yml", **others):
    return security_insights.read("acme/anvil", {path: text, **others}, lambda path: f"https://page/{path}")


def changed(text, change):
    """The document with one difference, which `change` makes in place."""
    document = yaml.load(text, Loader=yaml.BaseLoader)
    flags = {"true": True, "false": False}
    document = _mapped(document, lambda value: flags.get(value, value))
    change(document)
    return yaml.safe_dump(document)


def _mapped(value, leaf):
    if isinstance(value, dict):
        return {key: _mapped(item, leaf) for key, item in value.items()}
    if isinstance(value, list):
        return [_mapped(item, leaf) for item in value]
    return leaf(value)


def reporting(**said):
    """A v2 file in which this stands under `vulnerability-reporting`."""
    return changed(V2, lambda document: document["project"]["vulnerability-reporting"].update(said))


# --- Where it is --------------------------------------------------------------------------------------------


def test_every_place_and_spelling_is_found_the_one_that_counts_first():
    entries = [
        "README.md",
        "docs/security-insights.yml",
        "SECURITY_INSIGHTS.yml",
        "SECURITY-INSIGHTS.yml",
        ".gitlab/security-insights.yml",
        ".github/security-insights.yaml",
        ".github/security-insights.yml",
        ".github/SECURITY-INSIGHTS.yml",
        "security-insights.yaml",
    ]
    assert candidates(entries) == (
        ".github/security-insights.yml",
        "SECURITY-INSIGHTS.yml",
        "security-insights.yaml",
        "SECURITY_INSIGHTS.yml",
        ".github/SECURITY-INSIGHTS.yml",
        ".github/security-insights.yaml",
        ".gitlab/security-insights.yml",
        "docs/security-insights.yml",
    )


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/security-insights.yml",
        "workflows/security-insights.yml",
        "a/b/security-insights.yml",
        "security-insights.md",
        "security-insights.yml.tmpl",
        "my-security-insights.yml",
    ],
)
def test_decoys_are_left_out(path):
    assert candidates([path]) == ()


def test_no_file_is_nothing():
    assert security_insights.read("acme/anvil", {}, str) is None


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        pytest.param(
            {"security-insights.yml": V1, ".github/security-insights.yml": V2},
            ".github/security-insights.yml",
            id="a later v2 wins over an earlier v1",
        ),
        pytest.param(
            {"security-insights.yml": V2, ".github/security-insights.yml": V2},
            "security-insights.yml",
            id="the first v2 wins",
        ),
        pytest.param(
            {"SECURITY-INSIGHTS.yml": V1, "security-insights.yml": V1},
            "security-insights.yml",
            id="the first v1 wins",
        ),
        pytest.param(
            {"SECURITY-INSIGHTS.yml": V2, "security-insights.yml": "header: {}"},
            "security-insights.yml",
            id="CLOMonitor stumbles over a file without a version",
        ),
        pytest.param(
            {"SECURITY-INSIGHTS.yml": V1, "security-insights.yaml": V2},
            "SECURITY-INSIGHTS.yml",
            id="CLOMonitor sees no .yaml",
        ),
        pytest.param(
            {".github/SECURITY-INSIGHTS.yml": V1, "SECURITY_INSIGHTS.yml": V1},
            "SECURITY_INSIGHTS.yml",
            id="where CLOMonitor sees none, the nearest the root",
        ),
    ],
)
def test_of_several_the_one_clomonitor_reads_counts(texts, path):
    insights = security_insights.read("acme/anvil", texts, lambda path: f"https://page/{path}")
    assert insights.path == path
    assert insights.url == f"https://page/{path}"
    assert insights.also_at == tuple(other for other in texts if other != path)


def test_a_path_that_clomonitor_does_not_see_is_said():
    assert read(V2).seen_by_clomonitor
    assert not read(V2, "security-insights.yaml").seen_by_clomonitor


# --- Who accepts it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [V1, V2], ids=["v1", "v2"])
def test_a_good_file_is_accepted_by_both(text):
    insights = read(text)
    assert insights.schema_errors == ()
    assert insights.reader_errors == ()


def v1_of(change):
    return changed(V1, change)


def v2_of(change):
    return changed(V2, change)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            v2_of(lambda d: d["repository"]["core-team"].append({"name": "Road"})),
            "core-team[1]: lacks 'primary'",
        ),
        (
            v2_of(lambda d: d["repository"]["security"]["assessments"].pop("self")),
            "assessments: lacks 'self'",
        ),
        (v2_of(lambda d: d["project"]["repositories"][0].pop("comment")), "repositories[0]: lacks 'comment'"),
        (v2_of(lambda d: d["project"].update(administrators=[])), "administrators: an empty list"),
        (v2_of(lambda d: d["repository"].update(status="")), "repository.status: an empty text"),
        (
            v2_of(lambda d: d["repository"].update({"accepts-change-request": "yes"})),
            "'yes', must be true or false",
        ),
        (v2_of(lambda d: d.pop("header")), "header"),
        (
            v1_of(lambda d: d["project-lifecycle"].update({"bug-fixes-only": None})),
            "nothing, must be true or false",
        ),
        (v1_of(lambda d: d.pop("distribution-points")), "the document: lacks 'distribution-points'"),
        (v1_of(lambda d: d["security-contacts"][0].pop("value")), "security-contacts[0]: lacks 'value'"),
        ("a: 1\na: 2\n", "line 2: the key 'a' stands there twice"),
        ("- a\n", "must be a group of keys"),
        ("", "nothing, must be a group of keys"),
        ("&a [*a]", "stands for nothing yet"),
        (Unreadable("not UTF-8"), "not UTF-8"),
    ],
)
def test_what_both_refuse_is_named(text, error):
    insights = read(text)
    assert any(error in said for said in insights.schema_errors)
    assert insights.reader_errors
    assert not insights.is_valid


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            V2.replace("2025-03-01", "2025-3-1"),
            "header.last-reviewed: '2025-3-1', must be a date such as 2025-03-01",
        ),
        (V2.replace("2025-03-01", "2025-02-30"), "must be a date"),
        (V2.replace("status: active", "status: busy"), "repository.status: 'busy', must be one of"),
        (V2.replace("2.1.0", "2.0"), "header.schema-version: 2.0, must be text"),
        (V2.replace("gitlab.test", "x y"), "must be an http or https address"),
        (v2_of(lambda d: d["repository"].update(extra="1")), "repository: does not have 'extra'"),
        (
            v2_of(lambda d: d["repository"].update(documentation={"review-policy": None})),
            "nothing, must be text",
        ),
        (
            v2_of(lambda d: d["repository"]["security"].update(tools=[{"name": "x"}])),
            "lacks 'type', 'rulesets'",
        ),
        (V1.replace("1.0.0", "1.1.0"), "header.schema-version: '1.1.0', must be one of '1.0.0'"),
        (V1.replace("'2024-10-10T01:00:00.000Z'", "2024-10-10"), "'2024-10-10', must be a moment"),
        (V1.replace("type: email", "type: website"), "security-contacts[0].type: 'website', must be one of"),
        (V1.replace("security@acme.test}", "our page}"), "'our page', must be an e-mail address, a link or"),
        (V1.replace(", core-maintainers: [github:wile]", ""), "project-lifecycle: lacks 'core-maintainers'"),
        (v1_of(lambda d: d["vulnerability-reporting"].pop("security-policy")), "lacks 'security-policy'"),
        (v1_of(lambda d: d["distribution-points"].append(d["distribution-points"][0])), "stands there twice"),
        (v1_of(lambda d: d["header"].update(changelog="https://a b")), "must be an address"),
        (v1_of(lambda d: d["header"].update(license="www.acme.test")), "header.license: 'www.acme.test'"),
    ],
)
def test_what_the_schema_alone_refuses_is_still_valid(text, error):
    insights = read(text)
    assert any(error in said for said in insights.schema_errors), insights.schema_errors
    assert insights.reader_errors == ()
    assert insights.is_valid


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(HEADER, "has neither 'project' nor 'repository'", id="a header and nothing else"),
        pytest.param(V2.replace("name: Wile", "name: ''"), "an empty text", id="an empty name"),
    ],
)
def test_what_clomonitor_alone_refuses_is_still_valid(text, error):
    insights = read(text)
    assert insights.schema_errors == ()
    assert any(error in said for said in insights.reader_errors)
    assert insights.is_valid


@pytest.mark.parametrize(
    ("version", "text", "accepted"),
    [
        ("2.0.0", v2_of(lambda d: d["repository"].update(extra="1")), True),
        ("2.1.0", v2_of(lambda d: d["repository"].update(extra="1")), False),
        ("2.0.0", v2_of(lambda d: d["repository"]["core-team"][0].update(extra="1")), False),
        (
            "2.1.0",
            v2_of(lambda d: d["project"]["vulnerability-reporting"].update(policy="https://a.test")),
            False,
        ),
        (
            "2.2.0",
            v2_of(lambda d: d["project"]["vulnerability-reporting"].update(policy="https://a.test")),
            True,
        ),
        ("2.2.7", v2_of(lambda d: d["project"].update(documentation={"design": "https://a.test"})), True),
        ("2.9.0", v2_of(lambda d: d["project"].update(documentation={"design": "https://a.test"})), True),
        ("2.1.0", v2_of(lambda d: d["project"].update(documentation={"design": "https://a.test"})), False),
    ],
)
def test_a_v2_file_is_judged_by_the_schema_of_its_own_version(version, text, accepted):
    insights = read(text.replace("2.1.0", version))
    assert (insights.schema_errors == ()) is accepted
    assert insights.version == version


@pytest.mark.parametrize("version", ["0.13.4", "v2.0.0", "2", "''"])
def test_another_version_is_refused_by_both(version):
    insights = read(V2.replace("2.1.0", version))
    assert not insights.is_valid


def test_a_v1_file_says_when_it_expires():
    assert read(V1).expires == datetime(2024, 10, 10, 1, tzinfo=UTC)
    assert read(V1.replace("2024-10-10T01:00:00.000Z", "soon")).expires is None


KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n{}\n-----END PGP PUBLIC KEY BLOCK-----\n"


@pytest.mark.parametrize(
    ("key", "accepted"),
    [(KEY.format("\nmQINBF+/=\n=abcd"), True), (KEY.format("mQ-IN"), False), (KEY.format("")[:-4], False)],
)
def test_a_v1_file_may_hold_a_key(key, accepted):
    text = v1_of(lambda d: d["vulnerability-reporting"].update({"pgp-key": key}))
    assert (read(text).schema_errors == ()) is accepted


@pytest.mark.parametrize(
    ("contact", "accepted"),
    [
        ("+1 (555) 010-9999", True),
        ("(555)", True),
        ("a@b", True),
        ("see https://a.test", True),
        ("call us", False),
    ],
)
def test_a_v1_contact_is_a_phone_number_too(contact, accepted):
    text = v1_of(lambda d: d["security-contacts"][0].update(value=contact))
    assert (read(text).schema_errors == ()) is accepted


# --- What it documents --------------------------------------------------------------------------------------


def test_a_v1_file_documents_three_places():
    text = (
        V1
        + """\
dependencies:
  sbom: [{sbom-file: 'https://a.test/sbom', sbom-url: 'https://a.test/how'}, {sbom-format: SPDX}]
  env-dependencies-policy: {policy-url: https://a.test/policy}
security-artifacts: {self-assessment: {self-assessment-created: true, evidence-url: [https://a.test/self]}}
"""
    )
    insights = read(text)
    assert insights.is_v1
    assert insights.sbom == ("https://a.test/how", "https://a.test/sbom")
    assert insights.policy == ("https://a.test/policy",)
    assert insights.assessment == ("https://a.test/self",)
    assert insights.provenance == insights.guidance == insights.repositories == ()


def attested(predicate, location="https://github.com/acme/anvil/releases/download/{version}/it.json"):
    attestation = {"name": "it", "location": location, "predicate-uri": predicate}
    release = {
        "automated-pipeline": True,
        "distribution-points": [{"uri": "u", "comment": "c"}],
        "attestations": [attestation],
    }
    return read(v2_of(lambda d: d["repository"].update(release=release)))


@pytest.mark.parametrize("predicate", ["https://spdx.dev/Document/v2.3", "https://cyclonedx.org/bom"])
def test_a_v2_file_documents_its_sbom_as_an_attestation(predicate):
    insights = attested(predicate)
    assert insights.sbom == ("https://github.com/acme/anvil/releases/download/{version}/it.json",)
    assert insights.provenance == ()


def test_a_v2_file_documents_its_provenance_as_an_attestation():
    assert attested("https://slsa.dev/provenance/v1").provenance
    assert not attested("https://slsa.dev/provenance/v1").sbom
    assert not attested("https://slsa.dev/verification_summary/v1").provenance
    assert not attested("https://in-toto.io/attestation/vulns").provenance


def test_a_v1_file_names_whom_to_tell_of_a_vulnerability_and_where_the_policy_is():
    def more(document):
        document["security-contacts"] += [
            {"type": "url", "value": "https://acme.test/report"},
            {"type": "phone", "value": "+1 555 0100"},
            {"type": "email", "value": "cert@acme.test", "primary": True},
        ]

    assert read(changed(V1, more)).contacts == (
        "security@acme.test",
        "cert@acme.test",
        "https://acme.test/report",
        "https://github.com/acme/anvil/security/policy",
    )


@pytest.mark.parametrize("policy", ["policy", "security-policy"])
def test_a_v2_file_names_whom_to_tell_of_a_vulnerability_and_where_the_policy_is(policy):
    wile = {"name": "Wile", "primary": True, "email": "wile@acme.test"}
    text = reporting(contact=wile, **{policy: "https://acme.test/policy"})
    assert read(text).contacts == ("wile@acme.test", "https://acme.test/policy")
    assert inherit(read(HEADER), text, "https://github.com/acme/parent/blob/main/si.yml").contacts == (
        "wile@acme.test", "https://acme.test/policy"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "contacts"),
    [
        pytest.param("mailto:security@acme.test", ("security@acme.test",), id="as a link"),
        pytest.param(" Security@acme.test ", ("Security@acme.test",), id="with spaces around"),
        pytest.param("security@acme", (), id="no domain"),
        pytest.param("TODO", (), id="a placeholder"),
        pytest.param("<security@acme.test>", (), id="marked"),
        pytest.param("x" * 300 + "@acme.test", (), id="endless"),
        pytest.param("javascript:alert(1)", (), id="no address of the web"),
        pytest.param("ftp://acme.test/report", (), id="another protocol"),
        pytest.param({"of": "it"}, (), id="no text"),
        pytest.param(None, (), id="nothing"),
    ],
)
def test_of_contacts_only_addresses_of_mail_and_of_the_web_are_kept(written, contacts):
    assert read(reporting(contact={"name": "Wile", "primary": True, "email": written})).contacts == contacts


def test_whoever_accepts_no_reports_is_not_told_of_any():
    said = {"reports-accepted": False, "contact": {"name": "Wile", "email": "wile@acme.test"}}
    assert read(reporting(**said)).contacts == ()


def test_of_very_many_contacts_a_few_are_kept():
    many = [{"type": "email", "value": f"security{number}@acme.test"} for number in range(10_000)]
    found = read(changed(V1, lambda document: document.update({"security-contacts": many}))).contacts
    assert len(found) == 5


def test_a_v2_file_documents_policy_guidance_assessment_and_repositories():
    def document(d):
        d["repository"]["documentation"] = {"dependency-management-policy": "https://a.test/policy"}
        d["project"]["documentation"] = {"signature-verification": "https://a.test/verify"}
        d["repository"]["security"]["assessments"]["self"]["evidence"] = "https://a.test/self"

    insights = read(v2_of(document))
    assert insights.policy == ("https://a.test/policy",)
    assert insights.guidance == ("https://a.test/verify",)
    assert insights.assessment == ("https://a.test/self",)
    assert insights.repositories == ("acme/anvil", "Acme/rocket")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://a.test/policy", "https://a.test/policy"),
        (" https://a.test/policy ", "https://a.test/policy"),
        ("see https://a.test/policy.", "https://a.test/policy"),
        ("github.com/acme/anvil/blob/main/P.md", "https://github.com/acme/anvil/blob/main/P.md"),
        ("docs/policy.md", "https://github.com/acme/anvil/blob/HEAD/docs/policy.md"),
        ("./POLICY.md#deps", "https://github.com/acme/anvil/blob/HEAD/POLICY.md#deps"),
        ("TODO", None),
        ("TODO: https://a.test/policy", None),
        ("tbd.", None),
        ("N/A", None),
        ("none", None),
        ("''", None),
        ("null", None),
        ("~", None),
        ("not yet", None),
        ("<link>", None),
        ("https://github.com/<org>/<repo>/blob/main/P.md", None),
        ("https://github.com/your-org/x", None),
        ("https://TODO", None),
        ("https://[x", None),
        ("[]", None),
        ("{a: b}", None),
        ("1", None),
        ("x" * 3000, None),
    ],
)
def test_a_placeholder_is_not_an_address(written, address):
    text = V2.replace(
        "status: active", f"documentation: {{dependency-management-policy: '{written}'}}\n  status: active"
    )
    if written in ("''", "null", "~", "[]", "{a: b}", "1"):
        text = text.replace(f"'{written}'", written)
    assert read(text).policy == ((address,) if address else ())


# --- A child and its parent ---------------------------------------------------------------------------------

PARENT = "https://raw.githubusercontent.com/acme/.github/main/security-insights.yml"


def test_a_child_inherits_what_its_parents_project_documents():
    child = HEADER + f"  project-si-source: {PARENT}\n" + "repository:" + V2.split("repository:")[1]
    parent = v2_of(lambda d: d["project"].update(documentation={"signature-verification": "docs/verify.md"}))
    assert parent_of(child) == PARENT
    inherited = inherit(read(child), parent, PARENT)
    assert inherited.guidance == ("https://github.com/acme/.github/blob/HEAD/docs/verify.md",)
    assert inherited.repositories == ("acme/anvil", "Acme/rocket")


def test_what_the_child_says_itself_stands():
    insights = replace(read(V2), guidance=("https://a.test/own",), repositories=("ACME/anvil",))
    inherited = inherit(insights, V2, PARENT)
    assert inherited.guidance == ("https://a.test/own",)
    assert inherited.repositories == ("ACME/anvil", "Acme/rocket")


def test_no_parent_is_no_parent():
    assert parent_of(V2) is None
    assert parent_of("a: b: c") is None


# --- Hostile files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(V1 + "documentation: [" + "a, " * 90_000 + "]", id="the same thing very often"),
        pytest.param(
            V1.replace("value: security@acme.test", f"value: '{'1' * 300_000}x'"),
            id="a phone number without end",
        ),
        pytest.param(
            V1 + f"dependencies: {{sbom: [{MANY}]}}",
            id="very many SBOMs",
        ),
        pytest.param(
            V2.replace("name: Wile", f"email: '{'a.' * 200_000}@', name: Wile"), id="an endless address"
        ),
        pytest.param(
            V2.replace("status: active", f"documentation: {{review-policy: '{'TODO' * 90_000}'}}"), id="x"
        ),
        pytest.param(
            V1.replace("email-contact:", f"pgp-key: '{KEY.format('a' * 100_000)[:-5]}'\n  email-contact:"),
            id="a key",
        ),
        pytest.param("header: {schema-version: 2.0.0, " + "a: {" * 50 + "}" * 51, id="deep"),
    ],
)
def test_a_hostile_file_is_judged_quickly(text):
    insights = read(text)
    assert len(insights.schema_errors) <= 21
    assert all(len(error) < 1000 for error in insights.schema_errors)
