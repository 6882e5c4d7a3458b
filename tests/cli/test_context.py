"""One context of a command's shared options, and one encoder of what it prints as JSON."""

from __future__ import annotations

import datetime as dt
import inspect
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from copkit.cli.context import Building, CommandContext, with_options
from copkit.cli.terminal import print_json
from copkit.errors import CopkitError
from copkit.records.schema.audience import Audience


@dataclass(frozen=True)
class Parcel:
    sent: dt.date
    weight: Decimal
    readers: tuple[Audience, ...]
    place: Path


def test_a_command_gets_its_shared_options_after_its_own() -> None:
    received = []

    def post(context: Building, address: str = "") -> None:
        received.append((context, address))

    command = with_options(post)
    command(address="Leeds", folder=Path("x"), as_json=True, dry_run=False, open_it=False)

    names = list(inspect.signature(command).parameters)
    assert names == ["address", "open_it", "folder", "as_json", "dry_run"]
    assert received == [(CommandContext(Path("x"), as_json=True), "Leeds")]


def test_a_document_is_never_written_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    CommandContext().deliver(b"first", path)

    with pytest.raises(CopkitError, match="exists already"):
        CommandContext().deliver(b"second", path)

    assert path.read_bytes() == b"first"


def test_a_dry_run_writes_no_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    CommandContext(dry_run=True).deliver(b"text", tmp_path / "letter.txt")

    assert not list(tmp_path.iterdir())
    assert "would write" in capsys.readouterr().err


def test_json_has_plain_values_for_every_type(capsys: pytest.CaptureFixture[str]) -> None:
    parcel = Parcel(dt.date(2012, 4, 18), Decimal("1.5"), (Audience.PUBLIC,), Path("a/b"))

    print_json({"parcel": parcel, "at": dt.time(9, 5)})

    assert json.loads(capsys.readouterr().out) == {
        "parcel": {"sent": "2012-04-18", "weight": 1.5, "readers": ["public"], "place": "a/b"},
        "at": "09:05",
    }
