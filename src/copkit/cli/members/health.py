"""``copkit health``: how each community is doing, the reasons, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from copkit.cli.context import CommandContext, Comparing
from copkit.cli.params import (
    AsOf,
    CommunityName,
    as_of_day,
    today,
)
from copkit.cli.terminal import (
    clean,
    print_heading,
    print_json,
    print_paragraph,
    print_table,
    say,
)
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.analysis.health import Health


def health(
    context: Comparing,
    community: CommunityName = None,
    as_of: AsOf = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the rule behind each reason, and its source.")
    ] = False,
) -> None:
    """Show how each community is doing, why, and what could be done.

    A community is failing when too few people can be counted on; other signs ask you to keep an
    eye on it. A network has three rules of its own, since nobody counts its members. Only what was
    known on the day counts, so --as-of shows when a warning first came. It ends with 0 whatever it
    shows.

    \b
    Examples:
      copkit health
      copkit health halifax --as-of 2012-06-13 --explain
      copkit health --json
      copkit health -C north -C south
    """
    if len(context.each) > 1:
        from copkit.cli.programmes import require_whole

        require_whole(community, explain=explain)
        _compare(context, as_of)
        return
    from copkit.analysis.health import community_health
    from copkit.analysis.networks.health import network_health
    from copkit.folder import EVERYTHING
    from copkit.records.communities import CommunityKind

    programme = context.open(EVERYTHING)
    only = [programme.community(community)] if community else []
    day = as_of_day(programme, as_of)
    slugs = frozenset(records.slug for records in only)
    results = community_health(programme, day, slugs)
    # a network goes on, whatever was funded, so it is looked at today
    results += network_health(programme, day if as_of else today(), slugs)
    if context.as_json:
        print_json({"as_of": day, "communities": [_health_json(result) for result in results]})
        return
    for number, result in enumerate(results):
        if number:
            print()
        _print_health(result, explain=explain)
    if not results:
        # facilitators and advisory groups have meetings, but no seats by which to judge them
        others = [
            records for records in only if records.community.kind is not CommunityKind.COMMUNITY
        ]
        why = f": {others[0].slug} is of the kind '{others[0].community.kind}'" if others else ""
        say(f"no community of practice to look at on {day}{why}")


def _compare(context: CommandContext, as_of: str | None) -> None:
    """Print how the communities of several programmes are doing, a line for each."""
    from copkit.analysis.health import community_health
    from copkit.cli.programmes import open_each
    from copkit.folder import EVERYTHING

    found = {}
    for name, programme in open_each(context, EVERYTHING).items():
        day = as_of_day(programme, as_of)
        found[name] = day, community_health(programme, day)
    if context.as_json:
        print_json(
            {
                "programmes": [
                    {
                        "programme": name,
                        "as_of": day,
                        "communities": [_health_json(result) for result in results],
                    }
                    for name, (day, results) in found.items()
                ]
            }
        )
        return
    rows = [
        (
            name,
            result.community.code,
            result.state,
            "; ".join(sign.statement for sign in result.reasons),
        )
        for name, (_, results) in found.items()
        for result in results
    ]
    print_table(("programme", "code", "state", "why"), rows)
    for name, (day, results) in found.items():
        say(clean(f"{name}: {plural(len(results), 'community', 'communities')}, as of {day}"))
    say("'copkit health -C FOLDER' shows the reasons, and what could be done")


def _health_json(health: Health) -> dict[str, Any]:
    """Return how one community is doing as JSON values."""
    return {
        "community": health.community.slug,
        "code": health.community.code,
        "state": health.state,
        "statement": health.statement,
        "reasons": health.reasons,
    }


def _print_health(health: Health, *, explain: bool) -> None:
    """Print one community: its state, the reasons, and what to do; ``explain`` adds each rule."""
    from copkit.analysis.health import RULES, HealthState
    from copkit.analysis.networks.health import NETWORK_RULES
    from copkit.wording import capitalised

    holds = {rule.name: rule.condition for rule in RULES} | NETWORK_RULES
    print_heading(health.statement, f": {health.counted_from}." if health.counted_from else ".")
    # the reasons of one that has ended are no longer a warning, so they are introduced as history
    if health.reasons and health.state is HealthState.ENDED:
        print_paragraph("What weighed on its last day:", "  ")
    for sign in health.reasons:
        print_paragraph(f"{capitalised(sign.statement)}: {sign.because}. [{sign.rule}]", "  - ")
        if explain:
            print_paragraph(f"Rule: {holds[sign.rule]}. Source: {sign.source}.", "    ")
        if sign.advice:
            print_paragraph(f"{capitalised(sign.advice)}.", "    ")
