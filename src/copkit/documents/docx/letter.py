"""The letter as a Word document: what stands where, in the order of the web page.  Pure."""

from __future__ import annotations

from copkit.documents.docx.documents import write_ask, write_asked, write_logo, write_tried
from copkit.documents.docx.prose import write_prose
from copkit.documents.docx.writer import Lie, WordFile, words
from copkit.documents.facts.letter import LetterFacts
from copkit.documents.theme import Look
from copkit.text.markdown_blocks import Span


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
