"""The words of a SOSL search as the pretended Salesforce understands them, and its index of words.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
"""

from __future__ import annotations

import re

_RESERVED = frozenset("?&|!{}[]()^~*:\\\"'+-")


class MalformedSearchError(Exception):
    """The search is none."""


def words_of(query: str) -> list[str]:
    """The words of a phrase in quotes; whatever has a meaning and is not escaped is refused here."""
    if not re.fullmatch(r'"(?:[^"\\]|\\.)*"', query, re.DOTALL):
        raise MalformedSearchError(f"No search term found. The search term must be enclosed in quotes: {query}")
    inside, at, plain = query[1:-1], 0, ""
    while at < len(inside):
        if inside[at] == "\\":
            at += 1
            if inside[at] not in _RESERVED:
                raise MalformedSearchError(f"Invalid escape: {inside[at]}")
        elif inside[at] in _RESERVED:
            raise MalformedSearchError(f"unexpected character: {inside[at]}")
        plain += inside[at]
        at += 1
    return tokens(plain)


def tokens(text: str) -> list[str]:
    """How a text stands in the index."""
    return re.findall(r"\w+", text.casefold())


def holds(there: list[str], wanted: list[str]) -> bool:
    """Whether the words stand there one after another, as in an index of words."""
    return any(there[at : at + len(wanted)] == wanted for at in range(len(there) - len(wanted) + 1))
