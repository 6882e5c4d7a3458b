"""Building a document: reduce, work out, fill the templates, write, show where it lies."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from copkit.analysis.period_parts import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.cli.params import today
from copkit.cli.terminal import clean, print_json, say
from copkit.documents.facts.brief import build_brief
from copkit.documents.facts.newsletter import NewsletterFacts, build_newsletter
from copkit.documents.facts.shared import BriefFacts
from copkit.documents.formats import (
    DOCUMENTS,
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
from copkit.wording import listed

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
