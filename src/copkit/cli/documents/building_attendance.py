"""Building the matrix, the registers and the members by sector, and where each of them lies."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.analysis.attendance import build_matrix, build_register, default_day
from copkit.analysis.growth import growth
from copkit.analysis.network import Network, sector_network
from copkit.analysis.participation import by_sector
from copkit.analysis.privacy.view import MonthView
from copkit.cli.documents.build import Document, chosen_forms, named_forms, write_forms
from copkit.cli.params import today
from copkit.documents.facts.attendance import MatrixFacts, matrix_facts
from copkit.documents.facts.register import RegisterFacts, register_facts
from copkit.documents.facts.sectors import SectorFacts, sector_facts
from copkit.documents.formats import DOCUMENTS, forms_here
from copkit.folder import CommunityRecords, Programme
from copkit.records.schema.fields import Audience
from copkit.wording import day_from_words

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
