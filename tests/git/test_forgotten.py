"""Whom somebody has forgotten does not come back with a colleague's older text."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import Copkit
from tests.git.conftest import Clone, Share, follow, synced

ROSTER = """\
members:
  - id: quillfeather-1
    role: Nurse
    sector: NHS
    organisation: Harbour Trust
  - id: police-1
    role: Police Sergeant
    sector: Criminal Justice & Police
"""
CONTACTS = "contacts:\n  - id: harbour/quillfeather-1\n    name: Xanthe Quillfeather\n"


@pytest.fixture
def forgotten(copkit: Copkit, share: Share) -> tuple[Clone, Clone]:
    """Ann has forgotten somebody; Bob has not heard of it yet."""
    ann, bob = share("Bob")
    ann.meeting.write_text(ann.meeting.read_text("utf-8").replace("nurse-1", "quillfeather-1"))
    ann.roster.write_text(ROSTER, encoding="utf-8")
    (ann.folder / ".gitignore").write_text("private/\n", encoding="utf-8")
    synced(copkit, ann, "--yes-delete")
    synced(copkit, bob)
    for clone in (ann, bob):
        (clone.folder / "private").mkdir()
        (clone.folder / "private" / "contacts.yaml").write_text(CONTACTS, encoding="utf-8")
    forget = ("member", "forget", "harbour/quillfeather-1", "--yes")
    assert copkit(*forget, "-C", ann.folder).status == 0
    synced(copkit, ann)
    return ann, bob


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_an_older_text_brings_nobody_back_whichever_side_is_kept(
    copkit: Copkit, forgotten: tuple[Clone, Clone], keep: str
) -> None:
    ann, bob = forgotten
    mark = (ann.folder / ".copkit" / "forgotten.yaml").read_text("utf-8")
    assert "quillfeather" not in mark
    # contacts.age brings him the key.
    shutil.copy(ann.folder / "private" / "acceptance.key", bob.folder / "private")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    (bob.folder / "private" / "contacts.yaml").unlink()
    meeting = bob.meeting.with_name("2026-02-18.md")
    meeting.write_text(bob.meeting.read_text("utf-8").replace("2026-02-04", "2026-02-18"))
    assert copkit("sync", "-C", bob.folder).status == 1

    said = synced(copkit, bob, "--keep", keep)
    synced(copkit, ann)

    assert "somebody who was forgotten stood in an older text" in said
    for clone in (ann, bob):
        for path in (clone.roster, clone.meeting, clone.harbour / "meetings" / "2026-02-18.md"):
            text = path.read_text("utf-8")
            assert "quillfeather" not in text
            assert "former-1" in text
        assert "Harbour Trust" not in clone.roster.read_text("utf-8")


PHRASE = {"COPKIT_PASSPHRASE": "otter lantern seven quay"}


def test_without_the_key_no_side_is_kept_and_the_way_to_it_leads_there(
    copkit: Copkit, forgotten: tuple[Clone, Clone]
) -> None:
    ann, bob = forgotten
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    bob.change(bob.roster, "role: Police Sergeant", "role: Constable")
    (bob.folder / "private" / "contacts.yaml").unlink()
    before = bob.head()
    assert copkit("sync", "-C", bob.folder).status == 1
    keep = ("sync", "--keep", "mine", "-C", bob.folder)

    alone = copkit(*keep)
    # Ann is asked, and does as the hint says.
    assert copkit("contacts", "encrypt", "-C", ann.folder, env=PHRASE).status == 0
    synced(copkit, ann)
    result = copkit(*keep)

    assert alone.status == 1
    assert "ask whoever forgot them to run 'copkit contacts encrypt'" in alone.stderr
    assert result.status == 1
    assert "without the key nobody can tell whom to keep" in result.stderr
    assert bob.git("log", "--format=%H", "-2").split()[1] == before
    follow(copkit, bob, result.stderr, PHRASE)
    synced(copkit, bob, "--keep", "mine")
    synced(copkit, ann)
    assert "quillfeather" not in ann.roster.read_text("utf-8")
    assert "Constable" in ann.roster.read_text("utf-8")


def test_encrypted_contacts_bring_nobody_back(
    copkit: Copkit, forgotten: tuple[Clone, Clone]
) -> None:
    ann, bob = forgotten
    assert copkit("contacts", "encrypt", "-C", bob.folder, env=PHRASE).status == 0
    shutil.copy(bob.folder / "contacts.age", ann.folder)

    result = copkit("contacts", "decrypt", "--force", "-C", ann.folder, env=PHRASE)

    assert result.status == 0, result.output
    assert "Quillfeather" not in (ann.folder / "private" / "contacts.yaml").read_text("utf-8")
