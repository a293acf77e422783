import pytest

from rules import topics
from rules.progress import measure
from rules.topics import TopicsError
from tests.builders import ALL_EDITIONS, declared, evidence, resources, written

TOPICS = topics.parse(written("topics.yaml"))


@pytest.mark.parametrize("name", ALL_EDITIONS)
def test_every_criterion_of_every_badge_leads_to_a_topic(name):
    for badge in measure(declared(name), evidence()).badges:
        assert TOPICS.topic_for(badge.badge) != "other", badge.badge
        for finding in badge.findings:
            assert TOPICS.topic_for(badge.badge, finding.criterion) in TOPICS.entries
            assert TOPICS.topic_for(badge.badge, finding.criterion) != "other", finding.criterion


def test_every_course_of_a_topic_is_in_the_library():
    for topic in TOPICS.entries.values():
        assert topic.course is None or resources().find(topic.course), topic.id


@pytest.mark.parametrize(
    ("badge", "criterion", "topic"),
    [
        ("defender", "security", "scorecard"),
        ("defender", "", "scorecard"),
        ("defender", "check_sets", "clomonitor"),
        ("defender", "result", "baseline"),
        ("mechanizer", "sbom", "sbom"),
        ("mechanizer", "sbom:kelp-io/kelp", "sbom"),
        ("mechanizer", "something_new", "releases"),
        ("welcomer", "contributing", "other"),
    ],
)
def test_a_criterion_leads_to_its_topic_or_to_its_badges(badge, criterion, topic):
    assert TOPICS.topic_for(badge, criterion) == topic


@pytest.mark.parametrize(
    ("word", "topic"),
    [
        ("scorecard", "scorecard"),
        ("SBOMs", "sbom"),
        ("Security-Insights", "security-insights"),
        ("security_insights", "security-insights"),
        ("self assessment", "self-assessment"),
        ("Licence", "license"),
        ("Signatures and provenance", "provenance"),
        ("other", "other"),
        ("knitting", None),
        ("", None),
    ],
)
def test_a_topic_is_found_by_what_people_call_it(word, topic):
    found = TOPICS.find(word)
    assert (found.id if found else None) == topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("how do we get our OpenSSF Scorecard up?", "scorecard"),
        ("cosign fails in my job", "provenance"),
        ("which fields does security-insights.yml need", "security-insights"),
        ("good morning everyone", "other"),
        ("Our CodeQL job takes 40 minutes", "other"),
        ("what does the Defender ask for", "other"),
        ("(.*", "other"),
        ("", "other"),
    ],
)
def test_a_question_is_about_the_topic_most_of_whose_words_it_uses(text, topic):
    assert TOPICS.about(text) == topic


@pytest.mark.parametrize("name", ["wool", "Sheep's wool"])
def test_what_a_topic_is_called_is_no_others_word(name):
    wool = {"wool": {"title": "Sheep's wool"}}
    knitting = {"knitting": {"title": "Knitting", "words": ["wool", "sheep's wool"]}}
    for both in ({**wool, **knitting}, {**knitting, **wool}):
        assert topics.parse(both).find(name).id == "wool"


def test_a_mistyped_topic_is_suggested():
    assert TOPICS.suggest("scorcard") == "scorecard"
    assert TOPICS.suggest("qqqqqq") is None


def test_a_topic_is_one_entry():
    one_more = topics.parse({"knitting": {"title": "Knitting", "badges": ["knitter"], "words": ["wool"]}})
    assert one_more.find("Wool").title == "Knitting"
    assert one_more.topic_for("knitter", "any") == "knitting"
    assert one_more.find("other") is not None


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (None, "no topics"),
        ({"sbom": "SBOMs"}, "sbom: expected a mapping"),
        ({"sbom": {}}, "sbom.title: expected text"),
        ({"sbom": {"title": "SBOMs", "word": ["spdx"]}}, "sbom.word: unknown key; did you mean 'words'?"),
        ({"sbom": {"title": "SBOMs", "words": "spdx"}}, "sbom.words: expected a list"),
        ({"sbom": {"title": "SBOMs", "badges": ["a/b/c"]}}, "sbom.badges: expected <badge>"),
        (
            {"a": {"title": "A", "badges": ["x"]}, "b": {"title": "B", "badges": ["x"]}},
            "b.badges: 'x' is about 'a' already",
        ),
        (
            {"a": {"title": "A", "words": ["Red yarn"]}, "b": {"title": "B", "words": ["red-yarn"]}},
            "b.words: 'red yarn' is about 'a' already",
        ),
    ],
)
def test_every_mistake_is_named(content, mistake):
    with pytest.raises(TopicsError) as raised:
        topics.parse(content)
    assert any(mistake in each for each in raised.value.mistakes)
