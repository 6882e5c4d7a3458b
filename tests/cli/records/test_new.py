"""``copkit new-...``: records that check accepts and a person can fill in straight away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copkit.cli.records.new import parse_time
from copkit.errors import CopkitError
from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

TreeOf = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def fresh(copkit: Copkit, tmp_path: Path) -> Path:
    """A programme that was just started, with one community."""
    folder = tmp_path / "fresh"
    assert copkit("init", folder, "--name", "Harbour", "--starts", "2026-01-05").status == 0
    assert copkit("new-community", "Brighton", "-C", folder).status == 0
    return folder


def test_a_fresh_programme_is_accepted_by_check(fresh: Path, copkit: Copkit) -> None:
    result = copkit("check", "-C", fresh)

    assert result.status == 0
    assert "no problem found" in result.stderr


def test_a_new_case_has_the_four_parts_and_is_accepted(fresh: Path, copkit: Copkit) -> None:
    result = copkit("new-case", "brighton", "Nobody to call at weekends", "-C", fresh)

    assert result.status == 0, result.output
    text = (fresh / "communities/brighton/cases/nobody-to-call-at-weekends.md").read_text("utf-8")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Presentation of the case",
        "## Next steps",
        "## Learning for practice",
        "## Issues for commissioners",
    ]
    assert copkit("check", "-C", fresh).status == 0


EVERY_KIND = [
    ("new-community", "Tower Hamlets", "--host", "a housing association", "--budget", "6950"),
    ("new-member", "brighton", "Police Sergeant", "--joined", "2026-01-05"),
    ("new-meeting", "brighton", "2026-02-04", "--start", "14:00", "--minutes", "120"),
    ("new-case", "brighton", "Update #2: no, not yet", "--theme", "a: b", "--question", "no"),
    ("new-evidence", "007", "--citation", "Wenger (1998) Communities of Practice"),
    ("new-blockage", "No service answers: weekends", "--theme", "weekend cover"),
    ("new-newsletter", "2026-02"),
    ("new-brief", "Winter", "--from", "2026-01-01", "--until", "2026-03-31", "--addressee",
     "Joint commissioning board", "--ask", "Fund weekend hours"),
    ("new-survey", "After a year", "--question", "skills"),
    ("new-focus-group", "brighton", "2026-02-11", "--took-part", "6"),
    ("new-story", "A call on Saturday", "--value", "applied", "--consent", "given"),
    ("new-report", "What came of it", "--from", "2026-01-05", "--until", "2026-12-31"),
]  # fmt: skip


def test_every_kind_of_record_is_accepted_once_written(fresh: Path, copkit: Copkit) -> None:
    with (fresh / "copkit.yaml").open("a", encoding="utf-8") as settings:  # whom a brief names
        settings.write("contact:\n  role: Facilitator\n  email: office@example.org\n")
    for command in EVERY_KIND:
        result = copkit(*command, "-C", fresh)
        assert result.status == 0, (command, result.output)

    result = copkit("check", "-C", fresh, "--json")

    assert '"problems": []' in result.stdout


@pytest.mark.parametrize("command", EVERY_KIND, ids=lambda command: command[0])
def test_a_dry_run_shows_the_record_and_writes_nothing(
    fresh: Path, copkit: Copkit, tree_of: TreeOf, command: tuple[str, ...]
) -> None:
    before = tree_of(fresh)

    result = copkit(*command, "-C", fresh, "--dry-run")

    assert result.status == 0, result.output
    assert "would" in result.stderr
    assert tree_of(fresh) == before


def test_nothing_is_overwritten(fresh: Path, copkit: Copkit, tree_of: TreeOf) -> None:
    for command in EVERY_KIND:
        if command[0] != "new-member":
            copkit(*command, "-C", fresh)
    before = tree_of(fresh)

    for command in EVERY_KIND:
        if command[0] != "new-member":
            result = copkit(*command, "-C", fresh)
            assert result.status == 1, command
            assert "exists already; nothing was changed" in result.stderr

    assert tree_of(fresh) == before


def test_two_members_of_one_role_get_ids_of_their_own(fresh: Path, copkit: Copkit) -> None:
    for number in (1, 2):
        result = copkit("new-member", "brighton", "Probation Officer", "-C", fresh)
        assert f"probation-officer-{number}" in result.stderr

    listed = copkit("list", "members", "-C", fresh)
    assert "brighton/probation-officer-2" in listed.stdout


def test_a_sector_that_copkit_yaml_does_not_list_is_refused(fresh: Path, copkit: Copkit) -> None:
    roster = fresh / "communities/brighton/roster.yaml"
    before = roster.read_bytes()

    words = ("new-member", "brighton", "Vicar", "--sector", "Voluntry Sector")
    result = copkit(*words, "-C", fresh)

    assert result.status == 2
    assert "did you mean 'Voluntary Sector'?" in result.stderr
    assert roster.read_bytes() == before


def test_a_new_member_leaves_the_rest_of_the_roster_as_it_was(write: Write, copkit: Copkit) -> None:
    roster = (
        "# our people\r\nmembers:\r\n"
        "    - id:   matron-1   # came in March\r\n      role: 'Matron'\r\n      sector: NHS\r\n"
        "# end"
    )
    folder = write("communities/harbour/roster.yaml", roster)

    result = copkit("new-member", "CP1", "Nurse", "--sector", "NHS", "-C", folder)

    assert result.status == 0, result.output
    after = (folder / "communities/harbour/roster.yaml").read_bytes().decode()
    added = "    - id: nurse-1\r\n      role: Nurse\r\n      sector: NHS\r\n"
    assert after == roster.replace("# end", f"{added}# end")


def test_what_is_missing_is_said_all_at_once(fresh: Path, copkit: Copkit) -> None:
    result = copkit("new-brief", "-C", fresh)

    assert result.status == 2
    for name in ("TITLE", "--from", "--until", "--addressee", "--ask"):
        assert name in result.stderr


def test_a_report_covers_the_programme_until_today_and_names_no_survey_that_there_is_not(
    fresh: Path, copkit: Copkit
) -> None:
    refused = copkit("new-report", "Year one", "--survey", "after-a-year", "-C", fresh)
    copkit("new-survey", "After a year", "-C", fresh)
    written = copkit("new-report", "Year one", "--survey", "after-a-year", "-C", fresh)

    text = (fresh / "reports/year-one.md").read_text("utf-8")
    assert "there is no survey 'after-a-year'" in refused.stderr
    assert written.status == 0, written.output
    assert text.startswith("---\ntitle: Year one\nfrom: 2026-01-05\nuntil: 20")
    assert "surveys:\n  - after-a-year\naudience: commissioners" in text
    assert "## In short" in text
    assert "## What we will change" in text


def test_a_stranger_cannot_present_a_case(fresh: Path, copkit: Copkit) -> None:
    copkit("new-member", "brighton", "Police Sergeant", "-C", fresh)

    result = copkit("new-case", "brighton", "X", "--presenter", "police-sargeant-1", "-C", fresh)

    assert result.status == 2
    assert "'police-sargeant-1' is not on the roster of brighton" in result.stderr
    assert "did you mean 'police-sergeant-1'?" in result.stderr


def test_an_unknown_community_is_met_with_the_one_that_was_meant(
    fresh: Path, copkit: Copkit
) -> None:
    result = copkit("new-case", "brigthon", "X", "-C", fresh)

    assert result.status == 2
    assert "did you mean 'brighton'?" in result.stderr


@pytest.mark.parametrize(
    ("title", "file"),
    [
        ("Señora & ñandú: what now?", "senora-nandu-what-now"),
        ("../../pwned", "pwned"),
        ("con", "con-1"),
        ("a" * 300, "a" * 80),
        ("Women’s refuge", "womens-refuge"),
    ],
)
def test_slugs_are_made_safely_from_titles(
    fresh: Path, copkit: Copkit, title: str, file: str
) -> None:
    result = copkit("new-case", "brighton", title, "-C", fresh)

    assert result.status == 0, result.output
    assert (fresh / f"communities/brighton/cases/{file}.md").is_file()
    assert copkit("check", "-C", fresh).status == 0


@pytest.mark.parametrize(
    "slug",
    ["../../pwned", "/tmp/pwned", "con", "a/b", "a\n", "..", "--output=x", "é-case", "Case1",
     "index.html", "a b", "a\u202eb", "C:evil", "a" * 300],
)  # fmt: skip
def test_an_unsafe_slug_is_refused(fresh: Path, copkit: Copkit, tree_of: TreeOf, slug: str) -> None:
    before = tree_of(fresh.parent)

    result = copkit("new-case", "brighton", "A case", f"--slug={slug}", "-C", fresh)

    assert result.status == 2
    assert "cannot be a file name" in result.stderr
    assert tree_of(fresh.parent) == before


@pytest.mark.parametrize("title", ["???", "   ", "日本"])
def test_a_title_that_gives_no_file_name_asks_for_one(
    fresh: Path, copkit: Copkit, title: str
) -> None:
    result = copkit("new-case", "brighton", title, "-C", fresh)

    assert result.status == 2
    assert "--slug" in result.stderr


def test_a_folder_that_a_killed_command_left_empty_is_no_community(
    write: Write, copkit: Copkit
) -> None:
    folder = write("communities/hove/.community.md.4711.tmp", "half")

    assert copkit("check", "-C", folder).status == 0
    assert copkit("new-community", "Hove", "-C", folder).status == 0
    assert [path.name for path in (folder / "communities/hove").iterdir()]
    assert not (folder / "communities/hove/.community.md.4711.tmp").exists()


def test_a_sector_that_is_nearly_known_is_pointed_out(fresh: Path, copkit: Copkit) -> None:
    words = ("Social Worker", "--sector", "Local authority")
    told = copkit("new-member", "brighton", *words, "-C", fresh)
    assert "did you mean 'Local Authority (LA)'?" in told.stderr


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("14:00", "14:00"), ("2pm", "14:00"), ("2.30 pm", "14:30"), ("12am", "00:00")],
)
def test_a_time_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert f"{parse_time(typed, '--start'):%H:%M}" == meant


@pytest.mark.parametrize("typed", ["2", "14pm", "25:00", "noon"])
def test_a_time_that_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(CopkitError, match="is not a time of day"):
        parse_time(typed, "--start")


def test_a_role_like_a_name_is_asked_about(fresh: Path, copkit: Copkit) -> None:
    roster = fresh / "communities/brighton/roster.yaml"
    words = ["new-member", "brighton", "Tom Smith", "--sector", "NHS"]

    refused = copkit(*words, "-C", fresh)
    before = roster.read_text("utf-8")
    _, declined = talk(fresh, words, "n")
    after_no = roster.read_text("utf-8")
    status, screen = talk(fresh, words, "y")

    assert refused.status == 2
    assert "ROLE: this seems to hold a person's name; nothing was written" in refused.stderr
    assert "Write it all the same? [y/N]" in declined
    assert "nothing was written" in declined
    assert before == after_no
    assert status == 0, screen
    assert "role: Tom Smith" in roster.read_text("utf-8")
    hint = " ".join(copkit("check", "-C", fresh).output.split())
    assert "copkit accept communities/brighton/roster.yaml:" in hint


def test_a_job_that_only_looks_like_a_name_is_written_where_nobody_can_be_asked(
    fresh: Path, copkit: Copkit
) -> None:
    words = ("new-member", "brighton", "Tom Smith", "--sector", "NHS", "--is-role")

    assert copkit(*words, "-C", fresh).status == 0
    assert "role: Tom Smith" in (fresh / "communities/brighton/roster.yaml").read_text("utf-8")


@pytest.mark.parametrize("place", ["Milton Keynes", "King's Lynn", "Ashton", "St Helens"])
def test_a_community_is_called_like_its_town_without_an_alarm(
    fresh: Path, copkit: Copkit, place: str
) -> None:
    result = copkit("new-community", place, "-C", fresh)

    assert result.status == 0
    assert "seems to hold" not in result.stderr


def test_a_new_record_that_names_somebody_says_so(fresh: Path, copkit: Copkit) -> None:
    for command in (
        ("new-case", "brighton", "The visit of Tom Smith"),
        ("new-community", "Tom Smith"),
    ):
        assert "seems to hold a person's name" in copkit(*command, "-C", fresh).stderr
