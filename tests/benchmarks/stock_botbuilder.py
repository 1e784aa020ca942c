"""Stock botbuilder-core as its documentation has it: the cloud adapter, authentication on, and a bot that echoes.

Its adapter for aiohttp adds nothing to that but the route, and an error in what invokes are answered with. Only where tokens
for its own calls come from is ours: there is no login server here, so it is spared fetching them.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, CloudAdapterBase, TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticationConstants,
    BotFrameworkAuthenticationFactory,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)

from tests.benchmarks.pretend_teams import APP_ID, MESSAGES_PATH, OUR_TOKEN
from tests.fakes.teams_identity import METADATA_PATH


class _Spared(MicrosoftAppCredentials):  # type: ignore[misc]
    def get_access_token(self, force_refresh: bool = False) -> str:
        return OUR_TOKEN


class _Credentials(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> Any:
        return _Spared(app_id, self.password, self.tenant_id, oauth_scope)


class _Echo(ActivityHandler):  # type: ignore[misc]
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(f"You said: {turn_context.activity.text}")


class _Adapter(CloudAdapterBase):  # type: ignore[misc]
    """The base is abstract in name alone."""


def application(teams: str) -> web.Application:
    """The echoing bot, which knows the keys of the Teams at this address."""
    authentication = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url=AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL,
        to_channel_from_bot_oauth_scope=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
        to_bot_from_channel_token_issuer=AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=f"{teams}{METADATA_PATH}",
        to_bot_from_emulator_open_id_metadata_url=AuthenticationConstants.TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL,
        caller_id="urn:botframework:azure",
        credential_factory=_Credentials(APP_ID, "secret", "tenant"),
    )
    adapter, bot = _Adapter(authentication), _Echo()

    async def messages(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        header = request.headers.get("Authorization", "")
        answer = await adapter.process_activity(header, activity, bot.on_turn)
        if answer is not None:
            return web.json_response(answer.body, status=answer.status)
        return web.Response(status=201)

    made = web.Application()
    made.add_routes([web.post(MESSAGES_PATH, messages)])
    return made
