"""A programme folder, and the only place that finds and reads record files.  Does I/O.

:func:`load` gives a :class:`Programme` and, in it, everything wrong with single files. What is
wrong between files (a stranger in the attendance) is for ``analysis.consistency`` to find.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from copkit.errors import CopkitError, Problem, Severity, closest
from copkit.records.blockages import Blockage, parse_blockage
from copkit.records.briefs import Brief, parse_brief
from copkit.records.cases import Case, parse_case
from copkit.records.communities import Community, parse_community
from copkit.records.evidence import Evidence, parse_evidence
from copkit.records.meetings import Meeting, is_meeting_slug, parse_meeting
from copkit.records.members import Member, Roster, parse_roster
from copkit.records.newsletters import Newsletter, parse_newsletter
from copkit.records.programme import FILE, Settings, parse_settings
from copkit.text.files import is_slug, read_source, slug_from
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText


class Noun(StrEnum):
    """The records that can be read, by the name of their folder or file."""

    MEMBERS = "members"
    MEETINGS = "meetings"
    CASES = "cases"
    EVIDENCE = "evidence"
    BLOCKAGES = "blockages"
    NEWSLETTERS = "newsletters"
    BRIEFS = "briefs"


EVERYTHING: Final = frozenset(Noun)
FOR_ATTENDANCE: Final = frozenset({Noun.MEMBERS, Noun.MEETINGS})

_AT_TOP: Final = frozenset(
    {FILE, "communities", "evidence", "blockages", "newsletters", "briefs", "surveys"}
    | {"directory", "private", "templates", "build"}
)
_IN_COMMUNITY: Final = frozenset(
    {"community.md", "roster.yaml", "approaches.yaml", "meetings", "cases"}
)


@dataclass(frozen=True, slots=True)
class CommunityRecords:
    """Everything kept about one community; meetings by date, cases by slug.

    ``case_slugs`` names every case in the folder, read or not.
    """

    community: Community
    roster: Roster
    meetings: tuple[Meeting, ...]
    cases: tuple[Case, ...]
    case_slugs: frozenset[str]

    @property
    def slug(self) -> str:
        """The name of the community's folder."""
        return self.community.slug

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody who is or was on the roster."""
        return self.roster.members


@dataclass(frozen=True, slots=True)
class Programme:
    """A folder's records; communities by code, everything else by slug.

    ``names`` holds, for evidence and blockages, every slug in the folder, read or not;
    ``problems`` what is wrong with single files; ``files`` counts the files read.
    """

    root: Path
    settings: Settings
    communities: tuple[CommunityRecords, ...]
    evidence: tuple[Evidence, ...]
    blockages: tuple[Blockage, ...]
    newsletters: tuple[Newsletter, ...]
    briefs: tuple[Brief, ...]
    names: dict[Noun, frozenset[str]]
    problems: tuple[Problem, ...]
    files: int

    def community(self, slug: str) -> CommunityRecords:
        """Find a community by slug or code; raise :class:`CopkitError` if there is none."""
        for records in self.communities:
            if slug in {records.slug, records.community.code}:
                return records
        slugs = [records.slug for records in self.communities]
        raise not_found("community", slug, slugs)


def not_found(noun: str, name: str, candidates: Collection[str]) -> CopkitError:
    """Say that a record does not exist, and which one was probably meant."""
    near = closest(name, candidates)
    if near:
        hint = f"did you mean '{near}'?"
    elif candidates:
        hint = f"there are: {', '.join(sorted(candidates)[:12])}"
    else:
        hint = f"there is none yet; 'copkit new-{noun}' makes one"
    return CopkitError(f"there is no {noun} '{name}'", hint, status=2)


def find(start: Path) -> Path:
    """Find the programme folder that a path lies in; raise :class:`CopkitError` if in none."""
    if not start.is_dir():
        raise CopkitError(f"there is no folder {start}", status=2)
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    hint = "'copkit init' starts a programme; -C FOLDER names one elsewhere"
    for other in ("copkit.yml", "copkit.YAML", "Copkit.yaml"):
        if (here / other).is_file():
            hint = f"{other} must be called {FILE}"
    raise CopkitError(f"no {FILE} in {start} or any folder above it", hint, status=2)


def community_slugs(root: Path) -> list[str]:
    """List the communities' folders without reading a record, for completion."""
    return [entry.name for entry in _entries(root / "communities") if entry.is_dir()]


