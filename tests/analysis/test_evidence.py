"""A search that reads no more than it must finds what a search of whole records would."""

from __future__ import annotations

import random
import re
from math import log
from typing import NamedTuple

import pytest

from copkit.analysis.evidence import (
    BM25_B,
    BM25_K1,
    FIELD_WEIGHTS,
    parse_query,
    search_cards,
    split_at_matches,
    title_and_theme_words,
)
from copkit.errors import Problem
from copkit.records.evidence import NOTES_HEADING, SPOKEN_HEADING, Evidence, parse_evidence
from copkit.text.files import decode_source
from copkit.text.front_matter import read_document, split_sections
from copkit.text.normalise import stems_in

WORDS = re.findall(
    r"\S+",
    """
    refusal refusals refusing housing house houses debt detox assessment assessed agency
    agencies police policy worker tenancy tenancies café naïve “rent” women’s don't follow-up
    _key_ *door* well–being 2011 crisis team teams referral Saturday weekend the and of in
    """,
)


def card(title: str = "A card", body: str = "", **fields: str) -> bytes:
    """Write a card as a person would."""
    more = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\ntitle: {title}\n{more}---\n{body}".encode()


def found(query: str, **cards: bytes) -> list[str]:
    return [one.name for one in search_cards(cards.items(), parse_query(query)).ranked]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("title", card("On refusals")),
        ("themes", card(themes="\n  - housing\n  - refusal of care")),
        ("themes in brackets", card(themes="[housing, refusal]")),
        ("citation", card(citation='"Smith (2011) Refusal: a study"')),
        ("citation on two lines", card(citation="Smith (2011)\n  The refusal")),
        ("escaped", card(citation='"Smith: the re\\x66usal"')),
        ("spoken", card(body="\n## In sixty seconds\n\nA *refusal*.\n")),
        ("notes", card(body="\n## Notes\n\nOne _refusal_ more.\n")),
        ("a section of one's own", card(body="\n## A refusal\n\nWell.\n")),
        ("Windows", card(body="\n## Notes\n\nRefusal\n").replace(b"\n", b"\r\n")),
        ("behind a BOM", b"\xef\xbb\xbf" + card("On refusals")),
        ("no fields at all", b"Refusal, and nothing else\n"),
        ("fields never closed", b"---\ntitle: The refusal\n"),
        ("not UTF-8", card("On refusals at the caf\xe9").decode().encode("latin-1")),
    ],
)
def test_a_word_is_found_wherever_it_stands(where: str, text: bytes) -> None:
    assert found("refusals", one=text, other=card("Something else")) == ["one"]


@pytest.mark.parametrize(
    "text",
    [
        card(body="\n## Private\n\nRefusal\n"),
        card(body="\n## Notes\n\n<!-- refusal -->\n"),
        card(body="\n### Privаte notes\n\nRefusal\n"),
        card("A card # refusal"),
        card(audience="members # refusal"),
        b"---\ntitle: A card\n# refusal\n---\n",
        card(used="\n  - id: u1\n    date: 2012-01-01\n    case: refusal"),
        card("Prerefusal"),
        card("Refuse collection"),
    ],
)
def test_what_is_private_or_another_word_is_not_found(text: bytes) -> None:
    assert found("refusal", one=text) == []


def test_a_word_in_a_title_outranks_a_theme_a_brief_a_citation_and_notes() -> None:
    texts = {
        "title": card("On debt", "\n## Notes\n\nxxxx\n"),
        "themes": card(themes="\n  - debt", body="\n## Notes\n\nxxxx\n"),
        "spoken": card(body="\n## In sixty seconds\n\ndebt\n"),
        "citation": card(citation="On debt", body="\n## Notes\n\nxxxx\n"),
        "notes": card(body="\n## Notes\n\ndebt\n" + " " * 14),
    }
    search = search_cards(texts.items(), parse_query("debt"))

    assert {one.name for one in search.ranked} == set(texts)
    assert search.ranked[0].name == "title"
    assert search.ranked[-1].name == "notes"


def test_quotes_ask_for_the_words_as_they_stand() -> None:
    texts = {
        "apart": card("A diagnosis that is dual"),
        "together": card(body="\n## Notes\n\nHaving a dual\ndiagnosis.\n"),
        "other": card("Dual diagnoses"),
    }

    assert found('"dual diagnosis"', **texts) == ["together"]
    assert found("“Dual Diagnosis”", **texts) == ["together"]
    assert set(found("dual diagnosis", **texts)) == set(texts)


