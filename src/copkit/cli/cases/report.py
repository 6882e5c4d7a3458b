"""``copkit case follow-up`` and ``show``: actions that are due, and the story of a case."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

import typer

from copkit.analysis.cases import CaseHistory, FollowUp, build_case_history, follow_ups, urgency
from copkit.cli.cases.edit import find_case, format_follow_up
from copkit.cli.context import Reading
from copkit.cli.params import (
    CaseName,
    CommunityName,
    as_of_day,
    today,
)
from copkit.cli.records.show import exit_if_incomplete
from copkit.cli.terminal import (
    bold,
    clean,
    print_heading,
    print_json,
    print_paragraph,
    print_table,
    say,
)
from copkit.errors import did_you_mean
from copkit.folder import CommunityRecords
from copkit.records.kinds import Noun
from copkit.wording import day_in_words, join_sentences, list_in_words, plural, sentence

# Follow-up.

COLUMNS: Final = ("days", "due", "owner", "what", "case")


def follow_up(
    context: Reading,
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
) -> None:
    """List actions that are due and have no outcome yet, the longest overdue first.

    Those of a community that has ended are listed where it is named.
    The last column is the name that 'copkit case progress' takes.

    \b
    Examples:
      copkit case follow-up
      copkit case follow-up brighton --all
      copkit case follow-up --owner "Community Matron" --json
    """
    # Members are read with the cases: a case refers to those who presented it.
    programme = context.open({Noun.MEMBERS, Noun.CASES})
    cases = (case for records in programme.communities for case in records.cases)
    on = as_of_day(programme, as_of, (entry.date for case in cases for entry in case.progress))
    communities = (
        (programme.community(community),)
        if community
        # nobody is asked any more what came of an action in one that has ended
        else [each for each in programme.communities if not each.community.has_ended_by(on)]
    )
    open_actions = [
        follow_up
        for follow_up in _open_follow_ups(communities, on)
        if not owner or _has_owner(follow_up, owner)
    ]
    due = [follow_up for follow_up in open_actions if follow_up.is_due(on)]
    listed_actions = open_actions if everything else due
    to_come = len(open_actions) - len(due)
    if context.as_json:
        rows = [follow_up_as_json(follow_up, on) for follow_up in listed_actions]
        print_json({"as_of": on, "due": len(due), "to_come": to_come, "actions": rows})
        return
    if listed_actions:
        _print_follow_ups(listed_actions, on)
    elif owner and not open_actions:
        owners = {follow_up.action.owner or "" for follow_up in _open_follow_ups(communities, on)}
        # Owners are free text: a slip in one would otherwise look as if nothing were open.
        nobody = f"nothing open belongs to an owner called '{owner}'"
        say(clean(did_you_mean(owner, owners, nobody)))
    say(_format_totals(due, to_come, on, everything=everything))


def _open_follow_ups(communities: Sequence[CommunityRecords], on: dt.date) -> list[FollowUp]:
    """Return the open actions of some communities, the longest overdue first."""
    open_actions = (
        follow_up
        for records in communities
        for follow_up in follow_ups(records, on)
        if follow_up.is_open
    )
    return sorted(open_actions, key=urgency)


def _has_owner(follow_up: FollowUp, owner: str) -> bool:
    """Check whether a text is part of an action's owner, whatever its case."""
    return " ".join(owner.casefold().split()) in (follow_up.action.owner or "").casefold()


def follow_up_as_json(follow_up: FollowUp, on: dt.date) -> dict[str, Any]:
    """Return an open action as JSON values, as of a day."""
    return {
        "name": follow_up.name,
        "community": follow_up.case.community,
        "case": follow_up.case.slug,
        "title": follow_up.case.title,
        "action": follow_up.action.id,
        "what": follow_up.action.what,
        "owner": follow_up.action.owner or None,
        "due": follow_up.action.due,
        "is_due": follow_up.is_due(on),
        "days_overdue": follow_up.days_overdue(on),
        "progress": follow_up.progress,
    }


def _format_days(follow_up: FollowUp, on: dt.date) -> str:
    """Format for how many days an action has been due, ``3``, or will be, ``in 3``."""
    if follow_up.action.due is None:
        return "-"
    days_overdue = (on - follow_up.action.due).days
    return str(days_overdue) if days_overdue >= 0 else f"in {-days_overdue}"


def _print_follow_ups(follow_ups: Sequence[FollowUp], on: dt.date) -> None:
    """Print a table in a pipe; on a terminal, two lines for each action.

    Neither wraps the case's name, so that it can be copied to 'copkit case progress'.
    """
    rows = [
        (
            _format_days(follow_up, on),
            str(follow_up.action.due or "no date"),
            follow_up.action.owner or "nobody",
            follow_up.action.what,
            follow_up.name,
        )
        for follow_up in follow_ups
    ]
    if not (sys.stdout and sys.stdout.isatty()):
        print_table(COLUMNS, rows)  # a row each, for grep and cut
        return
    width = max(len(COLUMNS[0]), *(len(row[0]) for row in rows))
    print(bold(f"{COLUMNS[0]:>{width}}  {COLUMNS[1]:<10}  {', '.join(COLUMNS[2:])}"))
    for days, due, owner, what, name in rows:
        prefix = f"{days:>{width}}  {due:<10}  "  # a date such as 2012-05-16 has 10 characters
        print_paragraph(f"{owner}: {what}", prefix)
        print(f"{' ' * len(prefix)}{clean(name)}")


