"""Any CRM that speaks REST and JSON, as a mapping in baton.toml says: docs/crms/rest.md, https://jmespath.org"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import PermanentError
from integrations.crm.rest import reading
from integrations.crm.rest.mapping import Call, EraseCall, RestOptions, WriteCall
from integrations.crm.rest.session import RestSession, who
from integrations.crm.rest.templates import UnaskableError, Values
from integrations.entries import as_html, fit, is_ours, marker, short_name, told
from integrations.likeness import is_email, is_phone, same, same_phone
from integrations.record import CrmAbilities, CrmConnector
from integrations.text import plain

_SHOWN = 10


class Rest(RestSession, CrmConnector):
    """`kind = "rest"`. What the mapping does not name is not done."""

    kind = "rest"
    abilities = CrmAbilities(
        purchases=True,
        tickets=True,
        cases=True,
        forget=True,
        contacts=True,
        why={"handles": "The mapping has no request that would keep a handle; Baton keeps the link itself."},
    )
    Options = RestOptions
    options: RestOptions

    # What a `Crm` does.

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail and phone, exactly; by name, where that is mapped, if nothing was found."""
        found: dict[str, ContactMatch] = {}
        for identity in identities:
            handle = identity.handle.strip()
            if identity.network == "email" and is_email(handle):
                for contact in await self._contacts(self.options.find, who(identity)):
                    if same(handle, contact.emails):
                        found.setdefault(contact.id, ContactMatch(contact, 1.0, f"the e-mail {handle} stands there"))
            elif identity.network == "phone" and is_phone(handle):
                for contact in await self._contacts(self.options.find_phone, who(identity)):
                    if same_phone(handle, contact.phones):
                        found.setdefault(contact.id, ContactMatch(contact, 1.0, f"the phone {handle} stands there"))
        words = " ".join(fit(name).split())
        if found or not words:
            return list(found.values())
        called = [
            each for each in await self._contacts(self.options.find_name, {"name": words}) if same(words, [each.name])
        ]
        return [ContactMatch(each, 0.6 if len(called) == 1 else 0.4, f"the name “{words}”") for each in called[:_SHOWN]]

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The contact with purchases and tickets, as far as they are mapped."""
        values, options = {"contact_id": contact_id}, self.options
        contact: Contact | None = Contact(contact_id, "")
        if options.contact is not None and options.find is not None:
            try:
                answer = await self.asked(options.contact, values, gone=True)
            except UnaskableError:
                return None
            row = reading.at(options.contact.contact, answer)
            contact = reading.contact(options.find, row) if row else None
        if contact is None:
            return None
        history = ContactHistory(contact)
        if (bought := options.purchases) is not None:
            answer = await self.asked(bought, values, gone=True)
            purchases = [reading.purchase(bought, row) for row in reading.rows(bought.purchases, answer)]
            purchases.sort(key=lambda each: each.at.timestamp() if each.at is not None else 0.0, reverse=True)
            history = ContactHistory(contact, tuple(purchases[:_SHOWN]), reading.total(bought.total, answer))
        if (asked := options.tickets) is not None:
            answer = await self.asked(asked, values, gone=True)
            tickets = [reading.ticket(asked, row) for row in reading.rows(asked.tickets, answer)]
            tickets.sort(key=lambda each: each.at.timestamp() if each.at is not None else 0.0, reverse=True)
            shown, count = tuple(tickets[:_SHOWN]), reading.total(asked.total, answer)
            history = ContactHistory(contact, history.purchases, history.purchases_total, shown, count)
        return history

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """As the mapping says: by what the answer gives for the next request, or by the address that it gives."""
        listing, find = self.options.listing, self.options.find
        if listing is None or find is None:
            raise PermanentError(f"{self.name} has no mapping for `listing`: its contacts cannot be listed.")
        found, further = await self.page(listing, listing.contacts, cursor)
        people = [each for row in found if (each := reading.contact(find, row)) is not None]
        return ContactPage(tuple(people), further)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """An entry, and a case where one is asked for and mapped: each looked for first."""
        if self.options.log is None:
            raise PermanentError(f"{self.name} has no mapping for `log`: nothing can be written there.")
        values = _entry(contact_id, activity)
        written = await self._write(self.options.log, values, activity.key)
        case = self.options.open_case if activity.case else None
        return Written(written, case_id=await self._write(case, values, activity.key) if case is not None else None)

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Erases what can be found by its key alone, where that is mapped."""
        left = []
        for owed in entries:
            try:
                erased = await self._erase(self.options.log, self.options.forget, owed.key)
                erased = await self._erase(self.options.open_case, self.options.forget_case, owed.key) and erased
            except PermanentError:
                erased = False
            if not erased:
                left.append(owed.key)
        return left

    async def health(self) -> str:
        """Who we are there, where it is said, and what is mapped."""
        asked = (
            "find",
            "find_phone",
            "find_name",
            "listing",
            "purchases",
            "tickets",
            "log",
            "open_case",
            "forget",
        )
        mapped = [name for name in asked if getattr(self.options, name) is not None]
        return f"{await self.who_we_are()}; mapped: {', '.join(mapped) or 'nothing'}"

    # Asking.

    async def _contacts(self, call: Call | None, values: Values) -> list[Contact]:
        find = self.options.find
        if call is None or find is None:
            return []
        try:
            answer = await self.asked(call, values, gone=True)
        except UnaskableError:
            return []
        return [each for row in reading.rows(find.contacts, answer) if (each := reading.contact(find, row)) is not None]

    async def _write(self, call: WriteCall, values: Values, key: str) -> str:
        if (there := await self._there(call, values, key)) is not None:
            return there
        made = await self.asked(call, values, writes=True)
        # Some answer without a body: then it is found as it will be found later.
        return reading.text(call.id, made) or await self._there(call, values, key) or ""

    async def _there(self, call: WriteCall, values: Values, key: str) -> str | None:
        """The id of what we wrote under this key. Other entries that the look-up gives are passed over."""
        look_up = call.look_up
        if look_up is None:
            raise PermanentError(f"{self.name} has no look_up.")
        answer = await self.asked(look_up, values, gone=True)
        for row in reading.rows(look_up.entries, answer):
            said = reading.text(look_up.key, row)
            if said in {key, short_name(key), marker(key)} or is_ours(said, key) or is_ours(plain(said), key):
                return reading.text(look_up.id, row)
        return None

    async def _erase(self, call: WriteCall | None, erase: EraseCall | None, key: str) -> bool:
        if call is None:
            return True
        if erase is None:
            return False
        there = await self._there(call, {"key": key, "key_code": short_name(key)}, key)
        if there is not None:
            await self.asked(erase, {"entry_id": there}, gone=True)
        return True


def _entry(contact_id: str, activity: Activity) -> Mapping[str, str | bool]:
    text = told(activity)
    return {
        "contact_id": contact_id,
        "key": fit(activity.key),
        "key_code": short_name(activity.key),
        "subject": fit(activity.subject, 250),
        "text": text,
        "html": as_html(text),
        "body": fit(activity.body),
        "post_url": fit(activity.post_url or ""),
        "thread_url": fit(activity.thread_url or ""),
        "at": activity.at.astimezone(UTC).isoformat(),
        "occasion": activity.occasion,
        "network": fit(activity.network),
        "urgent": activity.urgent,
    }
