"""``copkit new-approach`` and ``approaches``: whom a community asked to fill a seat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any, Final

import typer

from copkit.analysis.approaches import (
    ApproachEntry,
    ApproachTotals,
    NextStep,
    Tally,
    approach_totals,
)
from copkit.cli.context import Reading, Writing
from copkit.cli.members.seats import roles_of, warn_if_not_sought
from copkit.cli.params import (
    AsOf,
    CommunityArgument,
    CommunityName,
    IsRole,
    as_of_day,
    filter_completions,
    find_programme_root,
    find_typed_community,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.pii import (
    describe_details,
    is_label,
    require_label,
    require_no_details_in_texts,
)
from copkit.cli.prompts import (
    Values,
    ask,
    ask_optional_choice,
    ask_optional_day,
    ask_with_suggestions,
    find_or_ask_community,
)
from copkit.cli.store import change_record
from copkit.cli.terminal import clean, print_heading, print_json, print_paragraph, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import Programme, load
from copkit.pii.kinds import DetailKind
from copkit.pii.labels import LabelKind
from copkit.records.approaches import Approach, ApproachChannel, Approaches, ApproachOutcome, Level
from copkit.records.communities import CommunityKind
from copkit.records.kinds import Noun, schema_modeline
from copkit.records.programme import sector_of
from copkit.records.schema.fields import new_part_id
from copkit.records.schema.write import record_as_json
from copkit.text.edit import append, remove, set_value
from copkit.text.normalise import fold_spelling, match_spelling
from copkit.wording import hours_in_words, list_in_words, plural

# Options, questions and the check for names

AgencyName = Annotated[
    str | None, typer.Argument(help="What the agency is, never a person's name.")
]
RoleSought = Annotated[str | None, typer.Option(help="The role, as in the seats of copkit.yaml.")]
SectorSought = Annotated[
    str | None, typer.Option(help="The sector.", show_default="as in the seats")
]
LevelOf = Annotated[Level | None, typer.Option(help="How high up somebody was asked.")]
HowAsked = Annotated[ApproachChannel | None, typer.Option("--how", help="In what way.")]
HoursSpent = Annotated[str | None, typer.Option(help="Hours spent on it in all, such as 1.5.")]
OutcomeOf = Annotated[ApproachOutcome | None, typer.Option(help="What came of it so far.")]
NextStepText = Annotated[
    str | None, typer.Option("--next", help="What to do next; nobody's name in it.")
]
NextDay = Annotated[str | None, typer.Option("--next-date", help="The day to do it by.")]

# 1.5 or 12, in ASCII digits: Decimal takes those of every script, and the YAML would hold them
_HOURS = re.compile(r"\d{1,6}(?:\.\d{1,2})?", re.ASCII)
_NO_PERSON_HINT: Final = "write what they are, such as 'housing options manager'"


def parse_hours(text: str | None) -> Decimal | None:
    """Parse hours from the command line: ``1.5``; ``None`` stays ``None``.

    Raise :class:`CopkitError` for what is not a plain decimal number.
    """
    if text is None:
        return None
    if _HOURS.fullmatch(text):
        return Decimal(text)
    better = text.strip().replace(",", ".")
    hint = f"write {better}" if _HOURS.fullmatch(better) else "write a number such as 1.5"
    raise CopkitError(f"--hours: '{text}' is not a number of hours", hint, status=2)


def require_no_person(programme: Programme, texts: Mapping[str, str | None]) -> None:
    """Raise :class:`CopkitError` where a text holds anything that leads to a person.

    ``texts`` are keyed by the option or argument that gave them, as the error names it.
    """
    # every kind of detail, also one that elsewhere only narrows down who somebody is: an approach
    # is about somebody outside, who never agreed to be on record
    require_no_details_in_texts(programme, texts, _NO_PERSON_HINT, extra_kinds=tuple(DetailKind))


def _ask_agency(programme: Programme) -> str:
    """Ask for an agency until it is not called like a person, or meant so."""
    while not is_label(
        programme, agency := ask(_AGENCY_QUESTION), LabelKind.PLACE, _NO_PERSON_HINT
    ):
        pass
    return agency


def ask_next_step(programme: Programme) -> str:
    """Ask what to do next until the answer leads to no person; ``""`` leaves it out."""
    while details := describe_details(programme, answer := ask("what to do next", default="")):
        say(f"  this looks like {details}; {_NO_PERSON_HINT}")
    return answer


def ask_missing_values(values: Values, programme: Programme) -> None:
    """Ask for each value that was not typed as an option, and put the answers into ``values``."""
    seats = programme.settings.seats_sought
    roles = roles_of(seats)
    say("Enter leaves an answer out.")
    if not values["role"] and not values["sector"]:
        values["role"] = match_spelling(ask_with_suggestions("role", roles, "", "--role"), roles)
    if values["role"] and not values["sector"] and not sector_of(seats, values["role"]):
        values["sector"] = match_spelling(
            ask_optional_choice("sector", tuple(seats), "--sector"), seats
        )
    for key, choices in (("level", Level), ("how", ApproachChannel)):
        values[key] = values[key] or ask_optional_choice(key, tuple(choices), f"--{key}")
    while values["hours"] is None and (answer := ask("hours (such as 1.5)", default="")):
        try:
            values["hours"] = parse_hours(answer)
        except CopkitError as error:
            say(f"  {error.hint}")  # without the message, which names the option --hours
    values["outcome"] = values["outcome"] or ask_optional_choice(
        "outcome", tuple(ApproachOutcome), "--outcome"
    )
    values["next"] = values["next"] or ask_next_step(programme)
    if values["next"] and not values["next_date"]:
        values["next_date"] = ask_optional_day("the day to do it by", "--next-date")


# Printing approaches


def print_due_steps(steps: Sequence[NextStep]) -> None:
    """Print what is to be done next, in the order of ``steps``; nothing where there are none."""
    if not steps:
        return
    print_heading("To do next")
    for step in steps:
        approach = step.entry.approach
        due = "due today" if approach.next_date else "no day set"
        if step.days_overdue:
            due = f"{plural(step.days_overdue, 'day')} overdue"
        next_step = approach.next or "ask what became of it"
        print_paragraph(f"{due}: {next_step} ({approach.agency}; {_full_id(step.entry)})", "  ", 4)


def print_approaches(approaches: Sequence[ApproachEntry]) -> None:
    """Print every approach in the order given, then the totals."""
    for entry in approaches:
        approach = entry.approach
        print_heading(
            f"{approach.date}  {_full_id(entry)}", f"  {approach.outcome or 'no outcome yet'}"
        )
        seat = approach.role or approach.sector
        print_paragraph(f"{approach.agency}{f', for {seat}' if seat else ''}", "  ", 4)
        effort = [str(text) for text in (approach.level, approach.how) if text]
        effort += [hours_in_words(approach.hours)] if approach.hours else []
        if effort:
            print_paragraph(", ".join(effort), "  ", 4)
        if approach.next or approach.next_date:
            deadline = f", by {approach.next_date}" if approach.next_date else ""
            print_paragraph(f"next: {approach.next or 'ask what became of it'}{deadline}", "  ", 4)
    print()
    _print_totals(approach_totals(approaches))


def _print_totals(totals: ApproachTotals) -> None:
    """Print how often was asked, for how many hours, by outcome and by level."""
    seats = f" for {plural(totals.seats, 'seat')}" if totals.seats else ""
    outcomes = list_in_words([f"{tally.count} {tally.name}" for tally in totals.by_outcome])
    asked = plural(totals.asked, "time")
    print_paragraph(f"Asked {asked}{seats}, {hours_in_words(totals.hours)}; {outcomes}.", indent=2)
    print_paragraph(f"By level: {', '.join(map(_format_tally, totals.by_level))}.", indent=2)


def _format_tally(tally: Tally) -> str:
    return f"{tally.name} {tally.count} ({hours_in_words(tally.hours)})"


def _tallies_as_json(key: str, tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    return [{key: tally.name, "count": tally.count, "hours": tally.hours} for tally in tallies]


def _full_id(entry: ApproachEntry) -> str:
    return f"{entry.community}/{entry.approach.id}"


# Commands

_AGENCY_QUESTION = "agency (what it is, never a person's name)"
# the order of the keys of a new entry in approaches.yaml, whatever the order of the options
_FIELD_ORDER = (
    "id",
    "date",
    "agency",
    "sector",
    "role",
    "level",
    "how",
    "hours",
    "outcome",
    "next",
    "next_date",
)
EMPTY_APPROACHES = f"{schema_modeline('approaches', 2)}approaches:\n"


def _complete_approach(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the id of an approach, of the community that was typed before it."""
    try:
        approaches_by_community = {
            records.slug: records.approaches
            for records in load(find_programme_root(ctx), {Noun.APPROACHES}).communities
        }
    except (CopkitError, OSError):
        return []  # an error message would land in the line that is being completed
    slug = find_typed_community(ctx, [*approaches_by_community]) or ""
    return filter_completions(
        (approach.id for approach in approaches_by_community.get(slug, ())), incomplete
    )


