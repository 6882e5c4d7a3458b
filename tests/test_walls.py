"""The walls of ARCHITECTURE.md: imports run one way, and no noun imports another."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import copkit

PACKAGE = Path(copkit.__file__).parent
# Each may import itself and what stands after it.
LAYERS = [
    *("cli", "git", "preview", "documents", "analysis", "importers", "mail"),
    *("folder", "private_files", "files", "records", "layout"),
    *("pii", "text", "wording", "errors"),
]
MODULES = sorted(PACKAGE.rglob("*.py"))
NOT_NOUNS = {"schema"}


def imports(path: Path) -> set[str]:
    """Give the copkit modules that a file imports, anywhere in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("copkit."):
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("copkit.")}
    return found


def layer(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if parts[0] not in LAYERS:
        assert parts[0] in {"__init__", "__main__"}
        return

    below = LAYERS[LAYERS.index(parts[0]) :]

    assert {layer(module) for module in imports(path)} <= set(below)


NOUNS = sorted((PACKAGE / "records").glob("*.py"))


@pytest.mark.parametrize("path", NOUNS, ids=lambda path: path.stem)
def test_no_noun_imports_another_noun(path: Path) -> None:
    if path.stem in {"kinds", "__init__"}:  # kinds names every noun
        return

    nouns = {module.split(".")[2] for module in imports(path) if layer(module) == "records"}

    assert nouns <= NOT_NOUNS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_module_says_what_it_owns(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert ast.get_docstring(tree), path
