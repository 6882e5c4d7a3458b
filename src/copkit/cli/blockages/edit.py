"""Edits of blockages: what is asked, what is replied, and links from cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from copkit.cli.cases.edit import change_case
from copkit.cli.params import complete_slug, find_programme_root, today
from copkit.cli.pii import require_no_details_in_texts
from copkit.cli.store import change_record
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import Programme, choose_match
from copkit.pii.kinds import DetailKind
from copkit.records.blockages import Ask, Blockage, BlockageStatus
from copkit.records.cases import Case, Issue
from copkit.records.schema.fields import new_part_id
from copkit.text.edit import append, set_value
from copkit.text.files import is_slug
from copkit.text.normalise import match_names
from copkit.wording import plural


def load_blockages(ctx: typer.Context) -> tuple[Blockage, ...]:
    """Load the blockages for a completion; none where they cannot be read."""
    from copkit.errors import CopkitError
    from copkit.folder import load
    from copkit.records.kinds import Noun

    # A completion is silent whatever happens: an error would land in the line being typed.
    try:
        return load(find_programme_root(ctx), {Noun.BLOCKAGES}).blockages
    except (CopkitError, OSError):
        return ()


def _complete_ask(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete an ask's id, of the blockage typed before it."""
    slug = ctx.params.get("slug")
    ids = (
        ask.id for blockage in load_blockages(ctx) if blockage.slug == slug for ask in blockage.asks
    )
    return [id for id in ids if id.startswith(incomplete) and is_slug(id)]


Slug = Annotated[
    str,
    typer.Argument(
        metavar="BLOCKAGE",
        help="As 'copkit blockage list' prints it.",
        autocompletion=complete_slug("blockages"),
    ),
]


AskId = Annotated[
    str | None,
    typer.Argument(
        metavar="[ASK]",
        help="As 'copkit blockage show' prints it: q-k7m.",
        show_default="the latest",
        autocompletion=_complete_ask,
    ),
]


@dataclass(frozen=True, slots=True)
class NewAsk:
    """What is to be asked of whom, on which day, and by when an answer is due."""

    date: dt.date
    addressee: str
    request: str
    reply_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class NewReply:
    """A reply, ``""`` for none, its day, and the new status of the blockage, if it changes."""

    reply: str
    date: dt.date
    status: BlockageStatus | None = None


def find_blockage(programme: Programme, slug: str) -> Blockage:
    """Find a blockage by its slug or title; raise :class:`CopkitError` unless one is meant."""
    titles = {blockage.slug: (blockage.title,) for blockage in programme.blockages}
    chosen = choose_match("blockage", slug, match_names(slug, titles), list(titles))
    return next(blockage for blockage in programme.blockages if blockage.slug == chosen)


def find_ask(blockage: Blockage, id: str | None) -> Ask:
    """Find an ask of a blockage by its id, or the latest if ``id`` is ``None``.

    An ask dated later than today is the latest only where there is no other. Raise
    :class:`CopkitError` if there is no such ask.
    """
    if not blockage.asks:
        message = f"nothing was asked about {blockage.slug} yet"
        raise CopkitError(message, f"'copkit blockage ask {blockage.slug}' does", status=2)
    if id is None:
        return _latest_first(blockage, today())[0]
    for ask in blockage.asks:
        if ask.id == id:
            return ask
    ids = [ask.id for ask in blockage.asks]
    hint = did_you_mean(id, ids, f"there are: {', '.join(ids)}")
    raise CopkitError(f"{blockage.slug} has no ask '{id}'", hint, status=2)


def _latest_first(blockage: Blockage, day: dt.date) -> list[Ask]:
    """Sort the asks of a blockage: those up to a day, the latest first, then later ones."""
    return sorted(blockage.asks, key=lambda ask: (ask.date <= day, ask.date), reverse=True)


def earlier_addressees(programme: Programme, current: Blockage) -> tuple[str, ...]:
    """Return who was asked before, each once, as suggestions for the next ask.

    Those asked about the ``current`` blockage come first, within it the latest.
    """
    others = [blockage for blockage in programme.blockages if blockage.slug != current.slug]
    other_asks = [ask for blockage in others for ask in blockage.asks]
    in_order = [
        *sorted(current.asks, key=lambda ask: ask.date, reverse=True),
        *sorted(other_asks, key=lambda ask: ask.date, reverse=True),
    ]
    return tuple(dict.fromkeys(ask.of for ask in in_order))


def require_no_names(programme: Programme, texts: Mapping[str, str]) -> None:
    """Raise :class:`CopkitError` if a text identifies somebody; ``texts`` has them by option.

    Initials count here too: a letter to a commissioner is read by people who know each other.
    """
    hint = "name a role or a service instead, such as 'the housing commissioner'"
    require_no_details_in_texts(programme, texts, hint, extra_kinds=(DetailKind.INITIALS,))


def write_ask(programme: Programme, blockage: Blockage, new: NewAsk, *, dry_run: bool) -> str:
    """Record an ask, which opens the blockage again, and return the ask's id.

    The same words asked of the same people on the same day are on record already: the id is
    theirs then, and nothing is written.
    """

    def edit(text: str | None, current: Blockage | None) -> str:
        if text is None or current is None:
            raise _missing_file(blockage)
        if any(_is_same(ask, new) for ask in current.asks):
            return text
        # The id is chosen under the lock, so that two people never get the same one.
        fields = {
            "id": new_part_id(Ask, [ask.id for ask in current.asks]),
            "date": new.date,
            "of": new.addressee,
            "ask": new.request,
        }
        if new.reply_by:
            fields["reply_by"] = new.reply_by
        text = append(text, ["asks"], fields)
        if current.status is BlockageStatus.OPEN:
            return text
        return set_value(text, ["status"], BlockageStatus.OPEN)

    edited = change_record(programme, blockage.source.file, edit, dry_run=dry_run)
    if edited.new.status is not edited.old.status:
        say(f"  {clean(blockage.slug)} was {blockage.status}; this opens it again")
    recorded = [ask for ask in edited.old.asks if _is_same(ask, new)]
    id: str = recorded[0].id if recorded else edited.new.asks[-1].id  # append adds at the end
    return id


