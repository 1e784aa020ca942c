"""What a model wrote for a colleague: always said to be a model's, seen by the one who asked, and sent by nobody but people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.cards import Actions, Block, Button, Card, Field, Form, Header, Paragraph, Quote, Small, phrase, text
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.post import StoredPost
from bot.domain.triage import UNSURE
from bot.domain.writing import Written
from bot.speech import in_figures, mark, say, sentence
from bot.views.acts import act
from bot.views.answers import LONGEST
from bot.views.wording import cut, language_name, listed, one_line, quoted, tame

WORTH_A_SUMMARY = 4
"""From so many posts, answers and notes on, a summary saves time."""

_SHOWN = 2_800
_REMOVED = 3

What = Literal["summarise", "translate", "suggest"]
"""The verbs by which something is written."""

_LATE = {
    "summarise": mark("A model is summarising {ref}. You will get it as a message from me."),
    "translate": mark("A model is translating {ref}. You will get it as a message from me."),
    "suggest": mark("A model is drafting an answer in {ref}. You will get it as a message from me."),
}
_FAILED = {
    "summarise": mark("The model failed at summarising {ref}."),
    "translate": mark("The model failed at translating {ref}."),
    "suggest": mark("The model failed at drafting an answer in {ref}."),
}


def suggestion_note(written: Written) -> str:
    """What the form of an answer says first."""
    said = say("A model suggests these words. Read them and change what is wrong: only what you send goes out.")
    return " ".join(filter(None, (said, _left_out(written))))


def suggestion_form(c: Conversation, written: Written, why_not_sent: str) -> Form:
    """The form that keeps a suggestion as a draft, for those who cannot answer the customer now."""
    note = " ".join(
        filter(None, (say("A model suggests these words. Read them and change what is wrong."), why_not_sent))
    )
    removed = _left_out(written)
    return Form(
        title=say("Draft {ref}", ref=c.ref),
        command="draft",
        submit=say("Keep it"),
        fields=(
            Field(
                "text",
                say("Draft"),
                kind="lines",
                hint=say("Nobody outside sees it"),
                default=written.text,
                longest=LONGEST,
            ),
        ),
        args={"conversation": c.ref},
        intro=(Paragraph(text("⚠ ", note)), *((Small(text(removed)),) if removed else ())),
    )


def suggestion_card(ref: str, written: Written, wanted: str = "") -> Card:
    """A suggestion that took longer, for whoever asked for it. `wanted` is what they asked to have said: the button asks for
    the same again, and finds it written."""
    again = {"conversation": ref, **({"text": wanted} if wanted else {})}
    blocks: tuple[Block, ...] = (
        Header(say("A suggestion for {ref}", ref=ref)),
        Quote(cut(tame(written.text), _SHOWN), _SHOWN),
        *_by_a_model(written, say("Nothing is sent until somebody sends it.")),
        Actions((Button(say("Use it…"), "suggest", again, "primary"), act("show", ref))),
    )
    return Card(say("A suggestion for {ref}", ref=ref), blocks)


def summary_card(ref: str, written: Written) -> Card:
    """What a conversation is about, in short."""
    blocks: tuple[Block, ...] = (
        Header(say("{ref} in short", ref=ref)),
        Paragraph(text(cut(tame(written.text), _SHOWN))),
        *_by_a_model(written, say("It may be wrong: look at what was said.")),
        Actions((act("show", ref),)),
    )
    return Card(say("{ref} in short", ref=ref), blocks)


def translation_card(ref: str, into: str, written: Written) -> Card:
    """What the customer wrote, in another language."""
    title = say("{ref} in {language}", ref=ref, language=language_name(into))
    blocks: tuple[Block, ...] = (
        Header(title),
        Quote(cut(tame(written.text), _SHOWN), _SHOWN),
        *_by_a_model(written, say("It may be wrong: the original stands on the card.")),
        Actions((act("show", ref),)),
    )
    return Card(title, blocks)


def writing_late_card(ref: str, what: What, args: dict[str, str]) -> Card:
    """It takes longer than anybody should wait for."""
    said = say(_LATE[what], ref=ref)
    return Card(
        said, (Paragraph(text(said)), Actions((Button(say("Look again"), what, {"conversation": ref, **args}),)))
    )


def not_written_card(ref: str, what: What, why: str) -> Card:
    """Nothing came of it, for whoever was told to wait."""
    said = say(_FAILED[what], ref=ref)
    return Card(
        said,
        (
            Paragraph(text(f"{said} {one_line(sentence(why), 300)}")),
            Actions((Button(say("Try again"), what, {"conversation": ref}), act("show", ref))),
        ),
    )


def writing_acts(c: Conversation, posts: Sequence[StoredPost], said: int, config: Config) -> tuple[Button, ...]:
    """The buttons of a whole conversation by which a model writes; `said` is how many posts, answers and notes there are."""
    newest = next((post for post in reversed(posts) if post.deleted_at is None and post.post.text.strip()), None)
    return tuple(act(verb, c.ref) for verb in writing_verbs(c, newest, said, config))


def writing_verbs(c: Conversation, newest: StoredPost | None, said: int, config: Config) -> tuple[What, ...]:
    """The verbs by which a model writes, those that make sense here; `newest` is the customer's last post that has words."""
    if not config.ai.has_writer:
        return ()
    verbs: list[What] = ["summarise"] if said >= WORTH_A_SUMMARY else []
    if newest is not None and is_foreign(c, newest, config):
        verbs.append("translate")
    if newest is not None and c.resolved_at is None:
        verbs.append("suggest")
    return tuple(verbs)


def is_foreign(c: Conversation, post: StoredPost, config: Config) -> bool:
    """Is it in a language that colleagues do not read? Where nobody knows, it is not."""
    tag = (post.post.lang or "").replace("_", "-").split("-")[0].lower()
    if c.reading is not None and c.reading.language.confidence >= UNSURE:
        tag = c.reading.language.name
    return bool(language_name(tag)) and tag not in config.ai.languages


def _by_a_model(written: Written, beside: str) -> tuple[Block, ...]:
    removed = _left_out(written)
    said = Small(phrase("Written by a model. {beside} Only you see this.", beside=beside))
    return (said, Small(text(removed))) if removed else (said,)


def _left_out(written: Written) -> str:
    """What somebody could have followed is named, but not so that it could be followed."""
    if not written.removed:
        return ""
    named = [quoted(one_line(_defused(each), 40)) for each in written.removed[:_REMOVED]]
    more = len(written.removed) - len(named)
    return say(
        "Left out, since it is not ours: {names}.",
        names=listed([*named, *([say("{more} more", more=in_figures(more))] if more else [])]),
    )


def _defused(found: str) -> str:
    """An address that no client makes a link of: `evil[.]example`."""
    return found.rpartition("://")[2].replace(".", "[.]")
