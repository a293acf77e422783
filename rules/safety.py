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


# --- Vulnerabilities ----------------------------------------------------------------------------------------

ENOUGH = 3  # of weight, to look like a report

_AFTER = r"(?:\w+ ){0,4}?"  # a few words in between
_SECRETS = r"(?:secret|token|password|credential|(?:private|api|signing|access) key)s?"

WEAKNESSES = {
    "code that others can run": _any(
        r"\brce\b",
        r"remote(?:ly)? (?:code )?execut",
        r"arbitrary (?:code|command)",
        r"(?:code|command|shell|script|template) (?:exec|inject)",
        r"\beval\w* (?:user|untrusted)",
        r"\bdeserial",
    ),
    "injection": _any(
        r"\bsqli\b", r"(?:sql|ldap|header|crlf)[- ]inject", r"log4shell", r"prototype pollution", r"\bxxe\b"
    ),
    "scripts in somebody's browser": _any(
        r"\bxss\b", r"cross[- ]site", r"\bcsrf\b", r"clickjack", r"open redirect"
    ),
    "requests on the server's behalf": _any(
        r"\bssrf\b", r"server[- ]side request", r"request smuggling", r"dns rebinding"
    ),
    "files out of bounds": _any(
        r"(?:path|director(?:y|ies)) travers",
        r"\.\./\.\./",
        r"zip[- ]?slip",
        r"arbitrary files?\b",
        r"/etc/(?:passwd|shadow)",
        r"symlink attack",
    ),
    "memory": _any(
        r"(?:buffer|heap|stack|integer)[- ]?(?:over|under)[- ]?(?:flow|read|run|write)",
        r"use[- ]after[- ]free",
        r"double[- ]free",
        r"out[- ]of[- ]bounds",
        r"memory corruption",
        r"type confusion",
    ),
    "a way around permissions": _any(
        r"(?:auth\w*|login|2fa|mfa|permission|access control|rbac|sandbox|signature) bypass",
        rf"bypass\w* {_AFTER}(?:auth|login|2fa|mfa|check|rbac|sandbox|signature|permission|verif|restrict)",
        r"sandbox escape|container (?:escape|breakout)",
        r"broken access control|\bidor\b",
        r"privilege escalat|escalat\w* (?:\w+ )?privilege",
        r"session (?:fixation|hijack)",
        r"hard-?coded (?:password|credential|secret|key)",
    ),
    "something leaked": _any(
        rf"(?:leak|expos|disclos|steal|stole|dump)\w* {_AFTER}{_SECRETS}\b",
        rf"{_SECRETS} {_AFTER}(?:leak|expos)",
        r"(?:steal|stole|hijack)\w* (?:\w+['’]?s? ){0,4}?(?:session|cookie|account)",
        r"plain ?text passwords?|passwords? (?:\w+ ){0,3}?in (?:plain ?text|the clear)",
        r"information disclosure",
    ),
    "what others should not reach": _any(
        r"\b(?:read|see|view|access|edit|change|delete|dump)s? (?:every|all|any|an)?\s?(?:other |else)?"
        r"(?:tenant|user|customer|account|project|namespace)s?['’]s?\b",
        r"takeover|take over (?:\w+ ){0,3}?(?:account|server|cluster)|got a shell",
    ),
    "a way around a check": _any(
        r"(?:check|limit\w*|verification|validation) (?:\w+ ){0,2}?(?:be )?(?:bypassed|skipped|circumvented)",
        r"tricked into|\balg none\b|\bhole in\b",
    ),
    "denial of service": _any(
        r"denial[- ]of[- ]service",
        r"\b(?:a|the|ddos|to|remote|cause) dos\b|\bddos\b",
        r"\bredos\b",
        r"billion laughs",
        r"(?:zip|decompression) bomb",
    ),
}
VULNERABILITY = _any(
    r"\bvuln(?!erabilities check)",
    r"security (?:bug|issue|hole|flaw|problem|weakness|defect|hazard)s?",
    r"\bexploit",
    r"\bcves?\b",
    r"backdoor",
    r"attack vector",
)
UNDISCLOSED = _any(
    r"\b(?:zero|0)[- ]?day",
    r"undisclosed|unpatched|not (?:yet )?(?:public|patched|disclosed)",
    r"proof[- ]of[- ]concept|\bpoc\b",
    r"working exploit|exploitable",
    r"security researcher|(?:report|disclose|talk)\b.{0,40}?\bprivately",
)
_SOMEBODY = (
    r"(?:i|we|he|she|they|someone|somebody|(?:colleague|friend|researcher|auditor|pentester|student|user)s?)"
)
CLAIMS = _any(
    rf"\b{_SOMEBODY} {_AFTER}(?:found|discovered|noticed|spotted|identified|reali[sz]ed|managed to)\b",
    rf"\b{_SOMEBODY} (?:can|could|was able to|were able to|stumbled|came across|see|saw|got|reported)\b",
    r"\b(?:want|wanted|like|need|trying|going|here) (?:\w+ )?to (?:report|disclose|flag) (?!a bug)",
    r"\breporting an?\b",
    r"\b(?:found|noticed|discovered) (?:an?|that|some)\b",
    r"\bthere(?:['’]s| is| are| seems to be| might be| may be)\b",
    r"\b(?:is|are|looks?|seems?) (?:\w+ )?(?:vulnerable|susceptible|prone) to\b",
    r"^(?:possible|potential)\b",
)
ATTACKS = (
    _any(
        r"\battackers?\b|hackers?\b",
        r"malicious (?:user|actor|client|server|payload|input|package|pr|file|image)",
        r"(?:let|allow|enable)s? (?:\w+ )?(?:anyone|anybody|everyone|any (?:\w+ )?user|unauth|remote)",
        r"(?:anyone|anybody|any user|everybody|unauthenticated \w+) (?:can|could|may|is able to)\b",
    ),
    _any(
        r"(?:n['’]?t|not|never) (?:\w+ )?(?:verif|validat|saniti[sz]|escap|authenticat)",
        r"no auth(?:entication|orization)? check|(?:accepts?|trusts?) (?:\w+ )?(?:unsigned|any)\b",
        r"without (?:\w+ ){0,3}?(?:auth|log(?:ging)?[- ]?in|credential|a token|a password|permission)",
        r"unauthenticated|unauthorized",
    ),
    _any(r"\bcrafted\b", r"\bpayload\b", r"malformed (?:request|packet|input|header)"),
    _any(
        rf"\b(?:read|delete|overwrite|steal|dump|become|get|gain|run|take over)s? {_AFTER}"
        r"(?:root|admin|other users?|another user|arbitrary|anyone['’]s|cookies?|the database|shell)\b",
    ),
    _any(r"crash\w* (?:\w+ ){0,3}?(?:server|node|daemon|controller|api)\b", r"\bremotely\b"),
)
PLACES = _any(
    r"\b(?:in|on|at|of|via|through|with|when|by|affect(?:s|ing)?) (?:your|our|the|this|that|an?|my|/|v?\d)",
    r"\b(?:in|of) \w+['’]s\b",
    r"\b(?:our|your) \w",
    r"when \w+ing\b",
    r"/api/",
)
ABOUT_HANDLING = _any(
    r"how (?:do|should|can|does|would|could|to|are|is|many)\b.{0,50}?\b(?:report|handl|respon[ds]|disclos|"
    r"triag|manag|document|describ|writ|test|scan|fuzz|find|detect|prevent|avoid|ignor|suppress|mention)",
    r"where (?:do|should|can|to|does|would|is|in)\b.{0,50}?(?:report|document|describ|writ|put|list|mention)",
    r"what (?:counts|is considered|do we do|should we do|happens|if|goes)\b",
    r"who (?:handles|gets|should do|does)\b",
    r"polic(?:y|ies)\b|\b(?:process|procedure|template|guidelines?|example|course|training|section)\b",
    r"self[- ]assessment|threat model",
    r"security\.md|security[- ]insights|security contacts?|private (?:vulnerability )?reporting",
    r"(?:let|allow|ask|tell|want) (?:people|users|researchers|reporters|others|someone)\b.{0,30}?report",
    r"(?:people|users|researchers) (?:can|should|to|may|would|have to)\b.{0,30}?(?:report|disclos|contact)",
    r"reported .{0,40}?to us",
    r"(?:a|any|every|each|new|incoming) (?:vulnerability |security )?reports?\b",
)
ABOUT_TOOLS = _any(
    r"\bscore ?cards?\b|\bosv\b|dependabot|renovate|trivy|grype|snyk|codeql|govulncheck|clomonitor",
    r"\bsast\b|baseline",
    r"(?:npm|pip)[- ]audit|\bscanners?\b|\bscan (?:says|found|reports|results?|shows)",
    r"vulnerabilit(?:y|ies)[- ](?:check|score|scan|alert|database|management)",
    r"(?:existing|known) vulnerabilit",
    r"dangerous[- ]workflow",
    r"(?:in|of) (?:\w+ ){0,2}?dependenc(?:y|ies)|lock ?file|transitive",
    r"false positive|\bvex\b|\bsbom\b|\bbadges?\b|\bthe check\b",
)


