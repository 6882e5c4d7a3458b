"""The words by which names are told from other words.  Reads the lists that ship with copkit.

``vocabulary.txt`` holds what stands beside names in case notes, and what begins with a capital
and is none; ``common.txt`` ordinary words; ``places.txt`` towns and regions; ``first_names.txt``
the first names of the UK.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final


def _lines(file: str) -> list[str]:
    text = files("copkit.pii").joinpath(file).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


@cache
def first_names() -> dict[str, bool]:
    """Give the first names of the United Kingdom; true for those that are ordinary words as well.

    From counts of the Office for National Statistics, National Records of Scotland and the
    Northern Ireland Statistics and Research Agency, under the Open Government Licence v3.0.
    """
    names = {name.removesuffix("?"): name.endswith("?") for name in _lines("first_names.txt")}
    return names | dict.fromkeys(_LISTS["short forms"], False)


def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    name = ""
    for line in _lines("vocabulary.txt"):
        if line.startswith("["):
            name = line.strip("[]")
            found[name] = set()
        else:
            found[name].update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


_LISTS: Final = _lists()

TITLES: Final = _LISTS["titles"]
POLICE_TITLES: Final = _LISTS["police titles"]
TITLES_THAT_ARE_WORDS: Final = _LISTS["titles that are words"]
ROLES: Final = _LISTS["roles"]
RELATIONS: Final = _LISTS["relations"]
FAMILY: Final = _LISTS["family"]
KIN: Final = _LISTS["kin"]
OF_A_PERSON: Final = KIN | _LISTS["of a person"]
ACTS: Final = _LISTS["acts"]
DOES: Final = ACTS | _LISTS["does"]
TOLD: Final = _LISTS["told"]
MOVED: Final = (TOLD - {"visited"}) | _LISTS["moved"]
AFTER_A_PERSON: Final = _LISTS["after a person"]
BEFORE_A_PERSON: Final = _LISTS["before a person"]
GREETINGS: Final = _LISTS["greetings"]
ARTICLES: Final = _LISTS["articles"]
MONTHS: Final = _LISTS["months"]
DAYS: Final = _LISTS["days"]
SEASONS: Final = _LISTS["seasons"]
ORGANISATIONS: Final = _LISTS["organisations"]
LOWER_ORGANISATIONS: Final = _LISTS["lower organisations"]
BEFORE_AN_ORGANISATION: Final = _LISTS["before an organisation"]
BUILDINGS: Final = _LISTS["buildings"]
PUBLIC: Final = frozenset(name.replace("_", " ") for name in _LISTS["public"])
CLINICAL: Final = _LISTS["clinical"]
BETWEEN: Final = _LISTS["between"]
MOSTLY_NAMES: Final = _LISTS["mostly names"]
NO_NAMES: Final = _LISTS["no names"]
PLACES: Final = frozenset(_lines("places.txt"))
COMMON: Final = NO_NAMES.union(*(line.split() for line in _lines("common.txt")), *_LISTS.values())
"""Ordinary words: with a capital they begin a sentence, in small letters they are no surname."""


def is_odd_word(word: str) -> bool:
    """Say whether a word is neither an ordinary one, nor a place or a first name."""
    low = word.lower()
    return low not in COMMON and low not in PLACES and low not in first_names()
