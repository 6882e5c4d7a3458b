"""What a command is started with: the folder, whether it writes, and the form of its answer.

A command takes one :class:`CommandContext`, whose annotation, :data:`Reading` and its kin below,
says which of the shared options it has. :func:`with_options` makes them out of it.
"""

from __future__ import annotations

import inspect
import sys
import webbrowser
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from copkit.cli.params import (
    HERE,
    AsJson,
    DespiteDifference,
    Draft,
    DryRun,
    Folder,
    Folders,
    HiddenDespiteDifference,
    HiddenDraft,
    Open,
    open_programme,
)
from copkit.cli.terminal import clean, print_json, say, say_whole
from copkit.errors import CopkitError
from copkit.layout import find_programme

if TYPE_CHECKING:
    from copkit.folder import Programme
    from copkit.records.kinds import Noun


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The shared options of one command, and what each command does with them.

    A command loads, computes, renders and delivers: :meth:`open` or :meth:`load`, then the
    functions of its noun, then :meth:`deliver`, :meth:`report` or what it prints itself. An option
    that a command does not have keeps its default.
    """

    folder: Path = HERE
    as_json: bool = False
    dry_run: bool = False
    open_it: bool = False
    draft: bool = False
    despite_difference: bool = False
    folders: tuple[Path, ...] | list[Path] | None = None

    @property
    def each(self) -> tuple[CommandContext, ...]:
        """The context of each programme that was named: one, unless ``-C`` stands repeatedly.

        Raise :class:`CopkitError` where two folders are of one programme.
        """
        contexts = [replace(self, folder=folder, folders=None) for folder in self.folders or ()]
        roots = [context.root for context in contexts]
        if twice := next((root for root in roots if roots.count(root) > 1), None):
            raise CopkitError(f"-C names {clean(str(twice))} twice", "leave one out", status=2)
        return tuple(contexts) or (self,)

    @property
    def root(self) -> Path:
        """The folder of the programme; raise :class:`CopkitError` where there is none."""
        return find_programme(self.folder)

    def open(
        self, nouns: Collection[Noun] | None = None, community: str | None = None
    ) -> Programme:
        """Load the programme, of which nothing may be wrong; see :func:`open_programme`."""
        return open_programme(self.folder, nouns, community)

    def load(
        self, nouns: Collection[Noun] | None = None, community: str | None = None
    ) -> Programme:
        """Load the programme as far as it can be read: records of some nouns, ``None`` for all.

        With the name of a ``community``, the records of others are left unread.
        What is wrong is in its ``problems``. An edit checks the record that it changes by itself.
        """
        from copkit.folder import EVERYTHING, load

        return load(self.root, EVERYTHING if nouns is None else nouns, community)

    def open_to_build(self) -> Programme:
        """Load the programme for a build; see :func:`copkit.cli.documents.stale.open_to_build`."""
        from copkit.cli.documents.stale import open_to_build

        return open_to_build(self.folder, dry_run=self.dry_run)

    def deliver(self, data: bytes, output: Path | None, *, is_text: bool = True) -> None:
        """Print a document, or write it to ``output``, a file that is not there yet.

        Raise :class:`CopkitError` where there is a file of this name.
        """
        if output is None:
            if is_text:
                sys.stdout.write(data.decode("utf-8"))
            else:
                sys.stdout.buffer.write(data)
            return
        if not self.dry_run:
            try:
                with output.open("xb") as file:  # "x" fails on an existing file, without a race
                    file.write(data)
            except FileExistsError:
                message = f"{clean(str(output))} exists already; nothing was changed"
                raise CopkitError(message, "name another file, or delete this one first") from None
        say(f"{self.verb} {clean(str(output))}")

    @property
    def verb(self) -> str:
        """What is printed before the name of a file."""
        return "would write" if self.dry_run else "wrote"

    def report(self, paths: Sequence[Path], summary: str, notes: Sequence[str]) -> None:
        """Print what was built, where it lies and what was left out; open the first file if asked.

        ``notes`` are a sentence for each thing that was left out.
        """
        if self.as_json:
            print_json({"summary": summary, "files": paths, "left_out": notes})
        else:
            for note in notes:
                say(clean(note))
            say(clean(summary))
            for path in paths:
                say_whole(f"  {self.verb} {clean(str(path))}")
        # the first file: the page, unless somebody named other formats
        if self.open_it and paths and not self.dry_run and not webbrowser.open(paths[0].as_uri()):
            say(f"  no browser could be opened; open {clean(str(paths[0]))} yourself")


# The options of each kind of command, in the order of its help.
Reading = Annotated[CommandContext, {"folder": Folder, "as_json": AsJson}]
"""A command that prints an answer, as text or JSON."""

Comparing = Annotated[CommandContext, {"folders": Folders, "as_json": AsJson}]
"""A command that reads, of several programmes side by side where several are named."""

Writing = Annotated[CommandContext, {"folder": Folder, "dry_run": DryRun}]
"""A command that changes a record."""

Reporting = Annotated[CommandContext, {"folder": Folder, "as_json": AsJson, "dry_run": DryRun}]
"""A command that writes, and reports what it wrote as JSON as well."""

Building = Annotated[
    CommandContext, {"open_it": Open, "folder": Folder, "as_json": AsJson, "dry_run": DryRun}
]
"""A command that builds documents, and opens the first one if asked."""

OutgoingWriting = Annotated[
    CommandContext,
    {"despite_difference": DespiteDifference, "folder": Folder, "dry_run": DryRun},
]
"""A command that changes a record, of which readers outside get a document."""

OutgoingComparing = Annotated[
    CommandContext,
    {
        "draft": HiddenDraft,
        "despite_difference": HiddenDespiteDifference,
        "folders": Folders,
        "as_json": AsJson,
    },
]
"""As :data:`Comparing`, of what readers outside may get."""

OutgoingReading = Annotated[
    CommandContext,
    {
        "draft": Draft,
        "despite_difference": DespiteDifference,
        "folder": Folder,
        "as_json": AsJson,
    },
]
"""A command that prints an answer, or writes one that readers outside may get."""

OutgoingReporting = Annotated[
    CommandContext,
    {
        "draft": Draft,
        "despite_difference": DespiteDifference,
        "folder": Folder,
        "as_json": AsJson,
        "dry_run": DryRun,
    },
]
"""A command that writes several documents, some of which readers outside may get."""

OutgoingBuilding = Annotated[
    CommandContext,
    {
        "draft": Draft,
        "despite_difference": DespiteDifference,
        "open_it": Open,
        "folder": Folder,
        "as_json": AsJson,
        "dry_run": DryRun,
    },
]
"""A command that builds a document which readers outside may get; see ``documents.outgoing``."""


Exporting = Annotated[
    CommandContext,
    {
        "draft": Draft,
        "despite_difference": DespiteDifference,
        "folders": Folders,
        "as_json": AsJson,
        "dry_run": DryRun,
    },
]
"""A command that writes what was made of one programme, or of several, for readers outside too."""

Archiving = Annotated[
    CommandContext,
    {
        "draft": Draft,
        "despite_difference": DespiteDifference,
        "folder": Folder,
        "as_json": AsJson,
        "dry_run": DryRun,
    },
]
"""A command that packs something which readers outside may get."""


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command as typer takes it: each option of its context a parameter of its own.

    They come after the command's other parameters. A command without a context stays as it is.
    """
    hints = get_type_hints(command, include_extras=True)
    if "context" not in hints:
        return command
    annotation = hints.pop("context")
    kind, options = annotation.__origin__, annotation.__metadata__[0]

    @wraps(command)
    def run(**values: Any) -> None:
        shared = {name: values.pop(name) for name in options}
        if shared.get("folders"):  # what asks for one folder only gets the first
            shared["folder"] = shared["folders"][0]
        command(kind(**shared), **values)

    own = [
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(command).parameters.items()
        if name != "context"
    ]
    shared = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=getattr(kind(), name),
            annotation=option,
        )
        for name, option in options.items()
    ]
    run.__annotations__ = hints | options
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    return run