def new_approach(
    context: Writing,
    community: CommunityName = None,
    agency: AgencyName = None,
    date: Annotated[
        str | None, typer.Option(help="The day, as 2012-02-10.", show_default="today")
    ] = None,
    role: RoleSought = None,
    sector: SectorSought = None,
    level: LevelOf = None,
    how: HowAsked = None,
    hours: HoursSpent = None,
    outcome: OutcomeOf = None,
    next: NextStepText = None,
    next_date: NextDay = None,
    is_role: IsRole = False,
) -> None:
    """Note whom you approached to fill a seat, and what came of it so far.

    An agency is named by what it is, never by a person: this goes into git.

    \b
    Examples:
      copkit new-approach brighton "city council adult social care"
      copkit new-approach brighton "mental health trust" --role "Drugs Worker" \\
        --level service-manager --how in-person --hours 1.5 --outcome promised \\
        --next "call after the restructure" --next-date 2012-03-01
    """
    programme = context.load({Noun.MEMBERS, Noun.APPROACHES})
    records = find_or_ask_community(programme, community)
    seats = programme.settings.seats_sought
    if not (agency or "").strip() and not is_interactive():
        usage_error("missing: AGENCY", 'copkit new-approach brighton "city council housing team"')
    values: Values = {
        "date": parse_day(date, "--date", programme.settings) if date else today(),
        "agency": (agency or "").strip() or _ask_agency(programme),
        "role": match_spelling(role, roles_of(seats)),
        "sector": match_spelling(sector, seats),
        "level": level,
        "how": how,
        "hours": parse_hours(hours),
        "outcome": outcome,
        "next": next,
        "next_date": parse_day(next_date, "--next-date", programme.settings) if next_date else None,
    }
    if is_interactive():
        ask_missing_values(values, programme)
    values["sector"] = values["sector"] or sector_of(seats, values["role"])
    require_no_person(programme, {"--next": values["next"]})
    require_label(programme, "AGENCY", agency, LabelKind.PLACE, _NO_PERSON_HINT, agreed=is_role)
    for option, words in {"--role": role, "--sector": sector}.items():
        require_label(programme, option, words, LabelKind.ROLE, _NO_PERSON_HINT, agreed=is_role)

    def with_approach(text: str | None, current: Approaches | None) -> str:
        """Append the approach to the list as it is under the lock."""
        # the id is taken from this list, as somebody else may have added one meanwhile
        taken = {approach.id for approach in current.approaches} if current else set[str]()
        fields = {**values, "id": new_part_id(Approach, taken)}
        item = {key: fields[key] for key in _FIELD_ORDER if fields[key] not in (None, "")}
        return append(text or EMPTY_APPROACHES, ["approaches"], item)

    file = f"communities/{records.slug}/approaches.yaml"
    edited = change_record(programme, file, with_approach, dry_run=context.dry_run)
    say(f"  id: {edited.new.approaches[-1].id}")
    if values["role"] and records.community.kind is CommunityKind.COMMUNITY:
        # facilitators and advisory groups have no seats, so there is nothing to warn of
        consequence = "'copkit seats' counts it for none"
        warn_if_not_sought(seats, values["sector"], values["role"], consequence)


