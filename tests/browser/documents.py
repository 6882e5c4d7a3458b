"""The documents that the tests open in a browser, and how each of them is made.

Another document is another line of ``PAGES`` or ``PICTURES``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.conftest import COMMUNITY, EXAMPLE, PROGRAMME, run_copkit

PAGES: Final[Mapping[str, str]] = {
    "newsletter of May": "newsletter build 2012-05",
    "newsletter of September": "newsletter build 2012-09",
    "newsletter of December for members": "newsletter build 2012-12 --for members",
    "newsletter of December for the public": "newsletter build 2012-12 --for public",
    "brief": "brief build winter-2012",
    "brief for members": "brief build winter-2012 --for members",
    "report": "report build the-first-year",
    "report for members": "report build the-first-year --for members",
    "agenda with a case": "agenda brighton 2012-12-12 --format html",
    "agenda without a case": "agenda brighton 2012-07-18 --format html",
    "letter": "blockage letter turned-away-while-using a2",
    "matrix": "attendance --format html",
    "matrix explained": "attendance --format html --explain",
    "register": "attendance register brighton --format html",
    "attendance sheet": "attendance sheet brighton 2012-12-12",
    "sectors": "attendance --for commissioners --format html",
    "form of a survey": "survey build december-2012",
    "write-up of a case": "case build brighton/assessed-only-when-sober",
    "tool kit": "toolkit print --community brighton --as-of 2012-12-31",
    "sheet of the tool kit": "toolkit print case-form",
    **dict.fromkeys(
        ("announcement", "sign-in", "programme", "thanks"),
        "session build riverside-network 2022-03-16 --format html",
    ),
    "closing page": "community closing workington --build --format html",
    "closing page for commissioners": "community closing workington --build --for commissioners",
    "handover": "community handover brighton --format html",
    "dictionary of tables": "export",
    "dictionary of tables for the public": "export --for public",
    "unkind newsletter": "newsletter build",
    "unkind brief": "brief build",
    "unkind report": "report build",
    "unkind agenda": "agenda harbour 2026-02-11 --format html",
    "unkind sheet": "attendance sheet harbour 2026-02-11",
    "unkind letter": "blockage letter doors",
    "unkind matrix": "attendance --format html --explain",
    "unkind register": "attendance register harbour --format html",
}
"""By name, the command that makes a page: it prints the page, or names its files with --json."""

PICTURES: Final[Mapping[str, str]] = {
    "matrix as a picture": "attendance --format svg",
    "heat-map": "attendance register brighton --format svg",
    "growth": "attendance build --format svg",
    "network": "attendance build --format svg",
    "likert": "survey show december-2012 --format likert.svg",
    "dots": "survey show december-2012 --format dots.svg",
    "ties": "ties --format svg",
    "unkind matrix as a picture": "attendance --format svg",
    "unkind heat-map": "attendance register harbour --format svg",
}
"""By name, the command that makes a picture as SVG; of several files, the one of that name."""

TABLES: Final[Mapping[str, tuple[str, str]]] = {
    "matrix": (".matrix td > span", "Membership table"),
    "matrix explained": (".matrix td > span", "Membership table"),
    "register": (".matrix td", "Register"),
    "sectors": ("td", "Members by sector"),
}
"""By page, what is a cell of its table, and the label of the section in which that scrolls."""


def make(name: str, command: str, folder: Path) -> Path:
    """Make a document in a programme's copy below ``folder``, made at the first call."""
    unkind = name.startswith("unkind")
    programme = folder / ("unkind" if unkind else "example")
    if not programme.exists():
        _write_unkind(programme) if unkind else shutil.copytree(EXAMPLE, programme)
    env = {"COPKIT_TODAY": "2026-06-30"}
    options = (
        ["--json"]
        if {"build", "letter", "sheet", "print", "export", "closing", "handover"}
        & {*command.split()}
        else []
    )
    done = run_copkit(*command.split(), *options, "-C", programme, env=env)
    assert done.status == 0, done.output
    form = ".svg" if name in PICTURES else ".html"
    if options:
        built = [Path(file) for file in json.loads(done.stdout)["files"] if file.endswith(form)]
        [page] = [file for file in built if file.stem == name] or built
        return page
    made = folder / f"{name.replace(' ', '-')}{form}"
    made.write_text(done.stdout, encoding="utf-8", newline="")
    return made


