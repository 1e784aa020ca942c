"""Baton on Slack: the Bolt app with its five listeners, over HTTP or Socket Mode.

Bolt waits for an acknowledgement by looking every 10 ms, unless told to process before it responds; then the answer of
a command is on its way as soon as the command is committed.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.dispatch import Commands
from bot.errors import ConfigError
from bot.ports import ChartPainter, Directory
from bot.slack.acts import ACTIONS
from bot.slack.listeners import Joined, Listeners
from bot.slack.manifest import EVENTS_PATH, slash_names
from bot.slack.people import People
from bot.slack.pictures import Pictures
from bot.slack.platform import SlackPlatform
from bot.slack.replies import Replies
from bot.slack.settings import SlackSettings
from bot.slack.shape import misshapen
from bot.slack.signature import from_slack

_CALL_SECONDS = 15
_BODY_SECONDS = 5


class SlackApp:
    """Everything of Slack. `platform` is what the outbox posts with; `start` and `close` frame its life."""

    def __init__(
        self,
        settings: SlackSettings,
        commands: Commands,
        directory: Directory,
        on_joined: Joined | None = None,
        painter: ChartPainter | None = None,
    ) -> None:
        self._settings = settings
        base_url = settings.api_url.rstrip("/") + "/"
        # Whether and when to repeat a call is the outbox's decision, so the client's own retries are off.
        self.client = AsyncWebClient(token=settings.bot_token, base_url=base_url, retry_handlers=[])
        self.people = People(directory, self.client)
        pictures = Pictures(self.client, painter)
        self.platform = SlackPlatform(self.client, self.people, settings.team, pictures)
        joined = self._invited(on_joined) if on_joined is not None else None
        self.listeners = Listeners(commands, self.people, Replies(self.client, self.people, pictures), joined)
        self.bolt = _bolt(settings, AsyncWebClient(base_url=base_url, retry_handlers=[]))
        self._listen(slash_names(commands.specs))
        self._socket: AsyncSocketModeHandler | None = None

    def routes(self) -> list[web.RouteDef]:
        """Where Slack delivers over HTTP; none without a signing secret, for anyone could forge deliveries then."""
        return [web.post(EVENTS_PATH, self._receive)] if self._settings.signing_secret else []

    async def start(self) -> None:
        """Open the connections to Slack; raises `ConfigError` when there is no way for deliveries to come in."""
        if not self._settings.signing_secret and not self._settings.app_token:
            raise ConfigError(
                "Slack cannot reach Baton.", "Set SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode)."
            )
        self.client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_CALL_SECONDS))
        self.bolt.client.session = self.client.session
        if self._settings.app_token:
            self._socket = AsyncSocketModeHandler(self.bolt, self._settings.app_token, web_client=self.client)
            await self._socket.connect_async()

    async def close(self) -> None:
        """Take no more deliveries, finish what is under way, close the connections."""
        if self._socket is not None:
            await self._socket.close_async()
            self._socket = None
        await self.listeners.close()
        if self.client.session is not None:
            await self.client.session.close()

    async def learn_everybody(self) -> int:
        """Meet the members of the workspace; raises what calls raise."""
        return await self.people.learn_everybody()

    def _invited(self, on_joined: Joined) -> Joined:
        """Slack tells of a channel that we make as of one that we are added to; only the latter is news."""

        async def joined(team: str, channel: str) -> None:
            if not await self.platform.rooms.is_ours(channel):
                await on_joined(team, channel)

        return joined

    def _listen(self, slashes: dict[str, str | None]) -> None:
        names = "|".join(re.escape(name) for name in slashes)
        self.bolt.command(re.compile(rf"^/?(?:{names})$"))(self.listeners.slash)
        self.bolt.action(ACTIONS)(self.listeners.pressed)
        self.bolt.view(re.compile(r"^cmd:"))(self.listeners.submitted)
        self.bolt.shortcut(re.compile(r"^cmd:"))(self.listeners.shortcut)
        self.bolt.event(re.compile(r"."))(self.listeners.event)

    async def _receive(self, request: web.Request) -> web.Response:
        headers = request.headers
        try:
            body = await self._body(request)
        except TimeoutError:
            return web.json_response({"error": "too slow"}, status=408)
        stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not from_slack(self._settings.signing_secret, stamp, signature, body, time.time()):
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            delivered = AsyncBoltRequest(body=body.decode(), query=request.query_string, headers=dict(headers))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            return web.json_response({"error": "this is not what Slack sends"}, status=400)
        if (why := misshapen(delivered.body)) is not None:
            return web.json_response({"error": "this is not what Slack sends", "detail": why}, status=400)
        return await to_aiohttp_response(await self.bolt.async_dispatch(delivered))

    async def _body(self, request: web.Request) -> bytes:
        """The body as it came, of at most 1 MB; raises `TimeoutError` when it takes longer than Slack itself would wait."""
        if request.content.is_eof():
            return await request.read()
        async with asyncio.timeout(_BODY_SECONDS):
            return await request.read()


def _bolt(settings: SlackSettings, client: AsyncWebClient) -> AsyncApp:
    """Bolt without what costs time: it answers Slack's challenge and finds the listener.

    Its check of signatures is off, for it reads the whole body before: ours comes first, see `SlackApp._receive`.
    """

    async def authorize(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.bot_token)

    # At lower levels Bolt logs whole deliveries, with what customers and colleagues wrote.
    log = logging.getLogger("baton.slack.bolt")
    # Until it is made it warns of the token in the environment, which is meant.
    log.setLevel(logging.ERROR)
    app = AsyncApp(
        name="baton",
        logger=log,
        client=client,
        signing_secret=settings.signing_secret,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    log.setLevel(logging.WARNING)
    return app
