"""Names in small letters, in the names of files, and on no list.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from copkit.pii.kinds import Finding, Kind
from copkit.pii.normalise import Folded
from copkit.pii.passage import (
    ACTS,
    AFTER_A_PERSON,
    ARTICLES,
    BEFORE_A_PERSON,
    BETWEEN,
    BUILDINGS,
    CITED,
    CLINICAL,
    COMMON,
    DAYS,
    DOES,
    FAMILY,
    GREETINGS,
    KIN,
    MONTHS,
    MOSTLY_NAMES,
    MOVED,
    NO_NAMES,
    OF_A_PERSON,
    ORGANISATIONS,
    PLACES,
    POLICE_TITLES,
    RELATIONS,
    ROLES,
    SEASONS,
    TITLES,
    TITLES_THAT_ARE_WORDS,
    TOLD,
    Name,
    Passage,
    Word,
    is_no_person,
    named,
)

# Whether a first name that is a word, a place or a month as well is a person's.

_ELSEWHERE: Final = PLACES | MONTHS
_RELATED: Final = RELATIONS - NO_NAMES
_NO_ACTOR_BEHIND: Final = ARTICLES | BEFORE_A_PERSON
LABELLED: Final = re.compile(
    r"\b(?:nok|next of kin|real name|client|patient|tenant|resident|service user) ?[:=] ?$"
    r"|\bname ?= ?$"
)
"""What stands before the name of whom a note is about."""
_AGE_BEHIND: Final = re.compile(r",? \(?(?:aged )?\d\d(?:[),]|$)")


def is_spoken_of(passage: Passage, at: int, last: int) -> bool:
    """Say whether a first name that is a word, a place or a month is a person's here."""
    word, end = passage.words[at], passage.words[last]
    following, previous = passage.next(last), passage.previous(at)
    right_before = previous if passage.gap(at - 1).strip() == "" else ""
    if end.owns and following in OF_A_PERSON:
        return True
    if previous in _RELATED and not passage.begins_sentence(at):
        return True
    if following in DOES and _does(passage, at, last, following):
        return True
    if _AGE_BEHIND.match(passage.behind(last, 12)) and word.low not in MONTHS:
        return True
    if right_before in TOLD or (previous in GREETINGS and not following):
        return True
    if following == "and" and word.low not in _ELSEWHERE and _and_another(passage, last):
        return True
    if LABELLED.search(passage.folded.before(word.start, 24)):
        return True
    if word.low in MONTHS or word.low in NO_NAMES:
        surnamed = word.low in MONTHS and last > at and following in DOES
        return surnamed and not passage.in_heading(at)
    if word.low in PLACES:
        return right_before in {"with", "for"}
    if previous == "that" and following in DOES:
        return True
    if previous in ARTICLES or passage.in_heading(at):
        return False
    return last > at or _stands_as_a_name(passage, at, last)


def _and_another(passage: Passage, last: int) -> bool:
    """Say whether somebody else follows: 'Pat and Drew', 'Iris and her grandson'."""
    other = last + 2
    if other >= len(passage.words) or passage.gap(last + 1) != " ":
        return False
    word = passage.words[other]
    return word.low in {"his", "her"} or (word.capital and passage.is_first_name(other))


def _does(passage: Passage, at: int, last: int, following: str) -> bool:
    """Say whether somebody, and not something, does what the next word says."""
    low = passage.words[at].low
    if following in ACTS and (low in MONTHS or low not in NO_NAMES):
        return True
    if low != "may" and passage.speaks_on_of_one(last):
        return True
    mid = passage.gap(at - 1) == " " and passage.previous(at) not in _NO_ACTOR_BEHIND
    return low in MOSTLY_NAMES or (low in SEASONS and mid)


def _stands_as_a_name(passage: Passage, at: int, last: int) -> bool:
    """Say whether a word within a sentence has a capital although nothing else asks for one."""
    if passage.begins_sentence(at) or passage.words[at].low in SEASONS:
        return False
    before = passage.words[at - 1]
    if before.capital and passage.gap(at - 1) == " " and before.low not in NO_NAMES:
        return False
    if before.low == "of" and at > 1 and passage.words[at - 2].capital:  # Ministry of Justice
        return False
    beyond = passage.words[last + 1] if last + 1 < len(passage.words) else None
    if beyond and beyond.capital and passage.gap(last) == " " and beyond.low in NO_NAMES:
        return beyond.low in BEFORE_A_PERSON
    return True


