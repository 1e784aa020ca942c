"""What people are told about answers beside the card: that theirs is needed to approve, and what became of their own."""

from __future__ import annotations

from bot.cards import Actions, Block, Bold, Card, Paragraph, Quote, Small, Text, phrase
from bot.config import Config
from bot.domain.answer import Answer
from bot.domain.events import AnswerApproved, AnswerFailed, AnswerRejected, AnswerUnclear
from bot.ports import Sight
from bot.speech import say, sentence
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
        say("{by} asks {asked} to approve an answer in {ref}", by=by, asked=asked, ref=c.ref),
        phrase("{by} asks {asked} to approve an answer in {ref}:", by=by, asked=asked, ref=Bold(c.ref)),
        Quote(tame(answer.text), LONGEST),
        Small(phrase("It answers:")),
        *brief(sight),
        Actions((*approval_acts(c, answer), act("show", c.ref))),
    )


def answer_approved_card(sight: Sight, event: AnswerApproved, config: Config) -> Card:
    """To the author: one department approved; it goes out, or the next one is asked."""
    sight = for_all(sight, config)
    c, by = sight.conversation, _by(event, config)
    left = c.answer.waits_for if c.answer is not None and c.answer.id == event.answer_id else None
    said = (
        phrase(
            "{by} approved your answer in {ref}. Now {department} is asked.",
            by=by,
            ref=Bold(c.ref),
            department=department_of(left, config),
        )
        if left is not None
        else phrase("{by} approved your answer in {ref}. It goes out now.", by=by, ref=Bold(c.ref))
    )
    return _notice(
        say("{by} approved your answer in {ref}", by=by, ref=c.ref),
        said,
        Actions((act("show", c.ref),)),
    )


def answer_rejected_card(sight: Sight, event: AnswerRejected, config: Config) -> Card:
    """To the author: a department did not approve; the text is kept as a draft."""
    sight = for_all(sight, config)
    c, by = sight.conversation, _by(event, config)
    return _notice(
        say("{by} did not approve your answer in {ref}", by=by, ref=c.ref),
        phrase(
            "{by} did not approve your answer in {ref}: “{why}”",
            by=by,
            ref=Bold(c.ref),
            why=one_line(sentence(event.why), _REASON),
        ),
        Quote(cut(tame(event.text), 500), 500),
        Small(phrase("It was not sent; it is kept as a draft.")),
        Actions((act("reply", c.ref, say("Change it…"), "primary"), act("discuss", c.ref), act("show", c.ref))),
    )


def answer_failed_card(sight: Sight, event: AnswerFailed) -> Card:
    """To the holder: the answer did not arrive."""
    c = sight.conversation
    return _notice(
        say("Your answer in {ref} did not go out", ref=c.ref),
        phrase(
            "⚠ Your answer in {ref} did not go out: {why}", ref=Bold(c.ref), why=one_line(sentence(event.why), _REASON)
        ),
        *_answered(sight),
        Actions((act("resend", c.ref), act("reply", c.ref, say("Change it…")), *open_button(sight))),
    )


def answer_unclear_card(sight: Sight, event: AnswerUnclear) -> Card:
    """To the holder: nobody knows whether it arrived; it is theirs to look and to decide."""
    c = sight.conversation
    return _notice(
        say("Did your answer in {ref} arrive?", ref=c.ref),
        phrase(
            "⚠ Nobody knows whether your answer in {ref} arrived: {why}",
            ref=Bold(c.ref),
            why=one_line(sentence(event.why), _REASON),
        ),
        *_answered(sight),
        Small(phrase("Look at the network before you send it again: Baton does not do so by itself.")),
        Actions((act("sent", c.ref), act("resend", c.ref), *open_button(sight))),
    )


def _answered(sight: Sight) -> tuple[Block, ...]:
    answer = sight.conversation.answer
    return (Quote(cut(tame(answer.text), 500), 500),) if answer is not None else ()


def _by(event: AnswerApproved | AnswerRejected, config: Config) -> str:
    return who(event.by, config) if event.by is not None else say("Somebody")
