"""The pages hang together: links lead somewhere, nothing is forgotten, words are kept to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import copkit
from copkit.cli.tree import COMMANDS
from copkit.records.kinds import KINDS_BY_NAME
from copkit.records.private import Contact
from tests.conftest import CHECKOUT, run_copkit
from tests.docs.fog import fog
from tests.docs.pages import DOCS, PAGES, README, WRITTEN, Page
from tests.docs.test_generated import all_keys, command_paths

SOURCES = sorted(
    path
    for path in Path(copkit.__file__).parent.rglob("*.py")
    # these hold the words of other people's files
    if not {"importers", "pii"} & set(path.parts)
)


# --- links -------------------------------------------------------------------------------------


def dead_links(page: Page) -> Iterator[str]:
    """Yield the links of a page that lead nowhere."""
    for link in page.links:
        if re.match(r"https?://|mailto:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.path.parent / place).resolve() if place else page.path
        if not target.exists() or (anchor and anchor not in Page(target).anchors):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading(page: Page) -> None:
    assert list(dead_links(page)) == []


@pytest.mark.parametrize(
    ("link", "dead"),
    [
        ("nosuch.md", True), ("guide.md#nosuch", True), ("#nosuch", True), ("nosuch.png", True),
        ("guide.md", False), ("guide.md#who-came", False), ("../README.md", False),
        ("agenda.png", False), ("#here-1", False),
    ],
)  # fmt: skip
def test_a_dead_link_would_be_noticed(link: str, dead: bool, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("guide.md", "agenda.png"):
        (docs / name).write_bytes((DOCS / name).read_bytes())
    (tmp_path / "README.md").write_text("# copkit\n", encoding="utf-8")
    page = Page(docs / "page.md")
    page.path.write_text(f"# Here\n\n# Here\n\n[a link]({link})\n", encoding="utf-8")

    assert list(dead_links(page)) == ([link] if dead else [])


def test_every_page_and_picture_is_linked_to() -> None:
    targets = {(page.path.parent / link.partition("#")[0]).resolve()
               for page in PAGES for link in page.links}  # fmt: skip

    assert {path.name for path in DOCS.iterdir() if path not in targets} == set()


def test_a_test_that_holds_a_promise_is_there() -> None:
    for page in PAGES:
        for span in page.spans:
            if re.fullmatch(r"(tests|src|benchmarks|examples|templates)/[\w/.-]+", span):
                assert (CHECKOUT / span).exists(), f"{page.name}: {span}"


# --- nothing is forgotten ----------------------------------------------------------------------


def mentioned() -> str:
    """Return all code of the pages written by hand, on one line each."""
    return "\n".join(
        [span for page in WRITTEN for span in page.spans]
        + [line for page in WRITTEN for block in page.blocks for line in block.commands]
    )


@pytest.mark.parametrize("path", list(command_paths(COMMANDS)), ids=" ".join)
def test_every_command_is_mentioned_by_hand(path: tuple[str, ...]) -> None:
    group = path[0] in COMMANDS and COMMANDS[path[0]].commands is not None and len(path) == 1

    # of a group it is enough that its commands are
    assert group or re.search(rf"\bcopkit {' '.join(path)}\b(?!-)", mentioned())


def known_keys() -> set[str]:
    """Return every field that stands in any record."""
    records = [kind.record_type for kind in KINDS_BY_NAME.values()]
    return {key for record in (*records, Contact) for key in all_keys(record)} | {"contacts"}


def keys_in(value: object) -> Iterator[str]:
    """Yield the keys in a value of YAML, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from keys_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner)


@pytest.mark.parametrize(
    ("page", "text"),
    [(page.name, block.text) for page in WRITTEN for block in page.blocks
     if block.language == "yaml"],
)  # fmt: skip
def test_an_example_of_a_record_has_fields_that_there_are(page: str, text: str) -> None:
    assert set(keys_in(yaml.safe_load(text))) <= known_keys()


def test_every_block_says_what_it_is() -> None:
    languages = {
        (page.name, block.line): block.language for page in WRITTEN for block in page.blocks
    }

    allowed = {"bash", "console", "powershell", "text", "yaml"}
    assert {place: name for place, name in languages.items() if name not in allowed} == {}


# --- wording -----------------------------------------------------------------------------------


def glossary() -> dict[str, list[str]]:
    """Return the words of the glossary, each with those that are not written for it."""
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!word |---)(.+?) \| .+? \| (.*?) ?\|$", text, re.MULTILINE)
    return {word: [other for other in others.split(", ") if other] for word, others in rows}


def stilted_words() -> list[str]:
    """Return the words that the glossary asks nobody to write."""
    _, _, section = (DOCS / "glossary.md").read_text(encoding="utf-8").partition("## Plain words")
    rows = re.findall(r"^\| (?!write |---)(.+?) \| .+? \|$", section, re.MULTILINE)
    return [word for row in rows for word in row.split(", ")]


GLOSSARY, STILTED = glossary(), stilted_words()


def printed_texts() -> Iterator[tuple[str, str]]:
    """Yield what copkit prints, with its place: the texts in its code, docstrings left out."""
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
        for text in texts:
            # two words or more: a single one may be a name in somebody's file
            if id(text) not in docstrings and " " in str(text.value).strip():
                yield f"{path.name}:{text.lineno}", str(text.value)


REPLACED = {
    other: word
    for word, others in [*GLOSSARY.items(), ("plainer", STILTED)]
    for other in others
}  # fmt: skip
ANY_OTHER = re.compile(rf"\b({'|'.join(map(re.escape, REPLACED))})s?\b", re.IGNORECASE)


def other_words(text: str) -> list[str]:
    """Return the words of a text for which the glossary has another."""
    return [
        f"{found[1].lower()}: {REPLACED[found[1].lower()]}" for found in ANY_OTHER.finditer(text)
    ]


def test_the_glossary_is_in_order_and_each_word_is_used() -> None:
    words = list(GLOSSARY)
    pages = [page.text for page in PAGES if page.path.name != "glossary.md"]
    text = " ".join("\n".join(pages).casefold().split())

    assert words == sorted(words)
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_a_page_keeps_to_the_words_of_the_glossary(page: Page) -> None:
    assert page.path.name == "glossary.md" or other_words(page.prose) == []


def test_help_texts_keep_to_the_words_of_the_glossary() -> None:
    helps = (run_copkit(*path, "--help").stdout for path in command_paths(COMMANDS))

    assert [words for text in helps for words in other_words(text)] == []


def test_messages_keep_to_the_words_of_the_glossary() -> None:
    assert [(at, words) for at, text in printed_texts() if (words := other_words(text))] == []


def test_another_word_would_be_noticed() -> None:
    assert other_words("Two attendees asked about the Vacancy, prior to it.") == [
        "attendee: member", "vacancy: seat", "prior to: plainer",
    ]  # fmt: skip


def test_the_readme_is_two_screens_and_a_tour() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 230


@pytest.mark.parametrize("path", [README, DOCS / "guide.md"], ids=lambda path: path.name)
def test_what_a_newcomer_reads_is_plain(path: Path) -> None:
    assert fog(Page(path)) <= 10
