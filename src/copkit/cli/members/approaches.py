"""``copkit new-approach`` and ``approaches``: whom a community asked to fill a seat."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from copkit.analysis.free_ids import free_id
from copkit.analysis.ids import as_sought, sector_of
from copkit.cli.members.approach_fields import (
    AgencyName,
    HoursSpent,
    HowAsked,
    LevelOf,
    NextDay,
    NextStepText,
    OutcomeOf,
    RoleSought,
    SectorSought,
    ask_for_the_rest,
    ask_unnamed,
    hours_spent,
    require_unnamed,
)
from copkit.cli.members.seats_sought import roles_of, say_if_not_sought
from copkit.cli.params import (
    HERE,
    AsJson,
    AsOf,
    CommunityArgument,
    CommunityName,
    DryRun,
    Folder,
    as_of_day,
    command_group,
    day,
    interactive,
    named_community,
    offered,
    open_programme,
    root_of,
    today,
    wrong_use,
)
from copkit.cli.prompts import Values, choose_community
from copkit.cli.store import change
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import load
from copkit.git.repository import is_shared
from copkit.layout import find
from copkit.records.approaches import Approaches
from copkit.records.communities import CommunityKind
from copkit.records.json_schema import modeline
from copkit.records.kinds import Noun
from copkit.text.edit import append, remove, set_value

app = command_group("Note whom you approached.")

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


class _ListUnlessNamed(TyperGroup):
    """Lists where no command is named: 'approaches brighton' is 'approaches list brighton'."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put 'list' before arguments that begin with no command."""
        known = {*self.commands, "-h", "--help"}
        return super().parse_args(ctx, args if args and args[0] in known else ["list", *args])


listing = command_group(cls=_ListUnlessNamed)
app.add_typer(listing, name="approaches")


@app.command("new-approach")
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


@listing.callback()
def approaches() -> None:
    """List whom communities approached, and what came of it; what is to be done next is on top.

    Without another command it lists: of one community if it is named, else of all.

    \b
    Examples:
      copkit approaches brighton
      copkit approaches --due
      copkit approaches list --help
      copkit approaches update brighton ap3 --outcome joined
    """


@listing.command("list")
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
    from copkit.analysis.brokerage import approaches_of, steps_due
    from copkit.cli.members.approach_list import as_json_of, print_due, print_made

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


@listing.command()
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
