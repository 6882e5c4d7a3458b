"""Start-up, help, completion, and how copkit behaves as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from copkit.cli.tree import COMMANDS, EVERY_DAY, load_command
from tests.conftest import EXAMPLE, STUCK, Copkit

SLOW = {"jinja2", "markdown_it", "nh3", "rich"}
COMPLETE = "_COPKIT_COMPLETE"
GROUPS = {name for name, entry in COMMANDS.items() if entry.commands is not None}
SUBCOMMANDS = [(group, name) for group, entry in COMMANDS.items() for name in entry.commands or ()]


def imported(*args: str, env: dict[str, str] | None = None) -> tuple[set[str], str]:
    """Give the modules that a run of copkit has imported, and what it printed."""
    script = (
        "import sys\n"
        "from copkit.cli.main import run\n"
        "status = run(sys.argv[1:])\n"
        "print('MODULES', *{name.partition('.')[0] for name in sys.modules})\n"
    )
    if env:
        script = (
            "import atexit, sys\n"
            "names = lambda: {name.partition('.')[0] for name in sys.modules}\n"
            "atexit.register(lambda: print('\\nMODULES', *names()))\n"
            "from copkit.cli import main\n"
            "main()\n"
        )
    done = subprocess.run(
        [sys.executable, "-c", script, *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **(env or {})},
        check=False,
        timeout=STUCK,
    )
    printed, _, modules = done.stdout.rpartition("MODULES ")
    assert modules, done.stderr
    return set(modules.split()), printed


def complete(line: str) -> tuple[set[str], list[str]]:
    """Complete a command line in bash's way."""
    words = line.split(" ")
    modules, printed = imported(
        env={COMPLETE: "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    )
    return modules, printed.split()


@pytest.mark.parametrize(
    "command",
    [
        ("--help",),
        ("list", "members", "-C", str(EXAMPLE)),
        ("show", "brighton", "-C", str(EXAMPLE)),
        ("attendance", "--json", "-C", str(EXAMPLE)),
        ("case", "follow-up", "--all", "-C", str(EXAMPLE)),
        ("case", "show", "halifax/no-address-no-doctor", "--json", "-C", str(EXAMPLE)),
        ("check", "--json", "-C", str(EXAMPLE)),
        ("blockage", "list", "-C", str(EXAMPLE)),
        ("blockage", "show", "weekend-cover", "-C", str(EXAMPLE)),
        ("evidence", "find", "people", "-C", str(EXAMPLE)),
        ("evidence", "list", "-C", str(EXAMPLE)),
        ("evidence", "for", "brighton/gate-money-gone-by-teatime", "-C", str(EXAMPLE)),
    ],
)
def test_plain_commands_import_nothing_slow(command: tuple[str, ...]) -> None:
    modules, printed = imported(*command)

    assert printed
    assert not modules & SLOW


def test_whoever_builds_a_newsletter_is_spared_what_sends_one() -> None:
    modules, _ = imported(
        "newsletter", "build", "2012-05", "-f", "txt", "--dry-run", "-C", str(EXAMPLE)
    )

    assert "jinja2" in modules
    assert not modules & {"smtplib", "keyring", "ssl"}


def test_help_and_completing_a_community_read_no_yaml() -> None:
    assert "yaml" not in imported("--help")[0]
    assert "yaml" not in complete(f"copkit attendance register -C {EXAMPLE} bri")[0]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("copkit new-", {"new-case", "new-member"}),
        (f"copkit attendance register -C {EXAMPLE} ", {"brighton", "tower-hamlets"}),
        (f"copkit attendance record -C {EXAMPLE} halifax 2012-0", {"2012-05-09"}),
        (
            f"copkit attendance record -C {EXAMPLE} halifax 2012-05-09 --present housing-s",
            {"housing-support-worker-1"},
        ),
        (f"copkit new-meeting -C {EXAMPLE} halifax today --case no-", {"no-address-no-doctor"}),
        (f"copkit newsletter build -C {EXAMPLE} 2012-0", {"2012-05", "2012-09"}),
        (f"copkit case sign-off -C {EXAMPLE} halifax/", {"halifax/no-address-no-doctor"}),
        (f"copkit case show -C {EXAMPLE} halifax/", {"halifax/no-address-no-doctor"}),
        (
            f"copkit case progress -C {EXAMPLE} halifax/no-address-no-doctor ",
            {"a1", "a2", "helped"},
        ),
        (
            f"copkit case progress -C {EXAMPLE} halifax/no-address-no-doctor a1 not",
            {"not-tried"},
        ),
        (f"copkit case action -C {EXAMPLE} halifax/no-address-no-doctor a", {"a1", "a2"}),
        (f"copkit show -C {EXAMPLE} brighton/2012-0", {"brighton/2012-04-18"}),
        (f"copkit rename -C {EXAMPLE} weekend", {"weekend-cover"}),
        (f"copkit remove -C {EXAMPLE} stoke-on-trent/quiet", {"stoke-on-trent/quiet-saturdays"}),
        (f"copkit meeting move -C {EXAMPLE} halifax 2012-0", {"2012-05-09"}),
        (f"copkit member leave -C {EXAMPLE} brighton/comm", {"brighton/community-matron-1"}),
        (f"copkit blockage merge -C {EXAMPLE} week", {"weekend-cover"}),
        (f"copkit evidence say -C {EXAMPLE} comp", {"complex-responses"}),
        (f"copkit evidence find -C {EXAMPLE} --theme dual", {"dual-diagnosis"}),
        ("copkit list mee", {"meetings"}),
        ("copkit attendance --as", {"--as-of"}),
        ("copkit case f", {"follow-up"}),
        (f"copkit newsletter build -C {EXAMPLE} --for c", {"commissioners"}),
    ],
)
def test_completion_knows_communities_members_cases_and_dates(line: str, offered: set[str]) -> None:
    modules, words = complete(line)

    assert offered <= set(words)
    assert not modules & SLOW


