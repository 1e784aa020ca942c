"""The company's directories, as baton.toml names them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.config import Config
from integrations.crm.rest.directory import RestDirectory
from integrations.http import Http
from integrations.record import kind_of, settings_of

DIRECTORIES = (RestDirectory,)
"""A connector to directories counts once it stands here."""


def open_directories(config: Config, environment: Mapping[str, str], http: Http) -> dict[str, RestDirectory]:
    """Every configured directory by name; raises `ConfigError` for a kind that has no connector, or settings it cannot
    read."""
    kinds = {connector.kind: connector for connector in DIRECTORIES}
    directories = {}
    for name, part in config.directories.items():
        place = ("directories", name)
        connector = kind_of(kinds, part.kind, place, config)
        directories[name] = connector(settings_of(connector, place, part, "directory", config, environment), http)
    return directories
