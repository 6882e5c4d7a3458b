"""Changes of many records that are made in one step: texts, names of files, sign-offs.  Pure.

:class:`FolderChanges` collects what one command does to a programme. What follows from it, such as
references in other files, is worked out from the texts as they are by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from copkit.analysis.references import (
    Reference,
    find_references,
    name_pattern,
    remove_references,
    rename_item,
    rename_references,
)
from copkit.errors import CopkitError, InvalidRecords, Problem, only_errors
from copkit.layout import PRIVATE, SENT
from copkit.records.kinds import RecordKind, RecordName, find_kind, parser_for
from copkit.text.edit import EditRefused, set_value
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from copkit.text.transaction import Change

if TYPE_CHECKING:
    from copkit.analysis.cases import SignedRecord

TextEdit = Callable[[str], str]
SIGNED: Final = "sign_off"


class ProseMention(NamedTuple):
    """A line of a file that holds a name as a word, and stays as it is."""

    file: str
    line: int


class FolderChanges:
    """The texts of a programme's files, as they were read and as they will be.

    ``texts`` has every file that may hold a reference by its path, with what is in ``private/``.
    ``references`` counts those that followed, by what the files are that hold them.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.before: Final = dict(texts)
        self.texts = dict(texts)
        self.references = Counter[str]()
        self._origins: dict[str, str] = {}  # of files with another path now, by that path
        self._reworded: set[str] = set()  # files in which more than references has changed

    # Edits

    def edit(self, file: str, edit: TextEdit, *, changes_words: bool = True) -> None:
        """Change one file; without ``changes_words`` a sign-off of it goes on standing.

        Raise :class:`CopkitError` with file and line where the edit is refused.
        """
        try:
            text = edit(self.texts[file])
        except EditRefused as refusal:
            message = f"{file}:{refusal.line}: {refusal.reason}; nothing was changed"
            raise CopkitError(message, refusal.hint) from None
        if changes_words and text != self.texts[file]:
            self._reworded.add(file)
        self.texts[file] = text

    def move(self, file: str, new_file: str) -> None:
        """Move a file to another path."""
        self.texts[new_file] = self.texts.pop(file)
        self._origins[new_file] = self._origins.pop(file, file)
        if file in self._reworded:
            self._reworded.add(new_file)

    def delete(self, file: str) -> None:
        """Delete a file."""
        del self.texts[file]
        self._origins.pop(file, None)

    def rename(self, old: RecordName, new: RecordName) -> None:
        """Write another name for a record: its files, and every reference to it."""
        self.rename_references_to(old, new)
        if old.kind.item_list:
            self.edit(old.file, lambda text: rename_item(text, old, new.slug), changes_words=False)
        for file in self.files_of(old):
            rest = file[len(old.folder) :] if old.folder else ""
            self.move(file, f"{new.folder}{rest}" if old.folder else new.file)

    def rename_references_to(self, old: RecordName, new: RecordName) -> None:
        """Write the new name of a record wherever its old one stands as a reference."""
        is_unique = self._is_unique(old)

        def follow(file: str, text: str) -> tuple[str, int]:
            if file.startswith(f"{SENT}/"):
                return _rename_in_journal(text, old, new)
            return rename_references(file, text, old, new, is_unique=is_unique)

        self._follow(old, follow)

    def remove_references_to(self, name: RecordName) -> None:
        """Take out every reference to a record, or to one of the community that is named.

        A record of the programme that cannot be without it, such as a focus group of a community,
        is deleted, and what refers to that one changes in the same way.
        """
        is_unique = self._is_unique(name)
        own = set(self.files_of(name)) if not name.kind.item_list else set[str]()

        def is_gone(reference: Reference) -> bool:
            return reference.is_within(name, is_unique=is_unique)

        def follow(file: str, text: str) -> tuple[str, int]:
            if file in own:
                return text, 0
            if file.startswith(f"{SENT}/"):
                return _remove_from_journal(text, name)
            return remove_references(file, text, is_gone)

        for file in [file for file in self.texts if file not in own]:
            if name.slug in self.texts.get(file, "") and self._is_needed(file, is_gone):
                self._delete_with_references(file)
        self._follow(name, follow)

    def _is_needed(self, file: str, is_gone: Callable[[Reference], bool]) -> bool:
        """Check whether a record of the programme has a reference in a field that it must have."""
        match = find_kind(file)
        if match is None or match[0].of_community:
            return False
        return any(
            len(reference.path) == 1 and reference.field.required and is_gone(reference)
            for reference in find_references(file, self.texts[file])
        )

    def _delete_with_references(self, file: str) -> None:
        match = find_kind(file)
        assert match is not None
        kind, slugs = match
        name = RecordName(kind, "", slugs[-1])
        self.remove_references_to(name)
        for each in self.files_of(name):
            self.delete(each)
        self.references[_called(file)] += 1

    def _follow(self, name: RecordName, follow: Callable[[str, str], tuple[str, int]]) -> None:
        """Edit every file that may hold a reference to a record, and count what was edited."""
        for file in [file for file, text in self.texts.items() if name.slug in text]:
            counted: int = 0

            def edit(text: str, file: str = file) -> str:
                nonlocal counted
                text, counted = follow(file, text)
                return text

            self.edit(file, edit, changes_words=False)
            if counted:
                self.references[_called(file)] += counted

    def _is_unique(self, name: RecordName) -> bool:
        """Check whether no other community has a record of the same kind and slug."""
        if not name.kind.of_community or name.kind.item_list:
            return True
        matches = (name.kind.slugs_in(file) for file in self.texts)
        return sum(slugs is not None and slugs[-1] == name.slug for slugs in matches) <= 1

    # What comes of it

    def record(self, file: str) -> Any:
        """Return the record in a file as it is by now.

        Raise :class:`InvalidRecords` with its errors.
        """
        problems: list[Problem] = []
        source = SourceText(file, self.texts[file])
        record = parser_for(file)(read_document(source, problems, markdown=file.endswith(".md")))
        if errors := only_errors(problems):
            raise InvalidRecords(errors)
        return record

    def files_of(self, name: RecordName) -> list[str]:
        """Return the files that are a record's own; none of an entry in a list of others."""
        if name.kind.item_list:
            return []
        if name.folder:
            return [file for file in self.texts if file.startswith(name.folder)]
        return [name.file] if name.file in self.texts else []

    @property
    def own_files(self) -> list[str]:
        """The files in which more than references changed, by the paths they had and have."""
        files = {file for file in self.before if file not in self.texts}
        files |= {file for file in self.texts if file not in self.before}
        return sorted(files | self._reworded)

    def origin_of(self, file: str) -> str:
        """Return the path that a file had before."""
        return self._origins.get(file, file)

    def renew_sign_offs(self) -> list[str]:
        """Renew each sign-off that stood and in whose file only references changed.

        Return the names of the records.
        """
        renewed = []
        for file, text in list(self.texts.items()):
            origin = self.origin_of(file)
            old = self.before.get(origin)
            if old is None or SIGNED not in text or (old == text and origin == file):
                continue
            if file in self._reworded or (kind := _signed_kind(file)) is None:
                continue
            from copkit.analysis.cases import sign_off_digest  # few changes touch a signed case

            pairs = zip(_parse_signed(origin, old), _parse_signed(file, text), strict=False)
            for before, after in pairs:
                if before.sign_off is None or before.sign_off.digest != sign_off_digest(before):
                    continue
                digest = sign_off_digest(after)
                if digest == before.sign_off.digest:  # a new name of its file alone voids nothing
                    continue
                entry = (kind.item_list, after.slug) if kind.item_list else ()
                path = (*entry, SIGNED, "digest")
                self.texts[file] = set_value(self.texts[file], path, digest)
                renewed.append(getattr(after, "name", after.slug))
        return renewed

    def changes(self) -> list[Change]:
        """Return what is to be written, files of ``private/`` first."""
        moved = set(self._origins.values())
        changes = [
            Change(file, text, None)
            for file, text in self.before.items()
            if file in moved or file not in self.texts
        ]
        for file, text in self.texts.items():
            origin = self.origin_of(file)
            if origin != file:
                changes.append(Change(file, None, text, moved_from=origin))
            elif file not in self.before:
                changes.append(Change(file, None, text))
            elif text != self.before[file]:
                changes.append(Change(file, self.before[file], text))
        return sorted(changes, key=lambda change: not is_private(change.file))

    def find_prose(self, slug: str) -> Iterator[ProseMention]:
        """Yield every line outside ``private/`` that holds a slug as a word, however written."""
        pattern = name_pattern(slug)
        first = slug.partition("-")[0]
        for file, text in sorted(self.texts.items()):
            if is_private(file) or file.startswith(".copkit/") or first not in text.lower():
                continue
            source = SourceText(file, text)
            places = (source.place(match.start())[0] for match in pattern.finditer(text))
            for line in dict.fromkeys(places):
                yield ProseMention(file, line)


