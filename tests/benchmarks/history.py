"""A long history for many customers, made inside the database: conversations with their posts and outcomes.

The bodies are those that the domain itself makes of a conversation (see `population`); the database writes numbers and
ids into them. Trails, cards and timers are left out: the record of a customer does not read them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.domain.conversation import State
from bot.domain.outcome import OutcomeKind
from bot.domain.people import PersonRef
from tests.benchmarks.company import DEPARTMENTS
from tests.benchmarks.population import COLUMNS, Kind, Shape, _post_template
from tests.benchmarks.posts import ACCOUNT, NETWORKS, text

POSTS = 4
"""Posts of a conversation."""

_OPENED = 1_600_000_000_000_000
"""When the first one was opened, in microseconds; the others follow by a minute each."""

_MINUTE = 60_000_000
_ISO = "2020-09-13T12:26:40"


def statements(posts: int, customers: int, holders: Sequence[PersonRef], *, sqlite: bool) -> Iterator[str]:
    """SQL that makes so many posts, in conversations of `POSTS` each; some customers write often, most hardly ever."""
    count, kinds = max(1, posts // POSTS), _kinds()
    chance = random.Random(13)
    for at, kind in enumerate(kinds):
        shape = Shape.of(kind, holders[at % len(holders)])
        numbers = _numbers(at + 1, count, len(kinds), customers, sqlite=sqlite)
        yield _conversations(shape, numbers)
        said = _post_template(kind.network, text(chance))
        yield _posts(kind, said, numbers)
        if shape.past is not None:
            body = _filled(shape.past)
            yield (
                f"INSERT INTO outcomes (key, customer_id, number, body) SELECT 'B-' || n, c, n, {body} FROM {numbers}"
            )
    yield f"INSERT INTO counters (name, value) VALUES ('conversation', {count})"


def _kinds() -> list[Kind]:
    """Resolved ones of every outcome on several networks, and some that are open."""
    resolved = [
        Kind(State.RESOLVED, NETWORKS[at % len(NETWORKS)], DEPARTMENTS[at % len(DEPARTMENTS)], outcome, 1)
        for at, outcome in enumerate(OutcomeKind)
    ]
    return [*resolved, Kind(State.WAITING, NETWORKS[0], DEPARTMENTS[0], None, 1)]


def _numbers(first: int, last: int, step: int, customers: int, *, sqlite: bool) -> str:
    """The conversations of a kind: `n`, the customer's id `c`, and their place among all `a`."""
    share = "((n * 2654435761) % 4294967296) / 4294967296.0"
    if sqlite:
        place, id_ = f"CAST({customers} * {share} * {share} AS INTEGER)", "'01J' || printf('%023d', a)"
        series = (
            f"(WITH RECURSIVE g(n) AS (SELECT {first} UNION ALL SELECT n + {step} FROM g WHERE n + {step} <= {last}) "
            "SELECT n FROM g)"
        )
    else:
        place, id_ = f"floor({customers} * {share} * {share})::bigint", "'01J' || lpad(a::text, 23, '0')"
        series = f"(SELECT generate_series({first}::bigint, {last}, {step}) AS n) AS g"
    return f"(SELECT n, a, {id_} AS c FROM (SELECT n, {place} AS a FROM {series}) AS placed) AS made"


def _conversations(shape: Shape, numbers: str) -> str:
    values = []
    for column in COLUMNS["conversations"]:
        if column == "number":
            values.append("n")
        elif column == "customer_id":
            values.append("c")
        elif column == "body":
            values.append(_filled(shape.body))
        elif column in shape.times:
            values.append(f"{_OPENED} + n * {_MINUTE} + {shape.times[column]}")
        else:
            values.append(_literal(shape.columns[column]))
    names = ", ".join(COLUMNS["conversations"])
    return f"INSERT INTO conversations ({names}) SELECT {', '.join(values)} FROM {numbers}"


def _posts(kind: Kind, said: str, numbers: str) -> str:
    each = " UNION ALL ".join(f"SELECT {j} AS j" for j in range(POSTS))
    values = [
        _literal(kind.network), _literal(ACCOUNT), f"'seed-' || (n * {POSTS} + j)", "'bench'",
        f"{_OPENED} + n * {_MINUTE} + j", "n", "c", "0", _filled(said),
    ]  # fmt: skip
    # Numbers rise with the conversation, so that a conversation's posts do not all lie side by side.
    return (
        f"INSERT INTO posts ({', '.join(COLUMNS['posts'])}) SELECT {', '.join(values)} "
        f"FROM ({each}) AS of_each CROSS JOIN {numbers}"
    )


_PLACES = {"number": "n", "customer": "c", "post": f"(n * {POSTS})", "next_post": f"(n * {POSTS} + 1)", "author": "a"}


def _filled(template: str) -> str:
    """A template of `population` as an expression of SQL."""
    body = template.replace("%(at)d", "%(post)d").replace("%(time)s", _ISO)
    for each in (0, 30, 600, 3_600, 15_000, 11_400):
        body = body.replace(f"%(t{each})s", datetime.fromtimestamp(1_600_000_000 + each, UTC).isoformat()[:19])
    expression = _literal(body.replace("%%", "%"))
    for name, place in _PLACES.items():
        for mark in (f"%({name})d", f"%({name})s"):
            if mark in body:
                expression = f"replace({expression}, '{mark}', CAST({place} AS TEXT))"
    return expression


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    quoted = str(value).replace("'", "''")
    return f"'{quoted}'"
