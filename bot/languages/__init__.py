"""The languages that Baton speaks: English, and one for each catalogue `<tag>.po` beside this file. Read when first needed, then kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from bot.speech import ENGLISH, Speech, speaking

FOLDER = Path(__file__).parent

_log = logging.getLogger("baton.languages")


def languages() -> tuple[str, ...]:
    """The tags of those there are, English first."""
    return (ENGLISH.language, *sorted(path.stem for path in FOLDER.glob("*.po")))


def nearest(*wanted: str | None) -> str:
    """The first of these that Baton speaks, `de` for `de-AT`; English where it speaks none."""
    there = {tag.lower(): tag for tag in languages()}
    for tag in filter(None, wanted):
        lowered = tag.replace("_", "-").lower()
        while lowered:
            if lowered in there:
                return there[lowered]
            lowered = lowered.rpartition("-")[0]
    return ENGLISH.language


def speech(*wanted: str | None) -> Speech:
    """The first of these languages that Baton speaks; English where it speaks none, or where its catalogue cannot be read."""
    return _kept(nearest(*wanted))


@contextmanager
def speaking_to(*wanted: str | None) -> Iterator[None]:
    """Within the block the first of these languages is spoken that Baton speaks."""
    with speaking(speech(*wanted)):
        yield


@cache
def _kept(tag: str) -> Speech:
    if tag == ENGLISH.language:
        return ENGLISH
    # English, which most installations speak alone, needs none of it.
    from bot.languages.catalogue import read  # noqa: PLC0415

    try:
        return read(FOLDER / f"{tag}.po")
    except (OSError, ValueError, LookupError, SyntaxError) as error:
        _log.warning("The catalogue %s cannot be read, so that English is spoken: %s", tag, error)
        return ENGLISH
