"""The command line's entry point: run one command, and print whatever error stops it."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Final

import typer

from copkit import __version__
from copkit.cli.terminal import clean, print_problems, say, say_error
from copkit.cli.tree import CommandTree
from copkit.errors import CopkitError, InvalidRecords, InvalidTemplate, did_you_mean

app = typer.Typer(
    cls=CommandTree,
    name="copkit",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(requested: bool) -> None:
    if requested:
        print(f"copkit {__version__}")
        raise typer.Exit


@app.callback()
def copkit(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Keep records of communities of practice, and turn them into documents.
    Try 'copkit demo' first; 'copkit COMMAND --help' has examples.
    """


def run(args: Sequence[str]) -> int:
    """Run one command and return its status: 0 well, 1 faults found, 2 wrong use, 130 stopped."""
    _set_utf8_output()
    # Records and facts live until the end of a command: looking for garbage among them every 700
    # objects took a twentieth of a build.
    gc.set_threshold(100_000, 20, 20)
    try:
        status = _run(args)
        _flush()
    except BrokenPipeError:  # the reader, 'head' say, has had enough
        _discard_output()
        status = 0
    return status


def _run(args: Sequence[str]) -> int:
    """Run one command, print the error that stopped it if there is one, and return the status."""
    command = typer.main.get_command(app)
    try:
        words = [_decode_argument(word) for word in args]
        status = command.main(args=words, prog_name="copkit", standalone_mode=False)
    except InvalidRecords as error:
        print_problems(error.problems, file=sys.stderr)
        say_error(error)
        return error.status
    except InvalidTemplate as error:
        print_problems([error.problem], file=sys.stderr)
        say_error(CopkitError("a template is broken, so nothing was made with it", error.hint))
        return error.status
    except CopkitError as error:
        say_error(error)
        return error.status
    except typer.Abort:  # Ctrl-C or the end of input at a question
        say()
        say_error(CopkitError("stopped; nothing was written"))
        return 130
    except BrokenPipeError:  # an OSError as well, but run() deals with it
        raise
    except OSError as error:
        say_error(CopkitError(_describe_os_error(error)))
        return 1
    except Exception as error:
        # Typer's errors have a method that prints them. Their class is private to typer, which
        # brings its own copy of click, so that the method is what they are known by.
        if show := getattr(error, "show", None):
            _print_usage_error(error, show)
            return 2
        if os.environ.get("COPKIT_DEBUG"):
            _print_traceback(error)
            return 1
        say_error(_internal_error(error))
        return 1
    if status == 130:  # typer returns this for a Ctrl-C outside of questions
        say_error(CopkitError("interrupted"))
    return status if isinstance(status, int) else 0


def _print_usage_error(error: Exception, show: Callable[..., None]) -> None:
    """Print what typer says of a line that it cannot parse, and a hint on what to write.

    ``show`` is the method of typer's error that prints it to a file.
    """
    output = StringIO()
    show(file=output)
    say("\n".join(map(clean, output.getvalue().rstrip("\n").split("\n"))))
    if hint := _usage_hint(error):
        say(f"  {hint}")


_CHOICE: Final = re.compile(r"'([^']*)' is not one of (.+)\.")


def _usage_hint(error: Exception) -> str:
    """Return a hint for a missing word, or one too many: an example, or quotes; else ``""``."""
    message = str(error)
    if "unexpected extra argument" in message:
        return 'words that belong together need quotes around them: "two words"'
    if message.startswith("No such option: -C"):
        return "it comes after the command: copkit today -C FOLDER"
    if choice := _CHOICE.search(message):
        return did_you_mean(choice[1], re.findall("'([^']+)'", choice[2]))
    if message.endswith("is not a valid int range."):
        return "write a whole number"
    # By name, as the class cannot be imported from a public module of typer.
    if type(error).__name__ != "MissingParameter":
        return ""
    command = getattr(getattr(error, "ctx", None), "command", None)
    # The first example of the command's help shows every required word.
    _, _, examples = str(getattr(command, "help", "") or "").partition("Examples:")
    example = next((line.strip() for line in examples.splitlines() if line.strip()), "")
    return f"such as: {example}" if example else ""


def _decode_argument(word: str) -> str:
    """Decode an argument as UTF-8, which is what people type, whatever the locale says.

    Raise :class:`CopkitError` for bytes that are no UTF-8.
    """
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeError:
        message = "a word of the command is not UTF-8 text"
        raise CopkitError(message, "type it in a terminal that uses UTF-8", status=2) from None


def _print_traceback(error: Exception) -> None:
    """Print the traceback of a mistake in copkit, with people's names and numbers masked."""
    import traceback

    from copkit.pii.scan import mask_details

    print(mask_details("".join(traceback.format_exception(error))), file=sys.stderr)


def _internal_error(error: Exception) -> CopkitError:
    """Build the error for a mistake in copkit, without a word of what it was reading."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        file = os.path.basename(trace.tb_frame.f_code.co_filename)  # noqa: PTH119
        # The innermost frame only: a path or a value of a record could name somebody.
        place = f" at {file}:{trace.tb_lineno}"
    return CopkitError(
        f"this is a mistake in copkit itself ({type(error).__name__}{place})",
        "please report it; with COPKIT_DEBUG=1 it shows where, and perhaps what it was reading",
    )


def _describe_os_error(error: OSError) -> str:
    """Format an error of the system: ``roster.yaml: Permission denied``."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _set_utf8_output() -> None:
    """Write UTF-8 and plain line ends to both streams: Windows would do neither."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")


def _flush() -> None:
    """Flush both streams now, so that a closed pipe is noticed here and not at exit."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _discard_output() -> None:
    """Point both streams at nothing, so that Python's own flush at exit cannot fail."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            os.dup2(devnull, stream.fileno())
