"""Who takes part in a made-up past: colleagues of each department, and customers on their networks."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Config
from bot.domain.customer import Customer, Identity
from bot.domain.ids import id_at
from bot.domain.people import PersonRef
from bot.ports import Met
from handlers.admin.history.sayings import FIRST_NAMES, LAST_NAMES, LEAVES, MOVES_TO, NETWORKS, SPEAKS_TO

SHARE_OF_MOVERS = 0.2
"""Of the customers, so many go over to another network in the course of the weeks."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A department: its people, how long they take (1: as usual), and how often something changes for it."""

    key: str
    people: tuple[PersonRef, ...]
    pace: float
    mends: float


class Staff:
    """The departments of the company. The last one is silent: nobody of it ever acts."""

    def __init__(self, config: Config, chance: random.Random) -> None:
        keys = list(config.departments)
        self.silent = keys[-1] if len(keys) > 1 else None
        self.desks: Mapping[str, Desk] = {
            key: Desk(
                key,
                tuple(
                    PersonRef(f"seed-{key}-{at}", f"{chance.choice(FIRST_NAMES)} {key.capitalize()}", key)
                    for at in range(4)
                ),
                pace=chance.uniform(0.5, 2.0),
                mends=chance.uniform(0.1, 0.45),
            )
            for key in keys
            if key != self.silent
        }
        self._keys = keys

    def suggested(self, topic: str) -> tuple[str, ...]:
        """The departments that a topic speaks to, the best first."""
        known = [key for key in SPEAKS_TO[topic] if key in self._keys]
        return tuple(known[:2]) or (self._keys[sum(map(ord, topic)) % len(self._keys)],)

    def other(self, than: str | None, chance: random.Random) -> Desk | None:
        """A department that acts, and is another one."""
        found = [desk for key, desk in self.desks.items() if key != than]
        # The first ones of the configuration are asked more often.
        return chance.choices(found, range(len(found), 0, -1))[0] if found else None


@dataclass(frozen=True, slots=True)
class Writer:
    """A customer who writes: on the first network, and from `moves_at` on only on the second."""

    id: str
    name: str
    handle: str
    followers: int
    network: str
    then: str | None
    moves_at: datetime | None
    language: str

    def network_at(self, at: datetime) -> str:
        """Where they wrote then."""
        return (
            self.then if self.then is not None and self.moves_at is not None and at >= self.moves_at else self.network
        )


def writers(count: int, base: int, begin: datetime, end: datetime, chance: random.Random) -> Sequence[Writer]:
    """So many customers; `base` keeps their handles apart from those of an earlier past."""
    return [_writer(at, base, begin, end, chance) for at in range(count)]


def _writer(at: int, base: int, begin: datetime, end: datetime, chance: random.Random) -> Writer:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    moves = chance.random() < SHARE_OF_MOVERS
    network = chance.choice(LEAVES) if moves else chance.choices(list(NETWORKS), list(NETWORKS.values()))[0]
    return Writer(
        id=id_at(int(begin.timestamp() * 1000) - 1 - at, chance.getrandbits(80)),
        name=f"{first} {last}",
        handle=f"{first}.{last}.{base}.{at}".casefold(),
        followers=int(chance.paretovariate(0.9) * 40) % 400_000,
        network=network,
        then=chance.choice(MOVES_TO) if moves else None,
        # Few at first, more towards the end.
        moves_at=begin + (end - begin) * chance.random() ** 0.6 if moves else None,
        language=chance.choices(("en", "de", "fr"), (64, 20, 16))[0],
    )


def met(writers: Sequence[Writer], begin: datetime) -> Iterator[Met]:
    """They as customers, with every name they have."""
    for at, each in enumerate(writers):
        networks = tuple(dict.fromkeys(filter(None, (each.network, each.then))))
        attributes = {"tier": "gold", "city": "Lyon"} if at % 12 == 0 else {}
        yield Met(
            Customer(each.id, each.name, attributes=attributes),
            tuple(_identity(each, network) for network in networks),
            begin - timedelta(days=at % 700),
        )


def _identity(writer: Writer, network: str) -> Identity:
    if network == "email":
        address = f"{writer.handle}@customers.example"
        return Identity("email", address, display_name=writer.name)
    return Identity(
        network, writer.handle, f"seed-{writer.handle}", writer.name, writer.followers,
        profile_url=f"https://{network}.example/{writer.handle}",
    )  # fmt: skip
