"""Somebody is to be forgotten: the question to whoever decides, and what was erased. No word of them but the reason."""

from __future__ import annotations

from bot.cards import Actions, Block, Button, Card, Facts, Header, Paragraph, Small, Text, Time, phrase, text
from bot.config import Config
from bot.domain.forgetting import Forgetting, Report
from bot.speech import in_figures, say, say_many
from bot.views.wording import count, one_line, who

MOST_LEFT = 20
"""So many things that could not be erased are named; the others are counted."""


def forget_asked_card(request: Forgetting, config: Config) -> Card:
    """Asks a second person. Whom it is about is one click away and not said, so that it need not be erased here."""
    summary = (
        say("{name} asks to forget the customer of B-{number}", name=request.asked_by.name, number=request.number)
        if request.number is not None
        else say("{name} asks to forget a customer", name=request.asked_by.name)
    )
    asked = {"who": who(request.asked_by, config), "why": one_line(request.why, 400)}
    look = Button(say("Customer"), "customer", {"id": request.customer_id})
    confirm = Button(say("Forget for good"), "forget", {"request": request.id, "answer": "confirm"}, style="danger")
    blocks: tuple[Block, ...] = (
        Header(say("Forget a customer?")),
        Paragraph(
            phrase("{who} asks to forget the customer of B-{number}: “{why}”", number=request.number, **asked)
            if request.number is not None
            else phrase("{who} asks to forget a customer: “{why}”", **asked)
        ),
        Small(
            phrase(
                "Texts, names, notes, cards and our CRM entries are erased for good; only counts stay. A second person decides until {when}.",
                when=Time(request.until, "moment"),
            )
        ),
        Actions((confirm, Button(say("Refuse"), "forget", {"request": request.id, "answer": "refuse"}), look)),
    )
    return Card(summary, blocks)


def forgotten_home_card() -> Card:
    """In place of a Home tab that may have named somebody who was forgotten; opened again, it is as it always is."""
    said = say("A customer was forgotten on request. Leave this tab and open it again to see it as it is now.")
    return Card(say("Home"), (Paragraph(text(said)),))


def forget_report_card(request: Forgetting, config: Config) -> Card:
    """What was erased, and what could not be, with why."""
    title = (
        say("The customer of B-{number} was forgotten", number=request.number)
        if request.number is not None
        else say("The customer was forgotten")
    )
    by = who(request.decided_by, config) if request.decided_by is not None else ""
    rows: list[tuple[str, Text]] = [
        (say("Asked by"), text(who(request.asked_by, config))),
        (say("Confirmed by"), text(by)),
        (say("Erased"), text(erased_in_words(request.report))),
    ]
    left = request.report.left
    lines = [f"• {one_line(each, 300)}" for each in left[:MOST_LEFT]]
    if len(left) > MOST_LEFT:
        lines.append(say("… and {more} more", more=in_figures(len(left) - MOST_LEFT)))
    blocks: tuple[Block, ...] = (Header(title), Facts(tuple(rows)))
    if lines:
        blocks = (*blocks, Paragraph(text("\n".join((say("Not erased:"), *lines)))))
    return Card(title, blocks)


def erased_in_words(report: Report) -> str:
    """`3 posts, 1 conversation`."""
    return ", ".join(_counted(what, many) for what, many in report.erased.items()) or say("nothing was there")


def _counted(what: str, many: int) -> str:
    said = {
        "posts": say_many("{n} post", "{n} posts", many),
        "conversations": say_many("{n} conversation", "{n} conversations", many),
        "notes": say_many("{n} note", "{n} notes", many),
        "cards": say_many("{n} card", "{n} cards", many),
        "messages": say_many("{n} message of ours", "{n} messages of ours", many),
        "homes": say_many("{n} Home tab", "{n} Home tabs", many),
        "crm": say_many("{n} CRM entry", "{n} CRM entries", many),
    }
    return said.get(what) or count(many, what)
