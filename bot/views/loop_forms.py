"""The forms and cards by which those who asked for an idea are told: each shows what goes out, to whom, and what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.cards import Actions, Block, Card, Facts, Field, Form, Header, Paragraph, Small, Text, text
from bot.config import Config
from bot.domain.idea import Idea
from bot.domain.idea_life import LONGEST_NEWS
from bot.domain.loops import Loops
from bot.domain.people import PersonRef
from bot.domain.post import Visibility
from bot.domain.visibility import visible_name
from bot.ports import LoopLine
from bot.speech import say, say_many
from bot.views.acts import idea_act
from bot.views.idea_forms import idea_title
from bot.views.loops import tell_act, told_blocks, told_line
from bot.views.wording import department_of, language_name, listed, network_name, one_line, who

NAMED = 3
"""So many of those who are told are named, the rest are counted."""

TEXTS = 5
"""So many texts beside the one that most get are shown at once; what is not shown is not sent."""


@dataclass(frozen=True, slots=True)
class Muster:
    """Whom one colleague would tell of an idea now. `text` is what those of `going` get, in the place of `base`, of which their
    drafts are made; `others` are further texts and who gets each; `needs` counts whose approval is needed first. Not told are those of `held`, with who holds them, `busy`, in which
    another answer is under way, and `long`, with how much too long; `more` are left for the next time.
    """

    text: str
    base: str = ""
    going: Sequence[LoopLine] = ()
    others: Mapping[str, Sequence[LoopLine]] = field(default_factory=dict)
    needs: Mapping[str, int] = field(default_factory=dict)
    held: Sequence[tuple[LoopLine, PersonRef]] = ()
    busy: Sequence[LoopLine] = ()
    long: Sequence[tuple[LoopLine, str]] = ()
    more: int = 0

    @property
    def everybody(self) -> list[LoopLine]:
        """All to whom something goes out."""
        return [*self.going, *(line for lines in self.others.values() for line in lines)]


def ship_form(idea: Idea, news: str, asking: int) -> Form:
    """An idea is done: what are those told who asked?"""
    asked = say_many(
        "{n} conversation asks for it. Nothing is sent yet: you see first what goes out, and to whom.",
        "{n} conversations ask for it. Nothing is sent yet: you see first what goes out, and to whom.",
        asking,
    )
    return Form(
        title=say("Ship {idea}", idea=idea.ref),
        command="ship",
        submit=say("Ship"),
        fields=(
            Field(
                "text",
                say("What shall we tell those who asked?"),
                "lines",
                hint=say("A draft for each of them is made of it"),
                required=False,
                default=news,
                longest=LONGEST_NEWS,
            ),
        ),
        args={"idea": idea.ref},
        intro=(Paragraph(text(idea_title(idea))), Small(text(asked))),
    )


def shipped_card(idea: Idea, asked_by: str) -> Card:
    """It is done; drafts are made for those who asked."""
    said = say("{idea} is shipped: {title}.", idea=idea.ref, title=one_line(idea.title))
    acts = [idea_act("show", idea.ref, say("Show {idea}", idea=idea.ref)), idea_act("reopen", idea.ref, say("Reopen"))]
    if not asked_by:
        return Card(one_line(said, 200), (Paragraph(text(said)), Actions(tuple(acts))))
    drafts = say("Asked for by {askers}. A draft for each of them is made now; nothing is sent yet.", askers=asked_by)
    tells = tell_act(idea.ref, "all", say("Tell those who asked…"), style="primary")
    return Card(one_line(said, 200), (Paragraph(text(said)), Small(text(drafts)), Actions((tells, *acts))))


def tell_all_form(idea: Idea, muster: Muster, loops: Loops, config: Config, note: str = "", *, seen: str = "") -> Form:
    """What goes out to all who can be told now, where, seen by whom; and who is not told. `seen` marks the texts that it shows."""
    going = muster.everybody
    blocks: list[Block] = [Paragraph(text("⚠ ", note))] if note else []
    blocks += [Paragraph(text(idea_title(idea))), Facts(tuple(_rows(going, muster, config)))]
    blocks += [Small(text(line)) for line in not_sent(muster, config)]
    if loops.cannot:
        blocks.append(Small(text(say_many("{n} cannot be told.", "{n} cannot be told.", loops.cannot))))
    if muster.others:
        blocks.append(Paragraph(text(say("These get another text, which is not changed here:"))))
        blocks += told_blocks([(words, text(_whose(lines))) for words, lines in muster.others.items()])
    return Form(
        title=say("Tell about {idea}", idea=idea.ref),
        command="tell",
        submit=say_many("Send {n}", "Send {n}", len(going)),
        fields=(
            Field(
                "text",
                say("What goes out"),
                "lines",
                hint=_written_in(muster.going),
                default=muster.text,
                longest=LONGEST_NEWS,
            ),
        ),
        args={"what": "all", "idea": idea.ref, "wordings": str(idea.wordings), "seen": seen},
        intro=tuple(blocks),
    )


def nobody_to_tell_card(idea: Idea, muster: Muster, loops: Loops, config: Config) -> Card:
    """Nobody can be told now, and why."""
    title = say("Nobody waits to be told about {idea} now.", idea=idea.ref)
    said = [told_line(loops), *not_sent(muster, config)] if loops.askers else [say("No conversation asked for it.")]
    acts = [idea_act("show", idea.ref, say("Show {idea}", idea=idea.ref))]
    if loops.askers > loops.told:
        acts.append(tell_act(idea.ref, "untold", say("Who is not told")))
    return Card(title, (Paragraph(text(title)), *(Small(text(line)) for line in said), Actions(tuple(acts))))


def _rows(going: Sequence[LoopLine], muster: Muster, config: Config) -> list[tuple[str, Text]]:
    where = Counter((line.conversation.network, line.loop.audience) for line in going)
    rows: list[tuple[str, Text]] = [(say("Goes to"), text(_named(going, config)))]
    for (network, audience), many in where.most_common():
        rows.append((network_name(network), text(f"{many:,}, {_seen_by(audience)}")))
    if muster.needs:
        asked = [
            say_many(
                "{who} approves {n} of them first",
                "{who} approves {n} of them first",
                many,
                who=department_of(key, config),
            )
            for key, many in muster.needs.items()
        ]
        rows.append((say("Approval"), text("; ".join(asked))))
    return rows


def _named(lines: Sequence[LoopLine], config: Config) -> str:
    """`B-1 Maya, B-2 Tom, B-3 Liv and 9 more`."""
    hidden = config.hidden_from(None)
    names = [
        f"{line.conversation.ref} {one_line(visible_name(line.customer_name, hidden), 40)}".strip()
        for line in lines[:NAMED]
    ]
    more = len(lines) - len(names)
    return listed([*names, *([say_many("{n} more", "{n} more", more)] if more else [])])


def _seen_by(audience: Visibility | None) -> str:
    match audience:
        case Visibility.PRIVATE:
            return say("seen by the customer alone")
        case Visibility.UNLISTED:
            return say("seen by whoever sees the thread")
        case _:
            return say("seen by everybody: it is public")


def _written_in(lines: Sequence[LoopLine]) -> str:
    """`3 of them write German.`; nothing where all write the language of the text."""
    tongues = Counter(line.loop.language for line in lines if line.loop.language and not line.loop.translated)
    said = [
        say_many("{n} of them writes {language}.", "{n} of them write {language}.", many, language=language_name(key))
        for key, many in tongues.most_common(3)
    ]
    return " ".join(said)


def _whose(lines: Sequence[LoopLine]) -> str:
    """`To 3 (B-4, B-5, B-6), translated into German by a model`."""
    refs = ", ".join(line.conversation.ref for line in lines[:NAMED]) + ("…" if len(lines) > NAMED else "")
    first = lines[0].loop
    if first.translated:
        return say_many(
            "To {n} ({refs}), in {language} by a model",
            "To {n} ({refs}), in {language} by a model",
            len(lines),
            refs=refs,
            language=language_name(first.language),
        )
    return say_many("To {n} ({refs})", "To {n} ({refs})", len(lines), refs=refs)


def not_sent(muster: Muster, config: Config) -> list[str]:
    """To whom nothing goes out now, and why; a line for each reason."""
    said = []
    if muster.held:
        holders = listed(dict.fromkeys(who(holder, config) for _, holder in muster.held[:NAMED]))
        said.append(
            say_many(
                "Not sent: {n} is held by {who}, who is asked to tell the customer ({refs}).",
                "Not sent: {n} are held by {who}, who are asked to tell the customers ({refs}).",
                len(muster.held),
                who=holders,
                refs=_refs([line for line, _ in muster.held]),
            )
        )
    if muster.busy:
        said.append(
            say_many(
                "Not sent: in {n} another answer is under way ({refs}).",
                "Not sent: in {n} another answer is under way ({refs}).",
                len(muster.busy),
                refs=_refs(muster.busy),
            )
        )
    for why in dict.fromkeys(why for _, why in muster.long):
        lines = [line for line, its in muster.long if its == why]
        said.append(say("Not sent ({refs}): {why}", refs=_refs(lines), why=why))
    if muster.more:
        said.append(
            say_many("{n} more is left for the next time.", "{n} more are left for the next time.", muster.more)
        )
    return said


def _refs(lines: Sequence[LoopLine]) -> str:
    more = len(lines) - NAMED
    return ", ".join(line.conversation.ref for line in lines[:NAMED]) + (f", +{more:,}" if more > 0 else "")


def told_all_card(idea: Idea, many: int, notes: Sequence[str]) -> Card:
    """Answers are on their way; the idea's card says how far they are."""
    said = say_many("{n} answer about {idea} goes out.", "{n} answers about {idea} go out.", many, idea=idea.ref)
    shows = idea_act("show", idea.ref, say("How far it is"))
    return Card(said, (Paragraph(text(said)), *(Small(text(note)) for note in notes), Actions((shows,))))


