"""Names found by a language model: of our own making, since none is fetched for a test."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import Copkit, Write

CASE = "---\ntitle: A case\nkind: challenging\nstatus: draft\n---\n\nThen zorblax came back.\n"
FILE = "communities/harbour/cases/a-case.md"


def test_it_is_used_only_when_asked_for(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for spaCy, which takes every 'zorblax' for a person."""

    def load(name: str) -> object:
        def read(text: str) -> object:
            at = text.find("zorblax")
            found = SimpleNamespace(label_="PERSON", start_char=at, end_char=at + 7)
            return SimpleNamespace(ents=[found] if at >= 0 else [])

        return read

    monkeypatch.setitem(sys.modules, "spacy", SimpleNamespace(load=load))
    folder = write(FILE, CASE)

    assert copkit("check", "-C", folder).status == 0
    result = copkit("check", "--ner", "--json", "-C", folder)

    [problem] = json.loads(result.stdout)["problems"]
    assert (problem["line"], problem["column"], problem["code"]) == (7, 6, "full-name")
    assert "zorblax" not in result.output


def test_without_spacy_it_says_what_to_install(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)

    result = copkit("check", "--ner", "-C", write(FILE, CASE))

    assert result.status == 1
    assert 'pip install "copkit[ner]"' in result.stderr


def test_a_model_of_spacy_is_loaded_from_its_folder(
    copkit: Copkit, write: Write, tmp_path: Path
) -> None:
    spacy = pytest.importorskip("spacy", reason="the extra 'ner' is not installed")
    model = spacy.blank("en")
    model.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "zorblax"}])
    model.to_disk(tmp_path / "model")
    folder = write(FILE, CASE)

    env = {"COPKIT_NER_MODEL": str(tmp_path / "model")}
    result = copkit("check", "--ner", "-C", folder, env=env)

    assert "a-case.md:7:6: this looks like a person's name" in result.stdout
    env = {"COPKIT_NER_MODEL": str(tmp_path / "nowhere")}
    assert "spacy download" in copkit("check", "--ner", "-C", folder, env=env).stderr
