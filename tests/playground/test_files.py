"""Files through the official client's upload, and how they are served."""

from __future__ import annotations

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.process import People, PlaygroundProcess
from tests.playground.test_web_api import refusal

FLOOR = "C0FLOOR001"


async def test_the_official_upload_shares_a_file_in_a_thread(
    playground: PlaygroundProcess, client: AsyncWebClient, people: People
) -> None:
    root = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    answer = await client.files_upload_v2(
        channel=FLOOR, thread_ts=root, filename="chart.png", content=b"\x89PNG", title="Chart", initial_comment="See"
    )
    file = answer["files"][0]
    assert (file["name"], file["title"], file["mimetype"], file["size"]) == ("chart.png", "Chart", "image/png", 4)
    message = (await people.messages("ana", thread_ts=root))[-1]
    assert (message["text"], message["files"][0]["id"]) == ("See", file["id"])
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as response:
        assert await response.read() == b"\x89PNG"
        assert response.content_type == "image/png"
        assert response.headers["Content-Security-Policy"].startswith("sandbox")
    info = (await client.files_info(file=file["id"]))["file"]
    assert info["shares"]["public"][FLOOR]
    await client.files_delete(file=file["id"])
    assert await refusal(client.files_info(file=file["id"])) == "file_not_found"
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as response:
        assert response.status == 404


async def test_active_files_are_only_downloaded(playground: PlaygroundProcess, client: AsyncWebClient) -> None:
    answer = await client.files_upload_v2(filename="page.html", content="<script>alert(1)</script>", channel=FLOOR)
    async with aiohttp.ClientSession() as session, session.get(answer["files"][0]["url_private"]) as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_is_sent_once_and_completed_once(playground: PlaygroundProcess, client: AsyncWebClient) -> None:
    announced = await client.files_getUploadURLExternal(filename="../../a.txt", length=2)
    early = client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    assert await refusal(early) == "file_not_found"
    async with aiohttp.ClientSession() as session:
        form = aiohttp.FormData()
        form.add_field("file", b"hi", filename="a.txt")
        async with session.post(announced["upload_url"], data=form) as response:
            assert response.status == 200
        async with session.post(announced["upload_url"], data=b"ho") as response:
            assert response.status == 404
    done = await client.files_completeUploadExternal(files=[{"id": announced["file_id"], "title": "A"}])
    assert done["files"][0]["name"] == "a.txt"
    again = client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    assert await refusal(again) == "file_not_found"
