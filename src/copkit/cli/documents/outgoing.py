"""The door to readers outside: note in ``outgoing.yaml`` what they get, unless it subtracts.

A command that builds, sends or exports something for readers outside does so within
:func:`going_out`. Nothing happens there for members, for a draft, or for what is noted already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from copkit.analysis.privacy.outgoing import (
    MOST_FINDINGS,
    Figures,
    Selection,
    find_differences,
    letters_sent,
    selection_of,
    unsaid_differences,
)
from copkit.cli.context import CommandContext
from copkit.cli.pii import read_digests, write_cache
from copkit.cli.store import change_record, require_known_format
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, InvalidRecords, Problem, Severity, only_errors
from copkit.folder import Programme
from copkit.layout import OUTGOING_CACHE, cache_file, cache_is_off
from copkit.records.kinds import schema_modeline
from copkit.records.outgoing import OUTGOING, Outgoing, parse_outgoing
from copkit.text.edit import append_all
from copkit.text.files import path_inside, read_source
from copkit.text.front_matter import read_document
from copkit.wording import day_in_words, list_in_words

DRAFT_NOTE: Final = "  a draft, noted nowhere: nobody outside should get it"


class HeldBack(CopkitError):
    """A document was not made, since readers could subtract it from earlier ones.

    ``earlier`` are the ids of their entries.
    """

    def __init__(self, selection: Selection, earlier: Sequence[str]) -> None:
        hint = "--despite-difference makes it all the same, --draft for your eyes alone"
        if earlier:
            hint += f"; if nobody got the earlier one: copkit remove {' '.join(earlier)}"
        message = "was not made: beside what readers have, it says too much"
        super().__init__(f"{clean(selection.title)} {message}", hint)


@contextmanager
def going_out(
    context: CommandContext, programme: Programme, selection: Selection
) -> Iterator[None]:
    """Check that readers cannot subtract a document, let it be made, and note it then.

    Raise :class:`HeldBack` before anything is made where an earlier document gives a hidden count
    or a community's cases away beside this one, unless the context says ``despite_difference``.
    """
    with OutgoingNotes(context, programme) as notes:
        notes.check(selection)
        yield
        notes.add(selection)
    if context.draft and not selection.is_for_members:
        say(DRAFT_NOTE)


class OutgoingNotes:
    """What one command makes for readers outside: each is checked and added, all saved at the end.

    Within ``with``, which saves also what was made before an error or Ctrl-C: it may have been
    given to somebody.
    """

    def __init__(self, context: CommandContext, programme: Programme) -> None:
        self.context = context
        self.programme = programme
        self._noted: list[Selection] | None = None  # earlier ones, read when they are needed
        self._despite: dict[Selection, list[str]] = {}
        self._new: list[Selection] = []
        self._held_back: list[HeldBack] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.save()

    def allow(self, selection: Selection) -> bool:
        """Return whether a document may be made; :meth:`require_all_made` raises what held it."""
        try:
            self.check(selection)
        except HeldBack as error:
            self._held_back.append(error)
            return False
        return True

    def require_all_made(self) -> None:
        """Raise :class:`HeldBack` where a document was held back, and print the others' reasons."""
        for error in self._held_back[:-1]:
            say(error.message)
        if self._held_back:
            raise self._held_back[-1]

    def check(self, selection: Selection) -> None:
        """Print what readers could subtract; raise :class:`HeldBack` unless that was agreed to."""
        if selection.is_for_members or self.context.draft:
            return
        if self._noted is None:
            # not every command loads them with the programme
            entries = self.programme.outgoing or read_outgoing(self.programme.root)
            self._noted = [selection_of(entry) for entry in entries]
        noted = [*self._noted, *self._new]
        if any(selection.says_the_same(earlier) for earlier in noted):
            return
        if not self.context.dry_run:
            require_known_format(self.programme.root, self.programme.settings)
        others = [*noted, *letters_sent(self.programme)]
        differences = find_differences(self.programme, selection, others)
        for earlier, findings in differences:
            say(clean(f"beside {_titles(earlier)}, readers can work out:"))
            for finding in findings:
                say(clean(f"  {finding}"))
            if len(findings) >= MOST_FINDINGS:
                say("  and perhaps more")
        beside = dict.fromkeys(each for earlier, _ in differences for each in earlier)
        ids = [earlier.id for earlier in beside if earlier in noted]
        if differences and not self.context.despite_difference:
            raise HeldBack(selection, ids)
        self._despite[selection] = [*ids]

    def add(self, selection: Selection) -> None:
        """Add what was made, after :meth:`check`."""
        if selection in self._despite:
            self._new.append(selection)

    def save(self) -> None:
        """Note all that was made in ``outgoing.yaml``, in one step."""
        new, self._new = self._new, []
        if not new:
            return
        if self.context.dry_run:
            for selection in new:
                say(
                    clean(f"  would note in {OUTGOING}: {selection.title}, for {selection.readers}")
                )
            return

        def with_entries(text: str | None, current: Any) -> str:
            # read again under the lock: another build may have noted the same
            ids = {entry.id for entry in current.outgoing} if current else set[str]()
            entries = [self._entry(selection) for selection in new if selection.id not in ids]
            if text is None:
                text = f"{schema_modeline('outgoing', 0)}outgoing:\n"
            return append_all(text, ["outgoing"], entries)

        change_record(self.programme, OUTGOING, with_entries, dry_run=False, has_free_text=False)

    def _entry(self, selection: Selection) -> dict[str, Any]:
        entry = {
            "id": selection.id,
            "document": selection.document.value,
            "name": selection.name,
            "readers": selection.readers.value,
            "from": selection.since,
            "day": selection.day,
            "communities": sorted(selection.communities),
            "despite": self._despite[selection],
        }
        return {key: value for key, value in entry.items() if value}


def _titles(selections: Iterable[Selection]) -> str:
    """Return what documents are called, each with its last day."""
    return list_in_words([f"{each.title}, up to {day_in_words(each.day)}" for each in selections])


def find_unsaid_differences(programme: Programme) -> Iterator[Problem]:
    """Yield a warning for each entry that subtracts from earlier ones, which nobody agreed to.

    Each was held against what its maker's copy had; two colleagues' meet only in a merge.
    """
    if len(programme.outgoing) < 2:
        return
    # A search for what comes out of two tables may take a second, so its good news is remembered.
    path = cache_file(OUTGOING_CACHE, programme.root)
    before = frozenset[bytes]() if cache_is_off() else read_digests(path)
    figures = Figures(programme, before)
    for entry, (earlier, findings) in unsaid_differences(figures):
        ids = list_in_words([each.id for each in earlier])
        message = f"beside {_titles(earlier)} ({ids}), readers can work out {findings[0]}"
        hint = (
            f"if nobody got one of them: copkit remove {entry.id}, or that of the other; if it is "
            f"meant, add to this entry: 'despite: [{', '.join(each.id for each in earlier)}]'"
        )
        yield entry.source.problem(
            "subtracts", "document", message, hint, severity=Severity.WARNING
        )
    if figures.harmless != before and not cache_is_off():
        write_cache(path, b"".join(figures.harmless))


def read_outgoing(root: Path) -> tuple[Outgoing, ...]:
    """Read what readers outside were given; raise :class:`InvalidRecords` for errors in it."""
    path = path_inside(root, OUTGOING)
    if not path.exists():
        return ()
    problems: list[Problem] = []
    source = read_source(path, OUTGOING, problems)
    listed = parse_outgoing(read_document(source, problems, markdown=False))
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    return listed.outgoing
