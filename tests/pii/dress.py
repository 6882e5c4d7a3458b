"""Identifiers as people write them: in a dress, in a sentence, with or without a word for them.

A dress never changes what the identifier is: it has the same digits and letters in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.pii.identifiers import SORTS, Parts, Sort


@dataclass(frozen=True, slots=True)
class Dressed:
    """A text with one identifier in it, between two offsets."""

    sort: str
    text: str
    start: int
    end: int


GAPS: Final = (
    *("", "", " ", " ", "  ", "-", "-", ".", "/", "_", " - ", "\\-", ". "),
    *("\u00a0", "\u2009", "\u202f", "\u2013", "\u2011", "\u2212", " \u2013 ", "\u200b", "\u00ad"),
    *("&nbsp;", "&#160;", "&ndash;", "&#x2011;", "%20", "%2D", "\n", "\n"),
)
WRAPS: Final = (
    *("{}", "{}", "{}", "{}", "**{}**", "*{}*", "_{}_", "__{}__", "***{}***", "~~{}~~", "`{}`"),
    *("({})", "[{}]", "[[{}]]", "<{}>", '"{}"', "'{}'", "\u201c{}\u201d", "\u2018{}\u2019"),
    *("&quot;{}&quot;", "<b>{}</b>", "<span>{}</span>", "=={}==", "\\[{}\\]", "{{}}"),
    *("{},", "{}.", "{};", "{}?", "{}!", "{}\u2026", "...{}...", "\u2013{}\u2013", "({}),", "{})."),
    *("[{}](https://example.org/x)", "**({})**", "\u00ab{}\u00bb", "{}&amp;", "\u00a0{}\u00a0"),
)
NAMED: Final = (
    *("{label}: {it}", "{label} {it} on the front sheet.", "Her {label} is {it}, ask again."),
    *("{label} = {it}", "- {label}: {it}", "{label}:\u00a0{it}", "({label} {it})", "{label}, {it}"),
    *("| {label} | {it} |", "|{label}|{it}|", "> {label}: {it}", "{label} - {it}"),
    *("**{label}**: {it}", "**{label}:** {it}", "Seen today.\n{label}: {it}\nNo reply.\n"),
    *("His {label} was {it} when we met.", "They gave {label} {it} and left.", '{label}: "{it}"'),
    *("{yaml}: {it}\n", "{yaml}: '{it}'\n", "  {yaml}: {it} # from the letter\n"),
    *("`{yaml}={it}`", '{"{yaml}": "{it}"}', "<td>{label}</td><td>{it}</td>"),
    *("{it} is her {label}.", "{it} ({label})", "{label}\t{it}\tseen", "{label}\n{it}\n"),
    *(
        "{label}:\n{it}\n",
        "{yaml}:\n  - {it}\n",
        "- {label}:\n  - {it}\n",
        "{label} {it}/seen twice",
    ),
    *("{label} (new) {it}", "{label} given as {it}", "{label} {it}?"),
    *("the {label}, {it}, is on file", "{label}... {it}", "{label}; {it}", "{label}={it};seen=2"),
    "| seen | {label} |\n|---|---|\n| twice | {it} |\n",
)
ALONE: Final = (
    *("{it}", "Referred on Monday, {it}, no reply yet.", "The letter says {it} and nothing more."),
    *("Rang again. {it}", "- {it}", "| {it} | seen twice |", "|{it}|", "see {it}; no change"),
    *("> {it}", "# {it}", "No shows (see {it}) so far", "seen twice:{it}", "* {it}\n* none\n"),
    *("<li>{it}</li>", "client/{it}", "client={it}", "{it}: no reply", "a; {it}; b"),
    *("seen,{it},twice", "seen\t{it}\ttwice", "Seen\r\n{it}\r\ntwice", "client:\n  - {it}\n"),
    *("no change\n\n{it}\n\nno reply", "c/o {it}", "~{it}", "re:{it}"),
)
IN_NAMES: Final = (
    *("scans/{it}.pdf", "letter_{it}.docx", "{it}_letter.docx", "notes-{it}.md", "{it}-notes.md"),
    *("letter {it} (1).pdf", "2019_{it}.txt"),
)
IN_NAMES_NAMED: Final = (
    *("scans/{yaml}_{it}.pdf", "{yaml}-{it}.md", "letter_{yaml}_{it}_v2.docx", "{label} {it}.pdf"),
)
IN_URLS_NAMED: Final = (
    *("https://example.org/p?{yaml}={it}&x=1", "[record](https://example.org/{yaml}/{it})"),
    "https://example.org/{yaml}-{it}.html",
)
IN_URLS: Final = (
    *(
        "https://example.org/p?id={it}",
        "https://example.org/{it}/",
        "[x](https://example.org/{it})",
    ),
    "https://example.org/#{it}",
)
_RUNS_ON: Final = re.compile(r"(?![|#`{]|.*(?:yaml|</|\{it\}:)|\w+=)")
"""Carriers in which a line may end within an identifier: prose, lists and quotations."""

_GAPS_IN_NAMES: Final = ("", "_", "-", ".", " ")
_GAPS_IN_URLS: Final = ("", "-", "_", "%20", "+", ".", "%2F", "%C2%A0")
_SITE: Final = re.compile(r"(?:https://)?(?:www\.)?\w{1,12}\.com?/")
_CLOSED: Final = re.compile(r"[0-9A-Za-z@.\[\]_-]+$")
_UNSEEN: Final = ("", "\u200b", "\u00ad")
_FULL_WIDTH: Final = {ord(digit): ord(digit) - ord("0") + ord("０") for digit in "0123456789"}


def dressed(seed: int, count: int) -> Iterator[Dressed]:
    """Draw identifiers of all sorts in turn; the same seed gives the same texts."""
    rng = Random(seed)
    names = list(SORTS)
    for number in range(count):
        name = names[number % len(names)]
        yield _one(rng, name, SORTS[name])


def _one(rng: Random, name: str, sort: Sort) -> Dressed:
    named = not sort.alone or rng.random() < 0.5
    label = rng.choice(sort.labels)
    if sort.in_names and rng.random() < 0.2:
        carriers, gaps = rng.choice(
            (
                (IN_NAMES_NAMED if named else IN_NAMES, _GAPS_IN_NAMES),
                (IN_URLS_NAMED if named else IN_URLS, _GAPS_IN_URLS),
            )
        )
        carrier, wrap = rng.choice(carriers), "{}"
        inside = _joined(sort, sort.draw(rng), rng.choice(gaps))
    else:
        carrier, wrap = rng.choice(NAMED if named else ALONE), rng.choice(WRAPS)
        if carrier.startswith(("{it} is", "{it} (")) and wrap[-1] in ".,;?!\u2026":
            wrap = "{}"
        inside = _inked(rng, _marked(sort, rng, sort.draw(rng)))
        if not _RUNS_ON.match(carrier):
            inside = inside.replace("\n", " ")
        elif carrier.startswith("> "):
            inside = inside.replace("\n", "\n> ")
    if sort.small and rng.random() < 0.15 and (named or _CLOSED.match(inside)):
        inside = inside.lower()
    carrier = carrier.replace("{label}", label)
    carrier = carrier.replace("{yaml}", label.lower().replace(" ", "_").replace(".", ""))
    before, _, after = carrier.replace("{it}", wrap).partition("{}")
    start = len(before) + _length_of_site(inside)
    return Dressed(name, f"{before}{inside}{after}", start, len(before) + len(inside))


def _joined(sort: Sort, parts: Parts, gap: str) -> str:
    """Join the parts of an identifier; where the gap tells it from others, there is always one."""
    if not sort.parted:
        return "".join(parts)
    if sort.needs_gap and gap in _UNSEEN:
        gap = sort.own_gap
    return gap.join(parts)


def _marked(sort: Sort, rng: Random, parts: Parts) -> str:
    """Join the parts by one of the gaps that people use, some with the first part in bold."""
    own = sort.own_gap and rng.random() < 0.3
    gap = sort.own_gap if own else rng.choice(sort.gaps or GAPS)
    if sort.parted and len(parts) > 1 and gap != "_" and rng.random() < 0.05:
        parts = (f"**{parts[0]}**", *parts[1:])
    return _joined(sort, parts, gap)


def _inked(rng: Random, text: str) -> str:
    """Write a text, but for a site, with signs that are not seen or with full-width digits."""
    drawn, lead = rng.random(), _length_of_site(text)
    if drawn > 0.16 or any(sign in text for sign in "&%\\"):
        return text
    if drawn < 0.08:
        return text[:lead] + text[lead:].translate(_FULL_WIDTH)
    at = rng.randrange(lead + 1, len(text))
    return text[:at] + rng.choice("\u200b\u200d\u2060\ufeff\u00ad") + text[at:]


def _length_of_site(text: str) -> int:
    """Measure the address that a name online stands behind; it leads to nobody by itself."""
    site = _SITE.match(text)
    return site.end() if site else 0
