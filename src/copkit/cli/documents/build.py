"""Building documents: facts of each kind, its formats, its files below ``build/``, the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from copkit.analysis.attendance import build_matrix, build_register
from copkit.analysis.networks.series import issue_scope
from copkit.analysis.networks.sessions import is_network
from copkit.analysis.participation import Network, attendance_by_month, sector_network, sector_table
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import report_view_for, view_for
from copkit.analysis.privacy.outgoing import Selection
from copkit.analysis.privacy.view import CaseView, MonthView
from copkit.cli.params import today
from copkit.cli.terminal import clean, say
from copkit.documents.facts.attendance import (
    MatrixFacts,
    RegisterFacts,
    SectorFacts,
    matrix_facts,
    register_facts,
    sector_facts,
)
from copkit.documents.facts.brief import build_brief
from copkit.documents.facts.newsletter import NewsletterFacts, build_newsletter
from copkit.documents.facts.shared import BriefFacts, texts_in
from copkit.documents.fonts import replaced_words
from copkit.documents.formats import (
    DOCUMENTS,
    available_formats,
    default_formats,
    include_picture_formats,
    installation_hint,
    require_format,
    unavailable_formats,
)
from copkit.documents.manifest import (
    ManifestEntry,
    appearance_digest,
    change_manifest,
    digest,
    facts_digest,
    read_manifest,
)
from copkit.documents.theme import load_theme
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import CommunityRecords, Programme, choose_match
from copkit.records.blockages import LETTER_AUDIENCE, Ask, Blockage, is_answered
from copkit.records.briefs import Brief
from copkit.records.cases import Case
from copkit.records.meetings import Meeting
from copkit.records.newsletters import Newsletter
from copkit.records.outgoing import OutgoingDocument
from copkit.records.reports import EvaluationReport
from copkit.records.schema.audience import Audience
from copkit.text.files import path_inside
from copkit.text.normalise import match_names
from copkit.text.transaction import write_output
from copkit.wording import list_in_words, plural

if TYPE_CHECKING:
    from copkit.documents.facts.agenda import AgendaFacts
    from copkit.documents.facts.letter import LetterFacts
    from copkit.documents.facts.report import ReportFacts
    from copkit.documents.facts.sheet import SheetFacts
    from copkit.documents.facts.toolkit import KitFacts
    from copkit.documents.facts.write_up import WriteUpFacts


LETTERS: Final = "letters"
SHEETS: Final = "sheets"  # without names: those with names never lie below build/
TOOLKIT: Final = "toolkit"
WRITE_UPS: Final = "cases"
SITE: Final = "site"
DATA_FORMAT: Final = "csv"
"""The format of a report's numbers, which lie beside it as ``data.csv``."""
# Words in another script are set in a font of this machine, which may be there by the next build.
MOST_REPLACED_NAMED: Final = 5  # words without a font that a build names, for one format
SET_IN_FONTS_OF_MACHINE: Final = ("pdf",)
_FORMAT_SYNONYMS: Final = {
    "word": "docx",
    "excel": "xlsx",
    "text": "txt",
    "markdown": "md",
    "email": "eml",
    "e-mail": "eml",
    "web": "html",
}


class BuiltDocument(NamedTuple):
    """A document that was built: its kind, the name of its record, its readers and its files.

    ``name`` is the slug of a newsletter or brief, ``community/meeting`` for an agenda, the
    community for a register, and empty for a document of the whole programme.
    """

    kind: str
    name: str
    reader: Audience
    paths: list[Path]


def require_audience(record_is_for: Audience, requested: str | None, noun: str) -> Audience:
    """Return the audience to build for: the one requested, or that of the record.

    ``noun`` is what the error calls the record. Raise :class:`CopkitError` for no audience, or
    for readers who may not see the record.
    """
    if requested is not None and requested not in set(Audience):
        message = f"--for: '{requested}' is not one of {', '.join(Audience)}"
        raise CopkitError(message, did_you_mean(requested, Audience), status=2)
    audience = Audience(requested) if requested else record_is_for
    if not audience.may_see(record_is_for):
        raise CopkitError(
            f"this {noun} is for {record_is_for}, so it cannot be built for {audience}",
            f"if they may read all of it, set 'audience: {audience}' in the record",
        )
    return audience


