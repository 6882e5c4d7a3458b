"""Names of persons in a text, in capitals and small letters, and initials.  Pure.

A word is weighed with its neighbours. A first name that is no other word counts alone. One that is
an ordinary word, a place or a month as well needs a person's context. A word on no list needs a
title, a relation, or a shape that ordinary words do not have.

``index``, ``first`` and ``last`` are indices of words in a passage, and ``previous_last`` is that
of the last word of the name before, -2 for none. A function that looks for a name returns ``None``
if there is none, and a :class:`Name` without a kind for one that is no person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from copkit.pii.kinds import DetailKind, Finding
from copkit.pii.normalise import FoldedText
from copkit.pii.passage import (
    AFTER_A_PERSON,
    ARTICLES,
    BEFORE_A_LETTER,
    BEFORE_A_PERSON,
    BUILDINGS,
    CITATION,
    COMMON_WORDS,
    DAYS,
    EPITHETS,
    FAMILY,
    GREETINGS,
    KIN,
    MONTHS,
    MOSTLY_NAMES,
    NAME_PARTICLES,
    NAMED_THINGS,
    NEVER_NAMES,
    ORGANISATIONS,
    PERSONAL_POSSESSIONS,
    PERSONAL_VERBS,
    PLACES,
    POLICE_TITLES,
    RELATIONS,
    ROLES,
    SEASONS,
    SPELLING,
    SURNAME_WORDS,
    THINKERS,
    TITLES,
    TITLES_THAT_ARE_WORDS,
    VERBS_AFTER_A_NAME,
    VERBS_BEFORE_A_NAME,
    VERBS_BEFORE_UNLISTED,
    Name,
    Passage,
    PassageWord,
    build_name,
    is_english,
    is_no_person,
)

_NEVER_A_NAME: Final = NEVER_NAMES | DAYS | MONTHS
_NO_SURNAME: Final = NEVER_NAMES | ORGANISATIONS


def find_names(folded: FoldedText) -> Iterator[Finding]:
    """Find every name of a person in a text; one that is found once is found wherever it stands."""
    passage = Passage(folded)
    index, previous_last = 0, -2  # -2: no word stands right behind a name that is not there
    passed: list[PassageWord] = []  # words that are in no name
    named: set[str] = set()
    while index < len(passage.words):
        name = _find_name(passage, index, previous_last)
        if name is None:
            passed.append(passage.words[index])
            index += 1
            continue
        if name.kind is not None:
            previous_last = name.last
            words = passage.words[name.first : name.last + 1]
            yield Finding(words[0].start, words[-1].end, name.kind)
            if name.kind is not DetailKind.INITIALS:
                named.update(word.lower for word in words if word.capitalised)
        index = name.last + 1
    named = {lower for lower in named if len(lower) > 3 and not is_english(lower)}
    for word in passed:
        if word.lower in named:
            yield Finding(word.start, word.end, DetailKind.FIRST_NAME)


def _find_name(passage: Passage, index: int, previous_last: int) -> Name | None:
    """Find the name that begins with a word, or has it as the first name after a surname."""
    word = passage.words[index]
    if not word.capitalised:
        return find_lower_case_name(passage, index)
    if (
        word.lower in EPITHETS
        and passage.next_word(index)
        and (name := _find_name_with_epithet(passage, index + 1))
    ):
        return name if name.first == index else None
    if word.lower in _ANY_TITLE and (name := _find_titled_name(passage, index)):
        return name
    if name := _find_name_with_epithet(passage, index):
        return name
    if passage.is_first_name(index):
        return _find_listed_name(passage, index, previous_last)
    if word.lower in _NEVER_A_NAME:
        return None
    return find_camel_case_name(passage, index) or find_unlisted_name(passage, index, previous_last)


# --- names with a title ---------------------------------------------------------------------

_INITIAL: Final = re.compile(r"[A-Z](?:-[A-Z])?")  # 'R', 'R-D'
_PERSONAL_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx"})
_HONOURS: Final = frozenset({"sir", "dame", "prof", "professor"})
_ANY_TITLE: Final = TITLES | TITLES_THAT_ARE_WORDS


def _find_titled_name(passage: Passage, index: int) -> Name | None:
    """Find 'Mrs Kowalczyk', 'PC Hollis', 'Ms R-D', 'Dr. S. Venkataraman'."""
    title = passage.words[index]
    if passage.gap_after(index).strip(" ") not in {"", "."} or index + 1 >= len(passage.words):
        return None
    if title.possessive:  # 'the Lord's Prayer'
        return None
    following = passage.words[index + 1]
    if following.lower == "justice":  # 'Mr Justice Holroyde', a judge
        return Name(index, passage.find_last_word(index + 1), None)
    if not following.capitalised or (title.lower in POLICE_TITLES and not title.all_capitals):
        return None
    last = passage.find_last_word(index + 1)
    if _INITIAL.fullmatch(following.text):
        if following.text == "X" or (last == index + 1 and _is_of_a_row(passage, index)):
            return None  # nobody in particular
        return Name(index, last, DetailKind.NAME if last > index + 1 else DetailKind.INITIALS)
    # A personal title stands before anything but a word that never is a name; another one also
    # stands in the name of a job, or of an institution: 'Nurse Prescriber', 'Lady Hospital'.
    is_personal = title.lower in _PERSONAL_TITLES and following.lower not in NEVER_NAMES
    if not is_personal and (following.lower in _NO_SURNAME or following.lower in ROLES):
        return None
    if following.all_capitals > title.all_capitals:  # an acronym: 'Sister NHS'
        return None
    title_is_a_word = title.lower in TITLES_THAT_ARE_WORDS
    if title_is_a_word and passage.is_also_other_word(index + 1) and passage.begins_sentence(index):
        return None
    may_be_public = title_is_a_word or title.lower in _HONOURS
    if may_be_public and is_no_person(passage, index + 1, last):
        return Name(index, last, None)
    return Name(index, last, DetailKind.NAME)


def _is_of_a_row(passage: Passage, index: int) -> bool:
    """Check whether a title and a letter are of a row, 'Ms A, Ms B', or of a judgment."""
    title, letter = passage.words[index].lower, passage.words[index + 1].text
    if letter not in {"A", "B", "C", "D"}:
        return False
    row = {following.text for word, following in pairwise(passage.words) if word.lower == title}
    return {"A", "B"} <= row or _is_cited(passage, index)


def _find_name_with_epithet(passage: Passage, index: int) -> Name | None:
    """Find 'Scouse Terry' and 'wee Rab Gilchrist' by the name behind the epithet."""
    word = passage.words[index]
    if passage.previous_word(index) not in EPITHETS or passage.gap_after(index - 1) != " ":
        return None
    if word.lower in _NO_SURNAME or word.lower in PLACES or word.all_capitals:
        return None
    if not passage.is_first_name(index) and is_english(word.lower):
        return None
    last = passage.find_last_word(index)
    before = passage.words[index - 1]
    is_public = before.lower != "old" and is_no_person(passage, index, last)
    if is_public or passage.is_in_heading(index):
        return None
    if before.capitalised and passage.is_also_other_word(index) and last == index:
        return None
    return Name(index - 1, last, DetailKind.NAME)


# --- first names of the national lists ------------------------------------------------------

_SHORTEST_IN_CAPITALS: Final = 5  # letters: shorter words in capitals are acronyms as a rule


def _find_listed_name(passage: Passage, first: int, previous_last: int) -> Name | None:
    """Find a name that begins with a first name, or whose surname stands before it."""
    word = passage.words[first]
    if word.lower in DAYS:
        return None
    last = passage.find_last_word(first)
    if is_no_person(passage, first, last):
        return Name(first, last, None)
    previous = passage.previous_word(first)
    after_article = previous == "the" or (previous in {"a", "an"} and last == first)
    needs_context = passage.is_also_other_word(first) or (
        # 'the Rowan project', but 'the Quigley boy'
        after_article and passage.next_word(last) not in FAMILY
    )
    if word.all_capitals:
        return _find_name_in_capitals(passage, first, last, needs_context=needs_context)
    if _is_name_of_thing(passage, first, previous):
        return None
    if needs_context and not is_used_as_name(passage, first, last):
        return Name(first, last, None) if last > first and previous in ARTICLES else None
    return build_name(_include_surname_before(passage, first, previous_last), last)


def _find_name_in_capitals(
    passage: Passage, first: int, last: int, *, needs_context: bool
) -> Name | None:
    """Find 'TERENCE OAKDEN' and 'CROMBIE, KENNETH'.

    ``needs_context`` is true for a first name that is another word as well. Capitals hide what
    would tell a name from a word, so only the words that mostly are names count then.
    """
    word = passage.words[first]
    if needs_context:
        surname = passage.words[last].text
        has_no_surname = last == first or len(surname) < _SHORTEST_IN_CAPITALS
        if has_no_surname or word.lower not in MOSTLY_NAMES:
            return None
        return Name(first, last, DetailKind.NAME)
    after_surname = (
        first > 0 and passage.words[first - 1].all_capitals and passage.gap_after(first - 1) == ", "
    )
    if last == first and not after_surname and len(word.text) < _SHORTEST_IN_CAPITALS:
        return None
    return Name(first - 1 if after_surname else first, last, DetailKind.NAME)


def _include_surname_before(passage: Passage, first: int, previous_last: int) -> int:
    """Return the first word of a name, which may be a surname or another name before ``first``.

    'Ollerenshaw, Wayne' at the beginning of a line, and 'told Abiodun Wayne' within a sentence.
    """
    if not first or first - 1 == previous_last:
        return first
    before, gap = passage.words[first - 1], passage.gap_after(first - 1)
    if not before.capitalised or before.possessive or before.all_capitals:
        return first
    if passage.is_first_name(first - 1):
        return first
    if before.lower in _NO_SURNAME or before.lower in TITLES or before.lower in PLACES:
        return first
    begins_sentence = passage.begins_sentence(first - 1)
    if gap == " ":
        return first if begins_sentence else first - 1
    if gap != ", ":
        return first
    if begins_sentence:
        return first - 1
    # A surname of two words: 'Garcia Lopez, Maria'.
    earlier = passage.words[first - 2]
    is_double = (
        earlier.capitalised
        and passage.gap_after(first - 2) == " "
        and passage.begins_sentence(first - 2)
    )
    return first - 2 if is_double and earlier.lower not in NEVER_NAMES else first


# --- first names that are also ordinary words, places or months -----------------------------

_PLACES_AND_MONTHS: Final = PLACES | MONTHS
_RELATIONS_BEFORE: Final = RELATIONS - NEVER_NAMES
_NO_SUBJECT_BEHIND: Final = ARTICLES | BEFORE_A_PERSON
NAME_LABEL: Final = re.compile(
    r"\b(?:nok|next of kin|real name|client|patient|tenant|resident|service user|(?:key ?)?worker"
    r"|applicant|victim|witness|mother|father|mum|dad|partner|ex|landlord|landlady|neighbour|son"
    r"|daughter|sister|brother|cpn|visitor|perpetrator|perp|suspect|interpreter) ?[:=] ?$"
    r"|\bname ?= ?$"
)
"""What stands before the name of whom a note is about."""
_AGE_AFTER: Final = re.compile(r",? \(?(?:aged )?\d\d(?:[),]|$)")  # 'Iris, 54,' 'Iris (aged 54)'


def is_used_as_name(passage: Passage, first: int, last: int) -> bool:
    """Check whether a first name that is a word, a place or a month is a person's name here."""
    word, last_word = passage.words[first], passage.words[last]
    following, previous = passage.next_word(last), passage.previous_word(first)
    adjacent = previous if passage.gap_after(first - 1).strip() == "" else ""
    # First what proves a person for any of these words: 'Iris's sister', 'her aunt Iris'.
    if last_word.possessive and following in PERSONAL_POSSESSIONS:
        return True
    if previous in _RELATIONS_BEFORE and not passage.begins_sentence(first):
        return True
    if following in VERBS_AFTER_A_NAME and _is_subject(passage, first, last, following):
        return True
    # 'May 12' is a day, and no age.
    if _AGE_AFTER.match(passage.text_after(last, 12)) and word.lower not in MONTHS:
        return True
    if adjacent in VERBS_BEFORE_A_NAME or (previous in GREETINGS and not following):
        return True
    may_be_joined = following == "and" and word.lower not in _PLACES_AND_MONTHS
    if may_be_joined and _is_joined_by_another(passage, last):
        return True
    if NAME_LABEL.search(passage.folded.before(word.start, 24)) or _begins_with_person(
        passage, first, last
    ):
        return True
    # From here on a capital alone would decide, which months, places and seasons have as well.
    if word.lower in MONTHS or word.lower in NEVER_NAMES:
        is_full_name = word.lower in MONTHS and last > first and following in VERBS_AFTER_A_NAME
        return is_full_name and not passage.is_in_heading(first)
    if word.lower in PLACES:
        return adjacent in {"with", "for"}
    if previous == "that" and following in VERBS_AFTER_A_NAME:
        return True
    if previous in ARTICLES or passage.is_in_heading(first):
        return False
    return last > first or _has_unforced_capital(passage, first, last)


