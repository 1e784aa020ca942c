"""`seed`: fills the store with a made-up past, to see what Baton shows of a company that has used it for a while."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.config import Config
from bot.errors import UserError
from bot.ports import Lived, Past
from handlers.admin.context import Context, context_of
from handlers.admin.history.lives import Chronicle
from handlers.admin.history.people import Staff, met, writers
from handlers.admin.history.posts import CAMPAIGNS, Desk
from handlers.admin.history.rhythm import Rhythm
from handlers.admin.history.wishes import Wishes

PORTION = 5_000
"""Conversations that are made and kept at a time."""

PER_CUSTOMER = 2.6
"""Conversations of a customer, on average: some write often, most hardly ever."""

Told = Callable[[int], None]


def seed(
    typed: typer.Context,
    conversations: Annotated[int, typer.Option(help="How many", min=1, max=5_000_000)] = 200_000,
    weeks: Annotated[int, typer.Option(help="Over how many weeks until now", min=1, max=520)] = 12,
    seed: Annotated[int, typer.Option(help="Another number makes another past")] = 1,
    add: Annotated[bool, typer.Option("--add", help="Also where there are conversations already")] = False,
) -> None:
    """Make up a past: customers, posts, and what became of them. It is for trying things out: nobody is told of any of it.

    All of it is kept, or nothing. Stop the bot before, where its database is a file.
    """
    context = context_of(typed)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as progress:
        task = progress.add_task("conversations", total=conversations)
        made = asyncio.run(
            _seed(context, conversations, weeks, seed, add=add, told=lambda many: progress.advance(task, many))
        )
    typer.echo(f"{conversations:,} conversations of {made:,} customers over {weeks} weeks")


async def _seed(context: Context, count: int, weeks: int, seed: int, *, add: bool, told: Told) -> int:
    async with context.storage() as storage, storage.reading() as uow:
        there = (await uow.counts()).conversations
    if there and not add:
        raise UserError(
            f"There are {there:,} conversations already.",
            "Take an empty database, or say --add to put more beside them.",
        )
    async with context.past() as past:
        return await make_up(past, context.config, context.clock.now(), (count, weeks, seed), told)


async def make_up(past: Past, config: Config, now: datetime, size: tuple[int, int, int], told: Told) -> int:
    """Put a past that ends now into the open store: so many conversations, over so many weeks, by this seed.

    Gives how many customers it has.
    """
    count, weeks, seed = size
    number, post = await past.beginning()
    chance = random.Random(seed)
    rhythm = Rhythm(now.replace(microsecond=0), weeks, config.company.timezone)
    people = max(1, round(count / PER_CUSTOMER))
    staff = Staff(config, chance)
    campaigns = [part.name for part in config.campaigns]
    known = writers(people, number, rhythm.begin, rhythm.now, chance)
    customers = met(known, rhythm.begin)
    while portion := list(islice(customers, PORTION)):
        await past.met(portion)

    def lives() -> Iterator[Lived]:
        chronicle, desk = Chronicle(config, staff, rhythm, chance), Desk(staff, number, chance, campaigns or CAMPAIGNS)
        id_ = post
        for at, heard in enumerate(rhythm.times(count, chance), number):
            writer = known[int(people * chance.random() ** 2)]
            first = desk.first(id_, at, writer, heard, spike=rhythm.in_spike(heard))
            again = desk.again(id_ + 1, at, writer, heard, first)
            lived = chronicle.tell(first, again, writer)
            id_ += len(lived.posts)
            yield lived

    every, wishes = lives(), Wishes(config, staff, rhythm, chance)
    while lived := list(islice(every, PORTION)):
        await past.lived([each for each in lived if not wishes.take(each)])
        told(len(lived))
        await asyncio.sleep(0)
    for idea, asking in wishes.granted(await past.first_idea()):
        await past.lived(asking)
        await past.grown([idea])
    return people
