"""Names and addresses on attendance lists: comparing them, and recognising bots.  Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from copkit.text.normalise import clean

# What programs and people put in brackets after a name, by language.
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
# " (Guest, Host)", " (she/her)" or "[she, they]", " she/her" at the end, "[Organisation]"
_MARKS: Final = re.compile(
    rf"\((?:\s*(?:{_MARK_WORDS})\s*,?)+\)"
    rf"|[(\[]\s*(?:{_PRONOUN})(?:\s*[/|,&]\s*(?:{_PRONOUN})){{0,3}}\s*[)\]]"
    rf"|\s(?:{_PRONOUN})(?:/(?:{_PRONOUN})){{1,3}}\s*$"
    r"|\[[^\]]{0,80}\]"
)
_BRACKETS: Final = re.compile(r"\(([^()]{1,80})\)")
# Typed marks vary by keyboard: O'Neil may come with four different apostrophes.
_QUOTES: Final = str.maketrans("‘’ʼ`´“”‐‑–", "'''''\"\"---")

# As whole words, and never a word that is also a surname: Otter, Read and Gong are people too.
_BOT_WORDS: Final = re.compile(
    r"\b(?:otter\.ai|otterpilot|otter pilot|otter'?s? (?:ai )?note ?-?taker|fireflies(?:\.ai)?"
    r"|read\.ai|read ai (?:note ?-?taker|meeting notes|assistant)|tl;dv|tldv|avoma|meetgeek|sembly"
    r"|fathom(?:\.video|\.ai| ai|'?s)? note ?-?taker|fathom\.(?:video|ai)|gong\.io|chorus\.ai"
    r"|fellow\.app|circleback|tactiq|airgram|krisp|supernormal|spinach\.ai|recall\.ai|jamie\.ai"
    r"|grain\.com|granola\.ai|bluedot\.org|notta\.ai|note ?-?takers?|ai companion|ai assistant"
    r"|ai notes|meeting notes|copilot|meeting bot|recording bot|recorder bot|transcription bot"
    r"|meeting room|conference room|besprechungsraum|salle de réunion|sala de reuniones"
    r"|vergaderzaal|sala konferencyjna|ystafell gyfarfod)(?!\w)"
)
# Only where it is the whole name: "Fathom Smith" is a person.
_BOT_NAMES: Final = re.compile(r"read ai|fathom|copilot|transcript(?:ion)?|recorder|recording")
_BOT_SERVERS: Final = re.compile(
    r"(?:otter|fireflies|read|fathom|meetgeek|sembly|circleback|recall|jamie|notta|spinach)\.ai"
    r"|fathom\.video|tldv\.io|avoma\.com|fellow\.app|tactiq\.io|grain\.com"
)
# "+44 **** **1234", "Call-in user 3", "Unknown participant", "Anonymous"
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
# A guest at Microsoft, from another organisation: "sam_example.org#ext#@host.onmicrosoft.com"
_GUEST_ADDRESS: Final = re.compile(r"(.+)_([^_@]+)#ext#@.+")


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """Return the key by which names are compared: ``sam roe`` for ``Roe, Sam (Guest)``.

    Marks of programs, ``[organisations]`` and ``(she/her)`` are left out; other words in brackets
    stay, since they may be all that distinguishes two people.
    """
    plain = unicodedata.normalize("NFKC", clean(name[:200])).casefold().translate(_QUOTES)
    bare = _MARKS.sub(" ", f" {plain} ")
    bare = " ".join((bare if bare.strip(" ,") else plain).split())  # a name may be all marks
    brackets = " ".join(match[0] for match in _BRACKETS.finditer(bare))
    words = " ".join(_BRACKETS.sub(" ", bare).split()).strip(" ,")
    # "Roe, Sam" is "Sam Roe", but "Roe, Sam, MA" is left alone.
    surname, comma, first = words.partition(",")
    if comma and surname.strip() and first.strip() and "," not in first:
        words = f"{first.strip()} {surname.strip()}"
    return f"{words} {brackets}".strip()


def name_variants(name: str) -> tuple[str, ...]:
    """Return every key that a name may have, that of the whole name first.

    ``Jo (Joanna Roe)`` may be ``joanna roe``, as Zoom writes somebody who took another name, or
    ``jo`` alone.
    """
    whole = name_key(name)
    in_brackets = [name_key(words) for words in _BRACKETS.findall(whole)]
    outside = " ".join(_BRACKETS.sub(" ", whole).split())
    keys = [whole, *in_brackets, outside]
    return tuple(dict.fromkeys(key for key in keys if key))


def find_address(text: str) -> str:
    """Return the address in a cell, in lower case; ``""`` where there is none.

    A guest's ``sam_example.org#EXT#@host.onmicrosoft.com`` is ``sam@example.org``.
    """
    if "@" not in text:
        return ""
    text = text.strip().lower().removeprefix("mailto:")
    if guest := _GUEST_ADDRESS.fullmatch(text):
        text = f"{guest[1]}@{guest[2]}"
    match = _ADDRESS.search(text)
    return match[0] if match else ""


def is_bot(name: str, email: str = "") -> bool:
    """Check whether a name is of a note-taker or a meeting room; ``Sam Otter`` is a person."""
    plain = " ".join(unicodedata.normalize("NFKC", clean(name[:200])).casefold().split())
    server = email.rpartition("@")[2]
    bare = name_key(name)
    return bool(
        _BOT_SERVERS.fullmatch(server)
        or _BOT_WORDS.search(plain.translate(_QUOTES))
        or _BOT_NAMES.fullmatch(bare)
    )


def is_dial_in(name: str) -> bool:
    """Check whether a name is a phone number, or stands for an unknown caller."""
    return _DIAL_IN.fullmatch(name_key(name)) is not None


def is_organiser(role: str) -> bool:
    """Check whether a role on a list is the organiser's, in any known language."""
    return _ORGANISER.match(role.strip().casefold()) is not None


def has_host_mark(name: str) -> bool:
    """Check whether a program put ``(Host)`` after a name, or ``(Me, host)``."""
    return re.search(r"\((?:\s*\w+,)*\s*host\b[^)]*\)", name.casefold()) is not None