def is_private(file: str) -> bool:
    """Check whether a file lies in ``private/``."""
    return file.startswith(f"{PRIVATE}/")


def _called(file: str) -> str:
    """Return what a file holds, as people call it: ``case``, ``contacts``."""
    if match := find_kind(file):
        return match[0].name
    if file.startswith(f"{SENT}/"):
        return "journal"
    return file.rpartition("/")[2].partition(".")[0]


def _signed_kind(file: str) -> RecordKind | None:
    """Return the kind of a file whose records are signed off; ``None`` for any other."""
    match = find_kind(file)
    return match[0] if match and match[0].name in {"case", "story", "quote"} else None


def _parse_signed(file: str, text: str) -> tuple[SignedRecord, ...]:
    """Return the records of a file: a case, a story, or each quote."""
    document = read_document(SourceText(file, text), [], markdown=file.endswith(".md"))
    record = parser_for(file)(document)
    return getattr(record, "quotes", (record,))


def _rename_in_journal(text: str, old: RecordName, new: RecordName) -> tuple[str, int]:
    """Write the new name of a member, or of a community, into a journal of what was sent."""
    from copkit.mail.journal import rename_recipients  # only where something was sent

    if old.kind.item_list:
        return rename_recipients(text, str(old), str(new))
    if old.kind.name == "community":
        return rename_recipients(text, f"{old.slug}/", f"{new.slug}/")
    return text, 0


def _remove_from_journal(text: str, name: RecordName) -> tuple[str, int]:
    """Take a member, or those of a community, out of a journal of what was sent."""
    from copkit.mail.journal import remove_recipients

    if name.kind.item_list:
        return remove_recipients(text, str(name))
    if name.kind.name == "community":
        return remove_recipients(text, f"{name.slug}/")
    return text, 0
