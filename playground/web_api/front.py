"""The front door of the Web API: reads arguments, checks the token and the rate, calls the method, words the answer."""

from __future__ import annotations

import hmac
import logging
from typing import Any

from aiohttp import web

from playground.json_text import read_json
from playground.refusal import Json, Refused
from playground.store import encode
from playground.web_api import app, channels, chat, conversations, files, reactions, users, views
from playground.web_api.call import Call, Encoded, Method
from playground.wiring import Playground

_log = logging.getLogger("playground.web_api")

METHODS: dict[str, Method] = {
    **app.METHODS,
    **users.METHODS,
    **conversations.METHODS,
    **channels.METHODS,
    **chat.METHODS,
    **views.METHODS,
    **reactions.METHODS,
    **files.METHODS,
}


class WebApi:
    """Answers `/api/<method>` as Slack does: HTTP 200 with `ok` for nearly everything."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def handle(self, request: web.Request) -> web.Response:
        """Answers one call."""
        name = request.match_info["method"]
        counters = self._playground.counters
        counters.calls[name] += 1
        try:
            text = self._answer(name, await _arguments(request), _bearer(request))
            return web.Response(text=text, content_type="application/json", headers=self._headers())
        except Refused as refused:
            counters.refused[f"{name} {refused.error}"] += 1
            headers = self._headers()
            if refused.retry_after is not None:
                headers["Retry-After"] = str(refused.retry_after)
            return web.json_response(refused.as_web_api_answer(), status=refused.status, headers=headers, dumps=encode)
        except web.HTTPRequestEntityTooLarge:
            counters.refused[f"{name} request_too_large"] += 1
            return web.json_response({"ok": False, "error": "request_too_large"}, status=413)
        except Exception:
            _log.exception("%s failed", name)
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)

    def _answer(self, name: str, arguments: Json, bearer: str) -> str:
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", extra={"req_method": name})
        self._authorise(method, bearer or str(arguments.get("token") or ""))
        call = Call(self._playground, name, arguments)
        self._note_scopes(name, method)
        try:
            self._playground.rates.check(name, self._rate_key(call))
        except Refused:
            self._playground.counters.ratelimited[f"{name} {call.text('channel')}".strip()] += 1
            raise
        answer = method.handler(call)
        return answer.text if isinstance(answer, Encoded) else encode(answer)

    def _authorise(self, method: Method, token: str) -> None:
        if method.token == "none":
            return
        if not token:
            raise Refused("not_authed", "There is no token.")
        settings = self._playground.settings
        is_app = _same(token, settings.app_token)
        is_bot = _same(token, settings.bot_token)
        if not is_app and not is_bot:
            raise Refused("invalid_auth", "This token is not one of the playground's.")
        if (method.token == "app") != is_app:
            raise Refused("not_allowed_token_type", f"This method takes the {method.token} token.")

    def _note_scopes(self, name: str, method: Method) -> None:
        """Slack refuses a call whose scope the manifest lacks. Here it is only counted, so that tests may look."""
        manifest = self._playground.manifest.current
        if manifest.declared and method.scopes and not set(method.scopes) & set(manifest.bot_scopes):
            self._playground.counters.missing_scopes[name] = list(method.scopes)

    def _rate_key(self, call: Call) -> str:
        """One key for a conversation, whether it is named by id, by name or by the person it is with."""
        which = call.text("channel")
        workspace = self._playground.workspace
        channel = workspace.channels.get(which) or workspace.named(which.removeprefix("#"))
        if channel is None:
            return which
        return ",".join(set(channel.people) - {workspace.app.bot_user_id}) if channel.is_im else channel.id

    def _headers(self) -> dict[str, str]:
        scopes = ",".join(self._playground.manifest.current.bot_scopes)
        return {"x-oauth-scopes": scopes, "x-slack-req-id": "playground", "Cache-Control": "no-store"}


def _same(token: str, expected: str) -> bool:
    return hmac.compare_digest(token.encode(), expected.encode())


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _arguments(request: web.Request) -> Json:
    """Query, form or JSON body as one object; raises `invalid_json` and its kin."""
    arguments: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return arguments
    kind = request.content_type
    if kind == "application/json":
        raw = await request.read()
        if raw.strip():
            arguments |= _json_object(raw)
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        arguments |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    elif await request.read():
        raise Refused("invalid_form_data", "The body must be a form or JSON.")
    return arguments


def _json_object(raw: bytes) -> Json:
    try:
        parsed = read_json(raw)
    except ValueError:
        raise Refused("invalid_json", "The body is not JSON.") from None
    if not isinstance(parsed, dict):
        raise Refused("json_not_object", "The body is not a JSON object.")
    return parsed
