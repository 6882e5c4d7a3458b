"""Brief, letter, report, write-up, sheets and tool kit as Word, as their web pages.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copkit.documents.charts.drawing import Chart
from copkit.documents.docx.writer import (
    TEXT_WIDTH,
    ParagraphLayout,
    WordFile,
    plain_span,
    write_prose,
)
from copkit.documents.facts.shared import AskBefore, BlockageStory, BriefFacts, Tried
from copkit.documents.pictures import render_svg, svg_to_png
from copkit.documents.theme import DocumentTheme
from copkit.text.markdown import Span
from copkit.wording import join_sentences

if TYPE_CHECKING:
    from copkit.documents.facts.letter import LetterFacts
    from copkit.documents.facts.report import ReportFacts, SectionPart
    from copkit.documents.facts.sheet import SheetFacts
    from copkit.documents.facts.toolkit import KitFacts, KitSheetFacts, TickBox
    from copkit.documents.facts.write_up import WriteUpFacts

BOXED_LAYOUT: Final = ParagraphLayout(boxed=True)
EMPTY_BOX, TICKED_BOX = "\N{BALLOT BOX}", "\N{BALLOT BOX WITH CHECK}"
CHART_SCALE: Final = 0.72  # makes a chart's letters a little smaller than those of the text


# --- the brief ------------------------------------------------------------------------------


def brief_docx(facts: BriefFacts, theme: DocumentTheme) -> bytes:
    """Render a brief as a Word file; the same facts make the same bytes."""
    file = WordFile(theme, f"{facts.title}: {facts.programme}", facts.programme)
    file.set_subject(f"For: {facts.addressee}. Covers: {facts.period}")
    file.set_header_and_footer(f"{facts.programme}: {facts.title}", theme.footer)
    _write_opening(file, facts, theme)
    _write_blockages(file, facts, theme)
    _write_outcomes(file, facts)
    _write_membership(file, facts)
    _write_earlier_asks(file, facts)
    _write_cases(file, facts)
    file.add_paragraph("Closing", plain_span(f"{facts.programme}. {facts.care}"))
    if facts.reply_to:
        file.add_paragraph("Closing", plain_span(f"Contact: {facts.reply_to}"))
    return file.to_bytes()


def _write_opening(file: WordFile, facts: BriefFacts, theme: DocumentTheme) -> None:
    """Write the top of a brief: logo, title, addressee, the ask and the cover note."""
    _write_logo(file, theme)
    file.add_paragraph("Programme Name", plain_span(facts.programme))
    file.add_paragraph("Title", plain_span(facts.title))
    covering = f"Covers: {facts.period}, as at {facts.as_at}"
    for_whom, covers = plain_span(f"For: {facts.addressee}"), plain_span(covering)
    file.add_paragraph("Subtitle", for_whom, Span("\n"), covers)
    _write_ask_box(file, facts.ask, facts.reply_by, facts.reply_to)
    write_prose(file, facts.cover)
    if facts.own_record:
        file.add_paragraph("Heading 1", plain_span("What we have asked you before"))
    for ask in facts.own_record:
        _write_earlier_ask(file, ask)


def _write_blockages(file: WordFile, facts: BriefFacts, theme: DocumentTheme) -> None:
    """Write the blockages of a brief: the table and bars of all, then each one's story."""
    file.add_paragraph("Heading 1", plain_span("What keeps blocking practitioners"))
    if facts.counts:
        counts = [
            (f"{count.title}\n{count.asked}".strip(), count.cases, count.communities)
            for count in facts.counts
        ]
        heads = ("Blockage", "Cases", "Communities")
        file.add_table(facts.counted, heads, counts)
    for chart in facts.charts:
        _write_chart(file, chart, theme)
    asked = "" if facts.asked_before else facts.asked_note
    if notes := join_sentences(facts.blockages_note, asked):
        file.add_paragraph("Normal", plain_span(notes))
    for blockage in facts.blockages:
        _write_blockage(file, blockage)


