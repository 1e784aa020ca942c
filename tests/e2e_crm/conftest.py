"""A Tryton of the company's for the whole run; with a failure, what it and Baton printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e_crm.tryton_server import TrytonServer
from tests.e2e_networks.baton import Baton
from tests.e2e_networks.conftest import pytest_runtest_makereport

__all__ = ["pytest_runtest_makereport"]


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    """A running server with a company that sells; every test enters customers of its own."""
    with TrytonServer(tmp_path_factory.mktemp("tryton")) as server:
        server.furnish()
        yield server


@pytest.fixture(scope="session")
def baton(tryton: TrytonServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baton]:
    """Baton with Tryton as the customer record, also told when something is escalated."""
    lines = "".join(f'{name} = "{value}"\n' for name, value in tryton.settings.items())
    part = f'[crm.tryton]\n{lines}on = ["resolved", "escalated"]\n'
    with Baton(tmp_path_factory.mktemp("baton"), part, **tryton.environment) as running:
        yield running
