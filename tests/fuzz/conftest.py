"""What was tried, as a table at the end; the workers of a parallel run hand their lines over with their reports."""

from __future__ import annotations

import pytest

from tests.fuzz.settings import CASES, SEED

_LINE = "fuzz"


def pytest_report_header() -> str:
    """With which the same can be tried again."""
    return f"fuzz: {CASES:,} cases of each connector, SEED={SEED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Connector, cases, what became of them."""
    reports = [
        each for found in terminalreporter.stats.values() for each in found if isinstance(each, pytest.TestReport)
    ]
    lines = sorted({str(value) for each in reports for name, value in each.user_properties if name == _LINE})
    if lines:
        terminalreporter.write_sep("=", f"what the parsers were given (SEED={SEED})")
        terminalreporter.write_line(
            f"{'connector':<16}{'cases':>9}{'refused':>9}{'events':>9}{'unread':>9}{'slowest':>10}"
        )
        for line in lines:
            terminalreporter.write_line(line)