def _write_chart(file: WordFile, chart: Chart, theme: DocumentTheme) -> None:
    width, height = chart.width * CHART_SCALE, chart.height * CHART_SCALE
    png = svg_to_png(render_svg(chart, theme), round(width))
    file.add_picture(png, chart.title, chart.words, (width, height))


def _write_blockage(file: WordFile, blockage: BlockageStory) -> None:
    """Write the story of one blockage: how often it came up, how it showed, what was tried."""
    file.add_paragraph("Heading 2", plain_span(blockage.title))
    file.add_paragraph("Soft", plain_span(blockage.how_often))
    write_prose(file, blockage.what_it_does)
    if blockage.notes:
        file.add_paragraph("Label", plain_span("What practitioners saw"))
        for note in blockage.notes:
            file.add_paragraph("List Bullet", plain_span(note))
    if blockage.tried:
        file.add_paragraph("Label", plain_span("What was suggested, and what came of it"))
        for entry in blockage.tried:
            _write_suggestion(file, entry)


def _write_outcomes(file: WordFile, facts: BriefFacts) -> None:
    """Write what came of the suggestions; nothing where none was followed up."""
    if not facts.outcomes_note:
        return
    file.add_paragraph("Heading 1", plain_span("What came of it"))
    file.add_paragraph(
        "Normal",
        plain_span(facts.outcomes_note),
        layout=ParagraphLayout(keep_with_next=bool(facts.outcomes)),
    )
    if facts.outcomes:
        heads = ("What they achieved", *facts.outcome_heads)
        rows = [(row.kind, *row.counts) for row in facts.outcomes]
        file.add_table("Suggestions, by what they achieved", heads, rows)


def _write_membership(file: WordFile, facts: BriefFacts) -> None:
    """Write who takes part, and which of the seats sought are empty."""
    if facts.beyond_remit:
        file.add_paragraph("Heading 1", plain_span("Work that nobody is asked to do"))
        file.add_paragraph("Normal", plain_span(facts.beyond_remit))
    file.add_paragraph("Heading 1", plain_span("Who takes part"))
    file.add_paragraph("Normal", plain_span(facts.membership))
    if facts.seats:
        file.add_paragraph(
            "Normal",
            plain_span(facts.seats),
            layout=ParagraphLayout(keep_with_next=bool(facts.empty_seats)),
        )
    for seats in facts.empty_seats:
        sector = plain_span(f"{seats.sector}:", strong=True)
        file.add_paragraph("List Bullet", sector, Span(" "), plain_span(seats.roles))


def _write_earlier_asks(file: WordFile, facts: BriefFacts) -> None:
    """Write what a brief's programme asked before; nothing where it asked nothing."""
    if not facts.asked_before:
        return
    file.add_paragraph("Heading 1", plain_span("What we asked others, and what came back"))
    file.add_paragraph("Normal", plain_span(facts.asked_note))
    for ask in facts.asked_before:
        _write_earlier_ask(file, ask)


def _write_cases(file: WordFile, facts: BriefFacts) -> None:
    """Write the titles of the case studies; nothing where there are none."""
    if not facts.cases:
        return
    file.add_paragraph("Heading 1", plain_span("Case studies behind this brief"))
    file.add_paragraph(
        "Normal", plain_span(facts.cases_note), layout=ParagraphLayout(keep_with_next=True)
    )
    for title in facts.cases:
        file.add_paragraph("List Bullet", plain_span(title))


# --- the letter -----------------------------------------------------------------------------


