"""The key of the numbers that learned words are kept as: where it comes from, and whether it is the one they were made with."""

from __future__ import annotations

import secrets
from functools import partial
from hashlib import blake2b

import structlog

from bot.domain.learning import with_key
from bot.errors import ConflictError
from bot.ports import Storage, UnitOfWork
from handlers.installation_secret import FILE, SIZE, VARIABLE, derived

KEPT, MARK = "learning:key", "learning:mark"
"""The settings with the key where there is no better place, and with what tells whether a key is the right one."""

_PURPOSE = b"baton: learned words"

log = structlog.get_logger("baton.learning")


class LearningKey:
    """The key of this installation. Without a secret it is a random one that is kept in the database.

    With several secrets (the first is the present one) it goes on with that by which the words are numbered.
    """

    def __init__(self, *secrets: bytes) -> None:
        self._secrets = secrets
        self._told = False

    async def of(self, storage: Storage) -> bytes | None:
        """The key; None where the words there were numbered with another, so that none are mixed with them.

        Words that were kept before there were keys get theirs now.
        """
        async with storage.reading() as uow:
            key, mark = await self._key(uow), await uow.setting(MARK)
        if key is None or not mark:
            async with storage.writing() as uow:
                key, mark = await self._begin(uow)
        for each in (key, *(derived(older, _PURPOSE) for older in self._secrets[1:])):
            if mark == _mark(each):
                return each
        if not self._told:
            self._told = True
            mend = f"set {VARIABLE} or {FILE} to what it was, or forget what was learned: app.py learning reset"
            log.warning("learned_with_another_key", mend=mend)
        return None

    async def _begin(self, uow: UnitOfWork) -> tuple[bytes, str]:
        """The key and the mark that hold from now on; another process may be the first."""
        key = await self._key(uow) or await _make(uow)
        before = await uow.setting(MARK)
        if before:
            return key, before
        if not await uow.swap_setting(MARK, before, _mark(key)):
            raise ConflictError("the key of what was learned is being set by somebody else")
        await uow.lessons.number_anew(partial(with_key, key=key))
        return key, _mark(key)

    async def _key(self, uow: UnitOfWork) -> bytes | None:
        if self._secrets:
            return derived(self._secrets[0], _PURPOSE)
        kept = await uow.setting(KEPT)
        return bytes.fromhex(kept) if kept else None


async def forget_key(uow: UnitOfWork) -> None:
    """Nothing is numbered any more: whichever key comes first holds."""
    await uow.set_setting(MARK, "")


async def _make(uow: UnitOfWork) -> bytes:
    made = secrets.token_bytes(SIZE)
    # Of two who are the first at once, one makes it: with two keys, neither would read what the other learned.
    if not await uow.swap_setting(KEPT, None, made.hex()):
        raise ConflictError("the key of what was learned is being made by somebody else")
    return made


def _mark(key: bytes) -> str:
    return blake2b(b"mark", digest_size=16, key=key).hexdigest()
