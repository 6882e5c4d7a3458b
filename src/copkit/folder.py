"""A programme folder, and the only place that finds and reads record files.  Does I/O.

:func:`load` gives a :class:`Programme` and, in it, everything wrong with single files. What is
wrong between files (a stranger in the attendance) is for ``analysis.consistency`` to find.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copkit.errors import CopkitError, Problem, Severity, closest, did_you_mean
from copkit.layout import (
    IN_COMMUNITY,
    PRIVATE,
    SEALED,
    SETTINGS,
    TOPS,
    entries,
    is_record,
    record_slugs,
)
from copkit.records.communities import Community, parse_community
from copkit.records.kinds import Noun, is_name_of, reader_of
from copkit.records.members import Member, Roster, parse_roster
from copkit.records.programme import Settings, parse_settings
from copkit.text.files import is_slug, read_source, slug_from
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText

if TYPE_CHECKING:
    from copkit.records.approaches import Approach
    from copkit.records.blockages import Blockage
    from copkit.records.briefs import Brief
    from copkit.records.cases import Case
    from copkit.records.evidence import Evidence
    from copkit.records.meetings import Meeting
    from copkit.records.newsletters import Newsletter


EVERYTHING: Final = frozenset(Noun)
FOR_ATTENDANCE: Final = frozenset({Noun.MEMBERS, Noun.MEETINGS})

_AT_TOP: Final = frozenset(
    {SETTINGS, "communities", *TOPS, "surveys", PRIVATE, SEALED, "templates", "build"}
)
_TEXT: Final = (".md", ".markdown", ".yaml", ".yml", ".txt", ".doc", ".docx", ".odt", ".rtf")
_IN_COMMUNITY: Final = frozenset({*IN_COMMUNITY, "meetings", "cases"})


@dataclass(frozen=True, slots=True)
class CommunityRecords:
    """Everything kept about one community; meetings and approaches by date, cases by slug.

    ``case_slugs`` names every case in the folder, read or not.
    """

    community: Community
    roster: Roster
    meetings: tuple[Meeting, ...]
    cases: tuple[Case, ...]
    case_slugs: frozenset[str]
    approaches: tuple[Approach, ...] = ()

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
    """A folder's records; communities by kind and code, everything else by slug.

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
        """Find a community by slug, code, place or name, in any case; raise if there is none."""
        wanted = slug.casefold()
        for records in self.communities:
            one = records.community
            if wanted in map(str.casefold, (records.slug, one.code, one.place, one.name)):
                return records
        slugs = [records.slug for records in self.communities]
        raise not_found("community", slug, slugs)


def not_found(noun: str, name: str, candidates: Collection[str]) -> CopkitError:
    """Say that a record does not exist, and which one was probably meant."""
    if candidates:
        otherwise = f"there are: {', '.join(sorted(candidates)[:12])}"
    else:
        otherwise = f"there is none yet; 'copkit new-{noun}' makes one"
    hint = did_you_mean(name, candidates, otherwise)
    return CopkitError(f"there is no {noun} '{name}'", hint, status=2)


def load(root: Path, nouns: Collection[Noun] = EVERYTHING) -> Programme:
    """Read a programme folder: its settings and communities, and of the rest what ``nouns`` name.

    Never raises for what is in a file: every fault is in the programme's ``problems``.
    """
    return _Loading(root, nouns).programme()


