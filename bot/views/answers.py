"""Answering the customer: the form that shows what goes out and where, and what the card says of the answer."""

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
    Field,
    Form,
    Paragraph,
    Quote,
    Small,
    Text,
    phrase,
    text,
)
from bot.config import Config
from bot.domain.answer import Answer, AnswerState
from bot.domain.conversation import Conversation, State
from bot.domain.customer import Customer
from bot.domain.post import StoredPost, Visibility
from bot.domain.visibility import visible_customer
from bot.ports import Answering, Sight, Way
from bot.speech import in_figures, mark, say, sentence
from bot.views.acts import act, open_on
from bot.views.loops import tell_act
from bot.views.said import customer_name, latest, open_button
from bot.views.wording import cut, department_of, listed, name_of, network_name, one_line, tame, when, who

LONGEST = 3_000
"""Characters of the form's field: what Slack takes."""

_THREAD = 3
"""How many of the latest posts the form shows."""

_COUNTED = {
    "bytes": mark("An é takes 2, an emoji 4 or more"),
    "utf16": mark("Most emoji count as 2"),
}
"""How a network counts, where that is not as people would."""


def is_answerable(sight: Sight, answering: Answering, now: datetime) -> bool:
    """Can the post that the card quotes be answered from here?"""
    return why_not(sight, answering, now) is None


def why_not(sight: Sight, answering: Answering, now: datetime) -> str | None:
    """Why the post that the card quotes cannot be answered from here, empty where it is gone; None where it can be."""
    post = latest(sight)
    if post is None:
        return ""
    way = answering.way(post, now)
    return None if way.templates else way.refusal


def not_here_line(c: Conversation, refusal: str) -> tuple[Block, ...]:
    """To the holder, on the card: why there is but the way to the network."""
    if not refusal or c.state is not State.HELD or is_on_its_way(c):
        return ()
    return (Small(phrase("It cannot be answered from here: {why}", why=one_line(sentence(refusal), 300))),)


def reply_form(
    c: Conversation,
    customer: Customer,
    posts: Sequence[StoredPost],
    way: Way,
    config: Config,
    *,
    draft: str,
    needs: Sequence[str],
    now: datetime,
    note: str = "",
) -> Form:
    """The form to answer the last of `posts`: as whom, seen by whom, how long, after what. `note` is said first."""
    customer = visible_customer(customer, config.hidden_from(None))
    answered = posts[-1]
    rows: list[tuple[str, Text]] = [
        (
            say("As"),
            phrase(
                "{account} on {network}",
                account=one_line(way.account, 80) or say("us"),
                network=network_name(c.network),
            ),
        )
    ]
    rows.append((say("Seen by"), text(_audience(way, customer))))
    if way.longest is not None:
        rows.append((say("Room"), text(room(draft, way))))
    if needs:
        asked = listed(department_of(key, config) for key in needs)
        rows.append((say("Approval"), phrase("{asked} must approve it before it goes out", asked=asked)))
    blocks: list[Block] = [Paragraph(text("⚠ ", note))] if note else []
    if len(draft) > LONGEST:
        left_out = say(
            "The draft has {length} characters and the field takes {longest}: its end is left out.",
            length=in_figures(len(draft)),
            longest=in_figures(LONGEST),
        )
        blocks.append(Paragraph(text("⚠ ", left_out)))
    blocks.append(Facts(tuple(rows)))
    for post in posts[-_THREAD:]:
        blocks.append(Small(text(customer_name(customer), ", ", *when(post.post.posted_at, now, config))))
        blocks.append(Quote(cut(tame(post.post.text), 400) or say("no words, only what is attached"), 400))
    if c.answer is not None and c.answer.state is AnswerState.SENT:
        blocks.append(Small(phrase("We answered last: “{text}”", text=one_line(c.answer.text, 200))))
    return Form(
        title=say("Reply {ref}", ref=c.ref),
        command="reply",
        submit=say("Ask for approval") if needs else say("Send"),
        fields=(
            Field(
                "text",
                say("Your answer"),
                kind="lines",
                hint=_counted(way),
                default=draft,
                longest=LONGEST,
            ),
        ),
        args={"conversation": c.ref, "post": answered.id},
        intro=tuple(blocks),
    )


