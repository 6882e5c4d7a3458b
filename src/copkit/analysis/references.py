"""References between records: where they stand, and how a text follows what became of one.  Pure.

Which fields refer to what is stated by the records' own types (``Field.refers``), so that a new
kind of record, or a new field, follows by itself. A name counts only as a whole value of such a
field: ``nurse-1`` is never found within ``community-psychiatric-nurse-1``, nor within prose.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass
from typing import Any, Final

from copkit.errors import CopkitError
from copkit.layout import ALIASES, CONTACTS
from copkit.records.kinds import (
    KINDS_BY_NAME,
    KINDS_BY_REFERENCE,
    RecordKind,
    RecordName,
    find_kind,
    parse_named_part,
)
from copkit.records.schema.fields import Field, fields_of, item_type
from copkit.text.edit import EditRefused, Splice, apply_splices, read_fields, remove, set_value
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence, same_values, value_of

Path = tuple[str | int, ...]
_MEETING: Final = KINDS_BY_NAME["meeting"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A name of a record that stands in a field; ``path`` leads to it from the top of the file.

    ``community`` is that of the record it means, ``None`` where nothing says it. It was taken from
    the name itself where it is ``qualified`` (``brighton/nurse-1``), else from a field beside it,
    whose path is ``scope``, else from the file's path. ``around`` is what stands before and after
    the name in a path such as ``cases/quiet-saturdays/a1``.
    """

    path: Path
    node: Scalar
    field: Field
    kind: RecordKind
    community: str | None
    slug: str
    qualified: bool
    scope: Path | None
    around: tuple[str, str] = ("", "")

    def means(self, name: RecordName, *, is_unique: bool = True) -> bool:
        """Check whether it names a record.

        A name without any community means this record if it ``is_unique``: if no other community
        has one of that slug.
        """
        communities = (name.community, None) if is_unique else (name.community,)
        return self.kind == name.kind and self.slug == name.slug and self.community in communities

    def is_within(self, name: RecordName, *, is_unique: bool = True) -> bool:
        """Check whether it names a record, or one of the community that is named."""
        is_community = name.kind.name == "community"
        return self.means(name, is_unique=is_unique) or (
            is_community and self.community == name.slug
        )


def record_type_of(file: str) -> type | None:
    """Return the type of the record at a path, ``private/contacts.yaml`` too; ``None`` for none."""
    if file in (CONTACTS, ALIASES):
        from copkit.records.private import Aliases, ContactsFile  # few commands need either

        return ContactsFile if file == CONTACTS else Aliases
    match = find_kind(file)
    return match[0].record_type if match else None


def community_of(file: str) -> str | None:
    """Return the community in whose folder a file lies; ``None`` for one outside."""
    top, _, path_below = file.partition("/")
    return path_below.partition("/")[0] if top == "communities" else None


def find_references(file: str, text: str) -> list[Reference]:
    """Return every reference in a record; raise :class:`EditRefused` for a text with faults."""
    record = record_type_of(file)
    if record is None:
        return []
    return list(_references_in(record, read_fields(text), community_of(file), ()))


def _references_in(
    record: Any, fields: Mapping, community: str | None, path: Path
) -> Iterator[Reference]:
    """Yield the references in a record, or in a part of one that stands at ``path``."""
    # A use of evidence lies outside all communities, and names one in a field of its own.
    named = fields.entries.get("community")
    scope = (*path, "community") if path and isinstance(named, Scalar) and named.text else None
    if scope and isinstance(named, Scalar):
        community = named.text
    for key, field in fields_of(record).items():
        node = fields.entries.get(key)
        if node is None:
            continue
        if field.refers == "record":
            yield from _references_by_path(node, field, community, (*path, key))
            continue
        if field.refers:
            # an action is no record, but a part of its own case
            kinds = [KINDS_BY_REFERENCE.get(noun) for noun in field.refers.split("|")]
            for place, scalar in _scalars(node, (*path, key)):
                for kind in filter(None, kinds):
                    # of several kinds, only a meeting is named after its day
                    name = scalar.text.rpartition("/")[2]
                    may_be = len(kinds) == 1 or kind.dated == _MEETING.may_be_called(name)
                    if may_be and scalar.text not in field.besides:
                        yield _reference(place, scalar, field, kind, community, scope)
            continue
        part = item_type(field.type) or field.type
        if is_dataclass(part):
            for place, mapping in _mappings(node, (*path, key)):
                yield from _references_in(part, mapping, community, place)


