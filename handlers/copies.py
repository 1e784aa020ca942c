"""What a thread still lacks of the notes that were written elsewhere, as the next thing to do about it. Pure.

The notes stand in a thread in the order in which they were written, several in one message where they came faster than
messages may be sent. One that is heard late joins the message before whose last note it was written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot.ports import Copy, Note, SentMessage

TOGETHER, LETTERS = 15, 6_000
"""How many notes, and letters of them, a message takes when it is made. Late ones may join it up to half as many more."""

LONGEST = 4_000
"""Letters of one note that are copied."""

LATE = timedelta(minutes=10)
"""A note that is heard later than this stands where it is seen: at the end."""


@dataclass(frozen=True, slots=True)
class Send:
    """These notes are to be sent as one new message."""

    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Settle:
    """It is not known whether the message with this mark was sent; these of its notes are still there."""

    mark: str
    made_at: datetime
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """The message is to show these notes; those of them that `join` are not known to belong to it yet."""

    mark: str
    sent: SentMessage
    notes: tuple[Note, ...]
    join: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """Nothing is left of the message's notes."""

    mark: str
    sent: SentMessage


Step = Send | Settle | Show | Remove


def digest(notes: Iterable[Note]) -> str:
    """Tells whether a message shows something else than what these notes say now."""
    said = "\0".join(f"{note.id} {note.text}" for note in notes)
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


def next_step(posting: str, notes: Sequence[Note], copies: Sequence[Copy], now: datetime) -> Step | None:
    """What is to be done first in the thread of this posting; None when it has everything.

    `notes` are those of the conversation without deleted ones, `copies` those in the thread, in the order of its messages.
    """
    ordered = sorted(notes, key=_order)
    messages = _messages(ordered, copies)
    for copy, shown in messages:
        step = _mend(copy, shown)
        if step is not None:
            return step
    there = {copy.note_id for copy in copies}
    waiting = [note for note in ordered if note.id not in there and note.posting != posting]
    if not waiting:
        return None
    first = waiting[0]
    for copy, shown in messages:
        if _order(first) < _order(shown[-1]):
            joined = _joined(copy, shown, waiting) if now - first.at <= LATE else None
            if joined is not None:
                return joined
            break
    return Send(_portion(waiting, TOGETHER, LETTERS))


def _order(note: Note) -> tuple[datetime, str]:
    return note.at, note.id


def _messages(ordered: Sequence[Note], copies: Sequence[Copy]) -> list[tuple[Copy, tuple[Note, ...]]]:
    """Each message as one of its copies, with those of its notes that are still there."""
    messages = []
    for _, each in groupby(sorted(copies, key=lambda copy: (copy.made_at, copy.mark)), key=lambda copy: copy.mark):
        group = list(each)
        ids = {copy.note_id for copy in group}
        messages.append((group[0], tuple(note for note in ordered if note.id in ids)))
    return messages


def _mend(copy: Copy, shown: tuple[Note, ...]) -> Step | None:
    """What is to be done about a message that was made before."""
    if copy.channel is None or copy.message is None:
        return Settle(copy.mark, copy.made_at, shown)
    sent = SentMessage(copy.channel, copy.message)
    if not shown:
        return Remove(copy.mark, sent)
    return Show(copy.mark, sent, shown) if copy.shown != digest(shown) else None


def _joined(copy: Copy, shown: tuple[Note, ...], waiting: Sequence[Note]) -> Show | None:
    """The message with the waiting notes that were written before its last one; None where it has no room."""
    late = [note for note in waiting if _order(note) < _order(shown[-1])]
    room = LETTERS * 3 // 2 - sum(map(_size, shown))
    fitting = _portion(late, TOGETHER * 3 // 2 - len(shown), room)
    if not fitting or copy.channel is None or copy.message is None:
        return None
    if _size(fitting[0]) > room:
        return None
    together = tuple(sorted((*shown, *fitting), key=_order))
    join = tuple(
        Copy(note.id, copy.posting, copy.mark, copy.made_at, copy.channel, copy.message, copy.shown) for note in fitting
    )
    return Show(copy.mark, SentMessage(copy.channel, copy.message), together, join)


def _portion(notes: Sequence[Note], most: int, letters: int) -> tuple[Note, ...]:
    """As many from the beginning as fit into a message; the first one always does, if any may."""
    fitting: list[Note] = []
    for note in notes[: max(most, 0)]:
        letters -= _size(note)
        if letters < 0 and fitting:
            break
        fitting.append(note)
    return tuple(fitting)


def _size(note: Note) -> int:
    return min(len(note.text), LONGEST) + len(note.by.name) + 40
