"""The tree of commands, each loaded only when it is called, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from io import StringIO

import typer

from copkit import __version__
from copkit.cli.terminal import clean, complain, say, show_problems
from copkit.cli.tree import CommandTree
from copkit.errors import CopkitError, FaultyRecords, FaultyTemplate

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

    from copkit.pii.scan import hide

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
