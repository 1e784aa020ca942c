"""The customer's card: who this is and everything we know. What is not known is left out, not shown as a blank."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Actions, Block, Bold, Button, Card, Facts, Header, Paragraph, Small, Text, Time, text
from bot.config import Config
from bot.domain.customer import Customer, CustomerRecord, Identity, PastConversation, Purchase, Ticket
from bot.domain.outcome import OutcomeKind
from bot.ports import Match
from bot.views.acts import act
from bot.views.said import customer_name
from bot.views.wording import (
    count,
    department_of,
    dotted,
    handle_of,
    is_web,
    language_name,
    listed,
    network_name,
    one_line,
    short_number,
)

HANDLES = 5
HISTORY = 5
ITEMS = 3
"""How many purchases and tickets are named."""

_TOLD_ELSEWHERE = frozenset({"tier", "languages", "language", "city", "country"})
_RESOLVED = "resolved"


_PLAIN = {"email", "phone"}
"""Identities that say themselves what they are."""


def customer_card(record: CustomerRecord, config: Config) -> Card:
    """The 360 degree card."""
    customer = record.customer
    name = customer_name(customer)
    tier = one_line(customer.tier or "", 40)
    rows = [row for row in _rows(record, config) if row[1]]
    known: tuple[Block, ...] = (Facts(tuple(rows)),) if rows else (Small(text("Nothing else is known yet.")),)
    blocks = (
        Header(f"{name} · {tier}" if tier else name),
        *_about(customer),
        *known,
        *_history(record, config),
        *_next(record),
    )
    return Card(f"{name}: {count(record.conversations_total, 'conversation')}", blocks)


def _about(customer: Customer) -> tuple[Block, ...]:
    """`Lyon, FR · speaks German, French · customer since 2023`."""
    known = {key: one_line(value, 80) for key, value in customer.attributes.items()}
    parts = [
        ", ".join(filter(None, (known.get("city"), known.get("country")))),
        f"speaks {_spoken(spoken)}" if (spoken := known.get("languages") or known.get("language")) else "",
        f"customer since {customer.since.year}" if customer.since is not None else "",
        *(f"{key.replace('_', ' ')}: {value}" for key, value in known.items() if key not in _TOLD_ELSEWHERE and value),
    ]
    said = " · ".join(filter(None, parts))
    return (Paragraph(text(one_line(said, 400))),) if said else ()


def _spoken(languages: str) -> str:
    """`de, fr` → `German, French`; names stay as they are."""
    return ", ".join(language_name(each.strip()) or each.strip() for each in languages.split(",") if each.strip())


def _rows(record: CustomerRecord, config: Config) -> list[tuple[str, Text]]:
    return [
        ("Handles", _handles(record.identities)),
        ("Bought", _bought(record)),
        ("Tickets", _tickets(record)),
        ("With us", _with_us(record, config)),
        ("Asked for", _asked_for(record)),
        ("Now", _now(record)),
    ]


def _handles(identities: Sequence[Identity]) -> Text:
    named = []
    for identity in identities[:HANDLES]:
        followers = (
            f" ({short_number(identity.followers)} followers)"
            if identity.followers is not None and identity.followers > 1
            else ""
        )
        where = "" if identity.network in _PLAIN else f" on {network_name(identity.network)}"
        named.append(text(f"{handle_of(identity)}{where}{followers}"))
    if (more := len(identities) - HANDLES) > 0:
        named.append(text(f"{more} more"))
    return dotted(named)


def _bought(record: CustomerRecord) -> Text:
    named = []
    for purchase in record.purchases[:ITEMS]:
        bought = text(" (", Time(purchase.at, "day"), ")") if purchase.at is not None else ()
        named.append(text(one_line(purchase.what, 60) + _price(purchase), *bought))
    if record.purchases_total > len(named):
        named.append(text(f"{count(record.purchases_total, 'purchase')} in all"))
    return dotted(named)


def _price(purchase: Purchase) -> str:
    if purchase.amount is None:
        return ""
    amount = f"{purchase.amount:,.2f}".removesuffix(".00")
    return f", {one_line(purchase.currency, 8)} {amount}" if purchase.currency else f", {amount}"


def _tickets(record: CustomerRecord) -> Text:
    named = [
        text(f"{one_line(ticket.key, 20)} {one_line(ticket.subject, 60)}", *_standing(ticket))
        for ticket in record.tickets[:ITEMS]
    ]
    if (more := len(record.tickets) - ITEMS) > 0:
        named.append(text(f"{more} more"))
    return dotted(named)


def _standing(ticket: Ticket) -> Text:
    """`, open since 2 Nov`; `, closed (2 Nov)`, since then the date may mean the ticket's beginning or its end."""
    status = one_line(ticket.status, 20)
    said = f", {status}" if status else ""
    if ticket.at is None:
        return text(said)
    at = Time(ticket.at, "day")
    return text(f"{said} since ", at) if status.lower() == "open" else text(f"{said} (", at, ")")