def looks_like_vulnerability(text: str) -> str | None:
    """Why a text looks like the report of a vulnerability, for people; None: it does not.

    A question *about* vulnerabilities is none: how they are reported, what scanners say.
    """
    said = " ".join(_plain(text).lower().split())
    weakness = next((name for name, pattern in WEAKNESSES.items() if pattern.search(said)), "")
    attacks = sum(bool(pattern.search(said)) for pattern in ATTACKS)
    is_undisclosed = bool(UNDISCLOSED.search(said))
    is_named = bool(VULNERABILITY.search(said))
    if not (weakness or is_named or is_undisclosed or attacks > 1):
        return None
    weight = (
        2 * bool(weakness)
        + is_named
        + 2 * is_undisclosed
        + 2 * bool(CLAIMS.search(said))
        + 2 * min(attacks, 2)
        + bool(PLACES.search(said))
        - 2 * bool(ABOUT_HANDLING.search(said))
        - 3 * bool(ABOUT_TOOLS.search(said))
    )
    if weight < ENOUGH:
        return None
    if weakness:
        return f"it speaks of {weakness}"
    return "it says what an attacker could do" if attacks else "it speaks of a vulnerability"


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
    "a key of Azure": _any(r"\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,}"),
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
PASSWORD = re.compile(rf"\b(?:password|passwd|passphrase|pwd){_IS}([^\s\"'`]{{6,64}})", re.IGNORECASE)
RANDOM = 3.3  # bits of information in a character: more than in words
NAMED = re.compile(r"@v?\d|\.\w{2,4}$|//")  # an action, a file or an address


