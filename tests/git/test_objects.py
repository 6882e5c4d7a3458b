"""What stands guard: no detail gets into a commit, or to the others, whatever way it takes.

Git is the person's own, with the hooks that ``copkit hooks install`` wrote; what runs in them is
this Python. Nothing that is printed repeats what was found.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from tests.conftest import Copkit
from tests.git.conftest import CASE, Clone
from tests.git.leaks import LEAK, guarded, require_hidden, start_programme
from tests.pii.test_encoded import FORMS, UNSEEN
from tests.pii.test_encoded import LEAK as SENTENCE

PSEUDONYM = CASE.replace("progress:", "pseudonyms:\n  - Robin\nprogress:")
CASE_FILE = "communities/harbour/cases/nobody-to-call.md"


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves a programme for those after it to copy."""
    return tmp_path_factory.mktemp("pattern")


@pytest.fixture
def sent(copkit: Copkit, tmp_path: Path, pattern: Path) -> Clone:
    """A programme with the guards, in a first commit that they let pass and the others have."""
    if not (pattern / "programme").exists():
        clone = guarded(copkit, start_programme(pattern / "programme", inside=False))
        clone.git("init", "--quiet", "--bare", "../hub")
        clone.git("remote", "add", "origin", "../hub")
        clone.git("add", "--all")
        clone.git("commit", "--quiet", "-m", "A start")
        clone.git("push", "--quiet", "--set-upstream", "origin", "main")
    for name in ("programme", "hub"):
        shutil.copytree(pattern / name, tmp_path / name, symlinks=True)
    return Clone(tmp_path / "programme")


@pytest.fixture
def kept(sent: Clone) -> Clone:
    """The same, and nobody to send it to."""
    sent.git("remote", "remove", "origin")
    return sent


def leak_into(clone: Clone) -> None:
    text = clone.case.read_text("utf-8")
    clone.case.write_text(re.sub("A flat.*", LEAK, text), encoding="utf-8")


def commit_unseen(clone: Clone) -> None:
    """Commit a leak behind the back of the first guard, and a clean version after it."""
    leak_into(clone)
    clone.git("commit", "--quiet", "--all", "--no-verify", "-m", "More")
    clone.change(clone.case, LEAK, "A flat.")
    clone.git("commit", "--quiet", "--all", "-m", "Less")


def refused(clone: Clone, *args: str) -> str:
    """Require that a commit is stopped, with nothing repeated; give what was said."""
    before = clone.git("rev-parse", "--verify", "--quiet", "HEAD", status=None)
    said = clone.git("commit", *(args or ("-m", "More")), status=1)
    require_hidden(said)
    assert clone.git("rev-parse", "--verify", "--quiet", "HEAD", status=None) == before
    return said


def unsent(clone: Clone, *args: str) -> str:
    """Require that a push is stopped and changes nothing there; give what was said."""
    hub = Clone(clone.folder.parent / "hub")
    before = hub.git("for-each-ref")
    said = clone.git("push", *(args or ("origin", "HEAD")), status=1)
    require_hidden(said)
    assert hub.git("for-each-ref") == before
    assert "nothing was sent: git keeps every version" in said
    return said


# --- before a commit: what is staged counts ------------------------------------------------------


def test_a_staged_leak_is_stopped_though_the_file_is_clean_by_now(kept: Clone) -> None:
    leak_into(kept)
    kept.git("add", "--all")
    kept.change(kept.case, LEAK, "A flat.")

    said = refused(kept)

    assert f"{CASE_FILE}:14:1: this looks like a person's name" in said
    assert f"{CASE_FILE}:14:" in said.split("phone number")[0].splitlines()[-1]
    assert "write a role, or an invented name under 'pseudonyms:'" in said
    assert "nothing was committed: change what is marked, 'git add' the file" in said


def test_a_leak_that_is_not_staged_stops_no_commit(kept: Clone) -> None:
    kept.change(kept.meeting, "Notes.", "More notes.")
    kept.git("add", "--all")
    leak_into(kept)

    kept.git("commit", "--quiet", "-m", "Notes")

    assert kept.git("status", "--porcelain") == f" M {CASE_FILE}\n"


def test_the_first_commit_is_looked_at(copkit: Copkit, first: Clone) -> None:
    guarded(copkit, first)
    leak_into(first)
    first.git("add", "--all")

    assert "nothing was committed" in refused(first)


