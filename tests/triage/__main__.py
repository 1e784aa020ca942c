"""`python -m tests.triage DATA`: measure each part of triage on the data in a folder; exit code 1 when a goal is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.triage.data import Missing
from tests.triage.plan import PARTS
from tests.triage.report import Line, table


def main(words: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, and print it."""
    options = _options(words)
    try:
        lines = measure(options.data, options.only)
    except Missing as error:
        print(error, file=sys.stderr)
        return 2
    print(table(lines))
    return 0 if all(line.reached for line in lines) else 1


def measure(data: Path, only: Sequence[str]) -> list[Line]:
    """The lines of the parts named; raises `Missing` when a file is not there."""
    if not data.is_dir():
        raise Missing(f"{data} is no folder. Say where the data is: make bench-triage DATA=FOLDER")
    lines: list[Line] = []
    for name, part in PARTS:
        if name in only:
            print(f"measuring {name} …", file=sys.stderr)
            lines += part(data)
    return lines


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.triage", description=__doc__)
    names = [name for name, _ in PARTS]
    parser.add_argument("data", type=Path, help="the folder that holds the data")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="PART", help=", ".join(names))
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
