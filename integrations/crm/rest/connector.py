"""Any CRM or directory that speaks REST and JSON, as a mapping in baton.toml says: docs/crms/rest.md, https://jmespath.org"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from yarl import URL

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import GoneError, PermanentError, RetriableError, quoted
from integrations.client_credentials import client_credentials
from integrations.crm.rest import reading
from integrations.crm.rest.mapping import Call, DirectoryCall, EraseCall, RestOptions, WriteCall
from integrations.crm.rest.templates import UnaskableError, Values, fill_body, fill_parameter, fill_path
from integrations.entries import as_html, fit, is_ours, marker, short_name, told
from integrations.http import Answer
from integrations.json_text import read_json
from integrations.likeness import is_email, is_phone, same, same_phone
from integrations.record import CrmAbilities, CrmConnector, Token
from integrations.text import plain

_SHOWN = 10
_REFUSED = frozenset({400, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422})
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody whom a directory of employees or vendors knows."""

    id: str
    name: str
    department: str = ""


class Rest(CrmConnector):
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
                for contact in await self._contacts(self.options.find, _who(identity)):
                    if same(handle, contact.emails):
                        found.setdefault(contact.id, ContactMatch(contact, 1.0, f"the e-mail {handle} stands there"))
            elif identity.network == "phone" and is_phone(handle):
                for contact in await self._contacts(self.options.find_phone, _who(identity)):
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
            row = reading.at(options.contact.contact, await self._asked(options.contact, values, gone=True))
            contact = reading.contact(options.find, row) if row else None
        if contact is None:
            return None
        history = ContactHistory(contact)
        if (bought := options.purchases) is not None:
            answer = await self._asked(bought, values, gone=True)
            purchases = [reading.purchase(bought, row) for row in reading.rows(bought.purchases, answer)]
            purchases.sort(key=lambda each: each.at.timestamp() if each.at is not None else 0.0, reverse=True)
            history = ContactHistory(contact, tuple(purchases[:_SHOWN]), reading.total(bought.total, answer))
        if (asked := options.tickets) is not None:
            answer = await self._asked(asked, values, gone=True)
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
        is_address = "cursor" not in listing.uses()
        if cursor and is_address:
            answer = self._read(await self._sent("GET", self._own(cursor)), cursor)
        else:
            first = {} if cursor else {"query": {k: v for k, v in listing.query.items() if "{cursor}" not in v}}
            answer = await self._asked(listing.model_copy(update=first), {"cursor": cursor})
        found = reading.rows(listing.contacts, answer)
        further = reading.text(listing.next, answer) if found else ""
        if further and further == cursor:
            raise PermanentError(f"{self.name} says that the page at “{cursor[:80]}” is followed by itself.")
        people = [each for row in found if (each := reading.contact(find, row)) is not None]
        return ContactPage(tuple(people), further or None)

    def _own(self, address: str) -> str:
        """An address of the next page, which must be on the same server: another must not see our token."""
        there = URL(self.url).join(URL(address))
        if there.origin() != URL(self.url).origin():
            raise PermanentError(f"{self.name} says that its next page is on {there.host}.")
        return str(there)

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
        answer = await self._asked(self.options.health, {})
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
            "employees",
            "vendors",
        )
        mapped = [name for name in asked if getattr(self.options, name) is not None]
        return f"{reading.text(self.options.health.who, answer) or 'let in'}; mapped: {', '.join(mapped) or 'nothing'}"

    # What a directory does.

    async def employee_of(self, identity: Identity) -> Listed | None:
        """The employee with this address, and the department."""
        return await self._listed(self.options.employees, identity)

    async def vendor_of(self, identity: Identity) -> Listed | None:
        """The vendor whose address, or whose address's domain, this is."""
        return await self._listed(self.options.vendors, identity)

    # Being let in.

    async def sign_in(self) -> Token:
        """A token that is given, or what the settings hold."""
        options = self.options
        if options.auth == "none":
            return Token("")
        secret = self.secret("secret_env")
        if options.auth == "oauth":
            form = {"scope": options.scope} if options.scope else {}
            if options.client_in == "header":
                basic = {"Authorization": f"Basic {_basic(options.client_id, secret)}"}
                return await client_credentials(self, options.token_url, form, basic)
            form |= {"client_id": options.client_id, "client_secret": secret}
            return await client_credentials(self, options.token_url, form)
        return Token(_basic(options.user, secret) if options.auth == "basic" else secret)

    def authorization(self, token: Token) -> dict[str, str]:
        """The header for the chosen way, and the gateway's where it has one."""
        options = self.options
        more = {options.key_header: self.secret("key_env")} if options.key_header else {}
        if options.auth in {"none", "header"}:
            return more | ({options.header: token.value} if options.auth == "header" else {})
        return more | {"Authorization": f"{'Basic' if options.auth == 'basic' else 'Bearer'} {token.value}"}

    # Asking.

    async def _asked(self, call: Call, values: Values, *, gone: bool = False, writes: bool = False) -> Any:
        """The answer's JSON; None where nothing is there (and `gone` allows that), or nothing is said."""
        path = fill_path(call.path, values)
        query = {name: fill_parameter(template, values) for name, template in call.query.items()}
        body = {"json": fill_body(call.body, values)} if call.body is not None else {}
        answer = await self._sent(call.method, path, params=query or None, repeatable=not writes, **body)
        return self._read(answer, call.path, gone=gone)

    async def _sent(self, method: str, path: str, **request: Any) -> Answer:
        return await self.ask(method, path, headers={"Accept": "application/json"}, expected=_REFUSED, **request)

    def _read(self, answer: Answer, path: str, *, gone: bool = False) -> Any:
        if answer.status in _GONE and gone:
            return None
        try:
            said = read_json(answer.body) if answer.body.strip() else None
        except ValueError as error:
            if answer.status < 300:
                raise RetriableError(f"{self.name}: {path} answered with something that is not JSON.") from error
            said = None
        if answer.status in _REFUSED:
            words = reading.text(self.options.error, said) or f"{path} answered {answer.status}"
            raise (GoneError if answer.status in _GONE else PermanentError)(
                f"{self.name} refuses: {quoted(words[:300])}"
            )
        return said

    async def _contacts(self, call: Call | None, values: Values) -> list[Contact]:
        find = self.options.find
        if call is None or find is None:
            return []
        try:
            answer = await self._asked(call, values, gone=True)
        except UnaskableError:
            return []
        return [each for row in reading.rows(find.contacts, answer) if (each := reading.contact(find, row)) is not None]

    async def _write(self, call: WriteCall, values: Values, key: str) -> str:
        if (there := await self._there(call, values, key)) is not None:
            return there
        made = await self._asked(call, values, writes=True)
        # Some answer without a body: then it is found as it will be found later.
        return reading.text(call.id, made) or await self._there(call, values, key) or ""

    async def _there(self, call: WriteCall, values: Values, key: str) -> str | None:
        """The id of what we wrote under this key. Other entries that the look-up gives are passed over."""
        look_up = call.look_up
        if look_up is None:
            raise PermanentError(f"{self.name} has no look_up.")
        answer = await self._asked(look_up, values, gone=True)
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
            await self._asked(erase, {"entry_id": there}, gone=True)
        return True

    async def _listed(self, call: DirectoryCall | None, identity: Identity) -> Listed | None:
        address = identity.handle.strip()
        if call is None or (identity.network == "email" and not is_email(address)):
            return None
        try:
            answer = await self._asked(call, _who(identity), gone=True)
        except UnaskableError:
            return None
        for row in reading.rows(call.rows, answer):
            known = [each.lstrip("@") for each in reading.texts(call.emails, row)]
            if same(address, known) or same(address.rpartition("@")[2], known):
                return Listed(
                    reading.text(call.id, row), reading.text(call.name, row), reading.text(call.department, row)
                )
        return None


def _basic(user: str, secret: str) -> str:
    return b64encode(f"{user}:{secret}".encode()).decode()


def _who(identity: Identity) -> dict[str, str]:
    handle = fit(identity.handle.strip())
    values = {"handle": handle, "network": identity.network}
    values |= {"name": fit(identity.display_name)} if identity.display_name else {}
    if identity.network == "email":
        values |= {"email": handle, "domain": handle.rpartition("@")[2]}
    return values | ({"phone": handle} if identity.network == "phone" else {})


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
