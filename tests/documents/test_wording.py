"""The words that documents add of their own: short sentences of short words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from copkit.layout import shipped_folder
from tests.docs.fog import is_hard

CODE = Path(__file__).parents[2] / "src/copkit"
FACTS = (
    *sorted((CODE / "documents/facts").glob("*.py")),
    *sorted((CODE / "documents/site").glob("*.py")),
    *sorted((CODE / "documents/charts").glob("*.py")),
    *(CODE / "analysis" / name for name in ("endings/pages.py", "health.py", "toolkit.py")),
)
"""The modules whose texts documents print: facts, pages, pictures and what they are based on."""
LONGEST = 30  # words of a sentence
WORD = re.compile(r"[A-Za-z][\w’'-]*")


def template_texts() -> Iterator[tuple[str, str]]:
    """Yield each line that a template prints, with its file's name."""
    for path in sorted(shipped_folder("templates").glob("*.*")):
        if path.suffix in (".txt", ".md", ".html"):
            text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", path.read_text("utf-8"), flags=re.DOTALL)
            if path.suffix == ".html":
                text = re.sub(r"<[^<>]*>", " ", text)
            for line in re.sub(r"\{\{.*?\}\}", "it", text).splitlines():
                yield path.name, line


def fact_texts() -> Iterator[tuple[str, str]]:
    """Yield each sentence that is written in the modules of facts, with its file's name."""
    for path in FACTS:
        tree = ast.parse(path.read_text("utf-8"))
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
                 for part in node.values}  # fmt: skip
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield path.name, "".join(_words_of(part) for part in node.values)
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in parts | docstrings
            ):
                yield path.name, node.value


def _words_of(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "it"


def own_sentences() -> list[tuple[str, list[str]]]:
    """Return each sentence of four words or more as words, with the name of its file."""
    return [
        (name, words)
        for name, text in (*template_texts(), *fact_texts())
        if re.search(r"[a-z] [a-z]", text)
        for part in re.split(r"[.!?:;]+(?:\s|$)", text)
        if len(words := WORD.findall(part)) >= 4
    ]


def test_no_sentence_is_longer_than_thirty_words() -> None:
    assert [words for _, words in own_sentences() if len(words) > LONGEST] == []


def test_the_fog_of_what_documents_add_is_nine_at_most() -> None:
    sentences = [words for _, words in own_sentences()]
    words = [word for sentence in sentences for word in sentence]
    hard = sum(map(is_hard, words))

    assert len(sentences) > 150  # so that it is known to have read something
    assert 0.4 * (len(words) / len(sentences) + 100 * hard / len(words)) <= 9