# What happens to persons, and to hardly anything else, behind a form of 'to be'
_DONE_TO_PERSONS: Final = (
    "admitted|arrested|assaulted|assessed|asked|attacked|bailed|banned|barred|beaten|born|charged"
    "|cautioned|convicted|detained|discharged|evicted|excluded|fostered|given|hit|housed|hurt"
    "|injured|interviewed|jailed|mugged|rehoused|recalled|released|remanded|robbed|sectioned"
    "|sedated|seen|sentenced|sworn at|stabbed|told|warned|widowed|very|never|also|already|back"
    "|still|up|out|off|about|late|due (?:in|at|on|back|out)|been|moved|found|referred|here|upset"
    "|settled|asleep|awake|drunk|pregnant|poorly|homeless|happy|angry|worried|sober|clean|gone"
)
_PLACES_OF_PERSONS: Final = (
    "bed|hospital|custody|prison|court|doorway|cell|tent|room|flat|care|seg|resus|tears|pain|rehab"
    "|detox|here|bay|theatre"
)
_HAD_BEEN: Final = re.compile(
    rf" (?:(?:had|has|have|was|is|got|been|getting) (?:been |got )?(?:{_DONE_TO_PERSONS}"
    rf"|in (?:{_PLACES_OF_PERSONS}|the|a|her|his)|on (?:the|a|remand|bail|licence)"
    r"|at (?:the|her|his|a|home)|(?:no|the) (?:phone|keys?|money|fixed|credit|papers|shoes|id)"
    r"|lost|come|left|stopped|started|agreed|an? (?:baby|bed|appointment|fit|fall|cough|job|son"
    r"|daughter|chest|wound|court|social|black)|his|her)\b"
    r"|met with\b|owes?\b|left (?:us|a|the|his|her|without|at)\b|did (?:\w+ )?(?:weeks|months"
    r"|years|time|not|his|her|well|nothing)\b|has gone|came (?:back|in|out|to|over|round)\b"
    rf"|in (?:{_PLACES_OF_PERSONS})\b|(?:went|goes|gone) (?:back|home|out|off|to)\b"
    r"|took\b|keeps\b|works\b|(?:in|at|from) (?:the|bed|room|flat) [^.\n]{0,40}(?:wants|says|has"
    r"|needs|asked|is)\b|won't\b|will not\b|can't\b|cannot\b|does not\b|doesn't\b|did not\b"
    r"|didn't\b|would not\b|wouldn't\b|\+ |(?:not|wasn't|isn't) (?:in|here|seen|well|home)\b)"
)


