"""Names in small letters, in the names of files, and on no list.  Pure."""

from __future__ import annotations

import re
from typing import Final

from copkit.pii.kinds import Kind
from copkit.pii.passage import Name, Passage, Word, is_no_person, named
from copkit.pii.spoken_of import LABELLED
from copkit.pii.vocabulary import (
    ACTS,
    AFTER_A_PERSON,
    ARTICLES,
    BEFORE_A_PERSON,
    BETWEEN,
    BUILDINGS,
    COMMON,
    DAYS,
    DOES,
    FAMILY,
    GREETINGS,
    KIN,
    MOSTLY_NAMES,
    MOVED,
    NO_NAMES,
    ORGANISATIONS,
    PLACES,
    RELATIONS,
)

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
