"""What few people have lived through or are: in the news, the only one, one of three.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from copkit.pii.findings import Finding, one_of, rule
from copkit.pii.kinds import Kind
from copkit.pii.normalise import Folded


def find_rarities(folded: Folded) -> Iterable[Finding]:
    """Give every event and every count in a text that fits few people."""
    for one in _RARE:
        yield from one.findings(folded)


_PEOPLE: Final = one_of(
    "people persons men women girls boys families couples children households patients clients "
    "residents tenants members"
)
_AREA: Final = one_of(
    "county town borough city village estate area country district region ward service hostel site "
    "parish island school street valley community prison hospital unit wing crew team list rota "
    "landing refuge shelter trust caseload"
)
_FEW: Final = r"(?:two|three|four|2|3|4)"
_W: Final = r"[\w'-]{1,24}"
_RARE: Final = (
    rule(
        Kind.RARE,
        r"\bthe only (?!(?:way|thing|person who|one who|time|reason|place|rooms?|option|other"
        rf"|people who)\b)(?:{_W} ){{1,6}}(?:in|on|at) (?:the|this|our|that) (?:{_W} "
        rf"){{0,2}}{_AREA}\b",
    ),
    rule(
        Kind.RARE,
        r"\bthe (?:only|sole|lone) (?:survivors?|witness|victim|(?:\w+ ){0,2}amputee"
        r"|transgender|trans"
        r"|black|deaf|blind|muslim|jewish|sikh|chinese|polish|somali|roma)\b(?: \w+){0,3}",
    ),
    rule(
        Kind.RARE,
        r"\b(?:the )?first (?:person|man|woman|family|couple|patient|resident|tenant|child) "
        rf"(?:in|from|at) (?:the|this|our|that) (?:{_W} ){{0,4}}(?:to|ever|who)\b",
    ),
    rule(
        Kind.RARE,
        r"\b(?:(?:on|in|made) )?(?:the )?front[- ]pages?\b"
        r"(?: of (?:the|a) (?:\w+ ){0,2}(?:paper|news\w*|press))?",
    ),
    rule(
        Kind.RARE,
        rf"\b(?:{_W} ){{0,3}}(?:that|which|who)?(?: (?:was|were|is|made|had been))? ?"
        r"(?:on|in|all over) the (?:(?:national|local|regional|evening|tv|television|ten o'clock"
        r"|six o'clock|sunday) ){1,2}(?:news|papers?|press|radio|television|tv|headlines)\b",
    ),
    rule(
        Kind.RARE,
        r"\b(?:made|hit|in) the (?:headlines|papers)\b|\bmade the (?:(?:local|national|evening"
        r"|regional) )?(?:news|papers?|press)\b|\bwent viral\b|\b(?:a )?household name\b",
    ),
    rule(
        Kind.RARE,
        rf"\b(?:in|on|from) (?:the|a) (?:{_W} ){{0,3}}(?:documentary|reality show|tv show"
        r"|talent show"
        r"|quiz show|game show)\b(?: about (?:the|a) (?:\w+ ){0,2}\w+)?",
    ),
    rule(
        Kind.RARE,
        r"\b(?:runner-up|winner|won|finalist|contestants?|appeared|starred) (?:on|in|of) (?:a "
        r"|the )?"
        rf"(?:{_W} ){{0,2}}(?:television|tv|x factor|bake off|talent|big brother|baking)\b(?: "
        r"\w+)?",
    ),
    rule(
        Kind.RARE,
        r"\b(?:former|ex-|retired|once an?|been an?) ?(?:\w+ ){0,2}(?:footballer|goalkeeper|boxer"
        r"|jockey|olympian|mp|councillor|mayor|headteacher|astronaut|news ?reader|pop star|actor"
        r"|actress|tv presenter|coxswain)\b(?: for [\w' ]{3,24})?",
    ),
    rule(
        Kind.RARE,
        rf"\b(?:one of )?(?:only )?(?:{_FEW}|a couple of) (?:\w+ ){{0,2}}{_PEOPLE}(?: "
        rf"\w+){{0,2}} in the "
        rf"(?:{_W} ){{0,2}}{_AREA}\b(?:'s \w+)?(?: (?:prescribed|with|who|to)(?: [\w-]+){{1,3}})?",
    ),
    rule(Kind.RARE, rf"\bone of (?:only |just )?{_FEW} (?:\w+ ){{0,2}}{_PEOPLE}\b"),
    rule(
        Kind.RARE,
        rf"\bone of (?:only |just )?{_FEW} (?:[\w-]+ ){{1,3}}in the (?:\w+ )?{_AREA}\b",
    ),
    rule(
        Kind.RARE,
        r"\b(?:killed|injured|hurt|burned|burnt|survived|survivor of|died|widowed|orphaned)(?: "
        r"in)? "
        r"(?:the|a) (?:[\w-]+ ){0,2}(?:crash|collapse|explosion|bombing|disaster|derailment"
        r"|shooting"
        rf"|siege|sinking|ferry)\b(?: (?:that|which|on|at|in) (?:{_W} ?){{1,7}})?",
    ),
    rule(
        Kind.RARE,
        r"\b(?:(?:he|she|they|father|mother|brother|sister) (?:is|was|were|are|had been)"
        r"|call(?:s|ed)? (?:him|her)) (?P<it>the (?!(?:one|person|only|first|last|worker|nurse"
        rf"|officer|people|kind|sort) )(?:[\w-]+ ){{1,3}}who (?:{_W} ?){{2,9}})",
    ),
    rule(
        Kind.COUNT,
        rf"\bonly {_FEW} (?:were|was|are|had|have|of (?:them|the)|{_PEOPLE})\b(?: [\w-]+){{0,2}}",
    ),
)
