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
    "host|co-host|cohost|me|you|organi[sz]er|presenter|attendee|panelist|via phone|phone|"
    "chair|co-chair|facilitator|minutes|note ?-?taker|speaker|member|online|in person|remote|"
    "moderator|moderatorin|vorsitz|protokoll|animateur|animatrice|secrétaire|ponente|"
    "moderador|moderadora|voorzitter|notulist|prowadzący|prowadząca|hwylusydd|cadeirydd|"
    "moderatore|moderatrice"
)
# Before a name, and after it; never a word that is also a first name, such as Don or Pan.
_TITLE_WORDS: Final = (
    "dr mr mrs ms miss mx prof professor doctor cllr councillor sir dame lady lord rev revd "
    "reverend canon judge sgt pc ds di dc dci insp inspector sergeant capt maj col herr frau hr fr "
    "mme mlle monsieur madame mademoiselle señor señora señorita sr sra srta dhr mevr mevrouw "
    "meneer pani mgr inż ing mag dipl sig sigra signor signora dott dottssa dra eng dipl-ing univ"
)
_TITLES: Final = frozenset(_TITLE_WORDS.split())
_DEGREE_WORDS: Final = (
    "phd dphil msc bsc ma ba med mba md frcgp mrcgp rn rmn rgn obe mbe cbe kc qc jp esq cqsw pgce "
    "llb llm"
)
_DEGREES: Final = frozenset(_DEGREE_WORDS.split())
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
_WRITTEN_MARKS: Final = re.compile(_MARKS.pattern, re.IGNORECASE)
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

    Marks of programs, titles, ``[organisations]`` and ``(she/her)`` are left out; other words in
    brackets stay, since they may be all that distinguishes two people.
    """
    plain = unicodedata.normalize("NFKC", clean(name[:200])).casefold().translate(_QUOTES)
    bare = _MARKS.sub(" ", f" {plain} ")
    bare = " ".join((bare if bare.strip(" ,") else plain).split())  # a name may be all marks
    brackets = " ".join(match[0] for match in _BRACKETS.finditer(bare))
    words = " ".join(_BRACKETS.sub(" ", bare).split()).strip(" ,")
    words = _without_degrees(words)
    # "Roe, Sam" is "Sam Roe", but "Roe, Sam, MA" is left alone.
    surname, comma, first = words.partition(",")
    if comma and surname.strip() and first.strip() and "," not in first:
        words = f"{_without_titles(first.strip())} {surname.strip()}"
    return f"{_without_titles(words)} {brackets}".strip()


def _without_titles(name: str) -> str:
    """Return a name without titles before it, unless it is nothing else."""
    words = name.split()
    while len(words) > 1 and words[0].strip(".,-").replace(".", "") in _TITLES:
        words.pop(0)
    return " ".join(words)


def _without_degrees(name: str) -> str:
    """Return a name without degrees behind it, unless it is nothing else."""
    words = name.split()
    while len(words) > 1 and words[-1].replace(".", "").strip(",") in _DEGREES:
        words.pop()
    return " ".join(words).strip(" ,")


def tidy_name(name: str) -> str:
    """Return a name as it is written, without titles, marks and pronouns, the first name first.

    ``Dr Roe, Sam (she/her)`` becomes ``Sam Roe``. A title stays where only a surname follows.
    """
    bare = " ".join(_WRITTEN_MARKS.sub(" ", f" {name} ").split()).strip(" ,") or name
    surname, comma, first = bare.partition(",")
    if comma and first.strip() and "," not in first:
        bare = f"{first.strip()} {surname.strip()}"
    words = bare.split()
    while len(words) > 2 and words[0].casefold().strip(".,-").replace(".", "") in _TITLES:
        words.pop(0)
    return " ".join(words)


def name_variants(name: str) -> tuple[str, ...]:
    """Return every key that a name may have, that of the whole name first.

    ``Jo (Joanna Roe)`` may be ``joanna roe``, as Zoom writes somebody who took another name; never
    ``jo`` alone, which may be anybody.
    """
    whole = name_key(name)
    in_brackets = [name_key(words) for words in _BRACKETS.findall(whole)]
    outside = " ".join(_BRACKETS.sub(" ", whole).split())
    # "Sam Roe - Harbour Trust", "Sam Roe | Harbour Trust"
    before_dash = _AFFILIATION.split(outside, maxsplit=1)[0].strip(" ,")
    keys = [*in_brackets, outside, before_dash]
    # One word is nobody's whole name: it is never joined to a longer one.
    return tuple(dict.fromkeys([whole, *(key for key in keys if " " in key)]))


_AFFILIATION: Final = re.compile(r"\s+[-–—|/]\s+|\s*\|\s*|,\s")


def find_address(text: str) -> str:
    """Return the first address in a cell, in lower case; ``""`` where there is none.

    A guest's ``sam_example.org#EXT#@host.onmicrosoft.com`` is ``sam@example.org``.
    """
    return next(iter(find_addresses(text)), "")


def find_addresses(text: str) -> list[str]:
    """Return every address in a cell, as :func:`find_address` does."""
    if "@" not in text:
        return []
    text = text.strip().lower().removeprefix("mailto:")
    if guest := _GUEST_ADDRESS.fullmatch(text):
        text = f"{guest[1]}@{guest[2]}"
    return _ADDRESS.findall(text)


_NAME: Final = re.compile(r"[^\W\d_][^\d_@:;!?()\[\]{}<>=/\\|+*#%&$£€\"]*")
_PARTICLE_WORDS: Final = (
    "de del della di da dos das do van von der den ten ter la le el al bin ibn y e af av ap ab "
    "und and"
)
_PARTICLES: Final = frozenset(_PARTICLE_WORDS.split())


def may_be_a_name(text: str) -> bool:
    """Check whether a text looks like somebody's whole name: two to five words, capitalised."""
    words = text.replace(",", " ").split()
    if not 2 <= len(words) <= 5 or len(text) > 50 or not _NAME.fullmatch(text):
        return False
    return all(
        word[0].isupper() or not word[0].islower() or word.casefold() in _PARTICLES
        for word in words
    )


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
