import pytest

from rules.thanks import is_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "thank you so much <@U0VERA>",
        "thx, that did it",
        "It works now 🎉",
        ":pray:",
        ":+1::skin-tone-3:",
        "👍",
        "Perfect, all green",
        "That helped a lot",
    ],
)
def test_whoever_says_thank_you_has_no_question(text):
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hm",
        "Thanks, but it still fails",
        "Thank you. How do I do it for the docs repository?",
        "it doesn’t work",
        "That worked, now I see another error",
        "Thanks. I tried all that you wrote and on the second repository there is a different message now",
        "great, not fixed",
    ],
)
def test_whoever_has_more_to_say_is_heard(text):
    assert not is_thanks(text)
