"""The walls of ARCHITECTURE.md: imports run one way, and a stranger finds the room of a change."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import copkit
from copkit.cli.tree import COMMANDS, Command
from copkit.records.schema.audience import Audience

PACKAGE = Path(copkit.__file__).parent
# Each may import itself and what stands after it.
LAYERS = [
    *("cli", "git", "preview", "documents", "analysis", "importers", "mail", "web"),
    *("folder", "private_files", "record_cache", "files", "records", "layout"),
    *("pii", "text", "wording", "errors"),
]
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_IN_A_FOLDER = 24


def name_of(path: Path) -> str:
    """Return the dotted name of a module file, as in an import."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def imports(module: str) -> set[str]:
    """Return the copkit modules that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("copkit"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                names.add(inner if inner in TREES else str(node.module))
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith("copkit.")}
    return names


def layer(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("module", [name for name in TREES if "." in name])
def test_imports_run_one_way(module: str) -> None:
    if layer(module) not in LAYERS:
        assert layer(module) == "__main__"
        return

    below = LAYERS[LAYERS.index(layer(module)) :]

    assert {layer(name) for name in imports(module) if "." in name} <= set(below)


def test_no_module_imports_itself_through_others() -> None:
    graph = {module: imports(module) - {"copkit"} for module in TREES}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("path", sorted((PACKAGE / "records").glob("*.py")), ids=lambda p: p.stem)
def test_no_noun_imports_another_noun(path: Path) -> None:
    if path.stem in {"kinds", "__init__"}:  # kinds names every noun
        return

    nouns = {name.split(".")[2] for name in imports(name_of(path)) if layer(name) == "records"}

    assert nouns <= {"schema"}


@pytest.mark.parametrize("module", TREES)
def test_every_module_says_what_it_owns(module: str) -> None:
    assert ast.get_docstring(TREES[module])


def test_no_folder_holds_more_than_can_be_looked_over() -> None:
    folders = Counter(path.parent for path in MODULES)

    assert {folder: count for folder, count in folders.items() if count > MOST_IN_A_FOLDER} == {}


def test_the_name_of_a_class_stands_for_one_class() -> None:
    places = defaultdict(list)
    for module, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(module)

    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}


def names_an_audience(node: ast.AST | None) -> bool:
    """Check for ``Audience.PUBLIC`` in an expression."""
    return node is not None and any(
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == "Audience"
        and part.attr in Audience.__members__
        for part in ast.walk(node)
    )


def test_only_the_table_of_policies_knows_one_audience_from_another() -> None:
    """Other files ask what readers are permitted, and do not compare, match or tabulate them.

    A default, ``= Audience.MEMBERS``, is no question.
    """
    questions = [
        f"{module}:{node.lineno}"
        for module, tree in TREES.items()
        if module != Audience.__module__
        for node in ast.walk(tree)
        if (isinstance(node, ast.Compare | ast.MatchValue) and names_an_audience(node))
        or (isinstance(node, ast.Dict) and any(map(names_an_audience, node.keys)))
    ]

    assert questions == []


def help_texts(commands: Mapping[str, Command]) -> Iterator[str]:
    """Return the functions whose docstrings are printed: they speak to facilitators."""
    for command in commands.values():
        module, _, function = command.target.partition(":")
        yield f"copkit.cli.{module}.{function}"
        yield from help_texts(command.commands or {})


def test_docstrings_are_imperative_and_plain() -> None:
    """They begin with Return, Check, Raise or Load; help texts may tell somebody something."""
    private_language = {
        f"{module}.{node.name}"
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and (ast.get_docstring(node) or "-").split()[0] in {"Give", "Say", "Tell"}
    }

    assert private_language <= set(help_texts(COMMANDS))


def test_no_test_looks_at_the_clock_on_the_wall() -> None:
    """A busy machine would fail it: tests count CPU time, calls, or what was imported."""
    clocks = {"time", "perf_counter", "monotonic"}
    tests = Path(__file__).parent
    looks = {
        path.relative_to(tests).as_posix()
        for path in tests.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr.removesuffix("_ns") in clocks
        and isinstance(node.value, ast.Name)
        and node.value.id == "time"
    }

    assert looks <= {"cli/terminal.py"}  # which gives up on a command that is stuck
