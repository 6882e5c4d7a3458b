"""The brief as a Word document: what stands where, in the order of the web page.  Pure."""

from __future__ import annotations

from typing import Final

from copkit.documents.charts.bars import Bars
from copkit.documents.docx.writer import Lie, WordFile, words, write_prose
from copkit.documents.facts.letter import LetterFacts
from copkit.documents.facts.shared import AskBefore, BlockageStory, BriefFacts, Tried
from copkit.documents.pictures import drawn, to_png
from copkit.documents.theme import Look
from copkit.text.markdown import Span

BOXED: Final = Lie(boxed=True)
SHARE: Final = 0.72  # of a chart's full size: its letters are a little smaller than the text's


def brief_docx(facts: BriefFacts, look: Look) -> bytes:
    """Give a brief as a Word file; the same facts give the same bytes."""
    file = WordFile(look, f"{facts.title}: {facts.programme}", facts.programme)
    file.subject(f"For: {facts.addressee}. Covers: {facts.period}")
    file.run_around(f"{facts.programme}: {facts.title}", look.footer)
    _opening(file, facts, look)
    _in_the_way(file, facts, look)
    _what_came_of_it(file, facts)
    _who_takes_part(file, facts)
    _asked_before(file, facts)
    _cases(file, facts)
    file.paragraph("Closing", words(f"{facts.programme}. {facts.care}"))
    return file.to_bytes()


def _opening(file: WordFile, facts: BriefFacts, look: Look) -> None:
    write_logo(file, look)
    file.paragraph("Programme Name", words(facts.programme))
    file.paragraph("Title", words(facts.title))
    for_whom, covers = words(f"For: {facts.addressee}"), words(f"Covers: {facts.period}")
    file.paragraph("Subtitle", for_whom, Span("\n"), covers)
    write_ask(file, facts.ask, facts.reply_by)
    write_prose(file, facts.cover)


def _in_the_way(file: WordFile, facts: BriefFacts, look: Look) -> None:
    file.paragraph("Heading 1", words("What keeps blocking practitioners"))
    if facts.counts:
        counts = [(one.title, one.cases, one.communities) for one in facts.counts]
        heads = ("Blockage", "Cases", "Communities")
        file.table("How often each blockage came up", heads, counts)
    for chart in facts.charts:
        _chart(file, chart, look)
    if facts.blockages_note:
        file.paragraph("Normal", words(facts.blockages_note))
    for blockage in facts.blockages:
        _blockage(file, blockage)


def _chart(file: WordFile, chart: Bars, look: Look) -> None:
    width, height = chart.width * SHARE, chart.height * SHARE
    png = to_png(drawn(chart, look), round(width))
    file.picture(png, chart.title, chart.words, (width, height))


def _blockage(file: WordFile, blockage: BlockageStory) -> None:
    file.paragraph("Heading 2", words(blockage.title))
    file.paragraph("Soft", words(blockage.how_often))
    write_prose(file, blockage.what_it_does)
    if blockage.notes:
        file.paragraph("Label", words("How it showed"))
        for note in blockage.notes:
            file.paragraph("List Bullet", words(note))
    if blockage.tried:
        file.paragraph("Label", words("What was suggested, and what came of it"))
        for entry in blockage.tried:
            write_tried(file, entry)


def _what_came_of_it(file: WordFile, facts: BriefFacts) -> None:
    if not facts.outcomes_note:
        return
    file.paragraph("Heading 1", words("What came of it"))
    file.paragraph("Normal", words(facts.outcomes_note), lie=Lie(kept=bool(facts.outcomes)))
    if facts.outcomes:
        heads = ("What they achieved", "Helped", "Partly")
        rows = [(row.kind, row.helped, row.partly) for row in facts.outcomes]
        file.table("Suggestions that helped, by what they achieved", heads, rows)


def _who_takes_part(file: WordFile, facts: BriefFacts) -> None:
    file.paragraph("Heading 1", words("Who takes part"))
    file.paragraph("Normal", words(facts.membership))
    if facts.seats:
        file.paragraph("Normal", words(facts.seats), lie=Lie(kept=bool(facts.empty_seats)))
    for seats in facts.empty_seats:
        sector = words(f"{seats.sector}:", strong=True)
        file.paragraph("List Bullet", sector, Span(" "), words(seats.roles))


def _asked_before(file: WordFile, facts: BriefFacts) -> None:
    if not facts.asked_note:
        return
    file.paragraph("Heading 1", words("What was asked before, and what came back"))
    file.paragraph("Normal", words(facts.asked_note))
    for ask in facts.asked_before:
        write_asked(file, ask)


