"""What the company's own claims and passes have taught: counts of words' numbers, no word among them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Table

from storage.columns import Key
from storage.tables.schema import metadata

# In how many posts that a department took a word stood; the word as a number (bot.domain.learning).
learned_words = Table(
    "learned_words",
    metadata,
    Column("word", BigInteger, primary_key=True, autoincrement=False),
    Column("department", Key, primary_key=True),
    Column("posts", Float, nullable=False),
    sqlite_with_rowid=False,
)

# How many posts a department took. `lessons` grows with every change, so that others see there was one; rows stay.
learned_posts = Table(
    "learned_posts",
    metadata,
    Column("department", Key, primary_key=True),
    Column("posts", Float, nullable=False),
    Column("lessons", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# For whom a conversation was counted, and as how much of a post: so that it is counted once, and can be taken back.
learned_from = Table(
    "learned_from",
    metadata,
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("department", Key, nullable=False),
    Column("posts", Float, nullable=False),
    sqlite_with_rowid=False,
)
