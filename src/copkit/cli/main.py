"""The tree of commands, each loaded only when it is called, and what becomes of errors."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup

from copkit import __version__
from copkit.cli.terminal import clean, complain, say, show_problems
from copkit.errors import CopkitError, FaultyRecords, FaultyTemplate, closest


class Entry(NamedTuple):
    """A command's module, the heading it stands under in the help, and what it does."""

    module: str
    heading: str
    help: str


COMMANDS: Final[dict[str, Entry]] = {
    "demo": Entry(
        "demo:demo_app", "Start", "Lay out an example programme and build everything from it."
    ),
    "init": Entry("start:init_app", "Start", "Start a programme in a folder."),
    "new-community": Entry("records.new:community_app", "Records", "Add a community of practice."),
    "new-member": Entry(
        "records.new:community_app", "Records", "Add somebody to a roster, by role."
    ),
    "new-meeting": Entry("records.new:community_app", "Records", "Add a meeting, past or to come."),
    "new-case": Entry("records.new_text:text_app", "Records", "Add a case study to write up."),
    "new-evidence": Entry("records.new_text:text_app", "Records", "Add an evidence card."),
    "new-blockage": Entry("records.new_text:text_app", "Records", "Add a recurrent obstacle."),
    "new-newsletter": Entry(
        "records.new_text:text_app", "Records", "Add an issue of the newsletter."
    ),
    "new-brief": Entry("records.new_text:text_app", "Records", "Add a brief for a commissioner."),
    "list": Entry("records.show:records_app", "Records", "List the records of one kind."),
    "show": Entry("records.show:records_app", "Records", "Show one record."),
    "attendance": Entry(
        "attendance.commands", "Meetings", "The X/Y/F matrix, registers, who came."
    ),
    "agenda": Entry(
        "documents.agenda:agenda_app",
        "Meetings",
        "The next meeting: feedback due, the case, dates.",
    ),
    "calendar": Entry(
        "documents.calendar:calendar_app", "Meetings", "Invitations to a community's meetings."
    ),
    "case": Entry(
        "cases.case", "Cases", "What is due, whether it helped, the story, the sign-off."
    ),
    "evidence": Entry("evidence.commands", "Cases", "Find the evidence that fits a case."),
    "blockage": Entry(
        "blockages.commands", "Cases", "What keeps coming back, what was asked of whom."
    ),
    "seats": Entry("members.seats", "Members", "Which seats are sought, filled and empty."),
    "new-approach": Entry(
        "members.approaches", "Members", "Note whom you approached to fill a seat."
    ),
    "approaches": Entry(
        "members.approaches", "Members", "Whom you approached, and what came of it."
    ),
    "roster": Entry("members.roster", "Members", "Import a roster from a spreadsheet."),
    "health": Entry("members.health", "Members", "How each community is doing, and why."),
    "contacts": Entry("members.contacts", "Private", "Names and addresses; share them encrypted."),
    "member": Entry("members.forget", "Private", "Forget somebody, as they asked."),
    "build": Entry(
        "documents.commands:build_app", "Documents", "Build everything that people are sent."
    ),
    "newsletter": Entry(
        "documents.newsletter:newsletter_app",
        "Documents",
        "Build the newsletter, or send it by e-mail.",
    ),
    "brief": Entry("documents.brief:brief_app", "Documents", "Build the brief for a commissioner."),
    "preview": Entry(
        "documents.preview", "Documents", "Show every document in the browser as you edit."
    ),
    "templates": Entry(
        "documents.templates:templates_app", "Documents", "Change how documents look."
    ),
    "sync": Entry(
        "sharing:sync_app", "Together", "Keep your changes, bring in others', send yours."
    ),
    "log": Entry("history:history_app", "Together", "Who recorded what, and when."),
    "undo": Entry(
        "history:history_app", "Together", "Take back the last change, if it has not been sent."
    ),
    "merge-driver": Entry(
        "merge_driver:merge_driver_app", "Together", "Merge one record; git calls it."
    ),
    "check": Entry("check_parts:check_app", "Checks", "Report every fault and identifying detail."),
    "accept": Entry("check:accept_app", "Checks", "Say why something that was found may stand."),
    "hooks": Entry("hooks:hooks_app", "Checks", "Let git ask copkit before a commit and a push."),
    "schema": Entry("records.schema:schema_app", "Checks", "Print the JSON Schema of a record."),
}


WITHIN: Final = {
    "import": "attendance import' or 'roster import",
    "take": "attendance take",
    "record": "attendance record",
    "register": "attendance register",
    "action": "case action",
    "progress": "case progress",
    "follow-up": "case follow-up",
    "sign-off": "case sign-off",
    "close": "case close",
    "ask": "blockage ask",
    "reply": "blockage reply",
    "letter": "blockage letter",
    "find": "evidence find",
    "forget": "member forget",
    "send": "newsletter send",
    "members": "list members",
    "invite": "calendar",
    "invitations": "calendar",
}
"""What people type for a command that stands within another."""


