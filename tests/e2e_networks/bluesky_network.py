"""A Bluesky network with people: Bluesky's own servers from npm, on this machine alone (`bluesky/network.mjs`)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.e2e.calls import Json, call
from tests.e2e.demo import ROOT, free_ports
from tests.e2e.waiting import until
from tests.e2e_networks.process import Server

_JS = ROOT / "tests" / "e2e_networks" / "bluesky"
_SETTLED = 2.5
"""Seconds after an account is made until all servers know of it."""


class BlueskyNetwork(Server):
    """Use as `with BlueskyNetwork(folder) as bluesky:`; `bluesky.account("maya")` posts and looks."""

    def __init__(self, folder: Path) -> None:
        port, database_port = free_ports(2)
        self.url = f"http://127.0.0.1:{port}"
        # The servers keep their files in the system's folder for what is temporary.
        files = folder / "files"
        files.mkdir(parents=True)
        super().__init__(
            ["node", _JS / "network.mjs", str(port), str(database_port)],
            folder / "bluesky.log",
            lambda: "ready" in self.words().splitlines(),
            environment={"TMPDIR": str(files), "NODE_ENV": "test"},
            cwd=_JS,
            within=120.0,
        )

    def __enter__(self) -> BlueskyNetwork:
        self.start()
        return self

    def accounts(self, *names: str) -> tuple[Account, ...]:
        """New people on the network: `maya` is @maya.test there."""
        made = [self._made(name) for name in names]
        time.sleep(_SETTLED)
        return tuple(made)

    def _made(self, name: str) -> Account:
        handle, password = f"{name}.test", f"{name}-app-password"
        entered = {"handle": handle, "email": f"{name}@mail.test", "password": password}
        session = _xrpc("POST", self.url, "com.atproto.server.createAccount", body=entered)
        return Account(self.url, handle, str(session["did"]), password, str(session["accessJwt"]))


@dataclass(frozen=True)
class Account:
    """A person on the network, through the API."""

    url: str
    handle: str
    did: str
    password: str = field(repr=False)
    token: str = field(repr=False)

    def get(self, name: str, **params: Any) -> Json:
        """A query as this person."""
        return _xrpc("GET", self.url, name, params=params, token=self.token)

    def do(self, name: str, **body: Any) -> Json:
        """A procedure as this person."""
        return _xrpc("POST", self.url, name, body=body, token=self.token)

    def post(self, text: str, *mentioned: Account, under: Json | None = None, **more: Any) -> Json:
        """Writes a post, gives its `uri` and `cid`; `under` is the post it answers."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": _now(), "langs": ["en"], **more}
        if mentioned:
            record["facets"] = [_facet(text, each) for each in mentioned]
        if under is not None:
            above = self.record(under["uri"])
            this = {"uri": under["uri"], "cid": above["cid"]}
            record["reply"] = {"root": above["value"].get("reply", {}).get("root", this), "parent": this}
        return self._create("app.bsky.feed.post", record)

    def record(self, uri: str) -> Json:
        """A record as its author's repository has it."""
        repo, collection, rkey = uri.removeprefix("at://").split("/")
        return self.get("com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=rkey)

    def again(self, uri: str, text: str) -> None:
        """Tries to write a post where one of theirs stands already."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": _now()}
        self._create("app.bsky.feed.post", record, rkey=uri.rpartition("/")[2])

    def delete(self, post: Json) -> None:
        """Deletes a post of theirs."""
        collection, rkey = post["uri"].split("/")[-2:]
        self.do("com.atproto.repo.deleteRecord", repo=self.did, collection=collection, rkey=rkey)

    def block(self, whom: Account) -> Json:
        """Blocks somebody."""
        return self._create("app.bsky.graph.block", {"subject": whom.did, "createdAt": _now()})

    def close(self, post: Json) -> None:
        """Lets nobody answer a post of theirs."""
        gate = {"post": post["uri"], "allow": [], "createdAt": _now()}
        self._create("app.bsky.feed.threadgate", gate, rkey=post["uri"].rpartition("/")[2])

    def _create(self, collection: str, record: Json, **more: str) -> Json:
        return self.do("com.atproto.repo.createRecord", repo=self.did, collection=collection, record=record, **more)

    def sees(self, post: Json) -> Json | None:
        """A post as they see it; None when they do not."""
        found: list[Json] = self.get("app.bsky.feed.getPosts", uris=post["uri"])["posts"]
        return found[0] if found else None

    def answers(self, post: Json) -> list[Json]:
        """What stands under a post, answers to answers included."""
        return list(_under(self.get("app.bsky.feed.getPostThread", uri=post["uri"])["thread"]))

    def sees_answer(self, post: Json, *words: str, seconds: float = 60.0) -> Json:
        """Waits until an answer with these words stands under a post."""

        def look() -> Json | None:
            found = (each for each in self.answers(post) if all(word in each["record"]["text"] for word in words))
            return next(found, None)

        return until(look, f"{self.handle} sees {words}", seconds, 0.2)

    def is_told(self, *words: str, seconds: float = 60.0) -> Json:
        """Waits for a notification of a post with these words."""

        def look() -> Json | None:
            told: list[Json] = self.get("app.bsky.notification.listNotifications", limit=50)["notifications"]
            return next((each for each in told if all(word in each["record"].get("text", "") for word in words)), None)

        return until(look, f"{self.handle} is told {words}", seconds, 0.2)


def _under(thread: Json) -> Iterator[Json]:
    for answer in thread.get("replies", ()):
        if "post" in answer:
            yield answer["post"]
        yield from _under(answer)


def _facet(text: str, whom: Account) -> Json:
    start = text.encode().index(f"@{whom.handle}".encode())
    place = {"byteStart": start, "byteEnd": start + len(whom.handle) + 1}
    return {"index": place, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": whom.did}]}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _xrpc(
    method: str,
    url: str,
    name: str,
    *,
    params: Mapping[str, Any] | None = None,
    body: Json | None = None,
    token: str = "",
) -> Json:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    sent = None
    if body is not None:
        sent, headers["content-type"] = json.dumps(body).encode(), "application/json"
    answer = call(method, f"{url}/xrpc/{name}", sent, headers, query=params)
    assert answer.status == 200, f"{name} answered {answer.status}: {answer.body.decode()[:500]}"
    return answer.json()
