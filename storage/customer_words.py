"""The words of customers' names, and who bears a name that was typed with a mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Integer, bindparam, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from storage.engine import Among, Connection, binds
from storage.names import BEGINNING, pieces, resembling
from storage.tables import customer_words, word_pieces

MOST_VARIANTS = 8
"""Words of the vocabulary that one typed word may stand for."""

MOST_CANDIDATES = 100
"""Customers that are compared in full; more of one name cannot be told apart by it anyway."""

_LAST = "\U0010ffff"
"""Sorts behind every letter."""

_COMMON = 5000
"""From here on it does not matter how common a word is: of two such words some customers soon turn up who bear both."""

KNOWN_WORD = select(word_pieces.c.word).where(
    word_pieces.c.piece == bindparam("piece"), word_pieces.c.word == bindparam("word")
)
ADD_PIECE = insert(word_pieces).values(binds("piece", "word")).on_conflict_do_nothing()
ADD_WORD = insert(customer_words).values(binds("word", "customer_id")).on_conflict_do_nothing()

VARIANTS = select(word_pieces.c.word).where(Among(word_pieces.c.piece, "pieces")).limit(5000)
LONGER = (
    select(word_pieces.c.word)
    .where(
        word_pieces.c.piece >= bindparam("begins"),
        word_pieces.c.piece < bindparam("begins_end"),
        word_pieces.c.word >= bindparam("first"),
        word_pieces.c.word < bindparam("last"),
    )
    .distinct()
    .limit(MOST_VARIANTS)
)

_bearer = customer_words.alias("bearer")
_other = customer_words.alias("other")
BEARERS = select(_bearer.c.customer_id).where(_bearer.c.word == bindparam("word")).limit(MOST_CANDIDATES)
BEARERS_OF_BOTH = (
    select(_bearer.c.customer_id)
    .where(
        Among(_bearer.c.word, "words"),
        exists().where(_other.c.customer_id == _bearer.c.customer_id, Among(_other.c.word, "others")),
    )
    .distinct()
    .limit(MOST_CANDIDATES)
)
HOW_COMMON = select(func.count()).select_from(
    select(literal_column("1", Integer))
    .select_from(customer_words)
    .where(Among(customer_words.c.word, "words"))
    .limit(_COMMON)
    .subquery()
)


async def learn(connection: Connection, words: Mapping[str, Sequence[str]]) -> None:
    """Note the words of customers' names, by customer id."""
    every = sorted({word for its in words.values() for word in its})
    asked = [{"piece": word[:BEGINNING], "word": word} for word in every]
    known = {word for (word,) in await connection.many(KNOWN_WORD, asked)}
    # In one order everywhere: two transactions that learn the same words wait for each other, but never in a circle.
    connection.later_many(
        ADD_PIECE, [{"piece": piece, "word": word} for word in every if word not in known for piece in pieces(word)]
    )
    # In the order of their table, which many new names at once reach page by page.
    borne = sorted((word, id_) for id_, its in words.items() for word in its)
    connection.later_many(ADD_WORD, [{"word": word, "customer_id": id_} for word, id_ in borne])


async def bearers(connection: Connection, typed: Sequence[str]) -> list[str]:
    """Customers whose names may be meant by the typed words: by two of them if there are such, else by any."""
    variants = [each for each in [await _variants(connection, word) for word in typed[:4]] if each]
    if not variants:
        return []
    if len(variants) > 1:
        common = await connection.several(*((HOW_COMMON, {"words": each}) for each in variants))
        # The rarest words first: the fewer there are to begin with, the fewer have to be looked at.
        order = sorted(range(len(variants)), key=lambda at: common[at][0][0])
        variants = [variants[at] for at in order]
        rows = await connection.all(BEARERS_OF_BOTH, {"words": variants[0], "others": variants[1]})
        if rows:
            return [customer_id for (customer_id,) in rows]
    likeliest = [word for at in range(MOST_VARIANTS) for each in variants for word in each[at : at + 1]]
    found = await connection.several(*((BEARERS, {"word": word}) for word in likeliest))
    return list(dict.fromkeys(customer_id for rows in found for (customer_id,) in rows))[:MOST_CANDIDATES]


async def _variants(connection: Connection, typed: str) -> list[str]:
    """Words of the vocabulary: those a typo or two away, the likeliest first, and those that begin as typed."""
    begins = typed[:BEGINNING]
    near, longer = await connection.several(
        (VARIANTS, {"pieces": pieces(typed)}),
        (LONGER, {"begins": begins, "begins_end": begins + _LAST, "first": typed, "last": typed + _LAST}),
    )
    close = resembling(typed, (word for (word,) in near), MOST_VARIANTS)
    begun = [word for (word,) in longer] if len(typed) >= 3 else []
    return list(dict.fromkeys([*close, *begun]))[:MOST_VARIANTS]