def list_approaches(
    context: Reading,
    community: CommunityName = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only what is to be done next, by today.")
    ] = False,
    seat: Annotated[str | None, typer.Option(help="Only for this role, or part of it.")] = None,
    as_of: AsOf = None,
) -> None:
    """List approaches by date, after the next steps that are due.

    A step is done once somebody joined, or the same agency was asked again for the same seat.

    \b
    Examples:
      copkit approaches
      copkit approaches brighton --seat "Social Worker"
      copkit approaches --due --as-of 2012-06-01
    """
    from copkit.analysis.approaches import approaches_made, next_steps_due

    programme = context.open({Noun.MEMBERS, Noun.APPROACHES})
    approach_days = (
        approach.date for records in programme.communities for approach in records.approaches
    )
    until = as_of_day(programme, as_of, approach_days)
    only = [programme.community(community).slug] if community else []
    approaches = approaches_made(programme, until, only)
    if seat:
        role_part = seat.casefold()
        approaches = tuple(
            entry for entry in approaches if role_part in (entry.approach.role or "").casefold()
        )
    steps = next_steps_due(programme, approaches, until)
    if context.as_json:
        totals = approach_totals(approaches)
        print_json(
            {
                "as_of": until,
                "due": [
                    {
                        "community": step.entry.community,
                        "id": step.entry.approach.id,
                        "agency": step.entry.approach.agency,
                        "next": step.entry.approach.next,
                        "next_date": step.entry.approach.next_date,
                        "days_overdue": step.days_overdue,
                    }
                    for step in steps
                ],
                # with --due the totals still count all of them
                "approaches": []
                if due
                else [
                    {"community": entry.community, **record_as_json(entry.approach)}
                    for entry in approaches
                ],
                "totals": {
                    **asdict(totals),
                    "by_outcome": _tallies_as_json("outcome", totals.by_outcome),
                    "by_level": _tallies_as_json("level", totals.by_level),
                },
            }
        )
        return
    if not approaches:
        about = f" for '{clean(seat)}'" if seat else ""
        say(f"nobody was approached{about} up to {until}; 'copkit new-approach' notes it")
        return
    print_due_steps(steps)
    if not due:
        if steps:
            print()
        print_approaches(approaches)
    elif not steps:
        say(f"nothing is due on {until}")


