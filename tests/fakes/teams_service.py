"""The Bot Framework service of one tenant on this machine, as the bot calls it: its connector, its login and its keys.

It refuses what Teams refuses and keeps what it is told. Shapes and limits from learn.microsoft.com: "Bot Framework Connector
REST API" (API reference), "Status codes from bot conversational APIs", "Optimize your bot with rate limiting in Teams" and
"Get Teams specific context for your bot".
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.teams_identity import KEYS_PATH, METADATA_PATH, TeamsIdentity
from tests.fakes.teams_talk import Colleague, Json, Room, Scene

LARGEST = 100 * 1024
VERSIONS = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"})
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


@dataclass
class Message:
    """One message; `versions` are all it has said, the latest last. `by` is the bot's id or a colleague's."""

    id: str
    room: str
    by: str
    versions: list[Json] = field(default_factory=list)
    deleted: bool = False

    @property
    def now(self) -> Json:
        """What it says now."""
        return self.versions[-1]

    @property
    def card(self) -> Json:
        """Its first card."""
        return next(dict(each["content"]) for each in self.now["attachments"] if each["contentType"] == ADAPTIVE)


@dataclass(frozen=True)
class Call:
    """One call of the bot, and how it was answered."""

    method: str
    path: str
    body: Any
    status: int
    at: float


@dataclass(frozen=True)
class Failure:
    """An answer instead of the right one; with `after`, what was asked is done all the same."""

    status: int
    code: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    after: bool = False


class TeamsService:
    """The tenant's state and what the bot may do with it. `rate` is (messages, seconds) that one thread takes from the bot;
    `guests` are the ids of people who are no members of the tenant.

    `failures` are given by the next calls of the connector, one each; None lets a call through.
    """

    app_id = "7a3c1f9e-5d1b-4b53-9c6e-0b8a4a1d2e3f"
    password = "the secret of the app"
    tenant = "4d9f4c5e-8b32-4a51-a9a6-2f3d7c1b0e88"

    def __init__(self, rate: tuple[int, float] | None = None) -> None:
        self.identity = TeamsIdentity(self.app_id)
        self.rate = rate
        self.bot = f"28:{self.app_id}"
        self.port = 0
        self.colleagues: dict[str, Colleague] = {}
        self.rooms: dict[str, Room] = {}
        self.inside: dict[str, list[str]] = {}
        self.guests: set[str] = set()
        self.messages: dict[str, Message] = {}
        self.calls: list[Call] = []
        self.failures: deque[Failure | None] = deque()
        self.tokens: set[str] = set()
        self.token_lasts = 3600
        self.keys_fetched = 0
        self.keys_delay = 0.0
        self._numbers = itertools.count(1_700_000_000_000)
        self._sent: dict[str, deque[float]] = {}
        self._changed = asyncio.Event()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)

    # Its addresses.

    @property
    def url(self) -> str:
        """Where everything of it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def service_url(self) -> str:
        """Where the bot's calls go."""
        return f"{self.url}/emea/"

    @property
    def scene(self) -> Scene:
        """What all activities have in common."""
        return Scene(self.service_url, self.bot)

    def environment(self) -> dict[str, str]:
        """The settings with which Baton is this tenant's bot."""
        return {
            "TEAMS_APP_ID": self.app_id,
            "TEAMS_APP_PASSWORD": self.password,
            "TEAMS_TENANT_ID": self.tenant,
            "TEAMS_OPENID_METADATA_URL": f"{self.url}{METADATA_PATH}",
            "TEAMS_LOGIN_URL": f"{self.url}/login",
        }

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    def personal(self, who: Colleague) -> Room:
        """The chat of one person with the bot."""
        return self._room(Room("personal", f"a:1-{who.directory}", self.tenant), [who])

    def _room(self, room: Room, people: list[Colleague]) -> Room:
        self.rooms[room.id] = room
        inside = self.inside.setdefault(room.id, [self.bot])
        inside += [each.id for each in people if each.id not in inside]
        return room

    def _room_of(self, message: Message) -> Room:
        base, _, thread = message.room.partition(";messageid=")
        room = self.rooms[base]
        return room.thread(thread) if thread else room

    def _number(self) -> str:
        return str(next(self._numbers))

    # What the bot calls.

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=10 * LARGEST)
        service = "/emea/v3"
        conversation = service + "/conversations/{conversation}"
        application.add_routes(
            [
                web.get(METADATA_PATH, self._metadata),
                web.get(KEYS_PATH, self._keys),
                web.post("/login/{tenant}/oauth2/v2.0/token", self._token),
                web.post(service + "/conversations", self._served(self._create)),
                web.post(conversation + "/activities", self._served(self._post)),
                web.post(conversation + "/activities/{message}", self._served(self._post)),
                web.put(conversation + "/activities/{message}", self._served(self._put)),
                web.delete(conversation + "/activities/{message}", self._served(self._remove)),
                web.get(conversation + "/members", self._served(self._members)),
                web.get(conversation + "/pagedmembers", self._served(self._paged)),
                web.get(conversation + "/members/{user}", self._served(self._member)),
            ]
        )
        return application

    async def _metadata(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.keys_delay)
        return web.json_response(self.identity.metadata(self.url))

    async def _keys(self, request: web.Request) -> web.Response:
        self.keys_fetched += 1
        return web.json_response(self.identity.key_set())

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if (form.get("client_id"), form.get("client_secret")) != (self.app_id, self.password):
            said = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"
            return web.json_response({"error": "invalid_client", "error_description": said}, status=401)
        if request.match_info["tenant"] != self.tenant or form.get("scope") != "https://api.botframework.com/.default":
            return web.json_response({"error": "invalid_scope"}, status=400)
        token = f"ours-{len(self.tokens) + 1}"
        self.tokens.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": self.token_lasts, "access_token": token})

    def _served(self, serve: Callable[[web.Request, Any], Json | list[Json]]) -> Callable[[web.Request], Any]:
        async def answered(request: web.Request) -> web.Response:
            raw = await request.read()
            body = json.loads(raw) if raw else None
            failure = self.failures.popleft() if self.failures else None
            try:
                if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
                    raise _Refused(401, "Unauthorized", "Authorization has been denied for this request.")
                if failure is not None and not failure.after:
                    raise _Refused(failure.status, failure.code, headers=dict(failure.headers))
                if len(raw) > LARGEST:
                    raise _Refused(413, "MessageSizeTooBig", "Message size too large.")
                answer = web.json_response(serve(request, body), status=201 if request.method == "POST" else 200)
                if failure is not None:
                    raise _Refused(failure.status, failure.code, headers=dict(failure.headers))
            except _Refused as refused:
                answer = refused.response()
            self.calls.append(Call(request.method, request.path, body, answer.status, time.perf_counter()))
            self._changed.set()
            return answer

        return answered

    def _create(self, request: web.Request, body: Any) -> Json:
        channel = body.get("channelData", {}).get("channel", {}).get("id")
        if channel:
            room = self._known(channel)
            message = self._keep(room, body["activity"])
            return {"id": room.thread(message.id).id, "activityId": message.id, "serviceUrl": self.service_url}
        people = [each["id"] for each in body.get("members") or ()]
        found = next((each for each in self.colleagues.values() if each.id in people or each.directory in people), None)
        if body.get("isGroup") or found is None or body.get("bot", {}).get("id") != self.bot:
            raise _Refused(400, "BadSyntax", "Incorrect conversation creation parameters")
        return {"id": self.personal(found).id}

    def _post(self, request: web.Request, body: Any) -> Json:
        return {"id": self._keep(self._known(request.match_info["conversation"]), body).id}

    def _keep(self, room: Room, activity: Json) -> Message:
        _require_shown(activity)
        number = self._number()
        if room.kind == "channel" and room.id == room.base:
            room = room.thread(number)
        self._require_pace(room.id)
        self.messages[number] = message = Message(number, room.id, self.bot, [activity])
        return message

    def _put(self, request: web.Request, body: Any) -> Json:
        found = self._ours(request)
        _require_shown(body)
        found.versions.append(body)
        return {"id": found.id}

    def _remove(self, request: web.Request, body: Any) -> Json:
        self._ours(request).deleted = True
        return {}

    def _members(self, request: web.Request, body: Any) -> list[Json]:
        return [self._seen(each) for each in self._people(request)]

    def _paged(self, request: web.Request, body: Any) -> Json:
        size, begin = int(request.query.get("pageSize", "200")), int(request.query.get("continuationToken") or 0)
        people = self._people(request)
        page: Json = {"members": [self._seen(each) for each in people[begin : begin + size]]}
        if begin + size < len(people):
            page["continuationToken"] = str(begin + size)
        return page

    def _member(self, request: web.Request, body: Any) -> Json:
        user = request.match_info["user"]
        for each in self._people(request):
            if user in {each.id, each.directory}:
                return self._seen(each)
        raise _Refused(404, "MemberNotFoundInConversation", "The member was not found in the conversation.")

    def _people(self, request: web.Request) -> list[Colleague]:
        room = self._known(request.match_info["conversation"])
        return [each for each in self.colleagues.values() if each.id in self.inside[room.base]]

    def _known(self, conversation: str) -> Room:
        base, _, thread = conversation.partition(";messageid=")
        room = self.rooms.get(base)
        if room is None or (thread and thread not in self.messages):
            raise _Refused(404, "ConversationNotFound", "Conversation not found.")
        if self.bot not in self.inside[base]:
            raise _Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return room.thread(thread) if thread else room

    def _ours(self, request: web.Request) -> Message:
        room = self._known(request.match_info["conversation"])
        found = self.messages.get(request.match_info["message"])
        if found is None or found.deleted or found.room.partition(";")[0] != room.base:
            raise _Refused(404, "ActivityNotFoundInConversation", "The activity was not found in the conversation.")
        if found.by != self.bot:
            raise _Refused(403, "NotEnoughPermissions", "The bot may change its own messages alone.")
        return found

    def _require_pace(self, thread: str) -> None:
        if self.rate is None:
            return
        count, seconds = self.rate
        now = time.monotonic()
        sent = self._sent.setdefault(thread, deque())
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        if len(sent) >= count:
            wait = max(1, round(sent[0] + seconds - now))
            raise _Refused(429, "Throttled", "Too many requests.", headers={"Retry-After": str(wait)})
        sent.append(now)

    def _seen(self, who: Colleague) -> Json:
        return {
            "id": who.id,
            "name": who.name,
            "aadObjectId": who.directory,
            "objectId": who.directory,
            "givenName": who.given_name,
            "surname": who.name.rpartition(" ")[2],
            "email": who.email,
            "userPrincipalName": who.email,
            "tenantId": who.tenant,
            "userRole": "guest" if who.id in self.guests else "user",
        }


class _Refused(Exception):
    def __init__(self, status: int, code: str, message: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}

    def response(self) -> web.Response:
        """As the connector says it."""
        error = {"error": {"code": self.code, "message": self.message}}
        return web.json_response(error, status=self.status, headers=self.headers)


def _require_shown(activity: Any) -> None:
    """Refuse what a Teams client could not show."""
    attachments = activity.get("attachments") or []
    if not activity.get("text") and not attachments and activity.get("type") == "message":
        raise _Refused(400, "BadSyntax", "The message is empty.")
    for each in attachments:
        content = each.get("content")
        if each.get("contentType") != ADAPTIVE:
            continue
        if not isinstance(content, dict) or content.get("type") != "AdaptiveCard":
            raise _Refused(400, "BadSyntax", "The attachment is no Adaptive Card.")
        if content.get("version") not in VERSIONS:
            raise _Refused(400, "BadArgument", f"Unsupported card version {content.get('version')}.")
