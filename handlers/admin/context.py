"""What a subcommand of app.py is given: the settings of the installation, and its store."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from bot.commands import CommandSpec
from bot.config import Config
from bot.ports import Storage


class Context(Protocol):
    """Made by app.py. `environ` is where secrets are read from; `port` is where Baton listens on this machine."""

    data_dir: Path
    port: int
    config: Config
    environ: Mapping[str, str]
    specs: tuple[CommandSpec, ...]

    def storage(self) -> AbstractAsyncContextManager[Storage]:
        """The store, migrated, for as long as the block lasts."""
        ...
