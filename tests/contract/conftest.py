"""Each pretended network and the connector to it, by the kind that a test names."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from integrations.http import Http
from tests.contract.both import Both, opened
from tests.contract.networks import PRETENDED


@pytest.fixture
async def both(kind: str) -> AsyncIterator[Both]:
    with PRETENDED[kind]() as network:
        async with Http(timeout=1.5, tries=1, patience=0.0) as http:
            source = opened(network, http)
            await source.prepare()
            yield Both(network, source)
