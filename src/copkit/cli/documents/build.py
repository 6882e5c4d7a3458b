"""Building a document: reduce, work out, fill the templates, write, show where it lies."""

from __future__ import annotations

import datetime as dt
import re
import webbrowser
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from copkit.analysis.attendance import build_matrix, build_register, default_day
from copkit.analysis.participation import Network, by_sector, growth, sector_network
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.analysis.privacy.view import MonthView
from copkit.cli.params import today
from copkit.cli.terminal import clean, print_json, say
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
from copkit.documents.facts.shared import BriefFacts
from copkit.documents.formats import (
    DOCUMENTS,
    forms_here,
    how_to_install,
    missing_forms,
    require_form,
    usual_forms,
    with_pictures,
)
from copkit.documents.theme import look_of
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme, not_found
from copkit.records.blockages import Ask, Blockage
from copkit.records.briefs import Brief
from copkit.records.meetings import Meeting
from copkit.records.newsletters import Newsletter
from copkit.records.schema.fields import Audience
from copkit.text.files import inside
from copkit.text.transaction import write_output
from copkit.wording import day_from_words, listed

if TYPE_CHECKING:
    from copkit.documents.facts.agenda import AgendaFacts
    from copkit.documents.facts.letter import LetterFacts


LETTERS: Final = "letters"


class Document(NamedTuple):
    """A document that was built: its kind, the record it tells of, its readers and its files."""

    kind: str
    name: str
    reader: Audience
    paths: list[Path]


def chosen_audience(record_is_for: Audience, wanted: str | None, what: str) -> Audience:
    """Give whom to build for; refuse readers who may not see the record itself."""
    if wanted is not None and wanted not in set(Audience):
        raise CopkitError(f"--for: '{wanted}' is not one of {', '.join(Audience)}", status=2)
    audience = Audience(wanted) if wanted else record_is_for
    if not audience.may_see(record_is_for):
        raise CopkitError(
            f"this {what} is for {record_is_for}, so it cannot be built for {audience}",
            f"if they may read all of it, set 'audience: {audience}' in the record",
        )
    return audience


def scope_of(record: Newsletter | Brief) -> Scope:
    """Give the days and communities that a document tells of."""
    chosen = frozenset(record.communities) if isinstance(record, Brief) else frozenset[str]()
    return Scope(record.since, record.until, chosen)


def issue_facts(programme: Programme, issue: Newsletter, reader: Audience) -> NewsletterFacts:
    """Work out what an issue of the newsletter states to its readers today."""
    view = view_for(programme, reader, scope_of(issue), today(), newsletter=issue)
    return build_newsletter(view)


def brief_facts(programme: Programme, brief: Brief, reader: Audience) -> BriefFacts:
    """Work out what a brief states to its readers today."""
    return build_brief(view_for(programme, reader, scope_of(brief), today(), brief=brief))


def agenda_facts(programme: Programme, records: CommunityRecords, meeting: Meeting) -> AgendaFacts:
    """Work out what the agenda of a meeting states to the members of its community today."""
    from copkit.analysis.agenda import agenda_for  # few builds have one
    from copkit.documents.facts.agenda import build_agenda

    return build_agenda(agenda_for(programme, records, meeting, today()))


