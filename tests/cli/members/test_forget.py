"""``copkit member forget``: what is personal goes, what is counted stays."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.changes import describe_changes
from copkit.analysis.privacy.erasure import DataSubject, build_search_terms, remove_aliases
from copkit.pii.kinds import DetailKind
from tests.conftest import EXAMPLE, Copkit, drawn, run_copkit
from tests.git.conftest import Clone, named

NAME, ADDRESS = "Robin Threlfall", "robin.threlfall@example.org"
WHO = "brighton/probation-officer-1"
MARKS = (".copkit/forgotten.yaml", "private/acceptance.key")
"""What tells that an id was given up, to whoever has the key."""
CONTACTS = f"""\
# kept by the team
contacts:
  - id: {{id}}
    name: {NAME}
    email: {ADDRESS}
    mail: agreed 2012-03-21
  - id: brighton/housing-support-worker-1
    name: Alex Okafor
"""
TreeOf = Callable[[Path], dict[str, bytes]]


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep whatever git is told on this machine out of the tests."""
    (tmp_path / "gitconfig").write_text("[init]\n\tdefaultBranch = main\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def clone(example: Path) -> Clone:
    """The example in git, its first day committed, and a contact for one member."""
    clone = Clone(example)
    (example / ".gitignore").write_text("private/\nbuild/\n.*.tmp\n", encoding="utf-8")
    put(example, "private/contacts.yaml", CONTACTS.format(id=WHO))
    clone.git("init", "--quiet")
    named(clone, "Ann")
    commit(clone, "The beginning")
    return clone


@pytest.fixture
def called(clone: Clone) -> Clone:
    """The same, but for an id that holds the name, wherever it stands."""
    for path in [*clone.folder.rglob("*.yaml"), *clone.folder.rglob("*.md")]:
        if "brighton" in path.parts or path.parent.name == "private":
            text = path.read_text("utf-8")
            path.write_text(text.replace("probation-officer-1", "threlfall-1"), encoding="utf-8")
    meeting = clone.folder / "communities/brighton/meetings/2012-05-16.md"
    text = meeting.read_text("utf-8").replace("  - threlfall-1\n", "")
    other = "substitutes:\n  - id: s1\n    for: threlfall-1\n---\n"
    start, _, rest = text.removeprefix("---\n").partition("---\n")
    fields = start.replace("substitutes:\n", "") if "substitutes:\n" in start else start
    meeting.write_text(f"---\n{fields}{other}{rest}", encoding="utf-8")
    commit(clone, "threlfall-1 has joined")
    return clone


def put(folder: Path, file: str, text: str) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def commit(clone: Clone, message: str) -> None:
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "-m", message)


def assert_unnamed(output: str) -> None:
    folded = output.casefold()
    assert "robin" not in folded
    assert "threlfall" not in folded


def counts(copkit: Copkit, folder: Path) -> object:
    result = copkit("attendance", "--json", "-C", folder)
    assert result.status == 0, result.stderr
    return json.loads(result.stdout)


def lines_changed(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, set[bytes]]:
    """Give the lines that are in only one of two trees, by file, git's own left out."""
    return {
        file: {*before.get(file, b"").splitlines()} ^ {*after.get(file, b"").splitlines()}
        for file in before.keys() | after.keys()
        if not file.startswith((".git/", "private/undo/")) and before.get(file) != after.get(file)
    }


def test_contact_organisation_and_presenting_go_and_every_count_stays(
    clone: Clone, copkit: Copkit, tree_of: TreeOf
) -> None:
    counted, before = counts(copkit, clone.folder), tree_of(clone.folder)

    result = copkit("member", "forget", WHO, "--yes", "-C", clone.folder)

    assert result.status == 0, result.stderr
    assert counts(copkit, clone.folder) == counted
    assert copkit("check", "-C", clone.folder).status == 0
    changed = lines_changed(before, tree_of(clone.folder))
    assert changed.pop("private/contacts.yaml") == {
        f"  - id: {WHO}".encode(),
        f"    name: {NAME}".encode(),
        f"    email: {ADDRESS}".encode(),
        b"    mail: agreed 2012-03-21",
    }
    roster = before["communities/brighton/roster.yaml"].decode()
    own = roster.partition("id: probation-officer-1\n")[2].partition("  - id:")[0]
    assert "organisation: " in own
    after = (clone.folder / "communities/brighton/roster.yaml").read_text("utf-8")
    kept = "".join(line for line in own.splitlines(True) if "organisation" not in line)
    assert after == roster.replace(own, kept)
    for file in ("communities/brighton/roster.yaml", *MARKS):
        assert changed.pop(file)
    assert changed
    assert all(
        file.startswith("communities/brighton/cases/") and lines <= {b"  - probation-officer-1"}
        for file, lines in changed.items()
    )
    assert_unnamed(result.output)


