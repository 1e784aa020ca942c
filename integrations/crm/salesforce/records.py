"""Salesforce's records: how they are asked for, read and written. Pure.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_reservedcharacters.htm
https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.record import Activity, Contact
from integrations.entries import fit, told

Kind = Literal["Contact", "Lead", "Account"]

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "Contact": ("Id", "Name", "Email", "Phone", "MobilePhone", "Title", "MailingCity", "MailingCountry", "AccountId"),
    "Lead": ("Id", "Name", "Email", "Phone", "MobilePhone", "Title", "City", "Country", "Company", "IsConverted"),
    "Account": ("Id", "Name", "Phone", "Type", "Industry", "BillingCity", "BillingCountry"),
}

_PREFIXES: Mapping[str, Kind] = {"003": "Contact", "00Q": "Lead", "001": "Account"}
_RESERVED = re.compile(r"[?&|!{}\[\]()^~*:\\\"'+-]")
_ATTRIBUTES = {
    "title": ("Title",),
    "company": ("Company",),
    "city": ("MailingCity", "City", "BillingCity"),
    "country": ("MailingCountry", "Country", "BillingCountry"),
    "type": ("Type",),
    "industry": ("Industry",),
}
_SUBJECT = 255
_DESCRIPTION = 32_000
"""Characters that the fields of tasks and cases take."""


def kind_of(id_: str) -> Kind | None:
    """What an id belongs to, by its first three characters; None for what is no id of a person or company."""
    return _PREFIXES.get(id_[:3]) if re.fullmatch(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?", id_) else None


def literal(text: str) -> str:
    """A text in a SOQL question."""
    escaped = fit(text).replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r") + "'"


def select(fields: Iterable[str], kind: str, where: str, *, by: str = "", limit: int | None = None) -> str:
    """A SOQL question; `by` sorts the newest first."""
    asked = ["SELECT", ", ".join(fields), "FROM", kind, "WHERE", where]
    asked += ["ORDER BY", f"{by} DESC, Id DESC"] if by else []
    return " ".join([*asked, *(["LIMIT", str(limit)] if limit else [])])


def every(fields: Iterable[str], kind: str, where: str, limit: int) -> str:
    """A SOQL question for a page of a kind, by id; `where` may be empty."""
    asked = ["SELECT", ", ".join(fields), "FROM", kind, *(["WHERE", where] if where else [])]
    return " ".join([*asked, "ORDER BY Id LIMIT", str(limit)])


def phrase(words: str) -> str:
    """Words to be searched for as they stand: within quotes, what has a meaning in a search is escaped."""
    return '"' + _RESERVED.sub(r"\\\g<0>", " ".join(fit(words).split())) + '"'


def contact(record: Mapping[str, Any], instance: str, handles: Mapping[str, str]) -> Contact:
    """A person or company; the record's id says which."""
    said = {name: next((str(record[key]) for key in keys if record.get(key)), "") for name, keys in _ATTRIBUTES.items()}
    company = (record.get("Account") or {}).get("Name")
    return Contact(
        id=record["Id"],
        name=record.get("Name") or "",
        kind="company" if kind_of(record["Id"]) == "Account" else "person",
        url=f"{instance}/{record['Id']}",
        emails=tuple(filter(None, (record.get("Email"),))),
        phones=tuple(dict.fromkeys(filter(None, (record.get("Phone"), record.get("MobilePhone"))))),
        handles=tuple(Identity(network, record[key]) for network, key in handles.items() if record.get(key)),
        attributes={name: value for name, value in {**said, "company": company or said["company"]}.items() if value},
    )


def purchases(
    orders: Sequence[Mapping[str, Any]], items: Iterable[Mapping[str, Any]], currency: str | None
) -> tuple[Purchase, ...]:
    """Orders, named after their products, else as they are called."""
    products: dict[str, dict[str, None]] = {}
    for item in items:
        if name := (item.get("Product2") or {}).get("Name"):
            products.setdefault(item["OrderId"], {})[name] = None
    return tuple(
        Purchase(
            key=str(order.get("OrderNumber") or order["Id"]),
            what=", ".join(products.get(order["Id"], ())) or order.get("Name") or f"Order {order.get('OrderNumber')}",
            at=_moment(order.get("EffectiveDate")),
            amount=order.get("TotalAmount"),
            # Only an org with several has it.
            currency=order.get("CurrencyIsoCode") or currency,
        )
        for order in orders
    )


def ticket(case: Mapping[str, Any]) -> Ticket:
    """A case."""
    number = str(case.get("CaseNumber") or case["Id"])
    return Ticket(number, case.get("Subject") or "", case.get("Status") or "", _moment(case.get("CreatedDate")))


def _moment(text: str | None) -> datetime | None:
    """`2026-11-03T09:30:00.000+0000`, or a day."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def task(activity: Activity, contact_id: str) -> dict[str, Any]:
    """A completed task: what Salesforce shows in a person's or company's past."""
    whose = "WhatId" if kind_of(contact_id) == "Account" else "WhoId"
    return {
        whose: contact_id,
        "Subject": fit(" ".join(activity.subject.split()), _SUBJECT),
        "Description": told(activity, _DESCRIPTION),
        "Status": "Completed",
        "Priority": "High" if activity.urgent else "Normal",
        "ActivityDate": f"{activity.at.astimezone(UTC):%Y-%m-%d}",
    }


def case(activity: Activity, contact_id: str) -> dict[str, Any]:
    """A case; one for a lead stands alone, since cases belong to contacts and accounts."""
    whose = {"Contact": "ContactId", "Account": "AccountId"}.get(kind_of(contact_id) or "")
    return {
        **({whose: contact_id} if whose else {}),
        "Subject": fit(" ".join(activity.subject.split()), _SUBJECT),
        "Description": told(activity, _DESCRIPTION),
        **({"Priority": "High"} if activity.urgent else {}),
    }


def written(said: Any) -> str | None:
    """The id in an answer by external id: of a record, of what was just made, or of the first of several (300)."""
    if isinstance(said, list):
        return str(said[0]).rsplit("/", 1)[-1] if said else None
    return str(said.get("Id") or said.get("id") or "") or None if isinstance(said, Mapping) else None
