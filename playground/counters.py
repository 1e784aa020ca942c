"""How often the app called what, what was refused, and how deliveries went: for tests and for the curious."""

from __future__ import annotations

from collections import Counter

from playground.refusal import Json


class Counters:
    """Counts since the start of the process."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.ratelimited: Counter[str] = Counter()
        self.delivered: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.retries = 0
        self.missing_scopes: dict[str, list[str]] = {}

    def as_json(self) -> Json:
        """All counters."""
        return {
            "calls": dict(self.calls),
            "refused": dict(self.refused),
            "ratelimited": dict(self.ratelimited),
            "delivered": dict(self.delivered),
            "failed": dict(self.failed),
            "retries": self.retries,
            "missing_scopes": self.missing_scopes,
        }
