"""The forecast as plain data, for programs: names as docs/measures.md explains them. Shares are in per cent here."""

from __future__ import annotations

from typing import Any

from bot.domain.forecasting import ALL, LEVEL, Checked, Foresight, Foretold


def forecast_data(foresight: Foresight) -> dict[str, Any]:
    """Everything that is forecast; `networks` is empty where too little is known. A network of null is all together."""
    return {
        "made_at": foresight.made_at.isoformat() if foresight.made_at is not None else None,
        "interval": LEVEL,
        "past_weeks": [week.first_day.date().isoformat() for week in foresight.weeks],
        "weeks": [week.first_day.date().isoformat() for week in foresight.ahead],
        "networks": [_line(line) for line in foresight.lines],
        "too_little_known": list(foresight.unknown),
    }


def _line(line: Foretold) -> dict[str, Any]:
    scale = 100.0 if line.measure == "negative" else 1.0
    return {
        "network": None if line.network == ALL else line.network,
        "measure": line.measure,
        "past": [None if value is None else round(value * scale, 1) for value in line.history],
        "forecast": [
            {
                "value": round(point.value * scale, 1),
                "low": round(point.low * scale, 1),
                "high": round(point.high * scale, 1),
            }
            for point in line.points
        ],
        "checked": [_checked(each) for each in line.checked.values()],
    }


def _checked(checked: Checked) -> dict[str, Any]:
    return {
        "weeks_ahead": checked.ahead,
        "weeks": checked.weeks,
        "error": round(checked.error, 1),
        "as_last_week": round(checked.naive, 1),
        "as_last_week_is_better": checked.naive_is_better,
        "within_interval": round(checked.within, 1),
    }
