"""Who it is: Slack users ↔ colleagues of the directory. Guests and people of other companies are outsiders."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.people import Person
from bot.ports import Account, Directory, Profile
from bot.slack.calls import called

_GROUPS_FRESH_SECONDS = 600.0
_PAGE = 200
_SLACKBOT = "USLACKBOT"


class People:
    """Looks people up in the directory first, and asks Slack only for those it has never met."""

    def __init__(self, directory: Directory, client: AsyncWebClient) -> None:
        self._directory = directory
        self._client = client
        self._own = ""
        self._groups: Mapping[str, tuple[str, ...]] = {}
        self._groups_read = float("-inf")

    async def person(self, team: str, user: str) -> Person:
        """The colleague behind a Slack user; raises what `called` raises when Slack has to be asked and fails."""
        account = Account("slack", team, user)
        known = await self._directory.person(account)
        return known if known is not None else await self._meet(account)

    async def learn_everybody(self) -> int:
        """Meet the whole workspace, so that colleagues can be asked and told who have never used Baton; gives how many.

        Raises what `called` raises; what was learned until then is kept.
        """
        team = await self._own_team()
        learned, cursor = 0, ""
        while True:
            answer = await called(
                "users.list", self._client.users_list(limit=_PAGE, cursor=cursor, include_locale=True)
            )
            users = [
                user for user in answer.get("members") or () if not user.get("is_bot") and user.get("id") != _SLACKBOT
            ]
            profiles = [await self._profile(Account("slack", team, str(user["id"])), user) for user in users]
            learned += await self._directory.meet_all(profiles)
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return learned

    async def _own_team(self) -> str:
        """The workspace of our token, or its enterprise where the app is installed for all of it."""
        if not self._own:
            answer = await called("auth.test", self._client.auth_test())
            enterprise = answer.get("enterprise_id") if answer.get("is_enterprise_install") else None
            self._own = str(enterprise or answer["team_id"])
        return self._own

    async def refresh(self, team: str, user: Mapping[str, Any]) -> None:
        """Take over a changed profile of somebody who has been met."""
        account = Account("slack", team, str(user.get("id", "")))
        if await self._directory.person(account) is not None:
            await self._directory.meet(await self._profile(account, user))

    async def users(self, people: Iterable[str], team: str) -> dict[str, str]:
        """The Slack users of colleagues, by Baton's id; in `team` where they have several accounts."""
        found: dict[str, str] = {}
        for person_id in people:
            accounts = [a for a in await self._directory.accounts(person_id) if a.platform == "slack"]
            accounts.sort(key=lambda account: account.team != team)
            if accounts and (not team or accounts[0].team == team):
                found[person_id] = accounts[0].user
        return found

    async def _meet(self, account: Account) -> Person:
        answer = await called("users.info", self._client.users_info(user=account.user, include_locale=True))
        user: Mapping[str, Any] = answer.get("user") or {}
        return await self._directory.meet(await self._profile(account, user))

    async def _profile(self, account: Account, user: Mapping[str, Any]) -> Profile:
        """A delivery from a shared channel may name the other company's workspace: who is a colleague, ours alone decides."""
        said = profile(account, user, await self._groups_of(account.user))
        return replace(said, outsider=is_outsider(await self._own_team(), user))

    async def _groups_of(self, user: str) -> tuple[str, ...]:
        if time.monotonic() - self._groups_read > _GROUPS_FRESH_SECONDS:
            self._groups_read = time.monotonic()
            self._groups = await self._read_groups()
        return self._groups.get(user, ())

    async def _read_groups(self) -> dict[str, tuple[str, ...]]:
        """User group handles by member; a workspace without user groups, or a token that may not see them, has none."""
        members: dict[str, tuple[str, ...]] = {}
        try:
            answer = await called("usergroups.list", self._client.usergroups_list(include_users=True))
        except Exception:
            return dict(self._groups)
        for group in answer.get("usergroups") or ():
            for user in group.get("users") or ():
                members[user] = (*members.get(user, ()), str(group.get("handle") or group.get("name")))
        return members


def profile(account: Account, user: Mapping[str, Any], groups: tuple[str, ...] = ()) -> Profile:
    """What Slack's user object says. An installation knows its own people by team, or by enterprise when org-wide."""
    details = user.get("profile") or {}
    name = details.get("real_name") or user.get("real_name") or details.get("display_name") or user.get("name")
    return Profile(
        account=account,
        name=str(name or account.user),
        handle=str(user.get("name") or ""),
        email=details.get("email") or None,
        timezone=str(user.get("tz") or ""),
        outsider=is_outsider(account.team, user),
        groups=groups,
        language=str(user.get("locale") or ""),
    )


def is_outsider(team: str, user: Mapping[str, Any]) -> bool:
    """Guests, people of other companies, bots, and those whose account is closed."""
    flags = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot")
    if any(user.get(flag) for flag in flags):
        return True
    enterprise = user.get("enterprise_user") or {}
    own = {user.get("team_id"), enterprise.get("enterprise_id"), *(enterprise.get("teams") or ())}
    return team not in own