_NO_PERSON_BEGINNING: Final = _PLACES_AND_MONTHS | NEVER_NAMES


def _begins_with_person(passage: Passage, first: int, last: int) -> bool:
    """Check for what is told of persons: 'Star had been', 'Dot, bless her'."""
    lower = passage.words[first].lower
    if not passage.begins_sentence(first) or lower in _NO_PERSON_BEGINNING:
        return False
    behind = passage.text_after(last, 90)
    if _HAD_BEEN.match(behind):
        return True
    return behind.startswith((", ", " - ")) and passage.is_followed_by_pronoun(last)


def _is_joined_by_another(passage: Passage, last: int) -> bool:
    """Check whether 'and' and another person follow: 'Pat and Drew', 'Iris and her grandson'."""
    other = last + 2
    if other >= len(passage.words) or passage.gap_after(last + 1) != " ":
        return False
    word = passage.words[other]
    return word.lower in {"his", "her"} or (word.capitalised and passage.is_first_name(other))


def _is_subject(passage: Passage, first: int, last: int, verb: str) -> bool:
    """Check whether a person, and not a thing, is the subject of the verb that follows."""
    lower = passage.words[first].lower
    if verb in PERSONAL_VERBS and (lower in MONTHS or lower not in NEVER_NAMES):
        return True
    # 'May' is mostly a verb, so a pronoun behind it proves nothing.
    if lower != "may" and passage.is_followed_by_pronoun(last):
        return True
    within_sentence = (
        passage.gap_after(first - 1) == " "
        and passage.previous_word(first) not in _NO_SUBJECT_BEHIND
    )
    return lower in MOSTLY_NAMES or (lower in SEASONS and within_sentence)


def _is_name_of_thing(passage: Passage, first: int, previous: str) -> bool:
    """Check for a thing in commas, 'the dog, Biscuit,', and the end of 'Homeless Link'."""
    gap = passage.gap_after(first - 1)
    if previous in NAMED_THINGS and gap == ", ":
        return True
    if passage.words[first].lower not in ORGANISATIONS or gap != " ":
        return False
    return passage.words[first - 1].capitalised and previous not in NEVER_NAMES


def _has_unforced_capital(passage: Passage, first: int, last: int) -> bool:
    """Check whether a word has a capital although it neither begins a sentence nor is in a title.

    'a word with Rose' counts; 'Rose', 'Green Rose', 'Ministry of Justice' and 'Hope House' do not.
    """
    if passage.begins_sentence(first) or passage.words[first].lower in SEASONS:
        return False
    before = passage.words[first - 1]
    follows_capital = before.capitalised and passage.gap_after(first - 1) == " "
    if follows_capital and before.lower not in NEVER_NAMES:
        return False
    if before.lower == "of" and first > 1 and passage.words[first - 2].capitalised:
        return False
    after = passage.words[last + 1] if last + 1 < len(passage.words) else None
    before_capital = after and after.capitalised and passage.gap_after(last) == " "
    if after and before_capital and after.lower in NEVER_NAMES:
        return after.lower in BEFORE_A_PERSON
    return True


