"""``copkit session build``: what a session needs on paper, by mail and in calendars."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from copkit.analysis.agenda import build_invitations
from copkit.analysis.privacy.outgoing import Selection
from copkit.analysis.privacy.sessions import session_view, session_views
from copkit.analysis.privacy.view import contact_view
from copkit.cli.context import OutgoingBuilding
from copkit.cli.documents.agenda import DEFAULT_TIMEZONE
from copkit.cli.documents.build import parse_formats, require_audience, unavailable_format_notes
from copkit.cli.documents.outgoing import going_out
from copkit.cli.params import For, Formats, today
from copkit.cli.pii import is_document_source, require_no_details_in_files
from copkit.cli.sessions.commands import NetworkName, SessionDay, find_network, find_session
from copkit.documents.calendar import write_calendar
from copkit.documents.email import MESSAGE_POLICY
from copkit.documents.facts.session import (
    build_announcement,
    build_programme,
    build_sign_in,
    build_thanks,
)
from copkit.documents.formats import DOCUMENTS
from copkit.documents.theme import load_theme
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import Meeting
from copkit.records.outgoing import OutgoingDocument
from copkit.records.schema.audience import Audience
from copkit.text.files import path_inside
from copkit.text.markdown import to_text
from copkit.text.normalise import mail_header_text
from copkit.text.transaction import write_output
from copkit.wording import weekday_in_words

if TYPE_CHECKING:
    from copkit.documents.facts.toolkit import KitFacts

PAPERS: Final = "toolkit"
"""The document whose layout the papers of a session have."""


def build(
    context: OutgoingBuilding,
    network: NetworkName = None,
    date: SessionDay = None,
    formats: Formats = None,
    audience: For = None,
) -> None:
    """Build a session's papers below build/sessions: announcement, sign-in, programme, thanks.

    The announcement comes as text, as a draft that mail programs open, and as a calendar file too.
    The sheet at the door asks for a sector and no name. A conference with a programme gets it as a
    sheet of its own. After the day there is a note of thanks, with links to slides and recording.

    \b
    Forms:
      html  for the browser, and to print     docx  for Word, to change
      pdf   the same on A4                    md    Markdown

    \b
    Examples:
      copkit session build riverside-network next
      copkit session build riverside-network 2022-03-16 --format pdf
    """
    chosen = parse_formats(PAPERS, formats or ())
    programme = context.open()
    require_no_details_in_files(programme, is_document_source)
    records = find_network(programme, network)
    meeting = find_session(records, date or "next")
    reader = require_audience(meeting.audience, audience, "session")
    session = session_view(records, meeting, reader, today())
    contact = contact_view(programme.settings.contact)
    papers: dict[str, KitFacts | None] = {"announcement": build_announcement(session, contact)}
    if not meeting.cancelled:
        hosts = session_view(records, meeting, Audience.MEMBERS, today())
        papers["sign-in"] = build_sign_in(hosts, tuple(programme.settings.seats_sought))
        papers["programme"] = build_programme(session)
    if meeting.held_on <= today() and not meeting.cancelled:
        to_come = tuple(session_views(programme, records, reader, today()))
        papers["thanks"] = build_thanks(session, to_come, contact)
    theme = load_theme(programme.settings, programme.root)
    folder = ("build", "sessions", records.slug, meeting.slug)
    contents: dict[Path, bytes] = {}
    for name, facts in papers.items():
        for file_format in chosen if facts else ():
            path = path_inside(programme.root, *folder, f"{name}.{file_format}")
            contents[path] = DOCUMENTS[PAPERS][file_format](facts, theme)
    calendar_path = path_inside(programme.root, *folder, "session.ics")
    calendar = _calendar(programme, records, meeting, calendar_path)
    for name in ("announcement", "thanks"):
        if facts := papers.get(name):
            markdown = DOCUMENTS[PAPERS]["md"](facts, theme).decode("utf-8")
            text = to_text(markdown)
            contents[path_inside(programme.root, *folder, f"{name}.txt")] = text.encode("utf-8")
            attached = calendar if name == "announcement" else b""
            draft = _draft(facts, meeting, text, attached)
            contents[path_inside(programme.root, *folder, f"{name}.eml")] = draft
    contents[calendar_path] = calendar
    selection = Selection(
        OutgoingDocument.SESSION, reader, today(), name=f"{records.slug}/{meeting.slug}"
    )
    with going_out(context, programme, selection):
        for path, data in contents.items() if not context.dry_run else ():
            write_output(programme.root, path, data)
    notes = [] if formats else unavailable_format_notes(PAPERS)
    summary = f"{meeting.title}, {weekday_in_words(meeting.held_on, 0)}, for {reader}"
    context.report(list(contents), summary, notes)


def _calendar(
    programme: Programme, records: CommunityRecords, meeting: Meeting, path: Path
) -> bytes:
    """Return a calendar with one session; where it was cancelled, with its cancellation."""
    zone = ZoneInfo(programme.settings.timezone or DEFAULT_TIMEZONE)
    before = path.read_bytes() if path.is_file() and not path.is_symlink() else None
    invitations = [
        invitation
        for invitation in build_invitations(programme, records)
        if invitation.meeting == meeting.slug
    ]
    return write_calendar(records.community.name, invitations, zone, today(), before).data


def _draft(facts: KitFacts, meeting: Meeting, text: str, calendar: bytes) -> bytes:
    """Return a draft that mail programs open: to nobody yet, with the calendar file attached."""
    message = EmailMessage(policy=MESSAGE_POLICY)
    message["Subject"] = mail_header_text(f"{facts.sheets[0].kicker}: {facts.title}")
    message["X-Unsent"] = "1"
    message.set_content(text, cte="quoted-printable")
    if calendar:
        message.add_attachment(
            calendar, maintype="text", subtype="calendar", filename=f"{meeting.slug}.ics"
        )
        message.set_boundary(f"=_session_{meeting.slug}")  # no text has '=_' once encoded
    return message.as_bytes()
