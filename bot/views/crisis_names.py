"""What a crisis and its room are called, and where the room is."""

from __future__ import annotations

from bot.domain import crisis as k
from bot.domain.crisis import Crisis
from bot.speech import say
from bot.views.wording import one_line


def crisis_title(crisis: Crisis) -> str:
    """`C-3 · Parcels burn`."""
    return f"{crisis.ref} · {one_line(crisis.title, k.LONGEST_TITLE)}"


def where(crisis: Crisis) -> str:
    """Where the room is, in words."""
    platform = (crisis.platform or "").capitalize()
    if crisis.channel is None:
        return say("The room is being made on {platform}.", platform=platform)
    if crisis.thread:
        return say("It is the thread under the board, on {platform} where conversations are shown.", platform=platform)
    return say(
        "It is a channel of its own on {platform}, named like #{room_name}.",
        platform=platform,
        room_name=room_name(crisis),
    )


def room_name(crisis: Crisis) -> str:
    """What the room's channel is called: `crisis-3-parcels-burn`."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in crisis.title.lower())
    return "-".join(("crisis", str(crisis.number), *filter(None, letters.split("-"))))[:60].rstrip("-")
