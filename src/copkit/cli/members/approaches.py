"""``copkit new-approach`` and ``approaches``: whom a community asked to fill a seat."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final

import typer

from copkit.analysis.ids import as_sought, free_id, sector_of
from copkit.analysis.seats import Made, NextStep, Tally, Totals, totals_of
from copkit.cli.members.seats import roles_of, say_if_not_sought
from copkit.cli.params import (
    HERE,
    AsJson,
    AsOf,
    CommunityArgument,
    CommunityName,
    DryRun,
    Folder,
    as_of_day,
    day,
    interactive,
    named_community,
    offered,
    open_programme,
    root_of,
    today,
    wrong_use,
)
from copkit.cli.pii import looks_like_somebody, require_nobody_named
from copkit.cli.prompts import (
    Values,
    ask,
    ask_choice_if_any,
    ask_day_if_any,
    choose_community,
    suggest,
)
from copkit.cli.store import change
from copkit.cli.terminal import clean, print_fitted, print_heading, print_json, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import Programme, load
from copkit.git.repository import is_shared
from copkit.layout import find
from copkit.pii.kinds import Kind
from copkit.records.approaches import Approaches, ApproachOutcome, How, Level
from copkit.records.communities import CommunityKind
from copkit.records.kinds import Noun, modeline
from copkit.records.schema.write import as_json
from copkit.text.edit import append, remove, set_value
from copkit.wording import hours_in_words, listed, plural

# What an approach says, as options and as questions, and what it must not say.

AgencyName = Annotated[
    str | None, typer.Argument(help="What the agency is, never a person's name.")
]
RoleSought = Annotated[str | None, typer.Option(help="The role, as in the seats of copkit.yaml.")]
SectorSought = Annotated[
    str | None, typer.Option(help="The sector.", show_default="as in the seats")
]
LevelOf = Annotated[Level | None, typer.Option(help="How high up somebody was asked.")]
HowAsked = Annotated[How | None, typer.Option("--how", help="In what way.")]
HoursSpent = Annotated[str | None, typer.Option(help="Hours spent on it in all, such as 1.5.")]
OutcomeOf = Annotated[ApproachOutcome | None, typer.Option(help="What came of it so far.")]
NextStepText = Annotated[
    str | None, typer.Option("--next", help="What to do next; nobody's name in it.")
]
NextDay = Annotated[str | None, typer.Option("--next-date", help="The day to do it by.")]

_HOURS = re.compile(r"\d{1,6}(?:\.\d{1,2})?", re.ASCII)


def hours_spent(text: str | None) -> Decimal | None:
    """Read hours given on the command line: ``1.5``."""
    if text is None:
        return None
    if _HOURS.fullmatch(text):
        return Decimal(text)
    better = text.strip().replace(",", ".")
    hint = f"write {better}" if _HOURS.fullmatch(better) else "write a number such as 1.5"
    raise CopkitError(f"--hours: '{text}' is not a number of hours", hint, status=2)


def require_unnamed(programme: Programme, texts: Mapping[str, str | None]) -> None:
    """Refuse texts, by the words that give them, that hold anything that leads to a person."""
    require_nobody_named(programme, texts, _UNNAMED, also=tuple(Kind))


def ask_unnamed(programme: Programme, question: str, default: str | None = None) -> str:
    """Ask until the answer names nobody, as far as can be told."""
    while looks_like_somebody(programme, answer := ask(question, default=default)):
        say(f"  this looks like somebody's name, number or address; {_UNNAMED}")
    return answer


_UNNAMED: Final = "write what they are, such as 'housing options manager'"


def ask_for_the_rest(values: Values, programme: Programme) -> None:
    """Ask on the terminal for what an approach still lacks; Enter leaves it out."""
    seats = programme.settings.seats_sought
    roles = roles_of(seats)
    say("Enter leaves an answer out.")
    if not values["role"] and not values["sector"]:
        values["role"] = as_sought(suggest("role", roles, default=""), roles)
    if values["role"] and not values["sector"] and not sector_of(seats, values["role"]):
        values["sector"] = as_sought(ask_choice_if_any("sector", tuple(seats)), seats)
    for key, choices in (("level", Level), ("how", How)):
        values[key] = values[key] or ask_choice_if_any(key, tuple(choices))
    while values["hours"] is None and (answer := ask("hours (such as 1.5)", default="")):
        try:
            values["hours"] = hours_spent(answer)
        except CopkitError as error:
            say(f"  {error.hint}")
    values["outcome"] = values["outcome"] or ask_choice_if_any("outcome", tuple(ApproachOutcome))
    values["next"] = values["next"] or ask_unnamed(programme, "what to do next", default="")
    if values["next"] and not values["next_date"]:
        values["next_date"] = ask_day_if_any("the day to do it by")


# Approaches as they are listed: what is due, each of them, and what they took in all.


def print_due(steps: Sequence[NextStep]) -> None:
    """Print what is to be done next, the longest overdue first."""
    if not steps:
        return
    print_heading("To do next")
    for step in steps:
        approach = step.made.approach
        when = "due today" if approach.next_date else "no day set"
        if step.days_overdue:
            when = f"{plural(step.days_overdue, 'day')} overdue"
        what = approach.next or "ask what became of it"
        print_fitted(f"{when}: {what} ({approach.agency}; {_name(step.made)})", "  ", 4)


def print_made(made: Sequence[Made]) -> None:
    """Print every approach by date, then the sums."""
    for one in made:
        approach = one.approach
        print_heading(f"{approach.date}  {_name(one)}", f"  {approach.outcome or 'no outcome yet'}")
        seat = approach.role or approach.sector
        print_fitted(f"{approach.agency}{f', for {seat}' if seat else ''}", "  ", 4)
        effort = [str(text) for text in (approach.level, approach.how) if text]
        effort += [hours_in_words(approach.hours)] if approach.hours else []
        if effort:
            print_fitted(", ".join(effort), "  ", 4)
        if approach.next or approach.next_date:
            by = f", by {approach.next_date}" if approach.next_date else ""
            print_fitted(f"next: {approach.next or 'ask what became of it'}{by}", "  ", 4)
    print()
    _print_totals(totals_of(made))


def _print_totals(totals: Totals) -> None:
    seats = f" for {plural(totals.seats, 'seat')}" if totals.seats else ""
    outcomes = listed([f"{tally.count} {tally.name}" for tally in totals.by_outcome])
    asked = plural(totals.asked, "time")
    print_fitted(f"Asked {asked}{seats}, {hours_in_words(totals.hours)}; {outcomes}.", indent=2)
    print_fitted(f"By level: {', '.join(map(_tally, totals.by_level))}.", indent=2)


def _tally(tally: Tally) -> str:
    return f"{tally.name} {tally.count} ({hours_in_words(tally.hours)})"


def as_json_of(
    made: Iterable[Made], steps: Iterable[NextStep], as_of: dt.date, *, only_due: bool
) -> dict[str, Any]:
    """Give approaches, what is due and the sums in the form that machines read."""
    made = tuple(made)
    totals = totals_of(made)
    return {
        "as_of": str(as_of),
        "due": [
            {
                "community": step.made.community,
                "id": step.made.approach.id,
                "agency": step.made.approach.agency,
                "next": step.made.approach.next,
                "next_date": str(step.made.approach.next_date or "") or None,
                "days_overdue": step.days_overdue,
            }
            for step in steps
        ],
        "approaches": []
        if only_due
        else [{"community": one.community, **as_json(one.approach)} for one in made],
        "totals": {
            "asked": totals.asked,
            "seats": totals.seats,
            "hours": float(totals.hours),
            "by_outcome": [_tally_as_json("outcome", tally) for tally in totals.by_outcome],
            "by_level": [_tally_as_json("level", tally) for tally in totals.by_level],
        },
    }


def _tally_as_json(key: str, tally: Tally) -> dict[str, Any]:
    return {key: tally.name, "count": tally.count, "hours": float(tally.hours)}


def _name(one: Made) -> str:
    return f"{one.community}/{one.approach.id}"


NO_APPROACHES = f"{modeline('approaches', 2)}approaches:\n"


def _complete_approach(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete an approach's id, of the community named before it."""
    try:
        made = {
            one.slug: one.approaches for one in load(root_of(ctx), {Noun.APPROACHES}).communities
        }
    except (CopkitError, OSError):
        return []
    named = named_community(ctx, [*made]) or ""
    return offered((one.id for one in made.get(named, ())), incomplete)


