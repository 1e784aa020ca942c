"""An example of every card about customers who asked for what has shipped, from made-up data."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import idea as i
from bot.domain import idea_events as e
from bot.domain.answer import Answer, AnswerState
from bot.domain.conversation import Conversation, State
from bot.domain.loops import Loop, Loops, LoopState, Why
from bot.domain.post import Visibility
from bot.ports import Asking, LoopLine
from bot.views import made_up as m
from bot.views.conversation import conversation_card
from bot.views.examples.ideas import EVENTS, IDEA
from bot.views.examples.scenes import Examples
from bot.views.idea_notices import idea_notice_card
from bot.views.ideas import idea_card
from bot.views.loop_forms import Muster, approve_all_card, nobody_to_tell_card, shipped_card, told_all_card
from bot.views.loop_notices import approvals_card, held_card, rejected_card, stuck_card
from bot.views.loops import untold_card

NEWS = "You asked us for gift wrap. Now you can choose it at checkout."

_SHIPPED = e.Shipped(at=m.at(7, 50), by=m.BEN, via="slack", text=NEWS)
SHIPPED = i.apply(IDEA, _SHIPPED)
"""The idea of the examples once it has shipped."""

_LOOPS = Loops(ideas=1, askers=12, told=8, left=1, waiting=2, sending=1, untold={Why.WINDOW: 1})


def line(number: int, state: LoopState, name: str, network: str = "mastodon", why: Why | None = None) -> LoopLine:
    """One who asked."""
    loop = Loop(
        idea=7,
        number=number,
        state=state,
        opened_at=m.NOW,
        at=m.NOW,
        text=NEWS,
        audience=Visibility.PUBLIC,
        why=why,
        detail="Those *24 hours* are <@U1> over." if why is Why.WINDOW else "",
    )
    conversation = Conversation(
        number, "c-1", network, "acme", opened_at=m.NOW, floor_since=m.NOW, state=State.RESOLVED, shipped=(7,)
    )
    return LoopLine(loop, conversation, name)


_CANNOT = line(77, LoopState.UNTOLD, "Tom", "whatsapp", Why.WINDOW)
_DRAFTS = [line(611, LoopState.DRAFTED, "Maya"), line(987, LoopState.DRAFTED, "<!here> Liv")]


def loops() -> Examples:
    """The cards with their names."""
    config, now = m.CONFIG, m.NOW
    asking = Asking(12, 11, {"mastodon": 8, "reddit": 3, "whatsapp": 1})
    muster = Muster(NEWS, held=[(_DRAFTS[0], m.JONAS)], busy=[_DRAFTS[1]])
    waiting = Answer("a-9", "post-3", NEWS, m.ANA, m.at(8), AnswerState.ASKED, ("legal",), idea=7)
    told, waits = (replace(m.RESOLVED, shipped=(7,), answer=answer) for answer in (None, waiting))
    held = replace(_DRAFTS[0].conversation, number=1042)
    notice = idea_notice_card(SHIPPED, _SHIPPED, config, now=now, waiting=12)
    failed = line(988, LoopState.UNTOLD, "Kim", "reddit", Why.FAILED)
    unclear = line(990, LoopState.SENDING, "Ada", "reddit", Why.UNCLEAR)
    return (
        *((("an idea is shipped, drafts are ready", notice),) if notice is not None else ()),
        ("an idea ships", shipped_card(SHIPPED, "12 conversations of 11 customers")),
        (
            "idea, shipped",
            idea_card(SHIPPED, asking, (*EVENTS[-2:-1], _SHIPPED), config, now=now, loops=_LOOPS, cannot=[_CANNOT]),
        ),
        (
            "who is not told",
            untold_card(SHIPPED, [_CANNOT, _DRAFTS[0], failed, unclear], _LOOPS, config, after=0, more=True),
        ),
        ("nobody waits to be told", nobody_to_tell_card(SHIPPED, muster, _LOOPS, config)),
        ("all are told", told_all_card(SHIPPED, 10, ["Legal must approve answers before they go out."])),
        ("answers wait for you", approve_all_card(SHIPPED, {NEWS: _DRAFTS}, "0f", config)),
        ("conversation, what it asked for has shipped", conversation_card(m.sight(told, m.CRUSHED), config, now=now)),
        (
            "conversation, the news waits for approval",
            conversation_card(m.sight(waits, m.CRUSHED), config, now=now),
        ),
        ("what a customer of yours asked for has shipped", held_card(SHIPPED, held)),
        ("answers about an idea wait", approvals_card(SHIPPED, "legal", config)),
        ("answers about an idea are not approved", rejected_card(SHIPPED, "Eva", "say *from when* on")),
        ("answers about an idea are stuck", stuck_card(SHIPPED)),
    )
