"""Three-way merging of the texts of one record; what nobody changed travels byte for byte.  Pure.

The texts are taken apart into keys and items (``pieces``), and each is taken from the side that
changed it. The result is read again and compared with the merge of the values alone (``facts``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from copkit.text.edit import (
    MARK,
    EditRefused,
    change_to,
    dash_of,
    line_end,
    line_start,
    next_line,
    read_fields,
    written_end,
)
from copkit.text.front_matter import frame_of
from copkit.text.merge_values import (
    Contradiction,
    Pairs,
    Side,
    by_key,
    merge_fact,
    merge_values,
    merged_order,
    same_facts,
    torn,
)
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence, value_of

# The fields of a record as pieces of its text: every byte is in exactly one of them.


@dataclass(slots=True)
class Piece:
    """A key or an item: ``own`` is its text, of which the parts, if it has any, are pieces too.

    ``head`` is the line of a key that stands above its parts, or what stands before the first
    part of an item: its indent and dash. ``value`` is what it says.
    """

    lead: str
    own: str
    value: Any
    head: str = ""
    parts: dict[str, Piece] = field(default_factory=dict)
    kind: type[Node] = Scalar  # Mapping or Sequence, when it has parts
    is_item: bool = False


# How plain YAML may begin: remarks, then a line '---'.
_BEGINNING: Final = re.compile(r"(?:[ \t]*(?:#.*)?\n)*---(?:[ \t].*)?\n")


class Version:
    """A whole file taken apart: what frames its fields, these in pieces, and its body.

    Everything in it has plain line ends and a last one; ``windows`` and ``ended`` say how the
    file has them, ``mark`` whether it begins with a byte order mark, and ``missing`` that there is
    no file. Raises :class:`EditRefused` for one that cannot be read.
    """

    def __init__(self, text: str) -> None:
        self.missing = not text
        self.mark = text.startswith(MARK)
        text = text.removeprefix(MARK)
        self.windows = text.count("\r\n") * 2 > text.count("\n")
        self.ended = not text or text.endswith("\n")
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            raise EditRefused(1, "some of its lines end as no system ends them any more")
        self.text = text if self.ended else f"{text}\n"
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
        self.parts, self.tail = pieces_of(self.text[:end], fields, len(self.opening))
        self.value = value_of(fields)


def pieces_of(text: str, fields: Mapping, start: int) -> tuple[dict[str, Piece], str]:
    """Take the fields apart that begin at an offset; give also the lead behind the last one."""
    parts, end = _entries(text, fields, start)
    return parts, text[end:]


def _entries(text: str, fields: Mapping, start: int) -> tuple[dict[str, Piece], int]:
    parts: dict[str, Piece] = {}
    for name, node in fields.entries.items():
        key = fields.key(name)
        begin = max(line_start(text, key.start), start)
        colon = text.find(":", key.end)
        end = next_line(text, max(written_end(text, node), colon + 1))
        piece = Piece(text[start:begin], text[begin:end], value_of(node))
        if (
            isinstance(node, (Mapping, Sequence))
            and node.block
            and line_end(text, colon) <= node.start
        ):
            head_end = line_end(text, colon)
            _take_apart(piece, text, node, head_end)
            piece.head = text[begin:head_end]
        parts[name] = piece
        start = end
    return parts, start


def _take_apart(piece: Piece, text: str, node: Node, start: int) -> None:
    if isinstance(node, Mapping):
        piece.parts, _ = _entries(text, node, start)
        piece.kind = Mapping
    elif isinstance(node, Sequence):
        keyed = by_key(value_of(node))
        if keyed is not None:
            piece.parts = _items(text, node, start, list(keyed))
            piece.kind = Sequence


def _items(text: str, node: Sequence, start: int, keys: list[str]) -> dict[str, Piece]:
    parts: dict[str, Piece] = {}
    for number, (key, item) in enumerate(zip(keys, node.items, strict=True)):
        dash = dash_of(text, node, number)
        begin = max(line_start(text, dash), start)
        end = next_line(text, written_end(text, item))
        piece = Piece(text[start:begin], text[begin:end], value_of(item), is_item=True)
        if isinstance(item, Mapping) and item.block:
            inner, _ = _entries(text, item, item.start)
            first = next(iter(inner.values()))
            piece.head = text[begin : item.start]
            lead = " " * (item.start - line_start(text, item.start))
            first.own = lead + first.own
            first.head = lead + first.head if first.head else ""
            piece.parts, piece.kind = inner, Mapping
        parts[key] = piece
        start = end
    return parts


def joined(piece: Piece) -> str:
    """Give the text of a piece that has been put together anew from parts."""
    if not piece.is_item:
        return piece.head + "".join(part.lead + part.own for part in piece.parts.values())
    first, *rest = piece.parts.values()
    text = first.lead + piece.head + first.own.lstrip(" ")
    return text + "".join(part.lead + part.own for part in rest)


def without(piece: Piece, name: str, item: str) -> Piece:
    """Take one item out of the list at a key."""
    if item in piece.parts:
        parts = {key: part for key, part in piece.parts.items() if key != item}
        out = replace(piece, parts=parts, value=[*parts])
        out.own = joined(out)
        return out
    value = [one for one in piece.value or [] if one != item]
    return saying(piece, name, value) or piece


def indent_of(own: str) -> int:
    """Give the indent of a piece's first line."""
    return len(own) - len(own.lstrip(" "))


