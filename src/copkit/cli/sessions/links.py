"""``copkit links`` and ``new-link``: what is worth a look elsewhere, and whether it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from copkit.analysis.cases import SIGN_OFF_FIELD
from copkit.analysis.networks.links import filter_links, find_stale
from copkit.cli.cases.sign_off import require_nothing_identifying, require_signature
from copkit.cli.context import CommandContext, Reading, Writing
from copkit.cli.params import (
    AsJson,
    Folder,
    IsRole,
    complete_slug,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.prompts import Values, ask_missing
from copkit.cli.quotes.commands import Answered, SignedBy, is_signed, write_sign_off
from copkit.cli.records.new import ReadBy, Themes
from copkit.cli.store import change_record, choose_slug, write_new_record
from copkit.cli.terminal import clean, print_json, print_line, print_table, say, with_progress
from copkit.errors import CopkitError
from copkit.folder import Programme, not_found
from copkit.records.kinds import Noun
from copkit.records.links import SPOKEN, TRANSCRIPT, Link, LinkKind
from copkit.records.schema.audience import Audience
from copkit.text.addresses import without_trackers
from copkit.text.edit import set_value
from copkit.text.markdown import to_text
from copkit.wording import plural

LinkSlug = Annotated[
    str,
    typer.Argument(
        metavar="LINK", help="As 'copkit links' prints it.", autocompletion=complete_slug("links")
    ),
]
OfKind = Annotated[LinkKind | None, typer.Option("--kind", help="Only those of a kind.")]


def new_link(
    context: Writing,
    title: Annotated[str | None, typer.Argument(help="What it is called.")] = None,
    url: Annotated[str | None, typer.Argument(help="Its web address.")] = None,
    kind: Annotated[LinkKind | None, typer.Option(help="What it is.")] = None,
    by: Annotated[
        str | None, typer.Option(help="The organisation or the published author.")
    ] = None,
    published: Annotated[str | None, typer.Option(help="The year or day.")] = None,
    minutes: Annotated[int | None, typer.Option(help="How long it lasts.", min=1)] = None,
    series: Annotated[str | None, typer.Option(help="The podcast it is a part of.")] = None,
    number: Annotated[int | None, typer.Option(help="Which part of it.", min=1)] = None,
    transcript: Annotated[str | None, typer.Option(help="Web address of its transcript.")] = None,
    theme: Themes = None,
    evidence: Annotated[
        str | None,
        typer.Option(help="The card it became.", autocompletion=complete_slug("evidence")),
    ] = None,
    language: Annotated[str | None, typer.Option(help="Its language, as in 'cy'.")] = None,
    why: Annotated[str, typer.Option(help="Two lines why it is worth a look.")] = "",
    audience: ReadBy = None,
    slug: Annotated[str | None, typer.Option(help="The name of its file.")] = None,
) -> None:
    """Add a page, an episode, a recording or a tool that is worth a look.

    What only counts its readers (utm_source and the like) is cut off the address. An episode, a
    recording or a video needs a transcript before anybody outside is pointed to it.

    \b
    Examples:
      copkit new-link "A checklist for falls" https://example.org/falls --kind tool
      copkit new-link "On the doorstep" https://example.org/3 --kind episode --number 3
    """
    programme = context.load(())
    values: Values = {
        "title": title,
        "url": url,
        "kind": kind,
        "by": by,
        "published": published,
        "minutes": minutes,
        "series": series,
        "number": number,
        "transcript": transcript and _without_trackers(transcript),
        "themes": theme or (),
        "evidence": evidence,
        "language": language,
        "added": today(),
        "checked": today(),
        "audience": audience or Audience.MEMBERS,
    }
    ask_missing(Link, values, arguments=("title", "url"))
    values["url"] = _without_trackers(str(values["url"]))
    values["kind"] = LinkKind(values["kind"])
    body = why.strip() or "<!-- Two lines why it is worth a look. -->"
    if values["kind"] in SPOKEN and not transcript:
        body += f"\n\n## {TRANSCRIPT}"
    file = f"links/{choose_slug(str(values['title']), slug)}.md"
    write_new_record(programme, file, Link, values, body, dry_run=context.dry_run)


def _without_trackers(address: str) -> str:
    """Return an address without what counts its readers, and print what was cut."""
    clean_address = without_trackers(address)
    if clean_address != address:
        say(f"  cut off what only counts readers: {clean(clean_address)}")
    return clean_address


def list_links(
    context: Reading,
    kind: OfKind = None,
    theme: Annotated[str | None, typer.Option(help="Only those about this.")] = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Only those not looked at for a year.")
    ] = False,
) -> None:
    """List what is worth a look elsewhere: by kind, newest first.

    \b
    Examples:
      copkit links
      copkit links --kind episode
      copkit links --theme falls --json
    """
    programme = context.open({Noun.LINKS, Noun.EVIDENCE})
    links = filter_links(programme.links, kind, theme)
    if stale:
        links = find_stale(links, today())
    if context.as_json:
        print_json({"links": [_as_json(link) for link in links]})
        return
    if not links:
        say("no link is on record" if not programme.links else "no such link is on record")
        return
    for link in links:
        about = [str(link.kind), link.by or "", link.published or ""]
        if link.minutes:
            about.append(plural(link.minutes, "minute"))
        if link.kind in SPOKEN and not link.has_transcript:
            about.append("no transcript")
        print_line(clean(f"{link.slug}: {link.title}"), 2)
        print_line(clean(f"  {', '.join(filter(None, about))}"), 2)
        print_line(clean(f"  {link.url}"), 2)


def _as_json(link: Link) -> dict[str, object]:
    return {
        "link": link.slug,
        "title": link.title,
        "url": link.url,
        "kind": link.kind,
        "by": link.by,
        "published": link.published,
        "themes": list(link.themes),
        "evidence": link.evidence,
        "transcript": link.has_transcript,
        "checked": link.checked,
        "audience": link.audience,
    }


@dataclass(frozen=True, slots=True)
class LinksContext(CommandContext):
    """The options of a command that may look at pages on the web, where ``online`` says so."""

    online: bool = False


Looking = Annotated[
    LinksContext,
    {
        "online": Annotated[
            bool,
            typer.Option(
                "--online", help="Ask each server if the page is there: HEAD, no cookies."
            ),
        ],
        "folder": Folder,
        "as_json": AsJson,
    },
]


def due(context: Looking) -> None:
    """List the links that nobody has looked at for a year.

    Nothing is asked of any server, unless you add --online: then each gets one HEAD request, with 5
    seconds to answer, and no cookie.

    \b
    Examples:
      copkit links due
      copkit links due --online
    """
    programme = context.open({Noun.LINKS, Noun.EVIDENCE})
    stale = find_stale(programme.links, today())
    answers = _look_online(stale) if context.online else {}
    if context.as_json:
        print_json(
            {
                "links": [
                    _as_json(link) | ({"online": answers[link.slug] or "there"} if answers else {})
                    for link in stale
                ]
            }
        )
        return
    if not stale:
        say("every link was looked at within a year")
        return
    heads = ("link", "looked at", "title", *(("online",) if answers else ()))
    rows = [
        (
            link.slug,
            str(link.checked),
            clean(link.title),
            *((answers[link.slug] or "there",) if answers else ()),
        )
        for link in stale
    ]
    print_table(heads, rows)
    say("open each; if it is still what you meant: copkit links checked LINK")


def _look_online(links: Sequence[Link]) -> dict[str, str]:
    """Ask the servers of links; return what is wrong by link, ``""`` for nothing."""
    from copkit.web import look_for_page

    return {link.slug: look_for_page(link.url) for link in with_progress(links, "looking")}


def checked(
    context: Writing,
    slug: LinkSlug,
    day: Annotated[
        str | None, typer.Option("--date", help="The day.", show_default="today")
    ] = None,
) -> None:
    """Record that somebody looked at a link, and it still leads where it should.

    \b
    Examples:
      copkit links checked falls-checklist
    """
    programme = context.load({Noun.LINKS})
    link = find_link(programme, slug)
    looked = parse_day(day, "--date", programme.settings) if day else today()
    if looked > today():
        usage_error(f"--date: {looked} is still to come", "name the day on which you looked")

    def edit(text: str | None, now: Link | None) -> str:
        if text is None or now is None:
            raise CopkitError(f"{link.source.file} is gone; nothing was changed")
        if now.added is None:  # else it would be news once more
            text = set_value(text, ["added"], now.checked)
        return set_value(text, ["checked"], looked)

    change_record(programme, link.source.file, edit, dry_run=context.dry_run, has_free_text=False)


def sign_off_link(
    context: Writing,
    slug: LinkSlug,
    by: SignedBy = None,
    yes: Answered = False,
    is_role: IsRole = False,
) -> None:
    """Sign off the transcript in a link's record: check that nobody in it can be recognised.

    Readers outside are pointed to it while the sign-off stands: any edit ends it. A transcript that
    lies elsewhere, by its address, needs none.

    \b
    Examples:
      copkit links sign-off why-people-come-back
    """
    programme = context.open()
    link = find_link(programme, slug)
    if not link.own_transcript:
        raise CopkitError(f"{slug} has no transcript of its own; there is nothing to sign")
    flagged = require_nothing_identifying(programme, link.source.text)
    if is_signed(link):
        return
    print(clean(link.title))
    print(f"To be read by {link.audience.policy.may_read}.\n")
    for line in to_text(link.body).splitlines():
        print(clean(line))
    role = require_signature(programme, by, flagged, yes=yes, is_role=is_role)
    write_sign_off(context, programme, link, [SIGN_OFF_FIELD], role, lambda record: record)


def find_link(programme: Programme, slug: str) -> Link:
    """Return the link of a name; raise :class:`CopkitError` where there is none."""
    for link in programme.links:
        if link.slug == slug:
            return link
    raise not_found("link", slug, [link.slug for link in programme.links])
