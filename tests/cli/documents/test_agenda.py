"""``copkit agenda``: which meeting, in which form, where it goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_main import SLOW, imported
from tests.conftest import COMMUNITY, EXAMPLE, Copkit, Write

JULY = {"COPKIT_TODAY": "2012-07-10"}
TreeOf = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def harbour(write: Write) -> Path:
    """A community with one meeting."""
    return write("communities/harbour/meetings/2026-06-10.md", "---\ndate: 2026-06-10\n---\n")


def test_the_next_meeting_is_printed_as_text(
    copkit: Copkit, example: Path, tree_of: TreeOf
) -> None:
    before = tree_of(example)

    result = copkit("agenda", "CP1", "-C", example, env=JULY)

    assert result.status == 0
    assert result.stdout.startswith("AGENDA: WEDNESDAY 18 JULY 2012\n")
    assert result.stderr == ""
    assert tree_of(example) == before


def test_where_no_meeting_is_to_come_the_way_to_one_is_said(copkit: Copkit, harbour: Path) -> None:
    result = copkit("agenda", "harbour", "-C", harbour, env={"COPKIT_TODAY": "2026-06-11"})

    assert result.status == 1
    assert "no meeting of harbour is on record from today on" in result.stderr
    assert "'copkit new-meeting harbour DATE' adds one" in result.stderr
    assert "'copkit agenda harbour DATE' prints the agenda of any day" in result.stderr


def test_a_day_without_a_meeting_has_an_agenda_that_only_building_refuses(
    copkit: Copkit, harbour: Path
) -> None:
    env = {"COPKIT_TODAY": "2026-06-01"}
    command = ("agenda", "harbour", "2026-06-24", "-C", harbour)
    printed = copkit(*command, env=env)
    stated = copkit(*command, "--json", env=env)
    built = copkit(*command, "--build", env=env)

    assert printed.status == stated.status == 0
    assert printed.stdout.startswith("AGENDA: WEDNESDAY 24 JUNE 2026\n")
    missing = "no meeting of harbour is on record for 2026-06-24"
    assert f"{missing}; this is its agenda as if one were held" in printed.stderr
    assert "'copkit new-meeting harbour 2026-06-24' adds one; the next is 2026-06-10" in (
        printed.stderr
    )
    assert json.loads(stated.stdout)["meeting"] is None
    assert json.loads(stated.stdout)["held_on"] == "2026-06-24"
    assert built.status == 1
    assert built.stderr.startswith(f"copkit: {missing}\n")
    assert not (harbour / "build").exists()


def test_what_is_planned_for_a_day_is_on_its_agenda_before_the_meeting_is_on_record(
    copkit: Copkit, write: Write
) -> None:
    case = "title: {}\nkind: challenging\nstatus: {}\npresented: {}\n"
    old = case.format("Old", "presented", "2026-05-06")
    action = "actions:\n  - id: a1\n    what: Ring\n    owner: Matron\n    due: 2026-05-20\n"
    write("communities/harbour/cases/old.md", f"---\n{old}{action}---\n")
    new = case.format("New", "draft", "2026-06-24")
    folder = write("communities/harbour/cases/new.md", f"---\n{new}---\n")

    result = copkit("agenda", "harbour", "2026-06-24", "--json", "-C", folder)

    stated = json.loads(result.stdout)
    assert [(one["what"], one["days_overdue"]) for one in stated["due"]] == [("Ring", 35)]
    assert [one["title"] for one in stated["cases"]] == ["New"]


def test_of_two_meetings_on_one_day_one_has_to_be_named(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write(
        "communities/harbour/meetings/2026-06-10-evening.md",
        "---\ndate: 2026-06-10\nstart: 19:00\nplace: the hall\n---\n",
    )

    unclear = copkit("agenda", "harbour", "2026-06-10-late", "-C", harbour)
    named = copkit("agenda", "harbour", "2026-06-10-evening", "-C", harbour)

    assert unclear.status == 2
    assert named.status == 0


def test_json_is_the_agenda_in_plain_values(copkit: Copkit, example: Path) -> None:
    env = {"COPKIT_TODAY": "2012-12-03"}
    stated = json.loads(copkit("agenda", "brighton", "--json", "-C", example, env=env).stdout)

    assert stated["meeting"] == "brighton/2012-12-12"
    assert (stated["held_on"], stated["start"], stated["minutes"]) == ("2012-12-12", "14:00", 120)
    assert stated["cases"] == [
        {
            "title": "Ten minutes in the pharmacy",
            "kind": "challenging",
            "question": "How do we offer safety to a woman whose partner holds her prescription?",
            "presenters": [
                "Domestic Violence Worker",
                "Crime Reduction Initiative (drugs in criminal justice)",
            ],
        }
    ]
    assert stated["news"][0]["days_overdue"] == 12
    assert stated["left_out"] == []


def test_json_tells_nothing_that_stands_in_a_comment_or_is_private(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    rules = "\n## Ground rules\n\nNo names. <!-- songcomment -->\n\n## Private\n\nsongprivate\n"
    write("communities/harbour/community.md", COMMUNITY + rules)

    result = copkit("agenda", "harbour", "2026-06-10", "--json", "-C", harbour)

    assert "No names." in result.stdout
    assert "song" not in result.stdout


def test_json_is_printed_without_loading_what_makes_pages() -> None:
    command = ("agenda", "brighton", "2012-07-18", "--json", "-C", str(EXAMPLE))
    modules, printed = imported(*command)

    assert printed
    assert not modules & SLOW


def test_it_is_built_below_the_community_and_the_meeting(copkit: Copkit, example: Path) -> None:
    result = copkit("agenda", "brighton", "--build", "-C", example, env=JULY)

    assert result.status == 0, result.output
    place = example / "build/agendas/brighton/2012-07-18"
    names = sorted(path.name for path in place.iterdir())
    assert names == ["agenda.html", "agenda.md", "agenda.txt"]
    assert "Agenda of the Brighton community of practice, Wednesday 18 July 2012" in result.stderr


@pytest.mark.parametrize("options", [("--build",), ("--output", "agenda.md")])
def test_a_dry_run_writes_nothing(
    copkit: Copkit,
    harbour: Path,
    tree_of: TreeOf,
    options: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(harbour)
    before = tree_of(harbour)

    result = copkit("agenda", "harbour", "2026-06-10", *options, "--dry-run")

    assert result.status == 0
    assert "would write" in result.stderr
    assert tree_of(harbour) == before


def test_a_file_says_its_form_and_is_not_overwritten(
    copkit: Copkit, harbour: Path, tmp_path: Path
) -> None:
    command = ("agenda", "harbour", "2026-06-10", "-C", harbour, "--output")

    assert copkit(*command, tmp_path / "a.html").status == 0
    assert (tmp_path / "a.html").read_text("utf-8").startswith("<!doctype html>")
    again = copkit(*command, tmp_path / "a.html")
    assert again.status == 1
    assert "exists already" in again.stderr
    wrong = copkit(*command, tmp_path / "a.docx")
    assert wrong.status == 2
    assert "ends in .html, .md or .txt" in wrong.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "pdf"), "'pdf' is not a form of the agenda"),
        (("--format", "md,html"), "one form at a time is printed"),
        (("--build", "--output", "x.md"), "--output and --build do not go together"),
        (("--json", "--output", "x.md"), "--output and --json do not go together"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    copkit: Copkit, harbour: Path, options: tuple[str, ...], said: str
) -> None:
    result = copkit("agenda", "harbour", "2026-06-10", *options, "-C", harbour)

    assert result.status == 2
    assert said in result.stderr


@pytest.mark.parametrize("options", [(), ("--json",), ("--build",)])
def test_nothing_is_told_of_records_that_name_somebody(
    copkit: Copkit, harbour: Path, write: Write, options: tuple[str, ...]
) -> None:
    case = "---\ntitle: Ring 07700 900123\nkind: challenging\nstatus: draft\n---\n"
    write("communities/harbour/cases/a.md", case)

    result = copkit("agenda", "harbour", "2026-06-10", *options, "-C", harbour)

    assert result.status == 1
    assert "900123" not in result.output


def test_a_case_whose_person_refused_is_named_to_the_facilitator_alone(
    copkit: Copkit, write: Write
) -> None:
    case = "---\ntitle: Songtitle\nkind: challenging\nstatus: draft\nconsent: refused\n---\n"
    write("communities/harbour/cases/a.md", case)
    text = "---\ndate: 2026-06-10\ncases: [a]\n---\n"
    folder = write("communities/harbour/meetings/2026-06-10.md", text)

    result = copkit("agenda", "harbour", "2026-06-10", "-C", folder)

    assert "Songtitle" not in result.stdout
    assert "harbour/a is left out: consent was refused" in result.stderr


# --- with the other documents ---------------------------------------------------------------


def test_build_makes_the_next_agenda_of_each_community(copkit: Copkit, example: Path) -> None:
    env = {"COPKIT_TODAY": "2013-02-18"}
    result = copkit("build", "--dry-run", "--json", "-C", example, env=env)

    documents = json.loads(result.stdout)["documents"]
    names = [one["name"] for one in documents if one["document"] == "agenda"]
    assert names == ["stoke-on-trent/2013-02-19", "workington/2013-02-20"]


def test_later_builds_renew_it_and_delete_one_without_a_meeting(
    copkit: Copkit, write: Write
) -> None:
    for day in ("2026-06-10", "2026-07-08"):
        meeting = f"communities/harbour/meetings/{day}.md"
        folder = write(meeting, f"---\ndate: {day}\nplace: the barn\n---\n")
        assert copkit("agenda", "harbour", day, "--build", "-C", folder).status == 0
        write(meeting, f"---\ndate: {day}\nplace: the hall\n---\n")
    (folder / "communities/harbour/meetings/2026-07-08.md").unlink()

    result = copkit("build", "-C", folder, env={"COPKIT_TODAY": "2026-06-01"})

    agendas = folder / "build/agendas/harbour"
    assert "hall" in (agendas / "2026-06-10/agenda.txt").read_text("utf-8")
    assert not (agendas / "2026-07-08").exists()
    assert "agenda.html: there is no such meeting any more" in result.stderr


def test_a_past_one_stays_as_it_was_until_a_case_on_it_is_taken_back(
    copkit: Copkit, write: Write
) -> None:
    head = "---\ntitle: Songtitle\nkind: challenging\nstatus: presented\npresented: 2026-06-10\n"
    case = "communities/harbour/cases/a.md"
    write(case, head + "---\n")
    meeting = "---\ndate: 2026-06-10\ncases:\n  - a\n---\n"
    folder = write("communities/harbour/meetings/2026-06-10.md", meeting)
    before = {"COPKIT_TODAY": "2026-06-09"}
    assert copkit("agenda", "harbour", "--build", "-C", folder, env=before).status == 0
    told = sorted((folder / "build/agendas/harbour/2026-06-10").iterdir())
    assert all("Songtitle" in path.read_text("utf-8") for path in told)
    assert len(told) == 3

    action = "actions:\n  - id: a1\n    what: Ring\n    owner: Matron\n    due: 2026-07-08\n"
    write(case, f"{head}{action}---\n")
    later = {"COPKIT_TODAY": "2026-08-01"}
    quiet = copkit("build", "-C", folder, env=later)
    assert "brought up to date" not in quiet.stderr
    assert all("Songtitle" in path.read_text("utf-8") for path in told)

    write(case, f"{head}consent: refused\n---\n")
    renewed = copkit("build", "-C", folder, env=later)
    assert "brought up to date build/agendas/harbour/2026-06-10" in renewed.stderr
    assert not any("Songtitle" in path.read_text("utf-8") for path in told)


def test_a_day_in_words_is_shown_as_it_was_understood(copkit: Copkit, harbour: Path) -> None:
    shown = copkit("agenda", "harbour", "4 Mar 2026", "-C", harbour).stderr
    assert "4 Mar 2026: Wednesday 4 March 2026" in shown


def test_without_a_community_it_says_how_to_add_one(tmp_path: Path, copkit: Copkit) -> None:
    (tmp_path / "copkit.yaml").write_text("name: Harbour\nstarts: 2026-01-01\n", "utf-8")

    result = copkit("agenda", "-C", tmp_path)

    assert result.status == 1
    assert result.stderr == (
        "copkit: there is no community yet\n  'copkit new-community' adds one\n"
    )
