"""The front door of the user API: only this machine's own page and tests come in; every answer is JSON with `ok`."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from playground.json_text import read_json
from playground.refusal import Json, Refused
from playground.store import encode
from playground.user_api import acting, asking, forms, looking, speaking
from playground.user_api.call import Act
from playground.wiring import Playground

_log = logging.getLogger("playground.user_api")
Deed = Callable[[Act], Awaitable[Json]]

POSTS: dict[str, Deed] = {
    "slash": speaking.slash,
    "message": speaking.message,
    "edit": speaking.edit,
    "delete": speaking.delete,
    "react": speaking.react,
    "mark": speaking.mark,
    "join": speaking.join,
    "dm": speaking.direct,
    "click": acting.click,
    "shortcut": acting.shortcut,
    "options": asking.options,
    "submit": forms.submit,
    "close": forms.close,
}
GETS: dict[str, Deed] = {
    "messages": looking.messages,
    "pins": looking.pins,
    "view": looking.view,
    "home": looking.home,
    "workspace": looking.workspace,
}


class UserApi:
    """Answers `/user/<deed>`."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers one call; the stream stays open."""
        name = request.match_info["deed"]
        try:
            if name == "stream" and request.method == "GET":
                user = self._playground.workspace.person(request.query.get("user", "")).id
                return await self._playground.stream.serve(request, user)
            deed = (POSTS if request.method == "POST" else GETS).get(name)
            if deed is None:
                raise Refused("unknown_call", f"There is no {request.method} /user/{name}.", status=404)
            arguments = await _body(request) if request.method == "POST" else dict(request.query)
            return _answer({"ok": True, **await deed(Act(self._playground, arguments))})
        except Refused as refused:
            return _answer(refused.as_user_api_answer(), refused.status)
        except web.HTTPRequestEntityTooLarge:
            return _answer({"ok": False, "error": "request_too_large", "detail": "At most 1 MB is taken."}, 413)
        except Exception:
            _log.exception("%s failed", name)
            return _answer({"ok": False, "error": "internal_error", "detail": "See the playground's log."}, 500)


def refuse_strangers(request: web.Request) -> None:
    """A page from elsewhere must not act for people here: neither by cross-site requests nor by DNS rebinding."""
    host = request.headers.get("Host", "")
    if _name_of(host) not in {"127.0.0.1", "localhost", "::1"}:
        raise Refused("forbidden_host", "The playground answers to 127.0.0.1 and localhost only.", status=403)
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{host}":
        raise Refused("forbidden_origin", "Only the playground's own page may call this.", status=403)
    # Pictures and links of other pages come without an Origin; what they may open is the page, not its calls.
    from_elsewhere = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
    if from_elsewhere and (request.method != "GET" or request.path.startswith(("/api/", "/user/", "/link/"))):
        raise Refused("forbidden_origin", "Only the playground's own page may call this.", status=403)


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


async def _body(request: web.Request) -> Json:
    try:
        parsed = read_json(await request.read())
    except ValueError:
        raise Refused("invalid_json", "The body is not JSON.", status=400) from None
    if not isinstance(parsed, dict):
        raise Refused("invalid_json", "The body is not a JSON object.", status=400)
    return parsed


def _answer(body: Json, status: int = 200) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.json_response(body, status=status, dumps=encode, headers=headers)