@pytest.mark.parametrize("args", [("--all", "-m", "x"), ("-m", "x", CASE_FILE), ("-a", "--amend")])
def test_every_way_to_commit_is_looked_at(kept: Clone, args: tuple[str, ...]) -> None:
    leak_into(kept)

    assert f"{CASE_FILE}:14:1" in refused(kept, *args)


def test_one_file_is_committed_past_another_with_a_leak(kept: Clone) -> None:
    leak_into(kept)
    kept.git("add", "--all")
    kept.change(kept.meeting, "Notes.", "More notes.")

    kept.git("commit", "--quiet", "-m", "Notes", str(kept.meeting))

    assert "2 errors found" in refused(kept)


def test_a_file_is_taken_out_and_another_renamed(kept: Clone) -> None:
    kept.git("rm", "--quiet", str(kept.meeting))
    kept.git("mv", CASE_FILE, "communities/harbour/cases/somebody-to-call.md")
    kept.git("commit", "--quiet", "-m", "Tidy")

    renamed = kept.harbour / "cases" / "robin-threlfall.md"
    kept.git("mv", "communities/harbour/cases/somebody-to-call.md", str(renamed))
    kept.git("add", "--all")
    kept.change(renamed, "A flat above a shop.", LEAK)
    kept.git("add", "--all")
    assert f"{CASE_FILE[:26]}" in refused(kept)
    kept.git("mv", str(renamed), "communities/harbour/cases/Robin_Threlfall.md")
    assert "a person's name stands in the file's name" in refused(kept)


def test_a_file_of_any_name_is_looked_into(kept: Clone) -> None:
    names = ("with blanks.md", 'with "quotes".txt', "zażółć.txt", "two\nlines.txt", "-n.txt", ":a")
    for name in names:
        (kept.folder / name).write_text(LEAK, encoding="utf-8")
    kept.git("add", "--all")

    said = refused(kept)

    for name in names:
        shown = name.replace("\n", " ")
        assert f"\n{shown}:1:1: this looks like a person's name" in f"\n{said}"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


HEAD = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
TAIL = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
JPEG = b"\xff\xd8\xff\xe0\0\x04AB%s\xff\xda\0\x02\xff\xd9"


@pytest.mark.parametrize(
    ("name", "data", "stopped_by"),
    [
        ("plan.png", HEAD + TAIL, ""),
        ("plan.png", HEAD + chunk(b"tEXt", b"Author\0Somebody") + TAIL, "picture-metadata"),
        ("shop.jpg", JPEG % b"", ""),
        ("shop.jpg", JPEG % b"\xff\xe1\0\x08Exif\0\0", "picture-metadata"),
        ("minutes.docx", b"PK\x03\x04\x14\0\0\0word", "not-looked-into"),
        ("names.txt", b"x" * 5_000_001, "not-looked-into"),
        ("names.txt", LEAK.encode("utf-16"), "full-name"),
        ("names.txt", LEAK.encode("utf-16-le"), "full-name"),
        ("names.csv", LEAK.encode("utf-16-be"), "full-name"),
        ("names.txt", LEAK.encode("cp1252") + b" caf\xe9", "full-name"),
        (".hidden/names.txt", LEAK.encode(), "full-name"),
        (".copkit/names.txt", LEAK.encode(), "full-name"),
        ("private/contacts.yaml", b"contacts:\n", "private-in-git"),
        ("build/letter.html", b"<p>Nobody</p>\n", "private-in-git"),
        (CASE_FILE, CASE.replace("kind: challenging", "kind: [").encode(), "bracket"),
    ],
)
def test_what_cannot_or_must_not_be_kept_is_stopped(
    copkit: Copkit, kept: Clone, name: str, data: bytes, stopped_by: str
) -> None:
    (kept.folder / name).parent.mkdir(parents=True, exist_ok=True)
    (kept.folder / name).write_bytes(data)
    kept.git("add", "--force", name)

    result = copkit("check", "--staged", "-C", kept.folder)

    require_hidden(result)
    assert stopped_by in result.stdout
    assert result.status == bool(stopped_by)


@pytest.fixture
def hidden_leaks(kept: Clone) -> dict[str, str]:
    """Write a file of every form in which a leak hides, or nobody looks; give each one's name."""
    names = {}
    forms = {form: (file, hide(SENTENCE)) for form, (file, hide) in FORMS.items()} | UNSEEN
    for number, (form, (file, content)) in enumerate(forms.items()):
        folder = kept.folder / f"papers/{number}"
        folder.mkdir(parents=True)
        data = content.encode() if isinstance(content, str) else content
        (folder / Path(file).name).write_bytes(data)
        names[form] = f"papers/{number}/{Path(file).name}"
    assert len(names) >= 90
    return names


