"""`make recount`: makes up a past, prints the digest of its last full week, and counts every number of it again.

Both are done by `app.py`, as an operator would. Exits with 1 where a number differs or was not counted again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.databases import serve_postgres
from tests.recount.company import COMPANY, CONFIG, ZONE
from tests.recount.ideas import add_ideas
from tests.recount.recounted import differences, recounted
from tests.recount.rows import LOCAL, rows_of

ROOT = Path(__file__).resolve().parents[2]

NO_COUNTS = r"failures\.\d+\..*|unheard\.best\.\d+\.text|maturity\.name|ideas\.most_asked_for.*"
"""What is printed beside the numbers."""


async def again(url: str, folder: Path, count: int, weeks: int, week: str) -> list[str]:
    """Make up a past behind this address, and count the week again; gives what differs."""
    config = folder / "baton.toml"
    config.write_text(CONFIG, "utf-8")
    environment = {
        **os.environ,
        "BATON_DATA_DIR": str(folder),
        "BATON_CONFIG": str(config),
        "BATON_DATABASE_URL": url,
    }
    await run(environment, "seed", "--conversations", str(count), "--weeks", str(weeks))
    await add_ideas(url, week)
    begun = time.monotonic()
    printed = json.loads(await run(environment, "digest", "--week", week, "--format", "json"))
    made = time.monotonic() - begun
    async with rows_of(url) as rows:
        found = await recounted(rows, week, COMPANY)
    wrong = differences(printed, found, NO_COUNTS)
    heard = printed["heard"]["count"]
    print(
        f"{url.split(':', maxsplit=1)[0]}: {count:,} conversations, {heard:,} in {week}; the digest took {made:.1f} s",
        flush=True,
    )
    return wrong if heard else ["the week is empty"]


async def run(environment: dict[str, str], *words: str) -> str:
    """What a subcommand of app.py prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "app.py"), *words), env=environment, cwd=ROOT, stdout=-1, stderr=-1
    )
    out, err = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"app.py {words[0]}: {err.decode()[-2000:]}")
    return out.decode()


def last_full_week() -> str:
    """As `2026-W46`, in the company's zone."""
    year, week, _ = (datetime.now(UTC).astimezone(ZoneInfo(ZONE)) - timedelta(days=7)).isocalendar()
    return f"{year}-W{week:02}"


@asynccontextmanager
async def store(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of an empty store."""
    if kind == "sqlite":
        yield f"{LOCAL}{folder / 'baton.db'}"
        return
    with contextmanager(serve_postgres)() as server:
        yield await server.fresh()


async def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.recount", description=__doc__)
    parser.add_argument("--conversations", type=int, default=200_000)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    options = parser.parse_args(words)
    wrong: list[str] = []
    for kind in (options.only,) if options.only else ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="baton-recount-") as folder:
            # Where the server keeps its socket.
            os.environ["XDG_RUNTIME_DIR"] = folder
            async with store(kind, Path(folder)) as url:
                wrong += await again(url, Path(folder), options.conversations, options.weeks, last_full_week())
    print("\n".join(wrong) or "every number is the same")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
