"""The table of the kinds of record: names, places in the folder, parsers and columns.  Pure.

The parser, ``list``, ``show``, the schemas, completion, the checks between records and merging
follow from it. Parsers are named, and imported when a record is read: all of them would double the
time of a completion. ``tests/records/test_kinds.py`` checks the names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from copkit.errors import Problem
from copkit.text.files import decode_source, is_slug
from copkit.text.merge_values import NO_RULES, Entries, Rules, Sums

if TYPE_CHECKING:
    from copkit.text.front_matter import Document


class Noun(StrEnum):
    """The records that can be read and listed, by the name of their folder or file."""

    COMMUNITIES = "communities"
    MEMBERS = "members"
    MEETINGS = "meetings"
    CASES = "cases"
    APPROACHES = "approaches"
    EVIDENCE = "evidence"
    BLOCKAGES = "blockages"
    NEWSLETTERS = "newsletters"
    BRIEFS = "briefs"
    SURVEYS = "surveys"
    QUOTES = "quotes"
    FOCUS_GROUPS = "focus-groups"
    STORIES = "stories"
    REPORTS = "reports"
    TOOLKIT = "toolkit"
    OUTGOING = "outgoing"
    PLACES = "places"
    DIRECTORY = "directory"
    CONNECTORS = "connectors"
    LINKS = "links"

    @property
    def attribute(self) -> str:
        """The attribute that holds its records, in a programme or a community."""
        return self.value.replace("-", "_")


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record; a row of :data:`KINDS`.

    ``name`` is that of its schema. ``place`` is the path of its files, with ``<community>`` and
    ``<slug>`` for what differs. ``target`` is the module in ``records``, the type and the parser,
    which takes the document and the slugs of the path.

    ``noun`` is what ``list`` calls its records, and has the attribute that holds them in a
    programme or a community; ``None`` for what is not listed. ``called`` is what people call one
    of them, where that is not the name, and ``columns`` are the fields that ``list`` prints. With
    ``dated`` a file's name is a date. Somebody can be in one only of the lists of an ``exclusive``
    pair; merging keeps to it, and adds up the ``sums``. ``built`` are the files and folders below
    ``build/`` that are named after a record, in the form of ``place``.
    """

    name: str
    noun: Noun | None
    place: str
    target: str
    columns: tuple[str, ...] = ()
    called: str = ""
    dated: bool = False
    exclusive: tuple[tuple[str, str], ...] = ()
    built: tuple[str, ...] = ()
    sums: Sums | None = None

    @property
    def singular(self) -> str:
        """What one record is called in a sentence: ``evidence card``."""
        return self.called or self.name

    @property
    def record_type(self) -> type:
        """The type of its files; its docstring describes the schema."""
        record: type = _load(self.target)[0]
        return record

    @property
    def parser(self) -> Callable[..., Any]:
        """The function that parses its files: from the document, and the slugs of its path."""
        parse: Callable[..., Any] = _load(self.target)[1]
        return parse

    def slugs_in(self, file: str) -> tuple[str, ...] | None:
        """Return the slugs in a path of this kind, ``None`` for the path of another."""
        match = _pattern(self.place).fullmatch(file)
        return None if match is None else match.groups()

    @property
    def of_community(self) -> bool:
        """Whether its records are within a community's folder, and are not the community itself."""
        return self.place.startswith("communities/") and self.name != "community"

    @property
    def item_list(self) -> str:
        """The list in a file that holds its records: ``members``; ``""`` if each has a file."""
        in_one_file = self.noun and self.place.endswith(".yaml")
        return str(self.noun) if in_one_file else ""

    @property
    def has_folder(self) -> bool:
        """Whether each record has a folder of its own, as a community has."""
        own = "<slug>" if "<slug>" in self.place else "<community>"
        return not self.of_community and f"{own}/" in self.place

    def may_be_called(self, name: str) -> bool:
        """Check whether a file named ``name``, without its ending, can be a record of this kind."""
        if not self.dated:
            # a week and a quarter are written with a capital, as ISO 8601 does: 2026-W05
            return is_slug(name) or (self.name == "newsletter" and is_issue_name(name))
        from copkit.records.meetings import is_meeting_slug

        return is_meeting_slug(name)


