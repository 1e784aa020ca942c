"""The customers' side: takes the answers that Baton hands to the source of the posts."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from standardwebhooks import Webhook


class Desk:
    """Listens on loopback, checks the signature, and keeps each answer once under its key."""

    def __init__(self, secret: str) -> None:
        self.answers: dict[str, dict[str, object]] = {}
        webhook, answers = Webhook(secret), self.answers

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                webhook.verify(body, {name.lower(): value for name, value in self.headers.items()})
                key = self.headers["webhook-id"]
                answers.setdefault(key, json.loads(body))
                said = json.dumps({"external_id": key, "url": f"https://desk.example/{key}"}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/answers"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
