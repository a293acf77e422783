"""What must not be posted where everybody reads: a report of a vulnerability, and secrets.

Whoever seems to report one is shown the private way and may say that it is none; a secret is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from math import log2

LONGEST = 50_000  # characters that are looked at; Slack's longest message has 40,000


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


def looks_like_vulnerability(text: str) -> str | None:
    """Why a text looks like the report of a vulnerability, for people; None: it does not.

    Whoever asks how to report one, or for somebody to tell in private, is about to. A question *about*
    vulnerabilities is none: how they are handled, what scanners say.
    """
    from rules.reports import why_report  # noqa: PLC0415  # its many patterns are for who asks, not for a start

    return why_report(_plain(text))


# --- Secrets ------------------------------------------------------------------------------------------------

SECRETS = {
    "a GitHub token": _any(r"\bgh[pousr]_[A-Za-z0-9]{16,}", r"\bgithub_pat_\w{20,}"),
    "a GitLab token": _any(r"\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|agent)-[\w-]{16,}"),
    "a Slack token": _any(
        r"\bxox[a-z](?:\.xox[a-z])?-[\w-]{8,}", r"\bxapp-\d-[\w-]{8,}", r"\bxwfp-[\w-]{8,}"
    ),
    "the address of a webhook": _any(
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]{16,}",
        r"discord(?:app)?\.com/api/webhooks/\d+/[\w-]{16,}",
        r"webhook\.office\.com/\S{20,}",
    ),
    "a key of AWS": _any(
        r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
        r"(?i:\baws\w{0,20}secret\w{0,20})\W{1,5}[A-Za-z0-9/+=]{40}(?![\w/+])",
    ),
    "a key of Google's": _any(
        r"\bAIza[\w-]{35}", r"\bya29\.[\w-]{20,}", r"\bGOCSPX-[\w-]{20,}", r'"type":\s*"service_account"'
    ),
    "a key of Azure": _any(
        r"\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,}", r"[?&]sig=[A-Za-z0-9%+/]{32,}"
    ),
    "an npm token": _any(r"\bnpm_[A-Za-z0-9]{20,}", r"_authToken\s*=\s*[\w.-]{16,}"),
    "a PyPI token": _any(r"\bpypi-(?:AgE[\w-]{12,}|[A-Za-z0-9_]{32,})"),
    "a token of a registry": _any(
        r"\bdckr_(?:pat|oat)_[\w-]{16,}", r"\brubygems_[0-9a-f]{32,}", r"\bcio[A-Za-z0-9]{32}\b"
    ),
    "a key of a service": _any(
        r"\b[srp]k_(?:live|test)_\w{16,}",
        r"\bsk-(?:ant-|proj-|svcacct-)?[\w-]{24,}",
        r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
        r"\bhf_[A-Za-z0-9]{24,}",
        r"\bdop_v1_[0-9a-f]{40,}",
        r"\bhv[sb]\.[\w-]{20,}",
        r"\bglsa_\w{32,}",
        r"\b[A-Za-z0-9]{10,20}\.atlasv1\.[\w-]{32,}",
        r"\b(?:SK|key-)[0-9a-f]{32}\b",
    ),
    "a private key": _any(
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----", r"\bAGE-SECRET-KEY-1[A-Z0-9]{20,}"
    ),
    "a JSON web token": _any(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
    "a password in an address": _any(
        r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s/:@]{0,100}:(?![*$<{%\[])[^\s/@]{3,200}@[\w.-]"
    ),
    "credentials of a request": _any(r"(?i:\bauthorization\W{1,4}(?:bearer|basic|token))\s+[\w+/=.~-]{12,}"),
}
_IS = r"[\w-]{0,20}[\"'`]?\s{0,3}(?::=|=>|=|:|\bis\b)\s{0,3}[\"'`]?"
ASSIGNED = re.compile(
    r"(?:password|passwd|passphrase|pwd|secret|token|credentials?|(?:api|access|private|signing)[_-]?key|auth)"
    rf"{_IS}([\w+/=~.!@#%^&-]{{12,200}})",
    re.IGNORECASE,
)
PASSWORD = re.compile(rf"(?<![a-z])(?:password|passwd|passphrase|pwd){_IS}([^\s\"'`]{{6,64}})", re.IGNORECASE)
PASS = re.compile(r"(?i:(?<![a-z])(?:pw|pass))\s{0,3}(?:=|:|\bis\b)\s{0,3}[\"'`]?([^\s\"'`]{8,64})")
PLACEHOLDER = re.compile(r"example|placeholder|change-?me|redacted|dummy|your[-_]|x{5,}|0{8,}", re.IGNORECASE)
RANDOM = 3.3  # bits of information in a character: more than in words
NAMED = re.compile(r"@v?\d|\.\w{2,4}$|//")  # an action, a file or an address


def secret_in(text: str) -> str | None:
    """Which kind of secret stands in a text; None: none that is known by its looks."""
    plain = _plain(text)
    for kind, pattern in SECRETS.items():
        if any(not PLACEHOLDER.search(found[0]) for found in pattern.finditer(plain)):
            return kind
    if any(_is_drawn(found[1]) for found in ASSIGNED.finditer(plain)):
        return "a token or a password"
    named = any(_is_chosen(found[1]) for found in PASSWORD.finditer(plain))
    # these words mean much else: "they pass: Node20"
    return "a password" if named or any(_is_mixed(found[1]) for found in PASS.finditer(plain)) else None


def _is_drawn(value: str) -> bool:
    """Is it shaped like something that a machine drew? Words, paths, versions and actions are not."""
    bits = -sum(count / len(value) * log2(count / len(value)) for count in Counter(value).values())
    has_letters = any(character.isalpha() for character in value)
    digits = sum(character.isdigit() for character in value)
    is_known = NAMED.search(value) or PLACEHOLDER.search(value)
    return has_letters and digits >= 2 and bits >= RANDOM and not is_known


def _is_chosen(value: str) -> bool:
    """Does it mix letters and digits, as passwords do? "password: required" does not."""
    has_both = any(map(str.isalpha, value)) and any(map(str.isdigit, value))
    return has_both and not value.startswith(("$", "*", "<", "{")) and not PLACEHOLDER.search(value)


def _is_mixed(value: str) -> bool:
    """Do digits stand amid small letters, beside capitals or signs? Names and versions end in theirs."""
    amid = re.search(r"\d[a-z]", value) and sum(map(str.isdigit, value)) > 1
    return bool(amid and re.search(r"[A-Z!#$%&*?]", value) and _is_chosen(value) and not NAMED.search(value))


def _plain(text: str) -> str:
    """Without what hides letters from a program and not from a person."""
    bounded = unicodedata.normalize("NFKC", text[:LONGEST])
    if bounded.isascii():
        return bounded
    return "".join(character for character in bounded if unicodedata.category(character) != "Cf")
