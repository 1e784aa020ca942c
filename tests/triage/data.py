"""The data triage is measured on, from the folder that is given: what each file is called and how it is read.

None of it is in the tree: the airline posts may be measured with but not passed on, and the rest is large.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.triage import Mood

AIRLINE = "airline_dev.csv"
CRISIS = "crisis_dev.csv"
GOEMOTIONS = "goemotions"


class Missing(Exception):
    """A file of the data is not where it was said to be; the message says which."""


@dataclass(frozen=True, slots=True)
class AirlinePost:
    """A post to an airline: how it was meant, and what it complained of, empty where it did not."""

    text: str
    mood: Mood
    reason: str


@dataclass(frozen=True, slots=True)
class CrisisPost:
    """A post during a disaster, and whether it is `Related and informative`, as its file says."""

    event: str
    text: str
    informativeness: str


def needed(data: Path, name: str) -> Path:
    """The path of a file or folder of the data; raises `Missing` when it is not there."""
    path = data / name
    if not path.exists():
        raise Missing(f"{path} is missing: DATA names the folder that holds {AIRLINE}, {CRISIS} and {GOEMOTIONS}/.")
    return path


def airline(data: Path) -> list[AirlinePost]:
    """The posts to airlines, in the file's order."""
    return [AirlinePost(row["text"], _mood(row["sentiment"]), row["reason"]) for row in _rows(data, AIRLINE)]


def crisis(data: Path) -> list[CrisisPost]:
    """The posts during disasters, in the file's order."""
    return [CrisisPost(row["event"], row["text"], row["informativeness"].strip()) for row in _rows(data, CRISIS)]


def _rows(data: Path, name: str) -> Iterator[dict[str, str]]:
    with needed(data, name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _mood(word: str) -> Mood:
    match word:
        case "negative" | "neutral" | "positive":
            return word
        case _:
            raise ValueError(f"not a mood: {word}")