# --- names in small letters -----------------------------------------------------------------

_BEFORE_A_NAME: Final = BEFORE_A_PERSON | RELATIONS
_CAMEL_CASE_PART: Final = re.compile(r"[A-Z][a-z]+")
# Letters and digits in a run with a word: of a digest, a key or a reference.
_RUN_BEFORE: Final = re.compile(r"[0-9a-z]*\d[0-9a-z]*$")
_RUN_AFTER: Final = re.compile(r"\d[0-9a-z]*")
_LONGEST_NUMBER: Final = 4  # digits of a year that somebody puts behind their name
_ENDINGS_OF_NO_SURNAME: Final = ("ed", "ing", "ly", "ns", "es")  # of words in small letters


def find_lower_case_name(passage: Passage, index: int) -> Name | None:
    """Find a first name in small letters that is no ordinary word, alone or in a file's name."""
    word = passage.words[index]
    if len(word.parts) > 1:
        if _has_name_among_parts(passage, word.parts):
            return Name(index, index, DetailKind.NAME)
        return None
    lower = word.lower
    if lower in _TITLES_IN_SMALL_LETTERS and (name := _find_name_after_title(passage, index)):
        return name
    if lower in SPELLING and {passage.previous_word(index), passage.next_word(index)} & SPELLING:
        return None
    if lower in MOSTLY_NAMES and _is_name_in_small_letters(passage, index):
        return build_name(index, _include_surname_after(passage, index))
    if len(lower) < 3 or lower in DAYS or lower in NAME_PARTICLES:
        return None
    if not passage.is_only_a_name(lower):
        is_named = _is_unlisted_in_small_letters(passage, index)
        return build_name(index, index) if is_named else None
    if _is_in_address_or_code(passage, index):
        return None
    if len(lower) == 3:  # 'ali', 'ned': also parts of abbreviations, so a person must be near
        has_context = (
            passage.previous_word(index) in _BEFORE_A_NAME
            or passage.next_word(index) in PERSONAL_VERBS
        )
        return Name(index, index, DetailKind.FIRST_NAME) if has_context else None
    return Name(index, _include_surname_after(passage, index), DetailKind.FIRST_NAME)


# 'o'leary', 'mcglinchey': nothing but a surname begins so
_GAELIC_IN_SMALL_LETTERS: Final = re.compile(r"(?:o'(?!clock)|mc|fitz)[a-z]{4,}$")
_BEFORE_NAME_IN_SMALL_LETTERS: Final = frozenset(
    ["asked", "met", "phoned", "rang", "ring", "saw", "seen", "tell", "texted", "told", "visited"]
)
# 'met with szymanski', 'spk to oyelaran'
_TALK_BEFORE: Final = re.compile(
    r"\b(?:met|sat|stayed|lives|living) w(?:ith|/)? ?$"
    r"|\b(?:spoke|spoken|spk|talked|listened) (?:to|w(?:ith|/)) ?$"
)
_BEHIND_NAME_IN_SMALL_LETTERS: Final = PERSONAL_VERBS | frozenset(
    ["still", "housed", "evicted", "arrested", "released", "discharged", "moved", "brought", "owes"]
)
_SHORTEST_IN_SMALL_LETTERS: Final = 5  # letters: shorter words are short forms of others


def _is_unlisted_in_small_letters(passage: Passage, index: int) -> bool:
    """Check for a word of no list where a person is spoken of: 'saw szymanski', 'kowalski rang'."""
    word = passage.words[index]
    if not _is_unknown(word) or _is_in_address_or_code(passage, index):
        return False
    if _GAELIC_IN_SMALL_LETTERS.match(word.lower):
        return True
    if len(word.lower) < _SHORTEST_IN_SMALL_LETTERS or passage.text[word.start] == "_":
        return False
    if not passage.begins_sentence(index):
        if passage.gap_after(index - 1) not in {" ", "/ "}:
            return False
        is_acted_on = passage.words[index - 1].lower in _BEFORE_NAME_IN_SMALL_LETTERS
        return is_acted_on or bool(_TALK_BEFORE.search(passage.folded.before(word.start, 20)))
    following = passage.next_word(index)
    if word.possessive:
        return following in KIN
    return following in _BEHIND_NAME_IN_SMALL_LETTERS or passage.text_after(index, 7) == " not in"


_TITLES_IN_SMALL_LETTERS: Final = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "cllr", "pc", "pcso", "wpc", "sgt", "insp", "ps", "rev",
     "fr", "prof", "dc"]
)  # fmt: skip


def _find_name_after_title(passage: Passage, index: int) -> Name | None:
    """Find 'mr hargreave', 'dr Subramaniam', 'pc dunstable', and no 'dr appointment'."""
    if index + 1 >= len(passage.words) or passage.gap_after(index) not in {" ", ". "}:
        return None
    following = passage.words[index + 1]
    lower = following.lower
    if lower in NEVER_NAMES or lower in ORGANISATIONS or following.all_capitals or len(lower) < 3:
        return None
    is_personal = passage.words[index].lower in {"mr", "mrs"}
    if is_personal or not is_english(lower) or following.capitalised:
        last = passage.find_last_word(index + 1) if following.capitalised else index + 1
        if last == index + 1 and not following.capitalised:
            last = _include_surname_after(passage, index + 1)
        return Name(index, last, DetailKind.NAME)
    return None


def _has_name_among_parts(passage: Passage, parts: list[str]) -> bool:
    """Check whether a file's name holds a person's: 'wayne-ollerenshaw', not 'harold-centre'."""
    pairs = list(zip(parts, [*parts[1:], ""], strict=True))
    if any(
        len(part) > 3 and passage.is_only_a_name(part) and following not in BUILDINGS
        for part, following in pairs
    ):
        return True
    return any(
        (part in MOSTLY_NAMES or passage.is_only_a_name(part))
        and len(following) > 3
        and following not in COMMON_WORDS | PLACES
        for part, following in pairs
    )


