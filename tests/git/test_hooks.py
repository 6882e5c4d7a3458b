"""The guards in a clone: put in, put right, taken out, and in nobody's way."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Copkit
from tests.git.conftest import Clone, named
from tests.git.leaks import LEAK, guarded, start_programme

NOT_OURS = "#!/bin/sh\nexec tidy\n"


def hook(clone: Clone, name: str = "pre-commit") -> Path:
    return clone.folder / ".git" / "hooks" / name


def test_both_guards_are_put_in_once(copkit: Copkit, first: Clone) -> None:
    dry = copkit("hooks", "install", "--dry-run", "-C", first.folder)
    assert "would write" in dry.stderr
    assert not hook(first).exists()

    once = copkit("hooks", "install", "-C", first.folder)
    twice = copkit("hooks", "install", "-C", first.folder)

    assert once.stderr.endswith("git asks copkit before every commit and push\n")
    assert twice.stderr == "the guards are in place\n"
    for name in ("pre-commit", "pre-push"):
        assert hook(first, name).stat().st_mode & stat.S_IXUSR
    assert not list(hook(first).parent.glob(".*tmp"))


def test_a_guard_of_another_python_is_written_anew(copkit: Copkit, first: Clone) -> None:
    guarded(copkit, first)
    right = hook(first).read_text("utf-8")
    hook(first).write_text(right.replace("python=", "python=/gone"), encoding="utf-8")

    copkit("hooks", "install", "-C", first.folder)

    assert hook(first).read_text("utf-8") == right


def test_a_guard_whose_python_is_gone_stops_with_one_line(copkit: Copkit, first: Clone) -> None:
    guarded(copkit, first)
    text = hook(first).read_text("utf-8")
    hook(first).write_text(text.replace("python=", "python=/gone"), encoding="utf-8")
    first.git("add", "--all")

    said = first.git("commit", "-m", "A start", status=1)

    assert said.startswith("copkit: /gone")
    assert said.endswith("is gone; run 'copkit hooks install' in this folder again\n")
    assert said.count("\n") == 1


def test_the_hook_of_somebody_else_stays_as_it_is(copkit: Copkit, first: Clone) -> None:
    hook(first).write_text(NOT_OURS, encoding="utf-8")

    for extra in ((), ("--dry-run",)):
        result = copkit("hooks", "install", *extra, "-C", first.folder)
        assert result.status == 1
        assert "there is another pre-commit hook here, so nothing was put in" in result.stderr
        assert "add to pre-commit the line: copkit check --staged || exit 1" in result.stderr
    removed = copkit("hooks", "remove", "-C", first.folder)

    assert (removed.status, removed.stderr) == (0, "there are no guards here\n")
    assert hook(first).read_text("utf-8") == NOT_OURS
    assert not hook(first, "pre-push").exists()


def test_a_hook_that_is_a_link_to_nothing_is_somebodys_too(copkit: Copkit, first: Clone) -> None:
    hook(first).symlink_to("elsewhere")

    assert copkit("hooks", "install", "-C", first.folder).status == 1
    assert hook(first).is_symlink()


def test_guards_are_taken_out_again(copkit: Copkit, first: Clone) -> None:
    guarded(copkit, first)

    result = copkit("hooks", "remove", "-C", first.folder)

    assert result.stderr.count("removed ") == 2
    assert not hook(first).exists()
    assert not hook(first, "pre-push").exists()


def test_where_git_looks_elsewhere_for_hooks_nothing_is_put_in(
    copkit: Copkit, first: Clone
) -> None:
    guarded(copkit, first)
    first.git("config", "core.hooksPath", ".husky")

    result = copkit("hooks", "install", "-C", first.folder)
    removed = copkit("hooks", "remove", "-C", first.folder)

    assert result.status == 1
    assert "git looks for hooks in .husky here, so nothing was put in" in result.stderr
    assert "pre-commit: copkit check --staged" in result.stderr
    assert (removed.status, removed.stderr.count("removed ")) == (0, 2)
    assert not (first.folder / ".husky").exists()


@pytest.mark.parametrize("extra", [(), ("--hooks",), ("--no-hooks",)])
def test_init_puts_them_in_unless_asked_not_to(
    copkit: Copkit, tmp_path: Path, extra: tuple[str, ...]
) -> None:
    clone = Clone(tmp_path / "new")
    clone.folder.mkdir()
    clone.git("init", "--quiet")

    result = copkit("init", clone.folder, "--name", "Harbour programme", *extra)

    assert result.status == 0
    assert hook(clone).exists() is (extra != ("--no-hooks",))
    assert ("'copkit hooks install' puts the guards in later" in result.stderr) is (
        extra == ("--no-hooks",)
    )


def test_init_starts_a_programme_where_hooks_are_somebody_elses(
    copkit: Copkit, tmp_path: Path
) -> None:
    clone = Clone(tmp_path / "new")
    clone.folder.mkdir()
    clone.git("init", "--quiet")
    hook(clone).write_text(NOT_OURS, encoding="utf-8")

    result = copkit("init", clone.folder, "--name", "Harbour programme")

    assert result.status == 0
    assert "there is another pre-commit hook here" in result.stderr
    assert hook(clone).read_text("utf-8") == NOT_OURS


def test_work_trees_share_guards_that_look_where_the_commit_is_made(
    copkit: Copkit, tmp_path: Path
) -> None:
    whole = Clone(tmp_path / "region")
    programme = start_programme(whole.folder / "our programme")
    guarded(copkit, programme)
    whole.git("add", "--all")
    whole.git("commit", "--quiet", "-m", "A start")
    whole.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    linked = Clone(tmp_path / "tree" / "our programme")

    linked.change(linked.case, "A flat", f"{LEAK}\n\nA flat")
    said = linked.git("commit", "--all", "-m", "More", status=1)
    linked.git("checkout", "--", ".")
    linked.change(linked.meeting, "date: 2026-02-04", "date: [")
    faulty = linked.git("commit", "--all", "-m", "More", status=1)

    assert "\ncommunities/harbour/cases/nobody-to-call.md:14:1: this looks like" in f"\n{said}"
    assert "\ncommunities/harbour/meetings/2026-02-04.md:2" in f"\n{faulty}"
    assert "guards are in place" in copkit("hooks", "install", "-C", linked.folder).stderr


def test_guards_of_one_programme_are_not_taken_by_another(copkit: Copkit, tmp_path: Path) -> None:
    one = start_programme(tmp_path / "region" / "one")
    two = start_programme(tmp_path / "region" / "two")
    guarded(copkit, one)

    result = copkit("hooks", "install", "-C", two.folder)

    assert result.status == 1
    assert "look after another programme of this repository" in result.stderr
    one.git("add", "--all")
    one.git("commit", "--quiet", "-m", "A start")


def test_a_submodule_has_guards_of_its_own(copkit: Copkit, first: Clone, tmp_path: Path) -> None:
    first.git("add", "--all")
    first.git("commit", "--quiet", "-m", "A start")
    outer = Clone(start_programme(tmp_path / "region").folder)
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    outer.git(*add, str(first.folder), "inner")
    guarded(copkit, outer)
    inner = Clone(outer.folder / "inner")
    named(inner, "Ann")
    guarded(copkit, inner)
    inner.change(inner.case, "A flat", LEAK)

    assert "errors found" in inner.git("commit", "--all", "-m", "More", status=1)
    outer.git("add", "--all")
    outer.git("commit", "--quiet", "-m", "With a submodule")


def test_outside_git_there_is_nothing_to_guard(copkit: Copkit, example: Path) -> None:
    result = copkit("hooks", "install", "-C", example)

    assert result.status == 1
    assert "this folder is not kept in git" in result.stderr
    assert subprocess.run(["git", "-C", str(example), "status"], check=False).returncode
