"""With a failure of a test on networks: what Baton and the servers printed."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.e2e_networks.baton import Baton
from tests.e2e_networks.process import Server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds the logs of whatever the test was given that has one."""
    report = yield
    if report.failed and call.when == "call":
        for name, used in item.funcargs.items():
            if isinstance(used, Baton):
                report.sections.append((f"log of {name}", used.log()[-6000:]))
            if isinstance(used, Server):
                report.sections.append((f"log of {name}", used.words()[-6000:]))
    return report
