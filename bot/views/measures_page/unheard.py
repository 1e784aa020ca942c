"""The conversations that nobody has acted on and that are most worth reading."""

from __future__ import annotations

from bot.config import Config
from bot.domain.people import Person
from bot.domain.visibility import visible_name
from bot.ports.measures_desk import Section, Table
from bot.speech import say
from bot.views.measures_page.cells import column, moment, number, words
from bot.views.measures_page.facts import WebFacts
from bot.views.wording import network_name, one_line, tame

_EXCERPT = 160


def unheard(facts: WebFacts, config: Config, reader: Person) -> Section:
    """The best of them, without what is hidden from the reader."""
    hidden = config.hidden_from(reader)
    rows = tuple(
        (
            words(each.conversation.ref),
            words(network_name(each.conversation.network), each.conversation.network),
            moment(each.conversation.opened_at, facts.window.timezone),
            words(say("yes") if each.conversation.urgent else say("no"), "yes" if each.conversation.urgent else "no"),
            words(visible_name(each.customer_name, hidden)),
            number(None if "followers" in hidden else each.followers),
            words("" if "posts" in hidden else one_line(tame(each.text), _EXCERPT)),
        )
        for each in facts.unheard
    )
    return Section(
        key="unheard",
        title=say("Heard by no one"),
        tables=(
            Table(
                key="unheard",
                title=say("Most worth reading"),
                columns=(
                    column("ref", say("Conversation"), numeric=False),
                    column("network", say("Network"), numeric=False),
                    column("opened_at", say("Opened"), numeric=False),
                    column("urgent", say("Urgent"), numeric=False),
                    column("customer", say("Customer"), numeric=False),
                    column("followers", say("Followers")),
                    column("text", say("What they wrote"), numeric=False),
                ),
                rows=rows,
                note=say("Type /baton claim with the reference to take one.") if rows else say("There are none."),
            ),
        ),
    )