def _format_totals(due: Sequence[FollowUp], to_come: int, on: dt.date, *, everything: bool) -> str:
    """Format how many actions are due, in which communities, and how many are to come."""
    ahead = f"{plural(to_come, 'action')} to come" if to_come else ""
    if ahead and not everything:
        ahead += " (--all shows them)"
    if not due:
        return f"nothing is due as of {on}" + (f"; {ahead}" if ahead else "")
    places = Counter(follow_up.case.community for follow_up in due)
    counts = ", ".join(f"{place} {count}" for place, count in places.most_common())
    longest = max(follow_up.days_overdue(on) for follow_up in due)
    overdue = f"; the longest for {plural(longest, 'day')}" if longest else ""
    ahead = f"; {ahead}" if ahead else ""
    return f"{plural(len(due), 'action')} due: {counts}{overdue}{ahead}"


# The story of a case.

_NOUNS = {Noun.MEMBERS, Noun.MEETINGS, Noun.CASES, Noun.EVIDENCE, Noun.BLOCKAGES}


def show(context: Reading, name: CaseName) -> None:
    """Show the whole story of a case, in order.

    What was presented, agreed and tried, and what is still open. Private sections and comments
    are left out, and presenters are shown by their roles.

    \b
    Examples:
      copkit case show brighton/nobody-to-call
      copkit case show brighton/nobody-to-call --json
    """
    programme = context.load(_NOUNS)
    as_of = today()
    story = build_case_history(programme, find_case(programme, name), as_of)
    if context.as_json:
        print_json(_story_as_json(story, as_of))
    else:
        _print_story(story, as_of)
    # After the story and not instead of it: one broken record should not hide a case.
    exit_if_incomplete(programme)


def _print_story(story: CaseHistory, as_of: dt.date) -> None:
    """Print a case: its fields, its text, what happened by date, and what is open."""
    from copkit.text.markdown import to_text  # slow to import, and JSON does without

    case = story.case
    print_heading(case.title, f" ({case.name})")
    for line in _summary_lines(story):
        print_paragraph(line)
    for heading, text in story.sections:
        _print_section_heading(heading)
        for line in to_text(text).splitlines():
            print(clean(line))
    # Headings only where something follows them.
    if story.issues:
        _print_section_heading("Blockages")
    for issue, blockage in story.issues:
        # A blockage that is not on record is printed as the case names it.
        name = f"{blockage.title} ({blockage.slug}, {blockage.status})" if blockage else ""
        print_paragraph(": ".join(filter(None, (name or issue.blockage, issue.note))), "- ")
    if story.events:
        _print_section_heading("In order")
    for event in story.events:
        about = f"{event.about}: " if event.about else ""
        print_paragraph(f"{about}{event.description}", f"{event.day or 'no date'!s:<10}  ")
    _print_open(story, as_of)


def _print_section_heading(text: str) -> None:
    """Print a blank line and a heading; the text before the first heading has none."""
    print()
    if text:
        print(f"{bold(clean(text))}\n{'-' * len(clean(text))}\n")


def _print_open(story: CaseHistory, as_of: dt.date) -> None:
    """Print the actions of a case that are still open, with how long they are overdue."""
    _print_section_heading("Still open")
    if not story.open_follow_ups:
        print("Nothing.")
    for follow_up in story.open_follow_ups:
        days = follow_up.days_overdue(as_of)
        overdue = f"; {plural(days, 'day')} overdue" if days else ""
        print_paragraph(f"{format_follow_up(follow_up)}{overdue}", "- ")


def _summary_lines(story: CaseHistory) -> Iterator[str]:
    """Format the status of a case, who presented it, its tags, and who may read it."""
    case = story.case
    yield sentence(f"{case.status}, {case.kind}; for {case.audience.policy.may_read}")
    day = f"on {day_in_words(case.presented)}" if case.presented else ""
    presenters = f"by {list_in_words(story.roles)}" if story.roles else ""
    if day or presenters:
        yield sentence(join_sentences("presented" if day else "to be presented", day, presenters))
    if case.question:
        yield sentence(f"Question: {case.question}")
    if case.themes:
        yield sentence(f"Themes: {', '.join(case.themes)}")
    if story.evidence:
        yield sentence(f"Evidence: {', '.join(card.slug for card in story.evidence)}")
    yield sentence(f"Consent: {case.consent.replace('-', ' ') if case.consent else 'not recorded'}")
    if case.sign_off and not story.unsigned_reason:
        yield f"Signed off by {case.sign_off.by} on {day_in_words(case.sign_off.date)}; it stands."
    else:
        yield sentence(f"No sign-off stands: {story.unsigned_reason}")


def _story_as_json(story: CaseHistory, as_of: dt.date) -> dict[str, Any]:
    """Return a case and its story as JSON values; open actions are overdue as of a day."""
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
        "presented": case.presented,
        "presenters": story.roles,  # never ids: JSON is passed on as the text is
        "question": case.question,
        "themes": case.themes,
        "consent": case.consent,
        "sign_off": {"by": signed.by, "date": signed.date} if signed else None,
        "signed": not story.unsigned_reason,
        "not_signed_because": story.unsigned_reason,
        **_story_lists_as_json(story),
        "open": [follow_up_as_json(follow_up, as_of) for follow_up in story.open_follow_ups],
    }


def _story_lists_as_json(story: CaseHistory) -> dict[str, Any]:
    """Return the lists of a story as JSON values: text, what it refers to, and events by date."""
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
            {"id": f"{story.case.community}/{meeting.slug}", "date": meeting.held_on}
            for meeting in story.meetings
        ],
        "timeline": [
            {
                "date": event.day,
                "kind": event.kind,
                "about": event.about or None,
                "what": event.description,
            }
            for event in story.events
        ],
    }
