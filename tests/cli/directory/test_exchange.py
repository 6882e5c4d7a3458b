"""``copkit directory import`` and ``export``: Open Referral UK, and tables."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import EXAMPLE, Copkit, Write

STATUSES = {"active", "inactive", "defunct", "temporarily closed"}
ADVICE = {
    "id": "6a0b8a53-7e4f-4a0c-9a36-0a3f6d9b1c01",
    "name": "Debt advice",
    "description": "<p>Bring the letters.</p><p>Ask for Siobhan Ormerod.</p>",
    "status": "active",
    "email": "jane.smith@advice.example",
    "url": "https://advice.example",
    "last_modified": "2026-04-01T10:00:00Z",
    "organization": {"id": "x", "name": "Advice trust", "description": "A trust"},
    "service_areas": [{"id": "y", "name": "Marlshire", "uri": "http://x/id/E07000001"}],
    "languages": [{"id": "z"}, {"id": "w", "code": "pl"}, {"id": "v", "name": "Urdu"}],
    "contacts": [
        {"id": "a", "name": "Ann Persona", "phones": [{"number": "01632 960009"}]},
        {"id": "b", "phones": [{"number": "07700 900123"}, {"number": "01632 960001"}]},
    ],
    "attributes": [{"id": "c", "taxonomy_term": {"id": "d", "name": "debt", "description": "x"}}],
}


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPKIT_TODAY", "2026-04-22")
    return write("copkit.yaml", "name: Harbour programme\nstarts: 2026-01-01\nformat: 1\n")


def saved(folder: Path, value: Any) -> Path:
    path = folder.parent / "services.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_what_is_new_is_unsure_and_nobody_in_it_is_named(folder: Path, copkit: Copkit) -> None:
    file = saved(folder, {"total_items": 1, "contents": [ADVICE, {"status": "active"}]})

    result = copkit("directory", "import", file, "-C", folder)

    assert result.status == 0, result.output
    assert "1 new" in result.stderr
    assert "refused: entry 2 has no name" in result.stderr
    for left_out in ("1 named contacts", "1 mobile numbers", "1 mailboxes that may be of one"):
        assert f"left out: {left_out}" in result.stderr
    text = (folder / "directory/debt-advice.md").read_text("utf-8")
    assert "status: unsure" in text
    assert "phone: 01632 960001" in text
    assert "languages:\n  - pl\n  - ur\n" in text
    assert "\nchecked:  " in text  # a later edit of the file is no check
    assert "Ormerod" not in text
    assert "code: E07000001" in (folder / "places.yaml").read_text("utf-8")
    assert copkit("check", "-C", folder).status == 0
    found = json.loads(copkit("directory", "find", "debt", "--json", "-C", folder).stdout)
    assert found["services"][0]["freshness"] == "stale"


def test_a_second_import_proposes_and_keeps_a_later_check(folder: Path, copkit: Copkit) -> None:
    first = ADVICE | {"assured_date": "2026-01-10"}
    copkit("directory", "import", saved(folder, first), "-C", folder)
    path = folder / "directory/debt-advice.md"
    assert "checked: 2026-01-10\n" in path.read_text("utf-8")
    copkit("directory", "check", "debt-advice", "--still", "--how", "phone", "-C", folder)
    again = first | {"assured_date": "2026-02-10", "fees": "two pounds"}

    proposed = copkit("directory", "import", saved(folder, again), "-C", folder)
    before = path.read_text("utf-8")
    taken = copkit("directory", "import", saved(folder, again), "--yes", "-C", folder)

    assert "debt-advice: cost is empty, and the file has two pounds" in proposed.stderr
    assert "two pounds" not in before
    assert taken.status == 0, taken.output
    text = path.read_text("utf-8")
    assert "cost: two pounds" in text
    assert "checked: 2026-04-22" in text


def test_a_large_file_is_filtered_first(folder: Path, copkit: Copkit) -> None:
    many = [ADVICE | {"name": f"Advice {number}"} for number in range(501)]
    many += [ADVICE | {"name": "Far", "service_areas": [{"id": "q", "name": "Elsewhere"}]}]

    refused = copkit("directory", "import", saved(folder, many), "-C", folder)
    taken = copkit("directory", "import", saved(folder, many), "--place", "elsewhere", "-C", folder)

    assert refused.status == 2
    assert "502 services; 500 at most are taken" in refused.stderr
    assert "1 new" in taken.stderr
    assert "501 filtered out" in taken.stderr


def test_a_table_is_read_by_its_headings(folder: Path, copkit: Copkit) -> None:
    table = folder.parent / "list.csv"
    table.write_text(
        "Service;Provider;Area;Tel.;Languages;Colour\n"
        "Food share;Estate residents;North estate;01632 960002;Polish, Urdu;red\n",
        encoding="utf-8",
    )

    result = copkit("directory", "import", table, "--column", "Tel.=phone", "-C", folder)

    assert result.status == 0, result.output
    assert "not read: Colour" in result.stderr
    text = (folder / "directory/food-share.md").read_text("utf-8")
    assert "organisation: Estate residents\n" in text
    assert "phone: 01632 960002\n" in text
    assert "  - north-estate\n" in text
    unknown = copkit("directory", "import", table, "--column", "Tel.=fax", "-C", folder)
    assert unknown.status == 2


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}', "[[]]", '{"contents": {}}'])
def test_what_is_no_service_is_refused(folder: Path, copkit: Copkit, text: str) -> None:
    path = folder.parent / "odd.json"
    path.write_text(text, encoding="utf-8")

    result = copkit("directory", "import", path, "-C", folder)

    assert "Traceback" not in result.output
    assert not (folder / "directory").exists()


@pytest.fixture
def exported(tmp_path: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPKIT_TODAY", "2013-02-22")
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "example"))
    assert copkit("directory", "export", "-C", folder).status == 0
    return folder


def test_a_list_and_a_file_for_each_service_are_shaped_as_the_profile_wants(
    exported: Path, copkit: Copkit
) -> None:
    folder = exported / "build/directory/members"
    listed = json.loads((folder / "oruk.json").read_text("utf-8"))
    first = (folder / "oruk.json").read_bytes()

    assert listed["total_items"] == len(listed["contents"]) == 14
    assert {path.name for path in (folder / "services").iterdir()} == {
        path.with_suffix(".json").name for path in (EXAMPLE / "directory").glob("*.md")
    }
    for service in listed["contents"]:
        assert service["status"] in STATUSES
        assert uuid.UUID(service["id"]).version == 5
        assert all(service["organization"][key] for key in ("id", "name", "description"))
    text = first.decode("utf-8")
    for inside in ("champions", "used", "signposts", "neighbourhood", "quiet-saturdays"):
        assert inside not in text
    copkit("directory", "export", "--format", "oruk", "-C", exported)
    assert (folder / "oruk.json").read_bytes() == first


def test_what_is_for_others_leaves_no_trace(exported: Path, copkit: Copkit) -> None:
    result = copkit("directory", "export", "--for", "public", "-C", exported)

    assert "left out: not for public" in result.stderr
    folder = exported / "build/directory/public"
    texts = [path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()]
    assert texts
    assert not any("Women together" in text or "Both doors" in text for text in texts)


def test_what_is_exported_comes_back(
    exported: Path, folder: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2013-02-22")
    file = exported / "build/directory/members/oruk.json"

    assert copkit("directory", "import", file, "-C", folder).status == 0

    def shown(programme: Path) -> set[tuple[Any, ...]]:
        command = ("directory", "find", "weekend", "--json", "-C", programme)
        services = json.loads(copkit(*command).stdout)["services"]
        keys = ("name", "organisation", "checked", "days")  # how often to check is not exported
        return {(*[one[key] for key in keys], *one["languages"]) for one in services}

    assert shown(folder) == shown(exported)
    assert len(shown(folder)) == 3
    assert copkit("check", "-C", folder).status == 0
