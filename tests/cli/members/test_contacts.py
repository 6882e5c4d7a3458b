"""``copkit contacts``: who the members are, and carrying that to a colleague encrypted."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from copkit.git.sync import is_shareable
from copkit.private_files import is_backup_outdated
from tests.conftest import Copkit, Write

CONTACTS = """\
# kept by the team
contacts:
  - id: harbour/nurse-1
    name: Robin Threlfall
    email: robin.threlfall@example.org
    mail: agreed 2026-01-05
  - id: harbour/police-1
    name: Alex Okafor
"""
ROSTER = """\
members:
  - id: nurse-1
    role: Nurse
    sector: NHS
  - id: police-1
    role: Police Sergeant
    sector: Criminal Justice & Police
"""
PHRASE = {"COPKIT_PASSPHRASE": "otter lantern seven quay"}
TreeOf = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def folder(write: Write) -> Path:
    """A programme with two contacts, in no repository."""
    write("communities/harbour/roster.yaml", ROSTER)
    return write("private/contacts.yaml", CONTACTS)


@pytest.fixture(scope="module")
def by_phrase() -> bytes:
    """What the contacts are, closed by the passphrase; made once, for it is slow on purpose."""
    return bytes(pyrage.passphrase.encrypt(CONTACTS.encode(), PHRASE["COPKIT_PASSPHRASE"]))


def keys(folder: Path, name: str = "keys.txt") -> tuple[str, Path]:
    """Make a key of age's: the public one, and the file with the secret one."""
    identity = pyrage.x25519.Identity.generate()
    path = folder.parent / name
    path.write_text(f"# created today\n{identity}\n", encoding="utf-8")
    return str(identity.to_public()), path


def test_contacts_are_listed_with_their_names_and_who_agreed(folder: Path, copkit: Copkit) -> None:
    result = copkit("contacts", "list", "-C", folder)

    assert result.status == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["id", "name", "mail"],
        ["harbour/nurse-1", "Robin", "Threlfall", "agreed", "2026-01-05"],
        ["harbour/police-1", "Alex", "Okafor", "no"],
    ]


def test_contacts_are_listed_for_machines(folder: Path, copkit: Copkit) -> None:
    result = copkit("contacts", "list", "--json", "-C", folder)

    assert json.loads(result.stdout)["contacts"][1] == {
        "id": "harbour/police-1", "name": "Alex Okafor", "email": None, "mail": None
    }  # fmt: skip


def test_without_the_file_there_is_nothing_to_list_and_a_way_to_it(
    write: Write, copkit: Copkit
) -> None:
    folder = write("README.md", "")
    assert "there is no private/contacts.yaml" in copkit("contacts", "list", "-C", folder).stderr

    (folder / "contacts.age").write_text("x", encoding="utf-8")
    result = copkit("contacts", "list", "-C", folder)

    assert result.status == 1
    assert "'copkit contacts decrypt' makes it" in result.stderr


def test_a_fault_is_told_without_the_line_it_stands_in(write: Write, copkit: Copkit) -> None:
    folder = write("private/contacts.yaml", CONTACTS.replace("@example.org", ""))

    for command in ("list", "encrypt"):
        result = copkit("contacts", command, "-C", folder, env=PHRASE)

        assert result.status == 1
        assert "private/contacts.yaml:5:12: this is not an e-mail address" in result.stderr
        assert "hrelfall" not in result.output


def test_a_passphrase_closes_and_opens_and_nothing_is_lost_on_the_way(
    folder: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    before = tree_of(folder)

    result = copkit("contacts", "encrypt", "-C", folder, env=PHRASE)

    assert result.status == 0, result.stderr
    assert "wrote contacts.age: 2 contacts" in result.stderr
    sealed = (folder / "contacts.age").read_text("ascii")
    assert sealed.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert max(map(len, sealed.splitlines())) <= 64
    assert is_shareable("contacts.age")  # and goes to the others

    shutil.rmtree(folder / "private")
    result = copkit("contacts", "decrypt", "-C", folder, env=PHRASE)

    assert result.status == 0, result.stderr
    after = {file: data for file, data in tree_of(folder).items() if "private/undo" not in file}
    after.pop("contacts.age")
    after.pop("private/contacts.age.digest")
    assert after == before
    if sys.platform != "win32":
        assert stat.S_IMODE((folder / "private").stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "private/contacts.yaml").stat().st_mode) == 0o600