@pytest.mark.slow
def test_nothing_hidden_passes_a_commit_a_push_or_a_look_at_the_history(
    copkit: Copkit, kept: Clone, hidden_leaks: dict[str, str]
) -> None:
    kept.git("init", "--quiet", "--bare", "../hub", status=None)
    kept.git("remote", "add", "origin", "../hub")
    kept.git("add", "--all")

    at_commit = refused(kept, "-m", "Papers")
    kept.git("commit", "--quiet", "--no-verify", "-m", "Papers")
    kept.git("rm", "--quiet", "-r", "papers")
    kept.git("commit", "--quiet", "-m", "No papers")
    at_push = unsent(kept)
    in_history = copkit("check", "--history", "-C", kept.folder).stdout

    for said in (at_commit, at_push, in_history):
        assert [form for form, file in hidden_leaks.items() if file not in said] == []


def test_where_a_link_leads_is_looked_at(kept: Clone) -> None:
    (kept.folder / "minutes").symlink_to("/home/robin/Robin Threlfall 07700 900123")
    kept.git("add", "--all")

    assert "minutes:1:" in refused(kept)


def test_pseudonyms_of_the_same_commit_are_silent_and_only_they(kept: Clone) -> None:
    kept.case.write_text(PSEUDONYM.replace("A flat", "Robin has a flat"), encoding="utf-8")
    kept.change(kept.meeting, "apologies:", "apologies:\ncases:\n  - nobody-to-call")
    kept.change(kept.meeting, "Notes.", "We talked of Robin.")
    kept.git("add", "--all")
    kept.case.unlink()  # what is staged counts
    kept.git("commit", "--quiet", "-m", "More")
    kept.git("checkout", "--", ".")

    kept.change(kept.meeting, "of Robin.", "of Robin Threlfall.")
    assert "2026-02-04.md:11:" in refused(kept, "--all", "-m", "Robin")


def test_in_a_push_a_meeting_may_use_the_names_of_its_cases_then(sent: Clone) -> None:
    sent.case.write_text(PSEUDONYM, encoding="utf-8")
    sent.change(sent.meeting, "apologies:", "apologies:\ncases:\n  - nobody-to-call")
    sent.change(sent.meeting, "Notes.", "We talked of Robin.")
    sent.git("commit", "--quiet", "--all", "-m", "More")
    sent.change(sent.meeting, "We talked of Robin.", "Notes.")
    sent.change(sent.case, "  - Robin", "  - Pat")
    sent.git("commit", "--quiet", "--all", "-m", "Another name")

    sent.git("push", "--quiet")


def test_who_is_in_the_contacts_is_found_and_they_stay_where_they_are(kept: Clone) -> None:
    (kept.folder / "private").mkdir()
    (kept.folder / "private" / "contacts.yaml").write_text(
        "contacts:\n  - id: nurse-1\n    name: Zed Quist\n    email: zed@quist.example\n",
        encoding="utf-8",
    )
    kept.change(kept.meeting, "Notes.", "zed quist took the notes.")

    said = refused(kept, "--all", "-m", "Notes")

    assert "known-contact" in said
    assert "quist" not in said


# --- before a push: every version, file name, message and name ----------------------------------


def test_what_a_later_commit_takes_back_is_stopped_and_the_way_back_works(sent: Clone) -> None:
    before = sent.head()
    commit_unseen(sent)
    leaking = sent.git("rev-parse", "HEAD~1")[:9]

    said = unsent(sent)

    assert f"{CASE_FILE}:14:1: this looks like a person's name (in commit {leaking})" in said
    back = f"git reset --soft {before[:9]}"
    assert f"'{back}' takes your commits apart" in said
    sent.git(*back.split()[1:])
    sent.git("commit", "--quiet", "-m", "Anew")
    sent.git("push", "--quiet")


def test_before_anything_was_sent_the_way_back_is_to_begin_anew(sent: Clone) -> None:
    sent.git("init", "--quiet", "--bare", "../other")
    commit_unseen(sent)

    said = unsent(sent, "../other", "main")

    assert "'git update-ref -d HEAD'" in said
    sent.git("update-ref", "-d", "HEAD")
    sent.git("commit", "--quiet", "-m", "Anew")
    sent.git("push", "--quiet", "../other", "main")


