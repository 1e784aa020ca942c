"""Every connector that acts by tokens: they are kept, whoever renews them, and the owner of an account can be asked for its permission."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import NotSetError
from bot.ports import Storage
from handlers.token_keeper import StoredTokenKeeper, keep_tokens
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, SourceSettings
from tests.contract.both import opened
from tests.contract.networks import PRETENDED
from tests.fakes.clock import SystemClock

ASKED = [
    connector for connector in CONNECTORS if connector.permission is not None or connector.kind in {"linkedin", "x"}
]
BY_OAUTH = pytest.mark.parametrize("connector", ASKED, ids=lambda connector: str(connector.kind))


@pytest.mark.parametrize("kind", PRETENDED)
async def test_a_connector_that_has_tokens_has_them_kept_by_whatever_way_it_asks_for_them(kind: str) -> None:
    async def store() -> Storage:
        raise AssertionError("nothing is kept by being opened")

    with PRETENDED[kind]() as network:
        async with Http(timeout=1.5, tries=1, patience=0.0) as http:
            source = opened(network, http)
            await source.missing()
            if not network.renews or network.tokens_given == 0:
                return  # a person sets it
            keep_tokens([source], store, lambda: (b"a secret of the installation",), SystemClock())
            assert isinstance(source.tokens.keeper, StoredTokenKeeper), "renewal() says how its token is had"


@BY_OAUTH
async def test_its_owner_is_asked_for_what_it_needs_at_the_networks_own_address(connector: type[Connector]) -> None:
    options = {"client_id": "the-client", "client_id_env": "ID", "client_secret_env": "SECRET", "account": "acme"}
    known = {name: value for name, value in options.items() if name in connector.Options.model_fields}
    secrets = {"client_id_env": "the-client", "client_secret_env": "the-secret", "secret_env": "the-secret"}
    source = connector(SourceSettings("acme", account="acme", options=known, secrets=secrets), Http())
    asking = source.tokens.ask("https://127.0.0.1/allowed")
    assert asking.address.startswith("https://")
    asked = parse_qs(urlsplit(asking.address).query)
    assert asked["client_id"] == ["the-client"]
    assert asked["scope"][0].strip()
    assert ("code_challenge" in asked) == bool(asking.verifier)
    assert "the-secret" not in asking.address
    renew = source.renewal()
    assert renew is not None
    with pytest.raises(NotSetError, match="sources allow acme"):
        await renew(None)
