"""Details that narrow down who a person is: dates, ages, rare events, small counts.  Pure.

Dates of meetings and papers are no details: a date counts when it is tied to something that
happened to a person. One that is tied to a birth is a direct detail.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from copkit.pii.kinds import END, DetailKind, Finding, apply_rules, cased_rule, one_of, rule
from copkit.pii.normalise import FoldedText
from copkit.pii.passage import is_english, load_first_names, read_word_lists, strip_accents


def find_dates(folded: FoldedText) -> Iterable[Finding]:
    """Find every date in a text that is about a person."""
    return apply_rules(_DATES, folded)


PERSONAL: Final = re.compile(
    r"\b"
    + one_of(
        "he she him her his hers they their them patient client tenant resident man woman boy girl "
        "baby son daughter mother father brother sister mum dad lad who bloke wife husband partner "
        "uncle aunt family couple kids children respondent applicant defendant (?:mr|mrs|ms"
        "|miss)\\b"
    )
    + r"\b",
    re.IGNORECASE,
)


def is_personal(folded: FoldedText, start: int, end: int) -> bool:
    """Check whether the sentence around a match speaks of a person, or names one."""
    return mentions_person(folded.sentence(start, end))


_WITH_CAPITAL: Final = re.compile(r"[A-Z][a-z]{2,}")


@lru_cache(maxsize=256)
def mentions_person(sentence: str) -> bool:
    """Check for a pronoun, a word for a person, or a first name that is no other word."""
    if PERSONAL.search(sentence):
        return True
    names = load_first_names()
    return any(
        names.get(word) is False and not is_english(word)
        for word in map(str.lower, _WITH_CAPITAL.findall(sentence))
    )


MONTH: Final = one_of(
    "jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sept?(?:ember)? "
    "oct(?:ober)? nov(?:ember)? dec(?:ember)?"
)
ORDINAL: Final = one_of(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "twenty_(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth) thirty[-_]first"
)
_GAP: Final = r"[ ._/,+-]{1,3}"
_YEAR: Final = r"(?:(?:19|20)\d\d|'?\d\d)"
# '3 May', 'the 3rd of May', 'twenty-first May', 'May 3rd'
_DAY: Final = (
    rf"(?:(?:the )?(?:\d{{1,2}} ?(?:st|nd|rd|th)?|{ORDINAL})(?: of)?{_GAP}{MONTH}"
    rf"|{MONTH}{_GAP}\d{{1,2}}(?:st|nd|rd|th)?)"
)
_DATE_SEP: Final = r" {0,2}[./\\-] {0,2}"
# '16.5.2012', '16 / 05 / 12', '2012-05-16'
_IN_NUMBERS: Final = (
    rf"(?:\d{{1,2}}{_DATE_SEP}\d{{1,2}}{_DATE_SEP}(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d ?[-/.] ?\d\d ?[-/.] ?\d\d)"
)
_ALONE: Final = r"(?<![0-9A-Za-z/.-])"  # not within a number, a version or a path
_DATE: Final = rf"{_ALONE}(?:{_IN_NUMBERS}|{_DAY}(?:{_GAP}{_YEAR})?){END}"
# The same with anything between the numbers: near 'born' there is no doubt that it is a date.
_LOOSE_SEP: Final = r"[ ._/\\+-]{1,3}"
_LOOSE_NUMBERS: Final = (
    rf"(?:\d{{1,2}}{_LOOSE_SEP}\d{{1,2}}{_LOOSE_SEP}(?:(?:19|20)\d\d|\d\d)"
    rf"|(?:19|20)\d\d{_LOOSE_SEP}\d{{1,2}}{_LOOSE_SEP}\d{{1,2}})"
)
_NOT_IN_NUMBER: Final = r"(?<![0-9A-Za-z])(?<![0-9][/.-])"
# '160512' and '16052012' as well
_WITH_YEAR: Final = (
    rf"{_NOT_IN_NUMBER}(?:{_LOOSE_NUMBERS}|{_DAY}{_GAP}{_YEAR}|\d{{6}}|\d{{8}}){END}"
)
_SPACED_DIGITS: Final = r"\d ?\d ?[/.-] ?\d ?\d ?[/.-] ?(?:\d ?\d ?)?\d ?\d(?!\d)"
_BIRTH: Final = (
    r"(?<![a-z])(?:d\.? ?o\.? ?b\.?|dates?[ _-]of[ _-]birth|birth[ _-]?dates?|birthday|born|birth)"
    r"(?![a-z])"
)
# What stands before a date, up to its end: 'DOB: ', 'born on the '; or 'born 3.5.1961 and ', for
# the second of two. What stands behind one: ' is her birthday'.
_BORN_BEFORE: Final = re.compile(rf"{_BIRTH}[^\n0-9]{{0,32}}$")
_BORN_BEFORE_ANOTHER: Final = re.compile(
    rf"{_BIRTH}[^\n0-9]{{0,32}}{_DATE} ?(?:and|or|/|,|&) $", re.IGNORECASE
)
_BORN_BEHIND: Final = re.compile(rf"[^\n0-9.;]{{0,24}}{_BIRTH}")
_BIRTH_WORD: Final = re.compile(_BIRTH)

_EVENT: Final = re.compile(
    r"\b"
    + one_of(
        "admitted admission discharged? arrest(?:ed)? bailed removed evict(?:ed|ion) released? "
        "sectioned detained convicted sentenced died death operation surgery overdos(?:e|ed) "
        "assault(?:ed)? attack(?:ed)? stabbed hospital recalled remanded moved_(?:her|him|them) "
        "moved_(?:in|out|on) last_seen found miscarr gave_birth taken_into placed collapsed "
        "transferred fled raped injured fell crash fire accident hearing court tribunal inquest "
        "married separated seen_by absconded went_missing missing_since jumped notice locks "
        "verification granted sentence licence detox rehab nicked jailed arrived born "
        "left_(?:prison"
        "|hospital|home|care|him|her) lost_(?:the|his|her|their) rel'd rehoused housed bail adm'?d "
        "dc'?d disch op order_was served signed_on started_(?:work|college) wedding birthday "
        "funeral "
        "buried miscarriage verified lodged signed_the_tenancy tenancy_(?:began"
        "|started|ended) lost_(?:his|her) diagnosed baby trial"
    )
    + r"\b",
    re.IGNORECASE,
)
# Notes leave the person out: 'Discharged 3 May', '3.5.12: evicted'
_BEGINS_WITH_EVENT: Final = re.compile(
    rf"^\W*(?:the |{_IN_NUMBERS}[ :,-]{{1,4}})?"
    + one_of(
        "notice overdose assault operation eviction arrest discharge release admission admitted "
        "arrested discharged bailed released evicted sectioned detained recalled last_seen found "
        "verification registered granted referred housed died assaulted overdosed seen moved "
        "remanded sentenced convicted transferred tenancy adm'?d dc'?d rel'?d court hearing "
        "inquest "
        "bail married born op surgery funeral nicked evict"
    )
    + r"\b",
    re.IGNORECASE,
)
# Words of sentences about meetings and papers: their dates are no details.
_PUBLIC_EVENT: Final = re.compile(
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


def is_birth(folded: FoldedText, start: int, end: int) -> bool:
    """Check for a word about a birth before a date, behind it, or in its column's head."""
    before = folded.before(start, 90)
    if _BORN_BEFORE.search(before) or _BORN_BEFORE_ANOTHER.search(before):
        return True
    if _BORN_BEHIND.match(folded.after(end, 50)):
        return True
    return _BIRTH_WORD.search(folded.head_of_column(start)) is not None