def room(draft: str, way: Way) -> str:
    """`372 of 500 characters left`."""
    if way.longest is None:
        return ""
    used = way.length(draft) if draft else 0
    longest = in_figures(way.longest)
    if used > way.longest:
        many = in_figures(used - way.longest)
        if way.unit == "bytes":
            return say("{many} bytes too many; at most {longest}", many=many, longest=longest)
        return say("{many} characters too many; at most {longest}", many=many, longest=longest)
    left = in_figures(way.longest - used)
    if way.unit == "bytes":
        return (
            say("{left} of {longest} bytes left", left=left, longest=longest)
            if used
            else say("{left} bytes left", left=left)
        )
    return (
        say("{left} of {longest} characters left", left=left, longest=longest)
        if used
        else say("{left} characters left", left=left)
    )


def too_long(words: str, way: Way, network: str) -> str:
    """What is wrong with an answer that the network would not take; empty when nothing is."""
    used = way.length(words)
    if way.longest is None or used <= way.longest:
        return ""
    figures = {
        "used": in_figures(used),
        "network": network_name(network),
        "longest": in_figures(way.longest),
        "many": in_figures(used - way.longest),
    }
    if way.unit == "bytes":
        return say("That is {used} bytes; {network} takes {longest}: {many} too many.", **figures)
    return say("That is {used} characters; {network} takes {longest}: {many} too many.", **figures)


def _counted(way: Way) -> str:
    """How it is counted, where that is not as people would."""
    counted = _COUNTED.get(way.unit) if way.longest is not None else None
    if way.link is None:
        return sentence(counted) if counted is not None else ""
    if counted is None:
        return say("Every link counts as {link}", link=way.link)
    return say("{counted}; every link counts as {link}", counted=sentence(counted), link=way.link)


def _audience(way: Way, customer: Customer) -> str:
    match way.audience:
        case Visibility.PUBLIC:
            return say("everybody: it is public")
        case Visibility.UNLISTED:
            return say("whoever sees the thread; it is not listed elsewhere")
        case Visibility.PRIVATE:
            return say("{customer} alone: it is private", customer=customer_name(customer))


def is_on_its_way(c: Conversation) -> bool:
    """Is an answer going out, or of unknown fate?"""
    return c.answer is not None and c.answer.state in {AnswerState.SENDING, AnswerState.UNCLEAR}


def answer_row(c: Conversation, config: Config, now: datetime) -> tuple[tuple[str, Text], ...]:
    """What a card says of the answer among its facts, where nobody has to do anything about it."""
    answer = c.answer
    if answer is not None and answer.state in {AnswerState.SENDING, AnswerState.SENT}:
        words, at = one_line(answer.text, 160), when(answer.at, now, config)
        if answer.state is AnswerState.SENDING:
            return ((say("Answer"), phrase("going out since {at}: “{words}”", at=at, words=words)),)
        return ((say("Answer"), phrase("{at} by {who}: “{words}”", at=at, who=who(answer.by, config), words=words)),)
    if answer is None and c.draft is not None and c.state is not State.RESOLVED:
        return (
            (say("Draft"), phrase("{name}: “{words}”", name=name_of(c.draft.by), words=one_line(c.draft.text, 160))),
        )
    return ()


