"""The merge driver: merge three versions of one record when git asks, and register it with git.

Git gives the driver three files and takes the merged text and an exit status. Runs git.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.errors import Problem, Severity
from copkit.git.repository import Repository, find_repository, run_git
from copkit.records.kinds import merge_rules
from copkit.text.edit import BYTE_ORDER_MARK, EditRefused, read_fields
from copkit.text.front_matter import OPENING
from copkit.text.merge import MARKER, Clash, MergeBody, merge_texts
from copkit.text.merge_values import Contradiction, Rename, Side, merge_values, same_facts
from copkit.text.yaml.nodes import value_of

# --- bodies of Markdown, merged line by line by git itself ----------------------------------

MOST_CLASHES: Final = 127  # `git merge-file` ends with their number; above 127 with an error
_MARKER_SIZE: Final = 39  # of the markers parsed here: longer than any line of '<' in a text
_CLASH: Final = re.compile(
    rf"^<{{{_MARKER_SIZE}}} ours\r?\n(.*?)^\|{{{_MARKER_SIZE}}} base\r?\n(.*?)"
    rf"^={{{_MARKER_SIZE}}}\r?\n(.*?)^>{{{_MARKER_SIZE}}} theirs\r?\n",
    re.MULTILINE | re.DOTALL,
)


def build_body_merger(root: Path, marker_size: int = MARKER) -> MergeBody:
    """Return a function that merges the bodies of records by running git in a folder."""

    def merge(base: str, ours: str, theirs: str, side: Side | None) -> tuple[str, list[Clash]]:
        return merge_lines(root, (base, ours, theirs), marker_size, side)

    return merge


def merge_lines(
    root: Path, texts: tuple[str, str, str], marker_size: int, side: Side | None
) -> tuple[str, list[Clash]]:
    """Merge three texts (base, ours, theirs) line by line; return the merged text and the clashes.

    A clash is resolved for ``side``, or both versions stand between markers of ``marker_size``
    characters. If both sides added the same at one place and one of them more, that is no clash.
    What git does not take for text is not merged: the text of ``side``, or ours, is returned whole.
    """
    with tempfile.TemporaryDirectory(prefix="copkit-") as folder:
        paths = []
        for name, text in zip(("base", "ours", "theirs"), texts, strict=True):
            path = Path(folder, name)
            path.write_bytes(text.encode("utf-8"))
            paths.append(str(path))
        base, ours, theirs = paths
        labels = ("-L", "ours", "-L", "base", "-L", "theirs")
        options = ("-p", "--diff3", f"--marker-size={_MARKER_SIZE}")
        process = run_git(root, ("merge-file", *options, *labels, ours, base, theirs))
    if process.returncode > MOST_CLASHES:
        by_side = dict(zip((Side.BASE, Side.OURS, Side.THEIRS), texts, strict=True))
        return by_side[side or Side.OURS], [(texts[1], texts[2])]
    clashes: list[Clash] = []

    def resolve(clash: re.Match[str]) -> str:
        ours, base, theirs = clash.groups()
        # Two notes begun alike at the same place: the longer one holds both.
        if not base and (ours.startswith(theirs) or theirs.startswith(ours)):
            return max(ours, theirs, key=len)
        marked, difference = _mark_difference(ours, theirs, marker_size)
        clashes.append(difference)
        return {Side.OURS: ours, Side.THEIRS: theirs, Side.BASE: base, None: marked}[side]

    return _CLASH.sub(resolve, process.stdout.decode("utf-8")), clashes


def _mark_difference(ours: str, theirs: str, marker_size: int) -> tuple[str, Clash]:
    """Put markers around the lines that differ; return the text and the two differing parts.

    With ``--diff3`` git also puts equal lines at the beginning and end between its markers.
    """
    our_lines, their_lines = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (ours, theirs))
    shorter = min(len(our_lines), len(their_lines))
    start = end = 0  # number of equal lines at the beginning, and at the end
    while start < shorter and our_lines[start] == their_lines[start]:
        start += 1
    while end < shorter - start and our_lines[-1 - end] == their_lines[-1 - end]:
        end += 1
    our_part, their_part = (
        "".join(lines[start : len(lines) - end]) for lines in (our_lines, their_lines)
    )
    newline = "\r\n" if "\r\n" in ours + theirs else "\n"
    opening = "<" * marker_size + " ours" + newline
    middle = "=" * marker_size + newline
    closing = ">" * marker_size + " theirs" + newline
    before, after = "".join(our_lines[:start]), "".join(our_lines[len(our_lines) - end :])
    marked = f"{before}{opening}{our_part}{middle}{their_part}{closing}{after}"
    return marked, (our_part, their_part)


# --- one record -----------------------------------------------------------------------------

INNER: Final = 2
"""By how many characters, at least, git makes markers longer in a merge of several merge bases."""


class FileMerge(NamedTuple):
    """Whether a record was merged without a contradiction, lines to print about it, and its bytes.

    Where it was not, the bytes have conflict markers.
    """

    clean: bool
    messages: list[str]
    data: bytes


def merge_files(
    root: Path, base: Path, ours: Path, theirs: Path, file: str, marker_size: int
) -> FileMerge:
    """Merge three versions of the record ``file``, and write the result into ``ours``.

    ``marker_size`` is the length of conflict markers in characters, as git passes it.
    """
    # In a criss-cross merge git first merges the merge bases into one, and asks for longer markers
    # there. A base with markers in it could not be read, so a contradiction keeps the old value.
    inner = marker_size > MARKER and marker_size - _configured_marker_size(root, file) >= INNER
    side = Side.BASE if inner else None
    versions = (base.read_bytes(), ours.read_bytes(), theirs.read_bytes())
    merged = merge_record(root, versions, file, marker_size, side)
    if merged.data != versions[1]:
        ours.write_bytes(merged.data)
    # Nobody can act upon what was decided for a base, so nothing is printed about it.
    return merged._replace(messages=[]) if inner else merged


def merge_record(
    root: Path,
    versions: tuple[bytes, bytes, bytes],
    file: str,
    marker_size: int,
    side: Side | None,
) -> FileMerge:
    """Merge three versions of the record ``file``: base, ours and theirs.

    ``side`` resolves contradictions; with ``None`` the result has conflict markers, which are
    ``marker_size`` characters long. ``root`` is a folder in which git can run.
    """
    try:
        base_text, our_text, their_text = (data.decode("utf-8") for data in versions)
    except UnicodeDecodeError:
        message = f"{file}: not saved as UTF-8, so nothing was merged"
        return FileMerge(clean=False, messages=[message], data=versions[1])
    texts = (base_text, our_text, their_text)
    messages: list[str] = []
    try:
        bodies = build_body_merger(root, marker_size)
        merged = merge_texts(texts, bodies, rules=merge_rules(file), marker=marker_size, side=side)
        text, clashes = merged.text, merged.body_clashes
        messages = [format_contradiction(file, clash) for clash in merged.contradictions]
        clean = side is not None or not messages
        messages += [format_rename(file, rename) for rename in merged.renames]
    except Exception as error:  # whatever it is, git must be given both sides
        text, clashes = merge_lines(root, texts, marker_size, side)
        messages = [
            format_contradiction(file, clash) for clash in _find_contradictions(file, texts)
        ]
        clean = side is not None or (isinstance(error, EditRefused) and not messages)
        if file.endswith(".yaml") or any(map(_has_fields, texts)):
            reason = error.message if isinstance(error, EditRefused) else type(error).__name__
            messages.append(f"{file}: merged line by line ({reason})")
    messages += [format_clash(file, clash) for clash in clashes]
    clean = clean and (side is not None or not clashes)
    return FileMerge(clean, messages, text.encode("utf-8"))


def _configured_marker_size(root: Path, file: str) -> int:
    """Return the length of conflict markers that .gitattributes sets for a file."""
    process = run_git(root, ("check-attr", "conflict-marker-size", "--", file))
    size = process.stdout.decode("utf-8", "replace").rsplit(" ", 1)[-1].strip()
    return int(size) if size.isdecimal() else MARKER


def _find_contradictions(file: str, texts: tuple[str, str, str]) -> list[Contradiction]:
    """Return the contradictions of base, ours and theirs that could not be merged as text.

    Empty where a text cannot be read as YAML.
    """
    try:
        base, ours, theirs = (value_of(read_fields(text)) for text in texts)
    except EditRefused:
        return []
    return merge_values(base, ours, theirs, rules=merge_rules(file))[1]


def _has_fields(text: str) -> bool:
    return OPENING.match(text.removeprefix(BYTE_ORDER_MARK)) is not None


def format_contradiction(file: str, clash: Contradiction) -> str:
    """Name the fact and both values: ``FILE: zoe-1, role: 'Nurse' (ours) or 'Matron' (theirs)``."""
    # The names of lists are left out: the ids of their entries say enough.
    path = [key for key in clash.path if key not in {"members", "actions", "progress"}]
    ours, theirs = _format_value(clash.ours, clash.base), _format_value(clash.theirs, clash.base)
    return f"{file}: {', '.join(path)}: {ours} (ours) or {theirs} (theirs)"


def format_clash(file: str, clash: Clash) -> str:
    """Name two texts that differ: ``FILE: the text: 'She rang.' (ours) or 'He rang.' (theirs)``."""
    ours, theirs = (_format_value(part, None) for part in clash)
    return f"{file}: the text: {ours} (ours) or {theirs} (theirs)"


def format_rename(file: str, rename: Rename) -> str:
    """Name an entry that got a new id: ``FILE: two people added p1, so theirs is p-k7m now``."""
    whose = "yours" if rename.side is Side.OURS else "theirs"
    return f"{file}: two people added '{rename.old}'; both are kept, {whose} as '{rename.new}'"


def _format_value(value: Any, base: Any) -> str:
    """Format one side's value against the ``base``: ``'Nurse'``, ``taken out``, ``nothing``.

    Of a dict only the fields that differ from the base are named.
    """
    if value in (None, "", [], {}):
        return "taken out" if base else "nothing"
    if isinstance(value, dict):
        before = base if isinstance(base, dict) else {}
        changed = {
            key: field for key, field in value.items() if not same_facts(field, before.get(key))
        }
        fields = (f"{key} '{_shorten(field)}'" for key, field in changed.items())
        return ", ".join(fields) or "as it was"
    return f"'{_shorten(value)}'"


def _shorten(value: Any) -> str:
    """Format a value on one line, lists with commas, of 60 characters at most."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"  # 60 signs: enough to recognise it


