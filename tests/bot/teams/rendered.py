"""Cards drawn for a Teams of two known colleagues, and judged at once."""

from __future__ import annotations

from bot.cards import Block, Button, Card
from bot.teams.render import adaptive
from bot.teams.spans import Spelling
from tests.bot.teams.judged import Json, judge_card

USERS = {"p-1": "29:ana", "p-3": "29:other"}
ACTS = frozenset({"claim", "pass", "note"})


def made(card: Card, *, dialogs: bool = True, inside: bool = False, leave: Button | None = None) -> Json:
    card_made = adaptive(card, Spelling(USERS), acts=ACTS, dialogs=dialogs, inside=inside, leave=leave)
    judge_card(card_made)
    return card_made


def rendered(*some: Block) -> list[Json]:
    body: list[Json] = made(Card("A card", some))["body"]
    return body
