"""`python -m tests.benchmarks`: measure each figure and its floor, print them, write bench.json."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvloop

from tests.benchmarks import report, run
from tests.benchmarks.plan import FULL, PARTS, QUICK


def main(words: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for."""
    options = _options(words)
    begun = time.monotonic()
    with _folder(options.keep) as folder:
        measuring = run.measure(options.parts, QUICK if options.quick else FULL, folder)
        figures = uvloop.run(measuring)
    print(f"\n{report.table(figures)}\n\n{(time.monotonic() - begun) / 60:.1f} minutes")
    report.write(figures, options.out)
    return 0


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    every = [part + suffix for suffix in ("", "_1m") for part in PARTS]
    parser.add_argument(
        "--only", nargs="+", choices=every, default=every, metavar="PART", dest="parts", help=", ".join(every)
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does everything work?")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where the figures go (%(default)s)")
    parser.add_argument("--keep", type=Path, help="a folder for the stores, which is kept and used again")
    return parser.parse_args(words)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """A folder for the stores, and one for PostgreSQL's socket, which it looks up when it is imported."""
    folder = kept.resolve() if kept is not None else Path(tempfile.mkdtemp(prefix="baton-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    runtime = tempfile.mkdtemp(prefix="baton-")
    os.environ["XDG_RUNTIME_DIR"] = runtime
    try:
        yield folder
    finally:
        shutil.rmtree(runtime, ignore_errors=True)
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
