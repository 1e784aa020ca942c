"""The JSON Schema of what the generic webhook takes: `python -m integrations.post_schema > docs/post.schema.json`."""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from integrations.networks.generic import Record


def post_schema() -> dict[str, Any]:
    """One record or a list of records."""
    adapter: TypeAdapter[Any] = TypeAdapter(Record)
    made = adapter.json_schema(mode="validation")
    definitions = made.pop("$defs")
    definitions["Record"] = {"description": "A post, or what happened to one.", **made}
    record = {"$ref": "#/$defs/Record"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A delivery to Baton's generic webhook",
        "anyOf": [record, {"type": "array", "items": record}],
        "$defs": definitions,
    }


def as_text() -> str:
    """The file as it is published."""
    return json.dumps(post_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_text())
