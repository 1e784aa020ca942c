"""The front door as a sender sees it: posts that tests make up, signed as Standard Webhooks say, and delivered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from standardwebhooks import Webhook

from handlers.admin.demo import DEMO_SECRET
from tests.e2e.calls import Answer, Json, call


def written(text: str, handle: str = "tom", *, network: str = "x", ago: float = 30.0, **more: Any) -> Json:
    """A post that nobody else wrote."""
    made: Json = {
        "network": network,
        "account": "acme",
        "external_id": f"p-{uuid4().hex}",
        "author": {"handle": handle},
        "text": text,
        "posted_at": (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(),
    }
    made.update(more)
    return made


def answering(post: Json, text: str, **more: Any) -> Json:
    """What the same customer writes under their post."""
    more = {"network": post["network"], "author": post["author"], "parent_id": post["external_id"], **more}
    return written(text, **more)


def edited(post: Json, text: str) -> Json:
    """The record that says that a post was edited."""
    return {"kind": "edited", "post": {**post, "text": text, "edited_at": datetime.now(UTC).isoformat()}}


def deleted(post: Json) -> Json:
    """The record that says that a post was deleted."""
    return {"kind": "deleted", "post": {name: post[name] for name in ("network", "account", "external_id")}}


@dataclass(frozen=True)
class FrontDoor:
    """The generic webhook of the source `demo`."""

    base: str
    secret: str = DEMO_SECRET

    @property
    def url(self) -> str:
        """Where deliveries go."""
        return f"{self.base}/hooks/generic/demo"

    def deliver(self, *records: Json) -> Json:
        """Delivers records that must be accepted."""
        answer = self.send(json.dumps(records, ensure_ascii=False).encode())
        assert answer.status == 200, answer
        return answer.json()

    def send(self, body: bytes, *, at: datetime | None = None, secret: str | None = None) -> Answer:
        """Delivers any bytes, signed at a time and with a secret of one's choice."""
        at, delivery = at or datetime.now(UTC), f"msg_{uuid4().hex}"
        signed = Webhook(secret or self.secret).sign(delivery, at, body.decode("utf-8", "replace"))
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signed,
        }
        return call("POST", self.url, body, headers)
