"""Three-way merging of the texts of one record; what nobody changed travels byte for byte.  Pure.

The texts are taken apart into keys and items (``pieces``), and each is taken from the side that
changed it. The result is read again and compared with the merge of the values alone (``facts``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from copkit.text.edit import (
    MARK,
    EditRefused,
    change_to,
    has_front_matter,
    read_fields,
)
from copkit.text.facts import (
    Contradiction,
    Side,
    merge_fact,
    merge_values,
    merged_order,
    same_facts,
    torn,
)
from copkit.text.front_matter import CLOSING, OPENING
from copkit.text.nodes import Scalar, value_of
from copkit.text.pieces import Piece, joined, pieces_of

MergeBody = Callable[[str, str, str, "Side | None"], tuple[str, bool]]
"""Merges bodies (base, ours, theirs), with markers where no side is given; says if they clash."""

MARKER = 7  # signs of a conflict marker, unless git asks for more


_BEGINNING = re.compile(r"(?:[ \t]*(?:#.*)?\n)*---(?:[ \t].*)?\n")  # of plain YAML, if it has one


class Merged(NamedTuple):
    """What came of a merge; with contradictions or a clash of bodies, the text has markers."""

    text: str
    contradictions: list[Contradiction]
    body_clashes: bool


def merge_texts(
    texts: tuple[str, str, str],
    merge_body: MergeBody,
    *,
    marker: int = MARKER,
    side: Side | None = None,
) -> Merged:
    """Merge three versions of a whole file: base, ours, theirs; no base is an empty text.

    With a ``side``, contradictions are decided as it has them and leave no markers. Raises
    :class:`EditRefused` for a version that cannot be read, and where no exact way is found.
    """
    versions = [_Version(text) for text in texts]
    layout = _layout(versions)
    merging = _Merging(versions, merge_body, marker)
    _, found = merge_values(*merging.values)
    decided = {each: merging.decided(each) for each in {side or Side.OURS, side or Side.THEIRS}}
    first = decided[side or Side.OURS]
    if side or not (found or first.clashes):
        return Merged(layout(first.fields + first.body), found, first.clashes)
    marked = merging.texts_of(None)
    return Merged(layout(marked.fields + marked.body), found, marked.clashes)


# --- one version ----------------------------------------------------------------------------


class _Version:
    """One of the three texts: what frames it, its fields in pieces, its body."""

    def __init__(self, text: str) -> None:
        self.missing = not text
        self.mark = text.startswith(MARK)
        text = text.removeprefix(MARK)
        self.windows = "\r\n" in text and "\n" not in text.replace("\r\n", "")
        self.ended = not text or text.endswith("\n")
        text = text.replace("\r\n", "\n") if self.windows else text
        self.text = text if self.ended else f"{text}\n"
        self.opening = self.closing = self.body = ""
        fields = read_fields(self.text)
        if fields.entries and not fields.block:
            raise EditRefused(1, "the whole record stands in brackets")
        end = len(self.text)
        if has_front_matter(self.text):
            opening = OPENING.match(self.text)
            assert opening is not None
            closing = CLOSING.search(self.text, opening.end())
            assert closing is not None
            end = closing.start()
            self.opening, self.closing = opening.group(), closing.group()
            self.body = self.text[closing.end() :]
        elif beginning := _BEGINNING.match(self.text):
            self.opening = beginning.group()
        self.parts, self.tail = pieces_of(self.text[:end], fields, len(self.opening))
        self.value = value_of(fields)


def _layout(texts: list[_Version]) -> Callable[[str], str]:
    """Give back the mark, line ends and last line end that the versions agree on."""

    def of(facts: list[bool]) -> bool:
        base, ours, theirs = facts
        return ours if base != ours or texts[0].missing else theirs

    mark = of([one.mark for one in texts])
    windows = of([one.windows for one in texts])
    ended = of([one.ended for one in texts])

    def lay_out(text: str) -> str:
        text = text if ended else text.removesuffix("\n")
        return MARK * mark + (text.replace("\n", "\r\n") if windows else text)

    return lay_out


# --- merging --------------------------------------------------------------------------------


def _three_way(base: str, ours: str, theirs: str) -> str:
    """Merge what says nothing: the side that changed it, or ours."""
    return theirs if ours == base else ours


def _merge_leads(base: str, ours: str, theirs: str) -> str:
    """Merge comments and blank lines; where both sides added some, all of them stay."""
    if base in (ours, theirs) or ours == theirs:
        return _three_way(base, ours, theirs)
    known = {*base.splitlines(), *ours.splitlines()}
    lines = theirs.splitlines(keepends=True)
    return ours + "".join(line for line in lines if line.rstrip("\n") not in known)


class _Texts(NamedTuple):
    """What came of a merge: fields with what frames them, the body, and whether bodies clash."""

    fields: str
    body: str
    clashes: bool


@dataclass(frozen=True)
class _Merging:
    texts: list[_Version]
    merge_body: MergeBody
    marker: int

    @property
    def values(self) -> tuple[Any, Any, Any]:
        base, ours, theirs = (one.value for one in self.texts)
        return base, ours, theirs

    def texts_of(self, side: Side | None) -> _Texts:
        """Merge everything, with markers where no side is given."""
        base, ours, theirs = self.texts
        body, clashes = ours.body, False
        if base.body == ours.body or not (base.body + ours.body).strip():
            body = theirs.body or ours.body
        elif theirs.body not in (base.body, ours.body) and (base.body + theirs.body).strip():
            body, clashes = self.merge_body(base.body, ours.body, theirs.body, side)
        parts = self.parts(base.parts, ours.parts, theirs.parts, side)
        self.settle(parts, side)
        fields = "".join(part.lead + part.own for part in parts.values())
        tail = _merge_leads(base.tail, ours.tail, theirs.tail)
        opening = _three_way(base.opening, ours.opening, theirs.opening)
        closing = _three_way(base.closing, ours.closing, theirs.closing)
        return _Texts(f"{opening}{fields}{tail}{closing}", body, clashes)

    def decided(self, side: Side) -> _Texts:
        """Merge everything as a side has it, and see that it says what it should."""
        texts = self.texts_of(side)
        wanted, _ = merge_values(*self.values, side)
        if same_facts(value_of(read_fields(texts.fields)), wanted):
            return texts
        return texts._replace(fields=self.edited(wanted))

    def edited(self, wanted: Any) -> str:
        """Make our fields say what they should, where putting pieces together did not."""
        ours = self.texts[1]
        return change_to(ours.text.removesuffix(ours.body), (), ours.value, wanted)

    def parts(
        self,
        base: dict[str, Piece],
        ours: dict[str, Piece],
        theirs: dict[str, Piece],
        side: Side | None,
    ) -> dict[str, Piece]:
        merged = {}
        indent = next((_indent(part.own) for part in (ours or theirs).values()), 0)
        for key in merged_order(base, ours, theirs):
            other = theirs.get(key)
            fitting = _fitted(other, indent) if other else None
            piece = self.piece(key, base.get(key), ours.get(key), fitting, side)
            if piece is not None:
                merged[key] = piece
        return merged

    def piece(
        self,
        key: str,
        base: Piece | None,
        ours: Piece | None,
        theirs: Piece | None,
        side: Side | None,
    ) -> Piece | None:
        values = [one.value if one else None for one in (base, ours, theirs)]
        if ours is None or theirs is None:
            there = ours or theirs
            if there is None:
                return None
            if base is None or (not same_facts(there.value, None) and not base.value):
                return there
            if same_facts(there.value, base.value) or not there.value:
                return None
            return self.choose(base, ours, theirs, side)
        lead = _merge_leads(base.lead if base else "", ours.lead, theirs.lead)
        if base and ours.own == base.own:
            return replace(theirs, lead=lead)
        if ours.own == theirs.own or (base and theirs.own == base.own):
            return replace(ours, lead=lead)
        if ours.kind is theirs.kind is not Scalar and (
            base is None or base.kind is ours.kind or not base.value
        ):
            return replace(self.whole(base, ours, theirs, side), lead=lead)
        return self.leaf(
            key, values, replace(ours, lead=lead), replace(theirs, lead=lead), base, side
        )

    def whole(self, base: Piece | None, ours: Piece, theirs: Piece, side: Side | None) -> Piece:
        """Merge the parts of a list or a mapping."""
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

    def leaf(
        self,
        key: str,
        values: list[Any],
        ours: Piece,
        theirs: Piece,
        base: Piece | None,
        side: Side | None,
    ) -> Piece | None:
        """Merge two ways of writing one value."""
        wanted, found = merge_fact(*values)
        if found:
            return self.choose(base, ours, theirs, side)
        return _saying(ours, key, wanted) or (theirs if same_facts(wanted, theirs.value) else ours)

    def choose(
        self, base: Piece | None, ours: Piece | None, theirs: Piece | None, side: Side | None
    ) -> Piece | None:
        if side is None:
            return self.hunk(ours, theirs)
        return {Side.OURS: ours, Side.THEIRS: theirs, Side.BASE: base}[side]

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
        sides = [value or {} for value in self.values]
        for pair, item in torn(*sides):
            for name in pair:
                here = [item in (values.get(name) or []) for values in sides]
                parts[name] = self.settled(parts[name], name, item, here, side)

    def settled(
        self, piece: Piece, name: str, item: str, here: list[bool], side: Side | None
    ) -> Piece:
        """Leave an item in a list, take it out, or mark it, as it stands there on each side."""
        if side is not None:
            stays = here[[Side.BASE, Side.OURS, Side.THEIRS].index(side)]
            return piece if stays else _without(piece, name, item)
        out = _without(piece, name, item)
        if item not in piece.parts:  # in brackets: the whole line
            return self.hunk(piece if here[1] else out, piece if here[2] else out)
        line = piece.parts[item]
        nothing = replace(line, own="")
        marked = self.hunk(line if here[1] else nothing, line if here[2] else nothing)
        result = replace(piece, parts={**piece.parts, item: marked})
        result.own = joined(result)
        return result


def _without(piece: Piece, name: str, item: str) -> Piece:
    """Take one item out of a list."""
    if item in piece.parts:
        parts = {key: part for key, part in piece.parts.items() if key != item}
        out = replace(piece, parts=parts, value=[*parts])
        out.own = joined(out)
        return out
    value = [one for one in piece.value or [] if one != item]
    return _saying(piece, name, value) or piece


def _indent(own: str) -> int:
    return len(own) - len(own.lstrip(" "))


def _fitted(piece: Piece, indent: int) -> Piece:
    """Move the lines of a piece to where those of the other side begin."""
    by = indent - _indent(piece.own)
    if not by:
        return piece
    return Piece(
        _moved(piece.lead, by),
        _moved(piece.own, by),
        piece.value,
        _moved(piece.head, by),
        {key: _fitted(part, _indent(part.own) + by) for key, part in piece.parts.items()},
        piece.kind,
        piece.is_item,
    )


def _moved(text: str, by: int) -> str:
    if by > 0:
        return re.sub(r"(?m)^(?=.)", " " * by, text)
    return re.sub(rf"(?m)^ {{0,{-by}}}", "", text)


def _saying(piece: Piece, key: str, value: Any) -> Piece | None:
    """Write another value where a piece has one; ``None`` if that cannot be done exactly."""
    frame, path = ("k:\n", ("k", 0)) if piece.is_item else ("", (key,))
    try:
        text = change_to(frame + piece.own, path, piece.value, value)
    except EditRefused:
        return None
    return Piece(piece.lead, text.removeprefix(frame), value, is_item=piece.is_item)
