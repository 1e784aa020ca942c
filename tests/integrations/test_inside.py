"""Nobody outside sends us to an address of our own network."""

from __future__ import annotations

import pytest
from yarl import URL

from bot.errors import PermanentError
from integrations.inside import may_lead

OUTSIDE = "https://93.184.215.14/feed"

INSIDE = [
    "http://127.0.0.1:8080/",
    "http://localhost/",
    "http://10.1.2.3/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[fd00::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[::127.0.0.1]/",
]


@pytest.mark.parametrize("address", INSIDE)
async def test_from_outside_none_leads_inside(address: str) -> None:
    with pytest.raises(PermanentError, match="not followed"):
        await may_lead(URL(OUTSIDE), URL(address))


@pytest.mark.parametrize("address", [*INSIDE, OUTSIDE])
async def test_from_inside_every_one_may_be_followed(address: str) -> None:
    await may_lead(URL("http://10.0.0.7/feed"), URL(address))


async def test_from_outside_one_may_lead_on_outside() -> None:
    await may_lead(URL(OUTSIDE), URL("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/"))
