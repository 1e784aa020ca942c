"""An idea as people see it: its card with who asks for it, votes, holder and trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Facts,
    Header,
    Menu,
    Paragraph,
    Small,
    Span,
    Text,
    phrase,
    text,
)
from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.conversation import PassRequest
from bot.domain.idea import Idea, IdeaState
from bot.domain.loops import Loops
from bot.domain.tracking import IdeaLink
from bot.ports import Alike, Asking, LoopLine
from bot.speech import in_figures, mark, say, say_many, sentence
from bot.views.acts import idea_act
from bot.views.idea_forms import idea_title
from bot.views.idea_trail import tell_ideas, vote_text
from bot.views.loops import loop_acts, told_line
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
        rows.append((say("Pass"), text(pass_said(idea.pass_request, config))))
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


def pass_said(request: PassRequest, config: Config) -> str:
    """`Ana asks Product: “what would it cost?”`."""
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
