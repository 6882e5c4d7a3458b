"""Clones of a programme, as people who work together have them; git itself, no settings of ours."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import COMMUNITY, Copkit, Ssh, run_copkit

SETTINGS = "name: Harbour programme\nstarts: 2026-01-01\nends: 2026-12-31\nformat: 1\n"
ROSTER = """\
members:
  - id: nurse-1
    role: Nurse
    sector: NHS
  - id: police-1
    role: Police Sergeant
    sector: Criminal Justice & Police
  - id: housing-1
    role: Housing Support Worker
    sector: Voluntary Sector
"""
MEETING = "---\ndate: 2026-02-04\nkind: regular\npresent:\n  - nurse-1\napologies:\n---\n\nNotes.\n"
CASE = """\
---
title: Nobody to call
kind: challenging
status: presented
presented: 2026-02-04
actions:
  - {id: a1, what: Ask the neighbourhood team,
     owner: Police Sergeant, due: 2026-03-04}
progress:
---

## Presentation of the case

A flat above a shop.

## Next steps

Ask.
"""


class Clone:
    """One person's copy of the programme."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.harbour = folder / "communities" / "harbour"
        self.roster = self.harbour / "roster.yaml"
        self.meeting = self.harbour / "meetings" / "2026-02-04.md"
        self.case = self.harbour / "cases" / "nobody-to-call.md"

    def git(self, *args: str, status: int | None = 0) -> str:
        """Run the person's own git."""
        done = subprocess.run(
            ["git", *args], cwd=self.folder, capture_output=True, encoding="utf-8", check=False
        )
        if status is not None:
            assert done.returncode == status, (args, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def change(self, path: Path, old: str, new: str) -> None:
        """Edit by hand."""
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()


def set_up_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep whatever git is told on this machine out of the tests."""
    settings = folder / "gitconfig"
    settings.write_text("[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-01")
    monkeypatch.delenv("COPKIT_SEED", raising=False)  # several people: each has a chance of his own
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_git(tmp_path, monkeypatch)


FILES = {
    "copkit.yaml": SETTINGS,
    "communities/harbour/community.md": COMMUNITY,
    "communities/harbour/roster.yaml": ROSTER,
    "communities/harbour/meetings/2026-02-04.md": MEETING,
    "communities/harbour/cases/nobody-to-call.md": CASE,
}


def create_first(folder: Path) -> Clone:
    """Write Ann's programme into git, not yet shared."""
    clone = Clone(folder / "ann")
    for file, text in FILES.items():
        path = clone.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    clone.git("init", "--quiet")
    named(clone, "Ann")
    return clone


@pytest.fixture
def first(tmp_path: Path) -> Clone:
    """A programme in git, with one community, not yet shared."""
    return create_first(tmp_path)


def named(clone: Clone, name: str) -> None:
    clone.git("config", "user.name", name)
    clone.git("config", "user.email", f"{name.lower()}@example.org")


def synced(copkit: Copkit, clone: Clone, *options: str) -> str:
    """Run sync, which has to work; return what it printed."""
    result = copkit("sync", *options, "-C", clone.folder)
    assert result.status == 0, result.output
    return result.stderr


def follow(copkit: Copkit, clone: Clone, output: str, env: Mapping[str, str] | None = None) -> None:
    """Run every command that the hint of an error names, in its order, as a person would."""
    hint = output.strip().splitlines()[-1]
    commands = re.findall(r"'((?:git|copkit) [^']+)'", hint) or [
        command.strip()
        for command in re.findall(r"(?:^|[:;]) *(git [^;]+?)(?=;|  | -- if|$)", hint)
    ]
    assert commands, output
    for command in commands:
        program, *args = shlex.split(command)
        if program == "git":
            clone.git(*args)
            continue
        result = copkit(*args, *(() if args[0] == "join" else ("-C", clone.folder)), env=env)
        assert result.status == 0, result.output


def share_with(first: Clone, *names: str) -> list[Clone]:
    """Share a programme with people whose clones lie beside it; return all clones."""
    hub = first.folder.parent / "hub"
    subprocess.run(["git", "init", "--quiet", "--bare", str(hub)], check=True)
    first.git("remote", "add", "origin", str(hub))
    assert run_copkit("sync", "-C", first.folder).status == 0
    clones = [first]
    for name in names:
        clone = Clone(first.folder.parent / name.lower())
        first.git("clone", "--quiet", str(hub), str(clone.folder))
        named(clone, name)
        assert run_copkit("sync", "-C", clone.folder).status == 0
        clones.append(clone)
    return clones


@pytest.fixture(scope="session")
def ann_and_bob(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann's clone, Bob's and their hub, to copy: most tests begin with them."""
    folder = tmp_path_factory.mktemp("ann-and-bob")
    with pytest.MonkeyPatch.context() as monkeypatch:
        set_up_git(folder, monkeypatch)
        share_with(create_first(folder), "Bob")
    return folder


def is_untouched(clone: Clone) -> bool:
    """Whether a clone is as :func:`create_first` left it."""
    files = (path for path in clone.folder.rglob("*") if path.is_file())
    texts = {path.relative_to(clone.folder).as_posix(): path for path in files}
    records = {file: path for file, path in texts.items() if not file.startswith(".git/")}
    return not any(file.startswith(".git/refs/") for file in texts) and (
        {file: path.read_bytes() for file, path in records.items()}
        == {file: text.encode() for file, text in FILES.items()}
    )


Share = Callable[..., list[Clone]]


@pytest.fixture
def share(first: Clone, ann_and_bob: Path) -> Share:
    """Give clones of the programme, one for each name, all up to date and told of the driver."""

    def to(*names: str) -> list[Clone]:
        if names != ("Bob",) or not is_untouched(first):
            return share_with(first, *names)
        folder = first.folder.parent
        shutil.rmtree(first.folder)
        for name in ("hub", "ann", "bob"):
            shutil.copytree(ann_and_bob / name, folder / name, symlinks=True)
        old, new = (json.dumps(str(place))[1:-1] for place in (ann_and_bob, folder))
        for name in ("ann", "bob"):
            for file in ("config", "copkit/shared.json"):  # both name the hub by its path
                path = folder / name / ".git" / file
                path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
        clones = [first, Clone(folder / "bob")]
        for clone in clones:
            clone.git("update-index", "-q", "--refresh")  # it knows files by their inodes
        return clones

    return to


Host = Callable[[Clone, str, str], Path]


@pytest.fixture
def host(tmp_path: Path, ssh: Ssh) -> Host:
    """Have a clone reach the hub as a host, whose hooks run there: those of a folder are off."""

    def to(clone: Clone, hook: str, script: str) -> Path:
        ssh()
        clone.git("remote", "set-url", "origin", f"host:{tmp_path / 'hub'}")
        path = tmp_path / "hub" / "hooks" / hook
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return to
