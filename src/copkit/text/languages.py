"""What languages are called in English, by their codes (BCP 47).  Reads the table beside it.

The table, ``languages.txt``, has every code of ISO 639-1, and of ISO 639-3 what is often spoken in
Britain: a code, the name that is printed, and other names that people type for it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

_TAG: Final = re.compile(r"([a-z]{2,3})((?:-[A-Za-z0-9]{2,8}){0,4})", re.ASCII)


def find_language_name(tag: str) -> str | None:
    """Return what a language is called by its code: ``Polish``; ``None`` for no code.

    A code of three letters that the table lacks is its own name, since there are thousands; a
    script or a country follows the name: ``Portuguese (BR)``.
    """
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    code, rest = match.groups()
    names = _table().get(code)
    name = names[0] if names else code
    if not names and len(code) == len("en"):
        return None
    return f"{name} ({rest[1:]})" if rest else name


def find_language_code(typed: str) -> str | None:
    """Return the code of a language that was typed by its code or its name; ``None`` for neither.

    ``pl``, ``PL``, ``Polish`` and ``polish`` are ``pl``.
    """
    folded = " ".join(typed.split()).casefold()
    if folded not in codes_by_name() and folded.replace("-", " ") in codes_by_name():
        folded = folded.replace("-", " ")  # as completion writes it, for the shell
    if folded in _table():
        return folded
    if (code := codes_by_name().get(folded)) is not None:
        return code
    is_tag = find_language_name(typed.strip()) is not None
    return typed.strip() if is_tag and ("-" in typed or len(folded) > len("en")) else None


@cache
def codes_by_name() -> dict[str, str]:
    """Return the codes of languages by each of their names, in small letters."""
    return {name.casefold(): code for code, names in _table().items() for name in names}


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Return the names of every language in the table by its code, the printed one first."""
    text = Path(__file__).with_name("languages.txt").read_text(encoding="utf-8")
    rows = (line.partition(" ") for line in text.splitlines())
    return {code: tuple(names.split(", ")) for code, _, names in rows}
