"""That the cache of records never answers otherwise than the files, whatever happens to either."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import copkit.record_cache
from copkit.errors import CopkitError, Problem
from copkit.files import RecordStore
from copkit.folder import Programme, load
from copkit.layout import RECORD_CACHE, cache_file, cache_folder
from copkit.record_cache import RecordCache
from copkit.records.schema.fields import Source, fields_of
from copkit.text.source import SourceText
from copkit.text.yaml.reader import read_yaml
from tests.conftest import EXAMPLE, LONG, Copkit, Write, drawn

CASE = "communities/harbour/cases/a-case.md"
CASE_TEXT = """---
title: No way home
kind: challenging
status: presented
audience: members
presented: 2026-02-04
presenters:
  - nurse-1
actions:
  - id: a-k7m
    what: Ring the ward
    owner: Nurse
    due: 2026-03-04
---

## Presentation of the case

Somebody waited.
"""
ROSTER = """members:
  - id: nurse-1
    role: Nurse
    sector: NHS
    joined: 2026-01-01
  - id: nurse-2
    role: Nurse
    sector: NHS
    organisation: Larkfield ward
    away:
      - id: w-k7m
        from: 2026-02-01
        until: 2026-03-01
"""
MEETING = "communities/harbour/meetings/2026-02-04.md"
MEETING_TEXT = "---\ndate: 2026-02-04\nstart: 14:00\npresent:\n  - nurse-1\n---\n\nNotes.\n"
FAR_AHEAD = 2**62  # nanoseconds since 1970


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COPKIT_CACHE", raising=False)


@pytest.fixture
def folder(write: Write) -> Path:
    """A programme with a roster, a meeting and a case."""
    write("communities/harbour/roster.yaml", ROSTER)
    write(MEETING, MEETING_TEXT)
    return write(CASE, CASE_TEXT)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count from now on how often each file is parsed."""
    counts = Counter[str]()

    def counting(source: SourceText, end: int, problems: list[Problem]) -> Any:
        counts[source.file] += bool(source.text)
        return read_yaml(source, end, problems)

    monkeypatch.setattr("copkit.text.yaml.reader.read_yaml", counting)
    return counts


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let centuries have passed since every change, so that digests are not needed."""
    monkeypatch.setattr("copkit.record_cache.time.time_ns", lambda: FAR_AHEAD)


def parts_of(record: Any) -> Iterator[Any]:
    """Yield a record and every part of it."""
    yield record
    for field in fields(record):
        value = getattr(record, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if is_dataclass(part) and hasattr(part, "source"):
                yield from parts_of(part)


def places_in(programme: Programme) -> list[Problem]:
    """Return where each field of each record stands, in the form of problems."""
    records = [record for _, record in programme.records_at_the_top()]
    for community in programme.communities:
        records += [community.community, community.roster, *community.every_meeting]
        records += [*community.cases, *community.approaches]
    return [
        part.source.problem("place", key, "")
        for record in records
        for part in parts_of(record)
        for key in fields_of(type(part))
    ]


def keys_in(programme: Programme) -> list[list[str]]:
    """Return the keys that are written in the file of each case and meeting."""
    records: list[Any] = []
    for community in programme.communities:
        records += [*community.cases, *community.every_meeting]
    return [list(record.source.keys) for record in records]


def assert_like_a_cold_read(folder: Path) -> None:
    """Load a folder with the cache and without it, and compare all of both."""
    cold, warm = load(folder, is_temporary=True), load(folder)

    assert keys_in(warm) == keys_in(cold)
    assert warm == cold
    assert places_in(warm) == places_in(cold)


def test_a_second_load_parses_nothing(folder: Path, parsed: Counter[str]) -> None:
    first = load(folder)
    parsed.clear()

    second = load(folder)

    assert +parsed == {}
    assert second == first  # which reads the bodies


@pytest.mark.usefixtures("settled")
def test_of_the_whole_example_the_cache_says_the_same(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns("build"))

    for _ in range(2):
        assert_like_a_cold_read(folder)


def test_a_body_is_read_when_somebody_asks_for_it(folder: Path, parsed: Counter[str]) -> None:
    load(folder)
    parsed.clear()

    case = load(folder).community("harbour").cases[0]

    assert case.title == "No way home"
    assert CASE not in parsed
    assert case.section("Presentation of the case") == "Somebody waited."
    assert CASE not in parsed
    assert "title" in case.source.fields.entries
    assert parsed[CASE] == 1


@pytest.mark.usefixtures("settled")
def test_an_edit_that_keeps_size_and_time_is_seen(folder: Path) -> None:
    load(folder)
    path = folder / MEETING
    status = path.stat()
    time.sleep(0.01)  # another tick of the clock of the file system

    path.write_text(MEETING_TEXT.replace("nurse-1", "nurse-2"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert load(folder).community("harbour").meetings[0].present == ("nurse-2",)


def test_an_edit_within_one_tick_of_the_clock_is_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / MEETING
    stopped = path.stat()
    monkeypatch.setattr("copkit.record_cache.file_state", lambda status: b"the same")
    monkeypatch.setattr("copkit.files._state_now", lambda path: b"the same")
    monkeypatch.setattr("copkit.record_cache.time.time_ns", lambda: stopped.st_ctime_ns)
    load(folder)

    path.write_text(MEETING_TEXT.replace("nurse-1", "nurse-2"), encoding="utf-8")

    assert load(folder).community("harbour").meetings[0].present == ("nurse-2",)


def test_a_clock_that_was_put_back_hides_no_edit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copkit.record_cache.time.time_ns", lambda: 0)  # 1970
    monkeypatch.setattr("copkit.record_cache.file_state", lambda status: b"the same")
    load(folder)

    (folder / MEETING).write_text(MEETING_TEXT.replace("nurse-1", "nurse-2"), encoding="utf-8")

    assert load(folder).community("harbour").meetings[0].present == ("nurse-2",)


FILES = ("copkit.yaml", "communities/harbour/roster.yaml", MEETING, CASE)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["edit", "edit back", "touch", "remove", "swap", "spoil", "folder", "off"]),
        st.sampled_from(FILES[1:]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
CHANGES = (("nurse-1", "nurse-2"), ("challenging", "worked-well"), ("2026-03-04", "2026-03-05"))


def do_step(folder: Path, step: str, file: str, *, keep_time: bool) -> None:
    """Do one thing to a file of a folder; with ``keep_time`` put its old time back."""
    path = folder / file
    if step == "folder":
        folder.rename(folder.with_name("moved"))
        shutil.copytree(folder.with_name("moved"), folder)
        shutil.rmtree(folder.with_name("moved"))
        return
    if not path.exists():
        path.write_text(CASE_TEXT if file == CASE else MEETING_TEXT, encoding="utf-8")
        return
    status, text = path.stat(), path.read_text(encoding="utf-8")
    if step in {"edit", "edit back"}:
        for old, new in CHANGES:
            text = text.replace(*((old, new) if step == "edit" else (new, old)))
        path.write_text(text, encoding="utf-8")
    elif step == "touch":
        path.touch()
    elif step == "remove":
        path.unlink()
        return
    elif step == "swap":  # another file under its name, as editors save
        beside = path.with_suffix(".tmp")
        beside.write_text(text.replace("nurse-1", "nurse-2"), encoding="utf-8")
        beside.replace(path)
    elif step == "spoil":
        path.write_text(text.replace(": ", ":  [", 1), encoding="utf-8")
    if keep_time:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("is_settled", [False, True])
@drawn(12, 400)
@given(steps=STEPS)
def test_whatever_happens_to_the_files_the_cache_says_what_they_say(
    is_settled: bool, steps: list[tuple[str, str, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("property") / "programme"
    for file, text in zip(
        (*FILES, "communities/harbour/community.md"),
        (
            "name: Harbour programme\nstarts: 2026-01-01\n",
            ROSTER,
            MEETING_TEXT,
            CASE_TEXT,
            "---\ncode: CP1\nname: Harbour\nplace: Harbour\nstatus: active\n---\n\n## Domain\n",
        ),
        strict=True,
    ):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        if is_settled:
            patch.setattr("copkit.record_cache.time.time_ns", lambda: FAR_AHEAD)
        assert_like_a_cold_read(folder)
        for step, file, keep_time in steps:
            patch.setenv("COPKIT_CACHE", "off" if step == "off" else "")
            if step != "off":
                time.sleep(0.01 if is_settled else 0)  # another tick of the file system's clock
                do_step(folder, step, file, keep_time=keep_time)
            assert_like_a_cold_read(folder)
            assert_like_a_cold_read(folder)


def damage(data: bytes, place: int, kind: str) -> bytes:
    if kind == "cut short":
        return data[:place]
    if kind == "another byte":
        return data[:place] + bytes([data[place] ^ 0x5A]) + data[place + 1 :]
    return data[:place] + b"\0" * 64 + data[place:]


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("kind", ["cut short", "another byte", "more bytes"])
def test_a_damaged_cache_is_as_if_there_were_none(kind: str, folder: Path) -> None:
    load(folder)
    path = cache_file(RECORD_CACHE, folder)
    data = path.read_bytes()
    cold = load(folder, is_temporary=True)

    for place in range(0, len(data), 7 if LONG else 41):
        path.write_bytes(damage(data, place, kind))

        assert load(folder) == cold, place


@pytest.mark.usefixtures("settled")
def test_other_rules_empty_the_cache(
    folder: Path, parsed: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder)
    parsed.clear()
    monkeypatch.setattr(copkit.record_cache, "digest_of_rules", lambda: b"an update of us!")

    load(folder)

    assert parsed[CASE] == 1


def test_a_cache_that_others_can_write_is_not_read(folder: Path, parsed: Counter[str]) -> None:
    load(folder)
    cache_file(RECORD_CACHE, folder).chmod(0o666)
    parsed.clear()

    load(folder)

    assert parsed[CASE] == 1


def test_two_writers_leave_one_whole_cache(folder: Path) -> None:
    first = RecordCache(RecordStore(folder), is_off=False)
    load(folder)
    (folder / MEETING).write_text(MEETING_TEXT.replace("nurse-1", "nurse-2"), encoding="utf-8")

    first.save()

    assert_like_a_cold_read(folder)
    assert [path.name for path in cache_folder().iterdir()] == [
        cache_file(RECORD_CACHE, folder).name
    ]


def test_a_folder_in_the_place_of_another_is_read(folder: Path, parsed: Counter[str]) -> None:
    load(folder)
    other = shutil.copytree(folder, folder.with_name("other"))
    folder.rename(folder.with_name("before"))
    other.rename(folder)
    parsed.clear()

    load(folder)

    assert parsed[CASE] == 1  # not the same file, though it says the same


@pytest.mark.usefixtures("settled")
def test_a_file_that_changes_while_records_are_read_stops_the_command(folder: Path) -> None:
    load(folder)
    case = load(folder).community("harbour").cases[0]
    (folder / CASE).write_text(CASE_TEXT.replace("members", "public"), encoding="utf-8")

    with pytest.raises(CopkitError, match="was changed while"):
        _ = case.body


@pytest.mark.usefixtures("settled")
def test_a_fault_is_reported_each_time(folder: Path) -> None:
    (folder / CASE).write_text(CASE_TEXT.replace("2026-02-04", "soon"), encoding="utf-8")

    for _ in range(3):
        assert [problem.code for problem in load(folder).problems] == ["bad-date"]


@pytest.mark.usefixtures("settled")
def test_what_a_record_said_that_is_gone_is_kept_nowhere(folder: Path) -> None:
    load(folder)
    assert b"No way home" in cache_file(RECORD_CACHE, folder).read_bytes()
    (folder / CASE).unlink()

    load(folder)

    assert b"No way home" not in cache_file(RECORD_CACHE, folder).read_bytes()


def test_bodies_and_private_files_are_not_in_the_cache(folder: Path, copkit: Copkit) -> None:
    private = folder / "private" / "contacts.yaml"
    private.parent.mkdir(mode=0o700)
    text = "contacts:\n  - id: harbour/nurse-1\n    name: Xanthe Quillfeather\n"
    private.write_text(text, encoding="utf-8")
    private.chmod(0o600)

    assert copkit("check", "-C", folder).status == 0

    for path in cache_folder().iterdir():
        content = path.read_bytes()
        assert b"Quillfeather" not in content
        assert b"Somebody waited" not in content


def test_whoever_is_forgotten_is_forgotten_by_the_cache(folder: Path, copkit: Copkit) -> None:
    copkit("list", "members", "-C", folder)
    assert b"Larkfield" in cache_file(RECORD_CACHE, folder).read_bytes()

    result = copkit("member", "forget", "harbour/nurse-2", "--yes", "-C", folder)

    assert result.status == 0, result.output

    caches = list(cache_folder().iterdir()) if cache_folder().exists() else []
    assert not any(b"Larkfield" in path.read_bytes() for path in caches)


def test_nothing_is_kept_where_the_cache_is_off(
    folder: Path, monkeypatch: pytest.MonkeyPatch, copkit: Copkit
) -> None:
    monkeypatch.setenv("COPKIT_CACHE", "off")

    assert copkit("check", "-C", folder).status == 0

    assert not cache_folder().exists() or not any(cache_folder().iterdir())


def test_a_source_knows_its_file_without_reading_it(folder: Path, parsed: Counter[str]) -> None:
    load(folder)
    case = load(folder).community("harbour").cases[0]
    parsed.clear()

    assert case.source.file == CASE
    assert case.actions[0].source.file == CASE
    assert isinstance(case.source, Source)
    assert parsed == {}
