"""The server: routes, what every request must pass, static files of the page, start and stop."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from aiohttp import BodyPartReader, web

from playground.app_answers import answer_response_url
from playground.customers import Customers
from playground.files import MOST_BYTES
from playground.people import display_name, initials_picture
from playground.refusal import Json, Refused
from playground.settings import Settings
from playground.user_api.front import UserApi, refuse_strangers
from playground.web_api.front import WebApi
from playground.wiring import Playground

MOST_BODY_BYTES = 1_000_000
PAGE = Path(__file__).parent / "ui"
_PAGE_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """The web application around one playground."""

    def __init__(self, settings: Settings) -> None:
        self.playground = Playground(settings)
        self.web = web.Application(client_max_size=MOST_BODY_BYTES, middlewares=[_guard])
        web_api, user_api = WebApi(self.playground), UserApi(self.playground)
        self.web.add_routes(
            [
                web.route("*", "/api/{method}", web_api.handle),
                web.get("/user/{deed}", user_api.handle),
                web.post("/user/{deed}", user_api.handle),
                web.get("/link/", self.playground.socket.handle),
                web.post("/{kind:commands|actions|app}/{team}/{secret}", self._response_url),
                web.route("*", "/upload/{secret}", self._upload),
                web.get("/files/{file}/{name}", self._file),
                web.get("/avatars/{user}.svg", self._avatar),
                web.get("/archives/{channel}/{message:p[0-9]+}", self._permalink),
                web.get("/playground/counters", self._counters),
                web.get("/healthz", self._health),
                web.get("/", self._page),
                web.get("/ui/{path:.+}", self._page_file),
            ]
        )
        hook = f"http://127.0.0.1:{settings.bot_port}/hooks/generic/demo"
        self.customers = Customers(hook, settings.hook_secret, settings.thinking_seconds)
        if settings.hook_secret:
            self.web.add_routes(self.customers.routes())
        self.web.on_shutdown.append(self._shut_down)

    async def start(self) -> web.AppRunner:
        """Listens on loopback; the port is the playground's afterwards, also when 0 was asked for."""
        runner = web.AppRunner(self.web, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.playground.settings.port)
        await site.start()
        self.playground.port = runner.addresses[0][1]
        return runner

    async def _shut_down(self, _: web.Application) -> None:
        await self.customers.close()
        await self.playground.close()

    async def _response_url(self, request: web.Request) -> web.Response:
        """Answers as Slack: `ok` as text, errors as JSON with a 4xx status."""
        try:
            said = await _said(request)
            address = self.playground.response_urls.use(request.match_info["secret"])
            answer_response_url(self.playground, address, said)
        except Refused as refused:
            status = refused.status if refused.status != 200 else 400
            return web.json_response(refused.as_web_api_answer(), status=status)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        try:
            file_id = self.playground.files.receive(request.match_info["secret"], await _bytes(request))
        except Refused as refused:
            return web.json_response(refused.as_web_api_answer(), status=refused.status)
        return web.Response(text=f"OK - {file_id}")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = self.playground.files.path(request.match_info["file"])
        name = self.playground.files.find(request.match_info["file"])["name"]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        inline = kind.startswith("image/") and kind != "image/svg+xml"
        headers = {"Content-Type": kind, "Content-Security-Policy": "sandbox; default-src 'none'"}
        if not inline:
            headers["Content-Disposition"] = "attachment"
        return web.FileResponse(path, headers=headers)

    async def _avatar(self, request: web.Request) -> web.Response:
        user = request.match_info["user"]
        name = display_name(self.playground.workspace, self.playground.manifest.current, user)
        headers = {"Cache-Control": "max-age=3600"}
        return web.Response(text=initials_picture(name, user), content_type="image/svg+xml", headers=headers)

    async def _permalink(self, request: web.Request) -> web.Response:
        """A message's address leads to the page, which finds the message."""
        digits = request.match_info["message"][1:]
        where = {"channel": request.match_info["channel"], "ts": f"{digits[:-6]}.{digits[-6:]}"}
        if "thread_ts" in request.query:
            where["thread_ts"] = request.query["thread_ts"]
        raise web.HTTPFound(f"/?{urlencode(where)}")

    async def _counters(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, **self.playground.counters.as_json()})

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return _static(PAGE / "index.html")

    async def _page_file(self, request: web.Request) -> web.StreamResponse:
        path = (PAGE / request.match_info["path"]).resolve()
        if not path.is_relative_to(PAGE.resolve()):
            raise Refused("not_found", "There is no such file.", status=404)
        return _static(path)


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        refuse_strangers(request)
        response = await handler(request)
    except Refused as refused:
        return web.json_response(refused.as_user_api_answer(), status=refused.status)
    except web.HTTPClientError as error:
        answer = {"ok": False, "error": error.reason.lower().replace(" ", "_"), "detail": error.reason}
        return web.json_response(answer, status=error.status)
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _static(path: Path) -> web.StreamResponse:
    if not path.is_file():
        raise Refused("not_found", f"There is no {path.name}.", status=404)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _PAGE_POLICY}
    return web.FileResponse(path, headers=headers)


async def _said(request: web.Request) -> Json:
    """The body of a post to a response_url: JSON, or a form whose `payload` is JSON."""
    text = await request.text()
    if request.content_type == "application/x-www-form-urlencoded":
        text = parse_qs(text).get("payload", [""])[0]
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("invalid_payload", "The body is not JSON.", status=400) from None
    if not isinstance(said, dict):
        raise Refused("invalid_payload", "The body is not a JSON object.", status=400)
    return said


async def _bytes(request: web.Request) -> bytes:
    """The bytes of an upload, sent bare or as a form; raises `file_too_large`."""
    source = request.content
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                return _measured(bytes(await part.read(decode=True)))
        return b""
    received = bytearray()
    async for chunk in source.iter_chunked(65536):
        received += chunk
        _measured(received)
    return bytes(received)


def _measured(content: bytes | bytearray) -> bytes:
    if len(content) > MOST_BYTES:
        raise Refused("file_too_large", f"A file may have {MOST_BYTES} bytes.", status=413)
    return bytes(content)