def record_slugs(root: Path, *folders: str) -> list[str]:
    """List the records in a folder without reading them, for completion."""
    folder = root.joinpath(*folders)
    return [entry.name[:-3] for entry in _entries(folder) if _is_record(entry)]


def load(root: Path, nouns: Collection[Noun] = EVERYTHING) -> Programme:
    """Read a programme folder: its settings and communities, and of the rest what ``nouns`` name.

    Never raises for what is in a file: every fault is in the programme's ``problems``.
    """
    return _Loading(root, nouns).programme()


def reader_of(file: str) -> Callable[[Document], Any]:
    """Give what reads the record that belongs at a path of the folder."""
    parts = file.removesuffix(".md").split("/")
    if parts[0] == FILE:
        return parse_settings
    if parts[0] != "communities":
        parse = _PLAIN[Noun(parts[0])]
        return lambda document: parse(document, parts[1])
    if parts[2] == "community":
        return lambda document: parse_community(document, parts[1])
    if parts[2] == "roster.yaml":
        return lambda document: parse_roster(document, parts[1])
    if parts[2] == Noun.MEETINGS:
        return lambda document: parse_meeting(document, parts[1], parts[3])
    return lambda document: parse_case(document, parts[1], parts[3])


_PLAIN: Final[dict[Noun, Callable[[Document, str], Any]]] = {
    Noun.EVIDENCE: parse_evidence,
    Noun.BLOCKAGES: parse_blockage,
    Noun.NEWSLETTERS: parse_newsletter,
    Noun.BRIEFS: parse_brief,
}

Record = TypeVar("Record")


