"""Importing lists whose columns have to be asked about, and registers of many meetings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.attendance.one_list import MEETING, Imported, harbour, imported, report
from tests.conftest import Copkit

__all__ = ["harbour", "imported", "report"]

TreeOf = Callable[[Path], dict[str, bytes]]
MARKED = """\
Name,Email,Marker
Johnny Threlfall,j.threlfall@probation.example.org,da
Ana Okafor,,fort
Sam Roebuck,sam@refuge.example.org,krank
"""


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    path = tmp_path / "marked.csv"
    path.write_text(MARKED, encoding="utf-8")
    return path


def test_an_unknown_column_is_named_and_nothing_is_recorded(
    harbour: Path, imported: Imported, marked: Path, tree_of: TreeOf
) -> None:
    before = tree_of(harbour)

    result = imported(files=(marked,))

    assert result.status == 1
    assert "'Marker' ('da', 'fort', 'krank') seems to say who came" in result.stderr
    assert "--column 'attendance=Marker'" in result.stderr
    assert tree_of(harbour) == before


def test_what_was_said_of_a_list_is_shown_and_remembered(
    harbour: Path, imported: Imported, marked: Path, copkit: Copkit
) -> None:
    said = ("--column", "attendance=Marker", "--value", "fort=absent")

    result = imported(*said, files=(marked,))

    assert result.status == 0, result.output
    assert "'Marker' says who came: 'da' is attended; 'fort' is absent" in result.stdout
    text = (harbour / MEETING).read_text()
    assert "present:\n  - probation-1\n" in text
    assert "apologies:\n  - drugs-1\n" in text
    assert "matron-1" not in text
    assert "remembered 2 answers in private/aliases.yaml" in result.stderr

    again = json.loads(imported("--json", files=(marked,)).stdout)
    assert again["recorded"] == []
    assert again["apologies"] == [{"row": "Sam Roebuck", "member": "drugs-1"}]
    assert again["absent"] == [{"row": "Ana Okafor", "member": "matron-1"}]
    assert again["columns"][2] == {
        "heading": "Marker",
        "meaning": "attendance",
        "values": {"da": "attended", "fort": "absent", "krank": "apologies"},
    }

    listed = copkit("attendance", "aliases", "-C", harbour).stdout
    assert "l1: with the columns email, marker, name" in listed
    assert "'fort' means absent" in listed
    assert copkit("attendance", "aliases", "--forget", "l1", "-C", harbour).status == 0
    assert imported(files=(marked,)).status == 1


def test_names_are_listed_and_forgotten(harbour: Path, imported: Imported, copkit: Copkit) -> None:
    answers = ("--match", "Samm Roebuk=drugs-1", "--nobody", "Zoe Quillfeather")
    assert imported(*answers).status == 0

    aliases = json.loads(copkit("attendance", "aliases", "--json", "-C", harbour).stdout)
    assert aliases["aliases"][0]["names"] == ["Samm Roebuk"]
    assert aliases["nobody"] == ["Zoe Quillfeather"]

    forget = ("attendance", "aliases", "harbour", "--forget")
    wrong = copkit(*forget, "Sam Roebok", "-C", harbour)
    assert (wrong.status, "Samm" in wrong.stderr) == (2, True)
    assert copkit(*forget, "Samm Roebuk", "--dry-run", "-C", harbour).status == 0
    assert copkit(*forget, "samm roebuk", "--forget", "Zoe Quillfeather", "-C", harbour).status == 0
    aliases = json.loads(copkit("attendance", "aliases", "--json", "-C", harbour).stdout)
    assert (aliases["aliases"], aliases["nobody"]) == ([], [])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--column", "presence=Marker"), "--column needs what a column holds"),
        (("--column", "attendance=Merker"), "did you mean 'marker'?"),
        (("--value", "da"), "--value needs a value"),
        (("--value", "da=here"), "one of attended, late, apologies, absent, unclear"),
        (("--sheet", "Two"), "has no sheet 'Two'"),
    ],
)
def test_wrong_options_say_what_may_stand_there(
    imported: Imported, marked: Path, options: tuple[str, ...], message: str
) -> None:
    ignored = ("--ignore", "Marker") if "attendance=Merker" in options else ()

    result = imported(*options, *ignored, files=(marked,))

    assert result.status == 2
    assert message in result.stderr


REGISTER = """\
Name,Email,8 Dec 2025,5 Jan 2026,2 Feb 2026
Johnny Threlfall,j.threlfall@probation.example.org,x,x,
Ana Okafor,,,Apologies,x
Sam Roebuck,sam@refuge.example.org,x,,x
"""


def test_a_whole_register_goes_in_after_a_yes(
    harbour: Path, tmp_path: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(REGISTER, encoding="utf-8")
    command = ("attendance", "import", "harbour", "--all", path, "-C", harbour)
    before = tree_of(harbour)

    shown = copkit(*command)
    assert shown.status == 2
    assert "5 January 2026" in shown.stdout
    assert "--yes records it" in shown.stderr
    assert tree_of(harbour) == before

    result = copkit(*command, "--yes")
    assert result.status == 0, result.output
    folder = harbour / "communities/harbour/meetings"
    texts = {day: (folder / f"{day}.md").read_text() for day in ("2025-12-08", "2026-02-02")}
    assert "present:\n  - probation-1\n  - drugs-1\n" in texts["2025-12-08"]
    assert "present:\n  - matron-1\n  - drugs-1\n" in texts["2026-02-02"]
    assert "apologies:\n  - matron-1\n" in (harbour / MEETING).read_text()

    before = tree_of(harbour)
    again = copkit(*command, "--yes")
    assert "nothing new to record" in again.stderr
    assert tree_of(harbour) == before
    found = json.loads(copkit(*command, "--json", "--dry-run").stdout)
    assert [one["meeting"] for one in found["meetings"]] == [
        "2025-12-08",
        "2026-01-05",
        "2026-02-02",
    ]


def test_record_and_answers_are_written_in_one_step(
    harbour: Path, imported: Imported, monkeypatch: pytest.MonkeyPatch, tree_of: TreeOf
) -> None:
    """Whoever is killed before the step is done has neither of them."""
    before = tree_of(harbour)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("copkit.cli.store.save_privately", killed)
    imported("--match", "Samm Roebuk=drugs-1")

    assert tree_of(harbour) == before


def test_the_terminal_asks_what_a_column_says(harbour: Path, marked: Path, copkit: Copkit) -> None:
    pytest.importorskip("pty")
    from tests.cli.terminal import talk

    command = ["attendance", "import", "harbour", "2026-01-05", str(marked)]

    status, screen = talk(harbour, command, "yes", "absent", "y")

    assert status == 0, screen
    assert "Does 'Marker' (da, fort, krank) say who came to this meeting?" in screen
    assert "Below 'Marker', what does 'fort' mean?" in screen
    assert "present:\n  - probation-1\n" in (harbour / MEETING).read_text()
