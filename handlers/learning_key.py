"""The key of the numbers that learned words are kept as: where it comes from, and whether it is the one they were made with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from functools import partial
from hashlib import blake2b
from pathlib import Path

import structlog

from bot.domain.learning import with_key
from bot.errors import ConfigError, ConflictError
from bot.ports import Storage, UnitOfWork

VARIABLE = "BATON_SECRET"
"""The environment variable with a secret of the whole installation, the same for every replica."""

FILE = "learning.key"
"""Where a single process keeps a key of its own, in its data folder: not in the database."""

SHORTEST = 16
"""A shorter secret could be tried out."""

KEPT, MARK = "learning:key", "learning:mark"
"""The settings with the key where there is no better place, and with what tells whether a key is the right one."""

_SIZE = 32

log = structlog.get_logger("baton.learning")


def secret_of(environment: Mapping[str, str], database_url: str, data_dir: Path) -> bytes | None:
    """`BATON_SECRET`; where one process alone has the database, what its data folder keeps, made now if need be; None else.

    Raises `ConfigError` for a secret that could be guessed, and for a folder that cannot keep one.
    """
    if said := environment.get("BATON_SECRET"):
        if len(said) < SHORTEST:
            raise ConfigError(f"{VARIABLE} is shorter than {SHORTEST} characters.", "Set a long random one.")
        return said.encode("utf-8", "surrogateescape")
    return _of_file(data_dir / FILE) if database_url.startswith("sqlite") else None


class LearningKey:
    """The key of this installation. Without a secret it is a random one that is kept in the database."""

    def __init__(self, secret: bytes | None) -> None:
        self._secret = secret
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
        if mark == _mark(key):
            return key
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
        if self._secret is not None:
            from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - slow to read, and seldom needed
            from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

            return HKDF(SHA256(), _SIZE, None, b"baton: learned words").derive(self._secret)
        kept = await uow.setting(KEPT)
        return bytes.fromhex(kept) if kept else None


async def forget_key(uow: UnitOfWork) -> None:
    """Nothing is numbered any more: whichever key comes first holds."""
    await uow.set_setting(MARK, "")


async def _make(uow: UnitOfWork) -> bytes:
    made = secrets.token_bytes(_SIZE)
    # Of two who are the first at once, one makes it: with two keys, neither would read what the other learned.
    if not await uow.swap_setting(KEPT, None, made.hex()):
        raise ConflictError("the key of what was learned is being made by somebody else")
    return made


def _mark(key: bytes) -> str:
    return blake2b(b"mark", digest_size=16, key=key).hexdigest()


def _of_file(path: Path) -> bytes:
    try:
        if not path.exists():
            # Complete under another name first: a process that is killed here leaves no half of a key.
            part = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
            part.touch(mode=0o600)
            part.write_text(f"{secrets.token_hex(_SIZE)}\n", "ascii")
            try:
                os.link(part, path)
            except FileExistsError:
                pass  # another process was first
            finally:
                part.unlink()
        kept = path.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise ConfigError(
            f"{path} cannot be kept: {error}.", f"Make its folder writable, or set {VARIABLE}."
        ) from error
    if len(kept) < SHORTEST:
        raise ConfigError(f"{path} holds no key.", f"Remove it and run app.py learning reset, or set {VARIABLE}.")
    return kept.encode()
