"""Facts of a closing page and a handover, laid out as a sheet of the tool kit.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copkit.analysis.endings.lineage import Descent, describe_descent
from copkit.analysis.endings.pages import EndingView
from copkit.documents.facts.toolkit import KitFacts, KitSheetFacts, KitSheetPart, TickBox
from copkit.text.markdown import Prose, escape_markdown
from copkit.text.normalise import single_line


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


def build_lineage_sheet(tree: Sequence[Descent]) -> KitSheetFacts:
    """Work out what the page of a site states of communities that grew out of one another."""
    codes = {entry.slug: entry.code for entry in tree}
    lines = []
    for entry in tree:
        called = " ".join(filter(None, ("" if entry.depth else entry.code, entry.place)))
        life = " ".join(filter(None, (called, entry.years)))
        text = ", ".join(filter(None, (life, describe_descent(entry, codes))))
        lines.append(f"{'    ' * entry.depth}- {escape_markdown(single_line(text))}")
    return KitSheetFacts(
        kicker="Communities",
        title="How we grew",
        asks="Which community grew out of which?",
        lead="",
        parts=(KitSheetPart(Prose("\n".join(lines), below=1)),),
        rests_on="",
    )


def _parts(view: EndingView) -> Iterator[KitSheetPart]:
    for section in view.sections:
        yield KitSheetPart(Prose(f"## {section.heading}\n\n{section.text}", below=1))
        if section.boxes:
            yield KitSheetPart(Prose(""), boxes=tuple(map(TickBox, section.boxes)))
