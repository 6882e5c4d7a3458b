"""Names of records: those asked for, those that lie in the folder, and those a shell is offered."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest

from copkit.cli.main import run
from tests.conftest import PROGRAMME, Copkit, Write
from tests.hostile.attacks import CARD, attacks, require_calm

PERIOD = ("--from=2026-01-01", "--until=2026-01-31")
NEW = [
    ("new-community", "Quay", "--slug", "{}"),
    ("new-case", "harbour", "A title", "--slug", "{}"),
    ("new-evidence", "A title", "--citation", "Somebody (2011)", "--slug", "{}"),
    ("new-blockage", "A title", "--slug", "{}"),
    ("new-newsletter", "2026-01", "--slug", "{}"),
    ("new-brief", "T", *PERIOD, "--addressee", "B", "--ask", "A", "--slug", "{}"),
    ("new-member", "harbour", "Nurse", "--sector", "NHS", "--id", "{}"),
]
Tree = Callable[[Path], dict[str, bytes]]


@attacks("slug")
def test_no_command_makes_a_record_of_such_a_name(
    copkit: Copkit, write: Write, tree_of: Tree, attack: str
) -> None:
    folder = write("copkit.yaml", PROGRAMME)
    before = tree_of(folder.parent)
    for command in NEW:
        if not attack:  # which is no name, so that one is made from the title
            continue
        words = [word.format(attack) for word in command]

        result = copkit(*words, "-C", folder)

        assert result.status == 2, (command, result.output)
        require_calm(result, attack)
    assert tree_of(folder.parent) == before


@attacks("slug")
def test_a_file_of_such_a_name_is_refused_by_check(
    copkit: Copkit, write: Write, attack: str
) -> None:
    folder = write("evidence/fine.md", CARD)
    for name in (f"evidence/{attack}.md", f"communities/{attack}/community.md"):
        if not attack or "/" in attack or "\0" in attack or attack in {".", "..", "~"}:
            continue
        try:
            write(name, CARD)
        except OSError:  # a name that this system does not take
            continue

        result = copkit("check", "-C", folder)

        if attack.startswith("."):  # a hidden file, which is no record
            assert "3 files checked" in result.stderr
        else:
            assert result.status == 1
            assert "[bad-file-name]" in result.stdout
        require_calm(result, attack)
        require_calm(copkit("check", "--json", "-C", folder))
        require_calm(copkit("list", "evidence", "-C", folder), attack)


NAMES = ["a\nb", "a'b", "a b", "$(touch canary)", "\\$(touch canary)", "`touch canary`", "a;b"]
NAMES += ["a\x1b]0;x\x07", "a\u202eb", "')); touch canary #", "-rf", "a:b"]
LINES = ["show ", "log ", "list cases --community ", "newsletter build ", "attendance register "]


def complete(shell: str, line: str) -> str:
    """Ask for completions as a shell does."""
    env = {"_COPKIT_COMPLETE": f"complete_{shell}", "COMP_WORDS": f"copkit {line}"}
    env |= {"COMP_CWORD": str(len(line.split(" "))), "_TYPER_COMPLETE_ARGS": f"copkit {line}"}
    env["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
    offered = StringIO()
    with mock.patch.dict(os.environ, env), redirect_stdout(offered), suppress(SystemExit):
        run([])
    return offered.getvalue()


@pytest.fixture
def named(write: Write) -> Path:
    """Write records of a good name and of many bad ones."""
    for name in NAMES:
        write(f"evidence/{name}.md", CARD)
        write(f"newsletters/{name}.md", CARD)
        write(f"communities/{name}/cases/{name}.md", CARD)
    roster = "".join(f"  - id: {name!r}\n    role: R\n    sector: S\n" for name in NAMES)
    write("communities/harbour/roster.yaml", f"members:\n{roster}")
    write("newsletters/fine.md", CARD)
    return write("evidence/fine.md", CARD)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_offered_true_names_only(
    named: Path, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    monkeypatch.chdir(named)
    offered = ""
    for line in LINES:
        offered += complete(shell, line)

    assert "fine" in offered
    assert "harbour" in offered
    assert "canary" not in offered
    assert all(sign.isprintable() or sign == "\n" for sign in offered)
    assert not set(offered) & set("$`;\\")