def build_one_agenda(
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    forms: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> tuple[AgendaFacts, list[Path]]:
    """Build the agenda of one meeting; give what it states, and the files."""
    facts = agenda_facts(programme, records, meeting)
    place = ("agendas", records.slug, meeting.slug)
    return facts, write_forms(programme, place, "agenda", facts, forms, dry_run=dry_run)


def letter_facts(programme: Programme, blockage: Blockage, ask: Ask) -> LetterFacts:
    """Work out what a letter states to a commissioner: what was known on the day of its ask.

    Until there is an answer, cases signed off later and progress told later are told as well; once
    there is, nothing is added any more. What was taken back is gone in either case.
    """
    from copkit.analysis.blockages import BEGINNING
    from copkit.documents.facts.letter import build_letter  # few builds have one

    known = min(today(), ask.replied) if ask.replied else today()
    scope = Scope(BEGINNING, ask.date)
    reader = Audience.COMMISSIONERS
    return build_letter(view_for(programme, reader, scope, known, letter=(blockage, ask)))


def build_issue(
    programme: Programme,
    issue: Newsletter,
    reader: Audience,
    forms: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> tuple[NewsletterFacts, list[Path]]:
    """Build one issue of the newsletter for its readers; give what it states, and the files."""
    facts = issue_facts(programme, issue, reader)
    place = ("newsletters", issue.slug, reader.value)
    return facts, write_forms(programme, place, "newsletter", facts, forms, dry_run=dry_run)


def build_one_brief(
    programme: Programme,
    brief: Brief,
    reader: Audience,
    forms: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> tuple[BriefFacts, list[Path]]:
    """Build one brief for its reader; give what it states, and the files."""
    facts = brief_facts(programme, brief, reader)
    place: tuple[str, ...] = ("briefs", brief.slug)
    if reader is not brief.audience:  # never over the file that its own readers get
        place = (*place, reader.value)
    return facts, write_forms(programme, place, "brief", facts, forms, dry_run=dry_run)


def build_one_letter(
    programme: Programme,
    blockage: Blockage,
    ask: Ask,
    forms: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> tuple[LetterFacts, list[Path]]:
    """Build the letter that carries an ask; give what it states, and the files."""
    facts = letter_facts(programme, blockage, ask)
    place = (LETTERS, blockage.slug, ask.id)
    return facts, write_forms(programme, place, "letter", facts, forms, dry_run=dry_run)


def chosen_forms(document: str, wanted: Sequence[str]) -> list[str]:
    """Give the forms to build; none wanted means those that are usual, and can be made here.

    Each of ``wanted`` may name several, with commas between them. Raises :class:`CopkitError` for
    one that the document does not have, or that cannot be made here.
    """
    named = named_forms(wanted)
    for form in named:
        require_form(document, form)
    return named or list(usual_forms(document))


def named_forms(wanted: Sequence[str]) -> list[str]:
    """Take forms one by one or with commas between them, as people call them; give each once."""
    named = (
        form.strip().lower().removeprefix(".") for words in wanted for form in words.split(",")
    )
    return list(dict.fromkeys(_CALLED.get(form, form) for form in named if form))


_CALLED: Final = {
    "word": "docx",
    "excel": "xlsx",
    "text": "txt",
    "markdown": "md",
    "email": "eml",
    "e-mail": "eml",
    "web": "html",
}


def write_forms(
    programme: Programme,
    folder: Sequence[str],
    name: str,
    facts: Any,
    forms: Sequence[str] = (),
    *,
    dry_run: bool,
) -> list[Path]:
    """Write a document in some forms, or in the usual ones, below ``build/``.

    A picture that there is none of is not written.
    """
    look = look_of(programme.settings, programme.root)
    made: list[tuple[Path, bytes]] = []
    for form in with_pictures(name, forms or usual_forms(name)):
        path = inside(programme.root, "build", *folder, f"{name}.{form}")
        if data := DOCUMENTS[name][form](facts, look):
            made.append((path, data))
    if not made:
        message = f"this {name} has no {' and no '.join(forms)}"
        raise CopkitError(message, "name another form with --format")
    if not dry_run:
        for path, data in made:  # only when every form could be made
            write_output(programme.root, path, data)
    return [path for path, _ in made]


def without_forms(*documents: str) -> list[str]:
    """Say which forms of some documents, or of all, want a package, and what brings it."""
    missing = missing_forms(documents or DOCUMENTS)
    if not missing:
        return []
    install = how_to_install(dict.fromkeys(missing.values()))
    return [f"Not built, as packages for it are missing: {listed(list(missing))}", f"  {install}"]


def report(
    paths: Sequence[Path],
    summary: str,
    notes: Sequence[str],
    *,
    as_json: bool,
    open_it: bool,
    dry_run: bool,
) -> None:
    """Say what was built, where it lies and what was left out; open the HTML if asked."""
    if as_json:
        files = [path.as_posix() for path in paths]
        print_json({"summary": summary, "files": files, "left_out": list(notes)})
    else:
        for note in notes:
            say(clean(note))
        say(clean(summary))
        for path in paths:
            say(f"  {'would write' if dry_run else 'wrote'} {clean(str(path))}")
    if open_it and paths and not dry_run and not webbrowser.open(paths[0].as_uri()):
        say(f"  no browser could be opened; open {clean(str(paths[0]))} yourself")


def pick(noun: str, records: Sequence[Any], slug: str | None) -> Any:
    """Give the record of a slug; without one the latest, by its last day."""
    slugs = [record.slug for record in records]
    if slug is None:
        if records:
            return max(records, key=lambda record: (record.until, record.slug))
        raise CopkitError(f"there is no {noun} yet", f"'copkit new-{noun}' makes one", status=2)
    for record in records:
        if record.slug == slug:
            return record
    raise not_found(noun, slug, slugs)


# Building the matrix, the registers and the members by sector, and where each of them lies.

ATTENDANCE: Final = "attendance"
REGISTERS: Final = "registers"  # apart, as a community may be called 'public'
FOR_MEMBERS: Final = ("matrix", "register", "growth", "network")
LARGEST_HEAD: Final = 300_000  # characters of a page in which its heading stands, a logo before it
_HEADING: Final = re.compile(
    r"^(?:<h1>|## ).*?(\d{1,2} [A-Z][a-z]+ \d{4})(?:</h1>)?$", re.MULTILINE
)
_CREATED: Final = re.compile(rb"<dcterms:created[^>]*>(\d{4}-\d\d-\d\d)T")


def matrix_of(programme: Programme, as_of: dt.date) -> MatrixFacts:
    """Work out what the matrix states to members."""
    return matrix_facts(build_matrix(programme, as_of), programme.settings.name)


def sectors_of(programme: Programme, as_of: dt.date) -> SectorFacts:
    """Work out what is stated of the members to readers outside."""
    return sector_facts(by_sector(build_matrix(programme, as_of)), programme.settings.name)


def growth_of(programme: Programme, as_of: dt.date) -> tuple[MonthView, ...]:
    """Count meetings and people month by month since the programme began, for members."""
    since = min(programme.settings.starts, as_of)
    return growth(programme.communities, since, as_of)


def network_of(programme: Programme, as_of: dt.date) -> Network:
    """Work out which sectors sit together, for members."""
    return sector_network(build_matrix(programme, as_of))


def register_of(programme: Programme, records: CommunityRecords, as_of: dt.date) -> RegisterFacts:
    """Work out what a community's register states to members."""
    register = build_register(records, programme.settings.threshold, as_of)
    return register_facts(register, programme.settings.name)


def chosen_forms_of(reader: Audience, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Give the forms to build of each document for some readers; none wanted means the usual ones.

    A form that only one of the documents has is built of that one.
    """
    documents = FOR_MEMBERS if reader is Audience.MEMBERS else ("sectors",)
    named = named_forms(wanted)
    known = {form for document in documents for form in DOCUMENTS[document]}
    forms = {}
    for document in documents:
        own = [form for form in named if form in DOCUMENTS[document] or form not in known]
        forms[document] = chosen_forms(document, own) if own or not named else []
    return forms


def build_attendance(
    programme: Programme,
    reader: Audience,
    forms: Mapping[str, Sequence[str]],
    as_of: dt.date,
    *,
    dry_run: bool = False,
) -> list[Document]:
    """Build the matrix and the registers for members, or the sectors for readers outside.

    ``forms`` has those of each document; a document without any is not built. Other forms that lie
    there and count up to another day are written as well, so that all of a place say the same.
    """
    built = []
    for one in documents_for(programme, reader):
        wanted = list(forms.get(one.document, ()))
        if wanted and one.has_met:
            facts = one.facts(as_of)
            there = _forms_there(programme, one.folder, one.document)
            if there and stated_day(programme, there) != as_of:
                wanted += [form for form in there if form not in wanted]
            paths = write_forms(programme, one.folder, one.document, facts, wanted, dry_run=dry_run)
            built.append(Document(one.document, one.name, reader, paths))
    return built


class Counted(NamedTuple):
    """A document of attendance: where it lies below ``build/``, and what it states as of a day.

    A register has its community's name, and is not built before that ``has_met``.
    """

    document: str
    folder: tuple[str, ...]
    facts: Callable[[dt.date], Any]
    name: str = ""
    has_met: bool = True


def documents_for(programme: Programme, reader: Audience) -> Iterator[Counted]:
    """Give every document of attendance that some readers can have."""
    if reader is not Audience.MEMBERS:
        yield Counted("sectors", (ATTENDANCE, reader.value), partial(sectors_of, programme))
        return
    yield Counted("matrix", (ATTENDANCE,), partial(matrix_of, programme))
    yield Counted("growth", (ATTENDANCE,), partial(growth_of, programme))
    yield Counted("network", (ATTENDANCE,), partial(network_of, programme))
    for records in programme.communities:
        folder = (ATTENDANCE, REGISTERS, records.slug)
        facts = partial(register_of, programme, records)
        yield Counted("register", folder, facts, records.slug, bool(records.meetings))


def _forms_there(programme: Programme, folder: Sequence[str], document: str) -> dict[str, Path]:
    """Give the files of a document that earlier builds left, of forms that can be made here."""
    place = programme.root.joinpath("build", *folder)
    files = {form: place / f"{document}.{form}" for form in forms_here(document)}
    return {form: path for form, path in files.items() if path.is_file() and not path.is_symlink()}


def stated_day(programme: Programme, files: Mapping[str, Path]) -> dt.date:
    """Give the day up to which built files count, by their form; where none says so, today.

    So a document is held against the records as of its own day, and a new day alone makes none
    out of date.
    """
    for form in ("html", "md"):
        if form in files:
            with files[form].open(encoding="utf-8", errors="replace") as file:
                heading = _HEADING.search(file.read(LARGEST_HEAD))
            if heading and (day := day_from_words(heading[1])):
                return day
    return _day_of_workbook(files.get("xlsx")) or default_day(programme, today())


def _day_of_workbook(path: Path | None) -> dt.date | None:
    """Give the day that a workbook has as that of its making, if it can be read."""
    if path is None:
        return None
    try:
        with zipfile.ZipFile(path) as book, book.open("docProps/core.xml") as file:
            created = _CREATED.search(file.read(4000))
        return dt.date.fromisoformat(created[1].decode()) if created else None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
