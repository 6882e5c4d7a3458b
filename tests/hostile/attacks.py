"""The inputs of ``attacks.jsonl``, and what every answer of copkit must be free of."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result

FILE = Path(__file__).with_name("attacks.jsonl")
ATTACKS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").split("\n") if line]

RUNS_A_LINE = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CARD = "---\ntitle: A card\ncitation: Somebody (2011)\n---\n\n## In sixty seconds\n\nWords.\n"


def attacks(*groups: str, without: str = "") -> pytest.MarkDecorator:
    """Run a test with each input of some groups that holds none of the signs in ``without``."""
    chosen = [
        pytest.param(text_of(one), id=one["id"])
        for one in ATTACKS
        if one["group"] in groups and not set(text_of(one)) & set(without)
    ]
    return pytest.mark.parametrize("attack", chosen)


def text_of(attack: dict[str, Any]) -> str:
    """Give an input in full; a long one is a unit and how often it stands there."""
    return str(attack["input"] if "input" in attack else attack["unit"] * attack["times"])


def as_yaml(text: str) -> str:
    """Write a text as YAML in quotes, whatever is in it."""
    return json.dumps(text)


def require_calm(result: Result, attack: str = "") -> None:
    """Require that what was printed is words alone, and no line of it is the attack's own."""
    assert result.status in {0, 1, 2}
    assert "Traceback" not in result.output
    assert "mistake in copkit" not in result.output
    unseen = {sign for sign in result.output if not sign.isprintable() and sign != "\n"}
    assert not unseen - {"\ufeff"}, unseen  # a BOM begins what is for a spreadsheet
    _, *forged = RUNS_A_LINE.split(attack)
    for line in filter(None, map(str.strip, forged)):
        assert not [shown for shown in result.output.split("\n") if shown.startswith(line)]
