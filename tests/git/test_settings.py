"""Folders from strangers: no setting, hook or layout of theirs makes copkit's git run a program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from copkit.git.settings import find_git_folders, read_settings
from tests.conftest import Copkit
from tests.git.conftest import Clone, Share, named

pytestmark = pytest.mark.skipif(os.name != "posix", reason="plants programs of a shell")

HOOKS = (
    *("applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit"),
    *("prepare-commit-msg", "commit-msg", "post-commit", "pre-rebase", "post-checkout"),
    *("post-merge", "pre-push", "pre-receive", "update", "proc-receive", "post-receive"),
    *("post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc", "post-rewrite"),
    *("sendemail-validate", "fsmonitor-watchman", "post-index-change"),
)
# What says where the others are, and who one is; these are to reach git.
KEPT = re.compile(
    r"(remote\..*\.(url|pushurl|fetch)|branch\..*\.(remote|merge)|user\.(name|email)"
    r"|core\.repositoryformatversion|extensions\..*)",
    re.IGNORECASE,
)
# With these in a folder 'sync' stops, as their owner may need them.
STOPPING = re.compile(
    r"(filter|diff|merge|submodule|credential)\..*|remote\..*\.(receivepack|uploadpack|vcs)"
    r"|core\.(sshcommand|gitproxy|askpass)",
    re.IGNORECASE,
)
ATTRIBUTES = "* filter=planted diff=planted\n*.csv merge=planted\n"


def all_settings() -> list[str]:
    """Return every setting that this git knows, with 'planted' for what a person would choose."""
    done = subprocess.run(["git", "help", "--config"], capture_output=True, text=True, check=True)
    names = [line.strip() for line in done.stdout.splitlines() if re.match(r"\w+\.", line)]
    drivers = ["filter.<driver>.clean", "filter.<driver>.smudge", "filter.<driver>.process"]
    names += [*drivers, "merge.<driver>.driver", "core.alternateRefsCommand", "include.path"]
    return sorted({re.sub(r"<[^>]*>|\*", "planted", name) for name in names})


def write_settings(git_dir: Path, payload: str, *, leave_out: re.Pattern[str]) -> None:
    """Add every setting to a folder's own configuration, each with a program as its value."""
    lines = []
    for key in all_settings():
        section, _, rest = key.partition(".")
        name, _, variable = rest.rpartition(".")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", variable) or leave_out.fullmatch(key):
            continue
        heading = f'{section} "{name}"' if name else section
        lines.append(f'[{heading}]\n\t{variable} = "{payload}"\n')
        if section in {"remote", "branch", "submodule"} and name:
            names = {"remote": "origin", "branch": "main", "submodule": "origin"}
            lines.append(f'[{section} "{names[section]}"]\n\t{variable} = "{payload}"\n')
    with (git_dir / "config").open("a", encoding="utf-8") as file:
        file.writelines(lines)


