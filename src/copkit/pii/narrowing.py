"""Dates of birth, and of what happened to somebody.  Pure.

Dates of meetings and papers are not for these rules: a date counts when it is tied to something
that happened to a person, and one that is tied to a birth is direct.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.kinds import TO, Finding, Kind, exact, one_of, rule
from copkit.pii.normalise import Folded


def find_dates(folded: Folded) -> Iterable[Finding]:
    """Give every date in a text that is about a person."""
    for one in _DATES:
        yield from one.findings(folded)


PERSONAL: Final = re.compile(
    r"\b"
    + one_of(
        "he she him her his hers they their them patient client tenant resident man woman boy girl "
        "baby son daughter mother father brother sister mum dad lad"
    )
    + r"\b",
    re.IGNORECASE,
)


def is_personal(folded: Folded, start: int, end: int) -> bool:
    """Say whether the sentence around a place speaks of a person."""
    return PERSONAL.search(folded.sentence(start, end)) is not None


_MONTH: Final = one_of(
    "jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sept?(?:ember)? "
    "oct(?:ober)? nov(?:ember)? dec(?:ember)?"
)
ORDINAL: Final = one_of(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "twenty_(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth) thirty[-_]first"
)
_G: Final = r"[ ._/,+-]{1,3}"
_YEAR: Final = r"(?:(?:19|20)\d\d|'?\d\d)"
_DAY: Final = (
    rf"(?:(?:the )?(?:\d{{1,2}} ?(?:st|nd|rd|th)?|{ORDINAL})(?: of)?{_G}{_MONTH}"
    rf"|{_MONTH}{_G}\d{{1,2}}(?:st|nd|rd|th)?)"
)
_SLASH: Final = r" {0,2}[./\\-] {0,2}"
_IN_NUMBERS: Final = (
    rf"(?:\d{{1,2}}{_SLASH}\d{{1,2}}{_SLASH}(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d ?[-/.] ?\d\d ?[-/.] ?\d\d)"
)
_ALONE: Final = r"(?<![0-9A-Za-z/.-])"
_DATE: Final = rf"{_ALONE}(?:{_IN_NUMBERS}|{_DAY}(?:{_G}{_YEAR})?){TO}"
_LOOSE: Final = r"[ ._/\\+-]{1,3}"
_LOOSELY: Final = (
    rf"(?:\d{{1,2}}{_LOOSE}\d{{1,2}}{_LOOSE}(?:(?:19|20)\d\d|\d\d)"
    rf"|(?:19|20)\d\d{_LOOSE}\d{{1,2}}{_LOOSE}\d{{1,2}})"
)
_FREE: Final = r"(?<![0-9A-Za-z])(?<![0-9][/.-])"
_WITH_YEAR: Final = rf"{_FREE}(?:{_LOOSELY}|{_DAY}{_G}{_YEAR}|\d{{6}}|\d{{8}}){TO}"
_SPACED: Final = r"\d ?\d ?[/.-] ?\d ?\d ?[/.-] ?(?:\d ?\d ?)?\d ?\d(?!\d)"
_BIRTH: Final = (
    r"(?<![a-z])(?:d\.? ?o\.? ?b\.?|dates?[ _-]of[ _-]birth|birth[ _-]?dates?|birthday|born|birth)"
    r"(?![a-z])"
)
_BORN_BEFORE: Final = re.compile(rf"{_BIRTH}[^\n0-9]{{0,32}}$")
_BORN_BEFORE_ANOTHER: Final = re.compile(
    rf"{_BIRTH}[^\n0-9]{{0,32}}{_DATE} ?(?:and|or|/|,|&) $", re.IGNORECASE
)
_BORN_BEHIND: Final = re.compile(rf"[^\n0-9.;]{{0,24}}{_BIRTH}")
_BORN: Final = re.compile(_BIRTH)

_HAPPENED: Final = re.compile(
    r"\b"
    + one_of(
        "admitted admission discharged? arrest(?:ed)? bailed removed evict(?:ed|ion) released? "
        "sectioned detained convicted sentenced died death operation surgery overdos(?:e|ed) "
        "assault(?:ed)? attack(?:ed)? stabbed hospital recalled remanded moved_(?:her|him|them) "
        "moved_(?:in|out|on) last_seen found miscarr gave_birth taken_into placed collapsed "
        "transferred fled raped injured fell crash fire accident hearing court tribunal inquest "
        "married separated seen_by absconded went_missing missing_since jumped notice locks "
        "signed_the_tenancy tenancy_(?:began|started|ended) lost_(?:his|her) diagnosed baby trial"
    )
    + r"\b",
    re.IGNORECASE,
)
_BEGINS_WITH_IT: Final = re.compile(
    rf"^\W*(?:the |{_IN_NUMBERS}[ :,-]{{1,4}})?"
    + one_of(
        "notice overdose assault operation eviction arrest discharge release admission admitted "
        "arrested discharged bailed released evicted sectioned detained recalled last_seen found "
        "died assaulted overdosed seen moved remanded sentenced convicted transferred tenancy"
    )
    + r"\b",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(
    r"\b"
    + one_of(
        "meet(?:s|ing|ings)? session agenda minutes papers booking event conference training "
        "workshop deadline published version report act diary circulate newsletter forum seminar "
        "funding review_(?:date|due) consultation webinar launch(?:ed)? edition policy retrieved "
        "accessed"
    )
    + r"\b",
    re.IGNORECASE,
)


def _is_birth(folded: Folded, start: int, end: int) -> bool:
    """See whether a date is said to be a birth: before it, behind it, or in its column's head."""
    ahead = folded.before(start, 90)
    if _BORN_BEFORE.search(ahead) or _BORN_BEFORE_ANOTHER.search(ahead):
        return True
    if _BORN_BEHIND.match(folded.after(end, 50)):
        return True
    return _BORN.search(folded.head_of_column(start)) is not None