def new_approach(
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
    folder: Folder = HERE,
    dry_run: DryRun = False,
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
    programme = load(find(folder), {Noun.MEMBERS, Noun.APPROACHES})
    records = choose_community(programme, community)
    seats = programme.settings.seats_sought
    if not (agency or "").strip() and not interactive():
        wrong_use("missing: AGENCY", 'copkit new-approach brighton "city council housing team"')
    values: Values = {
        "date": day(date, "--date") if date else today(),
        "agency": (agency or "").strip() or ask_unnamed(programme, _WHICH_AGENCY),
        "role": as_sought(role, roles_of(seats)),
        "sector": as_sought(sector, seats),
        "level": level,
        "how": how,
        "hours": hours_spent(hours),
        "outcome": outcome,
        "next": next,
        "next_date": day(next_date, "--next-date") if next_date else None,
    }
    if interactive():
        ask_for_the_rest(values, programme)
    values["sector"] = values["sector"] or sector_of(seats, values["role"])
    said = {"AGENCY": values["agency"], "--next": values["next"]}
    said |= {"--role": role, "--sector": sector}
    require_unnamed(programme, said)

    def with_approach(text: str | None, now: Approaches | None) -> str:
        """Add it to the list as it is at this moment: somebody else may have been quicker."""
        taken = {one.id for one in now.approaches} if now else set[str]()
        values["id"] = free_id(taken, "ap", shared=is_shared(programme.root))
        item = {key: values[key] for key in _IN_ORDER if values[key] not in (None, "")}
        return append(text or NO_APPROACHES, ["approaches"], item)

    change(programme, f"communities/{records.slug}/approaches.yaml", with_approach, dry_run=dry_run)
    say(f"  id: {values['id']}")
    if values["role"] and records.community.kind is CommunityKind.COMMUNITY:
        therefore = "'copkit seats' counts it for none"
        say_if_not_sought(seats, values["sector"], values["role"], therefore)


_WHICH_AGENCY = "agency (what it is, never a person's name)"
_IN_ORDER = (
    *("id", "date", "agency", "sector", "role", "level", "how", "hours", "outcome"),
    *("next", "next_date"),
)


def list_approaches(
    community: CommunityName = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only what is to be done next, by today.")
    ] = False,
    seat: Annotated[str | None, typer.Option(help="Only for this role, or part of it.")] = None,
    as_of: AsOf = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List approaches by date, after the next steps that are due.

    A step is done once somebody joined, or the same agency was asked again for the same seat.

    \b
    Examples:
      copkit approaches
      copkit approaches brighton --seat "Social Worker"
      copkit approaches --due --as-of 2012-06-01
    """
    from copkit.analysis.seats import approaches_of, steps_due

    programme = open_programme(folder, {Noun.MEMBERS, Noun.APPROACHES})
    noted = (one.date for records in programme.communities for one in records.approaches)
    until = as_of_day(programme, as_of, noted)
    only = [programme.community(community).slug] if community else []
    made = approaches_of(programme, until, only)
    if seat:
        wanted = seat.casefold()
        made = tuple(one for one in made if wanted in (one.approach.role or "").casefold())
    steps = steps_due(programme, made, until)
    if as_json:
        print_json(as_json_of(made, steps, until, only_due=due))
        return
    if not made:
        about = f" for '{clean(seat)}'" if seat else ""
        say(f"nobody was approached{about} up to {until}; 'copkit new-approach' notes it")
        return
    print_due(steps)
    if not due:
        if steps:
            print()
        print_made(made)
    elif not steps:
        say(f"nothing is due on {until}")


def update(
    community: CommunityArgument,
    id: Annotated[
        str,
        typer.Argument(help="As 'copkit approaches' lists it.", autocompletion=_complete_approach),
    ],
    outcome: OutcomeOf = None,
    hours: HoursSpent = None,
    next: NextStepText = None,
    next_date: NextDay = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Say what came of an approach, or what is to be done next.

    An empty text takes out what is there: --next "" where nothing more is to be done.

    \b
    Examples:
      copkit approaches update brighton ap3 --outcome joined --next "" --next-date ""
      copkit approaches update brighton ap2 --next "ring again" --next-date 2012-06-01
    """
    programme = load(find(folder), {Noun.MEMBERS, Noun.APPROACHES})
    records = programme.community(community)
    given = {
        "outcome": outcome,
        "hours": hours_spent(hours),
        "next": next,
        "next_date": day(next_date, "--next-date") if next_date else next_date,
    }
    said = {key: value for key, value in given.items() if value is not None}
    if not said:
        wrong_use("nothing to change", "say it with --outcome, --hours, --next or --next-date")
    require_unnamed(programme, {"--next": next})

    def changed(text: str | None, now: Approaches | None) -> str:
        """Change it as it stands at this moment."""
        there = {str(one.id): one for one in now.approaches} if now else {}
        if text is None or id not in there:
            hint = did_you_mean(id, there, f"'copkit approaches {records.slug}' lists them")
            raise CopkitError(f"{records.slug} has no approach '{id}'", hint, status=2)
        for key, value in said.items():
            path = ["approaches", id]
            if value != "":
                text = set_value(text, [*path, key], value)
            elif getattr(there[id], key) is not None:
                text = remove(text, path, key)
        return text

    change(programme, f"communities/{records.slug}/approaches.yaml", changed, dry_run=dry_run)
