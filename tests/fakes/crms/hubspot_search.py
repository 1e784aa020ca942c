"""HubSpot's search as its documentation describes it. https://developers.hubspot.com/docs/guides/api/crm/search"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from fnmatch import fnmatchcase
from typing import Any

_SEARCHED = (
    "firstname",
    "lastname",
    "email",
    "hs_additional_emails",
    "phone",
    "mobilephone",
    "company",
    "name",
    "domain",
)
Records = Mapping[str, Mapping[str, str]]


class BadSearchError(Exception):
    """Refused with these words."""


def search(body: Mapping[str, Any], records: Records, joined: Mapping[str, Set[str]], known: Set[str]) -> list[str]:
    """The numbers of the records that are found, sorted. `joined` holds `contact:12` and the like."""
    groups = body.get("filterGroups", [])
    if len(groups) > 5 or any(not 1 <= len(group.get("filters", ())) <= 6 for group in groups):
        raise BadSearchError("At most 5 filter groups with 1 to 6 filters each.")
    if not 1 <= int(body.get("limit", 10)) <= 200:
        raise BadSearchError("limit must be between 1 and 200")
    if len(body.get("query", "")) > 3000:
        raise BadSearchError("Maximum of 3,000 characters in a query")
    found = [
        number
        for number, said in records.items()
        if (
            not groups
            or any(all(_met(each, number, said, joined, known) for each in group["filters"]) for group in groups)
        )
        and _asked(body.get("query", ""), said)
    ]
    sorts = body.get("sorts", [])
    if len(sorts) > 1:
        raise BadSearchError("Only one sort is supported")
    for sort in sorts:
        if sort["propertyName"] not in known or sort["direction"] not in {"ASCENDING", "DESCENDING"}:
            raise BadSearchError(f"There was a problem with the sort: {sort}")
        name, falling = sort["propertyName"], sort["direction"] == "DESCENDING"
        found.sort(key=lambda number: records[number].get(name, ""), reverse=falling)
    return found


def _met(
    asked: Mapping[str, str], number: str, said: Mapping[str, str], joined: Mapping[str, Set[str]], known: Set[str]
) -> bool:
    name, value = asked["propertyName"], asked["value"]
    if not value:
        raise BadSearchError(f"A value is required for the filter on {name}")
    if name.startswith("associations."):
        if asked["operator"] != "EQ":
            raise BadSearchError("Associations are filtered with EQ or IN")
        return f"{name.removeprefix('associations.')}:{value}" in joined.get(number, ())
    if name not in known:
        raise BadSearchError(f"There was a problem with the request: property {name} does not exist")
    there = said.get(name, "").casefold()
    match asked["operator"]:
        case "EQ":
            return there == value.casefold()
        case "CONTAINS_TOKEN":
            return any(fnmatchcase(token, _pattern(value.casefold())) for token in _tokens(there))
    raise BadSearchError(f"Invalid operator: {asked['operator']}")


def _pattern(value: str) -> str:
    """Only `*` stands for others."""
    return re.sub(r"([\[?])", r"[\1]", value)


def _tokens(text: str) -> list[str]:
    """Words, and what stands between spaces and semicolons as a whole."""
    return [*re.findall(r"\w+", text), *re.split(r"[\s;]+", text)]


def _asked(query: str, said: Mapping[str, str]) -> bool:
    """Whether every word begins one in what is searched."""
    tokens = [token for name in _SEARCHED for token in _tokens(said.get(name, "").casefold())]
    return all(any(token.startswith(word) for token in tokens) for word in query.casefold().split())
