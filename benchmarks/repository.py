"""The repository of cases: CPU time of a site of 10,000 generated cases, and of a search in it.

    python benchmarks/repository.py [CASES]

Twenty communities share the cases, each of some 420 words from a vocabulary in which few words are
frequent and most are rare (Zipf), all public and signed off. Measured are a build into an empty
folder, one after one case got another text, and one after nothing changed, each in a process of its
own: loading and checking the records, and making the site. The search for identifying details,
which every build does first and which remembers clean files, is not among them. Last comes the time
from a keystroke to the results in Chromium, with the site opened from its folder.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from copkit.analysis.cases import sign_off_digest
from copkit.records.cases import parse_case
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText

CASES = 10_000
COMMUNITIES = 20
WORDS = 420
_BEGINNINGS = (
    "ba be bo car ca co cou da de di fa fe fi ga gra ha he ho in la le li ma me mi mo na ne no "
    "pa pe pla po pra ra re ro sa se si so sta ta te ti to tra un va ve wa wi"
)
_MIDDLES = "bel cal der fin gar han ker lan men nal per ran sel tan ver win"
_ENDINGS = "al ance ed en er ful ing ion ity ly ment ness ous s t y"
_SECTIONS = (
    "Presentation of the case",
    "Next steps",
    "Learning for practice",
    "Issues for commissioners",
)


def write_programme(root: Path, cases: int) -> None:
    """Write a programme with so many cases, all public and signed off; the same every time."""
    chance = random.Random(24)
    vocabulary = list(_vocabulary(chance))
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    themes = [" ".join(chance.choices(vocabulary[50:400], k=2)) for _ in range(40)]
    _write(root / "copkit.yaml", "name: Many cases\nstarts: 2020-01-01\n")
    for number in range(30):
        text = " ".join(chance.choices(vocabulary, weights, k=60))
        _write(
            root / f"evidence/card-{number}.md",
            f"---\ntitle: Card {number}\ncitation: An author, 20{number:02}\naudience: public\n"
            f"---\n\n## In sixty seconds\n\n{text}.\n",
        )
    for number in range(20):
        text = " ".join(chance.choices(vocabulary, weights, k=60))
        _write(root / f"blockages/wall-{number}.md", f"---\ntitle: Wall {number}\n---\n\n{text}.\n")
    for number in range(COMMUNITIES):
        home = root / f"communities/town-{number}"
        _write(
            home / "community.md",
            f"---\ncode: CP{number}\nname: Town {number}\nplace: Town {number}\nstatus: active\n"
            "started: 2020-01-01\n---\n",
        )
        _write(home / "roster.yaml", "members:\n  - id: m1\n    role: Nurse\n    sector: Health\n")
    for number in range(cases):
        community = f"town-{number % COMMUNITIES}"
        slug = f"case-{number}"
        words = chance.choices(vocabulary, weights, k=WORDS)
        text = _case_text(chance, words, themes, number)
        _write(root / f"communities/{community}/cases/{slug}.md", signed(text, community, slug))


def _vocabulary(chance: random.Random) -> Iterator[str]:
    """Yield words in the order of how frequent they are: the commonest are short."""
    words = {
        f"{beginning}{middle}{ending}"
        for beginning in _BEGINNINGS.split()
        for middle in _MIDDLES.split()
        for ending in _ENDINGS.split()
    }
    yield from chance.sample(sorted(words), len(words))


def _case_text(chance: random.Random, words: list[str], themes: list[str], number: int) -> str:
    """Return the text of a case without a sign-off."""
    bounds = (0, 160, 260, 340, WORDS)
    sections = "\n".join(
        f"## {heading}\n\n{_sentences(words[start:end])}\n"
        for heading, start, end in zip(_SECTIONS, bounds, bounds[1:], strict=False)
    )
    title = " ".join(words[:4]).capitalize()
    return (
        f"---\ntitle: {title}\nkind: {chance.choice(('challenging', 'worked-well'))}\n"
        f"status: closed\naudience: public\npresented: {2020 + number % 5}-03-01\n"
        f"presenters:\n  - m1\nquestion: What about {words[5]} {words[6]} and {words[7]}?\n"
        f"themes:\n  - {chance.choice(themes)}\n  - {chance.choice(themes)} again\nconsent: given\n"
        f"actions:\n  - id: a1\n    what: Ask {words[8]} for {words[9]}\n    owner: Nurse\n"
        f"progress:\n  - id: p1\n    date: 2024-12-01\n    action: a1\n"
        f"    outcome: {chance.choice(('helped', 'partly', 'did-not-help'))}\n"
        f"    kind: prevention\n    note: It was {words[10]}\n"
        f"issues:\n  - id: i1\n    blockage: wall-{chance.randrange(20)}\n"
        f"evidence:\n  - card-{chance.randrange(30)}\n---\n\n{sections}"
    )


def _sentences(words: list[str]) -> str:
    """Return words as sentences of twelve, in paragraphs of four."""
    sentences = [
        f"{' '.join(words[start : start + 12]).capitalize()}." for start in range(0, len(words), 12)
    ]
    return "\n\n".join(
        " ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4)
    )


def signed(text: str, community: str, slug: str) -> str:
    """Return the text of a case with a sign-off that stands."""
    document = read_document(SourceText(f"{slug}.md", text), [], markdown=True)
    digest = sign_off_digest(parse_case(document, community, slug))
    sign_off = f"sign_off:\n  by: facilitator\n  date: 2025-01-10\n  digest: {digest}\n"
    return text.replace("\n---\n", f"\n{sign_off}---\n", 1)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


MEASURE = """
import gc, sys, time
from pathlib import Path
gc.set_threshold(100_000, 20, 20)  # as the command line has it
from copkit.cli.params import open_programme
from copkit.cli.site.build import build_site
from copkit.records.schema.audience import Audience
programme = open_programme(Path(sys.argv[1]))
loaded = time.process_time()
site = build_site(programme, Audience.PUBLIC)
shards = site.shards.values()
print(f"{loaded:5.1f} s to load, {time.process_time() - loaded:5.1f} s to build;"
      f" {len(site.files)} files, {len(shards)} shards, the largest {max(shards):,} bytes;"
      f" {len(site.upload)} to upload")