def _missing_file(blockage: Blockage) -> CopkitError:
    """Return the error for a record that was deleted after the command had loaded it."""
    return CopkitError(f"{blockage.source.file} is gone; nothing was written")


def _is_same(ask: Ask, new: NewAsk) -> bool:
    """Check whether an ask on record has the day, the addressee and the words of a new one."""
    return (ask.date, ask.of, ask.ask) == (new.date, new.addressee, new.request)


def write_reply(
    programme: Programme, blockage: Blockage, id: str | None, new: NewReply, *, dry_run: bool
) -> None:
    """Record a reply to an ask, or to the latest unanswered one if ``id`` is ``None``.

    Raise :class:`CopkitError` rather than overwrite an answer on record.
    """
    ask = None
    if new.reply:
        ask = find_ask(blockage, id) if id else _find_unanswered(blockage, new)
        _require_plausible_day(ask, new.date)

    def edit(text: str | None, current: Blockage | None) -> str:
        if text is None or current is None:
            raise _missing_file(blockage)
        # Checked again under the lock: a colleague's answer may have arrived meanwhile.
        if ask and not _is_recorded(find_ask(current, ask.id), new):
            text = set_value(text, ["asks", ask.id, "replied"], new.date)
            text = set_value(text, ["asks", ask.id, "reply"], new.reply)
        if new.status and new.status is not current.status:
            text = set_value(text, ["status"], new.status)
        return text

    change_record(programme, blockage.source.file, edit, dry_run=dry_run)
    if ask:
        days = (new.date - ask.date).days
        delay = f"after {plural(days, 'day')}" if days else "on the same day"
        say(f"  {clean(blockage.slug)} {ask.id}: {clean(ask.of)} answered {delay}")
    # A reply alone closes nothing: it may be a refusal, and only a person can tell.
    if new.status is None and blockage.status is BlockageStatus.OPEN:
        say(
            f"  does that settle it? copkit blockage reply {clean(blockage.slug)} --status answered"
        )


def _is_recorded(ask: Ask, new: NewReply) -> bool:
    """Check whether an ask has exactly this reply on record.

    Raise :class:`CopkitError` if it has another one.
    """
    if not ask.replied and not ask.reply:
        return False
    if ask.reply == new.reply:
        return True
    when = f" on {ask.replied}" if ask.replied else ""
    message = f"{ask.id} was answered{when}; nothing was changed"
    hint = f"an answer is never overwritten; to correct it, edit {ask.source.file}"
    raise CopkitError(message, hint)


def _find_unanswered(blockage: Blockage, new: NewReply) -> Ask:
    """Find the ask that a reply without an id belongs to.

    That is the ask which has this very reply, so that a repeated command changes nothing; else the
    latest without an answer. Raise :class:`CopkitError` if all were answered.
    """
    asks = _latest_first(blockage, new.date)
    # The order matters: the same words on the same day are the command repeated, but on another
    # day they answer another ask ("No money." is said more than once), if one is still open.
    for ask in asks:
        if ask.reply == new.reply and ask.replied in (None, new.date):
            return ask
    for ask in asks:
        if not ask.replied and not ask.reply:
            return ask
    for ask in asks:
        if ask.reply == new.reply:
            return ask
    reason = "everything that was asked was answered" if asks else "nothing was asked yet"
    message = f"{blockage.slug}: {reason}, so no answer is waited for"
    raise CopkitError(message, f"'copkit blockage show {blockage.slug}' shows what was asked")


def _require_plausible_day(ask: Ask, replied: dt.date) -> None:
    """Raise :class:`CopkitError` for a reply before its ask, or after today."""
    if replied < ask.date:
        message = f"--date: {ask.id} was asked on {ask.date}, after {replied}"
        raise CopkitError(message, "write the day on which the answer came", status=2)
    if replied > today():
        message = f"--date: {replied} is still to come"
        raise CopkitError(message, "write the day on which the answer came", status=2)


# Links from a case to a blockage.


def write_link(
    programme: Programme, case: Case, blockage: str, note: str, *, dry_run: bool
) -> None:
    """Record in a case that a blockage showed in it, unless that is on record.

    ``blockage`` is its slug. Raise :class:`CopkitError` rather than overwrite a note.
    """

    def edit(text: str, current: Case) -> str:
        return _add_link(text, current, blockage, note)

    change_case(programme, case, edit, dry_run=dry_run)


def _add_link(text: str, case: Case, blockage: str, note: str) -> str:
    """Return a case's text with the link added, or the note added to a link without one."""
    links = [issue for issue in case.issues if issue.blockage == blockage]
    if not links:
        id = new_part_id(Issue, [issue.id for issue in case.issues])
        fields = {"id": id, "blockage": blockage}
        return append(text, ["issues"], fields | ({"note": note} if note else {}))
    if not note or note in [issue.note for issue in links]:
        return text
    if unnoted := [issue.id for issue in links if not issue.note]:
        return set_value(text, ["issues", unnoted[0], "note"], note)
    message = f"{case.source.file} tells of {blockage} already, with a note; nothing was changed"
    raise CopkitError(message, "change the note in your editor")
