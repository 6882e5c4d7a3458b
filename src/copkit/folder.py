"""Loading a programme folder: finds and reads its record files.  Does I/O.

:func:`load` returns a :class:`Programme` with all records and all that is wrong with single files.
What is wrong between files (a stranger in the attendance) is found by ``analysis.consistency``.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copkit.errors import CopkitError, Problem, Severity, closest_match, did_you_mean
from copkit.files import RecordStore
from copkit.layout import (
    ENCRYPTED_CONTACTS,
    OWN_FOLDERS,
    PRIVATE,
    SETTINGS,
    cache_is_off,
    is_record,
    list_entries,
    record_slugs,
)
from copkit.record_cache import RecordCache
from copkit.records.kinds import (
    COMMUNITY_PLACES,
    KINDS,
    KINDS_BY_NAME,
    KINDS_BY_NOUN,
    PROGRAMME_NOUNS,
    RECORD_FOLDERS,
    Noun,
    RecordKind,
)
from copkit.records.members import Member, Roster, parse_roster
from copkit.records.programme import FORMAT, Settings, relax_problem
from copkit.text.files import are_apart, is_slug, slug_from
from copkit.text.front_matter import Document, read_document
from copkit.text.normalise import match_names
from copkit.text.source import SourceText

if TYPE_CHECKING:
    from copkit.records.approaches import Approach, Approaches
    from copkit.records.blockages import Blockage
    from copkit.records.briefs import Brief
    from copkit.records.cases import Case
    from copkit.records.closings import Closing
    from copkit.records.communities import Community
    from copkit.records.directory import Connector, ServedPlace, Service
    from copkit.records.evidence import Evidence
    from copkit.records.focus_groups import FocusGroup
    from copkit.records.links import Link
    from copkit.records.meetings import Meeting
    from copkit.records.newsletters import Newsletter
    from copkit.records.outgoing import Outgoing
    from copkit.records.quotes import Quote
    from copkit.records.reports import EvaluationReport
    from copkit.records.retention_log import RetentionLog
    from copkit.records.sheets import KitSheet
    from copkit.records.stories import Story
    from copkit.records.surveys import Survey, SurveyCounts
    from copkit.text.conflict_copies import ConflictCopy


_SETTINGS: Final = KINDS_BY_NAME["programme"]
_COMMUNITY: Final = KINDS_BY_NAME["community"]
_COUNTS: Final = KINDS_BY_NAME["survey-counts"]
EVERYTHING: Final = frozenset(Noun)
# Enough for attendance, which reads a fraction of the files that documents need.
FOR_ATTENDANCE: Final = frozenset({Noun.MEMBERS, Noun.MEETINGS})

RETENTION_LOG: Final = "retention-log.yaml"
COUNTS: Final = "counts.yaml"
"""The file of a survey's counts, beside it."""

# What belongs in a folder. Another name that is nearly one of these is warned of.
_TOP_ENTRIES: Final = frozenset(
    {
        *(kind.place for kind in KINDS if "/" not in kind.place),
        "communities",
        *RECORD_FOLDERS,
        PRIVATE,
        ENCRYPTED_CONTACTS,
        "templates",
        "build",
    }
)
# Endings of files that a person may have meant as a record.
_TEXT_ENDINGS: Final = (
    ".md",
    ".markdown",
    ".yaml",
    ".yml",
    ".txt",
    ".doc",
    ".docx",
    ".odt",
    ".rtf",
)
_COMMUNITY_ENTRIES: Final = frozenset(COMMUNITY_PLACES)


