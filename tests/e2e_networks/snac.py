"""A server that speaks Mastodon's API, with accounts: snac2, as Debian packages it.

Its name must carry no port, so it is `snac.test` to itself and to nobody else: what it sends to that name, as servers of
the network do for each mention, goes through a proxy that leads back to its port.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.e2e.calls import Answer, Json, call
from tests.e2e.demo import free_ports
from tests.e2e.waiting import until
from tests.e2e_networks.process import SERVERS, Server

HOST = "snac.test"
_NOWHERE = "urn:ietf:wg:oauth:2.0:oob"
"""Where OAuth leads an app without a page of its own: the code is shown instead."""


class SnacServer(Server):
    """Use as `with SnacServer(folder, "acme", "tom") as snac:`; `snac.account("tom")` posts and looks."""

    def __init__(self, folder: Path, *logins: str) -> None:
        found = shutil.which("snac") or SERVERS / "snac" / "usr" / "bin" / "snac"
        self._program = str(found)
        self._base = folder / "snac"
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self._proxy = _Proxy(self.port)
        folder.mkdir(parents=True, exist_ok=True)
        self._passwords = self._prepare(logins)
        super().__init__(
            [self._program, "httpd", self._base],
            folder / "snac.log",
            lambda: call("GET", f"{self.url}/api/v1/instance", seconds=2).status == 200,
            environment={"http_proxy": self._proxy.url, "no_proxy": "", "all_proxy": ""},
        )

    def _prepare(self, logins: Sequence[str]) -> dict[str, str]:
        """The server's folder, and the accounts with the password that each was given."""
        self._run("init", said=f"127.0.0.1\n{self.port}\n{HOST}\n\n\n")
        path = self._base / "server.json"
        settings = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**settings, "protocol": "http", "dbglevel": 1, "queue_retry_minutes": 0}), "utf-8")
        return {login: self._add(login) for login in logins}

    def _add(self, login: str) -> str:
        found = re.search(r"password is (\S+)", self._run("adduser", login))
        assert found is not None
        return found[1]

    def _run(self, command: str, *words: str, said: str = "") -> str:
        done = subprocess.run(
            [self._program, command, str(self._base), *words], input=said, capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr

    def start(self) -> SnacServer:
        """Starts it and the way back to it."""
        self._proxy.start()
        super().start()
        return self

    def __enter__(self) -> SnacServer:
        return self.start()

    def stop(self) -> None:
        """Ends both."""
        super().stop()
        self._proxy.stop()

    def account(self, login: str) -> Account:
        """Logs in as an app does: it registers, the person lets it in, and the code becomes a token."""
        app = _read(
            call(
                "POST",
                f"{self.url}/api/v1/apps",
                *_form(client_name="Tests", redirect_uris=_NOWHERE, scopes="read write"),
            )
        )
        asked = {
            "response_type": "code",
            "client_id": app["client_id"],
            "redirect_uri": _NOWHERE,
            "scope": "read write",
        }
        page = call("GET", f"{self.url}/oauth/authorize", query=asked).body.decode()
        action = re.search(r'action="([^"]+)"', page)
        assert action is not None, page
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        entered = _form(**hidden, login=login, passwd=self._passwords[login])
        code = call("POST", f"{self.url}{urlsplit(action[1]).path}", *entered).body.decode().partition("&")[0].strip()
        kept = {name: app[name] for name in ("client_id", "client_secret")}
        exchange = _form(grant_type="authorization_code", code=code, redirect_uri=_NOWHERE, **kept)
        token = _read(call("POST", f"{self.url}/oauth/token", *exchange))["access_token"]
        return Account(self.url, login, self._passwords[login], str(token))


@dataclass(frozen=True)
class Account:
    """A person on the network, through the API."""

    url: str
    login: str
    password: str = field(repr=False)
    token: str = field(repr=False)

    @property
    def handle(self) -> str:
        """As others mention them."""
        return f"@{self.login}@{HOST}"

    def call(self, method: str, path: str, **fields: str) -> Answer:
        """One request as this person."""
        allowed = {"authorization": f"Bearer {self.token}"}
        if method == "POST":
            body, headers = _form(**fields)
            return call(method, self.url + path, body, {**headers, **allowed})
        return call(method, self.url + path, None, allowed, fields)

    def post(self, text: str, **more: str) -> Json:
        """Writes a post; `in_reply_to_id`, `visibility`, `spoiler_text` … as the API names them."""
        return _read(self.call("POST", "/api/v1/statuses", status=text, **more))

    def edit(self, status: Json, text: str) -> None:
        """Edits a post of theirs, in the server's own pages: its API takes no edits."""
        self._fill_in("note", content=text, edit_id=status["uri"])

    def delete(self, status: Json) -> None:
        """Deletes a post of theirs, likewise; that takes the server some seconds."""
        self._fill_in("action", id=status["uri"], actor=status["account"]["url"], action="Delete")

    def _fill_in(self, page: str, **fields: str) -> None:
        body, headers = _form(**fields, redir="top")
        login = b64encode(f"{self.login}:{self.password}".encode()).decode()
        headers |= {"authorization": f"Basic {login}"}
        answer = call("POST", f"{self.url}/{self.login}/admin/{page}", body, headers)
        assert answer.status == 303, answer

    def answers(self, status: Json) -> list[Json]:
        """What stands under a post."""
        found: list[Json] = _read(self.call("GET", f"/api/v1/statuses/{status['id']}/context"))["descendants"]
        return found

    def sees_answer(self, status: Json, *words: str, seconds: float = 60.0) -> Json:
        """Waits until an answer with these words stands under a post."""

        def look() -> Json | None:
            return next((each for each in self.answers(status) if all(word in each["content"] for word in words)), None)

        return until(look, f"{self.login} sees {words}", seconds, 0.2)

    def notifications(self) -> list[Json]:
        """What they are told, newest first."""
        found: list[Json] = json.loads(self.call("GET", "/api/v1/notifications").body)
        return found

    def is_told(self, *words: str, seconds: float = 60.0) -> Json:
        """Waits until somebody has mentioned them with these words, and gives that post."""

        def look() -> Json | None:
            told = (each["status"] for each in self.notifications() if each.get("status"))
            return next((each for each in told if all(word in each["content"] for word in words)), None)

        return until(look, f"{self.login} is told {words}", seconds, 0.2)


class _Proxy:
    """An HTTP proxy for whom every host is the server on one port of this machine."""

    def __init__(self, port: int) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Onward", (_Onward,), {"port": port}))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(10)
        self._server.server_close()


class _Onward(BaseHTTPRequestHandler):
    """Passes a request on as it is, but for the host in its first line."""

    protocol_version = "HTTP/1.1"
    port = 0

    def do_GET(self) -> None:
        self._pass()

    do_POST = do_GET  # noqa: N815 (the base class looks for this name)

    def _pass(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        onward = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            onward.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if not name.lower().startswith(("proxy-", "expect")):
                    onward.putheader(name, value)
            onward.endheaders(body)
            answer = onward.getresponse()
            content = answer.read()
        finally:
            onward.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def _form(**fields: str) -> tuple[bytes, dict[str, str]]:
    return urlencode(fields).encode(), {"content-type": "application/x-www-form-urlencoded"}


def _read(answer: Answer) -> Json:
    assert answer.status == 200, answer
    return answer.json()
