"""Three-way merging of the texts of one record; what nobody changed travels byte for byte.  Pure.

The texts are taken apart into keys and items (``pieces``), and each is taken from the side that
changed it. The result is read again and compared with the merge of the values alone (``facts``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from copkit.text.edit import MARK, EditRefused, change_to, read_fields
from copkit.text.merge_values import (
    Contradiction,
    Pairs,
    Side,
    merge_fact,
    merge_values,
    merged_order,
    same_facts,
    torn,
)
from copkit.text.pieces import Piece, Version, fitted, indent_of, joined, saying, without
from copkit.text.yaml.nodes import Scalar, value_of

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
