"""The settings of a CRM or directory that speaks REST: which requests are made, and where in the answers is what. Refuses what would not be safe."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from integrations.crm.rest.templates import fault_of, placeholders
from integrations.record import CrmOptions


def _compiles(expression: str) -> str:
    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        raise ValueError(f"“{expression}” is no JMESPath: {str(error).splitlines()[0]}") from error
    return expression


Expression = Annotated[str, AfterValidator(_compiles)]
"""A JMESPath expression: https://jmespath.org"""

_WHO = frozenset({"email", "domain", "phone", "name", "handle", "network"})
_CONTACT = frozenset({"contact_id"})
_CURSOR = frozenset({"cursor"})
_ENTRY = _CONTACT | {
    "key", "key_code", "subject", "text", "html", "body", "post_url", "thread_url", "at", "occasion", "network", "urgent",
}  # fmt: skip


class Call(BaseModel):
    """One request. Braces hold the names of values."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
    known: ClassVar[frozenset[str]] = frozenset()

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    """The method."""
    path: str
    """What follows the `url` of the CRM."""
    query: dict[str, str] = Field(default_factory=dict)
    """Parameters."""
    body: Any = None
    """The JSON of the request."""

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        for text in (self.path, *self.query.values()):
            if wrong := fault_of(text):
                raise ValueError(f"“{text}”: {wrong}")
        if not self.path.startswith("/"):
            raise ValueError(f"“{self.path}” must begin with “/”")
        if "?" in self.path or "#" in self.path:
            raise ValueError(f"“{self.path}”: parameters stand in `query`")
        if unknown := sorted(self.uses() - self.known):
            raise ValueError(f"there is no value {{{unknown[0]}}} here; there are: {', '.join(sorted(self.known))}")
        return self

    def uses(self) -> frozenset[str]:
        """The names of the values in it."""
        return frozenset(name for name, _ in placeholders([self.path, self.query, self.body]))


class HealthCall(Call):
    """A cheap request that shows whether we are let in."""

    who: Expression | None = None
    """Our name there."""


class WhoCall(Call):
    """Looks for a person."""

    known = _WHO


class FindCall(WhoCall):
    """By e-mail; and how a contact is read, here and everywhere."""

    contacts: Expression = "@"
    """The list of contacts in the answer."""
    id: Expression = "id"
    """Of a contact: its id."""
    name: Expression = "name"
    """Its name."""
    emails: Expression = "email"
    """Its addresses, one or a list. Whoever does not have the one that was asked for is left out."""
    phones: Expression | None = None
    """Its telephone numbers, one or a list."""
    company: Expression | None = None
    """Whether it is a company."""
    url: Expression | None = None
    """Its page for people."""
    attributes: dict[str, Expression] = Field(default_factory=dict)
    """What else the card shows, by the name that it has there."""


class ContactCall(Call):
    """One contact by its id."""

    known = _CONTACT

    contact: Expression = "@"
    """The contact in the answer."""


class PagedCall(Call):
    """A list, page by page."""

    known = _CURSOR

    next: Expression
    """Where the next page begins: what becomes the `{cursor}` of its request, or its address; nothing at the end."""

    @model_validator(mode="after")
    def _goes_on(self) -> Self:
        if any(name == "cursor" for name, _ in placeholders(self.path)):
            raise ValueError("{cursor} stands in `query` or `body`: the first request has none")
        return self


class ListingCall(PagedCall):
    """All contacts, page by page, read as `find` says. In the first request there is no cursor, and no parameter with it."""

    contacts: Expression = "@"
    """The list of contacts in the answer; at the end it is empty."""


class _ListCall(Call):
    known = _CONTACT

    total: Expression | None = None
    """How many there are in all."""


class PurchasesCall(_ListCall):
    """What a contact bought. Ask for the newest first, ten of them."""

    purchases: Expression = "@"
    """The list in the answer."""
    key: Expression = "id"
    """Of a purchase: its number."""
    what: Expression
    """What was bought."""
    at: Expression | None = None
    """When: ISO 8601, or seconds or milliseconds since 1970."""
    amount: Expression | None = None
    """For how much."""
    currency: Expression | None = None
    """In which currency (ISO 4217)."""


class TicketsCall(_ListCall):
    """A contact's tickets. Ask for the newest first, ten of them."""

    tickets: Expression = "@"
    """The list in the answer."""
    key: Expression = "id"
    """Of a ticket: its number."""
    subject: Expression = "subject"
    """What it is about."""
    status: Expression | None = None
    """How it stands."""
    at: Expression | None = None
    """When it was opened."""


class LookUp(Call):
    """Finds what we wrote before."""

    known = _ENTRY

    entries: Expression = "@"
    """The list in the answer."""
    id: Expression = "id"
    """Of an entry: its id."""
    key: Expression
    """Where our key is: a field that holds it alone, or the text whose last line it is."""


