"""What the workspace keeps: one SQLite file (WAL). Everything is committed before anyone is answered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playground.refusal import Json

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS members (
    channel TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (channel, user)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reads (
    channel TEXT NOT NULL, user TEXT NOT NULL, ts TEXT NOT NULL, PRIMARY KEY (channel, user)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mentions (
    user TEXT NOT NULL, channel TEXT NOT NULL, ts TEXT NOT NULL, PRIMARY KEY (user, channel, ts)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    channel TEXT NOT NULL, ts TEXT NOT NULL, thread_ts TEXT, top INTEGER NOT NULL, author TEXT NOT NULL,
    body TEXT NOT NULL, metadata TEXT, PRIMARY KEY (channel, ts));
CREATE INDEX IF NOT EXISTS messages_top ON messages (channel, ts, author) WHERE top = 1;
CREATE INDEX IF NOT EXISTS messages_thread ON messages (channel, thread_ts, ts) WHERE thread_ts IS NOT NULL;
"""


@dataclass(frozen=True)
class Row:
    """A stored message: its Slack body as JSON text, and its metadata, which only some answers show."""

    body: str
    metadata: str | None

    def message(self) -> Json:
        """The body, parsed."""
        parsed: Json = json.loads(self.body)
        return parsed


def encode(value: object) -> str:
    """JSON without spare blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Store:
    """Plain reads and writes. A write outside `writing()` is its own transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA busy_timeout=5000")
        # What an app deletes or writes over is gone from the file as well.
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes the file; the store cannot be used afterwards."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction around several writes; an exception takes all of them back."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # documents: people, channels, views, files and other small things, by kind and id

    def put(self, kind: str, key: str, body: Json) -> None:
        """Keeps a document, replacing the one of that kind and id."""
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, key, encode(body)),
        )

    def get(self, kind: str, key: str) -> Json | None:
        """The document of that kind and id."""
        found = self._db.execute("SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, key)).fetchone()
        return json.loads(found[0]) if found else None

    def drop(self, kind: str, key: str) -> None:
        """Forgets a document."""
        self._db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, key))

    def all(self, kind: str) -> list[Json]:
        """Every document of a kind, in the order in which they were first kept."""
        rows = self._db.execute("SELECT body FROM documents WHERE kind = ? ORDER BY rowid", (kind,))
        return [json.loads(body) for (body,) in rows]

    # membership and what was read

    def add_member(self, channel: str, user: str) -> None:
        """Notes that the user is in the channel."""
        self._db.execute("INSERT OR IGNORE INTO members VALUES (?, ?)", (channel, user))

    def members(self) -> list[tuple[str, str]]:
        """Every (channel, user) pair."""
        return list(self._db.execute("SELECT channel, user FROM members"))

    def mark_read(self, channel: str, user: str, ts: str) -> None:
        """The user has read the channel up to `ts`."""
        self._db.execute("INSERT OR REPLACE INTO reads VALUES (?, ?, ?)", (channel, user, ts))

    def last_read(self, channel: str, user: str) -> str:
        """Up to where the user has read; `0` when never."""
        found = self._db.execute("SELECT ts FROM reads WHERE channel = ? AND user = ?", (channel, user)).fetchone()
        return found[0] if found else "0"

    def unread(self, channel: str, user: str, since: str) -> tuple[int, int]:
        """How many top-level messages by others, and how many mentions of this user, came after `since`."""
        (messages,) = self._db.execute(
            "SELECT count(*) FROM messages WHERE channel = ? AND top = 1 AND ts > ? AND author <> ?",
            (channel, since, user),
        ).fetchone()
        (mentions,) = self._db.execute(
            "SELECT count(*) FROM mentions WHERE user = ? AND channel = ? AND ts > ?", (user, channel, since)
        ).fetchone()
        return messages, mentions

    def set_mentions(self, channel: str, ts: str, users: Iterable[str]) -> None:
        """The users whom this message mentions."""
        self._db.executemany("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?)", [(u, channel, ts) for u in users])

    # messages

    def add_message(
        self, channel: str, message: Json, metadata: Json | None, *, author: str, top: bool, thread_ts: str | None
    ) -> None:
        """Keeps a new message. `thread_ts` is given for replies only."""
        self._db.execute(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                channel,
                message["ts"],
                thread_ts,
                int(top),
                author,
                encode(message),
                encode(metadata) if metadata else None,
            ),
        )

    def change_message(self, channel: str, message: Json) -> None:
        """Replaces a message's body, keeping its metadata."""
        self._db.execute(
            "UPDATE messages SET body = ? WHERE channel = ? AND ts = ?", (encode(message), channel, message["ts"])
        )

    def change_metadata(self, channel: str, ts: str, metadata: Json | None) -> None:
        """Replaces a message's metadata."""
        value = encode(metadata) if metadata else None
        self._db.execute("UPDATE messages SET metadata = ? WHERE channel = ? AND ts = ?", (value, channel, ts))

    def remove_message(self, channel: str, ts: str) -> None:
        """Forgets a message and whom it mentioned."""
        self._db.execute("DELETE FROM messages WHERE channel = ? AND ts = ?", (channel, ts))
        self._db.execute("DELETE FROM mentions WHERE channel = ? AND ts = ?", (channel, ts))

    def message(self, channel: str, ts: str) -> Row | None:
        """The message of that channel and time."""
        found = self._db.execute(
            "SELECT body, metadata FROM messages WHERE channel = ? AND ts = ?", (channel, ts)
        ).fetchone()
        return Row(*found) if found else None

    def history(self, channel: str, *, after: str, before: str, limit: int) -> list[Row]:
        """Top-level messages strictly between two times, newest first."""
        rows = self._db.execute(
            "SELECT body, metadata FROM messages WHERE channel = ? AND top = 1 AND ts > ? AND ts < ?"
            " ORDER BY ts DESC LIMIT ?",
            (channel, after, before, limit),
        )
        return [Row(*row) for row in rows]

    def replies(
        self, channel: str, thread_ts: str, *, after: str = "", before: str = "9", limit: int = -1
    ) -> list[Row]:
        """Replies of a thread strictly between two times, oldest first, without the message they answer."""
        rows = self._db.execute(
            "SELECT body, metadata FROM messages WHERE channel = ? AND thread_ts = ? AND ts > ? AND ts < ?"
            " ORDER BY ts LIMIT ?",
            (channel, thread_ts, after, before, limit),
        )
        return [Row(*row) for row in rows]

    def replied(self, channel: str, thread_ts: str) -> tuple[int, str, list[str]]:
        """How many replies a thread has, when the latest came, and who replied, first come first."""
        rows = self._db.execute(
            "SELECT author, count(*), max(ts) FROM messages WHERE channel = ? AND thread_ts = ?"
            " GROUP BY author ORDER BY min(ts)",
            (channel, thread_ts),
        ).fetchall()
        return sum(row[1] for row in rows), max((row[2] for row in rows), default=""), [row[0] for row in rows]

    def latest(self, channel: str) -> str | None:
        """The time of the channel's newest top-level message."""
        found = self._db.execute("SELECT max(ts) FROM messages WHERE channel = ? AND top = 1", (channel,)).fetchone()
        return found[0] if found else None

    def newest_ts(self) -> str | None:
        """The newest time of any message, so that later ones come after it."""
        found = self._db.execute("SELECT max(ts) FROM messages").fetchone()
        return found[0] if found else None
