"""Security self-assessments: where they are, which of the template's headings they have, and their stage."""

from __future__ import annotations

import pytest

from bot.sources.readers.self_assessment import HEADINGS, candidates, in_toc, pointer, read

WHOLE = "\n".join(f"## {heading}\n\ntext\n" for heading in HEADINGS)


def headings(text):
    found = read(text, "https://page", "somewhere")
    assert found.headings == len(HEADINGS) - len(found.missing)
    return tuple(heading for heading in HEADINGS if heading not in found.missing)


def test_the_whole_template_has_fourteen():
    assessment = read(WHOLE, "https://page", "cncf/toc: x.md")
    assert assessment.headings == 14
    assert assessment.missing == ()
    assert (assessment.url, assessment.place) == ("https://page", "cncf/toc: x.md")


def test_what_is_missing_is_named():
    assert read(WHOLE.replace("## Actions\n", ""), "", "").missing == ("Actions",)


@pytest.mark.parametrize(
    "heading",
    [
        "# Security links",
        "###### SECURITY LINKS ######",
        "##Security links",
        "## **Security Links**",
        "## 1.2. Security links",
        "## 3) Security links:",
        "## IV. _Security links_",
        "## [Security links](#links)",
        "## <a name='x'></a>Security links {#links}",
        "## Security links and more",
        "## 🔗 Security-links",
        "Security links\n--------------",
        "Security links\n===",
        "<h2 id='x'>Security links</h2>",
        "<h3>\n<b>Security links</b>\n</h3>",
        "##\n\n**Security links**",
    ],
)
def test_a_heading_counts_however_it_is_written(heading):
    assert headings(f"text\n\n{heading}\n\ntext\n") == ("Security links",)


@pytest.mark.parametrize(
    "text",
    [
        "Overview",
        "**Overview**",
        "* **Overview**",
        "```\n## Overview\n```",
        "<!--\n## Overview\n-->",
        "- [Overview](#overview)",
        "| Overview |\n|---|",
        "## Project overview",
        "## Overviews",
        "####### Overview",
        "---\ntitle: Overview\n---\n",
    ],
)
def test_what_is_not_such_a_heading_does_not_count(text):
    assert headings(text) == ()


def test_ampersands_and_hyphens_are_words():
    assert headings("## Security functions & features\n## Non goals\n## Self assessment use\n") == (
        "Non-goals",
        "Self-assessment use",
        "Security functions and features",
    )


@pytest.mark.parametrize(
    ("table", "stage"),
    [
        ("| | |\n|--|--|\n| Assessment Stage | Complete |\n", "Complete"),
        ("| **Assessment stage:** | **Complete** <!-- x --> |\n", "Complete"),
        ("Assessment Stage | [Incomplete](x)\n", "Incomplete"),
        ("|   Assessment Stage   |   |\n", ""),
        ("<table><tr><td>Assessment Stage</td>\n<td>Complete</td></tr></table>", "Complete"),
        ("<tr><th>Assessment Stage<td>Obsolete\n</tr>", "Obsolete"),
        ("Assessment Stage: Complete\n", ""),
        ("The assessment stage | we | had\n", ""),
        ("```\n| Assessment Stage | Complete |\n```\n", ""),
        ("| Software | x |\n", ""),
    ],
)
def test_the_stage_stands_in_a_table(table, stage):
    assert read(table, "", "").stage == stage


def test_an_own_assessment_is_found_by_its_name():
    paths = [
        "docs/security/self-assessment.md",
        "SELF_ASSESSMENT.md",
        "docs/security-self-assessment.md",
        "security/self-assesment/README.md",
        "docs/security-assessment.adoc",
        "self-assessment.yaml",
        "docs/assessment.md",
        "vendor/x/self-assessment.md",
        "self-assessment-template.md",
    ]
    assert candidates(paths) == (
        "SELF_ASSESSMENT.md",
        "docs/security-self-assessment.md",
        "docs/security/self-assessment.md",
        "docs/security-assessment.adoc",
        "security/self-assesment/README.md",
    )


TOC = [
    "projects/jaeger/security-assessment/self-assessment.md",
    "projects/cloudevents/security assessment/self-assessment.md",
    "projects/hami/security-assesment/self-assessment.md",
    "projects/k3s/self-assessment.md",
    "projects/kubestellar/sub-projects/console/security-assessment/self-assessment.md",
    "projects/open-telemetry/security-assessment/Self-Assessment.md",
    "projects/spiffe-spire/security-assessment/self-assessment.md",
    "projects/jaeger/README.md",
    "community/assessments/projects/flux/self-assessment.md",
    "community/assessments/guide/self-assessment.md",
    "projects/self-assessment.md",
]


@pytest.mark.parametrize(
    ("names", "paths"),
    [
        (["jaeger"], [TOC[0]]),
        (["CloudEvents"], [TOC[1]]),
        (["cncf/hami", "HAMi"], [TOC[2]]),
        (["k3s"], [TOC[3]]),
        (["kubestellar"], [TOC[4]]),
        (["opentelemetry", "OpenTelemetry"], [TOC[5]]),
        (["spire"], [TOC[6]]),
        (["flux"], [TOC[8]]),
        (["jae"], []),
        ([""], []),
    ],
)
def test_the_cncfs_are_found_by_any_name_of_the_project(names, paths):
    assert list(in_toc(TOC, names)) == paths


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("# Moved\n\nSee [the assessment](https://github.com/cncf/toc/blob/main/x.md).\n", "https://github.com/cncf/toc/blob/main/x.md"),
        ("It now lives at https://github.com/cncf/toc/blob/main/x.md.\n", "https://github.com/cncf/toc/blob/main/x.md"),
        ("[here](../docs/self-assessment.md)\n", "../docs/self-assessment.md"),
        ("[here](<a b.md> 'title')\n", "a b.md"),
        ("[mail](mailto:a@b.test)\n", None),
        ("<!-- https://a.test -->\nnothing\n", None),
        (WHOLE + "https://a.test", None),
        ("long https://a.test\n" * 200, None),
        ("", None),
    ],
)  # fmt: skip
def test_a_small_file_may_only_point_elsewhere(text, target):
    assert pointer(text) == target


@pytest.mark.parametrize(
    "text",
    [
        "#" * 500_000,
        "<h1>" * 200_000,
        "<td" * 200_000,
        "|" * 500_000,
        "## [" * 100_000,
        "##\n" * 200_000,
        "<" * 500_000,
    ],
)
def test_hostile_text_is_read_quickly(text):
    assert headings(text) == ()
    assert pointer(text) is None