class WriteCall(Call):
    """Writes an entry, or opens a case."""

    known = _ENTRY
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"

    id: Expression = "id"
    """The entry's id in the answer."""
    look_up: LookUp | None = None
    """How the entry is found again. Without it the mapping is refused."""

    @model_validator(mode="after")
    def _is_found_again(self) -> Self:
        if self.look_up is None:
            raise ValueError("it needs a look_up: without one, an entry whose answer was lost would be written twice")
        if not self.uses() & {"key", "key_code", "text", "html"}:
            raise ValueError("it must hold {key}, or {text} or {html}, which end with it: else it is never found again")
        if not self.look_up.uses() & {"key", "key_code", "contact_id"}:
            raise ValueError("its look_up must ask for {key}, {key_code} or {contact_id}")
        return self


class EraseCall(Call):
    """Erases an entry."""

    known = frozenset({"entry_id"})
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "DELETE"


class PeopleCall(Call):
    """How people of a directory are read."""

    rows: Expression = "@"
    """The list in the answer."""
    id: Expression = "id"
    """Of a row: its id."""
    name: Expression = "name"
    """Its name."""
    emails: Expression = "email"
    """Its addresses or, of vendors, their domains, one or a list; whoever has neither is left out."""
    department: Expression | None = None
    """An employee's department."""


class DirectoryCall(PeopleCall, WhoCall):
    """Who somebody is in a directory of employees or vendors."""


class StaffCall(PeopleCall, PagedCall):
    """All employees, page by page. In the first request there is no cursor, and no parameter with it."""


class RestAccess(CrmOptions):
    """How we are let in."""

    auth: Literal["bearer", "basic", "header", "oauth", "none"] = "bearer"
    """What proves who we are: a fixed token, user and password, a header of its own, a token by client credentials."""
    secret_env: str = ""
    """The variable that holds the token, the password, the header's value or the client's secret."""
    user: str = ""
    """The user, for `basic`."""
    header: str = "X-API-Key"
    """The header's name, for `header`."""
    token_url: str = ""
    """Where tokens are given, for `oauth`."""
    client_id: str = ""
    """The client, for `oauth`."""
    scope: str = ""
    """The scope, for `oauth`."""
    client_in: Literal["form", "header"] = "form"
    """Where the client's id and secret stand when a token is asked for, for `oauth`."""
    key_header: str = ""
    """A second header that a gateway asks for, like `apiKey`."""
    key_env: str = ""
    """The variable that holds its value."""
    error: Expression | None = None
    """What went wrong, in words, in an answer that is an error."""
    health: HealthCall
    """Whether we are let in."""

    @model_validator(mode="after")
    def _is_let_in(self) -> Self:
        needed = {"basic": ("user",), "oauth": ("token_url", "client_id"), "header": ("header",)}.get(self.auth, ())
        if missing := [name for name in needed if not getattr(self, name)]:
            raise ValueError(f"auth = “{self.auth}” needs `{missing[0]}`")
        return self


class RestOptions(RestAccess):
    """How we are let in, and the requests."""

    find: FindCall | None = None
    """Contacts by e-mail."""
    find_phone: WhoCall | None = None
    """Contacts by telephone number, read as `find` says."""
    find_name: WhoCall | None = None
    """Contacts by name, read as `find` says."""
    contact: ContactCall | None = None
    """One contact, read as `find` says."""
    listing: ListingCall | None = None
    """All contacts, to be imported."""
    purchases: PurchasesCall | None = None
    """What a contact bought."""
    tickets: TicketsCall | None = None
    """A contact's tickets."""
    log: WriteCall | None = None
    """An entry on a contact."""
    open_case: WriteCall | None = None
    """A case for a contact."""
    forget: EraseCall | None = None
    """Erases an entry that `log` wrote."""
    forget_case: EraseCall | None = None
    """Erases a case."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.find is None and (self.find_phone or self.find_name or self.contact or self.listing):
            raise ValueError(
                "`find` says how a contact is read: it is needed with find_phone, find_name, contact and listing"
            )
        for erase, write in ((self.forget, self.log), (self.forget_case, self.open_case)):
            if erase is not None and (write is None or write.look_up is None or "contact_id" in write.look_up.uses()):
                raise ValueError("to erase an entry, its look_up must do without {contact_id}")
        return self


class DirectoryOptions(RestAccess):
    """How we are let in, and the requests."""

    employees: DirectoryCall | None = None
    """Who works here, by e-mail address, and in which department."""
    vendors: DirectoryCall | None = None
    """Who is one of our vendors, by e-mail address or its domain."""
    staff: StaffCall | None = None
    """Everybody who works here, for `app.py people import`."""

    @model_validator(mode="after")
    def _knows_somebody(self) -> Self:
        if self.employees is None and self.vendors is None and self.staff is None:
            raise ValueError("it needs `employees`, `vendors` or `staff`: without them nothing is asked")
        return self
