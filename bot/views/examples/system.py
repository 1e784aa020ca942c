"""Doctor, statistics, settings, sources, help, errors."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import Offer, UserError
from bot.ports import Counts, Finding
from bot.views import made_up as m
from bot.views.examples.scenes import Examples
from bot.views.guide import first_contact_card, help_card, help_verb_card
from bot.views.system import (
    doctor_card,
    done_card,
    entries_given_up_card,
    error_card,
    link_code_card,
    settings_card,
    source_back_card,
    source_out_card,
    stats_card,
)


def system() -> Examples:
    """What Baton says of itself."""
    error = UserError(
        "Ana holds the baton of B-1042.",
        "Join, or ask Ana to pass it to you: `pass B-1042 me`.",
        (Offer("Join", "join", (("conversation", "B-1042"),)),),
    )
    findings = (
        Finding("Database", "ok"),
        Finding("Slack", "fail", "the bot is not in #floor", "Invite it there: `/invite @Baton`."),
        Finding("Departments", "warn", "nobody leads Legal", "Name a lead under `[[people]]` in baton.toml."),
        Finding("Outbox", "ok"),
    )
    counts = Counts(
        2911,
        {"x": 2800, "mastodon": 111},
        2204,
        {"floor": 2100, "held": 4, "waiting": 1, "resolved": 99},
        1890,
        2204,
        12,
        1,
    )
    return (
        ("error", error_card(error)),
        ("done", done_card("You are in Support now.")),
        ("a code to link accounts", link_code_card("7QF2M-9XT4K", m.at(10, 24))),
        ("settings", settings_card(m.CONFIG, m.ANA_HERSELF)),
        ("doctor", doctor_card(findings)),
        ("doctor, all fine", doctor_card((Finding("Database", "ok"), Finding("Slack", "ok")))),
        ("stats", stats_card(counts)),
        (
            "source out",
            source_out_card("fediverse", "mastodon", m.at(10), m.at(8, 12), "401: The access token was revoked"),
        ),
        (
            "entries given up",
            entries_given_up_card("main", 3, [12, 40], 0, "503: it is down for maintenance", m.at(10), m.CONFIG),
        ),
        ("source out, never heard", source_out_card("blog", "rss", m.at(10), None, "it is no feed")),
        ("source back", source_back_card("fediverse", "mastodon", timedelta(hours=3, minutes=12), 34)),
        ("source back, nothing new", source_back_card("blog", "rss", timedelta(minutes=40), 0)),
        ("help", help_card(m.SPECS)),
        ("help for a verb", help_verb_card(m.CLAIM)),
        ("first contact", first_contact_card(m.SPECS)),
    )