def _ask_news(programme: Programme) -> Values:
    """Ask what came of an approach, and what is next; what is left out keeps its value."""
    say("Enter leaves an answer out.")
    answers: Values = {
        "outcome": ask_optional_choice("outcome", tuple(ApproachOutcome), "--outcome"),
        "next": ask_next_step(programme),
    }
    if answers["next"]:
        answers["next_date"] = ask_optional_day("the day to do it by", "--next-date")
    return {key: value for key, value in answers.items() if value}


def update(
    context: Writing,
    community: CommunityArgument,
    id: Annotated[
        str,
        typer.Argument(
            help="As 'copkit approaches' lists it, or the agency where one approach is to it.",
            autocompletion=_complete_approach,
        ),
    ],
    outcome: OutcomeOf = None,
    hours: HoursSpent = None,
    next: NextStepText = None,
    next_date: NextDay = None,
) -> None:
    """Record what came of an approach, or what is to be done next.

    An empty text takes out what is there: --next "" where nothing more is to be done.

    \b
    Examples:
      copkit approaches update brighton ap3 --outcome joined --next "" --next-date ""
      copkit approaches update brighton ap2 --next "ring again" --next-date 2012-06-01
    """
    programme = context.load({Noun.MEMBERS, Noun.APPROACHES})
    records = programme.community(community)
    options = {
        "outcome": outcome,
        "hours": parse_hours(hours),
        "next": next,
        "next_date": parse_day(next_date, "--next-date", programme.settings)
        if next_date
        else next_date,
    }
    new_values = {key: value for key, value in options.items() if value is not None}
    if not new_values and is_interactive():
        new_values = _ask_news(programme)
    if not new_values:
        usage_error("nothing to change", "say it with --outcome, --hours, --next or --next-date")
    require_no_person(programme, {"--next": next})

    def changed(text: str | None, current: Approaches | None) -> str:
        """Set or remove the values in the approach as it is under the lock."""
        approaches = (
            {str(approach.id): approach for approach in current.approaches} if current else {}
        )
        agencies = [fold_spelling(approach.agency) for approach in approaches.values()]
        approach_id = id
        if id not in approaches and agencies.count(fold_spelling(id)) == 1:
            approach_id = [*approaches][agencies.index(fold_spelling(id))]
        if text is None or approach_id not in approaches:
            hint = did_you_mean(id, approaches, f"'copkit approaches {records.slug}' lists them")
            raise CopkitError(f"{records.slug} has no approach '{id}'", hint, status=2)
        for key, value in new_values.items():
            path = ["approaches", approach_id]
            if value != "":  # an empty text on the command line takes the field out
                text = set_value(text, [*path, key], value)
            elif getattr(approaches[approach_id], key) is not None:
                text = remove(text, path, key)
        return text

    change_record(
        programme, f"communities/{records.slug}/approaches.yaml", changed, dry_run=context.dry_run
    )
