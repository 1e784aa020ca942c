"""One bot for one SQLite file: a lock that ends with its process, however that dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigError
from storage.engine import parse_url


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Hold the lock of a SQLite file; raises `ConfigError` when another bot has it. PostgreSQL serves as many as like.

    A worker that believes itself alone takes over whatever an earlier one left unfinished: beside another that is at
    work, it would send things twice.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        yield
        return
    path = Path(f"{parsed.database}.lock")
    try:
        file = path.open("w")
    except OSError as error:
        mend = "Set BATON_DATABASE_URL or BATON_DATA_DIR to a place where it may write."
        raise ConfigError(f"{path} cannot be made: {error.strerror}.", mend) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            mend = "Stop the other one first. Several at once need PostgreSQL: set BATON_DATABASE_URL."
            raise ConfigError(f"Another Baton is running on {parsed.database}.", mend) from error
        yield
