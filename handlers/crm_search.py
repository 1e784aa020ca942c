"""Looks contacts up in the CRMs while a colleague waits for the form in which they are offered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.config import Config
from bot.domain.customer import CustomerRecord, Identity
from bot.domain.record import Contact
from bot.errors import GoneError, PermanentError, RetriableError, UserError
from bot.ports import Crm, CrmLink, CrmOffer, CrmSearch
from bot.speech import say
from bot.views.wording import crm_name
from handlers.crm_desk import WITHIN
from handlers.events.write_record import sure_match

MOST = 8
"""So many contacts of one CRM are offered; who is not among them is found by id or e-mail."""

T = TypeVar("T")

_log = structlog.get_logger("baton")


class LiveCrmSearch(CrmSearch):
    """Each CRM has `within` seconds: a form cannot be opened much later than it was asked for."""

    def __init__(self, crms: Mapping[str, Crm], config: Config, within: float = WITHIN) -> None:
        self._crms = crms
        self._config = config
        self._within = within

    async def matches(self, record: CustomerRecord, links: Mapping[str, CrmLink]) -> tuple[CrmOffer, ...]:
        """Whom each CRM takes for this customer."""
        asked = (self._asked(crm, record, links.get(name)) for name, crm in self._crms.items())
        return tuple(await asyncio.gather(*asked))

    async def _asked(self, crm: Crm, record: CustomerRecord, link: CrmLink | None) -> CrmOffer:
        offer, linked = await asyncio.gather(self._offer(crm, record), self._linked(crm, link))
        return replace(offer, linked=linked)

    async def _linked(self, crm: Crm, link: CrmLink | None) -> Contact | None:
        """As whom they are linked; not worth the form where that fails."""
        if link is None or link.contact_id is None:
            return None
        try:
            history = await self._in_time(crm.history(link.contact_id))
        except Exception as error:
            _log.info("crm_contact_not_read", crm=crm.name, error=type(error).__name__)
            return None
        return history.contact if history is not None else None

    async def contact(self, crm: str, named: str) -> Contact:
        """The contact with this id or e-mail."""
        asked = self._crms.get(crm)
        if asked is None:
            raise UserError(
                say("There is no CRM “{crm}”.", crm=crm[:40]),
                say("Use one of: {names}.", names=", ".join(self._crms) or say("none yet")),
            )
        name = crm_name(crm, self._config)
        try:
            found = await self._in_time(_named(asked, named))
        except TimeoutError as error:
            raise UserError(
                say("{name} has not answered in {seconds} s.", name=name, seconds=f"{self._within:g}"),
                say("Try again."),
            ) from error
        except GoneError:
            found = None
        except (RetriableError, PermanentError) as error:
            raise UserError(
                say("{name} cannot be asked now: {error}", name=name, error=error), say("Try again later.")
            ) from error
        if found is None:
            hint = say("Copy the id from their page there, or give the e-mail address that stands on it.")
            raise UserError(say("{name} knows no contact “{named}”.", name=name, named=named[:80]), hint)
        return found

    async def _offer(self, crm: Crm, record: CustomerRecord) -> CrmOffer:
        try:
            matches = await self._in_time(crm.find(record.identities, record.customer.name))
        except TimeoutError:
            return CrmOffer(crm.name, "late")
        except (RetriableError, PermanentError) as error:
            return CrmOffer(crm.name, "failed", why=str(error))
        except Exception as error:  # a connector's mistake must not cost anybody the other CRMs
            _log.exception("crm_not_read", crm=crm.name)
            return CrmOffer(crm.name, "failed", why=f"its answer could not be read ({type(error).__name__})")
        once = {match.contact.id: match for match in reversed(matches)}
        return CrmOffer(crm.name, "found", tuple(m for m in matches if once[m.contact.id] is m)[:MOST])

    async def _in_time(self, asking: Awaitable[T]) -> T:
        async with asyncio.timeout(self._within):
            return await asking


async def _named(crm: Crm, named: str) -> Contact | None:
    if "@" in named:
        match = sure_match(await crm.find([Identity("email", named)]))
        return match.contact if match is not None else None
    history = await crm.history(named)
    return history.contact if history is not None else None