# --- registering the driver in a clone ------------------------------------------------------

# Git stores drivers in the settings of a clone, which are not shared, so the first command that
# writes registers it.
ATTRIBUTES: Final = ("*.md", "*.yaml")
_DESCRIPTION: Final = "copkit: members, attendance and cases come together by what they say"
_SAMPLE_FILES: Final = ("copkit.yaml", "communities/x/meetings/2012-04-18.md")


def driver_command() -> str:
    """Return the command with which git calls this copkit."""
    # -P keeps Python from importing modules that lie in the folder that is being merged.
    return (
        f"{shlex.quote(Path(sys.executable).as_posix())} -P -m copkit merge-driver %O %A %B %L %P"
    )


def register_driver(repository: Repository) -> None:
    """Make git in this clone merge records with copkit; quick where it already does."""
    if _is_registered_in_files(repository):
        return
    # By its path: to git, as copkit calls it, the settings of the clone are others.
    config = ("config", "--file", str(repository.common_dir / "config"))
    if repository.try_git(*config, "merge.copkit.driver") != driver_command():
        repository.run(*config, "merge.copkit.name", _DESCRIPTION)
        repository.run(*config, "merge.copkit.driver", driver_command())
    if not _has_attributes(repository):
        _add_attributes(repository)


def _is_registered_in_files(repository: Repository) -> bool:
    """Check the usual files for the driver, as asking git takes two processes."""
    config, clone_attributes, shared_attributes = (
        path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        for path in (
            repository.common_dir / "config",
            repository.common_dir / "info" / "attributes",
            repository.root / ".gitattributes",
        )
    )
    if f"driver = {driver_command()}\n" not in config:
        return False
    lines = _attribute_lines(repository)
    return "merge=copkit" in shared_attributes or lines[0] in clone_attributes


