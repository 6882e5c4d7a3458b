"""``copkit quote list`` and ``sign-off``, ``copkit story due`` and ``sign-off``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

import typer

from copkit.analysis.cases import SIGN_OFF_FIELD, SignedRecord, is_signed_off, sign_off_digest
from copkit.analysis.due import DuePeriod, stories_to_follow
from copkit.analysis.privacy.quotes import NO_CONSENT, speaker_of, voices_for, withheld_reason
from copkit.cli.cases.sign_off import require_nothing_identifying, require_signature
from copkit.cli.context import Reading, Writing
from copkit.cli.params import (
    IsRole,
    complete_audience,
    complete_slug,
    filter_completions,
    find_programme_root,
    today,
)
from copkit.cli.pii import describe_details, load_sound_knowledge
from copkit.cli.store import change_record
from copkit.cli.terminal import clean, print_json, print_paragraph, print_table, say
from copkit.errors import CopkitError
from copkit.folder import FOR_ATTENDANCE, Programme, load, not_found
from copkit.records.kinds import Noun
from copkit.records.quotes import Quote, Speaker
from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.parts import ConsentToQuote
from copkit.records.stories import Story
from copkit.text.edit import set_value
from copkit.text.markdown import to_text
from copkit.wording import plural

SignedBy = Annotated[str | None, typer.Option(help="Who signs: a role, never a name.")]
Answered = Annotated[
    bool, typer.Option("--yes", help="You have answered every question, each as is safe.")
]


def complete_quote(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the id of a quote."""
    try:
        ids = [quote.id for quote in load(find_programme_root(ctx), {Noun.QUOTES}).quotes]
    except (CopkitError, OSError):
        return []
    return filter_completions(ids, incomplete)


def list_quotes(
    context: Reading,
    reader: Annotated[
        Audience,
        typer.Option(
            "--for",
            help=f"Who will read them: {audience_choices()}.",
            autocompletion=complete_audience,
        ),
    ] = Audience.MEMBERS,
) -> None:
    """List the quotes that readers may see, as they read them, and why others are left out.

    \b
    Examples:
      copkit quote list
      copkit quote list --for public --json
    """
    programme = context.open()
    known = load_sound_knowledge(programme).known_people
    voices = voices_for(programme, reader, today(), known)
    withheld = [
        (quote.id, reason)
        for quote in programme.quotes
        if reader.may_see(quote.audience)
        and (reason := withheld_reason(programme, quote, reader, today(), known))
    ]
    if context.as_json:
        print_json(
            {
                "for": reader,
                "quotes": [
                    {
                        "id": quote.id,
                        "words": quote.words,
                        "speaker": quote.speaker,
                        "value": quote.value,
                    }
                    for quote in voices.quotes
                ],
                "left_out": [{"id": id, "because": reason} for id, reason in withheld],
            }
        )
        return
    for quote in voices.quotes:
        print_paragraph(f"“{quote.words}”")
        print(clean(f"  {quote.speaker}  ({quote.id})"))
        print()
    if not voices.quotes:
        say(f"no quote that {reader.policy.may_read} may read")
    for id, reason in withheld:
        say(clean(f"{id} is left out: {reason}"))


def find_quote(programme: Programme, id: str) -> Quote:
    """Find a quote by its id; raise :class:`CopkitError` if there is none."""
    for quote in programme.quotes:
        if quote.id == id:
            return quote
    raise not_found("quote", id, [quote.id for quote in programme.quotes])


def find_story(programme: Programme, slug: str) -> Story:
    """Find a story by its slug; raise :class:`CopkitError` if there is none."""
    for story in programme.stories:
        if story.slug == slug:
            return story
    raise not_found("story", slug, [story.slug for story in programme.stories])


# Sign-off


def sign_off_quote(
    context: Writing,
    id: Annotated[
        str,
        typer.Argument(
            metavar="QUOTE",
            help="As 'copkit list quotes' prints it.",
            autocompletion=complete_quote,
        ),
    ],
    by: SignedBy = None,
    yes: Answered = False,
    is_role: IsRole = False,
) -> None:
    """Sign off a quote: check that nobody can be told by it.

    Commissioners and the public see it only with consent, and while the sign-off stands: any edit
    ends it.

    \b
    Examples:
      copkit quote sign-off q3
      copkit quote sign-off q3 --by facilitator --yes
    """
    programme = context.open()
    quote = find_quote(programme, id)
    _require_consent(quote)
    if quote.part is Speaker.FACILITATOR:
        message = f"{id}: a facilitator said it, and each community has only one"
        raise CopkitError(f"{message}; nothing was signed", "it stays with the members")
    if details := describe_details(programme, quote.words):
        hint = f"shorten it, as in '[...]': copkit edit {id}"
        raise CopkitError(f"{id} seems to hold {details}; nothing was signed", hint)
    if is_signed(quote):
        return
    print_paragraph(f"“{quote.words}”")
    print(f"  {speaker_of(programme, quote)}")
    print()
    role = require_signature(programme, by, yes=yes, is_role=is_role)
    path = ["quotes", quote.id, SIGN_OFF_FIELD]

    def current(record: Any) -> Quote | None:
        return next((entry for entry in record.quotes if entry.id == quote.id), None)

    write_sign_off(context, programme, quote, path, role, current)


