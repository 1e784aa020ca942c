"""Who of several customers is meant, and that nobody is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.cards import Block, Button, Card, Paragraph, Small, text
from bot.domain.visibility import visible_customer
from bot.ports import Match
from bot.speech import per_cent, say
from bot.views.said import customer_name
from bot.views.wording import evidence_words, one_line


def visible_match(match: Match, hidden: frozenset[str]) -> Match:
    """The match without hidden fields: of an address only that it is one."""
    if not hidden:
        return match
    kind = {"e-mail": "email", "phone": "phone"}.get(match.why.partition(" ")[0], "")
    kind = "handles" if match.why.startswith("@") else kind
    named = {"email": say("e-mail"), "phone": say("phone"), "handles": say("name on a network")}
    why = named[kind] if kind in hidden else match.why
    return replace(match, customer=visible_customer(match.customer, hidden), why=why)


def customer_choice_card(query: str, matches: Sequence[Match]) -> Card:
    """Several are likely: who is meant?"""
    question = say("Who do you mean by “{query}”?", query=one_line(query, 60))
    blocks: list[Block] = [Paragraph(text(question))]
    for match in matches:
        customer = match.customer
        about = [
            customer_name(customer),
            one_line(customer.tier or "", 40),
            one_line(customer.attributes.get("city", ""), 40),
        ]
        likely = ", ".join(
            filter(
                None,
                (
                    _found_by(one_line(match.why, 80)),
                    say("{share} sure", share=per_cent(round(100 * match.confidence))),
                ),
            )
        )
        button = Button(say("Show"), "customer", {"id": customer.id})
        blocks.append(Paragraph(text(" · ".join([*filter(None, about), likely])), button))
    return Card(say("Several customers match."), tuple(blocks))


def _found_by(why: str) -> str:
    """`e-mail maya@mail.example`, `phone …`, or that the names are alike."""
    kind, _, named = why.partition(" ")
    if kind == "e-mail" and named:
        return say("e-mail {address}", address=named)
    if kind == "phone" and named:
        return say("phone {number}", number=named)
    return evidence_words(why)


def customer_unknown_card(query: str) -> Card:
    """Nobody matches: what to try instead."""
    said = say("I know nobody called “{query}”.", query=one_line(query, 60))
    hint = say(
        "Try their handle with its network's name, their e-mail, or a conversation: B-12. Typing errors are forgiven."
    )
    return Card(said, (Paragraph(text(said)), Small(text(hint))))