def letter_docx(facts: LetterFacts, theme: DocumentTheme) -> bytes:
    """Render a letter as a Word file; the same facts make the same bytes."""
    file = WordFile(theme, f"{facts.title}: {facts.programme}", facts.programme)
    file.set_subject(f"To: {facts.addressee}. Date: {facts.day}")
    file.set_header_and_footer(f"{facts.programme}: {facts.title}", theme.footer)
    _write_logo(file, theme)
    file.add_paragraph("Programme Name", plain_span(facts.programme))
    file.add_paragraph("Address", plain_span(facts.day))
    file.add_paragraph("Address", plain_span(facts.addressee))
    file.add_paragraph("Normal", plain_span(facts.greeting))
    file.add_paragraph("Subject", plain_span(facts.title))
    file.add_paragraph("Normal", plain_span(facts.opening))
    _write_ask_box(file, facts.ask, facts.reply_by, facts.reply_to, theme.footer)
    _write_effects(file, facts)
    _write_suggestions(file, facts)
    _write_asks_in_letter(file, facts)
    file.add_paragraph(
        "Normal", plain_span(facts.closing), layout=ParagraphLayout(keep_with_next=True)
    )
    file.add_paragraph("Farewell", plain_span(facts.farewell))
    signed = [part for line in facts.signatory for part in (plain_span(line), Span("\n"))]
    file.add_paragraph("Normal", *signed, plain_span(facts.signed))
    if facts.care:
        file.add_paragraph("Closing", plain_span(facts.care))
    return file.to_bytes()


def _write_effects(file: WordFile, facts: LetterFacts) -> None:
    """Write what the blockage of a letter does to people, how it showed, and a quotation."""
    if facts.what_it_does:
        file.add_paragraph("Heading 2", plain_span("What it does to people"))
        write_prose(file, facts.what_it_does)
    if facts.notes:
        file.add_paragraph("Label", plain_span("What practitioners saw"))
    for note in facts.notes:
        file.add_paragraph("List Bullet", plain_span(note))
    if facts.quotes:
        file.add_paragraph("Label", plain_span("In practitioners’ own words"))
    for quotation in facts.quotes:
        file.add_paragraph("Quote", plain_span(quotation))


def _write_suggestions(file: WordFile, facts: LetterFacts) -> None:
    """Write what a letter states of suggestions and their outcomes."""
    if facts.tried or facts.outcomes:
        file.add_paragraph("Heading 2", plain_span("What was tried"))
    if facts.outcomes:
        file.add_paragraph("Normal", plain_span(facts.outcomes))
    if facts.tried:
        file.add_paragraph("Label", plain_span("For example"))
    for entry in facts.tried:
        _write_suggestion(file, entry)


def _write_asks_in_letter(file: WordFile, facts: LetterFacts) -> None:
    """Write what was asked before about a letter's blockage; nothing if it is the first ask."""
    if not facts.asked_before:
        return
    file.add_paragraph("Heading 2", plain_span("What we asked before, and what came back"))
    if facts.asked_note:
        layout = ParagraphLayout(keep_with_next=True)
        file.add_paragraph("Normal", plain_span(facts.asked_note), layout=layout)
    for ask in facts.asked_before:
        asked = plain_span(f"{ask.asked}, {ask.of}: {ask.ask}")
        answer = (plain_span(ask.status, strong=True), Span(" "), plain_span(ask.reply))
        file.add_paragraph("Normal", asked, Span(" "), *answer)


# --- the evaluation report ------------------------------------------------------------------


def report_docx(facts: ReportFacts, theme: DocumentTheme) -> bytes:
    """Render an evaluation report as a Word file; the same facts make the same bytes."""
    file = WordFile(theme, f"{facts.title}: {facts.programme}", facts.programme)
    file.set_subject(f"Covers: {facts.period}")
    file.set_header_and_footer(f"{facts.programme}: {facts.title}", theme.footer)
    _write_summary(file, facts, theme)
    charts = {chart.name: chart for chart in facts.charts}
    for section in facts.sections:
        layout = ParagraphLayout(new_page=section.number == 1)
        heading = plain_span(f"{section.number}. {section.title}")
        file.add_paragraph("Heading 1", heading, layout=layout)
        for part in section.parts:
            _write_report_part(file, part)
            if part.chart:
                _write_chart(file, charts[part.chart], theme)
    closing = join_sentences(f"{facts.programme}.", facts.readers, facts.care)
    file.add_paragraph("Closing", plain_span(closing))
    if facts.reply_to:
        file.add_paragraph("Closing", plain_span(f"Contact: {facts.reply_to}"))
    return file.to_bytes()