class RecordName(NamedTuple):
    """Which record is meant: its kind, the slug of its community, and its own slug or id.

    ``community`` is ``""`` for a record of the programme, and for a community itself.
    """

    kind: RecordKind
    community: str
    slug: str

    def __str__(self) -> str:
        return f"{self.community}/{self.slug}" if self.community else self.slug

    @property
    def file(self) -> str:
        """The path of its file; of a member the roster, of a community its ``community.md``."""
        return fill_place(self.kind.place, self.community or self.slug, self.slug)

    @property
    def folder(self) -> str:
        """The folder that is its own, with a slash at its end; ``""`` for a single file."""
        path, _, _ = self.file.rpartition("/")
        return f"{path}/" if self.kind.has_folder else ""

    @property
    def built(self) -> tuple[str, ...]:
        """The files and folders below ``build/`` that are named after it."""
        community = self.community or self.slug
        return tuple(fill_place(place, community, self.slug) for place in self.kind.built)


KINDS: Final = (
    RecordKind("programme", None, "copkit.yaml", "programme:Settings:parse_settings"),
    RecordKind("community", Noun.COMMUNITIES, "communities/<community>/community.md",
               "communities:Community:parse_community",
               ("code", "place", "kind", "status", "name"),
               built=("agendas/<community>", "calendars/<community>.ics",
                      "attendance/registers/<community>", "toolkit/<community>",
                      "closings/<community>", "handovers/<community>",
                      "sessions/<community>")),
    RecordKind("roster", Noun.MEMBERS, "communities/<community>/roster.yaml",
               "members:Roster:parse_roster", ("role", "part", "sector"), called="member"),
    RecordKind("meeting", Noun.MEETINGS, "communities/<community>/meetings/<slug>.md",
               "meetings:Meeting:parse_meeting", ("kind", "present", "apologies", "cases"),
               dated=True, exclusive=(("present", "apologies"),),
               built=("agendas/<community>/<slug>", "sessions/<community>/<slug>")),
    RecordKind("case", Noun.CASES, "communities/<community>/cases/<slug>.md",
               "cases:Case:parse_case",
               ("status", "kind", "audience", "presented", "signed", "title")),
    RecordKind("approaches", Noun.APPROACHES, "communities/<community>/approaches.yaml",
               "approaches:Approaches:parse_approaches",
               ("date", "level", "outcome", "agency"), called="approach"),
    RecordKind("closing", None, "communities/<community>/closing.md",
               "closings:Closing:parse_closing", called="closing page"),
    RecordKind("evidence", Noun.EVIDENCE, "evidence/<slug>.md",
               "evidence:Evidence:parse_evidence",
               ("audience", "published", "title"), called="evidence card"),
    RecordKind("blockage", Noun.BLOCKAGES, "blockages/<slug>.md",
               "blockages:Blockage:parse_blockage", ("status", "asks", "title"),
               built=("letters/<slug>",)),
    RecordKind("newsletter", Noun.NEWSLETTERS, "newsletters/<slug>.md",
               "newsletters:Newsletter:parse_newsletter", ("from", "until", "audience", "title"),
               built=("newsletters/<slug>",)),
    RecordKind("brief", Noun.BRIEFS, "briefs/<slug>.md",
               "briefs:Brief:parse_brief", ("from", "until", "audience", "addressee", "title"),
               built=("briefs/<slug>",)),
    # Before the survey itself, which is the kind of the folder that both lie in.
    RecordKind("survey-counts", None, "surveys/<slug>/counts.yaml",
               "surveys:SurveyCounts:parse_counts", called="counts of the survey",
               sums=Sums("imports", ("answered", "counts", "ties", "tie_totals"),
                         ("people", "given", "no_opinion", "blank", "reach", "depth"))),
    RecordKind("survey", Noun.SURVEYS, "surveys/<slug>/survey.md",
               "surveys:Survey:parse_survey", ("asked_on", "of", "audience", "questions", "title")),
    RecordKind("quote", Noun.QUOTES, "quotes.yaml", "quotes:QuoteList:parse_quotes",
               ("community", "heard", "part", "consent", "audience", "signed", "words")),
    RecordKind("focus-group", Noun.FOCUS_GROUPS, "focus-groups/<slug>.md",
               "focus_groups:FocusGroup:parse_focus_group",
               ("date", "community", "took_part", "audience"), called="focus group"),
    RecordKind("story", Noun.STORIES, "stories/<slug>.md", "stories:Story:parse_story",
               ("happened", "value", "consent", "audience", "signed", "title")),
    RecordKind("report", Noun.REPORTS, "reports/<slug>.md", "reports:EvaluationReport:parse_report",
               ("from", "until", "surveys", "audience", "title"), built=("reports/<slug>",)),
    RecordKind("sheet", Noun.TOOLKIT, "toolkit/<slug>.md", "sheets:KitSheet:parse_sheet",
               ("when", "minutes", "for", "title")),
    RecordKind("outgoing", Noun.OUTGOING, "outgoing.yaml", "outgoing:OutgoingList:parse_outgoing",
               ("document", "name", "readers", "day", "communities")),
    RecordKind("retention-log", None, "retention-log.yaml",
               "retention_log:RetentionLog:parse_retention_log", called="log of retention"),
    RecordKind("place", Noun.PLACES, "places.yaml", "directory:PlaceList:parse_places",
               ("level", "kind", "name")),
    RecordKind("service", Noun.DIRECTORY, "directory/<slug>.md", "directory:Service:parse_service",
               ("status", "serves", "checked", "audience", "name")),
    RecordKind("connector", Noun.CONNECTORS, "connectors/<slug>.md",
               "directory:Connector:parse_connector",
               ("kind", "people", "covers", "checked", "audience", "title")),
    RecordKind("link", Noun.LINKS, "links/<slug>.md", "links:Link:parse_link",
               ("kind", "audience", "checked", "title")),
)  # fmt: skip
KINDS_BY_NAME: Final = {kind.name: kind for kind in KINDS}
"""The kinds by the names that ``copkit schema`` takes."""
KINDS_BY_NOUN: Final = {kind.noun: kind for kind in KINDS if kind.noun}
RECORD_FOLDERS: Final = {
    kind.place.split("/")[0]: kind
    for kind in KINDS
    if "/" in kind.place and not kind.place.startswith("communities/")
}
"""The kinds in a folder at the top of a programme, by that folder."""
COMMUNITY_PLACES: Final = {
    kind.place.split("/")[2]: kind for kind in KINDS if kind.place.startswith("communities/")
}
"""The kinds of a community, by the file or the folder in the community's own."""
COMMUNITY_FOLDERS: Final = {
    folder: kind for folder, kind in COMMUNITY_PLACES.items() if "<slug>" in kind.place
}
KINDS_BY_REFERENCE: Final = {**{kind.called: kind for kind in KINDS}, **KINDS_BY_NAME}
"""The kinds by what a field that holds their ids says (``Field.refers``): ``member``, ``case``."""
PROGRAMME_NOUNS: Final = tuple(
    kind.noun for kind in KINDS if kind.noun and not kind.place.startswith("communities/")
)
"""The records that belong to no community."""


