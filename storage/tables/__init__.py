"""Every table of the store, for SQLite and PostgreSQL alike.

Times are whole microseconds since 1970 in UTC (`storage.moments`): one integer on both databases, without a processor on
the hot path. Bodies are JSON as text: they are read whole, and text keeps what a JSON column would refuse (NUL). Only
plain integers, texts, floats and booleans occur, so that statements can be run by the driver itself.
A change here needs a migration; a test compares the two.
"""

from storage.tables.colleagues import accounts, link_codes, link_guesses, people
from storage.tables.conversations import (
    concerns,
    conversation_campaigns,
    conversations,
    counters,
    signature_keys,
    signatures,
    timers,
    trail,
)
from storage.tables.crises import crises, crisis_conversations, crisis_postings, crisis_trail
from storage.tables.customers import (
    customer_words,
    customers,
    identities,
    lookups,
    outcomes,
    purchases,
    tickets,
    word_pieces,
)
from storage.tables.digests import digests
from storage.tables.ideas import idea_conversations, idea_links, idea_trail, idea_votes, idea_words, ideas
from storage.tables.identity import likeness_keys, likenesses, merges
from storage.tables.learning import learned_from, learned_posts, learned_words
from storage.tables.loops import loops
from storage.tables.outlook import benchmarks, forecasts
from storage.tables.posts import notes, post_changes, post_versions, posts, unread
from storage.tables.privacy import forgettings, forgotten, told
from storage.tables.records import crm_entries, crm_links
from storage.tables.schema import metadata
from storage.tables.tokens import source_tokens
from storage.tables.work import answers, copies, lanes, outbox, postings, rollups, settings

__all__ = [
    "accounts",
    "answers",
    "benchmarks",
    "concerns",
    "conversation_campaigns",
    "conversations",
    "copies",
    "counters",
    "crises",
    "crisis_conversations",
    "crisis_postings",
    "crisis_trail",
    "crm_entries",
    "crm_links",
    "customer_words",
    "customers",
    "digests",
    "forecasts",
    "forgettings",
    "forgotten",
    "idea_conversations",
    "idea_links",
    "idea_trail",
    "idea_votes",
    "idea_words",
    "ideas",
    "identities",
    "lanes",
    "learned_from",
    "learned_posts",
    "learned_words",
    "likeness_keys",
    "likenesses",
    "link_codes",
    "link_guesses",
    "lookups",
    "loops",
    "merges",
    "metadata",
    "notes",
    "outbox",
    "outcomes",
    "people",
    "post_changes",
    "post_versions",
    "postings",
    "posts",
    "purchases",
    "rollups",
    "settings",
    "signature_keys",
    "signatures",
    "source_tokens",
    "tickets",
    "timers",
    "told",
    "trail",
    "unread",
    "word_pieces",
]
