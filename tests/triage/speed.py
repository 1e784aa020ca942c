"""All of triage together: posts a second on one core, how long the slowest take, a cold start, and what it adds to install."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from importlib.metadata import distribution
from pathlib import Path

from bot.config import Config
from integrations.ai.local import LocalTriage
from tests.triage.data import airline, crisis
from tests.triage.report import Line

BROUGHT = ("numpy", "py3langid", "vadersentiment")
"""What is installed for triage alone."""
ROOT = Path(__file__).parents[2]
COLD = "from bot.config import Config; from integrations.ai.local import LocalTriage; LocalTriage(Config()).read('Where is my parcel?')"


def measure(data: Path) -> list[Line]:
    """The figures of all parts together."""
    triage = LocalTriage(Config())
    texts = [post.text for post in airline(data)] + [post.text for post in crisis(data)]
    triage.read(texts[0])
    taken = [_seconds(triage, text) for text in texts]
    return [
        Line("speed", "posts a second", len(taken) / sum(taken), 1000.0),
        Line("speed", "99 in 100 posts take at most, ms", 1000 * statistics.quantiles(taken, n=100)[98]),
        Line("speed", "cold start to the first reading, s", _cold(), 1.5, better="lower"),
        Line("speed", "installed for it, MB", _installed() / 1e6, 80.0, better="lower"),
    ]


def _seconds(triage: LocalTriage, text: str) -> float:
    """How much of one core's time a post takes."""
    begun = time.process_time()
    triage.read(text)
    return time.process_time() - begun


def _cold() -> float:
    """How much of one core's time passes from the start of a process to its first reading: the middle one of three."""
    taken: list[float] = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", COLD], check=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def _installed() -> int:
    """The size in bytes of what triage brings, and of its own words and weights."""
    brought = [Path(str(file.locate())) for name in BROUGHT for file in distribution(name).files or ()]
    own = (ROOT / "integrations" / "ai" / "local").rglob("*.*")
    return sum(path.stat().st_size for path in [*brought, *own] if path.is_file())
