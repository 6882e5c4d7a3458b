"""``copkit cache clear``: what copkit keeps outside the folder, so as not to work it out twice."""

from __future__ import annotations

from pathlib import Path

from copkit.cli.params import AsJson, DryRun
from copkit.cli.terminal import clean, print_json, say, say_whole
from copkit.errors import CopkitError
from copkit.layout import CACHE_PREFIXES, cache_folder
from copkit.wording import plural


def cache_group() -> None:
    """What copkit keeps outside the folder, so that no file is parsed or looked through twice."""


def clear(as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """Delete the cache, for all programmes; the next command makes it anew.

    It holds the fields of records, digests of files in which nothing was found, and compiled
    templates: nothing of private/, and nothing that the records do not say. With COPKIT_CACHE=off
    a command neither reads nor writes it.

    \b
    Examples:
      copkit cache clear
    """
    folder = cache_folder()
    paths = _cache_files(folder)
    size = 0
    for path in paths:
        try:
            size += path.lstat().st_size
            if not dry_run:
                path.unlink()
        except FileNotFoundError:  # another command is at work
            continue
        except OSError as error:
            message = f"{clean(str(path))} cannot be deleted: {error.strerror}"
            raise CopkitError(message) from None
    if as_json:
        print_json({"folder": folder, "files": len(paths), "bytes": size})
        return
    if not paths:
        say("there is nothing in the cache")
        return
    verb = "would delete" if dry_run else "deleted"
    say(f"{verb} {plural(len(paths), 'file')}, {size / 1_000_000:.1f} MB, of the cache in")
    say_whole(f"  {clean(str(folder))}")


def _cache_files(folder: Path) -> list[Path]:
    """Return the files that copkit has made in its folder, those half written too."""
    prefixes = tuple(f"{prefix}-" for prefix in CACHE_PREFIXES)
    paths = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in paths if path.name.lstrip(".").startswith(prefixes))
