"""The names that lists give people: how they are compared, and which are no person's.  Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from copkit.text.normalise import clean

_MARK_WORDS: Final = (
    "external|ext|extern|externe|externo|externa|esterno|zewnętrzny|allanol|"
    "guest|gast|invitée?|invitad[oa]|convidad[oa]|ospite|gość|gwestai|"
    "unverified|not verified|verified|nicht verifiziert|non vérifiée?|no verificad[oa]|"
    "niet geverifieerd|niezweryfikowany|heb ei ddilysu|non verificat[oa]|não verificad[oa]|"
    "host|co-host|cohost|me|you|organi[sz]er|presenter|attendee|panelist|via phone|phone"
)
_PRONOUN: Final = (
    "he|him|his|she|her|hers|they|them|their|theirs|ze|zir|xe|xem|hir|ey|em|it|its|any|all|"
    "er|ihn|sie|ihr|il|lui|elle|iel|él|ella|elle|hij|hem|zij|haar|die|hen|on|ona|fo|ef|hi|nhw"
)
_MARKS: Final = re.compile(
    rf"\((?:\s*(?:{_MARK_WORDS})\s*,?)+\)"
    rf"|[(\[]\s*(?:{_PRONOUN})(?:\s*[/|,&]\s*(?:{_PRONOUN})){{0,3}}\s*[)\]]"
    rf"|\s(?:{_PRONOUN})(?:/(?:{_PRONOUN})){{1,3}}\s*$"
    r"|\[[^\]]{0,80}\]"
)
_BRACKETS: Final = re.compile(r"\(([^()]{1,80})\)")
_QUOTES: Final = str.maketrans("‘’ʼ`´“”‐‑–", "'''''\"\"---")

# As whole words, and never a word that is also a surname: Otter, Read and Gong are people too.
_BOT: Final = re.compile(
    r"\b(?:otter\.ai|otterpilot|otter pilot|otter'?s? (?:ai )?note ?-?taker|fireflies(?:\.ai)?"
    r"|read\.ai|read ai (?:note ?-?taker|meeting notes|assistant)|tl;dv|tldv|avoma|meetgeek|sembly"
    r"|fathom(?:\.video|\.ai| ai|'?s)? note ?-?taker|fathom\.(?:video|ai)|gong\.io|chorus\.ai"
    r"|fellow\.app|circleback|tactiq|airgram|krisp|supernormal|spinach\.ai|recall\.ai|jamie\.ai"
    r"|grain\.com|granola\.ai|bluedot\.org|notta\.ai|note ?-?takers?|ai companion|ai assistant"
    r"|ai notes|meeting notes|copilot|meeting bot|recording bot|recorder bot|transcription bot"
    r"|meeting room|conference room|besprechungsraum|salle de réunion|sala de reuniones"
    r"|vergaderzaal|sala konferencyjna|ystafell gyfarfod)(?!\w)"
)
_ONLY_BOT: Final = re.compile(r"read ai|fathom|copilot|transcript(?:ion)?|recorder|recording")
_BOT_SERVER: Final = re.compile(
    r"(?:otter|fireflies|read|fathom|meetgeek|sembly|circleback|recall|jamie|notta|spinach)\.ai"
    r"|fathom\.video|tldv\.io|avoma\.com|fellow\.app|tactiq\.io|grain\.com"
)
_DIAL_IN: Final = re.compile(
    r"[+(]?[\d*•·x#][\d*•·x#\s().\-/]{4,30}"
    r"|(?:call|dial)[- ]?in(?: user| participant)?[ _#-]?\d*"
    r"|(?:phone|pstn|telephone) ?(?:user|caller|participant|number)?[ _#-]?\d*"
    r"|caller[ _#-]?\d*|(?:unknown|anonymous)(?: (?:user|caller|participant|number))?[ _#-]?\d*"
    r"|anonym(?:er teilnehmer|e|ous)?|anónimo|anoniem|anonimowy|dienw"
)
_ORGANISER: Final = re.compile(r"(?:co-?)?organi[sz]|organizz|trefnydd|host$|gastgeber")
_ADDRESS: Final = re.compile(
    r"(?<![^\s<>(),;:\"'\[\]@])[^\s<>(),;:\"'\[\]@]{1,64}"
    r"@[^\s<>(),;:\"'\[\]@]{1,200}\.[^\W\d_]{2,60}"
)  # it begins where a word does, and holds one @: quick to give up
_OUTSIDE: Final = re.compile(r"(.+)_([^_@]+)#ext#@.+")


@lru_cache(maxsize=20_000)
def compared(name: str) -> str:
    """Write a name as names are compared: ``Roe, Sam (Guest)`` and ``SAM  ROE`` are ``sam roe``.

    Marks of programs, ``[organisations]`` and ``(she/her)`` are left out; other words in brackets
    stay, for they may be all that tells two people apart.
    """
    plain = unicodedata.normalize("NFKC", clean(name[:200])).casefold().translate(_QUOTES)
    bare = _MARKS.sub(" ", f" {plain} ")
    bare = " ".join((bare if bare.strip(" ,") else plain).split())
    brackets = " ".join(match[0] for match in _BRACKETS.finditer(bare))
    words = " ".join(_BRACKETS.sub(" ", bare).split()).strip(" ,")
    surname, comma, first = words.partition(",")
    if comma and surname.strip() and first.strip() and "," not in first:
        words = f"{first.strip()} {surname.strip()}"
    return f"{words} {brackets}".strip()


def readings(name: str) -> tuple[str, ...]:
    """Give every form in which a name may be meant, as :func:`compared`, the whole one first.

    ``Jo (Joanna Roe)`` may be ``joanna roe``, as Zoom writes somebody who took another name, or
    ``jo`` alone.
    """
    whole = compared(name)
    inner = _BRACKETS.findall(whole)
    outside = " ".join(_BRACKETS.sub(" ", whole).split())
    forms = (whole, *(compared(one) for one in inner), outside)
    return tuple(dict.fromkeys(one for one in forms if one))


def address_in(text: str) -> str:
    """Give the address in a cell, in small letters; ``""`` where there is none.

    A guest's ``sam_example.org#EXT#@host.onmicrosoft.com`` is ``sam@example.org``.
    """
    if "@" not in text:
        return ""
    text = text.strip().lower().removeprefix("mailto:")
    if outside := _OUTSIDE.fullmatch(text):
        text = f"{outside[1]}@{outside[2]}"
    match = _ADDRESS.search(text)
    return match[0] if match else ""


def is_bot(name: str, email: str = "") -> bool:
    """Say whether a name is of a note-taker or a meeting room; ``Sam Otter`` is a person."""
    plain = " ".join(unicodedata.normalize("NFKC", clean(name[:200])).casefold().split())
    server = email.rpartition("@")[2]
    bare = compared(name)
    return bool(
        _BOT_SERVER.fullmatch(server)
        or _BOT.search(plain.translate(_QUOTES))
        or _ONLY_BOT.fullmatch(bare)
    )


def is_dial_in(name: str) -> bool:
    """Say whether a name is a number somebody called from, or says that nobody knows who it was."""
    return _DIAL_IN.fullmatch(compared(name)) is not None


def is_organiser(role: str) -> bool:
    """Say whether a role on a list is the organiser's, in whichever language."""
    return _ORGANISER.match(role.strip().casefold()) is not None


def is_marked_host(name: str) -> bool:
    """Say whether a program put ``(Host)`` after a name."""
    return re.search(r"\((?:\s*\w+,)*\s*host\b[^)]*\)", name.casefold()) is not None
