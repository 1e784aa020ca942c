"""Opens the model that baton.toml names. Apart from the model itself, so that nobody pays for its package who has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.config import Config
from integrations.ai.model.settings import model_settings

if TYPE_CHECKING:
    from integrations.ai.model.model import Model


def open_model(config: Config, environment: Mapping[str, str], topics: tuple[str, ...] = ()) -> Model | None:
    """The configured model; None where none is named.

    `topics` are those that every company has; those of `[triage]` stand beside them, in lower case as all names of findings.
    """
    settings = model_settings(config.ai, environment)
    if settings is None:
        return None
    from integrations.ai.model.model import Model  # noqa: PLC0415 - reading the package takes half a second

    return Model(settings, config, tuple(dict.fromkeys(name.casefold() for name in (*config.triage.topics, *topics))))
