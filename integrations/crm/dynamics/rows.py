"""What the tables of Dynamics 365 hold, read into ours. Pure.

https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/contact and its siblings
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.record import Contact
from integrations.odata import Row, moment, text_of

EMAILS = ("emailaddress1", "emailaddress2", "emailaddress3")
PHONES = {"contacts": ("telephone1", "mobilephone", "telephone2"), "accounts": ("telephone1", "telephone2")}
NAMES = {"contacts": "fullname", "accounts": "name"}
_FIELDS = {
    "contacts": (*EMAILS, *PHONES["contacts"], "fullname", "jobtitle", "_parentcustomerid_value"),
    "accounts": (*EMAILS, *PHONES["accounts"], "name", "accountnumber", "_primarycontactid_value"),
}
_PLACE = ("address1_city", "address1_country")
SELECTED = {plural: ",".join((*fields, *_PLACE)) for plural, fields in _FIELDS.items()}
"""What is read of contacts and of accounts, the entity sets in which people and companies are."""

_SHOWN = {
    "address1_city": "city",
    "address1_country": "country",
    "jobtitle": "job",
    "_parentcustomerid_value": "company",
    "accountnumber": "number",
    "_primarycontactid_value": "contact",
}
PROFILE = 100
"""The most characters of the names of a social profile."""


def contact_of(plural: str, row: Row, url: str, handles: Iterable[Identity] = ()) -> Contact:
    """A contact or an account; `plural` is its entity set, `url` the environment."""
    kind = plural.removesuffix("s")
    id_ = text_of(row, f"{kind}id")
    return Contact(
        id=f"{plural}({id_})",
        name=text_of(row, NAMES[plural]),
        kind="person" if kind == "contact" else "company",
        url=page_of(url, kind, id_),
        emails=tuple(dict.fromkeys(filter(None, (text_of(row, field) for field in EMAILS)))),
        phones=tuple(dict.fromkeys(filter(None, (text_of(row, field) for field in PHONES[plural])))),
        handles=tuple(handles),
        attributes={name: said for field, name in _SHOWN.items() if (said := text_of(row, field, "shown"))},
    )


def page_of(url: str, kind: str, id_: str) -> str:
    """Where people see it."""
    return f"{url}/main.aspx?etn={kind}&id={id_}&pagetype=entityrecord"


def unique_of(identity: Identity) -> str | None:
    """What names a profile among those of all networks."""
    said = f"{identity.network}:{identity.handle.strip().lstrip('@').casefold()}"
    return said if identity.handle.strip() and said.isprintable() and len(said) <= PROFILE else None


def handle_of(row: Row) -> Identity | None:
    """A social profile that was linked by us."""
    network, _, handle = text_of(row, "uniqueprofileid").partition(":")
    shown = text_of(row, "profilename") or handle
    return Identity(network, shown, profile_url=text_of(row, "profilelink") or None) if handle else None


def purchase_of(row: Row) -> Purchase:
    """An order."""
    currency = row.get("transactioncurrencyid")
    amount = row.get("totalamount")
    return Purchase(
        key=text_of(row, "ordernumber") or text_of(row, "salesorderid"),
        what=text_of(row, "name"),
        at=moment(row.get("createdon")),
        amount=float(amount) if isinstance(amount, (int, float)) else None,
        currency=text_of(currency, "isocurrencycode") or None if isinstance(currency, dict) else None,
    )


def ticket_of(row: Row) -> Ticket:
    """A case."""
    return Ticket(
        key=text_of(row, "ticketnumber") or text_of(row, "incidentid"),
        subject=text_of(row, "title"),
        status=text_of(row, "statuscode", "shown"),
        at=moment(row.get("createdon")),
    )
