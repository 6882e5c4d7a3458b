"""``copkit case show``: the whole story of a case, in order."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

import typer

from copkit.analysis.cases import FollowUp, Story, build_story, follow_ups, urgency
from copkit.cli.cases.edit import find_case, in_a_line
from copkit.cli.cases.sign_off import READERS
from copkit.cli.params import (
    HERE,
    AsJson,
    CaseName,
    CommunityName,
    Folder,
    as_of_day,
    open_programme,
    today,
)
from copkit.cli.records.show import warn_of_errors
from copkit.cli.terminal import (
    clean,
    print_fitted,
    print_heading,
    print_json,
    print_table,
    say,
    strong,
)
from copkit.errors import did_you_mean
from copkit.folder import CommunityRecords, load
from copkit.layout import find
from copkit.records.kinds import Noun
from copkit.records.schema.write import as_json
from copkit.wording import day_in_words, joined, listed, plural, sentence

# ``copkit case follow-up``: what is due, of whom, and for how long.

HEADS: Final = ("days", "due", "owner", "what", "case")


def follow_up(
    community: CommunityName = None,
    owner: Annotated[
        str | None, typer.Option(help="Only what belongs to owners with this in their name.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is open and still to come.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="As it was known on this day.", show_default="today, or the programme's end"
        ),
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List what is due and nobody has told of, the longest overdue first.

    In the last column stands the name that 'copkit case progress' takes.

    \b
    Examples:
      copkit case follow-up
      copkit case follow-up brighton --all
      copkit case follow-up --owner "Community Matron" --json
    """
    programme = open_programme(folder, {Noun.MEMBERS, Noun.CASES})
    every = (case for records in programme.communities for case in records.cases)
    on = as_of_day(programme, as_of, (entry.date for case in every for entry in case.progress))
    chosen = (programme.community(community),) if community else programme.communities
    still = [one for one in _open(chosen, on) if not owner or _is_of(one, owner)]
    due = [one for one in still if one.is_due(on)]
    shown = still if everything else due
    to_come = len(still) - len(due)
    if as_json:
        rows = [open_as_json(one, on) for one in shown]
        print_json({"as_of": str(on), "due": len(due), "to_come": to_come, "actions": rows})
        return
    if shown:
        _print_follow_ups(shown, on)
    elif owner and not still:
        owners = {one.action.owner or "" for one in _open(chosen, on)}
        nobody = f"nothing open belongs to an owner called '{owner}'"
        say(clean(did_you_mean(owner, owners, nobody)))
    say(_totals(due, to_come, on, everything=everything))


def _open(chosen: Sequence[CommunityRecords], on: dt.date) -> list[FollowUp]:
    found = (one for records in chosen for one in follow_ups(records, on) if one.is_open)
    return sorted(found, key=urgency)


def _is_of(one: FollowUp, owner: str) -> bool:
    return " ".join(owner.casefold().split()) in (one.action.owner or "").casefold()


def open_as_json(one: FollowUp, on: dt.date) -> dict[str, Any]:
    """Give an open action for machines."""
    return {
        "name": one.name,
        "community": one.case.community,
        "case": one.case.slug,
        "title": one.case.title,
        "action": one.action.id,
        "what": one.action.what,
        "owner": one.action.owner or None,
        "due": str(one.action.due) if one.action.due else None,
        "is_due": one.is_due(on),
        "days_overdue": one.days_overdue(on),
        "progress": [as_json(entry) for entry in one.told],
    }


def _days(one: FollowUp, on: dt.date) -> str:
    """Say for how many days something has been due, or in how many it will be."""
    if one.action.due is None:
        return "-"
    past = (on - one.action.due).days
    return str(past) if past >= 0 else f"in {-past}"


def _print_follow_ups(shown: Sequence[FollowUp], on: dt.date) -> None:
    """Print a table; on a terminal, one in which a name can be copied and no word is cut."""
    rows = [
        (
            _days(one, on),
            str(one.action.due or "no date"),
            one.action.owner or "nobody",
            one.action.what,
            one.name,
        )
        for one in shown
    ]
    if not (sys.stdout and sys.stdout.isatty()):
        print_table(HEADS, rows)
        return
    width = max(len(HEADS[0]), *(len(row[0]) for row in rows))
    print(strong(f"{HEADS[0]:>{width}}  {HEADS[1]:<10}  {', '.join(HEADS[2:])}"))
    for days, due, owner, what, name in rows:
        lead = f"{days:>{width}}  {due:<10}  "
        print_fitted(f"{owner}: {what}", lead)
        print(f"{' ' * len(lead)}{clean(name)}")


def _totals(due: Sequence[FollowUp], to_come: int, on: dt.date, *, everything: bool) -> str:
    """Say in a line how much is due, where, and how much is to come."""
    rest = f"{plural(to_come, 'action')} to come" if to_come else ""
    if rest and not everything:
        rest += " (--all shows them)"
    if not due:
        return f"nothing is due as of {on}" + (f"; {rest}" if rest else "")
    places = Counter(one.case.community for one in due)
    where = ", ".join(f"{place} {count}" for place, count in places.most_common())
    longest = max(one.days_overdue(on) for one in due)
    overdue = f"; the longest for {plural(longest, 'day')}" if longest else ""
    return f"{plural(len(due), 'action')} due: {where}{overdue}" + (f"; {rest}" if rest else "")


