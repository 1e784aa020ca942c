"""The models of a pretended Tryton: their fields, what a domain finds among records, and how a record is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Record = dict[str, Any]
Tables = dict[str, dict[int, Record]]


class UnknownNameError(Exception):
    """A model or field that is not there: the server fails with its name in quotes."""


MODELS: Mapping[str, tuple[str, ...]] = {
    "party.party": ("name", "code", "lang", "tax_identifier", "replaced_by", "active"),
    "party.contact_mechanism": ("party", "type", "value", "value_compact", "name"),
    "party.address": ("party", "city", "country"),
    "party.identifier": ("code",),
    "party.category": ("name",),
    "ir.note": ("resource", "message"),
    "ir.lang": ("name",),
    "country.country": ("name",),
    "currency.currency": ("name", "code"),
    "sale.sale": (
        "number", "reference", "description", "party", "state", "sale_date", "currency", "total_amount",
    ),
    "sale.line": ("sale", "product"),
    "product.product": ("name",),
    "sale.complaint": ("number", "date", "customer", "type", "description", "state"),
    "sale.complaint.type": ("name",),
}  # fmt: skip

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "ir.note": ("resource",),
    "party.contact_mechanism": ("party", "type", "value"),
}

_ONE: Mapping[tuple[str, str], str] = {
    ("party.party", "lang"): "ir.lang",
    ("party.party", "tax_identifier"): "party.identifier",
    ("party.address", "country"): "country.country",
    ("sale.sale", "currency"): "currency.currency",
    ("sale.line", "product"): "product.product",
    ("sale.complaint", "type"): "sale.complaint.type",
}
"""The model of a field that leads to one record."""

_MANY: Mapping[tuple[str, str], tuple[str, str]] = {
    ("party.party", "contact_mechanisms"): ("party.contact_mechanism", "party"),
    ("party.party", "addresses"): ("party.address", "party"),
    ("party.party", "categories"): ("party.category", "id"),
    ("sale.sale", "lines"): ("sale.line", "sale"),
}
"""The model of a field that leads to many records, and their field that leads back."""


def matches(model: str, record: Mapping[str, Any], domain: Any) -> bool:
    """Whether a domain finds the record: clauses are joined by AND, or by what stands first."""
    first = domain[0] if domain and isinstance(domain[0], str) else "AND"
    if first not in {"AND", "OR"}:
        return _holds(model, record, *domain)
    parts = domain[1:] if domain and domain[0] == first else domain
    return (any if first == "OR" else all)(matches(model, record, part) for part in parts)


def _holds(model: str, record: Mapping[str, Any], field: str, operator: str, value: Any) -> bool:
    if field != "id" and field not in MODELS[model]:
        raise UnknownNameError(field)
    operators: Mapping[str, Callable[[Any], bool]] = {
        "=": lambda kept: bool(kept == value),
        "in": lambda kept: kept in value,
        ">": lambda kept: bool(kept > value),
        "ilike": lambda kept: kept is not None and _pattern(value).fullmatch(kept) is not None,
    }
    return operators[operator](record[field])


def _pattern(value: str) -> re.Pattern[str]:
    """`%` stands for any text, `_` for one character, and a backslash takes the next as it is."""
    said = ""
    characters = iter(value)
    for each in characters:
        said += {"%": ".*", "_": "."}.get(each) or re.escape(next(characters, "\\") if each == "\\" else each)
    return re.compile(said, re.IGNORECASE | re.DOTALL)


def shown(tables: Tables, model: str, record: Mapping[str, Any], fields: list[str]) -> Record:
    """The fields that were asked for; those of related records stand under the name with a dot."""
    said: Record = {"id": record["id"]}
    for field in fields:
        name, dot, rest = field.partition(".")
        if not dot:
            if name != "id" and name not in MODELS[model]:
                raise UnknownNameError(name)
            said[name] = record["id"] if name == "id" else record[name]
        elif (model, name) in _ONE:
            other, to = _ONE[model, name], record[name]
            before = said.get(f"{name}.") or {}
            said[f"{name}."] = before | _related(tables, other, tables[other][to], rest) if to else None
        elif (model, name) in _MANY:
            other, back = _MANY[model, name]
            found = [each for each in tables[other].values() if each[back] == record["id"]]
            before = said.get(f"{name}.") or [{} for _ in found]
            many = [_related(tables, other, each, rest) for each in found]
            said[f"{name}."] = [old | new for old, new in zip(before, many, strict=True)]
        else:
            raise UnknownNameError(name)
    return said


def _related(tables: Tables, model: str, record: Mapping[str, Any], field: str) -> Record:
    if field == "rec_name":
        return {"id": record["id"], "rec_name": record.get("name") or record.get("number")}
    return shown(tables, model, record, [field])
