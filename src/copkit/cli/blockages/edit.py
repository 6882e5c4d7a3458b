"""What is asked about a blockage, and what comes back: written into its record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from copkit.analysis.ids import free_id
from copkit.cli.cases.edit import change_case
from copkit.cli.params import complete_slug, root_of, today
from copkit.cli.pii import require_nobody_named
from copkit.cli.store import change
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import Programme, not_found
from copkit.pii.kinds import Kind
from copkit.records.blockages import Ask, Blockage, BlockageStatus
from copkit.records.cases import Case
from copkit.text.edit import append, set_value
from copkit.text.files import is_slug
from copkit.wording import plural


def blockages_of(ctx: typer.Context) -> tuple[Blockage, ...]:
    """Read the blockages for a completion, which is silent whatever happens."""
    from copkit.errors import CopkitError
    from copkit.folder import load
    from copkit.records.kinds import Noun

    try:
        return load(root_of(ctx), {Noun.BLOCKAGES}).blockages
    except (CopkitError, OSError):
        return ()


def _complete_ask(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the id of something asked about the blockage named before it."""
    slug = ctx.params.get("slug")
    ids = (ask.id for one in blockages_of(ctx) if one.slug == slug for ask in one.asks)
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
        help="As 'copkit blockage show' prints it: a1.",
        show_default="the latest",
        autocompletion=_complete_ask,
    ),
]


@dataclass(frozen=True, slots=True)
class NewAsk:
    """What is to be asked of whom."""

    date: dt.date
    of: str
    ask: str
    reply_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class NewReply:
    """What came back, ``""`` for nothing new, on which day, and what becomes of the blockage."""

    reply: str
    date: dt.date
    status: BlockageStatus | None = None


def blockage_of(programme: Programme, slug: str) -> Blockage:
    """Find a blockage; raise :class:`CopkitError` if there is none."""
    for blockage in programme.blockages:
        if blockage.slug == slug:
            return blockage
    raise not_found("blockage", slug, [blockage.slug for blockage in programme.blockages])