class CommandTree(TyperGroup):
    """Commands by name; a module is imported only when one of its commands is used."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the commands in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load the command of a name, or give ``None``."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, app = entry.module.partition(":")
        holder = getattr(importlib.import_module(f"copkit.cli.{module}"), app or "app")
        group = typer.main.get_group(holder)
        command = group.commands.get(cmd_name, group)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands under their headings, from the table alone."""
        for heading in dict.fromkeys(entry.heading for entry in COMMANDS.values()):
            rows = [(name, row.help) for name, row in COMMANDS.items() if row.heading == heading]
            with formatter.section(heading):
                formatter.write_dl(rows, col_max=16)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Complete a command's name from the table alone."""
        from typer._click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in COMMANDS if name.startswith(incomplete)]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; 'new case' and 'cases' are understood as far as can be."""
        if args and (meant := WITHIN.get(args[0])):
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{meant}'?")
        if len(args) > 1 and args[0] == "new" and f"new-{args[1]}" in COMMANDS:
            ctx.fail(f"No such command 'new'. Did you mean 'new-{args[1]}'?")
        if args and args[0] not in COMMANDS and (near := closest(args[0], COMMANDS)):
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{near}'?")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=CommandTree,
    name="copkit",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Try 'copkit demo' first. 'copkit COMMAND --help' has examples.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"copkit {__version__}")
        raise typer.Exit


@app.callback()
def copkit(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Keep the records of communities of practice, and turn them into what people read."""


def run(args: Sequence[str]) -> int:
    """Run one command; give its status: 0 well, 1 faults found, 2 wrong use, 130 stopped."""
    _speak_utf8()
    try:
        status = _run(args)
        _flush()
    except BrokenPipeError:  # the reader, 'head' say, has had enough
        _drop_output()
        status = 0
    return status


def _run(args: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    try:
        words = [_as_typed(word) for word in args]
        status = command.main(args=words, prog_name="copkit", standalone_mode=False)
    except FaultyRecords as error:
        show_problems(error.problems, file=sys.stderr)
        complain(error)
        return error.status
    except FaultyTemplate as error:
        show_problems([error.problem], file=sys.stderr)
        complain(CopkitError("a template is broken, so nothing was made with it", error.hint))
        return error.status
    except CopkitError as error:
        complain(error)
        return error.status
    except typer.Abort:  # Ctrl-C or the end of input at a question
        say()
        complain(CopkitError("stopped; nothing was written"))
        return 130
    except BrokenPipeError:
        raise
    except OSError as error:
        complain(CopkitError(_describe(error)))
        return 1
    except Exception as error:
        if show := getattr(error, "show", None):  # wrong use, told by typer
            _tell_wrong_use(error, show)
            return 2
        if os.environ.get("COPKIT_DEBUG"):
            _show_trace(error)
            return 1
        complain(_own_fault(error))
        return 1
    if status == 130:
        complain(CopkitError("interrupted"))
    return status if isinstance(status, int) else 0


def _tell_wrong_use(error: Exception, show: Callable[..., None]) -> None:
    """Print what typer says of a line it cannot read, and what to write instead."""
    said = StringIO()
    show(file=said)
    say("\n".join(map(clean, said.getvalue().rstrip("\n").split("\n"))))
    if hint := _what_to_write(error):
        say(f"  {hint}")


def _what_to_write(error: Exception) -> str:
    """Give the hint for words that lack one, or that are one too many: quotes, or an example."""
    told = str(error)
    if "unexpected extra argument" in told:
        return 'words that belong together need quotes around them: "two words"'
    if type(error).__name__ != "MissingParameter":
        return ""
    command = getattr(getattr(error, "ctx", None), "command", None)
    _, _, examples = str(getattr(command, "help", "") or "").partition("Examples:")
    first = next((line.strip() for line in examples.splitlines() if line.strip()), "")
    return f"such as: {first}" if first else ""


def _as_typed(word: str) -> str:
    """Take back what a system without UTF-8 made of a word: what people type is UTF-8."""
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeError:
        message = "a word of the command is not UTF-8 text"
        raise CopkitError(message, "type it in a terminal that uses UTF-8", status=2) from None


def _show_trace(error: Exception) -> None:
    """Print where copkit's own mistake happened, with dots for names and numbers of people."""
    import traceback

    from copkit.pii.masking import hide

    print(hide("".join(traceback.format_exception(error))), file=sys.stderr)


def _own_fault(error: Exception) -> CopkitError:
    """Describe a mistake of copkit's own, without a word of what it was reading."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        file = os.path.basename(trace.tb_frame.f_code.co_filename)  # noqa: PTH119
        place = f" at {file}:{trace.tb_lineno}"
    return CopkitError(
        f"this is a mistake in copkit itself ({type(error).__name__}{place})",
        "please report it; with COPKIT_DEBUG=1 it shows where, and perhaps what it was reading",
    )


def _describe(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _speak_utf8() -> None:
    """Write UTF-8 and the line ends as they are, wherever output goes: Windows would do neither."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _drop_output() -> None:
    """Let Python's own flush at the end go nowhere, so that it does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