_NOUNS = {Noun.MEMBERS, Noun.MEETINGS, Noun.CASES, Noun.EVIDENCE, Noun.BLOCKAGES}


def show(name: CaseName, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Tell the whole story of a case, in order.

    What was brought, agreed and tried, and what is still open. Private sections and comments
    are left out, and presenters are told by their roles.

    \b
    Examples:
      copkit case show brighton/nobody-to-call
      copkit case show brighton/nobody-to-call --json
    """
    programme = load(find(folder), _NOUNS)
    as_of = today()
    story = build_story(programme, find_case(programme, name), as_of)
    if as_json:
        print_json(_as_json(story, as_of))
    else:
        _print_story(story, as_of)
    warn_of_errors(programme)


def _print_story(story: Story, as_of: dt.date) -> None:
    """Print what the case is, its text, what happened by date, and what is open."""
    from copkit.text.markdown import to_text

    case = story.case
    print_heading(case.title, f" ({case.name})")
    for line in _facts(story):
        print_fitted(line)
    for heading, text in story.sections:
        _print_part(heading)
        for line in to_text(text).splitlines():
            print(clean(line))
    if story.issues:
        _print_part("Blockages")
    for issue, blockage in story.issues:
        what = f"{blockage.title} ({blockage.slug}, {blockage.status})" if blockage else ""
        print_fitted(": ".join(filter(None, (what or issue.blockage, issue.note))), "- ")
    if story.moments:
        _print_part("In order")
    for moment in story.moments:
        about = f"{moment.about}: " if moment.about else ""
        print_fitted(f"{about}{moment.what}", f"{moment.day or 'no date'!s:<10}  ")
    _print_open(story, as_of)


def _print_part(text: str) -> None:
    """Print where a part of the story begins; the words before any heading have none."""
    print()
    if text:
        print(f"{strong(clean(text))}\n{'-' * len(clean(text))}\n")


def _print_open(story: Story, as_of: dt.date) -> None:
    _print_part("Still open")
    if not story.open:
        print("Nothing.")
    for one in story.open:
        late = one.days_overdue(as_of)
        overdue = f"; {plural(late, 'day')} overdue" if late else ""
        print_fitted(f"{in_a_line(one)}{overdue}", "- ")


def _facts(story: Story) -> Iterator[str]:
    """Tell in a few lines how far the case has come, who brought it and who may be told."""
    case = story.case
    yield sentence(f"{case.status}, {case.kind}; for {READERS[case.audience]}")
    brought = f"on {day_in_words(case.presented)}" if case.presented else ""
    by = f"by {listed(story.roles)}" if story.roles else ""
    if brought or by:
        yield sentence(joined("presented" if brought else "to be presented", brought, by))
    if case.question:
        yield sentence(f"Question: {case.question}")
    if case.themes:
        yield sentence(f"Themes: {', '.join(case.themes)}")
    if story.evidence:
        yield sentence(f"Evidence: {', '.join(card.slug for card in story.evidence)}")
    yield sentence(f"Consent: {case.consent.replace('-', ' ') if case.consent else 'not recorded'}")
    if case.sign_off and not story.not_signed:
        yield f"Signed off by {case.sign_off.by} on {day_in_words(case.sign_off.date)}; it stands."
    else:
        yield sentence(f"No sign-off stands: {story.not_signed}")


def _as_json(story: Story, as_of: dt.date) -> dict[str, Any]:
    case, signed = story.case, story.case.sign_off
    return {
        "name": case.name,
        "community": case.community,
        "case": case.slug,
        "file": case.source.file,
        "title": case.title,
        "kind": case.kind,
        "status": case.status,
        "audience": case.audience,
        "presented": str(case.presented) if case.presented else None,
        "presenters": list(story.roles),
        "question": case.question,
        "themes": list(case.themes),
        "consent": case.consent,
        "sign_off": {"by": signed.by, "date": str(signed.date)} if signed else None,
        "signed": not story.not_signed,
        "not_signed_because": story.not_signed,
        **_told_as_json(story),
        "open": [open_as_json(one, as_of) for one in story.open],
    }


def _told_as_json(story: Story) -> dict[str, Any]:
    """Give the lists of a story: its text, what it is tied to, and what happened when."""
    return {
        "sections": [{"heading": head, "text": text} for head, text in story.sections],
        "issues": [
            {
                "id": issue.id,
                "note": issue.note,
                "blockage": issue.blockage,
                "title": blockage.title if blockage else None,
                "status": blockage.status if blockage else None,
            }
            for issue, blockage in story.issues
        ],
        "evidence": [{"id": card.slug, "title": card.title} for card in story.evidence],
        "meetings": [
            {"id": f"{story.case.community}/{one.slug}", "date": str(one.held_on)}
            for one in story.meetings
        ],
        "timeline": [
            {
                "date": str(moment.day) if moment.day else None,
                "kind": moment.kind,
                "about": moment.about or None,
                "what": moment.what,
            }
            for moment in story.moments
        ],
    }
