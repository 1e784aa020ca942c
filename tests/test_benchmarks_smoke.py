"""The benchmarks still run, and what they write has the shape that is promised."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.report import Figure, table

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_quick_run_on_a_seeded_store_writes_its_figures(tmp_path: Path) -> None:
    written = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "ingest_1m", "customer_lookup_1m"]
    run = subprocess.run([*command, "--out", str(written)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    figures = json.loads(written.read_text("utf-8"))
    assert [figure["name"] for figure in figures] == ["customer_lookup_p99_1m", "ingest_per_s_1m", "heard_per_s_1m"]
    for figure in figures:
        assert set(figure) == {"name", "value", "unit", "floor", "ratio", "better"}
        assert figure["value"] > 0
        assert figure["floor"] > 0
        assert figure["name"] in run.stdout


def test_a_ratio_is_so_many_times_the_floor_and_says_whether_the_goal_is_reached() -> None:
    slow, quick = Figure("slash_read_p50", 9.0, "ms", 10.0), Figure("slash_read_p50", 7.0, "ms", 10.0)
    assert slow.as_json()["ratio"] == 0.9
    assert (slow.reached, quick.reached) == (False, True)
    assert Figure("ingest_per_s", 900.0, "1/s", 1000.0, "higher").reached is False
    assert Figure("post_to_card_p50", 5.0, "ms", 1.0).reached is None
    assert "MISSED" in table([slow])
