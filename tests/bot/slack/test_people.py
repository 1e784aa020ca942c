"""Who counts as a colleague, and when Slack is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Account
from bot.slack.people import People, is_outsider, profile
from tests.bot.slack.doubles import Colleagues
from tests.playground.process import PlaygroundProcess

TEAM = "T0ACME0001"


@pytest.mark.parametrize(
    ("user", "outsider"),
    [
        ({"team_id": "T1"}, False),
        ({"team_id": "T2"}, True),
        ({}, True),
        ({"team_id": "T1", "is_restricted": True}, True),
        ({"team_id": "T1", "is_ultra_restricted": True}, True),
        ({"team_id": "T1", "is_stranger": True}, True),
        ({"team_id": "T1", "deleted": True}, True),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T1", "T2"]}}, False),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T2"]}}, True),
    ],
)
def test_guests_and_people_of_other_companies_are_outsiders(user: dict[str, Any], outsider: bool) -> None:
    assert is_outsider("T1", user) is outsider


def test_an_org_wide_installation_knows_its_people_by_enterprise() -> None:
    user = {"team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T2"]}}
    assert is_outsider("E1", user) is False
    assert is_outsider("E2", user) is True


def test_a_profile_takes_the_real_name_and_the_time_zone() -> None:
    user = {
        "id": "U1",
        "name": "ana",
        "tz": "Europe/Lisbon",
        "team_id": "T1",
        "profile": {"real_name": "Ana Lima", "email": "a@b.example"},
    }
    made = profile(Account("slack", "T1", "U1"), user, ("support",))
    assert (made.name, made.handle, made.email, made.timezone, made.groups) == (
        "Ana Lima",
        "ana",
        "a@b.example",
        "Europe/Lisbon",
        ("support",),
    )


async def test_somebody_new_is_met_once_with_their_user_groups(playground: PlaygroundProcess) -> None:
    directory = Colleagues()
    people = People(directory, playground.client())
    ana = await people.person(TEAM, "U0ANALIMA1")
    assert (ana.name, ana.department, ana.outsider) == ("Ana Lima", "support", False)
    playground.stop()
    assert await people.person(TEAM, "U0ANALIMA1") == ana


async def test_a_guest_is_met_as_an_outsider(playground: PlaygroundProcess) -> None:
    assert (await People(Colleagues(), playground.client()).person(TEAM, "U0PATGUEST")).outsider


@asynccontextmanager
async def slack_saying(user: dict[str, Any], **us: Any) -> AsyncIterator[AsyncWebClient]:
    """A Slack that knows one user; `us` is what it says of our token."""

    async def answer(request: web.Request) -> web.Response:
        answers = {"auth.test": {"team_id": "T1", **us}, "users.info": {"user": user}, "usergroups.list": {}}
        return web.json_response({"ok": True, **answers[request.match_info["method"]]})

    site = web.Application()
    site.router.add_route("*", "/{method}", answer)
    async with TestServer(site) as server:
        yield AsyncWebClient(token="xoxb-1", base_url=str(server.make_url("/")))


@pytest.mark.parametrize("named", ["T1", "T2"])
async def test_somebody_of_another_company_is_an_outsider_whichever_workspace_a_delivery_names(named: str) -> None:
    async with slack_saying({"id": "U9", "team_id": "T2", "real_name": "Mallory"}) as client:
        assert (await People(Colleagues(), client).person(named, "U9")).outsider


async def test_a_colleague_is_one_in_shared_channels_too() -> None:
    async with slack_saying({"id": "U1", "team_id": "T1", "real_name": "Ana"}) as client:
        assert not (await People(Colleagues(), client).person("T2", "U1")).outsider


async def test_an_org_wide_installation_takes_everybody_of_the_enterprise_for_a_colleague() -> None:
    ana = {"id": "U1", "team_id": "T7", "enterprise_user": {"enterprise_id": "E1", "teams": ["T7"]}}
    async with slack_saying(ana, enterprise_id="E1", is_enterprise_install=True) as client:
        assert not (await People(Colleagues(), client).person("T7", "U1")).outsider


async def test_everybody_is_met_without_having_used_baton(playground: PlaygroundProcess) -> None:
    directory = Colleagues()
    people = People(directory, playground.client())
    assert await people.learn_everybody() == 13
    assert {person.name for person in await directory.members("legal")} == {"Ines Duarte"}
    assert "Pat Reed" not in {person.name for person in await directory.colleagues()}
    assert await people.learn_everybody() == 0


async def test_a_changed_profile_is_taken_over_only_for_those_who_were_met(playground: PlaygroundProcess) -> None:
    directory = Colleagues()
    directory.know(TEAM, "U0ANALIMA1")
    people = People(directory, playground.client())
    await people.refresh(TEAM, {"id": "U0ANALIMA1", "team_id": TEAM, "real_name": "Ana Lima-Costa"})
    await people.refresh(TEAM, {"id": "U0BENOKORO", "team_id": TEAM, "real_name": "Ben"})
    assert [profile.name for profile in directory.profiles.values()] == ["Ana Lima-Costa"]


async def test_colleagues_are_mentioned_by_their_account_in_this_workspace() -> None:
    directory = Colleagues()
    directory.know("T1", "U1")
    people = People(directory, AsyncWebClient())
    assert await people.users(["p-U1", "p-U9"], "T1") == {"p-U1": "U1"}
    assert await people.users(["p-U1"], "") == {"p-U1": "U1"}
    assert await people.users(["p-U1"], "T2") == {}


async def test_a_colleague_reads_what_their_client_is_set_to() -> None:
    async with slack_saying({"id": "U1", "team_id": "T1", "real_name": "Ana", "locale": "de-DE"}) as client:
        assert (await People(Colleagues(), client).person("T1", "U1")).language == "de"