def secret_in(text: str) -> str | None:
    """Which kind of secret stands in a text; None: none that is known by its looks."""
    plain = _plain(text)
    for kind, pattern in SECRETS.items():
        if pattern.search(plain):
            return kind
    if any(_is_drawn(found[1]) for found in ASSIGNED.finditer(plain)):
        return "a token or a password"
    return "a password" if any(_is_chosen(found[1]) for found in PASSWORD.finditer(plain)) else None


def _is_drawn(value: str) -> bool:
    """Is it shaped like something that a machine drew? Words, paths, versions and actions are not."""
    bits = -sum(count / len(value) * log2(count / len(value)) for count in Counter(value).values())
    has_letters = any(character.isalpha() for character in value)
    digits = sum(character.isdigit() for character in value)
    return has_letters and digits >= 2 and bits >= RANDOM and not NAMED.search(value)


def _is_chosen(value: str) -> bool:
    """Does it mix letters and digits, as passwords do? "password: required" does not."""
    has_both = any(map(str.isalpha, value)) and any(map(str.isdigit, value))
    return has_both and not value.startswith(("$", "*", "<", "{"))


def _plain(text: str) -> str:
    """Without what hides letters from a program and not from a person."""
    bounded = unicodedata.normalize("NFKC", text[:LONGEST])
    if bounded.isascii():
        return bounded
    return "".join(character for character in bounded if unicodedata.category(character) != "Cf")