def _is_name_in_small_letters(passage: Passage, index: int) -> bool:
    """Check whether a word is a name: 'told mark the hub', 'lee ramsbottom not seen'."""
    if passage.previous_word(index) in {"told", "asked", "rang", "phoned", "texted"}:
        return passage.words[index].lower != "will" and passage.gap_after(index - 1) == " "
    return passage.begins_sentence(index) and _include_surname_after(passage, index) > index


def _include_surname_after(passage: Passage, index: int) -> int:
    """Return the last word of a name, which may be a surname in small letters: 'gavin whitlock'."""
    following = passage.next_word(index)
    if passage.words[index].possessive or len(following) < 4:
        return index
    if "-" in following or following in COMMON_WORDS:
        return index
    return index if following.endswith(_ENDINGS_OF_NO_SURNAME) else index + 1


def _is_in_address_or_code(passage: Passage, index: int) -> bool:
    """Check whether a word is part of a web address, an e-mail address, code or a digest."""
    text, word = passage.text, passage.words[index]
    before, after = text[max(0, word.start - 2) : word.start], text[word.end : word.end + 2]
    if before[-1:] in {"@", ".", "=", "$", "<"} or before == "</" or after[:1] in {"@", "=", "("}:
        return True
    if after[:1] == "." and after[1:].isalpha() and after[1:].islower():  # 'norman.example'
        return True
    run_before = _RUN_BEFORE.search(text[max(0, word.start - 12) : word.start])
    run_after = _RUN_AFTER.match(text[word.end : word.end + 12])
    return any(run and len(run[0]) > _LONGEST_NUMBER for run in (run_before, run_after))


def find_camel_case_name(passage: Passage, index: int) -> Name | None:
    """Find 'DarrenPickersgill', as files are called."""
    text = passage.words[index].text
    parts = _CAMEL_CASE_PART.findall(text)
    if len(parts) < 2 or "".join(parts) != text or len(parts[0]) < 4:
        return None
    if not passage.is_only_a_name(parts[0].lower()):
        return None
    return Name(index, index, DetailKind.NAME)


# --- names on no list -----------------------------------------------------------------------

_NOT_A_PERSON: Final = ORGANISATIONS | PLACES
_BEFORE_PERSON_NOT_PLACE: Final = BEFORE_A_PERSON - frozenset(
    ["to", "from", "of", "in", "about", "and", "or", "than"]
)
_ROLE_WORDS: Final = RELATIONS - FAMILY
_CALLED: Final = re.compile(r"\b(?:called|calls?|named) (?:him|her|them) $")
_CHAT_TIME: Final = re.compile(r"\d[:.]\d\d\]?[ -]{1,3}$")  # '[12:05] ', before who speaks
_COLUMN_OF_PERSONS: Final = re.compile(r"\b(?:who|name|client|patient|person|tenant|resident)\b")
_ORDINARY_ENDINGS: Final = (
    "s", "ed", "ing", "ly", "al", "ory", "ive", "ic", "tion", "ment", "ness", "ity", "ance",
    "ence", "ism", "ist", "ship", "able", "ible", "ous", "ful", "less", "ine", "one", "ary",
    "shire",
)  # fmt: skip


def find_unlisted_name(passage: Passage, first: int, previous_last: int) -> Name | None:
    """Find a name that begins with a word on no list, where the context shows a person."""
    word = passage.words[first]
    if len(word.text) < 2 or word.lower in _NOT_A_PERSON:
        return None
    last = passage.find_last_word(first)
    if is_no_person(passage, first, last):
        return Name(first, last, None)
    joins_a_name = first - 1 == previous_last and passage.gap_after(first - 1) in {
        " and ",
        " & ",
    }
    if joins_a_name or (not word.all_capitals and _is_person_by_context(passage, first, last)):
        return build_name(first, last)
    return None


def _is_person_by_context(passage: Passage, first: int, last: int) -> bool:
    """Check whether the context of unknown words shows that they are somebody's name."""
    following, begins_sentence = passage.next_word(last), passage.begins_sentence(first)
    # Hardly any word of English but a name has an accent; authors' names have, and come in pairs.
    has_accents = not passage.words[first].text.isascii()
    if has_accents and not begins_sentence and not _is_second_of_pair(passage, first):
        return True
    is_labelled = NAME_LABEL.search(passage.folded.before(passage.words[first].start, 24))
    if is_labelled and passage.words[first].lower not in COMMON_WORDS:
        return True
    if _is_unusual_among_persons(passage, first, last) or _is_foreign_to_english(
        passage, first, last
    ):
        return True
    has_kin = passage.words[last].possessive and following in KIN  # 'Tregenza's mum'
    if has_kin and (last > first or not begins_sentence):
        return True
    if passage.previous_word(first) == "the" and following in FAMILY:
        return True
    if _CALLED.search(passage.folded.before(passage.words[first].start, 20)):
        return True
    if last == first and _is_word_that_acts(passage, first):
        return True
    return (
        _follows_relation(passage, first, last)
        or _is_in_name_position(passage, first, last)
        or (not begins_sentence and _is_acted_on_or_acts(passage, first, last))
    )


def _is_unusual_among_persons(passage: Passage, first: int, last: int) -> bool:
    """Check for unusual words where persons stand: before 'who' or a verb, or as a full name."""
    if not all(_is_unusual(word) for word in passage.words[first : last + 1]):
        return False
    following, gap = passage.next_word(last), passage.gap_after(last)
    if following == "who" or (gap == ", " and passage.words[last + 1].lower == "who"):
        return True
    if passage.begins_sentence(first):
        return following in VERBS_AFTER_A_NAME and (
            last > first or passage.is_followed_by_pronoun(last)
        )
    if passage.is_in_heading(first) or _is_second_of_pair(passage, first):
        return False
    previous = passage.previous_word(first)
    if last > first:
        return previous in BEFORE_A_PERSON
    return previous in _BEFORE_PERSON_NOT_PLACE and following in AFTER_A_PERSON