@pytest.mark.parametrize("folder", ["/nowhere/at/all", "."])
def test_completion_is_silent_outside_a_programme(folder: str, tmp_path: Path) -> None:
    _, words = complete(f"copkit attendance register -C {tmp_path / folder} ")

    assert words == []


def test_every_command_has_help_with_an_example(copkit: Copkit) -> None:
    commands = [(name,) for name in COMMANDS if name not in GROUPS - {"attendance"}]
    for command in (*commands, *SUBCOMMANDS):
        result = copkit(*command, "--help")

        assert result.status == 0
        assert "Examples:" in result.stdout, command
        assert f"copkit {' '.join(command)}" in result.stdout
        assert max(map(len, result.stdout.splitlines())) <= 100, command


def test_the_help_lists_every_command_and_those_of_every_day_in_their_own_words(
    copkit: Copkit,
) -> None:
    words = " ".join(copkit("--help").stdout.split())

    for name in EVERY_DAY:
        assert f"{name} {COMMANDS[name].help}" in words
    assert words.index("Every day:") < words.index("All commands:") < words.index("Options:")
    for name, entry in COMMANDS.items():
        shown = name.removeprefix("new") if name.startswith("new-") else name
        assert (shown in words) is not entry.hidden, name
        assert all(inner in words for inner in entry.commands or () if inner != entry.default)


@pytest.mark.parametrize("group", ["", *sorted(GROUPS)])
def test_the_help_of_all_and_of_each_group_fits_a_screen_of_45_lines(
    copkit: Copkit, group: str
) -> None:
    assert len(copkit(*group.split(), "--help").stdout.splitlines()) <= 44  # and a prompt


@pytest.mark.parametrize(("group", "name"), SUBCOMMANDS)
def test_a_group_lists_each_command_in_the_words_of_its_help(group: str, name: str) -> None:
    entry = (COMMANDS[group].commands or {})[name]
    command = load_command(name, entry)

    assert " ".join(str(command.help).split()).startswith(entry.help)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chek", "check"),
        ("new-cse", "new-case"),
        ("attendence", "attendance"),
        ("newsleter", "newsletter"),
    ],
)
def test_a_mistyped_command_is_met_with_the_one_that_was_meant(
    copkit: Copkit, typed: str, meant: str
) -> None:
    result = copkit(typed)

    assert result.status == 2
    assert f"Did you mean '{meant}'?" in result.stderr


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        (("newsletter", "build", "--for", "memebrs"), "did you mean 'members'?"),
        (("newsletter", "build", "--format", "htm"), "did you mean 'html'?"),
        (("new-case", "brighton", "X", "--status", "presnted"), "did you mean 'presented'?"),
        (("today", "--days", "x"), "write a whole number"),
    ],
)
def test_a_mistyped_choice_is_met_with_the_one_that_was_meant(
    copkit: Copkit, example: Path, command: tuple[str, ...], hint: str
) -> None:
    result = copkit(*command, "-C", example)

    assert result.status == 2
    assert hint in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("check",), ("list", "cases"), ("show", "x"), ("attendance",), ("newsletter", "build"),
        ("brief", "build"), ("new-case", "brighton", "X"),
    ],
)  # fmt: skip
def test_outside_a_programme_every_command_says_how_to_start_one(
    copkit: Copkit, tmp_path: Path, command: tuple[str, ...]
) -> None:
    result = copkit(*command, "-C", tmp_path)

    assert result.status == 2
    assert "no copkit.yaml in" in result.stderr
    assert "copkit init" in result.stderr


