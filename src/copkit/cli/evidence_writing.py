"""``copkit evidence use`` and ``link``: where a card was brought, and the case it is tied to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from copkit.analysis.free_ids import free_id
from copkit.analysis.signing import is_signed
from copkit.cli.evidence_listing import case_named
from copkit.cli.options import today
from copkit.cli.output import clean, say
from copkit.cli.recording import change
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import Programme, load, not_found
from copkit.readers import Noun
from copkit.records.cases import Case
from copkit.records.evidence import Evidence
from copkit.records.fields import Audience
from copkit.text.edit import append


def note_use(
    root: Path, slug: str, named: str, case: str | None, held_on: dt.date, *, dry_run: bool
) -> None:
    """Record that a card was brought to a community's discussion, of a case perhaps."""
    programme = load(root, {Noun.CASES})
    _require_card(programme, slug)
    named, _, within = named.partition("/")
    case = case or within or None
    records = programme.community(named)
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
        name = f"{records.slug}/{found.slug}"
        say(f"  'copkit evidence link {slug} {name}' ties it to the case as well")


def tie(root: Path, slug: str, name: str, *, dry_run: bool) -> None:
    """Tie a card to a case; say when the case has to be signed off again."""
    programme = load(root, {Noun.CASES, Noun.MEMBERS})
    _require_card(programme, slug)
    found = case_named(programme, name)
    before: list[Case] = []

    def with_card(text: str | None, case: Case | None) -> str:
        """Add to the case as it is at this moment."""
        if text is None or case is None:
            raise CopkitError(f"{found.source.file} is gone meanwhile; nothing was changed")
        if slug in case.evidence:
            return text
        before.append(case)
        return append(text, ["evidence"], slug)

    change(programme, found.source.file, with_card, dry_run=dry_run)
    if before and is_signed(before[0], today()):
        _say_void(before[0], dry_run=dry_run)


def _say_void(case: Case, *, dry_run: bool) -> None:
    """Say that an edit voids a sign-off, and to whom that matters."""
    signed = case.sign_off
    day = signed.date if signed else ""
    say(f"  its sign-off of {day} {'would be' if dry_run else 'is'} void now, as after any edit")
    if case.audience is not Audience.MEMBERS:
        name = f"{case.community}/{case.slug}"
        say(clean(f"  {case.audience} are not told it until 'copkit case sign-off {name}'"))


def _require_card(programme: Programme, slug: str) -> None:
    slugs = programme.names[Noun.EVIDENCE]
    if slug not in slugs:
        hint = did_you_mean(slug, slugs, "'copkit evidence list' shows what there is")
        raise CopkitError(f"there is no evidence card '{slug}'", hint, status=2)