# Behind these an unknown word is the name of a place or a thing.
_BEFORE_A_PLACE: Final = ARTICLES | frozenset(
    ["in", "at", "near", "from", "to", "of", "via", "outside", "towards", "around", "into", "on",
     "through", "round", "behind", "opposite", "by", "under", "using", "uses", "use", "takes",
     "took", "taking", "on", "off", "per"]
)  # fmt: skip


# 'letter to Ollerenshaw', 'tc from Mutasa', and no place
_MESSAGE_BEFORE: Final = re.compile(
    r"\b(?:letter|e-?mail|text|txt|call|tc|t/c|msg|message|card|note|voicemail|vm|statement"
    r"|complaint|reply|answer|apology|spoke|spk|spoken|talked|gave \w+|lent \w+|handed \w+) "
    r"(?:to|from) $"
)
_BED_BEFORE: Final = re.compile(r" \d{1,3}[a-z]?,? ")  # 'bed 6 Tran pulled', 'rm 5 Eleni wants'


def _is_foreign_to_english(passage: Passage, first: int, last: int) -> bool:
    """Check for words that no dictionary lists, where English has persons and no places."""
    words = passage.words[first : last + 1]
    parts = [word for word in words if word.lower not in NAME_PARTICLES]
    foreign = [_is_foreign(word) for word in parts]
    if not foreign or not foreign[0] or passage.is_in_heading(first):
        return False
    if last == first and (words[0].lower in THINKERS or _is_cited(passage, first)):
        return False
    after = passage.words[last + 1] if last + 1 < len(passage.words) else None
    if after and after.capitalised and passage.gap_after(last) in {" ", "-", " & "}:
        return False
    if words[-1].possessive and passage.next_word(last) in PERSONAL_POSSESSIONS | FAMILY:
        return True
    if passage.begins_sentence(first):
        return _is_foreign_beginning(passage, first, last, are_all_foreign=all(foreign))
    return _is_foreign_within(passage, first, last, are_all_foreign=all(foreign))


def _is_foreign_beginning(
    passage: Passage, first: int, last: int, *, are_all_foreign: bool
) -> bool:
    """Check that what follows unknown words at the beginning of a sentence may be said of one."""
    following, gap = passage.next_word(last), passage.gap_after(last)
    # 'Encrypt the contacts': a verb that no dictionary lists, or the name of a county.
    is_verb = following in ARTICLES and following not in {"no", "that"}
    if is_verb or passage.words[first].lower.endswith(_ENDINGS_OF_PLACES):
        return False
    if gap.startswith((": ", " ")) and gap.strip(" :").isdigit():
        return not _DOSE.match(passage.text, passage.words[last].full_end)
    is_label = gap == ": " and not passage.words[last + 1].capitalised
    goes_on = is_label or gap.lstrip(" ")[:1] in set(",+&/(-")
    return bool(following) or (goes_on and are_all_foreign)


def _is_foreign_within(passage: Passage, first: int, last: int, *, are_all_foreign: bool) -> bool:
    """Check that what stands before unknown words stands before persons, and not before places."""
    before, gap = passage.words[first - 1], passage.gap_after(first - 1)
    following, gap_behind = passage.next_word(last), passage.gap_after(last)
    has_person_behind = following == "and" and passage.text_after(last, 9)[5:] in {"his ", "her "}
    if has_person_behind or (before.lower in {"from", "to", "of"} and last > first + 1):
        return True
    if before.capitalised and before.lower not in NEVER_NAMES:
        return False
    if gap == ", " and are_all_foreign:  # in commas, 'the old man, Taff, feeds'
        is_of_list = gap_behind == ", " and passage.words[last + 1].capitalised
        ends = gap_behind[:1] in set(",;)") or (gap_behind[:1] == "." and last > first)
        return ends and not is_of_list and before.lower not in NAMED_THINGS
    if _BED_BEFORE.fullmatch(gap):
        return following in VERBS_AFTER_A_NAME or gap_behind.startswith(" + ")
    if gap not in {" ", "/ "}:
        return False
    is_told_of = before.lower in {"that", "if"} and following in VERBS_AFTER_A_NAME
    if is_told_of or _MESSAGE_BEFORE.search(passage.folded.before(passage.words[first].start, 24)):
        return True
    return before.lower not in _BEFORE_A_PLACE or before.possessive


_DOSE: Final = re.compile(r":? \d+(?:\.\d+)? ?(?:m?c?g|ml|tabs?|x|od|bd|tds|%|units|:)")


def _is_foreign(word: PassageWord) -> bool:
    """Check that a word with the capitals of a name is unknown."""
    return (
        not word.all_capitals and bool(_CAPITALS_OF_NAME.fullmatch(word.text)) and _is_unknown(word)
    )


def _is_unknown(word: PassageWord) -> bool:
    """Check that neither a word, nor one of which it is an inflection, is English, nor a drug."""
    if len(word.text) < 3 or _CONTRACTION.search(word.lower):
        return False
    if any(is_english(part) for part in word.parts) or word.lower.endswith(_ENDINGS_OF_DRUGS):
        return False
    return not any(
        word.lower.endswith(ending) and is_english(word.lower.removesuffix(ending) + rest)
        for ending, rest in _INFLECTIONS
    )


