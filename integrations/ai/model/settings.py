"""What is needed to ask a model: its address, its name, its key, how long it may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config import AiPart

OPENAI = "https://api.openai.com/v1"
"""Where a model is asked for that no address is given for."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One model at one address. `key` is empty where the address needs none; `timeout` is in seconds."""

    model: str
    url: str = OPENAI
    key: str = field(default="", repr=False)
    timeout: float = 30.0

    @property
    def missing(self) -> str:
        """The environment variable without which nothing can be asked; empty where nothing is missing."""
        return "OPENAI_API_KEY" if not self.key and self.url.rstrip("/") == OPENAI else ""


def model_settings(part: AiPart, environment: Mapping[str, str]) -> ModelSettings | None:
    """What baton.toml and the environment say of a model; None where none is named."""
    if not part.model.strip():
        return None
    url = environment.get("OPENAI_BASE_URL", "").strip() or OPENAI
    return ModelSettings(part.model.strip(), url, environment.get("OPENAI_API_KEY", "").strip(), part.timeout)
