"""Somebody is to be forgotten: the question to whoever decides, and what was erased. No word of them but the reason."""

from __future__ import annotations

from bot.cards import Actions, Block, Button, Card, Facts, Header, Paragraph, Small, Text, Time, text
from bot.config import Config
from bot.domain.forgetting import Forgetting, Report
from bot.views.wording import count, one_line, who

_WORDS = {
    "posts": "post",
    "conversations": "conversation",
    "notes": "note",
    "cards": "card",
    "messages": "message of ours",
    "homes": "Home tab",
    "crm": "CRM entry",
}
_PLURALS = {"messages": "messages of ours", "crm": "CRM entries"}

MOST_LEFT = 20
"""So many things that could not be erased are named; the others are counted."""


def forget_asked_card(request: Forgetting, config: Config) -> Card:
    """Asks a second person. Whom it is about is one click away and not said, so that it need not be erased here."""
    whom = f"the customer of B-{request.number}" if request.number is not None else "a customer"
    summary = f"{request.asked_by.name} asks to forget {whom}"
    look = Button("Customer", "customer", {"id": request.customer_id})
    confirm = Button("Forget for good", "forget", {"request": request.id, "answer": "confirm"}, style="danger")
    blocks: tuple[Block, ...] = (
        Header("Forget a customer?"),
        Paragraph(text(f"{who(request.asked_by, config)} asks to forget {whom}: “{one_line(request.why, 400)}”")),
        Small(
            text(
                "Texts, names, notes, cards and our CRM entries are erased for good; only counts stay. "
                "A second person decides until ",
                Time(request.until, "moment"),
                ".",
            )
        ),
        Actions((confirm, Button("Refuse", "forget", {"request": request.id, "answer": "refuse"}), look)),
    )
    return Card(summary, blocks)


def forgotten_home_card() -> Card:
    """In place of a Home tab that may have named somebody who was forgotten; opened again, it is as it always is."""
    said = "A customer was forgotten on request. Leave this tab and open it again to see it as it is now."
    return Card("Home", (Paragraph(text(said)),))


def forget_report_card(request: Forgetting, config: Config) -> Card:
    """What was erased, and what could not be, with why."""
    whom = f"The customer of B-{request.number}" if request.number is not None else "The customer"
    by = who(request.decided_by, config) if request.decided_by is not None else ""
    rows: list[tuple[str, Text]] = [
        ("Asked by", text(who(request.asked_by, config))),
        ("Confirmed by", text(by)),
        ("Erased", text(erased_in_words(request.report))),
    ]
    left = request.report.left
    lines = [f"• {one_line(each, 300)}" for each in left[:MOST_LEFT]]
    if len(left) > MOST_LEFT:
        lines.append(f"… and {len(left) - MOST_LEFT} more")
    blocks: tuple[Block, ...] = (Header(f"{whom} was forgotten"), Facts(tuple(rows)))
    if lines:
        blocks = (*blocks, Paragraph(text("Not erased:\n" + "\n".join(lines))))
    return Card(f"{whom} was forgotten", blocks)


def erased_in_words(report: Report) -> str:
    """`3 posts, 1 conversation`."""
    return ", ".join(_counted(what, many) for what, many in report.erased.items()) or "nothing was there"


def _counted(what: str, many: int) -> str:
    word = _WORDS.get(what, what)
    return f"{many:,} {_PLURALS[what]}" if many != 1 and what in _PLURALS else count(many, word)
