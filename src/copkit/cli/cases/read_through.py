"""``copkit check --read``: one case sentence by sentence, for what no rule can know.

That somebody read it is noted in a file of its own in ``.copkit/read/``, called by the digest that
a sign-off has as well, and by that of the note: any edit ends it, and no two notes ever conflict.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, Final, NamedTuple

from copkit.analysis.cases import sign_off_digest
from copkit.analysis.privacy.identifiers import Knowledge
from copkit.cli.context import CommandContext
from copkit.cli.params import is_interactive, today
from copkit.cli.pii import is_label
from copkit.cli.prompts import ask_again
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.layout import READING_NOTES, is_reading_note
from copkit.pii.labels import LabelKind
from copkit.pii.normalise import FoldedText
from copkit.pii.scan import find_details
from copkit.records.cases import SECTIONS, Case
from copkit.records.schema.fields import fields_of, item_type
from copkit.text.files import path_inside
from copkit.text.front_matter import frame_of
from copkit.text.transaction import Change
from copkit.text.yaml.nodes import Mapping, Scalar, Sequence

QUESTIONS: Final = (
    "Who could know who this is: a neighbour, a relative, somebody on the ward or the wing?",
    "Does it name or describe a small place?",
    "Is it rare: an event, a job, an illness, a family, something that was in the news?",
)
_SENTENCE: Final = re.compile(r"\S.{0,2000}?(?:[a-z0-9)][.!?][\"')]*(?=\s)|$)")
_NO_PROSE: Final = frozenset({"pseudonyms", "themes", "hold", "sign_off"})
_LIST_MARK: Final = re.compile(r"^(?:[-*+>]|\d{1,3}[.)]|#{1,6})\s+")


class Sentence(NamedTuple):
    """A sentence of a case, and what the rules find in it, in words; ``line`` counts from 1."""

    line: int
    text: str
    found: tuple[str, ...]


def read_case(
    context: CommandContext, programme: Programme, case: Case, knowledge: Knowledge
) -> None:
    """Show a case sentence by sentence, and note that it was read if nothing gives anybody away.

    Without a terminal, print the sentences and the questions. Raise :class:`CopkitError` where a
    sentence does.
    """
    sentences = list(split_case(case, knowledge))
    if context.as_json:
        print_json(_report(programme, case, sentences))
    elif is_interactive() and was_read(programme, case):
        say(f"{clean(case.name)} was read before, and is unchanged; nothing was written")
    elif is_interactive():
        read_through(programme, case, sentences)
    else:
        for number, question in enumerate(QUESTIONS, 1):
            say(f"{number}. {question}")
        for sentence in sentences:
            print(clean(_format_sentence(case, sentence)))


def read_through(programme: Programme, case: Case, sentences: list[Sentence]) -> None:
    """Ask of each sentence whether it gives somebody away, then who read it, and note that.

    Raise :class:`CopkitError` with the lines that do.
    """
    say("Of each sentence, ask as somebody who knows the area would:")
    for question in QUESTIONS:
        say(f"  {question}")
    telling = []
    # No answer that cannot be used ends it: those before it would be lost.
    for number, sentence in enumerate(sentences, 1):
        say(f"\n{number} of {len(sentences)}. {clean(_format_sentence(case, sentence))}")
        if ask_again("could somebody tell by it who it is", ("no", "yes")) == "yes":
            telling.append(f"{case.source.file}:{sentence.line}")
    if telling:
        message = f"to be changed: {', '.join(dict.fromkeys(telling))}; no reading was noted"
        raise CopkitError(message, "tell it more generally, and read it again")
    hint = "write a role, such as facilitator"
    while not is_label(
        programme, role := ask_again("who read it (a role, never a name)"), LabelKind.ROLE, hint
    ):
        pass
    _note_reading(programme, case, role.strip())


def was_read(programme: Programme, case: Case) -> bool:
    """Check whether somebody read a case sentence by sentence as it is now."""
    folder = path_inside(programme.root, *READING_NOTES.split("/"))
    return any(folder.glob(f"{_digest(case)}*.yaml"))


def split_case(case: Case, knowledge: Knowledge) -> Iterator[Sentence]:
    """Yield the sentences that readers could see of a case in order: of its fields and its body.

    Settings, comments, private sections and the headings that every case has are no such text.
    """
    place = case.source.text.place
    fields = ((place(node.start)[0], node.text) for node in _find_prose(case.source.fields, Case))
    for line, text in fields:
        for sentence, _ in _split_text(text):
            yield Sentence(line, sentence, _describe_findings(sentence, case, knowledge))
    lines = _lines_of_body(case)
    for sentence, offset in _split_text(case.body):
        if sentence not in SECTIONS:
            line = lines[case.body.count("\n", 0, offset)]
            yield Sentence(line, sentence, _describe_findings(sentence, case, knowledge))


def _find_prose(mapping: Mapping, record_type: type) -> Iterator[Scalar]:
    """Yield the values of a record's fields, and of its parts', that are texts in free words."""
    fields = fields_of(record_type)
    for key, node in mapping.entries.items():
        field = fields.get(key)
        if field is None or key in _NO_PROSE or field.refers or field.label or field.prefix:
            continue
        part = item_type(field.type) or field.type
        for item in node.items if isinstance(node, Sequence) else [node]:
            if isinstance(item, Scalar) and part is str and not item.empty:
                yield item
            elif isinstance(item, Mapping) and is_dataclass(part) and isinstance(part, type):
                yield from _find_prose(item, part)


def _split_text(text: str) -> Iterator[tuple[str, int]]:
    """Yield each sentence of a text with its offset."""
    folded = FoldedText(text)  # each paragraph is one line, whatever lines it is typed on
    start = 0
    for line in folded.text.split("\n"):
        for match in _SENTENCE.finditer(line):
            sentence = _LIST_MARK.sub("", " ".join(match[0].split()))
            if any(map(str.isalnum, sentence)):
                span = (start + match.start(), start + match.end())
                yield sentence, folded.source_span(*span)[0]
        start += len(line) + 1


def _lines_of_body(case: Case) -> list[int]:
    """Return the line in the file, from 1, of each line that is left of a case's body."""
    source = case.source.text.text.splitlines()
    frame = frame_of(case.source.text.text)
    number = case.source.text.place(frame.body)[0] - 1 if frame else 0
    numbers = []
    for line in case.body.split("\n"):
        text = line.strip()
        # a comment may have stood before or behind it
        same = (later for later in range(number, len(source)) if text in source[later])
        number = next(same, number) if text else number
        numbers.append(number + 1)
    return numbers