def _cases(file: WordFile, facts: BriefFacts) -> None:
    if not facts.cases:
        return
    file.paragraph("Heading 1", words("Case studies behind this brief"))
    file.paragraph("Normal", words(facts.cases_note), lie=Lie(kept=True))
    for title in facts.cases:
        file.paragraph("List Bullet", words(title))


# --- what the letter has as well ------------------------------------------------------------


def write_logo(file: WordFile, look: Look) -> None:
    """Show the programme's logo, if it has one."""
    if logo := look.logo:
        size = (logo.width, logo.height)
        file.picture(logo.png, logo.words, logo.words, size, style="Logo")


def write_ask(file: WordFile, ask: str, reply_by: str, reply_to: str = "") -> None:
    """Write what is asked in a box, by when it is to be answered, and to whom."""
    file.paragraph("Heading 1", words("What we ask of you"), lie=BOXED)
    when, to = words(reply_by, strong=True), words(f"Reply to: {reply_to}")
    below = [Span("Please reply by "), when, Span(".")] if reply_by else []
    below += [Span("\n")] if reply_by and reply_to else []
    below += [to] if reply_to else []
    file.paragraph("Ask" if below else "Ask Alone", words(ask))
    if below:
        file.paragraph("Ask Date", *below)


def write_tried(file: WordFile, entry: Tried) -> None:
    """Write one suggestion, and what came of it."""
    note = (Span(" "), words(entry.note)) if entry.note else ()
    outcome = words(entry.outcome, strong=True)
    file.paragraph("List Bullet", words(f"{entry.what}:"), Span(" "), outcome, *note)


def write_asked(file: WordFile, ask: AskBefore, *, kept: bool = False) -> None:
    """Write something asked before, and what came back; ``kept`` on the page of what follows."""
    file.paragraph("Entry", words(f"{ask.asked}, {ask.of}"))
    file.paragraph("Entry Text", words(ask.ask))
    reply = (Span(" "), words(ask.reply)) if ask.reply else ()
    status = words(ask.status, strong=True)
    style = "Entry Text" if ask.about else "Entry Last"
    file.paragraph(style, status, *reply, lie=Lie(kept=kept))
    if ask.about:
        file.paragraph("Entry End", words(f"About: {ask.about}"))


# The letter as a Word document: what stands where, in the order of the web page.


def letter_docx(facts: LetterFacts, look: Look) -> bytes:
    """Give a letter as a Word file; the same facts give the same bytes."""
    file = WordFile(look, f"{facts.title}: {facts.programme}", facts.programme)
    file.subject(f"To: {facts.addressee}. Date: {facts.day}")
    file.run_around(f"{facts.programme}: {facts.title}", look.footer)
    write_logo(file, look)
    file.paragraph("Programme Name", words(facts.programme))
    file.paragraph("Address", words(facts.day))
    file.paragraph("Address", words(facts.addressee))
    file.paragraph("Normal", words(facts.greeting))
    file.paragraph("Subject", words(facts.title))
    file.paragraph("Normal", words(facts.opening))
    write_ask(file, facts.ask, facts.reply_by, look.footer)
    _what_it_does(file, facts)
    _what_was_tried(file, facts)
    _what_was_asked(file, facts)
    file.paragraph("Normal", words(facts.closing), lie=Lie(kept=True))
    file.paragraph("Farewell", words(facts.farewell))
    file.paragraph("Normal", words(facts.signed))
    if facts.care:
        file.paragraph("Closing", words(facts.care))
    return file.to_bytes()


def _what_it_does(file: WordFile, facts: LetterFacts) -> None:
    if facts.what_it_does:
        file.paragraph("Heading 2", words("What it does to people"))
        write_prose(file, facts.what_it_does)
    if facts.notes:
        file.paragraph("Label", words("How it showed"))
    for note in facts.notes:
        file.paragraph("List Bullet", words(note))


def _what_was_tried(file: WordFile, facts: LetterFacts) -> None:
    if facts.tried or facts.outcomes:
        file.paragraph("Heading 2", words("What was tried"))
    for entry in facts.tried:
        write_tried(file, entry)
    if facts.outcomes:
        file.paragraph("Normal", words(facts.outcomes))
    if facts.learnt:
        file.paragraph("Heading 2", words("What practitioners learnt"))
    for one in facts.learnt:
        title = words(f"{one.title}:", strong=True)
        file.paragraph("Normal", title, Span(" "), words(one.words))


def _what_was_asked(file: WordFile, facts: LetterFacts) -> None:
    if not facts.asked_note:
        return
    file.paragraph("Heading 2", words("What was asked before, and what came back"))
    file.paragraph("Normal", words(facts.asked_note), lie=Lie(kept=True))
    for ask in facts.asked_before:
        # the last stays with the farewell, so that no page has nothing but a signature
        write_asked(file, ask, kept=ask is facts.asked_before[-1])
