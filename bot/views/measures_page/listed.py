"""The conversations behind a number, as a table."""

from __future__ import annotations

from collections.abc import Iterable

from bot.config import Config
from bot.ports.measures import Listed
from bot.ports.measures_desk import Table
from bot.speech import say
from bot.views.measures_page.cells import column, moment, words
from bot.views.wording import department_of, network_name, topic_name


def listed_table(listed: Iterable[Listed], timezone: str, config: Config) -> Table:
    """References, and where each conversation stands now. Nothing that a customer wrote is in it."""
    return Table(
        key="conversations",
        title=say("Conversations"),
        columns=(
            column("ref", say("Conversation"), numeric=False),
            column("network", say("Network"), numeric=False),
            column("topic", say("Topic"), numeric=False),
            column("mood", say("Mood"), numeric=False),
            column("opened_at", say("Opened"), numeric=False),
            column("state", say("State now"), numeric=False),
            column("department", say("Suggested to first"), numeric=False),
            column("urgent", say("Urgent"), numeric=False),
        ),
        rows=tuple(
            (
                words(f"B-{each.number}"),
                words(network_name(each.network), each.network),
                words(topic_name(each.topic) if each.topic else "", each.topic or ""),
                words(say(each.mood) if each.mood else "", each.mood or ""),
                moment(each.opened_at, timezone),
                words(say(each.state), each.state),
                words(department_of(each.department, config) if each.department else "", each.department or ""),
                words(say("yes") if each.urgent else say("no"), "yes" if each.urgent else "no"),
            )
            for each in listed
        ),
    )
