"""The published schema is the one of the code, and says the same as the code about what may come in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.domain.delivery import Delivery
from bot.errors import PermanentError
from integrations.http import Http
from integrations.networks.generic import GenericWebhook
from integrations.post_schema import as_text
from integrations.source import SourceSettings
from tests.contract.test_sources import RECEIVED, saved
from tests.integrations.doors import post

ROOT = Path(__file__).parent.parent.parent
PUBLISHED = ROOT / "docs" / "post.schema.json"


def test_the_published_schema_is_up_to_date() -> None:
    assert PUBLISHED.read_text("utf-8") == as_text(), "run: python -m integrations.post_schema > docs/post.schema.json"


@pytest.mark.parametrize("path", saved("generic"), ids=lambda path: str(path.name))
def test_saved_payloads_satisfy_it(path: Path) -> None:
    validator().validate(json.loads(path.read_bytes()))


@pytest.mark.parametrize(
    "content",
    [
        {},
        post() | {"network": "Not A Network"},
        post() | {"author": {}},
        post() | {"text": None},
        [post(), {"kind": "deleted", "post": {"network": "x"}}],
        {"kind": "metrics", "post": {"network": "x", "external_id": "1", "metrics": {"likes": "many"}}},
        "text",
    ],
)
def test_what_it_refuses_the_webhook_refuses_too(content: Any) -> None:
    source = GenericWebhook(SourceSettings("demo"), Http())
    assert not validator().is_valid(content)
    with pytest.raises(PermanentError):
        source.parse(Delivery(json.dumps(content).encode(), RECEIVED))


def validator() -> Draft202012Validator:
    schema = json.loads(PUBLISHED.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
