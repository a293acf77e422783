"""How the report of a vulnerability is told from a question about vulnerabilities.

People report in their own words: what counts is what a text is put together from, not how it is phrased. What
speaks for a report is weighed against what speaks for a question about the Slam, a scanner or a policy.
"""

from __future__ import annotations

import re

ENOUGH = 3  # of weight
READ = 4_000  # characters
SENTENCE = re.compile(r"[.!?;] ")


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


def why_report(text: str) -> str | None:
    """Why it looks like a report, for people; None: it does not."""
    said = " ".join(text[:READ].lower().split())
    heard = frozenset(name for name, pattern in CONCEPTS.items() if pattern.search(said))
    weakness = next((name for name, pattern in WEAKNESSES.items() if pattern.search(said)), "")
    weakness = weakness or _told(said, heard)
    weight = sum(WEIGHTS.get(name, 0) for name in heard) + (WEAKNESS if weakness else 0)
    if weight < ENOUGH or not (weakness or heard & ALONE):
        return None
    if weakness:
        return f"it speaks of {weakness}"
    return "it asks for somebody to tell in private" if "private" in heard else "it speaks of a vulnerability"


def _told(said: str, heard: frozenset[str]) -> str:
    """The weakness that one of its sentences tells of without its name; "" where none does."""
    if not any(heard.issuperset(parts) for _, parts in TOGETHER):
        return ""
    for sentence in SENTENCE.split(said):
        for weakness, parts in TOGETHER:
            if all(CONCEPTS[part].search(sentence) for part in parts):
                return weakness
    return ""


# --- What is looked for -------------------------------------------------------------------------------------

_AFTER = r"(?:[\w'’-]+ ){0,4}"  # a few words in between
_NOT = (
    r"(?:n['’]t|\b(?:is|are|do|does|ca|wo|did|was|were)nt|\bnot|\bnever|\bno longer|"
    r"\bno(?:thing|body| one)|\bwithout|\bneither)"
)
_OTHER = r"(?:an?other|other|else|different|every|all|any)"
_TELL = (
    r"(?:report|disclos|submit|send|tell|talk|speak|discuss|shar|contact|"
    r"reach|e?mail|write|inform|notif|rais|"
    r"post|dm|message|detail)\w*"
)
_FINDING = r"(?:vuln\w*|security|flaws?|exploits?|0-?days?|cves?|sensitive|weakness\w*)"

