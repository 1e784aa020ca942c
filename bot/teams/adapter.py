"""Between Teams and Baton: one activity in gives one answer out; and messages to conversations that nobody is speaking in.

The turn is the SDK's own (`CloudAdapterBase`); who calls and how calls are made is ours, see `tokens.py` and `connector.py`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationAccount, ConversationReference, ResourceResponse
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory

from bot.teams.connector import CALL_SECONDS, CONNECT_SECONDS, Connector, Json
from bot.teams.credentials import Credentials, credentials
from bot.teams.keys import SigningKeys
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import CHANNEL, Caller, Gate, NotTeams

_PAGE = "500"
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a delivery is answered with; invokes have a body."""

    status: int = HTTPStatus.OK
    body: Any = None


Logic = Callable[[Mapping[str, Any]], Awaitable[Answer | None]]
"""Takes an activity as Teams sent it; an answer is for invokes alone."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a conversation is reached: all that has to be kept to speak in it later. `conversation` may name a thread."""

    service_url: str
    conversation: str
    tenant: str = ""
    bot: str = ""


class TeamsAdapter(CloudAdapterBase):
    """Speaks with Teams. `start` and `close` frame its life; calls raise as `bot.teams.calls` has it."""

    def __init__(self, settings: TeamsSettings, *, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._sessions: aiohttp.ClientSession | None = None
        self.credentials: Credentials = credentials(settings, self._session)
        self.keys = SigningKeys(settings.openid_metadata_url, self._session)
        self.gate = Gate(settings, self.keys, now)
        self.connector = Connector(settings, self.credentials, self._session)
        super().__init__(_Authentication(self.gate, self.connector))

    async def start(self) -> None:
        """Open what calls are made with."""
        waits = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS)
        self._sessions = aiohttp.ClientSession(timeout=waits)

    async def close(self) -> None:
        """Make no more calls."""
        await self.keys.close()
        if self._sessions is not None:
            await self._sessions.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._sessions is None:
            raise RuntimeError("the adapter is not started")
        return self._sessions

    # In.

    async def turn(self, caller: Caller, activity: Mapping[str, Any], logic: Logic) -> Answer:
        """One activity of a known caller; raises `NotTeams` when they may not deliver it."""
        self.gate.require_match(caller, activity)

        async def run(context: TurnContext) -> None:
            answer = await logic(activity)
            if answer is not None:
                value = InvokeResponse(status=int(answer.status), body=answer.body)
                context.turn_state[self._INVOKE_RESPONSE_KEY] = Activity(
                    type=ActivityTypes.invoke_response, value=value
                )

        found = await self.process_activity(_admitted(caller, self.connector), _outline(activity), run)
        return Answer() if found is None else Answer(int(found.status), found.body)

    # Out.

    async def send(self, to: Reference, activity: Mapping[str, Any], reply_to: str | None = None) -> str:
        """Say something in a conversation; gives the id of the message."""
        path = ("conversations", to.conversation, "activities", *([reply_to] if reply_to else []))
        answer = await self.connector.call("send", "POST", to.service_url, path, self._said(to, activity))
        return _id(answer)

    async def update(self, to: Reference, message: str, activity: Mapping[str, Any]) -> None:
        """Show something else in a message; raises `MessageGone`."""
        body = {**self._said(to, activity), "id": message}
        path = ("conversations", to.conversation, "activities", message)
        await self.connector.call("update", "PUT", to.service_url, path, body)

    async def delete(self, to: Reference, message: str) -> None:
        """Take a message away; raises `MessageGone`."""
        path = ("conversations", to.conversation, "activities", message)
        await self.connector.call("delete", "DELETE", to.service_url, path)

    async def open_chat(self, near: Reference, user: str) -> Reference:
        """The conversation with one person, whom `near` has brought us together with."""
        body: Json = {"isGroup": False, "bot": self._bot(near), "members": [{"id": user}], "tenantId": near.tenant}
        body["channelData"] = {"tenant": {"id": near.tenant}}
        answer = await self.connector.call("open_chat", "POST", near.service_url, ("conversations",), body)
        return Reference(near.service_url, _id(answer), near.tenant, near.bot)

    async def open_thread(self, near: Reference, channel: str, activity: Mapping[str, Any]) -> tuple[Reference, str]:
        """Begin a thread in a channel: where it goes on, and the id of its first message."""
        body: Json = {
            "isGroup": True,
            "bot": self._bot(near),
            "channelData": {"channel": {"id": channel}, "tenant": {"id": near.tenant}},
            "activity": dict(activity),
        }
        answer = await self.connector.call("open_thread", "POST", near.service_url, ("conversations",), body)
        first = str(answer.get("activityId") or "") if isinstance(answer, dict) else ""
        return Reference(near.service_url, _id(answer), near.tenant, near.bot), first

    async def members(self, of: Reference, most_pages: int = MOST_PAGES) -> list[Json]:
        """Everybody in a conversation, or those on the first pages."""
        path = ("conversations", of.conversation, "pagedmembers")
        found: list[Json] = []
        query = {"pageSize": _PAGE}
        for _ in range(most_pages):
            answer = await self.connector.call("members", "GET", of.service_url, path, query=query)
            page = answer if isinstance(answer, dict) else {}
            found += [each for each in page.get("members") or () if isinstance(each, dict)]
            more = page.get("continuationToken")
            if not more:
                break
            query = {"pageSize": _PAGE, "continuationToken": str(more)}
        return found

    async def member(self, of: Reference, user: str) -> Json:
        """One person in a conversation, with name and e-mail address."""
        path = ("conversations", of.conversation, "members", user)
        answer = await self.connector.call("member", "GET", of.service_url, path)
        return answer if isinstance(answer, dict) else {}

    def _said(self, to: Reference, activity: Mapping[str, Any]) -> Json:
        return {"type": "message", "from": self._bot(to), "conversation": {"id": to.conversation}, **activity}

    def _bot(self, at: Reference) -> Json:
        return {"id": at.bot or f"28:{self._settings.app_id}"}

    # What the SDK's own turn context sends with.

    async def send_activities(self, context: TurnContext, activities: Sequence[Activity]) -> list[ResourceResponse]:
        """See `BotAdapter`."""
        answers = []
        for activity in activities:
            to = _spoken_to(context.activity.service_url, activity)
            answers.append(ResourceResponse(id=await self.send(to, activity.serialize(), activity.reply_to_id)))
        return answers

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """See `BotAdapter`."""
        await self.update(_spoken_to(context.activity.service_url, activity), activity.id, activity.serialize())
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """See `BotAdapter`."""
        to = _spoken_to(reference.service_url or context.activity.service_url, reference)
        await self.delete(to, reference.activity_id)


