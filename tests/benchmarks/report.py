"""The figures: what each is, the table of them, and bench.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

GOALS = {
    "slash_read_p50": 0.7,
    "slash_write_p50": 1.0,
    "teams_turn_p50": 1.0,
    "slash_read_p50_1m": 0.7,
    "slash_write_p50_1m": 1.0,
    "teams_turn_p50_1m": 1.0,
    "ingest_per_s": 1.0,
    "ingest_per_s_pg": 1.0,
    "ingest_per_s_1m": 0.8,
    "ingest_per_s_pg_1m": 0.8,
    "record_lookup_p99_sqlite": 10.0,
    "record_lookup_p99_pg": 10.0,
    "import_rows_per_s_sqlite": 0.25,
    "import_rows_per_s_pg": 0.25,
}
"""The ratio that is to be reached: at most so much where lower is better, at least where higher is."""


@dataclass(frozen=True)
class Figure:
    """One figure and its floor, measured in the same run and in the same unit."""

    name: str
    value: float
    unit: str
    floor: float
    better: Literal["higher", "lower"] = "lower"

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.value / self.floor

    @property
    def reached(self) -> bool | None:
        """Is the goal reached? None where there is none."""
        goal = GOALS.get(self.name)
        if goal is None:
            return None
        return self.ratio <= goal if self.better == "lower" else self.ratio >= goal

    def as_json(self) -> dict[str, Any]:
        """The figure as bench.json has it."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "floor": round(self.floor, 3),
            "ratio": round(self.value / self.floor, 3),
            "better": self.better,
        }


def table(figures: Sequence[Figure]) -> str:
    """The figures for people to read."""
    lines = [f"{'figure':<26}{'value':>11}{'floor':>11}  {'unit':<5}{'ratio':>7}  goal"]
    for figure in figures:
        goal = GOALS.get(figure.name)
        sign = "≤" if figure.better == "lower" else "≥"
        said = "" if goal is None else f"{sign} {goal:<4} {'reached' if figure.reached else 'MISSED'}"
        lines.append(
            f"{figure.name:<26}{figure.value:>11,.2f}{figure.floor:>11,.2f}  {figure.unit:<5}{figure.ratio:>7.2f}  {said}".rstrip()
        )
    return "\n".join(lines)


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write bench.json."""
    path.write_text(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n", encoding="utf-8")
