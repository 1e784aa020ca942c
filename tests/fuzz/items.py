"""How many things a payload tells of, counted from the documentation of each network and not by its connector.

A counter gives None where the bytes are no payload of its network at all: those are refused as a whole, or kept as unread.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.fuzz.counting import Counter, Items, listed_under
from tests.fuzz.gated_items import (
    app_store,
    google_business,
    google_play,
    meltwater,
    reaction_on_linkedin,
    reddit,
    trustpilot,
    x,
)
from tests.fuzz.meta_items import facebook, instagram, whatsapp
from tests.fuzz.mutations import Case
from tests.fuzz.open_items import (
    bluesky,
    discourse,
    email,
    generic,
    hackernews,
    mastodon,
    rss,
    stackoverflow,
    telegram,
    youtube,
)

COUNTERS: Mapping[str, Counter] = {
    # https://developers.brandwatch.com/docs/retrieving-mentions
    "brandwatch": listed_under("results"),
    # https://dev.mention.com/current/src/account/alert/mention/GetMentions.html
    "mention": listed_under("mentions"),
    "meltwater": meltwater,
    "facebook": facebook,
    "instagram": instagram,
    "linkedin": listed_under("notifications", reaction_on_linkedin),
    "x": x,
    "generic": generic,
    "telegram": telegram,
    "hackernews": hackernews,
    "youtube": youtube,
    "discourse": discourse,
    "stackoverflow": stackoverflow,
    "mastodon": mastodon,
    "bluesky": bluesky,
    "reddit": reddit,
    "app_store": app_store,
    "trustpilot": trustpilot,
    "rss": rss,
    "email": email,
    "whatsapp": whatsapp,
    "google_play": google_play,
    "google_business": google_business,
}


ALL_OR_NOTHING = frozenset({"generic", "email"})
"""Where one bad record refuses the whole: the sender of a generic delivery is told, and a mail is one thing."""


def count(kind: str, case: Case, headers: Mapping[str, str]) -> Items | None:
    """What a payload of this kind of source tells of."""
    try:
        return COUNTERS[kind](case, headers)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
