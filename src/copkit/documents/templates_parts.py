"""The templates that ship with copkit: what each makes, and of which a programme has its own.

Reads template files.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from copkit.documents.templates import LARGEST_TEMPLATE
from copkit.errors import CopkitError, closest, did_you_mean
from copkit.layout import entries
from copkit.shipped import ENDINGS, shipped, template_names

WHAT_THEY_MAKE: Final = {
    "agenda.css": "sizes and spaces of the agenda",
    "agenda.html": "the agenda as a web page",
    "agenda.md": "the agenda as Markdown",
    "agenda.txt": "the agenda as plain text",
    "agreement-part.svg": "one part of a bar of agreement",
    "agreement.svg": "how many agreed with each statement, as a picture",
    "bars.svg": "bars: how often each blockage came up",
    "brief.html": "the brief as a web page",
    "brief.md": "the brief as Markdown",
    "brief.txt": "the brief as plain text",
    "case.html": "one case, in a web page",
    "case.md": "one case, in Markdown",
    "case.txt": "one case, in plain text",
    "foot.html": "the programme's own line at the end of a web page",
    "growth.svg": "meetings and people by month, as a picture",
    "heat-map-cell.svg": "one cell of the heat-map",
    "heat-map.svg": "who came to which meeting, as a picture",
    "letter.css": "sizes and spaces of the letter",
    "letter.html": "the letter to a commissioner as a web page",
    "letter.md": "the letter as Markdown",
    "letter.txt": "the letter as plain text",
    "logo.html": "the logo, in a web page",
    "matrix-chip.svg": "one letter of the matrix as a picture",
    "matrix.html": "the matrix as a web page",
    "matrix.md": "the matrix as Markdown",
    "matrix.svg": "the matrix as a picture",
    "network-name.svg": "one sector's name in the network",
    "network.svg": "which sectors sit together, as a picture",
    "newsletter-head.css": "the newsletter on narrow and dark screens",
    "newsletter.css": "colours, sizes and spaces of the newsletter",
    "newsletter.html": "the newsletter as a web page and as an e-mail",
    "newsletter.md": "the newsletter as Markdown",
    "newsletter.txt": "the newsletter as plain text",
    "page.css": "colours, sizes and spaces of every web page",
    "page.html": "the frame of every web page",
    "picture.svg": "the frame of every picture",
    "register.html": "a register as a web page",
    "register.md": "a register as Markdown",
    "sectors.html": "members by sector as a web page",
    "sectors.md": "members by sector as Markdown",
}
"""By template, what it makes."""
_USES: Final = re.compile(r"\{%-?\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")


class Own(StrEnum):
    """Whether a programme has its own of a template."""

    NONE = ""
    SAME = "own, and the same as the shipped"
    DIFFERENT = "own"
    UNKNOWN = "own, and none ships with copkit"


class Listed(NamedTuple):
    """A template: what it makes, the templates that it is a part of, whether it is an own one."""

    name: str
    makes: str
    part_of: tuple[str, ...]
    own: Own
    meant: str = ""


def listed_templates(folder: Path | None) -> list[Listed]:
    """List the shipped templates, then those that only a programme's own folder has."""
    names = template_names()
    users = _users(names)
    own = {entry.name: entry for entry in entries(folder)} if folder else {}
    found = []
    for name in names:
        state = Own.NONE
        if name in own:
            same = _text(Path(own[name].path)) == _text(shipped("templates") / name)
            state = Own.SAME if same else Own.DIFFERENT
        found.append(Listed(name, WHAT_THEY_MAKE.get(name, ""), _part_of(name, users), state))
    for name in own:
        if name not in names and name.endswith(ENDINGS):
            meant = closest(name, names) or ""
            found.append(Listed(name, "", (), Own.UNKNOWN, meant))
    return found


def shipped_text(name: str) -> str:
    """Give a shipped template; raise :class:`CopkitError` when there is none of that name."""
    names = template_names()
    if name not in names:
        hint = did_you_mean(name, names, f"there are: {', '.join(names)}")
        raise CopkitError(f"no template '{name}' ships with copkit", hint, status=2)
    return (shipped("templates") / name).read_text(encoding="utf-8")


def _users(names: list[str]) -> dict[str, set[str]]:
    """Give by template those that include or extend it."""
    users: dict[str, set[str]] = {}
    for name in names:
        for used in _USES.findall(shipped_text(name)):
            users.setdefault(used, set()).add(name)
    return users


def _part_of(name: str, users: dict[str, set[str]]) -> tuple[str, ...]:
    """Name the whole documents that a template is a part of, however far in."""
    found, ahead = set[str](), [name]
    while ahead:
        for user in users.get(ahead.pop(), ()):
            if user not in found:
                found.add(user)
                ahead.append(user)
    return tuple(sorted(one for one in found if one not in users))


def _text(path: Path) -> str | None:
    """Read a template, however its lines end; ``None`` for what cannot be one."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_TEMPLATE:
            return None
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