WEAKNESSES = {
    "code that others can run": _any(
        r"\brce\b|remote(?:ly)? (?:code )?execut|arbitrary (?:code|command)|code execution|\bssti\b",
        r"\{\{7\*7",
        r"\b(?:code|command|shell|script|template|expression)[- ]inject|template injection",
        r"\beval\w* (?:user|untrusted)",
        r"\b(?:un)?de-?seriali|\bunpickl|\bpickle\b|pull_request_target .{0,40}(?:lets|run code)",
        r"\b(?:run|execute|inject)s? (?:\w+ )?(?:shell |system |os )?(?:commands|code)\b|\byaml\.load\b",
        r"jndi|web ?shell",
    ),
    "injection": _any(
        r"\bsqli\b|\b(?:sql|ldap|header|crlf|log|html|xpath|nosql|prompt|argument)[- ]?inject",
        r"\binjectable\b",
        r"log4shell|prototype pollution|\bxxe\b|external entit|cache[- ]poison",
        r"poison\w* (?:\w+ ){0,3}cache",
    ),
    "scripts in somebody's browser": _any(
        r"\bxss\b|cross[- ]site|\b[cx]srf\b|click-?jack|open redirect|\bhttponly\b",
        r"\bcors\b.{0,20}(?:any|\*|wildcard)",
    ),
    "requests on the server's behalf": _any(
        r"\bssrf\b|server[- ]side request|\bsmuggl|dns rebinding|169\.254\.169\.254|cloud metadata",
    ),
    "files out of bounds": _any(
        r"\btravers(?:al|e out)|\.\./\.\./|zip[- ]?slip|arbitrary files?\b|/etc/(?:passwd|shadow)",
        r"sym-?link attack|follows? sym-?links?|null byte",
        r"outside (?:of )?(?:its|the) (?:folder|directory|root)",
        r"\b(?:takes?|accepts?|allows?) (?:a )?\.\./|\b(?:lfi|rfi)\b|(?:read|write|overwrite|"
        r"include|delete)s? (?:any|arbitrary) files?",
        r"arbitrary (?:file )?(?:read|write)",
    ),
    "memory": _any(
        r"\b(?:buffer|heap|stack|integer)[- ]?(?:buffer[- ])?(?:over|under|wrap)[- ]?(?:flow|read|run|"
        r"write|around)",
        r"use[- ]after[- ]free|\buaf\b|double[- ]free|out[- ]of[- ]bounds|\boob\b|memory corruption",
        r"type confusion",
        r"leaks? (?:\w+ )?memory (?:content|to)|\b(?:asan|valgrind)\b|uninitiali[sz]ed memory|heartbleed",
        r"format string",
    ),
    "a way around permissions": _any(
        r"(?:auth\w*|login|2fa|mfa|permission|access control|rbac|sandbox|signature)[- ]bypass",
        rf"bypass\w* {_AFTER}(?:auth|login|2fa|mfa|check|rbac|sandbox|signature|permission|verif|restrict)",
        r"(?:sandbox|container|vm|jail)[- ](?:escape|break-?out)|container escapes",
        r"break(?:s|ing)? out (?:to|of)\b",
        r"broken access control|\bidor\b|privileges? escalat|escalat\w* (?:\w+ )?privilege|\blpe\b",
        r"confused deputy",
        r"session (?:fixation|hijack)|hard-?coded (?:\w+ )?(?:password|credential|secret|key|token)",
        r"m[ae]n[- ]in[- ]the[- ]middle|\bmitm\b|\btoctou\b|race condition|\balg none\b",
        r"(?:replay|timing|downgrade|rollback|brute[- ]?force|relay|spoofing|supply[- ]chain|"
        r"dictionary) attacks? (?:on|pos|vi|in|ag)",
        r"timing attack|replay attack|side[- ]channel|typo-?squat|brute-?forc|constant[- ]time",
        r"\bnonces?\b.{0,20}reus|dependency confusion",
    ),
    "somebody else's account": _any(
        r"\btake-?over|take over (?:\w+ ){0,3}(?:account|server|cluster)|taken over|got a (?:\w+ )?shell",
        r"\bimpersonat",
        r"\blog(?:ged|ging)? ?in as (?:an)?other|hijack|\bcompromised\b|\bhacked\b|\bpwned\b|\bmalware",
        r"\b(?:got|broke|get) into (?:our|the|my|your)\b|\bunauthori[sz]ed (?:access|change|commit|push)",
        r"\bbackdoor|\bmalicious (?:commit|code|package|release)",
    ),
    "denial of service": _any(
        r"denial[- ]of[- ]service|\b(?:a|the|to|remote|cause|easy|trivial) dos\b|\bddos\b|\bredos\b",
        r"billion laughs",
        r"(?:zip|gzip|decompression|yaml|xml|fork) bomb|amplification|catastrophic backtrack",
    ),
}
"""Weaknesses by their names."""
CONCEPTS = {
    "outsider": _any(
        r"\b(?:user|tenant|account|org) [a-z]\b|\bthemsel(?:f|ves)\b|\bonly (?:pull|read|view)\w*",
        r"\bwith (?:just|only) |\bany (?:\w+ )?(?:user|repo|account)",
        r"\b(?:lets|allows) (?:people|users|others|anyone)",
        r"\b(?:any|every)(?:one|body)\b",
        r"\bany (?:\w+ ){0,2}(?:user|pod|tenant|member|client|host|site|website|visitor|pr|app|process|"
        r"caller|peer|account|customer|contributor)s?\b",
        r"\bun-?(?:auth\w*|privileged|trusted)|\b(?:low|less|non)[- ](?:priv\w*|admin|root|trusted|member)",
        r"\banonymous|\bstranger|\boutsider",
        r"\b(?:guest|viewer|visitor|attacker|hacker|adversar)|\bmalicious|\brogue|\bevil|\bbad actor",
        r"\bcrafted",
        r"\b(?:normal|plain|regular|ordinary|local|remote|basic|logged[- ]in|namespaced|"
        r"standard) (?:\w+ )?(?:user|account|token|member|pod)",
        r"\b(?:from|with|in) (?:a )?forks?\b|\bforks?\b.{0,30}\b(?:can|gets?|could)\b",
        r"\bread(?:[- ]?only)? (?:access|token|role|permission|scope)",
        r"\b(?:without|w/o|no) (?:any |a |being |valid |having )?(?:rights?|permissions?|log\w*|auth\w*|"
        r"credentials?|password|token|account|an account|session)",
        r"\b(?:former|removed|deleted|expired|revoked|second|fake|forged) (?:\w+ )?(?:user|member|"
        r"employee|account|colleague|maintainer|token|browser|key)",
        r"\b(?:someone|somebody|people|one|users?|tenants?|pods?|containers?|members?|"
        r"two requests) (?:\w+ ){0,2}(?:can|could|may|might|gets?|is able|are able)\b",
    ),
    "me": _any(
        r"\b(?:i|we|he|she|they|one|you|colleague|friend|student|users?|me) (?:\w+ )?(?:can|could|"
        r"was able|were able|managed|got|just|accidentally|had|did|am able|get|see|saw)\b(?!['’]t| not)",
        r"\b(?:lets?|gives?|gave|allow(?:s|ed)?|shows?|showed|hands?|returned|returns) (?:me|us|you)\b",
        r"\bgot (?:\w+ ){0,3}to (?:print|show|run|execute|give)",
        r"\b(?:changing|editing|swapping|guessing|removing|leaving|adding|setting|sending|"
        r"replacing) (?:\w+ )?(?:the|an?|my|out|one)\b",
    ),
    "others": _any(
        rf"\b{_OTHER} (?:\w+ )?(?:user|tenant|customer|compan|org|team|project|member|people|person|"
        rf"account|maintainer|namespace|repo|client)",
        r"\b(?:some(?:one|body)|any(?:one|body)|every(?:one|body)|other|user|tenant|customer|people|"
        r"member|admin)s?(?: else)?['’]s?\b",
        r"\beach other|\bone (?:org|tenant|user|team|project)\b.{0,40}\banother\b",
        r"\b(?:is|are|was)(?:n['’]t| not) (?:mine|ours|theirs)|\bof (?:the )?others\b|\bwhole cluster",
        r"\ball (?:users|customers|tenants|entries|secrets|emails)",
        r"\btenant [ab]\b.*\btenant|['’]s (?:name|data|mail|logs|traces|invoices|orders|files|messages)\b",
    ),
    "reaches": _any(
        r"\b(?:read|see|saw|view|access|list|delete|chang|edit|modif|overwr|publish|approv|push|merg|"
        r"becom|gain|get|got|giv|grab|download|creat|execut|run|tak|forg|own|open|claim|show|dump|steal|"
        r"stole|enumerat|pull|trigger|escap|writ|renam|transfer|call|cancel|promot|stop|restart|sign|"
        r"control|poison|reset|queries|query|fetch|send|sends|register|ended up|land)(?:e|s|es|ed|"
        r"ing|d|ning|n)?\b",
    ),
    "power": _any(
        r"\b(?:admin\w*|root|owner\w*|roles?|secrets?|clusters?|packages?|runners?|host|settings|panel|"
        r"binding|namespaces?|dashboards?|write|shell|commands?|jobs?|builds?|database|db|privileg\w*|"
        r"code|images?|tokens?|env\w*|etcd|internals?|metrics|traces|projects?|tags?|account|binary|"
        r"plugins?|release|maintainer rights|credentials?|keys?|backups?|logs|everything|repos?)\b",
    ),
    "control": _any(
        r"\b(?:auth\w*|log(?:ging|ged)?[- ]?in|logging out|endpoints?|ports?|apis?|log-?out|sign[- ]?in|"
        r"passwords?|otp|2fa|mfa|totp|tokens?|sessions?|cookies?|signatures?|certs?|certificates?|tls|ssl|"
        r"hash(?:es)?|checksums?|jwts?|hmac|nonces?|captcha|acls?|rate[- ]limit\w*|access|permissions?|"
        r"rbac|allow-?list|deny-?list|sandbox|isolat\w+|validation|verification|redirect_uri|origins?|"
        r"(?:invite|reset|share|magic|download) links?|ids|roles?|saml|oauth|oidc|admin|privilege check|"
        r"owns|ownership|quota|seed|random\w*|redirects?|webhooks?|update[srd]?|installer|binary|plugin|"
        r"input|headers?|owner|signed|credentials|x-\w+)\b",
    ),
    "broken": _any(
        r"\b(?:unsigned|unverified|unvalidated|self[- ]signed|insecure|unsafe|same for|(?:known|"
        r"default) (?:password|credential|creds|secret|key|config)\w*|(?:known|fixed) (?:token|key)|"
        r"admin[/:]admin)\b",
        r"\bworks? (?:even )?(?:after|without)|\btrivial|\bweakness",
        r"\bwithout (?:warning|asking|a role|confirm)|\bas root\b|\bfull access",
        r"\b(?:skip|bypass|circumvent|evad|spoof|guess|predict|enumer|reus|replay|tamper|brute|sniff|"
        r"hardcod|hard-cod|swap|interce)\w*",
        r"\bforg(?:e|ed|es|ing|eable|ery)\b|\bescap(?:ed|able)\b|\bown (?:pull request|pr)s?\b",
        r"\b(?:md5|sha-?1|ecb|rc4)\b",
        r"\b(?:useless|ignor(?:ed|es|ing)|math/rand|sequential|trusts?|blindly|weak|insecure\w*|"
        r"plain http|downgrad\w*|predictable|spend \w+ twice|increment\w*)\b",
        r"\baccept(?:s|ed|ing)? (?:\w+ ){0,3}(?:any\w*|empty|old|expired|unsigned|forged|invalid|"
        r"self-signed|downgraded|fake|everything)\b",
        r"\b(?:forged|empty|expired|unsigned) .{0,30}accepted",
        r"\b(?:stay|remain|keep|is|are|still)s? (?:still )?(?:valid|active|usable|accepted|alive|works?)\b",
        r"\b(?:turned|switched) off\b|\bdisabled\b|\bnone alg|\bafter (?:\w+ )?removal",
        r"\bkeeps? (?:\w+ )?(?:access|admin|rights)|\bstill (?:push|read|log|access|work|use)\w*",
        r"\bafter (?:logout|being removed)",
        rf"{_NOT} (?:\w+ )?(?:at all )?(?:check|verif|validat|enforc|expir|revok|invalidat|end\b|escap|"
        rf"saniti|compar|authenticat|hashed|salted|encrypt|bound|lock|rotat|restrict|limit|constant|kill)",
        r"\b(?:compares?|checks?|verifies|looks at) only\b",
        r"\bonly (?:compares?|checks?|\d digits|4 digits)\b|\bafter the action",
        r"\bany (?:host|origin|webhook|signature|redirect)\b|\bnothing (?:checks|verifies)",
        r"\b(?:has|have|with|and|needs|requires) no (?:auth\w*|password|login|check)",
        r"\bwithout (?:any |a )?(?:auth\w*|login|password|check\w*|verif\w*)|\bunauthenticated",
        r"\bis the time\b|\bopen to the (?:internet|world)",
    ),
    "sensitive": _any(
        r"\b(?:sensitive data|creds|secrets?|tokens?|passwords?|passphrases?|credentials?|(?:private|api|"
        r"signing|access|release|ssh|encryption|deploy|gpg|cloud) keys?|keys|hashes|e-?mails?|pii|"
        r"customer data|personal data|invoices?|env(?:ironment)?(?: var\w*)?|session ?ids?|cookies?|"
        r"private (?:repos?|keys?|data)|backups?|bucket|pprof|kubeconfig|database)\b",
    ),
    "exposed": _any(
        r"\bclient[- ]side|\bin (?:\w+ )?(?:javascript|source|image|binary|code|repo|error|response)s?\b",
        r"\b(?:gets? )?logged\b|\bexposes?\b|\bprints?\b",
        r"\b(?:leak|expos|exfiltrat|unhashed|unencrypted|dump|sniff)\w*|\bworld[- ](?:read|writ)",
        r"\bin (?:plain|clear)|\bin the (?:clear|open|public|logs?|history|output|referer|url|html)",
        r"\bplain ?text|\bplain http|\bover http\b",
        r"\b(?:visible|readable|writable|downloadable|reachable) (?:to|by|for|in|from|on|without)",
        r"\bpublic(?:ly)? (?:bucket|log|run|repo|read|visible|list|avail)\w*",
        r"\bshows? up\b|\bshows? (?:env|all|the (?:secret|token|key))",
        r"\bprint(?:s|ed|ing)? (?:\w+ ){0,3}(?:secret|token|env|password|key|own)",
        r"\b(?:is|are|gets?) (?:\w+ )?(?:returned|printed|logged|committed|public|echoed)\b",
        r"\bcommitted (?:to|in|by)|\breturns? (?:every|all|other|the password)|\bstored (?:un|in|as)",
        r"\bhard-?coded\b|\bopen to the (?:internet|world)|\bincluding the\b|\bsteal|\bstole|\btheft",
        r"\bforwarded\b|\bsent to\b|\bin (?:your|our|the|a) public\b",
    ),
    "input": _any(
        r"\b(?:user|untrusted|external|raw) input|\btitles?\b|\bparam\w*|\bpayload|\bbranch names?",
        r"\bfile ?names?|\bname\b|\bheaders?\b|\bvalues?\b|\bcomments?\b|\bcookie|\barguments?\b|\byaml\b",
        r"\bfiles\b|\bupload\w*|\bjson\b|\bxml\b|\bmarkdown|\bissue body|\bconfig\b|\brc\b|\bwhatever\b",
        r"\bfields?\b|\bquery\b|\bfilters?\b|\bscript\b|\burls?\b|\bdocker socket|\bcurrent folder",
    ),
    "sink": _any(
        r"\bunsafe\b|\b(?:runs?|executes?) them\b|\btakes php\b|\bgets? (?:run|evaluated)",
        r"\bsource[ds]? it\b",
        r"\binterpolat|\bunescaped|\bnot escaped|n['’]t (?:\w+ )?escap",
        r"\binto (?:a |the )?(?:\w+ )?(?:shell|command|query|template|eval|sql|exec\w*)|\beval\b",
        r"\bexec(?:s|utes?|uted)?\b|\brenders? (?:as )?\d|\bas root\b|\bevaluated\b",
        r"\bcode (?:runs|execution)|\bscripts? runs?\b|\bruns for\b",
        r"\bruns? (?:it|code|commands?|whatever|as)\b|\bgets? executed|\bshell\b|\bsaniti[sz]",
        r"\bmounted into|\bowns the",
    ),
    "small": _any(
        r"\b(?:one|single|small|tiny|few|nested|nesting|malformed|crafted|deep|deeply|empty|long|"
        r"huge|specially|"
        r"recursive|\d+ ?[km]b?)\b",
        r"\brequests?\b|\bpackets?\b|\banchors?\b",
    ),
    "down": _any(
        r"\b(?:crash|hang|oom|freez)\w*\b.{0,40}\b(?:server|node|daemon|controller|api|service|operator|"
        r"pod|everything|minutes|remotely|proxy|agent)",
        r"\b(?:server|node|daemon|controller|api|service|operator|pod|parser|proxy|agent|"
        r"regex)\b.{0,40}\b(?:crash|hang|oom|down\b|freez|dies|out of memory|panic)",
        r"\bpanics?\b.{0,20}\b(?:on|when|with)|\bsegfault|\binfinite loop|\bstack exhaust",
        r"\bkills? (?:the |a )?(?:\w+ )?(?:process|server|pod|api|service)\b|\bblow\w* up memory|\bexhaust",
    ),
    "vulnerability": _any(
        r"\bvuln(?!erabilities check)",
        r"\bsecurity[- ](?:\w+[- ])?(?:bug|issue|hole|flaw|problem|weakness|defect|hazard|finding|concern|"
        r"matter|impact|relevant|report)s?",
        r"\bexploit|\bbackdoor|\battack vector|\bflaws?\b|\bweakness|\ba hole in\b",
        r"\bsensitive (?:matter|issue|finding|bug)",
    ),
    "cve": _any(r"\bcves?\b"),
    "harm": _any(
        r"\b(?:leak|inject|attacker|hacker|insecure|spoof|exfiltrat|unmasked|unredacted|suid|setuid|wildcard|"
        r"poison|tamper|unsaniti|sniff)\w*",
        r"\bexpos(?:e|es|ed|ing|ure)\b",
        r"\banonymous(?:ly)?\b|\btricked?\b|\bunverified\b|\bweak (?:random|crypto|cipher|hash|key|password)",
        r"\bmissing auth\w*|\bdisclose\b|\bprivileged\b|\bcorrupt",
        r"\b(?:to|for|from|lets) (?:the )?(?:whole world|whole internet|outside|everyone|everybody|anyone|"
        r"anybody)\b",
        r"\bas (?:another|someone else|somebody else|an? admin|other|any|root|security@)\b",
        r"\b(?:credentials?|secrets?|tokens?|keys?|passwords?|kubeconfig) (?:\w+ )?(?:in|visible|are written|"
        r"is written|inside|on) (?:one of |an? |the )?(?:your|our|old|public|logs?|audit|repo|git|commits?|"
        r"history|youtube|screen)",
        r"\b(?:isadmin|role) ?=",
        r"\b(?:handed|sent|shown|returned|given|visible|"
        r"readable) to (?:the next|an?other|other|every|any|all)",
        r"\b(?:continue|keep|still)s? (?:to )?work\w*|\bmounts? /|\bprivate \w+ (?:\w+ )?(?:are|is) public",
        r"\bwithout (?:checking|auth\w*|verif\w*|validat\w*|tls|encrypt\w*|any check)",
        r"\b(?:logs?|images?|repos?|builds?|invoices?|buckets?|files) (?:of (?:\w+ )?(?:private|other)\b)",
        r"\bserves? (?:\.env|the \.git)|/\.git/|\b\.env\b",
    ),
    "undisclosed": _any(
        r"\b(?:zero|0)[- ]?day|undisclosed|unpatched|not (?:yet )?(?:public|patched|disclosed)",
        r"proof[- ]of[- ]concept|\bpoc\b|\b(?:working|small|an) exploit\b|\bexploitable|\bexploit details",
        r"security researcher|something nasty|\bembargoed\b|\bcvss\b|\bghsa\b",
    ),
    "private": _any(
        r"\bsecurity@|\bsecurity (?:address|mail\w*|e-mail|inbox|alias)\b",
        r"\b(?:file|open|submit|draft) (?:an? )?(?:\w+ )?advisory\b|\bbug bounty\b|\bpsirt\b|\bcsirt\b",
        r"\b(?:coordinated|responsible|security|vulnerability) disclosures?\b|responsibl\w+ disclos",
        r"\bdisclose? .{0,40}responsibl",
        r"\b(?:public|issue) tracker\b|\bpgp key\b.{0,40}\b(?:report|send)",
        r"\bi (?:think|believe|may have|might have|have|['’]?ve)? ?(?:just )?found an? (?:vuln|security)",
        r"\b(?:who|whom|contact|reach|talk|speak|tell|write|e?mail|touch|ping|need|there an?|get|"
        r"to) (?:[\w'’-]+ ){0,4}security (?:team|response|people|folks|contact|person|officer|lead)",
        r"who (?:\w+ )?(?:handles|does) security\b",
        rf"\b(?:how|where|who|whom|address|way|may|should|can|could|rather|like|want|trying|need|"
        rf"here)\b (?:[\w'’-]+ ){{0,5}}?(?:i|we|me|one|"
        rf"to)\b (?:\w+ ){{0,2}}{_TELL} (?:[\w'’-]+ ){{0,6}}?{_FINDING}\b",
        rf"\b(?:e-?mail|address|contact|channel|form|somebody|someone|person|anyone|place|"
        rf"help)\b (?:\w+ ){{0,2}}(?:for|about|to|with|"
        rf"reporting) ?(?:\w+ )?{_TELL}? ?(?:\w+ ){{0,3}}{_FINDING}\b",
        rf"\b{_TELL}\b.{{0,60}}\b(?:privately|in private|confidential(?:ly)?|private (?:channel|way|chat|"
        rf"address)|discreetly|encrypted|off[- ]list)\b",
        rf"\b(?:privately|in private|confidential(?:ly)?|private (?:channel|way|contact|address)|pgp key|"
        rf"encrypted)\b.{{0,60}}\b{_TELL}",
        r"\b(?:a|the|any|some)(?: \w+)? private (?:channel|way|contact|address)\b",
        r"(?:\bnot|n['’]t) (?:\w+ ){0,4}(?:in (?:the )?(?:open|public)|(?:a )?public channel|publicly)",
        r"\bbefore (?:it|this|that) (?:is|goes|gets) public\b|\b(?:rather|but|"
        r"details?) not (?:\w+ ){0,3}here\b",
        r"\b(?:request(?:ing)?|reserve|get|give|need|want|obtain)(?: (?:me|us))? (?:a |an )?cve(?: id|"
        r" number\b)?\b(?! (?:fix|feed|scan|list|number))",
        r"reporting here\b|\bis it (?:too )?sensitive\b|who should know\b",
        r"\bwhom? (?:do|should) (?:i|we) (?:tell|send|talk).{0,10}$",
    ),
    "abroad": _any(
        r"vulnerabilidade?s?\b|\bfall[oa]s? (?:\w+ )?de seguridad|(?:agujero|brecha|problema) de seguridad",
        r"inyecci[oó]n (?:de|sql)",
        r"(?:falha|brecha|problema)s? (?:\w+ )?de seguran[cç]a|inje[cç][aã]o (?:de|sql)",
        r"sicherheits-?(?:l[uü]e?cke|problem|fehler|leck|schwach|mangel)|schwachstelle|\bl[uü]e?cke\b",
        r"angreifer",
        r"vuln[ée]rabilit[ée]s?\b(?<!ty)(?<!ties)|\bfailles?\b|(?:probl[eè]me|trou) de s[ée]curit[ée]",
        r"attaquant|injection sql",
        r"vulnerabilità|falla di sicurezza|уязвимост",
        r"漏洞|安全(?:问题|問題|缺陷|隐患)|注入|越权|绕过|提权|攻击者|泄露|洩漏|未授权",
        r"脆弱性|セキュリティ(?:ホール|上の|の問題|バグ|問題)|(?:認証|検証|"
        r"権限).{0,6}(?:回避|迂回|バイパス)|攻撃者|漏えい|漏洩",
        r"(?:读取|访问|查看|看到).{0,6}(?:其他|别人|他人)|他人の|他のユーザ|"
        r"ohne (?:anmeldung|passwort|login)|umgehen",
        r"fremde (?:daten|konten)",
        r"sin (?:autenticaci|contrase|permiso)|saltarse|sans (?:authentif|mot de passe)|contourner",
        r"sem (?:autentica|senha)|burlar",
        r"취약점|보안 (?:문제|결함)",
    ),
    "claim": _any(
        rf"\b(?:i|we|he|she|they|someone|somebody|colleague|friend|researcher|auditor|pentester|student|user|"
        rf"fuzzer)s? {_AFTER}(?:found|discovered|noticed|spotted|identified|reali[sz]ed|managed|produced|"
        rf"confirmed|reproduced|showed|tried)\b",
        r"\bit worked\b|\b(?:pen-?test|audit) (?:found|showed)",
        r"\b(?:i|we|he|she|they|someone|somebody|colleague|friend|researcher|auditor|pentester|student|"
        r"user)s? (?:\w+ )?(?:can|could|was able to|were able to|stumbled|came across|see|saw|got|reported|"
        r"broke|believe|did|wrote)\b(?! not|['’]t)",
        r"\b(?:want|wanted|like|need|trying|going|here) (?:\w+ )?to (?:report|disclose|flag) (?!a bug|that|"
        r"our|my|progress)",
        r"\breporting an?\b",
        r"\b(?:found|noticed|discovered|stumbled|spotted) (?:an?|that|some|on|over|upon|the)\b",
        r"\bthere(?:['’]s| is| are| seems to be| might be| may be) (?!no\b)",
        r"\b(?:this|that|it) (?:is|might be|may be|looks like|could be|seems) (?:an? |bad|wrong|dangerous|"
        r"serious)",
        r"\b(?:is|are|looks?|seems?) (?:\w+ )?(?:vulnerable|susceptible|prone) to\b",
        r"^(?:possible|potential|critical|urgent|serious|found|spotted)\b|\bpossible (?:in|against|via|on)\b",
        r"\bis that intended\b|\bis it (?:bad|ok|known|normal) that\b",
        r"\btested on\b|reproduc|\battached\b|this is bad|seems wrong|can['’]t be good|call me",
    ),
    "place": _any(
        r"\b(?:in|on|at|of|via|through|with|when|by|after|if|from|"
        r"affect(?:s|ing)?) (?:your|our|the|this|that|"
        r"an?|my|/|v?\d)",
        r"\b(?:in|of) \w+['’]s\b|\b(?:our|your) \w|when \w+ing\b|/api/",
    ),
    "polar": _any(
        r"^(?:can|could|do|does|is|are|may|will|am)\b(?! (?:i (?:dm|tell|send|report)|there|a non|this|it|"
        r"an? attacker)\b)(?!.*\b(?:just did|intended|i tried|it worked)\b)",
    ),
    "handling": _any(
        r"\bhow (?:do|should|can|does|would|could|to|are|is|many|often|long)\b.{0,50}?\b(?:handl|respon[ds]|"
        r"triag|manag|document|describ|writ|test|scan|fuzz|find|detect|prevent|avoid|ignor|suppress|mention|"
        r"protect|rotat|fix|publish|add\b|enable|dismiss|reset|give another|kept|stored|updated|reduce|"
        r"see which|tell users|become)",
        r"\bhow (?:do|should|can|would) (?:people|users|others|researchers|they|reporters|other)\b",
        r"\bwhere (?:do|should|can|to|does|would|is|in|must)\b.{0,50}?(?:document|describ|writ|\bput\b|list|"
        r"mention|live|polic|read)",
        r"\bwhat (?:counts|is considered|happens|goes|is the|do (?:people|other|you)|do we write|does)\b",
        r"what['’]s\b(?! the (?:address|process|right|best))|which (?:badge|course|fuzzer|tool)",
        r"\bwho (?:gets|should do|does|can (?:read|access|see)|receives)\b|\bwhen a volunteer",
        r"(?:security|disclosure|reporting|embargo|response)[- ]polic",
        r"\b(?:(?:response|disclosure|reporting|security) process|procedure|templates? (?:for|of|that|to)|"
        r"policy template|guidelines?|guide|an example|examples? of|course|chapter|training|criterion)\b",
        r"\b(?:is|are) (?:\w+ ){0,4}required (?:for|to)\b",
        r"self[- ]assessment|threat model|\bfunding\b|difference between|"
        r"\bexplain\b|\bmeaning of\b|\blearn\b",
        r"\bread about\b|\bmy (?:question|answer)s?\b",
        r"security\.md|security[- _]insights|security contacts? (?:to|in|field|entry)",
        r"as (?:\w+ )?security contact|vulnerability[- ]reporting contacts?",
        r"private (?:vulnerability )?reporting|security advisories|(?<!handles )vulnerability reports",
        r"(?:let|allow|ask|tell|want|point) (?:people|users|researchers|reporters|others)\b.{0,30}?report",
        r"\bfor security reports\b",
        r"(?:people|users|researchers) (?:can|should|to|may|would|"
        r"have to)\b.{0,30}?(?:report|disclos|contact)",
        r"reported .{0,40}?to us|\b(?:is|are|gets?) reported\b",
        r"\b(?:any|every|each|new|incoming) (?:vulnerability |security )?reports?\b",
        r"\b(?:protect|defend|guard|safe) (?:\w+ )?against|\bvolunteers?\b",
    ),
    "tools": _any(
        r"\bscore ?cards?\b|\bosv\b|dependabot|renovate|trivy|grype|snyk|"
        r"codeql|govulncheck|clomonitor|semgrep",
        r"gosec|\bcosign\b|slsa|sigstore|rekor|\blfx\b|\blfel\d|\bosps",
        r"\bsast\b|baseline|push protection|branch[- ]protect|isn['’]t protected|required reviews?",
        r"(?:npm|pip)[- ]audit|\bscanners? (?:says?|found|finds|flags|reports?|steps?|lists)|\bscanning\b",
        r"\bscan (?:says|found|reports|results?|shows|lists|step)",
        r"vulnerabilit(?:y|ies)[- ](?:check|score|scan|alert|database|management)",
        r"(?:existing|known|fixed) vulnerabilit|\bcves? (?:of|in|did|from|feed|handling)\b|cve-\d{4}-\d+",
        r"dangerous[- ]workflow|binary[- ]artifacts|token[- ]permissions|code-review\b",
        r"vulnerabilities (?:score|check|says)",
        r"(?:in|of) (?:\w+ ){0,2}?dependenc(?:y|ies)|lock ?file|transitive|"
        r"base image|vendored|upgrade enough",
        r"test (?:fixture|key)|fake (?:token|private)",
        r"false positive|\bvex\b|\bsbom\b|\bbadges?\b",
        r"\bthe check (?:says|shows|wants|reads|looks|is (?:red|0)|still)|"
        r"\bthe slam\b|does (?:it|that) count",
        r"is that counted|\bscores?\b|\b(?:many|leak|lose|get|more) points\b",
    ),
    "stuck": _any(
        r"\b(?:i|we|my \w+|bot|it) (?:\w+ )?(?:don['’]t have|do not have|am not|is not recogni[sz]ed)\b",
        r"\b(?:can['’]?t|cannot|couldn['’]?t|could not|unable|don['’]t get|refuses)\b(?! be good)",
        r"\b(?:fails?|failed|failing|denied|an error|error:|(?:http|status|get|gives|is|with|a|error:?|"
        r"httperror:|code|codes) (?:40[0134]|50[0234])|timed out|times out|timeout|does ?n['’]?o?t (?:run|"
        r"work|start)|is red|not found|isn['’]t (?:signed|detected))\b(?! message)",
        r"\bwhy (?:is|are|does|do|can['’]?t)\b|\bwho do (?:i|we) ask\b",
        r"\bhow (?:do|can) (?:i|we) (?:get|give|undo|hand|make|let)\b|\bhow do i undo\b",
    ),
}
"""What a text is put together from, in whatever order and words."""
TOGETHER = (
    ("what others should not reach", ("others", "reaches", "me")),
    ("what others should not reach", ("others", "reaches", "outsider")),
    ("what others should not reach", ("outsider", "reaches", "power")),
    ("what others should not reach", ("outsider", "control", "broken")),
    ("a way around a check", ("control", "broken")),
    ("something leaked", ("sensitive", "exposed")),
    ("code that others can run", ("input", "sink")),
    ("denial of service", ("small", "down")),
)
"""Weaknesses without their names: whose concepts stand in one sentence."""
WEAKNESS = 4
WEIGHTS = {
    "private": 4, "abroad": 4, "vulnerability": 3, "harm": 3, "undisclosed": 2, "claim": 2, "broken": 2,
    "exposed": 2, "cve": 1, "input": 1, "me": 1, "outsider": 1, "place": 1,
    "polar": -3, "stuck": -4, "handling": -7, "tools": -8,
}  # fmt: skip
"""How much a concept speaks for a report; fitted to reports and to questions that only sound like them."""
ALONE = frozenset({"private", "abroad", "vulnerability", "harm", "undisclosed", "cve", "broken", "sink"})
"""Without one of these, or a weakness, nothing is a report."""