class NamedPart(NamedTuple):
    """A record that a path names, such as ``cases/quiet-saturdays/a1``, and a part of it.

    ``kind`` is that of the folder, ``slug`` the record's, and ``part`` the id of what is meant in
    it, ``""`` for all of it.
    """

    kind: RecordKind
    slug: str
    part: str


def parse_named_part(text: str) -> NamedPart | None:
    """Parse the path of a record, in its community's folder or at the top; ``None`` for none."""
    folder, _, rest = text.partition("/")
    slug, _, part = rest.partition("/")
    kind = COMMUNITY_FOLDERS.get(folder) or RECORD_FOLDERS.get(folder)
    return NamedPart(kind, slug, part) if kind and kind.noun and slug else None


def is_issue_name(name: str) -> bool:
    """Check for an issue's name with the capital of a week or a quarter: ``2026-W05-chronicle``."""
    week_or_quarter = r"\d{4}-(?:W\d\d|Q[1-4])(?:-(.+))?"
    match = re.fullmatch(week_or_quarter, name, re.ASCII)
    return match is not None and (match[1] is None or is_slug(match[1]))


def fill_place(place: str, community: str, slug: str) -> str:
    """Return a path with the slugs of a community and a record for ``<community>``, ``<slug>``."""
    return place.replace("<community>", community).replace("<slug>", slug)