_Spans = Sequence[tuple[int, int]]


@lru_cache(maxsize=8)
def _find_spans(pattern: re.Pattern[str], text: str) -> _Spans:
    """Find a pattern once in a text: around each of 30,000 dates it would take minutes."""
    return [match.span() for match in pattern.finditer(text)]


def _find_within(spans: _Spans, start: int, end: int) -> _Spans:
    """Return the spans, which are in order and apart, that lie between two offsets."""
    first = bisect_left(spans, start, key=lambda span: span[0])
    behind = bisect_right(spans, end, key=lambda span: span[1])
    return spans[first:behind]


_ON_BEFORE: Final = re.compile(
    r"\b(?:on|since|from|until|till|dated|of|before|after) (?:the )?(?:\w{3,6}day,? )?$",
    re.IGNORECASE,
)


def _is_event_of_person(folded: FoldedText, start: int, end: int) -> bool:
    """Check whether a date is of something that happened to a person."""
    text = folded.text
    is_told = _ON_BEFORE.search(text[max(0, start - 16) : start]) or _FIRST.search(
        text[max(0, start - 4) : start]
    )
    if not is_told and not _find_within(_find_spans(_EVENT, text), start - 300, end + 300):
        return False
    first, last = folded.sentence_span(start, end)
    events, public_events = (
        _find_within(_find_spans(pattern, text), first, last) for pattern in (_EVENT, _PUBLIC_EVENT)
    )
    if public_events:
        return False
    persons = mentions_person(text[first:last])
    if not events:
        return bool(persons and is_told) and not _TO_COME.search(text, first, last)
    if persons or _BEGINS_WITH_EVENT.search(text[first:last]):
        return True
    # 'The order was made on 6 October 2025': of a case, though nobody is mentioned
    return bool(is_told and _OF_A_CASE.search(text, first, last))


_FIRST: Final = re.compile(r"(?:^|[.\n] ?|On )$")
_TO_COME: Final = re.compile(r"\b(?:will|shall|to be)\b", re.IGNORECASE)


def _is_told_on(folded: FoldedText, start: int, end: int) -> bool:
    """Check for 'on' before a feast, in a sentence about a person."""
    before = _ON_BEFORE.search(folded.text[max(0, start - 16) : start])
    return before is not None and _is_event_of_person(folded, start, end)


_OF_A_CASE: Final = re.compile(
    r"\b(?:order|notice|licence|tenancy|statement|leave|bail|possession|warrant|consent|decision"
    r"|application|referral|verification|claim) (?:\w+ )?(?:was|were|is)\b",
    re.IGNORECASE,
)


def _is_note_of_person(folded: FoldedText, start: int, end: int) -> bool:
    sentence = folded.sentence(start, end)
    is_of_person = sentence[:1].islower() or mentions_person(sentence)
    return is_of_person and _is_no_meeting(folded, start, end)


def _is_no_meeting(folded: FoldedText, start: int, end: int) -> bool:
    """Check that the sentence around a date is about no meeting, and about no paper."""
    first, last = folded.sentence_span(start, end)
    return not _find_within(_find_spans(_PUBLIC_EVENT, folded.text), first, last)


_DATES: Final = (
    rule(DetailKind.BIRTH, _WITH_YEAR, is_birth),
    rule(DetailKind.BIRTH, rf"{_BIRTH}[ :]{{1,3}}(?P<it>{_SPACED_DIGITS})"),
    rule(DetailKind.DATE, _DATE, _is_event_of_person),
    rule(DetailKind.DATE, rf"birthday,? (?:is |was |on |falls on |being )?(?P<it>{_DATE})"),
    rule(
        DetailKind.DATE,
        r"\b(?:christmas (?:eve|day)|boxing day|new year's (?:eve|day)|hallowe'?en|bonfire night"
        r"|valentine's(?: day)?|(?:mother|father)'s day|good friday|easter (?:sunday|monday)"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day,? (?:the )?\d{1,2}(?:st|nd|rd|th))"
        r"(?: (?:of |in )?(?:19|20)\d\d)?\b",
        _is_told_on,
    ),
    # '3/12', 'since 12 Nov', 'the 9th', behind what happened to somebody: 'admitted 3/12'
    rule(
        DetailKind.DATE,
        r"\b(?:admitted|adm'?d|discharged|dc'?d|released|rel'?d|arrested|nicked|evicted|housed"
        r"|rehoused"
        r"|recalled|remanded|sectioned|bailed|moved (?:in|out|on)|died|married|sentenced|fled"
        r"|arrived|arr|last seen|seen|signed on|signed up|overdosed|od'?d|op|hearing|court|ct|fell"
        r"|attack"
        r"|fire|stabbed|edd|due|cto|offen[cs]e(?: date)?|tenancy start\w*|start date|end date"
        r"|sober|clean"
        r"|home leave|anniversary|baptised|left (?:hospital|prison|home|care)|came to us|back in"
        r" court"
        r"|discharge date|admission date|date of (?:the )?(?:offence|death|admission|discharge))"
        r"[!.,:]{0,3}(?: is| was)?(?: back)? (?:on |since |from )?"
        rf"(?:the (?:night of the )?)?"
        rf"(?P<it>\d{{1,2}}/\d{{1,2}}(?:/(?:20)?\d\d)?|\d{{1,2}}\.\d{{1,2}}\.(?:20)?\d\d|{_DAY}"
        rf"(?:{_GAP}{_YEAR})?|\d{{1,2}}(?:st|nd|rd|th)){END}(?![/.]\d|:\d|am|pm| ?(?:of|out of"
        rf"|hrs))",
        _is_no_meeting,
    ),
    # 'sanctioned since 14 Oct', 'rent paid till 3/12'
    rule(
        DetailKind.DATE,
        rf"\b(?:since|until|till|wef|on|from|dated) (?P<it>\d{{1,2}}/\d{{1,2}}(?:/(?:20)?\d\d)?"
        rf"|\d{{1,2}}(?:st|nd|rd|th)? {MONTH}){END}(?!/)",
        _is_note_of_person,
    ),
    # 'born in 1962', 'b. 1962'
    rule(
        DetailKind.DATE,
        rf"(?:\bborn (?:in |around |about )?|(?<![\w.])b\.? ?)(?P<it>(?:19[2-9]|20[0-2])\d){END}",
        is_personal,
    ),
)


