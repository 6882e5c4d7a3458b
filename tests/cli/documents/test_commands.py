"""``copkit newsletter build`` and ``copkit brief build``: for whom, where to, what is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Copkit

NEWSLETTER = "build/newsletters/2012-05/members/newsletter"


def test_an_issue_is_built_in_four_forms_where_the_contract_says(
    example: Path, copkit: Copkit
) -> None:
    result = copkit("newsletter", "build", "2012-05", "-C", example)

    assert result.status == 0, result.output
    assert result.stdout == ""
    for form in ("html", "txt", "md", "eml"):
        assert (example / f"{NEWSLETTER}.{form}").is_file()
        assert f"newsletter.{form}" in result.stderr


def test_without_a_name_the_last_issue_is_built_for_its_own_readers(
    example: Path, copkit: Copkit
) -> None:
    result = copkit("newsletter", "build", "-C", example, "--json")

    files = json.loads(result.stdout)["files"]
    assert [Path(file).parent.name for file in files] == ["public"] * 4
    assert "2012-12" in files[0]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("public", "this newsletter is for members, so it cannot be built for public"),
        ("Public", "'Public' is not one of members, commissioners, public"),
    ],
)
def test_an_issue_is_not_built_for_those_who_may_not_read_it(
    example: Path, copkit: Copkit, wanted: str, said: str
) -> None:
    result = copkit("newsletter", "build", "2012-05", "--for", wanted, "-C", example)

    assert result.status in {1, 2}
    assert said in result.stderr
    assert not (example / "build").exists()


def test_a_draft_is_left_out_and_that_is_said(example: Path, copkit: Copkit) -> None:
    case = example / "communities/brighton/cases/assessed-only-when-sober.md"
    text = case.read_text("utf-8")
    case.write_text(text.replace("status: written-up", "status: draft"), encoding="utf-8")

    result = copkit("newsletter", "build", "2012-05", "-C", example)

    said = "brighton/assessed-only-when-sober is left out: its status is draft"
    assert said in result.stderr
    assert "Assessed only when sober" not in (example / f"{NEWSLETTER}.md").read_text("utf-8")


def test_a_brief_for_members_never_replaces_the_commissioners_file(
    example: Path, copkit: Copkit
) -> None:
    copkit("brief", "build", "winter-2012", "-C", example)
    ours = (example / "build/briefs/winter-2012/brief.html").read_text("utf-8")

    copkit("brief", "build", "winter-2012", "--for", "members", "-C", example)

    assert (example / "build/briefs/winter-2012/brief.html").read_text("utf-8") == ours
    theirs = (example / "build/briefs/winter-2012/members/brief.html").read_text("utf-8")
    assert theirs != ours


def test_nothing_is_written_through_a_link_below_build(example: Path, copkit: Copkit) -> None:
    (example / "build/briefs").mkdir(parents=True)
    cases = example / "communities/brighton/cases"
    (example / "build/briefs/winter-2012").symlink_to(cases)
    before = sorted(path.name for path in cases.iterdir())

    result = copkit("brief", "build", "winter-2012", "-C", example)

    assert result.status == 1
    assert "is a link" in result.stderr
    assert sorted(path.name for path in cases.iterdir()) == before


def test_a_dry_run_builds_nothing(example: Path, copkit: Copkit) -> None:
    for noun in ("newsletter", "brief"):
        result = copkit(noun, "build", "-C", example, "--dry-run")
        assert result.status == 0
        assert "would write" in result.stderr
    assert not (example / "build").exists()


def test_where_there_is_none_yet_it_says_how_to_make_one(tmp_path: Path, copkit: Copkit) -> None:
    copkit("init", tmp_path / "new", "--name", "New")

    for noun in ("newsletter", "brief"):
        result = copkit(noun, "build", "-C", tmp_path / "new")
        assert result.status == 2
        assert f"there is no {noun} yet" in result.stderr
        assert f"copkit new-{noun}" in result.stderr


def test_a_community_is_found_by_slug_code_or_place_in_any_case(
    example: Path, copkit: Copkit
) -> None:
    by_slug = copkit("attendance", "register", "tower-hamlets", "-C", example, "--json").stdout

    for name in ("CP5", "cp5", "Tower Hamlets", "TOWER-HAMLETS"):
        assert copkit("attendance", "register", name, "-C", example, "--json").stdout == by_slug


def test_a_day_with_one_meeting_names_it_and_a_day_with_two_does_not(
    example: Path, copkit: Copkit
) -> None:
    meetings = example / "communities/brighton/meetings"
    (meetings / "2012-05-16.md").rename(meetings / "2012-05-16-evening.md")
    person = ("-p", "substance-misuse-director-1")

    one = copkit("attendance", "record", "brighton", "2012-05-16", *person, "-C", example)
    copkit("new-meeting", "brighton", "2012-05-16", "--suffix", "night", "-C", example)
    two = copkit("attendance", "record", "brighton", "2012-05-16", *person, "-C", example)

    assert "brighton, 2012-05-16-evening" in one.stderr
    assert not (meetings / "2012-05-16.md").exists()
    assert two.status == 2
    assert "2012-05-16-evening, 2012-05-16-night" in two.stderr