def _describe_findings(text: str, case: Case, knowledge: Knowledge) -> tuple[str, ...]:
    findings = find_details(
        text, case.pseudonyms, knowledge.known_people, knowledge.programme_words
    )
    return tuple(dict.fromkeys(finding.kind.description for finding in findings))


def _format_sentence(case: Case, sentence: Sentence) -> str:
    found = f"\n   the rules find {', '.join(sentence.found)}" if sentence.found else ""
    return f"{case.source.file}:{sentence.line}: {sentence.text}{found}"


def _report(programme: Programme, case: Case, sentences: list[Sentence]) -> dict[str, Any]:
    return {
        "case": case.name,
        "read": was_read(programme, case),
        "questions": list(QUESTIONS),
        "sentences": [sentence._asdict() for sentence in sentences],
    }


def _digest(case: Case) -> str:
    return sign_off_digest(case)[:32]


def _note_reading(programme: Programme, case: Case, role: str) -> None:
    """Write who read a case, and when; delete the notes on texts that no case has any more."""
    from copkit.cli.store import save_step  # only a reading that was done writes

    text = f"by: {role}\ndate: {today()}\n"
    note = f"{_digest(case)}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.yaml"
    changes = [Change(f"{READING_NOTES}/{note}", None, text)]
    digests = {_digest(other) for records in programme.communities for other in records.cases}
    for path in sorted(path_inside(programme.root, *READING_NOTES.split("/")).glob("*.yaml")):
        file = f"{READING_NOTES}/{path.name}"
        if is_reading_note(file) and path.name[:32] not in digests:
            changes.append(Change(file, path.read_text("utf-8"), None))
    summary = [f"{case.name} was read sentence by sentence"]
    save_step(programme.root, changes, summary=summary)
    say(f"noted that {clean(case.name)} was read; any edit ends that")
