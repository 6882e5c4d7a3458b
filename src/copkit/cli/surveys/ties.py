"""``copkit ties``: who works with whom across sectors, before and now, as people say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from copkit.cli.context import OutgoingReading
from copkit.cli.params import Output, complete_audience, complete_slug, today, usage_error
from copkit.cli.surveys.commands import find_survey, parse_reader
from copkit.cli.terminal import clean, print_heading, print_json, print_paragraph
from copkit.errors import CopkitError
from copkit.folder import FOR_ATTENDANCE, Programme
from copkit.records.kinds import Noun
from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.surveys import TieTime

if TYPE_CHECKING:
    from copkit.analysis.ties import TiesFigures
    from copkit.documents.facts.ties import TiesFacts
    from copkit.records.surveys import Survey

FORMATS = ("text", "md", "csv", "svg", "png")
BOTH = "both"


def show_ties(
    context: OutgoingReading,
    survey_name: Annotated[
        str | None,
        typer.Option(
            "--survey",
            help="The survey that asked.",
            show_default="the latest that did",
            autocompletion=complete_slug("surveys"),
        ),
    ] = None,
    when: Annotated[str, typer.Option("--when", help="before, now or both.")] = BOTH,
    reader: Annotated[
        str,
        typer.Option(
            "--for",
            help=f"Who will read it: {audience_choices()}.",
            autocompletion=complete_audience,
        ),
    ] = Audience.MEMBERS.value,
    form: Annotated[
        str, typer.Option("--format", "-f", help=f"One of {', '.join(FORMATS)}.")
    ] = "text",
    output: Output = None,
) -> None:
    """Show who works with whom across sectors, before and now, as people say.

    Reach is how many other sectors somebody can ring and talk to, or plans with; depth is how far
    people go. People are asked about sectors, and nobody is named. Outside members two sectors are
    told only where no count, and no change, is of one to four people.

    \b
    Examples:
      copkit ties
      copkit ties --survey december-2012 --for commissioners
      copkit ties --format svg -o ties.svg
    """
    from copkit.analysis.privacy.outgoing import Selection
    from copkit.analysis.ties import build_ties_figures
    from copkit.cli.documents.outgoing import going_out
    from copkit.records.outgoing import OutgoingDocument

    if when not in {BOTH, *TieTime}:
        usage_error(f"--when: there is no '{when}'", "write before, now or both")
    if form not in FORMATS:
        usage_error(f"--format: there is no '{form}'", f"one of {', '.join(FORMATS)}")
    audience = parse_reader(reader)
    programme = context.open({*FOR_ATTENDANCE, Noun.SURVEYS})
    survey = _find_survey_with_ties(programme, survey_name)
    counts = programme.survey_counts[survey.slug]
    times = tuple(TieTime) if when == BOTH else (TieTime(when),)
    figures = build_ties_figures(programme, survey, counts, audience, times)
    if context.as_json:
        print_json(_figures_as_json(figures))
        return
    if output is None:  # what is printed goes to whoever keeps the records
        _deliver(context, programme, figures, form, output)
        return
    selection = Selection(OutgoingDocument.TIES, audience, today(), survey.slug)
    with going_out(context, programme, selection):
        _deliver(context, programme, figures, form, output)


def _find_survey_with_ties(programme: Programme, name: str | None) -> Survey:
    """Return a survey that counted ties: the latest, if none is named."""
    from copkit.analysis.ties import has_ties

    counted = [one for one in programme.surveys if has_ties(programme.survey_counts.get(one.slug))]
    if name is None:
        if not counted:
            raise CopkitError(
                "no survey has counted who works with whom yet",
                "ask it with 'copkit new-survey TITLE --question sector --question works-with'",
            )
        return max(counted, key=lambda survey: survey.asked_on)
    survey = find_survey(programme, name)
    if survey not in counted:
        asks = "was not asked" if not survey.ties else "has no answers counted, or fewer than ten"
        raise CopkitError(
            f"in '{survey.slug}' who works with whom {asks}",
            f"copkit survey import {survey.slug} FILE"
            if survey.ties
            else "add a question with 'kind: tie' to survey.md",
        )
    return survey


def _figures_as_json(figures: TiesFigures) -> dict[str, Any]:
    from copkit.records.schema.write import json_value

    return {
        "kind": "says",
        "survey": figures.survey,
        "answered": figures.answered,
        "of": figures.of,
        "of_means": figures.of_means,
        "when": list(figures.when),
        "sectors": json_value(figures.sectors),
        "ties": [
            {"when": line.when, "from": line.sector, "to": line.about, "given": list(line.given)}
            for line in figures.ties
        ],
        "pairs": json_value(figures.pairs),
        "classes": list(figures.classes),
        "reach": {when.value: list(counts) for when, counts in figures.reach.items()},
        "depth": {when.value: list(counts) for when, counts in figures.depth.items()},
        "both": {when.value: list(counts) for when, counts in figures.both.items()},
        "notes": list(figures.notes),
    }


def _deliver(
    context: Any, programme: Programme, figures: TiesFigures, form: str, output: Any
) -> None:
    """Print the findings, or write them in another form than text."""
    from copkit.cli.terminal import require_no_terminal
    from copkit.documents.facts.ties import build_ties_facts
    from copkit.documents.formats import DOCUMENTS
    from copkit.documents.theme import load_theme

    facts = build_ties_facts(figures)
    if form == "text":
        _print_facts(facts)
        return
    if form in {"svg", "png"} and not figures.has_map:
        raise CopkitError(
            "there is no map: too few answered in too many sectors, or too little may be told",
            "'copkit ties' without --format says what there is",
            status=2,
        )
    if output is None and form == "png":
        require_no_terminal("ties", form)
    theme = load_theme(programme.settings, programme.root)
    context.deliver(DOCUMENTS["ties"][form](facts, theme), output, is_text=form != "png")


def _print_facts(facts: TiesFacts) -> None:
    """Print who works with whom, at most as wide as the terminal."""
    print_heading(facts.title)
    print_paragraph(facts.heading)
    for headline in facts.headlines:
        print_paragraph(headline)
    if facts.pairs:
        print()
        print_paragraph("How many people of two sectors talk or plan with the other:")
    for row in facts.pairs:
        print_paragraph(row.name, "  ", 2)
        cells = [f"{time} {cell}" for time, cell in zip(facts.times, row.cells, strict=True)]
        print(clean(f"    {'; '.join(cells)}"))
    if facts.notes:
        print()
    for note in facts.notes:
        print_paragraph(note)
