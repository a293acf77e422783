"""What is said to whoever says, in their own words, that they are stuck."""

from __future__ import annotations

import re

from bot.blocks import VALUE_LENGTH, actions, button, ends, message, section
from bot.reply import Call, Reply, Services
from rules.first_aid import recognise

STUCK = re.compile(
    r"\b(?:stuck|errors?|fail(?:s|ed|ing|ure)?|broken|help(?=\s\w)|(?<=\s)help)\b", re.IGNORECASE
)
OFFER = "Shall I help? *Next:* tell me what happened."
CUT = "Your text is long: its middle is left out."


def run(call: Call, services: Services) -> Reply:
    """Nothing is said to what is no question that is known, and does not say that somebody is stuck."""
    if STUCK.search(call.text) or recognise(call.text, services.config.aids):
        return offer(call)
    return Reply()


def offer(call: Call) -> Reply:
    """A dialog in which stands what they said; of more than a button holds, how it begins and how it ends."""
    said = ends(call.text, VALUE_LENGTH)
    asking = button("Ask for help", "ask.about", said, style="primary")
    return Reply(message(section(OFFER if said == call.text else f"{OFFER}\n{CUT}"), actions(asking)))
