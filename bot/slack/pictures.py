"""Pictures of charts in Slack: painted, uploaded for nobody in particular, and shown by the messages and views of ours.

A file that was uploaded without a channel is seen by whoever sees a message or view with it, and has no address that the
world could open. Slack takes a moment until a new file can be shown, and until then refuses what shows it; nothing has
been posted then, so the call is repeated. A card whose pictures cannot be had is shown with words in their place.
Sources: "Working with files", the image block and the Slack file object at docs.slack.dev; that a file is ready late, and
in which words it is refused until then, in slackapi/python-slack-sdk#1658 and slackapi/slack-github-action#413.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import Block, Chart
from bot.errors import BatonError, PermanentError, RetriableError
from bot.ports import ChartPainter, Finding, Picture
from bot.slack.calls import Refused, called
from bot.words import cut

T = TypeVar("T")

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try while Slack is not ready to show a new file."""

AFTER_REFUSAL = 300.0
"""Seconds for which nothing is uploaded once Slack refused to take a file: what it lacks is not there a moment later."""

_MOST_SECONDS = 20.0
"""For all pictures of a card; somebody waits for it."""

_KEPT = 500
_FILE_TITLE = 100
_REFUSALS = frozenset({"invalid_blocks", "invalid_arguments"})

_log = logging.getLogger("baton.slack")


class Pictures:
    """Uploads the pictures of charts, each once; without a painter there are none.

    What was uploaded is remembered in memory alone: after a restart it is uploaded anew, which leaves a file that nobody
    is shown any more.
    """

    def __init__(self, client: AsyncWebClient, painter: ChartPainter | None) -> None:
        self._client = client
        self._painter = painter
        self._files: OrderedDict[Chart, str] = OrderedDict()
        self._turn = asyncio.Lock()
        self._silent_until = 0.0
        self._trouble = ""

    def wanted(self, blocks: Iterable[Block]) -> bool:
        """Is there anything to paint?"""
        return self._painter is not None and any(isinstance(block, Chart) for block in blocks)

    async def shown(self, blocks: Iterable[Block], call: Callable[[Mapping[Chart, str]], Awaitable[T]]) -> T:
        """The answer of a call that shows these blocks, given Slack's ids of the pictures that there are.

        It is made once more where Slack is not ready yet, and at last without pictures. Raises what the call raises.
        """
        charts = tuple(block for block in blocks if isinstance(block, Chart))
        pictures = await self._uploaded(charts) if charts else {}
        if not pictures:
            return await call({})
        for pause in (*PAUSES, None):
            try:
                return await call(pictures)
            except Refused as refused:
                if refused.word not in _REFUSALS:
                    raise
                if pause is None or not _not_ready(refused):
                    break
            await asyncio.sleep(pause)
        # It may have been deleted meanwhile: next time it is uploaded anew.
        for chart in charts:
            self._files.pop(_painted_alike(chart), None)
        self._note("Slack does not show pictures that it took")
        return await call({})

    def examine(self) -> list[Finding]:
        """What the doctor is to know: whether the last picture came to Slack."""
        if not self._trouble:
            return []
        mend = "Cards have words in place of charts until then. Check that the app has the scope files:write."
        return [Finding("Slack pictures", "warn", self._trouble, mend)]

    async def _uploaded(self, charts: tuple[Chart, ...]) -> dict[Chart, str]:
        """The ids of the files that show charts; of none where one of them could not be had."""
        if self._painter is None or time.monotonic() < self._silent_until:
            return {}
        try:
            async with asyncio.timeout(_MOST_SECONDS), self._turn:
                found = {chart: await self._file(self._painter, chart) for chart in charts}
        except Refused as refused:
            self._silent_until = time.monotonic() + AFTER_REFUSAL
            self._note(str(refused))
            return {}
        except TimeoutError:
            self._note(f"Pictures did not get to Slack within {_MOST_SECONDS:g} seconds")
            return {}
        except BatonError as error:
            self._note(str(error))
            return {}
        self._trouble = ""
        return found

    async def _file(self, painter: ChartPainter, chart: Chart) -> str:
        alike = _painted_alike(chart)
        if (known := self._files.get(alike)) is not None:
            self._files.move_to_end(alike)
            return known
        file = await self._upload(chart, await painter.paint(chart))
        self._files[alike] = file
        if len(self._files) > _KEPT:
            self._files.popitem(last=False)
        return file

    async def _upload(self, chart: Chart, picture: Picture) -> str:
        """Announce a file, send it, complete it; gives its id."""
        name = f"chart-{hashlib.sha256(picture.data).hexdigest()[:12]}.png"
        announced = await called(
            "files.getUploadURLExternal",
            self._client.files_getUploadURLExternal(filename=name, length=len(picture.data)),
        )
        await self._send(str(announced["upload_url"]), picture)
        file = str(announced["file_id"])
        title = cut(" ".join(chart.title.split()), _FILE_TITLE) or name
        await called(
            "files.completeUploadExternal",
            self._client.files_completeUploadExternal(files=[{"id": file, "title": title}]),
        )
        return file

    async def _send(self, address: str, picture: Picture) -> None:
        """The bytes. The address is a secret while they are not there, and errors may name it."""
        session = self._client.session
        if session is None:
            raise RetriableError("The connection to Slack is not open.")
        headers = {"Content-Type": picture.media_type}
        try:
            async with session.post(address, data=picture.data, headers=headers) as answer:
                if answer.status != 200:
                    raise PermanentError(f"Slack answered {answer.status} to a picture.")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise RetriableError(f"A picture did not get to Slack: {type(error).__name__}.") from None

    def _note(self, trouble: str) -> None:
        self._trouble = trouble
        _log.warning("A card goes out without its pictures: %s", trouble)


def _painted_alike(chart: Chart) -> Chart:
    """The chart without what is not on its picture, nor said of its file."""
    return replace(chart, alt="")


def _not_ready(refused: Refused) -> bool:
    """Is it the file that Slack does not know? An answer address says no more than that a block is wrong."""
    said = str(refused)
    return "slack file" in said or "slack_file" in said or not refused.answer
