"""Finding a customer: by handle, e-mail or phone exactly, else by name, typos tolerated."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from bot.domain.customer import Customer, Identity
from bot.ports import Match
from storage import customer_words
from storage.customer_rows import IDENTITY, ONE_WITH, SHOWN_CUSTOMER, own, read_customer, read_identity, shown
from storage.engine import Among, Connection, Row
from storage.names import EXACT_NAME, likeness, normal_handle, normal_phone, words_of
from storage.tables import identities

EXACT, ON_INSTANCE, BEGINNING = 1.0, 0.95, 0.8
"""Confidence in an exact handle, a handle whose instance is told by its profile, and a handle without its instance."""

POSSIBLE = 0.55
"""Names that resemble the typed one less than this are not offered."""

_BORNE = select(*SHOWN_CUSTOMER, *IDENTITY).select_from(
    identities.join(own, own.c.id == identities.c.customer_id).join(shown, ONE_WITH)
)
BY_HANDLE = _BORNE.where(Among(identities.c.norm, "norms"))
BY_BEGINNING = (
    _BORNE.where(identities.c.norm >= bindparam("first"), identities.c.norm < bindparam("last"))
    .order_by(identities.c.norm)
    .limit(20)
)
CUSTOMERS = (
    select(own.c.id, own.c.name, *SHOWN_CUSTOMER).select_from(own.join(shown, ONE_WITH)).where(Among(own.c.id, "ids"))
)
DISPLAY_NAMES = select(identities.c.customer_id, identities.c.display_name).where(
    Among(identities.c.customer_id, "ids"), identities.c.display_name.is_not(None)
)


async def find(connection: Connection, query: str, limit: int) -> list[Match]:
    """The likeliest customers, best first."""
    handle, phone = normal_handle(query), normal_phone(query)
    if not handle:
        return []
    matches = await _by_handle(connection, handle, phone)
    if not matches and "@" not in handle:
        matches = await _by_beginning(connection, handle)
    # Who types an @ means a handle; names are the last resort then.
    if not matches or (matches[0].confidence < EXACT and not query.lstrip().startswith("@")):
        matches = [*matches, *await _by_name(connection, query)]
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda match: -match.confidence):
        best.setdefault(match.customer.id, match)
    return list(best.values())[:limit]


@dataclass(frozen=True, slots=True)
class _Bearer:
    customer: Customer
    identity: Identity

    @classmethod
    def read(cls, row: Row) -> _Bearer:
        return cls(read_customer(row[: len(SHOWN_CUSTOMER)]), read_identity(row[len(SHOWN_CUSTOMER) :]))


async def _by_handle(connection: Connection, handle: str, phone: str | None) -> list[Match]:
    local, _, instance = handle.partition("@")
    norms = [norm for norm in dict.fromkeys((handle, phone, local if instance else None)) if norm]
    matches = []
    for row in await connection.all(BY_HANDLE, {"norms": norms}):
        bearer = _Bearer.read(row)
        norm = phone if bearer.identity.network == "phone" else normal_handle(bearer.identity.handle)
        if norm == handle or (norm is not None and norm == phone):
            matches.append(Match(bearer.customer, EXACT, _why(bearer.identity)))
        elif instance and f"//{instance}/" in (bearer.identity.profile_url or "").casefold():
            matches.append(Match(bearer.customer, ON_INSTANCE, _why(bearer.identity)))
    return matches


async def _by_beginning(connection: Connection, handle: str) -> list[Match]:
    # "A" follows "@": all handles and addresses that go on with an instance after what was typed.
    rows = await connection.all(BY_BEGINNING, {"first": f"{handle}@", "last": f"{handle}A"})
    return [Match(bearer.customer, BEGINNING, _why(bearer.identity)) for bearer in map(_Bearer.read, rows)]


async def _by_name(connection: Connection, query: str) -> list[Match]:
    typed = words_of(query)
    ids = await customer_words.bearers(connection, typed)
    if not ids:
        return []
    rows = await connection.all(CUSTOMERS, {"ids": ids})
    shown_as = {own_id: read_customer(customer) for own_id, _, *customer in rows}
    scores = {own_id: likeness(typed, [name]) for own_id, name, *_ in rows}
    # Some are known to others by another name than to us.
    others = [customer_id for customer_id, score in scores.items() if score < POSSIBLE]
    for customer_id, name in await connection.all(DISPLAY_NAMES, {"ids": others}) if others else ():
        scores[customer_id] = max(scores[customer_id], likeness(typed, [name]))
    matches = [
        Match(shown_as[own_id], round(score, 3), "same name" if score == EXACT_NAME else "similar name")
        for own_id, score in scores.items()
        if score >= POSSIBLE
    ]
    return sorted(matches, key=lambda match: (-match.confidence, match.customer.name, match.customer.id))


def _why(identity: Identity) -> str:
    match identity.network:
        case "email":
            return f"e-mail {identity.handle}"
        case "phone":
            return f"phone {identity.handle}"
        case network:
            return f"@{identity.handle.lstrip('@')} on {network.capitalize()}"
