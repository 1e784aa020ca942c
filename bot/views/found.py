"""What a search brings into a message one writes: few words, with buttons for those who may see more.

Whoever reads that message need not be a colleague, so it holds nothing of the record and nothing that a customer wrote.
"""

from __future__ import annotations

from bot.cards import Actions, Bold, Button, Card, Paragraph, phrase, text
from bot.config import Config
from bot.domain.visibility import visible_customer, visible_name
from bot.ports import Line, Match
from bot.speech import say
from bot.views.acts import act
from bot.views.said import customer_name
from bot.views.wording import network_name, one_line


def found_customer_card(match: Match, config: Config) -> Card:
    """A customer by name."""
    name = customer_name(visible_customer(match.customer, config.hidden_from(None)))
    look = Button(say("Customer"), "customer", {"id": match.customer.id})
    return Card(
        say("Customer: {name}", name=name), (Paragraph(phrase("Customer: {name}", name=Bold(name))), Actions((look,)))
    )


def found_conversation_card(line: Line, config: Config) -> Card:
    """A conversation by ref, name and network."""
    c = line.conversation
    said = say(
        "{name} on {network}",
        name=one_line(visible_name(line.customer_name, config.hidden_from(None)), 40) or say("Somebody"),
        network=network_name(c.network),
    )
    acts = Actions((act("claim", c.ref), act("show", c.ref), act("customer", c.ref)))
    return Card(f"{c.ref} · {said}", (Paragraph(text(Bold(c.ref), f" · {said}")), acts))