# --- ages, to the year ----------------------------------------------------------------------


def find_ages(folded: FoldedText) -> Iterable[Finding]:
    """Find every exact age of a person in a text."""
    return apply_rules(_AGES, folded)


_TENS: Final = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ONES: Final = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS: Final = one_of(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_OLD: Final = rf"(?:\d{{1,2}}|{_TENS}(?:[- ]{_ONES})?|{_TEENS})"
_YEARS: Final = rf"(?:{_OLD}|{_ONES})"
_AGE_FROM_TEN: Final = rf"(?:{_TEENS}|{_TENS}(?:[- ]{_ONES})?|1[0-9]|[2-9]\d)"
_ROUND_BIRTHDAY: Final = r"(?:fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth)"
# Not 'aged 16 to 25', 'aged 55+', 'age 18 or over': ages for which a service is
_NO_RANGE: Final = (
    r"(?! ?(?:and|or|to|-|\+|plus) ?(?:over|above|under|older|younger|up|more|\d)|\+| ?%| per ?cent"
    r"|[.,:]\d)"
)
# What stands before the age of a group, or of a thing: 'people aged 55', 'a house that is 90'
_GROUP_BEFORE: Final = re.compile(
    r"(?:people|those|anyone|children|adults|men|women|everyone|clients|residents|open to|over"
    r"|under|olds?|between|from|that (?:was|is)|which (?:was|is)|persons?|population|patients"
    r"|users|youth"
    r"|group) (?:are |is |who are )?$"
)


def _is_age_of_person(folded: FoldedText, start: int, end: int) -> bool:
    """Check that an age is not that of a group for whom a service is, or of a thing."""
    return not _GROUP_BEFORE.search(folded.before(start, 30))


def _is_no_amount(folded: FoldedText, start: int, end: int) -> bool:
    return not folded.before(start, 2).endswith(("£", "$", "€"))


_PERSON: Final = one_of(
    "client patient tenant resident applicant subject user mother father mum dad son daughter "
    "brother "
    "sister boy girl man woman lad lass baby child twins? toddler teenager pensioner lady "
    "gentleman "
    "partner husband wife girlfriend boyfriend nephew niece cousin nan gran grandad friend eldest "
    "grandmother grandfather grandma grandson granddaughter uncle aunt stepson stepdaughter lodger "
    "carer householder pt tenants? yp kids? children sons daughters bf gf ex cousin neighbour "
    "worker "
    "youngest defendant offender guy bloke male female kid he she who widow widower student"
)
_ABOUT: Final = (
    r"(?:only |just |just gone |now |nearly |almost |about |barely |still |already |then |all of "
    r"|rising "
    r"|coming up |coming up to |going on |pushing |turning |over |under |not yet |maybe "
    r"|probably )?"
)
_AGE_ENDS: Final = (
    r"(?=[.,;:!?)\n]|$| -| (?:and|but|or|in|on|with|when|next|this|today|tomorrow|now|yet|going on"
    r"|so|at the|if|last|tops|soon|already|himself|herself|too)\b)"
)


def _is_age_alone(folded: FoldedText, start: int, end: int) -> bool:
    """Check that a number without a unit is an age: its sentence is about one person, and short."""
    sentence = folded.sentence(start, end)
    if _COUNTED.search(sentence):
        return False
    return PERSONAL.search(sentence) is not None or len(sentence) < end - start + 10


_COUNTED: Final = re.compile(
    r"£|%|\b(?:points?|scor\w+|beds?|numbers?|bpm|sats|temp\w*|band|room|total|count\w*|of them"
    r"|people"
    r"|hours?|hrs|miles|o'clock|bus|route|page|mg|units?|place[sd]?)\b",
    re.IGNORECASE,
)


def _is_no_length(folded: FoldedText, start: int, end: int) -> bool:
    """Check that some years are an age, and no length of time: 'for 10 yrs'."""
    return not _LENGTH_BEFORE.search(folded.before(start, 16))


_LENGTH_BEFORE: Final = re.compile(
    r"\b(?:for|in|over|after|last|past|next|about|nearly|of|every|within|did|got|served|x|than) $"
)


def _is_behind_name(folded: FoldedText, start: int, end: int) -> bool:
    """Check that a person's name, or a word for one, is before a comma or a bracket."""
    word = _LAST_WORD.search(folded.text[max(0, start - 30) : start])
    return word is not None and _is_person(word[1])


def _is_told_of_person(folded: FoldedText, start: int, end: int) -> bool:
    """Check that the subject of the verb before a number is a person."""
    match = _SUBJECT_OF_AGE.search(folded.text[max(0, start - 50) : start])
    return match is not None and _is_person(match[1])


def _is_person(word: str) -> bool:
    """Check that a word is one for a person, a first name, or none of English."""
    lower = word.lower()
    if _PERSON_WORD.fullmatch(lower):
        return True
    if not word[0].isupper():
        return False
    return load_first_names().get(strip_accents(lower)) is False or not is_english(lower)


_PERSON_WORD: Final = re.compile(_PERSON)
_SUBJECT_OF_AGE: Final = re.compile(
    r"([^\W\d_]{2,})(?:'s|'ll be|'d be| is| was| will be| would be| turns| turned| looks| looked) "
    + _ABOUT
    + "$",
    re.IGNORECASE,
)
_LAST_WORD: Final = re.compile(r"([^\W\d_]{3,}),? ?\(?(?:aged )?$")
_AGES: Final = (
    # in commas or brackets: 'The client, 61, has', 'the son (19)'
    cased_rule(
        DetailKind.AGE,
        rf"(?<=[a-z])(?:, | \()(?P<it>(?:[1-9]\d?|{_TEENS}|{_TENS}(?:[- ]{_ONES})?)(?: ?(?:yrs?"
        rf"|mths|months|wks))?)(?=[,);]|\.(?!\d)| and\b)",
        _is_behind_name,
    ),
    # 'she's four', 'who is only 19', 'he was then twenty-two'
    rule(
        DetailKind.AGE,
        r"(?<=[a-z])(?:'s|'ll be|'d be| is| was| will be| would be| turns| turned| looks| looked) "
        rf"{_ABOUT}(?P<it>{_YEARS}){_AGE_ENDS}(?! (?:in|on) (?:the|a) (?:list|queue))",
        _is_told_of_person,
    ),
    # of several: 'The children are seven, five and three', 'kids 3, 7 and 9', '2 kids (4 & 6)'
    rule(
        DetailKind.AGE,
        r"\b(?:children|kids|boys|girls|sons|daughters|twins|siblings|brothers|sisters|little ones)"
        r"(?: are| were|,|:)? (?:aged |only |now )?\(?"
        rf"(?P<it>{_YEARS}(?:(?:, | ?[&/+] ?| and |, and ){_YEARS}){{0,5}})(?=[.,;)\n]|$| (?:and"
        rf"|but|who))",
    ),
    # 'the little one's four on Sunday', 'he's 40 next week', '18 in March'
    rule(
        DetailKind.AGE,
        rf"(?:'s|'ll be| is| was| will be| turns| turned|^) ?(?P<it>{_YEARS})(?= (?:on (?:mon|tue"
        rf"|wed"
        r"|thu|fri|sat|sun|the)|in (?:jan|feb|march|april|may|june|july|aug|sep|oct|nov|dec)|next"
        r" (?:week|month|year|birthday)|tomorrow|today|this (?:week|month|year)|if (?:a day"
        r"|he's|she's)))",
        _is_no_amount,
    ),
    # 'eldest 14 wont speak', 'her son of 12', 'a lad of sixteen', 'Mother 72, father 75', 'dtr 5'
    rule(
        DetailKind.AGE,
        rf"\b(?:{_PERSON}|lass|mam|oldest|newborn|infant|bairn|wean|triplets|dtr|dau|dd|ds"
        rf"|gent)(?: of|,|:| is| was)? \(?"
        rf"(?P<it>(?:[1-9]\d?|{_TEENS}|{_TENS}(?:[- ]{_ONES})?|{_ONES})(?:/(?:12|52|7)| ?(?:yrs?"
        rf"|mn?ths?|wks?"
        r"|weeks|months|days))?)(?=[.,;)\n](?!\d)|$| (?:wont|won't|who|is|has|was|lives|says|in|at"
        r"|but|refused"
        r"|and (?:his|her|a|an|the)|still|cooks|last)\b)",
        _is_no_amount,
    ),
    # 'only seventeen', 'by nineteen he was inside', 'mum had him at 15', 'assessed as 19'
    rule(
        DetailKind.AGE,
        r"\b(?:still|only|just|nearly|not quite|coming up|now|by|since|until|till|was|assessed as"
        r"|makes"
        r" (?:her|him)|(?:had|have) (?:him|her|them|\w+ first) at|first at|we think|i think|age is"
        r"|at) "
        rf"(?P<it>{_TEENS}|{_TENS}(?:[- ]{_ONES})?|[1-9]\d(?:ish)?)(?=[.,;)\n](?!\d)|$"
        r"| (?:he|she|they|when|and already|but|if)\b)",
        _is_age_alone,
    ),
    # 'Tariq 16 refused'
    cased_rule(
        DetailKind.AGE,
        r"(?<=[a-z] )(?P<it>1[1-9]|[2-9]\d)(?=[,.;)\n](?!\d)|$| (?!(?:mg|ml|mcg|weeks?|wks|months"
        r"|days"
        r"|hrs|hours|years|yrs|miles|x|am|pm|out|of|per|st|kg|cm|mm|to|and|or|Jan|Feb|Mar|Apr|May"
        r"|Jun"
        r"|Jul|Aug|Sep|Oct|Nov|Dec)\w*)[a-zA-Z]{2,})",
        _is_behind_name,
    ),
    # '61, widowed, deaf', '45, male', 'twenty-two, no fixed abode'
    rule(
        DetailKind.AGE,
        rf"(?:^|(?<=[\n;]))(?P<it>[1-9]\d|{_TENS}(?:[- ]{_ONES})?|{_TEENS}), (?=(?:male|female|man"
        rf"|woman"
        r"|wido|single|married|divorced|no fixed|nfa|lives|homeless|unemployed|pregnant"
        r"|retired)\w*)",
    ),
    rule(
        DetailKind.AGE,
        rf"\b(?:{_TENS}-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|[1-9]\d"
        r"(?:st|nd|rd|th)) year\b(?! (?:of|in) (?:the|its))",
        is_personal,
    ),
    rule(DetailKind.AGE, rf"\b(?:a hundred and {_ONES}|10\d(?= ?y))\b", is_personal),
    rule(DetailKind.AGE, rf"\bfrom the age of (?P<it>{_YEARS})\b{_NO_RANGE}"),
    rule(DetailKind.AGE, r"(?:^|(?<=[\n,;( ]))[1-9]\d/[mf](?=[,;.)\n ]|$)"),
    rule(DetailKind.AGE, r"(?:^|(?<=[\n;(])|(?<=[,;:] ))(?P<it>[1-9]\d ?[mf])(?=[,;.)\n ]|$)"),
    # 'thought to be about seventy-three', 'looks sixty but is 44'
    rule(
        DetailKind.AGE,
        r"\b(?:(?:thought|believed|said|known|reckoned|claims|guessed|appears|likely) to be|(?:but"
        r"|really"
        r"|actually) is|puts (?:him|her) at|could be|can't be more than|no more than|looks) "
        rf"(?P<it>(?:about |around |only |nearly |over )?(?:{_AGE_FROM_TEN}))(?=[.,;)\n]|$| (?:but"
        rf"|and"
        r"|now|if)\b)",
        is_personal,
    ),
    rule(DetailKind.AGE, rf"\bat the age of (?P<it>{_YEARS})\b{_NO_RANGE}"),
    # with the sex: 'pt 71 f', '(f, 34)', 'm, 34, nfa', 'F34', '52 y o male'
    rule(
        DetailKind.AGE,
        r"(?:^|(?<=[\n(,;]))\s?(?:[mf]|male|female)[,/ -]{1,2}(?P<it>[1-9]\d)(?=[,;.)\n]|$)",
    ),
    rule(
        DetailKind.AGE,
        r"(?<![\w£.:/-])(?P<it>[1-9]\d ?(?:y\.? ?o\.?|yrs?|year)?) ?(?:[mf]|male"
        r"|female)(?=[,;.)\n]|$)",
        _is_no_amount,
    ),
    cased_rule(
        DetailKind.AGE,
        # 'code: F13' is a community
        r"(?<![0-9A-Za-z/-])(?<!code: )[MF][1-9]\d(?=[,;.) \n]|$)(?! ?(?:junction|bus))",
    ),
    rule(
        DetailKind.AGE,
        r"(?<![\w£.])[1-9]\d? ?(?:yrs|y\.? ?o\b)(?=[,;.)\n]|$| (?:male|female|old|m|f)\b)",
        _is_no_length,
    ),
    # '3mths old', 'six-week-old', '23yr old'
    rule(
        DetailKind.AGE,
        rf"(?<![-\w]){_YEARS}[- ]?(?:months?|mths?|weeks?|wks?|days?|years?|yrs?|yr)[- ]old\b(?!s)",
        _is_age_of_person,
    ),
    rule(
        DetailKind.AGE,
        r"(?<![-\w£.])[1-9]\d ?(?:y\.?o\.?|yrs|yr)(?= (?:male|female|man|woman|lady|gent\w*|boy"
        r"|girl|old)|[,.;)])",
    ),
    rule(
        DetailKind.AGE,
        r"(?<![-\w£.])(?P<it>[1-9]\d)[ -]?(?:year|yr)?[ -]?(?:male|female)\b(?! (?:beds?|places?"
        r"|wards?|clients|prisoners|residents))",
    ),
    rule(
        DetailKind.AGE,
        rf"\b(?:coming up(?: to| for)?|just gone|rising|going on|pushing|about to turn|not yet"
        rf"|turning|turned|nearly|almost) "
        rf"(?P<it>[1-9]\d|{_TEENS}|{_TENS}(?:[- ]{_ONES})?)(?=[.,;)\n]|$| (?:and|but|now|so|when"
        rf"|next)\b)",
        is_personal,
    ),
    rule(
        DetailKind.AGE,
        rf"\b(?:age of|aged about|age|aged around|d?ob age) (?P<it>{_YEARS})\b{_NO_RANGE}",
        is_personal,
    ),
    rule(
        DetailKind.AGE,
        rf"\b(?:in|into) (?:his|her|their) (?P<it>\d\d(?:st|nd|rd|th)|{ORDINAL}) year\b",
    ),
    rule(
        DetailKind.AGE,
        rf"(?<![-\w]){_YEARS}[- ](?:years?|yrs?)[- ](?:old\b(?!s)|of age)",
        _is_age_of_person,
    ),
    rule(DetailKind.AGE, rf"\b{_OLD} ?(?:y/?o|yrs old)\b"),
    rule(DetailKind.AGE, rf"\baged (?:just |only )?{_YEARS}\b{_NO_RANGE}", _is_age_of_person),
    rule(
        DetailKind.AGE,
        rf"(?<![a-z])age:? ?\d{{1,2}}\b{_NO_RANGE}(?! ?(?:and|group|band|range))",
        _is_age_of_person,
    ),
    # '54M' and 'F, 54', as hospitals write
    cased_rule(DetailKind.AGE, rf"(?<![0-9A-Za-z£$€.-])[1-9]\d ?[MF]{END}", _is_no_amount),
    cased_rule(DetailKind.AGE, r"(?:^|(?<=[\n:(])) ?(?P<it>[MF](?:, ?| )[1-9]\d)(?=[,;.)\n])"),
    rule(DetailKind.AGE, rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)|{ORDINAL}|{_ROUND_BIRTHDAY}) birthday\b"),
    rule(
        DetailKind.AGE,
        r"\b(?:his|her|their) (?P<it>[1-9]\dth|21st|[2-9][1-3](?:st|nd|rd))\b(?! (?:\w+ )?"
        r"(?:birthday|floor|attempt|placement|move|visit|time|tenancy|night|week|day|century"
        r"|overdose"
        r"|admission))",
    ),
    rule(
        DetailKind.AGE,
        r"\b(?:male|female|man|woman|gentleman|lady), ?(?P<it>[1-9]\d)(?=[,;.)])",
    ),
    rule(
        DetailKind.AGE,
        rf"\b(?:boy|girl|child|son|daughter|baby|man|woman|lad) of (?P<it>{_YEARS}(?: months)?)"
        r"(?=[,;.)]| (?:who|with|and))",
    ),
    rule(DetailKind.AGE, r"\b[1-9]\d and a half(?=[,.;]| (?:and|which|when|but))", is_personal),
    rule(
        DetailKind.AGE,
        r"\b(?:he|she)(?:'ll be|'s| will be| would be) (?:only |just )?"
        r"(?P<it>[1-9]\d(?: in (?:the \w+|\w+))?)(?=[,.;]| (?:and|when|next|this))",
    ),
    rule(
        DetailKind.AGE,
        rf"\b(?:(?:he|she) (?:had )?(?:just )?)?turn(?:ed|s|ing) (?:just |only )?{_OLD}\b"
        r"(?! ?(?:%|people|per|beds|men|women|of|away|miles))",
    ),
    rule(
        DetailKind.AGE,
        r"\b(?:he|she) (?:is|was|were) (?:only |just |then |now |still |barely |already "
        rf"|about to be )?{_YEARS}(?: and a half)?"
        r"(?=[.,;:!?\n]| when| and | at the| but| with| on| in|$)",
    ),
    rule(
        DetailKind.AGE,
        rf"\bat (?:just |only |barely )?(?P<it>{_AGE_FROM_TEN})"
        r"(?=,? (?:he|she|they|and|when|with|her|his)\b|\.(?:\s|$))",
        is_personal,
    ),
    rule(
        DetailKind.AGE,
        r"\b(?:my|his|her|their|the) (?:son|daughter|brother|sister|mother|father|mum|dad|baby"
        r"|child|boy|girl|eldest|youngest|partner),? (?P<it>\d{1,2})"
        r"(?=[,.;) ](?! ?(?:of|years|months|days)))",
    ),
)


