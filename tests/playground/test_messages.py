"""Messages through the official client: posting, changing, threads, paging, metadata, and what outlives a crash."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.process import People, PlaygroundProcess
from tests.playground.test_web_api import refusal

FLOOR = "C0FLOOR001"


async def test_a_message_of_the_app_carries_its_ids(client: AsyncWebClient, people: People) -> None:
    posted = await client.chat_postMessage(channel="#floor", text="hello", blocks=[{"type": "divider"}])
    assert posted["channel"] == FLOOR
    message = posted["message"]
    assert (message["user"], message["bot_id"], message["app_id"]) == ("U0BATON001", "B0BATON001", "A0BATON001")
    assert message["blocks"][0]["block_id"]
    shown = await people.last("ana")
    assert shown["ts"] == posted["ts"]
    assert shown["bot"]
    assert not shown["ephemeral"]


async def test_changing_keeps_what_is_not_named(client: AsyncWebClient, people: People) -> None:
    blocks = [{"type": "divider", "block_id": "line"}]
    ts = (await client.chat_postMessage(channel=FLOOR, text="one", blocks=blocks, metadata=_metadata("a")))["ts"]
    other = {"channel": FLOOR, "ts": ts, "blocks": [{"type": "divider", "block_id": "other"}]}
    await client.api_call("chat.update", json=other)
    message = await _only(client)
    assert message["text"] == "one"
    assert message["blocks"][0]["block_id"] == "other"
    assert message["metadata"] == _metadata("a")
    await client.chat_update(channel=FLOOR, ts=ts, text="two", metadata=_metadata("b"))
    message = await _only(client)
    assert "blocks" not in message
    assert message["metadata"] == _metadata("b")
    assert "edited" not in await people.last("ana")


async def test_metadata_is_shown_only_when_asked_for(client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=FLOOR, text="card", metadata=_metadata("key"))
    plain = (await client.conversations_history(channel=FLOOR))["messages"][0]
    assert "metadata" not in plain
    assert (await _only(client))["metadata"] == _metadata("key")
    bad = client.chat_postMessage(channel=FLOOR, text="card", metadata={"event_type": "x"})
    assert await refusal(bad) == "invalid_metadata_format"


async def test_only_the_apps_own_messages_can_be_changed_or_deleted(client: AsyncWebClient, people: People) -> None:
    ts = (await people.do("message", "ana", channel="floor", text="mine"))["ts"]
    assert await refusal(client.chat_update(channel=FLOOR, ts=ts, text="yours")) == "cant_update_message"
    assert await refusal(client.chat_delete(channel=FLOOR, ts=ts)) == "cant_delete_message"
    assert await refusal(client.chat_update(channel=FLOOR, ts="1.000001", text="x")) == "message_not_found"
    assert await refusal(client.api_call("chat.postMessage", json={"channel": FLOOR})) == "no_text"


async def test_a_thread_counts_its_replies(client: AsyncWebClient, people: People) -> None:
    root = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    first = (await people.do("message", "ana", channel="floor", text="one", thread_ts=root))["ts"]
    await people.do("message", "ben", channel="floor", text="two", thread_ts=first)
    shown = await people.last("chloe")
    assert shown["ts"] == root
    assert shown["reply_count"] == 2
    thread = await people.messages("chloe", thread_ts=root)
    assert [message["text"] for message in thread] == ["card", "one", "two"]
    replies = (await client.conversations_replies(channel=FLOOR, ts=root))["messages"]
    assert [message["text"] for message in replies] == ["card", "one", "two"]
    assert replies[0]["reply_users"] == ["U0ANALIMA1", "U0BENOKORO"]
    assert {message["thread_ts"] for message in replies} == {root}
    missing = client.chat_postMessage(channel=FLOOR, text="lost", thread_ts="1.000001")
    assert await refusal(missing) == "thread_not_found"


async def test_a_broadcast_reply_stands_in_the_channel_too(client: AsyncWebClient, people: People) -> None:
    root = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    await client.chat_postMessage(channel=FLOOR, text="all", thread_ts=root, reply_broadcast=True)
    assert [message["text"] for message in await people.messages("ana")] == ["card", "all"]


async def test_a_deleted_message_with_replies_leaves_a_tombstone(client: AsyncWebClient, people: People) -> None:
    root = (await client.chat_postMessage(channel=FLOOR, text="secret"))["ts"]
    reply = (await client.chat_postMessage(channel=FLOOR, text="reply", thread_ts=root))["ts"]
    await client.chat_delete(channel=FLOOR, ts=root)
    tombstone = await _only(client)
    assert tombstone["subtype"] == "tombstone"
    assert "secret" not in str(tombstone)
    assert tombstone["reply_count"] == 1
    await client.chat_delete(channel=FLOOR, ts=reply)
    assert "reply_count" not in await _only(client)
    assert await refusal(client.chat_delete(channel=FLOOR, ts=reply)) == "message_not_found"
    other = (await client.chat_postMessage(channel=FLOOR, text="gone"))["ts"]
    await client.chat_delete(channel=FLOOR, ts=other)
    assert other not in [message["ts"] for message in await people.messages("ana")]


async def test_history_is_paged_without_gaps_or_doubles(client: AsyncWebClient) -> None:
    sent = [(await client.chat_postMessage(channel=FLOOR, text=str(n)))["ts"] for n in range(60)]
    assert sent == sorted(set(sent))
    read = []
    async for page in await client.conversations_history(channel=FLOOR, limit=7):
        read += [message["ts"] for message in page["messages"]]
    assert read == sent[::-1]
    window = await client.conversations_history(channel=FLOOR, oldest=sent[10], latest=sent[20])
    assert [message["ts"] for message in window["messages"]] == sent[11:20][::-1]
    one = await client.conversations_history(channel=FLOOR, oldest=sent[10], latest=sent[10], inclusive=True)
    assert [message["ts"] for message in one["messages"]] == [sent[10]]


async def test_replies_are_paged_with_the_first_message_once(client: AsyncWebClient) -> None:
    root = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    for number in range(11):
        await client.chat_postMessage(channel=FLOOR, text=str(number), thread_ts=root)
    read = []
    async for page in await client.conversations_replies(channel=FLOOR, ts=root, limit=4):
        read += [message["text"] for message in page["messages"]]
    assert read == ["card", *(str(number) for number in range(11))]


async def test_parallel_posts_get_times_of_their_own(client: AsyncWebClient) -> None:
    posts = await asyncio.gather(*(client.chat_postMessage(channel=FLOOR, text=str(n)) for n in range(3)))
    assert len({post["ts"] for post in posts}) == 3


async def test_messages_outlive_a_killed_playground_and_ephemerals_do_not(
    playground: PlaygroundProcess, client: AsyncWebClient, people: People
) -> None:
    ts = (await client.chat_postMessage(channel=FLOOR, text="kept", metadata=_metadata("key")))["ts"]
    await client.reactions_add(channel=FLOOR, timestamp=ts, name="eyes")
    await client.chat_postEphemeral(channel=FLOOR, user="U0ANALIMA1", text="only now")
    assert len(await people.messages("ana")) == 2
    assert len(await people.messages("ben")) == 1
    playground.kill()
    playground.start()
    message = await _only(client)
    assert (message["text"], message["metadata"]) == ("kept", _metadata("key"))
    assert message["reactions"] == [{"name": "eyes", "users": ["U0BATON001"], "count": 1}]
    assert [shown["text"] for shown in await people.messages("ana")] == ["kept"]
    assert (await client.chat_postMessage(channel=FLOOR, text="later"))["ts"] > ts


async def test_reactions_are_counted_and_taken_back(client: AsyncWebClient, people: People) -> None:
    ts = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    await client.reactions_add(channel=FLOOR, timestamp=ts, name="eyes")
    await people.do("react", "ana", channel="floor", ts=ts, name="eyes")
    twice = client.reactions_add(channel=FLOOR, timestamp=ts, name="eyes")
    assert await refusal(twice) == "already_reacted"
    got = (await client.reactions_get(channel=FLOOR, timestamp=ts))["message"]["reactions"]
    assert got == [{"name": "eyes", "users": ["U0BATON001", "U0ANALIMA1"], "count": 2}]
    await client.reactions_remove(channel=FLOOR, timestamp=ts, name="eyes")
    await people.do("react", "ana", channel="floor", ts=ts, name="eyes", remove=True)
    assert "reactions" not in await people.last("ana")
    assert await refusal(client.reactions_remove(channel=FLOOR, timestamp=ts, name="eyes")) == "no_reaction"


async def test_permalinks_name_the_channel_and_the_message(client: AsyncWebClient) -> None:
    root = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    reply = (await client.chat_postMessage(channel=FLOOR, text="reply", thread_ts=root))["ts"]
    link = (await client.chat_getPermalink(channel=FLOOR, message_ts=root))["permalink"]
    assert link.endswith(f"/archives/{FLOOR}/p{root.replace('.', '')}")
    inside = (await client.chat_getPermalink(channel=FLOOR, message_ts=reply))["permalink"]
    assert inside.endswith(f"?thread_ts={root}&cid={FLOOR}")


async def test_a_message_to_a_person_opens_the_direct_conversation(client: AsyncWebClient, people: People) -> None:
    posted = await client.chat_postMessage(channel="U0ANALIMA1", text="psst")
    assert posted["channel"].startswith("D")
    assert (await people.last("ana", posted["channel"]))["text"] == "psst"
    hidden = await people.try_to("mark", "ben", channel=posted["channel"], ts=posted["ts"])
    assert hidden["error"] == "channel_not_found"


async def test_pins_and_unfurls_change_the_message(client: AsyncWebClient, people: People) -> None:
    ts = (await people.do("message", "ana", channel="floor", text="see https://acme.example/x"))["ts"]
    await client.pins_add(channel=FLOOR, timestamp=ts)
    assert await refusal(client.pins_add(channel=FLOOR, timestamp=ts)) == "already_pinned"
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "preview"}}]
    await client.chat_unfurl(channel=FLOOR, ts=ts, unfurls={"https://acme.example/x": {"blocks": blocks}})
    attachment = (await people.last("ana"))["attachments"][0]
    assert attachment["from_url"] == "https://acme.example/x"
    assert attachment["blocks"][0]["text"]["text"] == "preview"


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": "card", "event_payload": {"key": key}}


async def _only(client: AsyncWebClient) -> dict[str, Any]:
    messages = (await client.conversations_history(channel=FLOOR, include_all_metadata=True))["messages"]
    assert len(messages) == 1
    message: dict[str, Any] = messages[0]
    return message
