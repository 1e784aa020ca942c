"""How subcommands print what others wrote."""

from __future__ import annotations

from collections.abc import Sequence


def on_a_line(said: str) -> str:
    """What others said, as a terminal may show it: no line and no command of its own."""
    return "".join(letter if letter.isprintable() else "�" for letter in " ".join(said.split()))


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines whose columns stand under each other; cells of digits stand to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(_set(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _set(cell: str, width: int) -> str:
    return cell.rjust(width) if cell.replace(",", "").isdigit() else cell.ljust(width)