_ENDINGS_OF_PLACES: Final = ("shire", "side", "ville", "town", "lands", "borough", "bridge")
_ENDINGS_OF_DRUGS: Final = (
    "azole", "olol", "pril", "statin", "cillin", "mycin", "oxetine", "azepam", "apine", "idone",
    "azine", "parin", "xaban", "formin", "odone", "tadine", "sartan", "dipine", "tidine", "codeine",
    "orphine", "itone", "tyline", "semide", "azide", "prazole", "setron", "gliptin", "amide",
    "oxine", "orphan", "alopram", "afaxine", "zepine", "ylline", "asone", "isolone", "floxacin",
    "cycline", "itriptan", "caine", "opram", "itis", "osis", "emia", "aemia", "ectomy", "oma",
    "otomy", "ography", "oscopy", "pathy", "algia", "uria", "plegia",
)  # fmt: skip
_CONTRACTION: Final = re.compile(r"'(?:d|m|ll|ve|re|t)$")
# 'McKay', 'O'Hara', 'al-Rashid', and no 'LiquidLogic' or 'TTOs'
_CAPITALS_OF_NAME: Final = re.compile(
    r"(?:(?:Mac|Mc|Fitz|De|Di|La|Le|Van|O'|D'|N'|M'|al-|el-|Al-|El-)?[^\W\d_][^\W\d_A-Z]+(?:[-']"
    r"|$)){1,3}"
)
_CITED: Final = re.compile(
    r"\b(?:quoted?s?|cit(?:ed?|es|ing)|theor\w+|argue[sd]?|literature|chapters?|authors?|essays?"
    r"|book"
    r"|reading (?:list|pack)|put it|(?:has|have) written|as \w+ (?:says|said|wrote|notes)"
    r"|inquir(?:y|ies)|ombudsman"
    r"|judgments?|case of|case law|philosoph\w+|sociolog\w+|published|footnotes?)\b|\bv\.? [A-Z]",
)


def _is_cited(passage: Passage, index: int) -> bool:
    """Check whether the sentence around a word speaks of what somebody published, or of a law."""
    word = passage.words[index]
    return _CITED.search(passage.folded.sentence(word.start, word.end)) is not None


_INFLECTIONS: Final = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("d", ""), ("ing", ""),
    ("ing", "e"), ("er", ""), ("er", "e"), ("ly", ""), ("ian", "ia"), ("n", ""), ("ish", ""),
    ("ness", ""), ("iness", "y"), ("ment", ""), ("less", ""), ("ful", ""), ("able", ""),
    ("able", "e"),
    ("land", ""), ("al", ""), ("ation", "e"), ("ism", ""), ("ist", ""), ("ers", ""), ("ers", "e"),
)  # fmt: skip


def _is_second_of_pair(passage: Passage, index: int) -> bool:
    """Check whether a word follows 'and' and another with a capital, as in pairs of authors."""
    return (
        passage.previous_word(index) == "and" and index > 1 and passage.words[index - 2].capitalised
    )


def _is_unusual(word: PassageWord) -> bool:
    """Check that a word is no ordinary one, and has no ending that ordinary ones have."""
    stem = word.lower.partition("'")[0]
    if stem in COMMON_WORDS or word.lower in PLACES or word.all_capitals:
        return False
    return not word.lower.endswith(_ORDINARY_ENDINGS)


def _follows_relation(passage: Passage, first: int, last: int) -> bool:
    """Check for a relation or a role before: 'her brother Kasim', 'the landlord, Ruane,'."""
    previous, gap = passage.previous_word(first), passage.gap_after(first - 1)
    if previous in {"for", "of"} and last > first and first > 1:  # 'keyworker for Kasim Rahman'
        return passage.words[first - 2].lower in _ROLE_WORDS
    if previous not in RELATIONS or passage.begins_sentence(first):
        return False
    if gap == " ":
        return not passage.words[first - 1].capitalised
    # Behind a comma it is a name only if it ends there, and no new clause begins.
    ends_clause = passage.gap_after(last)[:1] in set(",.;:)\n") or passage.next_word(last) == "and"
    return gap in {", ", " ("} and ends_clause


# Who works, and what is owned: with a capital at the beginning of a sentence they are nobody.
_ENDINGS_OF_ROLES: Final = (*_ORDINARY_ENDINGS, "er", "or", "ian", "ant", "ent", "ee", "ess", "man")
_SURNAMES_THAT_ARE_ROLES: Final = frozenset(
    ["bishop", "carpenter", "clerk", "cook", "dean", "driver", "gardener", "guy", "judge", "junior",
     "leader", "lord", "major", "mayor", "monk", "north", "nurse", "painter", "parsons", "plumb",
     "pope", "porter", "priest", "prior", "reader", "senior", "seller", "sergeant", "shepherd",
     "singer", "south", "squire", "constable", "england", "ireland", "scotland", "east", "west"]
)  # fmt: skip


def _is_word_that_acts(passage: Passage, index: int) -> bool:
    """Check whether a word of English, 'Potter' or 'Mouse', does what persons do."""
    word, following = passage.words[index], passage.next_word(index)
    lower = word.lower
    if lower in NEVER_NAMES or word.possessive or following not in PERSONAL_VERBS:
        return False
    if not passage.begins_sentence(index) or _CONTRACTION.search(lower):
        return False
    if lower in SURNAME_WORDS:
        return lower not in _SURNAMES_THAT_ARE_ROLES
    return lower not in COMMON_WORDS and not lower.endswith(_ENDINGS_OF_ROLES)


def _is_in_name_position(passage: Passage, first: int, last: int) -> bool:
    """Check for a name that is greeted, speaks in a chat, or fills a cell of a column of names."""
    start, full_end = passage.words[first].start, passage.words[last].full_end
    after = passage.text[full_end : full_end + 2] or "\n"
    if passage.previous_word(first) in GREETINGS and after[:1] in {",", "\n"}:
        return passage.gap_after(first - 1).strip(" ") in {"", ","}
    before = passage.folded.before(start, 14)
    if after.startswith(": ") and _CHAT_TIME.search(before):
        return True
    if not (before.endswith("| ") and after.startswith(" |")):
        return False
    return _COLUMN_OF_PERSONS.search(passage.folded.head_of_column(start)) is not None


def _is_acted_on_or_acts(passage: Passage, first: int, last: int) -> bool:
    """Check for a verb before that is done to a person, or one behind that only a person does."""
    if passage.gap_after(first - 1) != " " or passage.words[first].possessive:
        return False
    if not all(_is_unusual(word) for word in passage.words[first : last + 1]):
        return False
    following, previous = passage.next_word(last), passage.previous_word(first)
    if previous in VERBS_BEFORE_UNLISTED:
        return following in AFTER_A_PERSON or passage.gap_after(last)[:1] in set(",.;:\n")
    before = passage.words[first - 1]
    stands_alone = not before.capitalised or before.lower in NEVER_NAMES
    if _is_second_of_pair(passage, first):
        return False
    return (
        last == first and following in PERSONAL_VERBS and stands_alone and previous not in ARTICLES
    )


