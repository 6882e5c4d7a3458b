"""Settings of a clone that make git run programs: those that came with a folder are not obeyed.

A clone does not inherit settings, but a folder that somebody hands on whole does. Reading commands
run none of them; ``sync`` needs git's own way to others, and so asks first whose settings they are.
Runs git.
"""

from __future__ import annotations

import shlex
from typing import Final

from copkit.errors import CopkitError
from copkit.git.repository import Repository

TRUSTED: Final = "copkit.trusted"
"""The setting of a person, never of a folder, that names the folders whose settings are theirs."""
_RUN: Final = (
    r"^(filter\..*\.(clean|smudge|process)|remote\..*\.(receivepack|uploadpack|vcs)"
    r"|core\.(sshcommand|gitproxy|askpass)|credential\.(.*\.)?helper|merge\..*\.driver"
    r"|diff\..*\.(command|textconv)|submodule\..*\.update)$"
)
_OWN: Final = "merge.copkit.driver"  # which every command that writes puts right


def require_own_settings(repository: Repository) -> None:
    """Raise :class:`CopkitError` where a clone's own settings would run programs unasked."""
    told = repository.says("config", "--show-scope", "--name-only", "--get-regexp", _RUN) or ""
    scopes = (line.partition("\t") for line in told.splitlines())
    found = sorted({key for scope, _, key in scopes if scope in {"local", "worktree"}} - {_OWN})
    if not found:
        return
    trusted = repository.says("config", "--global", "--get-all", TRUSTED) or ""
    if str(repository.root.resolve()) in trusted.splitlines():
        return
    where = shlex.quote(str(repository.root.resolve()))
    raise CopkitError(
        f"git's settings in this folder run programs of their own: {', '.join(found)}",
        f"if you did not set them, ask whoever gave you the folder, and 'git clone' it anew; if "
        f"you did: git config --global --add {TRUSTED} {where}",
    )