@cache
def _pattern(place: str) -> re.Pattern[str]:
    """Return what matches the paths of a place; its groups are the slugs."""
    return re.compile(re.sub(r"<\w+>", "([^/]+)", place.replace(".", r"\.")))


@cache
def _load(target: str) -> tuple[Any, Any]:
    """Return the type and the parser of a kind's target."""
    module, record, parser = target.split(":")
    noun_module = import_module(f"copkit.records.{module}")
    return getattr(noun_module, record), getattr(noun_module, parser)


def find_kind(file: str) -> tuple[RecordKind, tuple[str, ...]] | None:
    """Return the kind of the record at ``file`` and the slugs in that path; ``None`` for none."""
    for kind in KINDS:
        if (slugs := kind.slugs_in(file)) is not None:
            return kind, slugs
    return None


@cache
def _entries_of(kind: RecordKind) -> tuple[Entries, ...]:
    """Return the lists of a kind whose entries get ids by chance, with what refers to them."""
    from copkit.records.schema.fields import fields_of, item_type

    lists = {
        key: fields_of(part)
        for key, field in fields_of(kind.record_type).items()
        if is_dataclass(part := item_type(field.type))
    }
    references = [
        (key, name, field.refers) for key, part in lists.items() for name, field in part.items()
    ]
    # What is no kind of record, such as an action, is an entry of the record itself.
    return tuple(
        Entries(
            key,
            part["id"].prefix,
            tuple((other, name) for other, name, refers in references if key == f"{refers}s"),
        )
        for key, part in lists.items()
        if "id" in part and part["id"].prefix
    )


def merge_rules(file: str) -> Rules:
    """Return how two versions of a file are merged, by its path in a repository.

    The programme may be in a folder of the repository; what is no record has no rules.
    """
    parts = file.split("/")
    for start in range(len(parts)):
        match = find_kind("/".join(parts[start:]))
        if match:
            return Rules(match[0].exclusive, _entries_of(match[0]), match[0].sums)
    return NO_RULES


def parser_for(file: str) -> Callable[[Document], Any]:
    """Return the function that parses the record at ``file``, a path in the programme folder.

    The path must be that of a record, as :func:`is_record_file` checks.
    """
    match = find_kind(file)
    if match is None:
        raise ValueError(f"no record belongs at {file}")
    kind, slugs = match
    return lambda document: kind.parser(document, *slugs)


def find_record_type(file: str) -> type | None:
    """Return the type of the record at ``file``; ``None`` where nothing that is read belongs."""
    match = find_kind(file)
    return match[0].record_type if match else None


def is_record_file(file: str) -> bool:
    """Check whether a record belongs at ``file``, a path in the programme folder."""
    match = find_kind(file)
    if match is None:
        return False
    kind, slugs = match
    return all(map(is_slug, slugs[:-1])) and all(map(kind.may_be_called, slugs[-1:]))


def find_record_problems(file: str, data: bytes, parse: Callable[..., Document]) -> list[Problem]:
    """Return all problems of one record, from its path and its bytes.

    ``file`` is a path in the programme folder, as :func:`is_record_file` checks. The bytes may be
    anywhere, such as in git, and are not looked for in the folder. ``parse`` parses a text as
    ``read_document`` does.
    """
    problems: list[Problem] = []
    source = decode_source(file, data, problems)
    parser_for(file)(parse(source, problems, markdown=file.endswith(".md")))
    return problems


SCHEMA_FOLDER = ".copkit/schema"
"""Where ``init`` puts the schemas in a programme folder, for the editor to find."""


def schema_modeline(noun: str, depth: int) -> str:
    """Return the comment by which an editor finds the schema of a YAML file.

    ``depth`` is how many folders down from the programme folder the file is.
    """
    return f"# yaml-language-server: $schema={'../' * depth}{SCHEMA_FOLDER}/{noun}.json\n"