def _happened(folded: Folded, start: int, end: int) -> bool:
    """See whether a date is of something that happened to a person."""
    sentence = folded.sentence(start, end)
    if _PUBLIC.search(sentence) or not _HAPPENED.search(sentence):
        return False
    return bool(PERSONAL.search(sentence) or _BEGINS_WITH_IT.search(sentence))


_DATES: Final = (
    rule(Kind.BIRTH, _WITH_YEAR, _is_birth),
    rule(Kind.BIRTH, rf"{_BIRTH}[ :]{{1,3}}(?P<it>{_SPACED})"),
    rule(Kind.DATE, _DATE, _happened),
    rule(Kind.DATE, rf"birthday,? (?:is |was |on |falls on |being )?(?P<it>{_DATE})"),
    rule(
        Kind.DATE,
        r"\b(?:christmas (?:eve|day)|boxing day|new year's (?:eve|day)) (?:of |in )?(?:19"
        r"|20)\d\d\b",
        _happened,
    ),
)


# How old somebody is, to the year.


def find_ages(folded: Folded) -> Iterable[Finding]:
    """Give every exact age of a person in a text."""
    for one in _AGES:
        yield from one.findings(folded)


_TENS: Final = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ONES: Final = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS: Final = one_of(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_OLD: Final = rf"(?:\d{{1,2}}|{_TENS}(?:[- ]{_ONES})?|{_TEENS})"
_YEARS: Final = rf"(?:{_OLD}|{_ONES})"
_GROWN: Final = rf"(?:{_TEENS}|{_TENS}(?:[- ]{_ONES})?|1[0-9]|[2-9]\d)"
_ROUND: Final = r"(?:fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth)"
_NO_RANGE: Final = (
    r"(?! ?(?:and|or|to|-|\+|plus) ?(?:over|above|under|older|younger|up|more|\d)|\+| ?%| per ?cent"
    r"|[.,:]\d)"
)
_OF_MANY: Final = re.compile(
    r"(?:people|those|anyone|children|adults|men|women|everyone|clients|residents|open to|over"
    r"|under|olds?|between|from|that (?:was|is)|which (?:was|is)|persons?|population|patients"
    r"|users|youth"
    r"|group) (?:are |is |who are )?$"
)


def _is_of_one(folded: Folded, start: int, end: int) -> bool:
    """Leave out the ages at which services begin and end, and those of things."""
    return not _OF_MANY.search(folded.before(start, 30))


def _is_no_sum(folded: Folded, start: int, end: int) -> bool:
    return not folded.before(start, 2).endswith(("£", "$", "€"))


_AGES: Final = (
    rule(Kind.AGE, rf"(?<![-\w]){_YEARS}[- ](?:years?|yrs?)[- ](?:old\b(?!s)|of age)", _is_of_one),
    rule(Kind.AGE, rf"\b{_OLD} ?(?:y/?o|yrs old)\b"),
    rule(Kind.AGE, rf"\baged (?:just |only )?{_YEARS}\b{_NO_RANGE}", _is_of_one),
    rule(
        Kind.AGE,
        rf"(?<![a-z])age:? ?\d{{1,2}}\b{_NO_RANGE}(?! ?(?:and|group|band|range))",
        _is_of_one,
    ),
    exact(Kind.AGE, rf"(?<![0-9A-Za-z£$€.-])[1-9]\d ?[MF]{TO}", _is_no_sum),
    exact(Kind.AGE, r"(?:^|(?<=[\n:(])) ?(?P<it>[MF](?:, ?| )[1-9]\d)(?=[,;.)\n])"),
    rule(Kind.AGE, rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)|{ORDINAL}|{_ROUND}) birthday\b"),
    rule(
        Kind.AGE,
        r"\b(?:his|her|their) (?P<it>[1-9]\dth|21st|[2-9][1-3](?:st|nd|rd))\b(?! (?:\w+ )?"
        r"(?:birthday|floor|attempt|placement|move|visit|time|tenancy|night|week|day|century|overdose"
        r"|admission))",
    ),
    rule(
        Kind.AGE,
        r"\b(?:male|female|man|woman|gentleman|lady), ?(?P<it>[1-9]\d)(?=[,;.)])",
    ),
    rule(
        Kind.AGE,
        rf"\b(?:boy|girl|child|son|daughter|baby|man|woman|lad) of (?P<it>{_YEARS}(?: months)?)"
        r"(?=[,;.)]| (?:who|with|and))",
    ),
    rule(Kind.AGE, r"\b[1-9]\d and a half(?=[,.;]| (?:and|which|when|but))", is_personal),
    rule(
        Kind.AGE,
        r"\b(?:he|she)(?:'ll be|'s| will be| would be) (?:only |just )?"
        r"(?P<it>[1-9]\d(?: in (?:the \w+|\w+))?)(?=[,.;]| (?:and|when|next|this))",
    ),
    rule(
        Kind.AGE,
        rf"\b(?:(?:he|she) (?:had )?(?:just )?)?turn(?:ed|s|ing) (?:just |only )?{_OLD}\b"
        r"(?! ?(?:%|people|per|beds|men|women|of|away|miles))",
    ),
    rule(
        Kind.AGE,
        r"\b(?:he|she) (?:is|was|were) (?:only |just |then |now |still |barely |already "
        rf"|about to be )?{_YEARS}(?: and a half)?"
        r"(?=[.,;:!?\n]| when| and | at the| but| with| on| in|$)",
    ),
    rule(
        Kind.AGE,
        rf"\bat (?:just |only |barely )?(?P<it>{_GROWN})(?=,? (?:he|she|they|and|when|with|her"
        r"|his)\b"
        r"|\.(?:\s|$))",
        is_personal,
    ),
    rule(
        Kind.AGE,
        r"\b(?:my|his|her|their|the) (?:son|daughter|brother|sister|mother|father|mum|dad|baby"
        r"|child|boy|girl|eldest|youngest|partner),? (?P<it>\d{1,2})"
        r"(?=[,.;) ](?! ?(?:of|years|months|days)))",
    ),
)


# What few people have lived through or are: in the news, the only one, one of three.


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
