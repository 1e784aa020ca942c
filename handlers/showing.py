"""On which surfaces a conversation's cards stand, by the routes."""

from __future__ import annotations

from bot.config import Config
from bot.domain.conversation import Conversation, State
from bot.domain.routing import Case, case_of
from bot.ports import Showing, UnitOfWork


async def case(uow: UnitOfWork, config: Config, c: Conversation) -> Case:
    """The conversation as routes see it; the customer's record is read only where a route looks at it."""
    customer = await uow.customers.get(c.customer_id) if config.routes_need_record else None
    return case_of(c, customer)


async def showing(uow: UnitOfWork, config: Config, c: Conversation) -> Showing:
    """Where it is shown."""
    surfaces = config.surfaces_for(await case(uow, config, c))
    return Showing(c.number, [surface.name for surface in surfaces], urgent=c.urgent)


async def show(uow: UnitOfWork, config: Config, c: Conversation, *, was_urgent: bool = False) -> None:
    """Have it shown where the routes want it now; where it stands already, it stays.

    What becomes urgent leaves a rollup card for one of its own; what `was_urgent` keeps its place there. What says the same as another is counted on that one's card, and has none.
    """
    if c.state is State.ECHO:
        return
    wanted = await showing(uow, config, c)
    await uow.postings.want(wanted.number, wanted.surfaces, urgent=wanted.urgent, leave=not was_urgent)
