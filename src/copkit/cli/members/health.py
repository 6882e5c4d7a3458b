"""``copkit health``: how each community is doing, the reasons, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    AsOf,
    CommunityName,
    Folder,
    as_of_day,
    open_programme,
)
from copkit.cli.terminal import print_fitted, print_heading, print_json, say

if TYPE_CHECKING:
    from copkit.analysis.health import Health


def health(
    community: CommunityName = None,
    as_of: AsOf = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the rule behind each reason, and its source.")
    ] = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Say how each community is doing, for which reasons, and what could be done.

    A community is failing when too few people can be counted on; other signs ask for an eye on
    it. Only what was known on the day counts, so --as-of shows when a warning could first have
    been had. This is no check: it ends with 0 whatever it says.

    \b
    Examples:
      copkit health
      copkit health halifax --as-of 2012-06-13 --explain
      copkit health --json
    """
    from copkit.analysis.health import health_of
    from copkit.folder import EVERYTHING
    from copkit.records.communities import CommunityKind

    programme = open_programme(folder, EVERYTHING)
    only = [programme.community(community)] if community else []
    day = as_of_day(programme, as_of)
    found = health_of(programme, day, {records.slug for records in only})
    if as_json:
        print_json({"as_of": str(day), "communities": [_as_json(one) for one in found]})
        return
    for number, one in enumerate(found):
        if number:
            print()
        _print(one, explain=explain)
    if not found:
        others = [one for one in only if one.community.kind is not CommunityKind.COMMUNITY]
        why = f": {others[0].slug} is of the kind '{others[0].community.kind}'" if others else ""
        say(f"no community of practice to look at on {day}{why}")


def _as_json(one: Health) -> dict[str, Any]:
    return {
        "community": one.community.slug,
        "code": one.community.code,
        "state": one.state.value,
        "statement": one.statement,
        "reasons": [
            {
                "rule": sign.rule,
                "severity": sign.severity.value,
                "statement": sign.statement,
                "because": sign.because,
                "source": sign.source,
                "advice": sign.advice,
            }
            for sign in one.reasons
        ],
    }


def _print(one: Health, *, explain: bool) -> None:
    """Print one community as a paragraph: how it is, from what, why, and what to do."""
    from copkit.analysis.health import RULES, State
    from copkit.wording import capital

    holds = {rule.name: rule.holds for rule in RULES}
    print_heading(one.statement, f": {one.counted_from}." if one.counted_from else ".")
    if one.reasons and one.state is State.ENDED:
        print_fitted("What weighed on its last day:", "  ")
    for sign in one.reasons:
        print_fitted(f"{capital(sign.statement)}: {sign.because}. [{sign.rule}]", "  - ")
        if explain:
            print_fitted(f"Rule: {holds[sign.rule]}. Source: {sign.source}.", "    ")
        if sign.advice:
            print_fitted(f"{capital(sign.advice)}.", "    ")
