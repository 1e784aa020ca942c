"""Who may look at the web page, and which sessions were ended before their time."""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from bot.domain.people import Person
from bot.errors import ConflictError
from bot.ports import Account, Clock, Directory, Storage
from bot.ports.measures_desk import Visitors

KEPT, ENDED = "web:key", "web:ended"
"""The settings with the key where there is no better place, and with the sessions that people ended."""

MOST_ENDED = 2_000
"""So many of them are kept; those that would have ended by themselves are not."""

_SIZE = 32
_TRIES = 5


class KnownVisitors(Visitors):
    """See `bot.ports.measures_desk.Visitors`. Without a secret of the installation the key is a random one in the database."""

    def __init__(self, storage: Storage, directory: Directory, clock: Clock, secret: bytes | None) -> None:
        self._storage = storage
        self._directory = directory
        self._clock = clock
        self._secret = secret
        self._key: bytes | None = None

    async def key(self) -> bytes:
        """32 bytes, derived from the installation's secret or kept in the database."""
        if self._key is None:
            self._key = self._derived(self._secret) if self._secret is not None else await self._stored()
        return self._key

    async def let_in(self, platform: str, teams: tuple[str, ...], user: str) -> Person | None:
        """A colleague by their account; no guest."""
        for team in teams:
            person = await self._directory.person(Account(platform, team, user))
            if person is not None:
                return person if not person.outsider else None
        return None

    async def sign_out(self, session: str, until: datetime) -> None:
        """Keep that it is over, for as long as its cookie would be good."""
        for _ in range(_TRIES):
            async with self._storage.writing() as uow:
                before = await uow.setting(ENDED)
                ended = {key: at for key, at in _read(before).items() if at > self._clock.now().timestamp()}
                ended[session] = until.timestamp()
                latest = dict(sorted(ended.items(), key=lambda pair: pair[1])[-MOST_ENDED:])
                if await uow.swap_setting(ENDED, before, json.dumps(latest)):
                    return
        raise ConflictError("many people sign out at once")

    async def is_over(self, session: str) -> bool:
        """Was it ended?"""
        async with self._storage.reading() as uow:
            return session in _read(await uow.setting(ENDED))

    @staticmethod
    def _derived(secret: bytes) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - slow to read, and seldom needed
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        return HKDF(SHA256(), _SIZE, None, b"baton: web sessions").derive(secret)

    async def _stored(self) -> bytes:
        for _ in range(_TRIES):
            async with self._storage.writing() as uow:
                if kept := await uow.setting(KEPT):
                    return bytes.fromhex(kept)
                made = secrets.token_hex(_SIZE)
                # Of two replicas that begin at once, one makes it, and the other reads it.
                if await uow.swap_setting(KEPT, None, made):
                    return bytes.fromhex(made)
        raise ConflictError("the key of the web page is being made by somebody else")


def _read(kept: str | None) -> dict[str, float]:
    return dict(json.loads(kept)) if kept else {}
