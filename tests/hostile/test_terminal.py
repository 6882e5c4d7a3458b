"""What is printed: no value from a record, no name of a file moves anything but its own words."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Copkit, Result, Write
from tests.hostile.attacks import CARD, RUNS_A_LINE, as_yaml, attacks, require_calm

READING = [
    ("check",),
    ("list", "communities"),
    ("list", "members"),
    ("list", "meetings"),
    ("list", "cases"),
    ("list", "evidence"),
    ("show", "harbour"),
    ("show", "harbour/nurse-1"),
    ("show", "harbour/2026-01-14"),
    ("show", "harbour/one"),
    ("attendance", "--explain"),
    ("attendance", "register", "harbour"),
    ("newsletter", "build"),
    ("brief", "build", "--dry-run"),
    ("case", "follow-up", "--all"),
    ("case", "show", "harbour/one"),
    ("evidence", "find", "said"),
    ("evidence", "say", "card"),
    ("blockage", "letter", "wall", "--dry-run"),
]
FOR_MACHINES = [
    ("check",),
    ("list", "cases"),
    ("show", "harbour/one"),
    ("attendance",),
    ("case", "follow-up", "--all"),
    ("case", "show", "harbour/one"),
    ("evidence", "list"),
    ("evidence", "for", "harbour/one"),
    ("blockage", "list"),
    ("blockage", "show", "wall"),
    ("seats",),
    ("approaches",),
    ("health",),
]
ASKING = [
    ("show",),
    ("list",),
    ("list", "cases", "--community"),
    ("attendance", "register"),
    ("newsletter", "build"),
    ("attendance", "--as-of"),
    ("newsletter", "build", "--for"),
    ("new-case",),
    ("schema",),
    ("case", "progress"),
    ("case", "follow-up", "--owner"),
    ("attendance", "-f"),
    ("new-evidence", "--url", "https://a.example", "--citation", "C", "--dry-run"),
]


def full_of(write: Write, value: str, body: str) -> Path:
    """Write a programme that says one thing wherever it can say anything."""
    said = as_yaml(value)
    write("copkit.yaml", f"name: {said}\nstarts: 2026-01-01\nseats:\n  {said}:\n    - {said}\n")
    write(
        "communities/harbour/community.md",
        f"---\ncode: CP1\nname: {said}\nplace: {said}\nstatus: active\n---\n\n{body}\n",
    )
    write(
        "communities/harbour/roster.yaml",
        f"members:\n  - id: nurse-1\n    role: {said}\n    sector: {said}\n"
        f"    organisation: {said}\n  - id: {said}\n    role: R\n    sector: S\n",
    )
    write(
        "communities/harbour/meetings/2026-01-14.md",
        f"---\ndate: 2026-01-14\nplace: {said}\npresent:\n  - nurse-1\n---\n\n{body}\n",
    )
    write(
        "communities/harbour/cases/one.md",
        f"---\ntitle: {said}\nkind: challenging\nstatus: presented\npresented: 2026-01-14\n"
        f"question: {said}\nthemes:\n  - {said}\nevidence:\n  - card\nissues:\n"
        f"  - id: i1\n    blockage: wall\n    note: {said}\nactions:\n"
        f"  - id: a1\n    what: {said}\n    owner: {said}\n{said}: {said}\n---\n\n{body}\n",
    )
    write(
        "communities/harbour/meetings/2026-02-11.md",
        f"---\ndate: 2026-02-11\nplace: {said}\ncases:\n  - one\n---\n",
    )
    write(
        "communities/harbour/approaches.yaml",
        f"approaches:\n  - id: ap1\n    date: 2026-01-02\n    agency: {said}\n    sector: {said}\n"
        f"    role: {said}\n    next: {said}\n    next_date: 2026-01-09\n",
    )
    write(
        "blockages/wall.md",
        f"---\ntitle: {said}\nasks:\n  - id: q1\n    date: 2026-01-15\n    of: {said}\n"
        f"    ask: {said}\n    replied: 2026-01-16\n    reply: {said}\n---\n\n{body}\n",
    )
    write(
        "evidence/card.md",
        f"---\ntitle: {said}\ncitation: {said}\nurl: {said}\nthemes:\n  - {said}\n---\n\n"
        f"## In sixty seconds\n\nsaid {body}\n",
    )
    return write(
        "newsletters/a.md",
        f"---\ntitle: {said}\nfrom: 2026-01-01\nuntil: 2026-01-31\naudience: {said}\n---\n"
        f"\n{body}\n",
    )


def mended(folder: Path, value: str) -> None:
    """Take out what no reader of records lets by, so that what it does let by is printed."""
    said = as_yaml(value)
    for path in [*folder.rglob("*.md"), *folder.rglob("*.yaml")]:
        text = path.read_text(encoding="utf-8")
        text = text.replace(f"audience: {said}\n", "").replace(f"{said}: {said}\n", "")
        text = text.replace(f"url: {said}\n", "")
        text = text.replace(f"  - id: {said}\n    role: R\n    sector: S\n", "")
        path.write_text(text, encoding="utf-8", newline="")


@attacks("terminal")
def test_no_value_of_a_record_acts_on_the_terminal(
    copkit: Copkit, write: Write, attack: str
) -> None:
    folder = full_of(write, attack, RUNS_A_LINE.split(attack)[0])

    first: list[tuple[str, ...]] = [("check",), ("list", "cases"), ("show", "harbour/one")]
    for command in first:
        require_calm(copkit(*command, "-C", folder), attack)
    mended(folder, attack)
    for command in READING:
        require_calm(copkit(*command, "-C", folder), attack)
    for command in FOR_MACHINES:
        result = copkit(*command, "--json", "-C", folder)
        require_calm(result, attack)
        json.loads(result.stdout or "{}")


@attacks("terminal")
def test_no_word_of_a_command_acts_on_the_terminal(
    copkit: Copkit, write: Write, attack: str
) -> None:
    folder = write("evidence/a.md", CARD)

    for command in ASKING:
        require_calm(copkit(*command, attack, "-C", folder), attack)
    require_calm(copkit(f"--{attack}"), attack)
    require_calm(copkit(attack), attack)
    if "\0" not in attack:  # which no system gives to a program
        require_calm(copkit("check", "-C", attack), attack)


@attacks("terminal", without="/\0")  # which no name of a file holds
def test_no_name_of_a_file_acts_on_the_terminal(copkit: Copkit, write: Write, attack: str) -> None:
    folder = write("evidence/a.md", CARD)
    for place in ("evidence/{}.md", "communities/harbour/meetings/{}.md", "communities/{}/x.md"):
        write(place.format(attack), CARD)
    write(f"evidence/{attack}.docx", "")
    write(f"{attack}/meetings", "")

    for command in (("check",), ("list", "evidence"), ("show", attack), ("log", attack)):
        require_calm(copkit(*command, "-C", folder), attack)
    require_calm(copkit("check", "--json", "-C", folder))


def test_a_markup_of_rich_is_printed_as_it_stands(copkit: Copkit, write: Write) -> None:
    folder = full_of(write, "[bold]x[/]", "[/]")
    mended(folder, "[bold]x[/]")

    assert "[bold]x[/]" in copkit("attendance", "-C", folder).stdout
    assert "[bold]x[/]" in copkit("list", "cases", "-C", folder).stdout


def test_git_tells_nothing_that_acts_on_the_terminal(
    copkit: Copkit, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A\x1b]0;x\x07\u202eB")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@b.example")
    folder = write("evidence/a.md", CARD)
    git(folder, "init", "-q")
    said: list[Result] = [copkit("sync", "-C", folder)]
    write("evidence/a\x1b[2Jb\n✔ 0 findings.txt", "x")
    write("evidence/a.md", CARD.replace("A card", '"x\\n✔ 0 findings \\e]0;x\\a"'))

    said += [copkit("sync", "--dry-run", "-C", folder), copkit("sync", "-C", folder)]
    said += [copkit("log", "-C", folder), copkit("log", "--json", "-C", folder)]

    for result in said:
        require_calm(result, "\n✔ 0 findings")
    assert "recorded by A" in said[-2].stdout


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
