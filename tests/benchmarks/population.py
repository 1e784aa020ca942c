"""A large store, made up as rows: customers with their identities and purchases, and conversations from their first post
to their outcome.

Each kind of conversation is made once by the domain itself; what differs between two of a kind (numbers, ids, times) is
then put into its text. So rows come quickly, and read back as if Baton had written them one by one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.conversation import State
from bot.domain.customer import PastConversation
from bot.domain.events import Claimed, CustomerWrote, Event, Opened, Resolved, WaitingForCustomer
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import PersonRef
from bot.domain.policy import Lease, Policies
from bot.domain.post import Author, Post
from bot.domain.replay import replay
from storage.bodies import write_event, write_past, write_post
from storage.conversations import columns_of, concern_rows, trail_row
from storage.moments import stamp
from storage.names import pieces, words_of
from tests.benchmarks.company import DEPARTMENTS, FLOOR
from tests.benchmarks.posts import ACCOUNT, NETWORKS, name, text

Rows = dict[str, list[tuple[Any, ...]]]
"""Rows by table, in the order of `COLUMNS`."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customers": ("id", "name", "since", "attributes", "created_at"),
    "identities": (
        "customer_id", "network", "external_id", "handle", "norm", "display_name", "followers", "verified",
        "profile_url", "seen_at",
    ),
    "purchases": ("customer_id", "key", "what", "at", "amount", "currency"),
    "customer_words": ("word", "customer_id"),
    "word_pieces": ("piece", "word"),
    "conversations": (
        "number", "version", "state", "urgent", "crisis", "rung", "customer_id", "network", "account", "holder_id",
        "holder_department", "asked_person", "asked_department", "outcome", "opened_at", "floor_since",
        "last_post_at", "first_human_at", "changed_at", "snoozed_until", "resolved_at", "department",
        "first_answer_at", "changed", "resolved_department", "filed", "body",
    ),
    "posts": (
        "network", "account", "external_id", "source", "heard_at", "conversation", "customer_id", "version", "body",
    ),
    "trail": ("number", "seq", "kind", "at", "by_id", "by_department", "body"),
    "timers": ("number", "kind", "due_at"),
    "concerns": ("number", "department", "urgent", "crisis"),
    "outcomes": ("key", "customer_id", "number", "body"),
    "postings": ("id", "number", "surface", "channel", "message", "shown"),
    "counters": ("name", "value"),
}  # fmt: skip

CHUNK = 20_000
_SECOND = 1_000_000
_WANTED = ("a refund", "it in green", "an answer", "a new parcel", "the invoice", "to say thank you")


def customer_id(at: int) -> str:
    """The id of the customer with this place among all."""
    return f"01J{at:023d}"


def customers(count: int, now: datetime) -> Iterator[Rows]:
    """All customers; the words of their names come last, as they stand in their table."""
    chance, created = random.Random(11), stamp(now - timedelta(days=800))
    bearers: dict[str, list[str]] = {}
    for start in range(0, count, CHUNK):
        rows: Rows = {"customers": [], "identities": [], "purchases": []}
        for at in range(start, min(count, start + CHUNK)):
            _customer(rows, bearers, at, chance, created + at * _SECOND)
        yield rows
    words = sorted(bearers)
    yield {"word_pieces": sorted({(piece, word) for word in words for piece in pieces(word)})}
    for start in range(0, len(words), 500):
        yield {"customer_words": [(word, id_) for word in words[start : start + 500] for id_ in bearers[word]]}


_words: dict[str, list[str]] = {}


def _customer(rows: Rows, bearers: dict[str, list[str]], at: int, chance: random.Random, created: int) -> None:
    first, last = name(chance)
    id_, full, network = customer_id(at), f"{first} {last}", NETWORKS[at % len(NETWORKS)]
    known = at % 3 == 0
    attributes = '{"tier":"gold","city":"Lyon","languages":"French"}' if known else "{}"
    rows["customers"].append((id_, full, created if known else None, attributes, created))
    handle = f"{first}.{last}{at % 10_000}".casefold()
    url = f"https://{network}.example/{handle}"
    rows["identities"].append(
        (id_, network, f"seed-{at}", handle, handle, full, at % 5_000, False, url, created)
    )  # fmt: skip
    if known:
        email = f"{first}.{last}.{at}@example.com".casefold()
        rows["identities"].append((id_, "email", None, email, email, full, None, False, None, created))
        rows["purchases"].append((id_, f"order-{at}", "Trail 30 backpack", created, 89.5, "EUR"))
    for part in (first, last):
        if part not in _words:
            _words[part] = words_of(part)
        for word in _words[part]:
            bearers.setdefault(word, []).append(id_)


