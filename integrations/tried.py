"""A source in a file of its own, opened to be tried on a saved delivery before it goes into baton.toml."""

from __future__ import annotations

from pathlib import Path

from bot.config import parse
from bot.errors import UserError
from bot.ports import Source
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import open_sources


def open_tried(file: Path) -> Source:
    """The one source in the file, written as in baton.toml; it can read, and ask nobody.

    Raises `ConfigError` with the line, `UserError` where there is no such file or not one source in it.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file.name} cannot be read: {error}", "Name a TOML file.") from error
    config = parse(text, file.name)
    if len(config.sources) != 1:
        mend = "It needs one [sources.<name>] with its [sources.<name>.mapping], as in baton.toml."
        raise UserError(f"{file.name} has {len(config.sources)} sources.", mend)
    return next(iter(open_sources(CONNECTORS, config, {}, Http()).values()))
