"""Who was forgotten is known again by keyed digests alone, so that a company's import does not bring them back unseen."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.errors import ConflictError
from bot.ports import ImportedCustomer
from storage.customer_import import norm_of
from storage.engine import Among, Connection, binds
from storage.moments import stamp
from storage.settings import setting, swap_setting
from storage.tables.privacy import forgotten

PEPPER = "forgotten:pepper"
"""The setting with the key of the digests: random, made with the first of them."""

BY_KEY = "import"
"""What stands in place of a network for the key of an import."""

ADD = insert(forgotten).values(binds("digest", "at")).on_conflict_do_nothing()
THERE = select(forgotten.c.digest).where(Among(forgotten.c.digest, "digests"))
DROP = delete(forgotten).where(forgotten.c.digest == bindparam("its_digest"))

Known = tuple[str, str]
"""A network, and how somebody is called there as it is compared; or `BY_KEY`, and the key of an import."""


async def remember(connection: Connection, known: Iterable[Known], at: datetime) -> None:
    """These were theirs."""
    pepper = await setting(connection, PEPPER)
    if pepper is None:
        # Of two who are the first at once, one makes it: with two keys, the digests of one would be read by nobody.
        made = secrets.token_hex(32)
        pepper = made if await swap_setting(connection, PEPPER, None, made) else await setting(connection, PEPPER)
    if pepper is None:
        raise ConflictError("the key of the digests is being made by somebody else")
    connection.later_many(ADD, [{"digest": _digest(pepper, each), "at": stamp(at)} for each in sorted(set(known))])


async def among(connection: Connection, imported: Sequence[ImportedCustomer]) -> frozenset[str]:
    """The keys of those who were forgotten, by their key or by any identity."""
    pepper = await setting(connection, PEPPER)
    if pepper is None or not imported:
        return frozenset()
    digests = {each.key: _digests(pepper, each) for each in imported}
    rows = await connection.all(THERE, {"digests": [digest for each in digests.values() for digest in each]})
    there = {digest for (digest,) in rows}
    return frozenset(key for key, each in digests.items() if not there.isdisjoint(each))


async def no_more(connection: Connection, imported: Sequence[ImportedCustomer]) -> None:
    """They are customers again, because somebody said so."""
    pepper = await setting(connection, PEPPER)
    if pepper is not None:
        digests = {digest for each in imported for digest in _digests(pepper, each)}
        connection.later_many(DROP, [{"its_digest": digest} for digest in sorted(digests)])


def _digests(pepper: str, imported: ImportedCustomer) -> list[str]:
    known = [(BY_KEY, imported.key), *((each.network, norm_of(each)) for each in imported.identities)]
    return [_digest(pepper, each) for each in known]


def _digest(pepper: str, known: Known) -> str:
    return hmac.digest(bytes.fromhex(pepper), "\0".join(known).encode("utf-8", "surrogatepass"), "sha256").hex()
