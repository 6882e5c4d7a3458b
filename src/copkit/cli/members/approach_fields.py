"""What an approach says, as options and as questions, and what it must not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final

import typer

from copkit.analysis.ids import as_sought, sector_of
from copkit.cli.members.seats_sought import roles_of
from copkit.cli.nobody_named import looks_like_somebody, require_nobody_named
from copkit.cli.prompts import Values, ask, ask_choice_if_any, ask_day_if_any, suggest
from copkit.cli.terminal import say
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.pii.kinds import Kind
from copkit.records.approaches import ApproachOutcome, How, Level

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