def scope_of(programme: Programme, record: Newsletter | Brief | EvaluationReport) -> Scope:
    """Return the days and communities that a document covers; an issue those of its series."""
    if isinstance(record, Newsletter):
        return issue_scope(programme, record)
    communities = frozenset(record.communities) if isinstance(record, Brief) else frozenset[str]()
    return Scope(record.since, record.until, communities)


def record_selection(
    programme: Programme, record: Newsletter | Brief | EvaluationReport, reader: Audience
) -> Selection:
    """Return what readers get with a newsletter, a brief or a report."""
    kinds = {
        Newsletter: OutgoingDocument.NEWSLETTER,
        Brief: OutgoingDocument.BRIEF,
        EvaluationReport: OutgoingDocument.REPORT,
    }
    scope = scope_of(programme, record)
    return Selection(
        kinds[type(record)], reader, scope.until, record.slug, scope.since, scope.communities
    )


def sectors_selection(reader: Audience, as_of: dt.date) -> Selection:
    """Return what readers outside get with the members by sector."""
    return Selection(OutgoingDocument.SECTORS, reader, as_of)


def issue_facts(programme: Programme, issue: Newsletter, reader: Audience) -> NewsletterFacts:
    """Build the facts of an issue of the newsletter, as its readers may see them today."""
    view = view_for(programme, reader, scope_of(programme, issue), today(), newsletter=issue)
    return build_newsletter(view)


def brief_facts(programme: Programme, brief: Brief, reader: Audience) -> BriefFacts:
    """Build the facts of a brief, as its readers may see them today."""
    built: Built = brief_as_of(programme, brief, reader)
    return built.facts  # type: ignore[no-any-return]


def brief_as_of(
    programme: Programme, brief: Brief, reader: Audience, day: dt.date | None = None
) -> Built:
    """Build what a brief states, as of the last day that it covers, or of a later ``day``."""
    as_of = day or brief.until
    dated = replace(brief, until=as_of)
    view = view_for(programme, reader, scope_of(programme, dated), today(), brief=dated)
    facts = build_brief(view)
    told = {story.title for story in facts.blockages}
    counted = {count.title for count in facts.counts}
    return Built(
        "brief",
        reader,
        as_of,
        facts,
        texts=dict(_text_digests(programme, told, counted)),
        cases=_case_digests(view.cases),
        is_moved=as_of != brief.until,
    )


