"""Four networks and a shop on loopback, each as far as its documentation says and Baton asks.

Each knows the truth: what customers wrote, edited and deleted, and which answers stand there.
"""

from __future__ import annotations

import itertools
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import orjson

Kill = Callable[[str], bool]
"""Kills Baton, saying when; false where that was not possible."""

FATES = ("killed before", "killed after", "failed after", "answered")
"""What becomes of one try after another to answer: Baton dies before the answer is taken or after, or is told nonsense."""


@dataclass
class Written:
    """Something that stands on a network. `thread` is the id of what it began with."""

    id: str
    author: str
    text: str
    thread: str
    parent: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    edited_at: datetime | None = None
    deleted: bool = False
    ours: bool = False


class Gone(Exception):
    """The connection ends without an answer: there is nobody left who would read it."""


@dataclass(frozen=True)
class Refusal:
    """An answer that says why not."""

    status: int
    words: dict[str, str]


class Network:
    """What all have in common. `lock` is held for every look and every change."""

    kind = ""
    edits = True
    deletes = True
    threads = True
    recent = 20
    """Edits and deletes happen to the latest so many posts: Baton looks for them there only."""

    def __init__(self, kill: Kill, turn: int) -> None:
        self.lock = threading.RLock()
        self.posts: dict[str, Written] = {}
        self.spared: set[str] = set()
        self.fates: Counter[str] = Counter()
        self.numbers = itertools.count(100)
        self._kill = kill
        self._turns = deque(FATES)
        self._turns.rotate(-turn)

    @property
    def name(self) -> str:
        """As it is called in baton.toml."""
        return f"chaos-{self.kind}"

    def new_id(self, author: str) -> str:
        """The id of the next post."""
        return str(next(self.numbers))

    def write(self, author: str, text: str, parent: Written | None = None) -> Written:
        """A customer writes, or answers."""
        with self.lock:
            id_ = self.new_id(author)
            parent = parent if self.threads else None
            thread = parent.thread if parent is not None else self.thread_of(author, id_)
            post = Written(id_, author, text, thread, parent.id if parent is not None else None)
            self.posts[id_] = post
            self.happened("written", post)
            return post

    def thread_of(self, author: str, id: str) -> str:
        """The thread that a post begins."""
        return id

    def edit(self, post: Written, text: str) -> None:
        """The customer changes their words."""
        with self.lock:
            post.text, post.edited_at = text, datetime.now(UTC)
            self.happened("edited", post)

    def delete(self, post: Written) -> None:
        """The customer takes it back."""
        with self.lock:
            post.deleted = True
            self.happened("deleted", post)

    def happened(self, what: str, post: Written) -> None:
        """For networks that tell by themselves."""

    def heard(self) -> list[Written]:
        """What customers wrote, deleted or not."""
        with self.lock:
            return [post for post in self.posts.values() if not post.ours]

    def answers(self, text: str) -> list[Written]:
        """Our answers with this text."""
        with self.lock:
            return [post for post in self.posts.values() if post.ours and text in post.text]

    def answered(self, text: str, parent: str, id: str = "") -> Written:
        """Baton answers; raises `Gone` where it does not live to hear of it, `OSError` where it is told nonsense."""
        fate = self._turns[0]
        if fate == "killed before" and self._kill("before an answer was taken"):
            self._took_its_turn()
            raise Gone
        with self.lock:
            thread = self.posts[parent].thread if parent in self.posts else parent
            post = Written(id or self.new_id("acme"), "acme", text, thread, parent, ours=True)
            self.posts[post.id] = post
        if fate == "killed after" and self._kill("after an answer was taken"):
            self._took_its_turn()
            raise Gone
        if fate == "failed after":
            self._took_its_turn()
            raise OSError
        # Where it could not be killed just now, the next try is another chance.
        self.fates["answered"] += 1
        if fate == "answered":
            self._turns.rotate(-1)
        return post

    def _took_its_turn(self) -> None:
        self.fates[self._turns[0]] += 1
        self._turns.rotate(-1)

    def serve(self, method: str, path: str, query: dict[str, list[str]], body: Any, headers: Any) -> Any:
        """Answers a request, whose path is below the network's own, with something for JSON, or a status."""
        raise NotImplementedError

    def settings(self, base: str) -> str:
        """Its part of baton.toml."""
        return f'[sources.{self.name}]\nkind = "{self.kind}"\nevery = "1s"\nbudget = "1000000 in 5m"\n'


class Networks:
    """Serves them all on one port."""

    def __init__(self, *networks: Network) -> None:
        self.all = networks
        handler = type("Asked", (_Asked,), {"networks": {network.kind: network for network in networks}})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Networks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def settings(self) -> str:
        """All their parts of baton.toml."""
        return "\n".join(network.settings(f"{self.base}/{network.kind}") for network in self.all)

    def __iter__(self) -> Iterator[Network]:
        return iter(self.all)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked is dead; nobody need hear of it. What a network does wrong itself is to be seen."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    networks: ClassVar[dict[str, Network]] = {}

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        kind, _, path = parts.path.lstrip("/").partition("/")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            said = self.networks[kind].serve(
                self.command, path, parse_qs(parts.query), orjson.loads(body) if body else None, self.headers
            )
        except Gone:
            self.close_connection = True
            return
        except OSError:
            said = 502
        try:
            self._say(said)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _say(self, said: Any) -> None:
        status = said if isinstance(said, int) else said.status if isinstance(said, Refusal) else 200
        words = {"error": "failed"} if isinstance(said, int) else said.words if isinstance(said, Refusal) else said
        content = said if isinstance(said, bytes) else orjson.dumps(words)
        self.send_response_only(status)
        self.send_header("content-type", "application/xml" if isinstance(said, bytes) else "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
