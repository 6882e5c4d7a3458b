"""``copkit session feedback``: what those who came to a session say of it, as a survey."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from copkit.cli.context import Reporting
from copkit.cli.prompts import read_input_file
from copkit.cli.sessions.commands import NetworkName, SessionDay, find_network, find_session
from copkit.cli.store import write_new_record
from copkit.cli.surveys.import_ import import_answers
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError
from copkit.folder import FOR_ATTENDANCE, Programme
from copkit.layout import record_file
from copkit.records.kinds import Noun
from copkit.records.meetings import Meeting
from copkit.records.surveys import QUESTIONS, SESSION_QUESTIONS, Quoting, Survey


def feedback(
    context: Reporting,
    network: NetworkName = None,
    date: SessionDay = None,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="CSV or Excel files.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="QUESTION=HEADING; may be repeated.")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option("--label", help="ANSWER=NUMBER, 1 being strongly agree; may be repeated."),
    ] = None,
) -> None:
    """Count the answers to a session's feedback form: three questions, and no row.

    Was it useful, whom did you meet, what next? Without a FILE, make the survey and its form
    ready: 'copkit survey build' has the questions to paste. Comments are read with 'copkit survey
    comments'; counts of fewer than five people are never kept.

    \b
    Examples:
      copkit session feedback riverside-network 2022-03-16
      copkit session feedback riverside-network 2022-03-16 answers.csv
    """
    programme = context.open({*FOR_ATTENDANCE, Noun.SURVEYS})
    records = find_network(programme, network)
    meeting = find_session(records, date)
    session = f"{records.slug}/{meeting.slug}"
    # one from before surveys said so has the session's name, until the session is moved
    ours = (survey.slug for survey in programme.surveys if survey.session == session)
    slug = next(ours, f"{records.slug}-{meeting.slug}")
    for file in files or ():
        read_input_file(file)  # before the survey is written, which would stay without answers
    if slug not in programme.names[Noun.SURVEYS]:
        _add_survey(context, programme, meeting, slug)
        if context.dry_run:
            return
    if files:
        import_answers(context, slug, files, column=column, label=label)
    else:
        say(f"the questions: copkit survey build {clean(slug)}")


def _add_survey(context: Any, programme: Programme, meeting: Meeting, slug: str) -> None:
    """Write the survey of a session, with the shipped questions; raise unless N is known."""
    if not meeting.came:
        hint = f"copkit session record {meeting.community} {meeting.slug} --came 61"
        raise CopkitError(f"nobody has recorded how many came on {meeting.slug}", hint)
    questions = {**SESSION_QUESTIONS, "quote": QUESTIONS["quote"]}
    values = {
        "title": f"Feedback: {meeting.title}, {meeting.held_on}",
        "asked_on": meeting.held_on,
        "of": str(meeting.came),
        "of_because": "everybody who came to the session",
        "audience": meeting.audience,
        "quoting": Quoting.AGREED,
        "session": f"{meeting.community}/{meeting.slug}",
        "questions": [
            {"id": id, "text": text, **fields} for id, (text, fields) in questions.items()
        ],
    }
    body = "<!-- Why this is asked, and what will be done with the answers. -->"
    file = record_file("surveys", slug)
    write_new_record(programme, file, Survey, values, body, dry_run=context.dry_run)
