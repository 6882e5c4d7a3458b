"""``copkit site public`` and ``copkit site takedown``: what strangers may read, and take back."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from copkit.analysis.cases import SIGN_OFF_FIELD, sign_off_digest
from copkit.analysis.privacy.site import SiteReduction, needs_of_publication, page_name
from copkit.cli.cases.edit import find_case
from copkit.cli.cases.sign_off import (
    require_nothing_identifying,
    require_ready,
    require_signature,
)
from copkit.cli.context import Writing
from copkit.cli.params import (
    CaseName,
    IsRole,
    complete_case_name,
    is_interactive,
    today,
    usage_error,
)
from copkit.cli.prompts import ask
from copkit.cli.store import change_record
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError
from copkit.records.cases import Case, Consent
from copkit.records.schema.audience import ANYBODY, Audience
from copkit.text.edit import remove, set_value
from copkit.text.transaction import Change

if TYPE_CHECKING:
    from copkit.folder import Programme

CANNOT_BE_CALLED_BACK: Final = (
    "feed readers that have fetched it already",
    "search engines: ask each with its form for removed pages",
    "web archives, such as web.archive.org: they take a page out on request",
    "printouts, and copies that somebody saved or sent on",
    "the history of git, if this folder itself is public",
)
"""Where a page goes on after it was taken down, for whoever took it down to know."""


def public(
    context: Writing,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="COMMUNITY/CASE...",
            help="As 'copkit site candidates' prints them.",
            autocompletion=complete_case_name,
        ),
    ],
    by: Annotated[str | None, typer.Option(help="Who signs: a role, never a name.")] = None,
    consent: Annotated[
        str | None,
        typer.Option(help="What the person said, where the record lacks it: given, not-needed."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="You have answered every question, each as is safe.")
    ] = False,
    is_role: IsRole = False,
) -> None:
    """Publish cases: show each as a stranger would read it, ask who could be recognised, sign it.

    Writes that it is for the public, and the sign-off, in one step. Nothing is on the web before
    you build the site and upload it.

    \b
    Examples:
      copkit site public brighton/nobody-to-call
      copkit site public brighton/no-call --by facilitator --consent given --yes
    """
    if consent is not None and consent not in _AGREED:
        usage_error(f"--consent: '{clean(consent)}' is not {' or '.join(_AGREED)}")
    for name in names:
        _publish(context, name, by, consent, yes=yes, is_role=is_role)


_AGREED: Final = (Consent.GIVEN.value, Consent.NOT_NEEDED.value)


def _publish(
    context: Writing, name: str, by: str | None, consent: str | None, *, yes: bool, is_role: bool
) -> None:
    """Publish one case; the options are those of :func:`public`."""
    # The whole programme: references of the case to other records are checked as well.
    programme = context.load()
    case = find_case(programme, name)
    require_ready(programme, case)
    if not needs_of_publication(case, today()):
        say(f"{clean(case.name)} is public already, and signed off; nothing was written")
        return
    agreed = case.consent or _require_consent(case, consent)
    flagged = require_nothing_identifying(programme, case.source.text, case.pseudonyms)
    _print_as_stranger(programme, case)
    role = require_signature(programme, by, flagged, yes=yes, is_role=is_role)
    signed_text = case.source.text.text

    def edit(text: str | None, current: Case | None) -> str:
        # Read again under the lock: what is signed must be what was shown and searched.
        if text is None or text != signed_text:
            message = f"{case.source.file} was changed meanwhile; nothing was written"
            raise CopkitError(message, "read it again and sign then")
        text = set_value(text, ["audience"], ANYBODY.value)
        if case.consent is None:
            text = set_value(text, ["consent"], agreed.value)
        digest = sign_off_digest(parse_signed(case, text))
        signature = {"by": role, "date": today(), "digest": digest}
        return set_value(text, [SIGN_OFF_FIELD], signature)

    change_record(programme, case.source.file, edit, dry_run=context.dry_run)
    if not context.dry_run:
        say(f"{clean(case.name)} is for {ANYBODY}, and signed off; any edit voids that")
        say("  'copkit site build --for public' puts it into the site, for you to upload")


def parse_signed(case: Case, text: str) -> Case:
    """Parse another text of a case, to sign it."""
    from copkit.records.cases import parse_case
    from copkit.text.front_matter import read_document
    from copkit.text.source import SourceText

    source = SourceText(case.source.file, text)
    return parse_case(read_document(source, [], markdown=True), case.community, case.slug)


def _require_consent(case: Case, consent: str | None) -> Consent:
    """Return what the person said; raise :class:`CopkitError` where nobody knows."""
    if consent is not None:
        return Consent(consent)
    if not is_interactive():
        message = f"{case.source.file} does not say whether the person agreed; nothing was written"
        raise CopkitError(message, "add --consent given or --consent not-needed", status=2)
    say("The record does not say whether the person agreed that anybody may read it.")
    answer = ask("consent", (*_AGREED, "not-asked"))
    if answer not in _AGREED:
        raise CopkitError("nothing was written", "ask the person first")
    return Consent(answer)


def _print_as_stranger(programme: Programme, case: Case) -> None:
    """Print the page of a case as somebody would read it who found it on the web."""
    from copkit.documents.facts.write_up import build_write_up
    from copkit.documents.templates import render
    from copkit.documents.theme import load_theme

    view = SiteReduction(programme, ANYBODY, today()).draft(case)
    facts = build_write_up(view)
    text = render("write-up.txt", facts, load_theme(programme.settings, programme.root))
    print("As a stranger would read it:\n")
    for line in text.splitlines():
        print(clean(line))
    print()
    sys.stdout.flush()  # before the questions, which go to standard error


# Taking down


def takedown(
    context: Writing,
    name: CaseName,
    why: Annotated[
        str | None, typer.Option(help="Why, for the programme's own memory: kept in private/.")
    ] = None,
) -> None:
    """Take a case down: back to the members, out of every site and document that was built.

    Its sign-off is voided, what was built is built again, and you are told which files to delete
    on your host, and what nobody can call back. Why is noted in private/takedowns.yaml.

    \b
    Examples:
      copkit site takedown brighton/nobody-to-call --why 'The family asked'
      copkit site takedown brighton/nobody-to-call --why 'Recognised' --dry-run
    """
    programme = context.load()
    case = find_case(programme, name)
    reason = " ".join((why or "").split())
    if not reason and is_interactive():
        reason = ask("why is it taken down (kept in private/)")
    if not reason:
        usage_error("missing: --why", "--why 'The family asked'; it is kept in private/")
    if case.audience.policy.sees_unsigned_cases and case.sign_off is None:
        say(f"{clean(case.name)} is for members alone already; what was built is looked through")
    else:
        _take_back(context, programme, case, reason)
    if not context.dry_run:
        _rebuild(context, case)


def _take_back(context: Writing, programme: Programme, case: Case, reason: str) -> None:
    """Write that a case is for members alone and not signed off, and note why in private/."""

    def edit(text: str | None, current: Case | None) -> str:
        if text is None:
            raise CopkitError(f"{case.source.file} is gone; nothing was written")
        text = set_value(text, ["audience"], Audience.MEMBERS.value)
        return remove(text, [], SIGN_OFF_FIELD) if case.sign_off else text

    note = _note_takedown(programme, case, reason)
    change_record(programme, case.source.file, edit, dry_run=context.dry_run, private=[note])


def _note_takedown(programme: Programme, case: Case, reason: str) -> Change:
    """Return the change that adds a line to the list of what was taken down."""
    from copkit.layout import TAKEDOWNS
    from copkit.text.edit import append
    from copkit.text.files import path_inside, random_id, read_source

    path = path_inside(programme.root, *TAKEDOWNS.split("/"))
    old = read_source(path, TAKEDOWNS, []).text if path.is_file() else None
    entry = {
        "id": random_id((), "t"),
        "date": today(),
        "case": case.name,
        "was": case.audience.value,
        "why": reason,
    }
    return Change(TAKEDOWNS, old, append(old or "takedowns:\n", ["takedowns"], entry))


def _rebuild(context: Writing, case: Case) -> None:
    """Build again what was built, and print what is to be deleted on a host."""
    from copkit.cli.site.build import build_site, read_outputs, site_folder
    from copkit.cli.site.commands import say_changes

    programme = context.open_to_build()
    for reader in Audience:
        if site_folder(programme.root, reader).is_dir() and not reader.policy.sees_unsigned_cases:
            say(f"The site for {reader}:")
            say_changes(build_site(programme, reader), changes_are_listed=False)
    for output in read_outputs(programme.root):
        page = f"cases/{page_name(case.slug)}.html"
        if output.reader.policy.sees_unsigned_cases or not (output.folder / page).is_file():
            continue
        say(clean(f"{output.folder / page} is still there. Build that site again:"))
        command = ["copkit", "site", "build", "--for", output.reader, "--output"]
        command += [str(output.folder), *(("--base-url", output.base_url) * bool(output.base_url))]
        say(clean(f"  {shlex.join(command)}"))
    say("If another computer built a site with --output, build it again there.")
    say("Delete the page on your host now. This cannot be called back:")
    for place in CANNOT_BE_CALLED_BACK:
        say(f"  - {place}")