"""


def measure(root: Path, label: str) -> None:
    """Print the CPU time of one build in a process of its own."""
    command = [sys.executable, "-c", MEASURE, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(f"{label:12}{done.stdout.strip()}", flush=True)


def measure_search(site: Path) -> None:
    """Print the time from a keystroke to the results, for the first and for later words."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        page = browser.new_page()
        page.goto((site / "index.html").as_uri())
        page.wait_for_selector("#search:not([hidden])")
        words = ("helaned", "cou", "traderful", "mimenal sagarous", "wa")
        times = [page.evaluate(KEYSTROKE, word) for word in words]
        print("keystroke to results:", ", ".join(f"{time:.0f} ms" for time in times))
        print(f"median {statistics.median(times):.0f} ms, bar 150 ms")
        browser.close()


KEYSTROKE = """word => new Promise((resolve) => {
  const box = document.getElementById("q"), list = document.getElementById("results");
  list.replaceChildren();
  const begin = performance.now();
  new MutationObserver((_, observer) => {
    if (!list.querySelector("a")) return;
    observer.disconnect();
    resolve(performance.now() - begin);
  }).observe(list, { childList: true, subtree: true });
  box.value = word;
  box.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def main() -> None:
    """Write the programme, build its site three times, and search in it."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "programme")
        write_programme(root, cases)
        measure(root, "cold")
        path = root / "communities/town-7/cases/case-7.md"
        before, _, rest = path.read_text("utf-8").partition("sign_off:")
        changed = f"{before}---{rest.partition('---')[2]}\nAnother sentence of one case.\n"
        _write(path, signed(changed, "town-7", "case-7"))
        measure(root, "one change")
        measure(root, "no change")
        measure_search(root / "build/site/public")


if __name__ == "__main__":
    main()