def test_keys_close_and_each_of_them_opens(folder: Path, copkit: Copkit) -> None:
    (ann, of_ann), (bob, of_bob) = keys(folder, "ann.txt"), keys(folder, "bob.txt")
    result = copkit("contacts", "encrypt", "--to", ann, "--to", bob, "-C", folder)
    assert result.status == 0, result.stderr

    for path in (of_ann, of_bob):
        (folder / "private/contacts.yaml").unlink()
        result = copkit("contacts", "decrypt", "-i", path, "-C", folder)

        assert result.status == 0, result.stderr
        assert (folder / "private/contacts.yaml").read_text("utf-8") == CONTACTS


def test_what_age_itself_wrote_is_opened_as_well(
    folder: Path, copkit: Copkit, by_phrase: bytes
) -> None:
    (folder / "contacts.age").write_bytes(by_phrase)
    (folder / "private/contacts.yaml").unlink()

    assert copkit("contacts", "decrypt", "-C", folder, env=PHRASE).status == 0
    assert (folder / "private/contacts.yaml").read_text("utf-8") == CONTACTS


def armoured(data: bytes) -> bytes:
    import base64

    return b"-----BEGIN AGE ENCRYPTED FILE-----\n%s-----END AGE ENCRYPTED FILE-----\n" % (
        base64.encodebytes(data)
    )


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another-passphrase": (lambda data: data, "this passphrase does not open contacts.age"),
    "no-age-file": (lambda _: b"contacts:\n", "contacts.age is not a file that age has encrypted"),
    "empty": (lambda _: b"", "contacts.age is not a file that age has encrypted"),
    "cut-short": (lambda data: data[:-9], "contacts.age is damaged, or not all of it is here"),
    "cut-in-its-head": (lambda data: data[:60], "contacts.age is damaged"),
    "armour-cut-short": (lambda data: armoured(data)[:-70], "contacts.age is damaged"),
    "armour-spoilt": (lambda data: armoured(data[:-9]), "contacts.age is damaged"),
    "no-letters": (lambda data: armoured(data).replace(b"YWdl", b"!!!!"), "is damaged"),
    "one-bit": (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "contacts.age is damaged"),
    "conflict": (
        lambda data: b"<<<<<<< HEAD\n" + armoured(data),
        "two people have encrypted contacts.age",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_cannot_be_opened_changes_nothing_and_says_why_in_a_line(
    folder: Path, copkit: Copkit, tree_of: TreeOf, by_phrase: bytes, damage: str
) -> None:
    spoil, message = DAMAGE[damage]
    (folder / "contacts.age").write_bytes(spoil(by_phrase))
    before = tree_of(folder)
    phrase = "another one entirely" if damage == "another-passphrase" else None
    env = {"COPKIT_PASSPHRASE": phrase} if phrase else PHRASE

    result = copkit("contacts", "decrypt", "-C", folder, env=env)

    assert result.status == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) <= 2
    assert tree_of(folder) == before


def test_a_key_of_somebody_else_opens_nothing(folder: Path, copkit: Copkit) -> None:
    ann, _ = keys(folder, "ann.txt")
    _, of_bob = keys(folder, "bob.txt")
    assert copkit("contacts", "encrypt", "--to", ann, "-C", folder).status == 0

    result = copkit("contacts", "decrypt", "--identity", of_bob, "-C", folder)
    assert result.status == 1
    assert "this key does not open contacts.age" in result.stderr

    result = copkit("contacts", "decrypt", "-C", folder)
    assert result.status == 1
    assert "opened by a key" in result.stderr
    assert "--identity FILE" in result.stderr