def fitted(piece: Piece, indent: int) -> Piece:
    """Move the lines of a piece to where those of the other side begin."""
    by = indent - indent_of(piece.own)
    if not by:
        return piece
    return Piece(
        _moved(piece.lead, by),
        _moved(piece.own, by),
        piece.value,
        _moved(piece.head, by),
        {key: fitted(part, indent_of(part.own) + by) for key, part in piece.parts.items()},
        piece.kind,
        piece.is_item,
    )


def _moved(text: str, by: int) -> str:
    if by > 0:
        return re.sub(r"(?m)^(?=.)", " " * by, text)
    return re.sub(rf"(?m)^ {{0,{-by}}}", "", text)


def saying(piece: Piece, key: str, value: Any) -> Piece | None:
    """Write another value where a piece has one; ``None`` if that cannot be done exactly."""
    frame, path = ("k:\n", ("k", 0)) if piece.is_item else ("", (key,))
    try:
        text = change_to(frame + piece.own, path, piece.value, value)
    except EditRefused:
        return None
    return Piece(piece.lead, text.removeprefix(frame), value, is_item=piece.is_item)


Clash = tuple[str, str]
"""What ours and what theirs wrote in one place of a body."""

MergeBody = Callable[[str, str, str, "Side | None"], tuple[str, list[Clash]]]
"""Merges bodies (base, ours, theirs), with markers where no side is given; tells how they clash."""

MARKER = 7  # signs of a conflict marker, unless git asks for more


class Merged(NamedTuple):
    """What came of a merge; with contradictions or a clash of bodies, the text has markers."""

    text: str
    contradictions: list[Contradiction]
    body_clashes: list[Clash]


def merge_texts(
    texts: tuple[str, str, str],
    merge_body: MergeBody,
    *,
    exclusive: Pairs = (),
    marker: int = MARKER,
    side: Side | None = None,
) -> Merged:
    """Merge three versions of a whole file: base, ours, theirs; no base is an empty text.

    ``exclusive`` names lists of which an item can be in one only. With a ``side``,
    contradictions are decided as it has them and leave no markers. Raises
    :class:`EditRefused` for a version that cannot be read, and where no exact way is found.
    """
    base, ours, theirs = texts
    if base in (ours, theirs) or ours == theirs:
        return Merged(_three_way(base, ours, theirs), [], [])
    versions = [Version(text) for text in texts]
    layout = _layout(versions)
    merging = _Merging(versions, merge_body, exclusive, marker)
    _, found = merging.merged()
    result = merging.decided(side or Side.OURS)
    if side is None and (found or result.clashes):
        merging.decided(Side.THEIRS)  # refuses now what could not be decided so later
        result = merging.marked()
    return Merged(layout(result.fields + result.body), found, result.clashes)


def _layout(texts: list[Version]) -> Callable[[str], str]:
    """Give back the mark, line ends and last line end that the versions agree on."""

    def of(facts: list[bool]) -> bool:
        base, ours, theirs = facts
        return ours if base != ours or texts[0].missing else theirs

    mark = of([one.mark for one in texts])
    windows = of([one.windows for one in texts])
    ended = of([one.ended for one in texts])

    def lay_out(text: str) -> str:
        bare = text.removesuffix("\n")
        if not ended and _reads_alike(text, bare):  # a text below '>' may end with that line end
            text = bare
        return MARK * mark + (text.replace("\n", "\r\n") if windows else text)

    return lay_out


def _reads_alike(one: str, other: str) -> bool:
    try:
        return bool(value_of(read_fields(one)) == value_of(read_fields(other)))
    except EditRefused:  # there are markers in it
        return False


def _three_way(base: str, ours: str, theirs: str) -> str:
    """Merge what says nothing: the side that changed it, or ours."""
    return theirs if ours == base else ours


def _merge_leads(base: str, ours: str, theirs: str) -> str:
    """Merge comments and blank lines; where both sides added some, all of them stay."""
    if base in (ours, theirs) or ours == theirs:
        return _three_way(base, ours, theirs)
    known = {line.strip() for line in (base + ours).split("\n")}
    lines = (f"{line}\n" for line in theirs.split("\n") if line.strip() not in known)
    return ours + "".join(lines)