class _Loading:
    """One walk through a folder."""

    def __init__(self, root: Path, nouns: Collection[Noun]) -> None:
        self.root = root
        self.nouns = nouns
        self.problems: list[Problem] = []
        self.files = 0

    def programme(self) -> Programme:
        settings = parse_settings(self.read(FILE))
        self.note_strays("", _AT_TOP)
        communities = [
            self.community(entry.name)
            for entry in _entries(self.root / "communities")
            if self.is_folder(entry, "communities")
        ]
        communities.sort(key=lambda records: (_natural(records.community.code), records.slug))
        names = {}
        for noun in (Noun.EVIDENCE, Noun.BLOCKAGES):
            names[noun] = frozenset(record_slugs(self.root, noun.value))
        return Programme(
            root=self.root,
            settings=settings,
            communities=tuple(communities),
            evidence=tuple(self.plain_records(Noun.EVIDENCE, parse_evidence)),
            blockages=tuple(self.plain_records(Noun.BLOCKAGES, parse_blockage)),
            newsletters=tuple(self.plain_records(Noun.NEWSLETTERS, parse_newsletter)),
            briefs=tuple(self.plain_records(Noun.BRIEFS, parse_brief)),
            names=names,
            problems=tuple(self.problems),
            files=self.files,
        )

    def community(self, slug: str) -> CommunityRecords:
        folder = f"communities/{slug}"
        if not is_slug(slug):
            self.note_name(f"{folder}/community.md", slug, "the folder of a community")
        community = parse_community(self.read(f"{folder}/community.md"), slug)
        self.note_strays(folder, _IN_COMMUNITY)
        roster = parse_roster(self.roster_document(folder), slug)
        meetings = self.records(
            Noun.MEETINGS, f"{folder}/meetings", is_meeting_slug, self.meeting_of(slug)
        )
        cases = self.records(
            Noun.CASES, f"{folder}/cases", is_slug, lambda doc, name: parse_case(doc, slug, name)
        )
        return CommunityRecords(
            community=community,
            roster=roster,
            meetings=tuple(sorted(meetings, key=lambda meeting: (meeting.held_on, meeting.slug))),
            cases=tuple(cases),
            case_slugs=frozenset(record_slugs(self.root, folder, "cases")),
        )

    def meeting_of(self, community: str) -> Callable[[Document, str], Meeting]:
        return lambda document, name: parse_meeting(document, community, name)

    def roster_document(self, folder: str) -> Document:
        """Read a roster; a community that has none yet has nobody on it."""
        file = f"{folder}/roster.yaml"
        if Noun.MEMBERS in self.nouns and os.path.lexists(self.root / file):
            return self.read(file)
        return read_document(SourceText(file, ""), [], markdown=False)

    def plain_records(
        self, noun: Noun, parse: Callable[[Document, str], Record]
    ) -> Iterator[Record]:
        return self.records(noun, noun.value, is_slug, parse)

    def records(
        self,
        noun: Noun,
        folder: str,
        is_name: Callable[[str], bool],
        parse: Callable[[Document, str], Record],
    ) -> Iterator[Record]:
        if noun not in self.nouns:
            return
        for entry in _entries(self.root / folder):
            if not _is_record(entry):
                self.note_stray_file(f"{folder}/{entry.name}")
                continue
            name = entry.name[:-3]
            if not is_name(name):
                self.note_name(f"{folder}/{entry.name}", name, f"a record in {noun}/")
            yield parse(self.read(f"{folder}/{entry.name}"), name)

    def read(self, file: str) -> Document:
        path = self.root / file
        self.files += 1
        if not os.path.lexists(path):
            message, hint = "this file is missing", "write it, or take it back from git"
            self.problems.append(_at_top(file, "missing-file", message, hint))
            source = SourceText(file, "", readable=False)
        else:
            source = read_source(path, file, self.problems)
        return read_document(source, self.problems, markdown=file.endswith(".md"))

    def is_folder(self, entry: os.DirEntry[str], parent: str) -> bool:
        if entry.is_dir(follow_symlinks=False):
            return True
        if entry.is_symlink():
            file = f"{parent}/{entry.name}"
            message, hint = "this is a link, and is not followed", "put the folder itself here"
            self.problems.append(_at_top(file, "not-a-file", message, hint))
        return False

    def note_name(self, file: str, name: str, what: str) -> None:
        better = slug_from(name)
        dated = what.endswith("meetings/")
        message = f"'{name}' cannot be the name of {what}: " + (
            "it must be a date such as 2012-04-18"
            if dated
            else "use lower-case letters, digits and hyphens"
        )
        hint = f"rename it to '{better}'" if better and not dated else "rename it"
        self.problems.append(_at_top(file, "bad-file-name", message, hint))

    def note_strays(self, folder: str, known: Collection[str]) -> None:
        """Warn of files and folders that were probably meant to be read, and are not."""
        for entry in _entries(self.root / folder):
            if entry.name in known or entry.name == "README.md":
                continue
            near = closest(entry.name, known)
            if near:
                file = f"{folder}/{entry.name}".lstrip("/")
                message = f"'{entry.name}' is not read"
                self.problems.append(
                    _at_top(file, "stray-file", message, f"did you mean '{near}'?", warn=True)
                )

    def note_stray_file(self, file: str) -> None:
        if not file.endswith((".yml", ".yaml", ".txt", ".markdown", ".MD", ".docx", ".doc")):
            return
        hint = "records here are Markdown files whose names end in .md"
        self.problems.append(_at_top(file, "stray-file", "this file is not read", hint, warn=True))


def _at_top(file: str, code: str, message: str, hint: str, *, warn: bool = False) -> Problem:
    severity = Severity.WARNING if warn else Severity.ERROR
    return Problem(file, 1, 1, 1, 2, code, severity, message, hint)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder by name, without hidden entries; nothing if it is not there."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(entries, key=lambda entry: entry.name)


def _is_record(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".md") and entry.name != "README.md"


def _natural(code: str) -> tuple[tuple[str, int], ...]:
    """Sort codes as people do: CP2 before CP10."""
    return tuple((text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", code))