# --- initials, and names as a register writes them ------------------------------------------

_SURNAME: Final = r"[A-Z][^\W\d_]+(?:['-][^\W\d_]+)*"
# 'J.T.', 'B. Mutasa'; not within a word, a number or a path
_DOTTED: Final = re.compile(rf"(?<![A-Za-z0-9.'/])(?:[A-Z]\. ?){{1,3}}(?P<surname>{_SURNAME})?")
_ABBREVIATIONS: Final = frozenset({
    "U.K.", "U.S.", "N.B.", "P.S.", "A.M.", "P.M.", "G.P.", "E.U.", "U.N.", "I.D.", "D.O.",
    "D.O.B.", "N.F.A.", "N.H.S.", "Q.C.", "K.C.", "B.A.", "M.A.", "H.M.", "I.T.", "T.V.",
    "U.S.A.", "I.E.", "E.G.", "L.A.", "D.C.", "D.V.", "A.D.", "B.C.", "M.P.", "N.I.",
})  # fmt: skip
_AUTHOR_BEFORE: Final = re.compile(r"[A-Z][\w'-]+ ?, $")
# 'Ollerenshaw, Wayne' or 'Ollerenshaw, W.' at the beginning of a line, a cell or a quotation
_SURNAME_FIRST: Final = re.compile(
    rf"(?:^|(?<=[\"|;\n])) ?(?P<it>{_SURNAME}, (?:[A-Z]\.(?= [a-z])|[A-Z][a-z][^\W\d_]+"
    rf"(?: {_SURNAME})?(?= ?[\"|;\n]| - |$)))"
)
# 'client WO was', 'initials: WO'; not the benefits and agencies that notes shorten as well
_BARE: Final = re.compile(
    r"\b(?:client|patient|pt|tenant|resident|yp|initials|service user|re)(?:'s initials)?"
    r"(?: are| is|:)? (?P<it>(?!HB|UC|GP|MH|DV|CP|PIP|ESA|DLA|DHP|ASB|NHS|DWP|EU|UK|TA"
    r"|PA)[A-Z]{2,3})"
    r"\b(?=[,.;:)\n]| (?:no|not|who|is|was|has|did|and)\b)"
)
# 'MT and JJ were seen', where no agency or benefit is
_ACTING: Final = re.compile(
    r"(?<![\w.])(?P<it>[A-Z]{2})(?= (?:(?:and|&|or) [A-Z]{2} )?(?:was|were|seen|said|says|has|is"
    r"|told|asked|rang|left|came|went|got|wants"
    r"|refused|attended|stayed|moved|admitted|denied)\b)"
    r"|(?<=[A-Z]{2} and )(?P<second>[A-Z]{2})(?= (?:was|were|seen|said|have|are|had)\b)"
)
_AGENCIES: Final = frozenset({
    "AA", "AD", "AI", "AM", "AP", "BP", "CA", "CC", "CJ", "CP", "CT", "DA", "DV", "EA", "EU",
    "FE", "FM", "GP", "HB", "HE", "HO", "HR", "ID", "IP", "IT", "JC", "JP", "LA", "LD", "MD",
    "MH", "MP", "NI", "NA", "NB", "OK", "OT", "PA", "PC", "PE", "PM", "PO", "PR", "PS", "QC",
    "RE", "RJ", "SS", "SW", "TA", "TB", "TV", "UC", "UK", "UN", "US", "VC", "WC", "XL", "YP",
    "YO", "II", "IV", "VI", "MS", "ED", "ER", "OD", "OP", "PP", "QA", "RN", "SO", "ST", "TT",
    "WE", "ME", "NO",
})  # fmt: skip
# 'D.O'S.', 'J.McK.'
_JOINED: Final = re.compile(r"(?<![\w.])[A-Z]\. ?(?:O'|Mc|Mac|Fitz|De|El-|Al-)[A-Z]\.(?! ?[A-Z])")
_NEVER_AN_INITIAL: Final = PLACES | NEVER_NAMES | ORGANISATIONS
_WORDS: Final = re.compile(r"[^\W\d_]+")


def find_initials(folded: FoldedText) -> Iterable[Finding]:
    """Find initials, names with initials, and names with the surname first."""
    for match in _DOTTED.finditer(folded.text):
        yield from _find_dotted_initials(folded, match)
    for match in _BARE.finditer(folded.text):
        yield Finding(*match.span("it"), DetailKind.INITIALS)
    for match in _ACTING.finditer(folded.text):
        group = "it" if match["it"] else "second"
        if match[group] not in _AGENCIES:
            yield Finding(*match.span(group), DetailKind.INITIALS)
    for match in _JOINED.finditer(folded.text):
        yield Finding(*match.span(), DetailKind.INITIALS)
    for match in _SURNAME_FIRST.finditer(folded.text):
        words = {word.lower() for word in _WORDS.findall(match["it"])}
        if not words & _NEVER_AN_INITIAL:
            yield Finding(*match.span("it"), DetailKind.NAME)


def _find_dotted_initials(folded: FoldedText, match: re.Match[str]) -> Iterator[Finding]:
    """Find 'J.T.' and 'B. Mutasa', and not cited authors, abbreviations and vitamins."""
    text, start, surname = folded.text, match.start(), match["surname"]
    words_before = _WORDS.findall(folded.before(start, 24))
    if words_before and words_before[-1] in BEFORE_A_LETTER:
        return
    if surname and surname.lower() not in NEVER_NAMES:
        if not CITATION.match(text[match.end() : match.end() + 120]):
            yield Finding(start, match.end(), DetailKind.NAME)
        return
    end = match.start("surname") if surname else match.end()
    initials = text[start:end].strip()
    # A single letter with a dot is too little: the item of a list, the end of a sentence.
    if initials.count(".") < 2 or initials.replace(" ", "") in _ABBREVIATIONS:
        return
    author_before = _AUTHOR_BEFORE.search(text[max(0, start - 30) : start])
    if not (CITATION.match(text[end - 1 : end + 60]) or author_before):
        yield Finding(start, start + len(initials), DetailKind.INITIALS)