def find_missing_driver(root: Path) -> Problem | None:
    """Return the problem of a clone in which git would merge records line by line.

    ``None`` as well for a programme inside another project, an example say, whose own
    .gitattributes does not name the driver.
    """
    repository = find_repository(root)
    if repository is None or (repository.prefix and not names_driver(root)):
        return None
    if _is_registered_in_files(repository):
        return None
    config = str(repository.common_dir / "config")
    driver = repository.try_git("config", "--file", config, "merge.copkit.driver")
    if driver and _program_exists(driver) and _has_attributes(repository):
        return None
    return Problem(
        file=".gitattributes",
        line=1,
        column=1,
        end_line=1,
        end_column=2,
        code="no-merge-driver",
        severity=Severity.WARNING,
        message="git in this copy of the folder does not know how to merge records",
        hint="any command that writes tells it; 'copkit sync' does, for one",
    )


def names_driver(root: Path) -> bool:
    """Check whether the .gitattributes of a programme names copkit's merge driver."""
    path = root / ".gitattributes"
    return path.is_file() and "merge=copkit" in path.read_text(encoding="utf-8", errors="replace")


def _program_exists(driver: str) -> bool:
    """Check whether the program of a driver is still there: a removed environment takes it away."""
    try:
        program = shlex.split(driver)[0]
    except (ValueError, IndexError):
        return False
    return not Path(program).is_absolute() or Path(program).exists()


def _has_attributes(repository: Repository) -> bool:
    """Check whether records have a merge attribute; one that somebody chose is left alone."""
    output = repository.try_git("check-attr", "merge", "--", *_SAMPLE_FILES) or ""
    return len(output.splitlines()) == len(_SAMPLE_FILES) and ": merge: unspecified" not in output


def _add_attributes(repository: Repository) -> None:
    """Name the driver in this clone alone; a programme's own .gitattributes may name it for all."""
    path = repository.common_dir / "info" / "attributes"
    with contextlib.suppress(OSError):  # `copkit check` goes on reporting that it is missing
        path.parent.mkdir(exist_ok=True)
        lines = "".join(_attribute_lines(repository)).encode("utf-8")
        with path.open("ab") as file:
            # The last line of what is there may have no end.
            file.write(b"\n" * (file.tell() > 0) + lines)


def _attribute_lines(repository: Repository) -> list[str]:
    below = f"{repository.prefix}**/" if repository.prefix else ""
    return [f'"{below}{pattern}" merge=copkit\n' for pattern in ATTRIBUTES]
