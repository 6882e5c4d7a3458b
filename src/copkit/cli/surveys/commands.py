"""``copkit survey show``, ``build`` and ``forget``: what a survey says, its form, its rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copkit.cli.context import Building, OutgoingReading, Writing
from copkit.cli.params import Output, complete_audience, complete_slug, today, usage_error
from copkit.cli.terminal import clean, print_heading, print_json, print_paragraph, say
from copkit.errors import CopkitError, only_errors
from copkit.folder import FOR_ATTENDANCE, Programme, not_found
from copkit.layout import SURVEY_ROWS, list_entries, record_file
from copkit.records.kinds import Noun
from copkit.records.schema.audience import Audience, audience_choices

if TYPE_CHECKING:
    from copkit.analysis.surveys import SurveyFigures
    from copkit.documents.facts.survey import SurveyFacts
    from copkit.records.programme import Settings
    from copkit.records.surveys import Survey

SurveyName = Annotated[
    str,
    typer.Argument(
        metavar="SURVEY",
        help="As 'copkit list surveys' prints it.",
        autocompletion=complete_slug("surveys"),
    ),
]
PICTURES = ("likert.svg", "likert.png", "dots.svg", "dots.png")
FORMATS = ("text", "md", *PICTURES)


def find_survey(programme: Programme, name: str) -> Survey:
    """Find a survey by its slug; raise :class:`CopkitError` if there is none."""
    for survey in programme.surveys:
        if survey.slug == name:
            return survey
    raise not_found("survey", name, [survey.slug for survey in programme.surveys])


def show_survey(
    context: OutgoingReading,
    survey_name: SurveyName,
    by: Annotated[
        str | None, typer.Option("--by", help="'community': how many agreed in each.")
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(
            "--compare",
            help="An earlier survey, to put beside it.",
            autocompletion=complete_slug("surveys"),
        ),
    ] = None,
    reader: Annotated[
        str,
        typer.Option(
            "--for",
            help=f"Who will read it: {audience_choices()}.",
            autocompletion=complete_audience,
        ),
    ] = Audience.MEMBERS.value,
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", help=f"One of {', '.join(FORMATS)}.", show_default="text"),
    ] = None,
    output: Output = None,
) -> None:
    """Show how many answered of how many, and how many agreed.

    There is no confidence interval: members are not a random few. The bounds say between what the
    share lies, whatever those think who did not answer. Outside members communities are told only
    as "7 of 12 agreed", from ten answers, and only where that points at nobody.

    \b
    Examples:
      copkit survey show december-2012
      copkit survey show december-2012 --by community --for members
      copkit survey show december-2012 -o likert.svg
      copkit survey show december-2012 --format dots.svg --for public -o agreed.svg
    """
    from copkit.analysis.privacy.outgoing import Selection
    from copkit.analysis.surveys import build_survey_figures
    from copkit.cli.documents.outgoing import going_out
    from copkit.records.outgoing import OutgoingDocument

    if by not in {None, "community"}:
        usage_error(f"--by: '{by}' is not 'community'", "write --by community")
    form = _choose_format(form, output)
    audience = parse_reader(reader)
    programme = context.open({*FOR_ATTENDANCE, Noun.SURVEYS})
    survey = find_survey(programme, survey_name)
    counts = programme.survey_counts.get(survey.slug)
    if counts is None or not (counts.counts or counts.answered):
        raise CopkitError(
            f"no answers to '{survey.slug}' have been counted yet",
            f"copkit survey import {survey.slug} FILE",
        )
    figures = build_survey_figures(programme, survey, counts, audience)
    before = None
    if compare:
        earlier = find_survey(programme, compare)
        before = build_survey_figures(
            programme, earlier, programme.survey_counts.get(earlier.slug), audience
        )
    if context.as_json:
        print_json(_figures_as_json(figures, before))
        return
    facts = _facts(programme, figures, before, by_community=by is not None or form != "text")
    if form == "text":
        _print_facts(facts)
        _note_overdue(programme, survey)
    elif output is None:  # what is printed goes to whoever keeps the records
        _deliver(context, programme, facts, form, output)
    else:
        selection = Selection(OutgoingDocument.SURVEY, audience, today(), survey.slug)
        with going_out(context, programme, selection):
            _deliver(context, programme, facts, form, output)


def parse_reader(text: str) -> Audience:
    """Parse ``--for``; raise a usage error for an audience that does not exist."""
    from copkit.errors import did_you_mean

    try:
        return Audience(text)
    except ValueError:
        hint = did_you_mean(text, list(Audience), f"one of {', '.join(Audience)}")
        usage_error(f"--for: there is no audience '{text}'", hint)


def _choose_format(requested: str | None, output: Path | None) -> str:
    """Return the form to show: the one requested, else that of the ending of ``output``.

    Raise a usage error for an ending that says no form.
    """
    if requested not in {None, *FORMATS}:
        usage_error(f"--format: there is no '{requested}'", f"one of {', '.join(FORMATS)}")
    if output is None:
        return requested or "text"
    forms = {"md": "md", "svg": "likert.svg", "png": "likert.png"}
    ending = output.suffix.removeprefix(".").lower()
    form = requested or forms.get(ending)
    if form is None or form == "text":
        reason = f"it is not made as .{ending}" if ending else "its ending says no form"
        usage_error(
            f"--output {clean(output.name)}: {reason}",
            "name a file that ends in .md, .svg or .png",
        )
    return form


def _facts(
    programme: Programme,
    figures: SurveyFigures,
    before: SurveyFigures | None,
    *,
    by_community: bool,
) -> SurveyFacts:
    from copkit.documents.facts.survey import build_survey_facts

    names = {records.slug: records.community.place for records in programme.communities}
    return build_survey_facts(figures, names, before, by_community=by_community)


def _figures_as_json(figures: SurveyFigures, before: SurveyFigures | None) -> dict[str, Any]:
    from copkit.records.schema.write import json_value

    facts: dict[str, Any] = json_value(figures)
    if before:
        facts["before"] = json_value(before)
    return facts


def _print_facts(facts: SurveyFacts) -> None:
    """Print what a survey says, at most as wide as the terminal."""
    print_heading(facts.title)
    print_paragraph(facts.heading)
    if facts.communities:
        print_paragraph("  ".join(facts.communities), "  ")
    for question in facts.questions:
        print()
        print_paragraph(question.text)
        print_paragraph(question.headline, "  ", 2)
        for detail in question.details:
            print_paragraph(detail, "  ", 2)
        width = max((len(line.name) for line in question.by), default=0)
        for line in question.by:
            print(clean(f"    {line.name:{width}}  {line.text}"))
    if facts.notes:
        print()
    for note in facts.notes:
        print_paragraph(note)


def _deliver(
    context: Any, programme: Programme, facts: SurveyFacts, form: str, output: Path | None
) -> None:
    """Print or write a survey in another form than text."""
    from copkit.cli.terminal import require_no_terminal
    from copkit.documents.formats import DOCUMENTS
    from copkit.documents.theme import load_theme

    document, _, ending = form.rpartition(".")
    if document == "likert" and not any(question.parts for question in facts.questions):
        raise CopkitError(
            "these readers may not see how many disagreed, and the bars show that",
            "dots.svg shows how many agreed",
            status=2,
        )
    if output is None and ending == "png":
        require_no_terminal(f"survey show {facts.slug}", ending)
    theme = load_theme(programme.settings, programme.root)
    data = DOCUMENTS[document or "survey"][ending](facts, theme)
    context.deliver(data, output, is_text=ending != "png")


def build(context: Building, survey_name: SurveyName) -> None:
    """Build the questions: a page to print, and a text to paste into a form tool.

    \b
    Examples:
      copkit survey build december-2012
      copkit survey build december-2012 --open
    """
    from copkit.documents.facts.survey import build_survey_form
    from copkit.documents.formats import DOCUMENTS
    from copkit.documents.theme import load_theme
    from copkit.records.communities import CommunityKind
    from copkit.text.transaction import write_output

    programme = context.open({Noun.SURVEYS})
    survey = find_survey(programme, survey_name)
    if not survey.questions:
        raise CopkitError(
            f"the survey '{survey.slug}' has no questions", f"list them in {survey.source.file}"
        )
    places = [
        records.community.place
        for records in programme.communities
        if records.community.kind is CommunityKind.COMMUNITY
    ]
    survey = survey.with_sectors(tuple(programme.settings.seats_sought))
    form = build_survey_form(survey, places)
    theme = load_theme(programme.settings, programme.root)
    paths = []
    for ending, renderer in DOCUMENTS["survey-form"].items():
        path = programme.root / "build" / "surveys" / f"{survey.slug}.{ending}"
        data = renderer(form, theme)
        if not context.dry_run:
            write_output(programme.root, path, data)
        paths.append(path)
    context.report(paths, f"{form.title}: {len(form.questions)} questions", [])


# Rows in private/


def forget(
    context: Writing,
    survey_name: Annotated[
        str | None,
        typer.Argument(
            metavar="SURVEY",
            help="All rows of this survey.",
            show_default="those whose day has come",
            autocompletion=complete_slug("surveys"),
        ),
    ] = None,
) -> None:
    """Delete the rows of answers from this computer; the counts stay.

    Without a name, those go whose day has come by the rules of retention (12 months after a survey
    was closed, unless copkit.yaml says otherwise), and those of surveys that are here no more.

    \b
    Examples:
      copkit survey forget december-2012
      copkit survey forget --dry-run
    """
    from copkit.text.files import path_inside
    from copkit.text.transaction import locked, remove_file

    programme = context.load({Noun.SURVEYS})
    if survey_name is not None:
        names = [find_survey(programme, survey_name).slug]
    else:
        folders = list_entries(path_inside(programme.root, *SURVEY_ROWS.split("/")))
        names = [entry.name for entry in folders if _should_go(programme, entry.name)]
    files = [path for name in names for path in row_files(programme.root, name)]
    if not files:
        say("there are no rows of answers to delete")
        return
    if not context.dry_run:
        from copkit.cli.store import purge_notes

        with locked(programme.root):
            for path in files:
                remove_file(programme.root, path)
            # an import is noted with the rows that it wrote
            purge_notes(programme.root, "rows of answers were forgotten")
    verb = "would delete" if context.dry_run else "deleted"
    for path in files:
        say(f"{verb} {clean(path.relative_to(programme.root).as_posix())}")
    if not context.dry_run:
        say("'copkit undo' does not bring them back, and begins anew")
    say("the counts stay; a later export of the same form cannot be told from new answers now")


def _should_go(programme: Programme, name: str) -> bool:
    """Check whether the day has come for the rows of a survey, or it is here no more.

    A colleague may have renamed or removed it. One whose record has errors is still here, and its
    day may be wrong: rows do not come back.
    """
    from copkit.text.files import path_inside

    file = record_file("surveys", name)
    if file in {problem.file for problem in only_errors(programme.problems)}:
        return False
    survey = next((survey for survey in programme.surveys if survey.slug == name), None)
    if survey is None:
        return not path_inside(programme.root, *file.split("/")).exists()
    return is_overdue(programme.settings, survey)


def row_files(root: Path, survey: str) -> list[Path]:
    """Return the files of rows of a survey that are on this computer."""
    from copkit.text.files import path_inside

    folder = path_inside(root, *SURVEY_ROWS.split("/"), survey)
    return [
        folder / entry.name
        for entry in list_entries(folder)
        if entry.name.endswith(".csv") and entry.is_file(follow_symlinks=False)
    ]


def last_day_of_rows(settings: Settings, survey: Survey) -> dt.date | None:
    """Return the day on which the rows of a survey go, by the rule of retention in force.

    ``None`` where they stay until somebody decides.
    """
    from copkit.analysis.endings.retention import day_for_rows

    return day_for_rows(settings, survey.closed_on or survey.asked_on)


def is_overdue(settings: Settings, survey: Survey) -> bool:
    """Check whether the day has come on which the rows of a survey go."""
    day = last_day_of_rows(settings, survey)
    return day is not None and day <= today()


def _note_overdue(programme: Programme, survey: Survey) -> None:
    if is_overdue(programme.settings, survey) and row_files(programme.root, survey.slug):
        say(f"the rows of this survey should go by now: 'copkit survey forget {survey.slug}'")
