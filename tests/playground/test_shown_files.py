"""Image blocks that show an uploaded file: when Slack takes them, and what it says when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.process import Json, People, PlaygroundProcess
from tests.playground.test_files import FLOOR

PNG = b"\x89PNG\r\n\x1a\n picture"


async def uploaded(client: AsyncWebClient, name: str = "chart.png", content: bytes = PNG) -> str:
    """A file that is in no channel."""
    answer = await client.files_upload_v2(filename=name, content=content)
    return str(answer["files"][0]["id"])


def image(**more: object) -> Json:
    return {"type": "image", "alt_text": "Rising from 3 to 9.", **more}


async def complaint(client: AsyncWebClient, block: Json) -> tuple[str, list[str]]:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=FLOOR, text="x", blocks=[block])
    answer = refused.value.response
    return answer["error"], answer["response_metadata"]["messages"]


async def test_a_message_shows_a_file_that_is_in_no_channel(
    playground: PlaygroundProcess, client: AsyncWebClient, people: People
) -> None:
    file = await uploaded(client)
    await client.chat_postMessage(channel=FLOOR, text="x", blocks=[image(slack_file={"id": file})])
    (block,) = (await people.last("ana"))["blocks"]
    assert (block["slack_file"], block["alt_text"]) == ({"id": file}, "Rising from 3 to 9.")
    async with aiohttp.ClientSession() as session, session.get(f"{playground.url}/files/{file}/file") as response:
        assert (response.content_type, await response.read()) == ("image/png", PNG)


async def test_it_may_be_named_by_its_address(client: AsyncWebClient) -> None:
    file = await uploaded(client)
    address = (await client.files_info(file=file))["file"]["url_private"]
    await client.chat_postMessage(channel=FLOOR, text="x", blocks=[image(slack_file={"url": address})])


async def test_what_is_no_picture_of_ours_is_refused_in_slacks_words(client: AsyncWebClient) -> None:
    page, gone = await uploaded(client, "page.html"), await uploaded(client)
    await client.files_delete(file=gone)
    announced = (await client.files_getUploadURLExternal(filename="a.png", length=3))["file_id"]
    for file in (page, gone, announced, "F0UNKNOWN99"):
        word, (said,) = await complaint(client, image(slack_file={"id": file}))
        assert (word, said) == ("invalid_blocks", "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]")


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"slack_file": {"id": "chart.png"}}, "input must match regex pattern: ^[F][A-Z0-9]{8,}$"),
        ({"slack_file": {}}, "must have either id or url"),
        ({"slack_file": {"id": "F012345678", "url": "https://x.example/a.png"}}, "must have either id or url"),
        ({"slack_file": {"id": "F012345678"}, "alt_text": None}, "missing required field: alt_text"),
        ({"slack_file": {"id": "F012345678"}, "alt_text": "x" * 2001}, "must be less than 2001 characters"),
        ({}, "must have either image_url or slack_file"),
    ],
)
async def test_limits_of_the_block(client: AsyncWebClient, block: Json, said: str) -> None:
    word, messages = await complaint(client, image(**block))
    assert word == "invalid_blocks"
    assert any(said in message for message in messages)


async def test_views_and_answers_are_checked_as_well(client: AsyncWebClient, people: People) -> None:
    file = await uploaded(client)
    shown: Json = {"type": "home", "blocks": [image(slack_file={"id": file})]}
    await client.views_publish(user_id="U0ANALIMA1", view=shown)
    shown["blocks"] = [{"type": "context", "elements": [image(slack_file={"id": "F0UNKNOWN99"})]}]
    with pytest.raises(SlackApiError) as refused:
        await client.views_publish(user_id="U0ANALIMA1", view=shown)
    assert refused.value.response["error"] == "invalid_arguments"
    (said,) = refused.value.response["response_metadata"]["messages"]
    assert said == "[ERROR] invalid slack file [json-pointer:/view/blocks/0/elements/0/slack_file]"


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[PlaygroundProcess]:
    """Files are ready after a while, as Slack's are."""
    with PlaygroundProcess(tmp_path, PLAYGROUND_FILE_SECONDS="0.6") as process:
        yield process


async def test_a_new_file_is_not_ready_at_once(slow: PlaygroundProcess) -> None:
    client = slow.client()
    file = await uploaded(client)
    word, (said,) = await complaint(client, image(slack_file={"id": file}))
    assert (word, "invalid slack file" in said) == ("invalid_blocks", True)
    await asyncio.sleep(0.7)
    await client.chat_postMessage(channel=FLOOR, text="x", blocks=[image(slack_file={"id": file})])