def test_an_id_that_holds_the_name_becomes_another_everywhere(
    called: Clone, copkit: Copkit
) -> None:
    folder = called.folder
    before = counts(copkit, folder)

    result = copkit("member", "forget", "brighton/threlfall-1", "-y", "-C", folder)

    assert result.status == 0, result.stderr
    assert "becomes former-1" in result.stderr
    assert counts(copkit, folder) == before
    assert copkit("check", "-C", folder).status == 0
    texts = [path.read_text("utf-8") for path in (folder / "communities").rglob("*.*")]
    assert not any("threlfall" in text for text in texts)
    meeting = (folder / "communities/brighton/meetings/2012-05-16.md").read_text("utf-8")
    assert "  - id: s1\n    for: former-1\n" in meeting
    assert_unnamed(result.output.replace("threlfall-1", ""))
    assert_unnamed(result.output)


def test_the_next_one_forgotten_is_another_former_member(called: Clone, copkit: Copkit) -> None:
    roster = called.folder / "communities/brighton/roster.yaml"
    called.change(roster, "- id: housing-support-worker-1\n", "- id: former-1\n")
    for path in (called.folder / "communities/brighton").rglob("*.md"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("- housing-support-worker-1\n", "- former-1\n"), "utf-8")

    result = copkit("member", "forget", "brighton/threlfall-1", "-y", "-C", called.folder)

    assert "becomes former-2" in result.stderr, result.stderr


def test_every_line_that_still_names_them_is_listed_and_not_repeated(
    clone: Clone, copkit: Copkit
) -> None:
    cases = "communities/brighton/cases"
    text = (clone.folder / cases / "assessed-only-when-sober.md").read_text("utf-8")
    line = len(text.splitlines()) + 1
    put(
        clone.folder,
        f"{cases}/assessed-only-when-sober.md",
        f"{text}ROBIN\nTHRELFALL said so.\nWrite to {ADDRESS.upper()}.\n<!-- Threlfall, Robin -->\n"
        "Robin said so. A robin sang.\n",
    )
    (clone.folder / cases / "quiet.md").write_bytes(b"\xd0\xcf\x11\xe0\x00\x01")
    put(clone.folder, "robin-threlfall.txt", "")
    put(clone.folder, "private/notes.txt", "ask Robin\n")

    result = copkit("member", "forget", WHO, "--yes", "-C", clone.folder)

    assert result.status == 1  # a case that cannot be read
    (clone.folder / cases / "quiet.md").rename(clone.folder / "minutes of Robin.doc")
    result = copkit("member", "forget", WHO, "--yes", "-C", clone.folder)

    assert result.status == 0, result.stderr
    place = f"  {cases}/assessed-only-when-sober.md"
    presenters = text.count("  - probation-officer-1\n")
    for number, what in enumerate(
        ["the name", "part of the name", "the e-mail address", "the name", "part of the name"]
    ):
        assert f"{place}:{line + number - presenters}: {what}\n" in result.stderr
    assert "; change these by hand:" in result.stderr
    assert "  private/notes.txt:1: part of the name\n" in result.stderr
    assert "  ….txt: the name, in the name of the file\n" in result.stderr
    assert "not looked into, for they are not text: minutes of ….doc" in result.stderr
    assert_unnamed(result.output)


