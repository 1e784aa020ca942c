"""Goes through made-up people as Baton meets them, and measures what joins by itself, what is proposed, and what is missed.

Colleagues are taken to accept what is right and to refuse what is not, the likeliest first; whoever was joined is then
compared again as the one they are. So it is in use, where one proposal at a time stands on a customer's card.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations

from bot.domain.evidence import Commonness, Likeness
from bot.domain.identity import Known, Traits, keys_of, mentioned_in, traits, united, words_in
from bot.domain.likenesses import Verdict, judge, shared_by
from tests.identity.people import People

BLOCK = 60
"""Customers that a key leads to at most; the store has the same bound."""


@dataclass(slots=True)
class Score:
    """What came of one seed. Pairs are pairs of customers."""

    customers: int
    true_pairs: int = 0
    joined: int = 0
    joined_right: int = 0
    proposed: int = 0
    proposed_right: int = 0
    reached: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def join_precision(self) -> float:
        """Of the pairs that were joined, through others too, those that are one."""
        return self.joined_right / max(self.joined, 1)

    @property
    def proposal_precision(self) -> float:
        """Of what was proposed, what is right."""
        return self.proposed_right / max(self.proposed, 1)

    @property
    def recall(self) -> float:
        """Of the pairs that are one, those that are together once colleagues have accepted what is right."""
        return self.reached / max(self.true_pairs, 1)

    def __str__(self) -> str:
        return (
            f"{self.customers} customers, {self.true_pairs} pairs that are one · joined {self.joined}, right"
            f" {self.join_precision:.2%} · proposed {self.proposed}, right {self.proposal_precision:.2%}"
            f" · found of all {self.recall:.2%}"
        )


class _World:
    """Customers as the store keeps them: joined ones are compared as one, and found by the keys of all."""

    def __init__(self, people: People) -> None:
        self.own = {
            made.known.id: replace(made.known, mentioned=mentioned_in(list(made.texts))) for made in people.made
        }
        self.truth = {made.known.id: made.who for made in people.made}
        self.root = {each: each for each in self.own}
        self.members: dict[str, list[str]] = {}
        self.by_key: dict[str, list[str]] = defaultdict(list)
        self.words: dict[str, int] = defaultdict(int)
        self.traits: dict[str, Traits] = {}

    def meet(self, id_: str) -> None:
        self.members[id_] = [id_]
        mine = self.traits[id_] = traits(self.own[id_])
        for key in keys_of(mine):
            self.by_key[key].append(id_)
        for word in words_in(mine):
            self.words[word] += 1

    def join(self, one: str, other: str) -> None:
        kept, lost = sorted((self.root[one], self.root[other]))
        for each in self.members.pop(lost):
            self.root[each] = kept
            self.members[kept].append(each)
        del self.traits[lost]
        self.traits[kept] = traits(united(kept, [self.own[each] for each in self.members[kept]]))

    def judge(self, root: str, refused: Iterable[str] = ()) -> list[Verdict]:
        keys = {key for member in self.members[root] for key in keys_of(traits(self.own[member]))}
        bearers = {key: self.by_key[key][:BLOCK] for key in keys}
        found = {self.root[each] for some in bearers.values() if len(some) < BLOCK for each in some} | {root}
        around = [self.traits[each] for each in sorted(found)]
        words = {word: self.words[word] for each in around for word in words_in(each)}
        borne = {key: len(some) for key, some in bearers.items()}
        common = Commonness(len(self.own), words, borne, shared_by(around))
        return judge(self.traits[root], around, common, {self.root[each] for each in refused})

    def told(self, one: str, other: str) -> str:
        return f"{_told(self.traits[self.root[one]].known)} / {_told(self.traits[self.root[other]].known)}"


def _told(known: Known) -> str:
    handles = ", ".join(f"{i.network}:{i.handle}" for i in known.identities)
    return f"{known.name} [{handles}]{' imported' if known.imported else ''}"


def measure(people: People) -> Score:
    """Everybody is met one after the other; then colleagues answer what is proposed."""
    world, score = _World(people), Score(len(people.made))
    for made in people.made:
        world.meet(made.known.id)
        while (verdicts := world.judge(world.root[made.known.id])) and verdicts[0].likeness.exact:
            if made.who != world.truth[verdicts[0].other]:
                score.wrong.append(
                    f"joined, {verdicts[0].likeness.reason}: {world.told(made.known.id, verdicts[0].other)}"
                )
            world.join(made.known.id, verdicts[0].other)
    for members in world.members.values():
        for one, other in combinations(members, 2):
            score.joined += 1
            score.joined_right += world.truth[one] == world.truth[other]
    _answer(world, score)
    for one, other in _pairs(world.truth):
        score.true_pairs += 1
        if world.root[one] == world.root[other]:
            score.reached += 1
        else:
            score.missed.append(world.told(one, other))
    return score


def _pairs(truth: dict[str, int]) -> Iterable[tuple[str, str]]:
    same: dict[int, list[str]] = defaultdict(list)
    for each, who in truth.items():
        same[who].append(each)
    return (pair for some in same.values() for pair in combinations(some, 2))


def _answer(world: _World, score: Score) -> None:
    refused: dict[str, set[str]] = defaultdict(set)
    waiting = sorted(world.members)
    while waiting:
        proposed: dict[tuple[str, str], Likeness] = {}
        for root in waiting:
            not_them = {each for member in world.members[root] for each in refused[member]}
            for verdict in world.judge(root, not_them)[:1]:
                proposed[min(root, verdict.other), max(root, verdict.other)] = verdict.likeness
        for (one, other), likeness in sorted(proposed.items(), key=lambda item: -item[1].bits):
            if world.root[one] != one or world.root[other] != other:
                continue  # one of them was joined in the meantime, and is compared again
            score.proposed += 1
            if world.truth[one] == world.truth[other]:
                score.proposed_right += 1
                world.join(one, other)
            else:
                refused[one].add(other)
                refused[other].add(one)
                score.wrong.append(f"proposed, {likeness.confidence:.2f} {likeness.reason}: {world.told(one, other)}")
        waiting = sorted({world.root[one] for pair in proposed for one in pair})
