"""All contacts of a CRM page by page, one kind of them after the other. Pure.

A cursor is the kind whose turn it is and, after a space, where in it the page begins: in the vendor's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.record import Contact, ContactPage
from bot.errors import PermanentError


def place(kinds: Sequence[str], cursor: str) -> tuple[str, str]:
    """Whose turn it is, and where in it the page begins (empty: at the beginning); raises `PermanentError`."""
    kind, _, after = cursor.partition(" ") if cursor else (kinds[0], "", "")
    if kind not in kinds:
        raise PermanentError(f"“{cursor[:80]}” is no place in this list of contacts.")
    return kind, after


def page(kinds: Sequence[str], kind: str, contacts: Iterable[Contact], after: str | None) -> ContactPage:
    """A page of this kind; `after` is where the next begins, None when the kind is at its end."""
    if after is not None:
        return ContactPage(tuple(contacts), f"{kind} {after}")
    others = kinds[kinds.index(kind) + 1 :]
    return ContactPage(tuple(contacts), f"{others[0]} " if others else None)


def number(after: str) -> int:
    """A place that is a number, from 0 on; raises `PermanentError`."""
    if not after:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) <= 18):
        raise PermanentError(f"“{after[:80]}” is no place in this list of contacts.")
    return int(after)
