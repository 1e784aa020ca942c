"""Who it is: Teams users ↔ colleagues of the directory. Guests and people of other companies are outsiders."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.people import Person
from bot.errors import BatonError, RetriableError
from bot.ports import Account, Directory, Profile
from bot.teams.adapter import Reference, TeamsAdapter
from bot.teams.calls import ConversationClosed
from bot.teams.persistence import persistently
from bot.teams.receive import PLATFORM, Mentioned, part, place_of, tenant_of, user_of
from bot.teams.references import References

_log = logging.getLogger("baton.teams")

MEET_WITHIN = 3.0
"""Seconds in which Teams is asked again who somebody is: a press must be answered within five."""

BOTS = "28:"
"""How the ids of bots begin."""

_GUEST_ROLES = frozenset({"guest", "anonymous"})
_GUEST_NAME = "#ext#"


class People:
    """Looks people up in the directory first, and asks Teams only for those it has never met."""

    def __init__(self, directory: Directory, adapter: TeamsAdapter, references: References) -> None:
        self._directory = directory
        self._adapter = adapter
        self._references = references

    async def person(self, activity: Mapping[str, Any]) -> Person:
        """The colleague who wrote or pressed; raises what calls raise when Teams has to be asked and fails."""
        tenant, user = tenant_of(activity), user_of(activity)
        await self._references.learn_users(tenant, {str(part(activity, "from", "id") or ""): user})
        account, locale = Account(PLATFORM, tenant, user), str(activity.get("locale") or "")
        person = await self._directory.reads(account, locale)
        if person is None:
            channel, _ = place_of(activity)
            met = await self._meet(tenant, channel, str(part(activity, "from", "id") or user))
            person = await self._directory.reads(account, locale) or met
        # Lists of members do not say where people's clocks are, but each delivery does.
        zone = activity.get("localTimezone")
        return replace(person, timezone=zone) if isinstance(zone, str) and zone else person

    async def named(self, mentioned: Sequence[Mentioned], tenant: str, channel: str) -> dict[str, str]:
        """How a command spells those whom a message mentions, by Teams' id; who cannot be found is left out."""
        found = {}
        for each in mentioned:
            if each.id.startswith(BOTS):
                continue
            user = await self._references.user(tenant, each.id)
            if user is None:
                try:
                    await self._meet(tenant, channel, each.id)
                except BatonError:
                    continue
                user = await self._references.user(tenant, each.id) or each.id
            found[each.id] = f"@{PLATFORM}:{user}"
        return found

    async def learn_everybody(self, channels: Iterable[str]) -> int:
        """Meet the members of these channels' teams, so that colleagues can be asked and told who have never used Baton.

        Gives how many were new or had changed; channels whose team Baton is not in yet are left out. Raises what calls
        raise; what was learned until then is kept.
        """
        learned = 0
        for channel in channels:
            try:
                learned += await self._learn_members(await self._references.at(channel))
            except ConversationClosed as error:
                _log.warning("Nobody of %s could be met: %s", channel, error)
        return learned

    async def _learn_members(self, of: Reference) -> int:
        members = [member for member in await self._adapter.members(of) if _is_person(member)]
        own = await self._references.own_tenant()
        profiles = [profile(of.tenant, own, member) for member in members]
        ids = (str(member.get("id") or "") for member in members)
        users = (each.account.user for each in profiles)
        await self._references.learn_users(of.tenant, dict(zip(ids, users, strict=True)))
        return await self._directory.meet_all(profiles)

    async def users(self, people: Iterable[str], tenant: str = "") -> dict[str, str]:
        """The Teams users of colleagues, by Baton's id, in one tenant."""
        tenant = tenant or await self._references.own_tenant()
        found: dict[str, str] = {}
        for person_id in people:
            for account in await self._directory.accounts(person_id):
                if account.platform == PLATFORM and account.team in {tenant, ""}:
                    found.setdefault(person_id, account.user)
        return found

    async def _meet(self, tenant: str, channel: str, teams_id: str) -> Person:
        near = await self._references.at(channel, tenant)
        member = await persistently(lambda: self._adapter.member(near, teams_id), MEET_WITHIN)
        if not member:
            raise RetriableError("Teams did not say who this is")
        said = profile(tenant, await self._references.own_tenant(), member)
        await self._references.learn_users(tenant, {teams_id: said.account.user})
        return await self._directory.meet(said)


def profile(tenant: str, own: str, member: Mapping[str, Any]) -> Profile:
    """What a member of a conversation in a tenant is. Colleagues are the users of our `own` tenant who are no guests in it.

    In a room of another tenant everybody is an outsider: its people read what is answered there.

    Shape: learn.microsoft.com, "Get Teams-specific context for your bot" (`TeamsChannelAccount`).
    """
    user = str(member.get("aadObjectId") or member.get("objectId") or member.get("id") or "")
    principal = str(member.get("userPrincipalName") or "")
    full = " ".join(filter(None, (member.get("givenName"), member.get("surname"))))
    home = str(member.get("tenantId") or tenant)
    return Profile(
        account=Account(PLATFORM, tenant, user),
        name=str(member.get("name") or full or principal.partition("@")[0] or user),
        handle=principal.partition("@")[0],
        email=str(member.get("email") or principal) or None,
        timezone="",
        outsider=tenant != own or is_outsider(member, home, own),
    )


def is_outsider(member: Mapping[str, Any], home: str, own: str) -> bool:
    """Guests of our tenant, everybody whose home is another one, and whom no directory knows."""
    known = member.get("aadObjectId") or member.get("objectId")
    role, principal = str(member.get("userRole") or "").lower(), str(member.get("userPrincipalName") or "").lower()
    return not known or role in _GUEST_ROLES or _GUEST_NAME in principal or home != own


def _is_person(member: Mapping[str, Any]) -> bool:
    return member.get("userRole") != "bot" and not str(member.get("id") or "").startswith(BOTS)