def sign_off_story(
    context: Writing,
    slug: Annotated[
        str,
        typer.Argument(
            metavar="STORY",
            help="As 'copkit list stories' prints it.",
            autocompletion=complete_slug("stories"),
        ),
    ],
    by: SignedBy = None,
    yes: Answered = False,
    is_role: IsRole = False,
) -> None:
    """Sign off a story: check that nobody in it can be recognised.

    Commissioners and the public see it only with consent, and while the sign-off stands: any edit
    ends it.

    \b
    Examples:
      copkit story sign-off a-call-on-saturday
      copkit story sign-off a-call-on-saturday --by facilitator --yes
    """
    programme = context.open()
    story = find_story(programme, slug)
    _require_consent(story)
    flagged = require_nothing_identifying(programme, story.source.text)
    if is_signed(story):
        return
    print(clean(story.title))
    print(f"To be read by {story.audience.policy.may_read}.\n")
    for line in to_text(story.body).splitlines():
        print(clean(line))
    role = require_signature(programme, by, flagged, yes=yes, is_role=is_role)
    write_sign_off(context, programme, story, [SIGN_OFF_FIELD], role, lambda record: record)


def _require_consent(record: Quote | Story) -> None:
    """Raise :class:`CopkitError` unless whoever said it agreed that others read it."""
    if record.consent is ConsentToQuote.GIVEN:
        return
    reason = "consent was refused"
    if record.consent is ConsentToQuote.NOT_ASKED:
        reason = NO_CONSENT
    hint = f"ask first; then 'consent: given' in {record.source.file}"
    raise CopkitError(f"{record.slug}: {reason}; nothing was signed", hint)


def is_signed(record: SignedRecord) -> bool:
    """Check whether a record is signed off as it is now, and print so."""
    signed = record.sign_off
    if signed is None or not is_signed_off(record, today()):
        return False
    signature = f"by {clean(signed.by)} on {signed.date}"
    say(f"{record.slug} was signed off {signature}, and is unchanged; nothing was written")
    return True


def write_sign_off(
    context: Any,
    programme: Programme,
    record: SignedRecord,
    path: list[str],
    role: str,
    current: Callable[[Any], SignedRecord | None],
) -> None:
    """Write the sign-off of what was printed; ``current`` finds the record as it is by now."""
    digest = sign_off_digest(record)
    signature = {"by": role, "date": today(), "digest": digest}

    def edit(text: str | None, file_record: Any) -> str:
        # Read again under the lock: what is signed must be what was shown and searched.
        now = current(file_record) if file_record else None
        if text is None or now is None or sign_off_digest(now) != digest:
            message = f"{record.source.file} was changed meanwhile; nothing was written"
            raise CopkitError(message, "read it again and sign then")
        return set_value(text, path, signature)

    change_record(programme, record.source.file, edit, dry_run=context.dry_run)
    if not context.dry_run:
        readers = record.audience.policy.may_read
        say(f"signed off, to be read by {readers}; any edit voids it")


# What is still to come


def due(context: Reading) -> None:
    """List the stories that do not say what came of it, 90 days after they began.

    \b
    Examples:
      copkit story due
      copkit story due --json
    """
    programme = context.open({*FOR_ATTENDANCE, Noun.STORIES})
    period = DuePeriod(today(), today())
    items = list(stories_to_follow(programme, period))
    if context.as_json:
        print_json(
            {
                "stories": [
                    {"story": item.record, "since": item.due, "community": item.community or None}
                    for item in items
                ]
            }
        )
        return
    if not items:
        say("no story waits for what came of it")
        return
    rows = [
        (item.record, str(item.due), plural((today() - (item.due or dt.date.max)).days, "day"))
        for item in items
    ]
    print_table(("story", "began", "so far"), rows)
    say("write what came of it: copkit edit STORY")
