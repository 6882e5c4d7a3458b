"""``copkit survey comments``: read comments one at a time, and keep some as quotes.

Comments lie in ``private/surveys`` with the rows of answers. Only words that somebody keeps get
into git, and of what they are shortened to only pieces that stand in the comment.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from copkit.cli.context import Reporting
from copkit.cli.params import complete_slug, is_interactive, usage_error
from copkit.cli.pii import describe_details, load_sound_knowledge
from copkit.cli.prompts import ask
from copkit.cli.store import change_record
from copkit.cli.surveys.commands import find_survey, row_files
from copkit.cli.terminal import print_json, print_paragraph, say
from copkit.errors import CopkitError
from copkit.folder import FOR_ATTENDANCE, Programme
from copkit.pii.scan import find_details, mask_findings
from copkit.records.kinds import Noun, schema_modeline
from copkit.records.quotes import Quote
from copkit.records.schema.fields import new_part_id
from copkit.records.schema.parts import ConsentToQuote
from copkit.records.surveys import Quoting, Survey
from copkit.text.edit import append
from copkit.text.files import read_source
from copkit.wording import plural

MAY_WE_QUOTE = "quote"
"""The id of the question whose first answer is yes; who chose another is never quoted."""
GAP = "[...]"


@dataclass(frozen=True, slots=True)
class Comment:
    """What one person wrote; ``community`` is ``""`` where too few of it answered to name it."""

    number: int
    words: str
    community: str
    consent: ConsentToQuote


def comments(
    context: Reporting,
    survey_name: Annotated[
        str,
        typer.Argument(
            metavar="SURVEY",
            help="As 'copkit list surveys' prints it.",
            autocompletion=complete_slug("surveys"),
        ),
    ],
    keep: Annotated[
        int | None, typer.Option("--keep", help="Keep the comment of this number as a quote.")
    ] = None,
    words: Annotated[
        str | None, typer.Option(help="With --keep: shorter words of it; '[...]' marks a gap.")
    ] = None,
) -> None:
    """Read the comments of a survey, and keep some as quotes.

    On a terminal each is shown by itself, with names and numbers as dots, and can be kept,
    shortened or left. Elsewhere they are listed with their numbers. Whoever said no to being quoted
    is left out.

    \b
    Examples:
      copkit survey comments december-2012
      copkit survey comments december-2012 --keep 4 --words "It helped [...] to be asked."
    """
    programme = context.open({*FOR_ATTENDANCE, Noun.SURVEYS, Noun.QUOTES, Noun.FOCUS_GROUPS})
    survey = find_survey(programme, survey_name)
    found = list(read_comments(programme, survey))
    refused = sum(comment.consent is ConsentToQuote.REFUSED for comment in found)
    kept = [quote for quote in programme.quotes if quote.heard == survey.slug]
    taken = _numbers_of(kept, found)
    offered = [
        comment
        for comment in found
        if comment.consent is not ConsentToQuote.REFUSED and comment.number not in taken
    ]
    if keep is not None:
        id = _keep_numbered(context, programme, survey, offered, keep, words)
        if context.as_json:
            print_json({"survey": survey.slug, "comment": keep, "quote": id})
        return
    if words is not None:
        usage_error("--words: of which comment?", "add --keep and its number")
    if context.as_json:
        print_json(
            {
                "survey": survey.slug,
                "comments": [
                    {"number": comment.number, "words": _masked(programme, comment.words)}
                    for comment in offered
                ],
                "kept": len(kept),
                "refused": refused,
            }
        )
        return
    if is_interactive():
        _ask_for_each(context, programme, survey, offered)
    else:
        for comment in offered:
            print_paragraph(f"{comment.number}. {_masked(programme, comment.words)}")
    if not found:
        say("no comments of this survey are on this computer")
    if kept:
        say(f"{plural(len(kept), 'quote')} of this survey kept before: copkit quote list")
    if refused:
        say(f"{plural(refused, 'comment')} left out: whoever wrote it said no to being quoted")


def read_comments(programme: Programme, survey: Survey) -> Iterator[Comment]:
    """Yield the comments of a survey in private/, in the order of their words."""
    counts = programme.survey_counts.get(survey.slug)
    large = {entry.id for entry in counts.answered} if counts else set[str]()
    written = set[tuple[str, str, ConsentToQuote]]()
    for path in row_files(programme.root, survey.slug):
        for community, picks, texts in _rows(path):
            consent = _consent_of(survey, picks)
            # A small community stays unnamed: what git does not hold cannot leak from it.
            place = community if community in large else ""
            written |= {(text.strip(), place, consent) for text in texts.values() if text.strip()}
    for number, (text, place, consent) in enumerate(sorted(written), 1):
        yield Comment(number, text, place, consent)


def _numbers_of(kept: Iterable[Quote], comments: Sequence[Comment]) -> set[int]:
    """Return the numbers of the comments that quotes are from, one for each quote.

    Few words can stand in several comments: the shortest of these is taken for the quote's, so that
    no other is lost.
    """
    numbers = set[int]()
    by_length = sorted(comments, key=lambda comment: len(comment.words))
    for quote in kept:
        for comment in by_length:
            if comment.number not in numbers and is_part_of(quote.words, comment.words):
                numbers.add(comment.number)
                break
    return numbers


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Yield the rows of a file that 'survey import' wrote: community, answers, comments.

    Raise :class:`CopkitError` for a row that it did not write.
    """
    text = read_source(path, path.name, []).text
    for number, cells in enumerate(list(csv.reader(io.StringIO(text)))[1:], 2):
        if cells:
            try:
                row = json.loads(cells[0])
            except ValueError:
                row = None
            match row:
                case [str(community), dict(picks), dict(texts)] if all(
                    isinstance(text, str) for text in texts.values()
                ):
                    yield community, picks, texts
                case _:
                    raise CopkitError(
                        f"row {number} of {path.name} in private/surveys/{path.parent.name} is not "
                        "as 'survey import' wrote it",
                        "bring the file back from a backup, or delete it: the counts stay",
                    )


