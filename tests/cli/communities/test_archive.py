"""``copkit archive``: what some readers may keep, to be read without copkit."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pytest

from tests.conftest import Copkit, Write, close_private


def pack(copkit: Copkit, folder: Path, output: Path, *words: str) -> dict[str, str]:
    selection = words or ("--all", "--for", "public", "--draft")
    result = copkit("archive", *selection, "--output", output, "-C", folder)
    assert result.status == 0, result.output
    with zipfile.ZipFile(output) as packed:
        return {
            name.partition("/")[2]: packed.read(name).decode("utf-8", "replace")
            for name in packed.namelist()
        }


@pytest.fixture(scope="module")
def public(looked_through: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public archive of the example, to read."""
    from tests.conftest import run_copkit

    output = tmp_path_factory.mktemp("archive") / "public.zip"
    command = ("archive", "--all", "--for", "public", "--draft", "-o", output)
    result = run_copkit(*command, "-C", looked_through, env={"COPKIT_TODAY": "2013-03-01"})
    assert result.status == 0, result.output
    return output


def test_the_public_archive_holds_the_two_public_cases_and_no_place_code_or_id(
    public: Path, example: Path, copkit: Copkit
) -> None:
    with zipfile.ZipFile(public) as packed:
        files = {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}
    cases = [name for name in files if "/data/records/cases/" in name]
    assert sorted(Path(name).name for name in cases) == [
        "quiet-saturdays.md", "the-letter-at-the-kitchen-table.md"
    ]  # fmt: skip

    everything = "\n".join((*files, *files.values())).casefold()
    # the directory is by places, and says of none that a community meets there
    directory = ("/site/services/", "/tables/summary_services.csv")
    of_cases = "\n".join(
        text for name, text in files.items() if not any(part in name for part in directory)
    ).casefold()
    listed = json.loads(copkit("list", "communities", "--json", "-C", example).stdout)
    for community in listed["communities"]:
        if community["code"].startswith("CP"):
            assert community["place"].casefold() not in of_cases
            assert f"{community['code'].casefold()} " not in everything
    members = json.loads(copkit("list", "members", "--json", "-C", example).stdout)["members"]
    assert not [member["id"] for member in members if member["id"] in everything]


def test_it_is_a_bag_that_the_library_of_congress_accepts(public: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(public) as packed:
        packed.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()

    bag = bagit.Bag(str(folder))

    bag.validate()
    assert bag.info["Source-Organization"] == "Multiple needs programme"
    assert (folder / "data/README.html").is_file()
    assert (folder / "data/site/index.html").is_file()
    package = json.loads((folder / "data/tables/datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        assert (folder / "data/tables" / resource["path"]).is_file()


def test_the_same_records_give_the_same_bytes_years_later(
    public: Path, looked_through: Path, tmp_path: Path, copkit: Copkit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("COPKIT_TODAY", "2020-01-01")

    pack(copkit, looked_through, tmp_path / "later.zip")

    assert (tmp_path / "later.zip").read_bytes() == public.read_bytes()


def test_verify_finds_a_flipped_byte_wherever_it_is(
    public: Path, tmp_path: Path, copkit: Copkit
) -> None:
    whole = copkit("archive", "--verify", public)
    assert whole.status == 0
    assert "each as it was packed" in whole.stderr

    data = public.read_bytes()
    undetected = []
    for position in range(40, len(data) - 30, len(data) // 41):
        changed = bytearray(data)
        changed[position] ^= 0xFF
        (tmp_path / "flipped.zip").write_bytes(bytes(changed))
        result = copkit("archive", "--verify", tmp_path / "flipped.zip")
        if result.status != 1:
            undetected.append(position)
    assert undetected == []


def test_a_file_that_was_added_or_taken_away_is_found(
    public: Path, tmp_path: Path, copkit: Copkit
) -> None:
    with zipfile.ZipFile(public) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    top = next(iter(files)).partition("/")[0]
    added = {**files, f"{top}/data/more.md": b"more"}
    missing = {name: data for name, data in files.items() if not name.endswith("README.html")}
    outside = {**files, f"{top}/../../escaped.txt": b"x"}
    for content, message in (
        (added, "data/more.md is on no list of it"),
        (missing, "data/README.html is missing"),
        (outside, "it is not one folder"),
    ):
        with zipfile.ZipFile(tmp_path / "other.zip", "w") as packed:
            for name, data in content.items():
                packed.writestr(name, data)
        result = copkit("archive", "--verify", tmp_path / "other.zip")
        assert (result.status, message in result.stderr) == (1, True), result.stderr
    assert not (tmp_path.parent / "escaped.txt").exists()


def test_nothing_private_is_in_the_archive_of_members(
    example: Path, tmp_path: Path, copkit: Copkit
) -> None:
    private = example / "private"
    private.mkdir(exist_ok=True)
    (private / "contacts.yaml").write_text(
        "contacts:\n  - id: brighton/community-matron-1\n    name: Zelda Quorn\n", encoding="utf-8"
    )
    close_private(example)

    files = pack(copkit, example, tmp_path / "members.zip", "--all", "--for", "members")

    text = "\n".join(files.values())
    assert "Zelda" not in text
    meeting = example / "communities/brighton/meetings/2013-01-16.md"
    secret = meeting.read_text(encoding="utf-8").partition("## Private")[2].strip().splitlines()[0]
    assert secret
    assert secret not in text


def test_an_archive_of_one_community_is_for_members_alone(
    example: Path, tmp_path: Path, copkit: Copkit
) -> None:
    refused = copkit("archive", "workington", "--for", "public", "-o", tmp_path / "x.zip",
                     "-C", example)  # fmt: skip
    assert refused.status == 2
    assert "would tell public where its cases were presented" in refused.stderr

    files = pack(copkit, example, tmp_path / "w.zip", "workington", "--for", "members")
    cases = [name for name in files if name.startswith("data/records/cases/")]
    assert len(cases) == 3


def test_one_error_stops_it_and_nothing_is_written_over(
    write: Write, tmp_path: Path, copkit: Copkit
) -> None:
    folder = write("blockages/no-title.md", "---\nthemes:\n  - weekends\n---\n")
    broken = copkit("archive", "--all", "--for", "members", "-o", tmp_path / "a.zip", "-C", folder)
    assert broken.status == 1
    assert not (tmp_path / "a.zip").exists()

    (folder / "blockages/no-title.md").unlink()
    (tmp_path / "a.zip").write_bytes(b"mine")
    again = copkit("archive", "--all", "--for", "members", "-o", tmp_path / "a.zip", "-C", folder)
    assert "exists already" in again.stderr
    assert (tmp_path / "a.zip").read_bytes() == b"mine"


def test_an_archive_is_not_written_among_the_records(
    copkit: Copkit, example: Path, tmp_path: Path
) -> None:
    result = copkit("archive", "--all", "--for", "public", "-o", example / "public.zip",
                    "-C", example)  # fmt: skip

    assert result.status == 2
    assert f"write it beside them: --output {tmp_path / 'public.zip'}" in result.stderr
    assert not (example / "public.zip").exists()


def test_an_archive_of_one_community_is_refused_with_a_command_that_runs(
    copkit: Copkit, example: Path, tmp_path: Path
) -> None:
    output = tmp_path / "p.zip"

    result = copkit("archive", "halifax", "--for", "public", "-o", output, "-C", example)

    assert f"copkit archive --all --for public --output {output}" in result.stderr