def approve_all_card(
    idea: Idea, texts: Mapping[str, Sequence[LoopLine]], seen: str, config: Config, note: str = ""
) -> Card:
    """To somebody of the department that approves: what goes out, to whom, with the buttons to decide."""
    every = [line for lines in texts.values() for line in lines]
    title = say_many(
        "{n} answer about {idea} waits for you to approve it",
        "{n} answers about {idea} wait for you to approve them",
        len(every),
        idea=idea.ref,
    )
    muster = Muster("", going=every)
    blocks: list[Block] = [Header(title), *([Paragraph(text("⚠ ", note))] if note else [])]
    blocks += [Paragraph(text(idea_title(idea))), Facts(tuple(_rows(every, muster, config)))]
    blocks += told_blocks([(words, text(_whose(lines))) for words, lines in texts.items()])
    approves = tell_act(
        idea.ref, "approve", say_many("Approve {n}", "Approve {n}", len(every)), style="primary", seen=seen
    )
    rejects = tell_act(idea.ref, "reject", say("Reject…"), seen=seen)
    return Card(one_line(title, 200), (*blocks, Actions((approves, rejects))))


def reject_all_form(idea: Idea, seen: str, many: int, why: str = "") -> Form:
    """Why they may not go out."""
    return Form(
        title=say("Reject for {idea}", idea=idea.ref),
        command="tell",
        submit=say("Reject"),
        fields=(
            Field(
                "text", say("Why"), "lines", say("So that the author knows what to change"), default=why, longest=500
            ),
        ),
        args={"what": "reject", "idea": idea.ref, "seen": seen},
        intro=(Small(text(say_many("{n} answer does not go out.", "{n} answers do not go out.", many))),),
    )


def tell_one_form(form: Form, idea: Idea, ref: str, beside: str) -> Form:
    """The form to answer a customer as the one that tells them of an idea; `beside` says more of the text."""
    [words] = form.fields
    hint = " ".join(filter(None, (words.hint, beside)))
    return replace(
        form,
        title=say("Tell {conversation}", conversation=ref),
        command="tell",
        fields=(replace(words, label=say("What we tell the customer"), hint=hint),),
        args={**form.args, "what": "one", "idea": idea.ref},
        intro=(Paragraph(text(say("{idea} has shipped.", idea=idea_title(idea)))), *form.intro),
    )