_BEFORE_A_NAME: Final = BEFORE_A_PERSON | RELATIONS
_NO_NAME: Final = ORGANISATIONS | PLACES
_BEFORE_NO_PLACE: Final = BEFORE_A_PERSON - frozenset(
    ["to", "from", "of", "in", "about", "and", "or", "than"]
)
_ROLES: Final = RELATIONS - FAMILY
_CALLED: Final = re.compile(r"\b(?:called|calls?|named) (?:him|her|them) $")
_IN_A_CHAT: Final = re.compile(r"\d[:.]\d\d\]?[ -]{1,3}$")
_OF_PERSONS: Final = re.compile(r"\b(?:who|name|client|patient|person|tenant|resident)\b")
_HUMP: Final = re.compile(r"[A-Z][a-z]+")
_RUN_BEFORE: Final = re.compile(r"[0-9a-z]*\d[0-9a-z]*$")
_RUN_BEHIND: Final = re.compile(r"\d[0-9a-z]*")
_LONGEST_NUMBER: Final = 4  # digits of a year that somebody puts behind their name
_ORDINARY_ENDINGS: Final = (
    *("s", "ed", "ing", "ly", "al", "ory", "ive", "ic", "tion", "ment", "ness", "ity", "ance"),
    *(
        "ence",
        "ism",
        "ist",
        "ship",
        "able",
        "ible",
        "ous",
        "ful",
        "less",
        "ine",
        "one",
        "ary",
        "shire",
    ),
)
_SURNAME_ENDINGS: Final = ("ed", "ing", "ly", "ns", "es")  # of words that are no surname


def in_small_letters(passage: Passage, at: int) -> Name | None:
    """Read a first name that is no ordinary word, alone or in the name of a file."""
    word = passage.words[at]
    if len(word.parts) > 1:
        return Name(at, at, Kind.NAME) if _holds_name(passage, word.parts) else None
    low = word.low
    if low in MOSTLY_NAMES and _is_spelt_small(passage, at):
        return named(passage, at, _with_surname_behind(passage, at))
    if len(low) < 3 or low in DAYS or low in BETWEEN or not passage.is_nothing_else(low):
        return None
    if _in_an_address(passage, at):
        return None
    if len(low) == 3:
        about = passage.previous(at) in _BEFORE_A_NAME or passage.next(at) in ACTS
        return Name(at, at, Kind.FIRST_NAME) if about else None
    return Name(at, _with_surname_behind(passage, at), Kind.FIRST_NAME)


def _holds_name(passage: Passage, parts: list[str]) -> bool:
    """Say whether a file's name holds a person's: 'wayne-ollerenshaw', and not 'harold-centre'."""
    pairs = list(zip(parts, [*parts[1:], ""], strict=True))
    if any(
        len(part) > 3 and passage.is_nothing_else(part) and following not in BUILDINGS
        for part, following in pairs
    ):
        return True
    return any(
        (part in MOSTLY_NAMES or passage.is_nothing_else(part))
        and len(following) > 3
        and following not in COMMON | PLACES
        for part, following in pairs
    )


def _is_spelt_small(passage: Passage, at: int) -> bool:
    """Say whether a word is a name all the same: 'told mark the hub', 'lee ramsbottom not seen'."""
    if passage.previous(at) in {"told", "asked", "rang", "phoned", "texted"}:
        return passage.words[at].low != "will" and passage.gap(at - 1) == " "
    return passage.begins_sentence(at) and _with_surname_behind(passage, at) > at


def _with_surname_behind(passage: Passage, at: int) -> int:
    """Follow a name in small letters to what is probably the surname: 'gavin whitlock'."""
    following = passage.next(at)
    if passage.words[at].owns or len(following) < 4 or "-" in following or following in COMMON:
        return at
    return at if following.endswith(_SURNAME_ENDINGS) else at + 1


def _in_an_address(passage: Passage, at: int) -> bool:
    """Say whether a word is part of an address on the web, an e-mail address, code or a digest."""
    text, word = passage.text, passage.words[at]
    before, behind = text[max(0, word.start - 2) : word.start], text[word.end : word.end + 2]
    if before[-1:] in {"@", ".", "=", "$", "<"} or before == "</" or behind[:1] in {"@", "=", "("}:
        return True
    if behind[:1] == "." and behind[1:].isalpha() and behind[1:].islower():
        return True
    around = text[max(0, word.start - 12) : word.start], text[word.end : word.end + 12]
    run = _RUN_BEFORE.search(around[0]), _RUN_BEHIND.match(around[1])
    return any(part and len(part[0]) > _LONGEST_NUMBER for part in run)