# --- what few people have lived through or are ----------------------------------------------


def find_rarities(folded: FoldedText) -> Iterator[Finding]:
    """Find every event and every count in a text that fits few people."""
    yield from apply_rules(_RARE, folded)
    for match in _EVERYBODY_KNOWS.finditer(folded.text):
        first = max(folded.sentence_span(match.start(), match.end())[0], match.start() - 90)
        if is_personal(folded, first, match.start()):
            yield Finding(first, match.start(), DetailKind.RARE)


# Behind what a place remembers: '..., so everybody knows him'
_EVERYBODY_KNOWS: Final = re.compile(
    r",? (?:so|and|which is why|as) (?:everyone|everybody|the whole \w+|half the \w+|all the \w+"
    r"|the neighbours) (?:\w+ ){0,4}?(?:knows?|knew|recognises?|remembers?|remembered|visits?"
    r"|calls)\b"
)


def _is_of_one(folded: FoldedText, start: int, end: int) -> bool:
    """Check that 'he is' or 'she was' stands right before."""
    return _HE_IS.search(folded.before(start, 20)) is not None


_HE_IS: Final = re.compile(r"\b(?:he|she)(?:'s| is| was)(?: now)? $")
_PEOPLE: Final = one_of(
    "people persons men women girls boys families couples children households patients clients "
    "residents tenants members"
)
_AREA: Final = one_of(
    "county town borough city village estate area country district region ward service hostel site "
    "parish island school street valley community prison hospital unit wing crew team list rota "
    "landing refuge shelter trust caseload"
)
_FEW: Final = r"(?:two|three|four|2|3|4)"  # fewer than five, as in small cells of tables
_W: Final = r"[\w'-]{1,24}"  # any word
_REST: Final = rf"(?: {_W}){{1,8}}"
_FEW_LISTS: Final = read_word_lists("rare.txt")
_PUBLICATION: Final = one_of(" ".join(sorted(_FEW_LISTS["publications"])))
_UNUSUAL_ANIMAL: Final = one_of(" ".join(sorted(_FEW_LISTS["animals"])))
_UNUSUAL_WORK: Final = one_of(" ".join(sorted(_FEW_LISTS["work"])))
_RARE_CONDITION: Final = one_of(" ".join(sorted(_FEW_LISTS["conditions"])))