class _Factory(ConnectorFactory):
    """The one connector serves every service address."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def create(self, service_url: str, audience: str) -> Connector:
        return self._connector


class _Authentication(BotFrameworkAuthentication):
    """The SDK's door, with our gate in it."""

    def __init__(self, gate: Gate, connector: Connector) -> None:
        self._gate = gate
        self._connector = connector

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        caller = await self._gate.caller(auth_header)
        self._gate.require_match(caller, {"serviceUrl": activity.service_url, "channelId": activity.channel_id})
        return _admitted(caller, self._connector)

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return _Factory(self._connector)

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in through Baton."""

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> None:
        raise NotTeams("Teams delivers by HTTP alone")


def _admitted(caller: Caller, connector: Connector) -> AuthenticateRequestResult:
    result = AuthenticateRequestResult()
    result.claims_identity = ClaimsIdentity(dict(caller.claims), True)
    result.connector_factory = _Factory(connector)
    return result


def _outline(activity: Mapping[str, Any]) -> Activity:
    """As much of an activity as the SDK's turn looks at. The whole one goes to the logic as it came."""
    conversation = activity.get("conversation")
    return Activity(
        type=str(activity.get("type") or ""),
        id=str(activity.get("id") or ""),
        name=activity.get("name"),
        channel_id=str(activity.get("channelId") or CHANNEL),
        service_url=str(activity.get("serviceUrl") or ""),
        conversation=ConversationAccount(
            id=str(conversation.get("id") or "") if isinstance(conversation, dict) else ""
        ),
    )


def _spoken_to(service_url: str, spoken: Activity | ConversationReference) -> Reference:
    return Reference(service_url, spoken.conversation.id)


def _id(answer: Any) -> str:
    return str(answer.get("id") or "") if isinstance(answer, dict) else ""