def test_a_secret_key_given_as_a_public_one_is_refused_and_not_repeated(
    folder: Path, copkit: Copkit
) -> None:
    secret = str(pyrage.x25519.Identity.generate())

    result = copkit("contacts", "encrypt", "--to", secret, "-C", folder)

    assert result.status == 2
    assert "is a secret key, which nobody else must see" in result.stderr
    assert secret not in result.output
    assert copkit("contacts", "encrypt", "--to", "age1x", "-C", folder).status == 2
    assert not (folder / "contacts.age").exists()


def test_a_file_without_keys_is_no_identity(folder: Path, copkit: Copkit, by_phrase: bytes) -> None:
    (folder / "contacts.age").write_bytes(by_phrase)

    for path in (folder / "copkit.yaml", folder / "nowhere.txt"):
        result = copkit("contacts", "decrypt", "-i", path, "-C", folder)

        assert result.status == 2
        assert "Traceback" not in result.output


def test_a_short_passphrase_is_refused_with_the_reason(folder: Path, copkit: Copkit) -> None:
    result = copkit("contacts", "encrypt", "-C", folder, env={"COPKIT_PASSPHRASE": "harbour"})

    assert result.status == 2
    assert "at least 12 signs: whoever has the file can go on guessing" in result.stderr
    assert "harbour" not in result.stderr


def test_without_a_terminal_and_a_passphrase_nothing_is_asked(
    folder: Path, process: Copkit
) -> None:
    result = process("contacts", "encrypt", "-C", folder)

    assert result.status == 2
    assert "COPKIT_PASSPHRASE" in result.stderr


@pytest.mark.slow
def test_contacts_of_ones_own_are_replaced_only_when_asked_and_then_kept_beside(
    folder: Path, copkit: Copkit, by_phrase: bytes, tree_of: TreeOf
) -> None:
    (folder / "contacts.age").write_bytes(by_phrase)
    mine = CONTACTS.replace("Okafor", "Okafor-Reid")
    (folder / "private/contacts.yaml").write_text(mine, encoding="utf-8")
    before = tree_of(folder)

    result = copkit("contacts", "decrypt", "-C", folder, env=PHRASE)

    assert result.status == 1
    assert "private/contacts.yaml is there and says something else" in result.stderr
    assert "keeps yours as private/contacts-before-1.yaml" in result.stderr
    assert tree_of(folder) == before

    assert copkit("contacts", "decrypt", "--force", "-C", folder, env=PHRASE).status == 0
    assert (folder / "private/contacts.yaml").read_text("utf-8") == CONTACTS
    assert (folder / "private/contacts-before-1.yaml").read_text("utf-8") == mine
    for path in (folder / "private").glob("*.yaml"):
        assert sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_only_the_encrypted_file_holds_is_not_replaced_unasked(
    folder: Path, copkit: Copkit
) -> None:
    own, path = keys(folder)
    close = ("contacts", "encrypt", "--to", own, "-C", folder)
    assert copkit(*close).status == 0
    sealed = (folder / "contacts.age").read_bytes()
    fewer = CONTACTS.partition("  - id: harbour/police-1")[0]
    (folder / "private/contacts.yaml").write_text(fewer, encoding="utf-8")

    unseen = copkit(*close)
    assert unseen.status == 1
    assert "so nobody can see whether something in it would be lost" in unseen.stderr

    lost = copkit(*close, "--identity", path)
    assert lost.status == 1
    assert "contacts.age holds 1 contact that private/contacts.yaml lacks" in lost.stderr
    assert (folder / "contacts.age").read_bytes() == sealed

    assert copkit(*close, "--force").status == 0
    assert (folder / "contacts.age").read_bytes() != sealed


def test_encrypting_the_same_again_changes_nothing_and_another_passphrase_is_noticed(
    folder: Path, copkit: Copkit, by_phrase: bytes
) -> None:
    (folder / "contacts.age").write_bytes(armoured(by_phrase))

    same = copkit("contacts", "encrypt", "-C", folder, env=PHRASE)
    other = copkit(
        "contacts", "encrypt", "-C", folder, env={"COPKIT_PASSPHRASE": "not what it was"}
    )

    assert "says so already" in same.stderr
    assert other.status == 1
    assert "this passphrase does not open contacts.age" in other.stderr
    assert (folder / "contacts.age").read_bytes() == armoured(by_phrase)


