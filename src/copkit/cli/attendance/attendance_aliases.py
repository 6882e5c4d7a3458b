"""Remembering what was said of people on imported lists: ``private/aliases.yaml``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from copkit.analysis.imports.matching import Answers, is_known_as
from copkit.analysis.imports.people import Person, comparable
from copkit.cli.attendance.import_files import Imported
from copkit.errors import CopkitError, FaultyRecords, Problem, errors_among
from copkit.layout import ALIASES
from copkit.private_files import read_aliases
from copkit.records.aliases import Alias, Aliases
from copkit.text.edit import EditRefused, append, remove
from copkit.text.files import inside, read_source
from copkit.text.normalise import on_one_line
from copkit.text.transaction import Change

HEAD = "# Under which names and addresses members come; never in git.\n"


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is new in a community: who is which member (by id), and which names are nobody."""

    community: str
    members: tuple[tuple[Person, str], ...]
    nobody: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.members) + len(self.nobody)


def learnt_from(imported: Imported, answers: Answers) -> Learnt:
    """Pick from the answers what was not known before."""
    by_row = {person.row: person for person in imported.people}
    members = [
        (by_row[row], id)
        for row, id in answers.members.items()
        if not is_known_as(by_row[row], id, imported.known)
    ]
    nobody = [
        on_one_line(by_row[row].row)
        for row in sorted(answers.nobody)
        if not any(name in imported.known.nobody for name in by_row[row].said)
    ]
    return Learnt(imported.records.slug, tuple(members), tuple(nobody))


def change_of_aliases(root: Path, learnt: Learnt) -> Change:
    """Work out the file with what is new in it; everything else stays as somebody wrote it.

    Raises :class:`CopkitError` where that cannot be done safely, or where git would take it in.
    """
    from copkit.git.private import require_kept_out

    require_kept_out(root)
    path = inside(root, *ALIASES.split("/"))
    there = os.path.lexists(path)
    problems: list[Problem] = []
    aliases = read_aliases(root, problems)
    old = read_source(path, ALIASES, problems).text if there else None
    if errors := errors_among(problems):
        raise FaultyRecords(errors)
    try:
        new = _with(old if old is not None else HEAD, aliases, learnt)
    except EditRefused as refusal:
        message = f"{ALIASES}:{refusal.line}: this cannot be changed safely; nothing was changed"
        raise CopkitError(message, refusal.hint) from None
    return Change(ALIASES, old, new)


def _with(text: str, aliases: Aliases, learnt: Learnt) -> str:
    by_id = {alias.id: alias for alias in aliases.aliases}
    new: dict[str, _Called] = {}
    for person, id in learnt.members:
        whole_id = f"{learnt.community}/{id}"
        called = new.setdefault(whole_id, _Called(by_id.get(whole_id)))
        called.add(person)
    somebody = {said for person, _ in learnt.members for said in person.said}
    for name in aliases.set_aside:
        if comparable(name) in somebody:
            text = remove(text, ["set_aside"], name)
    for whole_id, called in new.items():
        if whole_id in by_id:
            for key, items in called.new.items():
                for item in items:
                    text = append(text, ["aliases", whole_id, key], item)
        else:
            entry = {key: items for key, items in called.new.items() if items}
            text = append(text, ["aliases"], {"id": whole_id, **entry})
    own = [one for one in aliases.aliases if one.id.startswith(f"{learnt.community}/")]
    for name in learnt.nobody:
        for alias in own:
            for said in alias.names:
                if comparable(said) == comparable(name):
                    text = remove(text, ["aliases", alias.id, "names"], said)
        text = append(text, ["set_aside"], name)
    return text


class _Called:
    """What one member is called, and what of it is new."""

    def __init__(self, alias: Alias | None) -> None:
        self._names = {comparable(name) for name in alias.names} if alias else set()
        self._emails = {email.lower() for email in alias.emails} if alias else set()
        self.new: dict[str, list[str]] = {"names": [], "emails": []}

    def add(self, person: Person) -> None:
        """Take in the names and the address of a person, each as it was written first."""
        for name in map(on_one_line, person.names):
            if name and comparable(name) not in self._names:
                self._names.add(comparable(name))
                self.new["names"].append(name)
        if person.email and person.email not in self._emails:
            self._emails.add(person.email)
            self.new["emails"].append(person.email)
