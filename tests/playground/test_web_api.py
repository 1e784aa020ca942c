"""The Web API as the official client sees it: tokens, people, channels, and how calls may be written."""

from __future__ import annotations

import io
import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.process import APP_TOKEN, BOT_TOKEN, People, PlaygroundProcess


async def refusal(call: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call  # type: ignore[misc]
    return str(caught.value.response["error"])


async def test_the_bot_token_belongs_to_the_apps_bot_user(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == "U0BATON001"
    assert answer["bot_id"] == "B0BATON001"
    assert answer["team_id"] == "T0ACME0001"


async def test_other_tokens_are_refused(playground: PlaygroundProcess) -> None:
    assert await refusal(playground.client("xoxb-other").auth_test()) == "invalid_auth"
    assert await refusal(playground.client("xoxb-plãyground").auth_test()) == "invalid_auth"
    assert await refusal(playground.client(APP_TOKEN).auth_test()) == "not_allowed_token_type"
    assert await refusal(playground.client().apps_connections_open(app_token=BOT_TOKEN)) == "not_allowed_token_type"


async def test_unknown_methods_are_unknown(client: AsyncWebClient) -> None:
    assert await refusal(client.api_call("chat.sing")) == "unknown_method"


async def test_calls_come_as_query_form_or_json(playground: PlaygroundProcess) -> None:
    bearer = {"Authorization": f"Bearer {BOT_TOKEN}"}
    async with aiohttp.ClientSession(playground.api_url) as session:
        async with session.get("users.info", params={"user": "U0ANALIMA1"}, headers=bearer) as response:
            assert (await response.json())["user"]["name"] == "ana"
        form = {"token": BOT_TOKEN, "channel": "C0FLOOR001", "blocks": '[{"type": "divider"}]', "text": "form"}
        async with session.post("chat.postMessage", data=form) as response:
            assert (await response.json())["message"]["blocks"][0]["type"] == "divider"
        body = {"channel": "C0FLOOR001", "blocks": [{"type": "divider"}], "text": "json"}
        async with session.post("chat.postMessage", json=body, headers=bearer) as response:
            assert (await response.json())["message"]["text"] == "json"


async def test_malformed_bodies_are_named(playground: PlaygroundProcess) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(playground.api_url, headers=headers) as session:
        for body, error in ((b"{", "invalid_json"), (b"[1]", "json_not_object"), (b"[" * 100_000, "invalid_json")):
            async with session.post("chat.postMessage", data=body) as response:
                assert (await response.json())["error"] == error
        for odd in (["x"], {"id": 1}, "[" * 5_000, 5):
            for blocks in (
                odd,
                [{"type": odd}],
                [{"type": "section", "text": {"type": odd}}],
                [{"type": "actions", "elements": [{"type": odd}]}],
            ):
                body = json.dumps({"channel": "C0FLOOR001", "text": "x", "blocks": blocks}).encode()
                async with session.post("chat.postMessage", data=body) as response:
                    assert (response.status, (await response.json())["error"][:14]) == (200, "invalid_blocks")
        async with session.post("chat.postMessage", data=io.BytesIO(b"x" * 1_100_000)) as response:
            assert response.status == 413
            assert (await response.json())["error"] == "request_too_large"


async def test_people_with_departments_come_first_and_the_bot_last(client: AsyncWebClient) -> None:
    members = (await client.users_list())["members"]
    assert [member["name"] for member in members[:2]] == ["ana", "ben"]
    assert members[-1]["is_bot"]
    assert [member["name"] for member in members if member["is_restricted"]] == ["pat"]
    ana = members[0]
    assert ana["profile"]["email"] == "ana@acme.example"
    assert ana["profile"]["real_name"] == "Ana Lima"
    assert ana["profile"]["title"] == "Support lead"
    assert ana["tz"] == "Europe/Lisbon"
    assert ana["tz_offset"] in {0, 3600}


async def test_lists_are_paged_by_cursor(client: AsyncWebClient) -> None:
    names = []
    async for page in await client.users_list(limit=5):
        assert len(page["members"]) <= 5
        names += [member["name"] for member in page["members"]]
    assert len(names) == len(set(names)) == 14
    assert await refusal(client.users_list(cursor="bmFuOm5hbg==")) == "invalid_cursor"


async def test_people_are_found_by_id_and_address(client: AsyncWebClient) -> None:
    assert (await client.users_lookupByEmail(email="LEO@acme.example"))["user"]["id"] == "U0LEOROSSI"
    assert await refusal(client.users_lookupByEmail(email="no@acme.example")) == "users_not_found"
    assert await refusal(client.users_info(user="U0NOBODY")) == "user_not_found"


async def test_user_groups_name_their_members(client: AsyncWebClient) -> None:
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert {group["handle"] for group in groups} >= {"support", "sales"}
    support = next(group for group in groups if group["handle"] == "support")
    assert support["users"] == ["U0ANALIMA1", "U0BENOKORO"]
    assert (await client.usergroups_users_list(usergroup=support["id"]))["users"] == support["users"]


async def test_channels_are_listed_with_the_apps_membership(client: AsyncWebClient) -> None:
    channels = (await client.conversations_list())["channels"]
    floor = next(channel for channel in channels if channel["name"] == "floor")
    assert floor["is_member"]
    assert floor["topic"]["value"] == "What customers say, for everyone"
    members = (await client.conversations_members(channel=floor["id"]))["members"]
    assert len(members) == 14


async def test_a_channel_must_be_joined_before_it_takes_messages(client: AsyncWebClient, people: People) -> None:
    made = (await client.conversations_create(name="launch"))["channel"]["id"]
    assert await refusal(client.conversations_create(name="launch")) == "name_taken"
    assert await refusal(client.conversations_create(name="Launch!")) == "invalid_name_specials"
    assert (await people.try_to("message", "ana", channel="launch", text="hello"))["error"] == "not_in_channel"
    await client.conversations_invite(channel=made, users="U0ANALIMA1,U0BENOKORO")
    await people.do("message", "ana", channel="launch", text="hello")
    assert await refusal(client.conversations_invite(channel=made, users="U0ANALIMA1")) == "already_in_channel"
    assert (await client.conversations_setTopic(channel=made, topic="Soon"))["channel"]["topic"]["value"] == "Soon"


async def test_a_channels_name_must_be_one(client: AsyncWebClient) -> None:
    for name, error in (
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Crisis", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
    ):
        assert await refusal(client.conversations_create(name=name)) == error


async def test_one_who_cannot_be_invited_keeps_out_all_unless_forced(client: AsyncWebClient, people: People) -> None:
    made = (await client.conversations_create(name="launch"))["channel"]["id"]
    invited = ["U0ANALIMA1", "U0NOBODY01", "U0BATON001"]
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_invite(channel=made, users=invited)
    errors = refused.value.response["errors"]
    assert [(error["user"], error["error"]) for error in errors] == [
        ("U0NOBODY01", "user_not_found"),
        ("U0BATON001", "cant_invite_self"),
    ]
    assert (await client.conversations_members(channel=made))["members"] == ["U0BATON001"]
    forced = await client.conversations_invite(channel=made, users=invited, force=True)
    assert len(forced["errors"]) == 2
    assert (await client.conversations_members(channel=made))["members"] == ["U0ANALIMA1", "U0BATON001"]
    assert await refusal(client.conversations_invite(channel=made, users=["U0"] * 101)) == "too_many_users"
    direct = (await people.do("dm", "ana", **{"with": "U0BATON001"}))["channel"]
    wrong = client.conversations_invite(channel=direct, users="U0BENOKORO")
    assert await refusal(wrong) == "method_not_supported_for_channel_type"


async def test_a_channel_says_what_it_is_for_in_few_words(client: AsyncWebClient) -> None:
    assert (await client.conversations_setPurpose(channel="C0FLOOR001", purpose="All of it"))["purpose"] == "All of it"
    floor = (await client.conversations_info(channel="C0FLOOR001"))["channel"]
    assert floor["purpose"]["value"] == "All of it"
    assert await refusal(client.conversations_setTopic(channel="C0FLOOR001", topic="x" * 251)) == "too_long"
    assert await refusal(client.conversations_setPurpose(channel="C0FLOOR001", purpose="x" * 251)) == "too_long"


async def test_a_message_is_pinned_once_and_until_it_is_deleted(client: AsyncWebClient, people: People) -> None:
    floor = "C0FLOOR001"
    first = (await client.chat_postMessage(channel=floor, text="one"))["ts"]
    second = (await people.do("message", "ana", channel="floor", text="two"))["ts"]
    await client.pins_add(channel=floor, timestamp=first)
    await client.pins_add(channel=floor, timestamp=second)
    assert await refusal(client.pins_add(channel=floor, timestamp=first)) == "already_pinned"
    assert await refusal(client.pins_add(channel=floor, timestamp="1.000000")) == "message_not_found"
    assert await refusal(client.pins_add(channel=floor, timestamp="now")) == "bad_timestamp"
    assert await refusal(client.pins_add(channel=floor)) == "no_item_specified"
    await client.chat_update(channel=floor, ts=first, text="one, later")
    history = await client.conversations_history(channel=floor)
    assert history["pin_count"] == 2
    assert [message["pinned_to"] for message in history["messages"][:2]] == [[floor], [floor]]
    pinned = (await people.see("pins", "ben", channel="floor"))["messages"]
    assert [(message["text"], message["pinned"]) for message in pinned] == [("two", True), ("one, later", True)]
    await people.do("message", "ana", channel="floor", text="a reply", thread_ts=first)
    await client.chat_delete(channel=floor, ts=first)
    await people.do("delete", "ana", channel="floor", ts=second)
    assert (await people.see("pins", "ben", channel="floor"))["messages"] == []
    assert await refusal(client.pins_add(channel=floor, timestamp=first)) == "not_pinnable"


async def test_a_channel_is_new_to_who_was_brought_in_until_they_look(client: AsyncWebClient, people: People) -> None:
    async def seen(user: str) -> dict[str, object]:
        channels = (await people.see("workspace", user))["channels"]
        return next(channel for channel in channels if channel["name"] == "launch")

    made = (await client.conversations_create(name="launch"))["channel"]["id"]
    await client.conversations_invite(channel=made, users="U0ANALIMA1")
    assert (await seen("ana"))["is_new"] is True
    assert ((await seen("ben"))["is_new"], (await seen("ben"))["is_member"]) == (False, False)
    await people.do("mark", "ana", channel="launch", ts="0")
    assert (await seen("ana"))["is_new"] is False


async def test_conversations_open_leads_to_one_direct_conversation(client: AsyncWebClient, people: People) -> None:
    first = (await client.conversations_open(users="U0ANALIMA1"))["channel"]["id"]
    again = await client.conversations_open(users="U0ANALIMA1")
    assert first.startswith("D")
    assert again["channel"]["id"] == first
    assert again["already_open"]
    assert (await people.do("dm", "ana", **{"with": "U0BATON001"}))["channel"] == first
    assert (await client.conversations_info(channel=first))["channel"]["user"] == "U0ANALIMA1"


async def test_a_direct_conversation_of_others_is_hidden_from_the_app(client: AsyncWebClient, people: People) -> None:
    theirs = (await people.do("dm", "ana", **{"with": "ben"}))["channel"]
    assert await refusal(client.conversations_history(channel=theirs)) == "channel_not_found"
    assert await refusal(client.chat_postMessage(channel=theirs, text="psst")) == "channel_not_found"
    assert (await client.conversations_list(types="im"))["channels"] == []


async def test_the_counters_tell_what_the_app_called(client: AsyncWebClient, people: People) -> None:
    await client.auth_test()
    await refusal(client.chat_postMessage(channel="C0NOWHERE", text="hello"))
    counters = await people.counters()
    assert counters["calls"] == {"auth.test": 1, "chat.postMessage": 1}
    assert counters["refused"] == {"chat.postMessage channel_not_found": 1}


async def test_scopes_that_the_manifest_lacks_are_counted(tmp_path_factory: pytest.TempPathFactory) -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write"]}}, "settings": {"socket_mode_enabled": True}}
    with PlaygroundProcess(tmp_path_factory.mktemp("scopes"), manifest=manifest) as playground:
        client = playground.client()
        answer = await client.chat_postMessage(channel="C0FLOOR001", text="hello")
        assert answer.headers["x-oauth-scopes"] == "chat:write"
        await client.users_list()
        async with People(playground.url) as people:
            assert (await people.counters())["missing_scopes"] == {"users.list": ["users:read"]}
