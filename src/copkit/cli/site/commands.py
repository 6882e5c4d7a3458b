"""``copkit site build`` and ``copkit site candidates``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.analysis.privacy.site import (
    find_candidates,
    review_span,
    sign_offs_to_review,
)
from copkit.cli.context import OutgoingBuilding, Reading
from copkit.cli.params import complete_audience, today, usage_error
from copkit.cli.terminal import clean, print_json, print_table, say
from copkit.errors import CopkitError
from copkit.records.schema.audience import Audience, audience_choices
from copkit.text.addresses import is_page_address
from copkit.wording import list_in_words, plural

if TYPE_CHECKING:
    from copkit.cli.site.build import BuiltSite

Readers = Annotated[
    Audience | None,
    typer.Option(
        "--for",
        help=f"Who will read it: {audience_choices()}.",
        show_default=False,
        autocompletion=complete_audience,
    ),
]


def build(
    context: OutgoingBuilding,
    reader: Readers = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Build it in this folder.", show_default="build/site/READERS"
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(help="Where it will be found, for its feed and sitemap."),
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option(help="Write what to upload and what to delete to this new file."),
    ] = None,
) -> None:
    """Build the repository of cases: plain pages to open from a folder, or to put on any web host.

    Outside members only cases that were signed off are in it, and nothing tells who presented
    one, or where. Cases that are left out are named with the reason. Each later build counts the
    files to upload again, and names those to delete on your host.

    \b
    Examples:
      copkit site build --for public --open
      copkit site build --for members --output /shared/drive/cases
      copkit site build --for public --changes changes.txt
    """
    if reader is None:
        usage_error("missing: --for", f"--for {' or --for '.join(Audience)}")
    if base_url is not None and not is_page_address(base_url):
        usage_error(
            f"--base-url: '{base_url}' is not an https address", "https://example.org/cases"
        )
    if changes is not None:
        _require_new_file(changes)
    from copkit.analysis.privacy.outgoing import Selection
    from copkit.cli.documents.outgoing import going_out
    from copkit.cli.site.build import build_site
    from copkit.records.outgoing import OutgoingDocument

    programme = context.open_to_build()
    with going_out(context, programme, Selection(OutgoingDocument.SITE, reader, today())):
        site = build_site(programme, reader, output, base_url, dry_run=context.dry_run)
    if changes is not None:
        lines = [*(f"upload {name}" for name in site.upload)]
        lines += [f"delete {name}" for name in site.delete]
        context.deliver("".join(f"{line}\n" for line in lines).encode(), changes)
    if context.as_json:
        print_json(_as_json(reader, site))
        return
    for entry in site.left_out:
        say(clean(f"{entry.case} is left out: {entry.why}{_command_for(entry.why, entry.case)}"))
    if old := sign_offs_to_review(programme, reader, today()):
        names = list_in_words([case.name for case in old])
        span = review_span(programme)
        say(clean(f"{plural(len(old), 'sign-off')} older than {span}; read again: {names}"))
    cases = plural(len(site.view.cases), "case")
    summary = f"{site.view.title}, for {reader}: {cases} on {plural(site.pages, 'page')}"
    context.report([site.folder / "index.html"], summary, ())
    say_changes(site, changes_are_listed=changes is not None)


def _require_new_file(path: Path) -> None:
    """Raise :class:`CopkitError` where no new file can be written."""
    # Before the build: what it changes is counted once, and the next build has nothing to name.
    if path.exists():
        message = f"{clean(str(path))} exists already; nothing was written"
        raise CopkitError(message, "name another file, or delete this one first")
    folder = clean(str(path.parent))
    if not path.parent.is_dir():
        raise CopkitError(f"there is no folder {folder}; nothing was written", "make it first")
    if not os.access(path.parent, os.W_OK):
        message = f"{folder} cannot be written to; nothing was written"
        raise CopkitError(message, "name a file in another folder")


def _as_json(reader: Audience, site: BuiltSite) -> dict[str, Any]:
    """Return what was built, in the form that the documentation names."""
    return {
        "readers": reader,
        "pages": site.pages,
        "cases": len(site.view.cases),
        "left_out": site.left_out,
        "search": {
            "words": site.words,
            "shards": len(site.shards),
            "largest": max(site.shards.values(), default=0),
        },
        "upload": site.upload,
        "delete": site.delete,
    }


def _command_for(why: str, case: str) -> str:
    """Return the command that would let a case in, where one would."""
    return f"; 'copkit case sign-off {case}'" if "sign" in why else ""


_MOST_NAMED: Final = 12  # files to delete that are printed where a list has all


def say_changes(site: BuiltSite, *, changes_are_listed: bool) -> None:
    """Print how many files a host needs anew, and which are to be deleted there."""
    if site.is_first:
        say(f"  the first build: upload all {plural(len(site.upload), 'file')}")
        return
    say(f"  since the last build: upload {len(site.upload)}, delete {len(site.delete)}")
    # Without a list this is the only time they are named: the next build compares with this one.
    named = site.delete[:_MOST_NAMED] if changes_are_listed else site.delete
    for name in named:
        say(f"    delete {clean(name)}")
    if len(named) < len(site.delete):
        say(f"    and {len(site.delete) - len(named)} more in the list of changes")


def candidates(context: Reading) -> None:
    """List the cases that could be shown to the public, and what each still needs.

    These are written up or closed, and nobody said no. Those that need least come first.

    \b
    Examples:
      copkit site candidates
      copkit site candidates --json | jq -r '.[].case'
    """
    programme = context.open()
    found = find_candidates(programme, today())
    if context.as_json:
        print_json(
            [{"case": case.name, "title": case.title, "needs": needs} for case, needs in found]
        )
        return
    if not found:
        say("no case is written up, agreed to and not public yet")
        return
    print_table(("case", "needs"), [(case.name, "; ".join(needs)) for case, needs in found])
    say(f"'copkit site public {found[0][0].name}' asks what is needed, and publishes it")
