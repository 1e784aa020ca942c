"""A card on paper: the words in order, pictures with alternatives, pages with numbers, and what no font has shown as missing."""

from __future__ import annotations

import ctypes
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given, settings

from bot.cards import (
    Actions,
    Button,
    Card,
    Chart,
    Facts,
    Header,
    Paragraph,
    Quote,
    Rule,
    Series,
    Small,
    Sparkline,
    text,
)
from bot.ports import Picture, Sheet
from bot.views.examples import EXAMPLES
from integrations.printing import TypstPrinter
from tests.bot.views.test_hostile import HOSTILE

CHART = Chart("Heard", "bars", ("Mon", "Tue"), (Series("All", (1, 2)), Series("Touched", (1,))), "1, then 2", " %")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160"><rect width="320" height="160" fill="#1170b8"/></svg>'
SHEET = Sheet(
    "Europe/Paris",
    datetime(2026, 11, 23, 7, 0, 1, 5, tzinfo=UTC),
    "en",
    "Acme",
    "Acme · 16 to 22 Nov 2026, Europe/Paris",
)
PAINTED = replace(SHEET, pictures={CHART: Picture(SVG, "image/svg+xml", 320, 160)})


async def printed(card: Card, sheet: Sheet = SHEET) -> bytes:
    return await TypstPrinter(alone=True).pdf(card, sheet)


def words(data: bytes) -> str:
    paper = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in paper).replace("\r\n", "\n")


def blue(data: bytes) -> int:
    """How many dots of the first page are as blue as the picture."""
    dots = pypdfium2.PdfDocument(data)[0].render(scale=0.5, rev_byteorder=True).to_numpy()[:, :, :3]
    return int((dots == (17, 112, 184)).all(axis=2).sum())


CARD = Card(
    "Acme heard 3",
    (
        Header("Acme heard 3"),
        Small(("16 to 22 Nov",)),
        Facts((("Together", text("31 %")),)),
        CHART,
        Rule(),
        Header("Unheard"),
        Sparkline("Each day", (1, 2), "1, 2, oldest first"),
        Quote("Ελληνικά, Кириллица, “quotes” – ﬁ"),
        Paragraph(("Ask",), Button("Claim", "claim", {"conversation": "B-12"})),
        Actions((Button("Open", url="https://acme.example/b"),)),
    ),
)


async def test_all_of_a_card_is_there_in_order() -> None:
    said, at = words(await printed(CARD)), 0
    parts = (
        *("Acme heard 3", "16 to 22 Nov", "Together", "31 %", "Heard", "1, then 2", "Mon", "1 %", "Tue", "2 %", "–"),
        *("Unheard", "Each day", "Ελληνικά, Кириллица", "Ask", "Claim: /baton claim B-12", "Open (acme.example)"),
        *("Acme · 16 to 22 Nov 2026, Europe/Paris", "Page 1 of 1"),
    )
    for part in parts:
        at = said.index(part, at) + len(part)


async def test_it_says_what_it_is_and_is_tagged_by_the_standard() -> None:
    data = await printed(CARD, PAINTED)
    paper = pypdfium2.PdfDocument(data)
    about = paper.get_metadata_dict()
    assert (about["Title"], about["Author"]) == ("Acme heard 3", "Acme")
    assert about["CreationDate"] == "D:20261123070000Z"
    assert pdfium.FPDFCatalog_IsTagged(paper)
    assert b"pdfuaid" in data
    assert paper[0].get_size() == pytest.approx((595.3, 841.9), abs=0.1), "A4"
    assert await printed(CARD, PAINTED) == data, "the same bytes each time"


async def test_a_painted_chart_is_drawn_and_told_to_those_who_do_not_see_it() -> None:
    data = await printed(CARD, PAINTED)
    assert blue(data) > 3000
    assert blue(await printed(CARD)) == 0
    assert "Mon" not in words(data), "the numbers stand in the picture"
    assert "1, then 2" in alternatives(data)


def alternatives(data: bytes) -> list[str]:
    """What stands for pictures."""
    paper = pypdfium2.PdfDocument(data)
    tree = pdfium.FPDF_StructTree_GetForPage(paper[0])
    found: list[str] = []

    def look(element: object) -> None:
        size = pdfium.FPDF_StructElement_GetAltText(element, None, 0)
        if size > 2:
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDF_StructElement_GetAltText(element, buffer, size)
            found.append(buffer.raw[: size - 2].decode("utf-16-le"))
        for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
            if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, at):
                look(child)

    for at in range(pdfium.FPDF_StructTree_CountChildren(tree)):
        look(pdfium.FPDF_StructTree_GetChildAtIndex(tree, at))
    pdfium.FPDF_StructTree_Close(tree)
    return found


async def test_what_no_font_has_is_a_box_and_no_failure() -> None:
    data = await printed(Card("x", (Quote("before 日本語 🦄 after"),)))
    assert re.search(r"before .* after", words(data))
    assert b"pdfuaid" not in data, "a box tells nothing, so no standard is claimed"
    assert pdfium.FPDFCatalog_IsTagged(pypdfium2.PdfDocument(data))


async def test_a_long_card_has_as_many_pages_as_it_needs_and_long_words_stay_on_them() -> None:
    data = await printed(Card("x", (Header("Long"), *(Paragraph((f"{n} " + "y" * 400,)) for n in range(60)))))
    paper = pypdfium2.PdfDocument(data)
    assert len(paper) > 3
    assert f"Page 2 of {len(paper)}" in words(data)
    for page in paper:
        right = page.get_size()[0] - 40
        text_page = page.get_textpage()
        assert all(text_page.get_charbox(at)[2] < right for at in range(0, text_page.count_chars(), 37))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "card"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
async def test_every_card_can_be_printed(name: str, card: Card) -> None:
    assert "Page 1 of" in words(await printed(card))


@settings(max_examples=25)
@given(HOSTILE)
async def test_hostile_text_stays_text(said: str) -> None:
    typst = f'#panic("{said}") $x$ @ref <label> *b* `c` #{{1}} \\ // {said}'
    card = Card(typst, (Header(typst), Paragraph((typst,)), Quote(typst), Facts(((typst, (typst,)),)), Small((typst,))))
    assert words(await printed(card, replace(SHEET, foot=typst, author=typst))).count("#panic(") >= 5


def test_the_template_is_packaged() -> None:
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    assert '"*.typ"' in pyproject.read_text("utf-8")