@dataclass(frozen=True)
class Kind:
    """What conversations have in common that differ only in numbers, ids and times."""

    state: State
    network: str
    department: str | None
    outcome: OutcomeKind | None
    posts: int


# Stand-ins: what is to be replaced in a kind's texts. Times are whole seconds apart from `_OPENED`.
_NUMBER, _CUSTOMER, _FIRST_POST, _SECOND_POST = 987_654_321, "its-customer", "its-first-post", "its-second-post"
_OPENED = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
_WROTE, _CLAIMED, _ENDED = 30, 600, 3_600
_LEASE = Lease(until=_OPENED + timedelta(seconds=15_000), warn_at=_OPENED + timedelta(seconds=11_400))
_TIMES = (0, _WROTE, _CLAIMED, _ENDED, 15_000, 11_400)
_MARKS = {
    str(_NUMBER): "%(number)d",
    _CUSTOMER: "%(customer)s",
    _FIRST_POST: "%(post)d",
    _SECOND_POST: "%(next_post)d",
    **{(_OPENED + timedelta(seconds=each)).isoformat()[:19]: f"%(t{each})s" for each in _TIMES},
}


def _template(written: str) -> str:
    written = written.replace("%", "%%")
    for mark, place in _MARKS.items():
        written = written.replace(mark, place)
    return written


@dataclass
class Shape:
    """The rows of a kind, ready to be filled in."""

    columns: dict[str, Any]
    body: str
    trail: list[tuple[dict[str, Any], int, str]]
    timers: list[tuple[str, int]]
    concerns: list[str]
    past: str | None
    times: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: Kind, holder: PersonRef) -> Shape:
        """Play one conversation of the kind through."""
        events = list(_events(kind, holder))
        conversation = replay(events)
        columns = columns_of(conversation)
        timers = [(timer.value, _after(at)) for timer, at in conversation.timers(Policies()).items()]
        past = None
        if kind.outcome is not None:
            past = _template(write_past(_past(kind, holder)))
        return cls(
            columns=columns,
            body=_template(columns["body"]),
            trail=[
                (dict(trail_row(_NUMBER, seq, event)), _after(event.at), _template(write_event(event)))
                for seq, event in enumerate(events, 1)
            ],
            timers=timers,
            concerns=[row["department"] for row in concern_rows(conversation)],
            past=past,
            times={name: value - stamp(_OPENED) for name, value in columns.items() if _is_time(name, value)},
        )


def _is_time(name: str, value: object) -> bool:
    return value is not None and (name.endswith("_at") or name == "floor_since")


def _after(at: datetime) -> int:
    return round((at - _OPENED).total_seconds())


def _at(seconds: int) -> datetime:
    return _OPENED + timedelta(seconds=seconds)


def _events(kind: Kind, holder: PersonRef) -> Iterator[Event]:
    departments = (kind.department,) if kind.department is not None else ()
    yield Opened(
        at=_OPENED, via="network", number=_NUMBER, customer_id=_CUSTOMER, network=kind.network, account=ACCOUNT,
        post_id=_FIRST_POST, departments=departments,
    )  # fmt: skip
    if kind.posts == 2:
        yield CustomerWrote(at=_at(_WROTE), via="network", post_id=_SECOND_POST)
    if kind.state is not State.FLOOR:
        yield Claimed(at=_at(_CLAIMED), by=holder, via="slack", lease=_LEASE)
    if kind.state is State.WAITING:
        yield WaitingForCustomer(at=_at(_ENDED), by=holder, via="slack")
    if kind.outcome is not None:
        outcome = Outcome(kind.outcome, _WANTED[0], "nothing")
        yield Resolved(at=_at(_ENDED), by=holder, via="slack", outcome=outcome)


def _past(kind: Kind, holder: PersonRef) -> PastConversation:
    return PastConversation(
        number=_NUMBER, network=kind.network, opened_at=_OPENED, state="resolved",
        outcome=kind.outcome.value if kind.outcome is not None else None, wanted=_WANTED[0], changed="nothing",
        who=holder.name, departments=(holder.department,) if holder.department is not None else (),
    )  # fmt: skip


