"""Writes what a test has planned, as soon as it is let."""

from __future__ import annotations

import asyncio

from bot.domain.writing import Announce, Suggest, Summarise, Translate, Writing, Written
from bot.errors import BatonError
from bot.ports import Writer


class FakeWriter(Writer):
    """`says` is what it writes next, or how it fails; it waits while `free` is not set. `asked` is what it was asked for."""

    def __init__(self) -> None:
        self.says: Written | BatonError = Written("A new one goes out today.")
        self.asked: list[Writing] = []
        self.free = asyncio.Event()
        self.free.set()

    async def summary(self, asked: Summarise) -> Written:
        return await self._write(asked)

    async def translation(self, asked: Translate) -> Written:
        return await self._write(asked)

    async def reply_draft(self, asked: Suggest) -> Written:
        return await self._write(asked)

    async def statement(self, asked: Announce) -> Written:
        return await self._write(asked)

    async def _write(self, asked: Writing) -> Written:
        self.asked.append(asked)
        await self.free.wait()
        if isinstance(self.says, BatonError):
            raise self.says
        return self.says
