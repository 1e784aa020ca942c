"""Pictures of charts in Slack: wherever a card is shown, uploaded once, waited for, and never in the way of the card."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cards import Actions, Button, Card, Chart, Header, Series
from bot.commands import Origin, Reply
from bot.domain.people import Person
from bot.errors import RetriableError
from bot.ports import Account
from bot.slack import pictures as module
from bot.slack.manifest import manifest
from bot.slack.settings import SlackSettings
from tests.bot.slack.conftest import TEAM, Running, running
from tests.bot.slack.doubles import SPECS, Asked
from tests.bot.slack.judged import visible
from tests.fakes.painter import FakePainter
from tests.playground.process import BOT_TOKEN, SIGNING_SECRET, Json, People, PlaygroundProcess

ALT = "Rising from 3 to 9 conversations a week."
CHART = Chart("Heard", "bars", ("1 Sep", "8 Sep", "15 Sep"), (Series("Heard", (3, None, 9)),), ALT)
OTHER = replace(CHART, title="Touched", series=(Series("Touched", (1, 2, 3)), Series("Before", (9, 9, 9))))
DIGEST = Card(
    "The week", (Header("The week"), CHART, OTHER, Actions((Button("Claim", "claim", {"conversation": "B-1"}),)))
)
PLAIN = Card("The week", (Header("The week"),))


@dataclass
class Painting:
    """The app with a painter."""

    baton: Running
    painter: FakePainter
    playground: PlaygroundProcess

    async def files(self) -> int:
        """How many files there are in the workspace."""
        return len(list((self.playground.folder / "playground-files").glob("*")))


@asynccontextmanager
async def painting(playground: PlaygroundProcess, api_url: str = "") -> AsyncIterator[Painting]:
    painter = FakePainter()
    settings = SlackSettings(BOT_TOKEN, SIGNING_SECRET, "", api_url or playground.api_url, TEAM)
    async with running(settings, painter) as baton:
        playground.declare(manifest(SPECS, url=baton.url))
        await asyncio.sleep(0.05)
        yield Painting(baton, painter, playground)


@pytest.fixture
async def app(playground: PlaygroundProcess) -> AsyncIterator[Painting]:
    async with painting(playground) as app:
        yield app


def pictures(blocks: list[Json]) -> list[tuple[str, str]]:
    """The files and alt texts of a message's images."""
    return [(block["slack_file"]["id"], block["alt_text"]) for block in blocks if block["type"] == "image"]


async def shown(playground: PlaygroundProcess, file: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(f"{playground.url}/files/{file}/file") as response:
        assert response.content_type == "image/png"
        return await response.read()


async def test_a_card_shows_its_charts_with_words_for_those_who_do_not_see_them(app: Painting, people: People) -> None:
    await app.baton.app.platform.post("#floor", DIGEST, "m-1")
    found = pictures((await people.last("ana"))["blocks"])
    assert [alt for _, alt in found] == [ALT, ALT]
    assert await shown(app.playground, found[0][0]) == (await app.painter.paint(CHART)).data
    assert await shown(app.playground, found[1][0]) == (await app.painter.paint(OTHER)).data


async def test_the_same_chart_is_uploaded_once(app: Painting, people: People) -> None:
    sent = await app.baton.app.platform.post("#floor", DIGEST, "m-1")
    before = pictures((await people.last("ana"))["blocks"])
    await app.baton.app.platform.post("#floor", DIGEST, "m-2")
    said_otherwise = replace(DIGEST, blocks=(replace(CHART, alt="In other words."), OTHER))
    await app.baton.app.platform.update(sent, said_otherwise, "m-1")
    after = [pictures(message["blocks"]) for message in await people.messages("ana")]
    assert [file for file, _ in after[0]] == [file for file, _ in after[1]] == [file for file, _ in before]
    assert after[0][0][1] == "In other words."
    assert len(app.painter.painted) == 2
    assert await app.files() == 2


async def test_many_at_once_upload_it_once(app: Painting) -> None:
    platform = app.baton.app.platform
    await asyncio.gather(*(platform.post("#floor", DIGEST, f"m-{number}") for number in range(6)))
    assert await app.files() == 2


async def test_an_update_takes_another_picture(app: Painting, people: People) -> None:
    sent = await app.baton.app.platform.post("#floor", DIGEST, "m-1")
    newer = replace(CHART, series=(Series("Heard", (3, 4, 5)),))
    await app.baton.app.platform.update(sent, Card("The week", (newer,)), "m-1")
    ((file, _),) = pictures((await people.last("ana"))["blocks"])
    assert await shown(app.playground, file) == (await app.painter.paint(newer)).data


async def test_a_slash_command_is_answered_with_pictures_to_the_person_alone(app: Painting, people: People) -> None:
    async def digest(_: Asked) -> Reply:
        return Reply(card=DIGEST)

    app.baton.commands.answer = digest
    await people.do("slash", "ana", channel="floor", text="/baton digest")
    last = await people.last("ana")
    assert last["ephemeral"]
    assert len(pictures(last["blocks"])) == 2
    assert await people.messages("ben") == []


async def test_so_it_is_in_a_channel_that_the_app_is_not_in(app: Painting, people: People) -> None:
    async def digest(_: Asked) -> Reply:
        return Reply(card=DIGEST, public=True)

    app.baton.commands.answer = digest
    await people.do("slash", "ana", channel="praise", text="/baton digest")
    last = await people.last("ben", channel="praise")
    assert len(pictures(last["blocks"])) == 2


async def test_a_press_in_a_modal_shows_words_at_once_and_pictures_when_they_are_there(
    app: Painting, people: People
) -> None:
    async def home(actor: Person, origin: Origin) -> Card:
        return Card("Home", (CHART, Actions((Button("Claim", "claim", {"conversation": "B-1"}),))))

    async def digest(_: Asked) -> Reply:
        return Reply(card=DIGEST)

    app.baton.commands.home = home  # type: ignore[method-assign]
    app.baton.commands.answer = digest
    view = (await people.see("home", "ana"))["view"]
    assert len(pictures(view["blocks"])) == 1
    await people.do("click", "ana", view_id=view["id"], action_id="cmd:claim")
    modal = await people.view("ana")
    for _ in range(100):
        if pictures(modal["blocks"]):
            break
        await asyncio.sleep(0.05)
        modal = await people.view("ana")
    assert len(pictures(modal["blocks"])) == 2


async def test_a_persons_home_shows_them(app: Painting, people: People) -> None:
    async def not_now(actor: Person, origin: Origin) -> Card:
        raise RetriableError("not now")

    # Looking at it is told to the app, which would publish it anew.
    app.baton.commands.home = not_now  # type: ignore[method-assign]
    await app.baton.app.platform.replace_home(Account("slack", TEAM, "U0ANALIMA1"), DIGEST)
    assert len(pictures((await people.see("home", "ana"))["view"]["blocks"])) == 2


# When Slack is not ready, or does not want them.


@asynccontextmanager
async def refusing(playground: PlaygroundProcess, word: str, **more: str) -> AsyncIterator[str]:
    """The address of the playground's API, where uploads are refused with this word."""

    async def handle(request: web.Request) -> web.Response:
        if request.match_info["method"] == "files.getUploadURLExternal":
            return web.json_response({"ok": False, "error": word, **more})
        address, headers = f"{playground.api_url}{request.match_info['method']}", dict(request.headers)
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method, address, params=request.query, data=await request.read(), headers=headers
            ) as answer,
        ):
            return web.Response(body=await answer.read(), status=answer.status, content_type="application/json")

    site = web.Application()
    site.router.add_route("*", "/api/{method}", handle)
    async with TestServer(site) as server:
        yield str(server.make_url("/api/"))


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[PlaygroundProcess]:
    with PlaygroundProcess(
        tmp_path / "slow", manifest=manifest(SPECS, socket_mode=True), PLAYGROUND_FILE_SECONDS="0.9"
    ) as process:
        yield process


