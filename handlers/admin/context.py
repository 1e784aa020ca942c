"""What a subcommand of app.py gets: settings of this installation, and ways to what it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from bot.config import Config

if TYPE_CHECKING:
    from bot.domain.learning import Learning
    from bot.ports import (
        ChartPainter,
        Clock,
        CompanyDirectory,
        Crm,
        DeadLetters,
        Past,
        Printer,
        Source,
        Storage,
        Triage,
    )


class Context(Protocol):
    """Set as typer's `obj` by app.py. Nothing is opened before it is asked for."""

    data_dir: Path
    port: int
    database_url: str
    config: Config
    environment: Mapping[str, str]
    clock: Clock

    def storage(self) -> AbstractAsyncContextManager[Storage]:
        """The store, migrated; closed at the end of the block."""
        ...

    def past(self) -> AbstractAsyncContextManager[Past]:
        """The store, migrated, for a past that is brought whole; kept when the block ends without an error."""
        ...

    def sources(self) -> AbstractAsyncContextManager[Mapping[str, Source]]:
        """Every source by name, ready to be asked; closed at the end of the block."""
        ...

    def tried(self, file: Path) -> Source:
        """The one source in a TOML file; it can read, and ask nobody."""
        ...

    def crms(self) -> AbstractAsyncContextManager[Mapping[str, Crm]]:
        """Every CRM by name, ready to be asked; closed at the end of the block."""
        ...

    def triage(self, learned: Learning | None = None) -> Triage:
        """What reads posts here; with what was learned, where that is given."""
        ...

    def directories(self) -> AbstractAsyncContextManager[Mapping[str, CompanyDirectory]]:
        """Every directory of employees or vendors by name, ready to be asked; closed at the end of the block."""
        ...

    def painter(self) -> AbstractAsyncContextManager[ChartPainter]:
        """Paints charts; closed at the end of the block."""
        ...

    def printer(self) -> Printer:
        """Prints cards on paper."""
        ...

    def dead_letters(self) -> AbstractAsyncContextManager[DeadLetters]:
        """The outbox from the outside; closed at the end of the block."""
        ...


def context_of(typed: typer.Context) -> Context:
    """The context that app.py put there."""
    context: Context = typed.obj
    return context