def _references_by_path(
    node: Node, field: Field, community: str | None, path: Path
) -> Iterator[Reference]:
    """Yield the references that are written as paths: ``blockages/weekend-cover``."""
    for place, scalar in _scalars(node, path):
        if named := parse_named_part(scalar.text):
            before = scalar.text[: scalar.text.index("/") + 1]
            after = f"/{named.part}" if named.part else ""
            owner = community if named.kind.of_community else ""
            yield Reference(
                place, scalar, field, named.kind, owner, named.slug, False, None, (before, after)
            )


def _reference(
    path: Path,
    node: Scalar,
    field: Field,
    kind: RecordKind,
    community: str | None,
    scope: Path | None,
) -> Reference:
    if not kind.of_community:
        return Reference(path, node, field, kind, "", node.text, False, None)
    place, slash, slug = node.text.partition("/")
    if slash:
        return Reference(path, node, field, kind, place, slug, True, None)
    return Reference(path, node, field, kind, community, node.text, False, scope)


def _scalars(node: Node, path: Path) -> Iterator[tuple[Path, Scalar]]:
    """Yield a value, or those of a list, with their paths."""
    if isinstance(node, Sequence):
        for position, item in enumerate(node.items):
            if isinstance(item, Scalar):
                yield (*path, position), item
    elif isinstance(node, Scalar) and not node.empty:
        yield path, node


def _mappings(node: Node, path: Path) -> Iterator[tuple[Path, Mapping]]:
    """Yield a mapping, or those of a list, with their paths."""
    if isinstance(node, Sequence):
        for position, item in enumerate(node.items):
            if isinstance(item, Mapping):
                yield (*path, position), item
    elif isinstance(node, Mapping):
        yield path, node


# --- following a new name -------------------------------------------------------------------


def rename_references(
    file: str, text: str, old: RecordName, new: RecordName, *, is_unique: bool = True
) -> tuple[str, int]:
    """Write the new name of a record wherever its old one stands in another's text.

    Return the new text, and how many references were written. References that only the place of
    ``file`` ties to the old community stay, where the record gets into another. ``is_unique`` says
    that no other community has a record of the old slug.
    """
    written: dict[Path, str] = {}
    splices = []
    for reference in find_references(file, text):
        if (name := _new_name(reference, old, new, is_unique=is_unique)) is None:
            continue
        written[reference.path] = name
        splices.append(_splice(text, reference.node, name))
        if reference.scope and new.community != old.community:
            written[reference.scope] = new.community
            scope = _node_at(read_fields(text), reference.scope)
            splices.append(_splice(text, scope, new.community))
    return _spliced(text, splices, written), len(written)


def _splice(text: str, node: Node, name: str) -> Splice:
    """Build the splice that writes a name in the place of a value, in quotes where that was."""
    quote = text[node.start] if text[node.start] in "\"'" else ""
    return Splice(node.start, node.end, f"{quote}{name}{quote}")


def _spliced(text: str, splices: list[Splice], written: dict[Path, str]) -> str:
    """Return a text after splices, if it then reads as it should.

    ``written`` has every value that differs by then. Where a value was laid out in another way than
    most, each is written on its own; raise :class:`EditRefused` where that is not safe either.
    """
    if not written:
        return text
    expected = value_of(read_fields(text))
    for path, name in written.items():
        parent = expected
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = name
    result = apply_splices(text, splices)
    with contextlib.suppress(EditRefused):
        if same_values(value_of(read_fields(result)), expected):
            return result
    for path, name in written.items():
        text = set_value(text, path, name)
    return text


