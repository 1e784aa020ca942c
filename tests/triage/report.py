"""The lines of `make bench-triage`: one measure each, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of one part.

    `goal` is what must be reached, at least where higher is better, at most where lower is; None where the figure only
    informs. `beside` is what the comparison (for sentiment: VADER) gives in the same run. Shares are in percent.
    """

    part: str
    measure: str
    value: float
    goal: float | None = None
    beside: float | None = None
    better: Literal["higher", "lower"] = "higher"

    @property
    def reached(self) -> bool:
        """Is the goal reached, or none set?"""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal


def table(lines: Sequence[Line]) -> str:
    """The lines for people to read."""
    width = max([len("measure"), *(len(line.measure) for line in lines)]) + 2
    head = f"{'part':<15}{'measure':<{width}}{'value':>11}{'goal':>13}{'beside':>10}"
    return "\n".join([head, *(_row(line, width) for line in lines)])


def _row(line: Line, width: int) -> str:
    sign = "≥" if line.better == "higher" else "≤"
    goal = "-" if line.goal is None else f"{sign} {line.goal:,.1f}"
    beside = "-" if line.beside is None else f"{line.beside:,.1f}"
    missed = "" if line.reached else "  MISSED"
    return f"{line.part:<15}{line.measure:<{width}}{line.value:>11,.1f}{goal:>13}{beside:>10}{missed}"
