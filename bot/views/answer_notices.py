"""What people are told about answers beside the card: that theirs is needed to approve, and what became of their own."""

from __future__ import annotations

from bot.cards import Actions, Block, Bold, Card, Paragraph, Quote, Small, Text, text
from bot.config import Config
from bot.domain.answer import Answer
from bot.domain.events import AnswerApproved, AnswerFailed, AnswerRejected, AnswerUnclear
from bot.ports import Sight
from bot.views.acts import act
from bot.views.answers import LONGEST, approval_acts
from bot.views.said import brief, for_all, open_button
from bot.views.wording import cut, department_of, one_line, tame, who

_REASON = 300


def _notice(summary: str, first: Text, *rest: Block) -> Card:
    return Card(one_line(summary, 200), (Paragraph(first), *rest))


def approval_asked_card(sight: Sight, answer: Answer, config: Config) -> Card:
    """To the people of the department that is to approve: what would go out, and in answer to what."""
    sight = for_all(sight, config)
    c, by = sight.conversation, who(answer.by, config)
    asked = department_of(answer.waits_for or "", config)
    return _notice(
        f"{by} asks {asked} to approve an answer in {c.ref}",
        text(f"{by} asks {asked} to approve an answer in ", Bold(c.ref), ":"),
        Quote(tame(answer.text), LONGEST),
        Small(text("It answers:")),
        *brief(sight),
        Actions((*approval_acts(c, answer), act("show", c.ref))),
    )


def answer_approved_card(sight: Sight, event: AnswerApproved, config: Config) -> Card:
    """To the author: one department approved; it goes out, or the next one is asked."""
    sight = for_all(sight, config)
    c, by = sight.conversation, _by(event, config)
    left = c.answer.waits_for if c.answer is not None and c.answer.id == event.answer_id else None
    then = f"Now {department_of(left, config)} is asked." if left is not None else "It goes out now."
    return _notice(
        f"{by} approved your answer in {c.ref}",
        text(f"{by} approved your answer in ", Bold(c.ref), f". {then}"),
        Actions((act("show", c.ref),)),
    )


def answer_rejected_card(sight: Sight, event: AnswerRejected, config: Config) -> Card:
    """To the author: a department did not approve; the text is kept as a draft."""
    sight = for_all(sight, config)
    c, by = sight.conversation, _by(event, config)
    return _notice(
        f"{by} did not approve your answer in {c.ref}",
        text(f"{by} did not approve your answer in ", Bold(c.ref), f": “{one_line(event.why, _REASON)}”"),
        Quote(cut(tame(event.text), 500), 500),
        Small(text("It was not sent; it is kept as a draft.")),
        Actions((act("reply", c.ref, "Change it…", "primary"), act("discuss", c.ref), act("show", c.ref))),
    )


def answer_failed_card(sight: Sight, event: AnswerFailed) -> Card:
    """To the holder: the answer did not arrive."""
    c = sight.conversation
    return _notice(
        f"Your answer in {c.ref} did not go out",
        text("⚠ Your answer in ", Bold(c.ref), f" did not go out: {one_line(event.why, _REASON)}"),
        *_answered(sight),
        Actions((act("resend", c.ref), act("reply", c.ref, "Change it…"), *open_button(sight))),
    )


def answer_unclear_card(sight: Sight, event: AnswerUnclear) -> Card:
    """To the holder: nobody knows whether it arrived; it is theirs to look and to decide."""
    c = sight.conversation
    return _notice(
        f"Did your answer in {c.ref} arrive?",
        text("⚠ Nobody knows whether your answer in ", Bold(c.ref), f" arrived: {one_line(event.why, _REASON)}"),
        *_answered(sight),
        Small(text("Look at the network before you send it again: Baton does not do so by itself.")),
        Actions((act("sent", c.ref), act("resend", c.ref), *open_button(sight))),
    )


def _answered(sight: Sight) -> tuple[Block, ...]:
    answer = sight.conversation.answer
    return (Quote(cut(tame(answer.text), 500), 500),) if answer is not None else ()


def _by(event: AnswerApproved | AnswerRejected, config: Config) -> str:
    return who(event.by, config) if event.by is not None else "Somebody"