@pytest.mark.parametrize("way", ["cherry-pick", "revert", "rebase", "am", "merge"])
def test_ways_that_ask_nobody_before_a_commit_are_stopped_before_the_push(
    sent: Clone, way: str
) -> None:
    sent.git("switch", "--quiet", "-c", "side")
    commit_unseen(sent)
    if way == "am":
        sent.git("format-patch", "--quiet", "-1", "HEAD~1", "-o", "../patches")
    leaking = sent.git("rev-parse", "HEAD~1").strip()
    if way != "revert":
        sent.git("switch", "--quiet", "main")
        sent.change(sent.meeting, "Notes.", "More notes.")
        sent.git("commit", "--quiet", "--all", "-m", "Notes")
    {
        "cherry-pick": lambda: sent.git("cherry-pick", leaking),
        "revert": lambda: sent.git("revert", "--no-edit", "HEAD"),
        "rebase": lambda: sent.git("rebase", "--quiet", "main", "side"),
        "am": lambda: sent.git(
            "am", "--quiet", str(next(Path(sent.folder, "../patches").iterdir()))
        ),
        "merge": lambda: sent.git("merge", "--quiet", "--no-edit", "side"),
    }[way]()

    assert CASE_FILE in unsent(sent)


def test_what_is_in_a_merge_alone_is_found_and_what_the_others_have_is_not(sent: Clone) -> None:
    other = Clone(sent.folder.parent / "other")
    sent.git("clone", "--quiet", str(sent.folder.parent / "hub"), str(other.folder))
    for name in ("user.name", "user.email"):
        other.git("config", name, "bob@example.org")
    commit_unseen(other)
    other.git("push", "--quiet")  # without guards
    sent.change(sent.meeting, "Notes.", "More notes.")
    sent.git("commit", "--quiet", "--all", "-m", "Notes")
    sent.git("pull", "--quiet", "--no-rebase", "--no-edit")
    sent.git("push", "--quiet")

    sent.git("switch", "--quiet", "-c", "side")
    sent.change(sent.meeting, "More", "Some")
    sent.git("commit", "--quiet", "--all", "-m", "Notes")
    sent.git("switch", "--quiet", "main")
    sent.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    sent.change(sent.meeting, "Some notes.", LEAK)
    sent.git("commit", "--quiet", "--all", "--no-verify", "-m", "Together")
    assert "2026-02-04.md:" in unsent(sent)


def test_messages_and_names_are_looked_at(sent: Clone) -> None:
    sent.git("commit", "--quiet", "--allow-empty", "-m", f"More\n\n{LEAK}")
    assert f"message of {sent.head()[:9]}:3:1: this looks like" in unsent(sent)
    sent.git("reset", "--quiet", "--hard", "origin/main")

    sent.git("tag", "-a", "v1", "-m", LEAK)
    assert "message of " in unsent(sent, "origin", "v1")

    sent.git("branch", "Robin_Threlfall")
    assert "the branch's name:1:1: a person's name stands in it" in unsent(
        sent, "origin", "Robin_Threlfall"
    )
    sent.git("tag", "Robin_Threlfall_1")
    assert "the tag's name:1:1: a person's name stands in it" in unsent(
        sent, "origin", "Robin_Threlfall_1"
    )


def test_a_tag_of_a_file_by_itself_is_refused(sent: Clone) -> None:
    (sent.folder / "x").write_text(LEAK, encoding="utf-8")
    sent.git("tag", "x", sent.git("hash-object", "-w", "x").strip())

    assert "this names no commit" in unsent(sent, "origin", "x")


def test_what_is_clean_goes_wherever_it_is_sent(sent: Clone) -> None:
    hub = str(sent.folder.parent / "hub")
    assert "up-to-date" in sent.git("push", "origin", "main")
    sent.git("push", "--quiet", "origin", "main:side", "main:away")
    sent.git("push", "--quiet", "origin", "--delete", "away")
    sent.git("commit", "--quiet", "--amend", "-m", "Another start")
    sent.git("push", "--quiet", "--force")
    sent.git("push", "--quiet", hub, "main:by-address")
    sent.git("init", "--quiet", "--bare", "../new")
    sent.git("remote", "add", "new", "../new")
    sent.git("push", "--quiet", "new", "main")


