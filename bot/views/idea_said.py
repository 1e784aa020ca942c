"""What is said after something was done with an idea: what was noted, how to undo it, and which other one may be the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Actions, Block, Bold, Button, Card, Code, Paragraph, Small, Time, phrase, text
from bot.domain.idea import Idea
from bot.ports import Alike, Asking
from bot.speech import say, say_many, sentence
from bot.views.acts import idea_act
from bot.views.idea_forms import idea_title
from bot.views.ideas import asked_by
from bot.views.wording import dotted, idea_state_name, listed, one_line


def idea_done_card(idea: Idea, said: str, asking: Asking | None = None, *, now: datetime | None = None) -> Card:
    """What was done, with the next steps."""
    blocks: list[Block] = [Paragraph(text(said))]
    if asking is not None and asking.conversations:
        blocks.append(Small(phrase("Asked for by {askers}.", askers=asked_by(asking))))
    if now is not None and idea.baton is not None:
        until = Time(idea.baton.lease.until, "moment")
        blocks.append(
            Small(
                phrase(
                    "Until {until}; keep it for longer with {command}.",
                    until=until,
                    command=Code(f"/baton renew {idea.ref}"),
                )
            )
        )
    acts = [idea_act("show", idea.ref, say("Show {ref}", ref=idea.ref))]
    if idea.merged_into is not None:
        into = f"I-{idea.merged_into}"
        acts = [
            idea_act("show", into, say("Show {idea}", idea=into)),
            idea_act("unmerge", idea.ref, say("Undo the merge")),
        ]
    elif idea.state.is_over:
        acts.append(idea_act("reopen", idea.ref, say("Reopen")))
    return Card(one_line(said, 200), (*blocks, Actions(tuple(acts))))


def idea_raised_card(idea: Idea, beside: Sequence[Alike] = (), said: str = "") -> Card:
    """A new one is noted; what may be the same is proposed for merging."""
    said = said or say("{ref} is a new idea: {title}.", ref=idea.ref, title=idea.title)
    acts = [idea_act("show", idea.ref, say("Show {ref}", ref=idea.ref)), idea_act("vote", idea.ref, say("Vote…"))]
    acts.append(idea_act("title", idea.ref, say("Change the title…")))
    if idea.conversation is not None:
        acts.append(_undo(idea, [idea.conversation]))
    blocks: list[Block] = [Paragraph(text(said)), Actions(tuple(acts))]
    for alike in beside[:2]:
        other = alike.idea
        maybe = phrase("Maybe the same: {title} ({why})", title=Bold(idea_title(other)), why=alike.likeness.why)
        blocks.append(
            Paragraph(maybe, idea_act("merge", idea.ref, say("Merge into {ref}", ref=other.ref), other=other.ref))
        )
    return Card(one_line(said, 200), tuple(blocks))


def idea_asked_card(idea: Idea, asking: Asking, fresh: Sequence[int], numbers: Sequence[int]) -> Card:
    """These conversations ask for it, too; or did already."""
    named = listed(f"B-{number}" for number in list(fresh or numbers)[:5])
    many, asked = len(fresh or numbers), {"refs": named, "title": idea_title(idea)}
    said = (
        say_many("{refs} asks for {title}.", "{refs} ask for {title}.", many, **asked)
        if fresh
        else say_many("{refs} asks for {title} already.", "{refs} ask for {title} already.", many, **asked)
    )
    acts = [idea_act("show", idea.ref, say("Show {ref}", ref=idea.ref)), *((_undo(idea, fresh),) if fresh else ())]
    if idea.state.is_over:
        acts.append(idea_act("reopen", idea.ref, say("Reopen")))
    blocks = (
        Paragraph(text(said)),
        Small(text(_then(say("Asked for by {askers}.", askers=asked_by(asking)), _over(idea)))),
        Actions(tuple(acts)),
    )
    return Card(one_line(said, 200), blocks)


def _over(idea: Idea) -> str:
    """`It is declined: “too dear”.`; nothing where it is open."""
    if not idea.state.is_over:
        return ""
    if idea.why:
        return say("It is {state}: “{why}”.", state=idea.state.said, why=one_line(sentence(idea.why), 200))
    return say("It is {state}.", state=idea.state.said)


def _then(*sentences: str) -> str:
    """Sentences one after the other."""
    return " ".join(filter(None, sentences))


def idea_noted_card(said: str, idea: Idea, conversation: int, *, added: bool, fresh: bool) -> Card:
    """A conversation that ended as an idea: which one that is, and the way to undo it. `added`: it was there before."""
    if not fresh:
        noted = _then(say("It asks for {title} already.", title=idea_title(idea)), _over(idea))
    elif added:
        noted = _then(say("It asks for {title}, which says nearly the same.", title=idea_title(idea)), _over(idea))
    else:
        noted = say("It is a new idea: {title}.", title=idea_title(idea))
    acts = [idea_act("show", idea.ref, say("Show {ref}", ref=idea.ref))]
    if fresh and added:
        another = {"what": "raise", "conversation": f"B-{conversation}"}
        acts += [_undo(idea, [conversation]), Button(say("Another idea…"), "idea", another)]
    elif fresh:
        acts += [idea_act("title", idea.ref, say("Change the title…")), _undo(idea, [conversation])]
    return Card(one_line(said, 200), (Paragraph(text(said)), Paragraph(text(noted)), Actions(tuple(acts))))


def _undo(idea: Idea, numbers: Sequence[int]) -> Button:
    named = " ".join(f"B-{number}" for number in numbers[:20])
    return idea_act("remove", idea.ref, say("Undo"), text=named)


def idea_alike_card(title: str, conversation: int | None, same: Sequence[Alike]) -> Card:
    """Before an idea is raised that there seems to be: is it this one?"""
    said = say("“{title}”: there is one that says nearly the same.", title=one_line(title, 120))
    blocks: list[Block] = [Paragraph(text(said))]
    conversations = {"conversation": f"B-{conversation}"} if conversation is not None else {}
    for alike in same[:3]:
        idea = alike.idea
        line = dotted((text(Bold(idea_title(idea))), text(idea_state_name(idea.state)), text(alike.likeness.why)))
        adds = (
            idea_act(
                "add",
                idea.ref,
                say("Add B-{conversation} to {ref}", conversation=conversation, ref=idea.ref),
                "primary",
                **conversations,
            )
            if conversation is not None
            else idea_act("show", idea.ref, say("Show {ref}", ref=idea.ref))
        )
        blocks.append(Paragraph(line, adds))
    another = Button(say("It is another one"), "idea", {"what": "raise", "text": title, "new": "yes", **conversations})
    return Card(one_line(said, 200), (*blocks, Actions((another,))))


def idea_merge_card(idea: Idea, similar: Sequence[Alike]) -> Card:
    """Into which one is it to be merged?"""
    title = say("Merge {ref} into which idea?", ref=idea.ref)
    blocks: list[Block] = [Paragraph(text(title))]
    for alike in similar:
        other = alike.idea
        line = dotted((text(Bold(idea_title(other))), text(other.state.value), text(alike.likeness.why)))
        blocks.append(Paragraph(line, idea_act("merge", idea.ref, say("Into {ref}", ref=other.ref), other=other.ref)))
    return Card(
        title,
        (*blocks, Small(phrase("Or name it: {ref}", ref=Code(f"/baton idea {idea.ref} merge I-{idea.number + 1}")))),
    )