def _consent_of(survey: Survey, picks: dict[str, Any]) -> ConsentToQuote:
    """Return whether somebody may be quoted, by their own answer or by what all were told."""
    if survey.question(MAY_WE_QUOTE):
        is_yes = picks.get(MAY_WE_QUOTE) == [0]
        return ConsentToQuote.GIVEN if is_yes else ConsentToQuote.REFUSED
    is_agreed = survey.quoting is Quoting.AGREED
    return ConsentToQuote.GIVEN if is_agreed else ConsentToQuote.NOT_ASKED


def is_part_of(words: str, comment: str) -> bool:
    """Check whether words are those of a comment, or pieces of it in their order.

    Only whole words count: "able" is no piece of "unable".
    """
    rest = " ".join(comment.split())
    pieces = list(filter(None, (" ".join(piece.split()) for piece in words.split(GAP))))
    for piece in pieces:
        match = re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", rest)
        if match is None:
            return False
        rest = rest[match.end() :]
    return bool(pieces)


def _masked(programme: Programme, words: str) -> str:
    """Return a comment with dots for whatever points at somebody."""
    knowledge = load_sound_knowledge(programme)
    places = knowledge.programme_words
    return mask_findings(words, find_details(words, (), knowledge.known_people, places))


def _ask_for_each(
    context: Any, programme: Programme, survey: Survey, offered: list[Comment]
) -> None:
    """Show comments one at a time, and ask what becomes of each."""
    for position, comment in enumerate(offered, 1):
        print_paragraph(f"{position} of {len(offered)}: {_masked(programme, comment.words)}")
        answer = ask("keep it as a quote", ("keep", "shorten", "leave", "stop"), default="leave")
        if answer == "stop":
            return
        if answer == "leave":
            continue
        words = comment.words
        if answer == "shorten" or describe_details(programme, words):
            if answer == "keep":
                say("it points at somebody where the dots are: shorten it")
            words = _ask_shorter(programme, comment)
        if words:
            _keep(context, programme, survey, comment, words)


def _ask_shorter(programme: Programme, comment: Comment) -> str:
    """Ask for fewer words of a comment until they are its own; ``""`` to leave it."""
    while True:
        words = ask(f"its own words, {GAP} for what is left out (Enter: leave)", default="")
        if not words or not (reason := _refusal(programme, comment, words)):
            return words
        say(f"  {reason}")


def _refusal(programme: Programme, comment: Comment, words: str) -> str:
    """Return why words cannot be kept as a quote of a comment; ``""`` where they can."""
    if not is_part_of(words, comment.words):
        return "these are not the comment's own words, in their order"
    if details := describe_details(programme, words):
        return f"this seems to hold {details}"
    return ""


def _keep_numbered(
    context: Any,
    programme: Programme,
    survey: Survey,
    offered: list[Comment],
    number: int,
    words: str | None,
) -> str:
    """Keep the comment of a number as a quote, and return its id.

    Raise a usage error where it cannot be kept.
    """
    comment = next((comment for comment in offered if comment.number == number), None)
    if comment is None:
        hint = f"'copkit survey comments {survey.slug}' lists those that can be kept"
        usage_error(f"--keep: there is no comment {number} to keep", hint)
    kept = comment.words if words is None else words
    if reason := _refusal(programme, comment, kept):
        hint = f"--words has its own words, and {GAP} for what is left out"
        usage_error(f"{reason}; nothing was written", hint)
    return _keep(context, programme, survey, comment, kept)


def _keep(context: Any, programme: Programme, survey: Survey, comment: Comment, words: str) -> str:
    """Write a quote, and return its id."""
    values = {
        "words": " ".join(words.split()),
        "community": comment.community or None,
        "heard": survey.slug,
        "consent": comment.consent,
    }
    return write_quote(context, programme, values)


def write_quote(context: Any, programme: Programme, values: dict[str, Any]) -> str:
    """Add a quote to ``quotes.yaml`` with a new id, and return that."""

    def with_quote(text: str | None, current: Any) -> str:
        taken = {quote.id for quote in current.quotes} if current else set[str]()
        entry = {"id": new_part_id(Quote, taken), **values}
        text = text or f"{schema_modeline('quote', 0)}quotes:\n"
        return append(text, ["quotes"], {key: value for key, value in entry.items() if value})

    edited = change_record(programme, "quotes.yaml", with_quote, dry_run=context.dry_run)
    id: str = edited.new.quotes[-1].id
    say(f"  id: {id}")
    return id