def _with_us(record: CustomerRecord, config: Config) -> Text:
    if not record.conversations_total:
        return ()
    parts = [
        text(count(record.conversations_total, "conversation")),
        text(count(record.posts_total, "post")) if record.posts_total > record.conversations_total else (),
        text(f"{record.answered_total or 'none'} answered"),
    ]
    last = next((past for past in record.conversations if past.outcome), None)
    if last is not None:
        parts.append(text(f"last: {_outcome(last)}, ", Time(last.opened_at, "day"), _by(last, config)))
    return dotted(parts)


def _asked_for(record: CustomerRecord) -> Text:
    """What they wanted, where we noted it as an idea."""
    wanted = [one_line(p.wanted, 80) for p in record.conversations if p.outcome == OutcomeKind.IDEA.value and p.wanted]
    return text(listed(dict.fromkeys(wanted[:ITEMS]))) if wanted else ()


def _open(record: CustomerRecord) -> list[PastConversation]:
    return [past for past in record.conversations if past.state != _RESOLVED]


def _now(record: CustomerRecord) -> Text:
    where = {"floor": "on the floor", "held": "held", "waiting": "waiting for the customer"}
    return dotted(
        text(Bold(f"B-{p.number}"), f" {where.get(p.state, p.state)}{_holder(p)}") for p in _open(record)[:ITEMS]
    )


def _holder(past: PastConversation) -> str:
    return f" by {one_line(past.who, 40)}" if past.state == "held" and past.who else ""


def _history(record: CustomerRecord, config: Config) -> tuple[Block, ...]:
    """The resolved conversations, newest first, one line each."""
    past = [past for past in record.conversations if past.state == _RESOLVED][:HISTORY]
    if not past:
        return ()
    lines: Text = (Bold("Before"),)
    for one in past:
        lines = (*lines, "\n", *_past(one, config))
    return (Paragraph(lines),)


def _past(past: PastConversation, config: Config) -> Text:
    parts = [text(f"B-{past.number} {_outcome(past)}, ", Time(past.opened_at, "day"), _by(past, config))]
    if past.wanted:
        parts.append(text(f"wanted: {one_line(past.wanted, 80)}"))
    if past.changed:
        parts.append(text(f"changed: {one_line(past.changed, 80)}"))
    return dotted(parts)


def _outcome(past: PastConversation) -> str:
    if past.outcome is None:
        return "resolved"
    try:
        return OutcomeKind(past.outcome).label
    except ValueError:
        return one_line(past.outcome, 40)


def _by(past: PastConversation, config: Config) -> str:
    if not past.who:
        return ""
    departments = listed(department_of(key, config) for key in past.departments) if past.departments else ""
    return f" ({one_line(past.who, 40)}{', ' + departments if departments else ''})"


def _next(record: CustomerRecord) -> tuple[Block, ...]:
    buttons = [act("show", f"B-{past.number}", f"Show B-{past.number}") for past in _open(record)[:ITEMS]]
    if not buttons and record.conversations:
        buttons = [act("show", f"B-{record.conversations[0].number}", f"Show B-{record.conversations[0].number}")]
    if is_web(record.customer.crm_url):
        buttons.append(Button("Open in CRM", url=record.customer.crm_url))
    return (Actions(tuple(buttons)),) if buttons else ()


def customer_choice_card(query: str, matches: Sequence[Match]) -> Card:
    """Several are likely: who is meant?"""
    question = f"Who do you mean by “{one_line(query, 60)}”?"
    blocks: list[Block] = [Paragraph(text(question))]
    for match in matches:
        customer = match.customer
        about = [
            customer_name(customer),
            one_line(customer.tier or "", 40),
            one_line(customer.attributes.get("city", ""), 40),
        ]
        likely = ", ".join(filter(None, (one_line(match.why, 80), f"{round(100 * match.confidence)} % sure")))
        button = Button("Show", "customer", {"id": customer.id})
        blocks.append(Paragraph(text(" · ".join([*filter(None, about), likely])), button))
    return Card("Several customers match.", tuple(blocks))


def customer_unknown_card(query: str) -> Card:
    """Nobody matches: what to try instead."""
    said = f"I know nobody called “{one_line(query, 60)}”."
    hint = (
        "Try their handle with its network's name, their e-mail, or a conversation: B-12. Typing errors are forgiven."
    )
    return Card(said, (Paragraph(text(said)), Small(text(hint))))