def test_what_the_others_have_already_stops_nothing(sent: Clone) -> None:
    commit_unseen(sent)
    sent.git("push", "--quiet", "--no-verify")
    sent.change(sent.meeting, "Notes.", "More notes.")
    sent.git("commit", "--quiet", "--all", "-m", "Notes")

    sent.git("push", "--quiet")
    sent.git("push", "--quiet", "../hub", "HEAD:refs/heads/by-address")
    sent.git("push", "--quiet", "origin", "HEAD:refs/heads/side")


def test_a_forced_push_is_looked_at(sent: Clone) -> None:
    commit_unseen(sent)
    sent.git("reset", "--quiet", "--hard", "HEAD~1")
    sent.git("commit", "--quiet", "--amend", "--no-verify", "-m", "Anew")

    unsent(sent, "--force", "origin", "main")
    unsent(sent, str(sent.folder.parent / "hub"), "main")


# --- the history ---------------------------------------------------------------------------------


def test_a_leak_of_long_ago_is_found_in_the_history(copkit: Copkit, kept: Clone) -> None:
    clean = copkit("check", "--history", "-C", kept.folder)
    assert (clean.status, clean.stdout) == (0, "")
    commit_unseen(kept)
    leaking = kept.git("rev-parse", "HEAD~1")[:9]
    kept.git("rm", "--quiet", CASE_FILE)
    kept.git("commit", "--quiet", "-m", "Gone")
    kept.git("tag", "-a", "v1", "-m", f"Of {LEAK}")

    result = copkit("check", "--history", "-C", kept.folder)

    require_hidden(result)
    assert result.status == 1
    assert f"{CASE_FILE}:14:1: this looks like a person's name (in commit {leaking})" in (
        result.stdout
    )
    assert "message of " in result.stdout
    assert "git filter-repo" in result.stderr


@pytest.mark.parametrize("how", [(), ("--staged",), ("--history",), ("--pushed", "origin")])
def test_as_json_nothing_is_repeated_either(
    copkit: Copkit, sent: Clone, how: tuple[str, ...]
) -> None:
    commit_unseen(sent)
    leak_into(sent)
    sent.git("add", "--all")

    result = copkit("check", *how, "--json", "-C", sent.folder)

    require_hidden(result)
    said = json.loads(result.stdout)
    assert set(said) == {"problems", "checked"}
    assert set(said["checked"]) == {"files", "messages"}
    assert {"full-name", "phone-number"} <= {one["code"] for one in said["problems"]}
    assert result.status == 1


def test_a_fault_repeats_nothing_of_a_name_on_two_lines(copkit: Copkit, kept: Clone) -> None:
    kept.change(kept.case, "status: presented", "status: Robin\n  Threlfall")
    kept.git("add", "--all")

    for how in ((), ("--staged",)):
        require_hidden(copkit("check", "--json", *how, "-C", kept.folder))


# --- settings that somebody else wrote -----------------------------------------------------------

PAYLOADS = """\
[core]
    fsmonitor = "touch '{0}'"
    hooksPath = "{1}"
    sshCommand = "touch '{0}'"
    gitProxy = "touch '{0}'"
    editor = "touch '{0}'"
    pager = "touch '{0}'"
    askPass = "touch '{0}'"
    alternateRefsCommand = "touch '{0}'"
    repositoryFormatVersion = 1
[pager]
    log = "touch '{0}'"
    diff-tree = "touch '{0}'"
[diff]
    external = "touch '{0}'"
[diff "x"]
    textconv = "touch '{0}'; cat"
    command = "touch '{0}'"
[filter "x"]
    clean = "touch '{0}'; cat"
    smudge = "touch '{0}'; cat"
    process = "touch '{0}'"
    required = true
[merge "x"]
    driver = "touch '{0}'"
[gpg]
    program = "{1}/pre-commit"
[gpg "openpgp"]
    program = "{1}/pre-commit"
[log]
    showSignature = true
[alias]
    log = "!touch '{0}'"
    diff-index = "!touch '{0}'"
[extensions]
    partialClone = origin
[remote "origin"]
    url = {2}
    promisor = true
    uploadpack = "touch '{0}'; git-upload-pack"
"""


