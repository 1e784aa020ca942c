"""The weights of the mood model and their file: a line of JSON, then two signed bytes for each place of the table."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from integrations.ai.local.features import MARKS, TABLE

FILE = Path(__file__).with_name("mood.bin")


@dataclass(frozen=True)
class Weights:
    """What each feature adds for `negative` and for `positive`, beside `neutral`, which is the zero of both.

    `table` holds the pairs of the hashed features, in units of `unit`; `marks` and `bias` are plain numbers. `heat`
    divides the sums before they become shares of certainty, so that of findings said to be 70 % sure 70 % are right.
    `data` names what they were trained on, by the SHA-256 of each file.
    """

    table: bytes
    unit: float
    marks: dict[str, tuple[float, float]]
    bias: tuple[float, float]
    heat: float
    data: dict[str, str]

    @cached_property
    def signed(self) -> array[int]:
        """The table as signed numbers, two for each place."""
        return array("b", self.table)

    def packed(self) -> bytes:
        """The file's content, the same for the same weights."""
        head = {"unit": self.unit, "bias": self.bias, "heat": self.heat, "data": self.data, "marks": self.marks}
        return json.dumps(head, sort_keys=True).encode() + b"\n" + self.table


def unpacked(content: bytes) -> Weights:
    """The weights of a file's content; raises ValueError when they do not fit this version's features."""
    head, table = content.split(b"\n", 1)
    read = json.loads(head)
    if len(table) != 2 * TABLE or read["marks"].keys() != MARKS.keys():
        raise ValueError("these weights were made for other features: train them anew")
    return Weights(
        table=table,
        unit=read["unit"],
        marks={name: (negative, positive) for name, (negative, positive) in read["marks"].items()},
        bias=(read["bias"][0], read["bias"][1]),
        heat=read["heat"],
        data=read["data"],
    )
