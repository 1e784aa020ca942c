"""How figures stand in a table: what people read, and beside it what programs do."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.spans import format_span
from bot.ports.measures_desk import Behind, Cell, Column
from bot.speech import in_figures, per_cent, say
from bot.views.wording import one_line

NONE = "–"
"""Where there is no figure."""


def words(text: str, value: str | None = None) -> Cell:
    """Words; outside text is tamed, so that it cannot disturb what stands around it."""
    shown = one_line(text, 120)
    return Cell(shown or NONE, shown if value is None else one_line(value, 300))


def number(figure: float | None, behind: Behind | None = None, decimals: int = 0) -> Cell:
    """A count, or an average with decimals."""
    if figure is None:
        return Cell(NONE, None)
    return Cell(in_figures(figure, decimals), round(figure, 4) if decimals else figure, behind if figure else None)


def share(part: int, whole: int) -> Cell:
    """A share in per cent to a tenth, as the digest's data has it."""
    return percent(100 * part / whole if whole else None)


def percent(figure: float | None) -> Cell:
    """Per cent, to a tenth."""
    return Cell(NONE, None) if figure is None else Cell(per_cent(round(figure, 1), 1), round(figure, 1))


def span(figure: timedelta | None) -> Cell:
    """A span; programs read whole seconds."""
    return Cell(NONE, None) if figure is None else Cell(format_span(figure), round(figure.total_seconds()))


def told(shifted: bool | None) -> Cell:
    """Whether a shift is more than noise."""
    shown = {None: NONE, True: say("more than noise"), False: say("no")}[shifted]
    return Cell(shown, {None: None, True: "yes", False: "no"}[shifted])


def moment(at: datetime | None, timezone: str) -> Cell:
    """An instant by the clock of the window's zone."""
    if at is None:
        return Cell(NONE, None)
    local = at.astimezone(ZoneInfo(timezone))
    return Cell(f"{local:%Y-%m-%d %H:%M}", local.isoformat(timespec="seconds"))


def column(key: str, name: str, *, numeric: bool = True) -> Column:
    """A column of figures, or of words."""
    return Column(key, name, numeric)