def _write_summary(file: WordFile, facts: ReportFacts, theme: DocumentTheme) -> None:
    """Write the first page of a report, which stands alone."""
    _write_logo(file, theme)
    file.add_paragraph("Programme Name", plain_span(facts.programme))
    file.add_paragraph("Title", plain_span(facts.title))
    file.add_paragraph("Subtitle", plain_span(f"Evaluation report, {facts.period}"))
    file.add_paragraph("Heading 1", plain_span("Summary"))
    write_prose(file, facts.in_short)
    for figure in facts.figures:
        strong = plain_span(figure.figure, strong=True)
        file.add_paragraph("List Bullet", strong, Span(" "), plain_span(figure.words))
    file.add_paragraph("Heading 2", plain_span("What did not work"))
    for failure in facts.failures:
        file.add_paragraph("List Bullet", plain_span(failure))
    if facts.will_change:
        file.add_paragraph("Heading 2", plain_span("What we will change"))
        write_prose(file, facts.will_change)
    file.add_paragraph("Heading 2", plain_span("How far to trust it"))
    file.add_paragraph("Normal", plain_span(facts.sure))


def _write_report_part(file: WordFile, part: SectionPart) -> None:
    """Write the words and the table of a part of a report."""
    if part.heading:
        file.add_paragraph("Heading 2", plain_span(part.heading))
    if part.text:
        layout = ParagraphLayout(keep_with_next=bool(part.points))
        file.add_paragraph("Normal", plain_span(part.text), layout=layout)
    write_prose(file, part.prose)
    for point in part.points:
        file.add_paragraph("List Bullet", plain_span(point))
    if table := part.table:
        file.add_table(table.caption, table.head, table.rows)
    for quote in part.quotes:
        speaker = plain_span(quote.speaker, strong=True)
        words = plain_span(f"“{quote.words}”")
        file.add_paragraph("Quote", words, Span(" "), speaker)
    if part.note:
        file.add_paragraph("Soft", plain_span(part.note))


# --- the attendance sheet -------------------------------------------------------------------

SIGNATURE_WIDTH: Final = 3400  # twentieths of a point: 6 cm
TICK_WIDTH: Final = 1100  # of the column with the box to tick
TICK_BOX: Final = "☐"
_LINE_WIDTH: Final = 600  # of the column with the number of a line


