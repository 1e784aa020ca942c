"""Whether an identity may be looked for in a CRM, and whether what it found is the same. Pure.

A search tells what is like the words asked for; only what is the same counts as found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[^\s@\"<>(){}\[\],;:\\]+@[^\s@\"<>(){}\[\],;:\\'=]+\.[^\s@\"<>(){}\[\],;:\\'=.]+")
_FEWEST_DIGITS = 7


def is_email(text: str) -> bool:
    """Whether it is a plain address that can be asked for as it is."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether it holds enough digits to tell people apart, and nothing but what is written in a number."""
    return len(digits(text)) >= _FEWEST_DIGITS and re.fullmatch(r"[+0-9 ()./-]{7,40}", text) is not None


def digits(text: str) -> str:
    """Its digits alone."""
    return re.sub(r"[^0-9]", "", text)


def same(text: str, others: Iterable[str | None]) -> bool:
    """Whether it is one of the others, whatever their case and the space around them."""
    wanted = text.strip().casefold()
    return bool(wanted) and any(wanted == (other or "").strip().casefold() for other in others)


def same_phone(number: str, others: Iterable[str | None]) -> bool:
    """Whether it is one of the others, written with or without the country and with whatever between the digits."""
    wanted = digits(number).lstrip("0")
    for other in others:
        found = digits(other or "").lstrip("0")
        short, long = sorted((wanted, found), key=len)
        if len(short) >= _FEWEST_DIGITS and long.endswith(short):
            return True
    return False
