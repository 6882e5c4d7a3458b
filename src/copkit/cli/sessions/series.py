"""``copkit newsletter due``: which issue of which series is due, and what it would hold."""

from __future__ import annotations

from copkit.analysis.networks.series import IssueDue, describe_contents, find_due_issues
from copkit.cli.context import Reading
from copkit.cli.params import today
from copkit.cli.terminal import clean, print_json, print_line
from copkit.wording import period_in_words, weekday_in_words


def due(context: Reading) -> None:
    """Show which issue of each newsletter comes next, by when, and what it would hold.

    It does not nag: where nothing happened, no issue is due. Series are set in copkit.yaml under
    'newsletters'.

    \b
    Examples:
      copkit newsletter due
      copkit newsletter due --json
    """
    programme = context.open()
    issues = find_due_issues(programme, today())
    if context.as_json:
        print_json({"day": today(), "series": [_as_json(issue) for issue in issues]})
        return
    for issue in issues:
        period = period_in_words(issue.days.since, issue.days.until)
        print_line(clean(f"{issue.series.title or issue.series.id}: {period}"), 2)
        print_line(clean(f"  {describe_contents(issue)}"), 2)
        if issue.contents:
            verb = "due" if issue.due > today() else "due since"
            when = "today" if issue.due == today() else weekday_in_words(issue.due, today().year)
            print_line(f"  {'due today' if when == 'today' else f'{verb} {when}'}", 2)
            print_line(clean(f"  {' '.join(('copkit', *issue.command))}"), 4)


def _as_json(issue: IssueDue) -> dict[str, object]:
    return {
        "series": issue.series.id,
        "issue": issue.days.name,
        "from": issue.days.since,
        "until": issue.days.until,
        "due": issue.due if issue.contents else None,
        "holds": list(issue.contents),
        "what": describe_contents(issue),
    }