def test_a_dry_run_writes_nothing(
    folder: Path, copkit: Copkit, tree_of: TreeOf, by_phrase: bytes
) -> None:
    own, _ = keys(folder)
    before = tree_of(folder)
    result = copkit("contacts", "encrypt", "--to", own, "--dry-run", "-C", folder)
    assert "would write contacts.age: 2 contacts" in result.stderr
    assert tree_of(folder) == before

    (folder / "private/contacts.yaml").unlink()
    (folder / "contacts.age").write_bytes(by_phrase)
    before = tree_of(folder)
    result = copkit("contacts", "decrypt", "--dry-run", "-C", folder, env=PHRASE)
    assert "would write private/contacts.yaml" in result.stderr
    assert tree_of(folder) == before


def test_something_else_that_was_encrypted_is_not_taken_for_contacts(
    folder: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    own, path = keys(folder)
    public = pyrage.x25519.Recipient.from_str(own)
    (folder / "private/contacts.yaml").unlink()
    for text in (b"contacts:\n  - id: Robin Threlfall\n", b"\xff\xfe", b"- 1\n"):
        (folder / "contacts.age").write_bytes(pyrage.encrypt(text, [public]))
        before = tree_of(folder)

        result = copkit("contacts", "decrypt", "-i", path, "-C", folder)

        assert result.status == 1
        assert "hrelfall" not in result.output
        assert tree_of(folder) == before


def test_without_pyrage_one_line_says_what_to_install(
    folder: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)

    for command in ("encrypt", "decrypt"):
        result = copkit("contacts", command, "-C", folder, env=PHRASE)

        assert result.status == 1
        assert result.stderr == 'copkit: this needs pyrage: pip install "copkit[share]"\n'
    assert copkit("contacts", "list", "-C", folder).status == 0


def test_names_are_not_written_where_git_would_take_them_in(
    folder: Path, copkit: Copkit, by_phrase: bytes, tree_of: TreeOf
) -> None:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / "private/contacts.yaml").unlink()
    (folder / "contacts.age").write_bytes(by_phrase)
    before = tree_of(folder)

    result = copkit("contacts", "decrypt", "-C", folder, env=PHRASE)

    assert result.status == 1
    assert "add this line to .gitignore: private/" in result.stderr
    assert tree_of(folder) == before

    (folder / ".gitignore").write_text("private/*\n!private/contacts.yaml\n", encoding="utf-8")
    assert copkit("contacts", "decrypt", "-C", folder, env=PHRASE).status == 1

    (folder / ".gitignore").write_text("private/\n", encoding="utf-8")
    assert copkit("contacts", "decrypt", "-C", folder, env=PHRASE).status == 0


def test_names_that_are_in_git_already_are_told_how_to_leave_it(
    folder: Path, copkit: Copkit, by_phrase: bytes
) -> None:
    (folder / "contacts.age").write_bytes(by_phrase)
    for command in (("init", "--quiet"), ("add", "private/contacts.yaml")):
        subprocess.run(["git", *command], cwd=folder, check=True)
    (folder / ".gitignore").write_text("private/\n", encoding="utf-8")

    result = copkit("contacts", "decrypt", "-C", folder, env=PHRASE)

    assert result.status == 1
    assert "git rm --cached private/contacts.yaml" in result.stderr


def test_the_terminal_asks_for_a_new_passphrase_twice_without_showing_it(folder: Path) -> None:
    """One that is too short, so that the slow part does not begin."""
    pytest.importorskip("pty")
    from tests.cli.terminal import talk

    status, screen = talk(folder, ["contacts", "encrypt"], "quay", "quay")

    assert status == 2, screen
    assert "passphrase: \nRepeat for confirmation: \n" in screen
    assert "at least 12 signs" in screen
    assert "quay" not in screen


