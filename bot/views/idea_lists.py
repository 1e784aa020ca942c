"""Lists of ideas as people see them: all, those one holds, those that are planned; and the conversations that ask for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Code,
    Header,
    Paragraph,
    Small,
    Text,
    phrase,
    phrase_many,
    text,
)
from bot.config import Config
from bot.domain.idea import Idea, IdeaState
from bot.domain.visibility import visible_name
from bot.ports import Asking, IdeaLine, IdeaWhich, Line
from bot.speech import in_figures, say, say_many
from bot.views.acts import act, idea_act
from bot.views.idea_forms import idea_title
from bot.views.ideas import pass_said
from bot.views.lists import excerpt
from bot.views.loops import told_of
from bot.views.wording import dotted, idea_state_name, network_name, one_line, when, who


def my_ideas(
    mine: Sequence[IdeaLine], asked: Sequence[IdeaLine], config: Config, *, now: datetime
) -> tuple[Block, ...]:
    """For the home page: ideas whose next step one holds, until when, and those one is asked to take; nothing where none."""
    blocks: list[Block] = []
    for line in mine:
        until = (
            phrase("yours until {when}", when=when(line.idea.baton.lease.until, now, config))
            if line.idea.baton is not None
            else ()
        )
        blocks.append(
            Paragraph(dotted((_line(line, config, holder=False), until)), idea_act("show", line.idea.ref, say("Show")))
        )
    for line in asked:
        idea, request = line.idea, line.idea.pass_request
        what = text(pass_said(request, config)) if request is not None else ()
        blocks.append(
            Paragraph(dotted((_line(line, config, holder=False), what)), idea_act("show", idea.ref, say("Show")))
        )
        accept = idea_act("accept", idea.ref, say("Accept"), "primary")
        blocks.append(Actions((accept, idea_act("refuse", idea.ref, say("Refuse…")))))
    return (Header(say("My ideas")), *blocks) if blocks else ()


def ideas_card(
    lines: Sequence[IdeaLine], which: IdeaWhich, total: int, config: Config, *, before: int, now: datetime
) -> Card:
    """Ideas, most asked for first; `before` of them stand on earlier pages."""
    title = _title(which, total)
    if not lines:
        raises = Small(phrase("To raise one: {command}", command=Code("/baton idea B-12 gift wrap at checkout")))
        return Card(title, (Paragraph(text(title)), raises, Actions(_others(which))))
    blocks: list[Block] = [Header(title)]
    blocks += [Paragraph(_line(line, config), idea_act("show", line.idea.ref, say("Show"))) for line in lines]
    if total > len(lines):
        blocks.append(
            Small(
                phrase(
                    "{first} to {last} of {total}, most asked for first.",
                    first=in_figures(before + 1),
                    last=in_figures(before + len(lines)),
                    total=in_figures(total),
                )
            )
        )
    size, turns = max(len(lines), 10), []
    if before:
        turns.append(Button(say("Back"), "ideas", {"which": which, "page": str(before // size)}))
    if before + len(lines) < total:
        turns.append(Button(say("More"), "ideas", {"which": which, "page": str(before // size + 2)}))
    return Card(title, (*blocks, Actions((*turns, *_others(which)))))


def _title(which: IdeaWhich, total: int) -> str:
    match which:
        case "open":
            return say_many("{n} open idea", "{n} open ideas", total) if total else say("There is no open idea.")
        case "all":
            return say_many("{n} idea", "{n} ideas", total) if total else say("There is no idea.")
        case "mine":
            return (
                say_many("You hold the next step of {n} idea", "You hold the next step of {n} ideas", total)
                if total
                else say("You hold the next step of no idea.")
            )
        case "asked":
            return (
                say_many("You are asked to take {n} idea", "You are asked to take {n} ideas", total)
                if total
                else say("You are asked to take no idea.")
            )
        case _:
            state = IdeaState(which).said
            if not total:
                return say("No idea is {state}.", state=state)
            return say_many("{n} idea {state}", "{n} ideas {state}", total, state=state)


def _line(line: IdeaLine, config: Config, *, holder: bool = True) -> Text:
    """`I-7 · Gift wrap at checkout · planned · 12 conversations · 2 for, 1 against · Ben (Product)`."""
    idea = line.idea
    against = sum(vote.against for vote in idea.votes.values())
    votes = [say("{n} for", n=in_figures(len(idea.votes) - against))] if len(idea.votes) > against else []
    votes += [say("{n} against", n=in_figures(against))] if against else []
    held_by = who(idea.holder, config) if holder and idea.holder is not None else ""
    parts = [
        say_many("{n} conversation", "{n} conversations", line.asking.conversations),
        told_of(line.loops),
        ", ".join(votes),
        held_by,
    ]
    return dotted(
        [text(Bold(idea_title(idea))), text(idea_state_name(idea.state)), *(text(part) for part in parts if part)]
    )


def _others(which: IdeaWhich) -> tuple[Button, ...]:
    lists = (("open", say("Open")), ("planned", say("Planned")), ("shipped", say("Shipped")), ("mine", say("Mine")))
    return tuple(Button(label, "ideas", {"which": key}) for key, label in lists if key != which)


def idea_list_card(
    idea: Idea, lines: Sequence[Line], asking: Asking, config: Config, *, before: int, more: bool, now: datetime
) -> Card:
    """The conversations that ask for it, the newest first; those that say the same as one of them are counted."""
    many = asking.conversations
    title = say_many("{ref}: {n} conversation", "{ref}: {n} conversations", many, ref=idea.ref)
    blocks: list[Block] = [
        Header(title),
        Paragraph(text(one_line(idea.title)), idea_act("show", idea.ref, say("Show {ref}", ref=idea.ref))),
    ]
    for line in lines:
        c = line.conversation
        if c.forgotten:
            blocks.append(Paragraph(phrase("{ref} · forgotten on request", ref=Bold(c.ref))))
            continue
        # What not everybody may see is in no list.
        name = one_line(visible_name(line.customer_name, config.hidden_from(None)), 40) or say("Somebody")
        heard = text(f"{network_name(c.network)} ", *when(c.opened_at, now, config))
        blocks.append(
            Paragraph(dotted((text(Bold(c.ref)), text(name), heard, text(excerpt(line)))), act("show", c.ref))
        )
    if not lines:
        blocks.append(
            Paragraph(text(say("Nobody more asks for it.") if before else say("No conversation asks for it yet.")))
        )
    page = before // 10 + 1
    turns = [(say("Newer"), page - 1)] if page > 1 else []
    turns += [(say("Older"), page + 1)] if more else []
    if turns:
        blocks.append(Actions(tuple(idea_act("list", idea.ref, label, page=str(to)) for label, to in turns)))
    return Card(title, tuple(blocks))


def ship_which_card(lines: Sequence[IdeaLine]) -> Card:
    """Which planned idea is done?"""
    if not lines:
        nothing = say("No idea is planned.")
        example = Small(phrase("Any other: {words}", words=Code("/baton ship I-7")))
        return Card(nothing, (Paragraph(text(nothing)), example, Actions((Button(say("Ideas"), "ideas"),))))
    title = say("Which idea is done?")
    blocks = [
        Paragraph(
            dotted(
                (
                    text(Bold(idea_title(line.idea))),
                    phrase_many("{n} conversation", "{n} conversations", line.asking.conversations),
                )
            ),
            idea_act("ship", line.idea.ref, say("Ship {ref}…", ref=line.idea.ref)),
        )
        for line in lines
    ]
    return Card(title, (Paragraph(text(title)), *blocks))