def joined_humps(passage: Passage, at: int) -> Name | None:
    """Find 'DarrenPickersgill', as files are called."""
    text = passage.words[at].text
    humps = _HUMP.findall(text)
    if len(humps) < 2 or "".join(humps) != text or len(humps[0]) < 4:
        return None
    return Name(at, at, Kind.NAME) if passage.is_nothing_else(humps[0].lower()) else None


def unlisted(passage: Passage, at: int, before: int) -> Name | None:
    """Read a word that is on no list: a name where what stands around it says so."""
    word = passage.words[at]
    if len(word.text) < 2 or word.low in _NO_NAME:
        return None
    last = passage.last_of_name(at)
    if is_no_person(passage, at, last):
        return Name(at, last, None)
    beside_a_name = at - 1 == before and passage.gap(at - 1) in {" and ", " & "}
    if beside_a_name or (not word.shouted and _is_a_person(passage, at, last)):
        return named(passage, at, last)
    return None


def _is_a_person(passage: Passage, at: int, last: int) -> bool:
    """Say whether what stands around an unknown word says that it is somebody's name."""
    following, begins = passage.next(last), passage.begins_sentence(at)
    foreign = not passage.words[at].text.isascii()
    if foreign and not begins and not _is_one_of_a_pair(passage, at):
        return True
    if LABELLED.search(passage.folded.before(passage.words[at].start, 24)):
        return True
    if _is_strange(passage, at, last):
        return True
    if passage.words[last].owns and following in KIN and (last > at or not begins):
        return True
    if passage.previous(at) == "the" and following in FAMILY:
        return True
    if _CALLED.search(passage.folded.before(passage.words[at].start, 20)):
        return True
    return (
        _is_related(passage, at, last)
        or _is_in_its_place(passage, at, last)
        or (not begins and _is_dealt_with(passage, at, last))
    )


def _is_strange(passage: Passage, at: int, last: int) -> bool:
    """See words that are not ordinary ones where persons stand: doing something, 'who', in full."""
    if not all(_is_odd(word) for word in passage.words[at : last + 1]):
        return False
    following, gap = passage.next(last), passage.gap(last)
    if following == "who" or (gap == ", " and passage.words[last + 1].low == "who"):
        return True
    if passage.begins_sentence(at):
        return following in DOES and (last > at or passage.speaks_on_of_one(last))
    if passage.in_heading(at) or _is_one_of_a_pair(passage, at):
        return False
    previous = passage.previous(at)
    if last > at:
        return previous in BEFORE_A_PERSON
    return previous in _BEFORE_NO_PLACE and following in AFTER_A_PERSON


def _is_one_of_a_pair(passage: Passage, at: int) -> bool:
    """Say whether a word is the second of two: authors come in pairs."""
    return passage.previous(at) == "and" and at > 1 and passage.words[at - 2].capital


def _is_odd(word: Word) -> bool:
    """Say whether a word is no ordinary one, and not made as ordinary ones are."""
    begin = word.low.partition("'")[0]
    if begin in COMMON or word.low in PLACES or word.shouted:
        return False
    return not word.low.endswith(_ORDINARY_ENDINGS)


def _is_related(passage: Passage, at: int, last: int) -> bool:
    """See a relation or a role before: 'her brother Kasim', 'the landlord, Ruane,'."""
    previous, gap = passage.previous(at), passage.gap(at - 1)
    if previous in {"for", "of"} and last > at and at > 1:
        return passage.words[at - 2].low in _ROLES
    if previous not in RELATIONS or passage.begins_sentence(at):
        return False
    if gap == " ":
        return not passage.words[at - 1].capital
    closed = passage.gap(last)[:1] in set(",.;:)\n") or passage.next(last) == "and"
    return gap == ", " and closed


def _is_in_its_place(passage: Passage, at: int, last: int) -> bool:
    """See a name that is greeted, that speaks in a chat, or that fills a cell of names."""
    start, stop = passage.words[at].start, passage.words[last].stop
    gap = passage.text[stop : stop + 2] or "\n"
    if passage.previous(at) in GREETINGS and gap[:1] in {",", "\n"}:
        return passage.gap(at - 1).strip(" ") in {"", ","}
    ahead = passage.folded.before(start, 14)
    if gap.startswith(": ") and _IN_A_CHAT.search(ahead):
        return True
    cell = ahead.endswith("| ") and gap.startswith(" |")
    return cell and _OF_PERSONS.search(passage.folded.head_of_column(start)) is not None


