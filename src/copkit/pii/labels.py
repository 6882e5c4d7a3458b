"""Names of persons in what is to hold a role, a place or an organisation.  Pure.

In such a field the words around a name show nothing: 'Foster Carer' and 'Milton Keynes' look like
'Foster Brown' and 'Milton Brown', and whatever stands on the next line belongs to another role. So
each text is judged alone, by the words of which titles of jobs and names of places consist, and by
the endings that only those have.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from copkit.pii.kinds import DetailKind, Finding
from copkit.pii.names import find_camel_case_name
from copkit.pii.normalise import FoldedText
from copkit.pii.passage import (
    BUILDINGS,
    COMMON_WORDS,
    MONTHS,
    MOSTLY_NAMES,
    ORGANISATIONS,
    PLACES,
    Passage,
    load_first_names,
    read_word_lists,
    strip_accents,
)


class LabelKind(StrEnum):
    """What the text of a field is the name of; an organisation is called as places are."""

    ROLE = "role"
    PLACE = "place"


_LISTS: Final = read_word_lists("labels.txt")
_WORK: Final = _LISTS["work"]
_PLACE_WORDS: Final = _LISTS["places"] | BUILDINGS
_HEADS: Final = _WORK | _PLACE_WORDS | ORGANISATIONS
_SURNAMES: Final = _LISTS["surnames"]
_TERRAIN_SURNAMES: Final = _LISTS["surnames of terrain"]
_GIVEN: Final = _LISTS["given"]
_LIKE_PERSONS: Final = frozenset(tuple(pair.split("_")) for pair in _LISTS["places like persons"])
_PERSONS_LIKE_PLACES: Final = _LISTS["persons like places"]
_SINGLE_PLACES: Final = _LISTS["single places"]
_NOBLES: Final = _LISTS["nobles"]
_TITLES: Final = _LISTS["titles"]
_HONOURS: Final = frozenset(["admiral", "captain", "general", "lady", "lord", "sir"])
_BEFORE_A_HEAD: Final = frozenset(["children's", "community", "health", "medical", "memorial"])
# What the names of places end with, in England, Scotland and Wales.
_PLACE_ENDING: Final = re.compile(
    r".{2,}(?:ton|ham|ley|leigh|ford|bury|borough|burgh|brough|wick|wich|thorpe|by|worth|combe"
    r"|mouth|minster|stead|sted|hurst|den|don|stow|stoke|field|bridge|pool|port|well|wood|chester"
    r"|caster|cester|head|shire|haven|gate|side|brook|holme|ness|thwaite|wold|dale|fell|ster"
    r"|shaw|toft|rith|more|low|mere|stone|hill|land|water|church|bourne|burn|cliffe?)"
)
_PLACE_BEGINNING: Final = re.compile(
    "aber|auch|bal|betws|blaen|bryn|caer|cwm|dun|glen|inver|kil|llan|merthyr|pen|pont|strath|tre|ystrad"
)
# What ordinary words and the names of jobs end with; few surnames do.
_WORK_ENDING: Final = re.compile(
    r".{3,}(?:ing|ment|tion|sion|ist|ology|ologist|ician|ary|ory|ity|ance|ence|ship|ive|ical|ional"
    r"|iatric|iatry|ism|ness|less|ful|able|ible|ous|eer|ator|itor|ctor|graphy|grapher|therapy)"
)
_SEPARATOR: Final = re.compile(r"[-_]")
_POSSESSIVE_IN_ID: Final = re.compile(r"-s(?=-|$)")  # 'dr-gray-s-hospital'
_SHORTEST_SURNAME: Final = 2  # letters, as 'Li'


def find_names_in_label(text: str, label: LabelKind) -> list[Finding]:
    """Return the names of persons in the name of a role, a place or an organisation.

    ``text`` is the value of one field. It may be typed in small letters, in capitals, or as an id
    (``foster-carer-1``).
    """
    return list(_find_names(text, label))


# The same few roles and places come again in every roster.
@lru_cache(maxsize=4096)
def _find_names(text: str, label: LabelKind) -> tuple[Finding, ...]:
    folded = FoldedText(text)
    passage = Passage(FoldedText(_capitalise(folded.text)))
    findings: list[Finding] = []
    index = 0
    while index < len(passage.words):
        last = _find_last_of_name(passage, index, label)
        if last is None:
            index += 1
            continue
        kind = DetailKind.NAME if last > index or _is_joined(passage, index) else None
        start, end = passage.words[index].start, passage.words[last].end
        findings.append(Finding(*folded.source_span(start, end), kind or DetailKind.FIRST_NAME))
        index = last + 1
    return tuple(findings)


def _capitalise(text: str) -> str:
    """Return a text with the capitals of a name, of the same length.

    Whoever types only small letters, only capitals or an id means the same as with capitals.
    """
    if text.islower() or (text.isupper() and " " in text):
        plain = _SEPARATOR.sub(" ", _POSSESSIVE_IN_ID.sub("'s", text))
        titled = re.sub(r"[^\W\d_]+(?:'s)?", lambda match: match[0].capitalize(), plain)
        if len(titled) == len(text):
            return titled
    return text


def _is_joined(passage: Passage, index: int) -> bool:
    return find_camel_case_name(passage, index) is not None


def _find_last_of_name(passage: Passage, index: int, label: LabelKind) -> int | None:
    """Return the last word of the person's name that begins with a word; ``None`` for none."""
    word = passage.words[index]
    if not word.capitalised:
        return None
    if find_camel_case_name(passage, index):
        return index
    if word.lower in _TITLES:
        return _find_titled(passage, index, label)
    if len(word.text) == 1:
        return _find_behind_initial(passage, index, label)
    if word.lower in _NOBLES or len(word.parts) > 2:  # 'Queen Alexandra', 'Chester-le-Street'
        return None
    if (last := _find_surname_first(passage, index, label)) is not None:
        return last
    if not passage.is_first_name(index):
        return _find_unlisted(passage, index, label)
    previous = passage.words[index - 1].lower if index else ""
    if index and previous in _NOBLES and passage.gap_after(index - 1).strip(" .") == "":
        # 'The Sir Charles Napier' is a pub, and 'Sir Charles Napier' in a role a person.
        is_inn = index > 1 and passage.words[index - 2].lower == "the"
        if label is LabelKind.PLACE or is_inn or previous not in _HONOURS:
            return None
    last = _find_surname(passage, index)
    if last is None:
        return index if _stands_alone(passage, index, label) else None
    pair = word.lower, passage.words[index + 1].lower
    if pair in _LIKE_PERSONS:
        return None
    return last if _is_full_name(passage, index, last, label) else None


