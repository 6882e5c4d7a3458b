"""Seeing to it that git never takes in what is private.  Runs git."""

from __future__ import annotations

import shlex
from pathlib import Path

from copkit.errors import CopkitError
from copkit.git.repository import GitFailed, Repository, require_repository
from copkit.layout import ALIASES, COLUMNS, CONTACTS, PRIVATE, SENT


def require_kept_out(root: Path) -> None:
    """Raise :class:`CopkitError` where git would take in what is about to be written to private/.

    Outside a repository there is nothing to fear; one that git cannot make out is not trusted.
    """
    try:
        repository = require_repository(root)
    except GitFailed:
        raise
    except CopkitError:  # in no repository, ignored in it, or there is no git here
        return
    tracked = repository.git("ls-files", "-z", "--", f"{PRIVATE}/").split("\0")[0]
    if tracked:
        message = f"{tracked} is in git, where it never belongs; nothing was changed"
        hint = f"git rm --cached {shlex.quote(tracked)} takes it out, and leaves the file"
        raise CopkitError(message, hint)
    if not _is_ignored(repository):
        message = f"git would take in what stands in {PRIVATE}/ here; nothing was changed"
        raise CopkitError(message, f"add this line to .gitignore: {PRIVATE}/")


def _is_ignored(repository: Repository) -> bool:
    """Ask of each file: an exception in .gitignore may be for one alone."""
    names = (CONTACTS, ALIASES, COLUMNS, f"{SENT}/any.jsonl", f"{PRIVATE}/any-other-file")
    said = repository.run("check-ignore", "--", *names)
    return len(said.stdout.splitlines()) == len(names)