def conversations(posts: int, customer_count: int, holders: Sequence[PersonRef], now: datetime) -> Iterator[Rows]:
    """Conversations with so many posts in all, spread over two years; the latest ones lie on the floor."""
    making = _Making(posts * 4 // 5, customer_count, holders, now)
    for start in range(1, making.count + 1, CHUNK):
        rows: Rows = {table: [] for table in _OF_CONVERSATIONS}
        for number in range(start, min(making.count + 1, start + CHUNK)):
            making.add(rows, number)
        yield rows
    yield {"counters": [("conversation", making.count)]}


_OF_CONVERSATIONS = ("conversations", "posts", "trail", "timers", "concerns", "outcomes", "postings")


class _Making:
    def __init__(self, count: int, customer_count: int, holders: Sequence[PersonRef], now: datetime) -> None:
        self.count = count
        self._customers = customer_count
        self._holders = holders
        self._chance = random.Random(13)
        self._shapes: dict[tuple[Kind, int], Shape] = {}
        self._post_bodies: dict[tuple[str, str], str] = {}
        self._posts = 0
        self._on_floor = count - max(count // 100, 1)
        # Whole seconds; the last one percent came within the last half hour, so that nothing of it is overdue.
        self._begin = int(now.timestamp()) - 730 * 86_400
        self._recent = int(now.timestamp()) - 1_800
        self._gap = (self._recent - 7_200 - self._begin) / count
        self._texts = [text(self._chance) for _ in range(500)]

    def add(self, rows: Rows, number: int) -> None:
        """Everything that one conversation consists of."""
        kind, holder = self._kind(number), number % len(self._holders)
        shape = self._shapes.get((kind, holder))
        if shape is None:
            shape = self._shapes[kind, holder] = Shape.of(kind, self._holders[holder])
        # Some customers write often, most hardly ever.
        author = int(self._customers * self._chance.random() ** 2)
        opened = self._opened(number)
        values: dict[str, Any] = {
            "number": number,
            "customer": customer_id(author),
            "post": self._posts + 1,
            "next_post": self._posts + 2,
            **{f"t{each}": _iso(opened + each) for each in _TIMES},
        }
        since = opened * _SECOND
        columns = shape.columns | {"number": number, "customer_id": values["customer"], "body": shape.body % values}
        columns |= {name: since + offset for name, offset in shape.times.items()}
        rows["conversations"].append(tuple([columns[name] for name in COLUMNS["conversations"]]))
        for seq, (row, after, body) in enumerate(shape.trail, 1):
            rows["trail"].append(
                (number, seq, row["kind"], since + after * _SECOND, row["by_id"], row["by_department"], body % values)
            )
        rows["timers"] += [(number, timer, since + after * _SECOND) for timer, after in shape.timers]
        rows["concerns"] += [(number, department, False, False) for department in shape.concerns]
        if shape.past is not None:
            key = f"B-{number}:{values[f't{_ENDED}']}+00:00"
            rows["outcomes"].append((key, values["customer"], number, shape.past % values))
        message = f"{1_600_000_000 + number}.000100"
        rows["postings"].append((f"01K{number:023d}", number, "floor", FLOOR, message, "seeded"))
        for at in range(kind.posts):
            self._post(rows, kind, number, author, opened + at * _WROTE)

    def _kind(self, number: int) -> Kind:
        draw = self._chance.random()
        network = NETWORKS[number % len(NETWORKS)]
        department = DEPARTMENTS[number % 7] if number % 7 < len(DEPARTMENTS) else None
        posts = 2 if number % 4 == 0 else 1
        if number > self._on_floor:
            return Kind(State.FLOOR, network, department, None, posts)
        if draw < 0.03:
            return Kind(State.WAITING, network, department, None, posts)
        return Kind(State.RESOLVED, network, department, tuple(OutcomeKind)[number % 6], posts)

    def _opened(self, number: int) -> int:
        if number > self._on_floor:
            return self._recent + 1_500 * (number - self._on_floor) // (self.count - self._on_floor)
        return self._begin + int(number * self._gap)

    def _post(self, rows: Rows, kind: Kind, number: int, author: int, heard: int) -> None:
        self._posts += 1
        said = self._chance.choice(self._texts)
        template = self._post_bodies.get((kind.network, said))
        if template is None:
            template = self._post_bodies[kind.network, said] = _post_template(kind.network, said)
        body = template % {"at": self._posts, "author": author, "time": _iso(heard)}
        rows["posts"].append(
            (
                kind.network, ACCOUNT, f"seed-{self._posts}", "bench", heard * _SECOND, number, customer_id(author), 0,
                body,
            )
        )  # fmt: skip


def _post_template(network: str, said: str) -> str:
    post = Post(
        network=network,
        account=ACCOUNT,
        external_id="its-own-id",
        author=Author(external_id="its-author", handle="its-handle", display_name="its-name", followers=120),
        text=said,
        lang="en",
        posted_at=_OPENED,
        url=f"https://{network}.example/its-own-id",
        metrics={"likes": 3},
    )
    written = write_post(post).replace("%", "%%")
    marks = {
        "its-own-id": "seed-%(at)d",
        "its-author": "seed-%(author)d",
        "its-handle": "writer%(author)d",
        "its-name": "Writer %(author)d",
        _OPENED.isoformat()[:19]: "%(time)s",
    }
    for mark, place in marks.items():
        written = written.replace(mark, place)
    return written


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _iso(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).isoformat()[:19]
