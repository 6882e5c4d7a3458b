"""Facts of a closing page and a handover, laid out as a sheet of the tool kit.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from copkit.analysis.endings.pages import EndingView
from copkit.documents.facts.toolkit import KitFacts, KitSheetFacts, KitSheetPart, TickBox
from copkit.text.markdown import Prose


def build_ending(view: EndingView) -> KitFacts:
    """Work out what a closing page or a handover states: one sheet, a heading for each part."""
    sheet = KitSheetFacts(
        kicker=view.kicker,
        title=view.title,
        asks=view.asks,
        lead=view.lead,
        parts=tuple(_parts(view)),
        rests_on="",
    )
    return KitFacts(
        title=view.title,
        programme=view.programme,
        lead="",
        contents=(),
        ticked="",
        checklist=(),
        sheets=(sheet,),
    )


def _parts(view: EndingView) -> Iterator[KitSheetPart]:
    for section in view.sections:
        yield KitSheetPart(Prose(f"## {section.heading}\n\n{section.text}", below=1))
        if section.boxes:
            yield KitSheetPart(Prose(""), boxes=tuple(map(TickBox, section.boxes)))
