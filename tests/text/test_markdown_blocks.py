"""Markdown as a tree, for forms that are no text."""

from __future__ import annotations

from copkit.text.markdown import Block, BlockKind, Span, to_blocks
from tests.hostile.attacks import attacks


def spans(source: str) -> tuple[Span, ...]:
    (block,) = to_blocks(source)
    return block.spans


def every(blocks: tuple[Block, ...]) -> list[Block]:
    return [one for block in blocks for one in (block, *every(block.blocks))]


def test_words_keep_the_hand_they_are_written_in() -> None:
    assert spans("A **bold *and slanted* word** and `code`.") == (
        Span("A "),
        Span("bold ", strong=True),
        Span("and slanted", strong=True, emphasis=True),
        Span(" word", strong=True),
        Span(" and "),
        Span("code", code=True),
        Span("."),
    )


def test_a_wrapped_line_goes_on_and_a_break_is_kept() -> None:
    assert spans("One\nline.  \nAnother.") == (Span("One line.\nAnother."),)


def test_lists_nest_and_numbers_begin_where_they_were_begun() -> None:
    numbers, bullets = to_blocks("3. three\n   - inner\n4. four\n\n- other")

    assert (numbers.kind, numbers.number) == (BlockKind.NUMBERS, 3)
    inner = numbers.blocks[0].blocks[1]
    assert inner.kind is BlockKind.BULLETS
    assert inner.blocks[0].blocks[0].spans == (Span("inner"),)
    assert bullets.kind is BlockKind.BULLETS


def test_headings_go_on_below_the_one_they_stand_under() -> None:
    levels = [block.number for block in to_blocks("# One\n\n### Two\n\n# Three", below=2)]

    assert levels == [3, 4, 3]


def test_quotations_code_and_rules_are_what_they_are() -> None:
    kinds = [block.kind.value for block in to_blocks("> said\n\n```\na  b\n```\n\n***")]

    assert kinds == ["quotation", "code", "rule"]
    assert to_blocks("```\na  b\n\nc\n```")[0].spans == (Span("a  b\n\nc", code=True),)


def test_a_link_leads_to_the_web_or_is_words() -> None:
    assert spans("[a](https://example.org/) [b](javascript:x) [c](../y)") == (
        Span("a", link="https://example.org/"),
        Span(" b c"),
    )


def test_an_image_gives_way_to_its_description_and_raw_html_is_shown() -> None:
    assert spans("See ![the *door*](https://example.org/x.png) <b>now</b>") == (
        Span("See the door <b>now</b>"),
    )
    assert to_blocks("<script>x</script>")[0].spans == (Span("<script>x</script>"),)


@attacks("markdown")
def test_whatever_is_typed_links_lead_only_to_the_web_or_to_e_mail(attack: str) -> None:
    links = [span.link for block in every(to_blocks(attack)) for span in block.spans if span.link]

    assert all(link.lower().startswith(("http://", "https://", "mailto:")) for link in links)
