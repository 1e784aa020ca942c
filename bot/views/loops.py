"""Whether those who asked for an idea were told that it shipped: in a line, in a list, and on their conversations' cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.cards import Actions, Block, Bold, Button, Card, Header, Menu, Paragraph, Quote, Small, Text, phrase, text
from bot.config import Config
from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation
from bot.domain.idea import Idea
from bot.domain.loops import Loop, Loops, LoopState, Why
from bot.domain.visibility import visible_name
from bot.ports import LoopLine
from bot.speech import say, say_many
from bot.views.acts import act, idea_act
from bot.views.wording import cut, dotted, network_name, one_line, tame

ON_A_PAGE = 8
"""So many conversations of a list are shown at once."""

NAMED = 3
"""So many of those who cannot be told are named in a line, the rest are counted."""


def usual_news(title: str) -> str:
    """What customers are told who asked for it, where nobody said it in other words."""
    return say("You asked us for this, and now it is here: {title}. Thank you for telling us.", title=one_line(title))


def told_line(loops: Loops, cannot: Sequence[LoopLine] = ()) -> str:
    """`11 of 12 told · 1 cannot be told: the window of WhatsApp is over (B-77)`."""
    parts = [told_of(loops)]
    drafts = loops.waiting - loops.sending
    if drafts:
        parts.append(say_many("{n} draft is ready", "{n} drafts are ready", drafts))
    if loops.sending:
        parts.append(say_many("{n} answer is under way", "{n} answers are under way", loops.sending))
    if loops.left:
        parts.append(say_many("{n} was left untold", "{n} were left untold", loops.left))
    if loops.cannot:
        said = say_many("{n} cannot be told", "{n} cannot be told", loops.cannot)
        whys = "; ".join(_whys(cannot))
        parts.append(f"{said}: {whys}" if whys else said)
    return " · ".join(parts)


def told_of(loops: Loops | None) -> str:
    """`11 of 12 told`; nothing where nobody asked or it was not looked at."""
    if loops is None or not loops.askers:
        return ""
    return say("{told} of {askers} told", told=f"{loops.told:,}", askers=f"{loops.askers:,}")


def _whys(lines: Sequence[LoopLine]) -> Iterable[str]:
    """`the window of WhatsApp is over (B-77)`, for each reason."""
    shown = sorted(lines[:NAMED], key=_why_here)
    for why, those in groupby(shown, key=_why_here):
        yield f"{why} ({', '.join(line.conversation.ref for line in those)})"


def _why_here(line: LoopLine) -> str:
    return why_words(line.loop.why, line.conversation.network)


def why_words(why: Why | None, network: str) -> str:
    """Why a customer cannot be told, in a few words."""
    name = network_name(network)
    match why:
        case Why.WINDOW:
            return say("the window of {network} is over", network=name)
        case Why.DELETED:
            return say("the customer deleted the post")
        case Why.FORGOTTEN:
            return say("forgotten on request")
        case Why.FAILED:
            return say("the answer did not go out")
        case Why.UNCLEAR:
            return say("nobody knows whether the answer arrived")
        case Why.REFUSED | None:
            return say("no answer can be sent on {network}", network=name)


# The idea


def loop_acts(idea: Idea, loops: Loops, config: Config) -> tuple[Button, ...]:
    """What can be done about those who asked for it; nothing where nobody did."""
    if not loops.askers:
        return ()
    acts = []
    if loops.waiting > loops.sending:
        acts.append(tell_act(idea.ref, "all", say("Tell those who asked…"), style="primary"))
    if loops.sending and config.approvals:
        acts.append(tell_act(idea.ref, "approve", say("Approve answers…")))
    if loops.cannot or loops.sending:
        acts.append(tell_act(idea.ref, "untold", say("Who is not told")))
    return tuple(acts)


def tell_act(ref: str, what: str, label: str, *, style: str = "default", **args: str) -> Button:
    """A button that does something about those who asked for an idea."""
    return Button(label, "tell", {"what": what, "idea": ref, **args}, "primary" if style == "primary" else "default")


def untold_card(idea: Idea, lines: Sequence[LoopLine], loops: Loops, config: Config, *, after: int, more: bool) -> Card:
    """Those who asked and were not told, with why, and what can be done about it."""
    title = say("{idea}: who is not told", idea=idea.ref)
    blocks: list[Block] = [
        Header(title),
        Paragraph(text(told_line(loops)), idea_act("show", idea.ref, say("Show {idea}", idea=idea.ref))),
    ]
    for line in lines:
        blocks += _untold(line, idea, config)
    if not lines:
        blocks.append(Paragraph(text(say("Everybody who asked was told.") if not after else say("There are no more."))))
    turns = [tell_act(idea.ref, "untold", say("First ones"))] if after else []
    if more and lines:
        turns.append(tell_act(idea.ref, "untold", say("More"), page=str(lines[-1].loop.number)))
    if any(line.loop.state is LoopState.UNTOLD for line in lines):
        turns.append(tell_act(idea.ref, "again", say("See again who can be told")))
    return Card(title, (*blocks, *((Actions(tuple(turns)),) if turns else ())))


def _untold(line: LoopLine, idea: Idea, config: Config) -> tuple[Block, ...]:
    c, loop = line.conversation, line.loop
    if c.forgotten:
        return (Paragraph(text(Bold(c.ref), f" · {why_words(Why.FORGOTTEN, c.network)}")),)
    # What not everybody may see is in no list.
    name = one_line(visible_name(line.customer_name, config.hidden_from(None)), 40) or say("Somebody")
    said = dotted((text(Bold(c.ref)), text(name), text(network_name(c.network)), text(_state(loop, c))))
    detail = (Small(text(one_line(loop.detail, 300))),) if loop.detail else ()
    acts: list[Button | Menu] = [act("show", c.ref)]
    if loop.why is Why.FAILED:
        acts = [act("resend", c.ref), tell_act(idea.ref, "one", say("Change it…"), conversation=c.ref), *acts]
    elif loop.why is Why.UNCLEAR:
        acts = [act("sent", c.ref), act("resend", c.ref), *acts]
    elif loop.state is LoopState.DRAFTED:
        acts = [tell_act(idea.ref, "one", say("Tell…"), conversation=c.ref), *acts]
    return (Paragraph(said), *detail, Actions(tuple(acts)))


def _state(loop: Loop, c: Conversation) -> str:
    if loop.why is not None:
        return why_words(loop.why, c.network)
    match loop.state:
        case LoopState.SENDING:
            waits = c.answer is not None and c.answer.waits_for is not None
            return say("waits for approval") if waits else say("going out")
        case LoopState.LEFT:
            return say("left untold")
        case LoopState.TOLD:
            return say("told")
        case _:
            return say("a draft is ready")


# A conversation


def shipped_blocks(c: Conversation) -> tuple[Block, ...]:
    """On the card of a conversation that asked for what has shipped: it can be told. Nothing while an answer says so."""
    under_way = c.answer is not None and c.answer.idea is not None and c.answer.state is not AnswerState.SENT
    if not c.shipped or c.forgotten or under_way:
        return ()
    idea = f"I-{c.shipped[0]}"
    said = phrase("💡 {idea} has shipped. The customer asked for it and does not know yet.", idea=Bold(idea))
    tells = tell_act(idea, "one", say("Tell…"), conversation=c.ref)
    rest = (
        idea_act("show", idea, say("Show {idea}", idea=idea)),
        tell_act(idea, "leave", say("Do not tell"), conversation=c.ref),
    )
    return Paragraph(said), Actions((tells, Menu(rest)))


def told_blocks(texts: Sequence[tuple[str, Text]]) -> tuple[Block, ...]:
    """Each text that goes out, with what is said of it below."""
    blocks: list[Block] = []
    for words, beside in texts:
        blocks.append(Quote(cut(tame(words), 2_000), 2_000))
        if beside:
            blocks.append(Small(beside))
    return tuple(blocks)