# --- a programme that strains every page ----------------------------------------------------

_LONG = "Wohnungslosenhilfekoordinationsstellenleiterinnenstellvertretung" * 2
_HOSTILE = (
    "</title></style><script>alert(1)</script><img src=https://evil.example/a onerror=alert(2)> "
    "&lt;b&gt; {{ 7 * 7 }} \u0645\u0631\u062d\u0628\u0627"
)
_MARKDOWN = (
    f"{_LONG}\n\n![seen](https://evil.example/a.png) <iframe src=https://evil.example></iframe> "
    f"[click](javascript:alert(3)) <https://example.org/{_LONG}>\n\n"
    f"    {_LONG} {_LONG}\n\n> - {_LONG}\n"
)


def _write_unkind(programme: Path) -> None:
    """Write a programme with words as long, and as hostile, as a record may hold."""
    text = json.dumps(f"{_LONG} {_HOSTILE}")
    harbour = "communities/harbour"
    for file, content in {
        "copkit.yaml": PROGRAMME,
        f"{harbour}/community.md": COMMUNITY.replace("place: Harbour", f"place: {text}"),
        f"{harbour}/roster.yaml": "members:\n"
        + "".join(
            f"  - id: m-{number}\n    role: {text}\n    sector: {text}\n    joined: 2026-01-14\n"
            for number in range(3)
        ),
        f"{harbour}/meetings/2026-01-14.md": f"---\ndate: 2026-01-14\nplace: {text}\n"
        f"present: [m-0, m-1]\ncases: [a-case]\n---\n\n{_MARKDOWN}",
        f"{harbour}/meetings/2026-02-11.md": f"---\ndate: 2026-02-11\nstart: 14:00\nplace: {text}\n"
        f"---\n\n{_MARKDOWN}",
        f"{harbour}/cases/a-case.md": f"---\ntitle: {text}\nkind: challenging\nstatus: presented\n"
        f"audience: members\npresented: 2026-01-14\npresenters: [m-0]\nquestion: {text}\n"
        f"themes: [{text}]\nactions:\n  - id: a1\n    what: {text}\n---\n\n"
        f"## Presentation of the case\n\n{_MARKDOWN}\n## Next steps\n\n{_MARKDOWN}",
        "evidence/card.md": f"---\ntitle: {text}\ncitation: {text}\n"
        f"url: https://example.org/{_LONG}\nused:\n  - id: u1\n    date: 2026-01-14\n"
        f"    community: harbour\n---\n\n## In sixty seconds\n\n{_MARKDOWN}",
        "blockages/doors.md": f"---\ntitle: {text}\nasks:\n  - id: q1\n    date: 2026-01-15\n"
        f"    of: {text}\n    ask: {text}\n  - id: q2\n    date: 2026-01-20\n    of: {text}\n"
        f"    ask: {text}\n---\n\n{_MARKDOWN}",
        "newsletters/2026-01.md": f"---\ntitle: {text}\nfrom: 2026-01-01\nuntil: 2026-01-31\n"
        f"---\n\n{_MARKDOWN}",
        "reports/first.md": f"---\ntitle: {text}\nfrom: 2026-01-01\nuntil: 2026-01-31\n"
        f"audience: members\n---\n\n## In short\n\n{_MARKDOWN}\n"
        f"## What we will change\n\n{_MARKDOWN}",
        "briefs/winter.md": f"---\ntitle: {text}\nfrom: 2026-01-01\nuntil: 2026-01-31\n"
        f"audience: members\naddressee: {text}\nask: {text}\n---\n\n{_MARKDOWN}",
    }.items():
        path = programme / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
