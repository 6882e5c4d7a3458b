"""``copkit init`` and ``copkit schema``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from copkit.records.kinds import KINDS_BY_NAME
from tests.conftest import EXAMPLE, Copkit

TreeOf = Callable[[Path], dict[str, bytes]]

PLACES = {
    "programme": "copkit.yaml",
    "community": "communities/*/community.md",
    "roster": "communities/*/roster.yaml",
    "meeting": "communities/*/meetings/*.md",
    "case": "communities/*/cases/*.md",
    "approaches": "communities/*/approaches.yaml",
    "evidence": "evidence/*.md",
    "blockage": "blockages/*.md",
    "newsletter": "newsletters/*.md",
    "brief": "briefs/*.md",
    "survey-counts": "surveys/*/counts.yaml",
    "survey": "surveys/*/survey.md",
    "quote": "quotes.yaml",
    "focus-group": "focus-groups/*.md",
    "story": "stories/*.md",
    "report": "reports/*.md",
    "sheet": "toolkit/*.md",
    "outgoing": "outgoing.yaml",
    "place": "places.yaml",
    "service": "directory/*.md",
    "connector": "connectors/*.md",
    "closing": "communities/*/closing.md",
    "retention-log": "retention-log.yaml",
    "link": "links/*.md",
}


class _TextLoader(yaml.SafeLoader):
    """YAML as an editor's JSON Schema check sees it: dates are text."""


_TextLoader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in found if "timestamp" not in tag]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("noun", KINDS_BY_NAME)
def test_the_schema_accepts_every_record_of_the_example(copkit: Copkit, noun: str) -> None:
    schema = json.loads(copkit("schema", noun).stdout)
    validator = jsonschema.Draft202012Validator(schema)
    files = sorted(EXAMPLE.glob(PLACES[noun]))
    assert files

    for file in files:
        text = file.read_text(encoding="utf-8")
        fields = text.split("---\n")[1] if file.suffix == ".md" else text
        if noun == "meeting":
            fields = fields.replace("start: ", "start: !!str ")
        validator.validate(yaml.load(fields, _TextLoader))


@pytest.mark.parametrize(
    ("noun", "wrong"),
    [
        ("case", {"title": "T", "kind": "challenging", "status": "draft", "audience": "Public"}),
        ("case", {"kind": "challenging", "status": "draft"}),
        ("meeting", {"date": "2012-04-18", "presnt": []}),
        ("roster", {"members": [{"id": "Zoe Smith", "role": "x", "sector": "y"}]}),
        ("programme", {"name": "x", "starts": "18 April"}),
    ],
)
def test_the_schema_refuses_what_check_refuses(
    copkit: Copkit, noun: str, wrong: dict[str, object]
) -> None:
    schema = json.loads(copkit("schema", noun).stdout)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)


def test_init_lays_out_what_an_editor_and_git_need(copkit: Copkit, tmp_path: Path) -> None:
    folder = tmp_path / "harbour"

    result = copkit("init", folder, "--name", "Harbour: a programme", "--starts", "2026-01-05")

    assert result.status == 0, result.output
    settings = (folder / "copkit.yaml").read_text("utf-8")
    assert settings.startswith("# yaml-language-server: $schema=.copkit/schema/programme.json\n")
    assert 'name: "Harbour: a programme"' in settings
    ignored = (folder / ".gitignore").read_text("utf-8").splitlines()
    assert {"private/", "build/"} <= set(ignored)
    for noun in KINDS_BY_NAME:
        schema = json.loads((folder / f".copkit/schema/{noun}.json").read_text("utf-8"))
        assert schema == json.loads(copkit("schema", noun).stdout)


def test_the_modelines_lead_to_schemas(copkit: Copkit, tmp_path: Path) -> None:
    copkit("init", tmp_path, "--name", "Harbour")
    copkit("new-community", "Brighton", "-C", tmp_path)

    for folder in (tmp_path, EXAMPLE):
        for file in [folder / "copkit.yaml", *folder.glob("communities/*/roster.yaml")]:
            line = file.read_text("utf-8").splitlines()[0]
            assert (file.parent / line.partition("$schema=")[2]).is_file(), file


def test_the_examples_schemas_are_those_of_this_version(copkit: Copkit) -> None:
    for noun in KINDS_BY_NAME:
        text = (EXAMPLE / f".copkit/schema/{noun}.json").read_text("utf-8")
        assert json.loads(text) == json.loads(copkit("schema", noun).stdout)


def test_init_notes_whom_readers_answer(copkit: Copkit, tmp_path: Path) -> None:
    options = ("--name", "Harbour", "--starts", "2026-01-05")
    half = copkit("init", tmp_path / "half", *options, "--contact", "Clerk")

    whole = copkit(
        *("init", tmp_path / "whole", *options),
        *("--contact", "Clerk", "--contact-email", "clerk@harbour.example"),
    )

    assert half.status == 2
    assert "a contact has a role and an e-mail address" in half.stderr
    assert not (tmp_path / "half").exists()
    assert whole.status == 0
    settings = yaml.safe_load((tmp_path / "whole/copkit.yaml").read_text("utf-8"))
    assert settings["contact"] == {"role": "Clerk", "email": "clerk@harbour.example"}


def test_init_never_overwrites(copkit: Copkit, tmp_path: Path, tree_of: TreeOf) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    assert copkit("init", tmp_path, "--name", "One").status == 0
    assert (tmp_path / ".gitignore").read_text("utf-8") == "mine\n"
    before = tree_of(tmp_path)

    result = copkit("init", tmp_path, "--name", "Two")

    assert result.status == 1
    assert "exists already" in result.stderr
    assert tree_of(tmp_path) == before


def test_init_without_a_terminal_says_what_is_missing(copkit: Copkit, tmp_path: Path) -> None:
    result = copkit("init", tmp_path / "x")

    assert result.status == 2
    assert "--name" in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_dry_run_of_init_writes_nothing(copkit: Copkit, tmp_path: Path) -> None:
    result = copkit("init", tmp_path / "x", "--name", "X", "--dry-run")

    assert result.status == 0
    assert "would write" in result.stderr
    assert not (tmp_path / "x").exists()