def _is_dealt_with(passage: Passage, at: int, last: int) -> bool:
    """See what is done to a person before a word, or by one behind it."""
    if passage.gap(at - 1) != " " or passage.words[at].owns:
        return False
    if not all(_is_odd(word) for word in passage.words[at : last + 1]):
        return False
    following, previous = passage.next(last), passage.previous(at)
    if previous in MOVED:
        return following in AFTER_A_PERSON or passage.gap(last)[:1] in set(",.;:\n")
    before = passage.words[at - 1]
    begins_alone = not before.capital or before.low in NO_NAMES
    if _is_one_of_a_pair(passage, at):
        return False
    return last == at and following in ACTS and begins_alone and previous not in ARTICLES


# Names of persons: with a title, by their first name, by what stands around them.

_ONE_LETTER: Final = re.compile(r"[A-Z](?:-[A-Z])?")
_PERSONAL_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx"})
_HONOURS: Final = frozenset({"sir", "dame", "prof", "professor"})
_ANY_TITLE: Final = TITLES | TITLES_THAT_ARE_WORDS
_NEVER: Final = NO_NAMES | DAYS | MONTHS
_NO_SURNAME: Final = NO_NAMES | ORGANISATIONS
_SHORTEST_SHOUT: Final = 5  # letters: shorter ones are acronyms as a rule


def find_names(folded: Folded) -> Iterator[Finding]:
    """Give every name of a person in a text."""
    passage = Passage(folded)
    at, before = 0, -2
    while at < len(passage.words):
        name = _name_at(passage, at, before)
        if name is None:
            at += 1
            continue
        if name.kind is not None:
            before = name.last
            first, last = passage.words[name.first], passage.words[name.last]
            yield Finding(first.start, last.end, name.kind)
        at = name.last + 1


def _name_at(passage: Passage, at: int, before: int) -> Name | None:
    """Read the name that begins with a word; ``before`` is where the last name ended."""
    word = passage.words[at]
    if not word.capital:
        return in_small_letters(passage, at)
    if word.low in _ANY_TITLE and (titled := _titled(passage, at)):
        return titled
    if passage.is_first_name(at):
        return _first_named(passage, at, before)
    if word.low in _NEVER:
        return None
    return joined_humps(passage, at) or unlisted(passage, at, before)


def _titled(passage: Passage, at: int) -> Name | None:
    """Read 'Mrs Kowalczyk', 'PC Hollis', 'Ms R-D', 'Dr. S. Venkataraman'."""
    word = passage.words[at]
    if passage.gap(at).strip(" ") not in {"", "."} or at + 1 >= len(passage.words):
        return None
    following = passage.words[at + 1]
    if not following.capital or (word.low in POLICE_TITLES and not word.shouted):
        return None
    last = passage.last_of_name(at + 1)
    if _ONE_LETTER.fullmatch(following.text):
        if following.text == "X":  # nobody in particular
            return None
        return Name(at, last, Kind.NAME if last > at + 1 else Kind.INITIALS)
    personal = word.low in _PERSONAL_TITLES and following.low not in NO_NAMES
    if not personal and (following.low in _NO_SURNAME or following.low in ROLES):
        return None
    if following.shouted > word.shouted:
        return None
    a_word = word.low in TITLES_THAT_ARE_WORDS
    if a_word and passage.is_something_else(at + 1) and passage.begins_sentence(at):
        return None
    public = a_word or word.low in _HONOURS
    if public and is_no_person(passage, at + 1, last):
        return Name(at, last, None)
    return Name(at, last, Kind.NAME)


def _first_named(passage: Passage, at: int, before: int) -> Name | None:
    word = passage.words[at]
    if word.low in DAYS:
        return None
    last = passage.last_of_name(at)
    if is_no_person(passage, at, last):
        return Name(at, last, None)
    previous = passage.previous(at)
    announced = previous == "the" or (previous in {"a", "an"} and last == at)
    doubtful = passage.is_something_else(at) or (announced and passage.next(last) not in FAMILY)
    if word.shouted:
        return _shouted(passage, at, last, doubtful=doubtful)
    if doubtful and not is_spoken_of(passage, at, last):
        return Name(at, last, None) if last > at and previous in ARTICLES else None
    return named(passage, _with_surname_before(passage, at, before), last)


def _shouted(passage: Passage, at: int, last: int, *, doubtful: bool) -> Name | None:
    """Read 'TERENCE OAKDEN' and 'CROMBIE, KENNETH'."""
    word = passage.words[at]
    if doubtful:
        surname = passage.words[last].text
        alone = last == at or len(surname) < _SHORTEST_SHOUT
        return None if alone or word.low not in MOSTLY_NAMES else Name(at, last, Kind.NAME)
    listed = at > 0 and passage.words[at - 1].shouted and passage.gap(at - 1) == ", "
    if last == at and not listed and len(word.text) < _SHORTEST_SHOUT:
        return None
    return Name(at - 1 if listed else at, last, Kind.NAME)