def ask_of(blockage: Blockage, id: str | None) -> Ask:
    """Find what was asked by its id, or the latest; raise :class:`CopkitError` if nothing was.

    What is dated later than today is the latest only where nothing else was asked.
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


def _latest_first(blockage: Blockage, by: dt.date) -> list[Ask]:
    """Give what was asked, the latest by a day first, and what is dated later last."""
    return sorted(blockage.asks, key=lambda ask: (ask.date <= by, ask.date), reverse=True)


def addressees(programme: Programme, first: Blockage) -> tuple[str, ...]:
    """Give who was asked before, those about this blockage first, the latest of them first."""
    others = [blockage for blockage in programme.blockages if blockage.slug != first.slug]
    asks = [ask for blockage in others for ask in blockage.asks]
    in_order = [
        *sorted(first.asks, key=lambda ask: ask.date, reverse=True),
        *sorted(asks, key=lambda ask: ask.date, reverse=True),
    ]
    return tuple(dict.fromkeys(ask.of for ask in in_order))


def require_nobody_in(programme: Programme, texts: Mapping[str, str]) -> None:
    """Refuse texts, by option, in which somebody is named: they reach tracked files and readers."""
    hint = "name a role or a service instead, such as 'the housing commissioner'"
    require_nobody_named(programme, texts, hint, also=(Kind.INITIALS,))


def write_ask(programme: Programme, blockage: Blockage, new: NewAsk, *, dry_run: bool) -> str:
    """Record what is asked, which opens the blockage again; give the id.

    What was asked of the same people in the same words on the same day is on record already.
    """
    given, opened = [""], [False]

    def with_ask(text: str | None, there: Blockage | None) -> str:
        if text is None or there is None:
            raise _gone(blockage)
        same = [ask for ask in there.asks if _is_same(ask, new)]
        given[:] = [same[0].id if same else _next_id(there)]
        if same:
            return text
        item = {"id": given[0], "date": new.date, "of": new.of, "ask": new.ask}
        if new.reply_by:
            item["reply_by"] = new.reply_by
        text = append(text, ["asks"], item)
        opened[:] = [there.status is not BlockageStatus.OPEN]
        return set_value(text, ["status"], BlockageStatus.OPEN) if opened[0] else text

    change(programme, blockage.source.file, with_ask, dry_run=dry_run)
    if opened[0]:
        say(f"  {clean(blockage.slug)} was {blockage.status}; this opens it again")
    return given[0]


def _gone(blockage: Blockage) -> CopkitError:
    return CopkitError(f"{blockage.source.file} is gone; nothing was written")


def _is_same(ask: Ask, new: NewAsk) -> bool:
    return (ask.date, ask.of, ask.ask) == (new.date, new.of, new.ask)


def _next_id(blockage: Blockage) -> str:
    """Give the first free id, called as the others are: ``q2`` after ``q1``, else ``a1``."""
    ids = [ask.id for ask in blockage.asks]
    letter = ids[-1].rstrip("0123456789") if ids else "a"
    return free_id(ids, letter or "a")


def write_reply(
    programme: Programme, blockage: Blockage, id: str | None, new: NewReply, *, dry_run: bool
) -> None:
    """Record what came back on something asked, or on the latest that waits for an answer.

    Raises :class:`CopkitError` rather than overwrite an answer on record.
    """
    ask = None
    if new.reply:
        ask = ask_of(blockage, id) if id else _waiting(blockage, new)
        _require_fitting(ask, new.date)

    def with_reply(text: str | None, there: Blockage | None) -> str:
        if text is None or there is None:
            raise _gone(blockage)
        if ask and not _is_on_record(ask_of(there, ask.id), new):
            text = set_value(text, ["asks", ask.id, "replied"], new.date)
            text = set_value(text, ["asks", ask.id, "reply"], new.reply)
        if new.status and new.status is not there.status:
            text = set_value(text, ["status"], new.status)
        return text

    change(programme, blockage.source.file, with_reply, dry_run=dry_run)
    if ask:
        days = (new.date - ask.date).days
        when = f"after {plural(days, 'day')}" if days else "on the same day"
        say(f"  {clean(blockage.slug)} {ask.id}: {clean(ask.of)} answered {when}")
    if new.status is None and blockage.status is BlockageStatus.OPEN:
        say(
            f"  does that settle it? copkit blockage reply {clean(blockage.slug)} --status answered"
        )


def _is_on_record(ask: Ask, new: NewReply) -> bool:
    """Say whether an ask was answered just so; raise if it was answered in another way."""
    if not ask.replied and not ask.reply:
        return False
    if ask.reply == new.reply:
        return True
    when = f" on {ask.replied}" if ask.replied else ""
    message = f"{ask.id} was answered{when}; nothing was changed"
    hint = f"an answer is never overwritten; to correct it, edit {ask.source.file}"
    raise CopkitError(message, hint)


def _waiting(blockage: Blockage, new: NewReply) -> Ask:
    """Give the ask that was answered just so, or the latest that waits for an answer."""
    in_order = _latest_first(blockage, new.date)
    for ask in in_order:
        if ask.reply == new.reply and ask.replied in (None, new.date):
            return ask
    for ask in in_order:
        if not ask.replied and not ask.reply:
            return ask
    for ask in in_order:
        if ask.reply == new.reply:
            return ask
    what = "everything that was asked was answered" if in_order else "nothing was asked yet"
    message = f"{blockage.slug}: {what}, so no answer is waited for"
    raise CopkitError(message, f"'copkit blockage show {blockage.slug}' shows what was asked")


def _require_fitting(ask: Ask, replied: dt.date) -> None:
    if replied < ask.date:
        message = f"--date: {ask.id} was asked on {ask.date}, after {replied}"
        raise CopkitError(message, "write the day on which the answer came", status=2)
    if replied > today():
        message = f"--date: {replied} is still to come"
        raise CopkitError(message, "write the day on which the answer came", status=2)


# Tying a case to a blockage, and what that does to the case's sign-off.


def write_link(
    programme: Programme, case: Case, blockage: str, note: str, *, dry_run: bool
) -> None:
    """Add to a case that a blockage showed in it, unless it says so; tell what becomes of it.

    Raises :class:`CopkitError` rather than overwrite a note.
    """
    change_case(
        programme, case, lambda text, now: _linked(text, now, blockage, note), dry_run=dry_run
    )


def _linked(text: str, case: Case, blockage: str, note: str) -> str:
    there = [issue for issue in case.issues if issue.blockage == blockage]
    if not there:
        item = {"id": free_id([issue.id for issue in case.issues], "i"), "blockage": blockage}
        return append(text, ["issues"], item | ({"note": note} if note else {}))
    if not note or note in [issue.note for issue in there]:
        return text
    if without := [issue.id for issue in there if not issue.note]:
        return set_value(text, ["issues", without[0], "note"], note)
    message = f"{case.source.file} tells of {blockage} already, with a note; nothing was changed"
    raise CopkitError(message, "change the note in your editor")