def _new_name(
    reference: Reference, old: RecordName, new: RecordName, *, is_unique: bool
) -> str | None:
    """Return what a reference becomes; ``None`` where it is about another record, or stays."""
    if reference.means(old, is_unique=is_unique):
        if reference.qualified:
            return str(new)
        moved = new.community != old.community
        left_behind = moved and reference.scope is None and reference.community is not None
        before, after = reference.around
        return None if left_behind else f"{before}{new.slug}{after}"
    if old.kind.name == "community" and reference.qualified and reference.community == old.slug:
        return f"{new.slug}/{reference.slug}"
    return None


def rename_item(text: str, old: RecordName, new_id: str) -> str:
    """Return a text in which an entry of a list, such as a member, has another id."""
    return set_value(text, (old.kind.item_list, old.slug, "id"), new_id)


# --- taking references out ------------------------------------------------------------------


def remove_references(
    file: str, text: str, is_gone: Callable[[Reference], bool]
) -> tuple[str, int]:
    """Take the references that ``is_gone`` is true of out of a text.

    An entry of a list goes as a whole where it needs the reference, or says nothing without it.
    Return the new text, and how many references were taken out. Raise :class:`CopkitError` where a
    list would become empty that then stands for everything.
    """
    gone = [reference for reference in find_references(file, text) if is_gone(reference)]
    if not gone:
        return text, 0
    fields = read_fields(text)
    # From the end, so that the positions of those before stay as they are.
    in_parts = dict[Path, list[Reference]]()
    for reference in reversed(gone):
        if isinstance(reference.path[-1], int):
            text = _without_list_item(file, text, reference)
        else:
            in_parts.setdefault(reference.path[:-1], []).append(reference)
    for path, references in in_parts.items():
        keys = [str(reference.path[-1]) for reference in references]
        part = _node_at(fields, path)
        assert isinstance(part, Mapping)
        filled = [key for key, node in part.entries.items() if not _is_empty(node)]
        fields_gone = [reference.field for reference in references]
        needed = any(field.required or field.essential for field in fields_gone)
        if path and (needed or set(filled) <= {"id", *keys}):
            text = remove(text, path[:-1], _text_of(part.entries["id"]))
        else:
            for key in keys:
                text = remove(text, path, key)
    return text, len(gone)


def _without_list_item(file: str, text: str, reference: Reference) -> str:
    """Take one name out of a list of names."""
    path = reference.path[:-1]
    node = _node_at(read_fields(text), path)
    items = [_text_of(item) for item in node.items] if isinstance(node, Sequence) else []
    position = int(reference.path[-1])
    if reference.field.all_when_empty and len(items) == 1:
        message = f"{file}: '{path[-1]}' would be empty, which stands for all; nothing was changed"
        raise CopkitError(message, "change that list first, or remove its record")
    if items.count(items[position]) > 1:  # no item is meant by its value then
        return set_value(text, path, [*items[:position], *items[position + 1 :]])
    return remove(text, path, items[position])


def _node_at(fields: Mapping, path: Path) -> Node:
    """Return the value to which a path leads, which the fields must have."""
    node: Node = fields
    for step in path:
        if isinstance(node, Sequence):
            node = node.items[int(step)]
        else:
            assert isinstance(node, Mapping)
            node = node.entries[str(step)]
    return node


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and (node.empty or not node.text)


def _text_of(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


# --- prose, which stays ---------------------------------------------------------------------

_BETWEEN: Final = r"[\s_-]+"


def name_pattern(slug: str) -> re.Pattern[str]:
    """Build the pattern that finds a slug in prose, however its words are joined there."""
    words = _BETWEEN.join(map(re.escape, slug.split("-")))
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)