def _find_surname(passage: Passage, first: int) -> int | None:
    """Return the last word that could be a surname behind a first name; ``None`` for no such word.

    Middle names, initials and particles ('van der') may stand between.
    """
    last = passage.find_last_word(first)
    if last == first and passage.next_word(first) in _SURNAMES | _TERRAIN_SURNAMES:
        last += passage.words[first + 1].capitalised  # a word that elsewhere is nobody's name
    while last > first and _is_head(passage.words[last].lower) and last > first + 1:
        last -= 1  # 'Tom Smith Arms'
    return last if last > first and len(passage.words[last].text) >= _SHORTEST_SURNAME else None


def _is_head(lower: str) -> bool:
    """Check whether a word belongs to a job, a place or an organisation, as 'Arms' or 'Officer'."""
    return lower in _HEADS or lower.removesuffix("s") in _HEADS


def _is_full_name(passage: Passage, first: int, last: int, label: LabelKind) -> bool:
    """Check that a first name and what follows it are a person's name, and no place or job."""
    words = passage.words
    lower, surname = words[first].lower, words[last].lower
    is_certain = _is_certain_first_name(passage, first)
    if any(word.possessive for word in words[first:last]):
        return False
    if surname in _SURNAMES or (label is LabelKind.ROLE and surname in _TERRAIN_SURNAMES):
        return is_certain and _ends_name(passage, last)
    # Of three words the last but one may be the first of a job: 'Nia Domestic Abuse Worker'.
    following = [word.lower for word in words[first + 1 : last + 1]]
    if any(_is_head(word) or word in COMMON_WORDS for word in following):
        return False
    if any(map(_is_of_work, following)) and not (is_certain and _ends_name(passage, last)):
        return False
    if is_certain or lower in _GIVEN:
        return True
    is_like_place = lower in PLACES or _ends_like_place(lower)
    if is_like_place and lower not in _PERSONS_LIKE_PLACES:
        return lower in MOSTLY_NAMES and not _ends_like_place(surname) and surname not in PLACES
    if _ends_like_place(surname) or surname in PLACES:
        return label is LabelKind.ROLE and not _is_head(lower)
    return not (label is LabelKind.PLACE and _is_head(lower))


def _is_certain_first_name(passage: Passage, index: int) -> bool:
    """Check whether a word is a first name, and neither another word nor like a place."""
    lower = strip_accents(passage.words[index].lower)
    if _is_head(lower) or lower in PLACES or lower in MONTHS:
        return False
    if _ends_like_place(lower) and lower not in _PERSONS_LIKE_PLACES:
        return False
    is_word = load_first_names().get(lower, False) or lower in COMMON_WORDS
    return not is_word or lower in MOSTLY_NAMES


