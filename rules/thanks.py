"""Whether a reply only says thank you: it reopens nothing."""

from __future__ import annotations

import re

LONGEST = 12  # words; who writes more has something to say
WORD = re.compile(r"[a-z0-9+']+")
THANKS = re.compile(
    r"\b(?:thanks?|thank you|thx|tnx|ty|tysm|cheers|merci|danke|gracias|appreciated?|awesome|brilliant|"
    r"perfect|great|(?:it|that|this|now|all) (?:works?|worked|helped|helps|solved|fixed|did|does)|"
    r"works? now|solved|fixed|lgtm|got it|all good|all green|\+1)\b|"
    r":(?:pray|\+1|thumbsup|tada|raised_hands|heart|white_check_mark|clap)[^:]*:|[🙏👍🎉🙌👏✅]"
)
NOT_YET = re.compile(
    r"\?|\b(?:but|not|no|n't|still|again|however|except|another|fails?|failed|failing|error|broken|doesn't|didn't|"
    r"isn't|can't|won't|unfortunately|almost|although)\b"
)


def is_thanks(text: str) -> bool:
    """ "Thanks, that works now!" is; "Thanks, but it still fails" and "Why?" are not."""
    said = text.lower().replace("\u2019", "'")
    if len(WORD.findall(said)) > LONGEST or NOT_YET.search(said):
        return False
    return THANKS.search(said) is not None
