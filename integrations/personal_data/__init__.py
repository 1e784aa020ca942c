"""What in a text tells of a person, by regular expressions and check digits: where it stands, and the text without it. Pure.

`python -m tests.triage` measures it. Names of people and handles are not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.triage import PersonalData
from integrations.personal_data.beside import birth_dates, locators, numbered
from integrations.personal_data.folding import blank, fold, without_links
from integrations.personal_data.identifiers import cards, ibans, lettered, numeric
from integrations.personal_data.internet import emails, ips
from integrations.personal_data.phones import phones
from integrations.personal_data.places import addresses
from integrations.personal_data.spans import LABELS, Span, runs

__all__ = ["LABELS", "find", "mask"]

_DIGIT = re.compile(r"\d")
_MAIL = re.compile(r"@|[\[({]\s?a(?:t|rroba)?\s?[\])}]|\s(?:at|arroba|chiocciola|arobase|małpa|ät)\s", re.IGNORECASE)
_FEWEST = 3
"""With fewer digits nothing but a house number is written."""
_ROUNDS = 4
"""What was found may have hidden something from sight; it is looked again, at most so often."""


def find(text: str) -> tuple[PersonalData, ...]:
    """The personal data in a text, in its order; no two overlap. Offsets are of the text as given."""
    folded = fold(text)
    searched = folded.text
    found: list[Span] = []
    for _ in range(_ROUNDS):
        new = _apart(_found(searched), len(searched))
        found += new
        if not new:
            break
        searched = blank(searched, [(span.start, span.end) for span in new])
    return tuple(
        PersonalData(span.kind, *folded.original(span.start, span.end))
        for span in sorted(found, key=lambda span: span.start)
    )


def mask(text: str) -> str:
    """The text with `[e-mail]`, `[phone]` … in place of what is personal. To mask it again changes nothing."""
    for _ in range(_ROUNDS):
        found = find(text)
        if not found:
            break
        for each in reversed(found):
            text = f"{text[: each.start]}{LABELS[each.kind]}{text[each.end :]}"
    return text


def _found(text: str) -> Iterable[Span]:
    """All finds, the surest kinds first."""
    found: list[Span] = []
    if _MAIL.search(text):
        found += emails(text)
    text = without_links(text)
    found += locators(text)
    count = len(_DIGIT.findall(text))
    if not count:
        return found
    if count < _FEWEST:
        return [*found, *addresses(text)]
    found += ibans(text)
    found += ips(text)
    digits = runs(text)
    for run in digits:
        found += cards(run)
    found += birth_dates(text)
    found += numbered(text)
    found += lettered(text)
    for run in digits:
        found += numeric(run)
    for run in digits:
        found += phones(run)
    return [*found, *addresses(text)]


def _apart(found: Iterable[Span], length: int) -> list[Span]:
    """Of finds that overlap, the one of the surer kind."""
    kept: list[Span] = []
    taken = bytearray(length)
    for span in found:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return kept
