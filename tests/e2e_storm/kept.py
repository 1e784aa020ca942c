"""What the bot keeps, read from its SQLite file as anyone could, by SQL of the tests' own."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SECOND = 1_000_000


@dataclass(frozen=True)
class Urgent:
    """A conversation that cannot wait: since when, whom it says the same as, and its card on the floor, if it has one."""

    number: int
    since: float
    echo_of: int | None
    card: str | None


@dataclass(frozen=True)
class Kept:
    """The store of a bot in this folder."""

    folder: Path

    def ask(self, question: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        """The rows of a question."""
        file = f"file:{self.folder / 'baton.db'}?mode=ro"
        with closing(sqlite3.connect(file, uri=True, timeout=10)) as connection:
            return connection.execute(question, values).fetchall()

    def one(self, question: str, *values: Any) -> Any:
        """The only value of a question."""
        return self.ask(question, *values)[0][0]

    def posts(self) -> Counter[tuple[str, str]]:
        """How often each post is there."""
        return Counter(
            {
                (network, post): many
                for network, post, many in self.ask(
                    "SELECT network, external_id, count(*) FROM posts GROUP BY network, external_id"
                )
            }
        )

    def unheard(self) -> int:
        """Posts that belong to no conversation yet."""
        return int(self.one("SELECT count(*) FROM posts WHERE conversation IS NULL"))

    def heard_until(self) -> float:
        """When the last change of a conversation happened."""
        return int(self.one("SELECT max(changed_at) FROM conversations")) / _SECOND

    def conversations_of(self, external_ids: Sequence[str]) -> dict[str, int]:
        """In which conversation each post is."""
        marks = ",".join("?" * len(external_ids))
        return dict(
            self.ask(f"SELECT external_id, conversation FROM posts WHERE external_id IN ({marks})", *external_ids)
        )

    def urgent(self) -> list[Urgent]:
        """Every conversation that cannot wait, since it was found out."""
        rows = self.ask(
            """
            SELECT c.number, c.echo_of, p.message, min(t.at)
            FROM conversations c
            JOIN trail t ON t.number = c.number AND json_extract(t.body, '$.urgent')
            LEFT JOIN postings p ON p.number = c.number AND p.surface = 'floor' AND p.message IS NOT NULL
            WHERE c.urgent
            GROUP BY c.number
            """
        )
        return [Urgent(number, at / _SECOND, echo_of, card) for number, echo_of, card, at in rows]

    def rolled_up(self, column: str = "network") -> Counter[str]:
        """Conversations that are rolled up on the floor, by what is in a column."""
        rows = self.ask(
            f"SELECT c.{column}, count(*) FROM postings p JOIN conversations c ON c.number = p.number"
            " WHERE p.surface = 'floor' AND p.rollup IS NOT NULL GROUP BY 1"
        )
        return Counter({str(name): many for name, many in rows if name is not None})

    def rolled_up_urgent(self) -> set[int]:
        """Those of them that cannot wait."""
        rows = self.ask(
            "SELECT c.number FROM postings p JOIN conversations c ON c.number = p.number"
            " WHERE p.surface = 'floor' AND p.rollup IS NOT NULL AND c.urgent"
        )
        return {number for (number,) in rows}

    def echoes(self, number: int) -> int:
        """How many conversations say the same as this one."""
        return int(self.one("SELECT count(*) FROM conversations WHERE echo_of = ?", number))

    def echoes_of_rolled_up(self) -> int:
        """How many conversations say the same as one that is rolled up."""
        return int(
            self.one(
                "SELECT count(*) FROM conversations e JOIN postings p ON p.number = e.echo_of"
                " WHERE p.surface = 'floor' AND p.rollup IS NOT NULL"
            )
        )

    def in_a_crisis(self) -> int:
        """Conversations that belong to the crisis, those among them that say the same as another one."""
        theirs = "(SELECT number FROM crisis_conversations)"
        return int(self.one(f"SELECT count(*) FROM conversations WHERE number IN {theirs} OR echo_of IN {theirs}"))
