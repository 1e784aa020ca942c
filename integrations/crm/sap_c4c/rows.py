"""What the collections of SAP Cloud for Customer hold, read into ours. Pure.

https://help.sap.com/docs/sap-cloud-for-customer/odata-services
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.customer import Ticket
from bot.domain.record import Contact
from integrations.entries import short_name
from integrations.odata import Row, moment, text_of


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of customer is called in the interface: its number, its name, and by what a ticket names it."""

    number: str
    name: str
    party: str
    shown: Mapping[str, str]


_PERSON = {"City": "city", "CountryCodeText": "country", "CustomerABCClassificationCodeText": "class"}
_AT_WORK = {
    "BusinessAddressCity": "city",
    "JobTitle": "job",
    "AccountFormattedName": "company",
    "VIPContactCodeText": "VIP",
}
_COMPANY = {**_PERSON, "IndustrialSectorCodeText": "industry"}
KINDS: Mapping[str, Kind] = {
    "IndividualCustomer": Kind("CustomerID", "FormattedName", "BuyerPartyID", _PERSON),
    "Contact": Kind("ContactID", "Name", "BuyerMainContactPartyID", _AT_WORK),
    "CorporateAccount": Kind("AccountID", "BusinessPartnerFormattedName", "BuyerPartyID", _COMPANY),
}


def author_of(key: str) -> str:
    """Whom our note names as its author: by that it is asked for. The field holds forty characters."""
    return f"Baton {short_name(key)}"


def tag_of(key: str) -> str:
    """What ends the subject of our ticket."""
    return f"[Baton {short_name(key)[:12]}]"


def contact_of(kind: str, row: Row) -> Contact:
    """A customer of that kind."""
    of = KINDS[kind]
    phones = (text_of(row, "Phone"), text_of(row, "Mobile"))
    email = text_of(row, "Email")
    return Contact(
        id=f"{kind}Collection('{text_of(row, 'ObjectID')}')",
        name=text_of(row, of.name),
        kind="company" if kind == "CorporateAccount" else "person",
        emails=(email,) if email else (),
        phones=tuple(dict.fromkeys(filter(None, phones))),
        attributes={name: said for field, name in of.shown.items() if (said := text_of(row, field))},
    )


def ticket_of(row: Row) -> Ticket:
    """A service request."""
    status = text_of(row, "ServiceRequestUserLifeCycleStatusCodeText")
    return Ticket(text_of(row, "ID"), text_of(row, "Name"), status, moment(row.get("CreationDateTime")))
