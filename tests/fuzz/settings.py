"""How much is tried, and with which seed: from FUZZ and SEED in the environment."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings

CASES = int(os.environ.get("FUZZ") or 10_000)

_said = os.environ.get("SEED") or "1"
SEED = random.SystemRandom().randrange(2**32) if _said == "random" else int(_said)
"""The same cases each time, unless told otherwise; `SEED=random` draws one, and it is printed."""

Test = Callable[..., None]


def tried(cases: int = CASES) -> Callable[[Test], Test]:
    """Runs a property so often. A failing case is made small before it is shown."""
    chosen = settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )

    def wrap(test: Test) -> Test:
        run: Any = seed(SEED)(chosen(test))
        made: Test = run
        return made

    return wrap
