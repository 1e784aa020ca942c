"""A bot that answers by a script, to see that the client and the harness do what the README says of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import quote

from tests.e2e.calls import Json, call
from tests.e2e.waiting import until

ADAPTIVE = "application/vnd.microsoft.card.adaptive"


def attached(card: Json) -> Json:
    """A message with a card."""
    return {"type": "message", "attachments": [{"contentType": ADAPTIVE, "content": card}]}


class ScriptedBot:
    """Listens on a free port, keeps what it is sent, and answers invokes by what `answers` says for each name."""

    def __init__(self) -> None:
        self.seen: list[Json] = []
        self.answers: dict[str, Callable[[Json], Json]] = {}
        bot = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                activity: Json = json.loads(self.rfile.read(int(self.headers["content-length"])))
                bot.seen.append(activity)
                answer = bot.answers.get(activity.get("name", ""))
                self._answer(answer(activity) if answer else {})

            def _answer(self, content: Json) -> None:
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def heard(self, **parts: object) -> Json:
        """Waits for the newest activity that has all these parts."""

        def look() -> Json | None:
            fitting = (each for each in reversed(self.seen) if all(each.get(k) == v for k, v in parts.items()))
            return next(fitting, None)

        return until(look, f"an activity with {parts}; there were {[each.get('text') for each in self.seen]}", 15)


def connector(service_url: str, method: str, content: Json, *path: str) -> Json:
    """One call of the client's connector; the parts of the path are escaped."""
    url = f"{service_url}/v3/conversations" + "".join(f"/{quote(each, safe='')}" for each in path)
    answer = call(method, url, json.dumps(content).encode(), {"content-type": "application/json"})
    assert answer.status in (200, 201), answer
    return answer.json()