class _Loading:
    """One walk through a folder."""

    def __init__(self, root: Path, nouns: Collection[Noun]) -> None:
        self.root = root
        self.nouns = nouns
        self.problems: list[Problem] = []
        self.files = 0

    def programme(self) -> Programme:
        settings = parse_settings(self.read(SETTINGS))
        self.note_strays("", _AT_TOP)
        communities = [
            self.community(entry.name)
            for entry in self.listing("communities")
            if self.is_community(entry)
        ]
        communities.sort(key=lambda records: records.community.order)
        names = {noun: self.slugs(noun.value) for noun in (Noun.EVIDENCE, Noun.BLOCKAGES)}
        return Programme(
            root=self.root,
            settings=settings,
            communities=tuple(communities),
            evidence=tuple(self.records(Noun.EVIDENCE)),
            blockages=tuple(self.records(Noun.BLOCKAGES)),
            newsletters=tuple(self.records(Noun.NEWSLETTERS)),
            briefs=tuple(self.records(Noun.BRIEFS)),
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
        roster = parse_roster(self.yaml(Noun.MEMBERS, f"{folder}/roster.yaml"), slug)
        meetings: Iterator[Meeting] = self.records(Noun.MEETINGS, folder)
        cases: Iterator[Case] = self.records(Noun.CASES, folder)
        return CommunityRecords(
            community=community,
            roster=roster,
            meetings=tuple(sorted(meetings, key=lambda meeting: (meeting.held_on, meeting.slug))),
            cases=tuple(cases),
            case_slugs=self.slugs(f"{folder}/cases"),
            approaches=self.approaches(slug),
        )

    def slugs(self, folder: str) -> frozenset[str]:
        """Name every record of a folder, read or not; what is wrong with it, ``records`` says."""
        path = self.root / folder
        try:
            return frozenset() if path.is_symlink() else frozenset(record_slugs(path))
        except OSError:
            return frozenset()

    def approaches(self, slug: str) -> tuple[Approach, ...]:
        """Read whom a community approached, if that is wanted."""
        if Noun.APPROACHES not in self.nouns:
            return ()
        from copkit.records.approaches import parse_approaches

        document = self.yaml(Noun.APPROACHES, f"communities/{slug}/approaches.yaml")
        return parse_approaches(document, slug).in_order

    def yaml(self, noun: Noun, file: str) -> Document:
        """Read a community's roster or approaches; one that it has not is empty."""
        if noun in self.nouns and os.path.lexists(self.root / file):
            return self.read(file)
        return read_document(SourceText(file, ""), [], markdown=False)

    def records(self, noun: Noun, within: str = "") -> Iterator[Any]:
        """Read every record of a folder, if its noun is wanted."""
        if noun not in self.nouns:
            return
        folder = f"{within}/{noun.value}" if within else noun.value
        for entry in self.listing(folder):
            file = f"{folder}/{entry.name}"
            if not is_record(entry):
                self.note_unread(entry, file)
                continue
            if not is_name_of(noun, entry.name[:-3]):
                self.note_name(file, entry.name[:-3], f"a record in {noun}/")
            yield reader_of(file)(self.read(file))

    def listing(self, folder: str) -> list[os.DirEntry[str]]:
        """List a folder of records; what should be one and is not, is a fault."""
        path = self.root / folder
        try:
            if folder and not os.path.lexists(path):
                return []
            if stat.S_ISDIR(os.lstat(path).st_mode):
                return entries(path)
            message = "a folder of records belongs here, not a link or a file"
            self.note(folder, "not-a-folder", message, "put the folder itself here")
        except OSError as error:
            message = f"this folder cannot be read: {error.strerror or 'unknown reason'}"
            self.note(
                folder or ".", "unreadable", message, "make it readable, or ask whoever owns it"
            )
        return []

    def note(self, file: str, code: str, message: str, hint: str, *, warn: bool = False) -> None:
        """Note something about a file or folder as a whole."""
        severity = Severity.WARNING if warn else Severity.ERROR
        self.problems.append(Problem(file, 1, 1, 1, 2, code, severity, message, hint))

    def read(self, file: str) -> Document:
        path = self.root / file
        self.files += 1
        if not os.path.lexists(path):
            message, hint = "this file is missing", "write it, or take it back from git"
            self.note(file, "missing-file", message, hint)
            source = SourceText(file, "", readable=False)
        else:
            source = read_source(path, file, self.problems)
        return read_document(source, self.problems, markdown=file.endswith(".md"))

    def is_community(self, entry: os.DirEntry[str]) -> bool:
        file = f"communities/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            return bool(self.listing(file))  # git does not keep empty folders either
        if entry.is_symlink():
            message, hint = "this is a link, and is not followed", "put the folder itself here"
            self.note(file, "not-a-file", message, hint)
        elif entry.name.lower().endswith(_TEXT):
            hint = "a record of a community belongs in communities/<its name>/"
            self.note(file, "stray-file", "this file is not read", hint, warn=True)
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
        self.note(file, "bad-file-name", message, hint)

    def note_strays(self, folder: str, known: Collection[str]) -> None:
        """Warn of files and folders that were probably meant to be read, and are not."""
        for entry in self.listing(folder):
            if entry.name in known or entry.name == "README.md":
                continue
            file = f"{folder}/{entry.name}".lstrip("/")
            if not folder and entry.name in _IN_COMMUNITY:
                hint = "it belongs in communities/<its name>/"
            elif near := closest(entry.name, known):
                hint = f"did you mean '{near}'?"
            elif folder and entry.name.lower().endswith(_TEXT):
                hint = "a meeting belongs in meetings/, a case in cases/"
            else:
                continue
            self.note(file, "stray-file", f"'{entry.name}' is not read", hint, warn=True)

    def note_unread(self, entry: os.DirEntry[str], file: str) -> None:
        """Warn of what lies among the records and is none, if it looks like one."""
        holds_records = entry.is_dir(follow_symlinks=False) and any(
            map(is_record, self.listing(file))
        )
        if holds_records or (entry.name.lower().endswith(_TEXT) and entry.name != "README.md"):
            what = "folder" if holds_records else "file"
            hint = "records here are files whose names end in .md, in no folder of their own"
            self.note(file, "stray-file", f"this {what} is not read", hint, warn=True)