def sheet_docx(facts: SheetFacts, theme: DocumentTheme) -> bytes:
    """Render an attendance sheet as a Word file; the same facts make the same bytes."""
    file = WordFile(theme, f"{facts.title}: {facts.programme}", facts.programme)
    file.set_subject(facts.community)
    file.set_header_and_footer(f"{facts.community}: {facts.title}", theme.footer)
    _write_logo(file, theme)
    file.add_paragraph("Programme Name", plain_span(facts.community))
    file.add_paragraph("Title", plain_span(facts.title))
    if facts.lead:
        file.add_paragraph("Subtitle", plain_span(facts.lead))
    if facts.notice:
        file.add_paragraph("Normal", plain_span(facts.notice, strong=True))
    written = TEXT_WIDTH - TICK_WIDTH - SIGNATURE_WIDTH
    named_heads = ["Name"] if facts.named else []
    widths = [written * 2 // 5, written - written * 2 // 5] if facts.named else [written]
    file.add_form(
        "Members",
        (*named_heads, "Role", "Present", "Signature"),
        [(*([row.name] if facts.named else []), row.role, TICK_BOX, "") for row in facts.rows],
        (*widths, TICK_WIDTH, SIGNATURE_WIDTH),
    )
    whom = (written + TICK_WIDTH) // 2
    file.add_form(
        "Substitutes and guests",
        ("Line", "Who, and from where", "For whom", "Signature"),
        [(number, "", "", "") for number in facts.others],
        (_LINE_WIDTH, whom, written + TICK_WIDTH - whom - _LINE_WIDTH, SIGNATURE_WIDTH),
    )
    file.add_paragraph("Label", plain_span("Our ground rules"))
    write_prose(file, facts.ground_rules)
    return file.to_bytes()


# --- the tool kit ---------------------------------------------------------------------------


def toolkit_docx(facts: KitFacts, theme: DocumentTheme) -> bytes:
    """Render sheets of the tool kit as a Word file; the same facts make the same bytes."""
    file = WordFile(theme, f"{facts.title}: {facts.programme}", facts.programme)
    file.set_header_and_footer(f"{facts.programme}: {facts.title}", theme.footer)
    if facts.contents:
        _write_kit_opening(file, facts, theme)
    for number, sheet in enumerate(facts.sheets):
        _write_sheet(file, sheet, new_page=bool(facts.contents or number))
    return file.to_bytes()


def _write_kit_opening(file: WordFile, facts: KitFacts, theme: DocumentTheme) -> None:
    """Write the title page: where a community stands, and the contents."""
    _write_logo(file, theme)
    file.add_paragraph("Programme Name", plain_span(facts.programme))
    file.add_paragraph("Title", plain_span(facts.title))
    file.add_paragraph("Subtitle", plain_span(facts.lead))
    if facts.checklist:
        file.add_paragraph("Heading 1", plain_span("Where we stand"))
        file.add_paragraph("Normal", plain_span(facts.ticked))
        for box in facts.checklist:
            _write_box(file, box)
    file.add_paragraph("Heading 1", plain_span("The sheets"))
    rows = [(entry.number, entry.title, entry.asks, entry.minutes) for entry in facts.contents]
    heads = ("Sheet", "About", "The question", "Takes")
    file.add_text_table("The sheets", heads, rows, (2, 7, 12, 3))


def _write_sheet(file: WordFile, sheet: KitSheetFacts, *, new_page: bool) -> None:
    layout = ParagraphLayout(new_page=new_page)
    file.add_paragraph("Programme Name", plain_span(sheet.kicker), layout=layout)
    file.add_paragraph("Subject", plain_span(sheet.title))
    file.add_paragraph("Label", plain_span(sheet.asks))
    file.add_paragraph("Soft", plain_span(sheet.lead))
    for part in sheet.parts:
        write_prose(file, part.text)
        if part.table:
            rows = [row.cells for row in part.table.rows]
            name = f"{sheet.title}: {part.table.head[0]}"
            file.add_text_table(name, part.table.head, rows, part.table.widths)
        for box in part.boxes:
            _write_box(file, box)
    if sheet.rests_on:
        file.add_paragraph("Soft", plain_span(f"Rests on: {sheet.rests_on}"))


def _write_box(file: WordFile, box: TickBox) -> None:
    """Write a box to tick, or one that records tick."""
    mark = Span(f"{TICKED_BOX if box.ticked else EMPTY_BOX} ")
    done = (plain_span("Done:", strong=True), Span(" ")) if box.ticked else ()
    note = (Span("\n"), plain_span(box.note)) if box.note else ()
    file.add_paragraph("List Continue", mark, *done, plain_span(box.text), *note)


# --- the write-up of a case ------------------------------------------------------------------


def write_up_docx(facts: WriteUpFacts, theme: DocumentTheme) -> bytes:
    """Render the write-up of a case as a Word file; the same facts make the same bytes."""
    file = WordFile(theme, f"{facts.title}: {facts.programme}", facts.programme)
    file.set_subject(f"Case study. {facts.kind}")
    file.set_header_and_footer(f"{facts.programme}: {facts.title}", theme.footer)
    _write_logo(file, theme)
    file.add_paragraph("Programme Name", plain_span(facts.programme))
    file.add_paragraph("Title", plain_span(facts.title))
    file.add_paragraph("Subtitle", plain_span(join_sentences(f"{facts.kind}.", facts.lead)))
    if facts.question:
        file.add_paragraph("Label", plain_span(facts.question))
    if facts.themes:
        file.add_paragraph("Soft", plain_span(f"Themes: {facts.themes}"))
    for section in facts.sections:
        file.add_paragraph("Heading 1", plain_span(section.title))
        write_prose(file, section.text)
    if facts.tried:
        file.add_paragraph("Heading 1", plain_span("What was tried, and whether it helped"))
    for entry in facts.tried:
        _write_suggestion(file, entry)
    _write_days(file, facts, theme)
    for heading, lines, style in (
        ("Questions to discuss", facts.discuss, "List Number"),
        ("What stood in the way", facts.blockages, "List Bullet"),
    ):
        if lines:
            file.add_paragraph("Heading 1", plain_span(heading))
        for line in lines:
            file.add_paragraph(style, plain_span(line))
    if facts.evidence:
        file.add_paragraph("Heading 1", plain_span("Evidence in sixty seconds"))
    for card in facts.evidence:
        file.add_paragraph("Heading 2", plain_span(card.title))
        write_prose(file, card.spoken)
        address = (Span(" "), Span(card.url, link=card.url)) if card.url else ()
        file.add_paragraph("Entry Last", plain_span(card.citation), *address)
    file.add_paragraph("Closing", plain_span(join_sentences(facts.cite, facts.readers, facts.care)))
    return file.to_bytes()


def _write_days(file: WordFile, facts: WriteUpFacts, theme: DocumentTheme) -> None:
    """Write when suggestions were due and told, for readers who may know."""
    if facts.days:
        file.add_paragraph("Heading 1", plain_span("What happened when"))
        for chart in facts.charts:
            _write_chart(file, chart, theme)
        caption = "When each suggestion was due, and when we last heard of it"
        file.add_table(caption, ("Suggestion", "Due", "Last heard"), facts.days)


# --- parts of several documents -------------------------------------------------------------


def _write_logo(file: WordFile, theme: DocumentTheme) -> None:
    """Write the programme's logo, if it has one."""
    if logo := theme.logo:
        size = (logo.width, logo.height)
        file.add_picture(logo.png, logo.words, logo.words, size, style="Logo")


def _write_ask_box(
    file: WordFile, ask: str, reply_by: str, reply_to: str, footer: str = ""
) -> None:
    """Write the ask in a box, with the day and the address for the reply.

    ``reply_by`` is a day in words, ``reply_to`` whom to answer; either may be ``""``, and is left
    out then. Where nobody is named, the programme's ``footer`` stands for an address.
    """
    file.add_paragraph("Heading 1", plain_span("What we ask of you"), layout=BOXED_LAYOUT)
    reply_lines = [Span("Please reply")] if reply_by or reply_to else []
    reply_lines += [Span(" by "), plain_span(reply_by, strong=True)] if reply_by else []
    reply_lines += [Span(" to "), plain_span(reply_to)] if reply_to else []
    reply_lines += [Span(".")] if reply_lines else []
    if footer and not reply_to:
        reply_lines += [Span("\n")] if reply_lines else []
        reply_lines += [plain_span(f"Reply to: {footer}")]
    file.add_paragraph("Ask" if reply_lines else "Ask Alone", plain_span(ask))
    if reply_lines:
        file.add_paragraph("Ask Date", *reply_lines)


def _write_suggestion(file: WordFile, entry: Tried) -> None:
    """Write one suggestion, and what came of it."""
    note = (Span(" "), plain_span(entry.note)) if entry.note else ()
    outcome = plain_span(entry.outcome, strong=True)
    file.add_paragraph("List Bullet", plain_span(f"{entry.what}:"), Span(" "), outcome, *note)


def _write_earlier_ask(file: WordFile, ask: AskBefore) -> None:
    """Write something asked before, and what came back."""
    file.add_paragraph("Entry", plain_span(f"{ask.asked}, {ask.of}"))
    file.add_paragraph("Entry Text", plain_span(ask.ask))
    reply = (Span(" "), plain_span(ask.reply)) if ask.reply else ()
    status = plain_span(ask.status, strong=True)
    style = "Entry Text" if ask.about else "Entry Last"
    file.add_paragraph(style, status, *reply)
    if ask.about:
        file.add_paragraph("Entry End", plain_span(f"About: {ask.about}"))