class Payload:
    """A program, and whether it ran."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "payload.sh"
        self.canary = folder / "ran"
        self.path.write_text(f'#!/bin/sh\necho "$0 $@" >> {self.canary}\n', encoding="utf-8")
        self.path.chmod(0o755)

    def plant(self, *paths: Path) -> None:
        """Put the program into places of executables."""
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.path, path)

    def runs(self) -> str:
        return self.canary.read_text("utf-8") if self.canary.exists() else ""


@pytest.fixture
def payload(tmp_path: Path) -> Payload:
    return Payload(tmp_path)


def plant_everywhere(payload: Payload, clone: Clone, settings: re.Pattern[str]) -> None:
    """Plant the program under every setting and hook, and under names that git runs."""
    git_dir = clone.folder / ".git"
    write_settings(git_dir, str(payload.path), leave_out=settings)
    (git_dir / "info").mkdir(exist_ok=True)
    (git_dir / "info" / "attributes").write_text(ATTRIBUTES, encoding="utf-8")
    payload.plant(*(git_dir / "hooks" / name for name in HOOKS))
    names = ("git", "git-upload-pack", "git-receive-pack", "ssh", "gpg", "true", "sh", "python3")
    payload.plant(*(clone.folder / name for name in names))


def commands(clone: Clone) -> Iterator[tuple[str, ...]]:
    """Yield every command that uses git, the ones that change something last."""
    yield ("check",)
    yield ("check", "--history")
    yield ("check", "--staged")
    yield ("check", "--pushed", "origin")
    yield ("log",)
    yield ("list", "members")
    yield ("hooks", "install", "--dry-run")
    yield ("hooks", "remove", "--dry-run")
    yield ("new-member", "harbour", "Nurse", "--sector", "NHS")
    yield ("undo", "--dry-run")
    yield ("undo",)
    yield ("member", "forget", "harbour/police-1", "--yes")
    yield ("sync", "--dry-run")
    yield ("sync",)


def test_plain_git_runs_what_was_planted(first: Clone, payload: Payload) -> None:
    first.git("config", "core.fsmonitor", str(payload.path))
    first.git("status", status=None)
    assert payload.runs(), "or the tests below show nothing"


def test_a_program_under_every_setting_and_hook_of_a_folder_is_run_by_no_command(
    copkit: Copkit, share: Share, payload: Payload
) -> None:
    ann, bob = share("Bob")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    copkit("sync", "-C", bob.folder)
    plant_everywhere(payload, ann, KEPT)
    for command in commands(ann):
        result = copkit(*command, "-C", ann.folder)
        assert "Traceback" not in result.output
    assert "run programs of their own" in result.stderr, "what is refused is said"
    assert payload.runs() == ""


def test_what_nobody_needs_is_left_out_and_the_folder_is_shared_as_ever(
    copkit: Copkit, share: Share, payload: Payload
) -> None:
    ann, bob = share("Bob")
    ann.change(ann.roster, "role: Police Sergeant", "role: Police Inspector")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    assert copkit("sync", "-C", bob.folder).status == 0
    plant_everywhere(payload, ann, re.compile(f"{KEPT.pattern}|{STOPPING.pattern}", re.IGNORECASE))

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 0, result.output
    assert "role: Matron" in ann.roster.read_text("utf-8")
    assert payload.runs() == ""


@pytest.mark.parametrize("address", ["{}", "file://{}", "../hub"])
def test_a_shared_folder_is_reached_with_its_settings_and_hooks_off(
    copkit: Copkit, share: Share, payload: Payload, tmp_path: Path, address: str
) -> None:
    ann, _ = share("Bob")
    hub = tmp_path / "hub"
    write_settings(hub, str(payload.path), leave_out=KEPT)
    payload.plant(*(hub / "hooks" / name for name in HOOKS))
    alternate = tmp_path / "alternate"
    subprocess.run(["git", "init", "-q", "--bare", alternate], check=True)
    write_settings(alternate, str(payload.path), leave_out=KEPT)
    (hub / "objects" / "info").mkdir(exist_ok=True)
    (hub / "objects" / "info" / "alternates").write_text(f"{alternate}/objects\n", encoding="utf-8")
    ann.git("remote", "set-url", "origin", address.format(hub))
    ann.change(ann.roster, "role: Nurse", "role: Matron")

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 0, result.output
    assert payload.runs() == ""
    (hub / "config").write_text("[core]\n\tbare = true\n", encoding="utf-8")
    shutil.rmtree(hub / "hooks")
    text = Clone(hub).git("show", "main:communities/harbour/roster.yaml")
    assert "role: Matron" in text


def test_a_shared_folder_is_joined_with_its_settings_and_hooks_off(
    copkit: Copkit, share: Share, payload: Payload, tmp_path: Path
) -> None:
    share("Bob")
    hub = tmp_path / "hub"
    write_settings(hub, str(payload.path), leave_out=KEPT)
    payload.plant(*(hub / "hooks" / name for name in HOOKS))

    result = copkit("join", hub, tmp_path / "cat")

    assert result.status == 0, result.output
    url = Clone(tmp_path / "cat").git("config", "remote.origin.url").strip()
    assert url == str(hub)
    assert payload.runs() == ""


def test_a_repository_within_the_folder_is_not_asked(
    copkit: Copkit, share: Share, payload: Payload
) -> None:
    ann, _ = share("Bob")
    inner = Clone(ann.folder / "inner")
    inner.folder.mkdir()
    inner.git("init", "-q")
    named(inner, "Inner")
    inner.git("commit", "-q", "--allow-empty", "-m", "Begin")
    module = '[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n'
    (ann.folder / ".gitmodules").write_text(module, encoding="utf-8")
    ann.git("add", "inner", ".gitmodules")
    ann.git("commit", "-q", "-m", "Add a repository", "--no-verify")
    # git reads these two of any repository that it comes across, and stops at the first
    left_out = re.compile(rf"{KEPT.pattern}|core\.(bare|worktree)", re.IGNORECASE)
    write_settings(inner.folder / ".git", str(payload.path), leave_out=left_out)
    payload.plant(*(inner.folder / ".git" / "hooks" / name for name in HOOKS))
    ann.change(ann.roster, "role: Nurse", "role: Matron")

    for command in (("check",), ("check", "--history"), ("log",), ("sync",)):
        result = copkit(*command, "-C", ann.folder)

    assert result.status == 0, result.output
    assert payload.runs() == ""


@pytest.mark.parametrize("key", ["include.path", "core.worktree", "url.ext::sh.insteadOf"])
def test_settings_that_name_another_place_are_left_out(
    copkit: Copkit, share: Share, payload: Payload, tmp_path: Path, key: str
) -> None:
    ann, _ = share("Bob")
    other = tmp_path / "other"
    other.write_text(f"[core]\n\tfsmonitor = {payload.path}\n", encoding="utf-8")
    ann.git("config", key, str(other))

    assert copkit("sync", "-C", ann.folder).status == 0
    assert payload.runs() == ""


def test_a_folder_that_only_looks_like_a_repository_is_none(
    copkit: Copkit, share: Share, payload: Payload
) -> None:
    ann, _ = share("Bob")
    for file in ("HEAD", "config"):
        shutil.copy(ann.folder / ".git" / file, ann.folder / file)
    for folder in ("objects", "refs"):
        (ann.folder / folder).mkdir()
    write_settings(ann.folder, str(payload.path), leave_out=KEPT)

    assert copkit("sync", "-C", ann.folder).status == 0
    assert payload.runs() == ""


@pytest.mark.parametrize("name", [".gitattributes", ".gitignore", ".git/config", ".git/HEAD"])
def test_a_pipe_in_the_place_of_a_file_of_git_hangs_nothing(
    copkit: Copkit, share: Share, name: str
) -> None:
    ann, _ = share("Bob")
    (ann.folder / name).unlink(missing_ok=True)
    os.mkfifo(ann.folder / name)

    for command in (("check",), ("log",), ("sync",)):
        result = copkit(*command, "-C", ann.folder)
        assert "Traceback" not in result.output

    assert result.status == 1
    assert "ordinary file" in result.stderr or "is a pipe" in result.stderr


def test_awkward_names_and_values_reach_git_as_they_are(first: Clone) -> None:
    address = 'https://example.org/a "b"\\c#d;e'
    first.git("config", 'remote.a.b "c"\\d.url', address)
    folders = find_git_folders(first.folder)
    assert folders is not None
    assert ('remote.a.b "c"\\d.url', address) in read_settings(folders)
