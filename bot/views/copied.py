"""What colleagues wrote in one thread, as it stands in the others: who, from where, and their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.cards import Block, Bold, Card, Link, Paragraph, Small, Span, Text
from bot.config import Config
from bot.ports import Note
from bot.speech import say, say_many
from bot.views.wording import cut, listed, name_of, one_line, tame, who

ATTACHED = "📎"
"""Begins the line of a file in a note: its title, then its address."""

_PLATFORMS = {"slack": "Slack", "teams": "Teams"}
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”]+[^\s<>\"'“”.,;:!?)\]]")
_FILE = re.compile(rf"^{ATTACHED} (?P<title>.+) (?P<url>https?://\S+)$")
_PART = 2_500
"""Letters of one paragraph; a longer note has several."""


def notes_card(notes: Sequence[Note], config: Config, *, here: str, longest: int = 4_000) -> Card:
    """One message for notes that were written elsewhere; `here` is the platform where it is read. It pings nobody."""
    if len(notes) == 1:
        note = notes[0]
        summary = f"{_from(note, config, here)}: {one_line(note.text, 200)}"
    else:
        names = listed(dict.fromkeys(name_of(note.by) for note in notes))
        summary = say_many("{n} note by {names}", "{n} notes by {names}", len(notes), names=cut(names, 200))
    return Card(summary, tuple(block for note in notes for block in _blocks(note, config, here, longest)))


def _from(note: Note, config: Config, here: str) -> str:
    """`Ana (Support) on Slack`; the platform is left out where it is this one."""
    platform, by = note.platform, who(note.by, config)
    if platform is None or platform == here:
        return by
    return say("{by} on {platform}", by=by, platform=_PLATFORMS.get(platform, platform.capitalize()))


def _blocks(note: Note, config: Config, here: str, longest: int) -> Iterator[Block]:
    words = tame(note.text)
    shown = cut(words, longest)
    led: Text = (Bold(_from(note, config, here)), ": ")
    for start in range(0, max(len(shown), 1), _PART):
        yield Paragraph((*led, *_spans(shown[start : start + _PART])))
        led = ()
    if len(shown) < len(words):
        yield Small((say_many("{n} more character left out", "{n} more characters left out", len(words) - len(shown)),))


def _spans(words: str) -> Iterator[Span]:
    """Words with their addresses as links, and files as links under their titles."""
    for number, line in enumerate(words.split("\n")):
        if number:
            yield "\n"
        attached = _FILE.match(line)
        if attached is not None:
            yield f"{ATTACHED} "
            yield Link(attached["title"], attached["url"])
            continue
        end = 0
        for found in _ADDRESS.finditer(line):
            if found.start() > end:
                yield line[end : found.start()]
            yield Link(cut(found[0], 80), found[0])
            end = found.end()
        if end < len(line):
            yield line[end:]
