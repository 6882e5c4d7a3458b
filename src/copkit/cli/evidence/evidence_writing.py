"""``copkit evidence use`` and ``link``: where a card was brought, and the case it is tied to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from copkit.analysis.free_ids import free_id
from copkit.cli.cases.case_named import find_case
from copkit.cli.cases.edit import change_case
from copkit.cli.params import today
from copkit.cli.store import change
from copkit.cli.terminal import say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import Programme, load, not_found
from copkit.records.cases import Case
from copkit.records.evidence import Evidence
from copkit.records.kinds import Noun
from copkit.text.edit import append


def note_use(
    root: Path, slug: str, named: str, case: str | None, held_on: dt.date, *, dry_run: bool
) -> None:
    """Record that a card was brought to a community's discussion, of a case perhaps."""
    programme = load(root, {Noun.CASES})
    _require_card(programme, slug)
    named, _, within = named.partition("/")
    records = programme.community(named)
    case = (case or within).removeprefix(f"{records.slug}/") or None
    if case and case not in records.case_slugs:
        raise not_found("case", case, records.case_slugs)

    def with_use(text: str | None, card: Evidence | None) -> str:
        """Add to the card as it is at this moment."""
        if text is None or card is None:
            raise CopkitError(f"evidence/{slug}.md is gone meanwhile; nothing was changed")
        same = (held_on, records.slug, case)
        if any((use.date, use.community, use.case) == same for use in card.used):
            return text
        item = {
            "id": free_id([use.id for use in card.used], "u"),
            "date": held_on,
            "community": records.slug,
            **({"case": case} if case else {}),
        }
        return append(text, ["used"], item)

    change(programme, f"evidence/{slug}.md", with_use, dry_run=dry_run)
    if held_on > today():
        say("  that day is still to come; is the date right?")
    found = next((one for one in records.cases if one.slug == case), None)
    if found and slug not in found.evidence:
        say(f"  'copkit evidence link {slug} {found.name}' ties it to the case as well")


def tie(root: Path, slug: str, name: str, *, dry_run: bool) -> None:
    """Tie a card to a case; say when the case has to be signed off again."""
    programme = load(root, {Noun.CASES, Noun.MEMBERS})
    _require_card(programme, slug)
    case = find_case(programme, name)

    def with_card(text: str, now: Case) -> str:
        return text if slug in now.evidence else append(text, ["evidence"], slug)

    change_case(programme, case, with_card, dry_run=dry_run)


def _require_card(programme: Programme, slug: str) -> None:
    slugs = programme.names[Noun.EVIDENCE]
    if slug not in slugs:
        hint = did_you_mean(slug, slugs, "'copkit evidence list' shows what there is")
        raise CopkitError(f"there is no evidence card '{slug}'", hint, status=2)
