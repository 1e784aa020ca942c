"""How polling each source goes: kept beside the cursor, told by `doctor` and the digest."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Polling:
    """How polling a source goes, as `doctor` tells it. `failures` counts since the last success; times are ISO 8601."""

    next_at: str = ""
    last_success: str = ""
    last_failure: str = ""
    failures: int = 0
    error: str = ""


async def polling(uow: UnitOfWork, source: str) -> Polling:
    """How polling this source goes."""
    kept = await uow.setting(f"polling:{source}")
    return Polling(**json.loads(kept)) if kept else Polling()
