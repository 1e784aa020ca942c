"""The weekly digest as a mail and as a page: its card in the words of each, with its charts painted."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.cards import Card, Chart
from bot.config import Config
from bot.domain.measured import Measured
from bot.errors import BatonError
from bot.page import Setting, as_text, drawn_charts, page
from bot.page.setting import Drawn
from bot.ports import ChartPainter, Inline, Mail, Picture, Theme
from bot.speech import spoken
from bot.views import digest_card

_log = structlog.get_logger("baton")


def card_of(measured: Measured, config: Config) -> Card:
    """What management reads of what was counted, in the language that is spoken here and now."""
    return digest_card(measured, config)


@dataclass(frozen=True, slots=True)
class Forms:
    """Makes pages and mails of a card. Without a painter, or where painting fails, charts are tables of their numbers."""

    painter: ChartPainter | None
    timezone: str

    async def mail(self, card: Card, to: str, key: str, now: datetime) -> Mail:
        """A mail to one address; pictures are within it, since nothing of a mail is loaded from elsewhere."""
        painted = await painted_charts(card, self.painter)
        inline = {
            chart: Inline(f"chart-{at}@baton.digest", each) for at, (chart, each) in enumerate(painted.items(), 1)
        }
        drawn = {
            chart: Drawn(f"cid:{each.cid}", each.picture.width, each.picture.height) for chart, each in inline.items()
        }
        setting = Setting(self.timezone, now, spoken().language, drawn)
        pictures = tuple(inline.values())
        return Mail(to, card.summary, as_text(card, setting), page(card, setting), key, pictures)

    async def page(self, card: Card, now: datetime) -> str:
        """One HTML file that needs no other: pictures are within it, for a dark screen too."""
        light = await painted_charts(card, self.painter, "light", "svg")
        dark = await painted_charts(card, self.painter, "dark", "svg")
        drawn = {
            chart: Drawn(_data(each), each.width, each.height, _data(dark[chart]) if chart in dark else "")
            for chart, each in light.items()
        }
        return page(card, Setting(self.timezone, now, spoken().language, drawn))


async def painted_charts(
    card: Card, painter: ChartPainter | None, theme: Theme = "light", form: str = "png"
) -> Mapping[Chart, Picture]:
    """The charts of a card that could be painted, with their pictures."""
    if painter is None:
        return {}
    found: dict[Chart, Picture] = {}
    for chart in drawn_charts(card):
        try:
            found[chart] = await painter.paint(chart, theme, "svg" if form == "svg" else "png")
        except BatonError as error:
            _log.warning("chart_not_painted", title=chart.title, why=str(error))
    return found


def _data(picture: Picture) -> str:
    """The picture as an address."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"