def _is_of_person(folded: FoldedText, start: int, end: int) -> bool:
    """Check that what is said right before a match is said of a person."""
    return _SAID_OF.search(folded.text[max(0, start - 40) : start]) is not None


_SAID_OF: Final = re.compile(
    r"(?:\b(?:he|she|they|who|(?!\w+day)[A-Z][a-z]+|uncle|aunt|mum|mam|dad|mother|father|brother"
    r"|sister|son|daughter"
    r"|husband|wife|partner|ex|cousin|nan|gran\w*|client|patient|tenant|man|woman|family|applicant)"
    r"(?:'s| is| was| are| were|'re|'d been| had been| became| has been| used to be)|\bas|\bit's"
    r"|it was"
    r"|that's|that was|being|called|known as)(?: still| once| now| then| also"
    r"| probably| thought to be)? $"
)
_RARE: Final = (
    # 'she is the only woman who drives a lifeboat', 'he was the last pupil of the school'
    rule(
        DetailKind.RARE,
        rf"\b(?:the|our|their|its) (?:only|sole|lone|last|first|youngest|oldest) (?!(?:one|two"
        rf"|three|few"
        rf"|things?|reason|way|time|names?|numbers?|person|resident)\b)(?:{_W} ){{0,6}}?"
        rf"(?:in|on|at|to|who|that|from|with|of|left|ever|without){_REST}",
        _is_of_person,
    ),
    # 'the only house on the island without water'
    rule(
        DetailKind.RARE,
        rf"\bthe only (?:house|home|flat|family|couple|farm|shop|pub|boat|caravan)(?: {_W}){{0,3}}"
        rf" (?:on|in|at|with"
        rf"|without|left){_REST}",
    ),
    # 'the family with triplets and a pony', 'the imam who was on Panorama', 'one that drove ...'
    rule(
        DetailKind.RARE,
        rf"\b(?:(?:the|that|a) (?:{_W} )?(?:man|woman|bloke|lad|lass|girl|boy|couple|family|lady"
        rf"|guy|fella"
        rf"|chap|kid|bride|groom|brothers|sisters|twins?|driver|imam|vicar|priest|{_UNUSUAL_WORK})"
        rf" (?:who"
        rf"|that|whose|with)){_REST}",
        _is_of_person,
    ),
    # 'used to be a trapeze artist', 'a retired lighthouse keeper', 'the former wicketkeeper of'
    rule(
        DetailKind.RARE,
        rf"\b(?:used to be|was once|once|had been|has been|been|trained as|worked as|works as|as"
        rf"|retired|former"
        rf"|ex|is|was)[ -](?P<it>(?:(?:an?|the|once|only|retired|former) ){{0,2}}(?:{_W}"
        rf" )?{_UNUSUAL_WORK}\b"
        rf"(?: (?:in|of|for|with|at|on|to)(?: {_W}){{1,5}})?)",
        is_personal,
    ),
    # 'in the Gazette for biting a police dog', 'on Panorama', 'in that film about the miners'
    rule(
        DetailKind.RARE,
        rf"\b(?:in|on|made|all over) (?:(?:the|that) (?:{_W} )?{_PUBLICATION}|telly|tv|panorama"
        rf"|crimewatch|countdown|mastermind)\b(?: (?:for|about|as|with|when|after|last|in"
        rf"|because){_REST})?",
        is_personal,
    ),
    rule(
        DetailKind.RARE,
        rf"\b(?:in|on|from) (?:that|a|the) (?:{_W} )?(?:film|documentary|series|advert|programme"
        rf" about|video"
        rf"|sitcom|soap)\b(?: (?:about|with|of|where|who){_REST})?",
        is_personal,
    ),
    rule(
        DetailKind.RARE,
        rf"\b(?:crowned|voted|elected|won) (?:as |the )?(?:miss|mr|mrs|carnival|rose|may|beauty"
        rf"|prom|queen|king"
        rf"|best)\b(?: {_W}){{1,4}}",
        is_personal,
    ),
    # 'four hundred parrots in a two-bed flat', 'conviction for stealing a swan'
    rule(
        DetailKind.RARE,
        rf"\b(?:kept|keeps|keeping|breeds?|bred|owns?|with|w/|has|had|stole|stealing|walks|rides?"
        rf"|races|trains"
        rf"|flies|brings|carries|feeds|and|bloke|her|his) (?P<it>(?:{_W}"
        rf" ){{0,3}}?{_UNUSUAL_ANIMAL}\b"
        rf"(?: (?:in|on|at|to|called|from|under)(?: {_W}){{1,5}})?)",
        is_personal,
    ),
    rule(
        DetailKind.RARE,
        r"\b(?:conviction|convicted|arrested|jailed|cautioned|banned|barred|fined|famous|known"
        r"|remembered"
        r"|sacked|once) for (?!(?:breach|possess|driv|carry|sell|supply|us|hav|not|assault|fail|be"
        r"|deal|thiev"
        rf"|shoplift|drink|beg|fight|do|go)\w*ing\b)\w+ing (?:a|an|the|his|her|two|three){_REST}",
        is_personal,
    ),
    # 'lost an arm in the mill explosion', 'struck by lightning', 'drove the milk float into ...'
    rule(
        DetailKind.RARE,
        rf"\b(?:struck by lightning|bitten by an?|gored by|trampled by|mauled by|kicked by an?"
        rf"|buried alive"
        rf"|shipwrecked|kidnapped|held hostage|rescued (?:from|by)|pulled from|fell (?:off|from"
        rf"|down|into|through)"
        rf" (?:the|a) (?!stairs|bed|bike|ladder|kerb|chair|wall)|drove (?:the|a|his|her) (?:{_W}"
        rf" ){{1,3}}(?:into"
        rf"|through|off)|walked (?:to|from) [A-Z]|hitchhiked|stowed away|swam|rowed){_REST}",
        is_personal,
    ),
    rule(
        DetailKind.RARE,
        rf"\b(?:the|that) (?:{_W} ){{1,4}}(?:explosion|disaster|bombing|derailment|siege|sinking"
        rf"|massacre"
        r"|shipwreck|air crash|plane crash|train crash|pit collapse|mine collapse|flood of \d+)\b",
        is_personal,
    ),
    rule(DetailKind.RARE, rf"\b{_RARE_CONDITION}(?![a-z])", is_personal),
    # 'two sets of twins', 'eleven children', 'married her cousin'
    rule(
        DetailKind.RARE,
        r"\b(?:(?:two|three) sets of twins|(?:eight|nine|ten|eleven|twelve|thirteen|fourteen"
        r"|fifteen|[89]|1\d)"
        r" (?:children|kids|siblings|brothers|sisters|sons|daughters)|seventh (?:son|daughter)"
        r"|married"
        rf" (?:his|her) (?:own )?(?:cousin|uncle|aunt|step\w+|brother|sister)(?:'s \w+)?"
        rf"|(?:triplets|quads)"
        rf"(?: (?:and|with){_REST})?)\b",
        is_personal,
    ),
    # what is seen at once: 'only one eye', 'six foot nine', 'a birthmark across his face'
    rule(
        DetailKind.RARE,
        r"\b(?:(?:only |just )?one (?:eye|leg|arm|hand|ear|lung)|no (?:legs|arms|hands|ears|teeth"
        r" at all"
        r"|fingers)|(?:an? |his |her )?(?:eye ?patch|birthmark|burns|scars?|dreadlocks|beard|hair)"
        r"(?: \w+){0,4} (?:face|forehead|knees|waist|floor)|four foot \w+|six foot (?:six|seven"
        r"|eight|nine"
        r"|ten|eleven)|6'(?:[6-9]|1[01])|webbed \w+|speaks (?:only )?(?:latin|esperanto|cornish"
        r"|manx|romani))\b",
        is_personal,
    ),
    # 'the only woman in the hostel', 'the sole survivor', 'the first man in the county to ...'
    rule(
        DetailKind.RARE,
        r"\bthe only (?!(?:way|thing|person who|one who|time|reason|place|rooms?|option|other"
        rf"|people who)\b)(?:{_W} ){{1,6}}(?:in|on|at) (?:the|this|our|that) (?:{_W} "
        rf"){{0,2}}{_AREA}\b",
    ),
    rule(
        DetailKind.RARE,
        r"\bthe (?:only|sole|lone) (?:survivors?|witness|victim|(?:\w+ ){0,2}amputee"
        r"|transgender|trans"
        r"|black|deaf|blind|muslim|jewish|sikh|chinese|polish|somali|roma)\b(?: \w+){0,3}",
    ),
    rule(
        DetailKind.RARE,
        r"\b(?:the )?first (?:person|man|woman|family|couple|patient|resident|tenant|child) "
        rf"(?:in|from|at) (?:the|this|our|that) (?:{_W} ){{0,4}}(?:to|ever|who)\b",
    ),
    rule(
        DetailKind.RARE,
        rf"\bthe only (?!(?:way|thing|person who|one who|time|reason|place|rooms?|option|other"
        rf"|people who)\b)"
        rf"(?:{_W} ){{1,5}}(?:in|on|at|of|from|with) (?:{_W} ){{1,4}}(?:who|that|to have"
        rf"|ever to) (?:{_W} ?){{1,8}}",
        is_personal,
    ),
    # 'the widow of the bell-ringer who fell', 'one of the conjoined twins separated at ...'
    rule(
        DetailKind.RARE,
        r"\bthe (?:widow|widower|son|daughter|brother|sister|mother|father|twin|nephew|niece"
        r"|granddaughter|grandson"
        rf"|wife|husband|great-\w+) of the (?!(?:client|patient|tenant|resident|applicant"
        rf"|deceased|victim|family)\b)(?:{_W} ?){{2,9}}",
    ),
    rule(
        DetailKind.RARE,
        r"\b(?:he|she|they|who)(?:'s| is| was|'d been| had been| were|'re| are"
        r"| used to be) (?:known (?:as|for being) )?"
        r"(?P<it>(?:one of the|the) (?!(?:one|person|only|first|last|worker|nurse|officer|people"
        r"|kind|sort|same|main|best|worst"
        rf"|lead|most|named|right|wrong) )(?:{_W} ){{1,4}}(?:who|that|whose|which|from|separated"
        rf"|rescued|found|born|pulled|left|featured"
        rf"|photographed|filmed|in the|at the|on the) (?:{_W} ?){{2,10}})",
    ),
    rule(
        DetailKind.RARE,
        rf"\bas (?P<it>the (?:{_W} ){{1,3}}(?:who|whose) (?:{_W} ?){{2,9}})",
        is_personal,
    ),
    rule(
        DetailKind.RARE,
        rf"\bthe last (?:{_W} ){{1,3}}(?:of|in|on) the (?!(?:week|month|year|day"
        rf"|list)\b)(?:{_W} ?){{1,4}}",
        _is_of_one,
    ),
    # what everybody sees: 'a tattoo of ... on his face', 'a glass eye'
    rule(
        DetailKind.RARE,
        rf"\b(?:an? |the )?(?:{_W} )?tattoo(?:s|ed)?\b(?: {_W}){{0,8}}? (?:face|forehead|neck"
        rf"|throat|head|scalp|eyelids?|knuckles"
        r"|cheeks?|hands?|skull)\b",
    ),
    rule(
        DetailKind.RARE,
        r"\b(?:(?:a|his|her) (?:glass eye|wooden leg|false (?:leg|arm|nose|eye)|prosthetic \w+"
        r"|hook for a hand)"
        r"|lost (?:both|an|one|his|her) (?:of (?:his|her) )?(?:legs?|arms?|eyes?|hands?|feet|foot"
        r"|ears?|fingers)(?: (?:in|to|at|on) (?:\w+ ?){1,6})?"
        r"|(?:six|seven|6|7) ?(?:foot|feet|ft) ?(?:\w+)? ?(?:tall|inches)?|(?:conjoined"
        r"|identical) (?:twins?|triplets?)"
        r"|(?:triplets?|quadruplets?|quintuplets?)|albino|dwarfism|siamese twins?)\b",
        is_personal,
    ),
    # deeds that are told of: 'once sung for his country', 'rowed to Norway for a bet'
    rule(
        DetailKind.RARE,
        r"\b(?:once |had |has |used to |who |he |she )+(?P<it>(?:played|sung|sang|won|swam|rowed"
        r"|fought|ran|boxed|danced|cycled|acted|appeared"
        r"|starred|represented|captained|climbed|walked|sailed|flew|jumped|drummed|scored|carried"
        r"|held|broke|invented|designed|built|read|rode"
        rf"|skated|dived|bowled|wrestled) (?:{_W} ){{0,8}}?(?:for (?:{_W} )?(?:country|england"
        rf"|wales|scotland|ireland|britain|county|king|queen|a bet)"
        r"|eurovision|olympics?|paralympics?|commonwealth games|world cup|wembley|wimbledon"
        r"|number one|top of the pops|medal|title|championships?"
        r"|channel|atlantic|everest|lottery|pools|record|derby|grand national|tour de france"
        r"|opera|palace|bafta|oscar|grammy|torch|marathon))\b",
    ),
    # in the news: 'front page of the local paper', 'which was on the evening news', 'went viral'
    rule(
        DetailKind.RARE,
        r"\b(?:(?:on|in|made) )?(?:the )?front[- ]pages?\b"
        r"(?: of (?:the|a) (?:\w+ ){0,2}(?:paper|news\w*|press))?",
    ),
    rule(
        DetailKind.RARE,
        rf"\b(?:{_W} ){{0,3}}(?:that|which|who)?(?: (?:was|were|is|made|had been))? ?"
        r"(?:on|in|all over) the (?:(?:national|local|regional|evening|tv|television|ten o'clock"
        r"|six o'clock|sunday) ){1,2}(?:news|papers?|press|radio|television|tv|headlines)\b",
    ),
    rule(
        DetailKind.RARE,
        r"\b(?:made|hit|in) the (?:headlines|papers)\b|\bmade the (?:(?:local|national|evening"
        r"|regional) )?(?:news|papers?|press)\b|\bwent viral\b|\b(?:a )?household name\b",
    ),
    # known from television, sport or office: 'a finalist on Bake Off', 'former footballer'
    rule(
        DetailKind.RARE,
        rf"\b(?:in|on|from) (?:the|a) (?:{_W} ){{0,3}}(?:documentary|reality show|tv show"
        r"|talent show"
        r"|quiz show|game show)\b(?: about (?:the|a) (?:\w+ ){0,2}\w+)?",
    ),
    rule(
        DetailKind.RARE,
        r"\b(?:runner-up|winner|won|finalist|contestants?|appeared|starred) (?:on|in|of) (?:a "
        r"|the )?"
        rf"(?:{_W} ){{0,2}}(?:television|tv|x factor|bake off|talent|big brother|baking)\b(?: "
        r"\w+)?",
    ),
    rule(
        DetailKind.RARE,
        r"\b(?:former|ex-|retired|once an?|been an?) ?(?:\w+ ){0,2}(?:footballer|goalkeeper|boxer"
        r"|jockey|olympian|mp|councillor|mayor|headteacher|astronaut|news ?reader|pop star|actor"
        r"|actress|tv presenter|coxswain)\b(?: for [\w' ]{3,24})?",
    ),
    # one of few: 'one of only three men in the county prescribed it', 'one of two amputees'
    rule(
        DetailKind.RARE,
        rf"\b(?:one of )?(?:only )?(?:{_FEW}|a couple of) (?:\w+ ){{0,2}}{_PEOPLE}(?: "
        rf"\w+){{0,2}} in the "
        rf"(?:{_W} ){{0,2}}{_AREA}\b(?:'s \w+)?(?: (?:prescribed|with|who|to)(?: [\w-]+){{1,3}})?",
    ),
    rule(DetailKind.RARE, rf"\bone of (?:only |just )?{_FEW} (?:\w+ ){{0,2}}{_PEOPLE}\b"),
    rule(
        DetailKind.RARE,
        rf"\bone of (?:only |just )?{_FEW} (?:[\w-]+ ){{1,3}}in the (?:\w+ )?{_AREA}\b",
    ),
    # an event that people remember: 'injured in the ferry disaster', 'is the man who ...'
    rule(
        DetailKind.RARE,
        r"\b(?:killed|injured|hurt|burned|burnt|survived|survivor of|died|widowed|orphaned)(?: "
        r"in)? "
        r"(?:the|a) (?:[\w-]+ ){0,2}(?:crash|collapse|explosion|bombing|disaster|derailment"
        r"|shooting"
        rf"|siege|sinking|ferry)\b(?: (?:that|which|on|at|in) (?:{_W} ?){{1,7}})?",
    ),
    rule(
        DetailKind.RARE,
        r"\b(?:(?:he|she|they|father|mother|brother|sister) (?:is|was|were|are|had been)"
        r"|call(?:s|ed)? (?:him|her)) (?P<it>the (?!(?:one|person|only|first|last|worker|nurse"
        rf"|officer|people|kind|sort) )(?:[\w-]+ ){{1,3}}who (?:{_W} ?){{2,9}})",
    ),
    rule(
        DetailKind.COUNT,
        rf"\bonly {_FEW} (?:were|was|are|had|have|of (?:them|the)|{_PEOPLE})\b(?: [\w-]+){{0,2}}",
    ),
)