def _ends_like_place(lower: str) -> bool:
    return _PLACE_ENDING.fullmatch(lower) is not None


def _is_of_work(lower: str) -> bool:
    return _WORK_ENDING.fullmatch(lower) is not None


def _ends_name(passage: Passage, last: int) -> bool:
    """Check that behind a surname which is a word too, nothing makes it one: 'Ruth Young Women'."""
    following = passage.next_word(last)
    return not following or following in _PLACE_WORDS | _BEFORE_A_HEAD


def _stands_alone(passage: Passage, index: int, label: LabelKind) -> bool:
    """Check whether a first name fills a part of a role: 'Housing Officer (Wayne)'."""
    if label is not LabelKind.ROLE or not _is_certain_first_name(passage, index):
        return False
    word = passage.words[index]
    if word.lower in COMMON_WORDS | _SINGLE_PLACES or word.possessive or len(word.text) < 3:
        return False
    starts = passage.gap_after(index - 1).strip(" ") not in {"", "&"} if index else True
    ends = passage.gap_after(index).strip(" ") != ""
    return starts and ends and not (word.all_capitals and len(word.text) < 5)


def _find_titled(passage: Passage, index: int, label: LabelKind) -> int | None:
    """Return the last word of 'Mrs Kowalczyk' or 'PC Tom Hollis'; ``None`` for a role."""
    if index + 1 >= len(passage.words) or passage.gap_after(index).strip(" .") != "":
        return None
    following = passage.words[index + 1]
    lower = following.lower
    if not following.capitalised or following.all_capitals or following.possessive:
        return None
    if passage.is_first_name(index + 1) and _find_surname(passage, index + 1):
        return _find_last_of_name(passage, index + 1, label)
    if _is_head(lower) and not (
        lower in _SURNAMES and passage.words[index].lower[:2] in {"mr", "ms"}
    ):
        return None
    if lower in COMMON_WORDS | PLACES or _ends_like_place(lower) or _is_of_work(lower):
        return None
    return index + 1


def _find_behind_initial(passage: Passage, index: int, label: LabelKind) -> int | None:
    """Return the surname of 'J. Okafor' and 'J. T. Okafor' in a role; ``None`` for none."""
    last = index
    while (
        last + 1 < len(passage.words)
        and passage.words[last].capitalised
        and len(passage.words[last].text) == 1
        and passage.gap_after(last).strip(" ") == "."
    ):
        last += 1
    surname = passage.words[last]
    if label is not LabelKind.ROLE or last == index or len(surname.text) < _SHORTEST_SURNAME + 1:
        return None
    if not surname.capitalised or surname.all_capitals or _is_head(surname.lower):
        return None
    return None if surname.lower in COMMON_WORDS | PLACES else last


def _find_unlisted(passage: Passage, index: int, label: LabelKind) -> int | None:
    """Return the last word of a role that is nothing but two or three words on no list."""
    last = len(passage.words) - 1
    if label is not LabelKind.ROLE or index or last not in {1, 2}:
        return None
    if any(passage.gap_after(position) != " " for position in range(last)):
        return None
    for word in passage.words:
        lower = word.lower
        if not word.capitalised or word.all_capitals or word.possessive or len(word.parts) > 1:
            return None
        if _is_head(lower) or lower in COMMON_WORDS | PLACES | _NOBLES or _is_of_work(lower):
            return None
    if _PLACE_BEGINNING.match(passage.words[0].lower):
        return None
    if passage.words[0].lower.endswith(("s", "y", "er", "or", "ed")):  # 'Lollipop', 'Stores'
        return None
    return None if _ends_like_place(passage.words[0].lower) else last


def _find_surname_first(passage: Passage, index: int, label: LabelKind) -> int | None:
    """Return the first name behind a surname and a comma: 'Ollerenshaw, Wayne'."""
    words = passage.words
    lower = words[index].lower
    if index + 1 >= len(words) or passage.gap_after(index) != ", " or index:
        return None
    if _is_head(lower) or lower in COMMON_WORDS | PLACES:
        return None
    if _ends_like_place(lower) and label is LabelKind.PLACE:
        return None
    if not passage.is_first_name(index + 1) or not _is_certain_first_name(passage, index + 1):
        return None
    ends = index + 2 == len(words) or passage.gap_after(index + 1).strip() != ""
    return index + 1 if ends else None