def test_settings_of_somebody_else_run_nothing(
    copkit: Copkit, first: Clone, tmp_path: Path
) -> None:
    canary, hooks = tmp_path / "canary", tmp_path / "theirs"
    hooks.mkdir()
    for name in ("pre-commit", "pre-push", "post-index-change", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{canary}'\n", encoding="utf-8")
        (hooks / name).chmod(0o755)
    first.git("add", "--all")
    first.git("commit", "--quiet", "-m", "A start")
    (first.folder / ".gitattributes").write_text("* filter=x diff=x merge=x\n", encoding="utf-8")
    gone = first.git("rev-parse", f"HEAD:{CASE_FILE}").strip()
    with (first.folder / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write(PAYLOADS.format(canary, hooks, tmp_path / "elsewhere"))
    Clone(tmp_path).git("init", "--quiet", "elsewhere")
    first.change(first.meeting, "Notes.", "More notes.")

    def everything_read() -> None:
        for command in (
            ("check",),
            ("check", "--staged"),
            ("check", "--history"),
            ("check", "--pushed", "origin"),
            ("log",),
            ("list", "members"),
            ("attendance",),
        ):
            result = copkit(*command, "-C", first.folder)
            assert "Traceback" not in result.output
            assert not canary.exists(), command

    everything_read()
    (first.folder / ".git" / "objects" / gone[:2] / gone[2:]).unlink()  # git would ask for it
    everything_read()
    first.git("status", status=None)
    assert canary.exists()  # the settings do run something


def test_a_copy_without_all_of_its_history_says_what_to_do(
    copkit: Copkit, sent: Clone, tmp_path: Path
) -> None:
    Clone(tmp_path / "hub").git("config", "uploadpack.allowFilter", "true")
    commit_unseen(sent)
    sent.git("push", "--quiet", "--no-verify")
    partial = Clone(tmp_path / "partial")
    sent.git("clone", "-q", "--filter=blob:none", f"file://{tmp_path}/hub", str(partial.folder))

    result = copkit("check", "--history", "-C", partial.folder)

    assert result.status == 1
    assert "'git clone' it anew, without --filter" in result.stderr


def test_a_programme_in_a_folder_of_a_repository(copkit: Copkit, tmp_path: Path) -> None:
    programme = guarded(copkit, start_programme(tmp_path / "region" / "our own"))
    programme.git("add", "--all")
    programme.git("commit", "--quiet", "-m", "A start")
    leak_into(programme)

    said = refused(programme, "--all", "-m", "More")

    assert f"\n{CASE_FILE}:14:1" in f"\n{said}"


@pytest.mark.parametrize(
    "message",
    [
        base64.b64encode(LEAK.encode()),
        LEAK.encode("latin-1") + b" \xe9",
        b"=?utf-8?B?" + base64.b64encode(LEAK.encode()) + b"?=",
    ],
)
def test_a_message_that_is_encoded_is_read_before_a_push(
    copkit: Copkit, first: Clone, message: bytes
) -> None:
    (first.folder / "m").write_bytes(message)
    first.git("commit", "-q", "--allow-empty", "-F", "m", "--no-verify")
    first.git("tag", "-a", "v1", "-F", "m")
    (first.folder / "m").unlink()

    result = copkit("check", "--history", "--json", "-C", first.folder)

    files = {problem["file"] for problem in json.loads(result.stdout)["problems"]}
    objects = [first.git("rev-parse", name)[:9] for name in ("HEAD", "v1")]
    assert {f"message of {name}" for name in objects} <= files
    require_hidden(result)


def test_authors_and_messages_in_any_encoding_are_looked_at(copkit: Copkit, first: Clone) -> None:
    guarded(copkit, first)
    first.git("config", "i18n.commitEncoding", "utf-16-le")
    text = b"tree %s\nauthor Robin Threlfall <r@example.org> 1 +0000\ncommitter Ann <a@b> 1 +0000\n"
    tree = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "/dev/null"],
        cwd=first.folder, capture_output=True, check=True,
    )  # fmt: skip
    commit = text % tree.stdout.strip() + b"encoding utf-16-le\n\n" + LEAK.encode("utf-16-le")
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        input=commit, cwd=first.folder, capture_output=True, check=True,
    )  # fmt: skip
    name = made.stdout.decode().strip()
    first.git("update-ref", "refs/heads/other", name)

    result = copkit("check", "--history", "-C", first.folder)

    assert f"author of {name[:9]}:1:1: warning: this looks like a person's name" in result.output
    assert f"message of {name[:9]}:1:" in result.output
    require_hidden(result)
