"""However the deliveries of a network and of two tools fall among each other, one post comes of it, and the network's last word."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.post import Post, SourceEvent
from tests.handlers.company import Company, changed
from tests.handlers.test_other_ways import AT, WORDS, deliver, own, told

POSTS = 6


def network(number: int, chance: random.Random) -> tuple[list[Post | SourceEvent], str | None]:
    """What the network delivers of one post, in its order, and what it says in the end; None where the post is gone."""
    id_ = f"{number}000"
    url = f"https://x.com/maya/status/{id_}"
    said: list[Post | SourceEvent] = [own(id_, f"{WORDS} {number}", url=url)]
    words = f"{WORDS} {number}"
    for edit in range(chance.randrange(3)):
        words = f"Edited {edit} times {number}"
        at = AT + timedelta(hours=edit + 1)
        said.append(changed("edited", own(id_, url=url, edited_at=at), words))
    if chance.random() < 0.25:
        return [*said, changed("deleted", own(id_))], None
    return said, words


def tool(number: int, name: str, chance: random.Random) -> list[Post | SourceEvent]:
    """What a tool delivers of it: under the network's id or its own, cut, and once more what it read long ago."""
    by_address = chance.random() < 0.5
    id_ = f"{name}:{number}" if by_address else f"{number}000"
    words = f"{WORDS} {number}"[: 40 if chance.random() < 0.5 else None]
    url = f"https://twitter.com/maya/status/{number}000?s={chance.randrange(9)}"
    first = told(id_, words, name, url=url)
    said: list[Post | SourceEvent] = [first]
    if chance.random() < 0.5:
        said.append(changed("edited", first, f"{WORDS} {number}", revision="echo"))
    if chance.random() < 0.5:
        said.append(changed("metrics", first, metrics={"reach": number}, revision="counts"))
    return said


def among_each_other(streams: Sequence[list[Post | SourceEvent]], chance: random.Random) -> list[Post | SourceEvent]:
    """One stream of them all; each keeps its own order."""
    left = [list(stream) for stream in streams if stream]
    mixed = []
    while left:
        stream = chance.choice(left)
        mixed.append(stream.pop(0))
        left = [each for each in left if each]
    return mixed


@pytest.mark.parametrize("seed", range(8))
async def test_one_post_comes_of_it_and_the_networks_last_word(either_company: Company, seed: int) -> None:
    company, chance = either_company, random.Random(seed)
    streams, ends = [], {}
    for number in range(1, POSTS + 1):
        said, ends[f"{number}000"] = network(number, chance)
        streams += [said, *(tool(number, name, chance) for name in ("brandwatch", "meltwater"))]
    for each in among_each_other(streams, chance):
        await deliver(company, each)
        if chance.random() < 0.4:
            company.clock.move(timedelta(seconds=30))
            await company.hear()
    await company.hear()
    async with company.storage.reading() as uow:
        counts = await uow.counts()
        posts = [each for number in range(1, counts.conversations + 1) for each in await uow.posts.of(number)]
    shown = {each.post.external_id: each for each in posts if each.deleted_at is None}
    assert len(posts) == len({each.post.external_id for each in posts}), "none has two conversations"
    assert {id_: each.post.text for id_, each in shown.items()} == {id_: end for id_, end in ends.items() if end}
    assert all(set(each.post.also) == {"brandwatch", "meltwater"} for each in shown.values())
    assert all((each.source, each.post.via, each.post.account) == ("x", None, "acme") for each in shown.values())
    assert counts.posts == POSTS
