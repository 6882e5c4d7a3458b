"""``copkit check --read``: one case sentence by sentence, for what no rule can know.

That somebody read it is noted in a file of its own in ``.copkit/read/``, called by the digest that
a sign-off has as well: any edit ends it, and two people who read two cases never conflict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from copkit.analysis.cases import sign_off_digest
from copkit.analysis.privacy.identifiers import Knowledge
from copkit.cli.context import CommandContext
from copkit.cli.params import is_interactive, today
from copkit.cli.pii import require_label
from copkit.cli.prompts import ask
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.pii.labels import LabelKind
from copkit.pii.normalise import FoldedText
from copkit.pii.scan import find_details
from copkit.records.cases import Case
from copkit.text.files import path_inside
from copkit.text.transaction import Change

QUESTIONS: Final = (
    "Who could know who this is: a neighbour, a relative, somebody on the ward or the wing?",
    "Does it name or describe a small place?",
    "Is it rare: an event, a job, an illness, a family, something that was in the news?",
)
_SENTENCE: Final = re.compile(r"\S.{0,2000}?(?:[a-z0-9)][.!?][\"')]*(?=\s)|$)")
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
    for number, sentence in enumerate(sentences, 1):
        say(f"\n{number} of {len(sentences)}. {clean(_format_sentence(case, sentence))}")
        if ask("could somebody tell by it who it is", ("no", "yes")) == "yes":
            telling.append(f"{case.source.file}:{sentence.line}")
    if telling:
        message = f"to be changed: {', '.join(dict.fromkeys(telling))}; no reading was noted"
        raise CopkitError(message, "tell it more generally, and read it again")
    role = ask("who read it (a role, never a name)")
    hint = "write a role, such as facilitator"
    require_label(programme, "who read it", role, LabelKind.ROLE, hint, agreed=False)
    _note_reading(programme, case, role.strip())


def was_read(programme: Programme, case: Case) -> bool:
    """Check whether somebody read a case sentence by sentence as it is now."""
    return path_inside(programme.root, *_note_file(case).split("/")).is_file()


def split_case(case: Case, knowledge: Knowledge) -> Iterator[Sentence]:
    """Yield the sentences of a case in order: of its fields that are texts, and of its body."""
    source = case.source.text
    folded = FoldedText(source.text)  # each paragraph is one line, whatever lines it is typed on
    marks, start = 0, 0  # of '---', between which the fields stand; of the line
    for line in folded.text.split("\n"):
        marks += line.strip() == "---"
        for match in _SENTENCE.finditer(line):
            text = match[0]
            if marks < 2:
                text = text.partition(": ")[2]
            text = _LIST_MARK.sub("", text.strip())
            # A date or one word of a list is no sentence.
            if len(text.split()) > (2 if marks < 2 else 0) and any(map(str.isalnum, text)):
                offset = folded.source_span(start + match.start(), start + match.end())[0]
                found = _describe_findings(text, case, knowledge)
                yield Sentence(source.place(offset)[0], text, found)
        start += len(line) + 1


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


def _note_file(case: Case) -> str:
    return f".copkit/read/{sign_off_digest(case)[:32]}.yaml"


def _note_reading(programme: Programme, case: Case, role: str) -> None:
    """Write who read a case, and when."""
    from copkit.cli.store import save_step  # only a reading that was done writes

    text = f"by: {role}\ndate: {today()}\n"
    summary = [f"{case.name} was read sentence by sentence"]
    save_step(programme.root, [Change(_note_file(case), None, text)], summary=summary)
    say(f"noted that {clean(case.name)} was read; any edit ends that")
