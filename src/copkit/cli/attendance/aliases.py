"""What is remembered of imported lists, in ``private/aliases.yaml``: adding to it, ``aliases``.

Who comes under which name, who is nobody, and what the columns and values of a list mean, so that
nobody is asked twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from copkit.analysis.imports.matching import Answers, is_recognised
from copkit.analysis.imports.people import ListedPerson, comparable_name
from copkit.cli.attendance.import_files import AttendanceImport
from copkit.cli.context import Reporting
from copkit.cli.params import (
    complete_community,
    usage_error,
)
from copkit.cli.terminal import print_heading, print_json, print_line, say
from copkit.errors import CopkitError, InvalidRecords, Problem, did_you_mean, only_errors
from copkit.folder import FOR_ATTENDANCE
from copkit.importers.choices import CHOOSABLE, EMPTY
from copkit.importers.marks import plain_value
from copkit.layout import ALIASES
from copkit.private_files import read_aliases
from copkit.records.private import Alias, Aliases
from copkit.text.edit import EditRefused, append, remove, set_value
from copkit.text.files import path_inside, read_source
from copkit.text.normalise import single_line
from copkit.text.transaction import Change, locked, save_privately
from copkit.wording import plural

HEAD: Final = "# Under which names and addresses members come; never in git.\n"
_IGNORED: Final = "ignored"


@dataclass(frozen=True, slots=True)
class LearntList:
    """What is new of one kind of list: what columns hold, by heading, and what values mean."""

    heads: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.columns) + len(self.values)


@dataclass(frozen=True, slots=True)
class LearntAliases:
    """What is new in a community: who is which member (by id), and which names are nobody.

    ``lists`` is what is new of the lists themselves.
    """

    community: str
    members: tuple[tuple[ListedPerson, str], ...]
    nobody: tuple[str, ...]
    lists: tuple[LearntList, ...] = ()

    def __len__(self) -> int:
        return len(self.members) + len(self.nobody) + sum(map(len, self.lists))


def find_learnt_aliases(imported: AttendanceImport, answers: Answers) -> LearntAliases:
    """Return the answers that were not known before."""
    by_row = {person.row: person for person in imported.people}
    members = [
        (by_row[row], id)
        for row, id in answers.members.items()
        if not is_recognised(by_row[row], id, imported.index)
    ]
    nobody = [
        single_line(by_row[row].row)
        for row in sorted(answers.nobody)
        if not any(name in imported.index.nobody for name in by_row[row].compared_names)
    ]
    return LearntAliases(
        imported.records.slug, tuple(members), tuple(nobody), tuple(_learnt_lists(imported))
    )


def _learnt_lists(imported: AttendanceImport) -> Iterable[LearntList]:
    """Yield what was said of each list and is not remembered of it yet."""
    known = {frozenset(answers.heads): answers for answers in imported.aliases.lists}
    choices = imported.choices
    words = {column: word for word, column in reversed(CHOOSABLE.items())}
    for heads in dict.fromkeys(listing.heads for listing in imported.listings):
        listings = [listing for listing in imported.listings if listing.heads == heads]
        used = {plain_value(v) for one in listings for use in one.columns for v, _ in use.values}
        answers = known.get(frozenset(heads))
        old_columns = (
            {(column.id, column.holds) for column in answers.columns} if answers else set()
        )
        old_values = {(value.id, value.means) for value in answers.values} if answers else set()
        columns = {heading: words[column] for heading, column in choices.columns.items()}
        columns |= dict.fromkeys(choices.ignored, _IGNORED)
        values = {
            value or EMPTY: str(mark) for value, mark in choices.values.items() if value in used
        }
        learnt = LearntList(
            heads,
            tuple(pair for pair in columns.items() if pair[0] in heads and pair not in old_columns),
            tuple(pair for pair in values.items() if pair not in old_values),
        )
        if len(learnt):
            yield learnt


def build_alias_change(root: Path, learnt: LearntAliases) -> Change:
    """Build the change of ``private/aliases.yaml``; everything else in it stays as it was typed.

    Raise :class:`CopkitError` where that cannot be done safely, or where git would keep the file.
    """
    return _build_change(root, lambda text, aliases: _apply_learnt(text, aliases, learnt))


def _build_change(root: Path, edit: Callable[[str, Aliases], str]) -> Change:
    """Build a change of ``private/aliases.yaml`` from its text and what it holds."""
    from copkit.git.repository import require_private_ignored

    require_private_ignored(root)
    path = path_inside(root, *ALIASES.split("/"))
    exists = os.path.lexists(path)
    problems: list[Problem] = []
    aliases = read_aliases(root, problems)
    old = read_source(path, ALIASES, problems).text if exists else None
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    try:
        new = edit(old if old is not None else HEAD, aliases)
    except EditRefused as refusal:
        message = f"{ALIASES}:{refusal.line}: this cannot be changed safely; nothing was changed"
        raise CopkitError(message, refusal.hint) from None
    return Change(ALIASES, old, new)


def _apply_learnt(text: str, aliases: Aliases, learnt: LearntAliases) -> str:
    """Return the text of the aliases with what was learnt; the latest answer wins."""
    text = _apply_people(text, aliases, learnt)
    known = {frozenset(answers.heads): answers for answers in aliases.lists}
    ids = {str(answers.id) for answers in aliases.lists}
    for one in learnt.lists:
        answers = known.get(frozenset(one.heads))
        columns = [{"id": heading, "holds": holds} for heading, holds in one.columns]
        values = [{"id": value, "means": means} for value, means in one.values]
        if answers is None:
            # Short to type, and never merged with another's: the file stays on this computer.
            id = next(f"l{number}" for number in count(1) if f"l{number}" not in ids)
            ids.add(id)
            item: dict[str, Any] = {"id": id, "heads": list(one.heads)}
            item |= {"columns": columns} if columns else {}
            item |= {"values": values} if values else {}
            text = append(text, ["lists"], item)
            continue
        old_columns = {column.id for column in answers.columns}
        old_values = {value.id for value in answers.values}
        for entry, old, key, field in (
            *((entry, old_columns, "columns", "holds") for entry in columns),
            *((entry, old_values, "values", "means") for entry in values),
        ):
            path = ["lists", answers.id, key]
            if entry["id"] in old:
                text = set_value(text, [*path, entry["id"], field], entry[field])
            else:
                text = append(text, path, entry)
    return text


def _apply_people(text: str, aliases: Aliases, learnt: LearntAliases) -> str:
    """Return the text of the aliases with who people are."""
    by_id = {alias.id: alias for alias in aliases.aliases}
    additions_by_id: dict[str, _AliasAdditions] = {}
    for person, id in learnt.members:
        whole_id = f"{learnt.community}/{id}"
        additions = additions_by_id.setdefault(whole_id, _AliasAdditions(by_id.get(whole_id)))
        additions.add(person)
    member_names = {name for person, _ in learnt.members for name in person.compared_names}
    # whoever is a member now is no longer nobody
    for name in aliases.set_aside:
        if comparable_name(name) in member_names:
            text = remove(text, ["set_aside"], name)
    for whole_id, additions in additions_by_id.items():
        if whole_id in by_id:
            for key, items in additions.new.items():
                for item in items:
                    text = append(text, ["aliases", whole_id, key], item)
        else:
            entry = {key: items for key, items in additions.new.items() if items}
            text = append(text, ["aliases"], {"id": whole_id, **entry})
    # and a name that is nobody now is no longer a member's
    community_aliases = [
        alias for alias in aliases.aliases if alias.id.startswith(f"{learnt.community}/")
    ]
    for name in learnt.nobody:
        for alias in community_aliases:
            for alias_name in alias.names:
                if comparable_name(alias_name) == comparable_name(name):
                    text = remove(text, ["aliases", alias.id, "names"], alias_name)
        text = append(text, ["set_aside"], name)
    return text


class _AliasAdditions:
    """The names and addresses of one member that their alias lacks."""

    def __init__(self, alias: Alias | None) -> None:
        self._names = {comparable_name(name) for name in alias.names} if alias else set()
        self._emails = {email.lower() for email in alias.emails} if alias else set()
        self.new: dict[str, list[str]] = {"names": [], "emails": []}

    def add(self, person: ListedPerson) -> None:
        """Add the names and the address of a person, each as it was written first."""
        for name in map(single_line, person.names):
            if name and comparable_name(name) not in self._names:
                self._names.add(comparable_name(name))
                self.new["names"].append(name)
        for email in person.emails:
            if email not in self._emails:
                self._emails.add(email)
                self.new["emails"].append(email)


# --- listing and forgetting ------------------------------------------------------------------


def aliases(
    context: Reporting,
    community: Annotated[
        str | None,
        typer.Argument(help="Only of this community.", autocompletion=complete_community),
    ] = None,
    forget: Annotated[
        list[str] | None,
        typer.Option("--forget", metavar="TEXT", help="Forget this name, address or list."),
    ] = None,
) -> None:
    """List what is remembered of imported lists, or forget some of it.

    Members who come under other names, names that are nobody, and what the columns and values of
    lists mean. All of it is in private/aliases.yaml, and stays on this computer.

    \b
    Examples:
      copkit attendance aliases
      copkit attendance aliases brighton --forget "Jon W"
      copkit attendance aliases --forget l1
    """
    programme = context.open(FOR_ATTENDANCE)
    slug = programme.community(community).slug if community else ""
    problems: list[Problem] = []
    remembered = read_aliases(programme.root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    if forget:
        _forget(programme.root, slug, forget, dry_run=context.dry_run)
        return
    members = [alias for alias in remembered.aliases if _is_of(alias, slug)]
    if context.as_json:
        print_json(_aliases_as_json(remembered, members))
    else:
        _print_aliases(remembered, members)


def _is_of(alias: Alias, slug: str) -> bool:
    return not slug or alias.id.startswith(f"{slug}/")


def _aliases_as_json(remembered: Aliases, members: Sequence[Alias]) -> dict[str, Any]:
    """Build the values for machines."""
    return {
        "aliases": [
            {"member": alias.id, "names": [*alias.names], "emails": [*alias.emails]}
            for alias in members
        ],
        "nobody": [*remembered.set_aside],
        "lists": [
            {
                "id": answers.id,
                "heads": [*answers.heads],
                "columns": {column.id: column.holds for column in answers.columns},
                "values": {value.id: value.means for value in answers.values},
            }
            for answers in remembered.lists
        ],
    }


def _print_aliases(remembered: Aliases, members: Sequence[Alias]) -> None:
    """Print what is remembered, a heading for each kind of it."""
    if not (members or remembered.set_aside or remembered.lists):
        say("nothing is remembered yet: answers about imported lists will be")
        return
    if members:
        print_heading("Members who come under other names", f": {len(members)}")
    for alias in members:
        print_line(f"  {alias.id}: {', '.join((*alias.names, *alias.emails))}", 4)
    if remembered.set_aside:
        print_heading("Nobody", f": {len(remembered.set_aside)}")
    for name in remembered.set_aside:
        print_line(f"  {name}", 4)
    if remembered.lists:
        print_heading("Lists", f": {len(remembered.lists)}")
    for answers in remembered.lists:
        print_line(f"  {answers.id}: with the columns {', '.join(answers.heads)}", 4)
        for column in answers.columns:
            print_line(f"    '{column.id}' holds {column.holds}", 6)
        for value in answers.values:
            print_line(f"    '{value.id}' means {value.means}", 6)


def _forget(root: Path, slug: str, texts: Sequence[str], *, dry_run: bool) -> None:
    """Forget names, addresses and lists; raise a usage error for what is not remembered."""
    with locked(root):
        change = _build_change(root, lambda text, known: _without(text, known, slug, texts))
        if not dry_run and change.new != change.old:
            save_privately(root, [change])
    verb = "would forget" if dry_run else "forgot"
    say(f"{verb} {plural(len(texts), 'answer')} in {ALIASES}")


def _without(text: str, remembered: Aliases, slug: str, forgotten: Sequence[str]) -> str:
    """Return the text of the aliases without what is to be forgotten."""
    members = [alias for alias in remembered.aliases if _is_of(alias, slug)]
    names = [name for alias in members for name in (*alias.names, *alias.emails, alias.id)]
    lists = [answers.id for answers in remembered.lists]
    for wanted in forgotten:
        before = text
        key = comparable_name(wanted)
        for alias in members:
            text = _without_alias(text, alias, wanted, key)
        for name in remembered.set_aside:
            if comparable_name(name) == key:
                text = remove(text, ["set_aside"], name)
        if wanted in lists:
            text = remove(text, ["lists"], wanted)
        if text == before:
            all_names = [*names, *remembered.set_aside, *lists]
            hint = did_you_mean(wanted, all_names, "'copkit attendance aliases' lists them")
            usage_error("one of these is not remembered", hint)
    return text


def _without_alias(text: str, alias: Alias, wanted: str, key: str) -> str:
    """Return the text without one name or address of a member, or without the member."""
    names = [name for name in alias.names if comparable_name(name) == key]
    emails = [email for email in alias.emails if email.casefold() == wanted.strip().casefold()]
    rest = len(alias.names) + len(alias.emails) - len(names) - len(emails)
    if wanted == alias.id or ((names or emails) and not rest):
        return remove(text, ["aliases"], alias.id)
    for name in names:
        text = remove(text, ["aliases", alias.id, "names"], name)
    for email in emails:
        text = remove(text, ["aliases", alias.id, "emails"], email)
    return text
