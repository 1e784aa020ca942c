"""Plain HTTP calls on this machine, without a library between the test and the answer."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Status and body of an HTTP answer."""

    status: int
    body: bytes

    def json(self) -> Json:
        """The body, which must be a JSON object."""
        read: Json = json.loads(self.body)
        return read


def call(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    seconds: float = 30.0,
) -> Answer:
    """One request. A server that answers before it has read everything is listened to all the same."""
    parts = urlsplit(url)
    path = f"{parts.path}?{urlencode(query)}" if query else parts.path
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        try:
            connection.request(method, path, body, dict(headers or {}))
        except (BrokenPipeError, ConnectionResetError):
            if body is None or len(body) < 1_000_000:
                raise
        response = connection.getresponse()
        return Answer(response.status, response.read())
    finally:
        connection.close()


def post_json(url: str, content: Any) -> Json:
    """POSTs JSON and reads JSON."""
    return call("POST", url, json.dumps(content).encode(), {"content-type": "application/json"}).json()
