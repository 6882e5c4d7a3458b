"""What git calls to merge one record: files in, a file and an exit status out.  Does I/O."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.errors import Problem, Severity
from copkit.git.repository import Repository, repository_of, run_git
from copkit.records.meetings import EXCLUSIVE
from copkit.text.edit import MARK, EditRefused, read_fields
from copkit.text.front_matter import OPENING
from copkit.text.merge import MARKER, Clash, MergeBody, merge_texts
from copkit.text.merge_values import Contradiction, Side, merge_values, same_facts
from copkit.text.yaml.nodes import value_of

# Bodies of Markdown, merged line by line by git itself.

MOST_CLASHES: Final = 127  # that git counts in its status; above it, something else is wrong
_SIZE: Final = 39  # of git's own markers here: longer than anything that stands in a text
_CLASH: Final = re.compile(
    rf"^<{{{_SIZE}}} ours\r?\n(.*?)^\|{{{_SIZE}}} base\r?\n(.*?)"
    rf"^={{{_SIZE}}}\r?\n(.*?)^>{{{_SIZE}}} theirs\r?\n",
    re.MULTILINE | re.DOTALL,
)


def merge_bodies(root: Path, marker: int = MARKER) -> MergeBody:
    """Give what merges bodies for the records of a folder."""

    def merge(base: str, ours: str, theirs: str, side: Side | None) -> tuple[str, list[Clash]]:
        return merge_lines(root, (base, ours, theirs), marker, side)

    return merge


def merge_lines(
    root: Path, texts: tuple[str, str, str], marker: int, side: Side | None
) -> tuple[str, list[Clash]]:
    """Merge three texts (base, ours, theirs) line by line; give what clashes in them.

    Where they do, ``side`` has its way, or both stand between markers. That both wrote the same
    in one place, and one of them went on, is no clash. What git takes for no text is left whole.
    """
    with tempfile.TemporaryDirectory(prefix="copkit-") as folder:
        paths = []
        for name, text in zip(("base", "ours", "theirs"), texts, strict=True):
            path = Path(folder, name)
            path.write_bytes(text.encode("utf-8"))
            paths.append(str(path))
        base, ours, theirs = paths
        labels = ("-L", "ours", "-L", "base", "-L", "theirs")
        options = ("-p", "--diff3", f"--marker-size={_SIZE}")
        done = run_git(root, ("merge-file", *options, *labels, ours, base, theirs))
    if done.returncode > MOST_CLASHES:
        of = dict(zip((Side.BASE, Side.OURS, Side.THEIRS), texts, strict=True))
        return of[side or Side.OURS], [(texts[1], texts[2])]
    clashes: list[Clash] = []

    def settle(clash: re.Match[str]) -> str:
        ours, base, theirs = clash.groups()
        if not base and (ours.startswith(theirs) or theirs.startswith(ours)):
            return max(ours, theirs, key=len)
        marked, differing = _marked(ours, theirs, marker)
        clashes.append(differing)
        return {Side.OURS: ours, Side.THEIRS: theirs, Side.BASE: base, None: marked}[side]

    return _CLASH.sub(settle, done.stdout.decode("utf-8")), clashes


def _marked(ours: str, theirs: str, size: int) -> tuple[str, Clash]:
    """Put markers around what differs, and no more; give also what that is."""
    first, second = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (ours, theirs))
    begin = end = 0
    while begin < min(len(first), len(second)) and first[begin] == second[begin]:
        begin += 1
    while end < min(len(first), len(second)) - begin and first[-1 - end] == second[-1 - end]:
        end += 1
    mine, other = ("".join(lines[begin : len(lines) - end]) for lines in (first, second))
    newline = "\r\n" if "\r\n" in ours + theirs else "\n"
    marks = (f"{'<' * size} ours", "=" * size, f"{'>' * size} theirs")
    opening, middle, closing = (mark + newline for mark in marks)
    before, behind = "".join(first[:begin]), "".join(first[len(first) - end :])
    return f"{before}{opening}{mine}{middle}{other}{closing}{behind}", (mine, other)


KEEP: Final = "COPKIT_KEEP"
"""Whose word counts where two contradict each other: ``ours``, ``theirs``, or nobody's."""

