"""Card → PDF by Typst, tagged for screen readers (PDF/UA-1, ISO 14289-1) wherever its fonts know every character.

Typst brings fonts for Latin, Greek and Cyrillic; of what they lack it takes the fonts of this machine, and where those lack
it too, a box stands for the character. That a box says nothing is why such a sheet claims no standard.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import structlog
import typst

from bot.cards import Card, Chart
from bot.errors import PermanentError
from bot.page import Setting
from bot.page.pieces import Piece, pieces, printable
from bot.ports import Printer, Sheet
from bot.speech import say

TEMPLATE = Path(__file__).with_name("sheet.typ")
WIDEST = 470.0
"""Points between the margins of the sheet."""

_log = structlog.get_logger(__name__)


class TypstPrinter(Printer):
    """Prints in a thread of its own, in some hundred milliseconds. `alone`: with no font but those that Typst brings."""

    def __init__(self, *, alone: bool = False) -> None:
        self._alone = alone

    async def pdf(self, card: Card, sheet: Sheet) -> bytes:
        """A PDF for A4."""
        data = _data(card, sheet)
        return await asyncio.to_thread(_compiled, json.dumps(data, ensure_ascii=False), sheet.now, self._alone)


def _data(card: Card, sheet: Sheet) -> Piece:
    """All that the template shows."""
    setting = Setting(sheet.timezone, sheet.now, sheet.language)
    shown = pieces(card, setting)
    charts = [piece for piece in shown if piece["kind"] == "chart"]
    for piece, chart in zip(charts, (block for block in card.blocks if isinstance(block, Chart)), strict=True):
        picture = sheet.pictures.get(chart)
        if picture is not None and picture.media_type == "image/svg+xml":
            # A pixel of a screen is three quarters of a point.
            piece |= {"svg": picture.data.decode("utf-8"), "width": min(picture.width * 0.75, WIDEST)}
    made = sheet.now.astimezone(UTC)
    return {
        "title": printable(card.summary) or "Baton",
        "author": printable(sheet.author) or "Baton",
        "language": sheet.language.partition("-")[0],
        "made": [made.year, made.month, made.day, made.hour, made.minute],
        "foot": printable(sheet.foot),
        "pages": say("Page {n} of {all}"),
        "first": next((at for at, piece in enumerate(shown) if piece["kind"] == "heading"), -1),
        "pieces": shown,
    }


def _compiled(data: str, now: datetime, alone: bool) -> bytes:
    made = now.astimezone(UTC).replace(microsecond=0)
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, ignore_system_fonts=alone, sys_inputs={"data": data})
    try:
        return _bytes(compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=made))
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise PermanentError(f"The sheet could not be printed: {error.message}") from error
        _log.info("characters_without_a_font", why=error.message)
    return _bytes(compiler.compile(format="pdf", timestamp=made))


def _bytes(made: bytes | list[bytes] | None) -> bytes:
    if not isinstance(made, bytes):
        raise PermanentError("The sheet could not be printed: Typst gave no PDF.")
    return made
