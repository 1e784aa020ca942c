"""A subcommand reads what it needs and no more: nobody waits a second for packages that are not used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

HEAVY = {
    "aiohttp",
    "alembic",
    "apscheduler",
    "asyncpg",
    "botbuilder",
    "openai",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
}

SAYING = """
import json, runpy, sys
sys.argv[:2] = [sys.argv[1]]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def read_for(folder: Path, *words: str) -> set[str]:
    """The packages that a fresh interpreter has read once it ran a subcommand."""
    done = subprocess.run(
        [sys.executable, "-c", SAYING, str(ROOT / "app.py"), *words],
        env={"PATH": "", "PYTHONPATH": str(ROOT), "BATON_DATA_DIR": str(folder / "data")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_triage_reads_neither_platforms_nor_store_nor_network_nor_clock(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text("text\nmy parcel never arrived\n")
    packages = read_for(tmp_path, "triage", "--input", "posts.csv", "--output", "found.jsonl")
    assert json.loads((tmp_path / "found.jsonl").read_text())["row"] == 0
    assert "integrations" in packages
    assert sorted(packages & (HEAVY | {"storage", "playground"})) == []


@pytest.mark.parametrize("subcommand", [("stats",), ("outbox", "list"), ("migrate",)])
def test_what_looks_at_the_store_reads_no_platform_and_no_clock(tmp_path: Path, subcommand: tuple[str, ...]) -> None:
    packages = read_for(tmp_path, *subcommand)
    assert "sqlalchemy" in packages
    assert sorted(packages & {"apscheduler", "botbuilder", "openai", "slack_bolt", "slack_sdk"}) == []