async def test_what_is_not_ready_is_waited_for(slow: PlaygroundProcess) -> None:
    async with painting(slow) as app, People(slow.url) as people:
        await app.baton.app.platform.post("#floor", DIGEST, "m-1")
        assert len(pictures((await people.last("ana"))["blocks"])) == 2
        assert app.baton.app.platform._pictures.examine() == []

        async def digest(_: Asked) -> Reply:
            return Reply(card=Card("Another", (replace(CHART, unit="conversations"),)))

        app.baton.commands.answer = digest
        await people.do("slash", "ana", channel="floor", text="/baton digest")
        last = await people.last("ana")
        for _ in range(100):
            if last.get("ephemeral"):
                break
            await asyncio.sleep(0.05)
            last = await people.last("ana")
        assert len(pictures(last["blocks"])) == 1


async def test_what_is_never_ready_goes_out_in_words(slow: PlaygroundProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.05, 0.05))
    async with painting(slow) as app, People(slow.url) as people:
        await app.baton.app.platform.post("#floor", DIGEST, "m-1")
        last = await people.last("ana")
        assert pictures(last["blocks"]) == []
        assert ALT in visible(last["blocks"])
        assert "▃·█" in visible(last["blocks"])
        (finding,) = app.baton.app.platform._pictures.examine()
        assert (finding.what, finding.state) == ("Slack pictures", "warn")


async def test_without_the_right_to_upload_cards_go_out_in_words_and_the_doctor_says_so(
    playground: PlaygroundProcess, people: People
) -> None:
    async with (
        refusing(playground, "missing_scope", needed="files:write") as api_url,
        painting(playground, api_url) as app,
    ):
        for number in range(3):
            await app.baton.app.platform.post("#floor", DIGEST, f"m-{number}")
        last = await people.last("ana")
        assert pictures(last["blocks"]) == []
        assert ALT in visible(last["blocks"])
        findings = {finding.what: finding for finding in await app.baton.app.platform.examine(["#floor"])}
        assert "files:write" in findings["Slack pictures"].detail
        assert "missing_scope" in findings["Slack pictures"].detail
        # Slack is not asked again for a while.
        assert len(app.painter.painted) == 1


async def test_a_file_that_was_deleted_meanwhile_is_uploaded_anew_next_time(
    app: Painting, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.05,))
    platform = app.baton.app.platform
    await platform.post("#floor", DIGEST, "m-1")
    for file, _ in pictures((await people.last("ana"))["blocks"]):
        await app.baton.app.client.files_delete(file=file)
    await platform.post("#floor", DIGEST, "m-2")
    assert pictures((await people.last("ana"))["blocks"]) == []
    await platform.post("#floor", DIGEST, "m-3")
    assert len(pictures((await people.last("ana"))["blocks"])) == 2


async def test_a_painter_that_fails_takes_nothing_but_the_pictures(app: Painting, people: People) -> None:
    app.painter.fails = True
    await app.baton.app.platform.post("#floor", DIGEST, "m-1")
    assert ALT in visible((await people.last("ana"))["blocks"])
    app.painter.fails = False
    await app.baton.app.platform.post("#floor", DIGEST, "m-2")
    assert len(pictures((await people.last("ana"))["blocks"])) == 2
    assert app.baton.app.platform._pictures.examine() == []


async def test_cards_without_charts_wait_for_nothing(app: Painting) -> None:
    begun = time.perf_counter()
    await app.baton.app.platform.post("#floor", PLAIN, "m-1")
    assert time.perf_counter() - begun < 2
    assert app.painter.painted == []