def test_whatever_a_check_would_find_of_them_is_listed(clone: Clone, copkit: Copkit) -> None:
    put(clone.folder, "private/aliases.yaml", f"aliases:\n  - id: {WHO}\n    names: [Bobby T]\n")
    forms = {
        "small.txt": "ask threlfall about it\n",
        "loose.txt": "ask robin - threlfall\n",
        "alias.txt": "ask bobby_t about it\n",
        "encoded.txt": base64.b64encode(f"Ask {NAME} for the key.".encode()).decode(),
        "wide.txt": f"Ask {NAME}.",
        "a-threlfall-r.txt": "",
    }
    for file, text in forms.items():
        encoding = "utf-16" if file == "wide.txt" else "utf-8"
        (clone.folder / file).write_text(text, encoding)
    commit(clone, "Ask threlfall")
    clone.git("tag", "-a", "v1", "-m", f"for {NAME.upper()}")
    clone.git("notes", "add", "-m", f"by {NAME}")
    clone.git("branch", "for-robin-threlfall")
    with_contact = copkit("check", "--json", "-C", clone.folder)
    found = {problem["file"] for problem in json.loads(with_contact.stdout)["problems"]}

    result = copkit("member", "forget", WHO, "--yes", "-C", clone.folder)

    assert result.status == 0, result.stderr
    listed = re.findall(r"^  (\S+?):", result.stderr, re.MULTILINE)
    assert set(forms) - {"a-threlfall-r.txt"} <= found
    assert set(forms) - {"a-threlfall-r.txt"} <= set(listed)
    assert "  a-…-r.txt: " in result.stderr
    assert "in base64" in result.stderr
    # 'threlfall', the tag and the note are messages; the note is a file of its own commit as well
    assert re.search(r"in files of \d commits, 2 messages, 0 authors, 1 name of", result.stderr)
    assert "nicknames or spellings that no list here has" in result.stderr
    assert_unnamed(result.output)


def test_an_id_that_was_given_up_is_given_to_nobody_again(
    called: Clone, copkit: Copkit, tree_of: TreeOf
) -> None:
    folder = called.folder
    assert copkit("member", "forget", "brighton/threlfall-1", "--yes", "-C", folder).status == 0
    before = tree_of(folder)

    again = (
        copkit(
            "new-member",
            "brighton",
            "Nurse",
            "--sector",
            "NHS",
            "--id",
            "threlfall-1",
            "-C",
            folder,
        ),
        copkit("member", "contact", "brighton/threlfall-1", "--email", ADDRESS, "-C", folder),
    )

    for result in again:
        assert result.status != 0, result.output
    assert "whoever had this id asked to be forgotten" in again[0].stderr
    assert lines_changed(before, tree_of(folder)) == {}


def test_the_seat_of_somebody_forgotten_gets_no_contact_again(clone: Clone, copkit: Copkit) -> None:
    assert copkit("member", "forget", WHO, "--yes", "-C", clone.folder).status == 0

    result = copkit("member", "contact", WHO, "--name", NAME, "-C", clone.folder)

    assert result.status == 1
    assert "whoever had this id asked to be forgotten" in result.stderr
    assert NAME not in (clone.folder / "private/contacts.yaml").read_text("utf-8")


# What leads to a person is found in any of these forms; a name alone only where it is a name's.
FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is.txt": lambda text: text.encode(),
    "in capitals.md": lambda text: text.upper().encode(),
    "in small letters.txt": lambda text: text.lower().encode(),
    "in base64.eml": lambda text: (
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(text.encode())
    ),
    "wide.csv": lambda text: text.encode("utf-16"),
    "with underscores.yaml": lambda text: text.replace(" ", "_").encode(),
    "in a list.txt": lambda text: ", ".join(reversed(text.split())).encode(),
    "in percents.url": lambda text: quote(text).encode(),
    "in an archive.zip": lambda text: zipped({"inside.txt": text}),
}


WAYS_OF_NAMING = ("{first} {last}", "{last}", "{address}", "{last}, {first}", "{alias}")
COMMUNITY = "---\ncode: B\nname: B\nplace: Brighton\nstatus: active\n---\n"
ROSTER = """\
members:
  - id: nurse-1
    role: Nurse
    sector: NHS
    organisation: The clinic
"""


def zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