def test_what_colleagues_need_travels_with_the_contacts(
    folder: Path, copkit: Copkit, tmp_path: Path
) -> None:
    (folder / "private/aliases.yaml").write_text("set_aside:\n  - Meeting Room\n", "utf-8")
    (folder / "private/columns.yaml").write_text("layouts:\n  - id: t1\n    heads: [A]\n", "utf-8")
    (folder / "private/acceptance.key").write_text(f"{'a' * 64}\n", "ascii")
    private = {path.name: path.read_bytes() for path in (folder / "private").iterdir()}
    result = copkit("contacts", "encrypt", "-C", folder, env=PHRASE)
    assert "2 contacts, other names of members, the columns of rosters and the key" in result.stderr
    assert not is_backup_outdated(folder)

    # Her laptop dies; and a colleague has a key and an entry of his own.
    shutil.rmtree(folder / "private")
    (folder / "private").mkdir()
    (folder / "private/acceptance.key").write_text(f"{'b' * 64}\n", "ascii")
    result = copkit("contacts", "decrypt", "-C", folder, env=PHRASE)

    assert result.status == 0, result.output
    keys = (folder / "private/acceptance.key").read_text("ascii").split()
    assert keys == ["b" * 64, "a" * 64]
    for name in ("contacts.yaml", "aliases.yaml", "columns.yaml"):
        assert (folder / "private" / name).read_bytes() == private[name]
    assert not is_backup_outdated(folder)
    with (folder / "private/aliases.yaml").open("a", encoding="utf-8") as file:
        file.write("  - Second Screen\n")
    assert is_backup_outdated(folder)


def test_nothing_that_stands_in_the_encrypted_file_alone_is_lost(
    folder: Path, copkit: Copkit
) -> None:
    key = folder / "private/acceptance.key"
    key.write_text(f"{'a' * 64}\n", "ascii")
    assert copkit("contacts", "encrypt", "-C", folder, env=PHRASE).status == 0
    key.write_text(f"{'b' * 64}\n", "ascii")

    result = copkit("contacts", "encrypt", "-C", folder, env=PHRASE)

    assert result.status == 1
    assert "contacts.age holds 1 other thing that private/acceptance.key lacks" in result.stderr


def test_a_file_of_private_that_cannot_be_read_is_not_encrypted_as_nothing(
    folder: Path, copkit: Copkit
) -> None:
    (folder / "private/aliases.yaml").write_bytes(b"\xff\xfe")

    result = copkit("contacts", "encrypt", "-C", folder, env=PHRASE)

    assert result.status == 1
    assert "private/aliases.yaml" in result.stderr
    assert not (folder / "contacts.age").exists()


def test_after_a_rotation_the_old_passphrase_opens_nothing_and_the_new_one_all(
    folder: Path, copkit: Copkit
) -> None:
    copkit("contacts", "encrypt", "-C", folder, env=PHRASE)
    contacts = (folder / "private/contacts.yaml").read_text(encoding="utf-8")
    new = "gravel copper window tide"

    result = copkit(
        "contacts", "rotate", "-C", folder, env={**PHRASE, "COPKIT_NEW_PASSPHRASE": new}
    )

    assert result.status == 0, result.stderr
    shutil.rmtree(folder / "private")
    assert copkit("contacts", "decrypt", "-C", folder, env=PHRASE).status == 1
    assert copkit("contacts", "decrypt", "-C", folder, env={"COPKIT_PASSPHRASE": new}).status == 0
    assert (folder / "private/contacts.yaml").read_text(encoding="utf-8") == contacts


def test_a_rotation_takes_another_passphrase_and_needs_a_file(folder: Path, copkit: Copkit) -> None:
    same = {**PHRASE, "COPKIT_NEW_PASSPHRASE": PHRASE["COPKIT_PASSPHRASE"]}

    assert "there is no contacts.age" in copkit("contacts", "rotate", "-C", folder, env=same).stderr
    copkit("contacts", "encrypt", "-C", folder, env=PHRASE)
    assert "is the old one" in copkit("contacts", "rotate", "-C", folder, env=same).stderr