def answer_blocks(sight: Sight, config: Config) -> tuple[Block, ...]:
    """What a card says of an answer that somebody has to do something about, with the buttons to do it."""
    c, answer = sight.conversation, sight.conversation.answer
    if answer is None or (c.state is State.RESOLVED and answer.idea is None):
        return ()
    if answer.waits_for is not None:
        asked = department_of(answer.waits_for, config)
        waits, by = Bold(say("Waits for {asked} to approve", asked=asked)), who(answer.by, config)
        given = listed(name_of(each) for each in answer.approved)
        return (
            Paragraph(
                phrase("✍ {waits}: the answer of {by}, {names} approved", waits=waits, by=by, names=given)
                if given
                else phrase("✍ {waits}: the answer of {by}", waits=waits, by=by)
            ),
            Quote(tame(answer.text), LONGEST),
            Actions(approval_acts(c, answer)),
        )
    if answer.state is AnswerState.FAILED:
        there = (answered_there_act(c),) if answer.idea is None else ()
        return (
            Paragraph(text("⚠ ", Bold(say("The answer did not go out")), f": {_why(answer)}")),
            Quote(cut(tame(answer.text), 300), 300),
            Actions((act("resend", c.ref), _change_act(c, answer), *there)),
        )
    if answer.state is AnswerState.UNCLEAR:
        return (
            Paragraph(text("⚠ ", Bold(say("Nobody knows whether the answer arrived")), f": {_why(answer)}")),
            Quote(cut(tame(answer.text), 300), 300),
            Small(phrase("Look at the network before you send it again.")),
            Actions((act("sent", c.ref), act("resend", c.ref))),
        )
    return ()


def _change_act(c: Conversation, answer: Answer) -> Button:
    if answer.idea is not None:
        return tell_act(f"I-{answer.idea}", "one", say("Change it…"), conversation=c.ref)
    return act("reply", c.ref, say("Change it…"))


def approval_acts(c: Conversation, answer: Answer) -> tuple[Button, ...]:
    """The buttons of those who approve; they carry which answer was read."""
    args = {"conversation": c.ref, "answer": answer.id}
    return Button(say("Approve"), "approve", args, "primary"), Button(say("Reject…"), "reject", args)


def _why(answer: Answer) -> str:
    return one_line(sentence(answer.why), 300) if answer.why.strip() else say("no reason is known")


def not_here_card(sight: Sight, why: str) -> Card:
    """To one who wants to answer where the network takes no answers from us: why, and the way there."""
    c = sight.conversation
    said, why = say("{ref} cannot be answered from here.", ref=c.ref), sentence(why)
    return Card(
        said,
        (
            Paragraph(text(f"{said} {why}")),
            Actions((*open_button(sight), answered_there_act(c), act("wait", c.ref), act("resolve", c.ref))),
        ),
    )


def answered_there_act(c: Conversation) -> Button:
    """To say what was answered on the network itself."""
    return act("sent", c.ref, say("I answered there…"))


def answered_there_form(c: Conversation, posts: Sequence[StoredPost]) -> Form:
    """Asks what the holder wrote on the network, so that everybody knows; the draft may be it. Nothing is sent."""
    network = network_name(c.network)
    return Form(
        title=say("Answered {ref}", ref=c.ref),
        command="sent",
        submit=say("Note it"),
        fields=(
            Field(
                "wrote",
                say("What you wrote there"),
                kind="lines",
                default=_begun(c)[:LONGEST],
                longest=LONGEST,
            ),
        ),
        args={"conversation": c.ref},
        intro=(
            Paragraph(phrase("For what you answered on {network} yourself. Nothing is sent.", network=network)),
            *(Quote(cut(tame(post.post.text), 400) or say("no words, only what is attached"), 400) for post in posts),
        ),
    )


def _begun(c: Conversation) -> str:
    """What did not go out, or was drafted: probably what was written there."""
    if c.answer is not None and c.answer.state is AnswerState.FAILED:
        return c.answer.text
    return c.draft.text if c.draft is not None else ""


def answer_stands_button(c: Conversation) -> tuple[Button, ...]:
    """The button to our answer on its network."""
    if c.answer is None or c.answer.state is not AnswerState.SENT:
        return ()
    return tuple(Button(say("Our answer"), url=button.url) for button in open_on(c.network, c.answer.url))