def test_the_folder_is_found_upward_and_from_the_environment(
    copkit: Copkit, process: Copkit, tmp_path: Path
) -> None:
    below = EXAMPLE / "communities" / "brighton"
    named = copkit("list", "briefs", "-C", EXAMPLE).stdout

    assert copkit("list", "briefs", "-C", below).stdout == named
    assert process("list", "briefs", env={"COPKIT_FOLDER": str(EXAMPLE)}).stdout == named
    assert process("list", "briefs", cwd=below).stdout == named


@pytest.mark.parametrize(
    "command",
    [
        ("init", "../new"), ("new-community",), ("new-member",), ("new-meeting",), ("new-case",),
        ("new-evidence",), ("new-blockage",), ("new-newsletter",), ("new-brief",),
        ("attendance",), ("attendance", "record", "brighton", "today"), ("check",),
        ("newsletter", "build", "--dry-run"), ("brief", "build", "--dry-run"), ("list", "cases"),
        ("schema", "case"), ("demo", "d"), ("case", "sign-off", "no-address-no-doctor"), (),
    ],
)  # fmt: skip
def test_with_standard_input_closed_every_command_ends(
    command: tuple[str, ...], example: Path
) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os; os.close(0); from copkit.cli import main; main()",
            *command,
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=example,
        timeout=STUCK,  # or it would wait for ever
        check=False,
    )

    assert done.returncode in {0, 2}, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGPIPE on Windows")
@pytest.mark.parametrize(
    "command", ["list members", "attendance", "attendance --json", "check --json"]
)
def test_a_reader_that_has_had_enough_is_no_error(command: str) -> None:
    line = f"'{sys.executable}' -m copkit {command} -C '{EXAMPLE}' | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, timeout=STUCK, check=False
    )

    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another event on Windows")
def test_ctrl_c_ends_with_130_and_one_line(example: Path) -> None:
    hold = (
        "import copkit.folder as folder, os, signal, sys\n"
        "def load(*args):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "folder.load = load\n"
        "from copkit.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", hold, "check", "-C", str(example)],
        capture_output=True,
        text=True,
        timeout=STUCK,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )

    assert done.returncode == 130
    assert done.stderr == "copkit: interrupted\n"


def test_a_full_disk_is_one_line_of_error(copkit: Copkit, example: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "copkit", "list", "members", "-C", str(example)],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=STUCK, check=False,
        )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith("copkit: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_mistake_of_copkits_own_is_one_message_without_what_was_read(
    copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> None:
        raise RuntimeError("XSECRETX")

    monkeypatch.setattr("copkit.cli.check.load", load)
    monkeypatch.delenv("COPKIT_DEBUG")

    result = copkit("check", "-C", EXAMPLE)

    assert result.status == 1
    assert result.stderr.startswith("copkit: this is a mistake in copkit itself (RuntimeError at")
    assert "XSECRETX" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no C locale")
def test_names_are_utf8_even_where_the_system_says_nothing_of_it(example: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "copkit", "new-case", "brighton", "Señora’s key", "-C", example],
        env={**os.environ, **plain},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    text = (example / "communities/brighton/cases/senoras-key.md").read_text("utf-8")
    assert "title: Señora’s key\n" in text


def test_without_libyaml_it_says_what_to_install() -> None:
    script = "import sys\nsys.modules['yaml._yaml'] = None\nfrom copkit.cli import main\nmain()\n"
    done = subprocess.run(
        [sys.executable, "-c", script, "check", "-C", str(EXAMPLE)],
        capture_output=True,
        text=True,
        timeout=STUCK,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("copkit: PyYAML is installed without libyaml")
    assert "pip install" in done.stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["import", "members.xlsx"], "'attendance import' or 'roster import'"),
        (["new-meeting", "brighton", "1", "April"], 'need quotes around them: "two words"'),
        (["roster", "import", "list.csv"], "such as: copkit roster import brighton members.xlsx"),
    ],
)
def test_words_that_no_command_takes_are_told_what_to_write(
    copkit: Copkit, words: list[str], hint: str
) -> None:
    told = copkit(*words, "-C", EXAMPLE)

    assert told.status == 2
    assert hint in " ".join(told.stderr.split())


@pytest.mark.parametrize("group", ["case", "blockage", "evidence", "approaches"])
def test_the_help_of_a_group_has_examples(copkit: Copkit, group: str) -> None:
    assert f"Examples:\n    copkit {group} " in copkit(group, "--help").stdout


def test_a_folder_that_is_named_before_the_command_is_met_with_where_it_goes(
    copkit: Copkit,
) -> None:
    result = copkit("-C", "elsewhere", "today")

    assert result.status == 2
    assert "it comes after the command: copkit today -C FOLDER" in result.stderr
