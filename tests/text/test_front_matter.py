"""A record's file is fields and a body, and what is private in the body does not survive."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.errors import Problem
from copkit.text.front_matter import (
    LONGEST_BODY,
    Document,
    _split_by_lines,
    _split_plain,
    may_have_private_section,
    read_document,
    split_sections,
    without_private,
)
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Scalar
from tests.conftest import Copkit, Write, cpu_at_most, drawn

PARTS = [
    *(
        "\n",
        "\n\n",
        "## ",
        "##",
        "### ",
        "#",
        " ",
        "  ",
        "\t",
        "A",
        "Notes",
        "\n## B\n",
        "text ##\n",
    ),
    *("```", "\n```\n", "\r", "C#", " #\n", "\n## ", "\u00a0", "\x0b"),
]
RECORD = """\
---
title: The keys
kind: challenging
---

## Presentation of the case

She had them.
"""


def read(text: str) -> Document:
    return read_document(SourceText("case.md", text), [], markdown=True)


def title_of(document: Document) -> str:
    title = document.fields.entries["title"]
    assert isinstance(title, Scalar)
    return title.text


def faults(document: Document) -> list[str]:
    return [f"{found.line}:{found.column} {found.code}" for found in document.problems]


def test_fields_stand_between_dashes_and_the_body_below() -> None:
    document = read(RECORD)

    assert faults(document) == []
    assert list(document.fields.entries) == ["title", "kind"]
    assert document.body == "\n## Presentation of the case\n\nShe had them.\n"


def test_windows_line_endings_are_kept_in_the_body_and_out_of_the_fields() -> None:
    document = read(RECORD.replace("\n", "\r\n"))

    assert faults(document) == []
    assert title_of(document) == "The keys"
    assert split_sections(document.body) == {"Presentation of the case": "She had them."}


def test_the_last_dashes_may_lack_their_newline_and_have_spaces() -> None:
    document = read("---  \ntitle: The keys\n--- ")

    assert faults(document) == []
    assert title_of(document) == "The keys"
    assert document.body == ""


def test_a_rule_in_the_body_does_not_end_the_fields_again() -> None:
    document = read("---\ntitle: The keys\n---\nAbove.\n\n---\n\nBelow.\n")

    assert faults(document) == []
    assert document.body == "Above.\n\n---\n\nBelow.\n"


def test_dashes_inside_a_value_do_not_end_the_fields() -> None:
    document = read("---\ntitle: The ---\nquestion: |\n  ---\n  keys\n---\n")

    assert faults(document) == []
    assert title_of(document) == "The ---"


def test_the_file_of_a_folder_is_read_with_and_without_a_byte_order_mark(
    write: Write, copkit: Copkit
) -> None:
    write("communities/harbour/cases/plain.md", RECORD.replace("kind", "status: draft\nkind"))
    folder = write(
        "communities/harbour/cases/marked.md",
        b"\xef\xbb\xbf" + RECORD.replace("kind", "status: draft\nkind").encode(),
    )

    result = copkit("check", "-C", folder)

    assert result.status == 0, result.output


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("title: The keys\n", "1:1 no-front-matter"),
        ("\n---\ntitle: The keys\n---\n", "1:1 no-front-matter"),
        ("----\ntitle: The keys\n----\n", "1:1 no-front-matter"),
        ("---\ntitle: The keys\n", "1:1 unclosed-front-matter"),
        ("---\ntitle: The keys\n ---\n", "1:1 unclosed-front-matter"),
        ("---\n- title\n---\n", "2:1 wrong-type"),
        ("---\na: 1\n---\n\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> b\n", "5:1 conflict-marker"),
    ],
)
def test_a_file_of_another_shape_is_refused_where_it_goes_wrong(text: str, fault: str) -> None:
    assert faults(read(text)) == [fault]


def test_fields_that_are_empty_are_no_fault_of_the_file() -> None:
    document = read("---\n---\nBody.\n")

    assert faults(document) == []
    assert document.fields.entries == {}
    assert document.body == "Body.\n"


HEADINGS = [
    "## Private",
    "# Private",
    "###### private",
    "##\tPRIVATE  ",
    "   ## Private ##",
    "## Private:",
    "## Private notes",
    "## **Private**",
    "## _Private note_",
    "## `private`",
    "## PRIVate",
    "## Private - not for the newsletter",
    "## Private (for the facilitator)",
    "## 🔒 Private",
    "## 5. Private",
    "## Private\u200b",
    "## \u0420rivate",
    "## P\u0433\u0456\u0475\u0430\u0442\u0435",
    "## \u03a1R\u0399V\u0391\u03a4\u0395",
    "## \u03c1r\u03b9\u03bd\u03b1\u03c4\u03b5 notes",
    "Pr\u0456vate\n-------",
    "> ## Private",
    "- ## Private",
    "1. ## Private",
    "## <b>Private</b>",
    "## Priv&#97;te",
    "## Ｐrivate",
    "Private\n-------",
    "Private\n=",
    "**Private notes**\n---",
    "Private\nnotes\n---",
]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("heading", HEADINGS)
def test_a_private_section_is_taken_out_however_it_is_headed(heading: str, newline: str) -> None:
    body = f"# Case\n\nseen first\n\n{heading}\n\nSECRET\n\n# Next\n\nseen last\n"

    left = without_private(body.replace("\n", newline))

    assert may_have_private_section(body)
    assert "SECRET" not in left
    assert "rivate" not in left
    assert "seen first" in left
    assert "seen last" in left


@given(st.text("pPrRiIıİvVaAtTеeE-_ .\u0307", max_size=12))
@drawn(300, 20000)
def test_private_is_looked_for_in_capitals_and_small_letters_alike(body: str) -> None:
    either = re.search(r"(?i)p[\W_]*r[\W_]*i[\W_]*v[\W_]*a[\W_]*t[\W_]*e", body)

    assert may_have_private_section(body) or not either


@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
@drawn(400, 20000)
def test_sections_are_cut_quickly_as_they_are_cut_line_by_line(body: str) -> None:
    assert (_split_plain(body) or [*_split_by_lines(body)]) == [*_split_by_lines(body)]


SECRETS = {
    "a heading below it": "## Private\n\n### Family\n\nSECRET\n\n## Next\n",
    "headings far below it": "# Private\n\n## A\n\n### B\n\nSECRET\n\n# Next\n",
    "two of them": "## Private\n\nSECRET\n\n## Next\n\n## Private notes\n\nSECRET\n\n## Next\n",
    "one below the other": "## Private\n\n## Private\n\nSECRET\n\n## Next\n",
    "one inside the other": "## Private\n\n### Private\n\n### Family\n\nSECRET\n\n## Next\n",
    "at the very end": "## Next\n\n## Private\nSECRET",
    "code that looks like a heading": "## Private\n\n```\n## Code\nSECRET\n```\n\n## Next\n",
    "code with waves": "## Private\n\n~~~ text\n```\n## Code\nSECRET\n~~~\nSECRET\n\n## Next\n",
    "code that is never closed": "## Next\n\n## Private\n\n```\n## Code\nSECRET\n",
    "code of four ticks": "## Private\n\n````\n```\n## Code\n```\nSECRET\n````\n\n## Next\n",
    "ticks within a line": "## Private\n\n``` a`b\n```\n## Code\nSECRET\n```\n\n## Next\n",
    "a heading indented as code": "## Private\n\n    ## Code\n\nSECRET\n\n## Next\n",
    "a hash that heads nothing": "## Private\n\n##Family\nSECRET\n\n## Next\n",
    "seven hashes": "## Private\n\n####### Family\nSECRET\n\n## Next\n",
    "a line that is no line": "## Private\n\nfamily\u2028## Next\nSECRET\n\n## Next\n",
    "a page break": "## Private\n\nfamily\f## Next\nSECRET\n\n## Next\n",
    "underlined, with a heading below": "Private\n=======\n\n## Family\n\nSECRET\n\n# Next\n",
    "inside code": "```\n## Private\nSECRET\n```\n",
}


@pytest.mark.parametrize("body", SECRETS.values(), ids=SECRETS)
def test_nothing_of_a_private_section_survives_what_stands_in_it(body: str) -> None:
    left = without_private(body)

    assert "SECRET" not in left
    assert body.count("# Next\n") == left.count("# Next\n") or "\u2028" in body or "\f" in body


@pytest.mark.parametrize(
    "body",
    [
        "## Private landlords\n\nThey ask for a deposit.\n",
        "## Privately rented\n\nkept\n",
        "A private word.\n\n## Next\n",
        "Private\n\n---\n\nkept\n",
        "## Not private\n\nkept\n",
        "##Private is no heading without a space\n",
    ],
)
def test_what_only_mentions_the_word_stays(body: str) -> None:
    assert without_private(body) == body


def test_a_private_section_never_reaches_a_record() -> None:
    document = read(RECORD + "\n## Private\n\nSECRET\n\n## Next steps\n\nRing.\n")

    assert list(split_sections(document.body)) == ["Presentation of the case", "Next steps"]
    assert "SECRET" not in document.body


def test_sections_are_the_second_level_headings_outside_of_code() -> None:
    body = "Above.\n\n## One\n\na\n\n```\n## code\n```\n\n### Below\n\n## Two ##\nb\n## One\nc\n"

    assert split_sections(body) == {
        "": "Above.",
        "One": "a\n\n```\n## code\n```\n\n### Below\n\nc",
        "Two": "b",
    }


@pytest.mark.parametrize(
    "line",
    [
        f"# a{' ' * 300_000}b",
        f"## a{' #' * 150_000}b",
        f"{'> ' * 150_000}## b",
        f"{'- ' * 150_000}b",
        f"## {'**' * 150_000}privat",
        "`" * 300_000,
    ],
    ids=["spaces", "hashes", "quotations", "lists", "stars", "ticks"],
)
def test_a_long_line_takes_no_long_time(line: str) -> None:
    for _ in cpu_at_most(1):
        split_sections(without_private(f"{line}\n\n## Private\n\nSECRET\n\n## Next\n"))


PIECES = [
    *("## Private\n", "### Private\n", "Private\n---\n", "> ## Private\n", "SECRET\n", "\n"),
    *("# A\n", "## B\n", "### C\n", "    ## D\n", "text\n", "- item\n", "```\n", "~~~\n"),
]


@drawn(200, 2000)
@given(st.lists(st.sampled_from(PIECES)))
def test_what_is_left_is_made_of_lines_that_were_there(lines: list[str]) -> None:
    body = "".join(lines)

    left = without_private(body)

    remaining = iter(body.splitlines())
    assert all(line in remaining for line in left.splitlines())
    assert without_private(left) == left


@drawn(200, 2000)
@given(st.text(), st.booleans())
def test_any_text_at_all_is_read_or_refused(text: str, markdown: bool) -> None:
    problems: list[Problem] = []
    source = SourceText("record.md", text)

    document = read_document(source, problems, markdown=markdown)

    assert problems is document.problems
    assert document.body in text or "private" in text.casefold()
    assert all(found.column <= len(source.line(found.line)) + 1 for found in problems)


def test_a_text_is_at_most_thirty_pages_long() -> None:
    longest = "a" * LONGEST_BODY
    for body, codes in ((longest, []), (f"{longest}b", ["text-too-long"])):
        problems: list[Problem] = []
        read_document(SourceText("a.md", f"---\n---\n{body}"), problems, markdown=True)
        assert [problem.code for problem in problems] == codes
