"""``copkit newsletter send``: who gets an issue, and handing it to the mail server."""

from __future__ import annotations

from typing import Annotated

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    Folder,
    complete_audience,
    complete_slug,
    complete_whole_member,
    wrong_use,
)

Slug = Annotated[
    str | None,
    typer.Argument(
        help="The issue.", show_default="the last", autocompletion=complete_slug("newsletters")
    ),
]
Edition = Annotated[
    str,
    typer.Option(
        "--for",
        help="Which edition members get: members, commissioners or public.",
        autocompletion=complete_audience,
    ),
]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="ID",
        help="Only to this member, community/member-id; may be repeated.",
        autocompletion=complete_whole_member,
    ),
]
Again = Annotated[
    bool, typer.Option("--again", help="To those of --to even if they got it already.")
]
Test = Annotated[
    str | None,
    typer.Option(
        "--test", metavar="ADDRESS", help="One copy to an address of your own; noted nowhere."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
NewServer = Annotated[
    bool, typer.Option("--new-server", help="Accept a mail server that copkit.yaml has changed to.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="List who would get it and who not; send nothing.")
]


def send(
    slug: Slug = None,
    audience: Edition = "members",
    to: To = None,
    again: Again = False,
    test: Test = None,
    yes: Yes = False,
    new_server: NewServer = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Send an issue by e-mail to the members who agreed to it, a message of their own each.

    The server stands in copkit.yaml under 'mail'; its password is taken from
    COPKIT_SMTP_PASSWORD or the system's keyring. A run that was cut short goes on where it was
    when it is started again, and nobody gets an issue twice.

    \b
    Examples:
      copkit newsletter send 2012-05 --dry-run
      copkit newsletter send 2012-05 --test me@example.org
      copkit newsletter send 2012-05
    """
    from copkit.cli.documents.errand import errand_for
    from copkit.cli.documents.send import send_errand, send_test, show_errand

    if test is not None and (to or again):
        wrong_use("--test sends to its own address alone", "leave out --to and --again")
    errand = errand_for(folder, slug, audience)
    if test is not None:
        send_test(errand, test, yes=yes, new_server=new_server, dry_run=dry_run)
        return
    errand = errand.addressed(to or (), again=again)
    if dry_run:
        show_errand(errand, as_json=as_json)
    else:
        send_errand(errand, yes=yes, new_server=new_server, as_json=as_json)