class _Texts(NamedTuple):
    """What came of a merge: fields with what frames them, the body, and whether bodies clash."""

    fields: str
    body: str
    clashes: list[Clash]


class _Sides(NamedTuple):
    """One key or item in the three versions, as far as it is there."""

    base: Piece | None
    ours: Piece | None
    theirs: Piece | None

    @property
    def there(self) -> Piece | None:
        """Ours, or theirs if it is only there."""
        return self.ours or self.theirs

    @property
    def values(self) -> tuple[Any, Any, Any]:
        """What each says."""
        base, ours, theirs = (piece.value if piece else None for piece in self)
        return base, ours, theirs


@dataclass(frozen=True)
class _Merging:
    texts: list[Version]
    merge_body: MergeBody
    exclusive: Pairs
    marker: int

    @property
    def values(self) -> tuple[Any, Any, Any]:
        base, ours, theirs = (one.value for one in self.texts)
        return base, ours, theirs

    def merged(self, side: Side = Side.OURS) -> tuple[Any, list[Contradiction]]:
        """Merge the values alone."""
        return merge_values(*self.values, side, self.exclusive)

    def texts_of(self, side: Side | None) -> _Texts:
        """Merge everything, with markers where no side is given."""
        base, ours, theirs = self.texts
        body, clashes = self.body(base.body, ours.body, theirs.body, side)
        parts = self.parts(base.parts, ours.parts, theirs.parts, side)
        self.settle(parts, side)
        fields = "".join(part.lead + part.own for part in parts.values())
        tail = _merge_leads(base.tail, ours.tail, theirs.tail)
        opening = _three_way(base.opening, ours.opening, theirs.opening)
        closing = _three_way(base.closing, ours.closing, theirs.closing)
        return _Texts(f"{opening}{fields}{tail}{closing}", body, clashes)

    def body(self, base: str, ours: str, theirs: str, side: Side | None) -> tuple[str, list[Clash]]:
        if base in (ours, theirs) or ours == theirs:
            return _three_way(base, ours, theirs), []
        if not base.strip() and not (ours.strip() and theirs.strip()):
            return (ours if ours.strip() else theirs), []
        return self.merge_body(base, ours, theirs, side)

    def decided(self, side: Side) -> _Texts:
        """Merge everything as a side has it, and see that it says what it should."""
        texts = self.texts_of(side)
        return texts if self.says(texts.fields, side) else texts._replace(fields=self.edited(side))

    def marked(self) -> _Texts:
        """Merge everything with markers, and see that each side of them says what it should."""
        texts = self.texts_of(None)
        size = self.marker
        hunk = re.compile(
            rf"^<{{{size}}} ours\n(.*?)^={{{size}}}\n(.*?)^>{{{size}}} theirs\n", re.M | re.S
        )
        for side, half in ((Side.OURS, r"\1"), (Side.THEIRS, r"\2")):
            if not self.says(hunk.sub(half, texts.fields), side):
                raise EditRefused(1, "the two sides differ in more ways than can be marked")
        return texts

    def says(self, fields: str, side: Side) -> bool:
        """Say whether fields read as the merge of the values alone."""
        try:
            value = value_of(read_fields(fields))
        except EditRefused:
            return False
        return same_facts(value, self.merged(side)[0])

    def edited(self, side: Side) -> str:
        """Make our fields say what they should, where putting pieces together did not."""
        ours = self.texts[1]
        wanted, _ = self.merged(side)
        return change_to(ours.text.removesuffix(ours.body), (), ours.value, wanted)

    def parts(
        self,
        base: dict[str, Piece],
        ours: dict[str, Piece],
        theirs: dict[str, Piece],
        side: Side | None,
    ) -> dict[str, Piece]:
        merged = {}
        indent = next((indent_of(part.own) for part in (ours or theirs).values()), 0)
        for key in merged_order(base, ours, theirs):
            other = theirs.get(key)
            fitting = fitted(other, indent) if other else None
            piece = self.piece(key, _Sides(base.get(key), ours.get(key), fitting), side)
            if piece is not None:
                merged[key] = piece
        return merged

    def piece(self, key: str, sides: _Sides, side: Side | None) -> Piece | None:
        base, ours, theirs = sides
        if ours is None or theirs is None:
            return self.one_sided(key, sides, side)
        lead = _merge_leads(base.lead if base else "", ours.lead, theirs.lead)
        ours, theirs = replace(ours, lead=lead), replace(theirs, lead=lead)
        if base and ours.own == base.own:
            return theirs
        if ours.own == theirs.own or (base and theirs.own == base.own):
            return ours
        if ours.kind is theirs.kind is not Scalar and (
            base is None or base.kind is ours.kind or not base.value
        ):
            return self.whole(base, ours, theirs, side)
        return self.leaf(key, _Sides(base, ours, theirs), side)

    def one_sided(self, key: str, sides: _Sides, side: Side | None) -> Piece | None:
        """Merge what one side does not have: it is new, or somebody has taken it out."""
        there = sides.there
        if sides.base is None or there is None:
            return there
        wanted, found = merge_fact(*sides.values)
        if found:
            rest = self.texts[1 if sides.ours is None else 2].text
            if there.lead.strip() and there.lead.strip() in rest:  # stands before the next one now
                bare = replace(there, lead="")
                sides = sides._replace(**{"theirs" if sides.ours is None else "ours": bare})
            return self.contradiction(key, sides, side)
        if not wanted or same_facts(wanted, there.value):
            return there if wanted else None
        return saying(there, key, wanted) or there

    def whole(self, base: Piece | None, ours: Piece, theirs: Piece, side: Side | None) -> Piece:
        """Merge the parts of a list or a mapping; its lead is that of ours."""
        before = base.parts if base and base.kind is ours.kind else {}
        parts = self.parts(before, ours.parts, theirs.parts, side)
        first = next(iter(parts.values()), None)
        if ours.is_item and first and first.own.startswith("<" * self.marker):
            # The first key stands behind the dash, where no marker can: the whole item clashes.
            both = [self.whole(base, ours, theirs, each) for each in (Side.OURS, Side.THEIRS)]
            return self.hunk(both[0], both[1])
        head = _three_way(base.head if base else "", ours.head, theirs.head)
        merged = replace(ours, head=head, parts=parts)
        merged.own = joined(merged)
        return merged

    def leaf(self, key: str, sides: _Sides, side: Side | None) -> Piece | None:
        """Merge two ways of writing one value."""
        wanted, found = merge_fact(*sides.values)
        base, ours, theirs = sides
        if found or ours is None or theirs is None:
            return self.contradiction(key, sides, side)
        before = sides.values[0]
        if theirs.kind is not Scalar and same_facts(ours.value, before):
            return theirs
        if ours.kind is not Scalar and same_facts(theirs.value, before):
            return ours
        if base and same_facts(theirs.value, before):
            told = saying(base, key, wanted)
            if told and told.own == ours.own:  # ours changed the value, theirs the words around it
                return saying(theirs, key, wanted) or ours
        return saying(ours, key, wanted) or (theirs if same_facts(wanted, theirs.value) else ours)

    def contradiction(self, key: str, sides: _Sides, side: Side | None) -> Piece | None:
        """Decide as a side has it, or put both between markers; the rest is merged in either."""
        base, ours, theirs = sides
        there = sides.there
        near = {
            Side.OURS: ours,
            Side.THEIRS: theirs,
            Side.BASE: fitted(base, indent_of(there.own)) if base and there else base,
        }

        def as_side(each: Side) -> Piece | None:
            wanted, _ = merge_fact(*sides.values, each)
            piece = near[each] or (there if wanted else None)
            if piece is None or same_facts(piece.value, wanted):
                return piece
            return saying(piece, key, wanted) or piece

        if side is not None:
            return as_side(side)
        return self.hunk(as_side(Side.OURS), as_side(Side.THEIRS))

    def hunk(self, ours: Piece | None, theirs: Piece | None) -> Piece:
        """Write both sides of a contradiction between the markers that git uses."""
        there = ours or theirs
        assert there is not None
        size = self.marker
        own = (
            f"{'<' * size} ours\n{ours.own if ours else ''}{'=' * size}\n"
            f"{theirs.own if theirs else ''}{'>' * size} theirs\n"
        )
        return Piece(there.lead, own, None)

    def settle(self, parts: dict[str, Piece], side: Side | None) -> None:
        """Do for the texts of lists that exclude each other what ``facts`` does for values."""
        base, ours, theirs = sides = [value or {} for value in self.values]
        for pair, item in torn(base, ours, theirs, self.exclusive):
            for name in pair:
                here = [item in (values.get(name) or []) for values in sides]
                if name in parts and not parts[name].own.startswith("<" * self.marker):
                    parts[name] = self.settled(parts[name], name, item, here, side)

    def settled(
        self, piece: Piece, name: str, item: str, here: list[bool], side: Side | None
    ) -> Piece:
        """Leave an item in a list, take it out, or mark it, as it stands there on each side."""
        if side is not None:
            stays = here[[Side.BASE, Side.OURS, Side.THEIRS].index(side)]
            return piece if stays else without(piece, name, item)
        out = without(piece, name, item)
        if item not in piece.parts:  # in brackets: the whole line
            return self.hunk(piece if here[1] else out, piece if here[2] else out)
        line = piece.parts[item]
        nothing = replace(line, own="")
        marked = self.hunk(line if here[1] else nothing, line if here[2] else nothing)
        result = replace(piece, parts={**piece.parts, item: marked})
        result.own = joined(result)
        return result