INNER: Final = 2
"""By how much git makes markers longer where it works out a common base itself, or more."""


class Outcome(NamedTuple):
    """Whether everything came together, and what is to be said about it."""

    clean: bool
    said: list[str]


def merge_files(
    root: Path, base: Path, ours: Path, theirs: Path, file: str, marker: int
) -> Outcome:
    """Merge three versions of the record ``file`` into ``ours``.

    ``marker`` is the length of conflict markers that git asks for: longer than the repository
    does where git works out a common base, in which a contradiction keeps what was there before.
    """
    inner = marker > MARKER and marker - _asked_size(root, file) >= INNER
    side = Side.BASE if inner else _side_to_keep()
    try:
        versions = [path.read_bytes().decode("utf-8") for path in (base, ours, theirs)]
    except UnicodeDecodeError:
        return Outcome(clean=False, said=[f"{file}: not saved as UTF-8, so nothing was merged"])
    texts = (versions[0], versions[1], versions[2])
    said: list[str] = []
    try:
        bodies = merge_bodies(root, marker)
        merged = merge_texts(texts, bodies, exclusive=EXCLUSIVE, marker=marker, side=side)
        text, clashes = merged.text, merged.body_clashes
        said = [in_words(file, one) for one in merged.contradictions]
        clean = side is not None or not said
    except Exception as error:  # whatever it is, git must be given both sides
        text, clashes = merge_lines(root, texts, marker, side)
        said = [in_words(file, one) for one in _contradictions(texts)]
        clean = side is not None or (isinstance(error, EditRefused) and not said)
        if file.endswith(".yaml") or any(map(_has_fields, texts)):
            reason = error.message if isinstance(error, EditRefused) else type(error).__name__
            said.append(f"{file}: merged line by line ({reason})")
    for mine, other in clashes:
        said.append(
            f"{file}: the text: {_value(mine, None)} (ours) or {_value(other, None)} (theirs)"
        )
    ours.write_bytes(text.encode("utf-8"))
    return Outcome(clean and (side is not None or not clashes), [] if inner else said)


def _asked_size(root: Path, file: str) -> int:
    """Give the length of markers that a repository asks for in a file."""
    done = run_git(root, ("check-attr", "conflict-marker-size", "--", file))
    size = done.stdout.decode("utf-8", "replace").rsplit(" ", 1)[-1].strip()
    return int(size) if size.isdecimal() else MARKER


def _contradictions(texts: tuple[str, str, str]) -> list[Contradiction]:
    """Find what contradicts in texts that could be read and not be put together."""
    try:
        base, ours, theirs = (value_of(read_fields(text)) for text in texts)
    except EditRefused:
        return []
    return merge_values(base, ours, theirs, exclusive=EXCLUSIVE)[1]


def _side_to_keep() -> Side | None:
    named = os.environ.get(KEEP)
    return Side(named) if named in {"ours", "theirs"} else None


def _has_fields(text: str) -> bool:
    return OPENING.match(text.removeprefix(MARK)) is not None


def in_words(file: str, one: Contradiction) -> str:
    """Name the fact and both values: ``FILE: zoe-1, role: 'Nurse' (ours) or 'Matron' (theirs)``."""
    path = [step for step in one.path if step not in {"members", "actions", "progress"}]
    ours, theirs = _value(one.ours, one.base), _value(one.theirs, one.base)
    return f"{file}: {', '.join(path)}: {ours} (ours) or {theirs} (theirs)"


