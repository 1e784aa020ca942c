"""What was learned from conversations, counted by steps, so that several replicas may learn at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Float, bindparam, case, delete, func, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.learning import MOST_POSTS, MOST_WORDS
from bot.ports import Lessons, Taught
from storage.engine import NOTHING, Connection, binds
from storage.tables import learned_from, learned_posts, learned_words

LOOK_EVERY = 100
"""After so many lessons of a department it is looked whether there are too many words."""

AT_ONCE = 5_000
"""Counts that are read at a time where all are."""

_delta: BindParameter[float] = bindparam("delta", type_=Float)
_department: BindParameter[str] = bindparam("department", type_=learned_posts.c.department.type)
_less = literal_column("0.001", Float)
"""Less than this is nothing: what was counted and taken back."""

OF = select(learned_from.c.department, learned_from.c.posts).where(learned_from.c.number == bindparam("number"))
_note = insert(learned_from).values(binds("number", "department", "posts"))
NOTE = _note.on_conflict_do_update(
    index_elements=["number"], set_={"department": _note.excluded.department, "posts": _note.excluded.posts}
)
UNNOTE = delete(learned_from).where(learned_from.c.number == bindparam("number"))

_sum = learned_posts.c.posts + _delta
_count = insert(learned_posts).values(binds("department", "posts") | {"lessons": literal_column("1")})
COUNT = _count.on_conflict_do_update(
    index_elements=["department"],
    set_={
        "posts": case((_sum > 0, _sum), else_=literal_column("0", Float)),
        "lessons": learned_posts.c.lessons + literal_column("1"),
    },
).returning(learned_posts.c.lessons)
_add = insert(learned_words).values(binds("word", "department", "posts"))
ADD = _add.on_conflict_do_update(
    index_elements=["word", "department"], set_={"posts": learned_words.c.posts + _add.excluded.posts}
)
_its = (learned_words.c.word == bindparam("its_word"), learned_words.c.department == bindparam("its_department"))
TAKE_BACK = update(learned_words).values(posts=learned_words.c.posts - bindparam("less", type_=Float)).where(*_its)
DROP_EMPTY = delete(learned_words).where(*_its, learned_words.c.posts < _less)

TAUGHT = select(learned_posts.c.department, learned_posts.c.posts, learned_posts.c.lessons)
WORDS = (
    select(learned_words.c.word, learned_words.c.department, learned_words.c.posts)
    .where(tuple_(learned_words.c.word, learned_words.c.department) > tuple_(bindparam("word"), _department))
    .order_by(learned_words.c.word, learned_words.c.department)
    .limit(bindparam("limit"))
)
KNOWN = select(learned_words.c.department, func.count()).group_by(learned_words.c.department)

DROP_WORDS = delete(learned_words)

ALL_POSTS = select(func.sum(learned_posts.c.posts))
FADE = (
    update(learned_posts).values(posts=learned_posts.c.posts / 2, lessons=learned_posts.c.lessons + 1),
    update(learned_words).values(posts=learned_words.c.posts / 2),
    # What was seen once and long ago goes.
    delete(learned_words).where(learned_words.c.posts < literal_column("0.25", Float)),
)
ALL_WORDS = select(func.count(learned_words.c.word.distinct()))
DROP_RAREST = delete(learned_words).where(
    learned_words.c.word.in_(
        select(learned_words.c.word)
        .group_by(learned_words.c.word)
        .order_by(func.sum(learned_words.c.posts), learned_words.c.word)
        .limit(bindparam("many"))
    )
)
RESET = (
    delete(learned_words).where(learned_words.c.department == bindparam("its_department")),
    delete(learned_from).where(learned_from.c.department == bindparam("its_department")),
    update(learned_posts)
    .values(posts=literal_column("0", Float), lessons=learned_posts.c.lessons + literal_column("1"))
    .where(learned_posts.c.department == bindparam("its_department")),
)


class StoredLessons(Lessons):
    """See `bot.ports.Lessons`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, number: int) -> tuple[str, float] | None:
        """The department that a conversation has been counted for, and as how much of a post."""
        row = await self._connection.one(OF, {"number": number})
        return (str(row[0]), float(row[1])) if row is not None else None

    async def teach(self, number: int, words: Collection[int], department: str | None, weight: float) -> None:
        """Count a conversation's words for a department, instead of what it was counted for before."""
        before = await self.of(number)
        steps: dict[str, float] = {before[0]: -before[1]} if before is not None else {}
        if department is None:
            self._connection.later(UNNOTE, {"number": number})
        else:
            steps[department] = steps.get(department, 0.0) + weight
            self._connection.later(NOTE, {"number": number, "department": department, "posts": weight})
        # In one order everywhere, so that no two replicas wait for each other.
        for key in sorted(steps):
            if steps[key]:
                await self._count(sorted(words), key, steps[key])

    async def taught(self) -> Mapping[str, Taught]:
        """What departments were taught."""
        rows = await self._connection.all(TAUGHT)
        return {department: Taught(posts, lessons) for department, posts, lessons in rows}

    async def words(self, after: tuple[int, str], limit: int) -> Sequence[tuple[int, str, float]]:
        """Words in order, from the one behind `after` on."""
        values = {"word": after[0], "department": after[1], "limit": limit}
        return [(word, department, posts) for word, department, posts in await self._connection.all(WORDS, values)]

    async def known(self) -> Mapping[str, int]:
        """How many words are known of each department."""
        return {str(department): int(words) for department, words in await self._connection.all(KNOWN)}

    async def number_anew(self, anew: Callable[[int], int]) -> None:
        """Keep every word under another number; words that get the same one are counted together."""
        counts: defaultdict[tuple[int, str], float] = defaultdict(float)
        after = (-1, "")
        while rows := await self.words(after, AT_ONCE):
            for word, department, posts in rows:
                counts[anew(word), department] += posts
            after = rows[-1][:2]
        self._connection.later(DROP_WORDS, NOTHING)
        if counts:
            made = [{"word": word, "department": key, "posts": posts} for (word, key), posts in sorted(counts.items())]
            self._connection.later_many(ADD, made)

    async def reset(self, department: str | None = None) -> None:
        """Forget what was learned of a department, or everything."""
        for key in await self.taught() if department is None else (department,):
            for statement in RESET:
                self._connection.later(statement, {"its_department": key})

    async def _count(self, words: Sequence[int], department: str, delta: float) -> None:
        counted = await self._connection.one(
            COUNT, {"department": department, "posts": max(0.0, delta), "delta": delta}
        )
        rows: list[dict[str, Any]]
        if delta > 0:
            rows = [{"word": word, "department": department, "posts": delta} for word in words]
            self._connection.later_many(ADD, rows)
        else:
            rows = [{"its_word": word, "its_department": department} for word in words]
            self._connection.later_many(TAKE_BACK, [row | {"less": -delta} for row in rows])
            self._connection.later_many(DROP_EMPTY, rows)
        await self._bound(int(counted[0]) if counted is not None else 0)

    async def _bound(self, lessons: int) -> None:
        """As `bot.domain.learning` does: what is long ago fades, and the rarest words go."""
        posts = await self._connection.one(ALL_POSTS)
        if posts is not None and posts[0] is not None and posts[0] > MOST_POSTS:
            for statement in FADE:
                self._connection.later(statement, NOTHING)
        if lessons % LOOK_EVERY:
            return
        words = await self._connection.one(ALL_WORDS)
        if words is not None and words[0] > MOST_WORDS:
            self._connection.later(DROP_RAREST, {"many": words[0] - MOST_WORDS + MOST_WORDS // 10})
