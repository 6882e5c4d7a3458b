"""``copkit case``: what was promised of a case, whether it helped, its story, its sign-off."""

from __future__ import annotations

from copkit.cli.cases.case_action import action
from copkit.cli.cases.case_close import close
from copkit.cli.cases.case_follow_up import follow_up
from copkit.cli.cases.commands import progress
from copkit.cli.cases.report import show
from copkit.cli.cases.sign_off import sign_off
from copkit.cli.params import command_group

app = command_group(no_args_is_help=True)


@app.callback()
def case() -> None:
    """Follow cases up: what was promised, whether it helped, and who may be told.

    \b
    Examples:
      copkit case follow-up brighton
      copkit case progress brighton/nobody-to-call a1 helped
      copkit case show brighton/nobody-to-call
      copkit case sign-off brighton/nobody-to-call
    """


for name, command in (
    ("follow-up", follow_up),
    ("progress", progress),
    ("action", action),
    ("show", show),
    ("close", close),
    ("sign-off", sign_off),
):
    app.command(name)(command)
