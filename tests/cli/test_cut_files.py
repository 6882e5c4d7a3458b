"""Half a file is an error: nothing is read as empty that is not, nor written or sent from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import LONG, Copkit, Write

ROSTER = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
CONTACTS = """\
contacts:
  - id: harbour/nurse-1
    name: Ada Quill
    email: ada.quill@example.org
    mail: agreed 2026-01-05
  - id: harbour/nurse-2
    name: Ben Marrow
"""
CASE = "---\ntitle: Keys\nkind: challenging\nstatus: draft\n---\n\n## Next steps\n\nAsk.\n"


@pytest.fixture
def harbour(write: Write) -> Path:
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/cases/keys.md", CASE)
    return write("private/contacts.yaml", CONTACTS)


def problems(copkit: Copkit, folder: Path) -> list[tuple[str, str]]:
    found = json.loads(copkit("check", "--json", "-C", folder).stdout)["problems"]
    return [(problem["file"], problem["code"]) for problem in found]


EMPTIED = [b"", b"\n\n", b"\0" * 512, b"# yaml-language-server: x\n", b"\xef\xbb\xbf"]


@pytest.mark.parametrize("data", EMPTIED if LONG else EMPTIED[::2])
@pytest.mark.parametrize(
    "file",
    [
        "private/contacts.yaml",
        "private/aliases.yaml",
        "communities/harbour/roster.yaml",
        ".copkit/accepted.yaml",
        "copkit.yaml",
    ],
)
def test_an_emptied_file_is_an_error_and_never_nobody(
    copkit: Copkit, harbour: Path, file: str, data: bytes
) -> None:
    (harbour / file).parent.mkdir(exist_ok=True)
    (harbour / file).write_bytes(data)

    assert (file, "empty-file") in problems(copkit, harbour)
    commands: list[tuple[str, ...]] = [("build",), ("attendance",)]
    if file.endswith("roster.yaml"):
        commands.append(("new-member", "harbour", "Nurse", "--sector", "NHS"))
    elif file.startswith("private/"):  # without it nobody knows whether a text names somebody
        options = ("--owner", "Nurse", "--due", "2026-02-02")
        commands.append(("case", "action", "harbour/keys", "Ring", *options))
    for words in commands:
        done = copkit(*words, "-C", harbour)
        if words == ("attendance",) and file.startswith((".copkit", "private/")):
            continue  # it reads neither
        assert done.status == 1, (words, done.output)
        assert f"{file}:1:1" in done.stderr
    assert (harbour / file).read_bytes() == data


@pytest.mark.parametrize(
    "end",
    [
        "  - id: harbour/nurse-2\n    name: Ben Ma",
        "  - id: harbour/nu",
        '  - id: harbour/nurse-2\n    name: Ben "Benny"',
    ],
)
def test_contacts_that_end_within_a_line_are_cut(copkit: Copkit, harbour: Path, end: str) -> None:
    path = harbour / "private/contacts.yaml"
    path.write_text(CONTACTS.split("  - id: harbour/nurse-2", maxsplit=1)[0] + end, "utf-8")

    done = copkit("contacts", "list", "-C", harbour)

    assert done.status == 1
    assert "the file ends in the middle of a line" in done.stderr
    assert "Ben" not in done.output
    assert "cut-file" in [code for _, code in problems(copkit, harbour)]


@pytest.mark.parametrize(
    "end",
    [
        "",
        '\n  - id: harbour/nurse-2\n    name: "Ben Marlowe"',
        "\n  - {id: harbour/nurse-2, name: Ben Marlowe}",
        "\n  - {id: harbour/nurse-2,\n     name: Ben Marlowe\n    }",
    ],
)
def test_a_last_line_that_is_whole_needs_no_line_end(
    copkit: Copkit, harbour: Path, end: str
) -> None:
    path = harbour / "private/contacts.yaml"
    path.write_text(CONTACTS.split("\n  - id: harbour/nurse-2", maxsplit=1)[0] + end, "utf-8")

    result = copkit("contacts", "list", "-C", harbour)

    assert result.status == 0, result.output


@pytest.mark.parametrize("data", [b"", EMPTIED[2]])
def test_emptied_contacts_are_not_encrypted_and_decrypting_brings_them_back(
    copkit: Copkit, harbour: Path, data: bytes
) -> None:
    env = {"COPKIT_PASSPHRASE": "four words of little sense"}
    assert copkit("contacts", "encrypt", "-C", harbour, env=env).status == 0
    sealed = (harbour / "contacts.age").read_bytes()
    (harbour / "private/contacts.yaml").write_bytes(data)

    refused = copkit("contacts", "encrypt", "--force", "-C", harbour, env=env)
    assert refused.status == 1
    assert (harbour / "contacts.age").read_bytes() == sealed

    done = copkit("contacts", "decrypt", "-C", harbour, env=env)
    assert done.status == 0, done.output
    assert (harbour / "private/contacts.yaml").read_text("utf-8") == CONTACTS


def test_an_emptied_key_or_list_of_acceptances_is_not_begun_anew(
    copkit: Copkit, harbour: Path
) -> None:
    case = harbour / "communities/harbour/cases/keys.md"
    case.write_text(CASE.replace("Ask.", "Ask Sarah Threlfall."), "utf-8")
    accept = ("accept", f"{case}:9", "--why", "an author", "--by", "facilitator", "-C", harbour)
    assert copkit(*accept).status == 0
    for file in ("private/acceptance.key", ".copkit/accepted.yaml"):
        whole = (harbour / file).read_bytes()
        (harbour / file).write_bytes(b"")

        assert copkit(*accept).status == 1
        assert copkit("check", "-C", harbour).status == 1
        assert (harbour / file).read_bytes() == b""
        (harbour / file).write_bytes(whole)


def test_a_journal_that_was_emptied_or_spoilt_does_not_say_that_nobody_got_the_issue(
    tmp_path: Path,
) -> None:
    from copkit.errors import CopkitError
    from copkit.mail.journal import Journal

    journal = Journal(tmp_path, "2026-01", "members")
    (tmp_path / "private/sent").mkdir(parents=True)
    whole = b'{"state": "sent", "to": "harbour/nurse-1", "content": "0"}\n'
    for data in (b"", b"\0" * len(whole), b"{}\n" + whole, b"\0\0\n" + whole):
        (tmp_path / journal.file).write_bytes(data)
        with pytest.raises(CopkitError):
            journal.read()
    (tmp_path / journal.file).write_bytes(whole + whole[:20])  # stopped while it was written
    assert list(journal.read()) == ["harbour/nurse-1"]