@dataclass(frozen=True, slots=True)
class CommunityRecords:
    """All records of a community; meetings and approaches by date, cases by slug.

    ``meetings`` are those that count, ``cancelled_meetings`` the others. ``case_slugs`` and
    ``meeting_slugs`` have every case and meeting in the folder, read or not. ``closing`` is read
    with the cases.
    """

    community: Community
    roster: Roster
    meetings: tuple[Meeting, ...]
    cases: tuple[Case, ...]
    case_slugs: frozenset[str]
    approaches: tuple[Approach, ...] = ()
    cancelled_meetings: tuple[Meeting, ...] = ()
    closing: Closing | None = None
    meeting_slugs: frozenset[str] = frozenset()

    @property
    def slug(self) -> str:
        """The name of the community's folder."""
        return self.community.slug

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody who is or was on the roster."""
        return self.roster.members

    @property
    def every_meeting(self) -> tuple[Meeting, ...]:
        """All meetings by date, those that were cancelled as well."""
        if not self.cancelled_meetings:
            return self.meetings
        return tuple(sorted((*self.meetings, *self.cancelled_meetings), key=_by_date))

    def records_of(self, noun: Noun) -> tuple[Any, ...]:
        """Return every record of a noun that this community has, whether or not it counts."""
        if noun is Noun.MEETINGS:
            return self.every_meeting
        records: tuple[Any, ...] = getattr(self, noun.attribute)
        return records


@dataclass(frozen=True, slots=True)
class Programme:
    """A folder's records; communities by kind and code, everything else by slug.

    ``names`` has every slug in the folders of records at the top, read or not, so that a
    reference to a record that was not read is no fault; those of places only where they were read.
    ``problems`` is what is wrong with single files, ``files`` the number of files read. ``copies``
    are the conflict copies that OneDrive and others have put beside records; nothing is read from
    them. ``survey_counts`` are by the slug of their survey, and ``retention_log`` is what was
    deleted in time, ``None`` where nothing was or not everything was read. ``store`` has the files
    that were read, for whoever needs the text of one again.
    """

    root: Path
    settings: Settings
    communities: tuple[CommunityRecords, ...]
    evidence: tuple[Evidence, ...]
    blockages: tuple[Blockage, ...]
    newsletters: tuple[Newsletter, ...]
    briefs: tuple[Brief, ...]
    surveys: tuple[Survey, ...]
    quotes: tuple[Quote, ...]
    focus_groups: tuple[FocusGroup, ...]
    stories: tuple[Story, ...]
    reports: tuple[EvaluationReport, ...]
    toolkit: tuple[KitSheet, ...]
    outgoing: tuple[Outgoing, ...]
    places: tuple[ServedPlace, ...]
    directory: tuple[Service, ...]
    connectors: tuple[Connector, ...]
    links: tuple[Link, ...]
    names: dict[Noun, frozenset[str]]
    problems: tuple[Problem, ...]
    files: int
    store: RecordStore = field(repr=False, compare=False)
    copies: tuple[ConflictCopy, ...] = ()
    survey_counts: dict[str, SurveyCounts] = field(default_factory=dict)
    retention_log: RetentionLog | None = None

    def community(self, slug: str) -> CommunityRecords:
        """Find a community by slug, code, place or name, in any case of letters, or its beginning.

        Raise :class:`CopkitError` if there is none, or more than one.
        """
        matches = match_communities(slug, [records.community for records in self.communities])
        chosen = choose_match("community", slug, matches, [c.slug for c in self.communities])
        return next(records for records in self.communities if records.slug == chosen)

    def records_at_the_top(self) -> Iterator[tuple[Noun, Any]]:
        """Yield every record that belongs to no community, with its noun."""
        for noun in PROGRAMME_NOUNS:
            for record in getattr(self, noun.attribute):
                yield noun, record


def _by_date(meeting: Meeting) -> tuple[dt.date, str]:
    return meeting.held_on, meeting.slug


def match_communities(typed: str, communities: Iterable[Community]) -> list[str]:
    """Return the slugs of the communities that ``typed`` can mean; see :func:`match_names`."""
    return match_names(
        typed,
        {
            community.slug: (community.code, community.place, community.name)
            for community in communities
        },
    )


def choose_match(noun: str, typed: str, matches: Sequence[str], candidates: Collection[str]) -> str:
    """Return the only match; raise :class:`CopkitError` where there is none, or more than one.

    ``noun`` is what it is called, such as ``case``; ``candidates`` are the names that there are.
    """
    if not matches:
        raise not_found(noun, typed, candidates)
    if len(matches) > 1:
        several = ", ".join(sorted(matches)[:12])
        message = f"'{typed}' could mean more than one {noun}"
        raise CopkitError(message, f"one of: {several}", status=2)
    return matches[0]


def not_found(noun: str, name: str, candidates: Collection[str]) -> CopkitError:
    """Build the error for a record that does not exist; its hint has the closest candidate.

    ``noun`` is what it is called, such as ``case``; ``candidates`` are the names that there are.
    """
    if candidates:
        otherwise = f"there are: {', '.join(sorted(candidates)[:12])}"
    else:
        otherwise = f"there is none yet; 'copkit new-{noun}' makes one"
    hint = did_you_mean(name, candidates, otherwise)
    return CopkitError(f"there is no {noun} '{name}'", hint, status=2)


def load(
    root: Path,
    nouns: Collection[Noun] = EVERYTHING,
    community: str | None = None,
    *,
    is_temporary: bool = False,
) -> Programme:
    """Load a programme folder: settings and communities, and of other records those of ``nouns``.

    With a ``community``, named as :meth:`Programme.community` takes it, the rosters, meetings,
    cases and approaches of all others are left unread, and their faults unreported. Never raise
    for what is in a file: every fault is in the programme's ``problems``. Of a folder that
    ``is_temporary`` nothing is cached.
    """
    # Nothing that is loaded becomes garbage: looking for some among it would take a tenth of the
    # time.
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        return _Loader(root, nouns, community, is_temporary).programme()
    finally:
        if is_collecting:
            gc.enable()


def copy_problem(copy: ConflictCopy) -> Problem:
    """Return the problem of a copy that lies beside a record."""
    name = copy.original.rpartition("/")[2]
    if copy.difference:
        message = f"this is a copy of {name}, and differs in {copy.difference}"
        hint = "'copkit conflicts' puts the two together; nothing counts it until then"
    else:
        message = f"this is a copy of {name}, and says the same"
        hint = "'copkit conflicts' deletes it"
    return Problem(copy.file, 1, 1, 1, 2, "conflict-copy", Severity.ERROR, message, hint)


class _Loader:
    """A walk through a programme folder that collects problems and counts files."""

    def __init__(
        self, root: Path, nouns: Collection[Noun], only: str | None, is_temporary: bool
    ) -> None:
        self.root = root
        self.path = os.fspath(root)  # joining paths would take as long as reading a file
        self.nouns = nouns
        self.only = only  # the name of the community whose records are read; None for all
        self.store = RecordStore(root)
        self.cache = RecordCache(self.store, is_off=is_temporary or cache_is_off())
        self.folders: dict[str, list[os.DirEntry[str]]] = {}  # what lies in them
        self.checked = set[str]()  # which of these are folders, and may be read
        self.problems: list[Problem] = []
        self.files = 0
        self.is_later_format = False
        self.copies: dict[str, ConflictCopy] = {}  # by file
        self.survey_counts: dict[str, SurveyCounts] = {}
        self.copies_looked_for = set[str]()  # in which folders

    def programme(self) -> Programme:
        """Read everything that is asked for; all faults go to ``problems``."""
        settings: Settings = self.parse(_SETTINGS, SETTINGS)
        # A later format may have files and folders that are not known here.
        self.is_later_format = (settings.format or FORMAT) > FORMAT
        self.note_strays("", _TOP_ENTRIES)
        folders = [entry.name for entry in self.listing("communities") if self.is_community(entry)]
        copies = set(self.copied_communities(folders))
        communities = [self.community(name) for name in folders if name not in copies]
        # Documents list communities by kind and code, not by the names of their folders.
        communities.sort(key=lambda community: community.order)
        # Only after all of them: which one is called CP1, or Brighton, stands in these files.
        wanted = match_communities(self.only or "", communities)
        records = [
            self.community_records(community, read=self.only is None or community.slug in wanted)
            for community in communities
        ]
        at_the_top = {noun: tuple(self.records(noun)) for noun in PROGRAMME_NOUNS}
        names = {
            kind.noun: self.slugs(folder) for folder, kind in RECORD_FOLDERS.items() if kind.noun
        }
        # The ids of places stand in one file: where that was not read, none of them is known.
        if Noun.PLACES in self.nouns:
            names[Noun.PLACES] = frozenset(place.id for place in at_the_top[Noun.PLACES])
        self.cache.save()
        return Programme(
            root=self.root,
            settings=settings,
            communities=tuple(records),
            **{noun.attribute: records for noun, records in at_the_top.items()},
            names=names,
            problems=tuple(
                relax_problem(problem, settings.format or FORMAT) for problem in self.problems
            ),
            files=self.files,
            copies=tuple(self.copies.values()),
            survey_counts=self.survey_counts,
            retention_log=self.retention_log(),
            store=self.store,
        )

    def copied_communities(self, folders: Collection[str]) -> Iterator[str]:
        """Yield the folders that are copies of a community's, and add a problem for each."""
        if are_apart(folders):
            return
        from copkit.text.conflict_copies import find_copies

        def read_text(name: str) -> str | None:
            return self.store.text(f"communities/{name}/community.md")

        for name, original, _ in find_copies(folders, read_text):
            message = f"this is a copy of the community {original}, and is not counted"
            hint = f"put what only it has into communities/{original}, and delete this folder"
            self.note(f"communities/{name}", "conflict-copy", message, hint)
            yield name

    def community(self, slug: str) -> Community:
        """Read what a community is; ``slug`` is its folder's name."""
        folder = f"communities/{slug}"
        if not is_slug(slug):
            self.note_name(f"{folder}/community.md", slug, "the folder of a community")
        community: Community = self.parse(_COMMUNITY, f"{folder}/community.md", slug)
        self.note_strays(folder, _COMMUNITY_ENTRIES)
        return community

    def community_records(self, community: Community, *, read: bool) -> CommunityRecords:
        """Read the records of one community that are asked for, none unless ``read``."""
        slug = community.slug
        folder = f"communities/{slug}"
        if not read:
            # A stand-in that is not readable: an id is then not reported as missing from it.
            unread = SourceText(f"{folder}/roster.yaml", "", readable=False)
            roster: Roster = parse_roster(read_document(unread, [], markdown=False), slug)
            return CommunityRecords(
                community,
                roster,
                meetings=(),
                cases=(),
                case_slugs=self.slugs(f"{folder}/cases"),
                meeting_slugs=self.slugs(f"{folder}/meetings"),
            )
        roster = self.listed(Noun.MEMBERS, f"{folder}/roster.yaml", slug)
        meetings: list[Meeting] = sorted(self.records(Noun.MEETINGS, folder), key=_by_date)
        cases: Iterator[Case] = self.records(Noun.CASES, folder)
        return CommunityRecords(
            community=community,
            roster=roster,
            # apart, so that whatever counts meetings leaves out those that were cancelled
            meetings=tuple(meeting for meeting in meetings if not meeting.cancelled),
            cancelled_meetings=tuple(meeting for meeting in meetings if meeting.cancelled),
            cases=tuple(cases),
            case_slugs=self.slugs(f"{folder}/cases"),
            meeting_slugs=self.slugs(f"{folder}/meetings"),
            approaches=self.approaches(slug),
            closing=self.closing(slug),
        )

    def slugs(self, folder: str) -> frozenset[str]:
        """Return the slug of every record in a folder, such as ``communities/brighton/cases``.

        Return none where the folder cannot be read; :meth:`records` reports that.
        """
        try:
            if os.path.islink(f"{self.path}/{folder}"):  # noqa: PTH114
                return frozenset()
            if folder in OWN_FOLDERS:  # copies of folders are not looked for
                return frozenset(record_slugs(self.root, folder))
            slugs = frozenset(
                [entry.name[:-3] for entry in self.entries(folder) if is_record(entry)]
            )
        except OSError:
            return frozenset()
        self.look_for_copies(folder, slugs, ".md")
        if not self.copies:
            return slugs
        return frozenset(slug for slug in slugs if f"{folder}/{slug}.md" not in self.copies)

    def look_for_copies(self, folder: str, names: Collection[str], ending: str) -> None:
        """Add the copies among the files of a folder to ``copies``, and a problem for each.

        ``names`` are those of the files without their ``ending``.
        """
        if f"{folder}/{ending}" in self.copies_looked_for:
            return
        self.copies_looked_for.add(f"{folder}/{ending}")
        prefix = f"{folder}/" if folder else ""
        if are_apart(names):
            return
        from copkit.text.conflict_copies import ConflictCopy, find_copies

        def read_text(name: str) -> str | None:
            return self.store.text(f"{prefix}{name}{ending}")

        for name, original, difference in find_copies(names, read_text):
            copy = ConflictCopy(
                f"{prefix}{name}{ending}", f"{prefix}{original}{ending}", difference
            )
            self.copies[copy.file] = copy
            self.problems.append(copy_problem(copy))

    def approaches(self, slug: str) -> tuple[Approach, ...]:
        """Read whom a community approached; ``()`` if approaches are not asked for."""
        if Noun.APPROACHES not in self.nouns:
            return ()
        file = f"communities/{slug}/approaches.yaml"
        approaches: Approaches = self.listed(Noun.APPROACHES, file, slug)
        return approaches.by_date

    def closing(self, slug: str) -> Closing | None:
        """Read how a community ended, where that is on record and cases are asked for."""
        file = f"communities/{slug}/closing.md"
        if Noun.CASES not in self.nouns or not os.path.lexists(f"{self.path}/{file}"):
            return None
        closing: Closing = self.parse(KINDS_BY_NAME["closing"], file, slug)
        return closing

    def retention_log(self) -> RetentionLog | None:
        """Read what was deleted because its time had come, where everything is asked for."""
        if self.nouns != EVERYTHING or not os.path.lexists(f"{self.path}/{RETENTION_LOG}"):
            return None
        log: RetentionLog = self.parse(KINDS_BY_NAME["retention-log"], RETENTION_LOG)
        return log

    def listed(self, noun: Noun, file: str, slug: str) -> Any:
        """Read a community's roster or approaches; empty if missing or not asked for."""
        kind = KINDS_BY_NOUN[noun]
        if noun in self.nouns and os.path.lexists(f"{self.path}/{file}"):
            return self.parse(kind, file, slug)
        return kind.parser(read_document(SourceText(file, ""), [], markdown=False), slug)

    def records(self, noun: Noun, within: str = "") -> Iterator[Any]:
        """Read every record in the folder of a noun; none if the noun is not asked for.

        ``within`` is the community's folder, such as ``communities/brighton``, or ``""`` for the
        top.
        """
        if noun not in self.nouns:
            return
        kind = KINDS_BY_NOUN[noun]
        if kind.item_list and not within:
            if os.path.lexists(f"{self.path}/{kind.place}"):
                yield from getattr(self.parse(kind, kind.place), noun.attribute)
            return
        folder = f"{within}/{noun.value}" if within else noun.value
        self.slugs(folder)  # which finds the copies
        community = (within.rpartition("/")[2],) if within else ()
        for entry in self.listing(folder):  # in the order of their names
            file = f"{folder}/{entry.name}"
            if file in self.copies:
                continue
            if own_file := OWN_FOLDERS.get(folder):
                if entry.is_dir(follow_symlinks=False):
                    yield from self.survey(entry.name, own_file)
                else:
                    self.note_unread(entry, file)
                continue
            if not is_record(entry):
                self.note_unread(entry, file)
                continue
            slug = entry.name[:-3]
            if not kind.may_be_called(slug):
                # Read all the same: references to it would else be reported as well.
                self.note_name(file, slug, f"a record in {noun}/")
            yield self.parse(kind, file, *community, slug)

    def survey(self, slug: str, own_file: str) -> Iterator[Survey]:
        """Read the survey in a folder, and its counts; yield nothing for an empty folder."""
        folder = f"surveys/{slug}"
        names = {entry.name for entry in self.listing(folder)}
        if not names:  # git does not keep empty folders either
            return
        if not is_slug(slug):
            self.note_name(f"{folder}/{own_file}", slug, "the folder of a survey")
        self.note_strays(folder, (own_file, COUNTS))
        if COUNTS in names:
            self.survey_counts[slug] = self.parse(_COUNTS, f"{folder}/{COUNTS}", slug)
        yield self.parse(KINDS_BY_NOUN[Noun.SURVEYS], f"{folder}/{own_file}", slug)

    def listing(self, folder: str) -> list[os.DirEntry[str]]:
        """List a folder of records, ``""`` being the top; one that does not exist is empty.

        A link or a file in its place, or one that cannot be read, is a problem and empty.
        """
        if folder in self.checked:
            return self.folders[folder]
        path = f"{self.path}/{folder}" if folder else self.path
        try:
            # Links are not followed: they could lead to records outside the programme.
            if stat.S_ISDIR(os.lstat(path).st_mode):
                entries = self.entries(folder)
                self.checked.add(folder)
                self.cache.keep_only(folder, {entry.name for entry in entries})
                return entries
            message = "a folder of records belongs here, not a link or a file"
            self.note(folder, "not-a-folder", message, "put the folder itself here")
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            message = f"this folder cannot be read: {error.strerror or 'unknown reason'}"
            self.note(
                folder or ".", "unreadable", message, "make it readable, or ask whoever owns it"
            )
        return []

    def entries(self, folder: str) -> list[os.DirEntry[str]]:
        """List a folder once; raise ``OSError`` for one that cannot be read."""
        entries = self.folders.get(folder)
        if entries is None:
            entries = self.folders[folder] = list_entries(Path(self.path, folder))
        return entries

    def note(self, file: str, code: str, message: str, hint: str, *, warn: bool = False) -> None:
        """Add a problem of a file or folder as a whole to ``problems``; a warning if ``warn``."""
        severity = Severity.WARNING if warn else Severity.ERROR
        self.problems.append(Problem(file, 1, 1, 1, 2, code, severity, message, hint))

    def parse(self, kind: RecordKind, file: str, *slugs: str) -> Any:
        """Return the record of a kind in a file, parsed now or by an earlier command.

        ``slugs`` are those of its path. The cache holds records without faults alone.
        """
        try:
            status = os.lstat(f"{self.path}/{file}")
        except OSError:
            status = None
        if status and (record := self.cache.get(kind, file, status)) is not None:
            self.files += 1
            return record
        faults = len(self.problems)
        record = kind.parser(self.read(file), *slugs)
        if status and len(self.problems) == faults:
            self.cache.add(kind, file, status, record)
        return record

    def read(self, file: str) -> Document:
        """Read a record file; a missing one is a problem, and has no readable fields."""
        self.files += 1
        if not os.path.lexists(f"{self.path}/{file}"):
            message, hint = "this file is missing", "write it, or take it back from git"
            self.note(file, "missing-file", message, hint)
            # Not an empty text: that would also report every required field as missing.
            source = SourceText(file, "", readable=False)
            return read_document(source, self.problems, markdown=file.endswith(".md"))
        return self.store.read(file, self.problems)

    def is_community(self, entry: os.DirEntry[str]) -> bool:
        """Check whether an entry of ``communities`` is one; warn of a link or a stray file."""
        file = f"communities/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            # git keeps no empty folders either, and a command that was killed may leave some
            return any(
                not inner.is_dir(follow_symlinks=False) or self.listing(f"{file}/{inner.name}")
                for inner in self.listing(file)
            )
        if entry.is_symlink():
            message, hint = "this is a link, and is not followed", "put the folder itself here"
            self.note(file, "not-a-file", message, hint)
        elif entry.name.lower().endswith(_TEXT_ENDINGS):
            hint = "a record of a community belongs in communities/<its name>/"
            self.note(file, "stray-file", "this file is not read", hint, warn=True)
        return False

    def note_name(self, file: str, name: str, subject: str) -> None:
        """Add the problem that a file or folder has a bad name.

        ``file`` is its path, ``name`` the bad name without an ending, and ``subject`` what it
        names, such as ``a record in cases/``.
        """
        better = slug_from(name)
        dated = subject.endswith("meetings/")
        message = f"'{name}' cannot be the name of {subject}: " + (
            "it must be a date such as 2012-04-18"
            if dated
            else "use lower-case letters, digits and hyphens"
        )
        hint = f"rename it to '{better}'" if better and not dated else "rename it"
        self.note(file, "bad-file-name", message, hint)

    def note_strays(self, folder: str, expected: Collection[str]) -> None:
        """Warn of files and folders that were probably meant to be read, and are not.

        ``folder`` is ``""`` or a community's; ``expected`` are the names that belong in it.
        """
        names = [entry.name for entry in self.listing(folder)]
        for ending in (".md", ".yaml"):
            stems = [name.removesuffix(ending) for name in names if name.endswith(ending)]
            self.look_for_copies(folder, stems, ending)
        for entry in self.listing(folder) if not self.is_later_format else ():
            if f"{folder}/{entry.name}".lstrip("/") in self.copies:
                continue
            if entry.name in expected or entry.name == "README.md":
                continue
            # Only what looks like a mistake: people may keep other files in the folder.
            file = f"{folder}/{entry.name}".lstrip("/")
            if not folder and entry.name in _COMMUNITY_ENTRIES:
                hint = "it belongs in communities/<its name>/"
            elif near := closest_match(entry.name, expected):
                hint = f"did you mean '{near}'?"
            elif folder and entry.name.lower().endswith(_TEXT_ENDINGS):
                hint = "a meeting belongs in meetings/, a case in cases/"
            else:
                continue
            self.note(file, "stray-file", f"'{entry.name}' is not read", hint, warn=True)

    def note_unread(self, entry: os.DirEntry[str], file: str) -> None:
        """Warn of an entry among the records that is none, but looks like one."""
        holds_records = entry.is_dir(follow_symlinks=False) and any(
            map(is_record, self.listing(file))
        )
        if holds_records or (
            entry.name.lower().endswith(_TEXT_ENDINGS) and entry.name != "README.md"
        ):
            noun = "folder" if holds_records else "file"
            hint = "records here are files whose names end in .md, in no folder of their own"
            self.note(file, "stray-file", f"this {noun} is not read", hint, warn=True)
