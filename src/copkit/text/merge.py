"""Three-way merging of the texts of a record; what nobody changed stays byte for byte.  Pure.

The texts are split into pieces (keys and items with their comments), and each piece is taken from
the side that changed it. The result is read again and compared with the merge of the values alone
(``merge_values``); where they differ, nothing is written.

First the pieces of a text, then :func:`merge_texts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from copkit.text.edit import (
    BYTE_ORDER_MARK,
    EditRefused,
    change_value,
    dash_offset,
    line_end,
    line_start,
    next_line,
    read_fields,
    set_value,
    written_end,
)
from copkit.text.front_matter import frame_of
from copkit.text.merge_values import (
    NO_RULES,
    Contradiction,
    Rename,
    Rules,
    Side,
    add_up,
    by_key,
    find_renames,
    items_in_both,
    merge_fact,
    merge_values,
    merged_order,
    same_facts,
)
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence, value_of

# --- the fields of a record as pieces of its text -------------------------------------------


@dataclass(slots=True)
class Piece:
    """The text of a key or an item; every byte of the fields is in exactly one piece.

    ``comments`` are the comments and blank lines above it. ``parts`` are the pieces of a list or
    mapping on lines of its own; then ``head`` is the line of its key, or the indent and dash of
    an item. ``value`` is the text read as a value.
    """

    comments: str
    text: str
    value: Any
    head: str = ""
    parts: dict[str, Piece] = field(default_factory=dict)
    kind: type[Node] = Scalar  # Mapping or Sequence, when it has parts
    is_item: bool = False


# How plain YAML may begin: comments, then a line '---'.
_BEGINNING: Final = re.compile(r"(?:[ \t]*(?:#.*)?\n)*---(?:[ \t].*)?\n")


class Version:
    """A whole file split up: the text around its fields, these in pieces, and its body.

    All texts in it but the ``original`` have plain line ends, the last line too; ``has_crlf``,
    ``ends_with_newline`` and ``has_byte_order_mark`` say how it is in the file. ``missing`` when
    there is no file. Raise :class:`EditRefused` for a file that cannot be read.
    """

    def __init__(self, text: str) -> None:
        self.original = text
        self.missing = not text
        self.has_byte_order_mark = text.startswith(BYTE_ORDER_MARK)
        text = text.removeprefix(BYTE_ORDER_MARK)
        self.has_crlf = text.count("\r\n") * 2 > text.count("\n")  # most of its lines
        self.ends_with_newline = not text or text.endswith("\n")
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            raise EditRefused(1, "some of its lines end as no system ends them any more")
        self.text = text if self.ends_with_newline else f"{text}\n"
        self.opening = self.closing = self.body = ""
        fields = read_fields(self.text)
        if fields.entries and not fields.block:
            raise EditRefused(1, "the whole record stands in brackets")
        end = len(self.text)
        if frame := frame_of(self.text):
            end = frame.closing
            self.opening = self.text[: frame.fields]
            self.closing = self.text[frame.closing : frame.body]
            self.body = self.text[frame.body :]
        elif beginning := _BEGINNING.match(self.text):
            self.opening = beginning.group()
        self.parts, fields_end = _entry_pieces(self.text[:end], fields, len(self.opening))
        self.tail = self.text[fields_end:end]  # comments and blank lines below the last field
        self.value = value_of(fields)


def _entry_pieces(text: str, fields: Mapping, start: int) -> tuple[dict[str, Piece], int]:
    """Split a mapping into the pieces of its keys; return also the offset at which they end.

    ``start`` is where the comments of the first key may begin.
    """
    parts: dict[str, Piece] = {}
    for name, node in fields.entries.items():
        key = fields.key(name)
        begin = max(line_start(text, key.start), start)  # not before the dash of an item
        colon = text.find(":", key.end)
        end = next_line(text, max(written_end(text, node), colon + 1))
        piece = Piece(text[start:begin], text[begin:end], value_of(node))
        if (
            isinstance(node, (Mapping, Sequence))
            and node.block
            and line_end(text, colon) <= node.start
        ):
            head_end = line_end(text, colon)
            _split_into_parts(piece, text, node, head_end)
            piece.head = text[begin:head_end]
        parts[name] = piece
        start = end
    return parts, start


def _split_into_parts(piece: Piece, text: str, node: Node, start: int) -> None:
    """Set ``parts`` and ``kind`` of a piece whose value is a list or a mapping.

    ``start`` is where the comments of the first part may begin. A list whose items have no keys
    stays in one piece.
    """
    if isinstance(node, Mapping):
        piece.parts, _ = _entry_pieces(text, node, start)
        piece.kind = Mapping
    elif isinstance(node, Sequence):
        keyed = by_key(value_of(node))
        if keyed is not None:
            piece.parts = _item_pieces(text, node, start, list(keyed))
            piece.kind = Sequence


def _item_pieces(text: str, node: Sequence, start: int, keys: list[str]) -> dict[str, Piece]:
    """Split a list into the pieces of its items, by their keys.

    ``keys`` are those of all items in order; ``start`` is where the comments of the first may
    begin.
    """
    parts: dict[str, Piece] = {}
    for number, (key, item) in enumerate(zip(keys, node.items, strict=True)):
        dash = dash_offset(text, node, number)
        begin = max(line_start(text, dash), start)
        end = next_line(text, written_end(text, item))
        piece = Piece(text[start:begin], text[begin:end], value_of(item), is_item=True)
        if isinstance(item, Mapping) and item.block:
            entries, _ = _entry_pieces(text, item, item.start)
            first = next(iter(entries.values()))
            piece.head = text[begin : item.start]
            # The first key is on the line of the dash. Indented like the others, it can be moved
            # and compared as they are; join_parts takes the indent off again.
            indent = " " * (item.start - line_start(text, item.start))
            first.text = indent + first.text
            first.head = indent + first.head if first.head else ""
            piece.parts, piece.kind = entries, Mapping
        parts[key] = piece
        start = end
    return parts


def join_parts(piece: Piece) -> str:
    """Return the text of a piece made of its parts."""
    if not piece.is_item:
        return piece.head + "".join(part.comments + part.text for part in piece.parts.values())
    first, *others = piece.parts.values()
    text = first.comments + piece.head + first.text.lstrip(" ")
    return text + "".join(part.comments + part.text for part in others)


def without_list_item(piece: Piece, name: str, item: str) -> Piece:
    """Return the piece of the list whose key is ``name``, without ``item``."""
    if item in piece.parts:
        parts = {key: part for key, part in piece.parts.items() if key != item}
        shorter = replace(piece, parts=parts, value=[*parts])
        shorter.text = join_parts(shorter)
        return shorter
    value = [member for member in piece.value or [] if member != item]
    return with_value(piece, name, value) or piece


def indent_of(text: str) -> int:
    """Return the number of spaces with which a text begins."""
    return len(text) - len(text.lstrip(" "))


def reindented(piece: Piece, indent: int) -> Piece:
    """Return a piece that begins with ``indent`` spaces, all its lines moved along."""
    shift = indent - indent_of(piece.text)
    if not shift:
        return piece
    return Piece(
        _shifted(piece.comments, shift),
        _shifted(piece.text, shift),
        piece.value,
        _shifted(piece.head, shift),
        {key: reindented(part, indent_of(part.text) + shift) for key, part in piece.parts.items()},
        piece.kind,
        piece.is_item,
    )


def _shifted(text: str, shift: int) -> str:
    """Indent every line by ``shift`` spaces more, or less if it is negative."""
    if shift > 0:
        return re.sub(r"(?m)^(?=.)", " " * shift, text)
    return re.sub(rf"(?m)^ {{0,{-shift}}}", "", text)


def with_value(piece: Piece, key: str, value: Any) -> Piece | None:
    """Return a piece with another value; ``None`` if its text cannot be edited safely.

    ``key`` is the name of its field; an item of a list needs none.
    """
    # An item alone is no record: it is edited as the only one of a list.
    frame, path = ("k:\n", ("k", 0)) if piece.is_item else ("", (key,))
    try:
        text = change_value(frame + piece.text, path, piece.value, value)
    except EditRefused:
        return None
    return Piece(piece.comments, text.removeprefix(frame), value, is_item=piece.is_item)


# --- merging --------------------------------------------------------------------------------

Clash = tuple[str, str]
"""The texts of ours and of theirs that differ in the same place of a body."""

MergeBody = Callable[[str, str, str, "Side | None"], tuple[str, list[Clash]]]
"""Merges bodies (base, ours, theirs), with markers if no side is given; returns the clashes too."""

MARKER = 7  # signs of a conflict marker, unless git asks for more


class Merged(NamedTuple):
    """The result of a merge; with contradictions or a clash of bodies, the text has markers."""

    text: str
    contradictions: list[Contradiction]
    body_clashes: list[Clash]
    renames: SequenceOf[Rename] = ()


def merge_texts(
    texts: tuple[str, str, str],
    merge_body: MergeBody,
    *,
    rules: Rules = NO_RULES,
    marker: int = MARKER,
    side: Side | None = None,
) -> Merged:
    """Merge three versions of a whole file: base, ours, theirs; no base is an empty text.

    ``merge_body`` merges the Markdown below the fields. ``rules`` are those of the kind of record.
    ``marker`` is the length of conflict markers. With a ``side``, contradictions are resolved as
    it has them and leave no markers. Raise :class:`EditRefused` for a version that cannot be read,
    and where no exact way is found.
    """
    base, ours, theirs = texts
    if base in (ours, theirs) or ours == theirs:
        return Merged(_three_way(base, ours, theirs), [], [])
    versions = [Version(text) for text in texts]
    if rules.sums:
        before, first, second = (version.value for version in versions)
        for position, value in enumerate(add_up(before, first, second, rules.sums), 1):
            text, old = versions[position].original, versions[position].value
            versions[position] = Version(change_value(text, (), old, value))
    base_value, our_value, their_value = (version.value for version in versions)
    renames = find_renames(base_value, our_value, their_value, rules.entries)
    for rename in renames:
        position = [Side.BASE, Side.OURS, Side.THEIRS].index(rename.side)
        text = versions[position].original
        versions[position] = Version(_with_rename(text, versions[position].value, rename))
    merge = _Merge(versions, merge_body, rules, marker)
    _, contradictions = merge.merged_values()
    result = merge.resolved(side or Side.OURS)
    if side is None and (contradictions or result.clashes):
        merge.resolved(Side.THEIRS)  # refuses now what could not be resolved this way later
        result = merge.with_markers()
    text = _restore_layout(result.fields + result.body, versions)
    return Merged(text, contradictions, result.clashes, renames)


def _with_rename(text: str, fields: Any, rename: Rename) -> str:
    """Return one side's text with a new id for an entry, and for what refers to it.

    ``fields`` are the values in the text. Raise :class:`EditRefused` where no exact way is found.
    """
    entries, _, old, new = rename
    text = set_value(text, [entries.name, old, "id"], new)
    for name, key in entries.references:
        for id, entry in (by_key(fields.get(name)) or {}).items():
            if isinstance(entry, dict) and entry.get(key) == old:
                text = set_value(text, [name, id, key], new)
    return text


def _restore_layout(text: str, versions: list[Version]) -> str:
    """Put back the byte order mark, line ends and last line end that the versions agree on."""
    base, ours, theirs = versions

    def merged(base_has: bool, ours_has: bool, theirs_has: bool) -> bool:
        return ours_has if base_has != ours_has or base.missing else theirs_has

    has_mark = merged(
        base.has_byte_order_mark, ours.has_byte_order_mark, theirs.has_byte_order_mark
    )
    has_crlf = merged(base.has_crlf, ours.has_crlf, theirs.has_crlf)
    if not merged(base.ends_with_newline, ours.ends_with_newline, theirs.ends_with_newline):
        bare = text.removesuffix("\n")
        if _reads_alike(text, bare):  # not where a text below '>' ends with that line end
            text = bare
    return BYTE_ORDER_MARK * has_mark + (text.replace("\n", "\r\n") if has_crlf else text)


def _reads_alike(first: str, second: str) -> bool:
    """Check whether two texts have the same values; ``False`` if either cannot be read."""
    try:
        return bool(value_of(read_fields(first)) == value_of(read_fields(second)))
    except EditRefused:  # there are markers in it
        return False


def _three_way(base: str, ours: str, theirs: str) -> str:
    """Merge texts that hold no values: take the side that changed, or ours."""
    return theirs if ours == base else ours


def _merge_comments(base: str, ours: str, theirs: str) -> str:
    """Merge comments and blank lines; where both sides added some, all of them stay."""
    if base in (ours, theirs) or ours == theirs:
        return _three_way(base, ours, theirs)
    present = {line.strip() for line in (base + ours).split("\n")}
    added = (f"{line}\n" for line in theirs.split("\n") if line.strip() not in present)
    return ours + "".join(added)


class _MergedTexts(NamedTuple):
    """The texts of a merge: the fields with the lines around them, the body, and its clashes."""

    fields: str
    body: str
    clashes: list[Clash]


class _Sides(NamedTuple):
    """The piece of a key or item in the three versions; ``None`` in one without it."""

    base: Piece | None
    ours: Piece | None
    theirs: Piece | None

    @property
    def remaining(self) -> Piece | None:
        """Ours, or theirs if ours does not have it."""
        return self.ours or self.theirs

    @property
    def values(self) -> tuple[Any, Any, Any]:
        """The value of each."""
        base, ours, theirs = (piece.value if piece else None for piece in self)
        return base, ours, theirs


@dataclass(frozen=True)
class _Merge:
    """A merge of three versions: base, ours and theirs, in this order.

    The ``side`` of its methods is the one as which contradictions are resolved; where it is
    ``None``, they get markers.
    """

    versions: list[Version]
    merge_body: MergeBody
    rules: Rules
    marker: int

    @property
    def values(self) -> tuple[Any, Any, Any]:
        base, ours, theirs = (version.value for version in self.versions)
        return base, ours, theirs

    def merged_values(self, side: Side = Side.OURS) -> tuple[Any, list[Contradiction]]:
        """Merge the values alone; return them, resolved as ``side``, with the contradictions."""
        return merge_values(*self.values, side, self.rules)

    def merged_texts(self, side: Side | None) -> _MergedTexts:
        """Merge fields and body, with markers where no side is given."""
        base, ours, theirs = self.versions
        body, clashes = self.merge_bodies(base.body, ours.body, theirs.body, side)
        parts = self.merge_parts(base.parts, ours.parts, theirs.parts, side)
        self.settle_exclusive(parts, side)
        fields = "".join(part.comments + part.text for part in parts.values())
        tail = _merge_comments(base.tail, ours.tail, theirs.tail)
        opening = _three_way(base.opening, ours.opening, theirs.opening)
        closing = _three_way(base.closing, ours.closing, theirs.closing)
        return _MergedTexts(f"{opening}{fields}{tail}{closing}", body, clashes)

    def merge_bodies(
        self, base: str, ours: str, theirs: str, side: Side | None
    ) -> tuple[str, list[Clash]]:
        """Merge the Markdown below the fields; return it with the clashes.

        A body that only one side changed is taken as it is; for others, ``merge_body`` is called.
        """
        if base in (ours, theirs) or ours == theirs:
            return _three_way(base, ours, theirs), []
        if not base.strip() and not (ours.strip() and theirs.strip()):
            return (ours if ours.strip() else theirs), []
        return self.merge_body(base, ours, theirs, side)

    def resolved(self, side: Side) -> _MergedTexts:
        """Merge everything, contradictions as ``side`` has them.

        The fields read as the merged values do. Raise :class:`EditRefused` where no way is found.
        """
        texts = self.merged_texts(side)
        if self.reads_as_merged(texts.fields, side):
            return texts
        return texts._replace(fields=self.edited_fields(side))

    def with_markers(self) -> _MergedTexts:
        """Merge everything with markers.

        Raise :class:`EditRefused` where one side of the markers would not read as it should.
        """
        texts = self.merged_texts(None)
        size = self.marker
        # Each half of every hunk, with the rest of the file, is held against the merge of the
        # values as that side has it: so no way of resolving the conflict yields a broken file.
        hunk = re.compile(
            rf"^<{{{size}}} ours\n(.*?)^={{{size}}}\n(.*?)^>{{{size}}} theirs\n", re.M | re.S
        )
        for side, half in ((Side.OURS, r"\1"), (Side.THEIRS, r"\2")):
            if not self.reads_as_merged(hunk.sub(half, texts.fields), side):
                raise EditRefused(1, "the two sides differ in more ways than can be marked")
        return texts

    def reads_as_merged(self, fields: str, side: Side) -> bool:
        """Check whether the text of the fields reads as the merge of the values alone."""
        try:
            value = value_of(read_fields(fields))
        except EditRefused:
            return False
        return same_facts(value, self.merged_values(side)[0])

    def edited_fields(self, side: Side) -> str:
        """Return our file up to its body, its fields edited to the merged values.

        For a merge in which joining pieces did not lead there.
        """
        ours = self.versions[1]
        values, _ = self.merged_values(side)
        return change_value(ours.text.removesuffix(ours.body), (), ours.value, values)

    def merge_parts(
        self,
        base: dict[str, Piece],
        ours: dict[str, Piece],
        theirs: dict[str, Piece],
        side: Side | None,
        within: tuple[str, ...] = (),
    ) -> dict[str, Piece]:
        """Merge the pieces of the mapping or list at the path ``within``, by key."""
        merged = {}
        indent = next((indent_of(part.text) for part in (ours or theirs).values()), 0)
        for key in merged_order(base, ours, theirs):
            their_piece = theirs.get(key)
            if their_piece:
                their_piece = reindented(their_piece, indent)
            sides = _Sides(base.get(key), ours.get(key), their_piece)
            piece = self.merge_piece((*within, key), sides, side)
            if piece is not None:
                merged[key] = piece
        return merged

    def merge_piece(self, path: tuple[str, ...], sides: _Sides, side: Side | None) -> Piece | None:
        """Merge the key or item at ``path``; ``None`` if the merge is without it."""
        base, ours, theirs = sides
        if ours is None or theirs is None:
            return self.merge_one_sided(path, sides, side)
        comments = _merge_comments(base.comments if base else "", ours.comments, theirs.comments)
        ours, theirs = replace(ours, comments=comments), replace(theirs, comments=comments)
        if base and ours.text == base.text:
            return theirs
        if ours.text == theirs.text or (base and theirs.text == base.text):
            return ours
        sides = _Sides(base, ours, theirs)
        if self.rules.is_statement(path) and self.merged_fact(path, sides)[1]:
            return self.resolve_contradiction(path, sides, side)
        if ours.kind is theirs.kind is not Scalar and (
            base is None or base.kind is ours.kind or not base.value
        ):
            return self.merge_container(path, sides, side)
        return self.merge_scalar(path, sides, side)

    def merged_fact(
        self, path: tuple[str, ...], sides: _Sides, side: Side = Side.OURS
    ) -> tuple[Any, list[Contradiction]]:
        """Merge the value at ``path`` alone; return it with the contradictions."""
        return merge_fact(*sides.values, side, path, self.rules)

    def merge_one_sided(
        self, path: tuple[str, ...], sides: _Sides, side: Side | None
    ) -> Piece | None:
        """Merge a key or item that one side does not have: it is new there, or was taken out.

        Return ``None`` if the merge is without it.
        """
        remaining = sides.remaining
        if sides.base is None or remaining is None:
            return remaining
        value, contradictions = self.merged_fact(path, sides)
        if contradictions:
            other_text = self.versions[1 if sides.ours is None else 2].text
            comments = remaining.comments.strip()
            if comments and comments in other_text:  # there they are above the next key now
                bare = replace(remaining, comments="")
                ours_missing = sides.ours is None
                sides = sides._replace(theirs=bare) if ours_missing else sides._replace(ours=bare)
            return self.resolve_contradiction(path, sides, side)
        if not value or same_facts(value, remaining.value):
            return remaining if value else None
        return with_value(remaining, path[-1], value) or remaining

    def merge_container(self, path: tuple[str, ...], sides: _Sides, side: Side | None) -> Piece:
        """Merge the parts of a list or a mapping that both sides have; its comments are ours."""
        base, ours, theirs = sides
        assert ours is not None
        assert theirs is not None
        base_parts = base.parts if base and base.kind is ours.kind else {}
        parts = self.merge_parts(base_parts, ours.parts, theirs.parts, side, path)
        first = next(iter(parts.values()), None)
        if ours.is_item and first and first.text.startswith("<" * self.marker):
            # The first key is behind the dash, where no marker can be: the whole item clashes.
            as_ours = self.merge_container(path, sides, Side.OURS)
            as_theirs = self.merge_container(path, sides, Side.THEIRS)
            return self.hunk(as_ours, as_theirs)
        head = _three_way(base.head if base else "", ours.head, theirs.head)
        merged = replace(ours, head=head, parts=parts)
        merged.text = join_parts(merged)
        return merged

    def merge_scalar(self, path: tuple[str, ...], sides: _Sides, side: Side | None) -> Piece | None:
        """Merge a value that both sides have and at least one wrote differently.

        Return ``None`` if a contradiction was resolved by leaving it out.
        """
        value, contradictions = self.merged_fact(path, sides)
        base, ours, theirs = sides
        if contradictions or ours is None or theirs is None:
            return self.resolve_contradiction(path, sides, side)
        key = path[-1]
        base_value = sides.values[0]
        if theirs.kind is not Scalar and same_facts(ours.value, base_value):
            return theirs
        if ours.kind is not Scalar and same_facts(theirs.value, base_value):
            return ours
        if base and same_facts(theirs.value, base_value):
            edited = with_value(base, key, value)
            if edited and edited.text == ours.text:
                # Ours changed the value alone, theirs the quotes or the comment around it.
                return with_value(theirs, key, value) or ours
        return with_value(ours, key, value) or (theirs if same_facts(value, theirs.value) else ours)

    def resolve_contradiction(
        self, path: tuple[str, ...], sides: _Sides, side: Side | None
    ) -> Piece | None:
        """Take a contradiction as ``side`` has it, or write both sides between markers.

        What does not contradict within the value is merged either way. Return ``None`` where that
        side does not have the key or item.
        """
        base, ours, theirs = sides
        remaining = sides.remaining
        pieces = {
            Side.OURS: ours,
            Side.THEIRS: theirs,
            Side.BASE: reindented(base, indent_of(remaining.text)) if base and remaining else base,
        }

        def as_side(chosen: Side) -> Piece | None:
            value, _ = self.merged_fact(path, sides, chosen)
            piece = pieces[chosen] or (remaining if value else None)
            if piece is None or same_facts(piece.value, value):
                return piece
            return with_value(piece, path[-1], value) or piece

        if side is not None:
            return as_side(side)
        return self.hunk(as_side(Side.OURS), as_side(Side.THEIRS))

    def hunk(self, ours: Piece | None, theirs: Piece | None) -> Piece:
        """Write both sides of a contradiction between the markers that git uses.

        A side without the key or item is ``None``; at most one of them is.
        """
        remaining = ours or theirs
        assert remaining is not None
        size = self.marker
        text = (
            f"{'<' * size} ours\n{ours.text if ours else ''}{'=' * size}\n"
            f"{theirs.text if theirs else ''}{'>' * size} theirs\n"
        )
        return Piece(remaining.comments, text, None)

    def settle_exclusive(self, parts: dict[str, Piece], side: Side | None) -> None:
        """Settle items that came to be in two lists that exclude each other, changing ``parts``.

        ``parts`` are the merged pieces of the record's fields.
        """
        base, ours, theirs = sides = [value or {} for value in self.values]
        for pair, item in items_in_both(base, ours, theirs, self.rules.exclusive):
            for name in pair:
                in_versions = [item in (values.get(name) or []) for values in sides]
                if name in parts and not parts[name].text.startswith("<" * self.marker):
                    parts[name] = self.settle_item(parts[name], name, item, in_versions, side)

    def settle_item(
        self, piece: Piece, name: str, item: str, in_versions: list[bool], side: Side | None
    ) -> Piece:
        """Return the list ``name`` with an item, without it, or with markers around it.

        ``in_versions`` says of base, ours and theirs whether it is in that list there.
        """
        _, in_ours, in_theirs = in_versions
        if side is not None:
            stays = in_versions[[Side.BASE, Side.OURS, Side.THEIRS].index(side)]
            return piece if stays else without_list_item(piece, name, item)
        shorter = without_list_item(piece, name, item)
        if item not in piece.parts:  # in brackets: the markers go around the whole line
            return self.hunk(piece if in_ours else shorter, piece if in_theirs else shorter)
        line = piece.parts[item]
        nothing = replace(line, text="")
        marked = self.hunk(line if in_ours else nothing, line if in_theirs else nothing)
        result = replace(piece, parts={**piece.parts, item: marked})
        result.text = join_parts(result)
        return result
