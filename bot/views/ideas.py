"""An idea as people see it: its card with who asks for it, votes, holder and trail; lists; and what is said after an act."""

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
    Facts,
    Header,
    Menu,
    Paragraph,
    Small,
    Span,
    Text,
    Time,
    phrase,
    phrase_many,
    text,
)
from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.conversation import PassRequest
from bot.domain.idea import Idea, IdeaState
from bot.domain.loops import Loops
from bot.domain.tracking import IdeaLink
from bot.domain.visibility import visible_name
from bot.ports import Alike, Asking, IdeaLine, IdeaWhich, Line, LoopLine
from bot.speech import in_figures, mark, say, say_many, sentence
from bot.views.acts import act, idea_act
from bot.views.idea_forms import idea_title
from bot.views.idea_trail import tell_ideas, vote_text
from bot.views.lists import excerpt
from bot.views.loops import loop_acts, told_line, told_of
from bot.views.tracking import issue_rows, link_button
from bot.views.wording import (
    department_of,
    dotted,
    idea_state_name,
    listed,
    name_of,
    network_name,
    one_line,
    quoted,
    times,
    when,
    who,
)

ON_A_PAGE = 8
"""So many steps of the trail are shown at once."""

_MOST = 4
"""So many networks, or merged ideas, are named."""

_VOTES = 6
"""So many departments' votes are shown; there are seldom more departments."""

_AHEAD: dict[IdeaState, tuple[tuple[str, str], ...]] = {
    IdeaState.NEW: (("consider", mark("Consider")), ("plan", mark("Plan")), ("ship", mark("Ship…"))),
    IdeaState.CONSIDERING: (("plan", mark("Plan")), ("ship", mark("Ship…"))),
    IdeaState.PLANNED: (("ship", mark("Ship…")), ("consider", mark("Back to considering"))),
    IdeaState.SHIPPED: (("reopen", mark("Reopen")),),
    IdeaState.DECLINED: (("reopen", mark("Reopen")),),
}
"""The ways on from each state, the likeliest first."""


def idea_card(
    idea: Idea,
    asking: Asking,
    page: Sequence[e.Event],
    config: Config,
    *,
    now: datetime,
    similar: Sequence[Alike] = (),
    merged: Sequence[Idea] = (),
    links: Sequence[IdeaLink] = (),
    loops: Loops | None = None,
    cannot: Sequence[LoopLine] = (),
    earlier: int = 0,
    shown: int = 0,
) -> Card:
    """An idea with a page of its trail; `earlier` steps come before it, and `shown` later ones were shown already. `loops` are
    those who asked for one that shipped, `cannot` some of those who cannot be told."""
    if idea.merged_into is not None:
        return _merged_card(idea)
    blocks: list[Block] = [Header(idea_title(idea))]
    if not shown:
        blocks += [Paragraph(_state(idea, config, now)), Facts(tuple(_rows(idea, asking, merged, links, config, now)))]
        if loops is not None and idea.state is IdeaState.SHIPPED:
            blocks.append(Paragraph(text("📣 ", told_line(loops, cannot))))
        for alike in similar:
            blocks += _proposal(idea, alike)
    if page:
        blocks.append(Small(tell_ideas(page, config, now)))
    acts = _acts(idea, link_button(idea) if config.trackers else None)
    if loops is not None and idea.state is IdeaState.SHIPPED:
        acts = (*loop_acts(idea, loops, config), *acts)
    if earlier:
        after = str(shown + len(page))
        acts = (
            *acts[:-1],
            idea_act("show", idea.ref, say_many("{n} earlier step", "{n} earlier steps", earlier), page=after),
            *acts[-1:],
        )
    return Card(one_line(f"{idea_title(idea)}: {idea_state_name(idea.state)}", 200), (*blocks, Actions(acts)))


def _merged_card(idea: Idea) -> Card:
    into = f"I-{idea.merged_into}"
    blocks = (
        Header(idea_title(idea)),
        Paragraph(phrase("Merged into {into}, which stands for it.", into=Bold(into))),
        Actions(
            (
                idea_act("show", into, say("Show {idea}", idea=into)),
                idea_act("unmerge", idea.ref, say("Undo the merge")),
            )
        ),
    )
    return Card(one_line(say("{title}: merged into {into}", title=idea_title(idea), into=into), 200), blocks)


def _state(idea: Idea, config: Config, now: datetime) -> Text:
    """`💡 Planned since 3 Nov by Ben (Product)`."""
    name = idea_state_name(idea.state)
    told: dict[str, Span | Text] = {"state": Bold(name[:1].upper() + name[1:]), "when": when(idea.since, now, config)}
    said = (
        phrase("💡 {state} since {when} by {who}", who=who(idea.state_by, config), **told)
        if idea.state_by is not None
        else phrase("💡 {state} since {when}", **told)
    )
    return (*said, f": {quoted(one_line(sentence(idea.why), 300))}") if idea.why else said