@drawn(6, 60)
@given(
    st.tuples(
        st.sampled_from(("Robin", "Siobhan", "Zoë", "Wing Ka")),
        st.sampled_from(("Threlfall", "O'Neill", "Nowak-Whitby", "Özdemir")),
    ),
    st.lists(
        st.tuples(
            st.sampled_from(sorted(FORMS)),
            st.sampled_from(("", "notes/", "communities/brighton/", "private/")),
            st.sampled_from(
                ("{first} {last}", "{last}", "{address}", "{last}, {first}", "{alias}")
            ),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda place: place[:2],
    ),
)
def test_what_a_check_would_find_is_gone_or_listed(
    tmp_path_factory: pytest.TempPathFactory,
    name: tuple[str, str],
    places: list[tuple[str, str, str]],
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    first, last = name
    words = {"first": first, "last": last, "address": ADDRESS, "alias": "Bobby T"}
    put(folder, "copkit.yaml", "name: Harbour\nstarts: 2026-01-01\nformat: 1\n")
    put(
        folder,
        "communities/brighton/community.md",
        COMMUNITY,
    )
    put(
        folder,
        "communities/brighton/roster.yaml",
        ROSTER,
    )
    put(
        folder,
        "private/contacts.yaml",
        f"contacts:\n  - id: brighton/nurse-1\n    name: {first} {last}\n    email: {ADDRESS}\n",
    )
    put(
        folder, "private/aliases.yaml", "aliases:\n  - id: brighton/nurse-1\n    names: [Bobby T]\n"
    )
    for file, below, text in places:
        path = put(folder, below + file, "")
        path.write_bytes(FORMS[file](f"Ask {text.format_map(words)} for the key."))
    contacts = {
        file: (folder / file).read_bytes()
        for file in ("private/contacts.yaml", "private/aliases.yaml")
    }
    before = {problem["file"] for problem in checked(folder)}

    result = run_copkit("member", "forget", "brighton/nurse-1", "--yes", "-C", folder)

    assert result.status == 0, result.output
    listed = {re.split(r":\d+: |: ", line.strip())[0] for line in result.stderr.splitlines()}
    for file, data in contacts.items():  # as somebody who still knows them
        (folder / file).write_bytes(data)
    after = {problem["file"] for problem in checked(folder)}
    assert after <= before
    assert {file for file in after if file not in contacts} <= listed, result.stderr


def checked(folder: Path) -> list[dict[str, str]]:
    problems = json.loads(run_copkit("check", "--json", "-C", folder).stdout)["problems"]
    details = {str(kind) for kind in DetailKind}
    return [problem for problem in problems if problem["code"] in details]


def test_what_the_history_holds_is_counted_and_not_repeated(called: Clone, copkit: Copkit) -> None:
    put(called.folder, "README.md", f"Ask {NAME.lower()}.\n")
    commit(called, "Whom to ask")
    put(called.folder, "README.md", "Ask us.\n")
    commit(called, f"{NAME} is gone")
    called.git("config", "user.email", ADDRESS)
    put(called.folder, "README.md", "Ask.\n")
    commit(called, "Shorter")

    result = copkit("member", "forget", "brighton/threlfall-1", "--yes", "-C", called.folder)

    assert result.status == 0, result.stderr
    said = result.stderr
    assert "the name in full: put in or taken out by 2 commits, in the message of 1" in said
    assert (
        "the e-mail address: put in or taken out by 0 commits, in the message of 0, as author"
        in said
    )
    assert "as author of 1\n" in said
    assert "the id they had: put in or taken out by 1 commit, in the message of 1" in said
    assert "git filter-repo --replace-text FILE --replace-message FILE" in said
    assert "other clones, backups" in said
    assert_unnamed(result.output)


def test_no_copy_of_who_was_forgotten_stays_on_this_computer(
    called: Clone, copkit: Copkit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = called.folder
    at = ("-C", folder)
    record = ("attendance", "record", "brighton", "2013-02-20", "-p")
    assert copkit(*record, "threlfall-1", *at).status == 0
    assert copkit("new-evidence", "Robin Threlfall on winter", "--citation", "x", *at).status == 0
    (folder / "evidence/robin-threlfall-on-winter.md").unlink()
    assert copkit("attendance", "record", "threlfall", *at).status != 0
    put(folder, "build/calendars/brighton.ics", f"ATTENDEE:{ADDRESS}")
    put(folder, "private/sheets/brighton-2013-02-20.html", NAME)
    put(folder, ".git/copkit/top.json", f'[{{"head": "", "changes": [["a", null, "{NAME}"]]}}]')
    put(folder, "private/undo/000000-2012-01-01.json", f"half a note about {NAME}")

    result = copkit("member", "forget", "brighton/threlfall-1", "--yes", *at)

    assert result.status == 0, result.stderr
    assert "'copkit undo' does not bring it back, and begins anew" in result.stderr
    copies = [folder / "private", folder / "build", folder / ".git/copkit", tmp_path / "cache"]
    for path in (path for copy in copies for path in copy.rglob("*") if path.is_file()):
        assert_unnamed(f"{path.name} {path.read_bytes().decode('utf-8', 'replace')}")
    listed = copkit("undo", "--list", *at)
    assert "member forget  [cannot be taken back] somebody was forgotten" in listed.stdout
    assert "new-evidence" not in listed.stdout
    again = copkit("undo", *at)
    assert again.status == 1
    assert "what 'member forget' did cannot be taken back" in again.stderr


def test_what_is_sent_of_it_does_not_say_the_id_that_was_given_up(
    called: Clone, copkit: Copkit
) -> None:
    roster = called.folder / "communities/brighton/roster.yaml"
    old = roster.read_text("utf-8")
    assert copkit("member", "forget", "brighton/threlfall-1", "-y", "-C", called.folder).status == 0

    told = describe_changes("communities/brighton/roster.yaml", old, roster.read_text("utf-8"), {})

    assert [one.description for one in told] == ["a member, forgotten as they asked"]


def test_a_dry_run_shows_all_of_it_and_changes_nothing(
    called: Clone, copkit: Copkit, tree_of: TreeOf
) -> None:
    before = tree_of(called.folder)

    result = copkit("member", "forget", "brighton/threlfall-1", "--dry-run", "-C", called.folder)

    assert result.status == 0
    assert "what would be taken out" in result.stderr
    assert "private/contacts.yaml: the whole entry" in result.stderr
    assert "git's history still holds" in result.stderr
    assert tree_of(called.folder) == before
    assert_unnamed(result.output)


def test_nothing_is_done_unasked_where_nobody_can_be_asked(
    clone: Clone, copkit: Copkit, tree_of: TreeOf
) -> None:
    before = tree_of(clone.folder)

    result = copkit("member", "forget", WHO, "-C", clone.folder)

    assert result.status == 2
    assert "--yes" in result.stderr
    assert tree_of(clone.folder) == before


def test_asked_a_second_time_there_is_nothing_left(clone: Clone, copkit: Copkit) -> None:
    assert copkit("member", "forget", WHO, "--yes", "-C", clone.folder).status == 0

    result = copkit("member", "forget", WHO, "-C", clone.folder)

    assert result.status == 0
    assert "nothing personal is left to take out" in result.stderr
    assert "nobody could look for them in the records" in result.stderr


def test_somebody_unknown_is_not_forgotten(clone: Clone, copkit: Copkit) -> None:
    for unknown in ("brighton/probation-oficer-1", "probation-officer-1"):
        result = copkit("member", "forget", unknown, "-y", "-C", clone.folder)

        assert result.status == 2
        assert "brighton/probation-officer-1" in result.stderr


def test_a_contact_who_is_on_no_roster_can_be_forgotten(clone: Clone, copkit: Copkit) -> None:
    put(clone.folder, "private/contacts.yaml", CONTACTS.format(id="old-town/nurse-1"))

    result = copkit("member", "forget", "old-town/nurse-1", "-y", "-C", clone.folder)

    assert result.status == 0, result.stderr
    assert NAME not in (clone.folder / "private/contacts.yaml").read_text("utf-8")


def test_other_entries_of_the_same_person_and_encrypted_ones_are_pointed_at(
    clone: Clone, copkit: Copkit
) -> None:
    more = f"  - id: halifax/threlfall\n    name: {NAME.upper()}\n"
    put(clone.folder, "private/contacts.yaml", CONTACTS.format(id=WHO) + more)
    put(clone.folder, "contacts.age", "x\n")
    put(clone.folder, "build/x.html", NAME)
    commit(clone, "Shared")

    result = copkit("member", "forget", WHO, "-y", "-C", clone.folder)

    assert "1 other contact with the same name or address" in result.stderr
    assert "'copkit contacts encrypt --force' makes it anew" in result.stderr
    assert "1 version of contacts.age" in result.stderr
    assert not (clone.folder / "build").exists()
    assert_unnamed(result.output)


def test_a_folder_outside_git_has_no_history(example: Path, copkit: Copkit) -> None:
    put(example, "private/contacts.yaml", CONTACTS.format(id=WHO))

    result = copkit("member", "forget", WHO, "-y", "-C", example)

    assert result.status == 0
    assert "there is no history to clean" in result.stderr


def test_where_private_is_not_ignored_it_is_not_written(
    clone: Clone, copkit: Copkit, tree_of: TreeOf
) -> None:
    (clone.folder / ".gitignore").unlink()
    before = tree_of(clone.folder)

    result = copkit("member", "forget", WHO, "-y", "-C", clone.folder)

    assert result.status == 1
    assert "add this line to .gitignore: private/" in result.stderr
    assert tree_of(clone.folder) == before


PERSON = DataSubject("harbour", "nurse-1", None, None)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "aliases:\n  Robin T: harbour/nurse-1\n  Alex: harbour/p-1\n",
            "aliases:\n  Alex: harbour/p-1\n",
        ),
        ("harbour/nurse-1:\n  - Robin\nharbour/p-1:\n  - Alex\n", "harbour/p-1:\n  - Alex\n"),
        (
            "aliases:\n  - id: harbour/nurse-1\n    names:\n      - Robin\n  - id: harbour/p-1\n",
            "aliases:\n  - id: harbour/p-1\n",
        ),
        ("harbour:\n  Robin: nurse-1\n  Rob: nurse-1\n  Al: p-1\n", "harbour:\n  Al: p-1\n"),
        ("halifax:\n  Kim: nurse-1\n", "halifax:\n  Kim: nurse-1\n"),
        ("- harbour/nurse-1\n", "- harbour/nurse-1\n"),
        ("aliases: [\n", "aliases: [\n"),
        ("", ""),
    ],
)
def test_what_else_somebody_is_called_goes_in_whatever_form_it_stands(
    text: str, after: str
) -> None:
    assert remove_aliases(text, PERSON) == after