def _with_surname_before(passage: Passage, at: int, end_of_last: int) -> int:
    """Give the first word of a name whose surname stands first, or that has another before it."""
    if not at or at - 1 == end_of_last:
        return at
    before, gap = passage.words[at - 1], passage.gap(at - 1)
    if not before.capital or before.owns or before.shouted or passage.is_first_name(at - 1):
        return at
    if before.low in _NO_SURNAME or before.low in TITLES or before.low in PLACES:
        return at
    begins = passage.begins_sentence(at - 1)
    if gap == " ":
        return at if begins else at - 1
    if gap != ", ":
        return at
    if begins:
        return at - 1
    earlier = passage.words[at - 2]
    two = earlier.capital and passage.gap(at - 2) == " " and passage.begins_sentence(at - 2)
    return at - 2 if two and earlier.low not in NO_NAMES else at


# Initials, alone or before a surname, and names whose surname stands first.

_SURNAME: Final = r"[A-Z][^\W\d_]+(?:['-][^\W\d_]+)*"
_DOTTED: Final = re.compile(rf"(?<![A-Za-z0-9.'/])(?:[A-Z]\. ?){{1,3}}(?P<surname>{_SURNAME})?")
_NOBODY: Final = frozenset(
    [
        "U.K.",
        "U.S.",
        "N.B.",
        "P.S.",
        "A.M.",
        "P.M.",
        "G.P.",
        "E.U.",
        "U.N.",
        "I.D.",
        "D.O.",
        "D.O.B.",
        "N.F.A.",
        "N.H.S.",
        "Q.C.",
        "K.C.",
        "B.A.",
        "M.A.",
        "H.M.",
        "I.T.",
        "T.V.",
        "U.S.A.",
        "I.E.",
        "E.G.",
        "L.A.",
        "D.C.",
        "D.V.",
        "A.D.",
        "B.C.",
        "M.P.",
        "N.I.",
    ]
)
_AUTHOR_BEFORE: Final = re.compile(r"[A-Z][\w'-]+ ?, $")
_SURNAME_FIRST: Final = re.compile(
    rf"(?:^|(?<=[\"|;\n])) ?(?P<it>{_SURNAME}, (?:[A-Z]\.(?= [a-z])|[A-Z][a-z][^\W\d_]+"
    rf"(?: {_SURNAME})?(?= ?[\"|;\n]| - |$)))"
)
_BARE: Final = re.compile(
    r"\b(?:client|patient|pt|tenant|resident|yp|initials|service user|re)(?:'s initials)?"
    r"(?: are| is|:)? (?P<it>(?!HB|UC|GP|MH|DV|CP|PIP|ESA|DLA|DHP|ASB|NHS|DWP|EU|UK|TA"
    r"|PA)[A-Z]{2,3})"
    r"\b(?=[,.;:)\n]| (?:no|not|who|is|was|has|did|and)\b)"
)
_NEVER_AN_INITIAL: Final = PLACES | NO_NAMES | ORGANISATIONS
_WORDS: Final = re.compile(r"[^\W\d_]+")


def find_initials(folded: Folded) -> Iterable[Finding]:
    """Give initials, names with initials, and names as a register writes them."""
    for match in _DOTTED.finditer(folded.text):
        yield from _dotted(folded, match)
    for match in _BARE.finditer(folded.text):
        yield Finding(*match.span("it"), Kind.INITIALS)
    for match in _SURNAME_FIRST.finditer(folded.text):
        words = {word.lower() for word in _WORDS.findall(match["it"])}
        if not words & _NEVER_AN_INITIAL:
            yield Finding(*match.span("it"), Kind.NAME)


def _dotted(folded: Folded, match: re.Match[str]) -> Iterator[Finding]:
    """Read 'J.T.' and 'B. Mutasa'; authors, countries and vitamins are nobody."""
    text, start, surname = folded.text, match.start(), match["surname"]
    before = _WORDS.findall(folded.before(start, 24))
    if before and before[-1] in CLINICAL:
        return
    if surname and surname.lower() not in NO_NAMES:
        if not CITED.match(text[match.end() : match.end() + 120]):
            yield Finding(start, match.end(), Kind.NAME)
        return
    end = match.start("surname") if surname else match.end()
    found = text[start:end].strip()
    alone = found.count(".") > 1 and found.replace(" ", "") not in _NOBODY
    cited = CITED.match(text[end - 1 : end + 60]) or _AUTHOR_BEFORE.search(
        text[max(0, start - 30) : start]
    )
    if alone and not cited:
        yield Finding(start, start + len(found), Kind.INITIALS)