def _value(value: Any, base: Any) -> str:
    if value in (None, "", [], {}):
        return "taken out" if base else "nothing"
    if isinstance(value, dict):
        before = base if isinstance(base, dict) else {}
        changed = {key: one for key, one in value.items() if not same_facts(one, before.get(key))}
        return ", ".join(f"{key} '{_short(one)}'" for key, one in changed.items()) or "as it was"
    return f"'{_short(value)}'"


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


# The merge driver in a clone: told to git once, by the first command that writes.

ATTRIBUTES: Final = ("*.md", "*.yaml")
_NAME: Final = "copkit: members, attendance and cases come together by what they say"
_PROBES: Final = ("copkit.yaml", "communities/x/meetings/2012-04-18.md")


def command() -> str:
    """Give the command with which git calls this copkit.

    ``-P`` keeps Python from importing what lies in the folder that is being merged.
    """
    return (
        f"{shlex.quote(Path(sys.executable).as_posix())} -P -m copkit merge-driver %O %A %B %L %P"
    )


def register(repository: Repository) -> None:
    """See to it that git in this clone merges records with copkit; costs little once it does."""
    if _plainly_there(repository):
        return
    if repository.says("config", "--local", "merge.copkit.driver") != command():
        repository.run("config", "--local", "merge.copkit.name", _NAME)
        repository.run("config", "--local", "merge.copkit.driver", command())
    if not _has_attributes(repository):
        _add_attributes(repository)


def _plainly_there(repository: Repository) -> bool:
    """See in the files where it stands as a rule: asking git takes two processes."""
    config, here, shared = (
        path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        for path in (
            repository.common / "config",
            repository.common / "info" / "attributes",
            repository.root / ".gitattributes",
        )
    )
    named = f"driver = {command()}\n" in config
    return named and ("merge=copkit" in shared or _attributes(repository)[0] in here)


def missing(root: Path) -> Problem | None:
    """Give the problem of a clone in which git would merge records line by line.

    Nothing is said of a programme inside another project that does not ask for the driver
    itself: an example, say.
    """
    repository = repository_of(root)
    if repository is None or (repository.prefix and not _asks_for_it(root)):
        return None
    if _plainly_there(repository):
        return None
    driver = repository.says("config", "merge.copkit.driver")
    if driver and _runs(driver) and _has_attributes(repository):
        return None
    return Problem(
        *(".gitattributes", 1, 1, 1, 2, "no-merge-driver", Severity.WARNING),
        "git in this copy of the folder does not know how to merge records",
        "any command that writes tells it; 'copkit sync' does, for one",
    )


def _asks_for_it(root: Path) -> bool:
    path = root / ".gitattributes"
    return path.is_file() and "merge=copkit" in path.read_text(encoding="utf-8", errors="replace")


def _runs(driver: str) -> bool:
    """Say whether the program of a driver is still where it was."""
    try:
        program = shlex.split(driver)[0]
    except (ValueError, IndexError):
        return False
    return not Path(program).is_absolute() or Path(program).exists()


def _has_attributes(repository: Repository) -> bool:
    """Say whether records have a merge attribute; one that somebody chose is left alone."""
    said = repository.says("check-attr", "merge", "--", *_PROBES) or ""
    return len(said.splitlines()) == len(_PROBES) and ": merge: unspecified" not in said


def _add_attributes(repository: Repository) -> None:
    """Name the driver in this clone alone; a programme's own .gitattributes may name it for all."""
    path = repository.common / "info" / "attributes"
    with contextlib.suppress(OSError):  # check goes on saying that it is missing
        path.parent.mkdir(exist_ok=True)
        with path.open("ab") as file:
            file.write(b"\n" * (file.tell() > 0) + "".join(_attributes(repository)).encode("utf-8"))


def _attributes(repository: Repository) -> list[str]:
    below = f"{repository.prefix}**/" if repository.prefix else ""
    return [f'"{below}{pattern}" merge=copkit\n' for pattern in ATTRIBUTES]