def test_looking_for_somebody_without_a_contact_looks_for_nothing() -> None:
    assert build_search_terms(PERSON, "nurse-1") == []


def test_the_terminal_shows_what_goes_and_asks(clone: Clone, copkit: Copkit) -> None:
    pytest.importorskip("pty")
    from tests.cli.terminal import talk

    command = ["member", "forget", WHO]
    status, screen = talk(clone.folder, command, "n")
    assert status == 0
    assert "the whole entry, with name, address and consent" in screen
    assert "nothing was changed" in screen
    assert NAME in (clone.folder / "private/contacts.yaml").read_text("utf-8")

    status, screen = talk(clone.folder, command, "y")
    assert status == 0
    assert NAME not in (clone.folder / "private/contacts.yaml").read_text("utf-8")
    assert_unnamed(screen)


def test_the_shell_completes_whom(copkit: Copkit) -> None:
    from tests.cli.test_main import complete

    _, words = complete(f"copkit member forget -C {EXAMPLE} brighton/probation-o")

    assert words == [WHO]


def test_git_is_asked_nothing_that_could_run_a_program(clone: Clone, copkit: Copkit) -> None:
    mark = clone.folder.parent / "ran"
    put(clone.folder, ".gitattributes", "*.yaml diff=evil\n")
    clone.git("config", "diff.evil.textconv", f"touch {mark};cat")
    clone.git("config", "diff.external", f"touch {mark}")

    assert copkit("member", "forget", WHO, "-y", "-C", clone.folder).status == 0
    assert not mark.exists()
    assert subprocess.run(["git", "status"], cwd=clone.folder, check=False).returncode == 0