def _text_digests(
    programme: Programme, told: Collection[str], counted: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield a name and a digest of each text of blockages that a document states.

    ``told`` and ``counted`` are titles; those that are only counted have no text in it.
    """
    for blockage in programme.blockages:
        path = f"blockages/{blockage.slug}.md"
        if blockage.title in told or blockage.title in counted:
            yield f"the title in {path}", digest(blockage.title.encode())
        if blockage.title in told:
            yield f"the text of {path}", digest(" ".join(blockage.body.split()).encode())


def _case_digests(cases: Iterable[CaseView]) -> tuple[str, ...]:
    """Return a digest of each case that a document tells of, whatever came of it later."""
    return tuple(sorted(facts_digest(replace(case, followed_up=())) for case in cases))


def report_facts(programme: Programme, report: EvaluationReport, reader: Audience) -> ReportFacts:
    """Build the facts of an evaluation report, as its readers may see them today.

    Raise :class:`InvalidRecords` where contacts cannot be read: a quote that names one would pass.
    """
    from copkit.cli.pii import load_sound_knowledge
    from copkit.documents.facts.report import build_report  # few builds have one

    known = load_sound_knowledge(programme).known_people
    return build_report(report_view_for(programme, report, reader, today(), known))


def build_report_files(
    programme: Programme,
    report: EvaluationReport,
    reader: Audience,
    formats: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> tuple[ReportFacts, list[Path]]:
    """Build one evaluation report and its data for its readers; return its facts and the files.

    ``csv`` among the formats is the data, which lies beside the report.
    """
    facts = report_facts(programme, report, reader)
    place: tuple[str, ...] = ("reports", report.slug)
    if reader is not report.audience:  # never over the file that its own readers get
        place = (*place, reader.value)
    paths = []
    own = [name for name in formats if name != DATA_FORMAT]
    if own or not formats:
        built = Built("report", reader, report.until, facts)
        paths += write_formats(programme, place, built, own, dry_run=dry_run)
    if DATA_FORMAT in formats or not formats:
        built = Built("data", reader, report.until, facts)
        paths += write_formats(programme, place, built, dry_run=dry_run)
    return facts, paths


def agenda_facts(programme: Programme, records: CommunityRecords, meeting: Meeting) -> AgendaFacts:
    """Build the facts of a meeting's agenda, as members of the community may see them today."""
    from copkit.analysis.agenda import build_agenda_view  # few builds have one
    from copkit.documents.facts.agenda import build_agenda

    return build_agenda(build_agenda_view(programme, records, meeting, today()))


def build_agenda_files(
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    formats: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> tuple[AgendaFacts, list[Path]]:
    """Build the agenda of one meeting; return its facts and the files."""
    from copkit.analysis.agenda import AGENDA_AUDIENCE  # few builds have one

    facts = agenda_facts(programme, records, meeting)
    place = ("agendas", records.slug, meeting.slug)
    built = Built("agenda", AGENDA_AUDIENCE, meeting.held_on, facts)
    return facts, write_formats(programme, place, built, formats, dry_run=dry_run)


def sheet_facts(
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    names: Mapping[str, str] | None = None,
) -> SheetFacts:
    """Build the facts of a meeting's attendance sheet; ``names`` are by member id, if any."""
    from copkit.analysis.record_attendance import expected_members  # few builds have one
    from copkit.documents.facts.sheet import build_sheet

    members = expected_members(records, meeting, meeting.held_on)
    return build_sheet(programme.settings.name, records.community, meeting, members, names)


def build_sheet_files(
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    formats: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> tuple[SheetFacts, list[Path]]:
    """Build the attendance sheet of one meeting, without names; return its facts and the files."""
    facts = sheet_facts(programme, records, meeting)
    place = (SHEETS, records.slug, meeting.slug)
    built = Built("sheet", Audience.MEMBERS, meeting.held_on, facts)
    return facts, write_formats(programme, place, built, formats, dry_run=dry_run)


def letter_facts(programme: Programme, blockage: Blockage, ask: Ask) -> LetterFacts:
    """Build the facts of a letter to a commissioner, of the time up to the day of its ask."""
    built: Built = letter_as_of(programme, blockage, ask)
    return built.facts  # type: ignore[no-any-return]


def letter_as_of(
    programme: Programme, blockage: Blockage, ask: Ask, day: dt.date | None = None
) -> Built:
    """Build what a letter states, as of the day of its ask, or of a later ``day``.

    Until there is an answer, cases signed off later are included; once there is, nothing is added
    any more. What was taken back is left out in either case.
    """
    from copkit.analysis.blockages import BEGINNING
    from copkit.documents.facts.letter import build_letter  # few builds have one

    as_of = day or ask.date
    known_on = min(today(), ask.replied) if ask.replied else today()
    dated = replace(ask, date=as_of)
    asks = tuple(dated if each is ask else each for each in blockage.asks)
    letter = (replace(blockage, asks=asks), dated)
    view = view_for(programme, LETTER_AUDIENCE, Scope(BEGINNING, as_of), known_on, letter=letter)
    shown = view.letter.blockage.visible_cases if view.letter else ()
    return Built(
        "letter",
        LETTER_AUDIENCE,
        as_of,
        build_letter(view),
        texts=dict(_text_digests(programme, {blockage.title})),
        cases=_case_digests(shown),
        is_moved=as_of != ask.date,
    )


def kit_facts(
    programme: Programme, records: CommunityRecords, name: str, as_of: dt.date
) -> KitFacts:
    """Build the facts of the tool kit for a community: of one sheet, or with ``""`` of all."""
    from copkit.analysis.toolkit import (
        KIT_AUDIENCE,
        KitView,
        build_community_kit,
        sheet_views,
    )
    from copkit.documents.facts.toolkit import build_kit  # few builds have one
    from copkit.documents.sheets import load_kit

    sheets = [
        view
        for view in sheet_views(load_kit(programme.toolkit), KIT_AUDIENCE)
        if name in ("", view.name)
    ]
    community = build_community_kit(programme, records, as_of)
    return build_kit(KitView(programme.settings.name, tuple(sheets), community))


def build_kit_files(
    programme: Programme,
    records: CommunityRecords,
    name: str,
    as_of: dt.date,
    formats: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> list[Path]:
    """Build the tool kit for a community, or the one sheet of that ``name``; return the files."""
    from copkit.analysis.toolkit import KIT_AUDIENCE  # few builds have one

    place = (TOOLKIT, records.slug, *filter(None, [name]))
    built = Built("toolkit", KIT_AUDIENCE, as_of, kit_facts(programme, records, name, as_of))
    return write_formats(programme, place, built, formats, dry_run=dry_run)


def build_issue_files(
    programme: Programme,
    issue: Newsletter,
    reader: Audience,
    formats: Sequence[str] = (),
    *,
    facts: NewsletterFacts | None = None,
    dry_run: bool = False,
) -> tuple[NewsletterFacts, list[Path]]:
    """Build one issue of the newsletter for its readers; return its facts and the files.

    ``facts`` are those of the issue where they have been built already.
    """
    facts = facts or issue_facts(programme, issue, reader)
    place = ("newsletters", issue.slug, reader.value)
    built = Built("newsletter", reader, issue.until, facts)
    return facts, write_formats(programme, place, built, formats, dry_run=dry_run)


def build_brief_files(
    programme: Programme,
    brief: Brief,
    reader: Audience,
    formats: Sequence[str] = (),
    *,
    as_it_is_now: bool = False,
    dry_run: bool = False,
) -> tuple[BriefFacts, list[Path]]:
    """Build one brief for its readers; return its facts and the files.

    ``as_it_is_now`` builds one of an earlier day as of today. Raise :class:`TextsEdited` where
    the words of one have been edited since it was built.
    """
    place: tuple[str, ...] = ("briefs", brief.slug)
    if reader is not brief.audience:  # never over the file that its own readers get
        place = (*place, reader.value)
    day = _day_of(programme, place, "brief", brief.until, as_it_is_now=as_it_is_now)
    built = brief_as_of(programme, brief, reader, day)
    if not as_it_is_now:
        _require_same_texts(programme, place, built)
    return built.facts, write_formats(programme, place, built, formats, dry_run=dry_run)


class TextsEdited(CopkitError):
    """A document of an earlier day would state words that are newer than its figures."""


def _day_of(
    programme: Programme,
    place: Sequence[str],
    document: str,
    own_day: dt.date,
    *,
    as_it_is_now: bool,
) -> dt.date:
    """Return the day that a document is to state: its record's, or a later one asked for."""
    if as_it_is_now:
        return max(today(), own_day)
    entry = read_manifest(programme.root).get(("/".join(place), document))
    return entry.day_after(own_day) if entry else own_day


def _require_same_texts(programme: Programme, place: Sequence[str], built: Built) -> None:
    """Raise :class:`TextsEdited` where a document of an earlier day would get newer words."""
    entry = read_manifest(programme.root).get(("/".join(place), built.kind))
    edited = entry.edited_texts(built.texts, today()) if entry else []
    if entry and edited and any(_built_files(programme, place, built.kind)):
        raise TextsEdited(
            edited_since(built.kind, entry, edited),
            f"--as-it-is-now builds it as of today; if nobody got it, delete build/{entry.place}",
        )


def edited_since(document: str, entry: ManifestEntry, edited: Sequence[str]) -> str:
    """Write what was edited since a document of an earlier day was built."""
    first = f"this {document} is as at {entry.as_of} and was built on {entry.built_on}"
    verb = "has" if len(edited) == 1 else "have"
    return f"{first}; since then {list_in_words(edited)} {verb} been edited"


def build_write_up_files(
    programme: Programme,
    case: Case,
    reader: Audience,
    formats: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> tuple[WriteUpFacts, list[Path]]:
    """Build the write-up of one case for its readers; return its facts and the files.

    Raise :class:`CopkitError` with the reason where they may not read it.
    """
    from copkit.analysis.privacy.site import SiteReduction  # few builds have one
    from copkit.documents.facts.write_up import build_write_up

    view = SiteReduction(programme, reader, today()).view(only=case)
    facts = build_write_up(view)
    place = (WRITE_UPS, view.cases[0].name, reader.value)
    built = Built("write-up", reader, today(), facts)
    return facts, write_formats(programme, place, built, formats, dry_run=dry_run)


def build_letter_files(
    programme: Programme,
    blockage: Blockage,
    ask: Ask,
    formats: Sequence[str] = (),
    *,
    as_it_is_now: bool = False,
    dry_run: bool = False,
) -> tuple[LetterFacts, list[Path]]:
    """Build the letter that carries an ask; return its facts and the files.

    ``as_it_is_now`` builds one of an earlier day as of today. Raise :class:`TextsEdited` where
    the words of one have been edited since it was built, and :class:`CopkitError` where it cannot
    be of today: it is answered, or its answer was due before.
    """
    place = (LETTERS, blockage.slug, ask.id)
    day = _day_of(programme, place, "letter", ask.date, as_it_is_now=as_it_is_now)
    if as_it_is_now and day > ask.date:
        _require_open_ask(ask, day)
    built = letter_as_of(programme, blockage, ask, day)
    if not as_it_is_now:
        _require_same_texts(programme, place, built)
    return built.facts, write_formats(programme, place, built, formats, dry_run=dry_run)


def _require_open_ask(ask: Ask, day: dt.date) -> None:
    """Raise :class:`CopkitError` for an ask that a letter of ``day`` could not make any more."""
    hint = "'copkit blockage ask' records a new ask, and writes its letter"
    if is_answered(ask, day):
        raise CopkitError(f"ask {ask.id} was answered, so no letter of today can make it", hint)
    if ask.reply_by and ask.reply_by < day:
        raise CopkitError(f"ask {ask.id} was to be answered by {ask.reply_by}, before today", hint)


def parse_formats(document: str, requested: Sequence[str]) -> list[str]:
    """Return the formats of a document to build; by default the usual ones that work here.

    Each of ``requested`` may name several, separated by commas. Raise :class:`CopkitError` for a
    format that the document does not have, or that needs a package which is missing.
    """
    named = split_formats(requested)
    for file_format in named:
        require_format(document, file_format)
    return named or list(default_formats(document))


def split_formats(texts: Sequence[str]) -> list[str]:
    """Split texts at commas into names of formats, each once; "word" stands for docx and so on."""
    named = (
        file_format.strip().lower().removeprefix(".")
        for words in texts
        for file_format in words.split(",")
    )
    return list(dict.fromkeys(_FORMAT_SYNONYMS.get(name, name) for name in named if name))


class Built(NamedTuple):
    """What is to be written: a kind of document, for whom, up to which day, and its facts.

    ``texts``, ``cases`` and ``is_moved`` are those of a :class:`ManifestEntry`.
    """

    kind: str
    reader: Audience
    as_of: dt.date
    facts: Any
    texts: Mapping[str, str] = MappingProxyType({})
    cases: tuple[str, ...] = ()
    is_moved: bool = False


def write_formats(
    programme: Programme,
    folder: Sequence[str],
    built: Built,
    formats: Sequence[str] = (),
    *,
    dry_run: bool,
) -> list[Path]:
    """Write a document below ``build/`` in some formats, or in the usual ones; return the files.

    ``folder`` are the names of the folders below ``build/``. What was written is noted in the
    manifest; a file that would be the same again is neither rendered nor written. A picture without
    content is not written. Raise :class:`CopkitError` where nothing is
    left to write.
    """
    theme = load_theme(programme.settings, programme.root)
    place = "/".join(folder)
    entry = read_manifest(programme.root).get((place, built.kind))
    facts, appearance = facts_digest(built.facts), appearance_digest(theme)
    paths: dict[str, Path] = {}
    contents: dict[str, bytes] = {}
    for file_format in include_picture_formats(built.kind, formats or default_formats(built.kind)):
        path = path_inside(programme.root, "build", *folder, f"{built.kind}.{file_format}")
        if (
            entry
            and file_format not in SET_IN_FONTS_OF_MACHINE
            and entry.holds(file_format, path, facts, appearance)
        ):
            paths[file_format] = path
        elif data := DOCUMENTS[built.kind][file_format](built.facts, theme):
            paths[file_format], contents[file_format] = path, data
    if not paths:
        message = f"this {built.kind} has no {' and no '.join(formats)}"
        raise CopkitError(message, "name another form with --format")
    if not dry_run:
        # only now that every format could be rendered, so that all of a place say the same
        for file_format, data in contents.items():
            write_output(programme.root, paths[file_format], data)
        appearances = dict.fromkeys(contents, appearance)
        note_built(programme.root, place, built, contents, appearances)
    for line in _describe_replaced_words(built, contents):
        say(clean(line))
    return list(paths.values())


def _describe_replaced_words(built: Built, formats: Collection[str]) -> Iterator[str]:
    """Yield a line for each word that a format of a document cannot show, and where it stands.

    Web pages and Word use the fonts of whoever opens them.
    """
    for file_format in formats:
        if file_format == "pdf":
            from copkit.documents.pdf import settable_scripts  # few builds have one

            texts = list(texts_in(built.facts))
            kept = settable_scripts("\n".join(texts))
        elif file_format == "png" and built.kind in MEMBERS_DOCUMENTS:
            texts, kept = list(texts_in(built.facts)), frozenset()
        else:
            continue
        words = {replaced.word: replaced for replaced in replaced_words(texts, kept)}
        for word, replacement, passage in list(words.values())[:MOST_REPLACED_NAMED]:
            where = f"no font here has '{word}', in '{passage}'"
            yield f"{file_format}: {where}: {replacement} stands there"
        if (more := len(words) - MOST_REPLACED_NAMED) > 0:
            yield f"{file_format}: {plural(more, 'more word')} of this {built.kind} likewise"


def note_built(
    root: Path,
    place: str,
    built: Built,
    contents: Mapping[str, bytes],
    appearances: Mapping[str, str],
    gone: Collection[str] = (),
) -> None:
    """Note in the manifest what was written in a place, by format, and which formats are gone.

    ``appearances`` has the digest of what each was rendered with, if that is known. Formats of the
    same place that were neither are noted as they were, if they state the same.
    """

    def note(entries: dict[tuple[str, str], ManifestEntry]) -> None:
        facts = facts_digest(built.facts)
        earlier = entries.get((place, built.kind))
        same = earlier if earlier and earlier.facts == facts else None
        files = dict(same.files) if same else {}
        files |= {file_format: digest(data) for file_format, data in contents.items()}
        looks = {**(same.appearances if same else {}), **dict.fromkeys(contents, ""), **appearances}
        kept = {name: value for name, value in files.items() if name not in gone}
        entries[place, built.kind] = ManifestEntry(
            place,
            built.kind,
            built.reader.value,
            built.as_of,
            facts,
            kept,
            {name: value for name, value in looks.items() if value and name in kept},
            built_on=_first_built(same) if built.texts else None,
            texts=dict(built.texts),
            cases=built.cases,
            is_moved=built.is_moved,
        )

    change_manifest(root, note)


def _first_built(same: ManifestEntry | None) -> dt.date:
    """Return the day on which a document was first built with the facts of today."""
    return (same and same.built_on) or today()


def unavailable_format_notes(*documents: str) -> list[str]:
    """Return lines on the formats of some documents, or of all, that need a missing package."""
    missing = unavailable_formats(documents or DOCUMENTS)
    if not missing:
        return []
    install = installation_hint(dict.fromkeys(missing.values()))
    return [
        f"Not built, as packages for it are missing: {list_in_words(list(missing))}",
        f"  {install}",
    ]


def find_or_latest(noun: str, records: Sequence[Any], slug: str | None) -> Any:
    """Return the record with a slug; without a slug the latest, by its last day.

    ``noun`` is what errors call it. Raise :class:`CopkitError` where there is none.
    """
    titles = {record.slug: (record.title,) for record in records}
    if slug is None:
        if records:
            return max(records, key=lambda record: (record.until, record.slug))
        raise CopkitError(f"there is no {noun} yet", f"'copkit new-{noun}' makes one", status=2)
    chosen = choose_match(noun, slug, match_names(slug, titles), list(titles))
    return next(record for record in records if record.slug == chosen)


# Documents of attendance

ATTENDANCE: Final = "attendance"
REGISTERS: Final = "registers"  # a folder of their own, as a community may be called 'public'
MEMBERS_DOCUMENTS: Final = ("matrix", "register", "growth", "network")


def matrix_facts_of(programme: Programme, as_of: dt.date) -> MatrixFacts:
    """Build the facts of the matrix, for members."""
    return matrix_facts(build_matrix(programme, as_of), programme.settings.name)


def sector_facts_of(programme: Programme, as_of: dt.date) -> SectorFacts:
    """Build the facts of the members by sector, for readers outside."""
    return sector_facts(sector_table(build_matrix(programme, as_of)), programme.settings.name)


def growth_facts_of(programme: Programme, as_of: dt.date) -> tuple[MonthView, ...]:
    """Count meetings and people month by month since the programme began, for members."""
    # an --as-of before the programme began would turn the period round
    since = min(programme.settings.starts, as_of)
    return attendance_by_month(programme.communities, since, as_of)


def network_facts_of(programme: Programme, as_of: dt.date) -> Network:
    """Build the network of sectors that sit together, for members."""
    return sector_network(build_matrix(programme, as_of))


def register_facts_of(
    programme: Programme, records: CommunityRecords, as_of: dt.date
) -> RegisterFacts:
    """Build the facts of a community's register, for members."""
    register = build_register(records, programme.settings.threshold, as_of)
    return register_facts(register, programme.settings.name)


def parse_attendance_formats(reader: Audience, requested: Sequence[str]) -> dict[str, list[str]]:
    """Return the formats to build of each document of attendance that some readers can have.

    Without ``requested`` those are the usual ones; a format that only one of the documents has is
    built of that one. Raise :class:`CopkitError` for a format that none of them has.
    """
    documents = MEMBERS_DOCUMENTS if reader.policy.sees_members else ("sectors",)
    named = split_formats(requested)
    all_formats = {file_format for document in documents for file_format in DOCUMENTS[document]}
    formats_by_document = {}
    for document in documents:
        document_formats = [
            file_format
            for file_format in named
            if file_format in DOCUMENTS[document] or file_format not in all_formats
        ]
        formats_by_document[document] = (
            parse_formats(document, document_formats) if document_formats or not named else []
        )
    return formats_by_document


def build_attendance(
    programme: Programme,
    reader: Audience,
    formats: Mapping[str, Sequence[str]],
    as_of: dt.date,
    *,
    dry_run: bool = False,
) -> list[BuiltDocument]:
    """Build the matrix and the registers for members, or the sectors for readers outside.

    ``formats`` maps each document to its formats; a document without any is not built. Earlier
    files in other formats, as of another day, are written as well, so that all of a place agree.
    """
    built_documents = []
    manifest = read_manifest(programme.root)
    for document in attendance_documents(programme, reader):
        requested = list(formats.get(document.kind, ()))
        if requested and document.has_met:
            place = "/".join(document.folder)
            earlier = manifest.get((place, document.kind))
            # earlier files of the same day state the same already
            if earlier is None or earlier.as_of != as_of:
                earlier_files = _built_files(programme, document.folder, document.kind)
                requested += [
                    file_format for file_format in earlier_files if file_format not in requested
                ]
            built = Built(document.kind, reader, as_of, document.facts(as_of))
            paths = write_formats(programme, document.folder, built, requested, dry_run=dry_run)
            built_documents.append(BuiltDocument(document.kind, document.name, reader, paths))
    return built_documents


class AttendanceDocument(NamedTuple):
    """A document of attendance: its folders below ``build/``, and its facts as of a day.

    ``name`` is a register's community; a register is not built before that ``has_met``.
    """

    kind: str
    folder: tuple[str, ...]
    facts: Callable[[dt.date], Any]
    name: str = ""
    has_met: bool = True


def attendance_documents(programme: Programme, reader: Audience) -> Iterator[AttendanceDocument]:
    """Yield every document of attendance that some readers can have."""
    if not reader.policy.sees_members:
        yield AttendanceDocument(
            "sectors", (ATTENDANCE, reader.value), partial(sector_facts_of, programme)
        )
        return
    yield AttendanceDocument("matrix", (ATTENDANCE,), partial(matrix_facts_of, programme))
    yield AttendanceDocument("growth", (ATTENDANCE,), partial(growth_facts_of, programme))
    yield AttendanceDocument("network", (ATTENDANCE,), partial(network_facts_of, programme))
    for records in programme.communities:
        folder = (ATTENDANCE, REGISTERS, records.slug)
        facts = partial(register_facts_of, programme, records)
        # a network has no members to register, or those of its core team
        has_met = any(not is_network(records) or records.members for _ in records.meetings[:1])
        yield AttendanceDocument("register", folder, facts, records.slug, has_met)


def _built_files(programme: Programme, folder: Sequence[str], document: str) -> dict[str, Path]:
    """Return the files that earlier builds left of a document, by format.

    ``folder`` are the names of its folders below ``build/``, ``document`` is its kind.
    Only formats that can be rendered here, as the others could not be brought up to date.
    """
    place = programme.root.joinpath("build", *folder)
    files = {
        file_format: place / f"{document}.{file_format}"
        for file_format in available_formats(document)
    }
    return {
        file_format: path
        for file_format, path in files.items()
        if path.is_file() and not path.is_symlink()
    }
