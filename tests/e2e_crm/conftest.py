"""A Tryton of the company's for the whole run; with a failure, what it and Baton printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e_crm.tryton_server import TrytonServer
from tests.e2e_networks.conftest import pytest_runtest_makereport

__all__ = ["pytest_runtest_makereport"]


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    """A running server with a company that sells; every test enters customers of its own."""
    with TrytonServer(tmp_path_factory.mktemp("tryton")) as server:
        server.furnish()
        yield server
