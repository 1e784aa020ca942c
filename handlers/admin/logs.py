"""How every subcommand logs: one line per event on standard error, whoever wrote it. Results alone go to standard output."""

from __future__ import annotations

import logging
import sys

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from structlog.typing import Processor


class _Strangers(logging.Filter):
    """What is no HTTP at all comes from anybody: worth a line, but neither a traceback nor what they sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = "%s: %s", (record.getMessage(), type(error).__name__)
            record.exc_info = record.exc_text = None
        return True


def log_to_stderr() -> None:
    """Ours from `info` on; what logs as libraries do, in the same form, from `warning` on."""
    begin: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    end: list[Processor] = [
        structlog.processors.format_exc_info,
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