def _rows(
    idea: Idea, asking: Asking, merged: Sequence[Idea], links: Sequence[IdeaLink], config: Config, now: datetime
) -> list[tuple[str, Text]]:
    rows = [(say("Asked for by"), text(asked_by(asking)))]
    rows.append((say("Raised"), _raised(idea, config, now)))
    for key, vote in list(idea.votes.items())[:_VOTES]:
        rows.append((department_of(key, config), vote_text(vote)))
    if not idea.state.is_over:
        rows.append((say("Baton"), _baton(idea, config, now)))
    if idea.pass_request is not None:
        rows.append((say("Pass"), text(_asking(idea.pass_request, config))))
    rows += issue_rows(links, config)
    if merged:
        more = [say("{more} more", more=in_figures(len(merged) - _MOST))] if len(merged) > _MOST else []
        rows.append((say("Stands for"), text(listed([*(idea_title(each) for each in merged[:_MOST]), *more]))))
    return rows


def _raised(idea: Idea, config: Config, now: datetime) -> Text:
    """`3 Nov 09:00 by Ana (Support) from B-611`."""
    at, ref = when(idea.raised_at, now, config), f"B-{idea.conversation}"
    by = who(idea.raised_by, config) if idea.raised_by is not None else ""
    if by and idea.conversation is not None:
        return phrase("{when} by {who} from {ref}", when=at, who=by, ref=ref)
    if by:
        return phrase("{when} by {who}", when=at, who=by)
    return phrase("{when} from {ref}", when=at, ref=ref) if idea.conversation is not None else at


def asked_by(asking: Asking) -> str:
    """`12 conversations of 11 customers: 8 Mastodon, 3 Reddit and 1 X`."""
    if not asking.conversations:
        return say("no conversation yet")
    named = [f"{in_figures(many)} {network_name(key)}" for key, many in list(asking.networks.items())[:_MOST]]
    more = len(asking.networks) - len(named)
    where = listed([*named, *([say_many("{n} more network", "{n} more networks", more)] if more > 0 else [])])
    return say_many(
        "{n} conversation of {customers}: {where}",
        "{n} conversations of {customers}: {where}",
        asking.conversations,
        customers=say_many("{n} customer", "{n} customers", asking.customers),
        where=where,
    )


def _baton(idea: Idea, config: Config, now: datetime) -> Text:
    declined = [phrase("refused {times}", times=times(idea.bounces))] if idea.bounces else []
    if idea.baton is None:
        return dotted([phrase("nobody holds the next step"), *declined])
    until = phrase(
        "{who} until {when}", who=who(idea.baton.holder, config), when=when(idea.baton.lease.until, now, config)
    )
    return dotted([until, *declined])


def _asking(request: PassRequest, config: Config) -> str:
    whom = (
        name_of(request.to_person)
        if request.to_person is not None
        else department_of(request.to_department or "", config)
    )
    return say("{name} asks {whom}: “{ask}”", name=name_of(request.giver), whom=whom, ask=one_line(request.ask, 200))


def _proposal(idea: Idea, alike: Alike) -> tuple[Block, ...]:
    other = alike.idea
    said = phrase("Maybe the same: {title} ({why})", title=Bold(idea_title(other)), why=alike.likeness.why)
    merges = idea_act("merge", other.ref, say("Merge {ref} into this", ref=other.ref), other=idea.ref)
    apart = idea_act("apart", idea.ref, say("Not the same"), other=other.ref)
    return Paragraph(said), Actions((merges, apart))


def _acts(idea: Idea, link: Button | None = None) -> tuple[Button | Menu, ...]:
    ref = idea.ref
    ahead = [idea_act(what, ref, sentence(label)) for what, label in _AHEAD[idea.state]]
    rest = [idea_act("list", ref, say("Who asks for it")), idea_act("title", ref, say("Change the title…"))]
    rest += [link] if link is not None else []
    if idea.state.is_over:
        return ahead[0], Menu(tuple(rest))
    rest = [
        idea_act("decline", ref, say("Decline the idea…")),
        *rest,
        idea_act("merge", ref, say("Merge into another…")),
    ]
    first = idea_act("vote", ref, say("Vote…"))
    if idea.pass_request is not None:
        asked = (idea_act("accept", ref, say("Accept"), "primary"), idea_act("refuse", ref, say("Refuse…")))
        return *asked, first, Menu((*ahead, idea_act("release", ref, say("Give it back")), *rest))
    if idea.baton is not None:
        held = idea_act("pass", ref, say("Pass…"))
        more = (idea_act("renew", ref, say("Keep it")), idea_act("release", ref, say("Give it back")))
        return first, held, ahead[0], Menu((*more, *ahead[1:], *rest))
    return idea_act("claim", ref, say("Claim"), "primary"), first, ahead[0], Menu((*ahead[1:], *rest))


# Lists


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
        what = text(_asking(request, config)) if request is not None else ()
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


# What is said after an act


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
