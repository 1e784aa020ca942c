"""The parts of triage that are measured, in the order they are printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.triage import crisis, departments, duplicates, language, personal_data, sentiment, speed
from tests.triage.report import Line

Measure = Callable[[Path], list[Line]]

PARTS: tuple[tuple[str, Measure], ...] = (
    ("sentiment", sentiment.measure),
    ("departments", departments.measure),
    ("crisis", crisis.measure),
    ("language", language.measure),
    ("personal-data", personal_data.measure),
    ("duplicates", duplicates.measure),
    ("speed", speed.measure),
)
"""Each part's name, and what measures it on the data in a folder."""
