"""``copkit case show``: the whole story of a case, in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from copkit.analysis.cases import Story, build_story
from copkit.cli.cases.case_follow_up import open_as_json
from copkit.cli.cases.case_named import find_case, in_a_line
from copkit.cli.cases.sign_off import READERS
from copkit.cli.params import HERE, AsJson, CaseName, Folder, today
from copkit.cli.records.show import warn_of_errors
from copkit.cli.terminal import clean, print_fitted, print_heading, print_json, strong
from copkit.folder import load
from copkit.layout import find
from copkit.records.kinds import Noun
from copkit.wording import day_in_words, joined, listed, plural, sentence

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