@pytest.mark.parametrize(
    "query", ["theme:weekend", "key theme:weekend-cover", 'theme:"Weekend cover"', "THEME:covers"]
)
def test_a_theme_leaves_out_other_cards(query: str) -> None:
    texts = {
        "a": card("A key", themes="\n  - housing\n  - weekend cover"),
        "b": card("A key at the weekend", themes="\n- housing\n- cover for staff at night"),
    }

    assert found(query, **texts) == (["a", "b"] if query == "THEME:covers" else ["a"])


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert [word.typed for word in parse_query("how do I help someone in detox").words] == ["detox"]
    assert [word.typed for word in parse_query("the people").words] == ["the", "people"]
    assert [word.typed for word in parse_query("rent Rent rents").words] == ["rent"]
    assert not parse_query(' "" theme: ').words[1:]


def test_titles_and_themes_are_what_may_have_been_meant() -> None:
    texts = [card("On Refusals", themes="\n  - dual diagnosis", citation="Smith")]

    assert title_and_theme_words(texts) == {"refusals", "dual", "diagnosis"}


def test_matched_words_are_marked_as_they_are_written() -> None:
    pieces = list(split_at_matches("Refusals, a refusal’s end", parse_query("refusal").words))

    assert "".join(text for text, _ in pieces) == "Refusals, a refusal’s end"
    assert [text for text, sought in pieces if sought] == ["Refusals", "refusal"]


# --- against whole records -------------------------------------------------------------------


def many(count: int) -> dict[str, bytes]:
    """Write cards of all sorts, the same each time."""
    chance = random.Random(7)

    def some(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))

    def one() -> bytes:
        quote = chance.choice(['"{}"', "'{}'", "{}"])
        plain = some(2, 6).replace("'", "’").replace("*", "").replace("_", "")
        themes = [
            some(1, 2).replace("'", "’").replace("*", "x") for _ in range(chance.randint(0, 3))
        ]
        listed = "".join(f"\n  - {theme}" for theme in dict.fromkeys(themes))
        body = f"\n## In sixty seconds\n\n{some(0, 60)}\n\n## Notes\n\n{some(0, 60)}\n"
        if chance.random() < 0.2:
            body = body.replace("## Notes", "### Aside\n\n" + some(1, 5) + "\n\n## Notes ##")
        title = quote.format(plain)
        if chance.random() < 0.1:
            title = f"{title} # {some(1, 2)}"
        text = card(title, body, citation=quote.format(f"Smith {plain} 2011"), themes=listed)
        return text.replace(b"\n", b"\r\n") if chance.random() < 0.1 else text

    return {f"card-{number}": one() for number in range(count)}


def read(slug: str, data: bytes) -> Evidence:
    problems: list[Problem] = []
    source = decode_source(f"evidence/{slug}.md", data, problems)
    return parse_evidence(read_document(source, problems, markdown=True), slug)


class Said(NamedTuple):
    """The stems in each field of a card, how long its body is, and how long as it was typed."""

    words: dict[str, list[str]]
    length: int
    typed: int


def said_by(one: Evidence) -> Said:
    parts = split_sections(one.body)
    others = [
        f"{head} {text}"
        for head, text in parts.items()
        if head not in {SPOKEN_HEADING, NOTES_HEADING}
    ]
    fields = {
        "title": one.title,
        "themes": " ".join(one.themes),
        "citation": one.citation,
        "spoken": one.spoken,
        "notes": " ".join([parts.get(NOTES_HEADING, ""), *others]),
    }
    text = one.source.text.text
    words = {name: stems_in(field) for name, field in fields.items()}
    return Said(words, len(one.body), len(text) - text.index("\n---", 3))


def plain_bm25(query: str, cards: dict[str, Said]) -> list[str]:
    """Rank fully read cards by the formula, with nothing clever."""
    terms = dict.fromkeys(stems_in(query))
    average = sum(card.typed for card in cards.values()) / len(cards)
    scores = dict.fromkeys(cards, 0.0)
    for term in terms:
        counts = {
            slug: sum(FIELD_WEIGHTS[name] * words.count(term) for name, words in card.words.items())
            for slug, card in cards.items()
        }
        holding = sum(count > 0 for count in counts.values())
        rare = log(1 + (len(cards) - holding + 0.5) / (holding + 0.5))
        for slug, count in counts.items():
            norm = BM25_K1 * (1 - BM25_B + BM25_B * cards[slug].length / average)
            scores[slug] += rare * count * (BM25_K1 + 1) / (count + norm)
    ranked = sorted(scores, key=lambda slug: (-scores[slug], slug))
    return [slug for slug in ranked if scores[slug]]


def test_it_ranks_2000_cards_as_reading_each_of_them_in_full_would() -> None:
    texts = many(2000)
    cards = {slug: said_by(read(slug, data)) for slug, data in texts.items()}

    for query in ("refusals", "housing debt", "Café tenancy policies women", "detox Saturday 2011"):
        ranked = plain_bm25(query, cards)

        assert len(ranked) > 100
        assert found(query, **texts) == ranked, query
