"""How every subcommand logs: one line per event on standard error, whoever wrote it. Results alone go to standard output."""

from __future__ import annotations

import logging
import re
import sqlite3
import sys
import traceback

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from bot.errors import BatonError, unquoted

_OF_A_TASK = re.compile(r"(?<=exception=).*", re.DOTALL)
"""In what asyncio says of a task that nobody waited for, its error."""


class _Strangers(logging.Filter):
    """What is no HTTP at all comes from anybody: worth a line, but neither a traceback nor what they sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        from aiohttp.http_exceptions import HttpProcessingError  # noqa: PLC0415 - it is read only where something is served

        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = "%s: %s", (record.getMessage(), type(error).__name__)
            record.exc_info = record.exc_text = None
        return True


def _trace(exc_info: ExcInfo) -> str:
    """Where an error came from, and what it says where that is ours; any other may repeat what a customer wrote."""
    chain: list[BaseException] = []
    error: BaseException | None = exc_info[1]
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(
        f"Traceback (most recent call last):\n{''.join(traceback.format_tb(each.__traceback__))}"
        f"{type(each).__name__}: {_said(each)}"
        for each in reversed(chain)
    )


def _said(error: BaseException) -> str:
    if isinstance(error, BatonError | sqlite3.Error):
        return str(error)
    return error.strerror or "…" if isinstance(error, OSError) else "…"


def _without_words_of_others(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Customers and servers are quoted to whoever mends something, not to everybody who reads logs."""
    bare = {name: unquoted(value) if isinstance(value, str) else value for name, value in event.items()}
    if event.get("logger") == "asyncio":
        bare["event"] = _OF_A_TASK.sub("…", str(bare["event"]))
    return bare


def log_to_stderr() -> None:
    """Ours from `info` on; what logs as libraries do, in the same form, from `warning` on."""
    begin: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    end: list[Processor] = [
        structlog.processors.ExceptionRenderer(_trace),
        _without_words_of_others,
        structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
    ]
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*begin, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
        )
    )
    logging.getLogger("aiohttp.server").addFilter(_Strangers())
    logging.basicConfig(handlers=[stderr], level=logging.WARNING)
    structlog.configure(
        processors=[*begin, *end],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
